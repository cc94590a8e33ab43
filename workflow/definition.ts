import type { Input } from "@pulumi/pulumi";
import { Expression } from "./expression";
import { isLate } from "./json";
import { secureWhatHoldsSecrets } from "./secrets";

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
interface Operation {
  readonly type: string;
  readonly kind?: string;
  readonly inputs?: Value;
  readonly operationOptions?: string;
  readonly runtimeConfiguration?: Value;
}

/** A trigger in the Workflow Definition Language. */
export interface Trigger extends Operation {
  readonly recurrence?: object;
  readonly conditions?: readonly { readonly expression: string }[];
}

/** A trigger and its name. */
export interface NamedTrigger {
  readonly name: string;
  readonly trigger: Trigger;
}

declare const after: unique symbol;

/**
 * An action in the Workflow Definition Language.
 *
 * @typeParam After the names of the actions that it runs after; exists for the compiler only
 */
export interface Action<After extends string = string> extends Operation {
  readonly runAfter: Readonly<Record<string, readonly RunAfterStatus[]>>;
  readonly limit?: Value;
  readonly [part: string]: unknown;
  readonly [after]?: After;
}

/** Actions by name. */
export type Actions = Readonly<Record<string, Action>>;

/** Actions that run after one another only: a name that none of the others has does not compile. */
export type Siblings<A> = { readonly [Name in keyof A]: Action<Exclude<keyof A & string, Name>> };

/** When an action starts. */
export interface RunAfter<After extends string> {
  /**
   * The actions of the same scope that must have ended before, and how. All of them must hold.
   *
   * @default none: the action starts at once, in parallel with every other one that waits for none. The order in
   * which actions are written means nothing to Azure.
   */
  readonly after?: Readonly<Record<After, NonEmpty<RunAfterStatus>>>;
}

/** A value that is given to a workflow when it is deployed. */
export type Parameter =
  | {
      readonly type: "String" | "Int" | "Float" | "Bool" | "Array" | "Object";
      readonly defaultValue?: Value;
      readonly allowedValues?: readonly Value[];
      readonly metadata?: Value;
    }
  | {
      /** A secret: Azure never gives it back. It has no default value, as the definition can be read. */
      readonly type: "SecureString" | "SecureObject";
      readonly metadata?: Value;
    };

/**
 * A workflow in the Workflow Definition Language, schema 2016-06-01: what `logic.Workflow` takes as `definition`.
 * Late values may stand among its leaves; `pulumi.output(definition)` resolves them.
 */
export interface WorkflowDefinition {
  readonly $schema: typeof WORKFLOW_SCHEMA;
  readonly contentVersion: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly triggers: Readonly<Record<string, Trigger>>;
  readonly actions: Actions;
  readonly outputs: Readonly<Record<string, never>>;
}

/** The one schema of Logic Apps Consumption: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language. */
export const WORKFLOW_SCHEMA =
  "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#";

/**
 * Defines a workflow: what starts it and what it does.
 *
 * An action or trigger into which a secure parameter flows gets secure inputs and outputs by itself, where its type
 * can have them. Nothing else is checked here: see {@link checkWorkflow} and {@link exposedSecrets}.
 *
 * @example
 * defineWorkflow({
 *   trigger: requestTrigger({ method: "POST" }),
 *   actions: {
 *     Get_order: http({ method: "GET", uri: text`https://erp.example.com/orders/${triggerBody("id")}` }),
 *     Answer: response({ statusCode: 200, body: body("Get_order"), after: { Get_order: ["Succeeded"] } }),
 *   },
 * })
 */
export function defineWorkflow<A extends Siblings<A>>(workflow: {
  /** What starts the workflow. */
  readonly trigger: NamedTrigger;
  /** What it is given when it is deployed, by name. At most 50. @default none */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** What it does, by name. At most 500, those inside other actions included. */
  readonly actions: A;
}): WorkflowDefinition {
  const definition = render({
    $schema: WORKFLOW_SCHEMA,
    contentVersion: "1.0.0.0",
    parameters: workflow.parameters ?? {},
    triggers: { [workflow.trigger.name]: workflow.trigger.trigger },
    actions: workflow.actions,
    outputs: {},
  }) as WorkflowDefinition;
  secureWhatHoldsSecrets(definition);
  return definition;
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
    .filter(([, trigger]) => trigger.type === "Request")
    .map(([name, trigger]) => ({
      name,
      ...(trigger.inputs as Omit<RequestTriggerInfo, "name"> | undefined),
    }));
}

/** Writes the expressions of a value in Azure's form, and leaves out what is undefined. Late values stay. */
function render(value: unknown): unknown {
  if (value instanceof Expression) return `@${value.expression}`;
  if (Array.isArray(value)) return value.map(render);
  if (typeof value !== "object" || value === null || isLate(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, render(item)]])),
  );
}
