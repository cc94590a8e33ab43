import type { Resource } from "../guardrail";
import { at, items, same, text } from "../properties";

const SETTING = "azure-native:monitor:DiagnosticSetting";
const DESTINATIONS = ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId"];

/**
 * Whether a diagnostic setting of the stack sends logs of a resource to where they are kept.
 *
 * @param kinds categories, or groups of them, any of which will do
 */
export function sendsLogs(resource: Resource, stack: readonly Resource[], kinds: readonly string[]): boolean {
  const isMeant = (log: unknown) =>
    kinds.includes(text(log, "category") ?? text(log, "categoryGroup") ?? "") && at(log, "enabled") === true;
  return stack.some(
    (setting) =>
      setting.type === SETTING &&
      isOf(resource, setting) &&
      items(setting.inputs, "logs").some(isMeant) &&
      // Whether there is one, not which: that may not be known yet.
      DESTINATIONS.some((property) => Object.hasOwn(setting.inputs, property)),
  );
}

/** Whether a setting is that of a resource: it takes its id from it, or says it. */
function isOf({ urn, outputs }: Resource, { inputs, dependencies }: Resource): boolean {
  const { resourceUri = [] } = dependencies;
  if (resourceUri.length > 0) return resourceUri.includes(urn);
  return same(text(inputs, "resourceUri"), text(outputs, "id"));
}
