import type { Action, NonEmpty, RunAfter, SecureProperty, Text, Value } from "./definition";
import type { Expression } from "./expression";
import type { HttpMethod, TimeUnit } from "./triggers";

/**
 * Makes an action: `parts` is what only its type has. A further type of action is one more function like those below,
 * and one more entry in `check/action-types.ts`.
 */
export function action<After extends string>(
  type: string,
  { after, secure }: RunAfter<After> & Secure,
  parts: Readonly<Record<string, unknown>>,
): Action<After> {
  return {
    type,
    ...parts,
    runAfter: after ?? {},
    ...(secure && { runtimeConfiguration: { secureData: { properties: secure } } }),
  };
}

/** What the run history does not show. */
export interface Secure {
  /** @default none; both where a secure parameter flows into the action */
  readonly secure?: NonEmpty<SecureProperty>;
}

/** How an Http action repeats a call that ended in 408, 429, 5xx or not at all. */
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

/** A token that Azure gets for the workflow's own managed identity. */
export interface ManagedIdentityAuthentication {
  readonly type: "ManagedServiceIdentity";
  readonly identity?: Text;
  readonly audience: Text;
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

/** A call over HTTP. */
export interface HttpOptions<After extends string> extends RunAfter<After>, Secure {
  readonly method: HttpMethod;
  readonly uri: Text;
  readonly headers?: Readonly<Record<string, Text>>;
  readonly queries?: Readonly<Record<string, Text | number | boolean>>;
  readonly body?: Value;
  /** @default none: the call is anonymous */
  readonly authentication?: ManagedIdentityAuthentication;
  /** @default Azure's own: exponential, 4 further calls, 5 to 45 seconds apart */
  readonly retry?: RetryPolicy;
  /** Whether an answer 202 with a `location` header is followed until the work there is done. @default true */
  readonly asyncPattern?: boolean;
  /** How long to follow it, ISO 8601. A single request ends after 120 seconds in any case. @default 90 days */
  readonly timeout?: string;
}

/**
 * Calls an address over HTTP.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#http-action
 */
export function http<After extends string = never>(options: HttpOptions<After>): Action<NoInfer<After>> {
  const {
    method,
    uri,
    headers,
    queries,
    body,
    authentication,
    retry,
    asyncPattern = true,
    timeout,
  } = options;
  return action("Http", options, {
    inputs: { method, uri, headers, queries, body, authentication, retryPolicy: retry },
    ...(!asyncPattern && { operationOptions: "DisableAsyncPattern" }),
    ...(timeout !== undefined && { limit: { timeout } }),
  });
}

/** An answer to whoever called the workflow. */
export interface ResponseOptions<After extends string> extends RunAfter<After>, Secure {
  /** 2xx, 4xx or 5xx. */
  readonly statusCode: number | Expression;
  readonly headers?: Readonly<Record<string, Text>>;
  readonly body?: Value;
}

/**
 * Answers the request that started the run. Needs a request trigger; not inside loops.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#response-action
 */
export function response<After extends string = never>(
  options: ResponseOptions<After>,
): Action<NoInfer<After>> {
  const { statusCode, headers, body } = options;
  return action("Response", options, { kind: "Http", inputs: { statusCode, headers, body } });
}

/**
 * Makes one value of several.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#compose-action
 */
export function compose<After extends string = never>(
  options: RunAfter<After> & Secure & { readonly inputs: Value },
): Action<NoInfer<After>> {
  return action("Compose", options, { inputs: options.inputs });
}

/**
 * Reads a JSON text or value and holds it against a schema; fails where it does not fit.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#parse-json-action
 */
export function parseJson<After extends string = never>(
  options: RunAfter<After> & Secure & { readonly content: Value; readonly schema: Value },
): Action<NoInfer<After>> {
  const { content, schema } = options;
  return action("ParseJson", options, { inputs: { content, schema } });
}

/** How a run ends at once. */
export type TerminateOptions<After extends string> = RunAfter<After> &
  (
    | { readonly runStatus: "Succeeded" | "Cancelled" }
    | { readonly runStatus: "Failed"; readonly runError?: { readonly code: Text; readonly message: Text } }
  );

/**
 * Ends the run at once. Not inside loops.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#terminate-action
 */
export function terminate<After extends string = never>(
  options: TerminateOptions<After>,
): Action<NoInfer<After>> {
  const runError = options.runStatus === "Failed" ? options.runError : undefined;
  return action<After>("Terminate", options, { inputs: { runStatus: options.runStatus, runError } });
}

/** How long a delay lasts. */
export type DelayOptions<After extends string> = RunAfter<After> &
  (
    | { readonly count: number | Expression; readonly unit: TimeUnit }
    /** A time in UTC, e.g. `2026-12-01T00:00:00Z`. */
    | { readonly until: Text }
  );

/**
 * Waits for a time, or until a time.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#wait-action
 */
export function delay<After extends string = never>(options: DelayOptions<After>): Action<NoInfer<After>> {
  return action<After>("Wait", options, {
    inputs:
      "until" in options
        ? { until: { timestamp: options.until } }
        : { interval: { count: options.count, unit: options.unit } },
  });
}

/** What a variable holds. */
export type VariableType = "String" | "Integer" | "Float" | "Boolean" | "Array" | "Object";

/**
 * Creates a variable. At the top level only, not inside other actions.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#initialize-variable
 */
export function initializeVariable<After extends string = never>(
  options: RunAfter<After> & { readonly name: string; readonly type: VariableType; readonly value?: Value },
): Action<NoInfer<After>> {
  const { name, type, value } = options;
  return action("InitializeVariable", options, { inputs: { variables: [{ name, type, value }] } });
}

/**
 * Gives a variable another value.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values#assign-value
 */
export function setVariable<After extends string = never>(
  options: RunAfter<After> & { readonly name: string; readonly value: Value },
): Action<NoInfer<After>> {
  const { name, value } = options;
  return action("SetVariable", options, { inputs: { name, value } });
}
