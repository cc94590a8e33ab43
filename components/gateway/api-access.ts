import { setHeader, setQueryParameter, type Statement } from "../../policies/gateway";
import { received, type Issue } from "../../validation/issue";
import { checkReason, checkText } from "../validation";

/** Whether callers need the key of a subscription. */
export type ApiAccess =
  | {
      readonly kind: "subscription";
      /**
       * Header that carries the key. The traces of all APIs hide Azure's names only: give the API its own `tracing`, or
       * mask this one there. @default "Ocp-Apim-Subscription-Key"
       */
      readonly header?: string;
      /** Query parameter that carries the key; as `header`. @default "subscription-key" */
      readonly query?: string;
    }
  | {
      readonly kind: "open";
      /** Why no key is needed. */
      readonly because: string;
    };

/** What an API has that says nothing: a subscription, with the names that Azure gives to what carries its key. */
export const ACCESS_DEFAULTS = {
  kind: "subscription",
  header: "Ocp-Apim-Subscription-Key",
  query: "subscription-key",
} as const satisfies ApiAccess;

/** What carries the key of a subscription. */
function keyNames({ header, query }: Extract<ApiAccess, { kind: "subscription" }>) {
  return { header: header ?? ACCESS_DEFAULTS.header, query: query ?? ACCESS_DEFAULTS.query };
}

/** What Azure is told of it. */
export function accessArgs(access: ApiAccess) {
  if (access.kind === "open") return { subscriptionRequired: false };
  const { header, query } = keyNames(access);
  return { subscriptionRequired: true, subscriptionKeyParameterNames: { header, query } };
}

/** Keeps the key of the client's subscription from the service, which has no use for it. */
export function withoutKey(access: ApiAccess): readonly Statement<"inbound">[] {
  if (access.kind === "open") return [];
  const { header, query } = keyNames(access);
  return [
    setHeader({ name: header, existsAction: "delete" }),
    setQueryParameter({ name: query, existsAction: "delete" }),
  ];
}

/**
 * Every problem of who may call an API.
 *
 * @param hasTracing whether the API has its own
 */
export function validateAccess(access: ApiAccess | undefined, hasTracing: boolean): Issue[] {
  if (!access) return [];
  if (access.kind === "open") {
    return checkReason("access.because", access.because, "an API without subscription", "leave it out");
  }
  const issues = (["header", "query"] as const).flatMap((property) => {
    const name = access[property];
    return name === undefined
      ? []
      : checkText(`access.${property}`, name, {
          what: `the ${property === "header" ? "header" : "query parameter"} that carries a key`,
          pattern: /^[A-Za-z0-9_-]{1,100}$/,
          words: "1 to 100 letters, digits, hyphens and underscores",
        });
  });
  if (access.query !== undefined && !hasTracing) {
    issues.push({
      path: "access.query",
      rule: "a query parameter of its own is hidden by the API's own tracing, as that of all APIs hides Azure's name only",
      received: received(access.query),
      fix: "give the API its tracing, or keep Azure's name",
    });
  }
  return issues;
}
