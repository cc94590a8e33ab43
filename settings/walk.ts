import { z } from "zod";
import "./meta";

/** A step down: a key of an object or record, or a place in a list. */
export type Step = PropertyKey;

/**
 * The schemas that may judge what stands at a path: several below a union, none where nothing is known to stand.
 *
 * @param value what stands at the top, if known: it decides between the members of a discriminated union
 */
export function schemasAt(
  schema: z.core.$ZodType,
  path: readonly Step[],
  value?: unknown,
): readonly z.core.$ZodType[] {
  const [step, ...rest] = path;
  if (step === undefined) return [schema];
  return members(schema, value).flatMap((member) =>
    below(member, step).flatMap((child) => schemasAt(child, rest, property(value, step))),
  );
}

/** The schema, or its members where it is a union; of a discriminated union only those that fit the value. */
export function members(schema: z.core.$ZodType, value?: unknown): readonly z.core.$ZodType[] {
  const { def } = definition(unwrap(schema));
  if (def.type !== "union") return [schema];
  if (!("discriminator" in def) || typeof def.discriminator !== "string") return def.options;
  const { discriminator } = def;
  const tag = property(value, discriminator) as z.core.util.Primitive;
  const fitting = def.options.filter((option) => option._zod.propValues?.[discriminator]?.has(tag));
  return fitting.length > 0 ? fitting : def.options;
}

/** The keys that an object of this schema may have; none for anything but an object. */
export function knownKeys(schema: z.core.$ZodType): readonly string[] {
  const { def } = definition(unwrap(schema));
  return def.type === "object" ? Object.keys(def.shape) : [];
}

/** Whether the schema is marked as secret, itself or around what it wraps. */
export function isSecret(schema: z.core.$ZodType): boolean {
  return metaOf(schema).secret === true;
}

/** Where secrets stand in a value: the paths of what the schema marks as secret. */
export function secretPaths(schema: z.core.$ZodType, value: unknown): readonly (readonly Step[])[] {
  if (isSecret(schema)) return value === undefined ? [] : [[]];
  if (typeof value !== "object" || value === null) return [];
  const steps: readonly Step[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return steps.flatMap((step) =>
    schemasAt(schema, [step], value).flatMap((child) =>
      secretPaths(child, property(value, step)).map((path) => [step, ...path]),
    ),
  );
}

/** Whether a secret may stand in a value of this schema. What cannot be looked into counts as secret. */
export function holdsSecret(schema: z.core.$ZodType): boolean {
  if (isSecret(schema)) return true;
  const { def } = definition(schema);
  switch (def.type) {
    case "object":
      return Object.values(def.shape).some(holdsSecret);
    case "record":
      return holdsSecret(def.valueType);
    case "array":
      return holdsSecret(def.element);
    case "union":
      return def.options.some(holdsSecret);
    case "string":
    case "number":
    case "boolean":
    case "enum":
    case "literal":
      return false;
    default: {
      const inner = wrapped(def);
      return inner === undefined || holdsSecret(inner);
    }
  }
}

/** What a schema says about itself; what a wrapper says goes before what it wraps. */
export function metaOf(schema: z.core.$ZodType): z.GlobalMeta {
  const inner = wrapped(definition(schema).def);
  return { ...(inner && metaOf(inner)), ...z.globalRegistry.get(schema) };
}

/** The schema without `optional`, `default` and the like around it. */
export function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = wrapped(definition(schema).def);
  return inner ? unwrap(inner) : schema;
}

/** What stands at a path of a plain value; `undefined` where nothing does. */
export function valueAt(value: unknown, path: readonly Step[]): unknown {
  return path.reduce(property, value);
}

/** Writes a path as `pulumi config set --path` reads it, e.g. `gateway.tier.zones[0]` or `tags["cost.centre"]`. */
export function formatPath(path: readonly Step[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    const key = String(step);
    if (!/^[\w-]+$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

function below(schema: z.core.$ZodType, step: Step): readonly z.core.$ZodType[] {
  const { def } = definition(unwrap(schema));
  switch (def.type) {
    case "object": {
      const child = Object.hasOwn(def.shape, step) ? def.shape[String(step)] : undefined;
      return child ? [child] : [];
    }
    case "record":
      return [def.valueType];
    case "array":
      return [def.element];
    default:
      return [];
  }
}

function wrapped(def: z.core.$ZodTypes["_zod"]["def"]): z.core.$ZodType | undefined {
  switch (def.type) {
    case "optional":
    case "default":
    case "prefault":
    case "nullable":
    case "nonoptional":
    case "readonly":
      return def.innerType;
    default:
      return undefined;
  }
}

function definition(schema: z.core.$ZodType): z.core.$ZodTypes["_zod"] {
  return (schema as z.core.$ZodTypes)._zod;
}

function property(value: unknown, step: Step): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, step)
    ? (value as Record<Step, unknown>)[step]
    : undefined;
}
