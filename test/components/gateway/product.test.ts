import type { GatewayApi } from "../../../components/gateway/gateway-api";
import { GatewayGroup } from "../../../components/gateway/group";
import { GatewayNamedValue } from "../../../components/gateway/named-value";
import { GatewayProduct, type GatewayProductArgs } from "../../../components/gateway/product";
import type { GatewayReference } from "../../../components/gateway/reference";
import { policyDocument, quota, setHeader } from "../../../policies/gateway";
import { gatewayReference, PLACE, seedGateway, tooLong } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";
import { listApi } from "./standing";

const TEXT = { displayName: "Partners", description: "Orders for partners." } as const;
const OPEN = { kind: "open", because: "public reference data" } as const;

const productWith = (more: Partial<GatewayProductArgs> = {}) =>
  deploy(
    (azure) => new GatewayProduct("partners", { gateway: seedGateway(azure), ...TEXT, apis: {}, ...more }),
  );

const maximal = () =>
  deploy((azure) => {
    const gateway = seedGateway(azure);
    const tier = new GatewayNamedValue("tier", { gateway, value: "gold" });
    new GatewayGroup("gold", { gateway, displayName: "Gold" });
    return new GatewayProduct("partners", {
      gateway,
      ...TEXT,
      terms: "Be fair.",
      access: { kind: "subscription", approvalRequired: false, limit: 2 },
      state: "notPublished",
      apis: { placing: listApi(gateway, "orders"), browsing: listApi(gateway, "catalog") },
      groups: ["developers", "gold"],
      policy: policyDocument({
        scope: "product",
        inbound: [
          quota({ calls: 1000, renewalPeriod: 3600 }),
          setHeader({ name: "X-Tier", values: [tier.reference] }),
        ],
      }),
    });
  });

describe("GatewayProduct", () => {
  it("is one that developers see, and to which an administrator admits them", async () => {
    const deployment = await productWith();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Product partners-product partners",
      "azure-native:apimanagement:ProductGroup partners-group-developers partners",
      "enterprise-integration:index:GatewayProduct partners -",
    ]);
    expect(registrationOf(deployment, "partners-product").inputs).toEqual({
      ...PLACE,
      ...TEXT,
      productId: "partners",
      subscriptionRequired: true,
      approvalRequired: true,
      state: "published",
    });
    expect(registrationOf(deployment, "partners-group-developers")).toMatchObject({
      inputs: { ...PLACE, productId: "partners", groupId: "developers" },
      dependsOn: ["partners-product"],
    });
    expect(deployment.result.productId).toBe("partners");
    expect(deployment.registeredOutputs.partners).toEqual({ productId: "partners" });
  });

  it("takes what it is told", async () => {
    const deployment = await maximal();
    expect(identities(deployment).filter((identity) => identity.endsWith(" partners"))).toEqual([
      "azure-native:apimanagement:Product partners-product partners",
      "azure-native:apimanagement:ProductApi partners-api-browsing partners",
      "azure-native:apimanagement:ProductApi partners-api-placing partners",
      "azure-native:apimanagement:ProductGroup partners-group-developers partners",
      "azure-native:apimanagement:ProductGroup partners-group-gold partners",
      "azure-native:apimanagement:ProductPolicy partners-policy partners",
    ]);
    expect(registrationOf(deployment, "partners-product").inputs).toEqual({
      ...PLACE,
      ...TEXT,
      productId: "partners",
      terms: "Be fair.",
      subscriptionRequired: true,
      approvalRequired: false,
      subscriptionsLimit: 2,
      state: "notPublished",
    });
    expect(registrationOf(deployment, "partners-policy").inputs).toMatchObject({
      ...PLACE,
      productId: "partners",
      policyId: "policy",
      format: "xml",
      value: expect.stringContaining('<quota calls="1000" renewal-period="3600" />') as unknown,
    });
  });

  it("is protected where it has keys to lose, unless it is told otherwise", async () => {
    const isProtected = async (more: Partial<GatewayProductArgs>) =>
      registrationOf(await productWith(more), "partners-product").protect;
    expect(await isProtected({})).toBe(true);
    expect(await isProtected({ protect: false })).toBe(false);
    expect(await isProtected({ access: OPEN })).toBe(false);
    expect(await isProtected({ access: OPEN, protect: true })).toBe(true);
  });

  it("waits for what it names, and sells an API only after the API's policies and its own stand", async () => {
    const deployment = await maximal();
    const dependsOn = (name: string) => registrationOf(deployment, name).dependsOn;
    expect(dependsOn("partners-group-gold")).toEqual(["gold-group", "partners-product"]);
    expect(dependsOn("partners-policy")).toEqual(["partners-product", "tier-named-value"]);
    expect(dependsOn("partners-api-placing")).toEqual([
      "orders-policy-1",
      "partners-policy",
      "partners-product",
    ]);
    expect(registrationOf(deployment, "partners-api-placing").inputs).toEqual({
      ...PLACE,
      productId: "partners",
      apiId: "orders",
    });
  });

  it("is linked to an API after the product before, as Azure refuses two writes to an API at once", async () => {
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      const apis = { orders: listApi(gateway, "orders") };
      new GatewayProduct("one", { gateway, ...TEXT, apis });
      new GatewayProduct("two", { gateway, ...TEXT, apis });
    });
    expect(registrationOf(deployment, "two-api-orders").dependsOn).toEqual(["one-api-orders", "two-product"]);
  });

  it("asks for no subscription, and then for no approval, where it is open", async () => {
    const { inputs } = registrationOf(await productWith({ access: OPEN }), "partners-product");
    expect(inputs).toMatchObject({ subscriptionRequired: false });
    expect(inputs).not.toHaveProperty("approvalRequired");
    expect(inputs).not.toHaveProperty("subscriptionsLimit");
  });

  describe("refuses", () => {
    const refuse = (more: Partial<GatewayProductArgs>, name = "partners") =>
      refusal(
        name,
        () => new GatewayProduct(name, { gateway: gatewayReference(), ...TEXT, apis: {}, ...more }),
      );

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse(
          {
            displayName: tooLong(300),
            description: "",
            access: { kind: "subscription", limit: 0 },
            groups: ["Administrators", "guests", "partner", "GUESTS"],
            policy: policyDocument({
              scope: "product",
              inbound: [setHeader({ name: "X-Tier", values: ["{{tier}}"] })],
            }),
          },
          "Starter",
        ),
      ).toBe(
        [
          'GatewayProduct "Starter" is not valid: 8 problems',
          "  - displayName: a product's display name has 1 to 300 characters (received 301)",
          "    fix: write 1 to 300 characters",
          "  - description: a product's description has 1 to 1,000 characters (received 0)",
          "    fix: write 1 to 1,000 characters",
          "  - policy.inbound[1].set-header.value[0]: {{...}} names a named value of the gateway (received {{tier}})",
          "    fix: add the named value to the gateway",
          '  - groups[0]: administrators see every product already (received "Administrators")',
          "    fix: leave it out",
          '  - groups[2]: the id names a group of the gateway (received "partner")',
          "    fix: construct a group with this name before",
          '  - groups[3]: a group is named once (received "GUESTS")',
          "    fix: leave it out",
          "  - name: a new service brings sample products of its own, which a program cannot create again" +
            ' (received "Starter")',
          "    fix: choose another name than starter, unlimited",
          "  - access.limit: the limit is a whole number of subscriptions, at least 1 (received 0)",
          "    fix: write a whole number of at least 1, or leave it out",
        ].join("\n"),
      );
    });

    it("to be open for no reason", async () => {
      expect(await refuse({ access: { kind: "open", because: "  " } })).toBe(
        [
          'GatewayProduct "partners" is not valid: 1 problem',
          '  - access.because: a product without subscription needs a reason (received "  ")',
          "    fix: say why, or ask for a subscription",
        ].join("\n"),
      );
    });

    it("to sell an API without subscription that another product sells so already", async () => {
      const open = (gateway: GatewayReference, api: GatewayApi, name: string) =>
        new GatewayProduct(name, { gateway, ...TEXT, access: OPEN, apis: { orders: api } });
      expect(
        await refusal("everybody", (azure) => {
          const gateway = seedGateway(azure);
          const api = listApi(gateway, "orders");
          new GatewayProduct("partners", { gateway, ...TEXT, apis: { orders: api } });
          open(gateway, api, "anybody");
          open(gateway, api, "everybody");
        }),
      ).toBe(
        [
          'GatewayProduct "everybody" is not valid: 1 problem',
          "  - apis.orders: an API is in at most one product without subscription" +
            ' (received "orders, which is in anybody")',
          "    fix: ask for a subscription in one of the two",
        ].join("\n"),
      );
    });

    it.each([1.5, -1])("a limit of %d subscriptions", async (limit) => {
      expect(await refuse({ access: { kind: "subscription", limit } })).toContain(
        "access.limit: the limit is a whole number",
      );
    });
  });
});
