import * as managedidentity from "@pulumi/azure-native/managedidentity";
import type * as pulumi from "@pulumi/pulumi";
import { ApimGateway, defaultPortalHostName } from "../../components/gateway/apim-gateway";
import { sendDiagnostics } from "../../components/diagnostics";
import { DnsZone } from "../../components/dns-zone";
import { GatewayBackup, type BackupRedundancy } from "../../components/gateway/gateway-backup";
import type { CaCertificates } from "../../components/gateway/ca-certificates";
import { GatewayPolicy } from "../../components/gateway/gateway-policy";
import { GatewayLogger } from "../../components/gateway/logger";
import { GatewayTracing } from "../../components/gateway/tracing";
import { TIERS, type GatewayTier } from "../../components/gateway/tier";
import { grantGatewayReadsVault, grantPublishTelemetry } from "../../components/grants";
import type { ExtraCallers } from "../../components/workflow/access";
import type { Observability } from "../../components/observability";
import {
  createGroup,
  createNamedValues,
  deploySurroundings,
  registerWorkflows,
  type GatewayPlatform,
  type SurroundingsArgs,
} from "./common";
import { domainNames, domainVaultCertificates, type DomainNames } from "./domain";
import { GATEWAY_OUTPUT, shareGateway } from "./from-stack";
import { gatewayPolicy } from "./policy";

/** A domain for the gateway, its developer portal and its management. */
export interface GatewayDomain extends DomainNames {
  /** Where the zone stands already. @default this stack creates it */
  readonly existingZoneResourceGroup?: string;
}

export interface GatewayPlatformArgs extends SurroundingsArgs {
  readonly tier: GatewayTier;
  readonly publisher: { readonly name: string; readonly email: string };
  readonly notificationSenderEmail?: string;
  readonly developerPortal: boolean;
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
  const domain = args.domain && {
    zone: deployDomain(args.domain, args, sharedGroup.name),
    hostnames: domainNames(args.domain, names.gateway).hostnames,
  };

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
        hostnames: domain?.hostnames,
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
        ...grantBeforeGateway(args.domain, observability, identity.principalId),
        // Elsewhere a name is taken before anybody knows it, and nothing waits for DNS.
        ...(domain && TIERS[args.tier.name].looksUpHostnames ? [domain.zone] : []),
      ],
    },
  );

  createNamedValues(gateway, vault, args.namedValues);
  const portal = args.developerPortal ? portalUrl(args) : undefined;
  new GatewayPolicy("all-apis", { gateway, policy: gatewayPolicy(portal) });
  if (observability) traceRequests(gateway, observability);

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
    outputs: {
      [GATEWAY_OUTPUT]: shareGateway({ gateway, workspaceId, portalUrl: portal }),
      ...(portal !== undefined && { portalUrl: portal }),
      ...(domain && { nameServers: domain.zone.nameServers, certificateExpiry: gateway.certificateExpiry }),
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
    ...(domain ? domainVaultCertificates(domain) : []).map(({ vaultId }) =>
      grantGatewayReadsVault(vaultId, principalId),
    ),
    observability &&
      grantPublishTelemetry(
        "gateway-sends-telemetry",
        { on: observability.applicationInsights.id, to: principalId },
        { parent: observability },
      ),
  ].filter((role) => role !== undefined);
}

function deployDomain(
  domain: GatewayDomain,
  { names, protect, tags }: GatewayPlatformArgs,
  sharedGroupName: pulumi.Input<string>,
): DnsZone {
  return new DnsZone("domain", {
    zone:
      domain.existingZoneResourceGroup === undefined
        ? { kind: "create", domain: domain.zone, resourceGroupName: sharedGroupName, protect, tags }
        : { kind: "adopt", domain: domain.zone, resourceGroupName: domain.existingZoneResourceGroup },
    records: domainNames(domain, names.gateway).records,
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
