import { z } from "zod";
import {
  NETWORK_IDS,
  networkRule,
  optionRefusals,
  PREMIUM_RULES,
  TIER_DEFAULTS,
  tierRefusal,
  TIERS,
  UNITS_FILL_ZONES_RULE,
  unitsFillZones,
  unitsRule,
  type GatewayTier,
  type NetworkKind,
} from "../../components/gateway/tier";
import { region } from "../parts";
import { always, onceValid } from "./when";

const zone = z.enum(["1", "2", "3"]).meta({
  description: "Availability zone, as Azure numbers them for a subscription.",
  fix: 'write it in quotation marks: "1", "2" or "3"',
});

/** Units of a tier; where nothing can be chosen, there is no such setting. */
const units = (name: GatewayTier["name"]) => {
  const { min, max } = TIERS[name].units;
  return z
    .int()
    .min(min)
    .max(max)
    .meta({
      description: `Units of the gateway in this region, ${min} to ${max}. Each is charged, in every region.`,
      ...unitsRule(name),
    });
};

const zones = z
  .array(zone)
  .min(1)
  .max(3)
  .refine((list) => new Set(list).size === list.length, {
    params: { rule: "must not name a zone twice", fix: "name each zone once" },
    when: always,
  })
  .describe(
    "Zones that the units of this region are spread over. Left out, Azure chooses, which it recommends.",
  );

const UNITS_FILL_ZONES = {
  path: ["units"],
  params: UNITS_FILL_ZONES_RULE,
  when: onceValid(z.looseObject({ units: units("Premium"), zones: zones.optional() })),
};

/** A resource id in a network, described. */
const networkId = (key: keyof typeof NETWORK_IDS, description: string) => {
  const { pattern, ...words } = NETWORK_IDS[key];
  return z
    .string()
    .regex(pattern)
    .meta({ description, ...words });
};

const subnetId = networkId(
  "subnetId",
  "Resource id of the subnet, in the gateway's region and subscription.",
);

const publicIpAddressId = networkId(
  "publicIpAddressId",
  "Resource id of a Standard public IPv4 address with a DNS label. Left out, Azure manages the address.",
).optional();

/** How a gateway of this tier stands to its virtual network. */
const kind = <K extends NetworkKind>(tierName: GatewayTier["name"], ...kinds: readonly [K, ...K[]]) =>
  z.enum(kinds).meta({
    description:
      "Whether the gateway stands in the network, reached from the internet (external) or from the network only " +
      "(internal), or stays public and calls backends through the subnet (outbound).",
    ...networkRule(tierName),
  });

const injectedNetwork = (tierName: "Developer" | "Premium") =>
  z
    .strictObject({ kind: kind(tierName, "external", "internal"), subnetId, publicIpAddressId })
    .optional()
    .describe("Virtual network that the gateway stands in. Left out, it is public, in none.");

const outboundNetwork = z
  .strictObject({ kind: kind("StandardV2", "outbound"), subnetId })
  .optional()
  .describe("Subnet through which the gateway calls backends. Left out, it calls them publicly.");

const answers = z.enum(["enabled", "disabled"]);

const furtherRegion = z
  .strictObject({
    units: units("Premium"),
    zones: zones.optional(),
    gateway: answers
      .default(TIER_DEFAULTS.gateway)
      .describe(
        "A new region is added disabled: its addresses are known only then, and no request may leave them before the " +
          "workflows admit them. A second update enables it. Both at once is refused, but for a new gateway.",
      ),
    network: z
      .strictObject({ subnetId, publicIpAddressId })
      .optional()
      .describe("Virtual network of this region; needed if and only if the primary region has one."),
  })
  .refine(unitsFillZones, UNITS_FILL_ZONES)
  .describe("A further region of the gateway.");

const name = <N extends GatewayTier["name"]>(value: N) => z.literal(value).describe("Tier of the gateway.");

/** What a tier says about itself: its description, and what it does not let one choose. */
const about = (tierName: GatewayTier["name"], description: string) => ({
  description,
  refused: optionRefusals(tierName),
});

const developerTier = z
  .strictObject({ name: name("Developer"), network: injectedNetwork("Developer") })
  .meta(
    about("Developer", "One unit in one region without service level agreement: for development and tests."),
  );

const basicTier = z
  .strictObject({ name: name("Basic"), units: units("Basic") })
  .meta(about("Basic", "A small gateway in one region; developers cannot sign in with Entra ID."));

const standardTier = z
  .strictObject({ name: name("Standard"), units: units("Standard") })
  .meta(about("Standard", "A gateway in one region."));

/** What the rules of a Premium gateway look at. */
const PREMIUM_PARTS = {
  zones: z.array(z.unknown()).optional(),
  gateway: answers.optional(),
  network: z.looseObject({}).optional(),
  regions: z.record(z.string(), z.looseObject({ zones: z.array(z.unknown()).optional() })).optional(),
};

const premiumTier = PREMIUM_RULES.reduce(
  (tier, { path, rule, fix, holds }) =>
    tier.refine(holds, {
      path: [...path],
      params: { rule, fix },
      when: onceValid(z.looseObject(PREMIUM_PARTS)),
    }),
  z
    .strictObject({
      name: name("Premium"),
      units: units("Premium"),
      zones: zones.optional(),
      regions: z
        .record(region, furtherRegion)
        .optional()
        .describe(
          "Further regions by their programmatic names. They hold gateways only: the portal stays in the primary.",
        ),
      gateway: answers
        .optional()
        .describe("Whether the primary region answers. It can be disabled where a further region does."),
      network: injectedNetwork("Premium"),
    })
    .refine(unitsFillZones, UNITS_FILL_ZONES),
).meta(about("Premium", "Units, zones, regions and virtual networks, with a service level agreement."));

const basicV2Tier = z
  .strictObject({ name: name("BasicV2"), units: units("BasicV2") })
  .meta(about("BasicV2", "Created in minutes; no address of its own, no backup."));

const standardV2Tier = z
  .strictObject({ name: name("StandardV2"), units: units("StandardV2"), network: outboundNetwork })
  .meta(
    about("StandardV2", "Created in minutes, calls backends in a network; no address of its own, no backup."),
  );

export const tier = z
  .discriminatedUnion("name", [
    developerTier,
    basicTier,
    standardTier,
    premiumTier,
    basicV2Tier,
    standardV2Tier,
  ])
  .meta({
    description: "Tier of the gateway, each with what Azure has for it: docs/tiers.md.",
    refused: refusedTiers(),
  });

export function refusedTiers() {
  return Object.fromEntries(
    Object.keys(TIERS).flatMap((key) => {
      const refusal = tierRefusal(key);
      return refusal ? [[key, refusal]] : [];
    }),
  );
}
