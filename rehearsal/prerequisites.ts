import { randomBytes } from "node:crypto";
import type { VaultCertificate } from "../components/gateway/key-vault";
import { domainVaultCertificates } from "../integrations/gateway/domain";
import type { ExistingGatewaySettings, IntegrationSchemas, Settings } from "../settings";
import { DEFAULT_IDS } from "./azure";
import type { Assumptions, Prerequisite } from "./life-cycle";

/**
 * What a stack's settings say stands in Azure already, with the resource groups around it: vaults with certificates, the
 * adopted DNS zone, the gateway that is not the stack's own.
 *
 * The simulated Azure has one subscription: it takes the id of the one that the settings name.
 *
 * @param certificates what the stack's integrations read from vaults
 */
export function prerequisites(
  { location, domain, existingGateway }: Settings<IntegrationSchemas>,
  certificates: readonly VaultCertificate[],
): Assumptions {
  const all = [...(domain ? domainVaultCertificates(domain) : []), ...certificates];
  // /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.KeyVault/vaults/<name>, as the settings' schemas demand
  const subscriptionId = all[0]?.vaultId.split("/")[2];
  const resources = [
    ...(existingGateway ? adoptedGateway(existingGateway, location, subscriptionId) : []),
    ...(domain?.existingZoneResourceGroup
      ? adoptedZone(domain.zone, domain.existingZoneResourceGroup, location)
      : []),
    ...all.flatMap(({ vaultId, secretName }) => {
      const [, , , , group = "", , , , vaultName = ""] = vaultId.split("/");
      return certificateVault(vaultName, group, secretName, location);
    }),
  ];
  return {
    ...(subscriptionId !== undefined && { subscriptionId }),
    resources: distinct(resources),
  };
}

/** One group may hold several. */
function distinct(resources: readonly Prerequisite[]): Prerequisite[] {
  return [...new Map(resources.map((resource) => [resource.description, resource])).values()];
}

/** A name under which a gateway asks clients for a certificate. */
const ASKING_HOSTNAME = {
  type: "Proxy",
  hostName: "api.example.com",
  encodedCertificate: "MII",
  negotiateClientCertificate: true,
};

function adoptedGateway(
  { name, resourceGroup: resourceGroupName, tier, clientCertificates, identity }: ExistingGatewaySettings,
  location: string,
  subscriptionId: string = DEFAULT_IDS.subscriptionId,
): Prerequisite[] {
  const identityId = `/subscriptions/${subscriptionId}/resourceGroups/${identity.resourceGroup}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${identity.name}`;
  return [
    resourceGroup(resourceGroupName, location),
    resourceGroup(identity.resourceGroup, location),
    {
      token: "azure-native:managedidentity:UserAssignedIdentity",
      inputs: { resourceGroupName: identity.resourceGroup, resourceName: identity.name, location },
      description: `identity ${identity.name} in resource group ${identity.resourceGroup}`,
    },
    {
      token: "azure-native:apimanagement:ApiManagementService",
      inputs: {
        resourceGroupName,
        serviceName: name,
        location,
        sku: { name: tier, capacity: 1 },
        publisherName: "Its owner",
        publisherEmail: "owner@example.com",
        ...(clientCertificates === "negotiate" && { hostnameConfigurations: [ASKING_HOSTNAME] }),
        identity: { type: "SystemAssigned, UserAssigned", userAssignedIdentities: { [identityId]: {} } },
      },
      description: `API Management service ${name} in resource group ${resourceGroupName}`,
    },
  ];
}

function adoptedZone(zoneName: string, resourceGroupName: string, location: string): Prerequisite[] {
  return [
    resourceGroup(resourceGroupName, location),
    {
      token: "azure-native:dns:Zone",
      inputs: { resourceGroupName, zoneName, location: "global", zoneType: "Public" },
      description: `DNS zone ${zoneName} in resource group ${resourceGroupName}`,
    },
  ];
}

function certificateVault(
  vaultName: string,
  resourceGroupName: string,
  secretName: string,
  location: string,
): Prerequisite[] {
  return [
    resourceGroup(resourceGroupName, location),
    {
      token: "azure-native:keyvault:Vault",
      inputs: {
        resourceGroupName,
        vaultName,
        location,
        properties: {
          tenantId: DEFAULT_IDS.tenantId,
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
        },
      },
      description: `key vault ${vaultName} in resource group ${resourceGroupName}`,
    },
    {
      token: "azure-native:keyvault:Secret",
      inputs: {
        resourceGroupName,
        vaultName,
        secretName,
        properties: { contentType: "application/x-pkcs12", value: randomBytes(24).toString("base64") },
      },
      description: `certificate ${secretName} in key vault ${vaultName}`,
    },
  ];
}

function resourceGroup(resourceGroupName: string, location: string): Prerequisite {
  return {
    token: "azure-native:resources:ResourceGroup",
    inputs: { resourceGroupName, location },
    description: `resource group ${resourceGroupName}`,
  };
}
