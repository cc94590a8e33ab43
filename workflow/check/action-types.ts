import { isObject, type JsonObject } from "../json";
import { optionWords } from "../structure";
import { CALLS } from "./types/calls";
import { CONTROL } from "./types/control";
import { DATA } from "./types/data";
import type { OperationTypes } from "./types/operation-type";
import { TRIGGERS } from "./types/triggers";

export type { OperationType, OperationTypes } from "./types/operation-type";

/** The triggers that are modelled. Any other type is refused by name. */
export const TRIGGER_TYPES: OperationTypes = TRIGGERS;

/** The actions that are modelled. Any other type is refused by name. */
export const ACTION_TYPES: OperationTypes = { ...CALLS, ...DATA, ...CONTROL };

const SPELLED: ReadonlyMap<string, string> = new Map(
  [...Object.keys(TRIGGER_TYPES), ...Object.keys(ACTION_TYPES)].map((name) => [name.toLowerCase(), name]),
);

/**
 * The type of a trigger or action as the tables spell it: Azure reads it without regard to case.
 *
 * Source: the templates of https://github.com/Azure/logicapps have `"type": "foreach"` and `"type": "recurrence"`.
 */
export function typeOf(operation: unknown): string {
  const type = isObject(operation) && typeof operation.type === "string" ? operation.type : "";
  return SPELLED.get(type.toLowerCase()) ?? type;
}

/** Whether an action answers the caller while he waits, and not by an address to ask. */
export function isSynchronousAnswer(action: JsonObject): boolean {
  const words = optionWords(action.operationOptions).map((word) => word.toLowerCase());
  return typeOf(action) === "Response" && !words.includes("asynchronous");
}

const INTEGRATION_ACCOUNT = "works with an integration account, which is not modelled";
const STANDARD = "belongs to Logic Apps Standard";
const AGENT = "is for agents, which are not modelled";

/** Types that Azure has and the tables have not, by their names in lower case, and why. */
export const NOT_MODELLED: ReadonlyMap<string, { readonly name: string; readonly why: string }> = new Map(
  (
    [
      ["Xslt", INTEGRATION_ACCOUNT],
      ["XmlValidation", INTEGRATION_ACCOUNT],
      ["FlatFileEncoding", INTEGRATION_ACCOUNT],
      ["FlatFileDecoding", INTEGRATION_ACCOUNT],
      ["Liquid", INTEGRATION_ACCOUNT],
      ["IntegrationAccountArtifactLookup", INTEGRATION_ACCOUNT],
      ["As2Encode", INTEGRATION_ACCOUNT],
      ["As2Decode", INTEGRATION_ACCOUNT],
      ["RosettaNetEncode", INTEGRATION_ACCOUNT],
      ["RosettaNetDecode", INTEGRATION_ACCOUNT],
      ["RosettaNetWaitForResponse", INTEGRATION_ACCOUNT],
      ["ServiceProvider", STANDARD],
      ["InvokeFunction", STANDARD],
      ["CSharpScriptCode", STANDARD],
      ["PowerShellCode", STANDARD],
      ["XmlParse", STANDARD],
      ["XmlCompose", STANDARD],
      ["Agent", AGENT],
      ["NestedAgent", AGENT],
      ["AgentHandoff", AGENT],
      ["McpClientTool", AGENT],
      ["OpenApiConnection", "belongs to Power Automate"],
      ["OpenApiConnectionWebhook", "belongs to Power Automate"],
      ["OpenApiConnectionNotification", "belongs to Power Automate"],
    ] as const
  ).map(([name, why]) => [name.toLowerCase(), { name, why }]),
);

/** Whether inputs and outputs of a type can be kept out of the run history. */
export function canBeSecure(type: string): boolean {
  const name = SPELLED.get(type.toLowerCase()) ?? type;
  return (ACTION_TYPES[name] ?? TRIGGER_TYPES[name])?.runtimeConfiguration?.secureData !== undefined;
}
