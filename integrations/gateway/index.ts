import * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import {
  ApimGateway,
  defaultGatewayHostName,
  defaultPortalHostName,
} from "../../components/gateway/apim-gateway";
import { sendDiagnostics } from "../../components/diagnostics";
import { DnsZone } from "../../components/dns-zone";
import { GatewayBackup, type BackupRedundancy } from "../../components/gateway/gateway-backup";
import type { CaCertificates } from "../../components/gateway/ca-certificates";
import { GatewayPolicy } from "../../components/gateway/gateway-policy";
import { certificateSecretId, type VaultCertificate } from "../../components/gateway/key-vault";
import { GatewayLogger } from "../../components/gateway/logger";
import { GatewayTracing } from "../../components/gateway/tracing";
import type { GatewayHostname } from "../../components/gateway/hostnames";
import type { GatewayTier } from "../../components/gateway/tier";
import { grantGatewayReadsVault, grantPublishTelemetry } from "../../components/grants";
import type { ExtraCallers } from "../../components/workflow/access";
import type { Observability } from "../../components/observability";
import type { ClientCertificates } from "../../policies/gateway";
import {
  createGroup,
  createNamedValues,
  deploySurroundings,
  registerWorkflows,
  type GatewayPlatform,
  type SurroundingsArgs,
} from "./common";
import { GATEWAY_OUTPUT, shareGateway } from "./from-stack";
import { gatewayPolicy } from "./policy";
import { deployPortal, type PortalSettings } from "./portal";

/** A domain for the gateway and the developer portal, with a certificate from a vault that stands already. */
export interface GatewayDomain {
  /** e.g. `contoso.com`. */
  readonly zone: string;
  /** Where the zone stands already. @default this stack creates it */
  readonly existingZoneResourceGroup?: string;
  /** Names relative to the zone. */
  readonly hostnames: { readonly gateway: string; readonly portal?: string };
  /** Whether the gateway asks clients for a certificate under its name. */
  readonly clientCertificates: ClientCertificates;
  readonly certificate: VaultCertificate;
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
  const workflows = registerWorkflows(args, identity.principalId);

  const { observability, vault } = deploySurroundings(args, sharedGroup.name, identity.principalId);
  const workspaceId = observability?.workspace.id;

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
        hostnames: args.domain && hostnamesOf(args.domain),
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
    { dependsOn: grantBeforeGateway(args.domain, observability, identity.principalId) },
  );

  createNamedValues(gateway, vault, args.namedValues);
  const portal = args.developerPortal ? portalUrl(args) : undefined;
  new GatewayPolicy("all-apis", { gateway, policy: gatewayPolicy(portal) });
  const given =
    args.portal && portal !== undefined
      ? deployPortal(args.portal, { gateway, url: portal, tenantId, names })
      : undefined;
  if (observability) traceRequests(gateway, observability);

  const zone = args.domain && deployDomain(args.domain, args, sharedGroup.name);
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
      ...(backup && { backupStorageAccount: backup.account.name }),
    },
  };
}

function traceRequests(gateway: ApimGateway, { applicationInsights }: Observability): void {
  const logger = new GatewayLogger("application-insights", {
    gateway,
    target: {
      kind: "applicationInsights",
      id: applicationInsights.id,
      connectionString: applicationInsights.connectionString,
    },
  });
  new GatewayTracing("all-apis", { gateway, logger });
}

/** The gateway reads its certificate while it is created, and sends telemetry as soon as it stands. */
function grantBeforeGateway(
  domain: GatewayDomain | undefined,
  observability: Observability | undefined,
  principalId: pulumi.Input<string>,
): pulumi.Resource[] {
  return [
    domain && grantGatewayReadsVault(domain.certificate.vaultId, principalId),
    observability &&
      grantPublishTelemetry(
        "gateway-sends-telemetry",
        { on: observability.applicationInsights.id, to: principalId },
        { parent: observability },
      ),
  ].filter((role) => role !== undefined);
}

function hostnamesOf({
  zone,
  hostnames,
  clientCertificates,
  certificate,
}: GatewayDomain): Record<string, GatewayHostname> {
  const secretId = certificateSecretId(certificate);
  return {
    gateway: {
      endpoint: "gateway",
      hostName: `${hostnames.gateway}.${zone}`,
      certificateSecretId: secretId,
      clientCertificates,
    },
    ...(hostnames.portal && {
      portal: {
        endpoint: "portal",
        hostName: `${hostnames.portal}.${zone}`,
        certificateSecretId: secretId,
      },
    }),
  };
}

/** The records name Azure's host names, which follow from the gateway's name: DNS need not wait for the gateway. */
function deployDomain(
  domain: GatewayDomain,
  { names, protect, tags }: GatewayPlatformArgs,
  sharedGroupName: pulumi.Input<string>,
): DnsZone {
  const { hostnames } = domain;
  return new DnsZone("domain", {
    zone:
      domain.existingZoneResourceGroup === undefined
        ? { kind: "create", domain: domain.zone, resourceGroupName: sharedGroupName, protect, tags }
        : { kind: "adopt", domain: domain.zone, resourceGroupName: domain.existingZoneResourceGroup },
    records: {
      gateway: { name: hostnames.gateway, type: "CNAME", target: defaultGatewayHostName(names.gateway) },
      ...(hostnames.portal && {
        portal: { name: hostnames.portal, type: "CNAME", target: defaultPortalHostName(names.gateway) },
      }),
    },
  });
}

function deployBackup(
  backup: NonNullable<GatewayPlatformArgs["backup"]>,
  args: GatewayPlatformArgs,
  gateway: ApimGateway,
  gatewayGroupName: pulumi.Input<string>,
  workspaceId: pulumi.Input<string> | undefined,
): GatewayBackup {
  const group = createGroup("backup", backup.location, args);
  return new GatewayBackup("gateway-backup", {
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
}

function portalUrl({ domain, names }: GatewayPlatformArgs): string {
  return domain?.hostnames.portal
    ? `https://${domain.hostnames.portal}.${domain.zone}`
    : `https://${defaultPortalHostName(names.gateway)}`;
}
