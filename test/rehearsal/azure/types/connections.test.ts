import { simulateAzure } from "../../../../rehearsal/azure";
import type { Properties } from "../../../../rehearsal/azure/resource-type";
import { EXAMPLE, EXAMPLE_GROUP } from "../../../../rehearsal/azure/types/common";
import { EXAMPLE_CONNECTION } from "../../../../rehearsal/azure/types/connections";
import { MemoryAzure } from "../memory-azure";

const RESOURCE = "azure-native:resources:Resource";
const api = {
  id: `/subscriptions/${EXAMPLE.subscriptionId}/providers/Microsoft.Web/locations/westeurope/managedApis/sql`,
};

/** What a read answers in `properties` of a connection that was asked for like this. */
function answered(properties: Properties): Properties {
  const { outputs } = new MemoryAzure().put(RESOURCE, {
    ...EXAMPLE_CONNECTION,
    properties: { api, displayName: "con-sql", ...properties },
  });
  return outputs.properties as Properties;
}

describe("a connection", () => {
  test.each<[what: string, properties: Properties, status: string]>([
    ["by managed identity alone", { parameterValueType: "Alternative" }, "Ready"],
    ["by managed identity", { parameterValueSet: { name: "oauthMI", values: {} } }, "Ready"],
    ["with a key", { parameterValues: { accessKey: "s3cret" } }, "Connected"],
    [
      "with a login",
      { parameterValueSet: { name: "sqlAuthentication", values: { password: { value: "s3cret" } } } },
      "Connected",
    ],
    ["that nobody has consented to", {}, "Error"],
    ["that nobody has consented to, of a set", { parameterValueSet: { name: "oauth", values: {} } }, "Error"],
  ])("%s has a status", (_what, properties, status) => {
    const { overallStatus, statuses } = answered(properties);
    expect(overallStatus).toBe(status);
    expect(statuses).toEqual([expect.objectContaining({ status }) as object]);
  });

  test("says what is missing where somebody has to consent", () => {
    expect(answered({}).statuses).toEqual([
      {
        status: "Error",
        target: "token",
        error: { code: "Unauthenticated", message: "This connection is not authenticated." },
      },
    ]);
  });

  test.each<[form: string, properties: Properties]>([
    ["in parameters", { parameterValues: { accessKey: "s3cret" } }],
    [
      "in a set",
      { parameterValueSet: { name: "sqlAuthentication", values: { password: { value: "s3cret" } } } },
    ],
  ])("never answers a secret %s", (_form, properties) => {
    const text = JSON.stringify(answered(properties));
    expect(text).not.toContain("s3cret");
    expect(text).toContain("con-sql");
  });

  test("by managed identity answers its parameters, which are no secrets", () => {
    const { parameterValueSet } = new MemoryAzure().put(RESOURCE, EXAMPLE_CONNECTION).outputs
      .properties as Properties;
    expect(parameterValueSet).toEqual({
      name: "managedIdentityAuth",
      values: { namespaceEndpoint: { value: "sb://sb-example.servicebus.windows.net/" } },
    });
  });
});

describe("a connection through a data gateway", () => {
  const gateway = "dgw-example";
  const through = (form: (id: string) => Properties) => {
    const azure = simulateAzure();
    azure.seed(EXAMPLE_GROUP.token, EXAMPLE_GROUP.inputs);
    const id = `/subscriptions/${azure.subscriptionId}/resourceGroups/rg-example/providers/Microsoft.Web/connectionGateways/${gateway}`;
    const { properties } = EXAMPLE_CONNECTION;
    const ours = JSON.parse(
      JSON.stringify(properties).replace(EXAMPLE.subscriptionId, azure.subscriptionId),
    ) as Properties;
    const create = () =>
      azure.create(RESOURCE, { ...EXAMPLE_CONNECTION, properties: { ...ours, ...form(id) } });
    return { azure, create };
  };

  test.each<[form: string, properties: (id: string) => Properties]>([
    ["among its parameters", (id) => ({ parameterValues: { gateway: { id } } })],
    [
      "in a set",
      (id) => ({
        parameterValueSet: { name: "sqlAuthentication", values: { gateway: { value: { id } } } },
      }),
    ],
  ])("that is named %s is refused until the gateway stands", async (_form, properties) => {
    const { azure, create } = through(properties);
    await expect(create()).rejects.toMatchObject({ code: "ResourceNotFound" });
    azure.seed("azure-native:web:ConnectionGateway", {
      resourceGroupName: "rg-example",
      connectionGatewayName: gateway,
      location: "westeurope",
    });
    await expect(create()).resolves.toMatchObject({ token: RESOURCE });
  });
});

describe("an event subscription", () => {
  test("answers the address of its webhook without what may be a secret", () => {
    const { outputs } = new MemoryAzure().put("azure-native:eventgrid:TopicEventSubscription", {
      resourceGroupName: "rg-example",
      topicName: "evgt-example",
      eventSubscriptionName: "shop",
      destination: { endpointType: "WebHook", endpointUrl: "https://shop.example.com/events?code=s3cret" },
    });
    expect(outputs.destination).toEqual({
      endpointType: "WebHook",
      endpointBaseUrl: "https://shop.example.com/events",
    });
    expect(outputs.topic).toMatch(/\/topics\/evgt-example$/);
  });
});
