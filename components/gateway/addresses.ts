import { isDeepStrictEqual } from "node:util";
import type * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { formatIssues, type Issue } from "../../validation/issue";
import { isSameRegion } from "../../validation/region";

type Found = apimanagement.GetApiManagementServiceResult;

type Addressed = Pick<Found, "publicIPAddresses"> & {
  readonly [K in "outboundPublicIPAddresses" | "additionalLocations"]?: Found[K] | undefined;
};

/**
 * The public addresses of all regions, those with a disabled gateway included, each once. Behind a NAT gateway, calls come
 * from its addresses (https://learn.microsoft.com/rest/api/apimanagement/api-management-service/get,
 * `outboundPublicIPAddresses`).
 */
export function publicAddresses({ additionalLocations = [], ...primary }: Addressed): string[] {
  const all = [primary, ...additionalLocations].flatMap(
    ({ publicIPAddresses, outboundPublicIPAddresses = [] }) => [
      ...publicIPAddresses,
      ...outboundPublicIPAddresses,
    ],
  );
  return [...new Set(all)];
}

/**
 * Hooks of a service: refuse an update after which a region would answer from addresses that no workflow can know yet, in
 * the preview already. What stood before is known to the engine alone.
 *
 * @param isPlanned whether workflows admit other callers for as long as addresses change
 */
export function refuseUnknownAddresses(gatewayName: string, isPlanned: boolean): pulumi.ResourceHookBinding {
  const hook = new pulumi.ResourceHook(
    `${gatewayName}-addresses`,
    ({ oldInputs = {}, newInputs = {} }) => {
      const issues = validateAddressChange(oldInputs, newInputs, isPlanned);
      if (issues.length === 0) return;
      throw new Error(formatIssues(`ApimGateway "${gatewayName}" cannot be updated so`, issues));
    },
    { onDryRun: true },
  );
  return { beforeUpdate: [hook] };
}

/** The inputs of a service that matter here, as the engine holds them. */
interface Placed {
  readonly location?: string;
  readonly disableGateway?: boolean;
  readonly zones?: readonly string[];
  readonly virtualNetworkConfiguration?: { readonly subnetResourceId?: unknown };
  readonly publicIpAddressId?: unknown;
}

/** As {@link Placed}, of the whole service. */
export interface PlacedService extends Placed {
  readonly virtualNetworkType?: string;
  readonly additionalLocations?: readonly Placed[];
}

/**
 * What is wrong with an update of a service for those that admit it by its addresses. They stay the same but for what
 * https://learn.microsoft.com/azure/api-management/api-management-howto-ip-addresses#changes-to-ip-addresses lists:
 * networks, zones, and a region that was vacated.
 */
export function validateAddressChange(
  before: PlacedService,
  after: PlacedService,
  isPlanned: boolean,
): Issue[] {
  return regionsOf(after)
    .filter(({ disableGateway }) => disableGateway !== true)
    .flatMap((region): Issue[] => {
      const path = region.isPrimary ? "service.tier" : `service.tier.regions.${region.location}`;
      const old = regionsOf(before).find(({ location }) => isSameRegion(location, region.location));
      if (old === undefined) {
        return [
          {
            path: `${path}.gateway`,
            rule: "a new region does not answer before the workflows admit its addresses, which Azure gives it in this update",
            received: "enabled",
            fix: "write `gateway: disabled` and update, in every stack that uses the gateway, then enable it and update again",
          },
        ];
      }
      if (isPlanned || isDeepStrictEqual(settled(old.place), settled(region.place, old.place))) return [];
      return [
        {
          path,
          rule: `other zones, another network or another public IP address give ${region.location} an address that no workflow admits`,
          fix:
            "disable the region for as long as it changes, where another one answers; or name its next address, that of a " +
            "public IP address of yours, in the setting extraCallers, and update before this change",
        },
      ];
    });
}

/** Every region with what its addresses hang on. */
function regionsOf({ virtualNetworkType = "None", additionalLocations = [], ...primary }: PlacedService) {
  return [primary, ...additionalLocations].map((region, index) => ({
    location: region.location ?? "",
    disableGateway: region.disableGateway,
    isPrimary: index === 0,
    place: {
      virtualNetworkType,
      zones: [...(region.zones ?? [])].sort(),
      subnetId: region.virtualNetworkConfiguration?.subnetResourceId,
      publicIpAddressId: region.publicIpAddressId,
    },
  }));
}

type Place = ReturnType<typeof regionsOf>[number]["place"];

/** What a preview does not know yet is taken to be as it was: the update asks again. */
function settled(place: Place, old: Place = place): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(place).map(([key, value]) => [
      key,
      pulumi.isUnknown(value) ? old[key as keyof Place] : value,
    ]),
  );
}
