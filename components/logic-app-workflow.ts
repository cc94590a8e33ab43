import * as logic from "@pulumi/azure-native/logic";
import * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../validation/issue";
import { checkWorkflow, exposedSecrets, lateAnswers, type WorkflowDefinition } from "../workflow";
import {
  checkConnections,
  connectionsParameter,
  type WorkflowConnections,
} from "./connections/connections-parameter";
import { sendDiagnostics } from "./diagnostics";
import { gated } from "./gateway/checks";
import { callableTriggers, type CallableTrigger } from "./request-trigger";
import { checkText, requireValid, resourceIdRule, type TextRule } from "./validation";
import { accessControl, checkAccess, type WorkflowAccess } from "./workflow/access";
import { checkIdentity, identityInput, type WorkflowIdentity } from "./workflow/identity";
import {
  checkParameters,
  parameterInputs,
  withoutSecrets,
  type ParameterValues,
} from "./workflow/parameters";
import { isLate } from "../workflow/json";

export interface LogicAppWorkflowArgs extends WorkflowAccess {
  readonly resourceGroupName: pulumi.Input<string>;
  /** 1 to 43 letters, digits, hyphens, underscores, dots and parentheses. */
  readonly workflowName: string;
  /** Azure region, e.g. `westeurope`. */
  readonly location: string;
  readonly definition: WorkflowDefinition;
  /**
   * Values of the parameters that the definition declares. Those of a secure parameter are kept as Pulumi secrets, and
   * Azure never gives them back; a Pulumi secret is given to a secure parameter only.
   *
   * @default none: each parameter has its default value
   */
  readonly parameters?: ParameterValues;
  /**
   * Connections by the names under which the definition refers to them: the value of its parameter `$connections`.
   * @default none
   */
  readonly connections?: WorkflowConnections;
  /**
   * A disabled workflow starts no run, while those that run go on to their end; a gateway that calls it is answered
   * 400 `WorkflowTriggerIsNotEnabled`, as callers report. Once it is enabled again, a trigger goes on where it stopped,
   * and fires for what came in the meantime
   * (https://learn.microsoft.com/azure/logic-apps/manage-logic-apps-with-azure-portal#disable-or-enable-logic-apps).
   *
   * @default "Enabled"
   */
  readonly state?: "Enabled" | "Disabled";
  /** Who the workflow is where it calls others. @default "system" */
  readonly identity?: WorkflowIdentity;
  /** ARM id of the Log Analytics workspace that receives the logs of its runs. @default none are sent */
  readonly workspaceId?: pulumi.Input<string>;
  /**
   * ARM id of the integration account whose schemas and maps it uses: in the same subscription and region
   * (https://learn.microsoft.com/azure/logic-apps/enterprise-integration/create-integration-account).
   *
   * @default none
   */
  readonly integrationAccountId?: pulumi.Input<string>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What {@link LogicAppWorkflow} assumes where its arguments say nothing. */
const LOGIC_APP_WORKFLOW_DEFAULTS = {
  state: "Enabled",
  identity: "system",
} as const;

/**
 * A Logic Apps Consumption workflow with a managed identity. A request trigger answers the named callers only: by
 * address, by token (issuer, audience and caller), and never without a token, so that a leaked signature opens nothing. One
 * that was made with `authorization: "signature"` is protected by the addresses alone.
 *
 * @example
 * ```ts
 * new LogicAppWorkflow("nightly", {
 *   resourceGroupName: group.name,
 *   workflowName: "logic-nightly",
 *   location: "westeurope",
 *   definition: defineWorkflow({ trigger: recurrenceTrigger("Nightly", { frequency: "Day", interval: 1 }), actions }),
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class LogicAppWorkflow extends pulumi.ComponentResource {
  readonly workflow: logic.Workflow;
  /** ARM id of the workflow. */
  readonly id: pulumi.Output<string>;
  /** Base address of its triggers, e.g. `https://prod-01.westeurope.logic.azure.com:443/workflows/<id>`. */
  readonly endpoint: pulumi.Output<string>;
  /** Object id of its managed identity: what roles are assigned to. */
  readonly principalId: pulumi.Output<string>;
  /** Its request triggers, by what a caller must know of them. */
  readonly triggers: readonly CallableTrigger[];

  constructor(name: string, args: LogicAppWorkflowArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:LogicAppWorkflow", name, {}, opts);
    requireValid(this, "LogicAppWorkflow", name, validateLogicAppWorkflow(args));

    const headline = `LogicAppWorkflow "${name}" is not valid`;
    const { state, identity } = LOGIC_APP_WORKFLOW_DEFAULTS;

    this.triggers = callableTriggers(args.definition);
    this.workflow = new logic.Workflow(
      `${name}-workflow`,
      {
        workflowName: args.workflowName,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        state: args.state ?? state,
        identity: identityInput(headline, args.definition, args.identity ?? identity),
        definition: withoutSecrets(headline, args.definition),
        parameters: givenParameters(headline, args),
        accessControl: accessControl(headline, args),
        integrationAccount:
          args.integrationAccountId === undefined
            ? undefined
            : { id: gated(headline, args.integrationAccountId, checkIntegrationAccount) },
        tags: args.tags,
      },
      { parent: this },
    );
    this.id = this.workflow.id;
    this.endpoint = this.workflow.accessEndpoint;
    this.principalId = this.workflow.identity.apply((own) => principalOf(own) ?? "");
    if (args.workspaceId !== undefined) {
      sendDiagnostics(
        `${name}-diagnostics`,
        { resourceId: this.id, workspaceId: args.workspaceId, logs: ["WorkflowRuntime"] },
        { parent: this },
      );
    }

    this.registerOutputs({ id: this.id, endpoint: this.endpoint, principalId: this.principalId });
  }
}

function givenParameters(headline: string, args: LogicAppWorkflowArgs): logic.WorkflowArgs["parameters"] {
  const { definition, parameters, connections, identity = LOGIC_APP_WORKFLOW_DEFAULTS.identity } = args;
  const identityId = identity === "system" ? undefined : identity.userAssigned;
  return (
    (parameters ?? connections) && {
      ...parameterInputs(headline, definition, parameters ?? {}),
      ...(connections && { $connections: connectionsParameter(connections, identityId) }),
    }
  );
}

/** The object id of either kind of identity: Azure answers that of a user-assigned one beside its id only. */
function principalOf(identity: pulumi.Unwrap<logic.Workflow["identity"]>): string | undefined {
  const [assigned] = Object.values(identity?.userAssignedIdentities ?? {});
  return assigned?.principalId ?? identity?.principalId;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftlogic */
export const WORKFLOW_NAME: TextRule = {
  what: "a workflow name",
  pattern: /^[A-Za-z0-9\-_.()]{1,43}$/,
  words: "1 to 43 letters, digits, hyphens, underscores, dots and parentheses",
};

/** Every problem of the arguments of a {@link LogicAppWorkflow}. */
export function validateLogicAppWorkflow(args: LogicAppWorkflowArgs): Issue[] {
  const issues: Issue[] = [
    ...checkText("workflowName", args.workflowName, WORKFLOW_NAME),
    ...[checkWorkflow, exposedSecrets, lateAnswers]
      .flatMap((check) => check(args.definition))
      .map((issue) => ({ ...issue, path: `definition.${issue.path}` })),
  ];
  const { definition, location, integrationAccountId } = args;
  const { identity = LOGIC_APP_WORKFLOW_DEFAULTS.identity } = args;
  issues.push(
    ...checkAccess(definition, location, args),
    ...checkGivenParameters(args),
    ...checkIdentity(definition, identity),
  );
  if (integrationAccountId !== undefined && !isLate(integrationAccountId)) {
    issues.push(...checkIntegrationAccount(integrationAccountId));
  }
  return issues;
}

/** Whoever gives `$connections` by hand has connections that stand elsewhere. */
function checkGivenParameters(args: LogicAppWorkflowArgs): Issue[] {
  const { definition, location, parameters = {}, connections } = args;
  const issues = checkParameters(definition, parameters);
  const isByHand = "$connections" in parameters;
  if (!connections) return isByHand ? issues : [...issues, ...checkConnections(definition, {}, location)];
  return [
    ...issues.filter(({ path }) => path !== "parameters.$connections"),
    ...checkConnections(definition, connections, location),
    ...(isByHand
      ? [
          {
            path: "connections",
            rule: "the parameter $connections is given once",
            fix: "leave it out of parameters, or leave connections out",
          },
        ]
      : []),
  ];
}

const INTEGRATION_ACCOUNT_ID = resourceIdRule(
  "the id of an integration account",
  "Microsoft.Logic/integrationAccounts",
);

function checkIntegrationAccount(id: string): Issue[] {
  return checkText("integrationAccountId", id, INTEGRATION_ACCOUNT_ID);
}
