import { judge } from "../../../../policies/guardrails/judge";
import { GUARDRAILS } from "../../../../policies/guardrails/table";
import { simulateAzure } from "../../../../rehearsal/azure";
import { readContract } from "../../../../rehearsal/azure/types/api-management/contract";
import { azureLayout } from "../../../../rehearsal/azure/types/api-management/policy-xml";
import type { Properties } from "../../../../rehearsal/azure/resource-type";
import { shapeOf } from "../../../../rehearsal/azure/shapes";
import { MemoryAzure, typeOf } from "../memory-azure";
import { DEVELOPER, PLACE, seedService } from "../service";

const CERTIFICATE = "azure-native:apimanagement:Certificate";
const SERVICE = "azure-native:apimanagement:ApiManagementService";
const premium: Properties = {
  ...DEVELOPER,
  sku: { name: "Premium", capacity: 2 },
  identity: { type: "SystemAssigned" },
  additionalLocations: [{ location: "North Europe", sku: { name: "Premium", capacity: 2 } }],
};

const outputs = (inputs: Properties): Properties => new MemoryAzure().put(SERVICE, inputs).outputs;
const region = (inputs: Properties): Properties =>
  (outputs(inputs).additionalLocations as Properties[])[0] ?? {};

describe("a service", () => {
  test("answers the addresses that Azure documents", () => {
    expect(outputs(premium)).toMatchObject({
      name: "apim-orders",
      type: "Microsoft.ApiManagement/service",
      gatewayUrl: "https://apim-orders.azure-api.net",
      gatewayRegionalUrl: "https://apim-orders-westeurope-01.regional.azure-api.net",
      developerPortalUrl: "https://apim-orders.developer.azure-api.net",
      managementApiUrl: "https://apim-orders.management.azure-api.net",
      scmUrl: "https://apim-orders.scm.azure-api.net",
      provisioningState: "Succeeded",
    });
    expect(region(premium).gatewayRegionalUrl).toBe(
      "https://apim-orders-northeurope-01.regional.azure-api.net",
    );
  });

  test("has one public address in each region, which no other region shares", () => {
    const addresses = [outputs(premium).publicIPAddresses, region(premium).publicIPAddresses].flat();
    expect(addresses).toHaveLength(2);
    expect(new Set(addresses).size).toBe(2);
    for (const address of addresses) expect(address).toMatch(/^198\.(?:18|19)\.\d{1,3}\.\d{1,3}$/);
  });

  test("keeps its addresses over an update, until the region's zones or the network change", () => {
    const before = outputs(premium).publicIPAddresses;
    expect(
      outputs({ ...premium, tags: { owner: "orders" }, sku: { name: "Premium", capacity: 4 } })
        .publicIPAddresses,
    ).toEqual(before);
    expect(outputs({ ...premium, zones: ["1", "2"] }).publicIPAddresses).not.toEqual(before);
    expect(outputs({ ...premium, virtualNetworkType: "External" }).publicIPAddresses).not.toEqual(before);
    expect(region({ ...premium, zones: ["1", "2"] })).toEqual(region(premium));
  });

  test.each(["Consumption", "StandardV2"])("has no address of its own in the tier %s", (name) => {
    const answered = outputs({ ...DEVELOPER, sku: { name, capacity: name === "Consumption" ? 0 : 1 } });
    expect(answered).not.toHaveProperty("publicIPAddresses");
    expect(answered).not.toHaveProperty("developerPortalUrl");
    expect(answered.gatewayUrl).toBe("https://apim-orders.azure-api.net");
  });

  test("of a v2 tier has a developer portal once it is switched on, and no endpoint for management", () => {
    const v2 = { ...DEVELOPER, sku: { name: "BasicV2", capacity: 1 } };
    expect(outputs({ ...v2, developerPortalStatus: "Disabled" })).not.toHaveProperty("developerPortalUrl");
    const answered = outputs({ ...v2, developerPortalStatus: "Enabled" });
    expect(answered.developerPortalUrl).toBe("https://apim-orders.developer.azure-api.net");
    expect(answered).not.toHaveProperty("managementApiUrl");
  });

  test("is looked up by its name, and missed by it", async () => {
    const azure = simulateAzure();
    const { id, outputs: answered } = seedService(azure);
    const lookUp = "azure-native:apimanagement:getApiManagementService";
    expect(await azure.invoke(lookUp, PLACE)).toEqual({ ...answered, id });
    await expect(azure.invoke(lookUp, { ...PLACE, serviceName: "apim-absent" })).rejects.toMatchObject({
      status: 404,
      code: "ResourceNotFound",
    });
  });

  test("has the principal of an identity only where it has the identity", () => {
    expect(outputs(premium).identity).toEqual({
      type: "SystemAssigned",
      principalId: expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/) as string,
      tenantId: new MemoryAzure().tenantId,
    });
    expect(outputs(DEVELOPER)).not.toHaveProperty("identity");
  });

  test("names its user-assigned identities by id, with their principals", () => {
    const azure = new MemoryAzure();
    const identity = azure.put("azure-native:managedidentity:UserAssignedIdentity", {
      resourceGroupName: "rg",
      resourceName: "id-orders",
      location: "westeurope",
    });
    const { clientId, principalId } = identity.outputs;
    const answered = azure.put(SERVICE, {
      ...DEVELOPER,
      identity: { type: "UserAssigned", userAssignedIdentities: { [identity.id]: {} } },
    }).outputs;
    expect(answered.identity).toEqual({
      type: "UserAssigned",
      userAssignedIdentities: { [identity.id]: { clientId, principalId } },
    });
  });

  test("answers its built-in host name beside the custom ones, and no certificate's content", () => {
    const answered = outputs({
      ...DEVELOPER,
      hostnameConfigurations: [
        {
          type: "Proxy",
          hostName: "api.example.com",
          encodedCertificate: "MII",
          certificatePassword: "canary",
        },
      ],
    });
    expect(answered.hostnameConfigurations).toMatchObject([
      { hostName: "apim-orders.azure-api.net", certificateSource: "BuiltIn", defaultSslBinding: true },
      { hostName: "api.example.com", certificate: { subject: "CN=api.example.com" } },
    ]);
    expect(JSON.stringify(answered.hostnameConfigurations)).not.toContain("canary");
  });

  test("of a classic tier comes with sample content, whose products have the administrators", () => {
    const azure = new MemoryAzure();
    const { id } = azure.put(SERVICE, DEVELOPER);
    expect(azure.get(`${id}/apis/echo-api`)).toBeDefined();
    for (const product of ["starter", "unlimited"]) {
      expect(azure.get(`${id}/products/${product}/groups/administrators`)).toBeDefined();
    }
    const other = new MemoryAzure();
    other.put(SERVICE, { ...DEVELOPER, sku: { name: "StandardV2", capacity: 1 } });
    expect(other.get(`${id}/apis/echo-api`)).toBeUndefined();
  });

  test("answers nothing that the SDK does not declare", () => {
    const made = Object.keys(
      typeOf(SERVICE).outputs?.({ operation: "create", id: "/x", inputs: premium }, new MemoryAzure()) ?? {},
    );
    expect(made.filter((name) => !shapeOf(SERVICE).outputs.includes(name))).toEqual([]);
  });

  test("keeps its name after a delete, and says how to free it", () => {
    const stored = new MemoryAzure().put(SERVICE, { ...DEVELOPER, location: "West Europe" });
    const { softDelete } = typeOf(SERVICE);
    expect(softDelete?.remedy(stored)).toBe(
      "purge: az apim deletedservice purge --service-name apim-orders --location westeurope",
    );
    expect(softDelete?.refusal(stored.id)).toMatchObject({ code: "ServiceAlreadyExistsInSoftDeletedState" });
  });
});

test("a certificate that nobody gave an end outlasts every rehearsal, though not the guardrail", () => {
  const ending = GUARDRAILS.find(({ id }) => id === "apim-certificate-expiry");
  if (ending === undefined) throw new Error("the guardrail is gone");
  const azure = new MemoryAzure();
  const made = [
    azure.put(SERVICE, {
      ...DEVELOPER,
      hostnameConfigurations: [{ type: "Proxy", hostName: "api.example.com", encodedCertificate: "MII" }],
    }),
    azure.put(CERTIFICATE, { ...PLACE, certificateId: "client", data: "MII" }),
  ];
  const problemsOn = (today: Date) =>
    made.flatMap(({ token: type, inputs, outputs }) => {
      const resource = { type, name: type, urn: type, inputs, outputs, dependencies: {}, protect: false };
      return judge(ending, resource, [], { except: {}, regions: [], tags: [], today }).problems;
    });
  expect(problemsOn(new Date("2099-12-31"))).toEqual([]);
  expect(problemsOn(new Date("3002-01-01"))).toHaveLength(2);
});

describe("an API", () => {
  const contract = `
openapi: 3.0.3
info: { title: Orders, version: 1.0.0 }
servers: [{ url: https://orders.example.com }]
paths:
  /orders/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: integer } }]
    get:
      operationId: Get_Order
      summary: Get an order
      parameters: [{ $ref: "#/components/parameters/Currency" }]
      responses: { "200": { description: OK } }
    delete:
      responses: { "204": { description: Deleted } }
components:
  parameters:
    Currency: { name: currency, in: query, required: true, schema: { type: string } }
`;

  // Names and templates as https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions tells.
  test("has the operations of its contract", () => {
    const azure = new MemoryAzure();
    azure.put(SERVICE, DEVELOPER);
    const { id, outputs: answered } = azure.put("azure-native:apimanagement:Api", {
      ...PLACE,
      apiId: "orders",
      path: "orders",
      format: "openapi",
      value: contract,
    });
    expect(answered).toMatchObject({
      displayName: "Orders",
      serviceUrl: "https://orders.example.com",
      apiRevision: "1",
    });
    expect(azure.get(`${id}/operations/get-order`)?.inputs).toMatchObject({
      displayName: "Get an order",
      method: "GET",
      urlTemplate: "/orders/{id}?currency={currency}",
      templateParameters: [
        { name: "id", type: "integer", required: true },
        { name: "currency", type: "string", required: true },
      ],
    });
    expect(azure.get(`${id}/operations/delete-orders-id`)?.inputs.method).toBe("DELETE");
  });

  test("whose contract is edited gains and loses operations, and keeps the others with their policies", async () => {
    const azure = simulateAzure();
    seedService(azure);
    const api = { ...PLACE, apiId: "orders", path: "orders", format: "openapi" };
    const { id } = azure.seed("azure-native:apimanagement:Api", { ...api, value: contract });
    const policy = azure.seed("azure-native:apimanagement:ApiOperationPolicy", {
      ...PLACE,
      apiId: "orders",
      operationId: "get-order",
      policyId: "policy",
      format: "xml",
      value: "<policies><inbound><base/></inbound></policies>",
    });
    const edited = contract.replace(
      / {4}delete:\n.*\n/,
      '    put: { operationId: change, responses: { "204": { description: OK } } }\n',
    );
    await azure.update("azure-native:apimanagement:Api", id, { ...api, value: edited });
    const operations = azure.all("azure-native:apimanagement:ApiOperation").map((operation) => operation.id);
    expect(operations.filter((operation) => operation.startsWith(`${id}/`)).sort()).toEqual([
      `${id}/operations/change`,
      `${id}/operations/get-order`,
    ]);
    expect(azure.get(policy.id)).toEqual(policy);
  });

  test.each([
    ["openapi+json", contract],
    ["openapi", "a: [b"],
    ["openapi", "openapi: 3.0.4\ninfo: { title: x }\npaths: {}"],
    ["openapi", "swagger: '2.0'\ninfo: { title: x }\npaths: {}"],
    ["swagger-json", JSON.stringify({ openapi: "3.0.0", info: { title: "x" }, paths: {} })],
    ["openapi", "- one\n- two"],
    ["openapi", "openapi: 3.0.0\ninfo: {}\npaths: {}"],
    ["openapi", "openapi: 3.0.0\ninfo: { title: x }"],
    ["openapi", "a: &a [*a]"],
  ])("is refused with the contract %s: %j", (format, value) => {
    expect(readContract(format, value).problem).toMatch(/\w/);
  });

  test.each([
    ["swagger-json", JSON.stringify({ swagger: "2.0", info: { title: "x" }, paths: {} })],
    ["openapi", "openapi: 3.1.0\ninfo: { title: x }"],
    ["openapi", JSON.stringify({ openapi: "3.0.1", info: { title: "x" }, paths: {} })],
  ])("is imported from %s: %j", (format, value) => {
    expect(readContract(format, value).problem).toBeUndefined();
  });

  test("collides with everything that touches it, and with nothing else", () => {
    const key = (token: string, path: string): string | undefined =>
      typeOf(`azure-native:apimanagement:${token}`).serialised?.(
        {
          operation: "create",
          id: `/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim${path}`,
          inputs: {},
        },
        new MemoryAzure(),
      )?.keys[0];
    const one = key("Api", "/apis/orders");
    expect(key("Api", "/apis/Orders;rev=2")).toBe(one);
    expect(key("ApiPolicy", "/apis/orders/policies/policy")).toBe(one);
    expect(key("ApiOperationPolicy", "/apis/orders/operations/get/policies/policy")).toBe(one);
    expect(key("ProductApi", "/products/partners/apis/orders")).toBe(one);
    expect(key("Api", "/apis/orders-v2")).not.toBe(one);
  });
});

describe("a named value", () => {
  test.each([
    [{ value: "plain" }, "plain"],
    [{ value: "canary", secret: true }, undefined],
  ])("with %j is answered as %j", (inputs, value) => {
    const type = typeOf("azure-native:apimanagement:NamedValue");
    expect(type.writeOnly).toContain("value");
    const answered = type.outputs?.({ operation: "create", id: "/x", inputs }, new MemoryAzure()) ?? {};
    expect(answered.value).toBe(value);
  });
});

describe("a policy", () => {
  test("is read in Azure's own layout, which it keeps from then on", () => {
    const written = `<?xml version="1.0"?><!-- by hand <a/> --><policies><inbound><base/>
<set-variable value='@{&#10;\treturn "1";}' name='a'/><set-body>{ "a": 1 > 0 }
}</set-body></inbound><!-- why --><backend/></policies>`;
    const read = [
      "<!-- by hand <a/> -->",
      "<policies>",
      "  <inbound>",
      "    <base />",
      '    <set-variable value="@{&#xA; return &quot;1&quot;;}" name="a" />',
      '    <set-body>{ "a": 1 &gt; 0 }',
      "}</set-body>",
      "  </inbound>",
      "  <!-- why -->",
      "  <backend />",
      "</policies>",
    ].join("\r\n");
    expect(azureLayout(written)).toBe(read);
    expect(azureLayout(read)).toBe(read);
  });

  test("that is no XML is read as it was written", () => {
    expect(azureLayout("<policies><inbound></policies>")).toBe("<policies><inbound></policies>");
  });
});
