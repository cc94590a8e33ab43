import {
  policyDocument,
  requirePermission,
  requireToken,
  validateClientCertificate,
  type PolicyDocument,
  type TokenAudience,
} from "../../policies/gateway";
import type { RateLimit } from "../../settings/parts";
import { limitCaller } from "../policies";

export interface BillingPolicyArgs {
  readonly tokens: TokenAudience;
  readonly rateLimit: RateLimit;
  /** Distinguished name of the authority that issues the clients' certificates. @default the token is enough */
  readonly clientIssuer?: string;
}

const MANAGING = { scopes: ["Invoices.Manage"], roles: ["Invoices.Manage.All"] };

/**
 * Every operation: where it is asked for, a certificate that a known authority issued; a valid token of this tenant,
 * whichever client shows it, that may keep the books; a limit for each client.
 */
export function billingPolicy({ tokens, rateLimit, clientIssuer }: BillingPolicyArgs): PolicyDocument {
  return policyDocument({
    scope: "api",
    inbound: [
      ...(clientIssuer === undefined
        ? []
        : [
            validateClientCertificate({
              validateRevocation: true,
              validateTrust: true,
              validateNotBefore: true,
              validateNotAfter: true,
              ignoreError: false,
              identities: [{ issuerSubject: clientIssuer }],
            }),
          ]),
      requireToken(tokens),
      // Azure gives the operations of a WSDL new ids at every import, so that one permission stands for all of them.
      requirePermission(tokens, MANAGING),
      limitCaller(rateLimit),
    ],
  });
}
