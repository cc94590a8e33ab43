import {
  byName,
  Trigger,
  WORKFLOW_SCHEMA,
  type Action,
  type Siblings,
  type Value,
  type WorkflowDefinition,
  type WorkflowOutput,
} from "./definition";
import { Expression } from "./expression";
import { isObject } from "./json";
import type { WorkflowParameter } from "./parameter";
import { secureWhatHoldsSecrets } from "./secrets";

/**
 * Defines a workflow: what starts it and what it does.
 *
 * An action or trigger into which a secure parameter flows gets secure inputs and outputs by itself, where its type
 * can have them. Beside that the names are unique, nothing is checked here: see {@link checkWorkflow} and
 * {@link exposedSecrets}.
 *
 * @example
 * const order = requestTrigger("manual", { method: "GET", relativePath: "{id}" });
 * const getOrder = http("Get_order", {
 *   method: "GET",
 *   uri: text`https://erp.example.com/orders/${order.pathParameter("id")}`,
 * });
 * const answer = response("Answer", { statusCode: 200, body: getOrder.body, after: [getOrder] });
 * defineWorkflow({ trigger: order, actions: [getOrder, answer] });
 *
 * @throws Error where two actions of a list, two parameters or two triggers have one name
 */
export function defineWorkflow<const A extends readonly Action[]>(workflow: {
  /** What starts the workflow; several start it each by itself. */
  readonly trigger: Trigger | readonly Trigger[];
  /** What it is given when it is deployed. At most 50. @default none */
  readonly parameters?: readonly WorkflowParameter[];
  /** What it does. At most 500, those inside other actions included. */
  readonly actions: A & Siblings<A>;
  /** What a run gives as a whole, by name. At most 10. @default nothing */
  readonly outputs?: Readonly<Record<string, WorkflowOutput>>;
  /** What actions give instead of being run, for trying the workflow out. @default nothing */
  readonly staticResults?: Readonly<Record<string, Value>>;
}): WorkflowDefinition {
  const { trigger, parameters = [], actions, outputs = {}, staticResults } = workflow;
  const definition = render({
    $schema: WORKFLOW_SCHEMA,
    contentVersion: "1.0.0.0",
    parameters: byName("parameter", parameters),
    triggers: byName("trigger", trigger instanceof Trigger ? [trigger] : trigger),
    actions: byName("action", actions),
    outputs,
    staticResults,
  }) as WorkflowDefinition;
  secureWhatHoldsSecrets(definition);
  return definition;
}

/** Writes the expressions of a value in Azure's form, and leaves out what is undefined. Late values stay. */
function render(value: unknown): unknown {
  if (value instanceof Expression) return `@${value.expression}`;
  if (Array.isArray(value)) return value.map(render);
  if (!isObject(value)) return value;
  // In a plain loop, as every value of a workflow comes by here, most of them before anything is compiled.
  const entries: [string, unknown][] = [];
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item !== undefined) entries.push([key, render(item)]);
  }
  return Object.fromEntries(entries);
}
