import type { AzureError } from "../errors";
import type { AzureView, Fixture, Properties, ResourceType, Rule, TypeModule, Write } from "../resource-type";
import {
  badRequest,
  EXAMPLE_GROUP,
  identityOutput,
  nameOf,
  nameRule,
  number,
  others,
  rule,
  same,
  text,
} from "./common";
import { nameAndType, timeOf } from "./derived";

const NAMESPACE = "azure-native:servicebus:Namespace";
const NAMESPACE_ID =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ServiceBus/namespaces/{namespaceName}";

const namespace: Properties = {
  resourceGroupName: "rg-example",
  namespaceName: "sb-example",
  location: "westeurope",
  sku: { name: "Standard", tier: "Standard" },
};
const inGroup = { given: [EXAMPLE_GROUP], inputs: namespace };
const basic = { token: NAMESPACE, inputs: { ...namespace, sku: { name: "Basic", tier: "Basic" } } };

/** An entity in a namespace, and what must exist for it. */
function within(properties: Properties): Required<Pick<Fixture, "given" | "inputs">> {
  return {
    given: [EXAMPLE_GROUP, { token: NAMESPACE, inputs: namespace }],
    inputs: { resourceGroupName: "rg-example", namespaceName: "sb-example", ...properties },
  };
}

const queue = within({ queueName: "orders" });
const topic = within({ topicName: "orders" });
const CREATE_ONLY = "https://github.com/Azure/azure-rest-api-specs/pull/45077";

/** https://learn.microsoft.com/azure/service-bus-messaging/service-bus-resource-manager-exceptions */
function entityRefused(message: string): AzureError {
  return badRequest(`SubCode=40000. ${message}`, "MessagingGatewayBadRequest");
}

function tierOf({ inputs }: Pick<Write, "inputs">, azure: AzureView): string {
  const group = text(inputs, "resourceGroupName") ?? "";
  const id = `/subscriptions/${azure.subscriptionId}/resourceGroups/${group}/providers/Microsoft.ServiceBus/namespaces/${text(inputs, "namespaceName") ?? ""}`;
  return text(azure.get(id)?.inputs, "sku.name") ?? "Standard";
}

/** A rule that refuses properties in a namespace of the tier Basic. */
function notInBasic(spec: {
  readonly id: string;
  readonly source: string;
  readonly example: Required<Pick<Fixture, "given" | "inputs">>;
  readonly property: string;
  readonly value: boolean | string;
}): Rule {
  const { id, source, example, property, value } = spec;
  return rule({
    id,
    source,
    ...example,
    accepted: { inputs: { [property]: value } },
    refused: { given: [EXAMPLE_GROUP, basic], inputs: { [property]: value } },
    check: (write, azure) => {
      const asked = write.inputs[property];
      return asked !== undefined && asked !== false && tierOf(write, azure) === "Basic"
        ? entityRefused(
            `The property '${property}' cannot be set because the namespace '${text(write.inputs, "namespaceName") ?? ""}' is using 'Basic' tier.`,
          )
        : undefined;
    },
  });
}

/** A rule about properties that are given when an entity is created, and stay. */
function createOnly(
  id: string,
  example: Required<Pick<Fixture, "given" | "inputs">>,
  properties: readonly string[],
): Rule {
  const [first = ""] = properties;
  return rule({
    id,
    source: CREATE_ONLY,
    ...example,
    accepted: { operation: "update", previous: example.inputs },
    refused: { operation: "update", previous: example.inputs, inputs: { [first]: true } },
    check: ({ inputs, previous }) => {
      const changed =
        previous &&
        properties.find((property) => (inputs[property] ?? false) !== (previous.inputs[property] ?? false));
      return changed === undefined
        ? undefined
        : entityRefused(`The value for the ${changed} property of an existing entity cannot be changed.`);
    },
  });
}

function entityName(
  id: string,
  property: string,
  example: Required<Pick<Fixture, "given" | "inputs">>,
): Rule {
  return nameRule({
    id,
    property,
    pattern: /^[A-Za-z0-9](?:[\w./-]{0,258}[A-Za-z0-9])?$/,
    code: "MessagingGatewayBadRequest",
    message: (name) =>
      `SubCode=40000. '${name}' contains character(s) that is not allowed by Service Bus, or begins or ends with one that is not.`,
    ...example,
    refusedName: "-orders",
  });
}

function entity(
  spec: Pick<ResourceType, "token" | "id" | "rules"> & { readonly name: string },
): ResourceType {
  return {
    token: spec.token,
    id: spec.id,
    autoName: { property: spec.name, kind: "random" },
    rules: spec.rules ?? [],
    outputs: ({ id, inputs }) => ({
      ...nameAndType(id),
      status: inputs.status ?? "Active",
      createdAt: timeOf(`created:${id}`),
    }),
  };
}

/** Service Bus: namespaces, queues and topics. */
export const serviceBus: TypeModule = {
  resources: [
    {
      token: NAMESPACE,
      id: NAMESPACE_ID,
      replaceOn: ["location"],
      autoName: { property: "namespaceName", kind: "random" },
      minutes: { create: 1, delete: 0.5 },
      outputs: (write, azure) => {
        const { id, inputs } = write;
        const name = nameOf(id);
        return {
          ...nameAndType(id),
          ...identityOutput(write, azure),
          sku: inputs.sku ?? { name: "Standard", tier: "Standard" },
          disableLocalAuth: inputs.disableLocalAuth ?? false,
          minimumTlsVersion: inputs.minimumTlsVersion ?? "1.2",
          publicNetworkAccess: inputs.publicNetworkAccess ?? "Enabled",
          serviceBusEndpoint: `https://${name}.servicebus.windows.net:443/`,
          metricId: `${azure.subscriptionId}:${name}`,
          status: "Active",
          createdAt: timeOf(`created:${id}`),
          provisioningState: "Succeeded",
        };
      },
      rules: [
        nameRule({
          id: "servicebus-namespace-name",
          source: "https://learn.microsoft.com/rest/api/servicebus/create-namespace",
          property: "namespaceName",
          pattern: /^[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]$(?<!-sb|-mgmt)/i,
          code: "BadRequest",
          message: () => "The specified service namespace is invalid.",
          ...inGroup,
          refusedName: "contoso-sb",
        }),
        rule({
          id: "servicebus-namespace-name-free",
          source: "https://github.com/Azure/azure-sdk-for-python/pull/18884",
          ...inGroup,
          refused: {
            given: [
              EXAMPLE_GROUP,
              { token: NAMESPACE, inputs: { ...namespace, resourceGroupName: "rg-other" } },
            ],
          },
          check: (write, azure) =>
            others(write, azure, NAMESPACE).some(({ id }) => same(nameOf(id), nameOf(write.id)))
              ? badRequest("The specified name is not available.")
              : undefined,
        }),
        rule({
          id: "servicebus-premium-units",
          source: "https://learn.microsoft.com/azure/templates/microsoft.servicebus/namespaces#sbsku",
          ...inGroup,
          accepted: { inputs: { sku: { name: "Premium", tier: "Premium", capacity: 4 } } },
          refused: { inputs: { sku: { name: "Premium", tier: "Premium", capacity: 3 } } },
          check: ({ inputs }) => {
            const units = number(inputs, "sku.capacity") ?? 1;
            const partitions = number(inputs, "premiumMessagingPartitions") ?? 1;
            return text(inputs, "sku.name") === "Premium" && ![1, 2, 4, 8, 16].includes(units / partitions)
              ? badRequest(
                  "The capacity of a Premium namespace is 1, 2, 4, 8 or 16 times its premiumMessagingPartitions.",
                )
              : undefined;
          },
        }),
      ],
    },
    entity({
      token: "azure-native:servicebus:Queue",
      id: `${NAMESPACE_ID}/queues/{queueName}`,
      name: "queueName",
      rules: [
        entityName("servicebus-queue-name", "queueName", queue),
        createOnly("servicebus-queue-create-only", queue, [
          "requiresDuplicateDetection",
          "requiresSession",
          "enablePartitioning",
        ]),
        notInBasic({
          id: "servicebus-basic-no-duplicate-detection",
          source: "https://github.com/poshbotio/PoshBot/pull/93",
          example: queue,
          property: "requiresDuplicateDetection",
          value: true,
        }),
        notInBasic({
          id: "servicebus-basic-no-auto-delete",
          source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/27285",
          example: queue,
          property: "autoDeleteOnIdle",
          value: "P10675199D",
        }),
        rule({
          id: "servicebus-message-size-premium",
          source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/28576",
          ...queue,
          refused: { inputs: { maxMessageSizeInKilobytes: 1024 } },
          check: (write, azure) =>
            write.inputs.maxMessageSizeInKilobytes !== undefined && tierOf(write, azure) !== "Premium"
              ? entityRefused("Bad Request. To know more visit https://aka.ms/sbResourceMgrExceptions.")
              : undefined,
        }),
        rule({
          id: "servicebus-lock-duration",
          source:
            "https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement",
          ...queue,
          accepted: { inputs: { lockDuration: "PT300S" } },
          refused: { inputs: { lockDuration: "PT301S" } },
          check: ({ inputs }) => {
            const duration = text(inputs, "lockDuration");
            const [, minutes = "0", seconds = "0"] =
              /^PT(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration ?? "PT1M") ?? [];
            const length = Number(minutes) * 60 + Number(seconds);
            return length > 0 && length <= 300
              ? undefined
              : entityRefused(`The supplied lock time exceeds the allowed maximum of '5' minutes.`);
          },
        }),
        rule({
          id: "servicebus-express-or-duplicate-detection",
          source: "https://github.com/Azure/azure-sdk-for-js/pull/10984",
          ...queue,
          accepted: { inputs: { requiresDuplicateDetection: true } },
          refused: { inputs: { requiresDuplicateDetection: true, enableExpress: true } },
          check: ({ inputs }) =>
            inputs.requiresDuplicateDetection === true && inputs.enableExpress === true
              ? entityRefused(
                  "Both DelayedPersistence property and RequiresDuplicateDetection property cannot be enabled together.",
                )
              : undefined,
        }),
      ],
    }),
    entity({
      token: "azure-native:servicebus:Topic",
      id: `${NAMESPACE_ID}/topics/{topicName}`,
      name: "topicName",
      rules: [
        entityName("servicebus-topic-name", "topicName", topic),
        createOnly("servicebus-topic-create-only", topic, [
          "requiresDuplicateDetection",
          "enablePartitioning",
        ]),
        rule({
          id: "servicebus-basic-no-topics",
          source:
            "https://learn.microsoft.com/azure/service-bus-messaging/service-bus-queues-topics-subscriptions",
          ...topic,
          refused: { given: [EXAMPLE_GROUP, basic] },
          check: (write, azure) =>
            tierOf(write, azure) === "Basic"
              ? entityRefused("Topics cannot be created in a namespace that is using 'Basic' tier.")
              : undefined,
        }),
      ],
    }),
  ],
};
