import type { FunctionName, FunctionResult } from "./functions";

declare const result: unique symbol;

/**
 * A value that exists only when the workflow runs, such as the body of an action's answer.
 *
 * As a whole value it keeps its JSON type: `body: trigger.body`. Inside a text it becomes text: {@link text}.
 *
 * @typeParam T what it is then, as far as a schema or the documentation says; exists for the compiler only
 */
export class Expression<out T = unknown> {
  declare readonly [result]: T;

  /** @param expression the expression without its at-sign, e.g. `triggerBody()?['orderId']` */
  constructor(readonly expression: string) {}

  /**
   * A property or an item of the value; `null` where it, or the value itself, is missing.
   *
   * @param key name of the property, or position of the item counted from 0
   */
  get<V, K extends Key<V>>(this: Expression<V>, key: K): Expression<Member<V, K>> {
    return new Expression(`${this.expression}?[${argument(key)}]`);
  }

  /** As {@link get}, but the action fails where the value itself is missing. */
  at<V, K extends Key<V>>(this: Expression<V>, key: K): Expression<Member<V, K>> {
    return new Expression(`${this.expression}[${argument(key)}]`);
  }

  /**
   * The form that Azure evaluates inside a text: `@{...}`.
   *
   * An own property, not a method: `pulumi.interpolate` copies own properties and then asks for the text.
   */
  readonly toString = (): string => `@{${this.expression}}`;
}

/** The name of a property, the position of an item, or an expression for one of them. */
export type PathSegment = string | number | Expression;

/** What can be taken out of a value: what a schema names, or anything where nothing is known. */
export type Key<T> = unknown extends T ? PathSegment : KeyOf<NonNullable<T>>;
type KeyOf<T> = T extends readonly unknown[]
  ? number | Expression
  : T extends object
    ? Extract<keyof T, string> | Expression
    : never;

/** What is taken out. */
export type Member<T, K> = MemberOf<NonNullable<T>, K>;
type MemberOf<T, K> = T extends readonly (infer Item)[] ? Item : K extends keyof T ? T[K] : unknown;

/** What an expression, or a value with expressions in it, is when the workflow runs. */
export type Evaluated<V> =
  V extends Expression<infer T>
    ? T
    : V extends { readonly apply: unknown } | { readonly then: unknown }
      ? unknown
      : V extends readonly (infer Item)[]
        ? readonly Evaluated<Item>[]
        : V extends object
          ? { readonly [K in keyof V]: Evaluated<V[K]> }
          : V;

/** What a function of an expression takes. A text is taken literally. */
export type Argument = Expression | string | number | boolean | null;

/**
 * An expression written as in Azure's documentation, without the at-sign. Names in it do not follow a rename: where
 * there is an object to refer to, refer to it.
 *
 * @example `expression("mul(int('3'), 2)")`
 */
export function expression<T = unknown>(source: string): Expression<T> {
  return new Expression(source);
}

/**
 * Calls a function of the Workflow Definition Language.
 *
 * @example `call("utcNow", "yyyyMMdd-HHmmss")`
 * @see https://learn.microsoft.com/azure/logic-apps/workflow-definition-language-functions-reference
 */
export function call<Name extends FunctionName>(
  name: Name,
  ...args: readonly Argument[]
): Expression<FunctionResult<Name>> {
  return new Expression(`${name}(${args.map(argument).join(", ")})`);
}

/** The first of the values that is not null. */
export function coalesce<const V extends readonly Argument[]>(
  ...values: V
): Expression<NonNullable<Evaluated<V[number]>>> {
  return new Expression(call("coalesce", ...values).expression);
}

/** The values joined to one text. */
export function concat(...values: readonly Argument[]): Expression<string> {
  return call("concat", ...values);
}

/** Whether two values are the same. */
export function equals(left: Argument, right: Argument): Expression<boolean> {
  return call("equals", left, right);
}

/** The JSON value that a text holds. */
export function json<T = unknown>(value: Expression | string): Expression<T> {
  return new Expression(call("json", value).expression);
}

/** One of two values. */
export function ifElse<const Then extends Argument, const Else extends Argument>(
  condition: Expression<boolean>,
  then: Then,
  otherwise: Else,
): Expression<Evaluated<Then> | Evaluated<Else>> {
  return new Expression(call("if", condition, then, otherwise).expression);
}

/** The run itself: `run.name` is its id, as the run history shows it. */
export function workflowRun(): Expression<{
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly run: { readonly id: string; readonly name: string };
}> {
  return new Expression("workflow()");
}

/**
 * A text with expressions in it. What is put in as a plain text is taken literally, at-signs included.
 *
 * For a part that is a Pulumi output use `pulumi.interpolate` instead, which takes expressions as well.
 *
 * @example text`https://erp.example.com/orders/${trigger.body.get("orderId")}`
 */
export function text(
  fixed: TemplateStringsArray,
  ...values: readonly (Expression | string | number | boolean)[]
): string {
  return fixed.reduce((left, right, index) => {
    const value = values[index - 1];
    if (value instanceof Expression) return left + value.toString() + right;
    const plain = String(value);
    // A text that starts with an at-sign is an expression as a whole.
    return left + (left === "" ? literal(plain) : escapeInside(plain)) + right;
  });
}

/** A text that Azure takes as it is, even where it starts with an at-sign or holds `@{`. */
export function literal(value: string): string {
  return /^@(?!@*\{)/.test(value) ? `@${escapeInside(value)}` : escapeInside(value);
}

/**
 * Azure evaluates `@{` anywhere in a text; `@@{` stands for itself. What more at-signs before a brace mean is nowhere
 * documented: they are put in as the value of an expression.
 */
function escapeInside(value: string): string {
  return value.replace(/@+\{/g, (signs) => (signs === "@{" ? "@@{" : `@{'${signs}'}`));
}

function argument(value: Argument): string {
  if (value instanceof Expression) return value.expression;
  return typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value);
}
