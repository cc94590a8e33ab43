import * as pulumi from "@pulumi/pulumi";
import { SecretVault, type SecretVaultArgs } from "../../components/secret-vault";
import { simulateAzure } from "../../rehearsal/azure";
import { seedGroups, seedIdentity } from "./fixtures";
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
} from "./harness";

const MINIMAL: SecretVaultArgs = {
  resourceGroupName: "rg-shared",
  vaultName: "kv-contoso-test",
  location: "westeurope",
  tenantId: "00000000-0000-4000-8000-000000000002",
};

const vaultWith = (more: Partial<SecretVaultArgs> = {}) =>
  deploy((azure) => {
    seedGroups(azure, "rg-shared", "rg-gateway");
    seedIdentity(azure);
    return new SecretVault("secrets", { ...MINIMAL, ...more });
  });

/** A secret of Pulumi, as the vault takes it. */
const secret = (value: string) => ({ value: pulumi.secret(value) });

const maximal = () =>
  deploy((azure) => {
    seedGroups(azure, "rg-shared", "rg-gateway");
    return new SecretVault("secrets", {
      ...MINIMAL,
      secrets: {
        "partner-key": {
          ...secret("s3cret-partner"),
          contentType: "text/plain",
          expires: "2027-06-30T00:00:00Z",
          tags: { owner: "partners" },
        },
        plain: secret("plain-s3cret"),
      },
      readers: {
        gateway: {
          kind: "gateway",
          identity: "systemAssigned",
          principalId: seedIdentity(azure).principalId,
        },
        workflow: { kind: "client", principalId: seedIdentity(azure, "id-workflow").principalId },
      },
      network: { kind: "trustedServices", allowedRanges: ["203.0.113.0/24", "198.51.100.7/32"] },
      softDeleteDays: 7,
      purgeProtection: false,
      protect: false,
      workspaceId: azure.seed("azure-native:operationalinsights:Workspace", {
        resourceGroupName: "rg-shared",
        workspaceName: "log",
        location: "westeurope",
      }).id,
      tags: { workload: "integration" },
    });
  });

describe("SecretVault", () => {
  it("is a vault for nobody yet, with access by role, a firewall, soft delete and purge protection", async () => {
    const deployment = await vaultWith();
    expect(identities(deployment)).toEqual([
      "azure-native:keyvault:Vault secrets-vault secrets",
      "enterprise-integration:index:SecretVault secrets -",
    ]);
    const vault = registrationOf(deployment, "secrets-vault");
    expect(vault.protect).toBe(true);
    expect(vault.inputs).toEqual({
      vaultName: "kv-contoso-test",
      resourceGroupName: "rg-shared",
      location: "westeurope",
      properties: {
        tenantId: "00000000-0000-4000-8000-000000000002",
        sku: { family: "A", name: "standard" },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        enabledForDeployment: false,
        enabledForDiskEncryption: false,
        enabledForTemplateDeployment: false,
        softDeleteRetentionInDays: 90,
        enablePurgeProtection: true,
        publicNetworkAccess: "Enabled",
        networkAcls: { bypass: "AzureServices", defaultAction: "Deny", ipRules: [] },
      },
    });
    expect(deployment.result.secretIds).toEqual({});
  });

  it("holds secrets that go with it, and lets readers in before their identifiers are known", async () => {
    const deployment = await maximal();
    expect(identities(deployment)).toEqual([
      "azure-native:authorization:RoleAssignment secrets-reader-gateway secrets",
      "azure-native:authorization:RoleAssignment secrets-reader-workflow secrets",
      "azure-native:keyvault:Secret secrets-secret-partner-key secrets",
      "azure-native:keyvault:Secret secrets-secret-plain secrets",
      "azure-native:keyvault:Vault secrets-vault secrets",
      "azure-native:monitor:DiagnosticSetting secrets-diagnostics secrets",
      "enterprise-integration:index:SecretVault secrets -",
    ]);
    const written = registrationOf(deployment, "secrets-secret-partner-key");
    expect(written.dependsOn).toEqual(["secrets-vault"]);
    expect(written.deletedWith).toBe("secrets-vault");
    expect(written.inputs).toEqual({
      resourceGroupName: "rg-shared",
      vaultName: "kv-contoso-test",
      secretName: "partner-key",
      properties: {
        value: "s3cret-partner",
        contentType: "text/plain",
        attributes: { expires: Date.UTC(2027, 5, 30) / 1000 },
      },
      tags: { owner: "partners" },
    });
    expect(await valueOf(deployment.result.secretIds["partner-key"])).toBe(
      "https://kv-contoso-test.vault.azure.net/secrets/partner-key",
    );
  });

  it("tells a workspace who reads what", async () => {
    expect(registrationOf(await maximal(), "secrets-diagnostics").inputs).toMatchObject({
      logs: [{ category: "AuditEvent", enabled: true }],
    });
  });

  it("lets in the ranges that it is told beside the trusted services", async () => {
    expect(registrationOf(await maximal(), "secrets-vault").inputs.properties).toMatchObject({
      networkAcls: {
        bypass: "AzureServices",
        defaultAction: "Deny",
        ipRules: [{ value: "203.0.113.0/24" }, { value: "198.51.100.7/32" }],
      },
    });
  });

  it("has no firewall where somebody says why, and then any reader gets in", async () => {
    const deployment = await deploy((azure) => {
      seedGroups(azure, "rg-shared", "rg-gateway");
      const { principalId } = seedIdentity(azure);
      return new SecretVault("secrets", {
        ...MINIMAL,
        network: { kind: "open", because: "the certificate is read before the gateway stands" },
        readers: {
          gateway: { kind: "gateway", identity: "userAssigned", principalId },
          workflow: { kind: "client", principalId: seedIdentity(azure, "id-workflow").principalId },
        },
      });
    });
    expect(registrationOf(deployment, "secrets-vault").inputs.properties).toMatchObject({
      networkAcls: { defaultAction: "Allow" },
    });
    expect(identities(deployment).filter((name) => name.includes("RoleAssignment"))).toHaveLength(2);
  });

  it("keeps for as few days as it is told, and leaves purge protection out rather than sending false", async () => {
    const vault = registrationOf(await maximal(), "secrets-vault");
    expect(vault.protect).toBe(false);
    expect(vault.inputs.tags).toEqual({ workload: "integration" });
    expect(vault.inputs.properties).toMatchObject({
      softDeleteRetentionInDays: 7,
      enableRbacAuthorization: true,
    });
    expect(vault.inputs.properties).not.toHaveProperty("enablePurgeProtection");
  });

  it("keeps every value secret", async () => {
    const deployment = await maximal();
    for (const name of ["secrets-secret-partner-key", "secrets-secret-plain"]) {
      expect(registrationOf(deployment, name).secretInputs).toEqual(["properties.value"]);
    }
  });

  it("registers the vault's id as output", async () => {
    const { registeredOutputs, azure } = await vaultWith();
    expect(registeredOutputs.secrets).toEqual({ vaultId: azure.all("azure-native:keyvault:Vault")[0]?.id });
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await maximal())).toEqual(plan(await maximal()));
  });

  it("creates the vault and the readers' roles while a secret is not known yet", async () => {
    const late = deferred<string>();
    const run = await start((azure) => {
      seedGroups(azure, "rg-shared", "rg-gateway");
      const { principalId } = seedIdentity(azure);
      return new SecretVault("secrets", {
        ...MINIMAL,
        secrets: { late: { value: pulumi.secret(late.promise) }, early: secret("known") },
        readers: { gateway: { kind: "gateway", identity: "systemAssigned", principalId } },
      });
    });
    await run.registered("secrets-secret-early");
    await run.registered("secrets-reader-gateway");
    expect(run.registrations.map(({ name }) => name)).not.toContain("secrets-secret-late");
    late.resolve("known at last");
    const deployment = await run.finish();
    expect(registrationOf(deployment, "secrets-secret-late").inputs.properties).toEqual({
      value: "known at last",
    });
  });

  it("writes its secrets while the gateway that reads them is still being created", async () => {
    const gateway = deferred<string>();
    let reader = "";
    const run = await start((azure) => {
      seedGroups(azure, "rg-shared", "rg-gateway");
      reader = seedIdentity(azure).principalId;
      return new SecretVault("secrets", {
        ...MINIMAL,
        secrets: { key: secret("known") },
        readers: { gateway: { kind: "gateway", identity: "systemAssigned", principalId: gateway.promise } },
      });
    });
    await run.registered("secrets-secret-key");
    expect(run.registrations.map(({ name }) => name)).not.toContain("secrets-reader-gateway");
    gateway.resolve(reader);
    const { result } = await run.finish();
    expect(await valueOf(result.secretIds.key)).toBe("https://kv-contoso-test.vault.azure.net/secrets/key");
  });

  describe("refuses, once it is known,", () => {
    const written = (value: pulumi.Output<string>) =>
      lateRefusal("secrets-secret-key", "properties", { value: "filler" }, (azure, opts) => {
        seedGroups(azure, "rg-shared");
        return new SecretVault("secrets", { ...MINIMAL, secrets: { key: { value } } }, opts);
      });

    it("a value that is kept in clear", async () => {
      expect(await written(pulumi.output("in-clear"))).toBe(
        [
          'SecretVault "secrets" is not valid: 1 problem',
          "  - secrets.key.value: a value for the vault is a secret of Pulumi, and this one is kept in clear",
          "    fix: take it by config.requireSecret, or mark it by pulumi.secret where it enters the program",
        ].join("\n"),
      );
    });

    it.each([0, 25 * 1024 + 1])("a value of %d bytes, without showing it", async (bytes) => {
      const message = await written(pulumi.secret("x".repeat(bytes)));
      expect(message).toContain(`secrets.key.value: a secret has 1 byte to 25 KB (received ${bytes} bytes)`);
      expect(message).not.toContain("xx");
    });

    it("a gateway without an identity of its own", async () => {
      const refused = await lateRefusal(
        "secrets-reader-gateway",
        "principalId",
        // Made from its place, so that it is the same in every simulated Azure.
        seedIdentity(simulateAzure()).principalId,
        (azure, opts) => {
          seedGroups(azure, "rg-shared", "rg-gateway");
          seedIdentity(azure);
          const readers = {
            gateway: { kind: "gateway", identity: "systemAssigned", principalId: pulumi.output("") },
          } as const;
          return new SecretVault("secrets", { ...MINIMAL, readers }, opts);
        },
      );
      expect(refused).toContain(
        "readers.gateway.principalId: a reader is an identity, and this gateway has no system-assigned one",
      );
    });
  });

  describe("refuses", () => {
    const refuse = (more: Partial<SecretVaultArgs>) =>
      refusal("secrets", () => new SecretVault("secrets", { ...MINIMAL, ...more }));

    it.each<[string, Partial<SecretVaultArgs>, string]>([
      [
        "a gateway's user-assigned identity behind the firewall",
        { readers: { gateway: { kind: "gateway", identity: "userAssigned", principalId: "any" } } },
        "readers.gateway.identity: behind a vault's firewall a gateway reads by its system-assigned identity only " +
          '(received "userAssigned")\n    fix: give the role to gateway.systemPrincipalId and read by ' +
          '"systemAssigned", or open the network and say why',
      ],
      [
        "a workflow behind the firewall",
        { readers: { orders: { kind: "client", principalId: "any" } } },
        "readers.orders: behind a vault's firewall a workflow is none of the trusted services\n    fix: name its " +
          "outbound addresses in network.allowedRanges, or open the network and say why",
      ],
      [
        "an open network without a reason",
        { network: { kind: "open", because: " " } },
        'network.because: a vault without firewall needs a reason (received " ")\n    fix: say why, or let in trusted' +
          " services only",
      ],
      [
        "more ranges than Azure takes",
        { network: { kind: "trustedServices", allowedRanges: Array<string>(1001).fill("192.0.2.0/24") } },
        "network.allowedRanges: a vault's firewall lets in at most 1,000 ranges (received 1001)",
      ],
      [
        "an instant without time zone",
        { secrets: { key: { ...secret("s3cret"), expires: "2027-06-30T00:00:00" } } },
        'secrets.key.expires: a secret expires at an instant with its time zone (received "2027-06-30T00:00:00")',
      ],
      [
        "a day that there is not",
        { secrets: { key: { ...secret("s3cret"), expires: "2027-13-30T00:00:00Z" } } },
        "secrets.key.expires: a secret expires at an instant with its time zone",
      ],
      [
        "a content type that is too long",
        { secrets: { key: { ...secret("s3cret"), contentType: "c".repeat(256) } } },
        "secrets.key.contentType: a content type has 1 to 255 characters (received 256)",
      ],
      [
        "two names that differ in their case alone",
        { secrets: { Key: secret("s3cret"), key: secret("s3cret") } },
        "secrets.key: the names of two secrets differ in more than their case, and there is Key",
      ],
      [
        "more tags than Azure takes",
        {
          secrets: {
            key: {
              ...secret("s3cret"),
              tags: Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`tag-${index}`, ""])),
            },
          },
        },
        "secrets.key.tags: a secret has at most 15 tags (received 16)",
      ],
    ])("%s", async (_, more, message) => {
      expect(await refuse(more)).toContain(message);
    });

    it.each(["203.0.113.7", "0.0.0.0/0", "10.1.0.0/16", "172.20.0.0/16", "192.168.1.0/24", "a.b.c.d/32"])(
      "the range %s",
      async (range) => {
        expect(await refuse({ network: { kind: "trustedServices", allowedRanges: [range] } })).toContain(
          `network.allowedRanges[0]: a range that a vault's firewall lets in is a.b.c.d/nn with public addresses, and not the whole internet (received "${range}")`,
        );
      },
    );

    it("everything that is wrong, at once, and never shows a secret", async () => {
      expect(
        await refuse({
          vaultName: "kv--contoso",
          secrets: { partner_key: secret("s3cret-partner") },
          softDeleteDays: 91,
        }),
      ).toBe(
        [
          'SecretVault "secrets" is not valid: 3 problems',
          "  - vaultName: a vault name has 3 to 24 letters, digits and single hyphens, beginning with a letter and not" +
            ' ending with a hyphen (received "kv--contoso")',
          "    fix: write 3 to 24 letters, digits and single hyphens, beginning with a letter and not" +
            " ending with a hyphen",
          `  - secrets.partner_key: a secret's name has 1 to 127 letters, digits and hyphens (received "partner_key")`,
          "    fix: write 1 to 127 letters, digits and hyphens",
          "  - softDeleteDays: a deleted vault is kept for 7 to 90 days (received 91)",
          "    fix: give a whole number from 7 to 90",
        ].join("\n"),
      );
    });

    it.each(["kv", "1kv-contoso", "kv-contoso-", "kv_contoso", "k".repeat(25)])(
      "the vault name %s",
      async (vaultName) => {
        expect(await refuse({ vaultName })).toContain("vaultName: a vault name has 3 to 24");
      },
    );

    it.each([6, 7.5])("%d days of soft delete", async (softDeleteDays) => {
      expect(await refuse({ softDeleteDays })).toContain(
        "softDeleteDays: a deleted vault is kept for 7 to 90 days",
      );
    });
  });
});
