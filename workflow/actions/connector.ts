import type { Action, Text, Value } from "../definition";
import { call, type Expression } from "../expression";
import { parameter } from "../parameter";
import { action, type ActionOptions, type Secure } from "./action";
import { courseOf } from "./call-parts";
import type { CallOptions, HttpAnswer, HttpMethod, LargeMessages, RetryPolicy } from "./request";

/**
 * The parameter by which a workflow is given its connections: every workflow that uses one declares it.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-azure-resource-manager-templates-overview#connection-resource-definitions
 */
export const connections = parameter("$connections", "Object", { defaultValue: {} });

/**
 * A name as a part of the path of a connector's operation: encoded twice, as Azure's designer writes the name of a queue, a
 * storage account, a server, a database, a table or a procedure. Some other parts it encodes once: its code view shows which.
 *
 * @example text`/${pathPart("orders")}/messages`
 */
export function pathPart(name: Expression | string): Expression<string> {
  return call("encodeUriComponent", call("encodeUriComponent", name));
}

/** What a connector is asked to do. */
export interface ConnectorOperation {
  /** Name under which the workflow is given the connection, e.g. `servicebus`. */
  readonly connection: string;
  /** What {@link connectorAction} and `connectorTrigger` need, and a webhook does not. @default none */
  readonly method?: HttpMethod;
  /** Path of the connector's operation; {@link pathPart} writes names in it. */
  readonly path: Text;
  readonly queries?: Readonly<Record<string, Value>>;
  readonly headers?: Readonly<Record<string, Text>>;
  readonly body?: Value;
  /** @default Azure's own */
  readonly retry?: RetryPolicy;
}

declare const answer: unique symbol;

/**
 * A connector's operation, as triggers and actions take it.
 *
 * @typeParam Body what the service answers; exists for the compiler only
 */
export interface ConnectorCall<Body = unknown> {
  readonly inputs: Value;
  readonly [answer]?: Body;
}

/** A connector's operation, as triggers and actions take it. The workflow declares {@link connections}. */
export function connectorCall<Body = unknown>(operation: ConnectorOperation): ConnectorCall<Body> {
  const { connection, retry, ...request } = operation;
  return {
    inputs: {
      host: { connection: { name: connections.value.at(connection).at("connectionId") } },
      ...request,
      retryPolicy: retry,
    },
  };
}

/**
 * Asks a service by its connector.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#apiconnection-action
 */
export function connectorAction<const Name extends string, Body = unknown, After extends string = never>(
  name: Name,
  options: ActionOptions<After> &
    Secure &
    Omit<CallOptions, "retry"> &
    LargeMessages & { readonly call: ConnectorCall<Body> },
): Action<Name, HttpAnswer<Body>, NoInfer<After>> {
  return action<HttpAnswer<Body>>("ApiConnection")(name, options, {
    inputs: options.call.inputs,
    ...courseOf(options),
  });
}

/**
 * Asks a service by its connector to call back, as an approval by e-mail does, and waits until it does.
 *
 * @param options.timeout how long to wait, ISO 8601; by default 90 days
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#apiconnectionwebhook-action
 */
export function connectorWebhook<const Name extends string, Body = unknown, After extends string = never>(
  name: Name,
  options: ActionOptions<After> & Secure & { readonly call: ConnectorCall<Body>; readonly timeout?: string },
): Action<Name, HttpAnswer<Body>, NoInfer<After>> {
  const { call, timeout } = options;
  return action<HttpAnswer<Body>>("ApiConnectionWebhook")(name, options, {
    inputs: call.inputs,
    ...courseOf({ timeout }),
  });
}
