import { admitsOrigin, corsSettings } from "./cors";
import { ClrError } from "./csharp";
import { responseObject, type Exchange } from "./exchange";
import { attributesOf, childrenOf, readPolicy, stepsOf, type PolicyElement, type Step } from "./policy";
import type { Decision, Identity, Place, World } from "./request";
import type { DeployedGateway } from "./state";
import { checkToken, entraRules, jwtOf, jwtRules } from "./token";
import { contentProblem, certificateProblem } from "./validation";

/** What policies are executed for, and with. */
export interface Execution {
  readonly exchange: Exchange;
  readonly gateway: DeployedGateway;
  readonly world: World;
}

/** Executes an element; it decides, or what follows it does. */
type Handler = (step: Step, execution: Execution) => Decision | undefined | Promise<Decision | undefined>;

/**
 * Executes elements until one decides.
 *
 * @throws Error where one is not known here, so that none goes without effect
 */
export async function execute(steps: readonly Step[], execution: Execution): Promise<Decision | undefined> {
  for (const step of steps) {
    try {
      const decision = await handlerOf(step)(step, execution);
      if (decision !== undefined) return decision;
    } catch (error) {
      // https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#PolicyExpressionsUsage
      if (error instanceof ClrError) return refused(step, 500, "ExpressionValueEvaluationFailure");
      throw error;
    }
  }
  return undefined;
}

function handlerOf({ element: { name }, scope, path }: Step): Handler {
  const handler = Object.hasOwn(HANDLERS, name) ? HANDLERS[name] : undefined;
  if (handler === undefined) throw new Error(`<${name}> is not known here (${scope}, ${path})`);
  return handler;
}

function placeOf({ element, scope, path }: Step): Place {
  return { scope, element: element.name, path };
}

function refused(step: Step, status: number, reason: string): Decision {
  return { kind: "refused", status, reason, by: placeOf(step) };
}

/** Each from its page https://learn.microsoft.com/azure/api-management/<name>-policy. */
const HANDLERS: Readonly<Record<string, Handler>> = {
  "authentication-certificate": ({ element }, { exchange }) => {
    exchange.certificateId = attributesOf(element, ["certificate-id"])["certificate-id"];
    return undefined;
  },
  "authentication-managed-identity": ({ element }, { exchange }) => {
    exchange.identity = identityOf(element, exchange);
    exchange.headers.delete("authorization");
    return undefined;
  },
  // Nothing is ever in the cache here: an answer from it is one that a request before got.
  "cache-lookup": ({ element }) => {
    attributesOf(element, [
      "allow-private-response-caching",
      "downstream-caching-type",
      "vary-by-developer",
      "vary-by-developer-groups",
    ]);
    childrenOf(element, ["vary-by-header"]);
    return undefined;
  },
  choose,
  cors,
  "include-fragment": ({ element, scope, path }, execution) => {
    const { fragment, namedValue } = execution.gateway;
    const id = attributesOf(element, ["fragment-id"])["fragment-id"] ?? "";
    return execute(stepsOf(readPolicy(fragment(id), namedValue).children, scope, path), execution);
  },
  // What it counts by is told, and nothing counted.
  "rate-limit-by-key": ({ element }, { exchange }) => {
    const known = ["calls", "counter-key", "remaining-calls-header-name", "renewal-period"] as const;
    exchange.counted.push(exchange.text(attributesOf(element, known)["counter-key"] ?? ""));
    return undefined;
  },
  "return-response": returnResponse,
  "rewrite-uri": ({ element }, { exchange }) => {
    rewriteUri(element, exchange);
    return undefined;
  },
  "send-request": sendRequest,
  "set-backend-service": ({ element }, { exchange, gateway }) => {
    exchange.addresses = gateway.backend(attributesOf(element, ["backend-id"])["backend-id"] ?? "");
    return undefined;
  },
  "set-header": ({ element }, { exchange }) => {
    setHeader(element, exchange, exchange.headers);
    return undefined;
  },
  "set-method": ({ element }, { exchange }) => {
    exchange.method = exchange.text(element.text);
    return undefined;
  },
  "set-query-parameter": ({ element }, { exchange }) => {
    const { name, action } = settingOf(element);
    if (action !== "delete")
      throw new Error(`<set-query-parameter> is known here to delete, not to ${action}`);
    exchange.query.delete(name);
    return undefined;
  },
  "set-variable": ({ element }, { exchange }) => {
    const { name = "", value = "" } = attributesOf(element, ["name", "value"]);
    exchange.variables.set(name, exchange.value(value));
    return undefined;
  },
  "validate-azure-ad-token": validateToken,
  "validate-client-certificate": (step, { exchange, gateway, world }) => {
    const host = gateway.hosts.get(new URL(exchange.request.url).hostname);
    const shown = host?.asksForCertificate === true ? exchange.request.certificate : undefined;
    const problem = certificateProblem(step.element, shown, world.now);
    // The page names no status; 403 is that of its own examples for what is not a certificate that is wanted:
    // https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates-for-clients
    return problem === undefined ? undefined : refused(step, 403, problem);
  },
  "validate-content": (step, { exchange }) => {
    const problem = contentProblem(step.element, exchange);
    return problem === undefined ? undefined : refused(step, 400, problem);
  },
  "validate-jwt": validateToken,
};

/** The first branch of which the condition holds, or the one for all else. */
function choose({ element, scope, path }: Step, execution: Execution): Promise<Decision | undefined> {
  const branches = stepsOf(element.children, scope, path);
  childrenOf(element, ["when", "otherwise"]);
  const taken = branches.find(({ element: branch }) => {
    if (branch.name === "otherwise") return true;
    const holds = execution.exchange.value(attributesOf(branch, ["condition"]).condition ?? "");
    if (typeof holds !== "boolean")
      throw new Error(`a condition gives no truth: ${branch.attributes.condition ?? ""}`);
    return holds;
  });
  return execute(taken ? stepsOf(taken.element.children, scope, taken.path) : [], execution);
}

/**
 * The first one that admits a request is the one that is applied. One that ends what it does not admit does so whatever the
 * method is (https://github.com/MicrosoftDocs/azure-docs/issues/71283), of which the page names GET and HEAD.
 */
function cors(step: Step, { exchange }: Execution): Decision | undefined {
  const settings = corsSettings(step.element);
  const origin = exchange.headers.get("origin");
  if (origin === undefined || exchange.readableBy !== undefined) return undefined;
  if (admitsOrigin(settings, origin, exchange.method)) {
    exchange.readableBy = origin;
    return undefined;
  }
  if (!settings.terminates) return undefined;
  return { kind: "answered", status: 200, headers: {}, body: undefined, by: placeOf(step) };
}

async function validateToken(step: Step, { exchange, world }: Execution): Promise<Decision | undefined> {
  const { element } = step;
  const entra = element.name === "validate-azure-ad-token";
  const sources = { text: exchange.text, metadata: world.metadata };
  // They know what attributes each of the two may have.
  const rules = entra ? entraRules(element, sources) : jwtRules(element, sources);
  const { attributes } = element;
  const status = Number(exchange.text(attributes["failed-validation-httpcode"] ?? "401"));
  const fail = (reason: string) => refused(step, status, reason);

  const header = attributes["header-name"] ?? (entra ? "Authorization" : undefined);
  const parameter = attributes["query-parameter-name"];
  const given =
    parameter === undefined
      ? exchange.headers.get((header ?? "").toLowerCase())
      : (exchange.query.get(parameter) ?? undefined);
  if (given === undefined) return fail("TokenNotPresent");
  const [, scheme, token = ""] = /^(?:(\S+) +)?(\S+)$/.exec(given) ?? [];
  const wanted = entra ? "Bearer" : attributes["require-scheme"];
  if (parameter === undefined && wanted !== undefined && scheme?.toLowerCase() !== wanted.toLowerCase()) {
    return fail("TokenNotPresent");
  }
  const checked = await checkToken(token, rules, world.now);
  if (typeof checked === "string") return fail(checked);
  const variable = attributes["output-token-variable-name"];
  if (variable !== undefined) exchange.variables.set(variable, jwtOf(checked));
  return undefined;
}

function returnResponse(step: Step, { exchange }: Execution): Decision {
  attributesOf(step.element, []);
  const children = childrenOf(step.element, ["set-status", "set-header", "set-body"]);
  const [status] = children["set-status"];
  const headers = new Map<string, string>();
  for (const header of children["set-header"]) setHeader(header, exchange, headers);
  return {
    kind: "answered",
    status: Number(exchange.text((status && attributesOf(status, ["code", "reason"]).code) ?? "200")),
    headers: Object.fromEntries(headers),
    body: bodyOf(children["set-body"], exchange),
    by: placeOf(step),
  };
}

function bodyOf([element]: readonly PolicyElement[], exchange: Exchange): string | undefined {
  if (element === undefined) return undefined;
  attributesOf(element, []);
  return exchange.text(element.text);
}

function settingOf(element: PolicyElement) {
  const { name = "", "exists-action": action = "override" } = attributesOf(element, [
    "name",
    "exists-action",
  ]);
  return { name, action, values: childrenOf(element, ["value"]).value };
}

/** @param headers by name in lower case */
function setHeader(element: PolicyElement, exchange: Exchange, headers: Map<string, string>): void {
  const { name, action, values } = settingOf(element);
  if (action === "delete") headers.delete(name.toLowerCase());
  else if (action !== "override") throw new Error(`<set-header> is not known here to ${action}`);
  else headers.set(name.toLowerCase(), values.map(({ text }) => exchange.text(text)).join(","));
}

function identityOf(element: PolicyElement, exchange: Exchange): Identity {
  const { resource = "", "client-id": clientId } = attributesOf(element, ["resource", "client-id"]);
  return { resource: exchange.text(resource), clientId };
}

/** Parameters of the operation's path stand in the template by their names; those of the query come along unless it says not. */
function rewriteUri(element: PolicyElement, exchange: Exchange): void {
  const { template = "", "copy-unmatched-params": copies = "true" } = attributesOf(element, [
    "template",
    "copy-unmatched-params",
  ]);
  const { parameters, operation } = exchange.target;
  const filled = exchange.text(template).replace(/\{([\w-]+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (value === undefined) throw new Error(`the operation has no parameter ${name}`);
    return encodeURIComponent(value);
  });
  const [path = "", query = ""] = filled.split("?");
  exchange.path = path;
  const kept = [...exchange.query].filter(([name]) => copies === "true" && !operation.query.includes(name));
  for (const name of new Set(exchange.query.keys())) exchange.query.delete(name);
  for (const [name, value] of [...new URLSearchParams(query), ...kept]) exchange.query.append(name, value);
}

function sendRequest({ element }: Step, { exchange, world }: Execution): undefined {
  const attributes = attributesOf(element, ["mode", "timeout", "response-variable-name", "ignore-error"]);
  if (attributes.mode !== "new") throw new Error("<send-request> is known here for a new request");
  const children = childrenOf(element, [
    "set-url",
    "set-method",
    "set-header",
    "set-body",
    "authentication-managed-identity",
  ]);
  const textOf = ([one]: readonly PolicyElement[]) => (one === undefined ? "" : exchange.text(one.text));
  const headers = new Map<string, string>();
  for (const header of children["set-header"]) setHeader(header, exchange, headers);
  const [identity] = children["authentication-managed-identity"];
  if (world.answers === undefined) throw new Error("<send-request> needs somebody who answers");
  const answer = world.answers({
    method: textOf(children["set-method"]),
    url: textOf(children["set-url"]),
    headers: Object.fromEntries(headers),
    body: bodyOf(children["set-body"], exchange),
    identity: identity && identityOf(identity, exchange),
  });
  if (answer === undefined && attributes["ignore-error"] !== "true") {
    throw new Error("<send-request> that fails is known here where its errors are ignored");
  }
  const variable = attributes["response-variable-name"] ?? "";
  exchange.variables.set(variable, answer ? responseObject(answer.status) : null);
}
