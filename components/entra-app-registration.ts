import * as keyvault from "@pulumi/azure-native/keyvault";
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import type { TokenAudience } from "../policies/gateway";
import type { Issue } from "../validation/issue";
import { OBJECT_ID } from "./access";
import { callsOf, CLIENT_DEFAULTS, credentialsOf, type Call } from "./entra/client";
import {
  checkVaultId,
  endOfCertificate,
  timeOf,
  type ClientCredentials,
  type ClientSecrets,
  type SecretLifetime,
} from "./entra/credentials";
import {
  checkClientId,
  EXISTING_REGISTRATION_DEFAULTS,
  readExistingRegistration,
  type ExistingRegistration,
} from "./entra/existing-registration";
import { EXCHANGE_AUDIENCE, trustedBy } from "./entra/federated-credential";
import {
  applicationArgs,
  DEFAULT_ROLE_ID,
  NEW_REGISTRATION_DEFAULTS,
  permissionId,
  validateNewRegistration,
  type ApiRegistration,
  type NewRegistration,
} from "./entra/new-registration";
import { checkDeclared, checkNames, type CallableApi, type Permissions } from "./entra/permissions";
import { gated } from "./gateway/checks";
import { retryUntilReplicated } from "./retry";
import { checkKnownText, requireValid } from "./validation";

/** The secret of a client that is in use. */
interface CurrentSecret {
  /** Its identifier in the vault, without version. */
  readonly id: pulumi.Output<string>;
  readonly value: pulumi.Output<string>;
}

export type EntraAppRegistrationArgs = NewRegistration | ExistingRegistration;

/**
 * An application registration in Microsoft Entra ID with its service principal: an API with scopes and app roles, a
 * client, or both; created, or adopted where it stands already.
 *
 * @example
 * ```ts
 * const api = new EntraAppRegistration("orders-api", {
 *   displayName: "Orders API",
 *   api: { scopes: { "Orders.Read": { displayName: "Read orders", description: "Read your orders" } } },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered; pulumi.RunError
 * (through the outputs) with everything in which an adopted registration is not what it is said to be
 */
export class EntraAppRegistration extends pulumi.ComponentResource implements CallableApi {
  /** Application (client) id. */
  readonly clientId: pulumi.Output<string>;
  /** Object id of its service principal: what roles are assigned to and on. */
  readonly principalId: pulumi.Output<string>;
  /** What a caller names as resource or scope prefix: `api://<client id>`, unless an adopted registration has another. */
  readonly identifierUri: pulumi.Output<string>;
  /** The version of the access tokens for it. */
  readonly tokenVersion: 1 | 2;
  /** What `aud` may be in them: the client id; in version 1 the identifier URI too. */
  readonly audiences: readonly pulumi.Output<string>[];
  /** The registration, where this stack owns it. */
  readonly application: azuread.Application | undefined;
  /** Secret identifier, without version, of the client's current secret in its vault; for a client that has one. */
  readonly secretId: pulumi.Output<string> | undefined;

  private readonly secret: CurrentSecret | undefined;
  private readonly isApi: boolean;
  private readonly declared: Required<Permissions>;
  private readonly idOf: Pick<CallableApi, "scopeId" | "roleId">;

  constructor(
    private readonly registrationName: string,
    args: EntraAppRegistrationArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:EntraAppRegistration", registrationName, {}, opts);
    requireValid(this, "EntraAppRegistration", registrationName, validateEntraAppRegistration(args));
    this.isApi = args.kind === "adopt" || args.api !== undefined;
    this.declared = declaredBy(args);
    this.tokenVersion = tokenVersionOf(args);

    const registered =
      args.kind === "adopt" ? readExistingRegistration(this, this.title, args) : this.create(args);
    this.application = registered.application;
    this.clientId = registered.clientId;
    this.principalId = registered.principalId;
    this.identifierUri = registered.identifierUri;
    this.idOf = registered;
    this.audiences = this.tokenVersion === 2 ? [this.clientId] : [this.identifierUri, this.clientId];
    this.secret =
      args.kind !== "adopt" && this.application ? this.surround(args, this.application) : undefined;
    this.secretId = this.secret?.id;

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
   * @throws pulumi.ResourceError where the API does not declare the role, or the id is none
   */
  grantRole(name: string, role: string, principalId: pulumi.Input<string>): azuread.AppRoleAssignment {
    requireValid(this, "EntraAppRegistration", this.registrationName, [
      ...checkNames("role", "roles", [role], this.declared.roles),
      ...checkKnownText("principalId", principalId, OBJECT_ID),
    ]);
    return this.assign(name, this.roleId(role), { on: this.principalId, to: principalId });
  }

  /**
   * The tokens for this API, as a gateway's policy requires them.
   *
   * @param tenantId directory (tenant) id
   * @param clients application ids of the clients that may call. @default any client that Entra ID gives a token
   * @throws pulumi.RunError where it is a client only: Entra ID would give it tokens of version 1, without permissions
   */
  tokens(tenantId: pulumi.Input<string>, clients?: TokenAudience["clients"]): TokenAudience {
    if (!this.isApi) {
      throw new pulumi.RunError(
        `${this.title} is a client only, for which there are no tokens\n  fix: give it api, or ask the registration of the API`,
      );
    }
    return { tenantId, audiences: this.audiences, version: this.tokenVersion, clients, ...this.declared };
  }

  /**
   * Every permission that this API does not declare, or, adopted, is not said to rely on: for whoever asks tokens for one.
   *
   * @param path of what asks, e.g. `operations.list.token`
   */
  checkPermissions(path: string, wanted: Permissions): Issue[] {
    return checkDeclared(path, wanted, this.declared);
  }

  /**
   * The value of the client's current secret, for what takes no reference to a vault. Pulumi's state keeps it encrypted.
   *
   * @throws pulumi.RunError where it has no secrets
   */
  secretValue(): pulumi.Output<string> {
    if (this.secret) return this.secret.value;
    throw new pulumi.RunError(
      `${this.title} has no secret\n  fix: give its client credentials.secrets, or ask another registration`,
    );
  }

  /** The stable id of a scope. */
  scopeId(scope: string): pulumi.Input<string> {
    return this.idOf.scopeId(scope);
  }

  /** The stable id of an app role. */
  roleId(role: string): pulumi.Input<string> {
    return this.idOf.roleId(role);
  }

  /** {@link principalId}, as APIs that are called tell it. */
  servicePrincipalId(): pulumi.Output<string> {
    return this.principalId;
  }

  private get title(): string {
    return `EntraAppRegistration "${this.registrationName}"`;
  }

  private create(args: NewRegistration) {
    const owners = this.owners(args.owners ?? {});
    const application = this.createApplication(args, owners);
    const idOf = (value: string): string => permissionId(this.registrationName, value);
    return {
      application,
      clientId: application.clientId,
      identifierUri: args.api
        ? this.createIdentifierUri(application)
        : pulumi.interpolate`api://${application.clientId}`,
      principalId: this.createServicePrincipal(application, args.api, owners).objectId,
      scopeId: idOf,
      roleId: idOf,
    };
  }

  /**
   * Whoever registers, and others: azuread takes whoever deploys away where owners are given without
   * (application_resource.go). They stay: next a pipeline deploys, or looks, and that takes nobody's rights away.
   */
  private owners(others: Readonly<Record<string, pulumi.Input<string>>>): pulumi.Output<string[]> {
    const deployer = azuread.getClientConfigOutput({ parent: this }).objectId;
    return pulumi.all([deployer, ...Object.values(others)]).apply((owners) => [...new Set(owners)]);
  }

  private createApplication(args: NewRegistration, owners: pulumi.Output<string[]>): azuread.Application {
    return new azuread.Application(
      `${this.registrationName}-application`,
      { ...applicationArgs(this.registrationName, args), owners },
      // The uri is a resource of its own, as it holds the client id; without this the next update would remove it
      // (https://github.com/pulumi/pulumi-azuread/issues/1036).
      { parent: this, ignoreChanges: ["identifierUris", "owners"] },
    );
  }

  private createIdentifierUri(application: azuread.Application): pulumi.Output<string> {
    return new azuread.ApplicationIdentifierUri(
      `${this.registrationName}-identifier-uri`,
      { applicationId: application.id, identifierUri: pulumi.interpolate`api://${application.clientId}` },
      this.child(),
    ).identifierUri;
  }

  private createServicePrincipal(
    application: azuread.Application,
    api: ApiRegistration | undefined,
    owners: pulumi.Output<string[]>,
  ): azuread.ServicePrincipal {
    return new azuread.ServicePrincipal(
      `${this.registrationName}-principal`,
      {
        clientId: application.clientId,
        appRoleAssignmentRequired: api
          ? (api.assignmentRequired ?? NEW_REGISTRATION_DEFAULTS.assignmentRequired)
          : false,
        owners,
      },
      // No hook: azuread waits for the application by itself, and writes again after the create was accepted.
      { parent: this, ignoreChanges: ["owners"] },
    );
  }

  /** What hangs on a registration: who may use it, what it may use, and how it proves who it is. */
  private surround(
    { api, client }: NewRegistration,
    application: azuread.Application,
  ): CurrentSecret | undefined {
    this.createPreAuthorizations(application, api);
    this.createAssignments(api);
    for (const [key, call] of callsOf(client)) this.createConsent(key, call);
    const credentials = credentialsOf(client);
    this.createFederatedCredentials(application, credentials);
    this.createCertificates(application, credentials);
    return credentials.secrets && this.createSecrets(application, credentials.secrets);
  }

  private createPreAuthorizations(application: azuread.Application, api?: ApiRegistration): void {
    for (const [key, { clientId, scopes }] of Object.entries(api?.preAuthorizedClients ?? {})) {
      new azuread.ApplicationPreAuthorized(
        `${this.registrationName}-pre-authorized-${key}`,
        {
          applicationId: application.id,
          authorizedClientId: clientId,
          permissionIds: scopes.map((scope) => this.scopeId(scope)),
        },
        this.child(),
      );
    }
  }

  private createAssignments(api?: ApiRegistration): void {
    for (const [key, { role, objectId }] of Object.entries(api?.assignments ?? {})) {
      this.assign(
        `${this.registrationName}-assignment-${key}`,
        role === undefined ? DEFAULT_ROLE_ID : this.roleId(role),
        { on: this.principalId, to: objectId },
      );
    }
  }

  private createConsent(key: string, { api, wanted, consent = CLIENT_DEFAULTS.consent }: Call): void {
    if (consent === "ask") return;
    const name = `${this.registrationName}-consent-${key}`;
    const resource = api.servicePrincipalId({ parent: this });
    if (wanted.scopes.length > 0) {
      new azuread.ServicePrincipalDelegatedPermissionGrant(
        name,
        {
          servicePrincipalObjectId: this.principalId,
          resourceServicePrincipalObjectId: resource,
          claimValues: [...wanted.scopes],
        },
        this.child(),
      );
    }
    for (const role of wanted.roles) {
      this.assign(`${name}-${role}`, api.roleId(role), { on: resource, to: this.principalId });
    }
  }

  private createFederatedCredentials(
    application: azuread.Application,
    { federated = {} }: ClientCredentials,
  ): void {
    for (const [key, credential] of Object.entries(federated)) {
      new azuread.ApplicationFederatedIdentityCredential(
        `${this.registrationName}-federated-${key}`,
        {
          applicationId: application.id,
          displayName: key,
          ...trustedBy(this.title, `client.credentials.federated.${key}`, credential),
          audiences: [EXCHANGE_AUDIENCE],
        },
        this.child(),
      );
    }
  }

  private createCertificates(
    application: azuread.Application,
    { certificates = {} }: ClientCredentials,
  ): void {
    for (const [key, certificate] of Object.entries(certificates)) {
      new azuread.ApplicationCertificate(
        `${this.registrationName}-certificate-${key}`,
        {
          applicationId: application.id,
          type: "AsymmetricX509Cert",
          encoding: "base64",
          value: certificate,
          endDate: endOfCertificate(certificate),
        },
        this.child(),
      );
    }
  }

  /** The secrets, of which the current one is written to the vault. */
  private createSecrets(
    application: azuread.Application,
    { lifetimes, current, vault, secretName }: ClientSecrets,
  ): CurrentSecret {
    const valueOf = (key: string, { from, until }: SecretLifetime) =>
      new azuread.ApplicationPassword(
        `${this.registrationName}-secret-${key}`,
        { applicationId: application.id, displayName: key, startDate: timeOf(from), endDate: timeOf(until) },
        this.child(),
      ).value;
    const values = new Map(
      Object.entries(lifetimes).map(([key, lifetime]) => [
        key,
        { value: valueOf(key, lifetime), expires: Date.parse(timeOf(lifetime.until)) / 1000 },
      ]),
    );
    const written = values.get(current);
    const value = pulumi.secret(pulumi.output(written?.value).apply((known) => known ?? ""));
    const [own, id] = keyvault.Vault.isInstance(vault) ? [vault, vault.id] : [undefined, vault];
    const vaultId = gated(`${this.title} is not valid`, id, (known) =>
      checkVaultId("client.credentials.secrets", known),
    );
    const { properties } = new keyvault.Secret(
      `${this.registrationName}-vault-secret`,
      {
        resourceGroupName: vaultId.apply((id) => id.split("/")[4] ?? ""),
        vaultName: vaultId.apply((id) => id.split("/")[8] ?? ""),
        secretName,
        properties: {
          value,
          attributes: { expires: written?.expires },
        },
      },
      { parent: this, ...(own && { deletedWith: own }) },
    );
    return { id: properties.secretUri, value };
  }

  private assign(
    name: string,
    appRoleId: pulumi.Input<string>,
    { on, to }: { readonly on: pulumi.Input<string>; readonly to: pulumi.Input<string> },
  ): azuread.AppRoleAssignment {
    return new azuread.AppRoleAssignment(
      name,
      { appRoleId, principalObjectId: to, resourceObjectId: on },
      this.child(),
    );
  }

  /** Options of what Entra ID refuses as long as the registration has not reached all of its servers. */
  private child(): pulumi.CustomResourceOptions {
    return { parent: this, hooks: retryUntilReplicated() };
  }
}

function declaredBy(args: EntraAppRegistrationArgs): Required<Permissions> {
  if (args.kind === "adopt") return { scopes: args.scopes ?? [], roles: args.roles ?? [] };
  return { scopes: Object.keys(args.api?.scopes ?? {}), roles: Object.keys(args.api?.roles ?? {}) };
}

function tokenVersionOf(args: EntraAppRegistrationArgs): 1 | 2 {
  return args.kind === "adopt"
    ? (args.tokenVersion ?? EXISTING_REGISTRATION_DEFAULTS.tokenVersion)
    : (args.api?.tokenVersion ?? NEW_REGISTRATION_DEFAULTS.tokenVersion);
}

/** Every problem of the arguments of an {@link EntraAppRegistration}, as far as they are known. */
function validateEntraAppRegistration(args: EntraAppRegistrationArgs): Issue[] {
  return args.kind === "adopt" ? checkClientId(args) : validateNewRegistration(args);
}
