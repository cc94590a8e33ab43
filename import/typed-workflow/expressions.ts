import {
  canonicalExpression,
  parseText,
  UnreadableExpression,
  type ExpressionNode,
} from "../../workflow/expression-syntax";
import { isObject } from "../../workflow/json";
import type { Identifiers } from "./identifiers";
import { DETAILS, itemsOf, partOf, RUN, type Shape } from "./shape";
import { listSource, objectSource } from "./source";

/** A name that the program has for something of the workflow, and what is known of it. */
export interface Known {
  readonly identifier: string;
  /** What its outputs are. */
  readonly outputs?: Shape;
  /** What its body, value or item is. */
  readonly body?: Shape;
}

/** A trigger, and what its functions can be asked for. */
export interface KnownTrigger extends Known {
  readonly request: boolean;
  readonly pathParameters: readonly string[];
}

/**
 * What can be referred to at a place in the program; by names in lower case, as Azure compares them without regard to case.
 * What is written further on joins it.
 */
export interface Names {
  /** What starts the workflow; none while the trigger itself is written. */
  readonly trigger?: KnownTrigger;
  readonly actions: Map<string, Known>;
  readonly parameters: Map<string, Known>;
  readonly variables: Map<string, Known>;
  /** The loops around the place, by the item at hand. */
  readonly items: ReadonlyMap<string, Known>;
  /** The item at hand in a Query, Select or Table action. */
  readonly item?: Known;
  /** The names of the whole program. */
  readonly identifiers: Identifiers;
}

/** The functions that the builder has by their own name. */
const HELPERS: ReadonlySet<string> = new Set(["coalesce", "concat", "equals", "json"]);

/** A JSON value in which texts may hold expressions, as the program writes it. */
export function valueSource(value: unknown, names: Names): string {
  if (typeof value === "string") return textSource(value, names);
  if (Array.isArray(value)) return listSource(value.map((item) => valueSource(item, names)));
  if (isObject(value)) {
    return objectSource(
      Object.fromEntries(Object.entries(value).map(([key, item]) => [key, valueSource(item, names)])),
    );
  }
  return JSON.stringify(value);
}

/** A text: plain, with expressions in it, or an expression as a whole. */
function textSource(value: string, names: Names): string {
  if (!value.includes("@")) return JSON.stringify(value);
  try {
    const parsed = parseText(value);
    if ("whole" in parsed) return expressionSource(parsed.whole, names);
    const { pieces } = parsed;
    if (pieces.every((piece) => typeof piece === "string")) {
      return pieces.join("") === value
        ? JSON.stringify(value)
        : `${names.identifiers.use("literal")}(${JSON.stringify(pieces.join(""))})`;
    }
    const inner = pieces.map((piece) =>
      typeof piece === "string" ? templateSource(piece) : `\${${expressionSource(piece, names)}}`,
    );
    return `${names.identifiers.use("text")}\`${inner.join("")}\``;
  } catch (error) {
    if (error instanceof UnreadableExpression) return JSON.stringify(value);
    throw error;
  }
}

/** A fixed piece of a template. What Azure would take for an expression goes in as a value, which the builder escapes. */
function templateSource(piece: string): string {
  return piece
    .replace(/[\\`]|\$(?=\{)/g, "\\$&")
    .replaceAll("@{", '${"@{"}')
    .replace(/\r/g, "\\r");
}

/** An expression as the program writes it. */
export function expressionSource(node: ExpressionNode, names: Names): string {
  switch (node.kind) {
    case "text":
    case "literal":
      return `${names.identifiers.use("expression")}(${JSON.stringify(canonicalExpression(node))})`;
    case "call":
      return callSource(node, names);
    case "member":
      return memberSource(node, names);
  }
}

type Call = Extract<ExpressionNode, { kind: "call" }>;
type Member = Extract<ExpressionNode, { kind: "member" }>;

function callSource(node: Call, names: Names): string {
  const { identifiers } = names;
  const found = referent(node, names);
  if (found !== undefined) return `${identifiers.use(found.identifier)}${found.rest}`;
  const sources = node.arguments.map((each) => argumentSource(each, names));
  return HELPERS.has(node.name)
    ? `${identifiers.use(node.name)}(${sources.join(", ")})`
    : `${identifiers.use("call")}(${[JSON.stringify(node.name), ...sources].join(", ")})`;
}

/** What the program has an object or a function for, and what is known of its value. */
interface Referent {
  readonly identifier: string;
  /** What follows the identifier. */
  readonly rest: string;
  readonly shape?: Shape;
}

function referent({ name, arguments: args }: Call, names: Names): Referent | undefined {
  const [first] = args;
  if (first === undefined) return runReferent(name, names);
  if (args.length > 1 || first.kind !== "text") return undefined;
  const target = first.value.toLowerCase();
  const of = (known: Known | undefined, rest: string, shape: Shape): Referent | undefined =>
    known && { identifier: known.identifier, rest, shape };
  const action = names.actions.get(target);
  const parameter = names.parameters.get(target);
  const variable = names.variables.get(target);
  const item = names.items.get(target);
  switch (name) {
    case "body":
      return of(action, ".body", action?.body);
    case "outputs":
      return of(action, ".outputs", action?.outputs);
    case "actions":
      return of(action, ".details", DETAILS);
    case "result":
      return action && { identifier: "resultOf", rest: `(${action.identifier})` };
    case "parameters":
      return of(parameter, ".value", parameter?.body);
    case "variables":
      return of(variable, ".value", variable?.body);
    case "items":
      return of(item, "", item?.body);
    default:
      return undefined;
  }
}

/** What the functions without arguments give. */
function runReferent(name: string, { trigger, item }: Names): Referent | undefined {
  switch (name) {
    case "triggerBody":
      return trigger && { identifier: trigger.identifier, rest: ".body", shape: trigger.body };
    case "triggerOutputs":
      return trigger && { identifier: trigger.identifier, rest: ".outputs", shape: trigger.outputs };
    case "workflow":
      return { identifier: "workflowRun", rest: "()", shape: RUN };
    case "listCallbackUrl":
      return { identifier: "callbackUrl", rest: "()" };
    case "item":
      return item && { identifier: item.identifier, rest: "", shape: item.body };
    default:
      return undefined;
  }
}

/** What is known of an expression's value. */
function shapeOf(node: ExpressionNode, names: Names): Shape {
  if (node.kind === "call") return referent(node, names)?.shape;
  if (node.kind !== "member") return undefined;
  const part = partOf(shapeOf(node.of, names), keyOf(node));
  return part === "refused" ? undefined : part;
}

/** An argument of a function: a literal where the program can write one. */
function argumentSource(node: ExpressionNode, names: Names): string {
  if (node.kind === "text") return JSON.stringify(node.value);
  if (node.kind === "literal" && isLiteral(node.source)) return node.source;
  return expressionSource(node, names);
}

/** Whether the builder writes a literal as it stands: `1e3` would become `1000`. */
function isLiteral(source: string): boolean {
  return ["true", "false", "null"].includes(source) || String(Number(source)) === source;
}

function memberSource(node: Member, names: Names): string {
  const request = requestPart(node, names);
  if (request !== undefined) return request;
  const key = keyOf(node);
  // What the types do not know is asked of the value as the language itself gives it, of which they know nothing.
  const refused = partOf(shapeOf(node.of, names), key) === "refused";
  const of = refused ? untyped(node.of, names) : expressionSource(node.of, names);
  const written = key === undefined ? expressionSource(node.key, names) : JSON.stringify(key);
  return `${of}.${node.optional ? "get" : "at"}(${written})`;
}

/** The name of the property or the position of the item that is taken, where it is a literal. */
function keyOf({ key }: Member): string | number | undefined {
  if (key.kind === "text") return key.value;
  return key.kind === "literal" && /^\d+$/.test(key.source) ? Number(key.source) : undefined;
}

/** `trigger.header("x")` and its like, for the parts of a request. */
function requestPart({ of, key, optional }: Member, { trigger }: Names): string | undefined {
  if (!trigger?.request || !optional || key.kind !== "text" || of.kind !== "member" || !of.optional)
    return undefined;
  if (of.of.kind !== "call" || of.of.name !== "triggerOutputs" || of.key.kind !== "text") return undefined;
  const name = JSON.stringify(key.value);
  switch (of.key.value) {
    case "headers":
      return `${trigger.identifier}.header(${name})`;
    case "queries":
      return `${trigger.identifier}.query(${name})`;
    case "relativePathParameters":
      return trigger.pathParameters.includes(key.value)
        ? `${trigger.identifier}.pathParameter(${name})`
        : undefined;
    default:
      return undefined;
  }
}

/** A value of which the compiler knows nothing; the name of an action in it still follows a rename. */
function untyped(node: ExpressionNode, names: Names): string {
  if (node.kind === "member") {
    const key = argumentSource(node.key, names);
    return `${untyped(node.of, names)}.${node.optional ? "get" : "at"}(${key})`;
  }
  if (node.kind === "call" && node.arguments.length === 1) {
    const [target] = node.arguments;
    const action = target?.kind === "text" ? names.actions.get(target.value.toLowerCase()) : undefined;
    if (action !== undefined)
      return `${names.identifiers.use("call")}(${JSON.stringify(node.name)}, ${action.identifier}.name)`;
  }
  return `${names.identifiers.use("expression")}(${JSON.stringify(canonicalExpression(node))})`;
}

/** The shape of an expression's items, for the loops over it. */
export function itemShape(node: ExpressionNode, names: Names): Shape {
  return itemsOf(shapeOf(node, names));
}
