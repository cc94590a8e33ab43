/** How the calls of different types of triggers and actions are written: nothing of it is public. */
import type { CallOptions, HttpRequest, LargeMessages, RepeatedRequest, WebhookOptions } from "./request";

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

/** The request of a call, and how it is repeated, out of the options of an action. */
export function requestOf({
  method,
  headers,
  queries,
  body,
  authentication,
  retry,
}: Partial<HttpRequest> & CallOptions) {
  return { method, headers, queries, body, authentication, retryPolicy: retry };
}

/** The inputs of a webhook. */
export function webhookInputs({ subscribe, unsubscribe }: WebhookOptions) {
  return { subscribe: repeated(subscribe), unsubscribe: unsubscribe ? repeated(unsubscribe) : {} };
}

function repeated({ retry, ...request }: RepeatedRequest) {
  return { ...request, retryPolicy: retry };
}
