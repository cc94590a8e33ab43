import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import { ApimGateway } from "../components/gateway/apim-gateway";
import type { TokenAudience } from "../policies/gateway";

const LOCATION = "westeurope";
const TENANT_ID = "00000000-0000-4000-8000-000000000002";
const AUDIENCE = "22222222-2222-4222-8222-222222222222";

/** The tokens that APIs on it ask for. */
export const STAND_IN_TOKENS: TokenAudience = {
  tenantId: TENANT_ID,
  audiences: [AUDIENCE],
  version: 2,
  scopes: [],
  roles: [],
};

/** The least that APIs need around them: a Developer gateway with its identity. */
export function standInGateway(): ApimGateway {
  const group = new resources.ResourceGroup("group", { resourceGroupName: "rg-bench", location: LOCATION });
  const identity = new managedidentity.UserAssignedIdentity("identity", {
    resourceGroupName: group.name,
    resourceName: "id-bench",
    location: LOCATION,
  });
  return new ApimGateway("gateway", {
    service: {
      kind: "create",
      resourceGroupName: group.name,
      serviceName: "apim-bench",
      location: LOCATION,
      tier: { name: "Developer" },
      publisher: { name: "Contoso", email: "apis@contoso.com" },
      protect: false,
    },
    identity,
    caller: { tenantId: TENANT_ID, audience: AUDIENCE },
  });
}
