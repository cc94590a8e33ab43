import type * as azuread from "@pulumi/azuread";
import type * as pulumi from "@pulumi/pulumi";
import { v5 as uuid } from "uuid";
import { received, type Issue } from "../../validation/issue";
import { OBJECT_ID } from "../access";
import { checkKnownText } from "../validation";
import { claimsArgs, validateClaims, type TokenClaims } from "./claims";
import { callsOf, CLIENT_DEFAULTS, validateClient, type ClientRegistration } from "./client";
import { checkNames, CLIENT_ID } from "./permissions";

/** A permission that a client asks for on behalf of its user; arrives in the token's `scp` claim. */
export interface ApiScope {
  /** What the consent page calls it. */
  readonly displayName: string;
  /** What the consent page says of it. */
  readonly description: string;
  /** Who may consent. @default "Admin" */
  readonly consentBy?: "Admin" | "User";
}

/** A permission that is given to an application or a user; arrives in the token's `roles` claim. */
export interface AppRole {
  readonly displayName: string;
  readonly description: string;
  /** Who may hold it. @default ["Application"] */
  readonly members?: readonly ("Application" | "User")[];
}

/** Somebody who is assigned to an API, with one of its roles. */
export interface RoleAssignment {
  /** The role's value. @default mere access, where the API has no roles */
  readonly role?: string;
  /** Users and groups hold roles that have `User` among their members; identities, those with `Application`. */
  readonly to: "user" | "group" | "managedIdentity" | "servicePrincipal";
  /** Object id in the directory: of an identity, that of its service principal. */
  readonly objectId: pulumi.Input<string>;
}

/** An API whose tokens this registration stands for. */
export interface ApiRegistration {
  /** Scopes by their value, e.g. `Orders.Read`. @default none */
  readonly scopes?: Readonly<Record<string, ApiScope>>;
  /** App roles by their value, e.g. `Orders.Read.All`. @default none */
  readonly roles?: Readonly<Record<string, AppRole>>;
  /**
   * The version of its tokens: in 2, `aud` is the client id, and `iss` ends in `/v2.0`; in 1, `aud` may be the identifier
   * URI too (https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference).
   *
   * @default 2
   */
  readonly tokenVersion?: 1 | 2;
  /**
   * Whether Entra ID issues tokens only to those who hold a role or are assigned. @default true
   */
  readonly assignmentRequired?: boolean;
  /** Who is assigned, by a key of your choice. @default nobody */
  readonly assignments?: Readonly<Record<string, RoleAssignment>>;
  /** Clients whose users are not asked for consent, by a key of your choice. @default none */
  readonly preAuthorizedClients?: Readonly<
    Record<string, { readonly clientId: pulumi.Input<string>; readonly scopes: readonly string[] }>
  >;
}

/** A registration of this stack's own: an API, a client, or both. */
export interface NewRegistration {
  /** @default a new registration */
  readonly kind?: "create";
  /** Name in Entra ID, 1 to 120 characters; must be new in the tenant. */
  readonly displayName: string;
  /** Makes it an API. @default it is none */
  readonly api?: ApiRegistration;
  /** Makes it a client. @default it is none */
  readonly client?: ClientRegistration;
  /** What its tokens say beyond what they always do. @default nothing */
  readonly claims?: TokenClaims;
  /**
   * Object ids of users and service principals that may change it, by a key of your choice, as it is registered; later
   * changes are not heeded. Whoever registers it is one of them always. Name each pipeline that deploys it next: the
   * permission `Application.ReadWrite.OwnedBy` lets it change what it owns, and nothing else
   * (https://github.com/hashicorp/terraform-provider-azuread/issues/833).
   *
   * @default whoever registers it
   */
  readonly owners?: Readonly<Record<string, pulumi.Input<string>>>;
}

/** What is assumed of a {@link NewRegistration} that says nothing. */
export const NEW_REGISTRATION_DEFAULTS = {
  consentBy: "Admin",
  members: ["Application"],
  tokenVersion: 2,
  assignmentRequired: true,
} as const;

/** Namespace of the ids of scopes and roles: a random, fixed uuid. An id must survive, so it is made from the value. */
const NAMESPACE = "0a6cdb1f-3f86-4d33-8bb0-2c2b1a1f1c55";

/** The stable id of a scope or role. */
export function permissionId(registrationName: string, value: string): string {
  return uuid(`${registrationName}/${value}`, NAMESPACE);
}

/** The role of those who are merely assigned: https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto */
export const DEFAULT_ROLE_ID = "00000000-0000-0000-0000-000000000000";

/** What Entra ID is asked to keep of a registration, but for its owners. */
export function applicationArgs(
  name: string,
  { displayName, api, client, claims }: NewRegistration,
): azuread.ApplicationArgs {
  return {
    displayName,
    signInAudience: "AzureADMyOrg",
    preventDuplicateNames: true,
    ...(api && {
      api: {
        requestedAccessTokenVersion: api.tokenVersion ?? NEW_REGISTRATION_DEFAULTS.tokenVersion,
        oauth2PermissionScopes: Object.entries(api.scopes ?? {}).map(([value, scope]) => ({
          id: permissionId(name, value),
          value,
          type: scope.consentBy ?? NEW_REGISTRATION_DEFAULTS.consentBy,
          enabled: true,
          adminConsentDisplayName: scope.displayName,
          adminConsentDescription: scope.description,
          userConsentDisplayName: scope.displayName,
          userConsentDescription: scope.description,
        })),
      },
      appRoles: Object.entries(api.roles ?? {}).map(([value, role]) => ({
        id: permissionId(name, value),
        value,
        displayName: role.displayName,
        description: role.description,
        enabled: true,
        allowedMemberTypes: [...membersOf(role)],
      })),
    }),
    ...(client && {
      ...platformOf(client),
      requiredResourceAccesses: callsOf(client).map(([, { api: called, wanted }]) => ({
        resourceAppId: called.clientId,
        resourceAccesses: [
          ...wanted.scopes.map((scope) => ({ id: called.scopeId(scope), type: "Scope" })),
          ...wanted.roles.map((role) => ({ id: called.roleId(role), type: "Role" })),
        ],
      })),
    }),
    ...(claims && claimsArgs(claims)),
  };
}

const PLATFORMS = { singlePage: "singlePageApplication", web: "web", native: "publicClient" } as const;

function platformOf(client: ClientRegistration): Partial<azuread.ApplicationArgs> {
  if (client.kind === "daemon") return {};
  const inBrowser = client.kind === "web" && (client.signsInAt ?? CLIENT_DEFAULTS.signsInAt) === "browser";
  const platform = PLATFORMS[inBrowser ? "singlePage" : client.kind];
  return { [platform]: { redirectUris: [...client.redirectUris] } };
}

function membersOf({ members }: AppRole): readonly ("Application" | "User")[] {
  return members ?? NEW_REGISTRATION_DEFAULTS.members;
}

// https://learn.microsoft.com/graph/api/resources/permissionscope and .../approle: value, 1 to 120 characters
const PERMISSION_VALUE = /^(?!\.)[\w!#$%&'()*+,\-./:;=?@[\]^{}|~]{1,120}$/;

/** Every problem of a new registration. */
export function validateNewRegistration({
  displayName,
  api,
  client,
  claims,
  owners = {},
}: NewRegistration): Issue[] {
  const issues: Issue[] = [];
  if (displayName.length < 1 || displayName.length > 120) {
    issues.push({
      path: "displayName",
      rule: "a display name has 1 to 120 characters",
      received: received(displayName),
      fix: "give 1 to 120 characters",
    });
  }
  if (!api && !client) {
    issues.push({
      path: "api",
      rule: "a registration is an API, a client, or both",
      fix: "give api, client, or both",
    });
  }
  return [
    ...issues,
    ...(api ? validateApi(api) : []),
    ...(client ? validateClient(client) : []),
    ...(claims ? validateClaims(claims) : []),
    ...Object.entries(owners).flatMap(([key, owner]) => checkKnownText(`owners.${key}`, owner, OBJECT_ID)),
  ];
}

function validateApi({
  scopes = {},
  roles = {},
  assignments = {},
  preAuthorizedClients = {},
}: ApiRegistration) {
  const issues: Issue[] = [];
  const declared: Readonly<Record<string, Readonly<Record<string, ApiScope | AppRole>>>> = { scopes, roles };
  for (const [kind, permissions] of Object.entries(declared)) {
    for (const value of Object.keys(permissions).filter((value) => !PERMISSION_VALUE.test(value))) {
      issues.push({
        path: `api.${kind}.${value}`,
        rule: "a permission value has 1 to 120 characters without spaces, and does not begin with a dot",
        received: received(value),
        fix: "use a value such as Orders.Read",
      });
    }
    for (const [value, permission] of Object.entries(permissions)) {
      issues.push(...checkPermission(`api.${kind}.${value}`, permission));
    }
  }
  for (const value of Object.keys(scopes).filter((scope) => Object.hasOwn(roles, scope))) {
    issues.push({
      path: `api.roles.${value}`,
      rule: "a scope and an app role of one registration cannot share a value unless they share an id",
      received: received(value),
      fix: `name the role ${value}.All`,
    });
  }
  for (const [key, assignment] of Object.entries(assignments)) {
    issues.push(...checkAssignment(`api.assignments.${key}`, assignment, roles));
  }
  for (const [key, { clientId, scopes: wanted }] of Object.entries(preAuthorizedClients)) {
    const path = `api.preAuthorizedClients.${key}`;
    issues.push(
      ...checkKnownText(`${path}.clientId`, clientId, CLIENT_ID),
      ...checkNames(`${path}.scopes`, "scopes", wanted, Object.keys(scopes)),
    );
  }
  return [
    ...issues,
    // Graph: "Permission being assigned already exists on the object" (hashicorp/terraform-provider-azuread pull 1896).
    ...checkOnce(
      "api.assignments",
      "a role is assigned to somebody once",
      assignments,
      ({ role, objectId }) =>
        typeof objectId === "string" ? `${role ?? ""} ${objectId.toLowerCase()}` : undefined,
    ),
    ...checkOnce(
      "api.preAuthorizedClients",
      "a client is pre-authorized once",
      preAuthorizedClients,
      ({ clientId }) => (typeof clientId === "string" ? clientId.toLowerCase() : undefined),
    ),
  ];
}

/** @param keyOf what may be there once; nothing where it is not known */
function checkOnce<T>(
  path: string,
  rule: string,
  entries: Readonly<Record<string, T>>,
  keyOf: (entry: T) => string | undefined,
): Issue[] {
  const first = new Map<string, string>();
  return Object.entries(entries).flatMap(([name, entry]): Issue[] => {
    const key = keyOf(entry);
    if (key === undefined) return [];
    const earlier = first.get(key);
    if (earlier !== undefined)
      return [
        { path: `${path}.${name}`, rule, received: received(earlier), fix: "leave one of the two out" },
      ];
    first.set(key, name);
    return [];
  });
}

/** What azuread asks for, whatever Entra ID might take: application_resource.go */
function checkPermission(path: string, permission: ApiScope | AppRole): Issue[] {
  const issues = (["displayName", "description"] as const)
    .filter((property) => permission[property].trim() === "")
    .map((property) => ({
      path: `${path}.${property}`,
      rule: "a permission says what it allows",
      received: received(permission[property]),
      fix: "write what whoever consents or assigns is to read",
    }));
  if ("members" in permission && permission.members?.length === 0) {
    issues.push({
      path: `${path}.members`,
      rule: "an app role is held by applications, by users, or by both",
      received: received(permission.members),
      fix: `name one, or leave members out for ${NEW_REGISTRATION_DEFAULTS.members.join(", ")}`,
    });
  }
  return issues;
}

function checkAssignment(
  path: string,
  assignment: RoleAssignment,
  roles: Readonly<Record<string, AppRole>>,
): Issue[] {
  return [
    ...checkAssignedRole(path, assignment, roles),
    ...checkKnownText(`${path}.objectId`, assignment.objectId, OBJECT_ID),
  ];
}

function checkAssignedRole(
  path: string,
  { role, to }: RoleAssignment,
  roles: Readonly<Record<string, AppRole>>,
): Issue[] {
  const names = Object.keys(roles);
  if (role === undefined) {
    // https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto
    if (names.length === 0) return [];
    const rule = "an assignment names one of the API's roles, where it has some";
    return [{ path: `${path}.role`, rule, fix: `choose ${names.join(" or ")}` }];
  }
  const declared = Object.hasOwn(roles, role) ? roles[role] : undefined;
  if (!declared) return checkNames(`${path}.role`, "roles", [role], names);
  // https://learn.microsoft.com/graph/api/resources/approle: allowedMemberTypes
  const member = to === "user" || to === "group" ? "User" : "Application";
  if (membersOf(declared).includes(member)) return [];
  return [
    {
      path: `${path}.to`,
      rule: `the role ${role} is held by ${membersOf(declared).join(" and ")}`,
      received: received(to),
      fix: `add ${member} to the role's members, or choose another role`,
    },
  ];
}
