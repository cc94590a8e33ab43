import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, type Issue } from "../../validation/issue";
import { isOfParameterType } from "../../validation/parameter-type";
import type { ParameterDefinition } from "../../workflow";
import { isLate } from "../../workflow/json";
import { checkSecrecy } from "./secrecy";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The value of a workflow's parameter: JSON, of which any part may be known only later. */
export type ParameterValue =
  pulumi.Input<Json> | readonly ParameterValue[] | { readonly [key: string]: ParameterValue };

/** Values of a workflow's parameters, by the names that its definition declares. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** What of a definition is looked at; a document that was written by hand may have no parameters. */
interface Declaring {
  readonly parameters?: Readonly<Record<string, ParameterDefinition>>;
}

function isSecure({ type }: ParameterDefinition): boolean {
  return /^secure/i.test(type);
}

/** Every problem of the values that is known now. */
export function checkParameters({ parameters = {} }: Declaring, values: ParameterValues): Issue[] {
  const missing = Object.entries(parameters)
    .filter(([name, parameter]) => values[name] === undefined && parameter.defaultValue === undefined)
    .map(([name]) => ({
      path: `parameters.${name}`,
      rule: "a parameter that has no default value is given one",
      fix: "give it a value, or a default value in the definition where it is no secret",
    }));
  const given = Object.entries(values).flatMap(([name, value]): Issue[] => {
    const path = `parameters.${name}`;
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) {
      return [
        {
          path,
          rule: "a parameter that is given is declared in the definition",
          fix: "declare it there, or correct its name",
        },
      ];
    }
    if (isLate(value)) return [];
    return typeof value === "object"
      ? checkType(path, parameter, value)
      : [...checkType(path, parameter, value), ...checkAllowed(path, parameter, value)];
  });
  return [...missing, ...given];
}

function checkType(path: string, parameter: ParameterDefinition, value: unknown): Issue[] {
  if (isOfParameterType(value, parameter.type)) return [];
  return [
    {
      path,
      rule: `a parameter of type ${parameter.type} is given a value of this type`,
      ...(!isSecure(parameter) && { received: inShort(value) }),
      fix: `give ${WORDS[parameter.type.toLowerCase()] ?? "such a value"}, or change the type in the definition`,
    },
  ];
}

/** A value of each type, in words. */
const WORDS: Readonly<Record<string, string>> = {
  string: "a text",
  securestring: "a text",
  int: "a whole number",
  float: "a number",
  bool: "true or false",
  array: "an array",
  object: "an object",
  secureobject: "an object",
};

/** What stands inside of arrays and objects may be known later, or secret. */
function inShort(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" && value !== null ? "an object" : received(value);
}

function checkAllowed(path: string, parameter: ParameterDefinition, value: unknown): Issue[] {
  const { allowedValues: allowed } = parameter;
  if (!allowed || allowed.some((one) => isDeepStrictEqual(one, value))) return [];
  return [
    {
      path,
      rule: "a parameter is given one of its allowed values",
      received: inShort(value),
      fix: `give one of ${received(allowed)}`,
    },
  ];
}

/**
 * The values as Azure takes them. Those of secure parameters are Pulumi secrets, whatever was given.
 *
 * @param headline what errors say that is not valid
 * @throws pulumi.RunError (through the outputs) when a late value is not what the definition declares, or a secret is
 *   given to a parameter that is not secure
 */
export function parameterInputs(
  headline: string,
  { parameters = {} }: Declaring,
  values: ParameterValues,
): Record<string, { readonly value: pulumi.Output<unknown> }> {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, parameter]) => {
      const value = values[name];
      return value === undefined ? [] : [[name, { value: checkedValue(headline, name, parameter, value) }]];
    }),
  );
}

function checkedValue(
  headline: string,
  name: string,
  parameter: ParameterDefinition,
  value: ParameterValue,
): pulumi.Output<unknown> {
  const path = `parameters.${name}`;
  const late: pulumi.Output<unknown> = pulumi.output(value as pulumi.Input<unknown>);
  const check = (known: unknown): unknown => {
    requireNone(headline, [...checkType(path, parameter, known), ...checkAllowed(path, parameter, known)]);
    return known;
  };
  if (isSecure(parameter)) {
    const hidden: pulumi.Output<unknown> = pulumi.secret(late);
    return hidden.apply(check);
  }
  const inClear = checkSecrecy(path, value, {
    rule: `whoever may read a workflow reads its parameters, and this one of type ${parameter.type} is given a secret`,
    fix: "declare it as SecureString or SecureObject",
  }).then((issues) => {
    requireNone(headline, issues);
  });
  return pulumi.all([late, inClear]).apply(([known]) => check(known));
}

/**
 * A definition, once it is sure that no late value in it is a secret.
 *
 * @throws pulumi.RunError (through the promise)
 */
export async function withoutSecrets<T>(headline: string, definition: T): Promise<T> {
  const issues = await checkSecrecy("definition", definition, {
    rule: "whoever may read a workflow reads its definition, and a secret stands here",
    fix: "declare a secure parameter, and give it the secret by `parameters`",
  });
  requireNone(headline, issues);
  return definition;
}

function requireNone(headline: string, issues: readonly Issue[]): void {
  if (issues.length > 0) throw new pulumi.RunError(formatIssues(headline, issues));
}
