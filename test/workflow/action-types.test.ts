/** What each type of trigger and action may hold. The documents are plain JSON, as Azure reads them. */
import { checkWorkflow, WORKFLOW_SCHEMA } from "../../workflow";
import { ACTION_TYPES, canBeSecure } from "../../workflow/check/action-types";

const manual = { type: "Request", kind: "Http", inputs: {} };
const daily = { frequency: "Day", interval: 1 };
const http = { method: "GET", uri: "https://example.com" };
const host = { connection: { name: "@parameters('$connections')['servicebus']['connectionId']" } };
const child = { workflow: { id: "/workflows/child" }, triggerName: "manual" };
const variable = (name: string, type: string) => ({
  type: "InitializeVariable",
  inputs: { variables: [{ name, type }] },
});

function problems(parts: { triggers?: object; actions?: object; staticResults?: object }): string[] {
  const issues = checkWorkflow({
    $schema: WORKFLOW_SCHEMA,
    contentVersion: "1.0.0.0",
    parameters: { $connections: { type: "Object", defaultValue: {} } },
    triggers: { manual },
    actions: {},
    ...parts,
  });
  return issues.map(({ path, rule }) => `${path}: ${rule}`);
}

const action = (action: object, before: object = {}) =>
  problems({
    actions: {
      ...before,
      A: {
        runAfter: Object.fromEntries(Object.keys(before).map((name) => [name, ["Succeeded"]])),
        ...action,
      },
    },
  });
const trigger = (trigger: object) => problems({ triggers: { t: trigger } });

describe("triggers", () => {
  test.each<[string, object]>([
    ["any kind of call", { type: "Request", kind: "EventGrid" }],
    ["a call without kind", { type: "Request", inputs: { schema: {} } }],
    [
      "a type and words in other letters",
      { type: "recurrence", recurrence: { frequency: "week", interval: 1 } },
    ],
    [
      "hours as texts, one minute, a copy of the recurrence",
      {
        type: "Recurrence",
        recurrence: { ...daily, schedule: { hours: ["6"], minutes: 30 } },
        evaluatedRecurrence: daily,
      },
    ],
    [
      "the last day of the month",
      { type: "Recurrence", recurrence: { frequency: "Month", interval: 1, schedule: { monthDays: [-1] } } },
    ],
    [
      "an interval that a parameter gives",
      { type: "Recurrence", recurrence: { ...daily, interval: "@parameters('$connections')" } },
    ],
    ["a sliding window", { type: "SlidingWindow", recurrence: daily, inputs: { delay: "PT5S" } }],
    [
      "an address that is asked, an item a run, each with a tracking id",
      {
        type: "Http",
        inputs: http,
        recurrence: daily,
        splitOn: "@triggerBody()?['rows']",
        splitOnConfiguration: { correlation: { clientTrackingId: "@triggerBody()?['id']" } },
        correlation: { clientTrackingId: "@triggerBody()?['id']" },
        conditions: [{ expression: "@equals(triggers().code, 'OK')", dependsOn: "t" }],
      },
    ],
    [
      "a webhook",
      {
        type: "HttpWebhook",
        inputs: {
          subscribe: {
            method: "POST",
            uri: "https://example.com",
            body: { callback: "@{listCallbackUrl()}" },
          },
          unsubscribe: {},
        },
        runtimeConfiguration: { secureData: { properties: ["outputs"] }, concurrency: { runs: 10 } },
      },
    ],
    [
      "a connector that is asked",
      { type: "ApiConnection", inputs: { host, path: "/news" }, recurrence: daily },
    ],
    [
      "a connector that calls",
      {
        type: "ApiConnectionWebhook",
        inputs: { host, path: "/subscribe", body: { url: "@{listCallbackUrl()}" } },
      },
    ],
    [
      "a connector that tells of news",
      {
        type: "ApiConnectionNotification",
        inputs: {
          host,
          subscribe: { method: "post", pathTemplate: { template: "/subscriptions" } },
          fetch: { method: "get", pathTemplate: { template: "/mail/{id}", parameters: { id: 1 } } },
        },
      },
    ],
    [
      "an API that is asked",
      {
        type: "ApiManagement",
        inputs: { api: { id: "/apis/a" }, pathTemplate: { template: "/news" } },
        recurrence: daily,
      },
    ],
    [
      "a batch",
      {
        type: "Batch",
        inputs: { mode: "Inline", configurations: { orders: { releaseCriteria: { messageCount: 10 } } } },
      },
    ],
    [
      "a batch of an integration account",
      { type: "Batch", inputs: { mode: "IntegrationAccount", batchGroupName: "orders" } },
    ],
  ])("admits %s", (_what, each) => {
    expect(trigger(each)).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      "one instance, said twice",
      {
        type: "Recurrence",
        recurrence: daily,
        operationOptions: "SingleInstance",
        runtimeConfiguration: { concurrency: { runs: 1 } },
      },
      "triggers.t: must not have both the operation option SingleInstance and runtimeConfiguration.concurrency.runs",
    ],
    [
      "secure data of a schedule",
      {
        type: "Recurrence",
        recurrence: daily,
        runtimeConfiguration: { secureData: { properties: ["inputs"] } },
      },
      "triggers.t.runtimeConfiguration.secureData: is none of the properties that are known here: concurrency",
    ],
    ["an address that is asked once", { type: "Http", inputs: http }, "triggers.t.recurrence: is required"],
    [
      "a schedule that is split",
      { type: "Recurrence", recurrence: daily, splitOn: "@triggerBody()" },
      "triggers.t.splitOn: is none of the properties that are known here: type, recurrence, description, metadata, conditions, evaluatedRecurrence, correlation, operationOptions, runtimeConfiguration",
    ],
    [
      "chunks that a trigger reads",
      {
        type: "Http",
        inputs: http,
        recurrence: daily,
        runtimeConfiguration: { contentTransfer: { transferMode: "Chunked" } },
      },
      "triggers.t.runtimeConfiguration.contentTransfer: is none of the properties that are known here: secureData, concurrency",
    ],
    [
      "a reference of Logic Apps Standard",
      {
        type: "ApiConnectionWebhook",
        inputs: { host: { connection: { name: "a", referenceName: "servicebus" } }, path: "/" },
      },
      "triggers.t.inputs.host.connection.referenceName: is none of the properties that are known here: name, id",
    ],
    [
      "a batch without end",
      { type: "Batch", inputs: { mode: "Inline", configurations: { a: { releaseCriteria: {} } } } },
      "triggers.t.inputs.configurations.a.releaseCriteria: must have at least one of messageCount, batchSize, recurrence",
    ],
    [
      "a callback of a schedule",
      { type: "Recurrence", recurrence: daily, conditions: [{ expression: "@empty(listCallbackUrl())" }] },
      "triggers.t.conditions[0].expression: listCallbackUrl() has a value in webhooks only: HttpWebhook, ApiConnectionWebhook, ApiConnectionNotification",
    ],
    [
      "a day that no month has",
      { type: "Recurrence", recurrence: { frequency: "Month", interval: 1, schedule: { monthDays: [32] } } },
      "triggers.t.recurrence.schedule.monthDays[0]: must be a whole number from -1 to 31",
    ],
  ])("refuses %s", (_what, each, problem) => {
    expect(trigger(each)).toEqual([problem]);
  });
});

describe("calls", () => {
  test.each<[string, object]>([
    ["None", { type: "None" }],
    ["Basic", { type: "Basic", username: "u", password: "@parameters('$connections')" }],
    ["ClientCertificate", { type: "ClientCertificate", pfx: "@parameters('$connections')" }],
    [
      "ActiveDirectoryOAuth",
      { type: "ActiveDirectoryOAuth", tenant: "t", audience: "a", clientId: "c", secret: "s" },
    ],
    ["Raw", { type: "Raw", value: "@parameters('$connections')" }],
    ["ManagedServiceIdentity", { type: "ManagedServiceIdentity", identity: "" }],
  ])("admits the authentication %s", (_type, authentication) => {
    expect(action({ type: "Http", inputs: { ...http, authentication } })).toEqual([]);
  });

  test("an authentication that an expression gives", () => {
    const authentication = "@parameters('$connections')";
    expect(action({ type: "Http", inputs: { ...http, authentication } })).toEqual([]);
  });

  test.each<[string, object]>([
    [
      "an Http action with all that it may have",
      {
        type: "Http",
        inputs: { ...http, queries: { a: 1, b: null }, headers: "@triggerBody()", cookie: "a=b" },
        limit: { timeout: "PT4M" },
        operationOptions: "disableasyncpattern, DisableAutomaticDecompression",
        runtimeConfiguration: {
          contentTransfer: { transferMode: "chunked" },
          paginationPolicy: { minimumItemCount: 5000 },
          requestOptions: { timeout: "PT2M" },
          secureData: { properties: ["inputs"] },
        },
      },
    ],
    [
      "an action that is tracked",
      { type: "Http", inputs: http, trackedProperties: { id: "@action()['outputs']" } },
    ],
    [
      "a webhook",
      {
        type: "HttpWebhook",
        inputs: { subscribe: { ...http, body: "@listCallbackUrl()" }, unsubscribe: http },
        limit: { timeout: "PT1H" },
      },
    ],
    [
      "a connection by its id",
      { type: "ApiConnection", inputs: { host: { connection: { id: "@{1}" } }, path: "/mail" } },
    ],
    [
      "an approval",
      { type: "ApiConnectionWebhook", inputs: { host, path: "/approval", body: "@listCallbackUrl()" } },
    ],
    [
      "an API",
      {
        type: "ApiManagement",
        inputs: {
          api: { id: "/apis/a" },
          method: "get",
          pathTemplate: { template: "/{id}", parameters: { id: "1" } },
        },
        operationOptions: "SuppressWorkflowHeaders",
      },
    ],
    ["a function", { type: "Function", inputs: { function: { id: "/functions/f" }, body: {} } }],
    [
      "a described function",
      { type: "Function", inputs: { functionApp: { id: "/sites/s" }, uri: "https://f", method: "GET" } },
    ],
    ["a workflow", { type: "Workflow", inputs: { host: child, body: {}, retryPolicy: { type: "None" } } }],
    [
      "a message for a batch",
      { type: "SendToBatch", inputs: { host: child, batchName: "orders", content: 1, partitionName: "a" } },
    ],
    [
      "an answer, its status as text",
      { type: "Response", inputs: { statusCode: "202" }, operationOptions: "Asynchronous" },
    ],
  ])("admits %s", (_what, each) => {
    expect(action(each)).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      "two secrets",
      {
        type: "Http",
        inputs: {
          ...http,
          authentication: {
            type: "ActiveDirectoryOAuth",
            tenant: "t",
            audience: "a",
            clientId: "c",
            secret: "s",
            pfx: "p",
          },
        },
      },
      "actions.A.inputs.authentication: must have exactly one of secret, pfx where its type is ActiveDirectoryOAuth",
    ],
    [
      "a function's password",
      {
        type: "Function",
        inputs: { function: { id: "f" }, authentication: { type: "Basic", username: "u", password: "p" } },
      },
      "actions.A.inputs.authentication.type: must be one of None, ManagedServiceIdentity, ActiveDirectoryOAuth, Raw",
    ],
    [
      "a request that takes longer than Azure waits",
      { type: "Http", inputs: http, runtimeConfiguration: { requestOptions: { timeout: "PT3M" } } },
      "actions.A.runtimeConfiguration.requestOptions.timeout: must be an ISO 8601 duration from PT1S to PT2M",
    ],
    [
      "more items than a page policy collects",
      {
        type: "Http",
        inputs: http,
        runtimeConfiguration: { paginationPolicy: { minimumItemCount: 100001 } },
      },
      "actions.A.runtimeConfiguration.paginationPolicy.minimumItemCount: must be a whole number from 1 to 100000",
    ],
    [
      "an unknown static result",
      { type: "Http", inputs: http, runtimeConfiguration: { staticResult: { name: "Http0" } } },
      "actions.A.runtimeConfiguration.staticResult.name: there is no static result Http0",
    ],
    [
      "a workflow without its trigger",
      { type: "Workflow", inputs: { host: { workflow: { id: "w" } } } },
      "actions.A.inputs.host.triggerName: is required",
    ],
    [
      "a function that is none",
      { type: "Function", inputs: {} },
      "actions.A.inputs: must have exactly one of function, functionApp",
    ],
    [
      "a callback of a plain call",
      { type: "Http", inputs: { ...http, body: "@listCallbackUrl()" } },
      "actions.A.inputs.body: listCallbackUrl() has a value in webhooks only: HttpWebhook, ApiConnectionWebhook, ApiConnectionNotification",
    ],
    [
      "more tracked properties than Azure keeps",
      { type: "Http", inputs: http, trackedProperties: { a: "x".repeat(16001) } },
      "actions.A.trackedProperties: must have at most 16000 characters",
    ],
  ])("refuses %s", (_what, each, problem) => {
    expect(action(each)).toEqual([problem]);
  });

  test("a static result that is declared", () => {
    const A = {
      type: "Http",
      inputs: http,
      runtimeConfiguration: { staticResult: { name: "Http0", staticResultOptions: "Disabled" } },
    };
    const staticResults = { Http0: { status: "Succeeded", outputs: { statusCode: "OK" } } };
    expect(problems({ actions: { A }, staticResults })).toEqual([]);
  });
});

describe("data", () => {
  test.each<[string, object]>([
    ["a filter", { type: "Query", inputs: { from: [1, 2], where: "@greater(item(), 1)" } }],
    ["a map to texts", { type: "Select", inputs: { from: "@triggerBody()", select: "@trim(item())" } }],
    [
      "a table",
      { type: "Table", inputs: { from: [], format: "csv", columns: [{ header: "", value: "@item()" }] } },
    ],
    ["a join without separator", { type: "Join", inputs: { from: "@triggerBody()", joinWith: "" } }],
    ["the time", { type: "Expression", kind: "CurrentTime", inputs: {} }],
    [
      "another time",
      {
        type: "Expression",
        kind: "AddToTime",
        inputs: { baseTime: "@utcNow()", interval: -1, timeUnit: "Day" },
      },
    ],
    [
      "an earlier time",
      { type: "Expression", kind: "GetPastTime", inputs: { interval: "@int('1')", timeUnit: "week" } },
    ],
    [
      "a time elsewhere",
      {
        type: "Expression",
        kind: "ConvertTimeZone",
        inputs: { baseTime: "@utcNow()", sourceTimeZone: "UTC", destinationTimeZone: "GMT Standard Time" },
      },
    ],
  ])("admits %s", (_what, each) => {
    expect(action(each)).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      "a list that is none",
      { type: "Join", inputs: { from: "a", joinWith: "," } },
      "actions.A.inputs.from: must be a list or an expression",
    ],
    [
      "a format",
      { type: "Table", inputs: { from: [], format: "PDF" } },
      "actions.A.inputs.format: must be one of CSV, HTML",
    ],
    [
      "a kind of time",
      { type: "Expression", kind: "Yesterday", inputs: {} },
      "actions.A.kind: must be one of CurrentTime, AddToTime, SubtractFromTime, GetFutureTime, GetPastTime, ConvertTimeZone",
    ],
    [
      "a time without unit",
      { type: "Expression", kind: "GetFutureTime", inputs: { interval: 1 } },
      "actions.A.inputs.timeUnit: is required",
    ],
    [
      "an unknown action that a script reads",
      { type: "JavaScriptCode", inputs: { code: "return 1;", explicitDependencies: { actions: ["B"] } } },
      "actions.A.inputs.explicitDependencies.actions[0]: there is no action B",
    ],
  ])("refuses %s", (_what, each, problem) => {
    expect(action(each)).toEqual([problem]);
  });

  test("an action that a script reads", () => {
    const A = {
      type: "JavaScriptCode",
      inputs: { code: "return 1;", explicitDependencies: { actions: ["B"], includeTrigger: true } },
    };
    expect(action(A, { B: { type: "Compose", inputs: 1 } })).toEqual([]);
  });
});

describe("variables", () => {
  const before = {
    V: variable("Total", "Integer"),
    W: variable("names", "string"),
    X: variable("list", "Array"),
  };

  test.each<[string, object]>([
    ["adds one", { type: "IncrementVariable", inputs: { name: "Total" } }],
    [
      "takes from it, named in other letters",
      { type: "DecrementVariable", inputs: { name: "total", value: 2 } },
    ],
    [
      "adds to a text",
      { type: "AppendToStringVariable", inputs: { name: "names", value: "@variables('TOTAL')" } },
    ],
    [
      "adds an item",
      { type: "AppendToArrayVariable", inputs: { name: "list", value: "@variables('list')" } },
    ],
    [
      "sets what another gives",
      { type: "SetVariable", inputs: { name: "Total", value: "@length(variables('list'))" } },
    ],
  ])("%s", (_what, each) => {
    expect(action(each, before)).toEqual([]);
  });

  test.each<[string, object, string]>([
    [
      "an unknown one",
      { type: "AppendToArrayVariable", inputs: { name: "rows", value: 1 } },
      "actions.A.inputs.name: there is no variable rows",
    ],
    [
      "counting a text",
      { type: "IncrementVariable", inputs: { name: "names" } },
      "actions.A.inputs.name: IncrementVariable needs a variable of the type integer or float; names is of the type string",
    ],
    [
      "setting it from itself",
      { type: "SetVariable", inputs: { name: "names", value: "@{variables('Names')}, Ann" } },
      "actions.A.inputs.value: SetVariable does not read the variable that it sets: names",
    ],
  ])("refuses %s", (_what, each, problem) => {
    expect(action(each, before)).toEqual([problem]);
  });
});

describe("several variables that one action declares", () => {
  const V = {
    type: "InitializeVariable",
    inputs: {
      variables: [
        { name: "rows", type: "Array" },
        { name: "count", type: "Integer", value: 1 },
      ],
    },
  };

  test("each can be used after it", () => {
    expect(action({ type: "IncrementVariable", inputs: { name: "count" } }, { V })).toEqual([]);
    expect(action({ type: "IncrementVariable", inputs: { name: "rows" } }, { V })).toEqual([
      "actions.A.inputs.name: IncrementVariable needs a variable of the type integer or float; rows is of the type Array",
    ]);
  });

  test("none can be made of another", () => {
    const variables = [
      { name: "a", type: "String" },
      { name: "b", type: "String", value: "@variables('a')" },
    ];
    expect(problems({ actions: { V: { type: "InitializeVariable", inputs: { variables } } } })).toEqual([
      "actions.V.inputs.variables[1].value: the variable a is not initialized when V starts: V is neither on its runAfter path nor inside an action that is",
    ]);
  });
});

describe("references", () => {
  test("names in other letters, and names with a quote", () => {
    const actions = {
      "Tim's": { type: "Compose", inputs: 1 },
      For_each: {
        type: "foreach",
        foreach: "@triggerBody()",
        actions: { A: { type: "Compose", inputs: "@{items('For_Each')}@{outputs('TIM''s')}" } },
        runAfter: { "Tim's": ["SUCCEEDED"] },
      },
    };
    expect(problems({ actions })).toEqual([]);
  });

  test("results of an action without actions inside", () => {
    expect(
      action({ type: "Compose", inputs: "@result('B')" }, { B: { type: "Compose", inputs: 1 } }),
    ).toEqual(["actions.A.inputs: result() names an action with actions inside; B has none"]);
  });
});

test("null where an object belongs is refused, not stumbled over", () => {
  expect(action({ type: "Http", inputs: { ...http, authentication: null } })).toEqual([
    "actions.A.inputs.authentication: must be an object",
  ]);
  expect(action({ type: "Terminate", inputs: null })).toEqual(["actions.A.inputs: must be an object"]);
  expect(action({ type: "Switch", expression: 1, cases: null })).toEqual([
    "actions.A.cases: must be an object",
  ]);
  expect(action({ type: "Foreach", foreach: [], actions: {}, runtimeConfiguration: null })).toEqual([
    "actions.A.runtimeConfiguration: must be an object",
  ]);
});

test("the schema as the Terraform provider writes it, notes, descriptions", () => {
  const document = {
    $schema: WORKFLOW_SCHEMA.replace("https", "http").replace("#", ""),
    contentVersion: "1.0.0.0",
    description: "Takes orders.",
    metadata: { notes: {} },
    parameters: { region: { type: "string", defaultValue: "north", description: "Where." } },
    triggers: { manual },
    actions: {},
    outputs: { region: { type: "String", value: "@parameters('region')", description: "Where." } },
  };
  expect(checkWorkflow(document)).toEqual([]);
});

test("what can be kept out of the run history", () => {
  expect(Object.keys(ACTION_TYPES).filter((type) => !canBeSecure(type))).toEqual([
    ...["InitializeVariable", "SetVariable", "IncrementVariable", "DecrementVariable"],
    ...["AppendToArrayVariable", "AppendToStringVariable"],
    ...["Scope", "If", "Switch", "Foreach", "Until", "Terminate"],
  ]);
  expect(canBeSecure("http")).toBe(true);
  expect(canBeSecure("Recurrence")).toBe(false);
});
