import {
  base,
  cors,
  policyDocument,
  requireToken,
  type PolicyDocument,
  type TokenAudience,
} from "../../policies/gateway";
import type { RateLimit } from "../../settings/parts";
import { limitCaller } from "../policies";

export interface OrdersPolicyArgs extends TokenAudience {
  readonly rateLimit: RateLimit;
  /** Origins of browser clients, the developer portal among them, e.g. `https://shop.contoso.com`. */
  readonly origins: readonly string[];
}

/** Every operation: scripts of known origins only, a valid token of this tenant, a limit for each client. */
export function ordersPolicy({ rateLimit, origins, ...token }: OrdersPolicyArgs): PolicyDocument {
  return policyDocument({
    scope: "api",
    inbound: [
      // The first CORS policy is the one that is executed: before that of all APIs, which admits the portal alone
      // (https://learn.microsoft.com/azure/api-management/enable-cors-developer-portal).
      cors({
        allowedOrigins: origins,
        terminateUnmatchedRequest: true,
        allowedMethods: { methods: ["GET", "POST"] },
        allowedHeaders: [
          "Authorization",
          // The portal's test console sends it always.
          "Cache-Control",
          "Content-Type",
          "Idempotency-Key",
          "Ocp-Apim-Subscription-Key",
        ],
      }),
      base(),
      requireToken(token),
      limitCaller(rateLimit, { remainingCallsHeaderName: "X-RateLimit-Remaining" }),
    ],
  });
}
