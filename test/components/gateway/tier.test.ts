import {
  OFFERED_TIERS,
  optionRefusals,
  TIER_SOURCES,
  TIERS,
  tierRefusal,
  tiersWith,
  validateGatewayTier,
  type GatewayTier,
} from "../../../components/gateway/tier";
import { tier as simulatedTier } from "../../../rehearsal/azure/types/api-management/tiers";
import { formatIssues } from "../../../validation/issue";

const subnet = (name: string) =>
  `/subscriptions/any/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/vnet/subnets/${name}`;
const publicIpAddressId =
  "/subscriptions/any/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/ip";

/** What is wrong with a tier, given as from where types are not checked. */
function problems(tier: unknown): string {
  return formatIssues("The tier", validateGatewayTier(tier as GatewayTier, "westeurope"))
    .split("\n")
    .slice(1)
    .join("\n");
}

describe("the table of tiers", () => {
  it("has a source for each column", () => {
    const columns = new Set(Object.values(TIERS).flatMap((features) => Object.keys(features)));
    expect([...columns].filter((column) => column !== "refused").sort()).toEqual(
      Object.keys(TIER_SOURCES).sort(),
    );
    for (const source of Object.values(TIER_SOURCES))
      expect(source).toMatch(/^https:\/\/learn\.microsoft\.com\//);
  });

  it("has the units and names that the simulated Azure refuses to exceed", () => {
    const simulated = Object.keys(TIERS).map((name) => {
      const { units, gatewayHostnames } = simulatedTier({ sku: { name } }) ?? {};
      return [name, { units, gatewayHostnames }];
    });
    const told = Object.entries(TIERS).map(([name, { units, gatewayHostnames }]) => [
      name,
      // azure-native cannot name this one, so that nothing of it is simulated.
      name === "PremiumV2" ? {} : { units, gatewayHostnames },
    ]);
    expect(JSON.stringify(simulated)).toBe(JSON.stringify(told));
  });

  it("offers all tiers but two, which are refused by name", () => {
    expect(OFFERED_TIERS).toEqual(["Developer", "Basic", "Standard", "Premium", "BasicV2", "StandardV2"]);
    expect(tierRefusal("Consumption")?.rule).toContain("no developer portal");
    expect(tierRefusal("PremiumV2")?.rule).toContain("azure-native 3.28 cannot express the PremiumV2 tier");
    expect(OFFERED_TIERS.map(tierRefusal)).toEqual(OFFERED_TIERS.map(() => undefined));
  });

  it("tells the tiers that have something, and never a refused one", () => {
    expect(tiersWith(({ backup }) => backup)).toBe("Developer, Basic, Standard or Premium");
    expect(tiersWith(({ zones }) => zones)).toBe("Premium");
    expect(tiersWith(({ units }) => units.max === 30)).toBe("none");
  });
});

describe("a tier", () => {
  it.each<GatewayTier>([
    { name: "Developer" },
    { name: "Developer", network: { kind: "internal", subnetId: subnet("apim") } },
    { name: "Basic", units: 2 },
    { name: "Standard", units: 4 },
    { name: "BasicV2", units: 10 },
    { name: "StandardV2", units: 10, network: { kind: "outbound", subnetId: subnet("apim") } },
    {
      name: "Premium",
      units: 31,
      gateway: "disabled",
      network: { kind: "external", subnetId: subnet("apim") },
      regions: {
        northeurope: {
          units: 3,
          zones: ["1", "2", "3"],
          network: { subnetId: subnet("north"), publicIpAddressId },
        },
      },
    },
  ])("%j has what Azure has for it", (tier) => {
    expect(problems(tier)).toBe("");
  });

  it("does not compile with what it has not", () => {
    const tiers: GatewayTier[] = [
      // @ts-expect-error a Developer gateway has one unit
      { name: "Developer", units: 1 },
      // @ts-expect-error a Basic gateway has units
      { name: "Basic" },
      // @ts-expect-error a Standard gateway has one region
      { name: "Standard", units: 1, regions: {} },
      // @ts-expect-error a BasicV2 gateway joins no network
      { name: "BasicV2", units: 1, network: { kind: "outbound", subnetId: subnet("apim") } },
      // @ts-expect-error a StandardV2 gateway does not stand in its network
      { name: "StandardV2", units: 1, network: { kind: "internal", subnetId: subnet("apim") } },
      // @ts-expect-error a Premium gateway does
      { name: "Premium", units: 1, network: { kind: "outbound", subnetId: subnet("apim") } },
      // @ts-expect-error Consumption is refused
      { name: "Consumption" },
    ];
    expect(tiers.filter((tier) => problems(tier) === "")).toEqual([]);
  });

  it.each<[what: string, tier: Record<string, unknown>, said: string]>([
    [
      "that this program does not deploy",
      { name: "PremiumV2", units: 1 },
      '  - tier.name: does not fit: azure-native 3.28 cannot express the PremiumV2 tier: its SKU and zone redundancy came later (received "PremiumV2")\n    fix: choose Developer, Basic, Standard, Premium, BasicV2 or StandardV2',
    ],
    [
      "that Azure does not have",
      { name: "toString" },
      '  - tier.name: is not a tier of API Management (received "toString")\n    fix: choose Developer, Basic, Standard, Premium, BasicV2 or StandardV2',
    ],
    [
      "without what was asked, naming those with it",
      { name: "Developer", units: 2, zones: ["1"], regions: {}, gateway: "disabled" },
      [
        "  - tier.units: a Developer gateway has exactly 1 unit",
        "    fix: remove it, or choose Basic, Standard, Premium, BasicV2 or StandardV2",
        "  - tier.zones: a Developer gateway has no availability zones to choose",
        "    fix: remove it, or choose Premium",
        "  - tier.regions: a Developer gateway has one region",
        "    fix: remove it, or choose Premium",
        "  - tier.gateway: a Developer gateway answers in its only region",
        "    fix: remove it, or choose Premium",
      ].join("\n"),
    ],
    [
      "with too many units, and in a network that it cannot join",
      { name: "Basic", units: 3, network: { kind: "external", subnetId: subnet("apim") } },
      [
        "  - tier.network: a Basic gateway joins no virtual network",
        "    fix: remove it, or choose Developer, Premium or StandardV2",
        "  - tier.units: a Basic gateway has 1 to 2 units in a region (received 3)",
        "    fix: give a whole number from 1 to 2, or choose Standard (up to 4), Premium (up to 31), BasicV2 (up to 10) or StandardV2 (up to 10)",
      ].join("\n"),
    ],
    [
      "in another kind of network",
      { name: "StandardV2", units: 1, network: { kind: "internal", subnetId: subnet("apim") } },
      '  - tier.network.kind: the virtual network of a StandardV2 gateway is outbound (received "internal")\n    fix: write outbound, or choose Developer or Premium',
    ],
    [
      "in a subnet that is none",
      { name: "Developer", network: { kind: "external", subnetId: "apim", publicIpAddressId: "192.0.2.1" } },
      [
        '  - tier.network.subnetId: must be the resource id of a subnet (received "apim")',
        "    fix: take it from `az network vnet subnet show --query id`",
        '  - tier.network.publicIpAddressId: must be the resource id of a public IP address (received "192.0.2.1")',
        "    fix: take it from `az network public-ip show --query id`",
      ].join("\n"),
    ],
    [
      "whose every region is disabled",
      {
        name: "Premium",
        units: 1,
        gateway: "disabled",
        regions: { uksouth: { units: 1, gateway: "disabled" } },
      },
      "  - tier.gateway: the primary region can be disabled only where a further region answers\n    fix: enable it, or add a further region that is enabled",
    ],
    [
      "with one region in a network, and the other not",
      {
        name: "Premium",
        units: 1,
        network: { kind: "external", subnetId: subnet("apim") },
        regions: { uksouth: { units: 1 } },
      },
      "  - tier.regions: either all regions stand in a virtual network, each in one of its own, or none does\n    fix: give each further region a network as the primary one has it, or remove them all",
    ],
    [
      "with zones chosen in a network that Azure addresses",
      {
        name: "Premium",
        units: 2,
        zones: ["1", "2"],
        network: { kind: "external", subnetId: subnet("apim") },
      },
      "  - tier.zones: zones that are chosen by hand need a public IP address of yours in the virtual network of their region\n    fix: give network.publicIpAddressId, or leave zones out so that Azure places the units",
    ],
  ])("%s is refused", (_, tier, said) => {
    expect(problems(tier)).toBe(said);
  });

  it("that has everything refuses no option", () => {
    expect(optionRefusals("Premium")).toEqual({});
  });
});
