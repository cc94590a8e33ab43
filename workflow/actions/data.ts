import type { Action, Value } from "../definition";
import { expression, type Evaluated, type Expression, type Member } from "../expression";
import type { FromSchema, JsonSchema } from "../json-schema";
import { action, type ActionOptions, type Secure } from "./action";

/**
 * Makes one value of several.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#compose-action
 */
export function compose<const Name extends string, const V extends Value, After extends string = never>(
  name: Name,
  options: ActionOptions<After> & Secure & { readonly inputs: V },
): Action<Name, Evaluated<V>, NoInfer<After>> {
  return action<Evaluated<V>>("Compose")(name, options, { inputs: options.inputs });
}

/**
 * Reads a JSON text or value and holds it against a schema; fails where it does not fit. The action's `body` is typed as the schema
 * says.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#parse-json-action
 */
export function parseJson<
  const Name extends string,
  const Schema extends JsonSchema,
  After extends string = never,
>(
  name: Name,
  options: ActionOptions<After> & Secure & { readonly content: Value; readonly schema: Schema },
): Action<Name, { readonly body: FromSchema<Schema> }, NoInfer<After>> {
  const { content, schema } = options;
  return action<{ readonly body: FromSchema<Schema> }>("ParseJson")(name, options, {
    inputs: { content, schema },
  });
}

/** A table's or a list's items. */
interface Items<T> {
  readonly body: readonly Member<T, number>[];
}

/** The item at hand in {@link filterArray}, {@link select} and {@link table}. */
export function item<T = unknown>(): Expression<T> {
  return expression("item()");
}

/**
 * Keeps the items of an array for which something holds; `item()` is the one at hand.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#query-action
 */
export function filterArray<const Name extends string, T, After extends string = never>(
  name: Name,
  options: ActionOptions<After> &
    Secure & {
      readonly from: Expression<T>;
      readonly where: (item: Expression<Member<T, number>>) => Expression;
    },
): Action<Name, Items<T>, NoInfer<After>> {
  const { from, where } = options;
  return action<Items<T>>("Query")(name, options, { inputs: { from, where: where(item()) } });
}

/**
 * Makes another value of each item of an array.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#select-action
 */
export function select<const Name extends string, T, const V extends Value, After extends string = never>(
  name: Name,
  options: ActionOptions<After> &
    Secure & { readonly from: Expression<T>; readonly select: (item: Expression<Member<T, number>>) => V },
): Action<Name, { readonly body: readonly Evaluated<V>[] }, NoInfer<After>> {
  const { from } = options;
  return action<{ readonly body: readonly Evaluated<V>[] }>("Select")(name, options, {
    inputs: { from, select: options.select(item()) },
  });
}

/**
 * Makes a table out of an array of objects.
 *
 * @param options.columns heading and value of each column; by default one for each property
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#table-action
 */
export function table<const Name extends string, T, After extends string = never>(
  name: Name,
  options: ActionOptions<After> &
    Secure & {
      readonly from: Expression<T>;
      readonly format: "CSV" | "HTML";
      readonly columns?: (
        item: Expression<Member<T, number>>,
      ) => readonly { readonly header?: string; readonly value: Value }[];
    },
): Action<Name, { readonly body: string }, NoInfer<After>> {
  const { from, format, columns } = options;
  return action<{ readonly body: string }>("Table")(name, options, {
    inputs: { from, format, columns: columns?.(item()) },
  });
}

/**
 * Joins the items of an array to one text.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#join-action
 */
export function joinArray<const Name extends string, After extends string = never>(
  name: Name,
  options: ActionOptions<After> & Secure & { readonly from: Expression; readonly joinWith: string },
): Action<Name, { readonly body: string }, NoInfer<After>> {
  const { from, joinWith } = options;
  return action<{ readonly body: string }>("Join")(name, options, { inputs: { from, joinWith } });
}
