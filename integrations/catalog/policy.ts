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

export interface CatalogPolicyArgs {
  readonly tokens: TokenAudience;
  readonly rateLimit: RateLimit;
}

const READING = { scopes: ["Catalog.Read"], roles: ["Catalog.Read.All"] };
const WRITING_REVIEWS = { scopes: ["Reviews.Write"], roles: ["Reviews.Write.All"] };

/** Every operation: a valid token of this tenant, whichever client shows it, and a limit for each client. */
export function catalogPolicy({ tokens, rateLimit }: CatalogPolicyArgs): PolicyDocument {
  return policyDocument({
    scope: "api",
    inbound: [requireToken(tokens), limitCaller(rateLimit)],
  });
}

/** What is asked each time. */
export function reading(tokens: TokenAudience): PolicyDocument {
  return permission(tokens, READING);
}

/**
 * What may be answered from the cache. The catalogue answers everybody alike, so that an answer to one client may be
 * given to the next: but only after the token has been looked at.
 *
 * @param seconds for which an answer is kept
 */
export function cachedReading(tokens: TokenAudience, seconds: number): PolicyDocument {
  return policyDocument({
    scope: "operation",
    inbound: [
      requirePermission(tokens, READING),
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
export function writingReviews(tokens: TokenAudience): PolicyDocument {
  return permission(tokens, WRITING_REVIEWS);
}
