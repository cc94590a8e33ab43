import { received } from "../../validation/issue";
import { nearest } from "../../validation/nearest";
import { AzureError } from "./errors";

const OPERATIONS = ["create", "update", "delete", "read"] as const;

/** Something that goes wrong in Azure on purpose. */
export interface Fault {
  /** Pulumi's type token, e.g. `azure-native:apimanagement:Api`. */
  readonly token: string;
  readonly operation: (typeof OPERATIONS)[number];
  /** Azure's error code, e.g. `PessimisticConcurrencyConflict`. */
  readonly code: string;
  /** HTTP status. @default that of the code in {@link FAULT_STATUS}; 500 for one that is not there */
  readonly status?: number;
  /** @default a sentence that says that it was injected */
  readonly message?: string;
  /** How many requests it strikes; `Infinity` for ever. @default 1 */
  readonly times?: number;
  /**
   * Whether Azure accepts the write first and fails then: what was written exists, with provisioning state `Failed`.
   *
   * @default false
   */
  readonly accepted?: boolean;
  /** Strikes only ids that contain this, without regard to case. @default every id of the type */
  readonly match?: string;
}

/**
 * HTTP status of the error codes that a fault on the command line may name.
 *
 * Sources: learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors,
 * learn.microsoft.com/graph/errors, Azure/apiops issues 379 and 497.
 */
export const FAULT_STATUS: Readonly<Record<string, number>> = {
  ActivationFailed: 500,
  AnotherOperationInProgress: 409,
  AuthorizationFailed: 403,
  Conflict: 409,
  GatewayTimeout: 504,
  InternalServerError: 500,
  InvalidParameter: 400,
  ManagementApiRequestFailed: 422,
  MissingSubscriptionRegistration: 409,
  PessimisticConcurrencyConflict: 409,
  PrincipalNotFound: 400,
  QuotaExceeded: 403,
  RequestDisallowedByPolicy: 403,
  Request_ResourceNotFound: 404,
  ResourceNotFound: 404,
  ScopeLocked: 409,
  ServiceUnavailable: 503,
  SkuNotAvailable: 409,
  TooManyRequests: 429,
};

/** The form that {@link parseFault} reads. */
const FORM = "TYPE:OPERATION:CODE[:accepted][:TIMES]";
const EXAMPLE = "azure-native:apimanagement:Api:create:PessimisticConcurrencyConflict:2";

/**
 * Reads a fault from the command line: `TYPE:OPERATION:CODE[:accepted][:TIMES]`, where TYPE is Pulumi's type token
 * (three parts) and TIMES a number or `always`, e.g.
 * `azure-native:apimanagement:ApiManagementService:create:ActivationFailed:accepted`.
 *
 * @throws Error that says what is wrong with it, and how to write it
 */
export function parseFault(text: string): Fault {
  const [provider = "", module = "", type = "", operation = "", code = "", ...options] = text.split(":");
  const problems: string[] = [];
  if (!/^azure(-native|ad)$/.test(provider) || module === "" || type === "") {
    problems.push("TYPE is a type token of azure-native or azuread, e.g. azure-native:dns:Zone");
  }
  const known = OPERATIONS.find((name) => name === operation);
  if (known === undefined) problems.push(`OPERATION is one of ${OPERATIONS.join(", ")}`);
  const status = FAULT_STATUS[code];
  if (status === undefined) {
    const guess = nearest(code, Object.keys(FAULT_STATUS));
    problems.push(
      guess === undefined
        ? `CODE is one of ${Object.keys(FAULT_STATUS).join(", ")}`
        : `CODE is not known; did you mean ${guess}?`,
    );
  }
  const accepted = options[0] === "accepted";
  const [count, ...rest] = accepted ? options.slice(1) : options;
  if (accepted && known === "read") problems.push("only a write can be accepted first: leave :accepted out");
  const times = count === undefined ? 1 : count === "always" ? Infinity : Number(count);
  if (rest.length > 0 || !(times === Infinity || Number.isInteger(times)) || times < 1) {
    problems.push("after CODE there is nothing but :accepted and a number from 1, or always");
  }
  if (known === undefined || problems.length > 0) {
    throw new Error(
      `${received(text)} is not a fault: ${problems.join("; ")}.\n  fix: write ${FORM}, e.g. ${EXAMPLE}`,
    );
  }
  return { token: `${provider}:${module}:${type}`, operation: known, code, times, accepted };
}

/** Holds faults until they have struck as often as they should. */
export class Faults {
  private readonly pending: { readonly fault: Fault; left: number }[] = [];

  constructor(faults: readonly Fault[]) {
    for (const fault of faults) this.add(fault);
  }

  add(fault: Fault): void {
    this.pending.push({ fault, left: fault.times ?? 1 });
  }

  /** The fault that strikes this request, if any: it counts as one time. */
  take(token: string, operation: Fault["operation"], id: string): Fault | undefined {
    const found = this.pending.find(
      ({ fault, left }) =>
        left > 0 &&
        fault.token === token &&
        fault.operation === operation &&
        id.toLowerCase().includes((fault.match ?? "").toLowerCase()),
    );
    if (found === undefined) return undefined;
    found.left -= 1;
    return found.fault;
  }
}

/** What Azure answers where a fault strikes. */
export function faultError(fault: Fault): AzureError {
  const status = fault.status ?? FAULT_STATUS[fault.code] ?? 500;
  const message = fault.message ?? `Injected fault: ${fault.operation} of ${fault.token} fails.`;
  return new AzureError(status, fault.code, message);
}
