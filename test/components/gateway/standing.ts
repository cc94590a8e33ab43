import * as apimanagement from "@pulumi/azure-native/apimanagement";
import { operations } from "../../../components/contracts";
import { GatewayApi } from "../../../components/gateway/gateway-api";
import type { GatewayReference } from "../../../components/gateway/reference";
import { policyDocument } from "../../../policies/gateway";
import { DEFAULT_IDS, type SimulatedAzure } from "../../../rehearsal/azure";
import { gatewayReference, seedCertificate, seedGroups, seedIdentity } from "../fixtures";

/** Where the children of {@link gatewayReference} are. */
export const PLACE = { resourceGroupName: "rg-gateway", serviceName: "apim-contoso-test" } as const;

/** ARM id of the service of {@link gatewayReference}. */
export const SERVICE_ID = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-gateway/providers/Microsoft.ApiManagement/service/apim-contoso-test`;

/** A gateway that stands already and may read a vault, and the identifier of what is in there. */
export interface ReadingGateway {
  readonly gateway: GatewayReference;
  readonly secretId: string;
}

/** A gateway with an identity that reads a vault. */
export function seedReadingGateway(azure: SimulatedAzure): ReadingGateway {
  seedGroups(azure, "rg-gateway");
  const identity = seedIdentity(azure);
  azure.seed("azure-native:apimanagement:ApiManagementService", {
    ...PLACE,
    location: "westeurope",
    sku: { name: "Developer", capacity: 1 },
    publisherName: "Contoso",
    publisherEmail: "apis@contoso.com",
    identity: { type: "UserAssigned", userAssignedIdentities: { [identity.id]: {} } },
  });
  const reference = gatewayReference();
  const { clientId, principalId } = identity;
  return {
    gateway: { ...reference, principalId, caller: { ...reference.caller, clientId } },
    secretId: seedCertificate(azure, identity),
  };
}

/** The same gateway as the stack shows it that owns it. */
export function asOwner(gateway: GatewayReference): GatewayReference {
  return { ...gateway, service: apimanagement.ApiManagementService.get("service", gateway.serviceId) };
}

/** An API of one operation. */
export function listApi(gateway: GatewayReference, name: string): GatewayApi {
  return new GatewayApi(name, {
    gateway,
    path: name,
    contract: operations({ title: name, operations: { list: { method: "GET", path: "/" } } }),
    backend: { kind: "service", url: `https://${name}.contoso.com` },
    policy: policyDocument({ scope: "api" }),
  });
}

/** An Application Insights component that stands already, by its id. */
export function seedInsights(azure: SimulatedAzure): string {
  return azure.seed("azure-native:applicationinsights:Component", {
    resourceGroupName: "rg-gateway",
    resourceName: "appi-contoso-test",
    location: "westeurope",
    kind: "web",
    applicationType: "web",
  }).id;
}
