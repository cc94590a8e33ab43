import type { PulumiFn } from "@pulumi/pulumi/automation";
import { openApiContract } from "../../components/contracts";
import { GatewayApi } from "../../components/gateway/gateway-api";
import { GatewayFragment } from "../../components/gateway/fragment";
import { GatewayInventory } from "../../components/gateway/inventory";
import { GatewayNamedValue } from "../../components/gateway/named-value";
import { GatewayProduct } from "../../components/gateway/product";
import { findImportable, type Importable } from "../../import/importable";
import {
  includeFragment,
  policyDocument,
  policyFragment,
  readPolicy,
  setHeader,
} from "../../policies/gateway";
import { gatewayReference, NO_TOKENS, PLACE, seedService, SERVICE_ID } from "../components/fixtures";
import { describeWithEngine } from "../engine";
import { changes, realAzure, Trial } from "./azure/trial";
import { serveLanguageHost } from "./language-host";

const CONTRACT = `openapi: 3.0.3
info: { title: Orders, version: "1" }
servers: [{ url: https://orders.contoso.com }]
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses: { "200": { description: OK } }
`;

/** As somebody types it into the portal: white space and quotes of all kinds, attributes in an order of their own. */
const BY_HAND = `<policies>
    <inbound>
\t<base/>
        <set-header exists-action='override' name='X-Partner'>
            <value>@{
                return "{{partner}}".ToUpper();
            }</value>
        </set-header>
    </inbound>
    <backend><base/></backend><outbound><base/></outbound><on-error><base/></on-error>
</policies>`;

/** What stands in Azure, and no state of Pulumi's knows. */
function seed({ azure }: Trial): void {
  seedService(azure);
  const own = (type: string, inputs: Parameters<typeof azure.seed>[1]) =>
    azure.seed(`azure-native:apimanagement:${type}`, { ...PLACE, ...inputs });
  own("NamedValue", { namedValueId: "partner", displayName: "partner", value: "contoso" });
  own("PolicyFragment", {
    id: "caching",
    description: "No caching",
    value: '<fragment><set-header name="Cache-Control" exists-action="delete"/></fragment>',
  });
  own("Api", {
    apiId: "orders",
    displayName: "Orders",
    path: "orders",
    protocols: ["https"],
    serviceUrl: "https://orders.contoso.com",
    format: "openapi",
    value: CONTRACT,
  });
  own("ApiPolicy", { apiId: "orders", policyId: "policy", format: "rawxml", value: BY_HAND });
  own("ApiOperationPolicy", {
    apiId: "orders",
    operationId: "getorder",
    policyId: "policy",
    value: `<policies><inbound><base/></inbound><backend><base/></backend><outbound><base/>
      <include-fragment fragment-id="caching"/></outbound><on-error><base/></on-error></policies>`,
  });
  own("Product", {
    productId: "partners",
    displayName: "Partners",
    description: "For partners",
    approvalRequired: true,
    subscriptionRequired: true,
    state: "published",
  });
  own("ProductGroup", { productId: "partners", groupId: "developers" });
  own("ProductApi", { productId: "partners", apiId: "orders" });
}

/** The same as a program. */
const program =
  ({ imported }: { readonly imported: boolean }): PulumiFn =>
  async () => {
    const gateway = { ...gatewayReference(), inventory: new GatewayInventory(false) };
    new GatewayNamedValue("partner", { gateway, value: "contoso" });
    new GatewayFragment("caching", {
      gateway,
      description: "No caching",
      fragment: policyFragment([setHeader({ name: "Cache-Control", existsAction: "delete" })]),
    });
    const api = new GatewayApi("orders", {
      gateway,
      path: "orders",
      imported,
      contract: await openApiContract(CONTRACT, "orders.yaml"),
      backend: { kind: "service", url: "https://orders.contoso.com" },
      policy: readPolicy(BY_HAND, "api"),
      anonymous: NO_TOKENS,
      operationPolicies: {
        getOrder: policyDocument({
          scope: "operation",
          outbound: [includeFragment({ fragmentId: "caching" })],
        }),
      },
    });
    new GatewayProduct("partners", {
      gateway,
      displayName: "Partners",
      description: "For partners",
      apis: { orders: api },
    });
  };

describeWithEngine("an API that was made by hand", (engine) => {
  let trial: Trial;
  beforeEach(async () => {
    trial = await Trial.begin(await engine(), {}, realAzure());
    seed(trial);
  });
  afterEach(() => {
    trial.end();
  });

  const importAll = async ({ file }: Importable): Promise<void> => {
    const host = await serveLanguageHost();
    const { workspace } = trial.stack;
    Object.assign(workspace.envVars, host.environment);
    try {
      await trial.stack.import({
        resources: [...file.resources],
        nameTable: { ...file.nameTable },
        generateCode: false,
        protect: false,
      });
    } finally {
      host.close();
      for (const name of Object.keys(host.environment)) Reflect.deleteProperty(workspace.envVars, name);
    }
  };

  test("is imported with all that it needs, without a change, and has its contract written by an update", async () => {
    const imported = program({ imported: true });
    const first = await findImportable(trial.stack, imported, []);
    expect(first.file.resources.flatMap(({ id }) => id ?? []).sort()).toEqual([
      `${SERVICE_ID}/apis/orders;rev=1`,
      `${SERVICE_ID}/apis/orders;rev=1/operations/getorder/policies/policy`,
      `${SERVICE_ID}/apis/orders;rev=1/policies/policy`,
      `${SERVICE_ID}/namedValues/partner`,
      `${SERVICE_ID}/policyFragments/caching`,
      `${SERVICE_ID}/products/partners`,
    ]);
    expect(first.leftOut.map(({ name }) => name).sort()).toEqual([
      "partners-api-orders",
      "partners-group-developers",
    ]);
    await importAll(first);

    await expect(findImportable(trial.stack, imported, ["partner", "typo"])).rejects.toThrow(
      "the stack has no component typo.\n  fix: name some of caching, orders, partner, partners",
    );
    const second = await findImportable(trial.stack, imported, ["partners"]);
    expect(second.leftOut).toEqual([]);
    expect(second.file.resources.map(({ id }) => id).sort()).toEqual([
      `${SERVICE_ID}/products/partners/apis/orders`,
      `${SERVICE_ID}/products/partners/groups/developers`,
    ]);
    await importAll(second);
    const nothing = await findImportable(trial.stack, imported, []);
    expect(nothing).toMatchObject({ file: { resources: [] }, leftOut: [] });

    const before = trial.azure.log.length;
    const preview = await trial.preview(imported);
    expect(preview.errors).toBe("");
    expect(changes(preview)).toEqual([]);
    expect(preview.steps).toContain("same orders-policy-1-getOrder");
    expect(changes(await trial.up(imported))).toEqual([]);
    expect(trial.azure.log.slice(before).filter(({ operation }) => operation !== "read")).toEqual([]);

    const released = program({ imported: false });
    const written = await trial.up(released);
    expect(written.errors).toBe("");
    expect(changes(written)).toEqual(["update orders-api-1", "update orders-policy-1"]);
    expect(trial.azure.get(`${SERVICE_ID}/apis/orders`)?.inputs).toMatchObject({
      format: "openapi+json",
      serviceUrl: "https://orders.contoso.com",
    });
    expect(trial.azure.get(`${SERVICE_ID}/apis/orders;rev=1/policies/policy`)?.inputs.value).toContain(
      '<set-backend-service base-url="https://orders.contoso.com" />',
    );
    expect(changes(await trial.up(released))).toEqual([]);
  });
});
