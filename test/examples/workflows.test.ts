import * as pulumi from "@pulumi/pulumi";
import { workflows } from "../../examples/workflows";
import { DEFAULT_IDS } from "../../rehearsal/azure";
import { findLeaks } from "../../rehearsal/leaks";
import { describeWithEngine } from "../engine";
import { openWorkbench, writes, type Workbench } from "../rehearsal/workbench";

const PARTNER_KEY = "canary-of-the-partner-key";

describeWithEngine("a workflow with everything that one can have", (engine) => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterAll(() => workbench.close());

  test("is deployed, changes nothing a second time, does not drift, is disabled in one update, and goes", async () => {
    const { azure } = workbench;
    azure.seed("azure-native:resources:ResourceGroup", {
      resourceGroupName: "rg-maps",
      location: "westeurope",
    });
    const account = azure.seed("azure-native:logic:IntegrationAccount", {
      resourceGroupName: "rg-maps",
      integrationAccountName: "ia-maps",
      location: "westeurope",
      sku: { name: "Basic" },
    });
    let state: "Enabled" | "Disabled" = "Enabled";
    const stack = await workbench.stack("workflows", {}, () =>
      Promise.resolve(
        workflows({
          location: "westeurope",
          vaultName: "kv-workflows",
          gatewayAddresses: ["192.0.2.10", "198.51.100.20"],
          gateway: {
            tenantId: DEFAULT_IDS.tenantId,
            clientId: "11111111-1111-4111-8111-111111111111",
            audience: "22222222-2222-4222-8222-222222222222",
          },
          integrationAccountId: account.id,
          state,
          partnerKey: pulumi.secret(PARTNER_KEY),
        }),
      ),
    );
    const { stdout, outputs } = await stack.up();

    const [identity] = azure.all("azure-native:managedidentity:UserAssignedIdentity");
    expect(outputs.principalId?.value).toBe(identity?.outputs.principalId);
    const [workflow] = azure.all("azure-native:logic:Workflow");
    expect(workflow?.inputs.parameters).toMatchObject({ "partner-key": { value: PARTNER_KEY } });
    expect(JSON.stringify(workflow?.outputs)).not.toContain(PARTNER_KEY);

    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.preview({ expectNoChanges: true });

    state = "Disabled";
    const before = azure.log.length;
    await stack.up();
    expect(writes(azure, before).map(({ operation, token }) => `${operation} ${token}`)).toEqual([
      "update azure-native:logic:Workflow",
    ]);

    const written = [
      { where: "what was printed", text: stdout },
      { where: "the state", text: await workbench.state("workflows") },
    ];
    expect(findLeaks([{ label: "partner-key", value: PARTNER_KEY }], written)).toEqual([]);

    await stack.destroy();
    expect(azure.remaining().map(({ token }) => token)).toEqual([
      "azure-native:resources:ResourceGroup",
      "azure-native:logic:IntegrationAccount",
    ]);
  });
});
