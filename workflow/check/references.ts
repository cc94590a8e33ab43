import { received } from "../../validation/issue";
import { readExpressions, type Call } from "../expression-syntax";
import type { FunctionName } from "../functions";
import { forEachText, isObject, type JsonObject, objectOrEmpty } from "../json";
import { branches, ownTexts } from "../structure";
import { typeOf } from "./action-types";
import { endsBefore, enclosing, type Node } from "./graph";
import type { Report } from "./rules";

/** What expressions can refer to. */
export interface Targets {
  readonly parameters: JsonObject;
  readonly triggers: JsonObject;
  /** Every action, at whatever depth, by its name in lower case. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** The actions that initialize variables, by the variable's name in lower case. */
  readonly variables: ReadonlyMap<string, Node>;
  readonly staticResults: JsonObject;
  readonly outputs: unknown;
}

/** Who asks: an action, a trigger, or the workflow at its end. */
type Asking = Node | "trigger" | "end";

export const LOOPS: ReadonlySet<string> = new Set(["Foreach", "Until"]);

/**
 * The actions that change a variable, and the types that it may have.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values
 */
const VARIABLE_TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ["SetVariable", ["string", "integer", "float", "boolean", "array", "object"]],
  ["IncrementVariable", ["integer", "float"]],
  ["DecrementVariable", ["integer", "float"]],
  ["AppendToArrayVariable", ["array"]],
  ["AppendToStringVariable", ["string"]],
]);

/**
 * What has a callback address.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/workflow-definition-language-functions-reference#listCallbackUrl; the
 * notification triggers of connectors call it as well, see `ApiConnectionNotification` in the public documents of the tests.
 */
const WITH_CALLBACK = new Set(["HttpWebhook", "ApiConnectionWebhook", "ApiConnectionNotification"]);

const LOOP_CALLS = new Set<FunctionName>(["items", "iterationIndexes"]);
const ACTION_CALLS = new Set<FunctionName>([
  "actionBody",
  "actionOutputs",
  "actions",
  "body",
  "formDataMultiValues",
  "formDataValue",
  "multipartBody",
  "outputs",
  "result",
]);

/**
 * Checks that every expression can be read, and that what it refers to exists and has run by then. Names of actions and
 * variables are compared without regard to case: Azure/Microsoft-Defender-for-Cloud has `items('For_Each')` in `For_each`,
 * and `variables('ASClocationTemp')` for `ASCLocationTemp`.
 */
export function checkReferences(targets: Targets, report: Report): void {
  const { parameters, triggers, nodes, variables, staticResults } = targets;

  for (const [name, trigger] of Object.entries(triggers)) {
    if (isObject(trigger)) {
      const type = typeOf(trigger);
      ownTexts(trigger, `triggers.${name}`, (text, path) => {
        checkText(text, path, "trigger", type);
      });
    }
  }
  for (const node of nodes.values()) {
    ownTexts(node.action, node.path, (text, path) => {
      checkText(text, path, node, node.type);
    });
    checkNames(node);
  }
  forEachText(targets.outputs, "outputs", (text, path) => {
    checkText(text, path, "end", "");
  });

  /** What an action names outside of its expressions. */
  function checkNames(node: Node): void {
    const inputs = objectOrEmpty(node.action.inputs);
    const { name, explicitDependencies } = inputs;
    if (VARIABLE_TYPES.has(node.type) && typeof name === "string") {
      checkVariable(name, `${node.path}.inputs.name`, node);
      checkVariableType(name, node);
      if (node.type === "SetVariable") checkSelfReference(name, inputs.value, node);
    }
    const { actions } = objectOrEmpty(explicitDependencies);
    if (node.type === "JavaScriptCode" && Array.isArray(actions)) {
      actions.forEach((action: unknown, index) => {
        const path = `${node.path}.inputs.explicitDependencies.actions[${index}]`;
        if (typeof action === "string") checkAction(action, path, node);
      });
    }
    const { staticResult } = objectOrEmpty(node.action.runtimeConfiguration);
    const { name: result } = objectOrEmpty(staticResult);
    if (typeof result === "string" && !Object.hasOwn(staticResults, result)) {
      report({
        path: `${node.path}.runtimeConfiguration.staticResult.name`,
        rule: `there is no static result ${result}`,
        fix: "declare it under staticResults, or correct the name",
      });
    }
  }

  function checkText(text: string, path: string, from: Asking, type: string): void {
    const { calls, problem } = readExpressions(text);
    if (problem !== undefined) report({ path, ...problem, received: received(text) });
    for (const call of calls) checkCall(call, path, from, type);
  }

  function checkCall({ name, target }: Call, path: string, from: Asking, type: string): void {
    if (name === "listCallbackUrl" && !WITH_CALLBACK.has(type)) {
      report({
        path,
        rule: `listCallbackUrl() has a value in webhooks only: ${[...WITH_CALLBACK].join(", ")}`,
        fix: "use a webhook, or remove the call",
      });
    }
    if (target === undefined) return;
    if (name === "parameters") checkParameter(target, path);
    else if (name === "variables") checkVariable(target, path, from);
    else if (LOOP_CALLS.has(name)) checkLoop(name, target, path, from);
    else if (ACTION_CALLS.has(name)) {
      checkAction(target, path, from);
      if (name === "result") checkScope(target, path);
    }
  }

  function checkParameter(name: string, path: string): void {
    if (Object.hasOwn(parameters, name)) return;
    report({
      path,
      rule: `there is no parameter ${name}`,
      fix: "declare it under parameters, or correct the name",
    });
  }

  function checkVariable(name: string, path: string, from: Asking): void {
    const initializer = variables.get(name.toLowerCase());
    if (initializer === undefined) {
      report({
        path,
        rule: `there is no variable ${name}`,
        fix: "initialize it by InitializeVariable, or correct the name",
      });
    } else checkOrder(initializer, `the variable ${name} is not initialized`, path, from);
  }

  function checkVariableType(name: string, node: Node): void {
    const { variables: declared } = objectOrEmpty(variables.get(name.toLowerCase())?.action.inputs);
    const same = name.toLowerCase();
    const variable = (Array.isArray(declared) ? declared.filter(isObject) : []).find(
      (each) => String(each.name).toLowerCase() === same,
    );
    const types = VARIABLE_TYPES.get(node.type) ?? [];
    if (typeof variable?.type !== "string" || types.includes(variable.type.toLowerCase())) return;
    report({
      path: `${node.path}.inputs.name`,
      rule: `${node.type} needs a variable of the type ${types.join(" or ")}; ${name} is of the type ${variable.type}`,
      fix: "use another variable, or SetVariable",
    });
  }

  /** Source: Azure's refusal "Self reference is not supported when updating the value of variable". */
  function checkSelfReference(name: string, value: unknown, node: Node): void {
    forEachText(value, `${node.path}.inputs.value`, (text, path) => {
      const own = readExpressions(text).calls.some(
        (call) => call.name === "variables" && call.target?.toLowerCase() === name.toLowerCase(),
      );
      if (!own) return;
      report({
        path,
        rule: `SetVariable does not read the variable that it sets: ${name}`,
        fix: "compute the value in a Compose action before, or use an action that appends or counts",
      });
    });
  }

  /** Source: https://learn.microsoft.com/azure/logic-apps/workflow-definition-language-functions-reference#result */
  function checkScope(name: string, path: string): void {
    const node = nodes.get(name.toLowerCase());
    if (node === undefined || branches(node.action, node.path).length > 0) return;
    report({
      path,
      rule: `result() names an action with actions inside; ${name} has none`,
      fix: "name a Scope, a Foreach or an Until, or use outputs()",
    });
  }

  function checkAction(name: string, path: string, from: Asking): void {
    const node = nodes.get(name.toLowerCase());
    if (node === undefined) {
      report({ path, rule: `there is no action ${name}`, fix: "correct the name of the action" });
    } else checkOrder(node, `${name} has not ended`, path, from);
  }

  function checkOrder(node: Node, late: string, path: string, from: Asking): void {
    if (from === "end") return;
    if (from === "trigger") {
      report({
        path,
        rule: `${late} when the trigger is evaluated: no action has`,
        fix: "use the trigger's own outputs",
      });
    } else if (!endsBefore(node, from)) {
      report({
        path,
        rule: `${late} when ${from.name} starts: ${node.name} is neither on its runAfter path nor inside an action that is`,
        fix: `let ${from.name}, or what it is part of, run after ${node.name}`,
      });
    }
  }

  function checkLoop(call: string, name: string, path: string, from: Asking): void {
    const around = typeof from === "string" ? [] : [from, ...enclosing(from.branch)];
    const same = name.toLowerCase();
    if (around.some((node) => node.name.toLowerCase() === same && LOOPS.has(node.type))) return;
    report({
      path,
      rule: `${call}() names a loop around the action; ${name} is none`,
      fix: "name the Foreach or Until that it stands in",
    });
  }
}
