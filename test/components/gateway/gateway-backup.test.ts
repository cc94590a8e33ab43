import { ApimGateway } from "../../../components/gateway/apim-gateway";
import { GatewayBackup, type GatewayBackupArgs } from "../../../components/gateway/gateway-backup";
import { DEFAULT_IDS } from "../../../rehearsal/azure";
import { guidOf } from "../../../rehearsal/azure/types/common";
import {
  gatewayArgs,
  gatewayArgsWith,
  seedGroups,
  seedIdentity,
  seedService,
  seedWorkspace,
} from "../fixtures";
import {
  deferred,
  deploy,
  identities,
  lateRefusal,
  plan,
  refusal,
  registrationOf,
  start,
  valueOf,
} from "../harness";

const MINIMAL: Omit<GatewayBackupArgs, "gateway"> = {
  storageResourceGroupName: "rg-backup",
  workflowResourceGroupName: "rg-gateway",
  storageAccountName: "stcontosobackup",
  workflowName: "logic-backup-test",
  location: "northeurope",
};

/** Object id of the identity that {@link seedIdentity} makes. */
const SOMEBODY = guidOf(
  `principal:/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-gateway/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-gateway`,
);

const MAXIMAL: Partial<GatewayBackupArgs> = {
  redundancy: "Standard_RAGZRS",
  hours: [2, 14],
  keepDays: 14,
  protect: false,
  tags: { workload: "integration" },
};

const backUp = (more: Partial<GatewayBackupArgs> = {}) =>
  deploy((azure) => {
    seedGroups(azure, "rg-backup");
    const gateway = new ApimGateway("gateway", gatewayArgs(azure));
    return new GatewayBackup("backup", { gateway, ...MINIMAL, ...more });
  });

/** The parts of a workflow's definition that are looked at here. */
interface Definition {
  readonly triggers: unknown;
  readonly actions: Readonly<Record<string, { readonly inputs: unknown }>>;
}

describe("GatewayBackup", () => {
  it("is storage with its rules, a schedule, and a role for each of the two", async () => {
    expect(identities(await backUp()).filter((identity) => !identity.endsWith(" gateway"))).toEqual([
      "azure-native:authorization:RoleAssignment backup-gateway-writes backup",
      "azure-native:authorization:RoleAssignment backup-schedule-operates backup",
      "azure-native:logic:Workflow backup-schedule-workflow backup-schedule",
      "azure-native:storage:BlobContainer backup-container backup",
      "azure-native:storage:BlobServiceProperties backup-blobs backup",
      "azure-native:storage:ManagementPolicy backup-expiry backup",
      "azure-native:storage:StorageAccount backup-storage backup",
      "enterprise-integration:index:ApimGateway gateway -",
      "enterprise-integration:index:GatewayBackup backup -",
      "enterprise-integration:index:LogicAppWorkflow backup-schedule backup",
    ]);
  });

  it("sends the logs of its workflow where there is a workspace, as the same resource as ever", async () => {
    const { azure, ...deployment } = await deploy((azure) => {
      seedGroups(azure, "rg-backup");
      const gateway = new ApimGateway("gateway", gatewayArgs(azure));
      return new GatewayBackup("backup", { gateway, ...MINIMAL, workspaceId: seedWorkspace(azure) });
    });
    const diagnostics = registrationOf(deployment, "backup-schedule-diagnostics");
    expect(diagnostics.parent).toBe("backup-schedule");
    expect(diagnostics.formerNames).toEqual(["backup-diagnostics backup"]);
    expect(diagnostics.inputs).toMatchObject({
      resourceUri: azure.all("azure-native:logic:Workflow")[0]?.id,
      logs: [{ category: "WorkflowRuntime", enabled: true }],
    });
  });

  it("keeps backups in another region, without keys, in clear view of nobody", async () => {
    const storage = registrationOf(await backUp(), "backup-storage");
    expect(storage.protect).toBe(true);
    expect(storage.errorHooks).toEqual([]);
    expect(storage.inputs).toEqual({
      accountName: "stcontosobackup",
      resourceGroupName: "rg-backup",
      location: "northeurope",
      kind: "StorageV2",
      sku: { name: "Standard_GRS" },
      accessTier: "Cool",
      minimumTlsVersion: "TLS1_2",
      enableHttpsTrafficOnly: true,
      allowBlobPublicAccess: false,
      allowSharedKeyAccess: false,
      allowCrossTenantReplication: false,
      isLocalUserEnabled: false,
      networkRuleSet: { bypass: "AzureServices", defaultAction: "Deny" },
    });
  });

  it("deletes a backup when API Management would restore it no more, and forgives a deletion for a week", async () => {
    const deployment = await backUp();
    expect(registrationOf(deployment, "backup-blobs").inputs).toMatchObject({
      deleteRetentionPolicy: { enabled: true, days: 7 },
      containerDeleteRetentionPolicy: { enabled: true, days: 7 },
    });
    expect(registrationOf(deployment, "backup-container").inputs).toMatchObject({ publicAccess: "None" });
    expect(registrationOf(deployment, "backup-expiry").inputs.policy).toEqual({
      rules: [
        {
          name: "delete-expired-backups",
          type: "Lifecycle",
          enabled: true,
          definition: {
            filters: { blobTypes: ["blockBlob"], prefixMatch: ["gateway-backups/"] },
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 30 } } },
          },
        },
      ],
    });
  });

  it("asks API Management for a backup every night, as the gateway's own identity", async () => {
    const deployment = await backUp();
    const [service] = deployment.azure.all("azure-native:apimanagement:ApiManagementService");
    const { definition, location } = registrationOf(deployment, "backup-schedule-workflow")
      .inputs as unknown as {
      readonly definition: Definition;
      readonly location: string;
    };
    expect(location).toBe("westeurope");
    expect(definition.triggers).toEqual({
      Schedule: {
        type: "Recurrence",
        recurrence: { frequency: "Day", interval: 1, timeZone: "UTC", schedule: { hours: [2] } },
      },
    });
    // https://learn.microsoft.com/azure/api-management/api-management-howto-disaster-recovery-backup-restore
    expect(definition.actions.Back_up?.inputs).toEqual({
      method: "POST",
      uri: `https://management.azure.com${service?.id ?? ""}/backup?api-version=2024-05-01`,
      body: {
        storageAccount: "stcontosobackup",
        containerName: "gateway-backups",
        backupName: "@concat('apim-', utcNow('yyyyMMdd-HHmmss'))",
        accessType: "SystemAssignedManagedIdentity",
      },
      authentication: { type: "ManagedServiceIdentity", audience: "https://management.azure.com/" },
    });
  });

  it("lets the gateway write blobs and the schedule operate the gateway, and no one do more", async () => {
    const deployment = await backUp();
    const { azure, result } = deployment;
    const [service] = azure.all("azure-native:apimanagement:ApiManagementService");
    const [storage] = azure.all("azure-native:storage:StorageAccount");
    const identity = service?.outputs.identity as { readonly principalId: string };
    expect(registrationOf(deployment, "backup-gateway-writes").inputs).toMatchObject({
      scope: storage?.id,
      principalId: identity.principalId,
    });
    expect(registrationOf(deployment, "backup-schedule-operates").inputs).toMatchObject({
      scope: service?.id,
      principalId: await valueOf(result.workflow.principalId),
    });
  });

  it("takes what it is told", async () => {
    const deployment = await backUp(MAXIMAL);
    const storage = registrationOf(deployment, "backup-storage");
    expect(storage.protect).toBe(false);
    expect(storage.inputs).toMatchObject({
      sku: { name: "Standard_RAGZRS" },
      tags: { workload: "integration" },
    });
    expect(registrationOf(deployment, "backup-expiry").inputs.policy).toMatchObject({
      rules: [
        { definition: { actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 14 } } } } },
      ],
    });
    const workflow = registrationOf(deployment, "backup-schedule-workflow").inputs;
    expect(workflow.tags).toEqual({ workload: "integration" });
    expect(workflow.definition).toMatchObject({
      triggers: { Schedule: { recurrence: { schedule: { hours: [2, 14] } } } },
    });
  });

  it("registers both ids as outputs", async () => {
    const { registeredOutputs, azure } = await backUp();
    expect(registeredOutputs.backup).toEqual({
      storageAccountId: azure.all("azure-native:storage:StorageAccount")[0]?.id,
      workflowId: azure.all("azure-native:logic:Workflow")[0]?.id,
    });
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await backUp(MAXIMAL))).toEqual(plan(await backUp(MAXIMAL)));
  });

  it("creates the storage while the gateway is still being created", async () => {
    const group = deferred<string>();
    const run = await start((azure) => {
      seedGroups(azure, "rg-backup");
      const gateway = new ApimGateway("gateway", gatewayArgs(azure, { resourceGroupName: group.promise }));
      return new GatewayBackup("backup", { gateway, ...MINIMAL });
    });
    await Promise.all([run.registered("backup-expiry"), run.registered("backup-container")]);
    expect(run.registrations.map(({ name }) => name)).not.toContain("gateway-service");
    group.resolve("rg-gateway");
    const { registrations } = await run.finish();
    expect(registrations.map(({ name }) => name)).toContain("backup-schedule-operates");
  });

  it("is refused late to a gateway that has no identity to write with", async () => {
    const reason = await lateRefusal("backup-gateway-writes", "principalId", SOMEBODY, (azure, opts) => {
      seedGroups(azure, "rg-backup");
      const identity = seedIdentity(azure);
      const place = { resourceGroupName: "rg-gateway", serviceName: "apim-existing", location: "westeurope" };
      seedService(azure, {
        ...place,
        sku: { name: "Basic", capacity: 1 },
        identity: { type: "UserAssigned", userAssignedIdentities: { [identity.id]: {} } },
      });
      const service = { kind: "adopt", tier: "Basic", ...place } as const;
      const gateway = new ApimGateway("gateway", { ...gatewayArgsWith(identity), service });
      return new GatewayBackup("backup", { gateway, ...MINIMAL }, opts);
    });
    expect(reason).toContain(
      "gateway: a gateway writes its backups with its system-assigned identity, and this one has none",
    );
  });

  describe("refuses", () => {
    const refuse = (more: Partial<GatewayBackupArgs>) =>
      refusal("backup", (azure) => {
        const gateway = new ApimGateway("gateway", gatewayArgs(azure));
        return new GatewayBackup("backup", { gateway, ...MINIMAL, ...more });
      });

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse({
          storageAccountName: "st-contoso",
          location: "West Europe",
          keepDays: 31,
          hours: [24],
        }),
      ).toBe(
        [
          'GatewayBackup "backup" is not valid: 4 problems',
          '  - storageAccountName: a storage account name has 3 to 24 lower-case letters and digits (received "st-contoso")',
          "    fix: write 3 to 24 lower-case letters and digits",
          "  - location: backups are kept in another region than the gateway's" + ' (received "West Europe")',
          "    fix: choose another region",
          "  - keepDays: a backup is kept for 1 to 30 days, as API Management restores no older one (received 31)",
          "    fix: give a whole number from 1 to 30",
          "  - hours: a backup is made at one or more hours of the day, 0 to 23, each named once (received [24])",
          "    fix: write hours such as [2, 14]",
        ].join("\n"),
      );
    });

    it.each([[[]], [[-1]], [[1.5]], [[2, 14, 2]]])("the hours %j", async (hours) => {
      expect(await refuse({ hours })).toContain("hours: a backup is made at one or more hours of the day");
    });

    it.each([0, 1.5])("to keep a backup for %d days", async (keepDays) => {
      expect(await refuse({ keepDays })).toContain("keepDays: a backup is kept for 1 to 30 days");
    });

    it("a gateway of a tier without backup, naming those that have it", async () => {
      const message = await refusal("backup", (azure) => {
        const gateway = new ApimGateway(
          "gateway",
          gatewayArgs(azure, { tier: { name: "BasicV2", units: 1 } }),
        );
        return new GatewayBackup("backup", { gateway, ...MINIMAL });
      });
      expect(message).toBe(
        [
          'GatewayBackup "backup" is not valid: 1 problem',
          "  - gateway: a BasicV2 gateway cannot be backed up (received BasicV2 gateway)",
          "    fix: leave the backup out, or choose Developer, Basic, Standard or Premium",
        ].join("\n"),
      );
    });

    it("a name that its workflow cannot have, before it registers its storage", async () => {
      expect(await refuse({ workflowName: "logic backup" })).toContain(
        "workflowName: a workflow name has 1 to 43",
      );
    });
  });
});
