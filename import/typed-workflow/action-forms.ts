import {
  connector,
  dependencies,
  expression,
  flag,
  namedVariable,
  ofItem,
  ownPart,
  plain,
  repeatedRequest,
  requestParts,
  value,
  type Readers,
} from "./readers";
import { HTTP_ANSWER, type Shape } from "./shape";

import { objectOrEmpty, type JsonObject } from "../../workflow/json";

/** How the builder's function for a type of action is called. What has actions inside is not here. */
export interface ActionForm {
  readonly builder: string;
  readonly options: Readers;
  /** Options without which the function cannot be called. */
  readonly required: readonly string[];
  /** What is known of its outputs. */
  readonly outputs?: Shape;
  /** What is known of its body, out of its definition. */
  readonly body?: (action: JsonObject) => Shape;
}

/** How a call goes. */
const COURSE: Readers = {
  retry: value("inputs.retryPolicy"),
  asyncPattern: flag("operationOptions", "DisableAsyncPattern", false),
  timeout: plain("limit.timeout"),
};

const LARGE_MESSAGES: Readers = {
  chunked: flag("runtimeConfiguration.contentTransfer", { transferMode: "Chunked" }, true),
  minimumItems: plain("runtimeConfiguration.paginationPolicy.minimumItemCount"),
};

const HOST: Readers = {
  workflowId: value("inputs.host.workflow.id"),
  trigger: value("inputs.host.triggerName"),
};

const ASSIGNMENT = {
  options: { variable: namedVariable, value: value("inputs.value") },
  required: ["variable", "value"],
};

const STEP = { ...ASSIGNMENT, required: ["variable"] };

/** The types of actions whose options are read one by one. */
export const ACTION_FORMS: Readonly<Record<string, ActionForm>> = {
  Http: {
    builder: "http",
    options: {
      method: value("inputs.method"),
      uri: value("inputs.uri"),
      ...requestParts(),
      ...COURSE,
      ...LARGE_MESSAGES,
    },
    required: ["method", "uri"],
    outputs: HTTP_ANSWER,
  },
  HttpWebhook: {
    builder: "httpWebhook",
    options: {
      subscribe: repeatedRequest("inputs.subscribe"),
      unsubscribe: repeatedRequest("inputs.unsubscribe"),
      noUnsubscribe: ownPart("inputs.unsubscribe", {}),
      timeout: plain("limit.timeout"),
    },
    required: ["subscribe"],
    outputs: HTTP_ANSWER,
  },
  Response: {
    builder: "response",
    options: {
      // An answer has no other kind.
      kind: ownPart("kind", "Http", "http", "HTTP"),
      statusCode: value("inputs.statusCode"),
      headers: value("inputs.headers"),
      body: value("inputs.body"),
      schema: plain("inputs.schema"),
      asynchronous: flag("operationOptions", "Asynchronous", true),
    },
    required: ["statusCode"],
  },
  Function: {
    builder: "azureFunction",
    options: {
      functionId: value("inputs.function.id"),
      method: value("inputs.method"),
      ...requestParts(),
      ...COURSE,
    },
    required: ["functionId"],
    outputs: HTTP_ANSWER,
  },
  Workflow: {
    builder: "callWorkflow",
    options: { ...HOST, headers: value("inputs.headers"), body: value("inputs.body"), ...COURSE },
    required: ["workflowId", "trigger"],
    outputs: HTTP_ANSWER,
  },
  ApiManagement: {
    builder: "callApi",
    options: {
      apiId: value("inputs.api.id"),
      method: value("inputs.method"),
      path: plain("inputs.pathTemplate.template"),
      pathParameters: value("inputs.pathTemplate.parameters"),
      ...requestParts(),
      subscriptionKey: expression("inputs.subscriptionKey"),
      ...COURSE,
    },
    required: ["apiId", "path"],
    outputs: HTTP_ANSWER,
  },
  ApiConnection: {
    builder: "connectorAction",
    options: { call: connector, ...COURSE, ...LARGE_MESSAGES },
    required: ["call"],
    outputs: HTTP_ANSWER,
  },
  ApiConnectionWebhook: {
    builder: "connectorWebhook",
    options: { call: connector, timeout: plain("limit.timeout") },
    required: ["call"],
    outputs: HTTP_ANSWER,
  },
  // What a Compose action gives is typed by what it is given, property by property.
  Compose: {
    builder: "compose",
    options: { inputs: value("inputs") },
    required: ["inputs"],
    outputs: { type: "string" },
  },
  ParseJson: {
    builder: "parseJson",
    options: { content: value("inputs.content"), schema: plain("inputs.schema") },
    required: ["content", "schema"],
    body: ({ inputs }) => objectOrEmpty(objectOrEmpty(inputs).schema),
  },
  Query: {
    builder: "filterArray",
    options: { from: expression("inputs.from"), where: ofItem(expression("inputs.where")) },
    required: ["from", "where"],
  },
  Select: {
    builder: "select",
    options: { from: expression("inputs.from"), select: ofItem(value("inputs.select")) },
    required: ["from", "select"],
  },
  Table: {
    builder: "table",
    options: {
      from: expression("inputs.from"),
      format: plain("inputs.format"),
      columns: ofItem(value("inputs.columns")),
    },
    required: ["from", "format"],
  },
  Join: {
    builder: "joinArray",
    options: { from: expression("inputs.from"), joinWith: value("inputs.joinWith") },
    required: ["from", "joinWith"],
  },
  Terminate: {
    builder: "terminate",
    options: { runStatus: value("inputs.runStatus"), runError: value("inputs.runError") },
    required: ["runStatus"],
  },
  Expression: {
    builder: "time",
    options: { kind: plain("kind"), inputs: value("inputs") },
    required: ["kind", "inputs"],
  },
  Wait: {
    builder: "delay",
    options: {
      count: value("inputs.interval.count"),
      unit: value("inputs.interval.unit"),
      until: value("inputs.until.timestamp"),
    },
    required: [],
  },
  JavaScriptCode: {
    builder: "javaScript",
    options: { code: plain("inputs.code"), dependsOn: dependencies },
    required: ["code"],
  },
  SendToBatch: {
    builder: "sendToBatch",
    options: {
      ...HOST,
      batchName: value("inputs.batchName"),
      content: value("inputs.content"),
      partitionName: value("inputs.partitionName"),
      messageId: value("inputs.messageId"),
    },
    required: ["workflowId", "trigger", "batchName", "content"],
  },
  SetVariable: { builder: "setVariable", ...ASSIGNMENT },
  IncrementVariable: { builder: "incrementVariable", ...STEP },
  DecrementVariable: { builder: "decrementVariable", ...STEP },
  AppendToArrayVariable: { builder: "appendToArray", ...ASSIGNMENT },
  AppendToStringVariable: { builder: "appendToString", ...ASSIGNMENT },
};
