import type { Text, Value } from "../definition";
import type { Expression } from "../expression";

/** The methods that a request trigger or a call over HTTP may name. */
export type HttpMethod = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";

/**
 * How a call is repeated that ended in 408, 429, 5xx or not at all: {@link noRetry}, {@link fixedRetry} or
 * {@link exponentialRetry}.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-exception-handling#retry-policies
 */
export type RetryPolicy =
  | { readonly type: "none" }
  | {
      readonly type: "fixed";
      /** Further calls, 1 to 90. */
      readonly count: number;
      /** Time between them, ISO 8601, PT5S to P1D. */
      readonly interval: string;
    }
  | {
      readonly type: "exponential";
      /** Further calls, 1 to 90. */
      readonly count: number;
      /** The first range, ISO 8601, PT5S to P1D. */
      readonly interval: string;
      /** The shortest wait, ISO 8601, PT5S to P1D. @default Azure's own */
      readonly minimumInterval?: string;
      /** The longest wait, ISO 8601, PT5S to P1D. @default Azure's own */
      readonly maximumInterval?: string;
    };

/** The options of a retry policy of a type. */
type RetryOptions<Type> = Omit<Extract<RetryPolicy, { readonly type: Type }>, "type">;

/** Calls once, whatever the answer: for what must not happen twice. */
export function noRetry(): RetryPolicy {
  return { type: "none" };
}

/** Calls again after a fixed time. */
export function fixedRetry(options: RetryOptions<"fixed">): RetryPolicy {
  return { type: "fixed", ...options };
}

/** Calls again after a random time out of a range that doubles with every call. */
export function exponentialRetry(options: RetryOptions<"exponential">): RetryPolicy {
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
  | ({
      readonly type: "ActiveDirectoryOAuth";
      readonly authority?: Text;
      readonly tenant: Text;
      readonly audience: Text;
      readonly clientId: Text;
    } & ({ readonly secret: Expression } | { readonly pfx: Expression; readonly password?: Expression }))
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
  /** The address, with its scheme. */
  readonly uri: Text;
  readonly headers?: Readonly<Record<string, Text>>;
  readonly queries?: Readonly<Record<string, Text | number | boolean>>;
  /** What is sent: an object as JSON. @default nothing */
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

/** A request that may be repeated. */
export interface RepeatedRequest extends HttpRequest {
  /** @default Azure's own */
  readonly retry?: RetryPolicy;
}

/** How a service is told to call, and told to call no more. */
export interface WebhookOptions {
  /** The request that hands over the address to call: `callbackUrl()` among its texts. */
  readonly subscribe: RepeatedRequest;
  /** @default nobody is told */
  readonly unsubscribe?: RepeatedRequest;
}
