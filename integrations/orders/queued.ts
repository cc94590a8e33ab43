import * as pulumi from "@pulumi/pulumi";
import { ApiConnection } from "../../components/connections/api-connection";
import { serviceBusConnector } from "../../components/connections/connectors";
import type { GatewayReference } from "../../components/gateway/reference";
import { grant } from "../../components/grants";
import { LogicAppWorkflow, type LogicAppWorkflowArgs } from "../../components/logic-app-workflow";
import { EventTopic, type EventTopicArgs } from "../../components/messaging/event-topic";
import { ServiceBusNamespace } from "../../components/messaging/service-bus-namespace";
import type { PolicyDocument, TokenAudience } from "../../policies/gateway";
import type { IntegrationArgs } from "../integration";
import { queueOrder } from "./policy";
import type { OrdersSettings, QueuedPlacing } from "./settings";
import { BUS, processOrder, QUEUE, retryOrder } from "./workflows";

/** Seconds for which a workflow has an order for itself: the most that Service Bus knows. */
const LOCK_SECONDS = 300;

/** What the queued form needs of the integration around it. */
export interface QueuedOrdersArgs extends Pick<
  IntegrationArgs<OrdersSettings>,
  "names" | "tenantId" | "workspaceId" | "protect" | "tags"
> {
  readonly gateway: GatewayReference;
  readonly resourceGroupName: pulumi.Input<string>;
  /** Azure region, e.g. `westeurope`. */
  readonly location: string;
  /** Path of the API on the gateway. */
  readonly path: string;
  readonly backends: OrdersSettings["backends"];
  readonly placing: QueuedPlacing;
  /** What clients of the API show. */
  readonly tokens: TokenAudience;
}

/**
 * The queued form of placing an order: the queue, the workflow that empties it, the one that retries its dead letters, and
 * the topic of events. Each identity may do what it does, with that queue and that topic, and nothing else.
 *
 * @returns the policy by which the gateway fills the queue
 */
export function queuedOrders(args: QueuedOrdersArgs): PolicyDocument {
  const { gateway, names, resourceGroupName, location, path, tags, placing } = args;
  const place = { resourceGroupName, location, tags };
  const bus = new ServiceBusNamespace("orders-bus", {
    ...place,
    namespaceName: names.serviceBus,
    queues: { [QUEUE]: { maxDeliveryCount: placing.maxDeliveryCount, lockSeconds: LOCK_SECONDS } },
    protect: args.protect,
  });
  const queueId = bus.queueIds[QUEUE] ?? "";
  const events = new EventTopic("orders-events", {
    ...place,
    topicName: names.eventTopic,
    subscriptions: subscriptions(placing, args.tenantId),
  });
  const connection = new ApiConnection("orders-bus", {
    ...place,
    connectionName: names.connection("bus"),
    connector: serviceBusConnector(bus.namespaceName),
  });

  const workflow = (role: string, its: Pick<LogicAppWorkflowArgs, "definition" | "state">) =>
    new LogicAppWorkflow(`orders-${role}`, {
      ...place,
      ...its,
      workflowName: names.workflow(role),
      connections: { [BUS]: connection },
      workspaceId: args.workspaceId,
    });
  const process = workflow("process", { definition: processOrder(args.backends, events.endpoint) });
  const retry = workflow("retry", {
    definition: retryOrder(),
    state: placing.retryDeadLetters ? "Enabled" : "Disabled",
  });

  grant.receiveMessages("orders-process-receives", { on: queueId, to: process.principalId });
  grant.publishEvents("orders-process-publishes", { on: events.id, to: process.principalId });
  grant.receiveMessages("orders-retry-receives", { on: queueId, to: retry.principalId });
  grant.sendMessages("orders-retry-sends", { on: queueId, to: retry.principalId });
  const sends = grant.sendMessages("orders-gateway-sends", { on: queueId, to: gateway.principalId });

  return queueOrder({
    tokens: args.tokens,
    // No order is taken before the gateway may send it.
    messagesUrl: pulumi.all([bus.url, sends.id]).apply(([url]) => `${url}/${QUEUE}/messages`),
    clientId: gateway.caller.clientId,
    apiUrl: pulumi.interpolate`${gateway.url}/${path}`,
  });
}

function subscriptions({ subscriber }: QueuedPlacing, tenantId: string): EventTopicArgs["subscriptions"] {
  if (!subscriber) return {};
  const { url, audience } = subscriber;
  const token = audience === undefined ? undefined : { tenantId, audience };
  return { subscriber: { destination: { kind: "webhook", url, token } } };
}
