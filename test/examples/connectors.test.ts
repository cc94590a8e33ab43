import * as pulumi from "@pulumi/pulumi";
import { connectors } from "../../examples/connectors";
import { DEFAULT_IDS } from "../../rehearsal/azure";
import { findLeaks } from "../../rehearsal/leaks";
import { describeWithEngine } from "../engine";
import { openWorkbench, type Workbench } from "../rehearsal/workbench";

const SECRETS = { username: "canary-of-the-erp-user", password: "canary-of-the-erp-password" };
const MAIL = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-connectors/providers/Microsoft.Web/connections/con-sales-mail`;

describeWithEngine("what a workflow calls", (engine) => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterAll(() => workbench.close());

  test("is deployed, waits for a person's consent, does not drift by it, and goes without a trace", async () => {
    const { azure } = workbench;
    const location = "westeurope";
    azure.seed("azure-native:resources:ResourceGroup", { resourceGroupName: "rg-on-premises", location });
    const dataGateway = azure.seed("azure-native:web:ConnectionGateway", {
      resourceGroupName: "rg-on-premises",
      connectionGatewayName: "dgw-contoso",
      location,
      properties: { connectionGatewayInstallation: { id: "installed" } },
    });
    const before = azure.remaining().length;
    const stack = await workbench.stack("connectors", {}, () => {
      const outputs = connectors({
        location,
        namespaceName: "sb-connectors",
        accountName: "stconnectors",
        dataGatewayId: dataGateway.id,
        senderId: DEFAULT_IDS.deployerObjectId,
        erp: { username: pulumi.secret(SECRETS.username), password: pulumi.secret(SECRETS.password) },
      });
      return Promise.resolve({ ...outputs });
    });
    const { stdout, outputs } = await stack.up();
    expect(outputs.consents?.value).toEqual({
      "con-sales-mail": `https://portal.azure.com/#@${DEFAULT_IDS.tenantId}/resource${MAIL}/edit`,
    });
    const [workflow] = azure.all("azure-native:logic:Workflow");
    const given = (
      workflow?.inputs.parameters as { $connections: { value: Readonly<Record<string, object>> } }
    ).$connections.value;
    expect(Object.keys(given).sort()).toEqual(["blobs", "bus", "erp", "mail", "sql"]);
    // Those by managed identity name the workflow's own, and no other does.
    const named = Object.entries(given).filter(([, entry]) => "connectionProperties" in entry);
    expect(named.map(([key]) => key).sort()).toEqual(["blobs", "bus", "sql"]);
    expect(JSON.stringify(named)).toContain("/userAssignedIdentities/id-orders");

    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.preview({ expectNoChanges: true });

    azure.edit(MAIL, consented(azure.get(MAIL)?.outputs.properties));
    await stack.refresh();
    await stack.preview({ expectNoChanges: true });
    const after = await stack.up();
    expect(after.outputs.consents?.value).toEqual({});

    const secrets = Object.entries(SECRETS).map(([label, value]) => ({ label, value }));
    const written = [
      { where: "what was printed", text: stdout + after.stdout },
      { where: "the state", text: await workbench.state("connectors") },
    ];
    expect(findLeaks(secrets, written)).toEqual([]);

    await stack.destroy();
    expect(azure.remaining()).toHaveLength(before);
  });
});

/** What Azure answers once somebody has signed in, and the connector has got a new icon. */
function consented(properties: unknown) {
  const answered = properties as { readonly api: Readonly<Record<string, string>> };
  return {
    properties: {
      ...answered,
      api: { ...answered.api, iconUri: "https://connectoricons-prod.azureedge.net/new.png" },
      authenticatedUser: { name: "sales@contoso.com" },
      overallStatus: "Connected",
      statuses: [{ status: "Connected" }],
    },
  };
}
