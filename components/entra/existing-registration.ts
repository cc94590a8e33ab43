import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, type Issue } from "../../validation/issue";
import { checkKnownText } from "../validation";
import { checkDeclared, CLIENT_ID } from "./permissions";

/**
 * A registration that stands already, in this tenant. It is read, and nothing of it is changed: what is relied on here is
 * compared with what the directory says.
 */
export interface ExistingRegistration {
  readonly kind: "adopt";
  /** Application (client) id. */
  readonly clientId: pulumi.Input<string>;
  /** Scopes that are relied on. @default none */
  readonly scopes?: readonly string[];
  /** App roles that are relied on. @default none */
  readonly roles?: readonly string[];
  /** The version of the tokens that it asks for. @default 2 */
  readonly tokenVersion?: 1 | 2;
}

/** What is assumed of an {@link ExistingRegistration} that says nothing. */
export const EXISTING_REGISTRATION_DEFAULTS = { tokenVersion: 2 } as const;

/** What the directory says of a registration and its service principal. */
export interface FoundRegistration {
  readonly application: Pick<
    azuread.GetApplicationResult,
    "apis" | "clientId" | "displayName" | "identifierUris"
  >;
  readonly principal: Pick<
    azuread.GetServicePrincipalResult,
    "objectId" | "oauth2PermissionScopes" | "appRoles"
  >;
}

/**
 * Reads a registration. Every output is that of one which is as it was said to be.
 *
 * @param owner what errors call the component
 * @throws pulumi.RunError (through the outputs) with everything in which it is not
 */
export function readExistingRegistration(
  parent: pulumi.Resource,
  owner: string,
  registration: ExistingRegistration,
) {
  const { clientId } = registration;
  const found = pulumi
    .all([
      azuread.getApplicationOutput({ clientId }, { parent }),
      azuread.getServicePrincipalOutput({ clientId }, { parent }),
    ])
    .apply(([application, principal]) => {
      const issues = validateExistingRegistration(registration, { application, principal });
      if (issues.length === 0) return { application, principal };
      throw new pulumi.RunError(formatIssues(`${owner} cannot adopt ${application.displayName}`, issues));
    });
  return {
    application: undefined,
    clientId: found.application.clientId,
    principalId: found.principal.objectId,
    identifierUri: found.apply(({ application }) => identifierUriOf(application)),
    scopeId: (scope: string) => found.apply(({ principal }) => idOf(principal.oauth2PermissionScopes, scope)),
    roleId: (role: string) => found.apply(({ principal }) => idOf(principal.appRoles, role)),
  };
}

/** Of several, the one that this program would have given it. */
function identifierUriOf({ clientId, identifierUris }: FoundRegistration["application"]): string {
  const own = `api://${clientId}`;
  return identifierUris.includes(own) ? own : (identifierUris[0] ?? "");
}

/** Checks the client id, where it is known. */
export function checkClientId({ clientId }: ExistingRegistration): Issue[] {
  return checkKnownText("clientId", clientId, CLIENT_ID);
}

interface Permission {
  readonly id: string;
  readonly value: string;
  readonly enabled: boolean;
}

function idOf(permissions: readonly Permission[], value: string): string {
  return enabled(permissions).find((permission) => permission.value === value)?.id ?? "";
}

function enabled(permissions: readonly Permission[]): readonly Permission[] {
  return permissions.filter((permission) => permission.enabled);
}

/** Everything in which a registration is not what it is said to be. */
export function validateExistingRegistration(
  { scopes, roles, tokenVersion = EXISTING_REGISTRATION_DEFAULTS.tokenVersion }: ExistingRegistration,
  { application, principal }: FoundRegistration,
): Issue[] {
  const declared = {
    scopes: enabled(principal.oauth2PermissionScopes).map(({ value }) => value),
    roles: enabled(principal.appRoles).map(({ value }) => value),
  };
  const issues = checkDeclared("", { scopes, roles }, declared);
  // A registration that asks for none gets version 1: https://learn.microsoft.com/graph/api/resources/apiapplication
  const version = application.apis[0]?.requestedAccessTokenVersion === 2 ? 2 : 1;
  if (version !== tokenVersion) {
    issues.push({
      path: "tokenVersion",
      rule: `the registration asks for tokens of version ${version}`,
      received: received(tokenVersion),
      fix: `write ${version}, or let its owner set requestedAccessTokenVersion to ${tokenVersion}`,
    });
  }
  if (application.identifierUris.length === 0) {
    issues.push({
      path: "clientId",
      rule: "an API is asked for by its identifier URI, of which the registration has none",
      received: received(application.clientId),
      fix: `let its owner add api://${application.clientId}`,
    });
  }
  return issues;
}
