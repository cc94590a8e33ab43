import { AzureError } from "../../errors";
import type { Json, Properties, Rule } from "../../resource-type";
import { EXAMPLE_GROUP, exampleId, items, members, number, rule, same, text, texts } from "../common";
import { EXAMPLE_SERVICE, SPEC } from "./common";

/** What a tier offers: https://learn.microsoft.com/azure/api-management/api-management-features */
interface Tier {
  readonly units: { readonly min: number; readonly max: number };
  /**
   * Built around virtual machines of its own: static addresses, endpoints for management and Git, cipher settings,
   * CA certificates of the service, negotiation of client certificates, sample content.
   */
  readonly dedicated: boolean;
  readonly portal: boolean;
  readonly gatewayHostnames: number;
  /** The types of network that it takes. */
  readonly networks: readonly string[];
}

const FEATURES = "https://learn.microsoft.com/azure/api-management/api-management-features";
const LIMITS =
  "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits";
const ZONES = "https://learn.microsoft.com/azure/reliability/reliability-api-management";
const REGIONS = "https://learn.microsoft.com/azure/api-management/api-management-howto-deploy-multi-region";

const INJECTED = ["External", "Internal"];
const classic = (max: number): Tier => ({
  units: { min: 1, max },
  dedicated: true,
  portal: true,
  gatewayHostnames: 1,
  networks: [],
});
const v2 = { units: { min: 1, max: 10 }, dedicated: false, portal: true, gatewayHostnames: 1 };

const TIERS: Readonly<Record<string, Tier>> = {
  Consumption: {
    units: { min: 0, max: 0 },
    dedicated: false,
    portal: false,
    gatewayHostnames: 1,
    networks: [],
  },
  Developer: { ...classic(1), gatewayHostnames: 20, networks: INJECTED },
  Basic: classic(2),
  Standard: classic(4),
  Premium: { ...classic(31), gatewayHostnames: 20, networks: INJECTED },
  BasicV2: { ...v2, networks: [] },
  // To ARM a subnet for calls to backends is an external network too: https://github.com/Azure-Samples/Apim-Samples.
  StandardV2: { ...v2, networks: ["External"] },
};

/** The tier that the inputs of a service name; `undefined` for one that Azure does not know. */
export function tier(inputs: Properties): Tier | undefined {
  return TIERS[text(inputs, "sku.name") ?? ""];
}

/** The primary region and the additional ones. */
function locations(inputs: Properties): readonly Json[] {
  return [inputs, ...items(inputs, "additionalLocations")];
}

/** How API Management refuses properties of the service itself. */
export function invalidParameters(message: string): AzureError {
  return new AzureError(400, "InvalidParameters", `Invalid parameter: ${message}`);
}

const given = [EXAMPLE_GROUP];
const developer = EXAMPLE_SERVICE.inputs;
const premium = { ...developer, sku: { name: "Premium", capacity: 2 } };
const region = (more: Properties = {}): Properties => ({
  location: "northeurope",
  sku: { name: "Premium", capacity: 2 },
  ...more,
});

const known = rule({
  id: "apim-tier-known",
  source: FEATURES,
  given,
  inputs: developer,
  refused: { inputs: { sku: { name: "PremiumV3", capacity: 1 } } },
  check: ({ inputs }) =>
    tier(inputs) === undefined
      ? invalidParameters(
          `the SKU ${text(inputs, "sku.name") ?? "(none)"} is not one of ${Object.keys(TIERS).join(", ")}`,
        )
      : undefined,
});

/** One rule for each tier, so that each has its own limits proven. */
const units: readonly Rule[] = Object.entries(TIERS).map(
  ([
    name,
    {
      units: { min, max },
    },
  ]) =>
    rule({
      id: `apim-units-${name.toLowerCase()}`,
      source: LIMITS,
      given,
      inputs: { ...developer, sku: { name, capacity: max } },
      refused: { inputs: { sku: { name, capacity: max + 1 } } },
      check: ({ inputs }) => {
        const wrong = locations(inputs).find((location) => {
          const capacity = number(location, "sku.capacity") ?? min;
          return (
            text(location, "sku.name") === name &&
            !(Number.isInteger(capacity) && capacity >= min && capacity <= max)
          );
        });
        if (wrong === undefined) return undefined;
        const allowed = min === max ? `exactly ${max}` : `${min} to ${max}`;
        return invalidParameters(
          `a service of the ${name} SKU has ${allowed} units in each region, not ${number(wrong, "sku.capacity") ?? 0} (${text(wrong, "location") ?? ""})`,
        );
      },
    }),
);

const regionsInPremium = rule({
  id: "apim-regions-premium-only",
  source: REGIONS,
  given,
  inputs: { ...premium, additionalLocations: [region()] },
  refused: {
    inputs: {
      sku: { name: "Standard", capacity: 1 },
      additionalLocations: [region({ sku: { name: "Standard", capacity: 1 } })],
    },
  },
  check: ({ inputs }) =>
    items(inputs, "additionalLocations").length > 0 && text(inputs, "sku.name") !== "Premium"
      ? invalidParameters("additional locations are supported in the Premium SKU only")
      : undefined,
});

const sameTierEverywhere = rule({
  id: "apim-regions-same-tier",
  source: REGIONS,
  given,
  inputs: { ...premium, additionalLocations: [region()] },
  refused: { inputs: { additionalLocations: [region({ sku: { name: "Developer", capacity: 1 } })] } },
  check: ({ inputs }) => {
    const wrong = locations(inputs).find(
      (location) => text(location, "sku.name") !== text(inputs, "sku.name"),
    );
    if (wrong === undefined) return undefined;
    return invalidParameters(
      `the additional location ${text(wrong, "location") ?? ""} has the SKU ${text(wrong, "sku.name") ?? "(none)"}, the service another one`,
    );
  },
});

const zonesInPremium = rule({
  id: "apim-zones-premium-only",
  source: ZONES,
  given,
  inputs: { ...premium, zones: ["1", "2"] },
  refused: { inputs: { sku: { name: "Developer", capacity: 1 }, zones: ["1"] } },
  check: ({ inputs }) =>
    text(inputs, "sku.name") !== "Premium" &&
    locations(inputs).some((location) => texts(location, "zones").length > 0)
      ? invalidParameters("availability zones are supported in the Premium SKU only")
      : undefined,
});

const unitsFillZones = rule({
  id: "apim-zones-divide-units",
  source: ZONES,
  given,
  inputs: { ...premium, zones: ["1", "2"], additionalLocations: [region({ zones: ["1", "2"] })] },
  refused: { inputs: { additionalLocations: [region({ zones: ["1", "2", "3"] })] } },
  check: ({ inputs }) => {
    const wrong = locations(inputs).find((location) => {
      const zones = texts(location, "zones").length;
      return zones > 0 && (number(location, "sku.capacity") ?? 0) % zones !== 0;
    });
    if (wrong === undefined) return undefined;
    return invalidParameters(
      `the units in ${text(wrong, "location") ?? ""} (${number(wrong, "sku.capacity") ?? 0}) must be a multiple of its zones (${texts(wrong, "zones").length})`,
    );
  },
});

const oneGatewayStays = rule({
  id: "apim-primary-gateway-disabled",
  source: `${REGIONS}#disable-routing-to-a-regional-gateway`,
  given,
  inputs: { ...premium, disableGateway: true, additionalLocations: [region()] },
  refused: { inputs: { additionalLocations: [] } },
  check: ({ inputs }) =>
    inputs.disableGateway === true && items(inputs, "additionalLocations").length === 0
      ? invalidParameters(
          "the gateway of the primary region can be disabled only where there is another region",
        )
      : undefined,
});

const NETWORKS = "https://learn.microsoft.com/azure/api-management/virtual-network-concepts";
const network: Properties = {
  virtualNetworkType: "External",
  virtualNetworkConfiguration: {
    subnetResourceId: exampleId("Microsoft.Network/virtualNetworks/v/subnets/s"),
  },
};
const publicIpAddressId = exampleId("Microsoft.Network/publicIPAddresses/ip-example");

/** The type of a service's network; `undefined` where it is in none. */
function networkType(inputs: Properties): string | undefined {
  const type = text(inputs, "virtualNetworkType") ?? "None";
  return same(type, "None") ? undefined : type;
}

const networkTier = rule({
  id: "apim-network-tier",
  source: NETWORKS,
  given,
  inputs: { ...developer, ...network },
  refused: { inputs: { sku: { name: "Standard", capacity: 1 } } },
  check: ({ inputs }) => {
    const type = networkType(inputs);
    if (type === undefined || tier(inputs)?.networks.some((known) => same(known, type)) !== false)
      return undefined;
    return invalidParameters(
      `a ${type} virtual network is not supported in the ${text(inputs, "sku.name") ?? ""} SKU`,
    );
  },
});

const networkSubnet = rule({
  id: "apim-network-subnet",
  source: "https://learn.microsoft.com/azure/api-management/virtual-network-injection-resources",
  given,
  inputs: { ...premium, ...network },
  refused: { inputs: { additionalLocations: [region()] } },
  check: ({ inputs }) => {
    if (networkType(inputs) === undefined) return undefined;
    const bare = locations(inputs).find(
      (location) => text(location, "virtualNetworkConfiguration.subnetResourceId") === undefined,
    );
    return bare === undefined
      ? undefined
      : invalidParameters(
          `the location ${text(bare, "location") ?? ""} has no subnet, and the service is in a virtual network`,
        );
  },
});

const publicIpAddress = rule({
  id: "apim-public-ip-injected",
  source: `${SPEC}/definitions.json, publicIpAddressId`,
  given,
  inputs: { ...developer, ...network, publicIpAddressId },
  refused: { inputs: { virtualNetworkType: "None" } },
  check: ({ inputs }) =>
    locations(inputs).some((location) => text(location, "publicIpAddressId") !== undefined) &&
    (networkType(inputs) === undefined || tier(inputs)?.dedicated === false)
      ? invalidParameters(
          "a public IP address is supported only for Developer and Premium SKUs in a virtual network",
        )
      : undefined,
});

const zonesPublicIp = rule({
  id: "apim-zones-public-ip",
  source:
    "https://learn.microsoft.com/azure/api-management/enable-availability-zone-support#instance-injected-in-a-virtual-network",
  given,
  inputs: { ...premium, ...network, zones: ["1", "2"], publicIpAddressId },
  refused: { inputs: { publicIpAddressId: null } },
  check: ({ inputs }) =>
    networkType(inputs) !== undefined &&
    locations(inputs).some(
      (location) => texts(location, "zones").length > 0 && text(location, "publicIpAddressId") === undefined,
    )
      ? invalidParameters("a location with zones in a virtual network needs a public IP address")
      : undefined,
});

const V2_TIERS = "https://learn.microsoft.com/azure/api-management/v2-service-tiers-overview";

const cipherSettings = rule({
  id: "apim-ciphers-tier",
  source: "https://learn.microsoft.com/azure/api-management/api-management-howto-manage-protocols-ciphers",
  given,
  inputs: {
    ...developer,
    customProperties: {
      "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Ciphers.TripleDes168": "False",
    },
  },
  refused: { inputs: { sku: { name: "StandardV2", capacity: 1 } } },
  check: ({ inputs }) => {
    const ciphers = Object.keys(members(inputs, "customProperties")).filter((key) =>
      key.includes(".Ciphers."),
    );
    return ciphers.length > 0 && tier(inputs)?.dedicated === false
      ? invalidParameters(
          `the ${text(inputs, "sku.name") ?? ""} SKU does not support changes of the cipher configuration`,
        )
      : undefined;
  },
});

const caCertificates = rule({
  id: "apim-ca-certificates-tier",
  source: V2_TIERS,
  given,
  inputs: { ...developer, certificates: [{ storeName: "Root", encodedCertificate: "MIIexample" }] },
  refused: { inputs: { sku: { name: "BasicV2", capacity: 1 } } },
  check: ({ inputs }) =>
    items(inputs, "certificates").length > 0 && tier(inputs)?.dedicated === false
      ? invalidParameters(
          `CA certificates of the service are not supported in the ${text(inputs, "sku.name") ?? ""} SKU`,
        )
      : undefined,
});

const clientCertificates = rule({
  id: "apim-client-certificates-consumption-only",
  source: "https://github.com/pulumi/pulumi/issues/10298",
  given,
  inputs: { ...developer, sku: { name: "Consumption", capacity: 0 }, enableClientCertificate: true },
  refused: { inputs: { sku: { name: "Developer", capacity: 1 } } },
  check: ({ inputs }) =>
    inputs.enableClientCertificate === true && text(inputs, "sku.name") !== "Consumption"
      ? new AzureError(
          400,
          "NotSupported",
          `Setting EnableClientCertificate flag to true is not supported for ${text(inputs, "sku.name") ?? ""} SKU.`,
        )
      : undefined,
});

/** Rules about what a tier offers. */
export const TIER_RULES: readonly Rule[] = [
  known,
  ...units,
  regionsInPremium,
  sameTierEverywhere,
  zonesInPremium,
  unitsFillZones,
  oneGatewayStays,
  networkTier,
  networkSubnet,
  publicIpAddress,
  zonesPublicIp,
  cipherSettings,
  caCertificates,
  clientCertificates,
];
