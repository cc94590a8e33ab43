import { isSameRegion } from "../../../validation/region";
import { GENERIC } from "../arm-resources";
import { resourceGuardrail, type Guardrail } from "../guardrail";
import { placesOf, text } from "../properties";

/** Types whose loss nothing brings back at once: a gateway is an hour away, the others hold what is nowhere else. */
const STATEFUL = [
  "azure-native:apimanagement:ApiManagementService",
  "azure-native:apimanagement:Product",
  "azure-native:dns:Zone",
  "azure-native:keyvault:Vault",
  "azure-native:storage:StorageAccount",
];

/**
 * Types that take tags. As in PSRule (SupportsTags in src/PSRule.Rules.Azure/rules of Azure/PSRule.Rules.Azure), neither what
 * stands on another resource nor a deployment counts among them.
 */
const TAGGED = [
  "azure-native:apimanagement:ApiManagementService",
  "azure-native:applicationinsights:Component",
  "azure-native:applicationinsights:Workbook",
  "azure-native:dns:Zone",
  "azure-native:eventgrid:Topic",
  "azure-native:keyvault:Vault",
  "azure-native:logic:IntegrationAccount",
  "azure-native:logic:Workflow",
  "azure-native:managedidentity:UserAssignedIdentity",
  "azure-native:monitor:ActionGroup",
  "azure-native:monitor:AutoscaleSetting",
  "azure-native:monitor:MetricAlert",
  "azure-native:operationalinsights:Workspace",
  "azure-native:resources:ResourceGroup",
  "azure-native:servicebus:Namespace",
  "azure-native:storage:StorageAccount",
  "azure-native:web:ConnectionGateway",
  GENERIC,
];

/** Where a resource that stands in no region says it stands. */
const GLOBAL = "global";

/** What resources of every kind must satisfy. */
export const GENERAL_GUARDRAILS: readonly Guardrail[] = [
  resourceGuardrail({
    id: "common-tags",
    level: "mandatory",
    environments: "all",
    rule: "A resource has the tags that the pack's configuration names.",
    reason: "Costs and alerts find their owner by them.",
    fix: "hand the stack's tags to the component",
    mirrors: ["PSRule AZR-000166"],
    judges: TAGGED,
    *judge(inputs, { type }, { tags }) {
      if (type === GENERIC && text(inputs, "parentResourcePath") !== "") return;
      const missing = tags.filter((tag) => (text(inputs.tags, tag) ?? "").trim() === "");
      if (missing.length > 0) yield `lacks ${missing.join(", ")}`;
    },
  }),
  resourceGuardrail({
    id: "allowed-regions",
    level: "mandatory",
    environments: "all",
    rule: "A resource stands in a region that the pack's configuration names.",
    reason: "Where data lies is a matter of law and of contracts.",
    fix: "choose another region, or have this one admitted",
    mirrors: ["PSRule AZR-000167", "Azure Policy e56962a6"],
    judges: TAGGED,
    *judge(inputs, _resource, { regions }) {
      if (regions.length === 0) return;
      for (const [path, place] of placesOf(inputs)) {
        const location = text(place, "location") ?? GLOBAL;
        const admitted = [GLOBAL, ...regions].some((region) => isSameRegion(region, location));
        if (!admitted) yield `stands elsewhere by ${path}location`;
      }
    },
  }),
  resourceGuardrail({
    id: "protect-stateful",
    level: "mandatory",
    environments: "production",
    rule: "Pulumi refuses to delete what cannot be had back: gateways, products, zones, vaults, backups.",
    reason: "An edit that replaces one of them, or a destroy of the wrong stack, would be an outage.",
    fix: "set protect: true",
    mirrors: [],
    judges: STATEFUL,
    *judge(_inputs, { protect }) {
      if (!protect) yield "is not protected";
    },
  }),
];
