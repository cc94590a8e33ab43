import { adoptGateway, type ExistingGatewayArgs } from "../../integrations/gateway/existing";
import type { SimulatedAzure } from "../../rehearsal/azure";
import { seedIdentity, seedService } from "../components/fixtures";
import { deploy, identities, registrationOf, valueOf } from "../components/harness";
import { platform } from "./fixtures";

function adopt(azure: SimulatedAzure, more: Partial<Pick<ExistingGatewayArgs, "vault">> = {}, type = BOTH) {
  const { id } = seedIdentity(azure);
  seedService(azure, {
    serviceName: "apim-existing",
    sku: { name: "BasicV2", capacity: 1 },
    publisherName: "Its owner",
    publisherEmail: "owner@contoso.com",
    identity: { type, userAssignedIdentities: { [id]: {} } },
  });
  const common = platform(azure);
  return adoptGateway({
    ...common,
    names: { ...common.names, gateway: "apim-unused", identity: "id-unused", storage: "stunused" },
    name: "apim-existing",
    resourceGroup: "rg-gateway",
    tier: "BasicV2",
    clientCertificates: "ignore",
    identity: { name: "id-gateway", resourceGroup: "rg-gateway" },
    namedValues: { partner: { value: "contoso" }, "partner-key": { secret: "s3cret-partner" } },
    monitoring: { retentionDays: 30 },
    ...more,
  });
}

/** The identities of a gateway whose owner switched on its own as well. */
const BOTH = "SystemAssigned, UserAssigned";

const OPEN = {
  vault: {
    network: { kind: "open", because: "the gateway has no system-assigned identity" },
    softDeleteDays: 7,
    purgeProtection: false,
  },
} as const;

describe("what stands beside an existing gateway", () => {
  it("is the right to call workflows, a vault, logs and named values: nothing that is the owner's", async () => {
    expect(identities(await deploy((azure) => adopt(azure)))).toEqual([
      "azure-native:apimanagement:NamedValue partner-key-named-value partner-key",
      "azure-native:apimanagement:NamedValue partner-named-value partner",
      "azure-native:applicationinsights:Component observability-application-insights observability",
      "azure-native:authorization:RoleAssignment secrets-reader-gateway secrets",
      "azure-native:keyvault:Secret secrets-secret-partner-key secrets",
      "azure-native:keyvault:Vault secrets-vault secrets",
      "azure-native:monitor:DiagnosticSetting secrets-diagnostics secrets",
      "azure-native:operationalinsights:Workspace observability-workspace observability",
      "azure-native:resources:ResourceGroup shared-group-resources shared-group",
      "azuread:index/appRoleAssignment:AppRoleAssignment gateway-invokes-workflows workflows",
      "azuread:index/application:Application workflows-application workflows",
      "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri workflows-identifier-uri workflows",
      "azuread:index/servicePrincipal:ServicePrincipal workflows-principal workflows",
      "enterprise-integration:index:ApimGateway gateway -",
      "enterprise-integration:index:EntraAppRegistration workflows -",
      "enterprise-integration:index:GatewayNamedValue partner -",
      "enterprise-integration:index:GatewayNamedValue partner-key -",
      "enterprise-integration:index:LifecycleGroup shared-group -",
      "enterprise-integration:index:Observability observability -",
      "enterprise-integration:index:SecretVault secrets -",
    ]);
  });

  it("calls workflows with the identity that the gateway has, and reads secrets with its own", async () => {
    const deployment = await deploy((azure) => adopt(azure));
    const [identity] = deployment.azure.all("azure-native:managedidentity:UserAssignedIdentity");
    const { clientId, principalId } = identity?.outputs ?? {};
    expect(registrationOf(deployment, "partner-key-named-value").inputs.keyVault).toEqual({
      secretIdentifier: "https://kv-contoso-test.vault.azure.net/secrets/partner-key",
    });
    expect(registrationOf(deployment, "secrets-reader-gateway").inputs).toMatchObject({
      principalId: await valueOf(deployment.result.gateway.systemPrincipalId),
    });
    expect(registrationOf(deployment, "gateway-invokes-workflows").inputs).toMatchObject({
      principalObjectId: principalId,
    });
    expect(await valueOf(deployment.result.outputs)).toMatchObject({
      gateway: { serviceName: "apim-existing", addresses: "not fixed", caller: { clientId } },
    });
  });

  it("reads secrets with the identity that it has, where the vault has no firewall", async () => {
    const deployment = await deploy((azure) => adopt(azure, OPEN, "UserAssigned"));
    const [identity] = deployment.azure.all("azure-native:managedidentity:UserAssignedIdentity");
    const { clientId, principalId } = identity?.outputs ?? {};
    expect(registrationOf(deployment, "partner-key-named-value").inputs).toMatchObject({
      keyVault: { identityClientId: clientId },
    });
    expect(registrationOf(deployment, "secrets-reader-gateway").inputs).toMatchObject({ principalId });
  });
});
