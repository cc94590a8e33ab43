import type { FunctionName } from "./functions";

/**
 * A value that exists only when the workflow runs, such as the body of an action's answer.
 *
 * As a whole value it keeps its JSON type: `body: triggerBody()`. Inside a text it becomes text: {@link text}.
 */
export class Expression {
  /** @param expression the expression without its at-sign, e.g. `triggerBody()?['orderId']` */
  constructor(readonly expression: string) {}

  /**
   * The form that Azure evaluates inside a text: `@{...}`.
   *
   * An own property, not a method: `pulumi.interpolate` copies own properties and then asks for the text.
   */
  readonly toString = (): string => `@{${this.expression}}`;
}

/** What a function of an expression takes. A text is taken literally. */
export type Argument = Expression | string | number | boolean | null;

/** The name of a property, or the position of an item counted from 0. */
export type PathSegment = string | number;

/**
 * An expression written as in Azure's documentation, without the at-sign.
 *
 * @example `expression("mul(variables('count'), 2)")`
 */
export function expression(source: string): Expression {
  return new Expression(source);
}

/**
 * Calls a function of the Workflow Definition Language.
 *
 * @example `call("utcNow", "yyyyMMdd-HHmmss")`
 * @see https://learn.microsoft.com/azure/logic-apps/workflow-definition-language-functions-reference
 */
export function call(name: FunctionName, ...args: readonly Argument[]): Expression {
  return new Expression(`${name}(${args.map(argument).join(", ")})`);
}

/** A property deep inside a value; `null` where any part of the path is missing. */
export function get(value: Expression, ...path: readonly PathSegment[]): Expression {
  const segments = path.map((segment) => `?[${argument(segment)}]`);
  return new Expression([value.expression, ...segments].join(""));
}

/** The body of an action's answer, or a property in it. */
export function body(action: string, ...path: readonly PathSegment[]): Expression {
  return get(call("body", action), ...path);
}

/** All outputs of an action (of an Http action: `statusCode`, `headers`, `body`), or a property in them. */
export function outputs(action: string, ...path: readonly PathSegment[]): Expression {
  return get(call("outputs", action), ...path);
}

/** The body of the request that started the run, or a property in it. */
export function triggerBody(...path: readonly PathSegment[]): Expression {
  return get(call("triggerBody"), ...path);
}

/** All outputs of the trigger (of a request: `headers`, `queries`, `body`, ...), or a property in them. */
export function triggerOutputs(...path: readonly PathSegment[]): Expression {
  return get(call("triggerOutputs"), ...path);
}

/** The part of the request's address that stands for `{name}` in the trigger's relative path. */
export function pathParameter(name: string): Expression {
  return triggerOutputs("relativePathParameters", name);
}

/** The value of a workflow parameter, or a property in it. */
export function parameters(name: string, ...path: readonly PathSegment[]): Expression {
  return get(call("parameters", name), ...path);
}

/** The value of a variable, or a property in it. */
export function variables(name: string, ...path: readonly PathSegment[]): Expression {
  return get(call("variables", name), ...path);
}

/** The item that the named Foreach loop is at, or a property in it. */
export function items(loop: string, ...path: readonly PathSegment[]): Expression {
  return get(call("items", loop), ...path);
}

/** The first of the values that is not null. */
export function coalesce(...values: readonly Argument[]): Expression {
  return call("coalesce", ...values);
}

/** The values joined to one text. */
export function concat(...values: readonly Argument[]): Expression {
  return call("concat", ...values);
}

/** Whether two values are the same. */
export function equals(left: Argument, right: Argument): Expression {
  return call("equals", left, right);
}

/**
 * A text with expressions in it. What is put in as a plain text is taken literally, at-signs included.
 *
 * For a part that is a Pulumi output use `pulumi.interpolate` instead, which takes expressions as well.
 *
 * @example text`https://erp.example.com/orders/${triggerBody("orderId")}`
 */
export function text(
  fixed: TemplateStringsArray,
  ...values: readonly (Expression | string | number | boolean)[]
): string {
  return fixed.reduce((left, right, index) => {
    const value = values[index - 1];
    const inserted = value instanceof Expression ? value.toString() : escapeInside(String(value));
    return left + inserted + right;
  });
}

/** A text that Azure takes as it is, even where it starts with an at-sign or holds `@{`. */
export function literal(value: string): string {
  return value.startsWith("@") && !value.startsWith("@{") ? `@${escapeInside(value)}` : escapeInside(value);
}

/** Azure evaluates `@{` anywhere in a text; `@@{` stands for itself. */
function escapeInside(value: string): string {
  return value.replaceAll("@{", "@@{");
}

function argument(value: Argument): string {
  if (value instanceof Expression) return value.expression;
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}
