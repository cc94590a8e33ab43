import type { ParameterDefinition, Value } from "./definition";
import type { Expression } from "./expression";
import { reference } from "./reference";

/** What a parameter's value is, by its type in the language. */
interface ParameterTypes {
  readonly String: string;
  readonly Int: number;
  readonly Float: number;
  readonly Bool: boolean;
  readonly Array: readonly unknown[];
  readonly Object: unknown;
  readonly SecureString: string;
  readonly SecureObject: unknown;
}

/** The type of a parameter in the Workflow Definition Language. */
export type ParameterType = keyof ParameterTypes;

/** A value that a workflow is given when it is deployed. */
export class WorkflowParameter<out T = unknown> {
  constructor(
    readonly name: string,
    readonly definition: ParameterDefinition,
  ) {}

  /** Its value in a run. */
  get value(): Expression<T> {
    return reference("parameters", this.name);
  }
}

/** What a parameter may say beside its type; a secret has no default value, as the definition can be read. */
export type ParameterOptions<Type extends ParameterType> = {
  readonly metadata?: Value;
} & (Type extends `Secure${string}`
  ? unknown
  : { readonly defaultValue?: Value; readonly allowedValues?: readonly Value[] });

/**
 * Declares a value that the workflow is given when it is deployed.
 *
 * @param type `SecureString` and `SecureObject` are secrets: Azure never gives them back
 * @see https://learn.microsoft.com/azure/logic-apps/create-parameters-workflows
 */
export function parameter<const Type extends ParameterType>(
  name: string,
  type: Type,
  options?: ParameterOptions<Type>,
): WorkflowParameter<ParameterTypes[Type]> {
  return new WorkflowParameter(name, { type, ...options });
}
