import type { ApimGatewayArgs, NewService } from "../../components/gateway/apim-gateway";
import { GatewayInventory } from "../../components/gateway/inventory";
import type { GatewayCaller, GatewayReference } from "../../components/gateway/reference";
import { DEFAULT_IDS, type SimulatedAzure } from "../../rehearsal/azure";
import type { Properties } from "../../rehearsal/azure/resource-type";
import { guidOf } from "../../rehearsal/azure/types/common";

/** The certificate of an authority that signs nothing, base64. */
export { EXAMPLE_CERTIFICATE as CA_CERTIFICATE } from "../../rehearsal/azure/types/entra/credentials";

/** Where the service of {@link gatewayReference} is, and where its children are. */
export const PLACE = { resourceGroupName: "rg-gateway", serviceName: "apim-contoso-test" } as const;

/** ARM id of the service of {@link gatewayReference}. */
export const SERVICE_ID = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-gateway/providers/Microsoft.ApiManagement/service/apim-contoso-test`;

/** Resource groups that stand already. */
export function seedGroups(azure: SimulatedAzure, ...names: readonly string[]): void {
  for (const resourceGroupName of names) {
    azure.seed("azure-native:resources:ResourceGroup", { resourceGroupName, location: "westeurope" });
  }
}

/** A service that may take names over, and has them already. */
export function seedPassiveGateway(azure: SimulatedAzure, ...hostNames: readonly string[]): void {
  seedGroups(azure, "rg-passive");
  azure.seed("azure-native:apimanagement:ApiManagementService", {
    resourceGroupName: "rg-passive",
    serviceName: "apim-passive",
    location: "northeurope",
    sku: { name: "Premium", capacity: 1 },
    publisherName: "Contoso",
    publisherEmail: "apis@contoso.com",
    hostnameConfigurations: hostNames.map((hostName) => ({
      type: "Proxy",
      hostName,
      encodedCertificate: "MII",
    })),
  });
}

export interface Identity {
  readonly id: string;
  readonly clientId: string;
  readonly principalId: string;
}

/** A user-assigned identity that stands already, as components take it. */
export function seedIdentity(azure: SimulatedAzure, resourceName = "id-gateway"): Identity {
  const { id, outputs } = azure.seed("azure-native:managedidentity:UserAssignedIdentity", {
    resourceGroupName: "rg-gateway",
    resourceName,
    location: "westeurope",
  });
  const { clientId, principalId } = outputs as { readonly clientId: string; readonly principalId: string };
  return { id, clientId, principalId };
}

/** Why the APIs of tests that are not about tokens validate none. */
export const NO_TOKENS = { because: "it is made up" } as const;

/** Somebody who stands in the directory. */
export function admitPerson(azure: SimulatedAzure, type: "User" | "Group"): string {
  const objectId = guidOf(type);
  azure.admit({ objectId, type });
  return objectId;
}

/** A name that is one character longer than `length` admits. */
export function tooLong(length: number): string {
  return "a".repeat(length + 1);
}

const TENANT_ID = "00000000-0000-4000-8000-000000000002";
const AUDIENCE = "22222222-2222-4222-8222-222222222222";

/** The least that a gateway needs, in resource groups and with an identity that stand already. */
export function gatewayArgs(azure: SimulatedAzure, service: Partial<NewService> = {}): ApimGatewayArgs {
  seedGroups(azure, "rg-gateway");
  return gatewayArgsWith(seedIdentity(azure), service);
}

/** {@link gatewayArgs} for a test in which nothing is created. */
export function gatewayArgsWith(identity: Identity, service: Partial<NewService> = {}): ApimGatewayArgs {
  return {
    service: {
      kind: "create",
      resourceGroupName: "rg-gateway",
      serviceName: "apim-contoso-test",
      location: "westeurope",
      tier: { name: "Developer" },
      publisher: { name: "Contoso", email: "apis@contoso.com" },
      ...service,
    },
    identity,
    caller: { tenantId: TENANT_ID, audience: AUDIENCE },
  };
}

/** An identity that no simulated Azure knows, for arguments that are refused. */
export const NO_IDENTITY: Identity = {
  id: "/subscriptions/any",
  clientId: "11111111-1111-4111-8111-111111111111",
  principalId: "44444444-4444-4444-8444-444444444444",
};

/** A vault that the gateway's identity reads, with a certificate, and the secret identifier of that. */
export function seedCertificate(
  azure: SimulatedAzure,
  { principalId }: Pick<Identity, "principalId">,
): string {
  seedGroups(azure, "rg-certificates");
  const place = { resourceGroupName: "rg-certificates", vaultName: "kv-certificates" };
  const { id } = azure.seed("azure-native:keyvault:Vault", {
    ...place,
    location: "westeurope",
    properties: {
      tenantId: TENANT_ID,
      sku: { family: "A", name: "standard" },
      enableRbacAuthorization: true,
    },
  });
  azure.seed("azure-native:keyvault:Secret", {
    ...place,
    secretName: "api",
    properties: { value: "a certificate with its key", contentType: "application/x-pkcs12" },
  });
  azure.seed("azure-native:authorization:RoleAssignment", {
    scope: id,
    roleAssignmentName: "33333333-3333-4333-8333-333333333333",
    principalId,
    principalType: "ServicePrincipal",
    roleDefinitionId: `/subscriptions/${azure.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6`,
  });
  return "https://kv-certificates.vault.azure.net/secrets/api";
}

/** An API Management service that stands already, with its resource group. */
export function seedService(azure: SimulatedAzure, more: Properties = {}): void {
  seedGroups(azure, "rg-gateway");
  azure.seed("azure-native:apimanagement:ApiManagementService", {
    ...PLACE,
    location: "westeurope",
    sku: { name: "Developer", capacity: 1 },
    publisherName: "Contoso",
    publisherEmail: "apis@contoso.com",
    ...more,
  });
}

/** A gateway that stands already, as another stack would show it. */
export function seedGateway(azure: SimulatedAzure): GatewayReference {
  seedService(azure);
  return gatewayReference();
}

/** What {@link seedGateway} shows, for a test in which nothing is created. */
export function gatewayReference(): GatewayReference {
  return {
    ...PLACE,
    serviceId: SERVICE_ID,
    kind: "classic",
    clientCertificates: "ignore",
    url: "https://api.contoso.com",
    location: "westeurope",
    addresses: ["192.0.2.10"],
    caller: CALLER,
    principalId: "44444444-4444-4444-8444-444444444444",
    inventory: new GatewayInventory(true),
  };
}

/** How the gateway of {@link gatewayReference} calls workflows. */
export const CALLER: GatewayCaller = {
  tenantId: TENANT_ID,
  clientId: "11111111-1111-4111-8111-111111111111",
  audience: AUDIENCE,
};

/** A Log Analytics workspace that stands already. */
export function seedWorkspace(azure: SimulatedAzure): string {
  return azure.seed("azure-native:operationalinsights:Workspace", {
    resourceGroupName: "rg-gateway",
    workspaceName: "log-contoso-test",
    location: "westeurope",
  }).id;
}
