import { received, type Issue } from "../../validation/issue";
import { findCycles } from "./cycles";

interface Reference {
  /** Keys that lead to it, `$ref` included. */
  readonly path: readonly string[];
  readonly target: string;
}

/**
 * Checks that every reference leads to something in the same document, and none back to itself: Azure follows no other
 * (https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions).
 *
 * @param place renders where a reference stands
 */
export function checkReferences(document: unknown, place: (path: readonly string[]) => string): Issue[] {
  const references = referencesIn(document, []);
  const isExternal = ({ target }: Reference) => !target.startsWith("#");
  const targets = new Map(references.map(({ target }) => [target, resolve(document, target)]));
  return [
    ...references.filter(isExternal).map(({ path, target }) => ({
      path: place(path),
      rule: "a reference stays within the document",
      received: received(target),
      fix: "bundle the document, e.g. with `npx @redocly/cli bundle`",
    })),
    ...references
      .filter((reference) => !isExternal(reference) && targets.get(reference.target) === undefined)
      .map(({ path, target }) => ({
        path: place(path),
        rule: "a reference leads to something in the document",
        received: received(target),
        fix: "correct it, or add what it refers to",
      })),
    ...findCycles(targets.keys(), (target) =>
      referencesIn(targets.get(target), []).map((reference) => reference.target),
    ).map((cycle) => ({
      path: place(pointerKeys(cycle[0] ?? "")),
      rule: "Azure imports no recursive schemas",
      received: cycle.join(" -> "),
      fix: "break the cycle, e.g. refer to the other object by its id",
    })),
  ];
}

function referencesIn(node: unknown, path: readonly string[]): Reference[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    key === "$ref" && typeof value === "string"
      ? [{ path: [...path, key], target: value }]
      : referencesIn(value, [...path, key]),
  );
}

function resolve(document: unknown, pointer: string): unknown {
  if (!pointer.startsWith("#/")) return undefined;
  return pointerKeys(pointer).reduce<unknown>(
    (node, key) =>
      typeof node === "object" && node !== null
        ? (node as Readonly<Record<string, unknown>>)[key]
        : undefined,
    document,
  );
}

/** The keys of a JSON pointer, as a reference (`#/components/schemas/Order`) or as it is (`/paths/~1orders`). */
export function pointerKeys(pointer: string): string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((token) => decoded(token).replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A token without its percent signs; one that is no such encoding stands for itself. */
function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
