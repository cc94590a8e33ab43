import { NotSimulatedError, simulateAzure, type SimulatedAzure } from "../../../../rehearsal/azure";
import type { Properties } from "../../../../rehearsal/azure/resource-type";
import { DEVELOPER, PLACE, refused, seedService } from "../service";

const API = "azure-native:apimanagement:Api";
const OPERATION = "azure-native:apimanagement:ApiOperation";
const POLICY = "azure-native:apimanagement:ApiPolicy";
const OPERATION_POLICY = "azure-native:apimanagement:ApiOperationPolicy";
const RESOURCE = "azure-native:resources:Resource";
const SERVICE = "azure-native:apimanagement:ApiManagementService";

const contract = (title: string, path: string): string =>
  JSON.stringify({
    openapi: "3.0.3",
    info: { title, version: "1" },
    paths: { [`/${path}`]: { get: { operationId: path, responses: { "200": { description: "OK" } } } } },
  });
const orders = (revision: number | undefined, more: Properties = {}): Properties => ({
  ...PLACE,
  apiId: revision === undefined ? "orders" : `orders;rev=${revision}`,
  displayName: "Orders",
  path: "orders",
  serviceUrl: `https://orders-${revision ?? 1}.example.com`,
  format: "openapi+json",
  value: contract("Orders", `list-${revision ?? 1}`),
  ...more,
});
const policy = (apiId: string, header: string): Properties => ({
  ...PLACE,
  apiId,
  policyId: "policy",
  format: "xml",
  value: `<policies><inbound><base /><set-header name="${header}" exists-action="delete" /></inbound></policies>`,
});

let azure: SimulatedAzure;
let id: string;
beforeEach(() => {
  azure = simulateAzure();
  id = `${seedService(azure).id}/apis/orders`;
});

const release = (name: string, apiId: string): Properties => ({
  resourceGroupName: "rg",
  resourceProviderNamespace: "Microsoft.ApiManagement",
  parentResourcePath: "service/apim-orders/apis/orders",
  resourceType: "releases",
  resourceName: name,
  apiVersion: "2024-05-01",
  properties: { apiId, notes: name },
});

async function refusal(request: Promise<unknown>): Promise<string> {
  const { status, code, message } = await refused(request);
  return `${status} ${code}: ${message}`;
}

describe("the first revision of an API", () => {
  // Terraform creates every API so: internal/services/apimanagement/api_management_api_resource.go of its azurerm provider.
  test.each([1, 3])("may have a number in its id, e.g. %i, and is the current one", async (number) => {
    const created = await azure.create(API, orders(number));
    expect(created.id).toBe(`${id};rev=${number}`);
    expect(created.outputs).toMatchObject({
      name: `orders;rev=${number}`,
      apiRevision: `${number}`,
      isCurrent: true,
    });
    const plain = azure.get(id);
    expect(plain?.outputs).toMatchObject({ name: "orders", apiRevision: `${number}` });
    expect(await azure.read(API, `${id}%3Brev=${number}`)).toEqual(created);
  });

  test("is the same resource under both of its ids", async () => {
    await azure.create(API, orders(undefined));
    const twice = "409 AlreadyExists: cannot create already existing resource";
    expect(await refusal(azure.create(API, orders(1)))).toBe(`${twice} '${id};rev=1'`);
    await azure.create(POLICY, policy("orders;rev=1", "x-first"));
    expect(azure.get(`${id}/policies/policy`)?.outputs.value).toContain("x-first");
    expect(await refusal(azure.create(POLICY, policy("orders", "x-plain")))).toContain(twice);
  });

  test("cannot be created under both of its ids at one time", async () => {
    const [first, second] = await Promise.allSettled([
      azure.create(API, orders(1)),
      azure.create(API, orders(undefined)),
    ]);
    expect(first.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { status: 409, code: "IdentifierAlreadyInUse" } });
  });
});

describe("another revision", () => {
  beforeEach(async () => {
    await azure.create(API, orders(1));
  });

  test("has a contract and policies of its own", async () => {
    await azure.create(POLICY, policy("orders;rev=1", "x-first"));
    const { outputs } = await azure.create(API, orders(2));
    expect(outputs).toMatchObject({
      name: "orders;rev=2",
      apiRevision: "2",
      serviceUrl: "https://orders-2.example.com",
    });
    expect(outputs).not.toHaveProperty("isCurrent");
    expect(azure.get(`${id};rev=2/operations/list-1`)).toBeUndefined();
    expect(azure.get(`${id};rev=2/operations/list-2`)).toBeDefined();
    expect(azure.get(`${id};rev=2/policies/policy`)).toBeUndefined();
    await azure.create(POLICY, policy("orders;rev=2", "x-second"));
    expect(azure.get(`${id}/policies/policy`)?.outputs.value).toContain("x-first");
    expect(azure.get(`${id};rev=2/policies/policy`)?.outputs.value).toContain("x-second");
  });

  test("that is made from a source has its operations and policies already", async () => {
    await azure.create(POLICY, policy("orders;rev=1", "x-first"));
    const operation = { ...policy("orders;rev=1", "x-list"), operationId: "list-1" };
    await azure.create(OPERATION_POLICY, operation);
    const copy = { ...PLACE, apiId: "orders;rev=2", path: "orders", sourceApiId: id };
    const { outputs } = await azure.create(API, copy);
    expect(outputs).toMatchObject({ displayName: "Orders", serviceUrl: "https://orders-1.example.com" });
    expect(azure.get(`${id};rev=2/operations/list-1/policies/policy`)?.token).toBe(OPERATION_POLICY);
    expect(await refusal(azure.create(POLICY, policy("orders;rev=2", "x-second")))).toContain(
      "cannot create already existing resource",
    );
    // An update copies nothing once more.
    await azure.delete(POLICY, `${id};rev=2/policies/policy`);
    await azure.update(API, `${id};rev=2`, { ...copy, serviceUrl: "https://second.example.com" });
    expect(azure.get(`${id};rev=2/policies/policy`)).toBeUndefined();
    expect(azure.get(`${id};rev=2/operations/list-1`)?.token).toBe(OPERATION);
  });

  test("that is made from a source with a contract of its own has the operations of that", async () => {
    await azure.create(POLICY, policy("orders;rev=1", "x-first"));
    await azure.create(API, orders(2, { sourceApiId: id }));
    const below = azure.below(`${id};rev=2`).map((resource) => resource.id.slice(id.length));
    expect(below.sort()).toEqual([";rev=2/operations/list-2", ";rev=2/policies/policy"]);
  });

  test.each([
    ["Name", { displayName: "Others" }],
    ["Name", { displayName: null, value: contract("Others", "list") }],
    ["Description", { description: "Others" }],
    ["Path", { path: "others" }],
    ["Protocols", { protocols: ["https", "http"] }],
    ["SubscriptionRequired", { subscriptionRequired: false }],
    ["Type", { apiType: "soap" }],
  ])("cannot have another %s: %j", async (name, change: Properties) => {
    const asked = Object.entries(orders(2, change)).filter(([, value]) => value !== null);
    expect(await refusal(azure.create(API, Object.fromEntries(asked)))).toBe(
      `400 ValidationError: Can't change property ${name} for non-current revision `,
    );
  });

  test("follows the current one, where that changes what they share", async () => {
    await azure.create(API, orders(2));
    const renamed = { displayName: "Sales" };
    expect(await refusal(azure.update(API, `${id};rev=2`, orders(2, renamed)))).toContain("property Name");
    await azure.update(API, `${id};rev=1`, orders(1, renamed));
    await azure.update(API, `${id};rev=2`, orders(2, renamed));
    expect(azure.get(`${id};rev=2`)?.outputs.displayName).toBe("Sales");
  });

  test("can be deleted; the current one only once it is alone", async () => {
    await azure.create(API, orders(2));
    for (const spelling of [id, `${id};rev=1`, `${id}%3Brev=1`]) {
      expect(await refusal(azure.delete(API, spelling))).toBe(
        "400 ValidationError: Cannot delete the current revision of an API.",
      );
    }
    await azure.delete(API, `${id};rev=2`);
    expect(azure.get(`${id};rev=2`)).toBeUndefined();
    await azure.delete(API, `${id};rev=1`);
    expect(azure.get(id)).toBeUndefined();
    expect(azure.below(id)).toEqual([]);
  });
});

describe("a release", () => {
  beforeEach(async () => {
    await azure.create(API, orders(1));
    await azure.create(POLICY, policy("orders;rev=1", "x-first"));
    await azure.create(API, orders(2));
    await azure.create(POLICY, policy("orders;rev=2", "x-second"));
  });

  /** What a caller of the API meets: the current revision, and everything below its id without a number. */
  const current = (): readonly (string | undefined)[] => [
    azure.get(id)?.outputs.apiRevision as string,
    azure.below(id).find(({ token }) => token === OPERATION)?.outputs.name as string,
    /x-\w+/.exec(azure.get(`${id}/policies/policy`)?.outputs.value as string)?.[0],
  ];

  test("makes a revision the current one, with all that is below, and another makes the first so again", async () => {
    expect(current()).toEqual(["1", "list-1", "x-first"]);
    const created = await azure.create(RESOURCE, release("second", `${id};rev=2`));
    expect(created.id).toBe(`${id}/releases/second`);
    expect(created.outputs).toMatchObject({
      name: "second",
      type: "Microsoft.ApiManagement/service/apis/releases",
      properties: { apiId: `${id};rev=2`, notes: "second" },
    });
    expect(current()).toEqual(["2", "list-2", "x-second"]);
    expect(azure.get(`${id};rev=2`)?.outputs).toMatchObject({ isCurrent: true, apiRevision: "2" });
    expect(azure.get(`${id};rev=1`)?.outputs).not.toHaveProperty("isCurrent");
    expect(azure.get(`${id};rev=1`)?.outputs.apiRevision).toBe("1");
    expect(azure.get(`${id};rev=1/policies/policy`)?.outputs.value).toContain("x-first");
    // Each revision goes on as what it is.
    await azure.update(API, `${id};rev=1`, orders(1, { serviceUrl: "https://old.example.com" }));
    expect(azure.get(id)?.outputs.serviceUrl).toBe("https://orders-2.example.com");

    await azure.create(RESOURCE, release("back", `${id};rev=1`));
    expect(current()).toEqual(["1", "list-1", "x-first"]);
    expect(azure.get(`${id}/releases/second`)).toEqual(created);
  });

  test("of what is current already changes nothing, and neither does its end", async () => {
    for (const [name, apiId] of [
      ["plain", id],
      ["numbered", `${id};rev=1`],
    ] as const) {
      await azure.create(RESOURCE, release(name, apiId));
    }
    expect(current()).toEqual(["1", "list-1", "x-first"]);
    await azure.create(RESOURCE, release("second", `${id};rev=2`));
    await azure.delete(RESOURCE, `${id}/releases/second`);
    expect(current()).toEqual(["2", "list-2", "x-second"]);
  });

  test("happens once: written again it changes its notes only", async () => {
    await azure.create(RESOURCE, release("second", `${id};rev=2`));
    await azure.create(RESOURCE, release("back", `${id};rev=1`));
    const second = release("second", `${id};rev=2`);
    await azure.update(RESOURCE, `${id}/releases/second`, {
      ...second,
      properties: { apiId: `${id};rev=2`, notes: "again" },
    });
    expect(azure.get(`${id}/releases/second`)?.outputs).toMatchObject({ properties: { notes: "again" } });
    expect(current()).toEqual(["1", "list-1", "x-first"]);
  });

  test("needs a revision that exists", async () => {
    expect(await refusal(azure.create(RESOURCE, release("third", `${id};rev=3`)))).toContain(
      `404 ResourceNotFound: The Resource '${id};rev=3'`,
    );
  });

  test("keeps the products of the API, which are not a revision's", async () => {
    const product = { ...PLACE, productId: "partners" };
    azure.seed("azure-native:apimanagement:Product", { ...product, displayName: "Partners" });
    const link = await azure.create("azure-native:apimanagement:ProductApi", { ...product, apiId: "orders" });
    await azure.create(RESOURCE, release("second", `${id};rev=2`));
    expect(azure.get(link.id)).toEqual(link);
  });

  test("is not simulated as the SDK's own type, which cannot name both an API and its revision", async () => {
    const typed = { ...PLACE, apiId: "orders;rev=2", releaseId: "second" };
    await expect(azure.create("azure-native:apimanagement:ApiRelease", typed)).rejects.toThrow(
      NotSimulatedError,
    );
  });

  test("is the only ARM type that is simulated through a resource of any type", async () => {
    const asked = {
      ...release("others", id),
      parentResourcePath: "service/apim-orders",
      resourceType: "apis",
    };
    expect(await refusal(azure.create(RESOURCE, asked))).toBe(
      "400 NotSimulated: resource type not simulated: Microsoft.ApiManagement/service/apis through azure-native:resources:Resource",
    );
  });
});

describe("at one time", () => {
  const versions = ["v1", "v2"].map((version) =>
    orders(undefined, {
      apiId: `orders-${version}`,
      apiVersion: version,
      apiVersionSetId: "/apiVersionSets/orders",
    }),
  );

  test("two APIs cannot get one path", async () => {
    const [first, second] = await Promise.allSettled(
      ["orders", "others"].map((apiId) => azure.create(API, orders(undefined, { apiId }))),
    );
    expect(first?.status).toBe("fulfilled");
    expect(second).toMatchObject({
      reason: { status: 400, message: expect.stringContaining("with the same Path 'orders'") as string },
    });
  });

  test("two versions of one set cannot be written, two of two sets can", async () => {
    for (const versionSetId of ["orders", "others"]) {
      azure.seed("azure-native:apimanagement:ApiVersionSet", {
        ...PLACE,
        versionSetId,
        displayName: "Orders",
        versioningScheme: "Segment",
      });
    }
    const [first, second] = await Promise.allSettled(versions.map((inputs) => azure.create(API, inputs)));
    expect(first?.status).toBe("fulfilled");
    expect(second).toMatchObject({ reason: { status: 409, code: "PessimisticConcurrencyConflict" } });
    const apart = versions.map((inputs, index) => ({
      ...inputs,
      apiId: `apart-${index}`,
      path: `apart-${index}`,
      apiVersionSetId: `/apiVersionSets/${index === 0 ? "orders" : "others"}`,
    }));
    await expect(Promise.all(apart.map((inputs) => azure.create(API, inputs)))).resolves.toHaveLength(2);
  });

  test.each([
    ["Developer", { status: "rejected", reason: { status: 422, code: "ManagementApiRequestFailed" } }],
    ["Standard", { status: "fulfilled" }],
  ])("a service of tier %s is updated, and an API in it written", async (name, outcome) => {
    const service = { ...DEVELOPER, sku: { name, capacity: 1 } };
    const { id: serviceId } = azure.seed(SERVICE, service);
    const [update, create] = await Promise.allSettled([
      azure.update(SERVICE, serviceId, { ...service, tags: { owner: "orders" } }),
      azure.create(API, orders(1)),
    ]);
    expect(update.status).toBe("fulfilled");
    expect(create).toMatchObject(outcome);
    await expect(
      azure.create(API, orders(undefined, { apiId: "later", path: "later" })),
    ).resolves.toBeDefined();
  });
});
