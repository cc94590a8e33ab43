import {
  ServiceBusNamespace,
  type ServiceBusNamespaceArgs,
} from "../../../components/messaging/service-bus-namespace";
import { seedGroups } from "../fixtures";
import { deploy, identities, plan, refusal, registrationOf, valueOf } from "../harness";

const MINIMAL: ServiceBusNamespaceArgs = {
  resourceGroupName: "rg-orders",
  namespaceName: "sb-contoso",
  location: "westeurope",
  queues: { orders: {} },
};

const bus = (more: Partial<ServiceBusNamespaceArgs> = {}) =>
  deploy((azure) => {
    seedGroups(azure, "rg-orders");
    return new ServiceBusNamespace("bus", { ...MINIMAL, ...more });
  });

describe("ServiceBusNamespace", () => {
  it("lets in identities with a role only, and keeps what cannot be delivered", async () => {
    const deployment = await bus();
    expect(identities(deployment)).toEqual([
      "azure-native:servicebus:Namespace bus-namespace bus",
      "azure-native:servicebus:Queue bus-queue-orders bus",
      "enterprise-integration:index:ServiceBusNamespace bus -",
    ]);
    const namespace = registrationOf(deployment, "bus-namespace");
    expect(namespace.protect).toBe(true);
    expect(namespace.inputs).toEqual({
      resourceGroupName: "rg-orders",
      namespaceName: "sb-contoso",
      location: "westeurope",
      sku: { name: "Standard", tier: "Standard" },
      disableLocalAuth: true,
      minimumTlsVersion: "1.2",
      publicNetworkAccess: "Enabled",
    });
    expect(registrationOf(deployment, "bus-queue-orders").inputs).toEqual({
      resourceGroupName: "rg-orders",
      namespaceName: "sb-contoso",
      queueName: "orders",
      maxDeliveryCount: 10,
      lockDuration: "PT60S",
      defaultMessageTimeToLive: "P14D",
      deadLetteringOnMessageExpiration: true,
      requiresDuplicateDetection: true,
      duplicateDetectionHistoryTimeWindow: "PT10M",
    });
  });

  it("takes what it is told", async () => {
    const deployment = await bus({
      tier: { premiumUnits: 2 },
      queues: {
        orders: { maxDeliveryCount: 5, lockSeconds: 300, timeToLiveDays: 1, duplicateDetectionMinutes: 60 },
        returns: {},
      },
      protect: false,
      tags: { workload: "orders" },
    });
    const namespace = registrationOf(deployment, "bus-namespace");
    expect(namespace.protect).toBe(false);
    expect(namespace.inputs).toMatchObject({
      sku: { name: "Premium", tier: "Premium", capacity: 2 },
      tags: { workload: "orders" },
    });
    expect(registrationOf(deployment, "bus-queue-orders").inputs).toMatchObject({
      maxDeliveryCount: 5,
      lockDuration: "PT300S",
      defaultMessageTimeToLive: "P1D",
      duplicateDetectionHistoryTimeWindow: "PT60M",
    });
    expect(Object.keys(deployment.result.queueIds)).toEqual(["orders", "returns"]);
  });

  it("tells its address, and the ids of its queues", async () => {
    const { result, registeredOutputs } = await bus();
    const url = "https://sb-contoso.servicebus.windows.net";
    expect(await valueOf(result.queueIds.orders)).toMatch(
      /\/Microsoft\.ServiceBus\/namespaces\/sb-contoso\/queues\/orders$/,
    );
    expect(registeredOutputs.bus).toEqual({ namespaceName: "sb-contoso", url });
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await bus())).toEqual(plan(await bus()));
  });

  describe("refuses", () => {
    const refuse = (more: Partial<ServiceBusNamespaceArgs>) =>
      refusal("bus", () => new ServiceBusNamespace("bus", { ...MINIMAL, ...more }));

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse({
          namespaceName: "sb",
          queues: {
            "-orders": {
              maxDeliveryCount: 0,
              lockSeconds: 301,
              timeToLiveDays: 0.5,
              duplicateDetectionMinutes: 10_081,
            },
          },
        }),
      ).toBe(
        [
          'ServiceBusNamespace "bus" is not valid: 6 problems',
          "  - namespaceName: a namespace's name has 6 to 50 letters, digits and hyphens, beginning with a letter and" +
            ' not ending with a hyphen, -sb or -mgmt (received "sb")',
          "    fix: write 6 to 50 letters, digits and hyphens, beginning with a letter and not ending with a hyphen, -sb" +
            " or -mgmt",
          "  - queues.-orders: a queue's name has 1 to 260 letters, digits, dots, hyphens, underscores and slashes," +
            ' with a letter or digit at either end (received "-orders")',
          "    fix: write 1 to 260 letters, digits, dots, hyphens, underscores and slashes, with a letter or digit at" +
            " either end",
          "  - queues.-orders.maxDeliveryCount: a message is delivered at least once (received 0)",
          "    fix: give a whole number from 1",
          "  - queues.-orders.lockSeconds: a message is locked for 5 to 300 seconds (received 301)",
          "    fix: give a whole number from 5 to 300",
          "  - queues.-orders.timeToLiveDays: a message lives for at least 1 day (received 0.5)",
          "    fix: give a whole number from 1",
          "  - queues.-orders.duplicateDetectionMinutes: duplicates are detected for 1 to 10,080 minutes (7 days)" +
            " (received 10081)",
          "    fix: give a whole number from 1 to 10080",
        ].join("\n"),
      );
    });

    it.each(["1sb-contoso", "sb-contoso-", "contoso-sb", "contoso-MGMT", "sb_contoso", "s".repeat(51)])(
      "the namespace's name %s",
      async (namespaceName) => {
        expect(await refuse({ namespaceName })).toContain("namespaceName: a namespace's name has 6 to 50");
      },
    );
  });
});
