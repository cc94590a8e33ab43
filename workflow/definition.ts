import type { Input } from "@pulumi/pulumi";
import { Expression } from "./expression";
import { reference } from "./reference";

/** A text: plain, an expression, or known only when Azure has answered (a url, an identity's id). */
export type Text = Input<string> | Expression;

/** A JSON value with expressions and late values among its leaves. */
export type Value =
  | Input<string | number | boolean>
  | null
  | Expression
  | readonly Value[]
  | { readonly [key: string]: Value | undefined };

/** How an action ended, as the actions after it may ask for. */
export type RunAfterStatus = "Succeeded" | "Failed" | "Skipped" | "TimedOut";

/** What the run history shall not show. */
export type SecureProperty = "inputs" | "outputs";

/** At least one of a kind. */
export type NonEmpty<T> = readonly [T, ...T[]];

/** The parts of a trigger or action that are the same for every type. */
interface OperationDefinition {
  readonly type: string;
  readonly kind?: string;
  readonly description?: string;
  readonly inputs?: Value;
  readonly operationOptions?: string;
  readonly runtimeConfiguration?: Value;
  readonly metadata?: Value;
  readonly [part: string]: unknown;
}

/** A trigger in the Workflow Definition Language. */
export interface TriggerDefinition extends OperationDefinition {
  readonly recurrence?: object;
  readonly conditions?: readonly { readonly expression: string }[];
  /** Only actions run after others: the compiler takes none of them for a trigger. */
  readonly runAfter?: never;
}

/** An action in the Workflow Definition Language. */
export interface ActionDefinition extends OperationDefinition {
  readonly runAfter: Readonly<Record<string, readonly RunAfterStatus[]>>;
  readonly limit?: Value;
}

/** A parameter in the Workflow Definition Language. */
export interface ParameterDefinition {
  readonly type: string;
  readonly defaultValue?: Value;
  readonly allowedValues?: readonly Value[];
  readonly metadata?: Value;
}

/**
 * A workflow in the Workflow Definition Language, schema 2016-06-01: what `logic.Workflow` takes as `definition`.
 * Late values may stand among its leaves; `pulumi.output(definition)` resolves them.
 */
export interface WorkflowDefinition {
  readonly $schema: string;
  readonly contentVersion: string;
  readonly parameters: Readonly<Record<string, ParameterDefinition>>;
  readonly triggers: Readonly<Record<string, TriggerDefinition>>;
  readonly actions: Readonly<Record<string, ActionDefinition>>;
  readonly outputs: Readonly<Record<string, WorkflowOutput>>;
  /** What actions give instead of being run, for trying a workflow out. */
  readonly staticResults?: Readonly<Record<string, Value>>;
}

/** What a run gives as a whole; the run history shows it. */
export interface WorkflowOutput {
  readonly type: "String" | "Int" | "Float" | "Bool" | "Array" | "Object";
  readonly value: Value;
}

/** The one schema of Logic Apps Consumption: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language. */
export const WORKFLOW_SCHEMA =
  "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#";

/**
 * What starts a workflow. Its outputs are what the actions refer to.
 *
 * @typeParam Outputs what it hands over; exists for the compiler only
 */
export class Trigger<out Outputs = unknown> {
  /** All that it hands over: of a request `headers`, `queries`, `body` and more. */
  readonly outputs = new Expression<Outputs>("triggerOutputs()");
  /** The content: of a request its body. */
  readonly body = new Expression<BodyOf<Outputs>>("triggerBody()");

  /** @param name 1 to 80 characters */
  constructor(
    readonly name: string,
    readonly definition: TriggerDefinition,
  ) {}
}

/** The body among outputs. */
export type BodyOf<Outputs> = Outputs extends { readonly body: infer Body } ? Body : unknown;

declare const after: unique symbol;

/**
 * What a workflow does. Later actions refer to the object, never to the name: a rename cannot break them.
 *
 * @typeParam Name its name, unique in the whole workflow
 * @typeParam Outputs what it gives; exists for the compiler only
 * @typeParam After the names of the actions that it runs after; exists for the compiler only
 */
export class Action<
  out Name extends string = string,
  out Outputs = unknown,
  out After extends string = string,
> {
  declare readonly [after]?: After;

  /** @param name 1 to 80 characters */
  constructor(
    readonly name: Name,
    readonly definition: ActionDefinition,
  ) {}

  /** All that it gives: of a call `statusCode`, `headers` and `body`. */
  get outputs(): Expression<Outputs> {
    return reference("outputs", this.name);
  }

  /** The body of what it gives. */
  get body(): Expression<BodyOf<Outputs>> {
    return reference("body", this.name);
  }

  /** Name, status (`Succeeded`, `Failed`, ...), inputs, outputs and error of its last run. */
  get details(): Expression<ActionDetails<Outputs>> {
    return reference("actions", this.name);
  }
}

/** What is known of an action that has ended. */
export interface ActionDetails<Outputs = unknown> {
  readonly name: string;
  readonly status: "Succeeded" | "Failed" | "Skipped" | "TimedOut" | "Cancelled" | "Aborted";
  readonly startTime: string;
  readonly endTime: string;
  readonly code: string;
  readonly inputs: unknown;
  readonly outputs: Outputs;
  readonly error: { readonly code: string; readonly message: string };
}

/** An action that must have ended before another starts, and how. */
export interface Predecessor<Name extends string = string> {
  readonly name: Name;
  /** @default it succeeded */
  readonly statuses?: NonEmpty<RunAfterStatus>;
}

/** To run after an action that ended in one of these ways. */
export function ended<const Name extends string>(
  action: { readonly name: Name },
  ...statuses: NonEmpty<RunAfterStatus>
): Predecessor<Name> {
  return { name: action.name, statuses };
}

/**
 * Actions that run after one another only: to run after one that is not in the list does not compile. Item by item, so
 * that the compiler shows which one it is.
 */
export type Siblings<A extends readonly Action[]> = {
  readonly [Index in keyof A]: Action<string, unknown, A[number]["name"]>;
};

interface Named<D> {
  readonly name: string;
  readonly definition: D;
}

/** A list as the language writes it: by name. */
export function byName<D>(what: string, list: readonly Named<D>[]): Readonly<Record<string, D>> {
  const definitions = Object.fromEntries(list.map(({ name, definition }) => [name, definition]));
  if (Object.keys(definitions).length < list.length) {
    const names = list.map(({ name }) => name);
    const twice = names.filter((name, index) => names.indexOf(name) !== index);
    throw new Error(
      `every ${what} of a workflow has a name of its own; more than one has ${twice.join(", ")}`,
    );
  }
  return definitions;
}

/** A trigger that is called over HTTP. */
export interface RequestTriggerInfo {
  readonly name: string;
  /** The one method that it admits; none means any. */
  readonly method?: string;
  /** What follows the trigger's address, with parameters: `orders/{id}`. */
  readonly relativePath?: string;
  /** JSON Schema of the body. */
  readonly schema?: Readonly<Record<string, Value>>;
}

/** The triggers of a workflow that are called over HTTP, in the order in which they are written. */
export function requestTriggers(definition: WorkflowDefinition): readonly RequestTriggerInfo[] {
  return Object.entries(definition.triggers)
    .filter(([, { type }]) => type.toLowerCase() === "request")
    .map(([name, trigger]) => ({
      name,
      ...(trigger.inputs as Omit<RequestTriggerInfo, "name"> | undefined),
    }));
}
