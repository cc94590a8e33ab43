import {
  CALLER,
  policyDocument,
  rateLimitByKey,
  requirePermission,
  type PolicyDocument,
  type Statement,
} from "../policies/gateway";
import type { RateLimit } from "../settings/parts";

/** One operation: the token has the scope or the app role that it asks for. */
export function permission(scope: string, role: string): PolicyDocument {
  return policyDocument({ scope: "operation", inbound: [requirePermission(scope, role)] });
}

/** A limit for each client, behind `requireToken`. */
export function limitCaller(
  { calls, perSeconds }: RateLimit,
  more: { readonly remainingCallsHeaderName?: string } = {},
): Statement<"inbound"> {
  return rateLimitByKey({ calls, renewalPeriod: perSeconds, counterKey: CALLER, ...more });
}
