import {
  CALLER,
  cors,
  policyDocument,
  rateLimitByKey,
  requirePermission,
  requireToken,
  type PolicyDocument,
  type TokenAudience,
} from "../../policies/gateway";
import type { RateLimit } from "../../settings/parts";

export interface OrdersPolicyArgs extends TokenAudience {
  readonly rateLimit: RateLimit;
  /** Origins of browser clients, e.g. `https://shop.contoso.com`. */
  readonly origins: readonly string[];
}

/** Every operation: scripts of known origins only, a valid token of this tenant, a limit for each client. */
export function ordersPolicy({ rateLimit, origins, ...token }: OrdersPolicyArgs): PolicyDocument {
  return policyDocument({
    scope: "api",
    inbound: [
      cors({
        allowedOrigins: origins,
        terminateUnmatchedRequest: true,
        allowedMethods: { methods: ["GET", "POST"] },
        allowedHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "Ocp-Apim-Subscription-Key"],
      }),
      requireToken(token),
      rateLimitByKey({
        calls: rateLimit.calls,
        renewalPeriod: rateLimit.perSeconds,
        counterKey: CALLER,
        remainingCallsHeaderName: "X-RateLimit-Remaining",
      }),
    ],
  });
}

/** One operation: the token has the scope or the app role that it asks for. */
export function permission(scope: string, role: string): PolicyDocument {
  return policyDocument({ scope: "operation", inbound: [requirePermission(scope, role)] });
}
