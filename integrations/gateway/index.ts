import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as pulumi from "@pulumi/pulumi";
import { ApimGateway, defaultPortalHostName } from "../../components/gateway/apim-gateway";
import { sendDiagnostics } from "../../components/diagnostics";
import { DnsZone, type CaaPolicy, type DnsZoneArgs } from "../../components/dns-zone";
import { GatewayBackup, type BackupRedundancy } from "../../components/gateway/gateway-backup";
import type { CaCertificates } from "../../components/gateway/ca-certificates";
import { GatewayPolicy } from "../../components/gateway/gateway-policy";
import { GatewayLogger } from "../../components/gateway/logger";
import { PassiveGateway } from "../../components/gateway/passive-gateway";
import { GatewayTracing } from "../../components/gateway/tracing";
import { TIERS, type GatewayTier } from "../../components/gateway/tier";
import { grant, grantGatewayReadsVault } from "../../components/grants";
import type { LifecycleGroup } from "../../components/resource-group";
import type { ExtraCallers } from "../../components/workflow/access";
import type { Observability } from "../../components/observability";
import {
  createGroup,
  deployNamedValues,
  deployObservability,
  registerWorkflows,
  type GatewayPlatform,
  type SurroundingsArgs,
} from "./common";
import { domainNames, domainVaultCertificates, passiveHostNames, type DomainNames } from "./domain";
import { GATEWAY_OUTPUT, shareGateway } from "./from-stack";
import { gatewayPolicy } from "./policy";
import { deployPortal, type PortalSettings } from "./portal";

/** Where a zone stands that is not this stack's. */
interface Place {
  readonly resourceGroup: string;
  readonly subscriptionId?: string;
}

/** A domain for the gateway, its developer portal and its management. */
export interface GatewayDomain extends DomainNames {
  /** Where the zone stands already. @default this stack creates it */
  readonly existingZone?: Place;
  /** The zone that delegates to the one that this stack creates. @default a person has to */
  readonly parent?: Place & { readonly zone: string; readonly delegationSigner: boolean };
  /** Whether Azure signs the zone that this stack creates. @default as {@link DnsZone} does */
  readonly dnssec?: boolean;
  /** Who may issue certificates for the zone that this stack creates. @default everybody */
  readonly caa?: CaaPolicy;
  /** Whether this stack has the records; else the names are this gateway's, and lead where another stack says. @default true */
  readonly records?: boolean;
  /** The gateway that takes the names over when told to. @default none */
  readonly passiveGateway?: DomainNames["passiveGateway"] & Place & { readonly name: string };
}

export interface GatewayPlatformArgs extends SurroundingsArgs {
  readonly tier: GatewayTier;
  readonly publisher: { readonly name: string; readonly email: string };
  readonly notificationSenderEmail?: string;
  readonly developerPortal: boolean;
  /** Sign-in, groups, pages and publication of the portal. @default as Azure makes it, with nothing published */
  readonly portal?: PortalSettings;
  readonly caCertificates?: CaCertificates;
  /** Brings back the deleted service in this one update, in which Azure ignores all else of it. */
  readonly restoreDeleted: boolean;
  /** Who else workflows admit; addresses may change meanwhile. */
  readonly extraCallers?: ExtraCallers;
  readonly domain?: GatewayDomain;
  readonly backup?: {
    readonly location: string;
    readonly redundancy: BackupRedundancy;
    readonly hours: readonly number[];
    readonly keepDays: number;
  };
}

/** Composes the gateway, its identity, secrets, domain, observability and backup. */
export function deployGateway(args: GatewayPlatformArgs): GatewayPlatform {
  const { location, tenantId, names, tags, protect } = args;
  const gatewayGroup = createGroup("gateway", location, args);
  const sharedGroup = createGroup("shared", location, args);

  const identity = new managedidentity.UserAssignedIdentity("gateway-identity", {
    resourceName: names.identity,
    resourceGroupName: gatewayGroup.name,
    location,
    tags,
  });
  // Nothing brings a deleted identity back, and all that admits the gateway names it.
  if (protect) gatewayGroup.lock(identity.id);
  const workflows = registerWorkflows(args, identity.principalId);

  const observability = deployObservability(args, sharedGroup.name);
  const workspaceId = observability?.workspace.id;
  const zone =
    args.domain && args.domain.records !== false ? deployDomain(args.domain, args, sharedGroup) : undefined;

  const gateway = new ApimGateway(
    "gateway",
    {
      service: {
        kind: "create",
        resourceGroupName: gatewayGroup.name,
        serviceName: names.gateway,
        location,
        tier: args.tier,
        publisher: args.publisher,
        notificationSenderEmail: args.notificationSenderEmail,
        hostnames: args.domain && domainNames(args.domain, names.gateway).hostnames,
        caCertificates: args.caCertificates,
        developerPortal: args.developerPortal,
        restoreDeleted: args.restoreDeleted,
        addressesChange: args.extraCallers !== undefined,
        protect,
        tags,
      },
      identity,
      caller: { tenantId, audience: workflows.clientId },
    },
    {
      dependsOn: [
        // It reads its certificates while it is created.
        ...(args.domain ? domainVaultCertificates(args.domain) : []).map(({ vaultId }) =>
          grantGatewayReadsVault(vaultId, identity.principalId),
        ),
        // Elsewhere a name is taken before anybody knows it, and nothing waits for DNS.
        ...(zone && TIERS[args.tier.name].looksUpHostnames ? [zone] : []),
      ],
    },
  );

  const { vault } = deployNamedValues(gateway, args, sharedGroup.name, workspaceId);
  const portal = args.developerPortal ? portalUrl(args) : undefined;
  new GatewayPolicy("all-apis", { gateway, policy: gatewayPolicy(portal) });
  const given =
    args.portal && portal !== undefined
      ? deployPortal(args.portal, { gateway, url: portal, tenantId, vault, names, access: args.access })
      : undefined;
  if (observability) traceRequests(gateway, observability, identity.principalId);

  const backup = args.backup && deployBackup(args.backup, args, gateway, gatewayGroup.name, workspaceId);

  if (workspaceId) {
    sendDiagnostics(
      "gateway-diagnostics",
      {
        resourceId: gateway.serviceId,
        workspaceId,
        logs: ["GatewayLogs", "DeveloperPortalAuditLogs"],
        ownTables: true,
      },
      { parent: gateway },
    );
  }
  return {
    gateway,
    workspaceId,
    portalUrl: portal,
    ...given,
    outputs: {
      [GATEWAY_OUTPUT]: shareGateway({ gateway, workspaceId, portalUrl: portal, ...given }),
      ...(portal !== undefined && { portalUrl: portal }),
      ...(zone && { nameServers: zone.nameServers }),
      ...(zone?.delegation && { delegation: zone.delegation }),
      ...(args.domain && { certificateExpiry: gateway.certificateExpiry }),
      ...(backup && { backupStorageAccount: backup.account.name }),
    },
  };
}

function traceRequests(
  gateway: ApimGateway,
  observability: Observability,
  principalId: pulumi.Input<string>,
): void {
  const { applicationInsights } = observability;
  const sends = grant.publishTelemetry(
    "gateway-sends-telemetry",
    { on: applicationInsights.id, to: principalId },
    { parent: observability },
  );
  const logger = new GatewayLogger(
    "application-insights",
    {
      gateway,
      target: {
        kind: "applicationInsights",
        id: applicationInsights.id,
        connectionString: applicationInsights.connectionString,
      },
    },
    // It sends as soon as it stands. The gateway itself waits for no telemetry.
    { dependsOn: sends },
  );
  new GatewayTracing("all-apis", { gateway, logger });
}

function deployDomain(
  domain: GatewayDomain,
  { names, protect, tags }: GatewayPlatformArgs,
  sharedGroup: LifecycleGroup,
): DnsZone {
  const passive =
    domain.passiveGateway &&
    new PassiveGateway("passive-gateway", {
      serviceName: domain.passiveGateway.name,
      ...found(domain.passiveGateway),
      activeServiceName: names.gateway,
      hostNames: passiveHostNames(domain),
    });
  const dns = new DnsZone("domain", {
    zone: zoneOf(domain, { resourceGroupName: sharedGroup.name, protect, tags }),
    records: {
      ...domainNames(domain, names.gateway, passive).records,
      ...(domain.caa && { issuers: { name: "@", type: "CAA", ...domain.caa } }),
    },
  });
  // With a locked SOA record, which each zone has, Azure deletes no zone, but other records as ever
  // (https://learn.microsoft.com/azure/dns/dns-protect-zones-recordsets#protecting-against-zone-deletion).
  if (protect && dns.zone) sharedGroup.lock(pulumi.interpolate`${dns.zone.id}/SOA/@`);
  return dns;
}

function found({ resourceGroup, subscriptionId }: Place) {
  return { resourceGroupName: resourceGroup, subscriptionId };
}

function zoneOf(
  { zone: domain, existingZone, parent, dnssec }: GatewayDomain,
  own: {
    readonly resourceGroupName: pulumi.Input<string>;
    readonly protect: boolean;
    readonly tags: Readonly<Record<string, string>>;
  },
): DnsZoneArgs["zone"] {
  if (existingZone) return { kind: "adopt", domain, ...found(existingZone) };
  return {
    kind: "create",
    domain,
    ...own,
    dnssec,
    parent: parent && {
      domain: parent.zone,
      delegationSigner: parent.delegationSigner,
      ...found(parent),
    },
  };
}

function deployBackup(
  backup: NonNullable<GatewayPlatformArgs["backup"]>,
  args: GatewayPlatformArgs,
  gateway: ApimGateway,
  gatewayGroupName: pulumi.Input<string>,
  workspaceId: pulumi.Input<string> | undefined,
): GatewayBackup {
  const group = createGroup("backup", backup.location, args);
  const made = new GatewayBackup("gateway-backup", {
    gateway,
    storageResourceGroupName: group.name,
    workflowResourceGroupName: gatewayGroupName,
    storageAccountName: args.names.storage,
    workflowName: args.names.workflow("backup"),
    ...backup,
    workspaceId,
    protect: args.protect,
    tags: args.tags,
  });
  if (args.protect) group.lock(made.account.id, [made]);
  return made;
}

function portalUrl({ domain, names }: GatewayPlatformArgs): string {
  return domain?.hostnames.portal
    ? `https://${domain.hostnames.portal}.${domain.zone}`
    : `https://${defaultPortalHostName(names.gateway)}`;
}
