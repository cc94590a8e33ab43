import { all, anyObject, anything, object, oneKeyOf, oneOf, orExpression, rule, text } from "../rules";
import {
  API_MANAGEMENT_INPUTS,
  CALL,
  callMethod,
  CONNECTION_INPUTS,
  contentTransfer,
  FUNCTION_CALL,
  HTTP_INPUTS,
  limit,
  paginationPolicy,
  requestOptions,
  scalars,
  secureData,
  staticResult,
  WEBHOOK_INPUTS,
  workflowHost,
  type OperationTypes,
} from "./operation-type";

const called = object({ required: { id: text }, optional: { name: text, type: text } });

/** The actions that call something, and the one that answers a call. Sources: see triggers.ts. */
export const CALLS: OperationTypes = {
  Http: {
    purpose: "calls an address",
    required: { inputs: object(HTTP_INPUTS) },
    optional: { limit },
    operationOptions: ["DisableAsyncPattern", "DisableAutomaticDecompression", "SuppressWorkflowHeaders"],
    runtimeConfiguration: {
      ...secureData,
      ...staticResult,
      ...contentTransfer,
      ...paginationPolicy,
      ...requestOptions,
    },
  },
  HttpWebhook: {
    purpose: "subscribes to an address, and waits for its call",
    required: { inputs: object(WEBHOOK_INPUTS) },
    optional: { limit },
    runtimeConfiguration: { ...secureData, ...staticResult },
  },
  ApiConnection: {
    purpose: "calls an operation of a managed connector",
    required: { inputs: object(CONNECTION_INPUTS) },
    optional: { limit },
    operationOptions: ["DisableAsyncPattern", "DisableAutomaticDecompression"],
    runtimeConfiguration: { ...secureData, ...staticResult, ...contentTransfer, ...paginationPolicy },
  },
  ApiConnectionWebhook: {
    purpose: "subscribes through a managed connector, and waits for its call",
    required: {
      inputs: object({
        ...CONNECTION_INPUTS,
        optional: { ...CONNECTION_INPUTS.optional, schema: anyObject },
      }),
    },
    optional: { limit },
    runtimeConfiguration: { ...secureData, ...staticResult },
  },
  ApiManagement: {
    purpose: "calls an API of API Management",
    required: { inputs: object(API_MANAGEMENT_INPUTS) },
    optional: { limit },
    operationOptions: ["DisableAsyncPattern", "SuppressWorkflowHeaders"],
    runtimeConfiguration: { ...secureData, ...staticResult },
  },
  Function: {
    purpose: "calls a function of Azure Functions",
    required: {
      inputs: all(
        object({
          optional: {
            function: called,
            functionApp: called,
            uri: text,
            method: callMethod,
            headers: scalars,
            queries: scalars,
            body: anything,
            ...FUNCTION_CALL,
          },
        }),
        oneKeyOf("exactly", "function", "functionApp"),
      ),
    },
    optional: { limit },
    operationOptions: ["DisableAsyncPattern", "DisableAutomaticDecompression", "SuppressWorkflowHeaders"],
    runtimeConfiguration: { ...secureData, ...staticResult, ...paginationPolicy },
  },
  Workflow: {
    purpose: "calls another workflow of the subscription",
    required: {
      inputs: object({
        required: { host: workflowHost },
        optional: { body: anything, headers: scalars, ...CALL },
      }),
    },
    optional: { limit },
    operationOptions: ["DisableAsyncPattern", "DisableAutomaticDecompression"],
    runtimeConfiguration: { ...secureData, ...staticResult },
  },
  SendToBatch: {
    purpose: "hands a message to a workflow with a Batch trigger",
    required: {
      inputs: object({
        required: { host: workflowHost, batchName: text, content: anything },
        optional: { partitionName: text, messageId: text, ...CALL },
      }),
    },
    runtimeConfiguration: { ...secureData, ...staticResult },
  },
  Response: {
    purpose: "answers the call that started the run",
    required: {
      inputs: object({
        required: {
          statusCode: orExpression(
            rule("must be a status of the classes 2xx, 4xx or 5xx", "answer with such a status", (value) =>
              /^[245]\d\d$/.test(String(value)),
            ),
          ),
        },
        optional: { headers: scalars, body: anything, schema: anyObject },
      }),
    },
    optional: { kind: oneOf("Http") },
    operationOptions: ["Asynchronous", "DisableAsyncPattern"],
    runtimeConfiguration: { ...secureData, ...staticResult },
  },
};
