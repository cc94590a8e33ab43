import * as pulumi from "@pulumi/pulumi";
import {
  defineWorkflow,
  call,
  coalesce,
  condition,
  connectorAction,
  connections,
  connectorTrigger,
  delay,
  ended,
  equals,
  exponentialRetry,
  http,
  ifElse,
  json,
  managedIdentity,
  requestTrigger,
  response,
  scope,
  serviceBusQueue,
  text,
  workflowRun,
  type Action,
  type Expression,
  type JsonSchema,
  type Value,
  type WorkflowDefinition,
} from "../../workflow";
import type { OrdersSettings } from "./settings";

/** The gateway waits 120 seconds at most, so the waits between calls are short. */
const RETRY = exponentialRetry({
  count: 3,
  interval: "PT5S",
  minimumInterval: "PT5S",
  maximumInterval: "PT15S",
});

/** Names the run to the support, and nothing else: what the systems said stays inside. */
const RUN_ID = workflowRun().get("run").get("name");

/**
 * Registers an order, then books its shipment. Both calls carry the client's idempotency key, which makes it safe to
 * repeat them.
 */
function callSystems(
  { orderManagement, shipping }: OrdersSettings["backends"],
  idempotencyKey: Expression,
  newOrder: Expression,
) {
  const headers = { "Idempotency-Key": idempotencyKey };
  const createOrder = http("Create_order", {
    method: "POST",
    uri: `${orderManagement.url}/orders`,
    headers,
    body: newOrder,
    authentication: managedIdentity({ audience: orderManagement.audience }),
    retry: RETRY,
    // Names and addresses of customers stay out of the run history.
    secure: ["inputs", "outputs"],
  });
  const bookShipment = http("Book_shipment", {
    method: "POST",
    uri: `${shipping.url}/shipments`,
    headers,
    body: { reference: createOrder.body.get("orderId"), deliverTo: newOrder.get("deliverTo") },
    authentication: managedIdentity({ audience: shipping.audience }),
    retry: RETRY,
    secure: ["inputs", "outputs"],
    after: [createOrder],
  });
  return { createOrder, bookShipment };
}

/**
 * Registers an order, books its shipment, and answers both as one.
 *
 * @param newOrder JSON Schema of the request, from the contract
 */
export function placeOrder(
  backends: OrdersSettings["backends"],
  newOrder: JsonSchema | undefined,
): WorkflowDefinition {
  const trigger = requestTrigger("manual", { method: "POST", schema: newOrder });
  const key = trigger.header("Idempotency-Key");
  const { createOrder, bookShipment } = callSystems(backends, key, trigger.body);
  const place = scope("Place", { actions: [createOrder, bookShipment] });
  const answer = response("Answer", {
    statusCode: 201,
    headers: { "Content-Type": "application/json" },
    body: order(createOrder, bookShipment),
    after: [place],
  });
  const answerProblem = response("Answer_problem", {
    statusCode: 502,
    headers: { "Content-Type": "application/problem+json" },
    body: { title: "The order could not be completed", status: 502, instance: RUN_ID },
    after: [ended(place, "Failed", "TimedOut")],
  });

  return defineWorkflow({ trigger, actions: [place, answer, answerProblem] });
}

/** The connection by which workflows reach the queue. */
export const BUS = "bus";
/** The queue of orders to place. */
export const QUEUE = "orders";
/**
 * How often the queue is looked at. The trigger goes on until it is empty, so that only an order that finds it empty waits
 * (https://learn.microsoft.com/azure/connectors/connectors-create-api-servicebus).
 */
const EVERY_MINUTE = { frequency: "Minute", interval: 1 } as const;
/** Answers 4xx that are not about the order: an identity without a role, a wrong address, a system that has no time. */
const MAY_PASS = [401, 403, 404, 408, 409, 425, 429] as const;
/** How long a message is left alone before it is delivered again, so that its deliveries outlast a short outage. */
const PAUSE_MINUTES = 2;

/**
 * Takes an order from the queue and does what {@link placeOrder} does. A message is completed when the order is placed and
 * the event is published; it becomes a dead letter at once where a system refuses the order, and is given back where the
 * failure may pass: Service Bus delivers it again, and makes a dead letter of it when that was often enough.
 *
 * @param endpoint address of the Event Grid topic
 */
export function processOrder(
  backends: OrdersSettings["backends"],
  endpoint: pulumi.Input<string>,
): WorkflowDefinition {
  const queue = serviceBusQueue({ connection: BUS, queue: QUEUE });
  // Names and addresses of customers stay out of the run history.
  const trigger = connectorTrigger("Order_waits", {
    call: queue.take,
    recurrence: EVERY_MINUTE,
    secure: ["outputs"],
  });
  const message = trigger.body;
  // The message id is another one after a retry.
  const key = message.get("CorrelationId");
  const newOrder = json(call("base64ToString", message.get("ContentData")));
  const { createOrder, bookShipment } = callSystems(backends, key, newOrder);
  // https://learn.microsoft.com/azure/event-grid/cloud-event-schema; by a role:
  // https://learn.microsoft.com/azure/event-grid/authenticate-with-microsoft-entra-id
  const publish = {
    method: "POST",
    uri: pulumi.interpolate`${endpoint}?api-version=2018-01-01`,
    headers: { "Content-Type": "application/cloudevents+json" },
    authentication: managedIdentity({ audience: "https://eventgrid.azure.net" }),
  } as const;
  const event = (type: string, data: Value): Value => ({
    specversion: "1.0",
    // The same for every delivery of a message, so that receivers can tell what they were told already.
    id: text`${message.get("MessageId")}/${type}`,
    type,
    source: "/orders",
    subject: key,
    time: call("utcNow"),
    datacontenttype: "application/json",
    data,
  });

  const tellPlaced = http("Tell_placed", {
    ...publish,
    body: event("order.placed", { orderId: createOrder.body.get("orderId") }),
    after: [bookShipment],
  });
  const place = scope("Place", { actions: [createOrder, bookShipment, tellPlaced] });
  const complete = connectorAction("Complete", { call: queue.complete(message), after: [place] });

  const tellRejected = http("Tell_rejected", {
    ...publish,
    body: event("order.rejected", { instance: RUN_ID }),
  });
  const putAside = connectorAction("Put_aside", {
    call: queue.deadLetter(message, text`Rejected, run ${RUN_ID}`),
    after: [tellRejected],
  });
  const pause = delay("Pause", { count: PAUSE_MINUTES, unit: "Minute" });
  const giveBack = connectorAction("Give_back", { call: queue.abandon(message), after: [pause] });
  const decide = condition("Decide", {
    expression: isRejection(lastStatus(createOrder, bookShipment)),
    actions: [tellRejected, putAside],
    else: [pause, giveBack],
    after: [ended(place, "Failed", "TimedOut")],
  });

  return defineWorkflow({ trigger, parameters: [connections], actions: [place, complete, decide] });
}

/** What the system answered that was asked last; 500 where none did. */
function lastStatus(first: Action, second: Action): Expression {
  const status = (one: Action) => one.outputs.get("statusCode");
  return coalesce(status(second), status(first), 500);
}

/** Whether a system will never take the order. */
function isRejection(status: Expression): Expression {
  return call(
    "and",
    call("greaterOrEquals", status, 400),
    call("less", status, 500),
    call("not", call("contains", call("createArray", ...MAY_PASS), status)),
  );
}

/**
 * Puts dead letters back on the queue. As a duplicate is dropped by its message id
 * (https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection), each gets another one: the run's.
 */
export function retryOrder(): WorkflowDefinition {
  const deadLetters = serviceBusQueue({ connection: BUS, queue: QUEUE, deadLetters: true });
  const trigger = connectorTrigger("Dead_letter_waits", {
    call: deadLetters.take,
    recurrence: EVERY_MINUTE,
    secure: ["outputs"],
  });
  const message = trigger.body;
  const send = connectorAction("Send_again", {
    call: serviceBusQueue({ connection: BUS, queue: QUEUE }).send({
      ContentData: message.get("ContentData"),
      ContentType: message.get("ContentType"),
      MessageId: RUN_ID,
      CorrelationId: message.get("CorrelationId"),
    }),
    secure: ["inputs", "outputs"],
  });
  const complete = connectorAction("Complete", { call: deadLetters.complete(message), after: [send] });
  return defineWorkflow({ trigger, parameters: [connections], actions: [send, complete] });
}

/** Asks both systems at the same time for an order and its shipment, and answers both as one. */
export function getOrder({ orderManagement, shipping }: OrdersSettings["backends"]): WorkflowDefinition {
  const trigger = requestTrigger("manual", { method: "GET", relativePath: "{orderId}" });
  const orderId = call("encodeUriComponent", trigger.pathParameter("orderId"));

  const askOrders = http("Get_order", {
    method: "GET",
    uri: text`${orderManagement.url}/orders/${orderId}`,
    authentication: managedIdentity({ audience: orderManagement.audience }),
    retry: RETRY,
    secure: ["inputs", "outputs"],
  });
  const askShipping = http("Get_shipment", {
    method: "GET",
    uri: text`${shipping.url}/shipments/${orderId}`,
    authentication: managedIdentity({ audience: shipping.audience }),
    retry: RETRY,
    secure: ["inputs", "outputs"],
  });
  const ask = scope("Ask", { actions: [askOrders, askShipping] });
  const answer = response("Answer", {
    statusCode: 200,
    headers: { "Content-Type": "application/json" },
    body: order(askOrders, askShipping),
    after: [ask],
  });
  const notFound = equals(askOrders.outputs.get("statusCode"), 404);
  const answerProblem = response("Answer_problem", {
    statusCode: ifElse(notFound, 404, 502),
    headers: { "Content-Type": "application/problem+json" },
    body: {
      title: ifElse(notFound, "There is no such order", "The order could not be read"),
      status: ifElse(notFound, 404, 502),
      instance: RUN_ID,
    },
    after: [ended(ask, "Failed", "TimedOut")],
  });

  return defineWorkflow({ trigger, actions: [ask, answer, answerProblem] });
}

/** `Order` of the contract, out of what the two systems answered. */
function order({ body: found }: Action, { body: shipment }: Action): Value {
  return {
    orderId: found.get("orderId"),
    status: found.get("status"),
    total: found.get("total"),
    shipment: {
      trackingNumber: shipment.get("trackingNumber"),
      status: shipment.get("status"),
      expectedOn: shipment.get("expectedOn"),
    },
  };
}
