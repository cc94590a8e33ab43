import type { Section } from "./spec";
import type { PolicyElement, SectionsOf, Statement } from "./statement";
import { lateTextOf, writeXml } from "./xml";

/**
 * Policies that documents include by the id under which the gateway holds them. Plain data: pass it through
 * `pulumi.output`.
 */
export interface PolicyFragment<S extends Section = never> {
  readonly statements: readonly Statement[];
  /** For the compiler only; never set: the sections in which all of the statements may stand. */
  readonly legalIn?: Readonly<Record<S, true>>;
}

/**
 * A policy fragment.
 *
 * @param statements one or more, of which none is `base()` or `includeFragment()`
 * @see https://learn.microsoft.com/azure/api-management/policy-fragments
 */
export function policyFragment<const Statements extends readonly Statement[]>(
  statements: Statements,
): PolicyFragment<SectionsOf<Statements>> {
  return { statements };
}

/** Whether a policy is a fragment, not a document. */
export function isFragment(policy: object): policy is PolicyFragment {
  return Object.hasOwn(policy, "statements");
}

/** The fragment as the tree that is written. */
export function fragmentTree({ statements }: PolicyFragment): PolicyElement {
  return { element: "fragment", attributes: {}, content: statements };
}

/**
 * The fragment as XML, in the one form that equal fragments share. Its format in Azure is `xml`, not `rawxml`.
 *
 * @throws TypeError when a value is a Pulumi output that was not resolved, or has a character that XML cannot hold
 */
export function renderFragment(fragment: PolicyFragment): string {
  return writeXml(fragmentTree(fragment), lateTextOf("fragment", "renderFragment"));
}
