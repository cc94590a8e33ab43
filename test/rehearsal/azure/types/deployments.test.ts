import { simulateAzure, type SimulatedAzure } from "../../../../rehearsal/azure";
import { FailedAfterAcceptanceError } from "../../../../rehearsal/azure/errors";
import type { Properties, StoredResource } from "../../../../rehearsal/azure/resource-type";
import { PLACE, refused, seedService } from "../service";

const DEPLOYMENT = "azure-native:resources:Deployment";
const API = "azure-native:apimanagement:Api";

const contract = JSON.stringify({
  openapi: "3.0.3",
  info: { title: "Orders", version: "1" },
  paths: { "/orders": { get: { operationId: "list", responses: { "200": { description: "OK" } } } } },
});
const policy = (header: string): string =>
  `<policies><inbound><base /><set-header name="${header}" exists-action="delete" /></inbound></policies>`;

let azure: SimulatedAzure;
let service: string;
let id: string;
beforeEach(() => {
  azure = simulateAzure();
  service = seedService(azure).id;
  id = azure.seed(API, { ...PLACE, apiId: "orders", displayName: "Orders", path: "orders" }).id;
});

interface Declared {
  readonly properties: Properties;
  readonly dependsOn?: string[];
}

const declare =
  (type: string) =>
  (name: string, { properties, dependsOn }: Declared): Properties => ({
    type: `Microsoft.ApiManagement/service/${type}`,
    apiVersion: "2024-05-01",
    name: `apim-orders/${name}`,
    properties,
    ...(dependsOn && { dependsOn }),
  });
const api = declare("apis");
const apiPolicy = declare("apis/policies");
const operationPolicy = declare("apis/operations/policies");
const release = declare("apis/releases");

const second = api("orders;rev=2", {
  properties: {
    displayName: "Orders",
    path: "orders",
    type: "http",
    apiType: "http",
    format: "openapi+json",
    value: contract,
  },
});
const secondPolicy = apiPolicy("orders;rev=2/policy", {
  properties: { format: "xml", value: policy("x-second") },
  dependsOn: ["apim-orders/orders;rev=2"],
});

const inputs = (...resources: Properties[]): Properties => ({
  resourceGroupName: "rg",
  deploymentName: "second",
  properties: { mode: "Incremental", template: { contentVersion: "1.0.0.0", resources } },
});

const deploy = (...resources: Properties[]): Promise<StoredResource> =>
  azure.create(DEPLOYMENT, inputs(...resources));

describe("a deployment", () => {
  test("writes the resources of its template, each after what it depends on", async () => {
    const published = release("orders/second", {
      properties: { apiId: `${service}/apis/orders;rev=2`, notes: "Second" },
      // The full id does as well as the name.
      dependsOn: [`${id};rev=2/policies/policy`, "apim-orders/orders;rev=2/list/policy"],
    });
    const ofOperation = operationPolicy("orders;rev=2/list/policy", {
      properties: { format: "xml", value: policy("x-list") },
      dependsOn: ["apim-orders/orders;rev=2/policy"],
    });
    const { outputs } = await deploy(published, ofOperation, secondPolicy, second);
    expect(outputs.properties).toMatchObject({
      provisioningState: "Succeeded",
      outputResources: [
        { id: `${id}/releases/second` },
        { id: `${id};rev=2/operations/list/policies/policy` },
        { id: `${id};rev=2/policies/policy` },
        { id: `${id};rev=2` },
      ],
    });
    // The revision is the current one since its release: all that is its own has moved with it.
    expect(azure.get(id)?.inputs).toMatchObject({ apiType: "http", soapApiType: "http" });
    expect(azure.get(id)?.outputs).toMatchObject({ apiRevision: "2", apiType: "http" });
    expect(azure.get(`${id}/policies/policy`)?.outputs.value).toContain("x-second");
    expect(azure.get(`${id}/operations/list/policies/policy`)?.outputs.value).toContain("x-list");
    expect(azure.get(`${id};rev=1`)?.outputs.apiRevision).toBe("1");
  });

  test("that runs again updates what is there, and removes nothing, as its end does not", async () => {
    const first = await deploy(second, secondPolicy);
    const changed = apiPolicy("orders;rev=2/policy", {
      properties: { format: "xml", value: policy("x-other") },
    });
    await azure.update(DEPLOYMENT, first.id, inputs(changed));
    expect(azure.get(`${id};rev=2/policies/policy`)?.outputs.value).toContain("x-other");
    await azure.delete(DEPLOYMENT, first.id);
    expect(azure.get(first.id)).toBeUndefined();
    expect(azure.get(`${id};rev=2/policies/policy`)).toBeDefined();
  });

  test("takes a doubled bracket for one", async () => {
    const bracketed = api("orders;rev=2", {
      properties: { displayName: "Orders", path: "orders", apiRevisionDescription: "[[the second]" },
    });
    await deploy(bracketed);
    expect(azure.get(`${id};rev=2`)?.outputs.apiRevisionDescription).toBe("[the second]");
  });

  test("fails after it was accepted where a rule refuses one of them, and leaves what came before", async () => {
    const wrong = apiPolicy("orders;rev=2/policy", {
      properties: { format: "xml", value: "<policies><inbound></policies>" },
      dependsOn: ["apim-orders/orders;rev=2"],
    });
    const failure = await refused(deploy(second, wrong));
    expect(failure).toBeInstanceOf(FailedAfterAcceptanceError);
    expect(failure.code).toBe("DeploymentFailed");
    expect(failure.message).toMatch(/deployment operation failed\. .*inbound/);
    expect(azure.get(`${id};rev=2`)).toBeDefined();
    const record = azure.all(DEPLOYMENT)[0];
    expect(record?.outputs.properties).toMatchObject({ provisioningState: "Failed" });
    // The next run goes on from there.
    await azure.update(DEPLOYMENT, record?.id ?? "", inputs(second, secondPolicy));
    expect(azure.get(`${id};rev=2/policies/policy`)).toBeDefined();
  });

  test("is held to the declarations of the SDK, too", async () => {
    const misspelt = api("orders;rev=2", {
      properties: { displayName: "Orders", path: "orders", descripton: "" },
    });
    expect((await refused(deploy(misspelt))).message).toContain("did you mean description?");
  });

  test("whose resources wait for nothing writes them at one time, so that those of one API collide", async () => {
    const unordered = apiPolicy("orders;rev=2/policy", { properties: { format: "xml", value: policy("x") } });
    expect((await refused(deploy(second, unordered))).message).toContain(
      "Operation on the API is in progress",
    );
  });

  test("occupies the APIs that it writes while it is under way", async () => {
    const [deployed, other] = await Promise.allSettled([
      deploy(second),
      azure.create("azure-native:apimanagement:ApiPolicy", {
        ...PLACE,
        apiId: "orders",
        policyId: "policy",
        format: "xml",
        value: policy("x-first"),
      }),
    ]);
    expect(deployed.status).toBe("fulfilled");
    expect(other).toMatchObject({ reason: { code: "PessimisticConcurrencyConflict" } });
  });

  test("fills parameters in, and shows nothing of a secure one", async () => {
    const setting = {
      type: "Microsoft.ApiManagement/service/portalsettings",
      apiVersion: "2024-05-01",
      name: "apim-orders/delegation",
      properties: { url: "https://portal.contoso.com", validationKey: "[parameters('key')]" },
    };
    const { outputs } = await azure.create(DEPLOYMENT, {
      ...inputs(),
      properties: {
        mode: "Incremental",
        parameters: { key: { value: "bm90IHNob3du" } },
        template: { parameters: { key: { type: "securestring" } }, resources: [setting] },
      },
    });
    const written = azure.all("azure-native:resources:Resource").find(({ id }) => id.endsWith("/delegation"));
    expect(written?.inputs.properties).toEqual({
      url: "https://portal.contoso.com",
      validationKey: "bm90IHNob3du",
    });
    expect(outputs.properties).toMatchObject({ parameters: { key: { type: "securestring" } } });
    expect(JSON.stringify([outputs, written?.outputs])).not.toContain("bm90IHNob3du");
    expect(azure.secrets()).toContain("bm90IHNob3du");
  });

  test("with symbolic names is refused, as they are not simulated", async () => {
    const symbolic = { mode: "Incremental", template: { languageVersion: "2.0", resources: { second } } };
    const failure = await refused(azure.create(DEPLOYMENT, { ...inputs(), properties: symbolic }));
    expect(failure.message).toContain("template element not simulated: symbolic names");
  });

  test.each([
    [
      "a type that is not simulated",
      [{ type: "Microsoft.Portal/dashboards", apiVersion: "2022-12-01-preview", name: "orders" }],
      "resource type not simulated: Microsoft.Portal/dashboards in a template",
    ],
    ["an expression", [{ ...second, name: "[parameters('name')]" }], "template expression not simulated"],
    ["a loop", [{ ...second, copy: { name: "all", count: 2 } }], "template element not simulated: copy"],
    ["a name that is too short", [{ ...second, name: "orders;rev=2" }], "incorrect segment lengths"],
    ["an order that leads nowhere", [secondPolicy], "'apim-orders/orders;rev=2' is not defined"],
    [
      "an order in a circle",
      [{ ...second, dependsOn: ["apim-orders/orders;rev=2/policy"] }, secondPolicy],
      "Circular dependency",
    ],
  ])("with %s is refused before anything is written", async (_what, resources: Properties[], message) => {
    const before = azure.remaining();
    const failure = await refused(deploy(...resources));
    expect(failure).not.toBeInstanceOf(FailedAfterAcceptanceError);
    expect(failure.message).toContain(message);
    expect(azure.remaining()).toEqual(before);
  });
});
