import type { Action, Text, Value } from "../definition";
import type { Expression } from "../expression";
import { action, type ActionOptions, type Secure } from "./action";

/** The methods that a request trigger or a call over HTTP may name. */
export type HttpMethod = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";

/** How a call is repeated that ended in 408, 429, 5xx or not at all. */
export type RetryPolicy =
  | { readonly type: "none" }
  | { readonly type: "fixed"; readonly count: number; readonly interval: string }
  | {
      readonly type: "exponential";
      readonly count: number;
      readonly interval: string;
      readonly minimumInterval?: string;
      readonly maximumInterval?: string;
    };

/** Calls once, whatever the answer: for what must not happen twice. */
export function noRetry(): RetryPolicy {
  return { type: "none" };
}

/**
 * Calls again after a fixed time.
 *
 * @param options.count further calls, 1 to 90
 * @param options.interval time between them, ISO 8601, PT5S to P1D
 */
export function fixedRetry(options: { readonly count: number; readonly interval: string }): RetryPolicy {
  return { type: "fixed", ...options };
}

/**
 * Calls again after a random time out of a range that doubles with every call.
 *
 * @param options.count further calls, 1 to 90
 * @param options.interval the first range, ISO 8601, PT5S to P1D
 * @param options.minimumInterval the shortest wait
 * @param options.maximumInterval the longest wait
 */
export function exponentialRetry(options: {
  readonly count: number;
  readonly interval: string;
  readonly minimumInterval?: string;
  readonly maximumInterval?: string;
}): RetryPolicy {
  return { type: "exponential", ...options };
}

/**
 * How a call shows who calls. Secrets come from secure parameters: `password.value`.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#authentication-types-supported-triggers-actions
 */
export type Authentication =
  | ManagedIdentityAuthentication
  | { readonly type: "Basic"; readonly username: Text; readonly password: Expression }
  | { readonly type: "ClientCertificate"; readonly pfx: Expression; readonly password?: Expression }
  | {
      readonly type: "ActiveDirectoryOAuth";
      readonly authority?: Text;
      readonly tenant: Text;
      readonly audience: Text;
      readonly clientId: Text;
      readonly secret: Expression;
    }
  | {
      readonly type: "ActiveDirectoryOAuth";
      readonly authority?: Text;
      readonly tenant: Text;
      readonly audience: Text;
      readonly clientId: Text;
      readonly pfx: Expression;
      readonly password?: Expression;
    }
  /** The whole `Authorization` header. */
  | { readonly type: "Raw"; readonly value: Expression };

/** A token that Azure gets for the workflow's own managed identity. */
export interface ManagedIdentityAuthentication {
  readonly type: "ManagedServiceIdentity";
  /** @default the system-assigned one */
  readonly identity?: Text;
  /** @default Azure Resource Manager's */
  readonly audience?: Text;
}

/**
 * Calls as the workflow's managed identity.
 *
 * @param options.audience whom the token is for, to the letter: `https://vault.azure.net` without a slash at its end,
 *   `https://storage.azure.com/` with one
 * @param options.identity the resource id of a user-assigned identity; by default the system-assigned one
 */
export function managedIdentity(options: {
  readonly audience: Text;
  readonly identity?: Text;
}): ManagedIdentityAuthentication {
  return { type: "ManagedServiceIdentity", ...options };
}

/** A request to an address. */
export interface HttpRequest {
  readonly method: HttpMethod;
  readonly uri: Text;
  readonly headers?: Readonly<Record<string, Text>>;
  readonly queries?: Readonly<Record<string, Text | number | boolean>>;
  readonly body?: Value;
  /** @default none: the call is anonymous */
  readonly authentication?: Authentication;
}

/** What came back from a call. */
export interface HttpAnswer<Body = unknown> {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** What concerns the course of a call. */
export interface CallOptions {
  /** @default Azure's own: exponential, 4 further calls, 5 to 45 seconds apart */
  readonly retry?: RetryPolicy;
  /** Whether an answer 202 with a `location` header is followed until the work there is done. @default true */
  readonly asyncPattern?: boolean;
  /** How long to follow it, ISO 8601. A single request ends after 120 seconds in any case. @default 90 days */
  readonly timeout?: string;
}

/**
 * What concerns messages that are too large for one request or answer: of calls over HTTP and by connectors only.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-handle-large-messages
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-exceed-default-page-size-with-pagination
 */
export interface LargeMessages {
  /** Whether a message over 100 MB, up to 1 GB, goes in chunks. @default false */
  readonly chunked?: boolean;
  /** Items at least of a list that comes in pages, up to 100,000. @default those of the first page */
  readonly minimumItems?: number;
}

/** The course of a call, as an action's definition says it. */
export function courseOf({
  asyncPattern = true,
  timeout,
  chunked = false,
  minimumItems,
}: CallOptions & LargeMessages) {
  return {
    ...(!asyncPattern && { operationOptions: "DisableAsyncPattern" }),
    ...(timeout !== undefined && { limit: { timeout } }),
    runtimeConfiguration: {
      ...(chunked && { contentTransfer: { transferMode: "Chunked" } }),
      ...(minimumItems !== undefined && { paginationPolicy: { minimumItemCount: minimumItems } }),
    },
  };
}

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
    inputs: { ...requestOf(options), retryPolicy: options.retry },
    ...courseOf(options),
  });
}

/** The request alone out of the options of a call. */
function requestOf({ method, uri, headers, queries, body, authentication }: HttpRequest): HttpRequest {
  return { method, uri, headers, queries, body, authentication };
}

/** A request that may be repeated. */
export interface RepeatedRequest extends HttpRequest {
  /** @default Azure's own */
  readonly retry?: RetryPolicy;
}

/** A request in the words of the language. */
export function repeated({ retry, ...request }: RepeatedRequest) {
  return { ...request, retryPolicy: retry };
}

/** How a service is told to call back, and told that nobody waits any more. */
export interface HttpWebhookOptions<After extends string> extends ActionOptions<After>, Secure {
  /** The request that hands over the address to call: `callbackUrl()` among its texts. */
  readonly subscribe: RepeatedRequest;
  /** @default nobody is told */
  readonly unsubscribe?: RepeatedRequest;
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
  const { subscribe, unsubscribe, timeout } = options;
  return action<HttpAnswer>("HttpWebhook")(name, options, {
    inputs: { subscribe: repeated(subscribe), unsubscribe: unsubscribe ? repeated(unsubscribe) : {} },
    ...courseOf({ timeout }),
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
interface AzureCall extends CallOptions {
  readonly method?: HttpMethod;
  readonly headers?: Readonly<Record<string, Text>>;
  readonly queries?: Readonly<Record<string, Text | number | boolean>>;
  readonly body?: Value;
}

/**
 * Calls a function of Azure Functions.
 *
 * @param options.functionId resource id of the function: `/subscriptions/.../sites/<app>/functions/<function>`
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#function-action
 */
export function azureFunction<const Name extends string, After extends string = never>(
  name: Name,
  options: ActionOptions<After> &
    Secure &
    AzureCall & { readonly functionId: Text; readonly authentication?: Authentication },
): Action<Name, HttpAnswer, NoInfer<After>> {
  const { functionId, method, headers, queries, body, authentication, retry } = options;
  return action<HttpAnswer>("Function")(name, options, {
    inputs: {
      function: { id: functionId },
      method,
      headers,
      queries,
      body,
      authentication,
      retryPolicy: retry,
    },
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
      headers,
      body,
      retryPolicy: retry,
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
  options: ActionOptions<After> &
    Secure &
    AzureCall & {
      readonly apiId: Text;
      readonly path: string;
      readonly pathParameters?: Readonly<Record<string, Text>>;
      readonly subscriptionKey?: Expression;
      readonly authentication?: Authentication;
    },
): Action<Name, HttpAnswer, NoInfer<After>> {
  const {
    apiId,
    path,
    pathParameters,
    method,
    headers,
    queries,
    body,
    subscriptionKey,
    authentication,
    retry,
  } = options;
  return action<HttpAnswer>("ApiManagement")(name, options, {
    inputs: {
      api: { id: apiId },
      method,
      pathTemplate: { template: path, parameters: pathParameters },
      headers,
      queries,
      body,
      subscriptionKey,
      authentication,
      retryPolicy: retry,
    },
    ...courseOf(options),
  });
}
