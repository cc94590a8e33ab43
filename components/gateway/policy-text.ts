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

/** What a policy or fragment names on its gateway, and therefore must wait for. */
export function dependenciesOf(
  policy: PolicyDocument | PolicyFragment,
  { inventory }: GatewayReference,
): pulumi.Resource[] {
  return inventory.resources(policyReferences(policy));
}

/**
 * The XML of a policy, checked again once its late values are known.
 *
 * @throws pulumi.RunError (through the output) when a late value makes the policy one that Azure would refuse
 */
function policyText(
  name: string,
  document: PolicyDocument,
  gateway: GatewayReference,
): pulumi.Output<string> {
  const context = { ...contextOn(gateway), scope: document.scope };
  return pulumi
    .output(document)
    .apply((known) => checkedText(name, checkPolicy(known, context), () => renderPolicy(known)));
}

/** What Azure is told of a policy, at whatever scope. */
export function policyArgs(name: string, document: PolicyDocument, gateway: GatewayReference) {
  return { policyId: "policy", format: "xml", value: policyText(name, document, gateway) };
}

/**
 * The XML of a fragment, checked again once its late values are known.
 *
 * @throws pulumi.RunError (through the output) as {@link policyText} does
 */
export function fragmentText(
  name: string,
  fragment: PolicyFragment,
  gateway: GatewayReference,
): pulumi.Output<string> {
  const context = contextOn(gateway);
  return pulumi
    .output(fragment)
    .apply((known) => checkedText(name, checkFragment(known, context), () => renderFragment(known)));
}

function checkedText(name: string, issues: readonly PolicyIssue[], render: () => string): string {
  if (issues.length > 0) throw new pulumi.RunError(formatIssues(`The policy "${name}" is not valid`, issues));
  return render();
}
