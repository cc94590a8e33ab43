import * as resources from "@pulumi/azure-native/resources";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { ApimGateway } from "../../components/gateway/apim-gateway";
import { GatewayProduct } from "../../components/gateway/product";
import { SecretVault } from "../../components/secret-vault";
import program from "../../index";
import { deployPortal } from "../../integrations/gateway/portal";
import type { SimulatedAzure } from "../../rehearsal/azure";
import { findLeaks } from "../../rehearsal/leaks";
import { PLACE, seedGroups } from "../components/fixtures";
import { seedGatewayWithIdentity } from "../components/gateway/standing";
import { describeWithEngine } from "../engine";
import { LEAST, OWN_GATEWAY } from "./integrations";
import { openWorkbench, type Workbench, writes } from "./workbench";

const KEY = "Y2FuYXJ5LW9mLXRoZS1kZWxlZ2F0aW9u";

const GROUP = {
  displayName: "Partners",
  objectId: "55555555-5555-4555-8555-555555555555",
  products: ["orders"],
};

const PROVIDER = /\/identityProviders\/aad$/;
const SETTINGS = /\/portal-settings$/;
const PUBLICATION = /\/portal-publication$/;
const GROUPS = {
  external: /\/service\/[^/]+\/groups\/partners$/,
  onProduct: /\/products\/orders\/groups\/partners$/,
};

const SIGN_IN = {
  kind: "entra",
  secrets: { first: { from: "2026-11-01", until: "2028-10-31" } },
  currentSecret: "first",
} as const;

const withPortal = (portal: Readonly<Record<string, unknown>>) => ({
  ...OWN_GATEWAY,
  portal: { signIn: SIGN_IN, ...portal },
  integrations: { orders: LEAST.orders },
});

const revisions = (azure: SimulatedAzure) =>
  azure.all("azure-native:resources:Resource").filter(({ id }) => id.includes("/portalRevisions/"));

/** Short names of what one update wrote. */
async function written(azure: SimulatedAzure, stack: Stack): Promise<string[]> {
  const before = azure.log.length;
  await stack.up();
  return writes(azure, before)
    .map(({ operation, id = "" }) => `${operation} ${id.replace(/^.*\//, "")}`)
    .sort();
}

describeWithEngine("the developer portal", (engine) => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  const stackWith = (portal: Readonly<Record<string, unknown>>) =>
    workbench.stack("portal", withPortal(portal), program as PulumiFn);

  /** The portal of a gateway that stands already, with a product that a group of Entra ID sees. */
  const portalOnStandingGateway = () => {
    const { azure } = workbench;
    seedGroups(azure, "rg-gateway");
    const { identity } = seedGatewayWithIdentity(azure);
    // An administrator has opened the portal, so that Azure's first pages stand.
    azure.seed("azure-native:apimanagement:ContentItem", {
      ...PLACE,
      contentTypeId: "page",
      contentItemId: "home",
      properties: { en_us: { title: "Azure's own" } },
    });
    return workbench.stack("standing", {}, () => {
      const gateway = new ApimGateway("gateway", {
        service: { kind: "adopt", ...PLACE, location: "westeurope", tier: "Developer" },
        identity,
        caller: { tenantId: azure.tenantId, audience: "any" },
      });
      const { vault } = new SecretVault("secrets", {
        resourceGroupName: "rg-gateway",
        vaultName: "kv-portal",
        location: "westeurope",
        tenantId: azure.tenantId,
        protect: false,
      });
      deployPortal(
        {
          signIn: SIGN_IN,
          groups: { partners: GROUP },
          console: true,
          content: "test/rehearsal/portal-content",
          publish: true,
          edition: 1,
        },
        {
          gateway,
          url: "https://developer.contoso.com",
          tenantId: azure.tenantId,
          vault,
          names: { registration: (role) => role },
        },
      );
      new GatewayProduct("orders", {
        gateway,
        displayName: "Orders",
        description: "Orders.",
        groups: ["partners"],
        apis: {},
        access: { kind: "open", because: "it is tried here" },
      });
      return Promise.resolve({});
    });
  };

  test("is set up in the order in which Azure takes it, also after a failure on the way", async () => {
    const { azure } = workbench;
    const stack = await portalOnStandingGateway();
    azure.inject({
      token: "azure-native:apimanagement:IdentityProvider",
      operation: "create",
      code: "ValidationError",
      status: 400,
    });
    await expect(stack.up()).rejects.toThrow("ValidationError");
    // What needs the provider has waited for it.
    const succeeded = () =>
      azure.log.filter(
        ({ code, operation }) => code === "OK" && (operation === "create" || operation === "update"),
      );
    const at = (what: RegExp) => succeeded().find(({ id = "" }) => what.test(id));
    const needProvider = [GROUPS.external, GROUPS.onProduct, SETTINGS, PUBLICATION];
    expect(needProvider.map(at)).toEqual(needProvider.map(() => undefined));

    await stack.up();
    // Each one, and what must stand before.
    const order: readonly (readonly [what: RegExp, before: RegExp])[] = [
      [/\/password\//, /^\/applications\//],
      [PROVIDER, /\/password\//],
      [SETTINGS, PROVIDER],
      [GROUPS.external, PROVIDER],
      [GROUPS.onProduct, GROUPS.external],
      [PUBLICATION, SETTINGS],
      [PUBLICATION, GROUPS.external],
      [PUBLICATION, /\/authorizationServers\/entra$/],
      [PUBLICATION, /\/portal-content$/],
    ];
    const early = order.filter(
      ([what, before]) => !((at(what)?.start ?? 0) >= (at(before)?.end ?? Infinity)),
    );
    expect(early).toEqual([]);
    expect(revisions(azure)).toHaveLength(1);
    const items = azure.all("azure-native:apimanagement:ContentItem").map(({ inputs }) => inputs.properties);
    expect(items).toEqual(
      expect.arrayContaining([
        {
          en_us: {
            title: "Contoso",
            permalink: "/",
            documentId: "contentTypes/document/contentItems/home",
          },
        },
        { nodes: [{ type: "text", text: "[Welcome]" }] },
      ]),
    );
    expect(items).toHaveLength(2);
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.destroy();
    // What Azure cannot delete stays: settings, and what was published.
    expect(revisions(azure)).toHaveLength(1);
    expect(azure.get(`${serviceId(azure)}/identityProviders/aad`)).toBeUndefined();
  });

  test("is published again where something of it changes, and nothing else is written", async () => {
    const { azure } = workbench;
    const stack = await stackWith({});
    await stack.up();
    const [first] = revisions(azure);
    await stack.preview({ expectNoChanges: true });
    expect(await written(azure, stack)).toEqual([]);

    await workbench.configure("portal", withPortal({ terms: { text: "Be kind." } }));
    expect(await written(azure, stack)).toEqual(["update portal-publication", "update portal-settings"]);
    await workbench.configure("portal", withPortal({ terms: { text: "Be kind." }, edition: 2 }));
    expect(await written(azure, stack)).toEqual(["update portal-publication"]);
    expect(revisions(azure)).toHaveLength(3);
    expect(revisions(azure)).toContainEqual(first);
    await stack.destroy();
  });

  test("is delegated by a key that stands in clear nowhere", async () => {
    const { azure } = workbench;
    const stack = await stackWith({});
    await stack.setConfig(
      "portal",
      {
        value: JSON.stringify({
          signIn: SIGN_IN,
          delegation: { url: "https://shop.contoso.com/delegation", validationKey: KEY },
        }),
        secret: true,
      },
      false,
    );
    const { stdout } = await stack.up();
    const delegation = azure.get(`${serviceId(azure)}/portalsettings/delegation`);
    expect(delegation?.inputs.properties).toEqual({
      url: "https://shop.contoso.com/delegation",
      subscriptions: { enabled: true },
      userRegistration: { enabled: false },
      validationKey: KEY,
    });
    expect(delegation?.outputs.properties).not.toHaveProperty("validationKey");
    const secrets = [
      { label: "the delegation's key", value: KEY },
      ...azure.secrets().map((value) => ({ label: "a secret of Azure", value })),
    ];
    expect(secrets.length).toBeGreaterThan(2);
    const texts = [
      { where: "what was printed", text: stdout },
      { where: "the state", text: await workbench.state("portal") },
    ];
    expect(findLeaks(secrets, texts)).toEqual([]);
    await stack.destroy();
  });

  test("has settings that stand from the start, which a resource of its own cannot create", async () => {
    const { azure } = workbench;
    const stack = await stackWith({});
    await stack.up();
    const name = serviceId(azure).replace(/^.*\//, "");
    const resourceGroupName = /\/resourceGroups\/([^/]+)\//.exec(serviceId(azure))?.[1] ?? "";
    const setting = await workbench.stack("setting", {}, () => {
      new resources.Resource("signin", {
        resourceGroupName,
        resourceProviderNamespace: "Microsoft.ApiManagement",
        parentResourcePath: `service/${name}`,
        resourceType: "portalsettings",
        resourceName: "signin",
        apiVersion: "2024-05-01",
        properties: { enabled: true },
      });
      return Promise.resolve({});
    });
    await expect(setting.up()).rejects.toThrow("cannot create already existing resource");
    await stack.destroy();
  });
});

function serviceId(azure: SimulatedAzure): string {
  return azure.all("azure-native:apimanagement:ApiManagementService")[0]?.id ?? "";
}
