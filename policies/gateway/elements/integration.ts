import { AUTHENTICATION } from "./authentication";
import { ROUTING } from "./routing";
import { TRANSFORMATION } from "./transformation";
import { REFERENCE, SECTIONS, type Rows } from "../spec";

const REQUEST_ATTRIBUTES = {
  /** Whether the request is new, or a copy of the current one's headers and body. `@default "new"` */
  mode: { values: ["new", "copy"] },
  /** Seconds to wait. `@default 60` */
  timeout: { type: "integer", minimum: 1 },
} as const;

const UNLESS_COPIED = { attribute: "mode", is: ["copy"] } as const;

/** In the order of the page's policy statement. */
const REQUEST_PARTS = {
  /** Address; may be left out of a copy. */
  url: { element: "set-url", requiredUnless: UNLESS_COPIED, text: { required: true } },
  /** HTTP verb; may be left out of a copy. */
  method: { element: "set-method", requiredUnless: UNLESS_COPIED, text: { required: true, literal: true } },
  /** Headers. */
  headers: {
    element: "set-header",
    repeated: true,
    attributes: TRANSFORMATION["set-header"].attributes,
    children: TRANSFORMATION["set-header"].children,
  },
  /** Body: a text, or an object with the attributes of `setBody` and the text as `value`. */
  body: {
    element: "set-body",
    attributes: TRANSFORMATION["set-body"].attributes,
    text: {},
    verbatim: true,
  },
  /** Client certificate for the call. */
  certificate: {
    element: "authentication-certificate",
    attributes: AUTHENTICATION["authentication-certificate"].attributes,
    choices: AUTHENTICATION["authentication-certificate"].choices,
  },
  // Not on the page; Microsoft's policy toolkit has it:
  // https://github.com/Azure/azure-api-management-policy-toolkit/blob/main/src/Authoring/Configs/SendRequestConfig.cs
  /** Token of the gateway's managed identity for the call. */
  managedIdentity: {
    element: "authentication-managed-identity",
    attributes: AUTHENTICATION["authentication-managed-identity"].attributes,
  },
  /** Proxy for the call. */
  proxy: { element: "proxy", attributes: ROUTING.proxy.attributes },
} as const;

const ONE_AUTHENTICATION = { of: ["certificate", "managedIdentity"], atLeast: 0, atMost: 1 } as const;

/** https://learn.microsoft.com/azure/api-management/api-management-policies#integration-and-external-communication */
export const INTEGRATION = {
  "send-request": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/send-request-policy`,
    attributes: {
      ...REQUEST_ATTRIBUTES,
      /** Variable for the answer, of type `IResponse`. */
      responseVariableName: { required: true },
      /** Whether to go on with null where the request fails. `@default false` */
      ignoreError: { type: "boolean", literal: true },
    },
    choices: [ONE_AUTHENTICATION],
    children: REQUEST_PARTS,
  },
  "send-one-way-request": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/send-one-way-request-policy`,
    attributes: REQUEST_ATTRIBUTES,
    choices: [ONE_AUTHENTICATION],
    children: REQUEST_PARTS,
  },
  "send-service-bus-message": {
    sections: ["inbound", "outbound", "on-error"],
    // The page is for the tiers Developer, Basic, Standard and Premium; the policy is in preview.
    gateways: ["classic"],
    documentation: `${REFERENCE}/send-service-bus-message-policy`,
    attributes: {
      /** Queue. */
      queueName: {},
      /** Topic. */
      topicName: {},
      /** Host name of the namespace, e.g. `orders.servicebus.windows.net`. */
      namespace: {},
      /** Client id of a user-assigned identity. `@default` the system-assigned identity */
      clientId: {},
    },
    choices: [{ of: ["queueName", "topicName"], atLeast: 1, atMost: 1 }],
    children: {
      /** Properties of the message. */
      messageProperties: {
        element: "message-properties",
        list: {
          element: "message-property",
          attributes: {
            /** Name of the property. */
            name: { required: true },
          },
          text: { required: true },
        },
      },
      /** The message. */
      payload: { element: "payload", required: true, text: { required: true } },
    },
  },
  "log-to-eventhub": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/log-to-eventhub-policy`,
    attributes: {
      /** Id of a logger of the gateway. */
      loggerId: { required: true, literal: true, reference: "logger" },
      /** Index of the partition. */
      partitionId: { literal: true },
      /** Value that selects the partition. */
      partitionKey: {},
    },
    choices: [{ of: ["partitionId", "partitionKey"], atLeast: 0, atMost: 1 }],
    /** The message; what is beyond 200 KB is cut off. */
    text: { required: true },
  },
} as const satisfies Rows;
