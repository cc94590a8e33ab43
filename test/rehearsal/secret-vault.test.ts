import * as pulumi from "@pulumi/pulumi";
import type { SecretReader } from "../../components/gateway/key-vault";
import { GatewayNamedValue } from "../../components/gateway/named-value";
import { grant } from "../../components/grants";
import { SecretVault, type VaultNetwork } from "../../components/secret-vault";
import { findLeaks } from "../../rehearsal/leaks";
import {
  gatewayReference,
  seedGroups,
  seedIdentity,
  seedService,
  type Identity,
} from "../components/fixtures";
import { describeWithEngine } from "../engine";
import { openWorkbench, type Workbench, writes } from "./workbench";

jest.mock("node:timers/promises", () => jest.requireActual<object>("./quick-waits"));

const SERVICE = "azure-native:apimanagement:ApiManagementService";
const NAMED_VALUE = "azure-native:apimanagement:NamedValue";
const VALUES = { "carrier-key": "canary-of-the-carrier-key", "erp-key": "canary-of-the-erp-key" };
type Name = keyof typeof VALUES;

describeWithEngine("a vault behind its firewall", (engine) => {
  let workbench: Workbench;
  let principalId: string;
  let userAssigned: Identity;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
    const { azure } = workbench;
    seedGroups(azure, "rg-shared");
    seedGroups(azure, "rg-gateway");
    userAssigned = seedIdentity(azure);
    seedService(azure, {
      identity: {
        type: "SystemAssigned, UserAssigned",
        userAssignedIdentities: { [userAssigned.id]: {} },
      },
    });
    const identity = azure.all(SERVICE)[0]?.outputs.identity as { readonly principalId: string };
    principalId = identity.principalId;
  });
  afterEach(() => workbench.close());

  /** What the program is at the moment. */
  let names: readonly Name[] = ["carrier-key", "erp-key"];
  let network: VaultNetwork = { kind: "trustedServices" };
  const vaultArgs = (vaultName: string) => ({
    resourceGroupName: "rg-shared",
    vaultName,
    location: "westeurope",
    tenantId: workbench.azure.tenantId,
    secrets: Object.fromEntries(names.map((name) => [name, { value: pulumi.secret(VALUES[name]) }])),
    protect: false,
  });
  const program = () => {
    const gateway = gatewayReference();
    const vault = new SecretVault("secrets", {
      ...vaultArgs("kv-contoso-test"),
      readers: { gateway: { kind: "gateway", identity: "systemAssigned", principalId } },
      network,
    });
    for (const [name, secretId] of Object.entries(vault.secretIds)) {
      new GatewayNamedValue(name, { gateway, secretId, readBy: "systemAssigned" });
    }
    return Promise.resolve();
  };
  const refusalOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => "it was not refused",
      (error: unknown) => String(error),
    );

  test("is read by the gateway as a trusted service; its secrets are deleted by whom it lets, and go with it", async () => {
    const { azure } = workbench;
    const stack = await workbench.stack("secrets", {}, program);
    const { stdout } = await stack.up();
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    const secrets = Object.entries(VALUES).map(([label, value]) => ({ label, value }));
    expect(
      findLeaks(secrets, [
        { where: "what was printed", text: stdout },
        { where: "the state", text: await workbench.state("secrets") },
      ]),
    ).toEqual([]);

    // One secret alone is deleted through the vault itself, by whoever deploys and from there.
    names = ["carrier-key"];
    expect(await refusalOf(stack.up())).toContain("Action: 'Microsoft.KeyVault/vaults/secrets/delete'");
    const vaultId = azure.all("azure-native:keyvault:Vault")[0]?.id ?? "";
    azure.seed("azure-native:authorization:RoleAssignment", {
      scope: vaultId,
      roleAssignmentName: "1c9d7c1e-52a4-4c0e-9d0b-5a7f2f6b8e43",
      principalId: azure.deployerObjectId,
      principalType: "ServicePrincipal",
      roleDefinitionId: `/subscriptions/${azure.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/b86a8fe4-44ce-4948-aee5-eccb2c155cd7`,
    });
    expect(await refusalOf(stack.up())).toContain("Client address is not authorized");
    network = { kind: "trustedServices", allowedRanges: ["192.0.2.0/24"] };
    await stack.up();
    expect(azure.softDeletedResources().map(({ id }) => id)).toEqual([`${vaultId}/secrets/erp-key`]);

    // Its name is taken until somebody recovers or purges it.
    names = ["carrier-key", "erp-key"];
    expect(await refusalOf(stack.up())).toContain(
      "Secret erp-key is currently in a deleted but recoverable state",
    );
    names = ["carrier-key"];
    await stack.up();

    // With the vault they go without being asked for.
    network = { kind: "trustedServices" };
    await stack.up();
    const before = azure.log.length;
    await stack.destroy();
    names = ["carrier-key", "erp-key"];
    expect(writes(azure, before).map(({ token }) => token)).not.toContain("azure-native:keyvault:Secret");
    expect(azure.softDeletedResources().map(({ id }) => id)).toEqual([vaultId]);
  });

  test("is closed later, and the gateway then reads by its other identity", async () => {
    let identity: SecretReader = "userAssigned";
    const stack = await workbench.stack("closed-later", {}, () => {
      const { caller, ...gateway } = gatewayReference();
      const isOpen = identity === "userAssigned";
      const vault = new SecretVault("secrets", {
        ...vaultArgs("kv-contoso-later"),
        network: isOpen ? { kind: "open", because: "to begin with" } : { kind: "trustedServices" },
        readers: {
          gateway: {
            kind: "gateway",
            identity,
            principalId: isOpen ? userAssigned.principalId : principalId,
          },
        },
      });
      new GatewayNamedValue("erp-key", {
        gateway: { ...gateway, caller: { ...caller, clientId: userAssigned.clientId } },
        secretId: vault.secretIds["erp-key"] ?? "",
        readBy: identity,
      });
      return Promise.resolve();
    });
    await stack.up();
    identity = "systemAssigned";
    await stack.up();
    await stack.preview({ expectNoChanges: true });
    expect(workbench.azure.all(NAMED_VALUE).map(({ inputs }) => inputs.keyVault)).toEqual([
      { secretIdentifier: "https://kv-contoso-later.vault.azure.net/secrets/erp-key" },
    ]);
    await stack.destroy();
  });

  test("keeps out the gateway's user-assigned identity, though it has the role", async () => {
    const stack = await workbench.stack("kept-out", {}, () => {
      const { caller, ...gateway } = gatewayReference();
      const { clientId } = userAssigned;
      const vault = new SecretVault("secrets", vaultArgs("kv-contoso-other"));
      const role = grant.readSecrets(
        "reads-secrets",
        { on: vault.vault.id, to: userAssigned.principalId },
        { parent: vault },
      );
      new GatewayNamedValue(
        "carrier-key",
        {
          gateway: { ...gateway, caller: { ...caller, clientId } },
          secretId: vault.secretIds["carrier-key"] ?? "",
        },
        { dependsOn: role },
      );
      return Promise.resolve();
    });
    expect(await refusalOf(stack.up())).toContain(
      "Failed to access KeyVault Secret https://kv-contoso-other.vault.azure.net/secrets/carrier-key",
    );
  });
});
