import {
  body,
  call,
  defineWorkflow,
  equals,
  exponentialRetry,
  expression,
  http,
  managedIdentity,
  outputs,
  pathParameter,
  requestTrigger,
  response,
  scope,
  text,
  triggerBody,
  triggerOutputs,
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
const RUN_ID = expression("workflow().run.name");

/**
 * Registers an order, then books its shipment, and answers both as one. Both calls carry the client's idempotency key,
 * which makes it safe to repeat them.
 *
 * @param newOrder JSON Schema of the request, from the contract
 */
export function placeOrder(
  { orderManagement, shipping }: OrdersSettings["backends"],
  newOrder: Readonly<Record<string, Value>> | undefined,
): WorkflowDefinition {
  const headers = { "Idempotency-Key": triggerOutputs("headers", "Idempotency-Key") };
  return defineWorkflow({
    trigger: requestTrigger({ method: "POST", schema: newOrder }),
    actions: {
      Place: scope({
        actions: {
          Create_order: http({
            method: "POST",
            uri: `${orderManagement.url}/orders`,
            headers,
            body: triggerBody(),
            authentication: managedIdentity({ audience: orderManagement.audience }),
            retry: RETRY,
            // Names and addresses of customers stay out of the run history.
            secure: ["inputs", "outputs"],
          }),
          Book_shipment: http({
            method: "POST",
            uri: `${shipping.url}/shipments`,
            headers,
            body: { reference: body("Create_order", "orderId"), deliverTo: triggerBody("deliverTo") },
            authentication: managedIdentity({ audience: shipping.audience }),
            retry: RETRY,
            secure: ["inputs", "outputs"],
            after: { Create_order: ["Succeeded"] },
          }),
        },
      }),
      Answer: response({
        statusCode: 201,
        headers: { "Content-Type": "application/json" },
        body: order("Create_order", "Book_shipment"),
        after: { Place: ["Succeeded"] },
      }),
      Answer_problem: response({
        statusCode: 502,
        headers: { "Content-Type": "application/problem+json" },
        body: { title: "The order could not be completed", status: 502, instance: RUN_ID },
        after: { Place: ["Failed", "TimedOut"] },
      }),
    },
  });
}

/** Asks both systems at the same time for an order and its shipment, and answers both as one. */
export function getOrder({ orderManagement, shipping }: OrdersSettings["backends"]): WorkflowDefinition {
  const orderId = call("encodeUriComponent", pathParameter("orderId"));
  const notFound = equals(outputs("Get_order", "statusCode"), 404);
  return defineWorkflow({
    trigger: requestTrigger({ method: "GET", relativePath: "{orderId}" }),
    actions: {
      Ask: scope({
        actions: {
          Get_order: http({
            method: "GET",
            uri: text`${orderManagement.url}/orders/${orderId}`,
            authentication: managedIdentity({ audience: orderManagement.audience }),
            retry: RETRY,
            secure: ["inputs", "outputs"],
          }),
          Get_shipment: http({
            method: "GET",
            uri: text`${shipping.url}/shipments/${orderId}`,
            authentication: managedIdentity({ audience: shipping.audience }),
            retry: RETRY,
            secure: ["inputs", "outputs"],
          }),
        },
      }),
      Answer: response({
        statusCode: 200,
        headers: { "Content-Type": "application/json" },
        body: order("Get_order", "Get_shipment"),
        after: { Ask: ["Succeeded"] },
      }),
      Answer_problem: response({
        statusCode: call("if", notFound, 404, 502),
        headers: { "Content-Type": "application/problem+json" },
        body: {
          title: call("if", notFound, "There is no such order", "The order could not be read"),
          status: call("if", notFound, 404, 502),
          instance: RUN_ID,
        },
        after: { Ask: ["Failed", "TimedOut"] },
      }),
    },
  });
}

/** `Order` of the contract, out of what the two systems answered. */
function order(orderAction: string, shipmentAction: string): Value {
  return {
    orderId: body(orderAction, "orderId"),
    status: body(orderAction, "status"),
    total: body(orderAction, "total"),
    shipment: {
      trackingNumber: body(shipmentAction, "trackingNumber"),
      status: body(shipmentAction, "status"),
      expectedOn: body(shipmentAction, "expectedOn"),
    },
  };
}
