import { z } from "zod";
import { received, receivedUrl, type Issue } from "../validation/issue";
import { nearest } from "../validation/nearest";
import { either } from "../validation/words";
import {
  formatPath,
  holdsSecret,
  knownKeys,
  members,
  metaOf,
  schemasAt,
  unwrap,
  valueAt,
  type Step,
} from "./walk";

/** What was read, and what must not be shown of it. */
export interface Reading {
  readonly schema: z.core.$ZodType;
  readonly value: unknown;
  /** Top-level keys whose values are secret as a whole. */
  readonly secretKeys: ReadonlySet<string>;
}

/** What must hold, and what to do about it. */
interface Words {
  readonly rule: string;
  readonly fix: string;
}

/** Says what Zod found in the words of the settings: rule, what was received (never a secret), fix. */
export function toIssues(found: z.core.$ZodIssue, reading: Reading): Issue[] {
  switch (found.code) {
    case "unrecognized_keys":
      return found.keys.map((key) => unknownKey(found.path, key, reading));
    case "invalid_union":
      return found.discriminator === undefined
        ? unionIssues(found, reading)
        : [tagIssue(found.path, reading)];
    case "invalid_key":
      return keyIssues(found, reading);
    case "custom":
      return [issue(found.path, customWords(found, isHidden(found.path, reading)), reading)];
    default:
      return [issue(found.path, wrongValue(found.path, reading), reading)];
  }
}

function unknownKey(path: readonly Step[], key: string, reading: Reading): Issue {
  const parents = schemasAt(reading.schema, path, reading.value).flatMap((parent) =>
    members(parent, valueAt(reading.value, path)),
  );
  const known = parents.flatMap(knownKeys);
  // Known to one member of a union and not to another: the whole is wrong, not the key.
  if (known.includes(key)) return issue(path, wrongValue(path, reading), reading);

  const place = formatPath([...path, key]);
  const refused = refusalOf(parents, key);
  if (refused) return { path: place, ...refused };
  const meant = nearest(key, known);
  if (meant !== undefined) return { path: place, rule: "is not a setting", fix: `write ${meant}` };
  const { rule, fix } = parents.map(metaOf).find((meta) => meta.rule !== undefined) ?? {};
  return {
    path: place,
    rule: rule ?? "is not a setting",
    fix:
      fix ??
      (known.length > 0
        ? `remove it; the settings here are ${known.join(", ")}`
        : "remove it; there are none here"),
  };
}

/**
 * A union whose members are told apart by their keys: where those are of one member only, what is wrong is wrong with that
 * one, and a misspelt key says more than what each member lacks.
 */
function unionIssues({ path, errors }: z.core.$ZodIssueInvalidUnion, reading: Reading): Issue[] {
  const value = valueAt(reading.value, path);
  const meant = errors.filter((issues) => issues.every(({ code }) => code !== "unrecognized_keys"));
  const [only, ...others] = meant;
  if (only && others.length === 0) {
    return only.flatMap((below) => toIssues({ ...below, path: [...path, ...below.path] }, reading));
  }
  const known = schemasAt(reading.schema, path, reading.value)
    .flatMap((schema) => members(schema))
    .flatMap(knownKeys);
  const unknown =
    known.length > 0 && typeof value === "object" && value !== null
      ? Object.keys(value).filter((key) => !known.includes(key))
      : [];
  return unknown.length > 0
    ? unknown.map((key) => unknownKey(path, key, reading))
    : [issue(path, wrongValue(path, reading), reading)];
}

/** What one of the schemas says of a value or key that it refuses. */
function refusalOf(schemas: readonly z.core.$ZodType[], word: unknown): Words | undefined {
  if (typeof word !== "string") return undefined;
  return schemas
    .map((schema) => metaOf(schema).refused ?? {})
    .find((refused) => Object.hasOwn(refused, word))?.[word];
}

/** The key that tells the members of a union apart. */
function tagIssue(path: readonly Step[], reading: Reading): Issue {
  const value = valueAt(reading.value, path);
  const reason = refusalOf(schemasAt(reading.schema, path.slice(0, -1), reading.value), value);
  return issue(path, reason ?? wrongValue(path, reading), reading);
}

/** A record whose key is wrong: Zod does not look at the value then, we do. */
function keyIssues({ path, issues }: z.core.$ZodIssueInvalidKey, reading: Reading): Issue[] {
  const record = schemasAt(reading.schema, path.slice(0, -1), reading.value)
    .map((schema) => (unwrap(schema) as z.core.$ZodTypes)._zod.def)
    .find((def) => def.type === "record");
  if (!record) return [];
  const { rule, fix } = metaOf(record.keyType);
  const words = { rule: rule ?? "is not a name that can stand here", fix: fix ?? "choose another name" };
  const below = z.safeParse(record.valueType, valueAt(reading.value, path)).error?.issues ?? [];
  return [
    ...issues.map((found) => ({
      path: formatPath(path),
      ...(found.code === "custom" ? customWords(found, isHidden(path, reading)) : words),
    })),
    ...below.flatMap((found) => toIssues({ ...found, path: [...path, ...found.path] }, reading)),
  ];
}

/** A rule of our own carries its words; of any other there is Zod's message, which may well show the value. */
function customWords({ params, message }: z.core.$ZodIssueCustom, hidden: boolean): Words {
  const { rule, fix } = params ?? {};
  return {
    rule: typeof rule === "string" ? rule : hidden ? "is not valid" : message,
    fix: typeof fix === "string" ? fix : "correct it",
  };
}

function wrongValue(path: readonly Step[], { schema, value }: Reading): Words {
  const schemas = schemasAt(schema, path, value);
  const { rule, fix, description } = schemas.map(metaOf).find((meta) => meta.description !== undefined) ?? {};
  const wanted = expected(schemas);
  const why = description?.replace(/\.$/, "");
  const refused = refusalOf(schemas, valueAt(value, path));
  if (refused) return refused;
  if (valueAt(value, path) === undefined) {
    return { rule: "is required", fix: why === undefined ? `add ${wanted}` : `add ${wanted}: ${why}` };
  }
  return {
    rule: rule ?? `must be ${wanted}`,
    fix: fix ?? (why === undefined ? `write ${wanted}` : `correct it: ${why}`),
  };
}

function issue(path: readonly Step[], { rule, fix }: Words, reading: Reading): Issue {
  const shown = show(path, reading);
  return { path: formatPath(path), rule, ...(shown !== undefined && { received: shown }), fix };
}

/** The value as it may be shown. */
function show(path: readonly Step[], reading: Reading): string | undefined {
  const content = valueAt(reading.value, path);
  if (content === undefined || isHidden(path, reading)) return undefined;
  const parts: readonly unknown[] = Array.isArray(content) ? content : [content];
  if (parts.every((part) => typeof part !== "object" || part === null)) return showText(content);
  return Array.isArray(content) ? "a list" : "an object";
}

/** An address may hold a password or a key, wherever it stands. */
function showText(content: unknown): string {
  return typeof content === "string" && content.includes("://") ? receivedUrl(content) : received(content);
}

/** Nothing is shown of a secret, of what may hold or may be one, or of what the schema does not know. */
function isHidden(path: readonly Step[], { schema, value, secretKeys }: Reading): boolean {
  const schemas = schemasAt(schema, path, value);
  return (
    secretKeys.has(String(path[0])) ||
    schemas.length === 0 ||
    schemas.some((known) => holdsSecret(known) || metaOf(known).unshown === true)
  );
}

/** What the value must be, in words. */
function expected(schemas: readonly z.core.$ZodType[]): string {
  const words = schemas.flatMap((schema) => alternatives(z.toJSONSchema(schema, JSON_SCHEMA)));
  return either([...new Set(words)], "nothing");
}

/** JSON Schema gathers what Zod spreads over checks; what it cannot express is left out. */
const JSON_SCHEMA = { io: "input", unrepresentable: "any" } as const;

function alternatives(schema: z.core.JSONSchema._JSONSchema): string[] {
  if (typeof schema === "boolean") return ["anything"];
  if (schema.const !== undefined) return [String(schema.const)];
  if (schema.enum) return schema.enum.map(String);
  const members = schema.anyOf ?? schema.oneOf;
  if (members) return inCommon(members) ?? members.flatMap(alternatives);
  switch (schema.type) {
    case "string":
      return [
        `${textKind(schema.format)}${between(schema.minLength, schema.maxLength, "of", " characters")}`,
      ];
    case "integer":
      return [`a whole number${between(schema.minimum, schema.maximum, "from")}`];
    case "number":
      return [`a number${between(schema.minimum, schema.maximum, "from")}`];
    case "boolean":
      return ["true or false"];
    case "array":
      return [`a list${between(schema.minItems, schema.maxItems, "of", " entries")}`];
    case "object":
      return [
        schema.properties ? `an object with ${Object.keys(schema.properties).join(", ")}` : "an object",
      ];
    default:
      return ["anything"];
  }
}

/** Objects that differ in part are told by what they share. */
function inCommon(members: readonly z.core.JSONSchema._JSONSchema[]): string[] | undefined {
  const keys = members.map((member) =>
    typeof member === "object" ? Object.keys(member.properties ?? {}) : [],
  );
  const shared = keys.reduce((all, own) => all.filter((key) => own.includes(key)));
  return shared.length > 0 ? [`an object with ${shared.join(", ")}`] : undefined;
}

function textKind(format: string | undefined): string {
  const kinds: Readonly<Record<string, string>> = { email: "an e-mail address", uri: "an address (URL)" };
  return kinds[format ?? ""] ?? "a text";
}

function between(minimum: number | undefined, maximum: number | undefined, from: string, unit = ""): string {
  // Every whole number has these two limits; nobody has set them.
  const least = minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (least !== undefined && most !== undefined) return ` ${from} ${least} to ${most}${unit}`;
  if (least === 1 && unit !== "") return " that is not empty";
  if (least !== undefined) return ` of at least ${least}${unit}`;
  return most === undefined ? "" : ` of at most ${most}${unit}`;
}
