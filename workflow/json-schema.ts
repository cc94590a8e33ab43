/** A JSON Schema, as a trigger or a ParseJson action takes it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * What a JSON Schema describes, as far as `type`, `properties`, `items`, `enum` and `const` say; `unknown` for the rest.
 * A property that is not required may be missing: expressions read it as `null`.
 */
export type FromSchema<S> = S extends { readonly const: infer Value }
  ? Value
  : S extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : S extends { readonly type: infer Type }
      ? OfType<Type extends readonly (infer Each)[] ? Each : Type, S>
      : S extends { readonly properties: unknown }
        ? OfType<"object", S>
        : unknown;

/** Distributes over the types of a schema that admits several. */
type OfType<Type, S> = Type extends "string"
  ? string
  : Type extends "number" | "integer"
    ? number
    : Type extends "boolean"
      ? boolean
      : Type extends "null"
        ? null
        : Type extends "array"
          ? readonly FromSchema<S extends { readonly items: infer Items } ? Items : unknown>[]
          : Type extends "object"
            ? S extends { readonly properties: infer Properties }
              ? { readonly [Name in keyof Properties]: FromSchema<Properties[Name]> }
              : Readonly<Record<string, unknown>>
            : unknown;
