import type { Fixture, Json, Properties, Rule } from "../../resource-type";
import { at, rule } from "../common";
import { SPEC, validationError } from "./common";

/** A rule about the values at some paths. */
interface ValueRule {
  readonly id: string;
  /** Dotted paths; of an array, each element is looked at. */
  readonly paths: readonly string[];
  readonly source?: string;
  /** A valid write. */
  readonly example: Fixture;
  /** Inputs with a value that breaks the rule. */
  readonly refused: Properties;
}

function valueRule(
  spec: ValueRule & { readonly allows: (value: Json) => boolean; readonly words: string },
): Rule {
  const { id, paths, source = SPEC, example, refused, allows, words } = spec;
  return rule({
    id,
    source,
    given: example.given,
    inputs: example.inputs,
    refused: { inputs: refused },
    check: ({ inputs }) => {
      const broken = paths.find((path) => {
        const value = at(inputs, path);
        return value !== undefined && [value].flat().some((one) => !allows(one));
      });
      return broken === undefined ? undefined : validationError(broken, words);
    },
  });
}

/** A closed set of words, which the SDK leaves open. */
export function oneOfRule(spec: ValueRule & { readonly allowed: readonly string[] }): Rule {
  const { allowed, ...rest } = spec;
  return valueRule({
    ...rest,
    allows: (value) => typeof value === "string" && allowed.includes(value),
    words: `must be one of ${allowed.join(", ")}`,
  });
}

/** The length of a text. */
export function lengthRule(spec: ValueRule & { readonly min?: number; readonly max: number }): Rule {
  const { min = 1, max, ...rest } = spec;
  return valueRule({
    ...rest,
    allows: (value) => typeof value !== "string" || (value.length >= min && value.length <= max),
    words: `must have ${min} to ${max} characters`,
  });
}

/** Addresses that must be whole. */
export function absoluteUrlRule(spec: ValueRule): Rule {
  return valueRule({
    ...spec,
    allows: (value) => typeof value === "string" && /^https?:\/\/./i.test(value) && URL.canParse(value),
    words: "must be an absolute http or https URL",
  });
}

/** Whether a text is a duration of ISO 8601, e.g. `PT1M30S`. */
export function isDuration(value: string): boolean {
  return /^P(?!$)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?!$)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/.test(value);
}
