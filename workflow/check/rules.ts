import { received, type Issue } from "../../validation/issue";
import { isLate, isObject } from "../json";

/** Takes an issue. */
export type Report = (issue: Issue) => void;

/** Checks one value and reports what is wrong with it. Never called with a value that is known only later. */
export interface Rule {
  (value: unknown, path: string, report: Report): void;
  /** What an object may have, where the rule is for one: read by the table of docs/workflow-actions.md. */
  readonly shape?: Shape;
}

/** The properties that an object may have. */
export interface Shape {
  readonly required?: Readonly<Record<string, Rule>>;
  readonly optional?: Readonly<Record<string, Rule>>;
}

/** A rule that a plain test decides. */
export function rule(must: string, fix: string, holds: (value: unknown) => boolean): Rule {
  return (value, path, report) => {
    if (!holds(value)) report({ path, rule: must, received: received(value), fix });
  };
}

export const anything: Rule = () => undefined;
export const text = rule(
  "must be a text",
  "write a text",
  (value) => typeof value === "string" && value !== "",
);
/** A text that may be empty. */
export const words = rule("must be a text", "write a text", (value) => typeof value === "string");
export const yesOrNo = rule(
  "must be true or false",
  "write true or false",
  (value) => typeof value === "boolean",
);
export const anyObject = rule("must be an object", "write an object", isObject);

/**
 * One of some words, in any case: Azure's own designer writes and reads `SUCCEEDED` and `get` as well.
 *
 * Source: https://github.com/Azure/LogicAppsUX, `equals` in libs/logic-apps-shared, and __mocks__/workflows.
 */
export function oneOf(...words: readonly string[]): Rule {
  const all = words.join(", ");
  const must = words.length === 1 ? `must be ${all}` : `must be one of ${all}`;
  const known = new Set(words.map((word) => word.toLowerCase()));
  return rule(
    must,
    `write ${words.length === 1 ? all : "one of these"}`,
    (value) => typeof value === "string" && known.has(value.toLowerCase()),
  );
}

/** A whole number, or a text that holds one: Azure's schema admits both for counts, hours and statuses. */
export function integer(from: number, to: number): Rule {
  return rule(`must be a whole number from ${from} to ${to}`, "choose a number in this range", (value) => {
    const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
    return Number.isInteger(number) && (number as number) >= from && (number as number) <= to;
  });
}

/** An ISO 8601 duration in days, hours, minutes and seconds. */
export function duration(from: string, to: string): Rule {
  const least = seconds(from) ?? 0;
  const most = seconds(to) ?? 0;
  return rule(`must be an ISO 8601 duration from ${from} to ${to}`, "write it like PT30S or P1D", (value) => {
    const length = typeof value === "string" ? seconds(value) : undefined;
    return length !== undefined && length >= least && length <= most;
  });
}

function seconds(value: string): number | undefined {
  const found = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(value);
  if (found === null || value === "P") return undefined;
  const [days = 0, hours = 0, minutes = 0, rest = 0] = found.slice(1).map((part) => Number(part || 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + rest;
}

/** An expression, or what the rule asks for: where Azure decides when the workflow runs. */
export function orExpression(inner: Rule): Rule {
  return shaped(inner.shape, (value, path, report) => {
    if (!isExpression(value)) inner(value, path, report);
  });
}

/** Whether Azure computes a value when the workflow runs. */
function isExpression(value: unknown): boolean {
  return typeof value === "string" && (value.startsWith("@") || value.includes("@{"));
}

/** An array, or an expression that gives one. */
export const array = orExpression(
  rule("must be a list or an expression", "write [...] or @...", Array.isArray),
);

/** An array whose items follow a rule. */
export function list(item: Rule, least = 1): Rule {
  return (value, path, report) => {
    if (!Array.isArray(value) || value.length < least) {
      report({
        path,
        rule: `must be a list of at least ${least}`,
        received: received(value),
        fix: "write a list",
      });
      return;
    }
    value.forEach((entry, index) => {
      if (!isLate(entry)) item(entry, `${path}[${index}]`, report);
    });
  };
}

/** An object whose properties, whatever their names, follow a rule. */
export function record(item: Rule): Rule {
  return (value, path, report) => {
    anyObject(value, path, report);
    if (!isObject(value)) return;
    for (const [key, entry] of Object.entries(value))
      if (!isLate(entry)) item(entry, `${path}.${key}`, report);
  };
}

/** An object with these properties and no others. */
export function object(shape: Shape): Rule {
  const { required = {}, optional = {} } = shape;
  const names = [...Object.keys(required), ...Object.keys(optional)];
  return shaped(shape, (value, path, report) => {
    anyObject(value, path, report);
    if (!isObject(value)) return;
    for (const name of Object.keys(required)) {
      if (value[name] === undefined)
        report({ path: join(path, name), rule: "is required", fix: `add ${name}` });
    }
    for (const [name, entry] of Object.entries(value)) {
      if (entry === undefined || isLate(entry)) continue;
      const inner = Object.hasOwn(required, name)
        ? required[name]
        : Object.hasOwn(optional, name)
          ? optional[name]
          : undefined;
      if (inner === undefined) {
        report({
          path: join(path, name),
          rule: `is none of the properties that are known here: ${names.join(", ")}`,
          fix: "remove it, or correct its name",
        });
      } else inner(entry, join(path, name), report);
    }
  });
}

/** The properties of several shapes, required ones and others. */
export function propertiesOf(shapes: readonly (Shape | undefined)[]): Readonly<Record<string, Rule>> {
  return Object.fromEntries(
    shapes.flatMap((shape) => [
      ...Object.entries(shape?.required ?? {}),
      ...Object.entries(shape?.optional ?? {}),
    ]),
  );
}

/** A rule that says which properties it is about. */
export function shaped(shape: Shape | undefined, check: (...args: Parameters<Rule>) => void): Rule {
  return shape === undefined ? check : Object.assign(check, { shape });
}

/** An object whose other properties depend on the word that stands in one of them; an expression there admits all. */
export function variant(property: string, shapes: Readonly<Record<string, Shape>>): Rule {
  const known = oneOf(...Object.keys(shapes));
  const rules = new Map(
    Object.entries(shapes).map(([word, shape]) => [
      word.toLowerCase(),
      object({ ...shape, required: { [property]: anything, ...shape.required } }),
    ]),
  );
  const optional = propertiesOf(Object.values(shapes));
  return shaped({ required: { [property]: known }, optional }, (value, path, report) => {
    anyObject(value, path, report);
    if (!isObject(value)) return;
    const word = value[property];
    if (isLate(word) || isExpression(word)) return;
    const chosen = rules.get(String(word).toLowerCase());
    if (chosen !== undefined) chosen(value, path, report);
    else known(word, join(path, property), report);
  });
}

/** Several rules for one value. */
export function all(...rules: readonly Rule[]): Rule {
  return shaped(rules.find(({ shape }) => shape !== undefined)?.shape, (value, path, report) => {
    for (const each of rules) each(value, path, report);
  });
}

/** At least one, or exactly one, of some properties. */
export function oneKeyOf(how: "exactly" | "at least", ...names: readonly string[]): Rule {
  return rule(`must have ${how} one of ${names.join(", ")}`, "add or remove one", (value) => {
    const count = isObject(value) ? names.filter((name) => value[name] !== undefined).length : 1;
    return how === "exactly" ? count === 1 : count >= 1;
  });
}

/** A path of properties; the first has no dot. */
function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
