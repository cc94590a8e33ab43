import type { Output } from "@pulumi/pulumi";

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object: no array, not null, and known already (see {@link isLate}). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLate(value);
}

/** The value as an object, and an empty one where it is none. */
export function objectOrEmpty(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Whether a value is known only later: a Pulumi output or a promise. */
export function isLate(value: unknown): value is Output<unknown> | PromiseLike<unknown> {
  if (typeof value !== "object" || value === null) return false;
  const late = value as { readonly __pulumiOutput?: unknown; readonly then?: unknown };
  return late.__pulumiOutput === true || typeof late.then === "function";
}

/** Calls `visit` with every string below a value and its path; late values are passed over. */
export function forEachText(value: unknown, path: string, visit: (text: string, path: string) => void): void {
  if (typeof value === "string") visit(value, path);
  else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      forEachText(item, `${path}[${index}]`, visit);
    });
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) forEachText(item, `${path}.${key}`, visit);
  }
}
