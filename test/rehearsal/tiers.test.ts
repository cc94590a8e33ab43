import type { PulumiFn } from "@pulumi/pulumi/automation";
import { ordersSettings } from "../../integrations/orders/settings";
import type { SimulatedAzure } from "../../rehearsal/azure";
import type { Json } from "../../rehearsal/azure/resource-type";
import program from "../../index";
import { describeWithEngine } from "../engine";
import { openWorkbench, seedAssumed, type Workbench } from "./workbench";

const SERVICE = "azure-native:apimanagement:ApiManagementService";

const SUBSCRIPTION = "azure-native:apimanagement:Subscription";

const WITH_ORDERS = {
  location: "westeurope",
  protect: false,
  integrations: {
    orders: ordersSettings.parse({
      backends: {
        orderManagement: { url: "https://orders.contoso.com", audience: "api://contoso-orders" },
        shipping: { url: "https://shipping.contoso.com", audience: "api://contoso-shipping" },
      },
      rateLimit: { calls: 60, perSeconds: 60 },
    }),
  },
};

/** What the triggers of the workflows ask of their callers. */
function triggerAccess(azure: SimulatedAzure): (Json | undefined)[] {
  return azure
    .all("azure-native:logic:Workflow")
    .map(({ inputs }) => (inputs.accessControl as { readonly triggers?: Json }).triggers);
}

describeWithEngine("a gateway", (engine) => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  test("without addresses of its own, of a v2 tier, is admitted to workflows by its token alone", async () => {
    const { azure } = workbench;
    const settings = {
      ...WITH_ORDERS,
      gateway: {
        publisher: { name: "Contoso", email: "apis@contoso.com" },
        tier: { name: "StandardV2", units: 2 },
      },
    };
    const stack = await workbench.stack("v2", settings, program as PulumiFn);
    const { outputs } = await stack.up();
    expect(outputs.gateway?.value).toMatchObject({ addresses: "not fixed" });

    const [service] = azure.all(SERVICE);
    expect(service?.outputs).toMatchObject({
      sku: { name: "StandardV2", capacity: 2 },
      developerPortalUrl: expect.stringMatching(/^https:\/\/apim-.*\.developer\.azure-api\.net$/) as string,
    });
    expect(service?.outputs).not.toHaveProperty("publicIPAddresses");
    const access = triggerAccess(azure);
    expect(access).toHaveLength(2);
    for (const triggers of access) {
      expect(triggers).not.toHaveProperty("allowedCallerIpAddresses");
      expect(triggers).toHaveProperty("openAuthenticationPolicies.policies.gateway.type", "AAD");
    }

    const { changeSummary } = await stack.preview();
    expect(Object.keys(changeSummary)).toEqual(["same"]);
    await stack.destroy();
    expect(azure.remaining()).toEqual([]);
  });

  test("that stands already takes an integration, and nothing of it is changed", async () => {
    const { azure } = workbench;
    const settings = {
      ...WITH_ORDERS,
      existingGateway: {
        name: "apim-existing",
        resourceGroup: "rg-existing",
        tier: "Premium",
        identity: { name: "id-existing", resourceGroup: "rg-existing" },
        namedValues: { partner: { value: "contoso" } },
      },
    };
    seedAssumed(azure, settings);
    const before = azure.remaining();
    const [service] = azure.all(SERVICE);
    const addresses = service?.outputs.publicIPAddresses as readonly string[];

    const stack = await workbench.stack("existing", settings, program as PulumiFn);
    const { outputs } = await stack.up();
    expect(outputs.integrations?.value).toEqual({
      orders: expect.objectContaining({ url: "https://apim-existing.azure-api.net/orders" }) as object,
    });
    expect(azure.all(SERVICE)).toEqual([service]);
    expect(triggerAccess(azure)).toMatchObject([
      { allowedCallerIpAddresses: addresses.map((address) => ({ addressRange: `${address}/32` })) },
      { allowedCallerIpAddresses: addresses.map((address) => ({ addressRange: `${address}/32` })) },
    ]);
    const owned = await workbench.state("existing");
    expect(owned).not.toContain(`"type": "${SERVICE}"`);

    // Azure keeps a product until a person deletes the subscription that came with it (isolation.test.ts).
    for (const { id, inputs } of azure.all(SUBSCRIPTION)) {
      if (inputs.scope === "/products/orders") await azure.delete(SUBSCRIPTION, id);
    }
    await stack.destroy();
    expect(azure.remaining()).toEqual(before);
  });
});
