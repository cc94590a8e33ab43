import {
  canonicalExpression,
  parseText,
  UnreadableExpression,
  type ExpressionNode,
} from "../../workflow/expression-syntax";
import { isObject } from "../../workflow/json";
import { DETAILS, itemsOf, partOf, RUN, type Shape } from "./shape";

/** A name that the program has for something of the workflow, and what is known of it. */
export interface Known {
  readonly identifier: string;
  /** What its outputs are. */
  readonly outputs?: Shape;
  /** What its body, value or item is. */
  readonly body?: Shape;
}

/** What can be referred to at a place in the program; by names in lower case, as Azure compares them without regard to case. */
export interface Names {
  /** What starts the workflow; none while the trigger itself is written. */
  readonly trigger?: Known & { readonly request: boolean; readonly pathParameters: readonly string[] };
  readonly actions: ReadonlyMap<string, Known>;
  readonly parameters: ReadonlyMap<string, Known>;
  readonly variables: ReadonlyMap<string, Known>;
  /** The loops around the place, by the item at hand. */
  readonly items: ReadonlyMap<string, Known>;
  /** The item at hand in a Query, Select or Table action. */
  readonly item?: Known;
  /** Notes that the program uses a function of the builder. */
  readonly use: (name: string) => string;
}

/** The functions that the builder has by their own name. */
const HELPERS: Readonly<Record<string, string>> = {
  coalesce: "coalesce",
  concat: "concat",
  equals: "equals",
  json: "json",
};

/** A JSON value in which texts may hold expressions, as the program writes it. */
export function valueSource(value: unknown, names: Names): string {
  if (typeof value === "string") return textSource(value, names);
  if (Array.isArray(value)) return `[${value.map((item) => valueSource(item, names)).join(", ")}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${keySource(key)}: ${valueSource(item, names)}`,
    );
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value);
}

/** A JSON value that Azure does not evaluate, such as a schema. */
export function plainSource(value: unknown): string {
  return JSON.stringify(value);
}

function keySource(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

/** A text: plain, with expressions in it, or an expression as a whole. */
function textSource(value: string, names: Names): string {
  if (!value.includes("@")) return JSON.stringify(value);
  try {
    const parsed = parseText(value);
    if ("whole" in parsed) return expressionSource(parsed.whole, names).source;
    const { pieces } = parsed;
    if (pieces.every((piece) => typeof piece === "string")) {
      return pieces.join("") === value
        ? JSON.stringify(value)
        : `${names.use("literal")}(${JSON.stringify(pieces.join(""))})`;
    }
    const inner = pieces.map((piece) =>
      typeof piece === "string" ? templateSource(piece) : `\${${expressionSource(piece, names).source}}`,
    );
    return `${names.use("text")}\`${inner.join("")}\``;
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

/** An expression as the program writes it, and what is known of its value. */
export interface ExpressionSource {
  readonly source: string;
  readonly shape?: Shape;
}

export function expressionSource(node: ExpressionNode, names: Names): ExpressionSource {
  switch (node.kind) {
    case "text":
    case "literal":
      return { source: `${names.use("expression")}(${JSON.stringify(canonicalExpression(node))})` };
    case "call":
      return callSource(node, names);
    case "member":
      return memberSource(node, names);
  }
}

type Call = Extract<ExpressionNode, { kind: "call" }>;
type Member = Extract<ExpressionNode, { kind: "member" }>;

function callSource({ name, arguments: args }: Call, names: Names): ExpressionSource {
  const { use } = names;
  const [first] = args;
  const target = args.length === 1 && first?.kind === "text" ? first.value : undefined;
  if (args.length === 0) {
    const { trigger } = names;
    if (trigger && name === "triggerBody")
      return { source: `${trigger.identifier}.body`, shape: trigger.body };
    if (trigger && name === "triggerOutputs")
      return { source: `${trigger.identifier}.outputs`, shape: trigger.outputs };
    if (name === "workflow") return { source: `${use("workflowRun")}()`, shape: RUN };
    if (name === "listCallbackUrl") return { source: `${use("callbackUrl")}()` };
    if (name === "item" && names.item) return { source: names.item.identifier, shape: names.item.body };
  }
  if (target !== undefined) {
    const action = names.actions.get(target.toLowerCase());
    if (action !== undefined) {
      if (name === "body") return { source: `${action.identifier}.body`, shape: action.body };
      if (name === "outputs") return { source: `${action.identifier}.outputs`, shape: action.outputs };
      if (name === "actions") return { source: `${action.identifier}.details`, shape: DETAILS };
      if (name === "result") return { source: `${use("resultOf")}(${action.identifier})` };
    }
    const value =
      name === "parameters"
        ? names.parameters.get(target.toLowerCase())
        : name === "variables"
          ? names.variables.get(target.toLowerCase())
          : undefined;
    if (value !== undefined) return { source: `${value.identifier}.value`, shape: value.body };
    const item = name === "items" ? names.items.get(target.toLowerCase()) : undefined;
    if (item !== undefined) return { source: item.identifier, shape: item.body };
  }
  const sources = args.map((each) => argumentSource(each, names));
  const helper = HELPERS[name];
  return {
    source: helper
      ? `${use(helper)}(${sources.join(", ")})`
      : `${use("call")}(${[JSON.stringify(name), ...sources].join(", ")})`,
  };
}

/** An argument of a function: a literal where the program can write one. */
function argumentSource(node: ExpressionNode, names: Names): string {
  if (node.kind === "text") return JSON.stringify(node.value);
  if (node.kind === "literal" && isLiteral(node.source)) return node.source;
  return expressionSource(node, names).source;
}

/** Whether the builder writes a literal as it stands: `1e3` would become `1000`. */
function isLiteral(source: string): boolean {
  return ["true", "false", "null"].includes(source) || String(Number(source)) === source;
}

function memberSource(node: Member, names: Names): ExpressionSource {
  const request = requestPart(node, names);
  if (request !== undefined) return { source: request };
  const of = expressionSource(node.of, names);
  const key =
    node.key.kind === "text"
      ? node.key.value
      : node.key.kind === "literal" && /^\d+$/.test(node.key.source)
        ? Number(node.key.source)
        : undefined;
  const part = partOf(of.shape, key);
  // What the types do not know is asked of the value as the language itself gives it, of which they know nothing.
  const known = part === "refused" ? untyped(node.of, names) : of.source;
  const keySourceText = key === undefined ? expressionSource(node.key, names).source : JSON.stringify(key);
  return {
    source: `${known}.${node.optional ? "get" : "at"}(${keySourceText})`,
    shape: part === "refused" ? undefined : part,
  };
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
      return `${names.use("call")}(${JSON.stringify(node.name)}, ${action.identifier}.name)`;
  }
  return `${names.use("expression")}(${JSON.stringify(canonicalExpression(node))})`;
}

/** The shape of an expression's items, for the loops over it. */
export function itemShape(node: ExpressionNode, names: Names): Shape {
  return itemsOf(expressionSource(node, names).shape);
}
