import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import {
  authenticationBasic,
  authenticationCertificate,
  authenticationManagedIdentity,
  setBackendService,
  type Statement,
} from "../../policies/gateway";
import { received, type Issue } from "../../validation/issue";
import { checkLength, checkReason, checkText, requireValid } from "../validation";
import { checkHttps, checkServiceUrl, httpsOnly } from "./address";
import type { GatewayCertificate } from "./certificate";
import { clientCredentialsToken, type ClientCredentials } from "./client-credentials";
import { checkId, childOf, placeOn } from "./child";
import type { GatewayNamedValue } from "./named-value";
import type { GatewayReference } from "./reference";

/**
 * How the gateway shows a service who it is. Secrets are named values that Key Vault holds: none passes through this
 * program.
 */
export type BackendCredentials =
  | {
      /** Nothing is shown: whoever knows the service's address can call it past the gateway. */
      readonly kind: "unauthenticated";
      /** Why that is right here, e.g. `public reference data`. */
      readonly because: string;
    }
  | {
      /** A token of the gateway's managed identity. */
      readonly kind: "managedIdentity";
      /** Application id URI of the service in Entra ID, e.g. `api://contoso-catalog`. */
      readonly resource: pulumi.Input<string>;
    }
  | ({
      /** A token of an OAuth 2.0 server, which the gateway gets in its own name. */
      readonly kind: "oauth";
    } & ClientCredentials)
  | {
      /** Mutual TLS with a client certificate. */
      readonly kind: "certificate";
      readonly certificate: GatewayCertificate;
    }
  | {
      /** HTTP basic authentication. */
      readonly kind: "basic";
      readonly username: GatewayNamedValue;
      readonly password: GatewayNamedValue;
    }
  | {
      /** A key in a header, e.g. `X-Api-Key`. */
      readonly kind: "header";
      readonly name: string;
      readonly value: GatewayNamedValue;
    };

/** When calls to a failing service stop, so that it can recover. */
export interface CircuitBreaker {
  /**
   * How many failures within the interval trip it, 1 to 10,000. Gateways of one service count each for itself, so that
   * it trips about then (https://learn.microsoft.com/azure/api-management/backends#circuit-breaker).
   */
  readonly failures: number;
  /** ISO 8601 duration over which failures are counted, e.g. `PT1M`. */
  readonly interval: string;
  /** Status codes that are failures, as 1 to 10 ranges with both ends, within 200 to 599. @default [[500, 599]] */
  readonly statusCodes?: readonly (readonly [from: number, to: number])[];
  /** ISO 8601 duration for which nothing is sent, e.g. `PT30S`; the gateway answers 503 meanwhile. */
  readonly tripDuration: string;
  /** Whether the service's own `Retry-After` wins over `tripDuration`. @default true */
  readonly acceptRetryAfter?: boolean;
}

export interface GatewayBackendArgs {
  readonly gateway: GatewayReference;
  /** https address without trailing slash, e.g. `https://catalog.contoso.com/v2`. At most 2,000 characters. */
  readonly url: pulumi.Input<string>;
  /** What it is, for people; 1 to 2,000 characters. */
  readonly description?: string;
  /** What it speaks. @default "http" */
  readonly protocol?: "http" | "soap";
  readonly credentials: BackendCredentials;
  /** Not for the Consumption tier. @default none */
  readonly circuitBreaker?: CircuitBreaker;
}

/** What {@link GatewayBackend} assumes where its arguments say nothing. */
const GATEWAY_BACKEND_DEFAULTS = {
  protocol: "http",
  statusCodes: [[500, 599]],
  acceptRetryAfter: true,
} as const;

/** Something that a policy can send requests to: a backend, or a pool of them. */
export interface BackendTarget {
  /** Its id on the gateway. */
  readonly backendId: string;
  /** What a policy does to show who calls, where the backend itself does not. */
  readonly authentication: readonly Statement<"inbound">[];
}

/** What an inbound section does to call a backend: choose it, and show who calls. */
export function sendTo({ backendId, authentication }: BackendTarget): readonly Statement<"inbound">[] {
  return [setBackendService({ backendId }), ...authentication];
}

/**
 * A service that the gateway calls, with how it shows who it is. TLS certificates of the service are always validated.
 * The component's name is its id.
 *
 * @example
 * ```ts
 * const catalog = new GatewayBackend("catalog", {
 *   gateway,
 *   url: "https://catalog.contoso.com",
 *   credentials: { kind: "managedIdentity", resource: "api://contoso-catalog" },
 *   circuitBreaker: { failures: 5, interval: "PT1M", tripDuration: "PT30S" },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayBackend extends pulumi.ComponentResource implements BackendTarget {
  readonly backendId: string;
  readonly authentication: readonly Statement<"inbound">[];
  readonly credentials: BackendCredentials;
  readonly resource: apimanagement.Backend;

  constructor(name: string, args: GatewayBackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayBackend", name, {}, opts);
    requireValid(this, "GatewayBackend", name, validateGatewayBackend(name, args));

    const { gateway, description, credentials } = args;
    this.backendId = name;
    this.credentials = credentials;
    this.authentication = authentication(name, credentials, gateway);
    this.resource = new apimanagement.Backend(
      `${name}-backend`,
      {
        ...placeOn(gateway),
        backendId: name,
        description,
        type: "Single",
        protocol: args.protocol ?? GATEWAY_BACKEND_DEFAULTS.protocol,
        url: httpsOnly(name, args.url),
        tls: { validateCertificateChain: true, validateCertificateName: true },
        credentials: storedCredentials(credentials),
        circuitBreaker: args.circuitBreaker && { rules: [circuitBreakerRule(args.circuitBreaker)] },
      },
      childOf(this, gateway, {
        dependsOn: credentials.kind === "header" ? [credentials.value.resource] : [],
      }),
    );
    gateway.inventory.add("backend", name, this.resource);
    this.registerOutputs({ backendId: this.backendId });
  }
}

/**
 * What a policy does, because azure-native's type of a backend cannot hold it; or, of a certificate, because Azure's holds
 * it and the gateway does not show it (https://learn.microsoft.com/answers/questions/5808706).
 */
function authentication(
  name: string,
  credentials: BackendCredentials,
  { caller }: GatewayReference,
): Statement<"inbound">[] {
  switch (credentials.kind) {
    case "managedIdentity":
      return [authenticationManagedIdentity({ resource: credentials.resource, clientId: caller.clientId })];
    case "oauth":
      return clientCredentialsToken(name, credentials);
    case "basic":
      return [
        authenticationBasic({
          username: credentials.username.reference,
          password: credentials.password.reference,
        }),
      ];
    case "certificate":
      return [authenticationCertificate({ certificateId: credentials.certificate.certificateId })];
    case "header":
    case "unauthenticated":
      return [];
  }
}

/** What the backend itself holds. */
function storedCredentials(credentials: BackendCredentials): apimanagement.BackendArgs["credentials"] {
  return credentials.kind === "header"
    ? { header: { [credentials.name]: [credentials.value.reference] } }
    : undefined;
}

function circuitBreakerRule({
  failures,
  interval,
  tripDuration,
  statusCodes = GATEWAY_BACKEND_DEFAULTS.statusCodes,
  acceptRetryAfter = GATEWAY_BACKEND_DEFAULTS.acceptRetryAfter,
}: CircuitBreaker) {
  return {
    name: "failures",
    tripDuration,
    acceptRetryAfter,
    failureCondition: {
      count: failures,
      interval,
      statusCodeRanges: statusCodes.map(([min, max]) => ({ min, max })),
    },
  };
}

/** Every problem of the arguments of a {@link GatewayBackend}. */
function validateGatewayBackend(name: string, args: GatewayBackendArgs): Issue[] {
  const { gateway, url, description, credentials, circuitBreaker } = args;
  return [
    ...checkId(gateway, "backend", name),
    ...checkServiceUrl("url", url),
    // https://learn.microsoft.com/rest/api/apimanagement/backend/create-or-update
    ...checkLength("description", description, "a backend's description", 2000),
    ...validateCredentials(credentials),
    ...(circuitBreaker ? validateCircuitBreaker(circuitBreaker, gateway) : []),
  ];
}

function validateCredentials(credentials: BackendCredentials): Issue[] {
  switch (credentials.kind) {
    case "unauthenticated":
      return checkReason(
        "credentials.because",
        credentials.because,
        "a service that anybody can call past the gateway",
        "choose other credentials",
      );
    case "header":
      // https://www.rfc-editor.org/rfc/rfc9110#name-field-names, which admits some punctuation that nobody uses
      return checkText("credentials.name", credentials.name, {
        what: "the name of a header",
        pattern: /^[A-Za-z0-9_-]+$/,
        words: "letters, digits, hyphens and underscores",
      });
    case "oauth":
      return checkHttps("credentials.tokenEndpoint", credentials.tokenEndpoint);
    case "basic":
    case "certificate":
    case "managedIdentity":
      return [];
  }
}

/** `PT1H30M`, `P1D` and the like, as Azure takes them. */
const DURATION = /^P(?!$)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?$/;

function validateCircuitBreaker(breaker: CircuitBreaker, gateway: GatewayReference): Issue[] {
  const issues: Issue[] = [];
  if (gateway.kind === "consumption") {
    issues.push({
      path: "circuitBreaker",
      rule: "the Consumption tier has no circuit breakers",
      fix: "leave it out, or choose another tier",
    });
  }
  for (const property of ["interval", "tripDuration"] as const) {
    if (!DURATION.test(breaker[property])) {
      issues.push({
        path: `circuitBreaker.${property}`,
        rule: "a duration is written by ISO 8601",
        received: received(breaker[property]),
        fix: "write e.g. PT30S or PT5M",
      });
    }
  }
  // The limit that the provider of Terraform has for the same property:
  // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/api_management_backend
  if (!Number.isInteger(breaker.failures) || breaker.failures < 1 || breaker.failures > 10_000) {
    issues.push({
      path: "circuitBreaker.failures",
      rule: "a circuit breaker trips after 1 to 10,000 failures",
      received: received(breaker.failures),
      fix: "give a whole number from 1 to 10,000",
    });
  }
  return [...issues, ...validateStatusCodes(breaker.statusCodes)];
}

/** https://learn.microsoft.com/rest/api/apimanagement/backend/create-or-update */
function validateStatusCodes(ranges: CircuitBreaker["statusCodes"]): Issue[] {
  if (ranges === undefined) return [];
  const issues: Issue[] = [];
  if (ranges.length < 1 || ranges.length > 10) {
    issues.push({
      path: "circuitBreaker.statusCodes",
      rule: "failures are told by 1 to 10 ranges of status codes",
      received: received(ranges.length),
      fix: "name those that matter, or leave it out for 500 to 599",
    });
  }
  for (const [index, range] of ranges.entries()) {
    const [from, to] = range;
    if (range.every(Number.isInteger) && from >= 200 && to <= 599 && from <= to) continue;
    issues.push({
      path: `circuitBreaker.statusCodes[${index}]`,
      rule: "a range of status codes lies within 200 to 599, the lower end first",
      received: received(range),
      fix: "write e.g. [500, 599]",
    });
  }
  return issues;
}
