import { randomBytes, randomInt, randomUUID } from "node:crypto";

/** Whether a setting may have this value. */
export type Accepts = (value: string | number | boolean) => boolean;

/**
 * Makes up a value that occurs nowhere else, so that it can be searched for, and that the setting's own schema accepts.
 *
 * @returns the value as the CLI takes it, always a text; `undefined` where no value could be guessed
 */
export function makeCanary(accepts: Accepts): string | undefined {
  const unique = randomBytes(12).toString("hex");
  const value = [
    `canary${unique}`,
    `canary-${unique}@example.com`,
    `https://canary-${unique}.example.com/`,
    `canary-${unique}.example.com`,
    randomUUID(),
    // Few digits occur anywhere by chance, so the longest number that the limits admit.
    ...[48, 40, 32, 24, 16, 8, 4, 2].map((bits) => randomInt(2 ** (bits - 1), 2 ** bits)),
    1,
    0,
    true,
    false,
  ].find(accepts);
  return value === undefined ? undefined : String(value);
}
