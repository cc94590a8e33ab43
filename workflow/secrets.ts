import type { Issue } from "../validation/issue";
import { canBeSecure } from "./check/action-types";
import type { WorkflowDefinition } from "./definition";
import { readExpressions } from "./expression-syntax";
import { isObject, type JsonObject } from "./json";
import { branches, ownTexts } from "./structure";

/**
 * Gives secure inputs and outputs to every action into which a secure parameter flows, by itself or through Compose
 * and ParseJson actions, where its type can have them.
 *
 * @param definition a document that nobody else holds yet: its actions are changed in place
 */
export function secureWhatHoldsSecrets(definition: WorkflowDefinition): void {
  for (const { action } of secretFlows(definition).values()) {
    if (canBeSecure(String(action.type))) {
      Object.assign(action, { runtimeConfiguration: { secureData: { properties: ["inputs", "outputs"] } } });
    }
  }
}

/**
 * Where a secret can be read by whoever may read the workflow or its run history, though Azure does not mind: a secure
 * parameter that flows into an action whose inputs are not secure, and a default value of a secure parameter.
 *
 * @param definition the plain document, e.g. parsed from JSON
 */
export function exposedSecrets(definition: unknown): Issue[] {
  if (!isObject(definition)) return [];
  const issues: Issue[] = [];
  for (const [name, parameter] of Object.entries(
    isObject(definition.parameters) ? definition.parameters : {},
  )) {
    if (isSecure(parameter) && isObject(parameter) && parameter.defaultValue !== undefined) {
      issues.push({
        path: `parameters.${name}.defaultValue`,
        rule: "a secure parameter has no default value: whoever may read the workflow can read it",
        fix: "remove it, and give the value as a parameter of the deployment",
      });
    }
  }
  for (const { path, action } of secretFlows(definition).values()) {
    if (hidesInputs(action)) continue;
    const type = String(action.type);
    issues.push({
      path,
      rule: "a secure parameter flows into this action, and the run history shows its inputs",
      fix: canBeSecure(type)
        ? "make its inputs and outputs secure"
        : `use the parameter directly where it is needed: the inputs of ${type} cannot be secure`,
    });
  }
  return issues;
}

function hidesInputs({ runtimeConfiguration }: JsonObject): boolean {
  const secureData = isObject(runtimeConfiguration) ? runtimeConfiguration.secureData : undefined;
  const properties = isObject(secureData) ? secureData.properties : undefined;
  return Array.isArray(properties) && properties.includes("inputs");
}

interface Flow {
  readonly path: string;
  readonly action: JsonObject;
}

/** The actions into which a secure parameter flows, by name. */
function secretFlows(definition: JsonObject | WorkflowDefinition): ReadonlyMap<string, Flow> {
  const parameters = isObject(definition.parameters) ? definition.parameters : {};
  const secrets = new Set(Object.keys(parameters).filter((name) => isSecure(parameters[name])));
  const flows = new Map<string, Flow>();
  if (secrets.size === 0) return flows;

  const readers = new Map<string, [string, Flow][]>();
  const reached: string[] = [];
  const reach = (name: string, flow: Flow) => {
    if (flows.has(name)) return;
    flows.set(name, flow);
    reached.push(name);
  };
  const collect = (actions: unknown, at: string): void => {
    for (const [name, action] of Object.entries(isObject(actions) ? actions : {})) {
      if (!isObject(action)) continue;
      const flow = { path: `${at}.${name}`, action };
      ownTexts(action, flow.path, (text) => {
        for (const call of readExpressions(text).calls) {
          if (call.target === undefined) continue;
          if (call.name === "parameters" && secrets.has(call.target)) reach(name, flow);
          if (OUTPUT_CALLS.has(call.name)) {
            const list = readers.get(call.target);
            if (list === undefined) readers.set(call.target, [[name, flow]]);
            else list.push([name, flow]);
          }
        }
      });
      for (const inner of branches(action, flow.path)) collect(inner.actions, inner.path);
    }
  };
  collect(definition.actions, "actions");
  // What Compose and ParseJson put out is what was put in; the list grows while it is walked.
  for (const name of reached) {
    const type = flows.get(name)?.action.type;
    if (type !== "Compose" && type !== "ParseJson") continue;
    for (const [reader, flow] of readers.get(name) ?? []) reach(reader, flow);
  }
  return flows;
}

const OUTPUT_CALLS = new Set(["body", "outputs", "actions", "actionbody", "actionoutputs"]);

function isSecure(parameter: unknown): boolean {
  return isObject(parameter) && /^secure/i.test(String(parameter.type));
}
