import type { Resource } from "../guardrail";
import { at, items, text } from "../properties";

const SETTING = "azure-native:monitor:DiagnosticSetting";
const DESTINATIONS = ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId"];

/**
 * Whether a diagnostic setting of the stack sends logs of a resource to where they are kept.
 *
 * @param kinds categories, or groups of them, any of which will do
 */
export function sendsLogs({ urn }: Resource, stack: readonly Resource[], kinds: readonly string[]): boolean {
  const isMeant = (log: unknown) =>
    kinds.includes(text(log, "category") ?? text(log, "categoryGroup") ?? "") && at(log, "enabled") === true;
  return stack.some(
    ({ type, inputs, dependencies }) =>
      type === SETTING &&
      dependencies.resourceUri?.includes(urn) === true &&
      items(inputs, "logs").some(isMeant) &&
      // Whether there is one, not which: that may not be known yet.
      DESTINATIONS.some((property) => Object.hasOwn(inputs, property)),
  );
}
