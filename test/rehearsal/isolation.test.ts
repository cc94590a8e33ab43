import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import program from "../../index";
import { describeWithEngine, LIFE_MILLISECONDS } from "../engine";
import { PROJECT } from "../settings/fixtures";
import { LEAST, OWN_GATEWAY } from "./integrations";
import { openWorkbench, seedAssumed, type Workbench, writes } from "./workbench";

const SUBSCRIPTION = "azure-native:apimanagement:Subscription";

/** A stack of one integration on the other's gateway. */
const alone = (key: keyof typeof LEAST, calls: number, more: { readonly protect?: boolean } = {}) => ({
  location: "westeurope",
  gatewayStack: `organization/${PROJECT}/gateway`,
  integrations: { [key]: { ...LEAST[key], rateLimit: { calls, perSeconds: 60 } } },
  ...more,
});

describeWithEngine("the gateway and an integration as two stacks", (engine) => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
    seedAssumed(workbench.azure, { ...OWN_GATEWAY, integrations: { billing: LEAST.billing } });
    const gateway = await workbench.stack("gateway", OWN_GATEWAY, program as PulumiFn);
    await gateway.up();
  });
  afterAll(() => workbench.close());

  // Each version and revision of an API has a policy of its own, in which the limit stands.
  test.each([
    ["orders", 1],
    ["catalog", 3],
    ["billing", 1],
  ] as const)(
    "%s is deployed, changed and destroyed with no operation on the gateway's stack",
    async (key, policies) => {
      const { azure } = workbench;
      const gatewayIds = new Set(azure.remaining().map(({ id }) => id.toLowerCase()));
      const gatewayResources = JSON.stringify(azure.remaining());
      const gatewayState = await workbench.state("gateway");
      const requestsBefore = azure.log.length;

      const integration = await workbench.stack(key, alone(key, 60), program as PulumiFn);
      const { outputs } = await integration.up();
      expect(JSON.stringify(outputs.integrations?.value)).toMatch(
        new RegExp(`"https://apim-[^"]*\\.azure-api\\.net/${key}(/v1)?"`),
      );

      const deployed = azure.log.length;
      await workbench.configure(key, alone(key, 61));
      const { summary } = await integration.up();
      expect(summary.resourceChanges).toMatchObject({ update: policies });
      expect(writes(azure, deployed).map(({ operation, token }) => [operation, token])).toEqual(
        Array.from({ length: policies }, () => ["update", "azure-native:apimanagement:ApiPolicy"]),
      );

      await remove(workbench, key, integration);
      const touched = writes(azure, requestsBefore).map(({ id = "" }) => id.toLowerCase());
      expect(touched.length).toBeGreaterThan(20);
      expect(touched.filter((id) => gatewayIds.has(id))).toEqual([]);
      expect(JSON.stringify(azure.remaining())).toBe(gatewayResources);
      expect(await workbench.state("gateway")).toBe(gatewayState);
    },
    LIFE_MILLISECONDS,
  );
});

/** Removes the integration in the steps of docs/deploying.md, and shows that each of them is needed. */
async function remove(
  { azure, configure }: Workbench,
  key: keyof typeof LEAST,
  integration: Stack,
): Promise<void> {
  // `pulumi destroy` begins with a preview, which the Automation API leaves out.
  const standing = JSON.stringify(azure.remaining());
  await expect(integration.previewDestroy()).rejects.toThrow(
    new RegExp(`apimanagement:Product::${key}-product\\W+cannot be deleted\\s+because it is protected`),
  );
  expect(JSON.stringify(azure.remaining())).toBe(standing);

  await configure(key, alone(key, 61, { protect: false }));
  await integration.up();
  await expect(integration.destroy()).rejects.toThrow(
    "Product cannot be deleted since it has existing subscriptions.",
  );
  // A person's command: the program knows nothing of what Azure made by itself.
  const subscriptions = azure
    .all(SUBSCRIPTION)
    .filter(({ inputs }) => inputs.scope === `/products/${key}` && inputs.displayName === undefined);
  expect(subscriptions).toHaveLength(1);
  for (const { id } of subscriptions) await azure.delete(SUBSCRIPTION, id);
  await integration.destroy();
}
