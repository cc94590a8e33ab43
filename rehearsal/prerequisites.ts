import { randomBytes } from "node:crypto";
import type { Settings, IntegrationSchemas } from "../settings";
import { DEFAULT_IDS } from "./azure";
import type { Assumptions, Prerequisite } from "./life-cycle";

/**
 * What a stack's settings say stands in Azure already, with the resource groups around it: the vault of the
 * certificate and the certificate, the adopted DNS zone.
 *
 * The simulated Azure has one subscription: it takes the id of the one that the settings name.
 */
export function prerequisites({ location, domain }: Settings<IntegrationSchemas>): Assumptions {
  if (domain === undefined) return { resources: [] };
  const { zone, existingZoneResourceGroup, certificate } = domain;
  // /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.KeyVault/vaults/<name>, as the settings' schema demands
  const [, , subscriptionId = "", , group = "", , , , vaultName = ""] = certificate.vaultId.split("/");
  const resources = [
    ...(existingZoneResourceGroup === undefined
      ? []
      : adoptedZone(zone, existingZoneResourceGroup, location)),
    ...certificateVault(vaultName, group, certificate.secretName, location),
  ];
  // One group may hold both.
  const byDescription = new Map(resources.map((resource) => [resource.description, resource]));
  return { subscriptionId, resources: [...byDescription.values()] };
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
