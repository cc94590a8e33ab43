import type * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../../validation/issue";
import { isSameRegion } from "../../validation/region";
import { resourceIdPattern } from "../../validation/resource-id";
import { either } from "../../validation/words";

/** An availability zone, as Azure numbers them within a region and subscription. */
export type Zone = "1" | "2" | "3";

/** How a gateway stands to a virtual network. */
export type NetworkKind = "external" | "internal" | "outbound";

/** The subnet of a region, and the address under which the region is reached. */
export interface RegionNetwork {
  /** Resource id of the subnet, in the gateway's region and subscription, with a network security group. */
  readonly subnetId: pulumi.Input<string>;
  /**
   * Resource id of a Standard public IPv4 address with a DNS label; zones that are chosen by hand need one.
   * @default Azure manages the address
   */
  readonly publicIpAddressId?: pulumi.Input<string>;
}

/**
 * The gateway stands in a virtual network. Reached from the internet, it is `external`
 * (https://learn.microsoft.com/azure/api-management/api-management-using-with-vnet). `internal`, it is reached from the
 * network only: its names, Azure's included, must be resolved there, by a private DNS zone of the network's owner
 * (https://learn.microsoft.com/azure/api-management/api-management-using-with-internal-vnet).
 */
export interface InjectedNetwork extends RegionNetwork {
  readonly kind: "external" | "internal";
}

/**
 * The gateway stays public, and calls backends through a subnet that is delegated to Microsoft.Web/serverFarms
 * (https://learn.microsoft.com/azure/api-management/integrate-vnet-outbound).
 */
export interface OutboundNetwork {
  readonly kind: "outbound";
  /** Resource id of the subnet, in the gateway's region and subscription. */
  readonly subnetId: pulumi.Input<string>;
}

interface Scaled {
  /** Units, each charged: 1 to the maximum of the tier ({@link TIERS}). */
  readonly units: number;
}

interface Zoned {
  /** Zones of the region; units must be a multiple of their number. @default placed by Azure, which it recommends */
  readonly zones?: readonly Zone[];
}

/** What the tiers assume where a region says nothing. */
export const TIER_DEFAULTS = { gateway: "enabled" } as const;

/** One unit in one region, no service level agreement: for development and tests only. */
export interface DeveloperTier {
  readonly name: "Developer";
  /** @default public, in no virtual network */
  readonly network?: InjectedNetwork;
}

/** Up to 2 units in one region. Developers cannot sign in to the portal with Entra ID. */
export interface BasicTier extends Scaled {
  readonly name: "Basic";
}

/** Up to 4 units in one region. */
export interface StandardTier extends Scaled {
  readonly name: "Standard";
}

/** Several units, zones and regions, and virtual networks. */
export interface PremiumTier extends Scaled, Zoned {
  readonly name: "Premium";
  /** Further regions, by Azure's programmatic name, e.g. `northeurope`. @default none */
  readonly regions?: Readonly<Record<string, GatewayRegion>>;
  /** Whether the primary region answers; `disabled` needs a further region that does. @default "enabled" */
  readonly gateway?: "enabled" | "disabled";
  /** Of the primary region; the further regions then have their own. @default public, in no virtual network */
  readonly network?: InjectedNetwork;
}

/** Up to 10 units in one region, created in minutes; no address of its own, no backup. */
export interface BasicV2Tier extends Scaled {
  readonly name: "BasicV2";
}

/** As {@link BasicV2Tier}, and able to call backends in a virtual network. */
export interface StandardV2Tier extends Scaled {
  readonly name: "StandardV2";
  /** @default none */
  readonly network?: OutboundNetwork;
}

/** A further region of a Premium gateway. */
export interface GatewayRegion extends Scaled, Zoned {
  /**
   * A new region is added `disabled`: its addresses are known only when the update ends, and traffic must not flow
   * before the workflows admit them. A second update enables it. @default "enabled"
   */
  readonly gateway?: "enabled" | "disabled";
  /** Needed if and only if the primary region has one. @default none */
  readonly network?: RegionNetwork;
}

/** The tiers that fit this architecture; each admits only what Azure has for it. */
export type GatewayTier =
  DeveloperTier | BasicTier | StandardTier | PremiumTier | BasicV2Tier | StandardV2Tier;

/** Every tier of API Management. */
export type TierName = GatewayTier["name"] | "Consumption" | "PremiumV2";

/** What can have a name of its own beside the gateway. */
export type OtherEndpoint = "portal" | "management";

/** What a tier has: a row of {@link TIERS}. */
export interface TierFeatures {
  /** Why this program does not deploy it. @default it does */
  readonly refused?: string;
  /** Whether there is a service level agreement. */
  readonly sla: boolean;
  /** Units in a region. */
  readonly units: { readonly min: number; readonly max: number };
  /** Whether there can be further regions. */
  readonly regions: boolean;
  /** Whether availability zones can be chosen. */
  readonly zones: boolean;
  /** How it can stand to a virtual network, if not publicly alone. */
  readonly networks: readonly NetworkKind[];
  /** Whether its calls come from addresses that stay the same. */
  readonly staticAddresses: boolean;
  /** Most names of its own for the gateway. */
  readonly gatewayHostnames: number;
  /** What else can have a name of its own. */
  readonly otherHostnames: readonly OtherEndpoint[];
  /** Whether Azure takes an own name of the gateway only once public DNS answers it with the gateway's address. */
  readonly looksUpHostnames: boolean;
  readonly developerPortal: boolean;
  /** Whether developers can sign in to the portal with Entra ID. */
  readonly portalSignIn: boolean;
  readonly backup: boolean;
  /** Most self-hosted gateways. */
  readonly selfHostedGateways: number;
  /** Built-in cache in MiB: of a unit, or of the service in a v2 tier. */
  readonly cacheMiB: number;
  /** Whether Azure Monitor can scale it by rules. */
  readonly autoscale: boolean;
  /** Whether cipher suites can be switched off. */
  readonly cipherSettings: boolean;
  /** Whether the gateway can ask a client for its certificate while the connection stands. */
  readonly clientCertificates: boolean;
  /** Most CA certificates of the service; the v2 tiers take them with each backend instead. */
  readonly caCertificates: number;
}

const DEDICATED = {
  staticAddresses: true,
  otherHostnames: ["portal", "management"],
  looksUpHostnames: false,
  developerPortal: true,
  backup: true,
  cipherSettings: true,
  clientCertificates: true,
  caCertificates: 10,
} as const;

const V2 = {
  sla: true,
  regions: false,
  staticAddresses: false,
  gatewayHostnames: 1,
  otherHostnames: ["portal"],
  looksUpHostnames: true,
  developerPortal: true,
  portalSignIn: true,
  backup: false,
  selfHostedGateways: 0,
  autoscale: true,
  cipherSettings: false,
  clientCertificates: false,
  caCertificates: 0,
} as const;

/** What each tier of API Management has; where each column is from, {@link TIER_SOURCES} says. */
export const TIERS: Readonly<Record<TierName, TierFeatures>> = {
  Consumption: {
    refused: "the Consumption tier has no developer portal, no address of its own and no backup",
    sla: true,
    units: { min: 0, max: 0 },
    regions: false,
    zones: false,
    networks: [],
    staticAddresses: false,
    gatewayHostnames: 1,
    otherHostnames: [],
    looksUpHostnames: true,
    developerPortal: false,
    portalSignIn: false,
    backup: false,
    selfHostedGateways: 0,
    cacheMiB: 0,
    autoscale: false,
    cipherSettings: false,
    clientCertificates: false,
    caCertificates: 0,
  },
  Developer: {
    ...DEDICATED,
    sla: false,
    units: { min: 1, max: 1 },
    regions: false,
    zones: false,
    networks: ["external", "internal"],
    gatewayHostnames: 20,
    portalSignIn: true,
    selfHostedGateways: 5,
    cacheMiB: 10,
    autoscale: false,
  },
  Basic: {
    ...DEDICATED,
    sla: true,
    units: { min: 1, max: 2 },
    regions: false,
    zones: false,
    networks: [],
    gatewayHostnames: 1,
    portalSignIn: false,
    selfHostedGateways: 0,
    cacheMiB: 50,
    autoscale: true,
  },
  Standard: {
    ...DEDICATED,
    sla: true,
    units: { min: 1, max: 4 },
    regions: false,
    zones: false,
    networks: [],
    gatewayHostnames: 1,
    portalSignIn: true,
    selfHostedGateways: 0,
    cacheMiB: 1024,
    autoscale: true,
  },
  Premium: {
    ...DEDICATED,
    sla: true,
    units: { min: 1, max: 31 },
    regions: true,
    zones: true,
    networks: ["external", "internal"],
    gatewayHostnames: 20,
    portalSignIn: true,
    selfHostedGateways: 100,
    cacheMiB: 5120,
    autoscale: true,
  },
  BasicV2: { ...V2, units: { min: 1, max: 10 }, zones: false, networks: [], cacheMiB: 250 },
  StandardV2: { ...V2, units: { min: 1, max: 10 }, zones: false, networks: ["outbound"], cacheMiB: 1024 },
  PremiumV2: {
    ...V2,
    refused: "azure-native 3.28 cannot express the PremiumV2 tier: its SKU and zone redundancy came later",
    units: { min: 1, max: 30 },
    zones: true,
    networks: ["outbound", "internal"],
    cacheMiB: 5120,
  },
};

const LEARN = "https://learn.microsoft.com/azure";
const FEATURES = `${LEARN}/api-management/api-management-features`;
const LIMITS = `${LEARN}/azure-resource-manager/management/azure-subscription-service-limits#azure-api-management-limits`;
const V2_TIERS = `${LEARN}/api-management/v2-service-tiers-overview`;

/** Where a column of {@link TIERS} is from. The one on what is refused here is our own. */
export const TIER_SOURCES: Readonly<Record<Exclude<keyof TierFeatures, "refused">, string>> = {
  sla: FEATURES,
  units: LIMITS,
  regions: FEATURES,
  zones: `${LEARN}/api-management/enable-availability-zone-support`,
  networks: `${LEARN}/api-management/virtual-network-concepts`,
  staticAddresses: `${LEARN}/api-management/api-management-howto-ip-addresses`,
  gatewayHostnames: LIMITS,
  otherHostnames: `${LEARN}/api-management/configure-custom-domain#endpoints-for-custom-domains`,
  looksUpHostnames: `${LEARN}/api-management/configure-custom-domain#limitation-for-custom-domain-name-in-v2-tiers`,
  developerPortal: FEATURES,
  portalSignIn: FEATURES,
  backup: FEATURES,
  selfHostedGateways: LIMITS,
  cacheMiB: LIMITS,
  autoscale: `${LEARN}/api-management/api-management-howto-autoscale`,
  cipherSettings: `${LEARN}/api-management/api-management-howto-manage-protocols-ciphers`,
  clientCertificates: V2_TIERS,
  caCertificates: V2_TIERS,
};

/** The tiers that this program deploys, in Azure's order. */
export const OFFERED_TIERS = (Object.keys(TIERS) as TierName[]).filter(
  (name): name is GatewayTier["name"] => TIERS[name].refused === undefined,
);

/** What must hold, and what to do where it does not. */
interface Words {
  readonly rule: string;
  readonly fix: string;
}

/** The offered tiers that have something, for a fix: `Developer, Basic or Premium`. */
export function tiersWith(has: (features: TierFeatures) => boolean): string {
  return either(OFFERED_TIERS.filter((name) => has(TIERS[name])));
}

/** Why a tier is not deployed; `undefined` where it is, or where Azure has none of this name. */
export function tierRefusal(name: string): Words | undefined {
  const { refused } = Object.hasOwn(TIERS, name) ? TIERS[name as TierName] : {};
  if (refused === undefined) return undefined;
  return { rule: `does not fit: ${refused}`, fix: `choose ${either(OFFERED_TIERS)}` };
}

/** What can be chosen within a tier. */
export type TierOption = "units" | "zones" | "regions" | "gateway" | "network";

const OPTIONS: Readonly<
  Record<TierOption, { readonly without: string; readonly has: (features: TierFeatures) => boolean }>
> = {
  units: { without: "has exactly 1 unit", has: ({ units }) => units.max > 1 },
  zones: { without: "has no availability zones to choose", has: ({ zones }) => zones },
  regions: { without: "has one region", has: ({ regions }) => regions },
  gateway: { without: "answers in its only region", has: ({ regions }) => regions },
  network: { without: "joins no virtual network", has: ({ networks }) => networks.length > 0 },
};

/** What a tier does not let one choose, with the tiers that do. */
export function optionRefusals(name: GatewayTier["name"]): Readonly<Partial<Record<TierOption, Words>>> {
  return Object.fromEntries(
    Object.entries(OPTIONS)
      .filter(([, option]) => !option.has(TIERS[name]))
      .map(([key, option]) => [
        key,
        {
          rule: `a ${name} gateway ${option.without}`,
          fix: `remove it, or choose ${tiersWith(option.has)}`,
        },
      ]),
  );
}

/** The rule on the units of a tier in a region, with the tiers that have more. */
export function unitsRule(name: GatewayTier["name"]): Words {
  const { min, max } = TIERS[name].units;
  const larger = OFFERED_TIERS.filter((other) => TIERS[other].units.max > max);
  const more = larger.map((other) => `${other} (up to ${TIERS[other].units.max})`);
  return {
    rule: `a ${name} gateway has ${min} to ${max} units in a region`,
    fix: `give a whole number from ${min} to ${max}${more.length > 0 ? `, or choose ${either(more)}` : ""}`,
  };
}

/** The rule on how a tier joins a virtual network, with the tiers that join one otherwise. */
export function networkRule(name: GatewayTier["name"]): Words {
  const { networks } = TIERS[name];
  const others = tiersWith((features) => features.networks.some((kind) => !networks.includes(kind)));
  return {
    rule: `the virtual network of a ${name} gateway is ${either(networks)}`,
    fix: `write ${either(networks)}, or choose ${others}`,
  };
}

/** How many names of its own a gateway of a tier has, with the tiers that have as many as are wanted. */
export function gatewayHostnamesRule(name: GatewayTier["name"], wanted: number): Words {
  const most = TIERS[name].gatewayHostnames;
  const larger = OFFERED_TIERS.filter((other) => TIERS[other].gatewayHostnames >= wanted);
  return {
    rule: `a ${name} gateway has at most ${most} ${most === 1 ? "name" : "names"} of its own`,
    fix: larger.length === 0 ? `keep ${most} of them` : `remove some, or choose ${either(larger)}`,
  };
}

/** Why something beside a gateway of a tier keeps Azure's name, with the tiers where it need not. */
export function otherHostnameRule(name: GatewayTier["name"], endpoint: OtherEndpoint): Words {
  return {
    rule: `the ${endpoint} of a ${name} gateway has no name of its own`,
    fix: `remove it, or choose ${tiersWith(({ otherHostnames }) => otherHostnames.includes(endpoint))}`,
  };
}

/** Why a gateway of a tier shares its names with no passive one, with the tiers that can. */
export function sharedHostnamesRule(name: GatewayTier["name"]): Words {
  return {
    rule: `a ${name} gateway takes a name only while public DNS leads to it, so that no other one can have the name ready`,
    fix: `remove it, or choose ${tiersWith(({ looksUpHostnames }) => !looksUpHostnames)}`,
  };
}

/** Which gateways ask clients for certificates. */
export const CLIENT_CERTIFICATES_RULE: Words = {
  rule: `client certificates are negotiated by the gateway, in the tiers ${tiersWith((tier) => tier.clientCertificates)}`,
  fix: "remove it, or choose one of these tiers",
};

/** By what developers sign in to the portal. */
export const PORTAL_SIGN_IN_RULE: Words = {
  rule: `developers sign in to the portal by Entra ID in the tiers ${tiersWith((tier) => tier.portalSignIn)}`,
  fix: "choose one of these tiers, or password with the reason for it",
};

/** Why workflows admit nobody beside a gateway that has no addresses of its own. */
export const EXTRA_CALLERS_RULE: Words = {
  rule: "a gateway without addresses that stay the same is admitted by its token alone: a list of other callers would keep it out",
  fix: `leave the extra callers out, or choose ${tiersWith((tier) => tier.staticAddresses)}`,
};

/** What the tier says about CA certificates, with the tiers that take them. */
export const CA_CERTIFICATES_RULE: Words = {
  rule: `CA certificates are those of the service in the tiers ${tiersWith((tier) => tier.caCertificates > 0)} only`,
  fix: "remove them, or choose one of these tiers",
};

/** Why a gateway of a tier is not backed up, with the tiers that are. */
export function backupRule(tier: GatewayTier["name"]): Words {
  return {
    rule: `a ${tier} gateway cannot be backed up`,
    fix: `leave the backup out, or choose ${tiersWith(({ backup }) => backup)}`,
  };
}

/** What must hold of each further region. */
export const FURTHER_REGION_RULE: Words = {
  rule: "a further region differs from the primary one",
  fix: "remove it, and raise the units of the tier instead",
};

/** What {@link unitsFillZones} says where it does not hold. */
export const UNITS_FILL_ZONES_RULE: Words = {
  rule: "units are a multiple of the number of zones of their region",
  fix: "give every zone the same number of units, or name fewer zones",
};

/** Whether each zone of a region gets the same number of units: {@link TIER_SOURCES}.zones. */
export function unitsFillZones({
  units,
  zones = [],
}: {
  readonly units: number;
  readonly zones?: readonly unknown[];
}): boolean {
  return zones.length === 0 || units % zones.length === 0;
}

/** The parts of a Premium gateway that its rules look at, whether their values are known yet or not. */
interface PremiumParts {
  readonly gateway?: "enabled" | "disabled";
  readonly zones?: readonly unknown[];
  readonly network?: { readonly subnetId: unknown; readonly publicIpAddressId?: unknown };
  readonly regions?: Readonly<Record<string, Omit<PremiumParts, "regions">>>;
}

/** What must hold between the parts of a Premium gateway, at the paths of its settings. */
export const PREMIUM_RULES: readonly (Words & {
  readonly path: readonly string[];
  readonly holds: (tier: PremiumParts) => boolean;
})[] = [
  {
    // https://learn.microsoft.com/azure/api-management/api-management-howto-deploy-multi-region
    path: ["gateway"],
    rule: "the primary region can be disabled only where a further region answers",
    fix: "enable it, or add a further region that is enabled",
    holds: ({ gateway, regions = {} }) =>
      gateway !== "disabled" || Object.values(regions).some((region) => region.gateway !== "disabled"),
  },
  {
    // https://learn.microsoft.com/azure/api-management/enable-availability-zone-support#new-gateway-location,
    // https://github.com/hashicorp/terraform-provider-azurerm/pull/2582
    path: ["regions"],
    rule: "either all regions stand in a virtual network, each in one of its own, or none does",
    fix: "give each further region a network as the primary one has it, or remove them all",
    holds: ({ network, regions = {} }) =>
      Object.values(regions).every((region) => (region.network === undefined) === (network === undefined)),
  },
  {
    // https://learn.microsoft.com/azure/api-management/enable-availability-zone-support#instance-injected-in-a-virtual-network
    path: ["zones"],
    rule: "zones that are chosen by hand need a public IP address of yours in the virtual network of their region",
    fix: "give network.publicIpAddressId, or leave zones out so that Azure places the units",
    holds: ({ regions = {}, ...primary }) =>
      [primary, ...Object.values(regions)].every(
        ({ network, zones = [] }) =>
          network === undefined || network.publicIpAddressId !== undefined || zones.length === 0,
      ),
  },
];

/** What a network names by resource id. */
export const NETWORK_IDS: Readonly<Record<keyof RegionNetwork, Words & { readonly pattern: RegExp }>> = {
  subnetId: {
    pattern: resourceIdPattern("Microsoft.Network/virtualNetworks/subnets"),
    rule: "must be the resource id of a subnet",
    fix: "take it from `az network vnet subnet show --query id`",
  },
  publicIpAddressId: {
    pattern: resourceIdPattern("Microsoft.Network/publicIPAddresses"),
    rule: "must be the resource id of a public IP address",
    fix: "take it from `az network public-ip show --query id`",
  },
};

/** A tier as it may come from where types are not checked. */
interface UncheckedTier {
  readonly name: GatewayTier["name"];
  readonly units?: number;
  readonly zones?: readonly Zone[];
  readonly regions?: Readonly<Record<string, GatewayRegion>>;
  readonly gateway?: "enabled" | "disabled";
  readonly network?: InjectedNetwork | OutboundNetwork;
}

/** Every problem of a tier, given the gateway's primary region. */
export function validateGatewayTier(tier: GatewayTier, location: string): Issue[] {
  const { name }: UncheckedTier = tier;
  const refusal =
    tierRefusal(name) ??
    (Object.hasOwn(TIERS, name)
      ? undefined
      : { rule: "is not a tier of API Management", fix: `choose ${either(OFFERED_TIERS)}` });
  if (refusal) return [{ path: "tier.name", ...refusal, received: received(name) }];

  const refusals = Object.entries(optionRefusals(name)).filter(([option]) => option in tier);
  const had = Object.fromEntries(
    Object.entries(tier).filter(([option]) => refusals.every(([refused]) => refused !== option)),
  ) as unknown as UncheckedTier;
  return [
    ...refusals.map(([option, words]) => ({ path: `tier.${option}`, ...words })),
    ...(TIERS[name].units.max > 1 ? validateCapacity("tier", name, had) : []),
    ...validateNetwork("tier.network", had.network),
    ...validateRegions(had, location),
    ...(had.network && !TIERS[name].networks.includes(had.network.kind)
      ? [{ path: "tier.network.kind", ...networkRule(name), received: received(had.network.kind) }]
      : []),
    ...PREMIUM_RULES.filter(({ holds }) => !holds(had)).map(({ path, rule, fix }) => ({
      path: ["tier", ...path].join("."),
      rule,
      fix,
    })),
  ];
}

function validateRegions({ name, regions = {} }: UncheckedTier, location: string): Issue[] {
  return Object.entries(regions).flatMap(([region, capacity]) => {
    const path = `tier.regions.${region}`;
    return [
      ...validateCapacity(path, name, capacity),
      ...validateNetwork(`${path}.network`, capacity.network),
      ...(isSameRegion(region, location)
        ? [
            {
              path,
              ...FURTHER_REGION_RULE,
              received: received(region),
            },
          ]
        : []),
    ];
  });
}

function validateCapacity(
  path: string,
  name: GatewayTier["name"],
  { units, zones = [] }: Partial<Scaled & Zoned>,
): Issue[] {
  const { min, max } = TIERS[name].units;
  const issues: Issue[] = [];
  if (units === undefined || !Number.isInteger(units) || units < min || units > max) {
    issues.push({ path: `${path}.units`, ...unitsRule(name), received: received(units) });
  }
  if (units !== undefined && !unitsFillZones({ units, zones })) {
    issues.push({
      path: `${path}.units`,
      ...UNITS_FILL_ZONES_RULE,
      received: `${units} units in ${zones.length} zones`,
    });
  }
  return issues;
}

function validateNetwork(path: string, network: Partial<RegionNetwork> = {}): Issue[] {
  return (["subnetId", "publicIpAddressId"] as const).flatMap((key) => {
    const { pattern, ...words } = NETWORK_IDS[key];
    const id = network[key];
    return typeof id !== "string" || pattern.test(id)
      ? []
      : [{ path: `${path}.${key}`, ...words, received: received(id) }];
  });
}
