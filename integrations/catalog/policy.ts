import {
  cacheLookup,
  cacheStore,
  policyDocument,
  requirePermission,
  requireToken,
  type PolicyDocument,
  type TokenAudience,
} from "../../policies/gateway";
import type { RateLimit } from "../../settings/parts";
import { limitCaller, permission } from "../policies";

export interface CatalogPolicyArgs extends TokenAudience {
  readonly rateLimit: RateLimit;
}

/** Every operation: a valid token of this tenant, and a limit for each client. */
export function catalogPolicy({ rateLimit, ...token }: CatalogPolicyArgs): PolicyDocument {
  return policyDocument({
    scope: "api",
    inbound: [requireToken(token), limitCaller(rateLimit)],
  });
}

/** What is asked each time. */
export function reading(): PolicyDocument {
  return permission("Catalog.Read", "Catalog.Read.All");
}

/**
 * What may be answered from the cache. The catalogue answers everybody alike, so that an answer to one client may be
 * given to the next: but only after the token has been looked at.
 *
 * @param seconds for which an answer is kept
 */
export function cachedReading(seconds: number): PolicyDocument {
  return policyDocument({
    scope: "operation",
    inbound: [
      requirePermission("Catalog.Read", "Catalog.Read.All"),
      cacheLookup({
        varyByDeveloper: false,
        varyByDeveloperGroups: false,
        allowPrivateResponseCaching: true,
        downstreamCachingType: "none",
        varyByHeaders: ["Accept", "Accept-Language"],
      }),
    ],
    outbound: [cacheStore({ duration: seconds })],
  });
}

/** What a signed-in user writes, or a service for its users. */
export function writingReviews(): PolicyDocument {
  return permission("Reviews.Write", "Reviews.Write.All");
}
