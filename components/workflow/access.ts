import { isIPv4 } from "node:net";
import type * as logic from "@pulumi/azure-native/logic";
import * as pulumi from "@pulumi/pulumi";
import {
  ADDRESS_RANGE_RULE,
  CALLER_RANGE_RULE,
  isAddressRange,
  isCallerRange,
} from "../../validation/address-range";
import { formatIssues, received, type Issue } from "../../validation/issue";
import { isSameRegion } from "../../validation/region";
import type { WorkflowDefinition } from "../../workflow";
import type { GatewayCaller } from "../gateway/reference";
import { EXTRA_CALLERS_RULE } from "../gateway/tier";
import { callableTriggers } from "../request-trigger";
import { checkReason } from "../validation";
import { operations } from "../../workflow/structure";
import { isLate } from "../../workflow/json";

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

/** Who may call back a webhook: address ranges, or whoever has the address that Azure signed. */
export type WebhookCallers = readonly string[] | { readonly kind: "open"; readonly because: string };

/** Who may call what of a workflow. Address ranges are written as `a.b.c.d/nn` or `a.b.c.d-e.f.g.h`. */
export interface WorkflowAccess {
  /** Who may call it; needed if and only if it has a request trigger. @default nobody: it starts by itself */
  readonly callers?: TriggerCallers;
  /**
   * Who calls webhook triggers, whose address Azure signs and gives to the service or connector: address ranges, beside
   * those of `callers`. Needed if and only if there are such triggers
   * (https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#restrict-inbound-ip-addresses, and for
   * connectors https://github.com/briandelmsft/SentinelAutomationModules/pull/267).
   *
   * @default nobody: there are none
   */
  readonly webhookTriggerCallers?: WebhookCallers;
  /** Address ranges from which inputs and outputs of past runs may be read. @default none: nobody may */
  readonly runHistoryReaders?: readonly string[];
  /**
   * Address ranges from which actions are called while they run; needed for webhook actions. The addresses of `callers`
   * may as well, as in Azure's portal.
   *
   * @default none: the addresses of `callers` only, any where these have no fixed ones, and nobody without callers
   */
  readonly actionCallers?: WebhookCallers;
  /**
   * Address ranges for what Azure calls workflow management and does not describe further. It does not keep anybody from
   * the workflow in the portal or by Azure Resource Manager, where roles decide
   * (https://github.com/hashicorp/terraform-provider-azurerm/issues/19321).
   *
   * @default any: roles alone decide
   */
  readonly managementCallers?: readonly [string, ...string[]];
}

/** What {@link WorkflowAccess} assumes where it says nothing. */
const WORKFLOW_ACCESS_DEFAULTS = { runHistoryReaders: [], actionCallers: [] } as const;

/** The range with which Azure lets nobody in; an empty list would let in other logic apps, or everybody. */
const NOBODY = "0.0.0.0-0.0.0.0";

/**
 * The access as Azure takes it.
 *
 * @param headline what errors say that is not valid
 * @throws pulumi.RunError (through the outputs) when the addresses turn out to be none, or no IPv4 addresses
 */
export function accessControl(headline: string, access: WorkflowAccess): logic.WorkflowArgs["accessControl"] {
  const { callers, webhookTriggerCallers, managementCallers } = access;
  const {
    runHistoryReaders = WORKFLOW_ACCESS_DEFAULTS.runHistoryReaders,
    actionCallers = WORKFLOW_ACCESS_DEFAULTS.actionCallers,
  } = access;
  const addresses =
    callers?.addresses &&
    pulumi.output(callers.addresses).apply((known) => callerRanges(headline, known, callers.extra?.ranges));
  const triggers = together(addresses, webhookTriggerCallers);
  const actions = together(addresses, actionCallers);
  // Callers without fixed addresses have none that could be named.
  const isAnyAction = callers !== undefined || isOpen(actionCallers);
  return {
    triggers:
      callers || triggers
        ? {
            allowedCallerIpAddresses: triggers,
            openAuthenticationPolicies: callers && tokenPolicies(callers.token),
          }
        : undefined,
    actions:
      actions || !isAnyAction ? { allowedCallerIpAddresses: actions ?? rangesOf([NOBODY]) } : undefined,
    contents: {
      allowedCallerIpAddresses: rangesOf(runHistoryReaders.length > 0 ? runHistoryReaders : [NOBODY]),
    },
    workflowManagement: managementCallers && { allowedCallerIpAddresses: rangesOf(managementCallers) },
  };
}

/** An address range in the form that Azure wants. */
interface AddressRange {
  readonly addressRange: string;
}

function rangesOf(ranges: readonly string[]): AddressRange[] {
  return ranges.map((addressRange) => ({ addressRange }));
}

function isOpen(callers: WebhookCallers | undefined): callers is Exclude<WebhookCallers, readonly string[]> {
  return callers !== undefined && "kind" in callers;
}

/**
 * The ranges of callers and of those who call back a webhook; `undefined` for any address, or where there are neither.
 * Azure's portal lets those call actions that may call triggers
 * (https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#restrict-inbound-ip-addresses).
 */
function together(
  addresses: pulumi.Output<AddressRange[]> | undefined,
  callers: WebhookCallers = [],
): pulumi.Input<AddressRange[]> | undefined {
  if (isOpen(callers)) return undefined;
  if (addresses) return addresses.apply((known) => [...known, ...rangesOf(callers)]);
  return callers.length > 0 ? rangesOf(callers) : undefined;
}

/**
 * Tokens are v2, as the registration of the workflows asks for them: `azp` is the caller
 * (https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app).
 */
function tokenPolicies({ tenantId, audience, clientId }: GatewayCaller) {
  const claims = {
    iss: pulumi.interpolate`https://login.microsoftonline.com/${tenantId}/v2.0`,
    aud: audience,
    azp: clientId,
  };
  return {
    policies: {
      gateway: { type: "AAD", claims: Object.entries(claims).map(([name, value]) => ({ name, value })) },
    },
  };
}

/**
 * @throws pulumi.RunError (through the output) when the addresses turn out to be none, or no IPv4 addresses
 */
function callerRanges(
  headline: string,
  addresses: readonly string[],
  extra: readonly string[] = [],
): AddressRange[] {
  const issues = checkAddresses(addresses);
  if (issues.length > 0) {
    throw new pulumi.RunError(formatIssues(headline, issues));
  }
  return rangesOf([...new Set([...addresses.map(asRange), ...extra])]);
}

/** An address in the form that Azure wants; a range has it already. */
function asRange(address: string): string {
  return isIPv4(address) ? `${address}/32` : address;
}

/** An empty list would mean "other logic apps only" to Azure: it is never sent by accident. */
function checkAddresses(addresses: readonly string[]): Issue[] {
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

function checkCallers(
  { addresses, extra, location, elsewhere }: TriggerCallers,
  workflowLocation: string,
): Issue[] {
  return [
    ...(addresses === undefined || isLate(addresses) ? [] : checkAddresses(addresses)),
    ...(extra ? checkExtraCallers(extra, addresses === undefined) : []),
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

function checkExtraCallers({ ranges, because }: ExtraCallers, isTokenAlone: boolean): Issue[] {
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

/** Every problem of who may call a workflow. */
export function checkAccess(
  definition: WorkflowDefinition,
  location: string,
  access: WorkflowAccess,
): Issue[] {
  const { callers, runHistoryReaders, managementCallers } = access;
  return [
    ...checkTriggers(definition, callers),
    ...(callers ? checkCallers(callers, location) : []),
    ...checkWebhookTriggers(definition, access),
    ...checkActions(definition, access),
    ...checkRanges("runHistoryReaders", runHistoryReaders),
    ...checkRanges("managementCallers", managementCallers),
  ];
}

function checkTriggers(definition: WorkflowDefinition, callers: TriggerCallers | undefined): Issue[] {
  const triggers = callableTriggers(definition);
  if (!callers) {
    return triggers.length === 0
      ? []
      : [
          {
            path: "callers",
            rule: "a workflow with a request trigger names its callers",
            fix: "give the gateway's addresses and caller",
          },
        ];
  }
  if (triggers.length === 0) {
    return [
      {
        path: "callers",
        rule: "a workflow without a request trigger has no callers",
        fix: "leave callers out, or add a request trigger",
      },
    ];
  }
  const bySignature = triggers.find(({ authorization }) => authorization === "signature");
  if (callers.addresses || !bySignature) return [];
  return [
    {
      path: "callers.addresses",
      rule: `addresses are all that protects the trigger ${bySignature.name}, whose signature whoever has it may use`,
      received: received(callers.addresses),
      fix: 'make the trigger with authorization: "bearer", as a gateway of a v2 tier has no fixed addresses',
    },
  ];
}

/** Who calls these has an address that Azure signed, and goes on with a run or starts one. */
const WEBHOOKS = new Set<unknown>(["HttpWebhook", "ApiConnectionWebhook"]);

function webhookAmong(map: unknown, at: "triggers" | "actions"): string | undefined {
  return operations(map, at).find(({ operation }) => WEBHOOKS.has(operation.type))?.path;
}

function checkWebhookTriggers(
  { triggers }: WorkflowDefinition,
  { callers, webhookTriggerCallers: others }: WorkflowAccess,
): Issue[] {
  const path = "webhookTriggerCallers";
  const waiting = webhookAmong(triggers, "triggers");
  if (others !== undefined && waiting === undefined) {
    return [
      {
        path,
        rule: "a workflow without a webhook trigger is called back by nobody",
        fix: "leave it out, or add a webhook trigger",
      },
    ];
  }
  const issues = checkWebhookCallers(path, "trigger", waiting, others);
  if (callers && others && isOpen(others) !== (callers.addresses === undefined)) {
    issues.push({
      path,
      rule: "the triggers of a workflow admit the same addresses: either some, or any",
      fix: callers.addresses
        ? "name address ranges, as callers do"
        : "open it with a reason, as callers are admitted by their token alone",
    });
  }
  return issues;
}

function checkActions({ actions }: WorkflowDefinition, { actionCallers }: WorkflowAccess): Issue[] {
  return checkWebhookCallers("actionCallers", "action", webhookAmong(actions, "actions"), actionCallers);
}

/** @param waiting where the first webhook is that may be called */
function checkWebhookCallers(
  path: string,
  what: "trigger" | "action",
  waiting: string | undefined,
  callers: WebhookCallers = [],
): Issue[] {
  if (isOpen(callers)) {
    const departure = `a webhook ${what} that anybody may call who has its signed address`;
    return checkReason(`${path}.because`, callers.because, departure, "name address ranges");
  }
  if (callers.length > 0 || waiting === undefined) return checkRanges(path, callers);
  return [
    {
      path,
      rule: `a workflow with a webhook ${what} names from where it is called back`,
      received: received(waiting),
      fix: "give the address ranges of the service that calls back",
    },
  ];
}

function checkRanges(path: string, ranges: readonly string[] = []): Issue[] {
  return ranges.flatMap((range, index) =>
    isAddressRange(range)
      ? []
      : [{ path: `${path}[${index}]`, ...ADDRESS_RANGE_RULE, received: received(range) }],
  );
}
