import type { Input } from "@pulumi/pulumi";
import { GUID } from "../../validation/guid";
import { formatIssues, received, receivedUrl, type Issue } from "../../validation/issue";
import { nearest } from "../../validation/nearest";
import { answerProblem } from "./problem";
import type { OptionsOf, Statement } from "./statement";
import { choose, validateAzureAdToken, validateJwt } from "./statements";
import { expression } from "./value";

/** Variable in which {@link requireToken} and {@link requireTokenOf} keep the token. */
const TOKEN = "token";
const CLAIMS = `((Jwt)context.Variables["${TOKEN}"]).Claims`;

/** Where the token is, how a request without a valid one is refused, and where the token is kept. */
const BEARER = {
  headerName: "Authorization",
  failedValidationHttpcode: 401,
  failedValidationErrorMessage: "A valid token is required",
  outputTokenVariableName: TOKEN,
} as const;

/** A claim that a token must hold, beside those that are always looked at. */
export type RequiredClaim = NonNullable<OptionsOf<"validate-jwt">["requiredClaims"]>[number];

/** What tokens are admitted, whoever issues them. */
interface AdmittedTokens {
  /** Of which a token names one as the API that it is for; at least one. */
  readonly audiences: readonly Input<string>[];
  /** Application ids of the clients that may call; at least one. `@default` any to which the issuer gives a token for the API */
  readonly clients?: readonly Input<string>[];
  /** `@default` none */
  readonly requiredClaims?: readonly RequiredClaim[];
  /** Scopes that the API declares: {@link requirePermission} asks for no other. */
  readonly scopes: readonly string[];
  /** App roles that the API declares: {@link requirePermission} asks for no other. */
  readonly roles: readonly string[];
}

/** Tokens that Entra ID issues for an API; a registration makes it of what it is. */
export interface TokenAudience extends AdmittedTokens {
  /** Directory (tenant) id, and no other name: tokens of other tenants are refused. */
  readonly tenantId: Input<string>;
  /** Version of the tokens that the API's registration asks for; those of the other version are refused. */
  readonly version: 1 | 2;
}

/** Tokens of any other OpenID Connect provider: External ID, Azure AD B2C, one that is not Microsoft's. */
export interface TokenIssuer extends AdmittedTokens {
  /**
   * Address of the provider's discovery document, https, from which the gateway takes the keys that sign, e.g.
   * `https://contoso.ciamlogin.com/<tenant id>/v2.0/.well-known/openid-configuration`.
   */
  readonly openIdConfigurationUrl: Input<string>;
  /** Of which a token names one as who issued it, as the discovery document does by `issuer`; at least one. */
  readonly issuers: readonly Input<string>[];
  /** Claim that names the client. RFC 9068 calls it `client_id`. `@default "azp"` */
  readonly clientClaim?: ClientClaim;
  /** Seconds by which the provider's clock may differ, added to the life of every token. `@default 0` */
  readonly clockSkewSeconds?: number;
}

/**
 * Claims that name the client of an access token: `azp` in Entra ID's of version 2, `appid` in those of version 1
 * (https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference), `client_id` by
 * https://www.rfc-editor.org/rfc/rfc9068#section-2.2. No issuer writes two of them.
 */
const CLIENT_CLAIMS = ["azp", "appid", "client_id"] as const;

type ClientClaim = (typeof CLIENT_CLAIMS)[number];

/**
 * Refuses a request without a valid token of Entra ID for this audience with 401; stands before
 * {@link requirePermission} and {@link CALLER}.
 *
 * Azure looks at signature, tenant and life of the token by itself. Its version is a claim of every access token
 * (https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference): the claims of one version mean nothing
 * in the other.
 *
 * @throws RangeError when the tenant is known and not named by its id, of which `common` would let everybody's in, or a list
 * is empty
 * @see https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy
 */
export function requireToken({
  tenantId,
  version,
  audiences,
  clients,
  requiredClaims = [],
}: TokenAudience): Statement<"inbound"> {
  refuse("requireToken", [
    ...(typeof tenantId === "string" && !GUID.pattern.test(tenantId)
      ? [
          {
            path: "tenantId",
            rule: `the id of a tenant has ${GUID.words}`,
            received: received(tenantId),
            fix: "write it as `az account show --query tenantId` prints it",
          },
        ]
      : []),
    ...checkLists({ audiences, clients }),
  ]);
  return validateAzureAdToken({
    tenantId,
    ...BEARER,
    clientApplicationIds: clients,
    audiences,
    requiredClaims: [{ name: "ver", match: "all", values: [`${version}.0`] }, ...requiredClaims],
  });
}

/**
 * Refuses a request without a valid token of this issuer with 401; as {@link requireToken}, for who is not Entra ID.
 *
 * @throws RangeError when the address of the discovery document is known and not https, a list is empty, or the clock skew
 * is negative
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy
 */
export function requireTokenOf({
  openIdConfigurationUrl,
  issuers,
  audiences,
  clients,
  clientClaim = "azp",
  requiredClaims = [],
  clockSkewSeconds = 0,
}: TokenIssuer): Statement<"inbound"> {
  const issues = checkLists({ audiences, issuers, clients });
  if (typeof openIdConfigurationUrl === "string" && !/^https:\/\//i.test(openIdConfigurationUrl)) {
    issues.push({
      path: "openIdConfigurationUrl",
      rule: "the keys that sign tokens come by https, or whoever is on the way could sign",
      received: receivedUrl(openIdConfigurationUrl),
      fix: "write the https address of the provider's discovery document",
    });
  }
  if (!Number.isInteger(clockSkewSeconds) || clockSkewSeconds < 0) {
    issues.push({
      path: "clockSkewSeconds",
      rule: "a clock skew is a whole number of seconds from 0",
      received: received(clockSkewSeconds),
      fix: "leave it out, or write e.g. 30",
    });
  }
  refuse("requireTokenOf", issues);
  const claims: readonly RequiredClaim[] = [
    ...(clients ? [{ name: clientClaim, match: "any" as const, values: clients }] : []),
    ...requiredClaims,
  ];
  return validateJwt({
    ...BEARER,
    requireExpirationTime: true,
    requireScheme: "Bearer",
    requireSignedTokens: true,
    clockSkew: clockSkewSeconds,
    openidConfigs: [{ url: openIdConfigurationUrl }],
    audiences,
    issuers,
    requiredClaims: claims.length > 0 ? claims : undefined,
  });
}

/** A list that is given names at least one: a claim without values admits whatever a token has there. */
function checkLists(lists: Readonly<Record<string, readonly unknown[] | undefined>>): Issue[] {
  return Object.entries(lists)
    .filter(([, values]) => values?.length === 0)
    .map(([path]) => ({
      path,
      rule: `${path} are at least one, where they are given`,
      received: received([]),
      fix: path === "clients" ? "name one, or leave clients out to admit them all" : "name one",
    }));
}

/** The text of the first of these claims that a token has. */
function claim(names: readonly string[], otherwise: string): string {
  return names.reduceRight(
    (rest, name) => `${CLAIMS}.GetValueOrDefault("${name}", ${rest})`,
    `"${otherwise}"`,
  );
}

/** Client id of the application that calls: what limits and logs count by. */
export const CALLER = expression(claim(CLIENT_CLAIMS, "unknown"));

/** What a caller may hold, of which any one is enough. */
export interface Permission {
  /** Where a user signed in: the client has one of these. `@default` none will do */
  readonly scopes?: readonly string[];
  /** Where a service calls for itself, or a user has it: one of these. `@default` none will do */
  readonly roles?: readonly string[];
}

/**
 * Refuses a token with 403 that has none of the scopes and none of the app roles. Several that must all be there are
 * several of these.
 *
 * @param tokens those that were required: what they declare is all that can be asked for
 * @throws RangeError when nothing is asked for, or what the API does not declare: no token would ever have it
 */
export function requirePermission(
  tokens: TokenAudience | TokenIssuer,
  { scopes = [], roles = [] }: Permission,
): Statement<"inbound"> {
  refuse("requirePermission", [
    ...(scopes.length + roles.length === 0
      ? [
          {
            path: "scopes",
            rule: "a permission names a scope or a role",
            fix: "name one, or leave the permission out",
          },
        ]
      : []),
    ...undeclared("scopes", scopes, tokens.scopes),
    ...undeclared("roles", roles, tokens.roles),
  ]);
  // Scopes are one text with spaces; roles are a list, which GetValueOrDefault would join by commas
  // (https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables). What Microsoft
  // calls `scp` is `scope` by https://www.rfc-editor.org/rfc/rfc9068#section-2.2.3.
  const held = claim("issuers" in tokens ? ["scp", "scope"] : ["scp"], "");
  const granted = [
    ...scopes.map((scope) => `${held}.Split(' ').Contains(${JSON.stringify(scope)})`),
    ...roles.map(
      (role) => `${CLAIMS}.ContainsKey("roles") && ${CLAIMS}["roles"].Contains(${JSON.stringify(role)})`,
    ),
  ].join(" || ");
  const wanted = [...scopes.map((scope) => `scope ${scope}`), ...roles.map((role) => `role ${role}`)];
  return choose([
    {
      when: expression(`!(${granted})`),
      then: [answerProblem(403, "Forbidden", `The ${wanted.join(" or the ")} is required`)],
    },
  ]);
}

function undeclared(path: string, asked: readonly string[], declared: readonly string[]): Issue[] {
  return asked
    .filter((value) => !declared.includes(value))
    .map((value) => {
      const near = nearest(value, declared);
      return {
        path,
        rule: declared.length > 0 ? `the API declares ${declared.join(", ")}` : "the API declares none",
        received: received(value),
        fix:
          near === undefined
            ? "declare it in the API's registration, or ask for one that is"
            : `write ${near}`,
      };
    });
}

function refuse(what: string, issues: readonly Issue[]): void {
  if (issues.length > 0) throw new RangeError(formatIssues(`${what} is not valid`, issues));
}
