import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, type Issue } from "../../validation/issue";
import type { WorkflowDefinition } from "../../workflow";
import { isLate, isObject, objectOrEmpty, type JsonObject } from "../../workflow/json";
import { checkText, resourceIdRule } from "../validation";
import { operations } from "../../workflow/structure";

/**
 * Who a workflow is where it calls others: an identity that comes and goes with it, or one that stands by itself.
 * Consumption has one or the other (https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration).
 */
export type WorkflowIdentity =
  | "system"
  | {
      /** ARM id of a user-assigned identity. */
      readonly userAssigned: pulumi.Input<string>;
    };

const IDENTITY_ID = resourceIdRule(
  "the id of a user-assigned identity",
  "Microsoft.ManagedIdentity/userAssignedIdentities",
);

/** A trigger or action that authenticates by a managed identity. */
interface Use {
  readonly path: string;
  /** The identity that it names; none means the system-assigned one. */
  readonly named: pulumi.Input<string> | undefined;
}

/** Every place where a definition authenticates by a managed identity, those inside of other actions included. */
function uses({ triggers, actions }: WorkflowDefinition): Use[] {
  return [...operations(triggers, "triggers"), ...operations(actions, "actions")].flatMap(
    ({ path, operation }) => {
      const inputs = objectOrEmpty(operation.inputs);
      return parts(inputs).flatMap(([at, part]): Use[] => {
        const authentication = isObject(part) ? part.authentication : undefined;
        if (!isObject(authentication) || authentication.type !== "ManagedServiceIdentity") return [];
        const named = authentication.identity as Use["named"];
        return [{ path: `definition.${path}.${at}.authentication`, named }];
      });
    },
  );
}

/** What authenticates: a call, or those that a webhook makes at its beginning and its end. */
function parts(inputs: JsonObject): readonly (readonly [at: string, part: unknown])[] {
  return [
    ["inputs", inputs],
    ["inputs.subscribe", inputs.subscribe],
    ["inputs.unsubscribe", inputs.unsubscribe],
  ];
}

/** Every problem of an identity and its uses that is known now. */
export function checkIdentity(definition: WorkflowDefinition, identity: WorkflowIdentity): Issue[] {
  if (identity === "system") return uses(definition).flatMap((use) => checkUse(use, undefined));
  const { userAssigned } = identity;
  const own = isLate(userAssigned) ? [] : checkText("identity.userAssigned", userAssigned, IDENTITY_ID);
  return [
    ...own,
    ...uses(definition).flatMap((use) =>
      use.named === undefined || (!isLate(use.named) && !isLate(userAssigned))
        ? checkUse(use, userAssigned)
        : [],
    ),
  ];
}

/**
 * Azure accepts the workflow, and the call fails when it runs: with `InvalidWorkflowManagedIdentitySpecified`, as
 * public repositories report.
 *
 * @param own the id of the workflow's user-assigned identity; `undefined` where it has its system-assigned one
 */
function checkUse({ path, named }: Use, own: pulumi.Input<string> | undefined): Issue[] {
  // An expression is known to Azure alone, when the workflow runs.
  if (typeof named === "string" && named.startsWith("@")) return [];
  const rule = "a workflow authenticates by an identity that it has";
  const shown = isLate(named) ? {} : { received: received(named) };
  if (own === undefined) {
    if (named === undefined) return [];
    const fix = "leave the identity out for the system-assigned one, or give this one to the workflow";
    return [{ path: `${path}.identity`, rule, ...shown, fix }];
  }
  if (named === undefined) {
    return [
      {
        path,
        rule: `${rule}; without a name it is the system-assigned one, and this workflow has a user-assigned one`,
        fix: "name the workflow's identity",
      },
    ];
  }
  if (typeof named === "string" && typeof own === "string" && named.toLowerCase() === own.toLowerCase())
    return [];
  return [{ path: `${path}.identity`, rule, ...shown, fix: "name the workflow's identity" }];
}

/**
 * The identity as Azure takes it.
 *
 * @param headline what errors say that is not valid
 * @throws pulumi.RunError (through the output) when a late id is none, or the definition names another one
 */
export function identityInput(
  headline: string,
  definition: WorkflowDefinition,
  identity: WorkflowIdentity,
): { readonly type: string; readonly userAssignedIdentities?: pulumi.Input<string>[] } {
  if (identity === "system") return { type: "SystemAssigned" };
  const late = uses(definition).filter(({ named }) => named !== identity.userAssigned);
  const checked = pulumi.all([identity.userAssigned, pulumi.output(late)]).apply(([own, named]) => {
    const issues = [
      ...checkText("identity.userAssigned", own, IDENTITY_ID),
      ...named.flatMap((use) => checkUse(use, own)),
    ];
    if (issues.length > 0) throw new pulumi.RunError(formatIssues(headline, issues));
    return own;
  });
  return { type: "UserAssigned", userAssignedIdentities: [checked] };
}
