import * as pulumi from "@pulumi/pulumi";
import { SecretVault, type SecretVaultArgs } from "../../components/secret-vault";
import { seedGroups, seedIdentity } from "./fixtures";
import { deferred, deploy, identities, plan, refusal, registrationOf, start, valueOf } from "./harness";

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

const maximal = () =>
  deploy((azure) => {
    seedGroups(azure, "rg-shared", "rg-gateway");
    return new SecretVault("secrets", {
      ...MINIMAL,
      secrets: { "partner-key": pulumi.secret("s3cret-partner"), plain: "given-in-clear" },
      readers: { gateway: seedIdentity(azure).principalId },
      softDeleteDays: 7,
      purgeProtection: false,
      protect: false,
      tags: { workload: "integration" },
    });
  });

describe("SecretVault", () => {
  it("is a vault for nobody yet, with access by role, soft delete and purge protection", async () => {
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
      },
    });
    expect(deployment.result.secretIds).toEqual({});
  });

  it("holds secrets, and lets readers in before their identifiers are known", async () => {
    const deployment = await maximal();
    expect(identities(deployment)).toEqual([
      "azure-native:authorization:RoleAssignment secrets-reader-gateway secrets",
      "azure-native:keyvault:Secret secrets-secret-partner-key secrets",
      "azure-native:keyvault:Secret secrets-secret-plain secrets",
      "azure-native:keyvault:Vault secrets-vault secrets",
      "enterprise-integration:index:SecretVault secrets -",
    ]);
    const secret = registrationOf(deployment, "secrets-secret-partner-key");
    expect(secret.dependsOn).toEqual(["secrets-reader-gateway", "secrets-vault"]);
    expect(secret.inputs).toEqual({
      resourceGroupName: "rg-shared",
      vaultName: "kv-contoso-test",
      secretName: "partner-key",
      properties: { value: "s3cret-partner" },
      tags: { workload: "integration" },
    });
    expect(await valueOf(deployment.result.secretIds["partner-key"])).toBe(
      "https://kv-contoso-test.vault.azure.net/secrets/partner-key",
    );
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

  it("keeps every value secret, also one that was given in clear", async () => {
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
        secrets: { late: late.promise, early: "known" },
        readers: { gateway: principalId },
      });
    });
    await run.registered("secrets-secret-early");
    expect(run.registrations.map(({ name }) => name)).not.toContain("secrets-secret-late");
    late.resolve("known at last");
    const deployment = await run.finish();
    expect(registrationOf(deployment, "secrets-secret-late").inputs.properties).toEqual({
      value: "known at last",
    });
  });

  describe("refuses", () => {
    const refuse = (more: Partial<SecretVaultArgs>) =>
      refusal("secrets", () => new SecretVault("secrets", { ...MINIMAL, ...more }));

    it("everything that is wrong, at once, and never shows a secret", async () => {
      expect(
        await refuse({
          vaultName: "kv--contoso",
          secrets: { partner_key: "s3cret-partner" },
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
