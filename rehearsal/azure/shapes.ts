import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { received, type Issue } from "../../validation/issue";
import { nearest } from "../../validation/nearest";
import type { Json, Properties } from "./resource-type";

/** The type of one property, as the SDK declares it. Open enums (`string | SomeEnum`) are strings. */
export type ShapeType =
  | "any"
  | "boolean"
  | "number"
  | "string"
  | { readonly array: ShapeType }
  | { readonly map: ShapeType }
  | { readonly enum: readonly string[] }
  | { readonly object: string }
  | { readonly union: readonly ShapeType[] };

/** What the SDK declares of one resource or function. */
export interface Shape {
  /** The API version that azure-native uses; absent for azuread. */
  readonly apiVersion?: string;
  /** Input properties; an optional one ends with `?`. */
  readonly inputs: Readonly<Record<string, ShapeType>>;
  /** Names of the output properties, inputs that are echoed included. */
  readonly outputs: readonly string[];
}

/** The content of `shapes.json`. */
export interface Shapes {
  /** By token. */
  readonly types: Readonly<Record<string, Shape>>;
  /** Nested types, by the name that the SDK gives them. */
  readonly objects: Readonly<Record<string, Shape["inputs"]>>;
}

let loaded: Shapes | undefined;

/** Every shape, read once. */
export function shapes(): Shapes {
  loaded ??= JSON.parse(readFileSync(join(__dirname, "shapes.json"), "utf8")) as Shapes;
  return loaded;
}

/**
 * What the SDK declares of a resource or function.
 *
 * @throws Error where the token is not simulated
 */
export function shapeOf(token: string): Shape {
  const shape = shapes().types[token];
  if (shape === undefined) {
    throw new Error(
      `${token} has no shape: list it in rehearsal/azure/types/index.ts, then \`npm run generate\``,
    );
  }
  return shape;
}

/**
 * Checks properties against what the SDK declares: unknown and missing properties, types, closed enums.
 *
 * azure-native drops unknown nested properties in silence, so that a slip of the pen becomes a default; here
 * they are issues. A value that is not known yet (preview) fits every type. `null` counts as absent, and
 * `azureApiVersion`, which azure-native's own check adds, is let through.
 *
 * @returns every issue; empty where all is well. Only the value of an enum is shown: others may be secret
 * @throws Error where the token is not simulated
 */
export function checkShape(token: string, inputs: Properties): Issue[] {
  const shape = shapeOf(token);
  const declared: Shape["inputs"] =
    shape.apiVersion === undefined ? shape.inputs : { ...shape.inputs, "azureApiVersion?": "string" };
  return checkObject(declared, inputs, "");
}

function checkObject(declared: Shape["inputs"], value: Readonly<Properties>, path: string): Issue[] {
  const issues = Object.entries(value).flatMap(([name, item]) => {
    const type = declared[name] ?? declared[`${name}?`];
    return type === undefined
      ? [unknownProperty(declared, name, path)]
      : checkType(type, item, member(path, name));
  });
  const missing = Object.keys(declared)
    .filter((name) => !name.endsWith("?") && (value[name] ?? null) === null)
    .map((name) => ({ path: member(path, name), rule: "is required", fix: `set ${name}` }));
  return [...issues, ...missing];
}

function checkType(type: ShapeType, value: Json, path: string): Issue[] {
  if (type === "any" || value === null || value === runtime.unknownValue) return [];
  if (typeof type === "string") return typeof value === type ? [] : [wrongType(type, value, path)];
  if ("enum" in type) return checkEnum(type.enum, value, path);
  if ("union" in type) return checkUnion(type.union, value, path);
  if ("array" in type) {
    if (!Array.isArray(value)) return [wrongType("array", value, path)];
    return value.flatMap((item, index) => checkType(type.array, item, `${path}[${index}]`));
  }
  if (typeof value !== "object" || Array.isArray(value)) return [wrongType("object", value, path)];
  if ("map" in type) {
    return Object.entries(value).flatMap(([key, item]) => checkType(type.map, item, member(path, key)));
  }
  return checkObject(shapes().objects[type.object] ?? {}, value, path);
}

function checkEnum(allowed: readonly string[], value: Json, path: string): Issue[] {
  if (typeof value !== "string") return [wrongType("string", value, path)];
  if (allowed.includes(value)) return [];
  const rule = `must be one of ${allowed.join(", ")}`;
  return [
    { path, rule, received: received(value), fix: `set it to ${nearest(value, allowed) ?? "one of these"}` },
  ];
}

/** The choice that comes nearest is the one that was meant: its issues are told. */
function checkUnion(choices: readonly ShapeType[], value: Json, path: string): Issue[] {
  return choices
    .map((choice) => checkType(choice, value, path))
    .reduce((best, issues) => (issues.length < best.length ? issues : best));
}

function unknownProperty(declared: Shape["inputs"], name: string, path: string): Issue {
  const known = Object.keys(declared).map((key) => key.replace(/\?$/, ""));
  const guess = nearest(name, known);
  return {
    path: member(path, name),
    rule: "is not a property that the SDK declares here (azure-native would drop it in silence)",
    fix: guess === undefined ? `remove it, or use one of ${known.join(", ")}` : `did you mean ${guess}?`,
  };
}

function wrongType(expected: string, value: Json, path: string): Issue {
  const actual = Array.isArray(value) ? "array" : typeof value;
  return {
    path,
    rule: `must be of type ${expected}`,
    received: `a value of type ${actual}`,
    fix: `give it a value of type ${expected}`,
  };
}

function member(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
