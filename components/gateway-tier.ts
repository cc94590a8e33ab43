import { received, type Issue } from "../validation/issue";
import { isSameRegion } from "./validation";

/** An availability zone, as Azure numbers them within a region and subscription. */
export type Zone = "1" | "2" | "3";

/** One unit in one region, no service level agreement: for development and tests only. */
export interface DeveloperTier {
  readonly name: "Developer";
}

/** Several units, zones and regions, with a service level agreement. */
export interface PremiumTier {
  readonly name: "Premium";
  /** Units in the primary region, 1 to 31. */
  readonly units: number;
  /** Zones of the primary region; units must be a multiple of their number. @default placed by Azure */
  readonly zones?: readonly Zone[];
  /** Further regions, by Azure's programmatic name, e.g. `northeurope`. @default none */
  readonly regions?: Readonly<Record<string, GatewayRegion>>;
}

/** A further region of a Premium gateway. */
export interface GatewayRegion {
  /** Units in this region, 1 to 31. */
  readonly units: number;
  /** Zones of this region; units must be a multiple of their number. @default placed by Azure */
  readonly zones?: readonly Zone[];
  /**
   * A new region is added `disabled`: its addresses are known only when the update ends, and traffic must not flow
   * before the workflows admit them. A second update enables it. @default "enabled"
   */
  readonly gateway?: "enabled" | "disabled";
}

/** The tiers that fit this architecture; each admits only what Azure has for it. */
export type GatewayTier = DeveloperTier | PremiumTier;

/** https://learn.microsoft.com/azure/api-management/api-management-features */
const MAX_PREMIUM_UNITS = 31;

/** Every problem of a tier, given the gateway's primary region. */
export function validateGatewayTier(tier: GatewayTier, location: string): Issue[] {
  if (tier.name === "Developer") return [];
  return [
    ...validateCapacity("tier", tier),
    ...Object.entries(tier.regions ?? {}).flatMap(([region, capacity]) => [
      ...validateCapacity(`tier.regions.${region}`, capacity),
      ...(isSameRegion(region, location)
        ? [
            {
              path: `tier.regions.${region}`,
              rule: "a further region differs from the primary one",
              received: received(region),
              fix: "remove it, or raise tier.units instead",
            },
          ]
        : []),
    ]),
  ];
}

function validateCapacity(
  path: string,
  { units, zones }: { readonly units: number; readonly zones?: readonly Zone[] },
): Issue[] {
  const issues: Issue[] = [];
  if (!Number.isInteger(units) || units < 1 || units > MAX_PREMIUM_UNITS) {
    issues.push({
      path: `${path}.units`,
      rule: `a Premium gateway has 1 to ${MAX_PREMIUM_UNITS} units in a region`,
      received: received(units),
      fix: `give a whole number from 1 to ${MAX_PREMIUM_UNITS}`,
    });
  }
  // https://learn.microsoft.com/azure/api-management/enable-availability-zone-support
  if (zones && zones.length > 0 && units % zones.length !== 0) {
    issues.push({
      path: `${path}.units`,
      rule: "units are a multiple of the number of zones",
      received: `${units} units in ${zones.length} zones`,
      fix: `use ${Math.ceil(units / zones.length) * zones.length} units, or name fewer zones`,
    });
  }
  return issues;
}
