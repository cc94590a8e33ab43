import type { Parts } from "./parts";

/**
 * How the builder's function for a type of action takes the parts of the definition: options by the path at which they stand.
 * What has actions inside is not here.
 */
export interface ActionForm {
  readonly builder: string;
  /** Values, with expressions in them. */
  readonly options: Readonly<Record<string, string>>;
  /** Values that Azure does not evaluate. */
  readonly plain?: Readonly<Record<string, string>>;
  /** Options without which the function cannot be called. */
  readonly required: readonly string[];
  /** Parts that the function writes by itself; `true` where all of them are there. */
  readonly fixed?: (parts: Parts) => boolean;
  /** Whether it says how a call goes: {@link course}. */
  readonly course?: boolean;
}

const REQUEST = {
  method: "inputs.method",
  headers: "inputs.headers",
  queries: "inputs.queries",
  body: "inputs.body",
  authentication: "inputs.authentication",
  retry: "inputs.retryPolicy",
};

const ASSIGNMENT = { options: { value: "inputs.value" }, required: ["variable", "value"] };

const STEP = { options: { value: "inputs.value" }, required: ["variable"] };

/** The actions whose options are values only. */
export const ACTION_FORMS: Readonly<Record<string, ActionForm>> = {
  Http: {
    builder: "http",
    options: { ...REQUEST, uri: "inputs.uri" },
    required: ["method", "uri"],
    course: true,
  },
  HttpWebhook: {
    builder: "httpWebhook",
    options: { timeout: "limit.timeout" },
    required: ["subscribe"],
  },
  Response: {
    builder: "response",
    options: { statusCode: "inputs.statusCode", headers: "inputs.headers", body: "inputs.body" },
    plain: { schema: "inputs.schema" },
    required: ["statusCode"],
    // An answer has no other kind.
    fixed: (parts) => ["", "http"].includes(parts.takeText("kind").toLowerCase()),
  },
  Function: {
    builder: "azureFunction",
    options: { ...REQUEST, functionId: "inputs.function.id" },
    required: ["functionId"],
    course: true,
  },
  Workflow: {
    builder: "callWorkflow",
    options: {
      workflowId: "inputs.host.workflow.id",
      trigger: "inputs.host.triggerName",
      headers: "inputs.headers",
      body: "inputs.body",
      retry: "inputs.retryPolicy",
    },
    required: ["workflowId", "trigger"],
    course: true,
  },
  ApiManagement: {
    builder: "callApi",
    options: {
      ...REQUEST,
      apiId: "inputs.api.id",
      pathParameters: "inputs.pathTemplate.parameters",
      subscriptionKey: "inputs.subscriptionKey",
    },
    plain: { path: "inputs.pathTemplate.template" },
    required: ["apiId", "path"],
    course: true,
  },
  Compose: { builder: "compose", options: { inputs: "inputs" }, required: ["inputs"] },
  ParseJson: {
    builder: "parseJson",
    options: { content: "inputs.content" },
    plain: { schema: "inputs.schema" },
    required: ["content", "schema"],
  },
  Join: {
    builder: "joinArray",
    options: { from: "inputs.from", joinWith: "inputs.joinWith" },
    required: ["from", "joinWith"],
  },
  Terminate: {
    builder: "terminate",
    options: { runStatus: "inputs.runStatus", runError: "inputs.runError" },
    required: ["runStatus"],
  },
  Expression: {
    builder: "time",
    options: { inputs: "inputs" },
    plain: { kind: "kind" },
    required: ["kind", "inputs"],
  },
  Wait: {
    builder: "delay",
    options: {
      count: "inputs.interval.count",
      unit: "inputs.interval.unit",
      until: "inputs.until.timestamp",
    },
    required: [],
  },
  SendToBatch: {
    builder: "sendToBatch",
    options: {
      workflowId: "inputs.host.workflow.id",
      trigger: "inputs.host.triggerName",
      batchName: "inputs.batchName",
      content: "inputs.content",
      partitionName: "inputs.partitionName",
      messageId: "inputs.messageId",
    },
    required: ["workflowId", "trigger", "batchName", "content"],
  },
  SetVariable: { builder: "setVariable", ...ASSIGNMENT },
  IncrementVariable: { builder: "incrementVariable", ...STEP },
  DecrementVariable: { builder: "decrementVariable", ...STEP },
  AppendToArrayVariable: { builder: "appendToArray", ...ASSIGNMENT },
  AppendToStringVariable: { builder: "appendToString", ...ASSIGNMENT },
};
