import type { TriggerDefinition } from "../../../workflow/definition";
import { demandsBearerToken } from "../../../workflow/triggers";
import { isCallerRange } from "../../../validation/address-range";
import { looksSecret } from "../../../validation/secret-forms";
import { resourceGuardrail, stackGuardrail, type Guardrail, type Resource } from "../guardrail";
import { at, isProperties, items, same, text, texts, textsIn } from "../properties";
import { tierOf } from "../tiers";
import { sendsLogs } from "./diagnostics";

const WORKFLOW = "azure-native:logic:Workflow";
const SERVICE = "azure-native:apimanagement:ApiManagementService";

/** The triggers of a workflow that somebody can call, whatever `kind` they say. */
function requestTriggers({ inputs }: Resource): readonly TriggerDefinition[] {
  const triggers = at(inputs, "definition.triggers");
  return Object.values(
    isProperties(triggers) ? (triggers as Readonly<Record<string, TriggerDefinition>>) : {},
  ).filter((trigger) => same(text(trigger, "type"), "Request"));
}

/** The ranges of addresses that may call; `undefined` where nothing is said, and everybody may. */
function callerRanges({ inputs }: Resource): readonly string[] | undefined {
  const ranges = at(inputs, "accessControl.triggers.allowedCallerIpAddresses");
  return Array.isArray(ranges)
    ? ranges.map((range: unknown) => text(range, "addressRange") ?? "")
    : undefined;
}

/**
 * Where a secret of a vault is read: at its address, also where an expression says which vault, or by the connector for Key Vault
 * (https://learn.microsoft.com/connectors/keyvault, "Get secret").
 */
const READS_SECRET = [
  { path: "inputs.uri", pattern: /(?:\.vault\.[a-z.]+|\})\/+secrets\//i },
  { path: "inputs.path", pattern: /^\/secrets\/.+\/value$/i },
];

/** Actions that read a secret from a vault, and do not keep their outputs out of the run history. */
function* secretsShown(within: unknown, path: string): Iterable<string> {
  if (!isProperties(within)) return;
  const readsSecret = READS_SECRET.some((place) => place.pattern.test(text(within, place.path) ?? ""));
  if (readsSecret && !texts(within, "runtimeConfiguration.secureData.properties").includes("outputs")) {
    yield `shows the secret that it reads at ${path}`;
  }
  for (const [key, member] of Object.entries(within)) yield* secretsShown(member, `${path}.${key}`);
}

/**
 * Whether somebody with a token may call. Who has the signature still needs none, unless each trigger has a condition:
 * https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app
 */
function takesTokens({ inputs }: Resource): boolean {
  const policies = at(inputs, "accessControl.triggers.openAuthenticationPolicies.policies");
  return isProperties(policies) && Object.keys(policies).length > 0;
}

function addressesOf({ outputs = {} }: Resource): readonly string[] {
  return [outputs, ...items(outputs, "additionalLocations")].flatMap((place) => [
    ...texts(place, "publicIPAddresses"),
    ...texts(place, "outboundPublicIPAddresses"),
  ]);
}

/** What workflows must satisfy. */
export const WORKFLOW_GUARDRAILS: readonly Guardrail[] = [
  resourceGuardrail({
    id: "logic-trigger-callers",
    level: "mandatory",
    environments: "all",
    rule: "A request trigger, of whatever kind, admits few addresses only; where the gateway has none of its own, its token.",
    reason: "The address of a trigger is public, and its signature is in every place that knows it.",
    fix: "give the workflow its callers: the gateway's addresses, each as a.b.c.d/32",
    // Stricter: the original looks at triggers of kind Http only, and takes 0.0.0.0/0 for a restriction.
    mirrors: ["PSRule AZR-000130", "MCSB NS-2"],
    judges: [WORKFLOW],
    *judge(_inputs, workflow) {
      const triggers = requestTriggers(workflow);
      if (triggers.length === 0) return;
      const ranges = callerRanges(workflow);
      if (ranges === undefined) {
        if (!takesTokens(workflow)) yield "admits every address, and asks for no token";
        else if (!triggers.every(demandsBearerToken))
          yield "admits every address to whoever has its signature";
        return;
      }
      const wide = ranges.filter((range) => !isCallerRange(range)).length;
      if (wide > 0) yield `admits ${wide === 1 ? "a range" : `${wide} ranges`} of more than 16 addresses`;
    },
  }),
  stackGuardrail({
    id: "logic-trigger-gateway",
    level: "mandatory",
    environments: "all",
    rule: "A request trigger admits every address of the stack's gateway, in all its regions, and a gateway with fixed addresses is admitted by them.",
    reason:
      "A region whose address is missing is refused; a trigger without addresses is protected by the token alone.",
    fix: "take the callers from the gateway's `addresses`; docs/deploying.md#adding-a-region says the order",
    mirrors: ["PSRule AZR-000130"],
    judges: [WORKFLOW],
    *judge(workflow, stack) {
      const gateway = stack.find(({ type }) => type === SERVICE);
      if (
        gateway === undefined ||
        requestTriggers(workflow).length === 0 ||
        tierOf(gateway.inputs)?.staticAddresses !== true
      )
        return;
      const ranges = callerRanges(workflow);
      if (ranges === undefined) {
        yield "admits the gateway from every address";
        return;
      }
      const missing = addressesOf(gateway).filter((address) => !ranges.includes(`${address}/32`)).length;
      if (missing > 0) yield `does not admit ${missing} of its addresses`;
    },
  }),
  stackGuardrail({
    id: "logic-diagnostics",
    level: "mandatory",
    environments: "production",
    rule: "A workflow sends its logs.",
    reason: "The run history is gone after 90 days, and nobody is told by it.",
    fix: "give LogicAppWorkflow a workspaceId: set monitoring",
    mirrors: ["Azure Policy 34f95f76", "MCSB LT-3"],
    judges: [WORKFLOW],
    *judge(workflow, stack) {
      if (!sendsLogs(workflow, stack, ["WorkflowRuntime", "allLogs"])) yield "sends none";
    },
  }),
  resourceGuardrail({
    id: "logic-no-secrets-in-definition",
    level: "mandatory",
    environments: "all",
    rule: "A definition holds no secret, and what it reads from a vault does not stand in the run history.",
    reason: "Whoever may read the workflow or its runs reads it, and every version of it is kept.",
    fix: "call with the managed identity; or read the secret from the vault, with secure outputs",
    mirrors: ["MCSB IM-8"],
    judges: [WORKFLOW],
    *judge(inputs) {
      for (const [path, value] of textsIn(inputs.definition, "definition")) {
        if (looksSecret(value)) yield `has what looks like one at ${path}`;
      }
      yield* secretsShown(inputs.definition, "definition");
      const parameters = at(inputs, "parameters");
      for (const [name, parameter] of Object.entries(isProperties(parameters) ? parameters : {})) {
        if (/^secure/i.test(text(inputs, `definition.parameters.${name}.type`) ?? "")) continue;
        for (const [path, value] of textsIn(parameter, `parameters.${name}`)) {
          if (looksSecret(value)) yield `has what looks like one at ${path}`;
        }
      }
    },
  }),
];
