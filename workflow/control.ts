import { action } from "./actions";
import type { Action, RunAfter, Siblings, Value } from "./definition";
import type { Expression } from "./expression";

/**
 * Actions that stand and fall together: the scope has one status, which the actions after it may ask for.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#scope-action
 */
export function scope<A extends Siblings<A>, After extends string = never>(
  options: RunAfter<After> & { readonly actions: A },
): Action<NoInfer<After>> {
  return action("Scope", options, { actions: options.actions });
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
  Then extends Siblings<Then>,
  Else extends Siblings<Else>,
  After extends string = never,
>(
  options: RunAfter<After> & {
    readonly expression: Condition;
    /** What runs where it holds. */
    readonly actions: Then;
    /** What runs where it does not. @default nothing */
    readonly else?: Else;
  },
): Action<NoInfer<After>> {
  return action("If", options, {
    expression: options.expression,
    actions: options.actions,
    ...(options.else !== undefined && { else: { actions: options.else } }),
  });
}

/**
 * Runs the branch whose value is the one looked for; at most 25.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#switch-action
 */
export function switchOn<
  Cases extends { readonly [Name in keyof Cases]: Siblings<Cases[Name]> },
  Default extends Siblings<Default>,
  After extends string = never,
>(
  options: RunAfter<After> & {
    readonly expression: Expression;
    readonly cases: {
      readonly [Name in keyof Cases]: { readonly case: string | number; readonly actions: Cases[Name] };
    };
    /** What runs where no case has the value. @default nothing */
    readonly default?: Default;
  },
): Action<NoInfer<After>> {
  return action("Switch", options, {
    expression: options.expression,
    cases: options.cases,
    ...(options.default !== undefined && { default: { actions: options.default } }),
  });
}

/**
 * Runs the same actions for every item of an array; `items("name of the loop")` is the one at hand.
 *
 * @param options.concurrency items at the same time, 1 to 50; by default 20
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#foreach-action
 */
export function forEach<A extends Siblings<A>, After extends string = never>(
  options: RunAfter<After> & {
    readonly items: Expression;
    readonly actions: A;
    readonly concurrency?: number;
  },
): Action<NoInfer<After>> {
  const { items, actions, concurrency } = options;
  return action("Foreach", options, {
    foreach: items,
    actions,
    ...(concurrency !== undefined && { runtimeConfiguration: { concurrency: { repetitions: concurrency } } }),
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
export function until<A extends Siblings<A>, After extends string = never>(
  options: RunAfter<After> & {
    readonly expression: Expression;
    readonly actions: A;
    readonly count?: number;
    readonly timeout?: string;
  },
): Action<NoInfer<After>> {
  const { expression, actions, count = 60, timeout = "PT1H" } = options;
  return action("Until", options, { expression, actions, limit: { count, timeout } });
}
