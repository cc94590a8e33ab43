import type { z } from "zod";

/** Lets a rule about several settings speak as soon as those are valid, whatever is wrong with the others. */
export function onceValid(needed: z.ZodType): (payload: z.core.ParsePayload) => boolean {
  return ({ value }) => needed.safeParse(value).success;
}

/** Lets a rule about the presence of settings speak even if they are wrong; there must be an object to look into. */
export function always({ value }: z.core.ParsePayload): boolean {
  return typeof value === "object" && value !== null;
}
