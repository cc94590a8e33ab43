import type { Issue } from "../validation/issue";
import { canBeSecure, typeOf } from "./check/action-types";
import type { WorkflowDefinition } from "./definition";
import { readExpressions } from "./expression-syntax";
import type { FunctionName } from "./functions";
import { isObject, objectOrEmpty, type JsonObject } from "./json";
import { branches, ownTexts } from "./structure";

/**
 * Gives secure inputs and outputs to every trigger and action into which a secure parameter flows, by itself or through
 * actions that put out what was put in, where its type can have them.
 *
 * @param definition a document that nobody else holds yet: it is changed in place
 */
export function secureWhatHoldsSecrets(definition: WorkflowDefinition): void {
  for (const { operation } of secretFlows(definition)) {
    if (!hidesInputs(operation) && canBeSecure(String(operation.type))) {
      const others = isObject(operation.runtimeConfiguration) ? operation.runtimeConfiguration : {};
      const secureData = { properties: ["inputs", "outputs"] };
      Object.assign(operation, { runtimeConfiguration: { ...others, secureData } });
    }
  }
}

/**
 * Where a secret can be read by whoever may read the workflow or its run history, though Azure does not mind: a secure
 * parameter that flows into a trigger or action whose inputs are not secure, and a default value of a secure parameter.
 *
 * @param definition the plain document, e.g. parsed from JSON
 */
export function exposedSecrets(definition: unknown): Issue[] {
  if (!isObject(definition)) return [];
  const issues: Issue[] = [];
  for (const [name, parameter] of Object.entries(objectOrEmpty(definition.parameters))) {
    if (isSecure(parameter) && isObject(parameter) && parameter.defaultValue !== undefined) {
      issues.push({
        path: `parameters.${name}.defaultValue`,
        rule: "a secure parameter has no default value: whoever may read the workflow can read it",
        fix: "remove it, and give the value as a parameter of the deployment",
      });
    }
  }
  for (const { path, operation } of secretFlows(definition)) {
    if (hidesInputs(operation)) continue;
    const type = String(operation.type);
    issues.push({
      path,
      rule: "a secure parameter flows into it, and the run history shows its inputs",
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

/** A trigger or action into which a secret flows. */
interface Flow {
  readonly path: string;
  readonly operation: JsonObject;
}

/** The triggers and actions into which a secure parameter flows. */
function secretFlows(definition: JsonObject | WorkflowDefinition): readonly Flow[] {
  const parameters = objectOrEmpty(definition.parameters);
  // Azure compares names without regard to case.
  const secrets = new Set(
    Object.keys(parameters)
      .filter((name) => isSecure(parameters[name]))
      .map((name) => name.toLowerCase()),
  );
  if (secrets.size === 0) return [];

  const flows = new Set<Flow>();
  const names = new Map<Flow, string>();
  const readers = new Map<string, Flow[]>();
  const read = (operation: JsonObject, path: string): Flow => {
    const flow = { path, operation };
    ownTexts(operation, path, (text) => {
      for (const { name, target } of readExpressions(text).calls) {
        const named = target?.toLowerCase();
        if (named === undefined) continue;
        if (name === "parameters" && secrets.has(named)) flows.add(flow);
        if (OUTPUT_CALLS.has(name)) readers.set(named, [...(readers.get(named) ?? []), flow]);
      }
    });
    return flow;
  };
  const collect = (actions: JsonObject, at: string): void => {
    for (const [name, action] of Object.entries(actions)) {
      if (!isObject(action)) continue;
      names.set(read(action, `${at}.${name}`), name.toLowerCase());
      for (const inner of branches(action, `${at}.${name}`)) collect(inner.actions, inner.path);
    }
  };
  for (const [name, trigger] of Object.entries(objectOrEmpty(definition.triggers))) {
    if (isObject(trigger)) read(trigger, `triggers.${name}`);
  }
  collect(objectOrEmpty(definition.actions), "actions");
  // The set grows while it is walked.
  for (const flow of flows) {
    if (!PUT_OUT_WHAT_WAS_PUT_IN.has(typeOf(flow.operation))) continue;
    for (const reader of readers.get(names.get(flow) ?? "") ?? []) flows.add(reader);
  }
  return [...flows];
}

/** The data operations: their outputs are their inputs, in another form. */
const PUT_OUT_WHAT_WAS_PUT_IN = new Set<unknown>([
  "Compose",
  "ParseJson",
  "Query",
  "Select",
  "Table",
  "Join",
]);

const OUTPUT_CALLS = new Set<FunctionName>(["body", "outputs", "actions", "actionBody", "actionOutputs"]);

function isSecure(parameter: unknown): boolean {
  return isObject(parameter) && /^secure/i.test(String(parameter.type));
}
