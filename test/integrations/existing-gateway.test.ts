import { adoptGateway } from "../../integrations/gateway/existing";
import type { SimulatedAzure } from "../../rehearsal/azure";
import { seedGroups, seedIdentity } from "../components/fixtures";
import { deploy, identities, registrationOf, valueOf } from "../components/harness";

function adopt(azure: SimulatedAzure) {
  seedGroups(azure, "rg-gateway");
  const { id } = seedIdentity(azure);
  azure.seed("azure-native:apimanagement:ApiManagementService", {
    resourceGroupName: "rg-gateway",
    serviceName: "apim-existing",
    location: "westeurope",
    sku: { name: "BasicV2", capacity: 1 },
    publisherName: "Its owner",
    publisherEmail: "owner@contoso.com",
    identity: { type: "UserAssigned", userAssignedIdentities: { [id]: {} } },
  });
  return adoptGateway({
    location: "westeurope",
    tenantId: azure.tenantId,
    names: {
      resourceGroup: (role) => `rg-test-${role}`,
      gateway: "apim-unused",
      identity: "id-unused",
      vault: "kv-contoso-test",
      workspace: "log-contoso-test",
      applicationInsights: "appi-contoso-test",
      storage: "stunused",
      workflow: (role) => `logic-test-${role}`,
      registration: (role) => `test ${role}`,
    },
    name: "apim-existing",
    resourceGroup: "rg-gateway",
    tier: "BasicV2",
    clientCertificates: "ignore",
    identity: { name: "id-gateway", resourceGroup: "rg-gateway" },
    namedValues: { partner: { value: "contoso" }, "partner-key": { secret: "s3cret-partner" } },
    vault: { softDeleteDays: 7, purgeProtection: false },
    monitoring: { retentionDays: 30 },
    protect: false,
    tags: { workload: "integration" },
  });
}

describe("what stands beside an existing gateway", () => {
  it("is the right to call workflows, a vault, logs and named values: nothing that is the owner's", async () => {
    expect(identities(await deploy(adopt))).toEqual([
      "azure-native:apimanagement:NamedValue partner-key-named-value partner-key",
      "azure-native:apimanagement:NamedValue partner-named-value partner",
      "azure-native:applicationinsights:Component observability-application-insights observability",
      "azure-native:authorization:RoleAssignment secrets-reader-gateway secrets",
      "azure-native:keyvault:Secret secrets-secret-partner-key secrets",
      "azure-native:keyvault:Vault secrets-vault secrets",
      "azure-native:monitor:DiagnosticSetting secrets-diagnostics secrets",
      "azure-native:operationalinsights:Workspace observability-workspace observability",
      "azure-native:resources:ResourceGroup shared-group -",
      "azuread:index/appRoleAssignment:AppRoleAssignment gateway-invokes-workflows workflows",
      "azuread:index/application:Application workflows-application workflows",
      "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri workflows-identifier-uri workflows",
      "azuread:index/servicePrincipal:ServicePrincipal workflows-principal workflows",
      "enterprise-integration:index:ApimGateway gateway -",
      "enterprise-integration:index:EntraAppRegistration workflows -",
      "enterprise-integration:index:GatewayNamedValue partner -",
      "enterprise-integration:index:GatewayNamedValue partner-key -",
      "enterprise-integration:index:Observability observability -",
      "enterprise-integration:index:SecretVault secrets -",
    ]);
  });

  it("reads secrets and calls workflows with the identity that the gateway has", async () => {
    const deployment = await deploy(adopt);
    const [identity] = deployment.azure.all("azure-native:managedidentity:UserAssignedIdentity");
    const { clientId, principalId } = identity?.outputs ?? {};
    expect(registrationOf(deployment, "partner-key-named-value").inputs).toMatchObject({
      keyVault: { identityClientId: clientId },
    });
    expect(registrationOf(deployment, "secrets-reader-gateway").inputs).toMatchObject({ principalId });
    expect(registrationOf(deployment, "gateway-invokes-workflows").inputs).toMatchObject({
      principalObjectId: principalId,
    });
    expect(await valueOf(deployment.result.outputs)).toMatchObject({
      gateway: { serviceName: "apim-existing", addresses: "not fixed", caller: { clientId } },
    });
  });
});
