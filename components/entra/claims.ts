import type * as azuread from "@pulumi/azuread";
import type { Issue } from "../../validation/issue";

/** Source: https://learn.microsoft.com/entra/identity-platform/optional-claims-reference */
type Claim =
  | "acct"
  | "acrs"
  | "auth_time"
  | "ctry"
  | "email"
  | "family_name"
  | "fwd"
  | "given_name"
  | "in_corp"
  | "ipaddr"
  | "login_hint"
  | "onprem_sid"
  | "pwd_exp"
  | "pwd_url"
  | "sid"
  | "tenant_ctry"
  | "tenant_region_scope"
  | "upn"
  | "verified_primary_email"
  | "verified_secondary_email"
  | "vnet"
  | "xms_cc"
  | "xms_edov"
  | "xms_pdl"
  | "xms_pl"
  | "xms_tpl";

/**
 * Claims that tokens carry only where they are asked for
 * (https://learn.microsoft.com/entra/identity-platform/optional-claims-reference). `email` and `upn` may change hands:
 * authorize nobody by them.
 */
export interface TokenClaims {
  /** In access tokens for this API; `idtyp` tells those of applications from those of users. @default none */
  readonly accessToken?: readonly (Claim | "idtyp")[];
  /** In ID tokens for this client. @default none */
  readonly idToken?: readonly Claim[];
  /**
   * Object ids of the user's groups: those that are assigned to this application, or every security group. A user in more
   * than 200 groups gets none of them, but an address to ask at.
   *
   * @default none
   */
  readonly groups?: "assigned" | "security";
}

const GROUPS = { assigned: "ApplicationGroup", security: "SecurityGroup" } as const;

/** What Entra ID is asked to put into tokens. */
export function claimsArgs({
  accessToken = [],
  idToken = [],
  groups,
}: TokenClaims): Pick<azuread.ApplicationArgs, "optionalClaims" | "groupMembershipClaims"> {
  return {
    optionalClaims: {
      accessTokens: accessToken.map((name) => ({ name })),
      idTokens: idToken.map((name) => ({ name })),
    },
    ...(groups && { groupMembershipClaims: [GROUPS[groups]] }),
  };
}

/** Every problem of the claims. */
export function validateClaims({ accessToken = [], idToken = [] }: TokenClaims): Issue[] {
  return Object.entries({ accessToken, idToken }).flatMap(([token, claims]) =>
    claims.includes("xms_edov") && !claims.includes("email")
      ? [
          {
            path: `claims.${token}`,
            rule: "the claim xms_edov says something of the claim email",
            fix: "ask for email too, or leave xms_edov out",
          },
        ]
      : [],
  );
}
