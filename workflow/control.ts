import { action, type ActionOptions } from "./actions/action";
import { byName, type Action, type ActionDetails, type Siblings, type Text, type Value } from "./definition";
import type { Expression, Member } from "./expression";
import { reference } from "./reference";

/**
 * Actions that stand and fall together: the scope has one status, which the actions after it may ask for.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#scope-action
 */
export function scope<
  const Name extends string,
  const A extends readonly Action[],
  After extends string = never,
>(
  name: Name,
  options: ActionOptions<After> & { readonly actions: A & Siblings<A> },
): Action<Name, unknown, NoInfer<After>> {
  return action("Scope")(name, options, { actions: byName("action", options.actions) });
}

/** What became of the actions of a scope, a branch or a loop, each by itself. */
export function resultOf(action: Action): Expression<readonly ActionDetails[]> {
  return reference("result", action.name);
}

/** How the designer compares two values. */
type Comparison =
  "equals" | "greater" | "greaterOrEquals" | "less" | "lessOrEquals" | "contains" | "startsWith" | "endsWith";

/** Something that holds or not: an expression, or comparisons in the form that Azure's designer shows. */
export type Condition =
  | Expression
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition }
  | Readonly<Partial<Record<Comparison, readonly [Value, Value]>>>;

/**
 * Runs one of two branches.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#if-action
 */
export function condition<
  const Name extends string,
  const Then extends readonly Action[],
  const Else extends readonly Action[],
  After extends string = never,
>(
  name: Name,
  options: ActionOptions<After> & {
    readonly expression: Condition;
    /** What runs where it holds. */
    readonly actions: Then & Siblings<Then>;
    /** What runs where it does not. @default nothing */
    readonly else?: Else & Siblings<Else>;
  },
): Action<Name, unknown, NoInfer<After>> {
  return action("If")(name, options, {
    expression: options.expression,
    actions: byName("action", options.actions),
    ...(options.else && { else: { actions: byName("action", options.else) } }),
  });
}

/** A branch of a switch, for {@link switchOn}. */
export interface Case<Value extends string | number = string | number> {
  readonly case: Value;
  readonly definition: { readonly case: Value; readonly actions: object };
  readonly name: string;
}

/** The branch of {@link switchOn} for a value. */
export function whenCase<const A extends readonly Action[]>(
  name: string,
  value: string | number,
  actions: A & Siblings<A>,
): Case {
  return { name, case: value, definition: { case: value, actions: byName("action", actions) } };
}

/**
 * Runs the branch whose value is the one looked for; at most 25.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#switch-action
 */
export function switchOn<
  const Name extends string,
  const Default extends readonly Action[],
  After extends string = never,
>(
  name: Name,
  options: ActionOptions<After> & {
    readonly expression: Text;
    readonly cases: readonly Case[];
    /** What runs where no case has the value. @default nothing */
    readonly default?: Default & Siblings<Default>;
  },
): Action<Name, unknown, NoInfer<After>> {
  return action("Switch")(name, options, {
    expression: options.expression,
    cases: byName("case", options.cases),
    ...(options.default && { default: { actions: byName("action", options.default) } }),
  });
}

/**
 * Runs the same actions for every item of an array.
 *
 * @param options.actions the actions, given the item at hand
 * @param options.concurrency items at the same time, 1 to 50, or one after another; by default 20
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#foreach-action
 */
export function forEach<
  const Name extends string,
  T,
  const A extends readonly Action[],
  After extends string = never,
>(
  name: Name,
  options: ActionOptions<After> & {
    readonly items: Expression<T>;
    readonly actions: (item: Expression<Member<T, number>>) => A & Siblings<A>;
    readonly concurrency?: number | "sequential";
  },
): Action<Name, unknown, NoInfer<After>> {
  const { items, actions, concurrency } = options;
  return action("Foreach")(name, options, {
    foreach: items,
    actions: byName("action", actions(reference("items", name))),
    ...(concurrency === "sequential" && { operationOptions: "Sequential" }),
    ...(typeof concurrency === "number" && {
      runtimeConfiguration: { concurrency: { repetitions: concurrency } },
    }),
  });
}

/**
 * Runs the same actions again and again until something holds, or a limit is reached.
 *
 * @param options.expression asked after each round; may refer to the actions inside
 * @param options.count rounds at most, 1 to 5,000; by default 60
 * @param options.timeout time at most, ISO 8601; by default PT1H
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#until-action
 */
export function until<
  const Name extends string,
  const A extends readonly Action[],
  After extends string = never,
>(
  name: Name,
  options: ActionOptions<After> & {
    readonly expression: Expression;
    readonly actions: A & Siblings<A>;
    readonly count?: number;
    readonly timeout?: string;
  },
): Action<Name, unknown, NoInfer<After>> {
  const { expression, actions, count, timeout } = options;
  const limited = count !== undefined || timeout !== undefined;
  return action("Until")(name, options, {
    expression,
    actions: byName("action", actions),
    limit: limited ? { count, timeout } : { count: 60, timeout: "PT1H" },
  });
}

/** The number of the round that a loop is at, counted from 0. */
export function roundOf(loop: { readonly name: string }): Expression<number> {
  return reference("iterationIndexes", loop.name);
}
