import type { AzureView, Fixture, Json, Properties, Rule, Write } from "../../resource-type";
import { AzureError } from "../../errors";
import { at, EXAMPLE, EXAMPLE_GROUP, exampleId, guidOf, items, nameOf, rule, same, text } from "../common";
import { certificateEnd, hexOf, without } from "../derived";
import { EXAMPLE_SERVICE, EXAMPLE_SERVICE_ID } from "./common";
import {
  accessRefusal,
  findSecret,
  firewallRefusal,
  FIREWALL_RULE,
  IDENTITY_REFUSALS,
  identityRefusal,
  KEY_VAULT_REFUSALS,
  secretReference,
  type SecretReference,
  type ServiceIdentities,
} from "./key-vault-access";
import { invalidParameters, tier } from "./tiers";

const CUSTOM_DOMAINS = "https://learn.microsoft.com/azure/api-management/configure-custom-domain";

/** Principal of a service's own identity; `undefined` where it has none. */
export function systemPrincipal(write: Pick<Write, "id" | "inputs">): string | undefined {
  return text(write.inputs, "identity.type")?.includes("SystemAssigned") === true
    ? guidOf(`principal:${write.id}`)
    : undefined;
}

/** The identities that a service has, or will have once a write is through. */
export function identitiesOf(service: Pick<Write, "id" | "inputs">): ServiceIdentities {
  return { inputs: service.inputs, principalId: systemPrincipal(service) };
}

/** What a read answers: the host name that Azure gives, then those of the user, with what is known of their certificates. */
export function hostnameOutputs({ id, inputs }: Write, defaultHostName: string): Json[] {
  const custom = items(inputs, "hostnameConfigurations");
  const builtIn: Json = {
    type: "Proxy",
    hostName: defaultHostName,
    certificateSource: "BuiltIn",
    negotiateClientCertificate: false,
    defaultSslBinding: !custom.some((item) => at(item, "defaultSslBinding") === true),
  };
  const known = custom.map((item): Json => {
    const hostName = text(item, "hostName") ?? "";
    const seed = `certificate:${id}:${hostName}:${text(item, "encodedCertificate") ?? ""}`;
    return {
      defaultSslBinding: false,
      negotiateClientCertificate: false,
      ...without(item, "encodedCertificate", "certificatePassword"),
      certificate: {
        subject: `CN=${hostName}`,
        thumbprint: hexOf(seed, 40).toUpperCase(),
        expiry: certificateEnd(seed),
      },
    };
  });
  return [builtIn, ...known];
}

function refuseFirst(
  { inputs }: Write,
  refuse: (reference: SecretReference) => AzureError | undefined,
): AzureError | undefined {
  return items(inputs, "hostnameConfigurations")
    .map((item) => secretReference(item, "keyVaultId"))
    .filter((reference) => reference !== undefined)
    .map(refuse)
    .find((refusal) => refusal !== undefined);
}

const gatewayNames = (inputs: Properties): readonly Json[] =>
  items(inputs, "hostnameConfigurations").filter((item) => text(item, "type") === "Proxy");

const vault: Properties = {
  resourceGroupName: "rg-example",
  vaultName: "kv-example",
  location: "westeurope",
  properties: {
    tenantId: EXAMPLE.tenantId,
    sku: { family: "A", name: "standard" },
    enableRbacAuthorization: true,
  },
};
const secret: Properties = {
  resourceGroupName: "rg-example",
  vaultName: "kv-example",
  secretName: "gateway",
  properties: { value: "MIIexample", contentType: "application/x-pkcs12" },
};
/** A role on the vault for {@link EXAMPLE_SERVICE}'s own identity. */
const role: Properties = {
  scope: exampleId("Microsoft.KeyVault/vaults/kv-example"),
  roleAssignmentName: "8b8f0a8e-6a53-4c4f-9d4c-0a4c8f6b3d12",
  principalId: guidOf(`principal:${EXAMPLE_SERVICE_ID}`),
  principalType: "ServicePrincipal",
  roleDefinitionId: `/subscriptions/${EXAMPLE.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
};

/** URL of the secret in {@link EXAMPLE_VAULT}. */
export const EXAMPLE_SECRET_URL = "https://kv-example.vault.azure.net/secrets/gateway";

/** A vault with a certificate as secret. */
export const EXAMPLE_VAULT: NonNullable<Fixture["given"]> = [
  { token: "azure-native:keyvault:Vault", inputs: vault },
  { token: "azure-native:keyvault:Secret", inputs: secret },
];

/** The role that lets {@link EXAMPLE_SERVICE} read {@link EXAMPLE_VAULT}; the service exists before. */
export const EXAMPLE_ROLE = { token: "azure-native:authorization:RoleAssignment", inputs: role } as const;

/** A user-assigned identity that may read {@link EXAMPLE_VAULT}. */
export const EXAMPLE_IDENTITY = {
  id: exampleId("Microsoft.ManagedIdentity/userAssignedIdentities/id-example"),
  clientId: guidOf(`client:${exampleId("Microsoft.ManagedIdentity/userAssignedIdentities/id-example")}`),
  given: [
    {
      token: "azure-native:managedidentity:UserAssignedIdentity",
      inputs: { resourceGroupName: "rg-example", resourceName: "id-example", location: "westeurope" },
    },
    {
      token: EXAMPLE_ROLE.token,
      inputs: {
        ...role,
        roleAssignmentName: "c0b3c0de-0c1a-4f2b-8a53-6a1d4e9f7b21",
        principalId: guidOf(
          `principal:${exampleId("Microsoft.ManagedIdentity/userAssignedIdentities/id-example")}`,
        ),
      },
    },
  ],
} as const;

/** {@link EXAMPLE_VAULT} behind its firewall. */
export const CLOSED_VAULT: NonNullable<Fixture["given"]> = EXAMPLE_VAULT.map((item) =>
  item.inputs === vault
    ? {
        ...item,
        inputs: {
          ...vault,
          properties: {
            ...(vault.properties as Properties),
            networkAcls: { bypass: "AzureServices", defaultAction: "Deny" },
          },
        },
      }
    : item,
);

const host = (more: Properties = {}): Properties => ({
  type: "Proxy",
  hostName: "api.example.com",
  certificateSource: "KeyVault",
  keyVaultId: EXAMPLE_SECRET_URL,
  defaultSslBinding: true,
  ...more,
});
const before = EXAMPLE_SERVICE.inputs;
const given = [EXAMPLE_GROUP, ...EXAMPLE_VAULT, EXAMPLE_ROLE];
const inputs = { ...before, hostnameConfigurations: [host()] };
const withHosts = (...hostnameConfigurations: Json[]): Partial<Fixture> => ({
  inputs: { hostnameConfigurations },
});
const withIdentity = {
  ...before,
  identity: { type: "UserAssigned", userAssignedIdentities: { [EXAMPLE_IDENTITY.id]: {} } },
  hostnameConfigurations: [host({ identityClientId: EXAMPLE_IDENTITY.clientId })],
};

const oneDefault = rule({
  id: "apim-hostname-one-default",
  source: `${CUSTOM_DOMAINS}#set-a-custom-domain-name---portal`,
  given,
  inputs,
  refused: withHosts(host(), host({ hostName: "orders.example.com" })),
  check: (write) => {
    const defaults = gatewayNames(write.inputs).filter((item) => at(item, "defaultSslBinding") === true);
    return defaults.length > 1
      ? invalidParameters(
          `defaultSslBinding is true for more than one gateway host name: ${defaults.map((item) => text(item, "hostName") ?? "").join(", ")}`,
        )
      : undefined;
  },
});

const uniqueNames = rule({
  id: "apim-hostname-unique",
  source: CUSTOM_DOMAINS,
  given,
  inputs,
  refused: withHosts(
    host(),
    host({ type: "Management", defaultSslBinding: false, hostName: "API.example.com" }),
  ),
  check: (write) => {
    const names = items(write.inputs, "hostnameConfigurations").map((item) => text(item, "hostName") ?? "");
    const twice = names.find((name, index) => names.slice(0, index).some((other) => same(other, name)));
    return twice === undefined ? undefined : invalidParameters(`the host name ${twice} is configured twice`);
  },
});

const hostnameLimit = rule({
  id: "apim-hostname-limit",
  source:
    "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits",
  given,
  inputs,
  refused: {
    inputs: {
      sku: { name: "Standard", capacity: 1 },
      hostnameConfigurations: [host(), host({ hostName: "orders.example.com", defaultSslBinding: false })],
    },
  },
  check: (write) => {
    const limit = tier(write.inputs)?.gatewayHostnames ?? Infinity;
    const count = gatewayNames(write.inputs).length;
    return count > limit
      ? invalidParameters(
          `a gateway of the ${text(write.inputs, "sku.name") ?? ""} SKU has at most ${limit} custom host names, not ${count}`,
        )
      : undefined;
  },
});

const endpoint = rule({
  id: "apim-hostname-endpoint",
  source: `${CUSTOM_DOMAINS}#endpoints-for-custom-domains`,
  given,
  inputs: { ...before, hostnameConfigurations: [host({ type: "Management", defaultSslBinding: false })] },
  refused: { inputs: { sku: { name: "StandardV2", capacity: 1 } } },
  check: (write) => {
    const { dedicated, portal } = tier(write.inputs) ?? {};
    const wrong = items(write.inputs, "hostnameConfigurations")
      .map((item) => text(item, "type") ?? "")
      .find(
        (type) =>
          (["Management", "Scm", "Portal"].includes(type) && dedicated === false) ||
          (type === "DeveloperPortal" && portal === false),
      );
    return wrong === undefined
      ? undefined
      : invalidParameters(
          `the endpoint ${wrong} has no custom host name in the ${text(write.inputs, "sku.name") ?? ""} SKU`,
        );
  },
});

const negotiation = rule({
  id: "apim-hostname-client-certificates",
  source: "https://learn.microsoft.com/azure/api-management/v2-service-tiers-overview",
  given,
  inputs: { ...before, hostnameConfigurations: [host({ negotiateClientCertificate: true })] },
  refused: { inputs: { sku: { name: "StandardV2", capacity: 1 } } },
  check: (write) =>
    tier(write.inputs)?.dedicated === false &&
    gatewayNames(write.inputs).some((item) => at(item, "negotiateClientCertificate") === true)
      ? invalidParameters(
          `client certificates are not negotiated in the ${text(write.inputs, "sku.name") ?? ""} SKU`,
        )
      : undefined,
});

const certificate = rule({
  id: "apim-hostname-certificate",
  source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/15323",
  given,
  inputs,
  refused: withHosts({ type: "Proxy", hostName: "api.example.com" }),
  check: (write) => {
    const bare = items(write.inputs, "hostnameConfigurations").find(
      (item) =>
        text(item, "keyVaultId") === undefined &&
        text(item, "encodedCertificate") === undefined &&
        !["Managed", "BuiltIn"].includes(text(item, "certificateSource") ?? ""),
    );
    return bare === undefined
      ? undefined
      : invalidParameters(
          `certificate\r\nParameter name: Certificate cannot be empty (host name ${text(bare, "hostName") ?? ""})`,
        );
  },
});

const identity = rule({
  id: "apim-hostname-identity",
  source: IDENTITY_REFUSALS,
  given: [...given, ...EXAMPLE_IDENTITY.given],
  inputs: withIdentity,
  // Nor is one taken away that reads a certificate:
  // https://learn.microsoft.com/azure/api-management/api-management-howto-use-managed-service-identity
  refused: {
    operation: "update",
    previous: withIdentity,
    inputs: { identity: { type: "SystemAssigned" } },
  },
  check: (write, azure) =>
    refuseFirst(write, (reference) => identityRefusal(reference, identitiesOf(write), azure)),
});

const access = rule({
  id: "apim-hostname-secret-access",
  source: KEY_VAULT_REFUSALS,
  given,
  inputs,
  accepted: { operation: "update", previous: before },
  refused: { given: [EXAMPLE_GROUP, ...EXAMPLE_VAULT] },
  check: (write, azure) =>
    refuseFirst(write, (reference) => accessRefusal(reference, identitiesOf(write), azure)),
});

const firewall = rule({
  id: "apim-hostname-vault-firewall",
  source: FIREWALL_RULE,
  given: [EXAMPLE_GROUP, ...EXAMPLE_VAULT, ...EXAMPLE_IDENTITY.given],
  inputs: withIdentity,
  refused: { given: [EXAMPLE_GROUP, ...CLOSED_VAULT, ...EXAMPLE_IDENTITY.given] },
  check: (write, azure) =>
    refuseFirst(write, (reference) => firewallRefusal(reference, identitiesOf(write), azure)),
});

const contentType = rule({
  id: "apim-hostname-content-type",
  source: `${CUSTOM_DOMAINS}#domain-certificate-options`,
  given,
  inputs,
  refused: {
    given: given.map((item) =>
      item.inputs === secret
        ? { ...item, inputs: { ...secret, properties: { value: "MIIexample", contentType: "text/plain" } } }
        : item,
    ),
  },
  check: (write, azure) => refuseFirst(write, ({ url }) => contentTypeRefusal(url, azure)),
});

/** Whether a record set of a name stands in the zone that holds it. */
function hasRecord(azure: AzureView, hostName: string, holds: (recordSet: Properties) => boolean): boolean {
  return azure
    .all("azure-native:dns:RecordSet")
    .some(
      ({ inputs: recordSet }) =>
        same(
          `${text(recordSet, "relativeRecordSetName") ?? ""}.${text(recordSet, "zoneName") ?? ""}`,
          hostName,
        ) && holds(recordSet),
    );
}

/** The record set by which a name is that of a service. */
const exampleRecord = (more: Properties): NonNullable<Fixture["given"]>[number] => ({
  token: "azure-native:dns:RecordSet",
  inputs: { resourceGroupName: "rg-example", zoneName: "example.com", ttl: 300, ...more },
});
const zone = {
  token: "azure-native:dns:Zone",
  inputs: { resourceGroupName: "rg-example", zoneName: "example.com", location: "global" },
};
const cname = exampleRecord({
  relativeRecordSetName: "api",
  recordType: "CNAME",
  cnameRecord: { cname: `${nameOf(EXAMPLE_SERVICE_ID)}.azure-api.net` },
});

/**
 * A v2 tier takes a name only once public DNS answers it with the gateway's. The code is what a BasicV2 service answered
 * (https://github.com/naveenneog/claude-code-foundry-gateway, docs/adr/0033-company-address.md). What is resolved outside
 * of the simulated Azure is not: a zone of somebody else's is taken not to answer.
 */
const ownership = rule({
  id: "apim-hostname-ownership",
  source: `${CUSTOM_DOMAINS}#limitation-for-custom-domain-name-in-v2-tiers`,
  given: [...given, zone, cname],
  inputs: { ...inputs, sku: { name: "StandardV2", capacity: 1 } },
  refused: { given: [...given, zone] },
  check: (write, azure) => {
    const { dedicated, portal } = tier(write.inputs) ?? {};
    if (dedicated !== false || portal !== true) return undefined;
    const target = `${nameOf(write.id)}.azure-api.net`;
    const unknown = gatewayNames(write.inputs)
      .map((item) => text(item, "hostName") ?? "")
      .find(
        (name) =>
          !hasRecord(azure, name, (recordSet) =>
            same((text(recordSet, "cnameRecord.cname") ?? "").replace(/\.$/, ""), target),
          ),
      );
    return unknown === undefined
      ? undefined
      : new AzureError(
          400,
          "CustomHostnameOwnershipCheckFailed",
          `Ownership of the custom hostname ${unknown} cannot be checked: no CNAME record maps it to ${target}.`,
        );
  },
});

const managedHost = { type: "Proxy", hostName: "api.example.com", certificateSource: "Managed" };
const ownershipRecord = exampleRecord({
  relativeRecordSetName: "apimuid.api",
  recordType: "TXT",
  txtRecords: [{ value: [ownershipIdentifier(EXAMPLE)] }],
});

/** By which Azure knows whose a domain is: the same for all services of a subscription. */
export function ownershipIdentifier({ subscriptionId }: Pick<AzureView, "subscriptionId">): string {
  return hexOf(`domain-ownership:${subscriptionId}`, 64);
}

/** The names with a certificate that API Management manages. */
const managedNames = (inputs: Properties): readonly Json[] =>
  items(inputs, "hostnameConfigurations").filter((item) => text(item, "certificateSource") === "Managed");

const managed = {
  given: [EXAMPLE_GROUP, zone, ownershipRecord],
  inputs: { ...before, hostnameConfigurations: [managedHost] },
  accepted: { operation: "update", previous: before },
} satisfies Partial<Parameters<typeof rule>[0]>;

const managedOnUpdate = rule({
  id: "apim-hostname-managed-on-update",
  source: `${CUSTOM_DOMAINS}#limitations`,
  ...managed,
  refused: { operation: "create" },
  check: ({ operation, inputs: written }) =>
    operation === "create" && managedNames(written).length > 0
      ? invalidParameters(
          "a managed certificate is configured when a service is updated, not when it is created",
        )
      : undefined,
});

const managedGateway = rule({
  id: "apim-hostname-managed-gateway",
  source: `${CUSTOM_DOMAINS}#limitations`,
  ...managed,
  refused: {
    operation: "update",
    previous: before,
    inputs: { hostnameConfigurations: [{ ...managedHost, type: "DeveloperPortal" }] },
  },
  check: ({ inputs: written }) =>
    managedNames(written).some((item) => text(item, "type") !== "Proxy" || tier(written)?.dedicated === false)
      ? invalidParameters("a managed certificate is for names of the gateway only, in the tiers before v2")
      : undefined,
});

const managedOwnership = rule({
  id: "apim-hostname-managed-ownership",
  source: `${CUSTOM_DOMAINS}#txt-record`,
  ...managed,
  refused: { operation: "update", previous: before, given: [EXAMPLE_GROUP, zone] },
  check: ({ inputs: written }, azure) => {
    const unproven = managedNames(written)
      .map((item) => `apimuid.${text(item, "hostName") ?? ""}`)
      .find(
        (name) =>
          !hasRecord(azure, name, (recordSet) =>
            items(recordSet, "txtRecords").some((record) =>
              items(record, "value").includes(ownershipIdentifier(azure)),
            ),
          ),
      );
    return unproven === undefined
      ? undefined
      : invalidParameters(`no TXT record ${unproven} holds the domain ownership identifier`);
  },
});

/** API Management reads a certificate as the secret that Key Vault keeps for it. */
export function contentTypeRefusal(url: string, azure: AzureView): AzureError | undefined {
  const found = findSecret(url, azure).secret;
  if (found === undefined || text(found.inputs, "properties.contentType") === "application/x-pkcs12")
    return undefined;
  return new AzureError(
    400,
    "InvalidOperation",
    `the KeyVault Secret ${url} is not a certificate: its content type must be application/x-pkcs12`,
  );
}

/** Rules about the host names of a service. */
export const HOSTNAME_RULES: readonly Rule[] = [
  oneDefault,
  uniqueNames,
  hostnameLimit,
  endpoint,
  negotiation,
  certificate,
  identity,
  access,
  firewall,
  contentType,
  ownership,
  managedOnUpdate,
  managedGateway,
  managedOwnership,
];
