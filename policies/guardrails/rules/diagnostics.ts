import type { Resource } from "../guardrail";
import { at, items } from "../properties";

const SETTING = "azure-native:monitor:DiagnosticSetting";
const DESTINATIONS = ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId"];

/** Whether a diagnostic setting of the stack sends logs of a resource to where they are kept. */
export function sendsLogs({ urn }: Resource, stack: readonly Resource[]): boolean {
  return stack.some(
    ({ type, inputs, dependencies }) =>
      type === SETTING &&
      dependencies.resourceUri?.includes(urn) === true &&
      items(inputs, "logs").some((log) => at(log, "enabled") === true) &&
      // Whether there is one, not which: that may not be known yet.
      DESTINATIONS.some((property) => Object.hasOwn(inputs, property)),
  );
}
