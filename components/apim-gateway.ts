import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { gatewayKindOf, type PolicyDocument } from "../policies/gateway";
import { received, type Issue } from "../validation/issue";
import type { GatewayCaller, GatewayReference } from "./gateway/reference";
import { validateGatewayTier, type GatewayTier } from "./gateway-tier";
import { GATEWAY_PROTOCOLS_AND_CIPHERS } from "./gateway-tls";
import { policyText, validatePolicy } from "./policy-text";
import { retryRefusedWrites } from "./retry";
import { checkText, requireValid } from "./validation";

/** A name of its own for the gateway or the developer portal, with its certificate from an existing Key Vault. */
export interface GatewayHostname {
  /** What answers under this name. */
  readonly endpoint: "gateway" | "portal" | "management";
  /** Fully qualified, e.g. `api.contoso.com`. */
  readonly hostName: string;
  /**
   * Secret identifier of the certificate without version, so that renewals are followed:
   * `https://<vault>.vault.azure.net/secrets/<certificate>`.
   */
  readonly certificateSecretId: pulumi.Input<string>;
  /** Whether clients without SNI get this certificate; one gateway name has it. @default the only gateway name */
  readonly defaultSslBinding?: boolean;
}

/** A value that policies name as `{{key}}`: in clear, or a secret in Key Vault. */
export type GatewayNamedValue =
  { readonly value: pulumi.Input<string> } | { readonly secretId: pulumi.Input<string> };

export interface ApimGatewayArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  /** Globally unique: 1 to 50 letters, digits and hyphens; makes the default host name. */
  readonly serviceName: string;
  /** Primary Azure region, e.g. `westeurope`. */
  readonly location: string;
  readonly tier: GatewayTier;
  /** Who publishes the APIs: name and address that the portal and mails show, at most 100 characters each. */
  readonly publisher: { readonly name: string; readonly email: string };
  /** User-assigned identity: reads Key Vault, calls workflows. */
  readonly identity: { readonly id: pulumi.Input<string>; readonly clientId: pulumi.Input<string> };
  /** How the gateway's tokens for workflows are made out. */
  readonly caller: Omit<GatewayCaller, "clientId">;
  /** Own host names by a key of your choice. @default Azure's names only */
  readonly hostnames?: Readonly<Record<string, GatewayHostname>>;
  /** Whether developers have a portal. @default true */
  readonly developerPortal?: boolean;
  /** The policy of all APIs. @default Azure's own, which does nothing */
  readonly policy?: PolicyDocument;
  /** Values for policies, by name: letters, digits, dots, hyphens and underscores. @default none */
  readonly namedValues?: Readonly<Record<string, GatewayNamedValue>>;
  /** Where requests are traced to. @default nowhere */
  readonly applicationInsights?: {
    readonly id: pulumi.Input<string>;
    readonly connectionString: pulumi.Input<string>;
  };
  /** Whether `pulumi destroy` refuses to delete the service. @default true */
  readonly protect?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What {@link ApimGateway} assumes where its arguments say nothing. */
export const APIM_GATEWAY_DEFAULTS = { developerPortal: true, protect: true } as const;

/**
 * The gateway: an API Management service with TLS hardened, identities, names, named values and the policy of all
 * APIs. Creating one takes Azure 30 to 90 minutes, so nothing here waits for what need not be there first.
 *
 * @example
 * ```ts
 * const gateway = new ApimGateway("gateway", {
 *   resourceGroupName: group.name,
 *   serviceName: "apim-contoso-dev",
 *   location: "westeurope",
 *   tier: { name: "Developer" },
 *   publisher: { name: "Contoso", email: "apis@contoso.com" },
 *   identity,
 *   caller: { tenantId, audience: workflows.clientId },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class ApimGateway extends pulumi.ComponentResource implements GatewayReference {
  readonly service: apimanagement.ApiManagementService;
  readonly resourceGroupName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly location: string;
  readonly addresses: pulumi.Output<string[]>;
  readonly caller: GatewayCaller;
  readonly namedValues: ReadonlySet<string>;
  readonly policyDependencies: readonly pulumi.Resource[];
  /** Object id of the system-assigned identity, which the storage firewall trusts. */
  readonly systemPrincipalId: pulumi.Output<string>;

  constructor(
    private readonly gatewayName: string,
    args: ApimGatewayArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:ApimGateway", gatewayName, {}, opts);
    requireValid(this, "ApimGateway", gatewayName, validateApimGateway(args));

    this.location = args.location;
    this.caller = { ...args.caller, clientId: args.identity.clientId };
    this.service = this.createService(args);
    this.resourceGroupName = pulumi.output(args.resourceGroupName);
    this.serviceName = this.service.name;
    this.url = clientUrl(args, this.service);
    this.addresses = publicAddresses(this.service);
    this.systemPrincipalId = this.service.identity.apply((identity) => identity?.principalId ?? "");

    this.namedValues = new Set(Object.keys(args.namedValues ?? {}));
    this.policyDependencies = this.createNamedValues(args);
    this.createTracing(args);
    this.createPolicy(args);

    this.registerOutputs({
      serviceName: this.serviceName,
      url: this.url,
      addresses: this.addresses,
      systemPrincipalId: this.systemPrincipalId,
    });
  }

  private createService(args: ApimGatewayArgs): apimanagement.ApiManagementService {
    const { tier } = args;
    return new apimanagement.ApiManagementService(
      `${this.gatewayName}-service`,
      {
        serviceName: args.serviceName,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        publisherName: args.publisher.name,
        publisherEmail: args.publisher.email,
        sku: { name: tier.name, capacity: tier.name === "Premium" ? tier.units : 1 },
        ...(tier.name === "Premium" && {
          zones: tier.zones && [...tier.zones],
          additionalLocations: additionalLocations(tier.regions),
        }),
        identity: {
          type: "SystemAssigned, UserAssigned",
          userAssignedIdentities: pulumi.output(args.identity.id).apply((id) => ({ [id]: {} })),
        },
        hostnameConfigurations: hostnameConfigurations(args),
        developerPortalStatus:
          (args.developerPortal ?? APIM_GATEWAY_DEFAULTS.developerPortal) ? "Enabled" : "Disabled",
        legacyPortalStatus: "Disabled",
        virtualNetworkType: "None",
        publicNetworkAccess: "Enabled",
        // Older versions of the management API know fewer protections and are retired
        // (https://learn.microsoft.com/azure/api-management/breaking-changes/api-version-retirement-sep-2023).
        apiVersionConstraint: { minApiVersion: "2021-08-01" },
        customProperties: GATEWAY_PROTOCOLS_AND_CIPHERS,
        tags: args.tags,
      },
      {
        parent: this,
        protect: args.protect ?? APIM_GATEWAY_DEFAULTS.protect,
        // Creating takes up to 90 minutes, adding a region or zone 15 to 45 each.
        customTimeouts: { create: "3h", update: "3h", delete: "2h" },
      },
    );
  }

  private createNamedValues({ namedValues = {} }: ApimGatewayArgs): apimanagement.NamedValue[] {
    return Object.entries(namedValues).map(
      ([key, content]) =>
        new apimanagement.NamedValue(
          `${this.gatewayName}-named-value-${key}`,
          {
            ...this.place(),
            namedValueId: key,
            displayName: key,
            ...("secretId" in content
              ? {
                  secret: true,
                  keyVault: { secretIdentifier: content.secretId, identityClientId: this.caller.clientId },
                }
              : { secret: false, value: content.value }),
          },
          { parent: this, hooks: retryRefusedWrites() },
        ),
    );
  }

  private createTracing({ applicationInsights }: ApimGatewayArgs): void {
    if (!applicationInsights) return;
    const logger = new apimanagement.Logger(
      `${this.gatewayName}-logger`,
      {
        ...this.place(),
        loggerId: "application-insights",
        loggerType: "applicationInsights",
        resourceId: applicationInsights.id,
        credentials: {
          connectionString: applicationInsights.connectionString,
          identityClientId: this.caller.clientId,
        },
      },
      { parent: this, hooks: retryRefusedWrites() },
    );
    // Headers and query parameters that carry keys or tokens never enter a trace; bodies are not logged at all.
    const masked = {
      headers: [],
      body: { bytes: 0 },
      dataMasking: {
        headers: ["Authorization", "Ocp-Apim-Subscription-Key"].map((value) => ({ value, mode: "Hide" })),
        queryParams: ["subscription-key", "sig"].map((value) => ({ value, mode: "Hide" })),
      },
    };
    new apimanagement.Diagnostic(
      `${this.gatewayName}-tracing`,
      {
        ...this.place(),
        diagnosticId: "applicationinsights",
        loggerId: logger.id,
        alwaysLog: "allErrors",
        sampling: { samplingType: "fixed", percentage: 100 },
        httpCorrelationProtocol: "W3C",
        verbosity: "information",
        logClientIp: false,
        frontend: { request: masked, response: masked },
        backend: { request: masked, response: masked },
      },
      { parent: this, hooks: retryRefusedWrites() },
    );
  }

  private createPolicy({ policy, tier }: ApimGatewayArgs): void {
    if (!policy) return;
    new apimanagement.Policy(
      `${this.gatewayName}-policy`,
      {
        ...this.place(),
        policyId: "policy",
        format: "xml",
        value: policyText(`${this.gatewayName}-policy`, policy, {
          scope: "global",
          gateway: gatewayKindOf(tier.name),
          known: { namedValue: this.namedValues },
        }),
      },
      { parent: this, dependsOn: [...this.policyDependencies], hooks: retryRefusedWrites() },
    );
  }

  /** Where the children of the service are. */
  private place(): { resourceGroupName: pulumi.Input<string>; serviceName: pulumi.Input<string> } {
    return { resourceGroupName: this.resourceGroupName, serviceName: this.serviceName };
  }
}

/** The gateway's address before any own name: Azure makes it from the service's name. */
export function defaultGatewayHostName(serviceName: string): string {
  return `${serviceName}.azure-api.net`;
}

/** The developer portal's address before any own name. */
export function defaultPortalHostName(serviceName: string): string {
  return `${serviceName}.developer.azure-api.net`;
}

function clientUrl(
  { hostnames = {} }: ApimGatewayArgs,
  service: apimanagement.ApiManagementService,
): pulumi.Output<string> {
  const own = Object.values(hostnames).find(({ endpoint }) => endpoint === "gateway");
  return own ? service.gatewayUrl.apply(() => `https://${own.hostName}`) : service.gatewayUrl;
}

function publicAddresses(service: apimanagement.ApiManagementService): pulumi.Output<string[]> {
  return pulumi
    .all([service.publicIPAddresses, service.additionalLocations])
    .apply(([primary, others]) => [
      ...primary,
      ...(others ?? []).flatMap((location) => location.publicIPAddresses),
    ]);
}

type Regions = Extract<GatewayTier, { name: "Premium" }>["regions"];

function additionalLocations(
  regions: Regions = {},
): apimanagement.ApiManagementServiceArgs["additionalLocations"] {
  return Object.entries(regions).map(([location, region]) => ({
    location,
    sku: { name: "Premium", capacity: region.units },
    zones: region.zones && [...region.zones],
    disableGateway: region.gateway === "disabled",
  }));
}

const HOSTNAME_TYPES = { gateway: "Proxy", portal: "DeveloperPortal", management: "Management" } as const;

function hostnameConfigurations({
  hostnames = {},
  identity,
}: ApimGatewayArgs): apimanagement.ApiManagementServiceArgs["hostnameConfigurations"] {
  const all = Object.values(hostnames);
  const gatewayNames = all.filter(({ endpoint }) => endpoint === "gateway");
  return all.map((hostname) => ({
    type: HOSTNAME_TYPES[hostname.endpoint],
    hostName: hostname.hostName,
    certificateSource: "KeyVault",
    keyVaultId: hostname.certificateSecretId,
    identityClientId: identity.clientId,
    ...(hostname.endpoint === "gateway" && {
      defaultSslBinding: hostname.defaultSslBinding ?? gatewayNames.length === 1,
      negotiateClientCertificate: false,
    }),
  }));
}

/** Every problem of the arguments of an {@link ApimGateway}. */
export function validateApimGateway(args: ApimGatewayArgs): Issue[] {
  const issues: Issue[] = [
    // https://github.com/Azure/azure-rest-api-specs, Microsoft.ApiManagement 2024-05-01
    ...checkText("serviceName", args.serviceName, {
      what: "a service name",
      pattern: /^[a-zA-Z](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$/,
      words: "1 to 50 letters, digits and hyphens, beginning with a letter and not ending with a hyphen",
    }),
    ...validateGatewayTier(args.tier, args.location),
    ...validateHostnames(args.hostnames ?? {}),
  ];
  for (const [path, value] of Object.entries(args.publisher)) {
    if (value.length < 1 || value.length > 100) {
      issues.push({
        path: `publisher.${path}`,
        rule: "the publisher's name and email have 1 to 100 characters",
        received: received(value),
        fix: "give 1 to 100 characters",
      });
    }
  }
  for (const key of Object.keys(args.namedValues ?? {})) {
    issues.push(
      ...checkText(`namedValues.${key}`, key, {
        what: "a named value",
        pattern: /^[A-Za-z0-9._-]{1,80}$/,
        words: "1 to 80 letters, digits, dots, hyphens and underscores",
      }),
    );
  }
  if (args.policy) {
    const known = { namedValue: new Set(Object.keys(args.namedValues ?? {})) };
    issues.push(
      ...validatePolicy("policy", args.policy, {
        scope: "global",
        gateway: gatewayKindOf(args.tier.name),
        known,
      }),
    );
  }
  return issues;
}

function validateHostnames(hostnames: Readonly<Record<string, GatewayHostname>>): Issue[] {
  const issues: Issue[] = [];
  const all = Object.entries(hostnames);
  for (const [key, { hostName, certificateSecretId }] of all) {
    const path = `hostnames.${key}`;
    if (!/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i.test(hostName)) {
      issues.push({
        path: `${path}.hostName`,
        rule: "a host name is fully qualified, without protocol and path",
        received: received(hostName),
        fix: "give a name such as api.contoso.com",
      });
    }
    if (
      typeof certificateSecretId === "string" &&
      !/^https:\/\/[^/]+\/secrets\/[^/]+$/.test(certificateSecretId)
    ) {
      issues.push({
        path: `${path}.certificateSecretId`,
        rule: "a certificate is named by its secret identifier without version, so that renewals are followed",
        received: received(certificateSecretId),
        fix: "use https://<vault>.vault.azure.net/secrets/<certificate>",
      });
    }
  }
  for (const [index, [key, { hostName }]] of all.entries()) {
    if (all.slice(0, index).some(([, other]) => other.hostName.toLowerCase() === hostName.toLowerCase())) {
      issues.push({
        path: `hostnames.${key}.hostName`,
        rule: "a host name answers for one endpoint",
        received: received(hostName),
        fix: "choose another name, or remove it",
      });
    }
  }
  const gatewayNames = all.filter(([, { endpoint }]) => endpoint === "gateway");
  const defaults = gatewayNames.filter(([, { defaultSslBinding }]) => defaultSslBinding);
  if (gatewayNames.length > 1 && defaults.length !== 1) {
    issues.push({
      path: "hostnames",
      rule: "of several gateway names exactly one has the default certificate, for clients without SNI",
      received: `${defaults.length} of ${gatewayNames.length}`,
      fix: "set defaultSslBinding on one of them",
    });
  }
  for (const endpoint of ["portal", "management"] as const) {
    if (all.filter(([, hostname]) => hostname.endpoint === endpoint).length > 1) {
      issues.push({
        path: "hostnames",
        rule: `the ${endpoint} has one name`,
        fix: `keep one of the names whose endpoint is ${endpoint}`,
      });
    }
  }
  return issues;
}
