import * as pulumi from "@pulumi/pulumi";
import { placeWorkflows } from "../../integrations/workflow-place";
import { gatewayReference } from "../components/fixtures";

const GATEWAY = gatewayReference();
const EXTRA = { ranges: ["203.0.113.7/32"], because: "a new network", until: "2026-12-31" };

beforeEach(() => {
  jest.spyOn(pulumi.log, "info").mockReset().mockResolvedValue(undefined);
  jest.spyOn(pulumi.log, "warn").mockReset().mockResolvedValue(undefined);
});

describe("the workflows of a stack", () => {
  it("stand in the gateway's region, and admit it alone", () => {
    expect(placeWorkflows(GATEWAY, {})).toEqual({
      location: "westeurope",
      callers: { addresses: ["192.0.2.10"], token: GATEWAY.caller, location: "westeurope" },
    });
    expect(pulumi.log.info).not.toHaveBeenCalled();
  });

  it("stand elsewhere, and admit others, as the settings say", () => {
    const workflowRegion = { location: "northeurope", because: "the data stays there" };
    expect(placeWorkflows(GATEWAY, { workflowRegion, extraCallers: EXTRA }, "2026-12-01")).toEqual({
      location: "northeurope",
      callers: {
        addresses: ["192.0.2.10"],
        extra: EXTRA,
        token: GATEWAY.caller,
        location: "westeurope",
        elsewhere: workflowRegion,
      },
    });
  });

  // As written in quotation marks, and as the engine hands over a day without them.
  it.each([EXTRA.until, `${EXTRA.until} 00:00:00 +0000 UTC`])("say so when %s is over", (until) => {
    placeWorkflows(GATEWAY, { extraCallers: { ...EXTRA, until } }, "2026-12-31");
    expect(pulumi.log.warn).not.toHaveBeenCalled();
    placeWorkflows(GATEWAY, { extraCallers: { ...EXTRA, until } }, "2027-01-01");
    expect(pulumi.log.warn).toHaveBeenCalledWith(
      "extraCallers: workflows still admit 203.0.113.7/32 (a new network), which was to end on 2026-12-31\n" +
        "  fix: remove the setting, or move its end",
    );
  });

  it("say so where the gateway is admitted by its token alone", () => {
    expect(placeWorkflows({ ...GATEWAY, addresses: undefined }, {}).callers.addresses).toBeUndefined();
    expect(pulumi.log.info).toHaveBeenCalledWith(
      "The gateway's tier has no addresses that stay the same: workflows admit it by its token alone (docs/tiers.md).",
    );
  });
});
