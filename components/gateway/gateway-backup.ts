import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, type Issue } from "../../validation/issue";
import { call, concat, defineWorkflow, http, managedIdentity, recurrenceTrigger } from "../../workflow";
import type { ApimGateway } from "./apim-gateway";
import { API_VERSION } from "./child";
import { BACKUP_DAYS, type BACKUP_REDUNDANCIES } from "./limits";
import { backupRule, TIERS } from "./tier";
import { grant } from "../grants";
import { LogicAppWorkflow, WORKFLOW_NAME } from "../logic-app-workflow";
import { isSameRegion } from "../../validation/region";
import { checkText, requireValid } from "../validation";

/** Copies that Azure keeps: within a region over zones, or in the paired region as well. */
export type BackupRedundancy = (typeof BACKUP_REDUNDANCIES)[number];

export interface GatewayBackupArgs {
  readonly gateway: ApimGateway;
  /** Resource group of the storage, in the backup's region. */
  readonly storageResourceGroupName: pulumi.Input<string>;
  /** Resource group of the workflow that makes the backups. */
  readonly workflowResourceGroupName: pulumi.Input<string>;
  /** Globally unique: 3 to 24 lower-case letters and digits. */
  readonly storageAccountName: string;
  /** 1 to 43 characters. */
  readonly workflowName: string;
  /** Region of the storage; another than the gateway's. */
  readonly location: string;
  /** @default "Standard_GRS" */
  readonly redundancy?: BackupRedundancy;
  /** Hours of the day (UTC) at which a backup is made, 0 to 23. @default [2] */
  readonly hours?: readonly number[];
  /** Days after which a backup is deleted, 1 to 30: Azure restores no older one. @default 30 */
  readonly keepDays?: number;
  /** ARM id of the Log Analytics workspace that receives the logs of the workflow. @default none are sent */
  readonly workspaceId?: pulumi.Input<string>;
  /** Whether `pulumi destroy` refuses to delete the storage. @default true */
  readonly protect?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What {@link GatewayBackup} assumes where its arguments say nothing. */
const GATEWAY_BACKUP_DEFAULTS = {
  redundancy: "Standard_GRS",
  hours: [2],
  keepDays: 30,
  protect: true,
} as const;

const CONTAINER = "gateway-backups";

/**
 * Scheduled backups of the gateway's configuration, in another region: storage, and a workflow that asks API Management
 * for a backup (https://learn.microsoft.com/azure/api-management/api-management-howto-disaster-recovery-backup-restore).
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayBackup extends pulumi.ComponentResource {
  readonly account: storage.StorageAccount;
  readonly workflow: LogicAppWorkflow;

  constructor(
    private readonly backupName: string,
    args: GatewayBackupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:GatewayBackup", backupName, {}, opts);
    requireValid(this, "GatewayBackup", backupName, validateGatewayBackup(args));

    this.account = this.createStorage(args);
    this.workflow = this.createWorkflow(args);
    this.grantAccess(args);

    this.registerOutputs({ storageAccountId: this.account.id, workflowId: this.workflow.id });
  }

  private createStorage(args: GatewayBackupArgs): storage.StorageAccount {
    const resourceGroupName = args.storageResourceGroupName;
    const account = new storage.StorageAccount(
      `${this.backupName}-storage`,
      {
        accountName: args.storageAccountName,
        resourceGroupName,
        location: args.location,
        kind: "StorageV2",
        sku: { name: args.redundancy ?? GATEWAY_BACKUP_DEFAULTS.redundancy },
        accessTier: "Cool",
        minimumTlsVersion: "TLS1_2",
        enableHttpsTrafficOnly: true,
        allowBlobPublicAccess: false,
        allowSharedKeyAccess: false,
        allowCrossTenantReplication: false,
        isLocalUserEnabled: false,
        // Closed but for Azure's trusted services, with which the gateway's system-assigned identity comes in.
        networkRuleSet: { bypass: "AzureServices", defaultAction: "Deny" },
        tags: args.tags,
      },
      { parent: this, protect: args.protect ?? GATEWAY_BACKUP_DEFAULTS.protect },
    );
    const keepDays = args.keepDays ?? GATEWAY_BACKUP_DEFAULTS.keepDays;
    const place = { resourceGroupName, accountName: account.name };
    const blobs = new storage.BlobServiceProperties(
      `${this.backupName}-blobs`,
      {
        ...place,
        blobServicesName: "default",
        deleteRetentionPolicy: { enabled: true, days: 7 },
        containerDeleteRetentionPolicy: { enabled: true, days: 7 },
      },
      { parent: this },
    );
    new storage.BlobContainer(
      `${this.backupName}-container`,
      { ...place, containerName: CONTAINER, publicAccess: "None" },
      { parent: this, dependsOn: blobs },
    );
    new storage.ManagementPolicy(
      `${this.backupName}-expiry`,
      {
        ...place,
        managementPolicyName: "default",
        policy: {
          rules: [
            {
              name: "delete-expired-backups",
              type: "Lifecycle",
              enabled: true,
              definition: {
                filters: { blobTypes: ["blockBlob"], prefixMatch: [`${CONTAINER}/`] },
                actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: keepDays } } },
              },
            },
          ],
        },
      },
      { parent: this, dependsOn: blobs },
    );
    return account;
  }

  private createWorkflow({ gateway, hours, ...args }: GatewayBackupArgs): LogicAppWorkflow {
    return new LogicAppWorkflow(
      `${this.backupName}-schedule`,
      {
        resourceGroupName: args.workflowResourceGroupName,
        workflowName: args.workflowName,
        location: gateway.location,
        definition: defineWorkflow({
          trigger: recurrenceTrigger("Schedule", {
            frequency: "Day",
            interval: 1,
            timeZone: "UTC",
            schedule: { hours: hours ?? GATEWAY_BACKUP_DEFAULTS.hours },
          }),
          actions: [
            // Answers 202 and goes on for minutes; the action follows it to its end by itself.
            http("Back_up", {
              method: "POST",
              uri: pulumi.interpolate`https://management.azure.com${gateway.serviceId}/backup?api-version=${API_VERSION}`,
              body: {
                storageAccount: args.storageAccountName,
                containerName: CONTAINER,
                backupName: concat("apim-", call("utcNow", "yyyyMMdd-HHmmss")),
                accessType: "SystemAssignedManagedIdentity",
              },
              authentication: managedIdentity({ audience: "https://management.azure.com/" }),
            }),
          ],
        }),
        workspaceId: args.workspaceId,
        tags: args.tags,
      },
      { parent: this, transformations: [formerDiagnostics(this)] },
    );
  }

  private grantAccess({ gateway }: GatewayBackupArgs): void {
    grant.writeBlobs(
      `${this.backupName}-gateway-writes`,
      { on: this.account.id, to: this.writer(gateway) },
      { parent: this },
    );
    grant.operateGateway(
      `${this.backupName}-schedule-operates`,
      { on: gateway.serviceId, to: this.workflow.principalId },
      { parent: this },
    );
  }

  /**
   * The identity with which the gateway writes; one that stands already may have none.
   *
   * @throws pulumi.RunError (through the output)
   */
  private writer({ systemPrincipalId }: ApimGateway): pulumi.Output<string> {
    return systemPrincipalId.apply((principalId) => {
      if (principalId !== "") return principalId;
      throw new pulumi.RunError(
        formatIssues(`GatewayBackup "${this.backupName}" is not valid`, [
          {
            path: "gateway",
            rule: "a gateway writes its backups with its system-assigned identity, and this one has none",
            fix: "let its owner switch that on",
          },
        ]),
      );
    });
  }
}

/** Before a workflow sent its diagnostics by itself, they stood beside it: Azure does not create them a second time. */
function formerDiagnostics(backup: GatewayBackup): pulumi.ResourceTransformation {
  return ({ type, props, opts }) =>
    type === "azure-native:monitor:DiagnosticSetting"
      ? {
          props,
          opts: {
            ...opts,
            aliases: [...(opts.aliases ?? []), { name: "backup-diagnostics", parent: backup }],
          },
        }
      : undefined;
}

/** Every problem of the arguments of a {@link GatewayBackup}. */
function validateGatewayBackup(args: GatewayBackupArgs): Issue[] {
  const { keepDays = GATEWAY_BACKUP_DEFAULTS.keepDays, hours = GATEWAY_BACKUP_DEFAULTS.hours } = args;
  const issues: Issue[] = [
    ...checkText("storageAccountName", args.storageAccountName, {
      what: "a storage account name",
      pattern: /^[a-z0-9]{3,24}$/,
      words: "3 to 24 lower-case letters and digits",
    }),
    ...checkText("workflowName", args.workflowName, WORKFLOW_NAME),
  ];
  const { tier } = args.gateway;
  if (!TIERS[tier].backup) {
    issues.push({ path: "gateway", ...backupRule(tier), received: `${tier} gateway` });
  }
  if (isSameRegion(args.location, args.gateway.location)) {
    issues.push({
      path: "location",
      rule: "backups are kept in another region than the gateway's",
      received: received(args.location),
      fix: "choose another region",
    });
  }
  if (!Number.isInteger(keepDays) || keepDays < BACKUP_DAYS.least || keepDays > BACKUP_DAYS.most) {
    issues.push({
      path: "keepDays",
      rule: "a backup is kept for 1 to 30 days, as API Management restores no older one",
      received: received(keepDays),
      fix: "give a whole number from 1 to 30",
    });
  }
  const areHours = hours.every((hour) => Number.isInteger(hour) && hour >= 0 && hour <= 23);
  if (hours.length === 0 || !areHours || new Set(hours).size < hours.length) {
    issues.push({
      path: "hours",
      rule: "a backup is made at one or more hours of the day, 0 to 23, each named once",
      received: received(hours),
      fix: "write hours such as [2, 14]",
    });
  }
  return issues;
}
