import { addressesIn } from "../../../validation/address-range";
import { isSameRegion } from "../../../validation/region";
import { resourceGuardrail, stackGuardrail, type Guardrail, type Resource } from "../guardrail";
import { at, items, same, text, textsIn } from "../properties";
import { sendsLogs } from "./diagnostics";

const VAULT = "azure-native:keyvault:Vault";
const ACCOUNT = "azure-native:storage:StorageAccount";
const BLOBS = "azure-native:storage:BlobServiceProperties";
const SERVICE = "azure-native:apimanagement:ApiManagementService";

/** Regions in which gateways of the stack stand. */
function gatewayRegions(stack: readonly Resource[]): readonly string[] {
  return stack
    .filter(({ type }) => type === SERVICE)
    .flatMap(({ inputs }) => [inputs, ...items(inputs, "additionalLocations")])
    .flatMap((place) => text(place, "location") ?? []);
}

/** Whether a workflow has Azure write a backup: https://learn.microsoft.com/rest/api/apimanagement/api-management-service/backup */
function backsUp({ inputs }: Resource): boolean {
  return [...textsIn(inputs.definition, "definition")].some(([, value]) =>
    /\/backup\?api-version=/i.test(value),
  );
}

/** Whether settings are those of an account, whose name may not be known yet. */
function isOf(account: Resource, { inputs, dependencies }: Resource): boolean {
  return (
    dependencies.accountName?.includes(account.urn) === true ||
    same(text(inputs, "accountName"), text(account.inputs, "accountName"))
  );
}

/** The largest block of addresses that is given to one holder: https://www.iana.org/assignments/ipv4-address-space */
const LARGEST_BLOCK = 2 ** 24;

/** Why the firewall of a vault or an account stands before nothing. */
function* openings(properties: unknown, rules: string, address: string): Iterable<string> {
  if (same(text(properties, "publicNetworkAccess"), "Disabled")) return;
  if (!same(text(properties, `${rules}.defaultAction`), "Deny")) yield "answers every network";
  const isWide = (rule: unknown) => (addressesIn(text(rule, address) ?? "") ?? 1) > LARGEST_BLOCK;
  if (items(properties, `${rules}.ipRules`).some(isWide)) yield "admits what is no network of anybody's";
}

/** What Key Vault and storage must satisfy. */
export const STORE_GUARDRAILS: readonly Guardrail[] = [
  resourceGuardrail({
    id: "kv-soft-delete",
    level: "mandatory",
    environments: "all",
    rule: "What is deleted from a vault, or with it, can be recovered.",
    reason: "A secret that is lost stops everything that needs it.",
    fix: "leave enableSoftDelete out, or true",
    mirrors: ["PSRule AZR-000124", "Azure Policy 1e66c121", "MCSB DP-8"],
    judges: [VAULT],
    *judge(inputs) {
      if (at(inputs, "properties.enableSoftDelete") === false) yield "is switched off";
    },
  }),
  resourceGuardrail({
    id: "kv-purge-protection",
    level: "mandatory",
    environments: "production",
    rule: "Nobody can purge a vault, or what was deleted from it, before its time.",
    reason: "Whoever may delete could otherwise destroy.",
    fix: "set vault.purgeProtection",
    mirrors: ["PSRule AZR-000125", "Azure Policy 0b60c0b2", "MCSB DP-8"],
    judges: [VAULT],
    *judge(inputs) {
      if (at(inputs, "properties.enablePurgeProtection") !== true) yield "is not protected";
    },
  }),
  resourceGuardrail({
    id: "kv-rbac",
    level: "mandatory",
    environments: "all",
    rule: "Access to a vault is by role.",
    reason:
      "Whoever may write a vault could give himself a policy of access; roles are given apart from that.",
    fix: "set enableRbacAuthorization, and assign roles",
    mirrors: ["PSRule AZR-000388", "Azure Policy 12d4fa5e", "MCSB PA-7"],
    judges: [VAULT],
    *judge(inputs) {
      if (at(inputs, "properties.enableRbacAuthorization") !== true) yield "is by policies of access";
    },
  }),
  resourceGuardrail({
    id: "kv-firewall",
    level: "mandatory",
    environments: "all",
    rule: "A vault answers those networks only that it names, and Azure's trusted services.",
    reason: "Who has a role, or steals a token, must also be in the right place.",
    fix: "leave vault.network out; or except the vault with the reason for which it is open",
    mirrors: ["PSRule AZR-000355", "Azure Policy 55615ac9", "MCSB NS-2"],
    judges: [VAULT],
    judge: (inputs) => openings(at(inputs, "properties"), "networkAcls", "value"),
  }),
  stackGuardrail({
    id: "kv-logs",
    level: "mandatory",
    environments: "production",
    rule: "A vault logs who read what.",
    reason: "Nothing else tells whether a secret was taken.",
    fix: "send the logs AuditEvent to a workspace: set monitoring",
    mirrors: ["PSRule AZR-000119", "Azure Policy cf820ca0", "MCSB LT-3"],
    judges: [VAULT],
    *judge(vault, stack) {
      if (!sendsLogs(vault, stack, ["AuditEvent", "audit", "allLogs"])) yield "sends no logs";
    },
  }),
  resourceGuardrail({
    id: "storage-tls12",
    level: "mandatory",
    environments: "all",
    rule: "A storage account speaks nothing older than TLS 1.2, and nothing without TLS.",
    reason: "Backups hold the keys of subscriptions.",
    fix: "set minimumTlsVersion to TLS1_2, and enableHttpsTrafficOnly",
    mirrors: [
      "PSRule AZR-000196",
      "PSRule AZR-000200",
      "Azure Policy fe83a0eb",
      "Azure Policy 404c3081",
      "MCSB DP-3",
    ],
    judges: [ACCOUNT],
    *judge(inputs) {
      if (!["TLS1_2", "TLS1_3"].includes(text(inputs, "minimumTlsVersion") ?? ""))
        yield "admits older versions";
      if (at(inputs, "enableHttpsTrafficOnly") === false) yield "admits requests without TLS";
    },
  }),
  resourceGuardrail({
    id: "storage-no-public-blobs",
    level: "mandatory",
    environments: "all",
    rule: "No blob can be read without a proof.",
    reason: "One container that is made public by mistake is public.",
    fix: "set allowBlobPublicAccess to false",
    mirrors: ["PSRule AZR-000198", "Azure Policy 4fa4b6c0", "MCSB NS-2"],
    judges: [ACCOUNT],
    *judge(inputs) {
      if (at(inputs, "allowBlobPublicAccess") !== false) yield "lets containers be public";
    },
  }),
  resourceGuardrail({
    id: "storage-no-shared-key",
    level: "mandatory",
    environments: "all",
    rule: "A storage account takes no shared key.",
    reason: "A key opens everything, for whoever has it, without a name in the log.",
    fix: "set allowSharedKeyAccess to false, and assign roles",
    mirrors: ["Azure Policy 8c6a50c6", "MCSB IM-1"],
    judges: [ACCOUNT],
    *judge(inputs) {
      if (at(inputs, "allowSharedKeyAccess") !== false) yield "takes one";
    },
  }),
  resourceGuardrail({
    id: "storage-firewall",
    level: "mandatory",
    environments: "all",
    rule: "A storage account answers those networks only that it names, and Azure's trusted services.",
    reason: "Who has a role, or steals a token, must also be in the right place.",
    fix: 'set networkRuleSet.defaultAction to "Deny"',
    mirrors: ["PSRule AZR-000202", "Azure Policy 34c877ad", "MCSB NS-2"],
    judges: [ACCOUNT],
    judge: (inputs) => openings(inputs, "networkRuleSet", "iPAddressOrRange"),
  }),
  stackGuardrail({
    id: "storage-soft-delete",
    level: "mandatory",
    environments: "all",
    rule: "Blobs and containers that are deleted can be recovered.",
    reason: "A backup is most needed by those who deleted by mistake.",
    fix: "enable deleteRetentionPolicy and containerDeleteRetentionPolicy",
    mirrors: ["PSRule AZR-000197", "PSRule AZR-000289"],
    judges: [ACCOUNT],
    *judge(account, stack) {
      const blobs = stack.find((one) => one.type === BLOBS && isOf(account, one));
      for (const policy of ["deleteRetentionPolicy", "containerDeleteRetentionPolicy"]) {
        if (at(blobs?.inputs, `${policy}.enabled`) !== true) yield `has no ${policy}`;
      }
    },
  }),
  stackGuardrail({
    id: "backup-other-region",
    level: "mandatory",
    environments: "production",
    rule: "What backs a gateway up stands in a region in which the gateway does not, with copies in more than one place.",
    reason: "The loss of a region must not take the backup along.",
    fix: "set backup.location to another region, and redundancy to ZRS at least",
    mirrors: ["PSRule AZR-000195", "MCSB BR-1"],
    judges: [ACCOUNT],
    *judge({ inputs }, stack) {
      const location = text(inputs, "location") ?? "";
      if (gatewayRegions(stack).some((region) => isSameRegion(region, location))) {
        yield "stands where the gateway does";
      }
      if (/_LRS$/i.test(text(inputs, "sku.name") ?? "")) yield "keeps its copies in one place";
    },
  }),
  stackGuardrail({
    id: "backup",
    level: "mandatory",
    environments: "production",
    rule: "A gateway of production is backed up.",
    reason: "Subscriptions and their keys stand in no program.",
    fix: "set backup",
    mirrors: ["MCSB BR-1"],
    judges: [SERVICE],
    *judge(_service, stack) {
      const workflows = stack.filter(({ type }) => type === "azure-native:logic:Workflow");
      if (!workflows.some(backsUp)) yield "is not";
    },
  }),
];
