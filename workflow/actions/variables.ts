import type { Action, NonEmpty, Value } from "../definition";
import type { Expression } from "../expression";
import { reference } from "../reference";
import { action, type ActionOptions } from "./action";

/** What a variable holds, by its type. */
interface VariableTypes {
  readonly String: string;
  readonly Integer: number;
  readonly Float: number;
  readonly Boolean: boolean;
  readonly Array: readonly unknown[];
  readonly Object: unknown;
}

/** The type of a variable. */
export type VariableType = keyof VariableTypes;

/** A value that a run can change. */
export class Variable<out Type extends VariableType = VariableType> {
  constructor(
    readonly name: string,
    readonly type: Type,
  ) {}

  /** Its value at the time. */
  get value(): Expression<VariableTypes[Type]> {
    return reference("variables", this.name);
  }
}

/**
 * Names a variable, which {@link initializeVariable} creates.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values
 */
export function variable<const Type extends VariableType>(name: string, type: Type): Variable<Type> {
  return new Variable(name, type);
}

/** A variable and what is done with it. */
interface Change<After extends string, Type extends VariableType> extends ActionOptions<After> {
  readonly variable: Variable<Type>;
}

/** A change that needs a value. */
interface Assignment<After extends string, Type extends VariableType> extends Change<After, Type> {
  readonly value: Value;
}

/** A change by a number. */
interface Step<After extends string> extends Change<After, "Integer" | "Float"> {
  /** @default 1 */
  readonly value?: number | Expression;
}

/** A variable and what it holds at first. */
export interface InitialVariable {
  readonly variable: Variable;
  /** @default nothing: null */
  readonly value?: Value;
}

/**
 * Creates a variable. At the top level only, not inside other actions.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#initialize-variable
 */
export function initializeVariable<const Name extends string, After extends string = never>(
  name: Name,
  options: ActionOptions<After> & InitialVariable,
): Action<Name, unknown, NoInfer<After>> {
  return initializeVariables(name, { ...options, variables: [options] });
}

/**
 * Creates several variables at once, at most 20. At the top level only, not inside other actions.
 *
 * @example
 * const count = variable("count", "Integer");
 * const names = variable("names", "Array");
 * initializeVariables("Start", { variables: [{ variable: count, value: 0 }, { variable: names }] });
 *
 * @see https://github.com/Azure/logicapps/issues/1447, which has a definition of that kind
 */
export function initializeVariables<const Name extends string, After extends string = never>(
  name: Name,
  options: ActionOptions<After> & { readonly variables: NonEmpty<InitialVariable> },
): Action<Name, unknown, NoInfer<After>> {
  return action("InitializeVariable")(name, options, {
    inputs: {
      variables: options.variables.map(({ variable, value }) => ({
        name: variable.name,
        type: variable.type,
        value,
      })),
    },
  });
}

/** An action that gives a variable a value out of its old one and another. */
function change<const Name extends string, After extends string>(
  type: string,
  name: Name,
  options: Change<After, VariableType> & { readonly value?: Value },
): Action<Name, unknown, NoInfer<After>> {
  const { variable, value } = options;
  return action(type)(name, options, { inputs: { name: variable.name, value } });
}

/**
 * Gives a variable another value.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#assign-value
 */
export function setVariable<const Name extends string, After extends string = never>(
  name: Name,
  options: Assignment<After, VariableType>,
): Action<Name, unknown, NoInfer<After>> {
  return change("SetVariable", name, options);
}

/**
 * Adds a number to a variable.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#increment-value
 */
export function incrementVariable<const Name extends string, After extends string = never>(
  name: Name,
  options: Step<After>,
): Action<Name, unknown, NoInfer<After>> {
  return change("IncrementVariable", name, options);
}

/**
 * Takes a number from a variable.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#decrement-value
 */
export function decrementVariable<const Name extends string, After extends string = never>(
  name: Name,
  options: Step<After>,
): Action<Name, unknown, NoInfer<After>> {
  return change("DecrementVariable", name, options);
}

/**
 * Adds an item to the end of a variable.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#append-value
 */
export function appendToArray<const Name extends string, After extends string = never>(
  name: Name,
  options: Assignment<After, "Array">,
): Action<Name, unknown, NoInfer<After>> {
  return change("AppendToArrayVariable", name, options);
}

/**
 * Adds a text to the end of a variable.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#append-value
 */
export function appendToString<const Name extends string, After extends string = never>(
  name: Name,
  options: Assignment<After, "String">,
): Action<Name, unknown, NoInfer<After>> {
  return change("AppendToStringVariable", name, options);
}
