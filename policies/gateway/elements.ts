import { AUTHENTICATION } from "./elements/authentication";
import { CACHING } from "./elements/caching";
import { CONTROL_FLOW } from "./elements/control-flow";
import { CROSS_DOMAIN } from "./elements/cross-domain";
import { INTEGRATION } from "./elements/integration";
import { LIMITS } from "./elements/limits";
import { LOGGING } from "./elements/logging";
import { ROUTING } from "./elements/routing";
import { TRANSFORMATION } from "./elements/transformation";
import { UNTYPED } from "./elements/untyped";
import { VALIDATION } from "./elements/validation";
import type { ElementSpec, Rows } from "./spec";

/** The table by the categories of Microsoft's policy reference, which name the files, and what has no constructor. */
export const CATEGORIES: Readonly<Record<string, Rows>> = {
  "Rate limiting and quotas": LIMITS,
  "Authentication and authorization": AUTHENTICATION,
  "Content validation": VALIDATION,
  Routing: ROUTING,
  Caching: CACHING,
  Transformation: TRANSFORMATION,
  "Cross-domain": CROSS_DOMAIN,
  "Integration and external communication": INTEGRATION,
  Logging: LOGGING,
  "Policy control and flow": CONTROL_FLOW,
  "Language models and Dapr": UNTYPED,
};

/**
 * Every policy element that has a constructor. Adding one is adding a row to its category, and its constructor in
 * `statements.ts`; types, writer, reader and checks follow from the row.
 */
export const ELEMENTS = {
  ...LIMITS,
  ...AUTHENTICATION,
  ...VALIDATION,
  ...ROUTING,
  ...CACHING,
  ...TRANSFORMATION,
  ...CROSS_DOMAIN,
  ...INTEGRATION,
  ...LOGGING,
  ...CONTROL_FLOW,
} as const satisfies Rows;

/** The table, as its rows' types tell. */
export type Elements = typeof ELEMENTS;

/** A policy element that the table holds. */
export type ElementName = keyof Elements;

const BY_NAME: ReadonlyMap<string, ElementSpec> = new Map(Object.entries({ ...ELEMENTS, ...UNTYPED }));

/** The row of an element, with a constructor or without, or `undefined` where the table does not hold it. */
export function elementSpec(name: string): ElementSpec | undefined {
  return BY_NAME.get(name);
}
