import { received } from "../../validation/issue";
import { readExpressions, type Call } from "../expression-syntax";
import type { FunctionName } from "../functions";
import { forEachText, isObject, type JsonObject } from "../json";
import { ownTexts } from "../structure";
import { endsBefore, enclosing, type Node } from "./graph";
import type { Report } from "./rules";

/** What expressions can refer to. */
export interface Targets {
  readonly parameters: JsonObject;
  readonly triggers: JsonObject;
  /** Every action, at whatever depth, by its name in lower case. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** The actions that initialize variables, by the variable's name. */
  readonly variables: ReadonlyMap<string, Node>;
  readonly outputs: unknown;
}

export const LOOPS: ReadonlySet<unknown> = new Set(["Foreach", "Until"]);

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

/** Checks that every expression can be read, and that what it refers to exists and has run by then. */
export function checkReferences(targets: Targets, report: Report): void {
  const { parameters, triggers, nodes, variables } = targets;

  for (const [name, trigger] of Object.entries(triggers)) {
    if (isObject(trigger)) {
      ownTexts(trigger, `triggers.${name}`, (text, path) => {
        checkText(text, path, "trigger");
      });
    }
  }
  for (const node of nodes.values()) {
    ownTexts(node.action, node.path, (text, path) => {
      checkText(text, path, node);
    });
    const { type, inputs } = node.action;
    if (type === "SetVariable" && isObject(inputs) && typeof inputs.name === "string") {
      checkVariable(inputs.name, `${node.path}.inputs.name`, node);
    }
  }
  forEachText(targets.outputs, "outputs", (text, path) => {
    checkText(text, path, "end");
  });

  function checkText(text: string, path: string, from: Node | "trigger" | "end"): void {
    const { calls, problem } = readExpressions(text);
    if (problem !== undefined) report({ path, ...problem, received: received(text) });
    for (const call of calls) checkCall(call, path, from);
  }

  function checkCall({ name, target }: Call, path: string, from: Node | "trigger" | "end"): void {
    if (target === undefined) return;
    if (name === "parameters") checkParameter(target, path);
    else if (name === "variables") checkVariable(target, path, from);
    else if (LOOP_CALLS.has(name)) checkLoop(name, target, path, from);
    else if (ACTION_CALLS.has(name)) checkAction(target, path, from);
  }

  function checkParameter(name: string, path: string): void {
    if (Object.hasOwn(parameters, name)) return;
    report({
      path,
      rule: `there is no parameter ${name}`,
      fix: "declare it under parameters, or correct the name",
    });
  }

  function checkVariable(name: string, path: string, from: Node | "trigger" | "end"): void {
    const initializer = variables.get(name);
    if (initializer === undefined) {
      report({
        path,
        rule: `there is no variable ${name}`,
        fix: "initialize it by InitializeVariable, or correct the name",
      });
    } else checkOrder(initializer, `the variable ${name} is not initialized`, path, from);
  }

  function checkAction(name: string, path: string, from: Node | "trigger" | "end"): void {
    const node = nodes.get(name.toLowerCase());
    if (node?.name !== name) {
      report({ path, rule: `there is no action ${name}`, fix: "correct the name of the action" });
    } else checkOrder(node, `${name} has not ended`, path, from);
  }

  function checkOrder(node: Node, late: string, path: string, from: Node | "trigger" | "end"): void {
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

  function checkLoop(call: string, name: string, path: string, from: Node | "trigger" | "end"): void {
    const around = typeof from === "string" ? [] : [from, ...enclosing(from.branch)];
    if (around.some((node) => node.name === name && LOOPS.has(node.action.type))) return;
    report({
      path,
      rule: `${call}() names a loop around the action; ${name} is none`,
      fix: "name the Foreach or Until that it stands in",
    });
  }
}
