import type { Input } from "@pulumi/pulumi";

/** C# that the gateway evaluates per request: one expression `@(...)` or a block `@{...}` that returns a value. */
export type Expression = `@(${string})` | `@{${string}}`;

/** A reference to a named value of the gateway, put in before the policy is compiled. */
export type NamedValueReference = `{{${string}}}`;

/** What may stand in an attribute or as text. A Pulumi output is resolved before the document is rendered. */
export type Value = Input<string> | Input<number> | Input<boolean>;

/**
 * A single C# expression. Write it as C#: quotes, `<` and `&&` are escaped by the writer.
 *
 * @param code without the `@(` and `)`, e.g. `context.Request.IpAddress`
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 */
export function expression<Code extends string>(code: Code): `@(${Code})` {
  return `@(${code})`;
}

/**
 * C# statements that end in `return`. Write them as C#: quotes, `<` and `&&` are escaped by the writer.
 *
 * @param code without the `@{` and `}`
 * @see https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
 */
export function block<Code extends string>(code: Code): `@{${Code}}` {
  return `@{${code}}`;
}

/**
 * A reference to a named value, e.g. a secret of the gateway that is stored in Key Vault.
 *
 * @param name the display name: 1 to 256 letters, digits, full stops, hyphens and underscores
 * @see https://learn.microsoft.com/azure/api-management/api-management-howto-properties
 */
export function namedValue<Name extends string>(name: Name): `{{${Name}}}` {
  return `{{${name}}}`;
}

/** The names of all named values that a text refers to, in order. */
export function namedValuesIn(text: string): string[] {
  return [...text.matchAll(/\{\{([A-Za-z0-9._-]+)\}\}/g)].flatMap(([, name]) => name ?? []);
}

/** Whether the gateway evaluates this text instead of taking it literally. */
export function isExpression(text: string): boolean {
  return /^\s*@[({]/.test(text);
}

/** The text of a value that is known, `undefined` for a Pulumi output or promise that is not. */
export function knownText(value: Value): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}
