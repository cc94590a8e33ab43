import * as pulumi from "@pulumi/pulumi";
import {
  checkFragment,
  checkPolicy,
  policyReferences,
  REFERENCE_KINDS,
  renderFragment,
  renderPolicy,
  type GatewayContext,
  type PolicyDocument,
  type PolicyFragment,
  type PolicyIssue,
  type Scope,
} from "../../policies/gateway";
import { formatIssues, received, type Issue } from "../../validation/issue";
import type { GatewayReference } from "./reference";

/** Every problem of a policy that can be seen before its late values are known. */
export function validatePolicy(
  path: string,
  document: PolicyDocument,
  scope: Scope,
  gateway: GatewayReference,
): Issue[] {
  const issues = checkPolicy(document, { ...contextOn(gateway), scope });
  if (document.scope !== scope) {
    return [
      {
        path: `${path}.scope`,
        rule: `the policy stands at the scope ${scope}`,
        received: received(document.scope),
        fix: `make it by policyDocument({ scope: "${scope}", … })`,
      },
      ...below(path, issues),
    ];
  }
  return below(path, issues);
}

/** As {@link validatePolicy}, of a fragment. */
export function validateFragment(path: string, fragment: PolicyFragment, gateway: GatewayReference): Issue[] {
  return below(path, checkFragment(fragment, contextOn(gateway)));
}

/** The gateway as a policy sees it. */
function contextOn({ kind, clientCertificates, inventory }: GatewayReference): GatewayContext {
  // The credential manager's providers are made by people: no component of this program knows them.
  const kinds = REFERENCE_KINDS.filter((one) => one !== "authorizationProvider");
  const known = kinds.flatMap((one) => {
    const ids = inventory.ids(one);
    return ids === undefined ? [] : [[one, ids]];
  });
  return {
    gateway: kind,
    clientCertificates,
    known: Object.fromEntries(known) as GatewayContext["known"],
    fragments: inventory.fragments,
  };
}

function below(path: string, issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, path: `${path}.${issue.path}` }));
}

/**
 * The XML of a policy, checked again once its late values are known. It waits for what it names.
 *
 * @throws pulumi.RunError (through the output) when a late value makes the policy one that Azure would refuse
 */
function policyText(
  name: string,
  document: PolicyDocument,
  gateway: GatewayReference,
): pulumi.Output<string> {
  const context = { ...contextOn(gateway), scope: document.scope };
  return pulumi.output(document).apply((known) => {
    requireChecked(name, checkPolicy(known, context));
    return afterNamed(known, gateway, renderPolicy(known));
  });
}

/** What Azure is told of a policy, at whatever scope. */
export function policyArgs(name: string, document: PolicyDocument, gateway: GatewayReference) {
  return { policyId: "policy", format: "xml", value: policyText(name, document, gateway) };
}

/**
 * The XML of a fragment, checked again once its late values are known. It waits for what it names.
 *
 * @throws pulumi.RunError (through the output) as {@link policyText} does
 */
export function fragmentText(
  name: string,
  fragment: PolicyFragment,
  gateway: GatewayReference,
): pulumi.Output<string> {
  const context = contextOn(gateway);
  return pulumi.output(fragment).apply((known) => {
    requireChecked(name, checkFragment(known, context));
    return afterNamed(known, gateway, renderFragment(known));
  });
}

function requireChecked(name: string, issues: readonly PolicyIssue[]): void {
  if (issues.length > 0) throw new pulumi.RunError(formatIssues(`The policy "${name}" is not valid`, issues));
}

/**
 * Holds a text back until what it names stands. Options could not say it: what a late value names is known no sooner than
 * the text.
 */
function afterNamed(
  policy: PolicyDocument | PolicyFragment,
  { inventory }: GatewayReference,
  text: string,
): pulumi.Output<string> {
  const named = inventory.resources(policyReferences(policy));
  return pulumi.all(named.map(({ urn }) => urn)).apply(() => text);
}
