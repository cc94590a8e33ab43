import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import { v5 as uuid } from "uuid";
import type { TokenAudience } from "../policies/gateway";
import { received, type Issue } from "../validation/issue";
import { requireValid } from "./validation";

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

/** An API whose tokens this registration stands for. */
export interface ApiRegistration {
  /** Scopes by their value, e.g. `Orders.Read`. @default none */
  readonly scopes?: Readonly<Record<string, ApiScope>>;
  /** App roles by their value, e.g. `Orders.Read.All`. @default none */
  readonly roles?: Readonly<Record<string, AppRole>>;
  /**
   * Whether Entra ID issues tokens only to those who hold a role or are assigned. @default true
   */
  readonly assignmentRequired?: boolean;
  /** Clients whose users are not asked for consent, by a key of your choice. @default none */
  readonly preAuthorizedClients?: Readonly<
    Record<string, { readonly clientId: pulumi.Input<string>; readonly scopes: readonly string[] }>
  >;
}

/** A client that signs its users in and calls APIs for them. It holds no secret. */
export interface ClientRegistration {
  /** A single-page application, or a desktop or mobile one; both use the authorization code flow with PKCE. */
  readonly platform: "singlePage" | "native";
  /** Where Entra ID may send the user back to: https, or http on localhost. */
  readonly redirectUris: readonly string[];
  /** APIs that it calls, by a key of your choice, with the scopes that it asks for. @default none */
  readonly calls?: Readonly<
    Record<string, { readonly api: EntraAppRegistration; readonly scopes: readonly string[] }>
  >;
}

export interface EntraAppRegistrationArgs {
  /** Name in Entra ID, 1 to 120 characters; must be new in the tenant. */
  readonly displayName: string;
  /** Makes it an API. @default it is none */
  readonly api?: ApiRegistration;
  /** Makes it a client. @default it is none */
  readonly client?: ClientRegistration;
}

/** What {@link EntraAppRegistration} assumes where its arguments say nothing. */
export const ENTRA_APP_REGISTRATION_DEFAULTS = {
  consentBy: "Admin",
  members: ["Application"],
  assignmentRequired: true,
} as const;

/** Namespace of the ids of scopes and roles: a random, fixed uuid. An id must survive, so it is made from the value. */
const NAMESPACE = "0a6cdb1f-3f86-4d33-8bb0-2c2b1a1f1c55";

/**
 * An application registration in Microsoft Entra ID with its service principal: an API with scopes and app
 * roles, a client, or both. Tokens are v2: `aud` is the client id, `iss` ends in `/v2.0`
 * (https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference).
 *
 * @example
 * ```ts
 * const api = new EntraAppRegistration("orders-api", {
 *   displayName: "Orders API",
 *   api: { scopes: { "Orders.Read": { displayName: "Read orders", description: "Read your orders" } } },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class EntraAppRegistration extends pulumi.ComponentResource {
  /** Application (client) id: the audience of its tokens. */
  readonly clientId: pulumi.Output<string>;
  /** Object id of its service principal: what roles are assigned to and on. */
  readonly principalId: pulumi.Output<string>;
  /** `api://<client id>`: what a caller names as resource or scope prefix. Known once it is registered. */
  readonly identifierUri: pulumi.Output<string>;

  private readonly scopes: readonly string[];
  private readonly roles: readonly string[];

  constructor(
    private readonly registrationName: string,
    args: EntraAppRegistrationArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:EntraAppRegistration", registrationName, {}, opts);
    requireValid(this, "EntraAppRegistration", registrationName, validateEntraAppRegistration(args));
    this.scopes = Object.keys(args.api?.scopes ?? {});
    this.roles = Object.keys(args.api?.roles ?? {});

    const application = this.createApplication(args);
    this.clientId = application.clientId;
    this.identifierUri = args.api
      ? this.createIdentifierUri(application)
      : pulumi.interpolate`api://${application.clientId}`;
    this.principalId = this.createServicePrincipal(application, args.api).objectId;
    this.createPreAuthorizations(application, args.api);

    this.registerOutputs({
      clientId: this.clientId,
      principalId: this.principalId,
      identifierUri: this.identifierUri,
    });
  }

  /**
   * Assigns an app role of this API to an identity, so that it gets tokens with that role.
   *
   * @param name name of the assignment's resource
   * @param role the role's value
   * @param principalId object id of the identity's service principal
   */
  grantRole(name: string, role: string, principalId: pulumi.Input<string>): azuread.AppRoleAssignment {
    requireValid(
      this,
      "EntraAppRegistration",
      this.registrationName,
      unknownNames("role", [role], this.roles),
    );
    return new azuread.AppRoleAssignment(
      name,
      {
        appRoleId: this.permissionId(role),
        principalObjectId: principalId,
        resourceObjectId: this.principalId,
      },
      { parent: this },
    );
  }

  /**
   * The tokens for this API, as a gateway's policy requires them.
   *
   * @param tenantId directory (tenant) id
   * @param clients application ids of the clients that may call. @default any client that Entra ID gives a token
   */
  tokens(tenantId: pulumi.Input<string>, clients?: TokenAudience["clients"]): TokenAudience {
    const { scopes, roles } = this;
    return { tenantId, audiences: [this.clientId], version: 2, clients, scopes, roles };
  }

  /** Scopes of this API that a client asks for but that do not exist. */
  missingScopes(scopes: readonly string[]): string[] {
    return scopes.filter((scope) => !this.scopes.includes(scope));
  }

  /** The stable id of a scope or role. */
  permissionId(value: string): string {
    return permissionId(this.registrationName, value);
  }

  private createApplication({ displayName, api, client }: EntraAppRegistrationArgs): azuread.Application {
    const name = this.registrationName;
    return new azuread.Application(
      `${name}-application`,
      {
        displayName,
        signInAudience: "AzureADMyOrg",
        preventDuplicateNames: true,
        ...(api && {
          api: {
            requestedAccessTokenVersion: 2,
            oauth2PermissionScopes: Object.entries(api.scopes ?? {}).map(([value, scope]) => ({
              id: permissionId(name, value),
              value,
              type: scope.consentBy ?? ENTRA_APP_REGISTRATION_DEFAULTS.consentBy,
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
            allowedMemberTypes: [...(role.members ?? ENTRA_APP_REGISTRATION_DEFAULTS.members)],
          })),
        }),
        ...(client && {
          [client.platform === "singlePage" ? "singlePageApplication" : "publicClient"]: {
            redirectUris: [...client.redirectUris],
          },
          requiredResourceAccesses: Object.values(client.calls ?? {}).map(({ api: called, scopes }) => ({
            resourceAppId: called.clientId,
            resourceAccesses: scopes.map((scope) => ({ id: called.permissionId(scope), type: "Scope" })),
          })),
        }),
      },
      // The uri is a resource of its own, as it holds the client id; without this the next update would remove it
      // (https://github.com/pulumi/pulumi-azuread/issues/1036).
      { parent: this, ignoreChanges: ["identifierUris"] },
    );
  }

  private createIdentifierUri(application: azuread.Application): pulumi.Output<string> {
    return new azuread.ApplicationIdentifierUri(
      `${this.registrationName}-identifier-uri`,
      { applicationId: application.id, identifierUri: pulumi.interpolate`api://${application.clientId}` },
      { parent: this },
    ).identifierUri;
  }

  private createServicePrincipal(
    application: azuread.Application,
    api?: ApiRegistration,
  ): azuread.ServicePrincipal {
    return new azuread.ServicePrincipal(
      `${this.registrationName}-principal`,
      {
        clientId: application.clientId,
        appRoleAssignmentRequired: api
          ? (api.assignmentRequired ?? ENTRA_APP_REGISTRATION_DEFAULTS.assignmentRequired)
          : false,
      },
      { parent: this },
    );
  }

  private createPreAuthorizations(application: azuread.Application, api?: ApiRegistration): void {
    for (const [key, { clientId, scopes }] of Object.entries(api?.preAuthorizedClients ?? {})) {
      new azuread.ApplicationPreAuthorized(
        `${this.registrationName}-pre-authorized-${key}`,
        {
          applicationId: application.id,
          authorizedClientId: clientId,
          permissionIds: scopes.map((scope) => this.permissionId(scope)),
        },
        { parent: this },
      );
    }
  }
}

function permissionId(registrationName: string, value: string): string {
  return uuid(`${registrationName}/${value}`, NAMESPACE);
}

// https://learn.microsoft.com/graph/api/resources/permissionscope and .../approle: value, 1 to 120 characters
const PERMISSION_VALUE = /^(?!\.)[\w!#$%&'()*+,\-./:;=?@[\]^{}|~]{1,120}$/;

/** Every problem of the arguments of an {@link EntraAppRegistration}. */
export function validateEntraAppRegistration({
  displayName,
  api,
  client,
}: EntraAppRegistrationArgs): Issue[] {
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
  const scopes = Object.keys(api?.scopes ?? {});
  const roles = Object.keys(api?.roles ?? {});
  for (const [kind, values] of [
    ["scopes", scopes],
    ["roles", roles],
  ] as const) {
    for (const value of values.filter((value) => !PERMISSION_VALUE.test(value))) {
      issues.push({
        path: `api.${kind}.${value}`,
        rule: "a permission value has 1 to 120 characters without spaces, and does not begin with a dot",
        received: received(value),
        fix: "use a value such as Orders.Read",
      });
    }
  }
  for (const value of scopes.filter((scope) => roles.includes(scope))) {
    issues.push({
      path: `api.roles.${value}`,
      rule: "a scope and an app role of one registration cannot share a value unless they share an id",
      received: received(value),
      fix: `name the role ${value}.All`,
    });
  }
  for (const [key, preAuthorized] of Object.entries(api?.preAuthorizedClients ?? {})) {
    issues.push(...unknownNames(`api.preAuthorizedClients.${key}.scopes`, preAuthorized.scopes, scopes));
  }
  client?.redirectUris.forEach((uri, index) => {
    if (!/^https:\/\/[^*#]+$|^http:\/\/localhost(:\d+)?(\/[^*#]*)?$/.test(uri)) {
      issues.push({
        path: `client.redirectUris[${index}]`,
        rule: "a redirect URI is https without wildcard and fragment, or http on localhost",
        received: received(uri),
        fix: "use https, or http://localhost while developing",
      });
    }
  });
  for (const [key, { api: called, scopes: wanted }] of Object.entries(client?.calls ?? {})) {
    for (const scope of called.missingScopes(wanted)) {
      issues.push({
        path: `client.calls.${key}.scopes`,
        rule: "a client asks for scopes that the API has",
        received: received(scope),
        fix: "add the scope to the API, or correct its name",
      });
    }
  }
  return issues;
}

function unknownNames(path: string, names: readonly string[], known: readonly string[]): Issue[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path,
      rule: known.length > 0 ? `the API declares ${known.join(", ")}` : "the API declares none",
      received: received(name),
      fix: "use a name that the API declares",
    }));
}
