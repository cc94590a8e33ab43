import { GatewayProduct } from "../../../components/gateway/product";
import { GatewaySubscription, type SubscriptionScope } from "../../../components/gateway/subscription";
import type { GatewayReference } from "../../../components/gateway/reference";
import { PLACE, seedGateway, tooLong } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";
import { listApi } from "./standing";

function product(gateway: GatewayReference): SubscriptionScope {
  return {
    product: new GatewayProduct("partners", {
      gateway,
      displayName: "Partners",
      description: "Orders for partners.",
      apis: {},
    }),
  };
}

const subscriptionTo = (
  scope: (gateway: GatewayReference) => SubscriptionScope,
  more: { readonly protect?: boolean } = {},
) =>
  deploy((azure) => {
    const gateway = seedGateway(azure);
    new GatewaySubscription("warehouse", {
      gateway,
      displayName: "Warehouse",
      scope: scope(gateway),
      ...more,
    });
  });

describe("GatewaySubscription", () => {
  it("opens a product, cannot be traced, and is protected, as its keys are a consumer's", async () => {
    const deployment = await subscriptionTo(product);
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Product partners-product partners",
      "azure-native:apimanagement:ProductGroup partners-group-developers partners",
      "azure-native:apimanagement:Subscription warehouse-subscription warehouse",
      "enterprise-integration:index:GatewayProduct partners -",
      "enterprise-integration:index:GatewaySubscription warehouse -",
    ]);
    const subscription = registrationOf(deployment, "warehouse-subscription");
    expect(subscription.inputs).toEqual({
      ...PLACE,
      sid: "warehouse",
      displayName: "Warehouse",
      scope: "/products/partners",
      state: "active",
      allowTracing: false,
    });
    expect(subscription.dependsOn).toEqual(["partners-product"]);
    expect(subscription.protect).toBe(true);
    expect(deployment.registeredOutputs.warehouse).toEqual({ subscriptionId: "warehouse" });
  });

  it("opens a single API, once its policies stand", async () => {
    const deployment = await subscriptionTo((gateway) => ({ api: listApi(gateway, "orders") }));
    const subscription = registrationOf(deployment, "warehouse-subscription");
    expect(subscription.inputs.scope).toBe("/apis/orders");
    expect(subscription.dependsOn).toContain("orders-policy-1");
  });

  it("can be deleted where that was said", async () => {
    const deployment = await subscriptionTo(product, { protect: false });
    expect(registrationOf(deployment, "warehouse-subscription").protect).toBe(false);
  });

  it.each([
    ["", 0],
    [tooLong(100), 101],
  ])("refuses the display name %j", async (displayName, length) => {
    expect(
      await refusal("warehouse", (azure) => {
        const gateway = seedGateway(azure);
        new GatewaySubscription("warehouse", { gateway, displayName, scope: product(gateway) });
      }),
    ).toBe(
      [
        'GatewaySubscription "warehouse" is not valid: 1 problem',
        `  - displayName: a subscription's display name has 1 to 100 characters (received ${length})`,
        "    fix: write 1 to 100 characters",
      ].join("\n"),
    );
  });
});
