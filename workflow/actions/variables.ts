import { reference, type Action, type Value } from "../definition";
import type { Expression } from "../expression";
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

/** A variable and a value for it. */
type Assignment<After extends string, Type extends VariableType, Assigned = Value> = ActionOptions<After> & {
  readonly variable: Variable<Type>;
  readonly value: Assigned;
};

/**
 * Creates a variable. At the top level only, not inside other actions.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#initialize-variable
 */
export function initializeVariable<const Name extends string, After extends string = never>(
  name: Name,
  options: ActionOptions<After> & { readonly variable: Variable; readonly value?: Value },
): Action<Name, unknown, NoInfer<After>> {
  const { variable, value } = options;
  return action("InitializeVariable")(name, options, {
    inputs: { variables: [{ name: variable.name, type: variable.type, value }] },
  });
}

/** An action that gives a variable a value out of its old one and another. */
function assign<Type extends VariableType>(actionType: string) {
  return <const Name extends string, After extends string = never>(
    name: Name,
    options: Assignment<After, Type>,
  ): Action<Name, unknown, NoInfer<After>> =>
    action(actionType)(name, options, { inputs: { name: options.variable.name, value: options.value } });
}

/**
 * Gives a variable another value.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#assign-value
 */
export const setVariable = assign<VariableType>("SetVariable");

/**
 * Adds a number to a variable.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#increment-value
 */
export const incrementVariable = assign<"Integer" | "Float">("IncrementVariable");

/**
 * Takes a number from a variable.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#decrement-value
 */
export const decrementVariable = assign<"Integer" | "Float">("DecrementVariable");

/**
 * Adds an item to the end of a variable.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#append-value
 */
export const appendToArray = assign<"Array">("AppendToArrayVariable");

/**
 * Adds a text to the end of a variable.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#append-value
 */
export const appendToString = assign<"String">("AppendToStringVariable");
