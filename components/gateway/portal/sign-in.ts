import type * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { GUID } from "../../../validation/guid";
import { received, type Issue } from "../../../validation/issue";
import { CLIENT_ID } from "../../entra/permissions";
import { checkKnownText, checkReason, checkText } from "../../validation";
import type { Place } from "../child";
import { AUTHORITY, B2C_TENANT, USER_FLOW } from "./rules";
import { PORTAL_SIGN_IN_RULE, TIERS, type GatewayTier } from "../tier";

/** How developers come into the portal. An instance has one of these beside invited users. */
export type PortalSignIn = EntraSignIn | B2cSignIn | PasswordSignIn;

/** A registration with which the portal signs developers in. */
interface PortalRegistration {
  /** Its client id; single-page, with {@link signInAddress} among its redirect URIs. */
  readonly clientId: pulumi.Input<string>;
  /** Azure asks for one although a single-page application needs none. It ends: renew it before. */
  readonly clientSecret: pulumi.Output<string>;
}

/**
 * Microsoft Entra ID. Guests, and whoever signs up by a user flow of External ID in the same (workforce) tenant, come in
 * by it as well: the flow is the tenant's, and nothing is different here
 * (https://learn.microsoft.com/azure/api-management/api-management-howto-entra-external-id).
 */
export interface EntraSignIn extends PortalRegistration {
  readonly kind: "entra";
  /** Id of the tenant whose users sign in. */
  readonly tenantId: string;
}

/**
 * Azure AD B2C, for who has a tenant of it: since May 2025 nobody new gets one
 * (https://learn.microsoft.com/azure/api-management/api-management-howto-aad-b2c).
 */
export interface B2cSignIn extends PortalRegistration {
  readonly kind: "b2c";
  /** E.g. `contoso.onmicrosoft.com`. */
  readonly tenantDomain: string;
  /** Where it signs users in, e.g. `contoso.b2clogin.com`. */
  readonly authority: string;
  /** User flows by their names, e.g. `B2C_1_signin`. */
  readonly flows: {
    readonly signIn: string;
    readonly signUp: string;
    readonly editProfile?: string;
    readonly resetPassword?: string;
  };
}

/** A user name and a password that API Management keeps: for tiers that have nothing better. */
export interface PasswordSignIn {
  readonly kind: "password";
  /** Why passwords are right here. */
  readonly because: string;
}

/** What Azure calls who signs developers in. */
const PROVIDERS = { entra: "aad", b2c: "aadB2C" } as const;

type ProviderArgs = Omit<apimanagement.IdentityProviderArgs, keyof Place>;

/** What Azure is told of who signs developers in. */
export function providerArgs(signIn: EntraSignIn | B2cSignIn): ProviderArgs {
  return {
    identityProviderName: PROVIDERS[signIn.kind],
    type: PROVIDERS[signIn.kind],
    clientId: signIn.clientId,
    clientSecret: pulumi.secret(signIn.clientSecret),
    ...publishedSignIn(signIn),
  };
}

/** What of {@link providerArgs} the published portal works with, beside the client's id. */
export function publishedSignIn(signIn: PortalSignIn) {
  switch (signIn.kind) {
    case "password":
      return {};
    case "entra":
      return {
        // The one before was switched off in September 2025:
        // https://learn.microsoft.com/azure/api-management/breaking-changes/identity-provider-adal-retirement-sep-2025
        clientLibrary: "MSAL-2",
        authority: "login.microsoftonline.com",
        signinTenant: signIn.tenantId,
        allowedTenants: [signIn.tenantId],
      };
    case "b2c":
      return {
        clientLibrary: "MSAL-2",
        authority: signIn.authority,
        signinTenant: signIn.tenantDomain,
        allowedTenants: [signIn.tenantDomain],
        signinPolicyName: signIn.flows.signIn,
        signupPolicyName: signIn.flows.signUp,
        profileEditingPolicyName: signIn.flows.editProfile,
        passwordResetPolicyName: signIn.flows.resetPassword,
      };
  }
}

/** Every problem of how developers sign in. */
export function validateSignIn(signIn: PortalSignIn, tier: GatewayTier["name"]): Issue[] {
  const issues: Issue[] =
    signIn.kind === "password" || TIERS[tier].portalSignIn
      ? []
      : [{ path: "signIn.kind", ...PORTAL_SIGN_IN_RULE, received: received(signIn.kind) }];
  switch (signIn.kind) {
    case "entra":
      return [
        ...issues,
        ...checkKnownText("signIn.clientId", signIn.clientId, CLIENT_ID),
        ...checkText("signIn.tenantId", signIn.tenantId, { what: "the id of a tenant", ...GUID }),
      ];
    case "b2c":
      return [
        ...issues,
        ...checkKnownText("signIn.clientId", signIn.clientId, CLIENT_ID),
        ...checkText("signIn.tenantDomain", signIn.tenantDomain, B2C_TENANT),
        ...checkText("signIn.authority", signIn.authority, AUTHORITY),
        ...Object.entries<string | undefined>({ ...signIn.flows }).flatMap(([flow, name]) =>
          name === undefined ? [] : checkText(`signIn.flows.${flow}`, name, USER_FLOW),
        ),
      ];
    case "password":
      return checkReason(
        "signIn.because",
        signIn.because,
        "sign-in by password",
        "let developers sign in by Entra ID",
      );
  }
}
