import { randomBytes } from "node:crypto";
import type { VaultCertificate } from "../components/gateway/key-vault";
import { domainVaultCertificates, passiveHostNames } from "../integrations/gateway/domain";
import type { ExistingGatewaySettings, IntegrationSchemas, Settings } from "../settings";
import { DEFAULT_IDS } from "./azure";
import type { Assumptions, AssumedPrincipal, Prerequisite } from "./life-cycle";

/**
 * What a stack's settings say stands in Azure already, with the resource groups around it: vaults with certificates, an
 * adopted or a parent DNS zone, the gateway that is not the stack's own, the passive one.
 *
 * The subscription that is deployed to takes the id of that in which the vaults stand.
 *
 * @param certificates what the stack's integrations read from vaults
 */
export function prerequisites(
  { location, domain, existingGateway, access }: Settings<IntegrationSchemas>,
  certificates: readonly VaultCertificate[],
): Assumptions {
  const all = [...(domain ? domainVaultCertificates(domain) : []), ...certificates];
  // /subscriptions/<id>/resourceGroups/<name>/providers/Microsoft.KeyVault/vaults/<name>, as the settings' schemas demand
  const subscriptionId = all[0]?.vaultId.split("/")[2];
  const resources = [
    ...(existingGateway ? adoptedGateway(existingGateway, location, subscriptionId) : []),
    ...(domain?.existingZone ? existingZone(domain.zone, domain.existingZone, location) : []),
    ...(domain?.parent ? parentZone(domain.parent, domain.dnssec !== false, location) : []),
    ...(domain?.passiveGateway
      ? passiveGateway(domain.passiveGateway, passiveHostNames(domain), location)
      : []),
    ...all.flatMap(({ vaultId, secretName }) => {
      const [, , , , group = "", , , , vaultName = ""] = vaultId.split("/");
      return certificateVault(vaultName, group, secretName, location);
    }),
  ];
  const principals = [
    ...standing("Group", "group", [...access.operators, ...access.developers]),
    ...standing("ServicePrincipal", "service principal", access.pipelines),
  ];
  return {
    ...(subscriptionId !== undefined && { subscriptionId }),
    resources: distinct(resources),
    ...(principals.length > 0 && { principals }),
  };
}

/** Each once: a group may be that of operators and developers. */
function standing(
  type: AssumedPrincipal["type"],
  what: string,
  objectIds: readonly string[],
): AssumedPrincipal[] {
  return [...new Set(objectIds.map((id) => id.toLowerCase()))].map((objectId) => ({
    objectId,
    type,
    description: `${what} ${objectId} in Entra ID`,
  }));
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

/** It has the names that it is to take over, in a tier that can have as many. */
function passiveGateway(
  { name, resourceGroup: resourceGroupName, subscriptionId }: Place & { readonly name: string },
  hostNames: readonly string[],
  location: string,
): Prerequisite[] {
  return [
    elsewhere(subscriptionId, resourceGroup(resourceGroupName, location)),
    elsewhere(subscriptionId, {
      token: "azure-native:apimanagement:ApiManagementService",
      inputs: {
        resourceGroupName,
        serviceName: name,
        location,
        sku: { name: "Premium", capacity: 1 },
        publisherName: "Its owner",
        publisherEmail: "owner@example.com",
        hostnameConfigurations: hostNames.map((hostName) => ({
          type: "Proxy",
          hostName,
          encodedCertificate: "MII",
        })),
      },
      description: `API Management service ${name} in resource group ${resourceGroupName}`,
    }),
  ];
}

/** Where the settings say that something stands. */
interface Place {
  readonly resourceGroup: string;
  readonly subscriptionId?: string;
}

function existingZone(
  zoneName: string,
  { resourceGroup: resourceGroupName, subscriptionId }: Place,
  location: string,
): Prerequisite[] {
  return [
    elsewhere(subscriptionId, resourceGroup(resourceGroupName, location)),
    elsewhere(subscriptionId, {
      token: "azure-native:dns:Zone",
      inputs: { resourceGroupName, zoneName, location: "global", zoneType: "Public" },
      description: `DNS zone ${zoneName} in resource group ${resourceGroupName}`,
    }),
  ];
}

/** The parent of a new zone is signed where it is to say that the new one is. */
function parentZone(
  {
    zone: zoneName,
    delegationSigner,
    ...place
  }: Place & { readonly zone: string; readonly delegationSigner: boolean },
  signsChild: boolean,
  location: string,
): Prerequisite[] {
  const signing = elsewhere(place.subscriptionId, {
    token: "azure-native:dns:DnssecConfig",
    inputs: { resourceGroupName: place.resourceGroup, zoneName },
    description: `signing of DNS zone ${zoneName}`,
  });
  return [...existingZone(zoneName, place, location), ...(signsChild && delegationSigner ? [signing] : [])];
}

function elsewhere(subscriptionId: string | undefined, prerequisite: Prerequisite): Prerequisite {
  if (subscriptionId === undefined) return prerequisite;
  return {
    ...prerequisite,
    subscriptionId,
    description: `${prerequisite.description}, subscription ${subscriptionId}`,
  };
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
