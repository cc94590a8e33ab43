import { isDeepStrictEqual } from "node:util";
import type { Json, Properties } from "./resource-type";

/** One difference between two sets of properties. */
export interface Change {
  readonly kind: "add" | "delete" | "update";
  /** E.g. `rules[0].name`. */
  readonly path: string;
  /** The path without positions, e.g. `rules[].name`. */
  readonly pattern: string;
}

/**
 * What differs, down to the deepest property. As azure-native has it, spelling and spaces of `location` do not count,
 * nor do properties that begin with `__`.
 */
export function changesBetween(before: Properties, after: Properties): readonly Change[] {
  return objectChanges(before, after, "", "").filter(
    ({ path }) => path !== "location" || location(before.location) !== location(after.location),
  );
}

function objectChanges(
  before: Properties,
  after: Properties,
  path: string,
  pattern: string,
): readonly Change[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !name.startsWith("__"))
    .flatMap((name) => valueChanges(before[name], after[name], path + name, pattern + name));
}

function valueChanges(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
  pattern: string,
): readonly Change[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (before === undefined) return [{ kind: "add", path, pattern }];
  if (after === undefined) return [{ kind: "delete", path, pattern }];
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      valueChanges(before[index], after[index], `${path}[${index}]`, `${pattern}[]`),
    ).flat();
  }
  if (isObject(before) && isObject(after)) return objectChanges(before, after, `${path}.`, `${pattern}.`);
  return [{ kind: "update", path, pattern }];
}

/**
 * Carries over into `values` what differs between `before` and `after`, and nothing else: what stands in both, though
 * not in `values`, is a default of Azure's and stays out.
 */
export function carryChanges(values: Properties, before: Properties, after: Properties): Properties {
  const result: Properties = {};
  for (const name of new Set([...Object.keys(values), ...Object.keys(after)])) {
    const value = carryChange(values[name], before[name], after[name]);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

function carryChange(
  value: Json | undefined,
  before: Json | undefined,
  after: Json | undefined,
): Json | undefined {
  if (isDeepStrictEqual(before, after)) return value;
  if (isObject(value) && isObject(before) && isObject(after)) return carryChanges(value, before, after);
  if (Array.isArray(value) && Array.isArray(before) && Array.isArray(after)) {
    return after.map((item, index) => carryChange(value[index] ?? item, before[index], item) ?? item);
  }
  return after;
}

function isObject(value: Json | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function location(value: Json | undefined): Json | undefined {
  return typeof value === "string" ? value.toLowerCase().replaceAll(" ", "") : value;
}
