import * as pulumi from "@pulumi/pulumi";
import { EventTopic, type EventTopicArgs } from "../../../components/messaging/event-topic";
import { ServiceBusNamespace } from "../../../components/messaging/service-bus-namespace";
import { seedGroups } from "../fixtures";
import { deploy, identities, lateRefusal, plan, refusal, registrationOf } from "../harness";

const MINIMAL: EventTopicArgs = {
  resourceGroupName: "rg-orders",
  topicName: "evgt-contoso",
  location: "westeurope",
};

const topic = (more: Partial<EventTopicArgs> = {}) =>
  deploy((azure) => {
    seedGroups(azure, "rg-orders");
    return new EventTopic("events", { ...MINIMAL, ...more });
  });

describe("EventTopic", () => {
  it("takes events in the form of CloudEvents, of identities with a role only", async () => {
    const deployment = await topic({ tags: { workload: "orders" } });
    expect(identities(deployment)).toEqual([
      "azure-native:eventgrid:Topic events-topic events",
      "enterprise-integration:index:EventTopic events -",
    ]);
    expect(registrationOf(deployment, "events-topic").inputs).toEqual({
      resourceGroupName: "rg-orders",
      topicName: "evgt-contoso",
      location: "westeurope",
      identity: { type: "SystemAssigned" },
      inputSchema: "CloudEventSchemaV1_0",
      disableLocalAuth: true,
      minimumTlsVersionAllowed: "1.2",
      publicNetworkAccess: "Enabled",
      tags: { workload: "orders" },
    });
    expect(deployment.registeredOutputs.events).toEqual({
      id: expect.stringMatching(/\/Microsoft\.EventGrid\/topics\/evgt-contoso$/) as string,
      endpoint: "https://evgt-contoso.westeurope-1.eventgrid.azure.net/api/events",
    });
  });

  it("tells a webhook, by a token where it asks for one", async () => {
    const url = "https://shop.contoso.com/events";
    const deployment = await topic({
      subscriptions: {
        shop: {
          destination: { kind: "webhook", url, token: { tenantId: "tenant", audience: "api://shop" } },
          eventTypes: ["com.contoso.order.processed"],
          maxDeliveryAttempts: 5,
          timeToLiveMinutes: 60,
        },
        open: { destination: { kind: "webhook", url } },
      },
    });
    const webhook = { endpointType: "WebHook", endpointUrl: url, minimumTlsVersionAllowed: "1.2" };
    expect(registrationOf(deployment, "events-subscription-shop").inputs).toEqual({
      resourceGroupName: "rg-orders",
      topicName: "evgt-contoso",
      eventSubscriptionName: "shop",
      eventDeliverySchema: "CloudEventSchemaV1_0",
      filter: { includedEventTypes: ["com.contoso.order.processed"], isSubjectCaseSensitive: false },
      retryPolicy: { maxDeliveryAttempts: 5, eventTimeToLiveInMinutes: 60 },
      destination: {
        ...webhook,
        azureActiveDirectoryTenantId: "tenant",
        azureActiveDirectoryApplicationIdOrUri: "api://shop",
      },
    });
    expect(registrationOf(deployment, "events-subscription-open").inputs).toMatchObject({
      destination: webhook,
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
    });
  });

  it("fills a queue by its own identity, once that may send to it", async () => {
    const deployment = await deploy((azure) => {
      seedGroups(azure, "rg-orders");
      const bus = new ServiceBusNamespace("bus", {
        resourceGroupName: "rg-orders",
        namespaceName: "sb-contoso",
        location: "westeurope",
        queues: { audit: {} },
      });
      const queueId = bus.queueIds.audit ?? "";
      return new EventTopic("events", {
        ...MINIMAL,
        subscriptions: { audit: { destination: { kind: "queue", queueId } } },
      });
    });
    const [queue] = deployment.azure.all("azure-native:servicebus:Queue");
    const [standing] = deployment.azure.all("azure-native:eventgrid:Topic");
    expect(registrationOf(deployment, "events-delivers-audit").inputs).toMatchObject({
      scope: queue?.id,
      principalId: (standing?.outputs.identity as { readonly principalId?: string } | undefined)?.principalId,
      roleDefinitionId: expect.stringContaining("69a216fc-b8fb-44d8-bc22-1f3c2cd27a39") as string,
    });
    const subscription = registrationOf(deployment, "events-subscription-audit");
    expect(subscription.dependsOn).toContain("events-delivers-audit");
    expect(subscription.inputs).toMatchObject({
      deliveryWithResourceIdentity: {
        identity: { type: "SystemAssigned" },
        destination: { endpointType: "ServiceBusQueue", resourceId: queue?.id },
      },
    });
    expect(subscription.inputs).not.toHaveProperty("destination");
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await topic())).toEqual(plan(await topic()));
  });

  it("refuses an address that turns out not to be one by https, and shows nothing of it", async () => {
    const url = pulumi.secret("http://shop.contoso.com/events?code=s3cret");
    const subscriptions = { shop: { destination: { kind: "webhook", url } } } as const;
    const reason = await lateRefusal(
      "events-subscription-shop",
      "destination",
      { endpointType: "WebHook", endpointUrl: "https://shop.contoso.com/events" },
      (azure, opts) => {
        seedGroups(azure, "rg-orders");
        return new EventTopic("events", { ...MINIMAL, subscriptions }, opts);
      },
    );
    expect(reason).toBe(
      [
        'EventTopic "events" is not valid: 1 problem',
        "  - subscriptions.shop.destination.url: events are delivered over https (received (secret))",
        "    fix: give an address that begins with https://",
      ].join("\n"),
    );
  });

  describe("refuses", () => {
    const refuse = (more: Partial<EventTopicArgs>) =>
      refusal("events", () => new EventTopic("events", { ...MINIMAL, ...more }));

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse({
          topicName: "et",
          subscriptions: {
            s: {
              destination: { kind: "webhook", url: "http://shop.contoso.com" },
              maxDeliveryAttempts: 31,
              timeToLiveMinutes: 0,
            },
          },
        }),
      ).toBe(
        [
          'EventTopic "events" is not valid: 5 problems',
          "  - topicName: a topic's name has 3 to 50 letters, digits and hyphens, not beginning with Microsoft, EventGrid or System" +
            ' (received "et")',
          "    fix: write 3 to 50 letters, digits and hyphens, not beginning with Microsoft, EventGrid or System",
          '  - subscriptions.s: an event subscription\'s name has 3 to 64 letters, digits and hyphens (received "s")',
          "    fix: write 3 to 64 letters, digits and hyphens",
          "  - subscriptions.s.maxDeliveryAttempts: an event is delivered 1 to 30 times (received 31)",
          "    fix: give a whole number from 1 to 30",
          "  - subscriptions.s.timeToLiveMinutes: an event lives for 1 to 1440 minutes (received 0)",
          "    fix: give a whole number from 1 to 1440",
          "  - subscriptions.s.destination.url: events are delivered over https",
          "    fix: give an address that begins with https://",
        ].join("\n"),
      );
    });

    it.each(["EventGrid-orders", "system-events", "microsoft1"])(
      "the reserved name %s",
      async (topicName) => {
        expect(await refuse({ topicName })).toContain("  - topicName: a topic's name has 3 to 50");
      },
    );
  });
});
