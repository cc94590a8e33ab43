import type { Exchange } from "./exchange";
import { attributesOf, childrenOf, type PolicyElement } from "./policy";

/** What a `cors` policy admits: https://learn.microsoft.com/azure/api-management/cors-policy */
interface CorsSettings {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly maxAge: string;
  readonly credentials: boolean;
  /** Whether what does not match ends here. */
  readonly terminates: boolean;
}

export function corsSettings(element: PolicyElement): CorsSettings {
  const attributes = attributesOf(element, ["allow-credentials", "terminate-unmatched-request"]);
  const lists = childrenOf(element, [
    "allowed-origins",
    "allowed-methods",
    "allowed-headers",
    "expose-headers",
  ]);
  const texts = (
    [list]: readonly PolicyElement[],
    name: "origin" | "method" | "header",
  ): readonly string[] =>
    list === undefined ? [] : childrenOf(list, [name])[name].map(({ text }) => text.trim());
  const [methods] = lists["allowed-methods"];
  return {
    origins: texts(lists["allowed-origins"], "origin"),
    methods: methods === undefined ? ["GET", "POST"] : texts([methods], "method"),
    headers: texts(lists["allowed-headers"], "header"),
    maxAge:
      (methods && attributesOf(methods, ["preflight-result-max-age"])["preflight-result-max-age"]) ?? "0",
    credentials: attributes["allow-credentials"] === "true",
    terminates: attributes["terminate-unmatched-request"] === "true",
  };
}

function admits(all: readonly string[], wanted: string): boolean {
  // The page's examples end origins by a slash, as no browser does.
  const plain = (text: string) => text.toLowerCase().replace(/\/$/, "");
  return all.includes("*") || all.some((one) => plain(one) === plain(wanted));
}

/** Whether scripts of an origin may send a request. */
export function admitsOrigin({ origins, methods }: CorsSettings, origin: string, method: string): boolean {
  return admits(origins, origin) && admits(methods, method);
}

/** What a browser asks before it sends a request for a script. */
export interface Preflight {
  readonly origin: string;
  readonly method: string;
  readonly headers: readonly string[];
}

/** What a request asks, where it is such a question: https://fetch.spec.whatwg.org/#http-cors-protocol */
export function preflightOf({
  method,
  headers,
}: Pick<Exchange["request"], "method" | "headers">): Preflight | undefined {
  const all = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const origin = all.get("origin");
  const asked = all.get("access-control-request-method");
  if (method !== "OPTIONS" || origin === undefined || asked === undefined) return undefined;
  const names = all.get("access-control-request-headers")?.split(",") ?? [];
  return { origin, method: asked, headers: names.map((name) => name.trim()) };
}

/**
 * What a preflight request is answered: the headers by which the browser sends the request; none by which it does not, where
 * the policy ends it; or nothing, where the next policy is asked.
 */
export function answerPreflight(
  settings: CorsSettings,
  { origin, method, headers }: Preflight,
): Readonly<Record<string, string>> | undefined {
  if (admitsOrigin(settings, origin, method) && headers.every((header) => admits(settings.headers, header))) {
    return {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": settings.methods.join(","),
      "access-control-allow-headers": headers.join(","),
      "access-control-max-age": settings.maxAge,
      ...(settings.credentials && { "access-control-allow-credentials": "true" }),
    };
  }
  return settings.terminates ? {} : undefined;
}
