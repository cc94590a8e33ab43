import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../../validation/issue";
import { requireValid } from "../validation";
import { ACCESS_DEFAULTS, type ApiAccess } from "./api-access";
import { childOf, placeOn } from "./child";
import type { GatewayLogger } from "./logger";
import type { GatewayReference } from "./reference";

/** What of a request is traced to Application Insights. Bodies and whatever carries keys or tokens never are. */
export interface Tracing {
  /** One that writes to Application Insights. */
  readonly logger: GatewayLogger;
  /** How many of 100 requests are traced; those that fail always are. 0 to 100. @default 100 */
  readonly sampling?: number;
  /** The least severe of the messages of the policy `trace` that are kept. @default "information" */
  readonly verbosity?: "verbose" | "information" | "error";
  /** How traces of one request through several systems are tied together. @default "W3C" */
  readonly correlation?: "W3C" | "Legacy" | "None";
  /** Names of headers that are traced. @default none */
  readonly headers?: readonly string[];
  /** Further headers and query parameters whose values are hidden. @default none beyond those that carry keys or tokens */
  readonly mask?: { readonly headers?: readonly string[]; readonly queryParameters?: readonly string[] };
  /** Whether the caller's address, which may be personal data, is traced. @default false */
  readonly logClientIp?: boolean;
  /** Whether the policy `emitMetric` has an effect. @default false */
  readonly metrics?: boolean;
}

/** What {@link Tracing} assumes where it says nothing. */
const TRACING_DEFAULTS = {
  sampling: 100,
  verbosity: "information",
  correlation: "W3C",
  headers: [],
  logClientIp: false,
  metrics: false,
} as const;

/** What carries keys or tokens. */
const ALWAYS_MASKED = {
  headers: ["Authorization", "Cookie", ACCESS_DEFAULTS.header, "Set-Cookie"],
  queryParameters: [ACCESS_DEFAULTS.query, "sig"],
} as const;

/** The name that Azure asks for: https://learn.microsoft.com/azure/templates/microsoft.apimanagement/service/diagnostics */
export const TRACING_ID = "applicationinsights";

/**
 * Traces the requests to all APIs of a gateway.
 *
 * @example
 * ```ts
 * new GatewayTracing("gateway-tracing", { gateway, logger, sampling: 10 });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayTracing extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: Tracing & { readonly gateway: GatewayReference },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:GatewayTracing", name, {}, opts);
    const { gateway } = args;
    requireValid(this, "GatewayTracing", name, [
      ...gateway.inventory.checkOnly("gateway", "tracing"),
      ...validateTracing("", args),
    ]);

    const resource = new apimanagement.Diagnostic(
      `${name}-diagnostic`,
      { ...placeOn(gateway), diagnosticId: TRACING_ID, ...diagnostic(args) },
      childOf(this, gateway),
    );
    gateway.inventory.add("tracing", TRACING_ID, resource);
    this.registerOutputs({});
  }
}

/** What a diagnostic of the service, or of one API, takes. */
export function diagnostic({
  logger,
  mask,
  sampling = TRACING_DEFAULTS.sampling,
  verbosity = TRACING_DEFAULTS.verbosity,
  correlation = TRACING_DEFAULTS.correlation,
  headers = TRACING_DEFAULTS.headers,
  logClientIp = TRACING_DEFAULTS.logClientIp,
  metrics = TRACING_DEFAULTS.metrics,
}: Tracing) {
  const hide = (values: readonly string[]) => values.map((value) => ({ value, mode: "Hide" }));
  const message = {
    headers: [...headers],
    // Bodies hold personal data, and reading them costs throughput.
    body: { bytes: 0 },
    dataMasking: {
      headers: hide([...ALWAYS_MASKED.headers, ...(mask?.headers ?? [])]),
      queryParams: hide([...ALWAYS_MASKED.queryParameters, ...(mask?.queryParameters ?? [])]),
    },
  };
  return {
    loggerId: logger.resource.id,
    alwaysLog: "allErrors",
    sampling: { samplingType: "fixed", percentage: sampling },
    httpCorrelationProtocol: correlation,
    verbosity,
    logClientIp,
    metrics,
    frontend: { request: message, response: message },
    backend: { request: message, response: message },
  } satisfies Omit<apimanagement.DiagnosticArgs, "resourceGroupName" | "serviceName">;
}

/** Hides the keys of subscriptions, whatever carries them. */
export function hideKeys(tracing: Tracing, access: ApiAccess | undefined): Tracing {
  if (access?.kind !== "subscription") return tracing;
  const { headers = [], queryParameters = [] } = tracing.mask ?? {};
  const own = (name: string | undefined) => (name === undefined ? [] : [name]);
  return {
    ...tracing,
    mask: {
      headers: [...headers, ...own(access.header)],
      queryParameters: [...queryParameters, ...own(access.query)],
    },
  };
}

/** Every problem of what is to be traced. */
export function validateTracing(path: string, { logger, sampling, headers = [] }: Tracing): Issue[] {
  const issues: Issue[] = [];
  const at = (property: string) => (path === "" ? property : `${path}.${property}`);
  if (logger.target.kind !== "applicationInsights") {
    issues.push({
      path: at("logger"),
      rule: "requests are traced to Application Insights",
      received: received(logger.target.kind),
      fix: "hand in a logger whose target is applicationInsights; events go to Event Hubs by the policy logToEventhub",
    });
  }
  if (sampling !== undefined && !(sampling >= 0 && sampling <= 100)) {
    issues.push({
      path: at("sampling"),
      rule: "sampling is a share of 100 requests, 0 to 100",
      received: received(sampling),
      fix: "give a number from 0 to 100",
    });
  }
  for (const header of headers) {
    if (ALWAYS_MASKED.headers.some((masked) => masked.toLowerCase() === header.toLowerCase())) {
      issues.push({
        path: at("headers"),
        rule: "what carries keys or tokens is not traced",
        received: received(header),
        fix: "leave it out",
      });
    }
  }
  return issues;
}
