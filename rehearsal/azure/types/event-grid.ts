import type { Fixture, Json, Properties, Rule, TypeModule } from "../resource-type";
import {
  at,
  badRequest,
  EXAMPLE_GROUP,
  exampleId,
  guidOf,
  identityOutput,
  members,
  nameOf,
  nameRule,
  number,
  rule,
  text,
} from "./common";
import { nameAndType, without } from "./derived";

const TOPIC = "azure-native:eventgrid:Topic";
const TOPIC_ID =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.EventGrid/topics/{topicName}";
const TROUBLE = "https://learn.microsoft.com/azure/event-grid/troubleshoot-errors";
/** The code where no public source tells Azure's own. */
const INVALID = "InvalidRequest";

const topic: Properties = {
  resourceGroupName: "rg-example",
  topicName: "evgt-example",
  location: "westeurope",
  identity: { type: "SystemAssigned" },
};
const bus = {
  token: "azure-native:servicebus:Namespace",
  inputs: {
    resourceGroupName: "rg-example",
    namespaceName: "sb-example",
    location: "westeurope",
    sku: { name: "Standard" },
  },
};
const queue = {
  token: "azure-native:servicebus:Queue",
  inputs: { resourceGroupName: "rg-example", namespaceName: "sb-example", queueName: "events" },
};
const webhook: Properties = {
  endpointType: "WebHook",
  endpointUrl: "https://shop.example.com/events?code=1",
};
const toQueue: Properties = {
  identity: { type: "SystemAssigned" },
  destination: {
    endpointType: "ServiceBusQueue",
    resourceId: exampleId("Microsoft.ServiceBus/namespaces/sb-example/queues/events"),
  },
};
const subscription: Required<Pick<Fixture, "given" | "inputs">> = {
  given: [EXAMPLE_GROUP, { token: TOPIC, inputs: topic }, bus, queue],
  inputs: {
    resourceGroupName: "rg-example",
    topicName: "evgt-example",
    eventSubscriptionName: "shop",
    destination: webhook,
  },
};

/** What a read answers of a destination: of a webhook's address, what may hold a secret is left out. */
function answered(destination: Json | undefined): Properties {
  const url = text(destination, "endpointUrl");
  return {
    ...without(destination, "endpointUrl"),
    ...(url !== undefined && { endpointBaseUrl: url.replace(/[?#].*$/s, "") }),
  };
}

function limitRule(spec: {
  readonly id: string;
  readonly property: "maxDeliveryAttempts" | "eventTimeToLiveInMinutes";
  readonly most: number;
}): Rule {
  const { id, property, most } = spec;
  return rule({
    id,
    source: "https://learn.microsoft.com/azure/event-grid/manage-event-delivery#set-retry-policy",
    ...subscription,
    accepted: { inputs: { retryPolicy: { [property]: most } } },
    refused: { inputs: { retryPolicy: { [property]: most + 1 } } },
    check: ({ inputs }) => {
      const value = number(inputs, `retryPolicy.${property}`) ?? 1;
      return Number.isInteger(value) && value >= 1 && value <= most
        ? undefined
        : badRequest(`${property} must be a whole number from 1 to ${most}.`, INVALID);
    },
  });
}

/** Event Grid: topics of one's own, and subscriptions to their events. */
export const eventGrid: TypeModule = {
  resources: [
    {
      token: TOPIC,
      id: TOPIC_ID,
      replaceOn: ["location"],
      autoName: { property: "topicName", kind: "random" },
      minutes: { create: 0.5 },
      outputs: (write, azure) => {
        const { id, inputs } = write;
        const region = (text(inputs, "location") ?? "").toLowerCase().replaceAll(" ", "");
        return {
          ...nameAndType(id),
          ...identityOutput(write, azure),
          inputSchema: inputs.inputSchema ?? "EventGridSchema",
          publicNetworkAccess: inputs.publicNetworkAccess ?? "Enabled",
          endpoint: `https://${nameOf(id)}.${region}-1.eventgrid.azure.net/api/events`,
          metricResourceId: guidOf(`metric:${id}`),
          privateEndpointConnections: [],
          provisioningState: "Succeeded",
        };
      },
      rules: [
        nameRule({
          id: "eventgrid-topic-name",
          source: TROUBLE,
          property: "topicName",
          pattern: /^(?!Microsoft|EventGrid|System)[A-Za-z0-9-]{3,50}$/i,
          code: INVALID,
          message: () =>
            "Topic name must be between 3 and 50 characters in length. It must not begin with a reserved word.",
          given: [EXAMPLE_GROUP],
          inputs: topic,
          refusedName: "et",
        }),
      ],
    },
    {
      token: "azure-native:eventgrid:TopicEventSubscription",
      id: `${TOPIC_ID}/eventSubscriptions/{eventSubscriptionName}`,
      autoName: { property: "eventSubscriptionName", kind: "random" },
      minutes: { create: 0.5 },
      references: (inputs) =>
        ["destination", "deliveryWithResourceIdentity.destination"].flatMap((property) => {
          const id = text(inputs, `${property}.resourceId`);
          return id === undefined ? [] : [{ property: `${property}.resourceId`, id }];
        }),
      outputs: ({ id, inputs }) => ({
        ...nameAndType(id),
        ...(inputs.destination !== undefined && { destination: answered(inputs.destination) }),
        topic: id.replace(/\/eventSubscriptions\/[^/]+$/i, ""),
        provisioningState: "Succeeded",
      }),
      rules: [
        nameRule({
          id: "eventgrid-subscription-name",
          property: "eventSubscriptionName",
          pattern: /^[A-Za-z0-9-]{3,64}$/,
          code: INVALID,
          message: (name) =>
            `Event subscription name '${name}' must be between 3 and 64 characters in length: letters, digits and '-'.`,
          ...subscription,
          refusedName: "ab",
        }),
        rule({
          id: "eventgrid-one-destination",
          source: "https://learn.microsoft.com/azure/event-grid/managed-service-identity",
          ...subscription,
          accepted: { inputs: { destination: null, deliveryWithResourceIdentity: toQueue } },
          refused: { inputs: { deliveryWithResourceIdentity: toQueue } },
          check: ({ inputs }) => {
            const given = ["destination", "deliveryWithResourceIdentity"].filter(
              (property) => at(inputs, property) !== undefined,
            );
            return given.length === 1
              ? undefined
              : badRequest(
                  "Exactly one of destination and deliveryWithResourceIdentity must be specified.",
                  INVALID,
                );
          },
        }),
        rule({
          id: "eventgrid-delivery-identity",
          source: "https://learn.microsoft.com/azure/event-grid/managed-service-identity",
          ...subscription,
          inputs: { ...subscription.inputs, destination: null, deliveryWithResourceIdentity: toQueue },
          refused: {
            given: [EXAMPLE_GROUP, { token: TOPIC, inputs: without(topic, "identity") }, bus, queue],
          },
          check: ({ id, inputs }, azure) => {
            const asked = text(inputs, "deliveryWithResourceIdentity.identity.type");
            const parent = azure.get(id.replace(/\/eventSubscriptions\/[^/]+$/i, ""));
            const has = text(members(parent?.inputs, "identity"), "type") ?? "None";
            return asked === undefined || has.includes(asked)
              ? undefined
              : badRequest(`The topic has no ${asked} identity to deliver by.`, INVALID);
          },
        }),
        rule({
          id: "eventgrid-webhook-https",
          source: "https://learn.microsoft.com/azure/event-grid/webhook-event-delivery",
          ...subscription,
          refused: { inputs: { destination: { ...webhook, endpointUrl: "http://shop.example.com/events" } } },
          check: ({ inputs }) =>
            text(inputs, "destination.endpointType") === "WebHook" &&
            !(text(inputs, "destination.endpointUrl") ?? "").startsWith("https://")
              ? badRequest("The endpoint of a webhook must be an HTTPS address.", INVALID)
              : undefined,
        }),
        limitRule({ id: "eventgrid-delivery-attempts", property: "maxDeliveryAttempts", most: 30 }),
        limitRule({ id: "eventgrid-time-to-live", property: "eventTimeToLiveInMinutes", most: 1440 }),
      ],
    },
  ],
};
