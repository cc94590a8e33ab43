import {
  defineWorkflow,
  call,
  ended,
  equals,
  exponentialRetry,
  http,
  ifElse,
  managedIdentity,
  requestTrigger,
  response,
  scope,
  text,
  workflowRun,
  type Action,
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
 * Registers an order, then books its shipment, and answers both as one. Both calls carry the client's idempotency key,
 * which makes it safe to repeat them.
 *
 * @param newOrder JSON Schema of the request, from the contract
 */
export function placeOrder(
  { orderManagement, shipping }: OrdersSettings["backends"],
  newOrder: JsonSchema | undefined,
): WorkflowDefinition {
  const trigger = requestTrigger("manual", { method: "POST", schema: newOrder });
  const headers = { "Idempotency-Key": trigger.header("Idempotency-Key") };

  const createOrder = http("Create_order", {
    method: "POST",
    uri: `${orderManagement.url}/orders`,
    headers,
    body: trigger.body,
    authentication: managedIdentity({ audience: orderManagement.audience }),
    retry: RETRY,
    // Names and addresses of customers stay out of the run history.
    secure: ["inputs", "outputs"],
  });
  const bookShipment = http("Book_shipment", {
    method: "POST",
    uri: `${shipping.url}/shipments`,
    headers,
    body: { reference: createOrder.body.get("orderId"), deliverTo: trigger.body.get("deliverTo") },
    authentication: managedIdentity({ audience: shipping.audience }),
    retry: RETRY,
    secure: ["inputs", "outputs"],
    after: [createOrder],
  });
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
