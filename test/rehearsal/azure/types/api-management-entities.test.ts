import { simulateAzure, type SimulatedAzure } from "../../../../rehearsal/azure";
import type { Properties } from "../../../../rehearsal/azure/resource-type";
import { isDuration } from "../../../../rehearsal/azure/types/api-management/value-rules";
import { PLACE, seedService } from "../service";

const token = (type: string): string => `azure-native:apimanagement:${type}`;

function gateway(): SimulatedAzure {
  const azure = simulateAzure();
  seedService(azure, { identity: { type: "SystemAssigned" } });
  return azure;
}

const seed = (azure: SimulatedAzure, type: string, inputs: Properties) =>
  azure.seed(token(type), { ...PLACE, ...inputs });

describe("what is in use cannot be deleted", () => {
  const fragment = { id: "security", value: "<fragment><set-variable name='a' value='b'/></fragment>" };
  const backend = { backendId: "orders", url: "https://orders.example.com", protocol: "http" };
  const namedValue = { namedValueId: "key", displayName: "orders-key", value: "x" };
  const api = { apiId: "orders", displayName: "Orders", path: "orders" };
  const policy = (content: string): Properties => ({
    policyId: "policy",
    format: "xml",
    value: `<policies><inbound><base/>${content}</inbound></policies>`,
  });
  const apiPolicy = (content: string): Properties => ({ apiId: "orders", ...policy(content) });

  test.each<[string, string, Properties, string, Properties, string]>([
    [
      "a fragment by a policy",
      "PolicyFragment",
      fragment,
      "ApiPolicy",
      apiPolicy('<include-fragment fragment-id="Security"/>'),
      "The Policy Fragment 'security' is used by the following entities:\r\n/apis/orders/policies/policy\r\n",
    ],
    [
      "a backend by a policy",
      "Backend",
      backend,
      "Policy",
      policy('<set-backend-service backend-id="orders"/>'),
      "The Backend 'orders' is used by the following entities:\r\n/policies/policy\r\n",
    ],
    [
      "a backend by a pool",
      "Backend",
      backend,
      "Backend",
      {
        backendId: "pool",
        type: "Pool",
        pool: { services: [{ id: "/backends/orders" }] },
      },
      "The Backend 'orders' is used by the following entities:\r\n/backends/pool\r\n",
    ],
    [
      "a named value by a policy",
      "NamedValue",
      namedValue,
      "ApiPolicy",
      apiPolicy("<set-variable name='key' value='{{orders-key}}'/>"),
      "The Named Value 'key' is used by the following entities:\r\n/apis/orders/policies/policy\r\n",
    ],
    [
      "a named value by a backend",
      "NamedValue",
      namedValue,
      "Backend",
      { ...backend, credentials: { query: { code: ["{{orders-key}}"] } } },
      "The Named Value 'key' is used by the following entities:\r\n/backends/orders\r\n",
    ],
    [
      "an authorization server by an API",
      "AuthorizationServer",
      { authsid: "entra", displayName: "Entra ID" },
      "Api",
      { ...api, apiId: "other", authenticationSettings: { oAuth2: { authorizationServerId: "entra" } } },
      "The Authorization Server 'entra' is used by the following entities:\r\n/apis/other\r\n",
    ],
  ])("%s, until it is gone", async (_, type, used, userType, user, message) => {
    const azure = gateway();
    seed(azure, "Api", api);
    const { id } = seed(azure, type, used);
    const { id: userId } = seed(azure, userType, user);
    await expect(azure.delete(token(type), id)).rejects.toMatchObject({
      status: 400,
      code: "ValidationError",
      message,
    });
    await azure.delete(token(userType), userId);
    await azure.delete(token(type), id);
    expect(azure.get(id)).toBeUndefined();
  });

  test("but by nothing in another service, and not for a name that only begins alike", async () => {
    const azure = gateway();
    seed(azure, "ApiManagementService", {
      serviceName: "apim-other",
      sku: { name: "Developer", capacity: 1 },
    });
    const { id } = seed(azure, "Backend", backend);
    seed(azure, "Policy", {
      serviceName: "apim-other",
      ...policy('<set-backend-service backend-id="orders"/>'),
    });
    seed(azure, "Policy", policy('<set-backend-service backend-id="orders-v2"/>'));
    await azure.delete(token("Backend"), id);
    expect(azure.get(id)).toBeUndefined();
  });
});

test("a GraphQL API has its schema below it, and no operations", async () => {
  const azure = gateway();
  const { id } = await azure.create(token("Api"), {
    ...PLACE,
    apiId: "catalogue",
    displayName: "Catalogue",
    path: "catalogue",
    apiType: "graphql",
  });
  const schema = {
    ...PLACE,
    apiId: "catalogue",
    schemaId: "graphql",
    contentType: "application/vnd.ms-azure-apim.graphql.schema",
    value: "type Query { product(name: String!): String }",
  };
  await expect(azure.create(token("ApiSchema"), { ...schema, value: "type Query {" })).rejects.toThrow(
    "Syntax Error",
  );
  const { outputs } = await azure.create(token("ApiSchema"), schema);
  expect(outputs).toMatchObject({ name: "graphql", value: schema.value, provisioningState: "Succeeded" });
  expect(azure.below(id).map((one) => one.id)).toEqual([`${id}/schemas/graphql`]);
});

test.each<[string, Properties, boolean]>([
  ["a connection string", { name: "calls", connectionString: "Endpoint=sb://example" }, true],
  [
    "an identity",
    { name: "calls", endpointAddress: "example.servicebus.windows.net", identityClientId: "SystemAssigned" },
    true,
  ],
  ["neither", { name: "calls" }, false],
])("a logger to an event hub with %s", async (_, credentials, accepted) => {
  const azure = gateway();
  const created = azure.create(token("Logger"), {
    ...PLACE,
    loggerId: "events",
    loggerType: "azureEventHub",
    credentials,
  });
  if (accepted) {
    const { outputs } = await created;
    expect(JSON.stringify(outputs)).not.toContain("Endpoint=sb://");
    expect(outputs.credentials).toMatchObject({ name: "calls" });
  } else {
    await expect(created).rejects.toMatchObject({ code: "ValidationError" });
  }
});

test("clients' secrets are held, and never told by a read", async () => {
  const azure = gateway();
  const server = await azure.create(token("AuthorizationServer"), {
    ...PLACE,
    authsid: "entra",
    displayName: "Entra ID",
    authorizationEndpoint: "https://login.example.com/authorize",
    clientRegistrationEndpoint: "https://login.example.com",
    clientId: "client",
    grantTypes: ["authorizationCode"],
    clientSecret: "canary-1",
    resourceOwnerPassword: "canary-2",
  });
  const provider = await azure.create(token("OpenIdConnectProvider"), {
    ...PLACE,
    opid: "entra",
    displayName: "Entra ID",
    metadataEndpoint: "https://login.example.com/.well-known/openid-configuration",
    clientId: "client",
    clientSecret: "canary-3",
  });
  expect(JSON.stringify([server.outputs, provider.outputs])).not.toContain("canary");
  expect(azure.secrets()).toEqual(expect.arrayContaining(["canary-1", "canary-2", "canary-3"]));
  expect(server.outputs).toMatchObject({ useInTestConsole: true, useInApiDocumentation: false });
});

describe("a new product", () => {
  const product = { ...PLACE, productId: "partners", displayName: "Partners" };
  const subscriptions = (azure: SimulatedAzure) =>
    azure.all(token("Subscription")).filter(({ inputs }) => inputs.scope === "/products/partners");

  test("has a subscription of the administrator's, without a name, and cannot be deleted before that is", async () => {
    const azure = gateway();
    const { id } = await azure.create(token("Product"), product);
    const [made, ...others] = subscriptions(azure);
    expect(others).toEqual([]);
    expect(made?.id).toMatch(/\/service\/apim-orders\/subscriptions\/[\da-f]{24}$/);
    expect(made?.outputs).toMatchObject({ ownerId: "/users/1", state: "active" });
    expect(made?.outputs).not.toHaveProperty("displayName");

    await expect(azure.delete(token("Product"), id)).rejects.toMatchObject({
      code: "ValidationError",
      message: expect.stringContaining("Delete subscriptions before deleting the product") as string,
    });
    await azure.delete(token("Subscription"), made?.id ?? "");
    await azure.delete(token("Product"), id);
    expect(azure.get(id)).toBeUndefined();
  });

  test("that needs no subscription has none, also when it comes to need one", async () => {
    const azure = gateway();
    const { id } = await azure.create(token("Product"), { ...product, subscriptionRequired: false });
    expect(subscriptions(azure)).toEqual([]);
    await azure.update(token("Product"), id, { ...product, subscriptionRequired: true });
    expect(subscriptions(azure)).toEqual([]);
    await azure.delete(token("Product"), id);
    expect(azure.get(id)).toBeUndefined();
  });
});

test("a tagged API tells its tag, under the API", async () => {
  const azure = gateway();
  const { id } = seed(azure, "Api", { apiId: "orders", displayName: "Orders", path: "orders" });
  const link = { ...PLACE, apiId: "orders", tagId: "internal" };
  await expect(azure.create(token("TagByApi"), link)).rejects.toMatchObject({ code: "ResourceNotFound" });
  seed(azure, "Tag", { tagId: "internal", displayName: "Internal" });
  const tagged = await azure.create(token("TagByApi"), link);
  expect(tagged).toMatchObject({
    id: `${id}/tags/internal`,
    outputs: { name: "internal", displayName: "Internal", type: "Microsoft.ApiManagement/service/apis/tags" },
  });
});

test.each([
  ["PT1M", true],
  ["P1DT2H3M4.5S", true],
  ["P", false],
  ["PT", false],
  ["1m", false],
  ["PT1H1D", false],
])("%s as a duration: %s", (text, expected) => {
  expect(isDuration(text)).toBe(expected);
});
