import * as pulumi from "@pulumi/pulumi";
import type { GatewayReference } from "../components/gateway/reference";
import type { ExtraCallers } from "../components/workflow/access";
import type { WorkflowPlace } from "./integration";

/** What the settings of a stack say about its workflows. */
export interface WorkflowPlaceSettings {
  readonly workflowRegion?: { readonly location: string; readonly because: string };
  /** For as long as the gateway's addresses change; `until` begins with the last day, as `YYYY-MM-DD`. */
  readonly extraCallers?: ExtraCallers & { readonly until: string };
}

/**
 * Where the workflows of a stack stand, and who may call them. Says what somebody should know: a gateway that is
 * admitted by its token alone, a list of extra callers that should be gone.
 *
 * @param today as `YYYY-MM-DD`
 */
export function placeWorkflows(
  gateway: Pick<GatewayReference, "addresses" | "caller" | "location">,
  { workflowRegion, extraCallers }: WorkflowPlaceSettings,
  today = new Date().toISOString().slice(0, 10),
): WorkflowPlace {
  if (gateway.addresses === undefined) {
    void pulumi.log.info(
      "The gateway's tier has no addresses that stay the same: workflows admit it by its token alone (docs/tiers.md).",
    );
  }
  if (extraCallers && extraCallers.until < today) {
    void pulumi.log.warn(
      `extraCallers: workflows still admit ${extraCallers.ranges.join(", ")} (${extraCallers.because}), which was to end on ` +
        `${extraCallers.until.slice(0, 10)}\n  fix: remove the setting, or move its end`,
    );
  }
  return {
    location: workflowRegion?.location ?? gateway.location,
    callers: {
      addresses: gateway.addresses,
      extra: extraCallers,
      token: gateway.caller,
      location: gateway.location,
      elsewhere: workflowRegion,
    },
  };
}
