import { randomBytes } from "node:crypto";
import type { Settings, IntegrationSchemas } from "../settings";
import type { Prerequisite } from "./life-cycle";

/**
 * What a stack's settings say stands in Azure already, with the resource groups around it: the vault of the
 * certificate and the certificate, the adopted DNS zone.
 */
export function prerequisites({ location, domain }: Settings<IntegrationSchemas>): Prerequisite[] {
  if (domain === undefined) return [];
  const { zone, existingZoneResourceGroup, certificate } = domain;
  return [
    ...(existingZoneResourceGroup === undefined
      ? []
      : adoptedZone(zone, existingZoneResourceGroup, location)),
    ...certificateVault(certificate, location),
  ];
}

function adoptedZone(zoneName: string, resourceGroupName: string, location: string): Prerequisite[] {
  return [
    resourceGroup({ resourceGroupName }, location),
    {
      token: "azure-native:dns:Zone",
      inputs: { resourceGroupName, zoneName, location: "global", zoneType: "Public" },
      description: `DNS zone ${zoneName} in resource group ${resourceGroupName}`,
    },
  ];
}

function certificateVault(
  { vaultId, secretName }: { readonly vaultId: string; readonly secretName: string },
  location: string,
): Prerequisite[] {
  // /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.KeyVault/vaults/<name>, as the settings' schema demands
  const [, , subscriptionId = "", , resourceGroupName = "", , , , vaultName = ""] = vaultId.split("/");
  // The vault may stand in another subscription than the stack.
  const group = { subscriptionId, resourceGroupName };
  return [
    resourceGroup(group, location),
    {
      token: "azure-native:keyvault:Vault",
      inputs: {
        ...group,
        vaultName,
        location,
        properties: {
          tenantId: "00000000-0000-0000-0000-000000000000",
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
        },
      },
      description: `key vault ${vaultName} in resource group ${resourceGroupName}`,
    },
    {
      token: "azure-native:keyvault:Secret",
      inputs: {
        ...group,
        vaultName,
        secretName,
        properties: { contentType: "application/x-pkcs12", value: randomBytes(24).toString("base64") },
      },
      description: `certificate ${secretName} in key vault ${vaultName}`,
    },
  ];
}

function resourceGroup(
  group: { readonly resourceGroupName: string; readonly subscriptionId?: string },
  location: string,
): Prerequisite {
  return {
    token: "azure-native:resources:ResourceGroup",
    inputs: { ...group, location },
    description:
      `resource group ${group.resourceGroupName}` +
      (group.subscriptionId === undefined ? "" : ` of subscription ${group.subscriptionId}`),
  };
}
