import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../../../validation/issue";
import { checkHttps, httpsAddress } from "../address";
import { gated } from "../checks";
import type { TemplatePart } from "../template";
import { checkReason } from "../../validation";
import { VALIDATION_KEY } from "./rules";

/** What whoever makes an account agrees to. */
export interface PortalTerms {
  /** As the portal shows it. */
  readonly text: string;
  /** Whether there is no account without a tick at it. @default true */
  readonly consentRequired?: boolean;
}

/**
 * A site of yours that takes over what the portal does itself, and proves each request by a key
 * (https://learn.microsoft.com/azure/api-management/api-management-howto-setup-delegation). Azure asks for both even of a
 * delegation that does nothing (https://github.com/Azure/bicep/issues/8235): to end it, deploy it once with both `false`.
 */
export interface PortalDelegation {
  /** https address to which the portal sends developers. */
  readonly url: pulumi.Input<string>;
  /** Key with which the portal signs, in base64. It stands encrypted in Pulumi's state, and nowhere else. */
  readonly validationKey: pulumi.Output<string>;
  /** Whether the site sells products. @default true */
  readonly subscriptions?: boolean;
  /** Whether the site signs developers in and up. @default false */
  readonly userRegistration?: boolean;
}

/** Who sees the portal, and what becomes of who does. */
export interface PortalAccess {
  /** Lets visitors read the portal before they sign in: what APIs there are, and how they are called. @default nobody */
  readonly anonymousVisitors?: { readonly because: string };
  /**
   * Lets whoever finds the portal make an account by its form, with a password where Azure still has that. Who is in
   * your tenant needs no form: the account comes with the first sign-in. @default nobody
   */
  readonly signUp?: { readonly because: string };
  /** @default nothing is agreed to */
  readonly terms?: PortalTerms;
  /** @default the portal does all by itself */
  readonly delegation?: PortalDelegation;
}

/** What is assumed where terms and delegation say nothing. */
const PORTAL_ACCESS_DEFAULTS = {
  consentRequired: true,
  subscriptions: true,
  userRegistration: false,
} as const;

/**
 * The settings of a portal, which stand in every service from the start
 * (https://github.com/Azure/bicep-registry-modules, avm/res/api-management/service/portalsetting).
 *
 * @throws pulumi.RunError (through the properties) when the site is not reached by https, or its key is not base64
 */
export function portalSettings(
  name: string,
  { anonymousVisitors, signUp, terms, delegation }: PortalAccess,
): TemplatePart[] {
  const parts: TemplatePart[] = [
    { path: "portalsettings/signin", properties: { enabled: anonymousVisitors === undefined } },
    {
      path: "portalsettings/signup",
      properties: {
        enabled: signUp !== undefined,
        termsOfService: {
          enabled: terms !== undefined,
          consentRequired:
            terms !== undefined && (terms.consentRequired ?? PORTAL_ACCESS_DEFAULTS.consentRequired),
          text: terms?.text ?? "",
        },
      },
    },
  ];
  if (delegation) {
    const { url, validationKey } = delegation;
    const subscriptions = delegation.subscriptions ?? PORTAL_ACCESS_DEFAULTS.subscriptions;
    const userRegistration = delegation.userRegistration ?? PORTAL_ACCESS_DEFAULTS.userRegistration;
    parts.push({
      path: "portalsettings/delegation",
      properties: httpsAddress(name, "delegation.url", url).apply((known) => ({
        url: known,
        subscriptions: { enabled: subscriptions },
        userRegistration: { enabled: userRegistration },
      })),
      secrets: {
        validationKey: gated(
          `The delegation of "${name}" is not valid`,
          pulumi.secret(validationKey),
          checkKey,
        ),
      },
    });
  }
  return parts;
}

function checkKey(key: string): Issue[] {
  const { pattern, ...words } = VALIDATION_KEY;
  return pattern.test(key) ? [] : [{ path: "delegation.validationKey", ...words }];
}

/** Every problem of who sees a portal. */
export function validateAccess({ anonymousVisitors, signUp, terms, delegation }: PortalAccess): Issue[] {
  return [
    ...(anonymousVisitors
      ? checkReason(
          "anonymousVisitors.because",
          anonymousVisitors.because,
          "a portal that anybody reads",
          "let visitors sign in first",
        )
      : []),
    ...(signUp
      ? checkReason("signUp.because", signUp.because, "an account for anybody", "invite developers")
      : []),
    ...(terms?.text.trim() === ""
      ? [
          {
            path: "terms.text",
            rule: "terms say what is agreed to",
            received: received(terms.text),
            fix: "write them, or leave terms out",
          },
        ]
      : []),
    ...(delegation ? checkHttps("delegation.url", delegation.url) : []),
  ];
}
