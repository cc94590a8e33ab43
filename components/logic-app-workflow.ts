import { isIPv4 } from "node:net";
import * as logic from "@pulumi/azure-native/logic";
import * as pulumi from "@pulumi/pulumi";
import { addressesIn, CALLER_RANGE_RULE, isCallerRange } from "../validation/address-range";
import { formatIssues, received, type Issue } from "../validation/issue";
import { isSameRegion } from "../validation/region";
import { checkWorkflow, exposedSecrets, type WorkflowDefinition } from "../workflow";
import {
  checkConnections,
  connectionsParameter,
  type WorkflowConnections,
} from "./connections/connections-parameter";
import { sendDiagnostics } from "./diagnostics";
import { gated } from "./gateway/checks";
import type { GatewayCaller } from "./gateway/reference";
import { EXTRA_CALLERS_RULE } from "./gateway/tier";
import { callableTriggers, type CallableTrigger } from "./request-trigger";
import { checkReason, checkText, requireValid, resourceIdRule, type TextRule } from "./validation";
import { checkIdentity, identityInput, type WorkflowIdentity } from "./workflow/identity";
import { operations } from "./workflow/operations";
import {
  checkParameters,
  parameterInputs,
  withoutSecrets,
  type ParameterValues,
} from "./workflow/parameters";
import { isLate } from "./workflow/secrecy";

/** Who may call the request triggers: only these addresses, and only with a token of this caller. */
export interface TriggerCallers {
  /**
   * The gateway's IPv4 addresses, as `a.b.c.d` or a range, at least one; `undefined` for a gateway that has no fixed ones:
   * the token alone admits then, so that no trigger may go by its signature.
   */
  readonly addresses: pulumi.Input<readonly string[]> | undefined;
  /** Who else is admitted while the addresses change. @default nobody */
  readonly extra?: ExtraCallers;
  /** Tokens that Entra ID issues to the gateway for the workflows. */
  readonly token: GatewayCaller;
  /** Azure region of the gateway's primary location, e.g. `westeurope`. */
  readonly location: string;
  /** Why the workflow stands in another region than the gateway. @default it does not */
  readonly elsewhere?: { readonly because: string };
}

/** Callers beside the gateway's present addresses, e.g. those that it is about to get. They need its token as well. */
export interface ExtraCallers {
  /** At least one, as `a.b.c.d/nn` or `a.b.c.d-e.f.g.h`, each of at most 16 addresses. */
  readonly ranges: readonly string[];
  readonly because: string;
}

/** Who may call back the webhook actions of a workflow: address ranges, or whoever has the address that Azure signed. */
export type ActionCallers = readonly string[] | { readonly kind: "open"; readonly because: string };

export interface LogicAppWorkflowArgs {
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
  /** Who may call it; needed if and only if it has a request trigger. @default nobody: it starts by itself */
  readonly callers?: TriggerCallers;
  /**
   * Address ranges from which inputs and outputs of past runs may be read, as `a.b.c.d/nn` or `a.b.c.d-e.f.g.h`.
   * @default none: nobody may
   */
  readonly runHistoryReaders?: readonly string[];
  /**
   * Address ranges, written in the same way, from which actions are called while they run; needed for webhook actions.
   * The addresses of `callers` may as well, as in Azure's portal.
   *
   * @default none: the addresses of `callers` only, any where these have no fixed ones, and nobody without callers
   */
  readonly actionCallers?: ActionCallers;
  /**
   * Address ranges, written in the same way, for what Azure calls workflow management and does not describe further. It
   * does not keep anybody from the workflow in the portal or by Azure Resource Manager, where roles decide
   * (https://github.com/hashicorp/terraform-provider-azurerm/issues/19321).
   *
   * @default any: roles alone decide
   */
  readonly managementCallers?: readonly [string, ...string[]];
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
export const LOGIC_APP_WORKFLOW_DEFAULTS = {
  state: "Enabled",
  identity: "system",
  runHistoryReaders: [],
  actionCallers: [],
} as const;

/** The range with which Azure lets nobody in; an empty list would let in other logic apps, or everybody. */
const NOBODY = "0.0.0.0-0.0.0.0";

/**
 * A Logic Apps Consumption workflow with a managed identity. A request trigger answers the named callers only: by
 * address, by token (issuer, audience and caller), and never without a token, so that a leaked signature opens nothing.
 *
 * @example
 * ```ts
 * new LogicAppWorkflow("nightly", {
 *   resourceGroupName: group.name,
 *   workflowName: "logic-nightly",
 *   location: "westeurope",
 *   definition: defineWorkflow({ trigger: recurrenceTrigger({ frequency: "Day", interval: 1 }), actions }),
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
    const triggers = args.callers && triggerAccess(name, args.callers);

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
        accessControl: {
          triggers,
          actions: actionAccess(args, triggers?.allowedCallerIpAddresses),
          contents: { allowedCallerIpAddresses: allowed(args.runHistoryReaders) },
          workflowManagement: args.managementCallers && {
            allowedCallerIpAddresses: allowed(args.managementCallers),
          },
        },
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

function allowed(ranges: readonly string[] = LOGIC_APP_WORKFLOW_DEFAULTS.runHistoryReaders) {
  return (ranges.length > 0 ? ranges : [NOBODY]).map((addressRange) => ({ addressRange }));
}

/**
 * Azure's portal lets those call actions that may call triggers
 * (https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#restrict-inbound-ip-addresses).
 */
function actionAccess(
  { callers, actionCallers = LOGIC_APP_WORKFLOW_DEFAULTS.actionCallers }: LogicAppWorkflowArgs,
  triggerRanges: pulumi.Input<{ addressRange: string }[]> | undefined,
) {
  if ("kind" in actionCallers) return undefined;
  if (triggerRanges !== undefined) {
    return {
      allowedCallerIpAddresses: pulumi
        .output(triggerRanges)
        .apply((ranges) => [...ranges, ...actionCallers.map((addressRange) => ({ addressRange }))]),
    };
  }
  // Callers without fixed addresses have none that could be named.
  return callers && actionCallers.length === 0
    ? undefined
    : { allowedCallerIpAddresses: allowed(actionCallers) };
}

/**
 * Tokens are v2, as the registration of the workflows asks for them: `azp` is the caller
 * (https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app).
 */
function triggerAccess(name: string, { addresses, extra, token }: TriggerCallers) {
  const claims = {
    iss: pulumi.interpolate`https://login.microsoftonline.com/${token.tenantId}/v2.0`,
    aud: token.audience,
    azp: token.clientId,
  };
  return {
    allowedCallerIpAddresses:
      addresses && pulumi.output(addresses).apply((known) => callerRanges(name, known, extra?.ranges)),
    openAuthenticationPolicies: {
      policies: {
        gateway: { type: "AAD", claims: Object.entries(claims).map(([name, value]) => ({ name, value })) },
      },
    },
  };
}

/**
 * @throws pulumi.RunError (through the output) when the addresses turn out to be none, or no IPv4 addresses
 */
function callerRanges(
  name: string,
  addresses: readonly string[],
  extra: readonly string[] = [],
): { addressRange: string }[] {
  const issues = validateAddresses(addresses);
  if (issues.length > 0) {
    throw new pulumi.RunError(formatIssues(`LogicAppWorkflow "${name}" is not valid`, issues));
  }
  return [...new Set([...addresses.map(asRange), ...extra])].map((addressRange) => ({ addressRange }));
}

/** An address in the form that Azure wants; a range has it already. */
function asRange(address: string): string {
  return isIPv4(address) ? `${address}/32` : address;
}

/** An empty list would mean "other logic apps only" to Azure: it is never sent by accident. */
function validateAddresses(addresses: readonly string[]): Issue[] {
  if (addresses.length === 0) {
    return [
      {
        path: "callers.addresses",
        rule: "a workflow admits at least one address, as an empty list would admit every other logic app",
        received: received(addresses),
        fix: "give the gateway's addresses, or undefined for one of a v2 tier, which has no fixed ones",
      },
    ];
  }
  return addresses.flatMap((address, index) =>
    isCallerRange(asRange(address))
      ? []
      : [
          {
            path: `callers.addresses[${index}]`,
            rule: "a caller is admitted by its IPv4 address, or by a range of at most 16 (/28)",
            received: received(address),
            fix: "write it as a.b.c.d",
          },
        ],
  );
}

function validateCallers(
  { addresses, extra, location, elsewhere }: TriggerCallers,
  workflowLocation: string,
): Issue[] {
  const isKnown =
    addresses !== undefined && !pulumi.Output.isInstance(addresses) && !(addresses instanceof Promise);
  return [
    ...(isKnown ? validateAddresses(addresses) : []),
    ...(extra ? validateExtraCallers(extra, addresses === undefined) : []),
    ...(elsewhere
      ? checkReason(
          "callers.elsewhere.because",
          elsewhere.because,
          "a workflow in another region than the gateway",
          "leave it out and place the workflow there",
        )
      : isSameRegion(location, workflowLocation)
        ? []
        : [
            {
              path: "location",
              rule: `a workflow stands in the region of the gateway that calls it, ${location}, or there is a reason`,
              received: received(workflowLocation),
              fix: `write ${location}, or say why not in callers.elsewhere`,
            },
          ]),
  ];
}

function validateExtraCallers({ ranges, because }: ExtraCallers, isTokenAlone: boolean): Issue[] {
  return [
    ...checkReason("callers.extra.because", because, "a list of extra callers", "leave the list out"),
    ...(isTokenAlone ? [{ path: "callers.extra", ...EXTRA_CALLERS_RULE }] : []),
    ...(ranges.length > 0
      ? []
      : [
          {
            path: "callers.extra.ranges",
            rule: "a list of extra callers names at least one range",
            received: received(ranges),
            fix: "name it, or leave the list out",
          },
        ]),
    ...ranges.flatMap((range, index) =>
      isCallerRange(range)
        ? []
        : [{ path: `callers.extra.ranges[${index}]`, ...CALLER_RANGE_RULE, received: received(range) }],
    ),
  ];
}

/** A range of IPv4 addresses, but not all there are. */
function isAddressRange(range: string): boolean {
  return (addressesIn(range) ?? Infinity) < 2 ** 32;
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
    ...[...checkWorkflow(args.definition), ...exposedSecrets(args.definition)].map((issue) => ({
      ...issue,
      path: `definition.${issue.path}`,
    })),
  ];
  const triggers = callableTriggers(args.definition);
  const callable = triggers.length > 0;
  if (callable && !args.callers) {
    issues.push({
      path: "callers",
      rule: "a workflow with a request trigger names its callers",
      fix: "give the gateway's addresses and caller",
    });
  }
  if (!callable && args.callers) {
    issues.push({
      path: "callers",
      rule: "a workflow without a request trigger has no callers",
      fix: "leave callers out, or add a request trigger",
    });
  }
  const bySignature = triggers.find(({ authorization }) => authorization === "signature");
  if (args.callers && !args.callers.addresses && bySignature) {
    issues.push({
      path: "callers.addresses",
      rule: `addresses are all that protects the trigger ${bySignature.name}, whose signature whoever has it may use`,
      received: received(args.callers.addresses),
      fix: 'make the trigger with authorization: "bearer", as a gateway of a v2 tier has no fixed addresses',
    });
  }
  if (args.callers) issues.push(...validateCallers(args.callers, args.location));
  issues.push(...checkActionCallers(args));
  for (const property of ["runHistoryReaders", "actionCallers", "managementCallers"] as const) {
    const ranges = args[property];
    if (ranges && !("kind" in ranges)) issues.push(...checkRanges(property, ranges));
  }
  const { definition, connections = {}, parameters = {}, integrationAccountId } = args;
  const { identity = LOGIC_APP_WORKFLOW_DEFAULTS.identity } = args;
  issues.push(
    ...checkParameters(definition, parameters),
    // Whoever gives `$connections` by hand has connections that stand elsewhere.
    ...("$connections" in parameters ? [] : checkConnections(definition, connections, args.location)),
    ...checkIdentity(definition, identity),
  );
  if (integrationAccountId !== undefined && !isLate(integrationAccountId)) {
    issues.push(...checkIntegrationAccount(integrationAccountId));
  }
  return issues;
}

function checkRanges(path: string, ranges: readonly string[]): Issue[] {
  return ranges.flatMap((range, index) =>
    isAddressRange(range)
      ? []
      : [
          {
            path: `${path}[${index}]`,
            rule: "an address range is a.b.c.d/nn or a.b.c.d-e.f.g.h, and not the whole internet",
            received: received(range),
            fix: "write a single address as a.b.c.d/32",
          },
        ],
  );
}

/** Azure waits for a call to go on with these actions. */
const WEBHOOKS = new Set<unknown>(["HttpWebhook", "ApiConnectionWebhook"]);

function checkActionCallers({ definition, actionCallers }: LogicAppWorkflowArgs): Issue[] {
  if (actionCallers && "kind" in actionCallers) {
    return checkReason(
      "actionCallers.because",
      actionCallers.because,
      "an action that anybody may call who has its signed address",
      "name address ranges",
    );
  }
  if (!actionCallers?.length) {
    const waiting = operations(definition.actions, "actions").find(({ operation }) =>
      WEBHOOKS.has(operation.type),
    );
    if (waiting) {
      return [
        {
          path: "actionCallers",
          rule: "a workflow with a webhook action names from where it is called back",
          received: received(waiting.path),
          fix: "give the address ranges of the service that calls back",
        },
      ];
    }
  }
  return [];
}

const INTEGRATION_ACCOUNT_ID = resourceIdRule(
  "the id of an integration account",
  "Microsoft.Logic/integrationAccounts",
);

function checkIntegrationAccount(id: string): Issue[] {
  return checkText("integrationAccountId", id, INTEGRATION_ACCOUNT_ID);
}
