import { answerPreflight, corsSettings, preflightOf, type Preflight } from "./gateway/cors";
import { execute } from "./gateway/elements";
import { Exchange, type Target } from "./gateway/exchange";
import {
  attributesOf,
  effectiveSection,
  readPolicy,
  SCOPES,
  type PolicyElement,
  type Scope,
  type Step,
} from "./gateway/policy";
import type { ApiRequest, Decision, World } from "./gateway/request";
import type { DeployedApi, DeployedGateway } from "./gateway/state";

/**
 * Decides a request to an API as the gateway does that a state describes: whether it is refused, answered by a policy, or
 * forwarded, and as what.
 *
 * @throws Error where the state has something that is not known here, or names what it does not hold
 */
export async function decide(gateway: DeployedGateway, request: ApiRequest, world: World): Promise<Decision> {
  const url = new URL(request.url);
  if (!gateway.hosts.has(url.hostname)) throw new Error(`${url.hostname} is no host of the gateway`);
  const preflight = preflightOf(request);
  const target = targetOf(gateway, url, request.method);
  if (target === undefined) {
    const asked = preflight && targetOf(gateway, url, preflight.method);
    return (
      (preflight && asked && decidePreflight(gateway, asked, preflight)) ??
      refusedByGateway(404, "OperationNotFound")
    );
  }
  const access = accessTo(gateway, target.api, request, world);
  if ("refusedBy" in access) return refusedByGateway(401, access.refusedBy);

  const policies = policiesOf(gateway, target, access.product);
  const exchange = new Exchange(request, target);
  const inbound = effectiveSection("inbound", policies);
  return (await execute(inbound, { exchange, gateway, world })) ?? forward(exchange, policies);
}

/** Of built-in steps: https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#predefined-errors-for-built-in-steps */
function refusedByGateway(status: 404 | 401, reason: string): Decision {
  const element = status === 404 ? "configuration" : "authorization";
  return { kind: "refused", status, reason, by: { scope: "gateway", element } };
}

/**
 * The operation that a request is to: of the API whose path is the longest, under one of its protocols
 * (https://phvbaars.wordpress.com/tag/azure-api-management: 404 otherwise); of a revision that is not the current one under
 * `;rev=` only (https://learn.microsoft.com/azure/api-management/api-management-revisions).
 */
function targetOf({ apis }: DeployedGateway, url: URL, method: string): Target | undefined {
  const given = segments(url.pathname);
  const [found] = apis
    .filter(({ protocols }) => protocols.includes(url.protocol.slice(0, -1)))
    .flatMap((api) =>
      [`${api.path};rev=${api.revision}`, ...(api.isCurrent ? [api.path] : [])].map((path) => ({
        api,
        path: segments(path),
      })),
    )
    .filter(({ path }) => path.every((part, index) => part === given[index]))
    .sort((one, other) => other.path.length - one.path.length);
  if (found === undefined) return undefined;
  const rest = given.slice(found.path.length);
  const [target] = found.api.operations
    .filter(
      (operation) =>
        operation.method === method && operation.query.every((name) => url.searchParams.has(name)),
    )
    .flatMap((operation) => {
      const parameters = match(segments(operation.path), rest);
      return parameters ? [{ api: found.api, operation, parameters, path: `/${rest.join("/")}` }] : [];
    })
    // One that names a path is meant before one that takes any.
    .sort((one, other) => Object.keys(one.parameters).length - Object.keys(other.parameters).length);
  return target;
}

function segments(path: string): string[] {
  return path.split("/").filter((part) => part !== "");
}

/** What stands for the names in a path, where it is one by the template. */
function match(
  template: readonly string[],
  given: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (template.some((part) => part.includes("*"))) throw new Error("paths with * are not known here");
  const fits = template.every((part, index) => part.startsWith("{") || part === given[index]);
  if (template.length !== given.length || !fits) return undefined;
  return Object.fromEntries(
    template.flatMap((part, index) =>
      part.startsWith("{") ? [[part.slice(1, -1), decodeURIComponent(given[index] ?? "")]] : [],
    ),
  );
}

type Access = { readonly product: string | undefined } | { readonly refusedBy: string };

/**
 * Whether a subscription opens the API, and in which product:
 * https://learn.microsoft.com/azure/api-management/api-management-subscriptions#how-api-management-handles-requests-with-or-without-subscription-keys
 */
function accessTo(
  { products }: DeployedGateway,
  { name, keyNames, subscriptionRequired }: DeployedApi,
  request: ApiRequest,
  { subscriptions }: World,
): Access {
  const header = Object.entries(request.headers).find(
    ([one]) => one.toLowerCase() === keyNames.header.toLowerCase(),
  );
  // The parameter of the query is looked at only where the header is not there.
  const key = header?.[1] ?? new URL(request.url).searchParams.get(keyNames.query);
  const opening = products.filter(({ apis }) => apis.includes(name));
  if (key === null) {
    const open = opening.find((product) => !product.subscriptionRequired);
    if (open === undefined && subscriptionRequired) return { refusedBy: "SubscriptionKeyNotFound" };
    return { product: open?.id };
  }
  const subscription = subscriptions.find((one) => one.key === key && one.state === "active");
  const product = opening.find(({ id }) => subscription?.scope === `/products/${id}`);
  if (product) return { product: product.id };
  const opens = subscription?.scope === `/apis/${name}` || subscription?.scope === "/apis";
  return opens ? { product: undefined } : { refusedBy: "SubscriptionKeyInvalid" };
}

type Policies = Readonly<Partial<Record<Scope, PolicyElement>>>;

function policiesOf(
  { policy, namedValue }: DeployedGateway,
  { api, operation }: Target,
  product: string | undefined,
): Policies {
  const of = { product, api: `${api.name};rev=${api.revision}`, operation: operation.id };
  return Object.fromEntries(
    SCOPES.flatMap((scope) => {
      const xml = policy(scope, of);
      return xml === undefined ? [] : [[scope, readPolicy(xml, namedValue)]];
    }),
  );
}

/**
 * Only cors policies are asked, those that are right below the inbound section, and before any subscription, which a browser
 * does not show yet: https://learn.microsoft.com/azure/api-management/cors-policy#usage-notes
 *
 * @returns nothing where there is none of them
 */
function decidePreflight(
  gateway: DeployedGateway,
  target: Target,
  preflight: Preflight,
): Decision | undefined {
  const steps = effectiveSection("inbound", policiesOf(gateway, target, undefined)).filter(
    ({ element }) => element.name === "cors",
  );
  const answers = steps.map((step) => ({
    step,
    headers: answerPreflight(corsSettings(step.element), preflight),
  }));
  const { step, headers = {} } = answers.find((one) => one.headers !== undefined) ?? answers.at(-1) ?? {};
  if (step === undefined) return undefined;
  return {
    kind: "answered",
    status: 200,
    headers,
    body: undefined,
    by: { scope: step.scope, element: "cors", path: step.path },
  };
}

/** What may stand in sections that do not decide here: they change the answer of the service, or of the gateway. */
const AFTERWARDS = ["cache-store", "set-header"];

/** https://learn.microsoft.com/azure/api-management/forward-request-policy */
function forward(exchange: Exchange, policies: Policies): Decision {
  for (const { element } of [
    ...effectiveSection("outbound", policies),
    ...effectiveSection("on-error", policies),
  ]) {
    if (!AFTERWARDS.includes(element.name))
      throw new Error(`<${element.name}> after the request is not known here`);
  }
  const [step, another]: readonly Step[] = effectiveSection("backend", policies);
  if (step?.element.name !== "forward-request" || another !== undefined) {
    throw new Error("a backend section is known here with <forward-request> alone");
  }
  attributesOf(step.element, ["timeout"]);
  const { addresses, path, query, method, headers, request, identity, certificateId, counted, readableBy } =
    exchange;
  if (addresses.length === 0)
    throw new Error("a request that no policy sends to a backend is not known here");
  // What Azure's own policy makes of the path of an operation that it made of a WSDL, no state tells.
  const search = query.size > 0 ? `?${query.toString()}` : "";
  const below = exchange.target.operation.id === undefined ? "" : `${path}${search}`;
  return {
    kind: "forwarded",
    requests: addresses.map((address) => ({
      method,
      url: `${address}${below}`,
      headers: Object.fromEntries(headers),
      body: request.body,
      identity,
    })),
    certificateId,
    counted,
    readableBy,
  };
}
