import type { Input } from "@pulumi/pulumi";
import { ELEMENTS } from "./elements";
import type { PolicyFragment } from "./fragment";
import type { Section } from "./spec";
import {
  constructorOf,
  elementWith,
  type AttributesOf,
  type LegalSections,
  type OptionsOf,
  type PolicyElement,
  type SectionsOf,
  type Statement,
} from "./statement";
import type { Expression } from "./value";
import { parseXml } from "./xml";

/** Puts the policies of the broader scope here. Stands first in a section where it is not placed otherwise. */
export const base = constructorOf("base");

/** Admits only callers with a token of one Entra ID tenant. */
export const validateAzureAdToken = constructorOf("validate-azure-ad-token");

/** Admits only callers with a token of an OpenID Connect provider. */
export const validateJwt = constructorOf("validate-jwt");

/** Limits the calls of a key to a rate; above it the answer is 429. Not on the Consumption tier. */
export const rateLimitByKey = constructorOf("rate-limit-by-key");

/** Limits the calls of a subscription to a rate; above it the answer is 429. Not at the global scope. */
export const rateLimit = constructorOf("rate-limit");

/** Limits the calls or kilobytes of a key in a long period; above it the answer is 403. */
export const quotaByKey = constructorOf("quota-by-key");

/** Lets scripts from other origins call. Should stand first in the inbound section. */
export const cors = constructorOf("cors");

/** Admits only requests with a header, or with certain values of it. */
export const checkHeader = constructorOf("check-header");

/** Admits or refuses callers by their IP addresses. */
export const ipFilter = constructorOf("ip-filter");

/** Sets, adds to or deletes a header of the request or response. */
export const setHeader = constructorOf("set-header");

/** Changes the request's method, e.g. `setMethod("POST")`. */
export const setMethod = constructorOf("set-method");

/** Sets the response's status. */
export const setStatus = constructorOf("set-status");

/** Sets a variable that later policies read. */
export const setVariable = constructorOf("set-variable");

/** Sets, adds to or deletes a query parameter of the request. */
export const setQueryParameter = constructorOf("set-query-parameter");

/** Sends the request to another service: a backend of the gateway, or an address. */
export const setBackendService = constructorOf("set-backend-service");

/** Changes the path and query that the service sees. */
export const rewriteUri = constructorOf("rewrite-uri");

/** Calls the service with a token of the gateway's managed identity. */
export const authenticationManagedIdentity = constructorOf("authentication-managed-identity");

/** Calls the service with a client certificate. */
export const authenticationCertificate = constructorOf("authentication-certificate");

/** Calls the service. Without it, here or at a broader scope, no request leaves the gateway. */
export const forwardRequest = constructorOf("forward-request");

const includeAny = constructorOf("include-fragment");

/**
 * Puts in a policy fragment of the gateway.
 *
 * @typeParam Fragment type of the fragment, whose policies decide in which sections it may stand, as in
 * `includeFragment<typeof limits>({ fragmentId: "limits" })`. `@default` a fragment for all sections
 */
export function includeFragment<Fragment extends PolicyFragment = PolicyFragment<Section>>(
  options: OptionsOf<"include-fragment">,
): Statement<SectionsOf<readonly Fragment[]>> {
  return includeAny(options);
}

/** Writes to request tracing, Application Insights and the resource log. */
export const trace = constructorOf("trace");

/** Answers from the cache where it can. Needs `cacheStore` in the outbound section. */
export const cacheLookup = constructorOf("cache-lookup");

/** Keeps the response in the cache. Needs `cacheLookup` in the inbound section. */
export const cacheStore = constructorOf("cache-store");

/** Replaces a text in the body. */
export const findAndReplace = constructorOf("find-and-replace");

/** Answers with an example of the API's contract and calls no service. */
export const mockResponse = constructorOf("mock-response");

/** Limits the calls or kilobytes of a subscription in a long period; above it the answer is 403. Product scope only. */
export const quota = constructorOf("quota");

/** Fetches a token of a connection to a credential provider. */
export const getAuthorizationContext = constructorOf("get-authorization-context");

/** Admits only callers with a client certificate that is valid, or one of those described. */
export const validateClientCertificate = constructorOf("validate-client-certificate");

/** Calls the service with user name and password. */
export const authenticationBasic = constructorOf("authentication-basic");

/** Checks size and content of a body against the contract or a schema. */
export const validateContent = constructorOf("validate-content");

/** Checks a GraphQL request against its schema, and who may ask for what. */
export const validateGraphqlRequest = constructorOf("validate-graphql-request");

/** Checks address, headers and parameters of a request by the OData specification. Not at the operation scope. */
export const validateOdataRequest = constructorOf("validate-odata-request");

/** Checks a request's headers, query and path against the contract. */
export const validateParameters = constructorOf("validate-parameters");

/** Checks a response's headers against the contract. */
export const validateHeaders = constructorOf("validate-headers");

/** Checks a response's status against the contract, e.g. so that no stack trace of an error gets out. */
export const validateStatusCode = constructorOf("validate-status-code");

/** Sends the request to the service by way of an HTTP proxy. */
export const proxy = constructorOf("proxy");

/** Looks up a value in the cache. */
export const cacheLookupValue = constructorOf("cache-lookup-value");

/** Keeps a value in the cache; it may be a moment before it is found. */
export const cacheStoreValue = constructorOf("cache-store-value");

/** Removes a value from the cache. */
export const cacheRemoveValue = constructorOf("cache-remove-value");

/** Converts the body from JSON to XML. */
export const jsonToXml = constructorOf("json-to-xml");

/** Converts the body from XML to JSON. */
export const xmlToJson = constructorOf("xml-to-json");

/** Makes links in the response's body point to the gateway, or those in the request's body to the service. */
export const redirectContentUrls = constructorOf("redirect-content-urls");

/** Lets Flash and Silverlight of other domains call. Global scope only. */
export const crossDomain = constructorOf("cross-domain");

/** Wraps a JSON answer in a call of the caller's function. */
export const jsonp = constructorOf("jsonp");

/** Calls another service and waits for its answer. */
export const sendRequest = constructorOf("send-request");

/** Calls another service and does not wait for its answer. */
export const sendOneWayRequest = constructorOf("send-one-way-request");

/** Sends a message to a queue or topic of Azure Service Bus, by a managed identity. In preview; classic tiers only. */
export const sendServiceBusMessage = constructorOf("send-service-bus-message");

/** Sends a text to the event hub of a logger. */
export const logToEventhub = constructorOf("log-to-eventhub");

/** Sends a metric to Application Insights. */
export const emitMetric = constructorOf("emit-metric");

/**
 * Sets the body of the request or response.
 *
 * @param value text, an expression, or a Liquid template
 * @param attributes `template: "liquid"` for a Liquid template
 */
export function setBody(
  value: Input<string>,
  attributes: AttributesOf<"set-body"> = {},
): Statement<LegalSections<"set-body">> {
  return elementWith("set-body", attributes, [value]);
}

/** Does the statements again while a condition holds. They decide in which sections it may stand. */
export function retry<const Nested extends readonly Statement[]>(
  attributes: AttributesOf<"retry">,
  statements: Nested,
): Statement<SectionsOf<Nested>> {
  return elementWith<"retry", Nested>("retry", attributes, statements);
}

/** Lets only so many requests do the statements at one time. They decide in which sections it may stand. */
export function limitConcurrency<const Nested extends readonly Statement[]>(
  attributes: AttributesOf<"limit-concurrency">,
  statements: Nested,
): Statement<SectionsOf<Nested>> {
  return elementWith<"limit-concurrency", Nested>("limit-concurrency", attributes, statements);
}

/**
 * Does statements at the same time: `choose`, `sendRequest` and `cacheLookupValue`. They decide in which sections it
 * may stand.
 */
export function wait<const Nested extends readonly Statement[]>(
  attributes: AttributesOf<"wait">,
  statements: Nested,
): Statement<LegalSections<"wait"> & SectionsOf<Nested>> {
  return elementWith<"wait", Nested>("wait", attributes, statements);
}

/** A branch of {@link choose}. */
export interface Branch<Nested extends readonly Statement[] = readonly Statement[]> {
  /** Boolean expression. */
  readonly when: Input<Expression>;
  /** What is done where it holds. */
  readonly then: Nested;
}

/**
 * Does the first branch whose condition holds. The nested statements decide in which sections it may stand.
 *
 * @param branches one or more
 * @param otherwise done where no condition holds. `@default` nothing
 */
export function choose<
  const Branches extends readonly [Branch, ...Branch[]],
  const Rest extends readonly Statement[] = [],
>(branches: Branches, otherwise?: Rest): Statement<SectionsOf<Branches[number]["then"]> & SectionsOf<Rest>> {
  const content: PolicyElement[] = branches.map(({ when, then }) => ({
    element: "when",
    attributes: { condition: when },
    content: then,
  }));
  if (otherwise !== undefined) content.push({ element: "otherwise", attributes: {}, content: otherwise });
  return elementWith<"choose", [...Branches[number]["then"], ...Rest]>("choose", {}, content);
}

/** What {@link returnResponse} answers. */
export interface ResponseParts {
  readonly status?: Parameters<typeof setStatus>[0];
  readonly headers?: readonly Parameters<typeof setHeader>[0][];
  readonly body?: Input<string>;
  /** Variable that holds the response to start from. `@default` 200 without body */
  readonly responseVariableName?: Input<string>;
}

/** Ends the pipeline and answers the caller. */
export function returnResponse({
  status,
  headers = [],
  body,
  ...attributes
}: ResponseParts): Statement<LegalSections<"return-response">> {
  return elementWith("return-response", attributes, [
    ...(status === undefined ? [] : [setStatus(status)]),
    ...headers.map((header) => setHeader(header)),
    ...(body === undefined ? [] : [setBody(body)]),
  ]);
}

const buildXslTransform = constructorOf("xsl-transform");

/** What {@link xslTransform} transforms by. */
export interface XslTransformation extends Omit<OptionsOf<"xsl-transform">, "stylesheet"> {
  /** XSLT 1.0: an `xsl:stylesheet` element as XML. */
  readonly stylesheet: string;
}

/**
 * Transforms an XML body by a stylesheet.
 *
 * @throws MalformedXmlError when the stylesheet is not one XML element
 */
export function xslTransform({
  stylesheet,
  ...options
}: XslTransformation): Statement<LegalSections<"xsl-transform">> {
  const { stylesheet: spec } = ELEMENTS["xsl-transform"].children;
  return buildXslTransform({ ...options, stylesheet: parseXml(stylesheet, spec) });
}
