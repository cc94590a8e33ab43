import * as apimanagement from "@pulumi/azure-native/apimanagement";
import { operations } from "../../../components/contracts";
import { GatewayApi } from "../../../components/gateway/gateway-api";
import { GatewayLogger } from "../../../components/gateway/logger";
import type { GatewayReference } from "../../../components/gateway/reference";
import { policyDocument } from "../../../policies/gateway";
import type { SimulatedAzure } from "../../../rehearsal/azure";
import {
  gatewayReference,
  NO_TOKENS,
  seedCertificate,
  seedIdentity,
  seedService,
  type Identity,
} from "../fixtures";

/** A backend that anybody may call. */
export const UNAUTHENTICATED = { kind: "unauthenticated", because: "public reference data" } as const;

/** A gateway that stands already and may read a vault, and the identifier of what is in there. */
export interface ReadingGateway {
  readonly gateway: GatewayReference;
  readonly secretId: string;
}

/** A gateway that calls workflows with the identity that its service has, and that identity. */
export function seedGatewayWithIdentity(azure: SimulatedAzure): {
  readonly identity: Identity;
  readonly gateway: GatewayReference;
} {
  const identity = seedIdentity(azure);
  const { id, clientId, principalId } = identity;
  seedService(azure, { identity: { type: "UserAssigned", userAssignedIdentities: { [id]: {} } } });
  const reference = gatewayReference();
  return { identity, gateway: { ...reference, principalId, caller: { ...reference.caller, clientId } } };
}

/** A gateway with an identity that reads a vault. */
export function seedReadingGateway(azure: SimulatedAzure): ReadingGateway {
  const { identity, gateway } = seedGatewayWithIdentity(azure);
  return { gateway, secretId: seedCertificate(azure, identity) };
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
    anonymous: NO_TOKENS,
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

/** A logger that writes to the component of {@link seedInsights}. */
export function insightsLogger(
  name: string,
  gateway: GatewayReference,
  azure: SimulatedAzure,
): GatewayLogger {
  return new GatewayLogger(name, {
    gateway,
    target: {
      kind: "applicationInsights",
      id: seedInsights(azure),
      connectionString: "InstrumentationKey=0",
    },
  });
}
