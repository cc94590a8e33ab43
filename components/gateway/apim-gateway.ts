import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { gatewayKindOf, type ClientCertificates, type GatewayKind } from "../../policies/gateway";
import type { Issue } from "../../validation/issue";
import { EXISTING_SERVICE_DEFAULTS, readExistingService, type ExistingService } from "./existing-service";
import { publicAddresses, refuseUnknownAddresses } from "./addresses";
import { certificateConfigurations, validateCaCertificates, type CaCertificates } from "./ca-certificates";
import {
  certificateExpiry,
  clientCertificatesUnder,
  clientUrl,
  gatewayNames,
  hostnameConfigurations,
  validateHostnames,
  type GatewayHostname,
} from "./hostnames";
import { GatewayInventory } from "./inventory";
import { SERVICE_NAME } from "./limits";
import type { GatewayCaller, GatewayReference } from "./reference";
import {
  OFFERED_TIERS,
  TIER_DEFAULTS,
  TIERS,
  validateGatewayTier,
  type GatewayRegion,
  type GatewayTier,
  type RegionNetwork,
} from "./tier";
import { gatewayProtocolsAndCiphers } from "./tls";
import { checkEmail, checkLength, checkText, requireValid } from "../validation";

/** A new service, owned by this stack. */
export interface NewService {
  readonly kind: "create";
  readonly resourceGroupName: pulumi.Input<string>;
  /** Globally unique: 1 to 50 letters, digits and hyphens; makes the default host name. */
  readonly serviceName: string;
  /** Primary Azure region, e.g. `westeurope`. */
  readonly location: string;
  readonly tier: GatewayTier;
  /** Who publishes the APIs: name and address that the portal and mails show, at most 100 characters each. */
  readonly publisher: { readonly name: string; readonly email: string };
  /** Address that mails to developers come from, at most 100 characters. @default Azure's own */
  readonly notificationSenderEmail?: string;
  /** Own host names by a key of your choice; their number depends on the tier. @default Azure's names only */
  readonly hostnames?: Readonly<Record<string, GatewayHostname>>;
  /** At most 10, by a key of your choice, in the tiers before v2. @default public authorities only */
  readonly caCertificates?: CaCertificates;
  /** Whether developers have a portal. @default true */
  readonly developerPortal?: boolean;
  /**
   * Brings back the service of this name, deleted less than 48 hours ago, as it was. Azure ignores all else in this one
   * update: take it out again and update once more. Refused where nothing was deleted
   * (https://learn.microsoft.com/azure/api-management/soft-delete). @default false
   */
  readonly restoreDeleted?: boolean;
  /**
   * Whether workflows admit other callers too for as long as addresses change (`ExtraCallers`), so that an update may
   * change those of a region that answers. Without it such an update is refused, in the preview already. @default false
   */
  readonly addressesChange?: boolean;
  /** Whether `pulumi destroy` refuses to delete the service. @default true */
  readonly protect?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ApimGatewayArgs {
  /** The API Management service: a new one, or one that stands already and of which nothing is changed. */
  readonly service: NewService | ExistingService;
  /** User-assigned identity: reads Key Vault, calls workflows. A service that stands already has it already. */
  readonly identity: {
    readonly id: pulumi.Input<string>;
    readonly clientId: pulumi.Input<string>;
    /** Object id: what roles are assigned to. */
    readonly principalId: pulumi.Input<string>;
  };
  /** How the gateway's tokens for workflows are made out. */
  readonly caller: Omit<GatewayCaller, "clientId">;
}

/** What {@link ApimGateway} assumes where its arguments say nothing. */
const APIM_GATEWAY_DEFAULTS = {
  developerPortal: true,
  restoreDeleted: false,
  addressesChange: false,
  protect: true,
} as const;

/**
 * The gateway: an API Management service with TLS hardened, identities and names; created, or adopted where it stands
 * already. Creating one takes Azure 30 to 90 minutes (minutes in a v2 tier), so nothing here waits for what need not be
 * there first. What stands on it are components of their own: {@link GatewayReference} is what they need of it.
 *
 * @example
 * ```ts
 * const gateway = new ApimGateway("gateway", {
 *   service: {
 *     kind: "create",
 *     resourceGroupName: group.name,
 *     serviceName: "apim-contoso-dev",
 *     location: "westeurope",
 *     tier: { name: "Developer" },
 *     publisher: { name: "Contoso", email: "apis@contoso.com" },
 *   },
 *   identity,
 *   caller: { tenantId, audience: workflows.clientId },
 * });
 * ```
 *
 * A region is added with its gateway disabled, and enabled by a second update: workflows learn its addresses between. An
 * update that would do both at once is refused before Azure is asked.
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class ApimGateway extends pulumi.ComponentResource implements GatewayReference {
  /** The service, where this stack owns it. */
  readonly service: apimanagement.ApiManagementService | undefined;
  /** ARM id of the service. */
  readonly serviceId: pulumi.Output<string>;
  readonly resourceGroupName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly location: string;
  readonly tier: GatewayTier["name"];
  readonly kind: GatewayKind;
  readonly clientCertificates: ClientCertificates;
  readonly addresses: pulumi.Output<string[]> | undefined;
  readonly caller: GatewayCaller;
  readonly principalId: pulumi.Input<string>;
  readonly inventory: GatewayInventory;
  /** Object id of the system-assigned identity, which the storage firewall trusts; empty where it has none. */
  readonly systemPrincipalId: pulumi.Output<string>;
  /** When the certificates of its own names expire, by host name, as Azure said when it was last written or refreshed. */
  readonly certificateExpiry: pulumi.Output<Record<string, string>>;

  constructor(
    private readonly gatewayName: string,
    args: ApimGatewayArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:ApimGateway", gatewayName, {}, opts);
    requireValid(this, "ApimGateway", gatewayName, validateApimGateway(args));

    const { service, identity } = args;
    this.location = service.location;
    this.tier = service.kind === "create" ? service.tier.name : service.tier;
    this.kind = gatewayKindOf(this.tier);
    this.clientCertificates =
      service.kind === "create"
        ? clientCertificatesUnder(service.hostnames ?? {})
        : (service.clientCertificates ?? EXISTING_SERVICE_DEFAULTS.clientCertificates);
    this.caller = { ...args.caller, clientId: identity.clientId };
    this.principalId = identity.principalId;
    this.inventory = new GatewayInventory(service.kind === "create");
    const known =
      service.kind === "create"
        ? this.createService(service, identity)
        : readExistingService(this, gatewayName, service, identity.id);
    this.service = known.resource;
    this.serviceId = known.id;
    this.resourceGroupName = pulumi.output(service.resourceGroupName);
    this.serviceName = known.name;
    this.url = known.url;
    this.addresses = known.addresses;
    this.systemPrincipalId = known.systemPrincipalId;
    this.certificateExpiry = known.hostnames.apply(certificateExpiry);

    this.registerOutputs({
      serviceName: this.serviceName,
      url: this.url,
      addresses: this.addresses,
      systemPrincipalId: this.systemPrincipalId,
      certificateExpiry: this.certificateExpiry,
    });
  }

  private createService(args: NewService, identity: ApimGatewayArgs["identity"]) {
    const resource = new apimanagement.ApiManagementService(
      `${this.gatewayName}-service`,
      {
        serviceName: args.serviceName,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        publisherName: args.publisher.name,
        publisherEmail: args.publisher.email,
        notificationSenderEmail: args.notificationSenderEmail,
        ...tierArgs(args.tier),
        identity: {
          type: "SystemAssigned, UserAssigned",
          userAssignedIdentities: pulumi.output(identity.id).apply((id) => ({ [id]: {} })),
        },
        hostnameConfigurations: hostnameConfigurations(
          this.gatewayName,
          args.hostnames ?? {},
          identity.clientId,
        ),
        certificates: args.caCertificates && certificateConfigurations(this.gatewayName, args.caCertificates),
        developerPortalStatus:
          (args.developerPortal ?? APIM_GATEWAY_DEFAULTS.developerPortal) ? "Enabled" : "Disabled",
        legacyPortalStatus: "Disabled",
        publicNetworkAccess: "Enabled",
        // Older versions of the management API know fewer protections and are retired
        // (https://learn.microsoft.com/azure/api-management/breaking-changes/api-version-retirement-sep-2023).
        apiVersionConstraint: { minApiVersion: "2021-08-01" },
        restore: args.restoreDeleted ?? APIM_GATEWAY_DEFAULTS.restoreDeleted,
        tags: args.tags,
      },
      {
        parent: this,
        protect: args.protect ?? APIM_GATEWAY_DEFAULTS.protect,
        // Creating takes up to 90 minutes, adding a region or zone 15 to 45 each.
        customTimeouts: { create: "3h", update: "3h", delete: "2h" },
        ...(TIERS[args.tier.name].staticAddresses && {
          hooks: refuseUnknownAddresses(
            this.gatewayName,
            args.addressesChange ?? APIM_GATEWAY_DEFAULTS.addressesChange,
          ),
        }),
      },
    );
    return {
      resource,
      id: resource.id,
      name: resource.name,
      url: resource.gatewayUrl.apply((azures) => clientUrl(gatewayNames(args.hostnames ?? {}), azures)),
      addresses: TIERS[args.tier.name].staticAddresses
        ? pulumi
            .all([
              resource.publicIPAddresses,
              hasRegions(args.tier) ? resource.additionalLocations : undefined,
            ])
            .apply(([publicIPAddresses, additionalLocations]) =>
              publicAddresses({ publicIPAddresses, additionalLocations }),
            )
        : undefined,
      systemPrincipalId: resource.identity.apply((identity) => identity?.principalId ?? ""),
      hostnames: resource.hostnameConfigurations,
    };
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

/** The address of the service's own management before any own name. */
export function defaultManagementHostName(serviceName: string): string {
  return `${serviceName}.management.azure-api.net`;
}

type ServiceArgs = apimanagement.ApiManagementServiceArgs;

/** What the tier and its options mean for the service. */
function tierArgs(tier: GatewayTier): Pick<ServiceArgs, "sku"> & Partial<ServiceArgs> {
  return {
    sku: { name: tier.name, capacity: "units" in tier ? tier.units : 1 },
    ...(tier.name === "Premium" && {
      zones: tier.zones && [...tier.zones],
      additionalLocations: additionalLocations(tier.regions),
      disableGateway: isDisabled(tier),
    }),
    ...networkArgs("network" in tier ? tier.network : undefined),
    customProperties: gatewayProtocolsAndCiphers(TIERS[tier.name]),
  };
}

/**
 * To Azure a gateway that calls out through a subnet stands in an external network too
 * (https://github.com/Azure-Samples/Apim-Samples, shared/bicep/modules/apim/v1/apim.bicep).
 */
const NETWORK_TYPES = { external: "External", internal: "Internal", outbound: "External" } as const;

type Network = NonNullable<Extract<GatewayTier, { network?: unknown }>["network"]>;

function networkArgs(network: Network | undefined) {
  if (!network) return { virtualNetworkType: "None" };
  return { virtualNetworkType: NETWORK_TYPES[network.kind], ...subnetArgs(network) };
}

function subnetArgs({ subnetId, publicIpAddressId }: RegionNetwork) {
  return { virtualNetworkConfiguration: { subnetResourceId: subnetId }, publicIpAddressId };
}

function isDisabled({ gateway = TIER_DEFAULTS.gateway }: Pick<GatewayRegion, "gateway">): boolean {
  return gateway === "disabled";
}

/**
 * Where there are none, Azure answers null for them, which azure-native leaves out
 * (pulumi/pulumi-azure-native, provider/pkg/convert/responseBodyToSdkOutputs.go): every preview would take them for not
 * known yet, and announce an update of each workflow.
 */
function hasRegions(tier: GatewayTier): boolean {
  return tier.name === "Premium" && Object.keys(tier.regions ?? {}).length > 0;
}

type Regions = Extract<GatewayTier, { name: "Premium" }>["regions"];

function additionalLocations(regions: Regions = {}): ServiceArgs["additionalLocations"] {
  return Object.entries(regions).map(([location, region]) => ({
    location,
    sku: { name: "Premium", capacity: region.units },
    zones: region.zones && [...region.zones],
    disableGateway: isDisabled(region),
    ...(region.network && subnetArgs(region.network)),
  }));
}

/** Every problem of the arguments of an {@link ApimGateway}. */
function validateApimGateway({ service }: ApimGatewayArgs): Issue[] {
  return [
    ...checkText("serviceName", service.serviceName, SERVICE_NAME),
    ...(service.kind === "create" ? validateNewService(service) : []),
  ].map((issue) => ({ ...issue, path: `service.${issue.path}` }));
}

function validateNewService({ tier, location, publisher, ...args }: NewService): Issue[] {
  return [
    ...validateGatewayTier(tier, location),
    // What depends on a tier is not judged by one that there is not.
    ...(OFFERED_TIERS.includes(tier.name)
      ? [
          ...validateHostnames(args.hostnames ?? {}, tier.name),
          ...validateCaCertificates(args.caCertificates ?? {}, tier.name),
        ]
      : []),
    // https://learn.microsoft.com/rest/api/apimanagement/api-management-service/create-or-update
    ...checkLength("publisher.name", publisher.name, "a publisher's name", 100),
    ...checkMail("publisher.email", publisher.email),
    ...checkMail("notificationSenderEmail", args.notificationSenderEmail),
  ];
}

function checkMail(path: string, email: string | undefined): Issue[] {
  const issues = checkLength(path, email, "an address of mails", 100);
  return issues.length > 0 ? issues : checkEmail(path, email);
}
