import type { Action, Text, Value } from "../definition";
import type { Expression } from "../expression";
import { action, type ActionOptions, type Secure } from "./action";
import { courseOf, requestOf, webhookInputs } from "./call-parts";
import type { CallOptions, HttpAnswer, HttpRequest, LargeMessages, WebhookOptions } from "./request";

/** A call over HTTP. */
export type HttpOptions<After extends string> = ActionOptions<After> &
  Secure &
  HttpRequest &
  CallOptions &
  LargeMessages;

/**
 * Calls an address over HTTP.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#http-action
 */
export function http<const Name extends string, After extends string = never>(
  name: Name,
  options: HttpOptions<After>,
): Action<Name, HttpAnswer, NoInfer<After>> {
  return action<HttpAnswer>("Http")(name, options, {
    inputs: { ...requestOf(options), uri: options.uri },
    ...courseOf(options),
  });
}

/** How a service is told to call back, and how long to wait for it. */
export interface HttpWebhookOptions<After extends string>
  extends ActionOptions<After>, Secure, WebhookOptions {
  /** How long to wait for the call, ISO 8601. @default 90 days */
  readonly timeout?: string;
}

/**
 * Asks a service to call back, and waits until it does.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#httpwebhook-action
 */
export function httpWebhook<const Name extends string, After extends string = never>(
  name: Name,
  options: HttpWebhookOptions<After>,
): Action<Name, HttpAnswer, NoInfer<After>> {
  return action<HttpAnswer>("HttpWebhook")(name, options, {
    inputs: webhookInputs(options),
    ...courseOf({ timeout: options.timeout }),
  });
}

/** An answer to whoever called the workflow. */
export interface ResponseOptions<After extends string> extends ActionOptions<After>, Secure {
  /** 2xx, 4xx or 5xx. */
  readonly statusCode: number | Expression;
  readonly headers?: Readonly<Record<string, Text>>;
  readonly body?: Value;
  /** JSON Schema of the body, for those who read the workflow. */
  readonly schema?: Value;
  /**
   * Whether the caller gets 202 at once, with an address to ask until this answer is there: for what takes longer than the 120
   * seconds that a call may last.
   *
   * @default false
   */
  readonly asynchronous?: boolean;
}

/**
 * Answers the request that started the run. Needs a request trigger; not inside loops.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#response-action
 */
export function response<const Name extends string, After extends string = never>(
  name: Name,
  options: ResponseOptions<After>,
): Action<Name, unknown, NoInfer<After>> {
  const { statusCode, headers, body, schema, asynchronous = false } = options;
  return action("Response")(name, options, {
    kind: "Http",
    inputs: { statusCode, headers, body, schema },
    ...(asynchronous && { operationOptions: "Asynchronous" }),
  });
}

/** A call to something in Azure by its resource id. */
type AzureCall<After extends string> = ActionOptions<After> &
  Secure &
  CallOptions &
  Partial<Omit<HttpRequest, "uri">>;

/**
 * Calls a function of Azure Functions.
 *
 * @param options.functionId resource id of the function: `/subscriptions/.../sites/<app>/functions/<function>`
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#function-action
 */
export function azureFunction<const Name extends string, After extends string = never>(
  name: Name,
  options: AzureCall<After> & { readonly functionId: Text },
): Action<Name, HttpAnswer, NoInfer<After>> {
  return action<HttpAnswer>("Function")(name, options, {
    inputs: { function: { id: options.functionId }, ...requestOf(options) },
    ...courseOf(options),
  });
}

/**
 * Calls another workflow of Logic Apps Consumption by its request trigger, and waits for its answer.
 *
 * @param options.workflowId resource id of the workflow
 * @param options.trigger name of its request trigger; by default `manual`
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#workflow-action
 */
export function callWorkflow<const Name extends string, After extends string = never>(
  name: Name,
  options: ActionOptions<After> &
    Secure &
    CallOptions & {
      readonly workflowId: Text;
      readonly trigger?: string;
      readonly headers?: Readonly<Record<string, Text>>;
      readonly body?: Value;
    },
): Action<Name, HttpAnswer, NoInfer<After>> {
  const { workflowId, trigger = "manual", headers, body, retry } = options;
  return action<HttpAnswer>("Workflow")(name, options, {
    inputs: {
      host: { triggerName: trigger, workflow: { id: workflowId } },
      ...requestOf({ headers, body, retry }),
    },
    ...courseOf(options),
  });
}

/**
 * Calls an API of API Management.
 *
 * @param options.apiId resource id of the API: `/subscriptions/.../service/<gateway>/apis/<api>`
 * @param options.path address template of the operation: `/orders/{id}`
 * @param options.pathParameters what stands for the names in braces, encoded for an address; by default nothing
 * @param options.subscriptionKey a secure parameter's value; by default none
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers
 */
export function callApi<const Name extends string, After extends string = never>(
  name: Name,
  options: AzureCall<After> & {
    readonly apiId: Text;
    readonly path: string;
    readonly pathParameters?: Readonly<Record<string, Text>>;
    readonly subscriptionKey?: Expression;
  },
): Action<Name, HttpAnswer, NoInfer<After>> {
  const { apiId, path, pathParameters, subscriptionKey } = options;
  return action<HttpAnswer>("ApiManagement")(name, options, {
    inputs: {
      api: { id: apiId },
      pathTemplate: { template: path, parameters: pathParameters },
      subscriptionKey,
      ...requestOf(options),
    },
    ...courseOf(options),
  });
}
