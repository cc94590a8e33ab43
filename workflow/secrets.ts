import type { Issue } from "../validation/issue";
import { canBeSecure, typeOf } from "./check/action-types";
import type { SecureProperty, WorkflowDefinition } from "./definition";
import { readExpressions, type Call } from "./expression-syntax";
import { isObject, objectOrEmpty, type JsonObject } from "./json";
import { branches, changedVariables, ownTexts } from "./structure";

/** Whom tokens for Key Vault are for: what asks for one, as a managed identity, reads secrets. */
export const KEY_VAULT_AUDIENCE = "https://vault.azure.net";

/**
 * Gives secure inputs and outputs to every action that reads from Key Vault, and to every trigger and action into which
 * what it read, or a secure parameter, flows: by itself, through data operations, variables and loops over it, or through
 * what `actions()` and `result()` show of another action. Those whose type cannot have them are left as they are.
 *
 * @param definition a document that nobody else holds yet: it is changed in place
 */
export function secureWhatHoldsSecrets(definition: WorkflowDefinition): void {
  for (const { operation, shows } of secretFlows(definition)) {
    if (!hides(operation, shows) && canBeSecure(String(operation.type))) {
      const others = objectOrEmpty(operation.runtimeConfiguration);
      const secureData = { properties: ["inputs", "outputs"] };
      Object.assign(operation, { runtimeConfiguration: { ...others, secureData } });
    }
  }
}

/**
 * Where a secret can be read by whoever may read the workflow or its run history, though Azure does not mind: what Key
 * Vault gives to an action whose outputs are not secure, that or a secure parameter where it flows into a trigger or
 * action whose inputs are not secure, and a default value of a secure parameter.
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
  for (const { path, operation, shows } of secretFlows(definition)) {
    if (hides(operation, shows)) continue;
    const type = String(operation.type);
    issues.push({
      path,
      rule: WHY[shows],
      fix: canBeSecure(type)
        ? "make its inputs and outputs secure"
        : `use the parameter directly where it is needed: the inputs of ${type} cannot be secure`,
    });
  }
  return issues;
}

const WHY: Readonly<Record<SecureProperty, string>> = {
  inputs: "a secret flows into it, and the run history shows its inputs",
  outputs: "it reads a secret from Key Vault, and the run history shows its outputs",
};

function hides({ runtimeConfiguration }: JsonObject, property: SecureProperty): boolean {
  const secureData = isObject(runtimeConfiguration) ? runtimeConfiguration.secureData : undefined;
  const properties = isObject(secureData) ? secureData.properties : undefined;
  return Array.isArray(properties) && properties.includes(property);
}

/** A trigger or action that shows a secret in the run history, unless it is secure. */
interface Flow {
  readonly path: string;
  readonly operation: JsonObject;
  /** Where it has the secret. */
  readonly shows: SecureProperty;
  /** What of a run gives a secret on that has flowed into it. */
  readonly gives: readonly string[];
}

/**
 * The triggers and actions that have a secret: from Key Vault, or because one flows into them. What a run can read is named
 * by the function that reads it and its target, both in lower case where Azure disregards it: `outputs get_order`.
 */
function secretFlows(definition: JsonObject | WorkflowDefinition): readonly Flow[] {
  const secrets = new Set(
    Object.entries(objectOrEmpty(definition.parameters)).flatMap(([name, each]) =>
      isSecure(each) ? [`parameters ${name.toLowerCase()}`] : [],
    ),
  );
  const all: Flow[] = [];
  const flows = new Set<Flow>();
  const collect = (actions: JsonObject, at: string, around: readonly string[]): void => {
    for (const [name, operation] of Object.entries(actions)) {
      if (!isObject(operation)) continue;
      const path = `${at}.${name}`;
      const own = name.toLowerCase();
      all.push({ path, operation, shows: "inputs", gives: [...gives(name, operation), ...around] });
      if (readsKeyVault(operation)) {
        const read: Flow = { path, operation, shows: "outputs", gives: [`outputs ${own}`, ...around] };
        flows.add(read);
        for (const given of read.gives) secrets.add(given);
      }
      const results = [...around, `result ${own}`];
      for (const inner of branches(operation, path)) collect(inner.actions, inner.path, results);
    }
  };
  for (const [name, operation] of Object.entries(objectOrEmpty(definition.triggers))) {
    if (isObject(operation)) {
      all.push({ path: `triggers.${name}`, operation, shows: "inputs", gives: ["inputs "] });
    }
  }
  collect(objectOrEmpty(definition.actions), "actions", []);
  if (secrets.size === 0) return [];

  const readers = new Map<string, Flow[]>();
  for (const flow of all) {
    ownTexts(flow.operation, flow.path, (text) => {
      for (const call of readExpressions(text).calls) {
        for (const what of takes(call)) {
          const others = readers.get(what);
          if (others === undefined) readers.set(what, [flow]);
          else others.push(flow);
        }
      }
    });
  }
  // The set grows while it is walked.
  for (const secret of secrets) {
    for (const flow of readers.get(secret) ?? []) {
      flows.add(flow);
      for (const given of flow.gives) secrets.add(given);
    }
  }
  return [...flows];
}

/**
 * Whether an action asks Key Vault for a secret: it shows a token that is for nothing else, or calls the operation of the
 * managed connector (https://learn.microsoft.com/connectors/keyvault/#get-secret), whatever its connection is called.
 */
function readsKeyVault(operation: JsonObject): boolean {
  const { authentication, path } = objectOrEmpty(operation.inputs);
  switch (typeOf(operation)) {
    case "Http":
      return objectOrEmpty(authentication).audience === KEY_VAULT_AUDIENCE;
    case "ApiConnection":
      return typeof path === "string" && /^\/secrets\/.+\/value$/i.test(path);
    default:
      return false;
  }
}

/** The data operations: their outputs are their inputs, in another form. */
const PUT_OUT_WHAT_WAS_PUT_IN: ReadonlySet<string> = new Set([
  "Compose",
  "ParseJson",
  "Query",
  "Select",
  "Table",
  "Join",
]);

/** What can be read of a secret that has flowed into an action: its inputs at least, which `actions('...')` holds. */
function gives(name: string, operation: JsonObject): readonly string[] {
  const own = name.toLowerCase();
  const type = typeOf(operation);
  return [
    `inputs ${own}`,
    ...(PUT_OUT_WHAT_WAS_PUT_IN.has(type) ? [`outputs ${own}`] : []),
    ...(type === "Foreach" ? [`items ${own}`] : []),
    ...changedVariables(operation).map((variable) => `variables ${variable.toLowerCase()}`),
  ];
}

/** What a call reads, in the words of {@link gives}. */
function takes({ name, target = "", part }: Call): readonly string[] {
  const named = target.toLowerCase();
  switch (name) {
    case "parameters":
    case "variables":
    case "items":
    case "result":
      return [`${name} ${named}`];
    case "body":
    case "outputs":
    case "actionBody":
    case "actionOutputs":
      return [`outputs ${named}`];
    case "actions":
    case "trigger":
      // Name, status, times and error are known of an action whose inputs are not shown as well.
      return DETAILS.flatMap((detail) =>
        part === undefined || part.toLowerCase() === detail ? [`${detail} ${named}`] : [],
      );
    default:
      return [];
  }
}

const DETAILS = ["inputs", "outputs"] as const;

function isSecure(parameter: unknown): boolean {
  return isObject(parameter) && /^secure/i.test(String(parameter.type));
}
