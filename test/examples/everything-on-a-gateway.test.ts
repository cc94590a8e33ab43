import * as pulumi from "@pulumi/pulumi";
import { everythingOnAGateway, ORDERS } from "../../examples/everything-on-a-gateway";
import { DEFAULT_IDS } from "../../rehearsal/azure";
import { findLeaks } from "../../rehearsal/leaks";
import { CA_CERTIFICATE } from "../components/fixtures";
import { describeWithEngine, LIFE_MILLISECONDS } from "../engine";
import { openWorkbench, type Workbench } from "../rehearsal/workbench";

const LINK = "https://contoso.com/orders.json";
const SECRETS = {
  "carrier-key": "canary-of-the-carrier-key",
  "erp-user": "canary-of-the-erp-user",
  "erp-password": "canary-of-the-erp-password",
  "warehouse-secret": "canary-of-the-warehouse-secret",
  "client-pfx": "canaryOfTheClientPfx",
};

jest.setTimeout(LIFE_MILLISECONDS);

describeWithEngine("everything that can stand on a gateway", (engine) => {
  let workbench: Workbench;
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterAll(() => workbench.close());

  test("is deployed, changes nothing a second time, does not drift, and goes without a trace", async () => {
    const { azure } = workbench;
    azure.publish(LINK, ORDERS);
    const program = () =>
      everythingOnAGateway({
        location: "westeurope",
        tenantId: DEFAULT_IDS.tenantId,
        serviceName: "apim-everything",
        vaultName: "kv-everything",
        caCertificate: CA_CERTIFICATE,
        ordersLink: LINK,
        secrets: {
          "carrier-key": pulumi.secret(SECRETS["carrier-key"]),
          "erp-user": pulumi.secret(SECRETS["erp-user"]),
          "erp-password": pulumi.secret(SECRETS["erp-password"]),
          "warehouse-secret": pulumi.secret(SECRETS["warehouse-secret"]),
          "client-pfx": pulumi.secret(SECRETS["client-pfx"]),
        },
      });
    const stack = await workbench.stack("everything", {}, program);
    const { stdout } = await stack.up();

    const kinds = new Set(azure.remaining().map(({ token }) => token.split(":")[2]));
    expect([...kinds]).toEqual(
      expect.arrayContaining([
        "ApiDiagnostic",
        "ApiOperationPolicy",
        "ApiSchema",
        "ApiVersionSet",
        "AuthorizationServer",
        "Certificate",
        "ContentItem",
        "GlobalSchema",
        "Group",
        "IdentityProvider",
        "OpenIdConnectProvider",
        "PolicyFragment",
        "ProductPolicy",
        "Subscription",
        "TagByApi",
      ]),
    );

    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });
    await stack.preview({ expectNoChanges: true });

    const secrets = Object.entries(SECRETS).map(([label, value]) => ({ label, value }));
    const written = [
      { where: "what was printed", text: stdout },
      { where: "the state", text: await workbench.state("everything") },
    ];
    expect(findLeaks(secrets, written)).toEqual([]);

    await stack.destroy();
    expect(azure.remaining()).toEqual([]);
  });
});
