import { BlockList } from "node:net";
import { AzureError } from "../errors";
import type { AzureView, Fixture, Properties, Rule, TypeModule, Write } from "../resource-type";
import {
  at,
  badRequest,
  EXAMPLE,
  EXAMPLE_GROUP,
  exampleId,
  guidOf,
  isGuid,
  isIpRange,
  items,
  members,
  nameOf,
  nameRule,
  number,
  others,
  rule,
  same,
  text,
} from "./common";
import { nameAndType } from "./derived";
import { hasFirewall, mayUseSecret } from "./vault-access";

const VAULT = "azure-native:keyvault:Vault";

/** Days that a deleted vault keeps its name, where the vault does not say. */
const DEFAULT_RETENTION_DAYS = 90;

const properties: Properties = {
  tenantId: EXAMPLE.tenantId,
  sku: { family: "A", name: "standard" },
  enableRbacAuthorization: true,
};
const vault = {
  resourceGroupName: "rg-example",
  vaultName: "kv-example",
  location: "westeurope",
  properties,
};
const secret = {
  resourceGroupName: "rg-example",
  vaultName: "kv-example",
  secretName: "backend-key",
  properties: { value: "example" },
};
const given = [EXAMPLE_GROUP];
const vaultWith = (change: Properties): { inputs: Properties } => ({
  inputs: { ...vault, properties: { ...properties, ...change } },
});
const CREATE = "https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/create-or-update";
const NETWORK = "https://learn.microsoft.com/azure/key-vault/general/network-security";
const SOFT_DELETE = "https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview";

function recovers(inputs: Properties): boolean {
  return text(inputs, "properties.createMode") === "recover";
}

function deletedNameTaken(): AzureError {
  return new AzureError(
    409,
    "ConflictError",
    "A vault with the same name already exists in deleted state. You need to either recover or purge existing key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
  );
}

/** Private networks, as RFC 1918 names them. */
const PRIVATE = blockList("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16");

function blockList(...ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits = "32"] = range.split("/");
    if (isIpRange(range)) list.addSubnet(address, Number(bits));
  }
  return list;
}

function isPrivate(range: string): boolean {
  return isIpRange(range) && PRIVATE.check(range.split("/")[0] ?? "");
}

const manyRules = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    value: `198.51.${100 + Math.floor(index / 256)}.${index % 256}`,
  }));

/** From where the simulated deployment comes: an address that the documentation of networks has for examples. */
const DEPLOYER_ADDRESS = "192.0.2.1";

/**
 * A rule about the deletion of a secret. Azure Resource Manager knows none: azure-native asks the vault itself, as whoever
 * deploys and from there (pulumi/pulumi-azure-native, provider/pkg/resources/customresources/custom_keyvault.go).
 */
function deletionRule({
  id,
  source,
  given: standing,
  refusedBy,
  check,
}: {
  readonly id: string;
  readonly source: string;
  /** What lets the deployment delete it. */
  readonly given: NonNullable<Fixture["given"]>;
  /** What stands in its place where the vault refuses. */
  readonly refusedBy: NonNullable<Fixture["given"]>;
  readonly check: (
    write: Write & Required<Pick<Write, "previous">>,
    azure: AzureView,
  ) => AzureError | undefined;
}): Rule {
  const fixture: Fixture = { operation: "delete", inputs: secret, previous: secret };
  return {
    id,
    source,
    accepted: { ...fixture, given: standing },
    refused: { ...fixture, given: refusedBy },
    check: ({ previous, ...write }, azure) =>
      write.operation === "delete" && previous ? check({ ...write, previous }, azure) : undefined,
  };
}

/** The vault that a secret is in. */
function vaultOf(secretId: string, azure: AzureView) {
  return azure.get(secretId.replace(/\/secrets\/[^/]+$/, ""));
}

const secretsOfficer = {
  token: "azure-native:authorization:RoleAssignment",
  inputs: {
    scope: exampleId("Microsoft.KeyVault/vaults/kv-example"),
    roleAssignmentName: "1c9d7c1e-52a4-4c0e-9d0b-5a7f2f6b8e43",
    principalId: EXAMPLE.deployerObjectId,
    principalType: "ServicePrincipal",
    roleDefinitionId: `/subscriptions/${EXAMPLE.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7`,
  },
};
const closedTo = (...ranges: readonly string[]) => ({
  token: VAULT,
  inputs: vaultWith({
    networkAcls: { defaultAction: "Deny", ipRules: ranges.map((value) => ({ value })) },
  }).inputs,
});

/** Key vaults and the secrets that are written through Azure Resource Manager. */
export const keyVault: TypeModule = {
  resources: [
    {
      token: VAULT,
      id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.KeyVault/vaults/{vaultName}",
      replaceOn: ["location"],
      autoName: { property: "vaultName", kind: "random" },
      minutes: { create: 0.5, update: 0.2, delete: 0.2 },
      softDelete: {
        remedy: ({ id, inputs }) => {
          const name = nameOf(id);
          const days = number(inputs, "properties.softDeleteRetentionInDays") ?? DEFAULT_RETENTION_DAYS;
          return at(inputs, "properties.enablePurgeProtection") === true
            ? `recover: az keyvault recover --name ${name}  # purge protection: the name stays taken for ${days} days`
            : `purge: az keyvault purge --name ${name}`;
        },
        refusal: deletedNameTaken,
        restores: recovers,
      },
      outputs: ({ id, inputs }) => {
        const given = members(inputs, "properties");
        return {
          ...nameAndType(id),
          properties: {
            ...given,
            accessPolicies: given.accessPolicies ?? [],
            enableSoftDelete: given.enableSoftDelete ?? true,
            softDeleteRetentionInDays: given.softDeleteRetentionInDays ?? DEFAULT_RETENTION_DAYS,
            publicNetworkAccess: given.publicNetworkAccess ?? "Enabled",
            provisioningState: "Succeeded",
            vaultUri: `https://${nameOf(id).toLowerCase()}.vault.azure.net/`,
          },
        };
      },
      rules: [
        nameRule({
          id: "vault-name",
          property: "vaultName",
          pattern: /^(?=.{3,24}$)(?!.*--)[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/,
          code: "VaultNameNotValid",
          message: (name) =>
            `The vault name '${name}' is invalid. A vault's name must be between 3-24 alphanumeric characters. The name must begin with a letter, end with a letter or digit, and not contain consecutive hyphens.`,
          given,
          inputs: vault,
          refusedName: "kv--example",
        }),
        rule({
          id: "vault-name-free",
          source: "https://github.com/Azure/azure-powershell/issues/15115",
          given,
          inputs: vault,
          refused: {
            given: [...given, { token: VAULT, inputs: { ...vault, resourceGroupName: "rg-other" } }],
          },
          check: (write, azure) => {
            if (write.operation !== "create") return undefined;
            const name = nameOf(write.id);
            if (recovers(write.inputs)) return undefined;
            if (azure.softDeleted(VAULT).some(({ id }) => same(nameOf(id), name))) return deletedNameTaken();
            if (!others(write, azure, VAULT).some(({ id }) => same(nameOf(id), name))) return undefined;
            const message = `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`;
            return new AzureError(409, "VaultAlreadyExists", message);
          },
        }),
        rule({
          id: "vault-tenant",
          source: CREATE,
          given,
          inputs: vault,
          refused: vaultWith({ tenantId: "contoso.onmicrosoft.com" }),
          check: ({ inputs }) =>
            isGuid(at(inputs, "properties.tenantId"))
              ? undefined
              : badRequest("An invalid value was provided for 'tenantId': it is a GUID."),
        }),
        rule({
          id: "vault-sku-family",
          source: CREATE,
          given,
          inputs: vault,
          refused: vaultWith({ sku: { family: "B", name: "standard" } }),
          check: ({ inputs }) =>
            text(inputs, "properties.sku.family") === "A"
              ? undefined
              : badRequest("An invalid value was provided for 'sku.family': it is 'A'."),
        }),
        rule({
          id: "vault-retention-days",
          source: SOFT_DELETE,
          given,
          inputs: vault,
          accepted: vaultWith({ softDeleteRetentionInDays: 7 }),
          refused: vaultWith({ softDeleteRetentionInDays: 91 }),
          check: ({ inputs }) => {
            const days = number(inputs, "properties.softDeleteRetentionInDays") ?? DEFAULT_RETENTION_DAYS;
            if (Number.isInteger(days) && days >= 7 && days <= 90) return undefined;
            return badRequest(
              `The property "softDeleteRetentionInDays" must be between 7 and 90, not ${days}.`,
            );
          },
        }),
        rule({
          id: "vault-retention-fixed",
          source: SOFT_DELETE,
          given,
          inputs: vault,
          accepted: { operation: "update", previous: vault },
          refused: { operation: "update", previous: vault, ...vaultWith({ softDeleteRetentionInDays: 30 }) },
          check: ({ inputs, previous }) => {
            if (previous === undefined) return undefined;
            const days = number(inputs, "properties.softDeleteRetentionInDays");
            const before =
              number(previous.inputs, "properties.softDeleteRetentionInDays") ?? DEFAULT_RETENTION_DAYS;
            if (days === undefined || days === before) return undefined;
            const message =
              'The property "softDeleteRetentionInDays" has been set already and it can\'t be modified.';
            return badRequest(message);
          },
        }),
        rule({
          id: "vault-soft-delete-stays-on",
          source: SOFT_DELETE,
          given,
          inputs: vault,
          accepted: { operation: "update", previous: vault },
          refused: { operation: "update", previous: vault, ...vaultWith({ enableSoftDelete: false }) },
          check: ({ inputs, previous }) =>
            previous !== undefined &&
            at(inputs, "properties.enableSoftDelete") === false &&
            at(previous.outputs, "properties.enableSoftDelete") === true
              ? badRequest('The property "enableSoftDelete" cannot be set to false once it is true.')
              : undefined,
        }),
        rule({
          id: "vault-purge-protection-stays-on",
          source: "https://github.com/Azure/azure-cli/issues/29115",
          given,
          inputs: vault,
          accepted: vaultWith({ enablePurgeProtection: true }),
          refused: vaultWith({ enablePurgeProtection: false }),
          check: ({ inputs }) =>
            at(inputs, "properties.enablePurgeProtection") === false
              ? badRequest(
                  'The property "enablePurgeProtection" cannot be set to false. Enabling the purge protection for a vault is an irreversible action.',
                )
              : undefined,
        }),
        rule({
          id: "vault-access-policies",
          source: CREATE,
          given,
          inputs: vault,
          accepted: vaultWith({ enableRbacAuthorization: false, accessPolicies: [] }),
          refused: vaultWith({ enableRbacAuthorization: false }),
          check: ({ operation, inputs }) =>
            operation === "create" &&
            at(inputs, "properties.enableRbacAuthorization") !== true &&
            at(inputs, "properties.accessPolicies") === undefined &&
            !recovers(inputs)
              ? badRequest("The parameter accessPolicies is not specified.")
              : undefined,
        }),
        rule({
          id: "vault-network-acls",
          source: NETWORK,
          given,
          inputs: vault,
          accepted: vaultWith({
            networkAcls: {
              bypass: "AzureServices",
              defaultAction: "Deny",
              ipRules: [{ value: "192.0.2.0/24" }],
            },
          }),
          refused: vaultWith({
            networkAcls: { defaultAction: "Deny", ipRules: [{ value: "gateway.example.com" }] },
          }),
          check: ({ inputs }) => {
            const acls = members(inputs, "properties.networkAcls");
            if (!["Allow", "Deny"].includes(text(acls, "defaultAction") ?? "Allow")) {
              return badRequest(
                "An invalid value was provided for 'networkAcls.defaultAction': Allow or Deny.",
              );
            }
            if (!["AzureServices", "None"].includes(text(acls, "bypass") ?? "AzureServices")) {
              return badRequest(
                "An invalid value was provided for 'networkAcls.bypass': AzureServices or None.",
              );
            }
            const wrong = items(acls, "ipRules").find((item) => !isIpRange(text(item, "value") ?? ""));
            return wrong === undefined
              ? undefined
              : badRequest(
                  "An invalid value was provided for 'networkAcls.ipRules': an IPv4 address or CIDR range.",
                );
          },
        }),
        rule({
          id: "vault-ip-rules-public",
          source: NETWORK,
          given,
          inputs: vault,
          accepted: vaultWith({ networkAcls: { defaultAction: "Deny", ipRules: [{ value: "172.15.0.1" }] } }),
          refused: vaultWith({
            networkAcls: { defaultAction: "Deny", ipRules: [{ value: "172.16.0.0/12" }] },
          }),
          check: ({ inputs }) =>
            items(inputs, "properties.networkAcls.ipRules").some((item) =>
              isPrivate(text(item, "value") ?? ""),
            )
              ? badRequest(
                  "An invalid value was provided for 'networkAcls.ipRules': IP address ranges reserved for private networks (RFC 1918) are not allowed.",
                )
              : undefined,
        }),
        rule({
          id: "vault-ip-rules-count",
          source: NETWORK,
          given,
          inputs: vault,
          accepted: vaultWith({ networkAcls: { defaultAction: "Deny", ipRules: manyRules(1000) } }),
          refused: vaultWith({ networkAcls: { defaultAction: "Deny", ipRules: manyRules(1001) } }),
          check: ({ inputs }) =>
            items(inputs, "properties.networkAcls.ipRules").length > 1000
              ? badRequest("An invalid value was provided for 'networkAcls.ipRules': at most 1000 rules.")
              : undefined,
        }),
      ],
    },
    {
      token: "azure-native:keyvault:Secret",
      id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.KeyVault/vaults/{vaultName}/secrets/{secretName}",
      autoName: { property: "secretName", kind: "copy" },
      writeOnly: ["properties.value"],
      minutes: { create: 0.1 },
      softDelete: {
        remedy: ({ id }) => {
          const [, vaultName = ""] = /\/vaults\/([^/]+)\//i.exec(id) ?? [];
          return `purge: az keyvault secret purge --vault-name ${vaultName} --name ${nameOf(id)}`;
        },
        refusal: (id) =>
          new AzureError(
            409,
            "Conflict",
            `Secret ${nameOf(id)} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
          ),
      },
      outputs: ({ id, inputs }) => {
        const { value, ...rest } = members(inputs, "properties");
        const [, vaultName = ""] = /\/vaults\/([^/]+)\//i.exec(id) ?? [];
        const secretUri = `https://${vaultName.toLowerCase()}.vault.azure.net/secrets/${nameOf(id)}`;
        const version = guidOf(`version:${id}:${JSON.stringify(value ?? null)}`).replaceAll("-", "");
        return {
          ...nameAndType(id),
          properties: { ...rest, secretUri, secretUriWithVersion: `${secretUri}/${version}` },
        };
      },
      rules: [
        nameRule({
          id: "vault-secret-name",
          property: "secretName",
          pattern: /^[A-Za-z0-9-]{1,127}$/,
          code: "SecretNameNotValid",
          message: (name) => `The secret name '${name}' is invalid: it has 1 to 127 letters, digits or '-'.`,
          given: [EXAMPLE_GROUP, { token: VAULT, inputs: vault }],
          inputs: secret,
          refusedName: "backend_key",
        }),
        rule({
          id: "vault-secret-size",
          source: "https://learn.microsoft.com/azure/key-vault/secrets/about-secrets",
          given: [EXAMPLE_GROUP, { token: VAULT, inputs: vault }],
          inputs: secret,
          accepted: { inputs: { properties: { value: "x".repeat(25_600) } } },
          refused: { inputs: { properties: { value: "x".repeat(25_601) } } },
          check: ({ inputs }) =>
            Buffer.byteLength(text(inputs, "properties.value") ?? "") > 25 * 1024
              ? badRequest("The secret value has a maximum size of 25 KB.", "BadParameter")
              : undefined,
        }),
        rule({
          id: "vault-secret-content-type",
          source: "https://learn.microsoft.com/azure/key-vault/secrets/about-secrets",
          given: [EXAMPLE_GROUP, { token: VAULT, inputs: vault }],
          inputs: secret,
          accepted: { inputs: { properties: { value: "example", contentType: "t".repeat(255) } } },
          refused: { inputs: { properties: { value: "example", contentType: "t".repeat(256) } } },
          check: ({ inputs }) =>
            (text(inputs, "properties.contentType") ?? "").length > 255
              ? badRequest("The maximum length of the content type is 255 characters.", "BadParameter")
              : undefined,
        }),
        deletionRule({
          id: "vault-secret-deletion-role",
          source: "https://github.com/piyushsachdeva/Terraform_AKS/issues/2",
          given: [EXAMPLE_GROUP, { token: VAULT, inputs: vault }, secretsOfficer],
          refusedBy: [EXAMPLE_GROUP, { token: VAULT, inputs: vault }],
          check: ({ id, previous }, azure) => {
            const held = vaultOf(id, azure);
            if (held === undefined || mayUseSecret(azure.deployerObjectId, "delete", held, previous, azure)) {
              return undefined;
            }
            return new AzureError(
              403,
              "Forbidden",
              `Caller is not authorized to perform action on resource. If role assignments, deny assignments or role definitions were changed recently, please observe propagation time. Caller: oid=${azure.deployerObjectId} Action: 'Microsoft.KeyVault/vaults/secrets/delete' Resource: '${id}' Assignment: (not found) DecisionReason: 'DeniedWithNoValidRBAC' (ForbiddenByRbac)`,
            );
          },
        }),
        deletionRule({
          id: "vault-secret-deletion-firewall",
          source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/20742",
          given: [EXAMPLE_GROUP, closedTo("192.0.2.0/24"), secretsOfficer],
          refusedBy: [EXAMPLE_GROUP, closedTo("198.51.100.0/24"), secretsOfficer],
          check: ({ id }, azure) => {
            const held = vaultOf(id, azure);
            if (held === undefined || !hasFirewall(held)) return undefined;
            const allowed = items(held.inputs, "properties.networkAcls.ipRules").map(
              (item) => text(item, "value") ?? "",
            );
            if (blockList(...allowed).check(DEPLOYER_ADDRESS)) return undefined;
            return new AzureError(
              403,
              "Forbidden",
              `Client address is not authorized and caller is not a trusted service. Client address: ${DEPLOYER_ADDRESS} (ForbiddenByFirewall)`,
            );
          },
        }),
      ],
    },
  ],
};
