import {
  publicAddresses,
  validateAddressChange,
  type PlacedService,
} from "../../../components/gateway/addresses";
import { formatIssues } from "../../../validation/issue";

const PRIMARY: PlacedService = { location: "westeurope", virtualNetworkType: "None" };
const SUBNET = { subnetResourceId: "/subscriptions/any/subnets/one" };

const north = (more: Omit<PlacedService, "location"> = {}): PlacedService => ({
  ...PRIMARY,
  additionalLocations: [{ location: "northeurope", disableGateway: false, ...more }],
});

const problems = (before: PlacedService, after: PlacedService, isPlanned = false) =>
  validateAddressChange(before, after, isPlanned).map(({ path }) => path);

describe("the addresses of a gateway", () => {
  it("are those of all regions, behind a NAT gateway its own as well, each once", () => {
    const region = {
      location: "northeurope",
      sku: { name: "Premium", capacity: 1 },
      platformVersion: "stv2",
      gatewayRegionalUrl: "https://any",
      privateIPAddresses: [],
      disableGateway: true,
      publicIPAddresses: ["198.51.100.20"],
      outboundPublicIPAddresses: ["203.0.113.0/28"],
    };
    expect(publicAddresses({ publicIPAddresses: ["192.0.2.10"] })).toEqual(["192.0.2.10"]);
    expect(
      publicAddresses({
        publicIPAddresses: ["192.0.2.10"],
        outboundPublicIPAddresses: ["192.0.2.10"],
        additionalLocations: [region],
      }),
    ).toEqual(["192.0.2.10", "198.51.100.20", "203.0.113.0/28"]);
  });
});

describe("an update of a gateway", () => {
  it("may add a region that does not answer, then enable it, disable it, and remove it", () => {
    const disabled = north({ disableGateway: true });
    for (const [before, after] of [
      [PRIMARY, disabled],
      [disabled, north()],
      [north(), disabled],
      [disabled, PRIMARY],
      [north(), PRIMARY],
    ] as const) {
      expect(problems(before, after)).toEqual([]);
    }
  });

  it("may not add a region that answers, whatever is planned: its addresses cannot be known before", () => {
    expect(problems(PRIMARY, north())).toEqual(["service.tier.regions.northeurope.gateway"]);
    expect(problems(PRIMARY, north({ disableGateway: undefined }), true)).toHaveLength(1);
    expect(formatIssues("No", validateAddressChange(PRIMARY, north(), false))).toBe(
      [
        "No: 1 problem",
        "  - service.tier.regions.northeurope.gateway: a new region does not answer before the workflows admit its addresses," +
          " which Azure gives it in this update (received enabled)",
        "    fix: write `gateway: disabled` and update, in every stack that uses the gateway, then enable it and update again",
      ].join("\n"),
    );
  });

  it("knows a region by either of its names", () => {
    const [region] = north().additionalLocations ?? [];
    const spelt = { ...PRIMARY, additionalLocations: [{ ...region, location: "North Europe" }] };
    expect(problems(spelt, north())).toEqual([]);
  });

  it.each<[what: string, before: PlacedService, after: PlacedService, path: string]>([
    ["zones", PRIMARY, { ...PRIMARY, zones: ["1", "2"] }, "service.tier"],
    ["zones of a region", north({ zones: ["1"] }), north(), "service.tier.regions.northeurope"],
    [
      "a subnet",
      { ...PRIMARY, virtualNetworkConfiguration: SUBNET },
      { ...PRIMARY, virtualNetworkConfiguration: { subnetResourceId: "/subscriptions/any/subnets/two" } },
      "service.tier",
    ],
    [
      "external and internal",
      { ...PRIMARY, virtualNetworkType: "External" },
      { ...PRIMARY, virtualNetworkType: "Internal" },
      "service.tier",
    ],
    [
      "a public IP address",
      PRIMARY,
      { ...PRIMARY, publicIpAddressId: "/subscriptions/any/publicIPAddresses/one" },
      "service.tier",
    ],
  ])("may change %s of a region that answers only where it is planned", (_, before, after, path) => {
    expect(problems(before, after)).toEqual([path]);
    expect(problems(before, after, true)).toEqual([]);
    expect(problems(before, { ...after, disableGateway: true, additionalLocations: [] })).toEqual([]);
  });

  it("may change what the addresses do not hang on", () => {
    expect(problems({ ...PRIMARY, zones: ["1", "2"] }, { ...PRIMARY, zones: ["2", "1"] })).toEqual([]);
    expect(problems({ location: "westeurope" }, { ...PRIMARY, zones: [] })).toEqual([]);
  });

  it("is asked again when a value is known that its preview does not know", () => {
    const unknown = { __pulumiUnknown: true };
    expect(problems(PRIMARY, { ...PRIMARY, publicIpAddressId: unknown })).toEqual([]);
  });
});
