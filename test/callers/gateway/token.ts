import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";
import { issuerOf, type Metadata } from "../entra";
import { textLists, type ClrObject } from "./csharp";
import { attributesOf, childrenOf, type PolicyElement } from "./policy";

/** Why a token is refused, as context.LastError.Reason has it: https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies#predefined-errors-for-policies */
export type TokenProblem =
  | "TokenNotPresent"
  | "TokenSignatureInvalid"
  | "TokenSignatureKeyNotFound"
  | "TokenAudienceNotAllowed"
  | "TokenIssuerNotAllowed"
  | "TokenExpired"
  | "TokenClaimNotFound"
  | "TokenClaimValueNotAllowed"
  /** Whatever else is wrong with it. */
  | "JwtInvalid";

/** What a token is checked by. */
export interface TokenRules {
  /** Who signs it. */
  readonly keys: JWTVerifyGetKey;
  readonly issuers: readonly string[];
  /** Of which it names one. @default whatever it names */
  readonly audiences?: readonly string[];
  /** Of which it names one as the client, by `azp` or `appid`. @default whatever it names */
  readonly clients?: readonly string[];
  readonly requiredClaims: readonly RequiredClaim[];
  /** Seconds by which clocks may differ. */
  readonly clockSkew: number;
}

interface RequiredClaim {
  readonly name: string;
  readonly values: readonly string[];
  readonly match: "all" | "any";
  readonly separator: string | undefined;
}

/** Where a policy takes the token from, and what it does about it. */
const TOKEN_ATTRIBUTES = [
  "header-name",
  "query-parameter-name",
  "failed-validation-httpcode",
  "failed-validation-error-message",
  "output-token-variable-name",
] as const;

/** What an element's attributes and texts evaluate to, and where documents of OpenID Connect are found. */
export interface RuleSources {
  readonly text: (text: string) => string;
  readonly metadata: (url: string) => Metadata | undefined;
}

/**
 * https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy: tokens of one tenant, whichever version
 * they have (https://learn.microsoft.com/entra/identity-platform/access-tokens#token-formats). The page says nothing of
 * clocks; that of validate-jwt says 0 seconds.
 */
export function entraRules(element: PolicyElement, { text, metadata }: RuleSources): TokenRules {
  const tenantId = text(attributesOf(element, ["tenant-id", ...TOKEN_ATTRIBUTES])["tenant-id"] ?? "");
  if (!/^[0-9a-f-]{36}$/i.test(tenantId))
    throw new Error(`the tenant ${tenantId} is not known here by its id`);
  const children = childrenOf(element, ["client-application-ids", "audiences", "required-claims"]);
  return {
    keys: metadataAt(
      `https://login.microsoftonline.com/${tenantId}/v2.0/.well-known/openid-configuration`,
      metadata,
    ).keys,
    issuers: [issuerOf(tenantId, 1), issuerOf(tenantId, 2)],
    clients: textsIn(children["client-application-ids"], "application-id", text),
    audiences: textsIn(children.audiences, "audience", text),
    requiredClaims: requiredClaims(children["required-claims"], text),
    clockSkew: 0,
  };
}

/** https://learn.microsoft.com/azure/api-management/validate-jwt-policy: tokens of whoever the documents name. */
export function jwtRules(element: PolicyElement, { text, metadata }: RuleSources): TokenRules {
  const attributes = attributesOf(element, [
    "clock-skew",
    "require-expiration-time",
    "require-scheme",
    "require-signed-tokens",
    ...TOKEN_ATTRIBUTES,
  ]);
  for (const name of ["require-expiration-time", "require-signed-tokens"] as const) {
    if (attributes[name] !== undefined && text(attributes[name]) !== "true") {
      throw new Error(`<validate-jwt> is not known here without ${name}`);
    }
  }
  const children = childrenOf(element, ["openid-config", "issuers", "audiences", "required-claims"]);
  const [document, another] = children["openid-config"].map((one) =>
    metadataAt(text(attributesOf(one, ["url"]).url ?? ""), metadata),
  );
  if (document === undefined || another !== undefined) {
    throw new Error("<validate-jwt> is known here with one <openid-config>");
  }
  return {
    keys: document.keys,
    issuers: textsIn(children.issuers, "issuer", text) ?? [document.issuer],
    audiences: textsIn(children.audiences, "audience", text),
    requiredClaims: requiredClaims(children["required-claims"], text),
    clockSkew: Number(text(attributes["clock-skew"] ?? "0")),
  };
}

function metadataAt(url: string, metadata: RuleSources["metadata"]): Metadata {
  const found = metadata(url);
  if (found === undefined) throw new Error(`nothing of OpenID Connect stands at ${url}`);
  return found;
}

/** The texts of a list, where there is one. */
function textsIn(
  [list]: readonly PolicyElement[],
  name: string,
  text: RuleSources["text"],
): readonly string[] | undefined {
  return list && childrenOf(list, [name])[name]?.map((one) => text(one.text));
}

function requiredClaims([list]: readonly PolicyElement[], text: RuleSources["text"]): RequiredClaim[] {
  return (list === undefined ? [] : childrenOf(list, ["claim"]).claim).map((claim) => {
    const { name = "", match = "all", separator } = attributesOf(claim, ["name", "match", "separator"]);
    if (match !== "all" && match !== "any")
      throw new Error(`the match ${match} of a claim is not known here`);
    return { name, match, separator, values: textsIn([claim], "value", text) ?? [] };
  });
}

/** Checks a token: its claims, or what is wrong with it. */
export async function checkToken(
  token: string,
  rules: TokenRules,
  now: Date,
): Promise<JWTPayload | TokenProblem> {
  try {
    const { payload } = await jwtVerify(token, rules.keys, {
      // Those of the page of validate-jwt that an OpenID Connect document gives keys for.
      algorithms: ["PS256", "RS256", "RS512"],
      issuer: [...rules.issuers],
      ...(rules.audiences && { audience: [...rules.audiences] }),
      requiredClaims: ["exp"],
      clockTolerance: rules.clockSkew,
      currentDate: now,
    });
    const { clients } = rules;
    if (clients && ![payload.azp, payload.appid].some((client) => clients.some((one) => one === client))) {
      return "TokenClaimValueNotAllowed";
    }
    return rules.requiredClaims.map((claim) => claimProblem(claim, payload)).find(Boolean) ?? payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return problemOf(error);
    throw error;
  }
}

function claimProblem(
  { name, values, match, separator }: RequiredClaim,
  payload: JWTPayload,
): TokenProblem | undefined {
  const claimed = valuesOf(payload[name])?.flatMap((value) =>
    separator === undefined ? [value] : value.split(separator),
  );
  if (claimed === undefined) return "TokenClaimNotFound";
  const has = (value: string) => claimed.includes(value);
  return (match === "all" ? values.every(has) : values.some(has)) ? undefined : "TokenClaimValueNotAllowed";
}

function problemOf(error: errors.JOSEError): TokenProblem {
  if (error instanceof errors.JWTExpired) return "TokenExpired";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "TokenSignatureInvalid";
  if (error instanceof errors.JWKSNoMatchingKey) return "TokenSignatureKeyNotFound";
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "iss") return "TokenIssuerNotAllowed";
    if (error.claim === "aud") return "TokenAudienceNotAllowed";
  }
  return "JwtInvalid";
}

function valuesOf(claim: unknown): readonly string[] | undefined {
  if (claim === undefined || claim === null) return undefined;
  return (Array.isArray(claim) ? claim : [claim]).map(String);
}

/** A token as expressions see it: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables */
export function jwtOf(payload: JWTPayload): ClrObject {
  const claims = textLists("Jwt.Claims", (name) => valuesOf(payload[name]));
  return { type: "Jwt", members: { Claims: () => claims } };
}
