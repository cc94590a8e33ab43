import { z } from "zod";
import { CALLER_RANGE_RULE, isCallerRange } from "../../validation/address-range";
import { day, reason, region } from "../parts";

export const workflowRegion = z
  .strictObject({
    location: region.meta({ description: "Region of the workflows." }),
    because: reason("Why the workflows stand in another region than the gateway."),
  })
  .describe("Another region for the workflows. Left out, they stand in the gateway's primary region.");

export const extraCallers = z
  .strictObject({
    ranges: z
      .array(
        z
          .string()
          .refine(isCallerRange, { params: CALLER_RANGE_RULE })
          .describe("IPv4 addresses, as a.b.c.d/nn or a.b.c.d-e.f.g.h, at most 16 of them."),
      )
      .min(1)
      .describe("Ranges that workflows admit beside the gateway's present addresses."),
    because: reason("Which change of addresses this is for."),
    until: day("Last day on which they are needed, as YYYY-MM-DD. Afterwards each update warns."),
  })
  .describe(
    "Callers that workflows admit, with the gateway's token, while its addresses change: a network, zones or a region that " +
      "comes back. To be deployed before the change, and removed after it. Left out, the gateway's addresses alone.",
  );
