import {
  CALLER,
  policyDocument,
  rateLimitByKey,
  requirePermission,
  type Permission,
  type PolicyDocument,
  type Statement,
  type TokenAudience,
} from "../policies/gateway";
import type { RateLimit } from "../settings/parts";

/** One operation: the token has a scope or an app role that it asks for. */
export function permission(tokens: TokenAudience, permission: Permission): PolicyDocument {
  return policyDocument({ scope: "operation", inbound: [requirePermission(tokens, permission)] });
}

/** A limit for each client, behind `requireToken`. */
export function limitCaller(
  { calls, perSeconds }: RateLimit,
  more: { readonly remainingCallsHeaderName?: string } = {},
): Statement<"inbound"> {
  return rateLimitByKey({ calls, renewalPeriod: perSeconds, counterKey: CALLER, ...more });
}
