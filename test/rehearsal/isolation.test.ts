import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { LoggedRequest } from "../../rehearsal/azure";
import { ordersSettings } from "../../integrations/orders/settings";
import program from "../../index";
import { describeWithEngine } from "../engine";
import { openWorkbench, PROJECT, type Workbench } from "./workbench";

const SUBSCRIPTION = "azure-native:apimanagement:Subscription";

const GATEWAY = {
  location: "westeurope",
  protect: false,
  gateway: { publisher: { name: "Contoso", email: "apis@contoso.com" }, tier: { name: "Developer" } },
};

function orders(calls: number, more: { readonly protect?: boolean } = {}) {
  const backends = {
    orderManagement: { url: "https://orders.contoso.com", audience: "api://contoso-orders" },
    shipping: { url: "https://shipping.contoso.com", audience: "api://contoso-shipping" },
  };
  const settings = ordersSettings.parse({ backends, rateLimit: { calls, perSeconds: 60 } });
  return {
    location: "westeurope",
    gatewayStack: `organization/${PROJECT}/gateway`,
    integrations: { orders: settings },
    ...more,
  };
}

function writes(log: readonly LoggedRequest[]): LoggedRequest[] {
  return log.filter(({ operation }) => operation !== "read" && operation !== "invoke");
}

describeWithEngine("the gateway and an integration as two stacks", (engine) => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterAll(() => workbench.close());

  test("the integration is deployed, changed and destroyed with no operation on the gateway's stack", async () => {
    const { azure } = workbench;
    const gateway = await workbench.stack("gateway", GATEWAY, program as PulumiFn);
    await gateway.up();
    const gatewayIds = new Set(azure.remaining().map(({ id }) => id.toLowerCase()));
    const gatewayResources = JSON.stringify(azure.remaining());
    const gatewayState = await workbench.state("gateway");
    const requestsBefore = azure.log.length;

    const integration = await workbench.stack("orders", orders(60), program as PulumiFn);
    const { outputs } = await integration.up();
    expect(outputs.integrations?.value).toMatchObject({
      orders: { url: expect.stringMatching(/^https:\/\/apim-.*\.azure-api\.net\/orders$/) as string },
    });

    const deployed = azure.log.length;
    await workbench.configure("orders", orders(61));
    const { summary } = await integration.up();
    expect(summary.resourceChanges).toMatchObject({ update: 1 });
    expect(writes(azure.log.slice(deployed)).map(({ operation, token }) => [operation, token])).toEqual([
      ["update", "azure-native:apimanagement:ApiPolicy"],
    ]);

    await remove(workbench, integration);
    const touched = writes(azure.log.slice(requestsBefore)).map(({ id = "" }) => id.toLowerCase());
    expect(touched.length).toBeGreaterThan(20);
    expect(touched.filter((id) => gatewayIds.has(id))).toEqual([]);
    expect(JSON.stringify(azure.remaining())).toBe(gatewayResources);
    expect(await workbench.state("gateway")).toBe(gatewayState);
  });
});

/** Removes the integration in the steps of docs/deploying.md, and shows that each of them is needed. */
async function remove({ azure, configure }: Workbench, integration: Stack): Promise<void> {
  // `pulumi destroy` begins with a preview, which the Automation API leaves out.
  const standing = JSON.stringify(azure.remaining());
  await expect(integration.previewDestroy()).rejects.toThrow(
    /apimanagement:Product::orders-product\W+cannot be deleted\s+because it is protected/,
  );
  expect(JSON.stringify(azure.remaining())).toBe(standing);

  await configure("orders", orders(61, { protect: false }));
  await integration.up();
  await expect(integration.destroy()).rejects.toThrow(
    "Product cannot be deleted since it has existing subscriptions.",
  );
  // A person's command: the program knows nothing of what Azure made by itself.
  const subscriptions = azure
    .all(SUBSCRIPTION)
    .filter(({ inputs }) => inputs.scope === "/products/orders" && inputs.displayName === undefined);
  expect(subscriptions).toHaveLength(1);
  for (const { id } of subscriptions) await azure.delete(SUBSCRIPTION, id);
  await integration.destroy();
}
