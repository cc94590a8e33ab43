/**
 * Whole documents, transcribed from Azure's documentation, all below https://learn.microsoft.com/azure/:
 * - definition structure: logic-apps/logic-apps-workflow-definition-language
 * - triggers and actions: logic-apps/logic-apps-workflow-actions-triggers, where no other page is named
 * - retry policies: logic-apps/logic-apps-exception-handling#retry-policies
 * - variables: logic-apps/logic-apps-create-variables-store-values
 * - bearer tokens, secure data, authentication: logic-apps/logic-apps-securing-a-logic-app
 *
 * What an example leaves out or writes otherwise, and means the same, is written here as it is built: `"runAfter": {}`, the
 * documented spelling of functions and words, `?['key']` for `?.key`, an array out of a variable for one in place.
 */
import {
  appendToArray,
  appendToString,
  azureFunction,
  call,
  callApi,
  callbackUrl,
  callWorkflow,
  checkWorkflow,
  compose,
  concat,
  condition,
  connections,
  connectorAction,
  connectorCall,
  connectorTrigger,
  connectorWebhook,
  connectorWebhookTrigger,
  decrementVariable,
  defineWorkflow,
  delay,
  ended,
  equals,
  exponentialRetry,
  expression,
  filterArray,
  fixedRetry,
  forEach,
  http,
  httpTrigger,
  httpWebhook,
  httpWebhookTrigger,
  incrementVariable,
  initializeVariable,
  item,
  javaScript,
  joinArray,
  managedIdentity,
  noRetry,
  parameter,
  parseJson,
  recurrenceTrigger,
  requestTrigger,
  response,
  scope,
  select,
  sendToBatch,
  setVariable,
  slidingWindowTrigger,
  switchOn,
  table,
  terminate,
  text,
  time,
  until,
  variable,
  whenCase,
  type HttpRequest,
  type WorkflowDefinition,
} from "../../workflow";

/** The definition that the documentation's structure prescribes around triggers and actions. */
function around(parts: { triggers: object; actions: object; parameters?: object }): object {
  return {
    $schema:
      "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
    contentVersion: "1.0.0.0",
    parameters: {},
    outputs: {},
    ...parts,
  };
}

function expectDocument(definition: WorkflowDefinition, expected: object): void {
  expect(definition).toEqual(expected);
  expect(checkWorkflow(definition)).toEqual([]);
}

const daily = recurrenceTrigger("Recurrence", { frequency: "Day", interval: 1 });
const DAILY = { Recurrence: { type: "Recurrence", recurrence: { frequency: "Day", interval: 1 } } };

test("a request with a schema, an answer", () => {
  const schema = {
    type: "object",
    properties: {
      customerName: { type: "String" },
      customerAddress: {
        type: "Object",
        properties: { streetAddress: { type: "string" }, city: { type: "string" } },
      },
    },
  };
  const definition = defineWorkflow({
    trigger: requestTrigger("manual", {
      method: "POST",
      schema,
      validateSchema: false,
      authorization: "signature",
    }),
    actions: [
      response("Response", {
        statusCode: 200,
        body: { ProductID: 0, Description: "Organic Apples" },
        headers: { "x-ms-date": call("utcNow"), "content-type": "application/json" },
      }),
    ],
  });

  expectDocument(
    definition,
    around({
      triggers: {
        manual: {
          type: "Request",
          kind: "Http",
          inputs: {
            method: "POST",
            schema: {
              type: "object",
              properties: {
                customerName: { type: "String" },
                customerAddress: {
                  type: "Object",
                  properties: { streetAddress: { type: "string" }, city: { type: "string" } },
                },
              },
            },
          },
        },
      },
      actions: {
        Response: {
          type: "Response",
          kind: "Http",
          inputs: {
            statusCode: 200,
            body: { ProductID: 0, Description: "Organic Apples" },
            headers: { "x-ms-date": "@utcNow()", "content-type": "application/json" },
          },
          runAfter: {},
        },
      },
    }),
  );
});

/**
 * "Asynchronous response" in the action's settings: https://learn.microsoft.com/power-automate/guidance/coding-guidelines/asychronous-flow-pattern;
 * the word for it is that of Azure's refusal of trigger concurrency without it.
 */
test("an answer that the caller fetches later", () => {
  const definition = defineWorkflow({
    trigger: requestTrigger("manual", { authorization: "signature" }),
    actions: [response("Response", { statusCode: 200, asynchronous: true })],
  });

  expectDocument(
    definition,
    around({
      triggers: { manual: { type: "Request", kind: "Http", inputs: {} } },
      actions: {
        Response: {
          type: "Response",
          kind: "Http",
          inputs: { statusCode: 200 },
          operationOptions: "Asynchronous",
          runAfter: {},
        },
      },
    }),
  );
});

test("a request that starts a run only with a bearer token, which stays out of the run history", () => {
  // The documented condition fails open or closed on a missing header, nobody says which: hence coalesce.
  const definition = defineWorkflow({
    trigger: requestTrigger("manual", { schema: {}, validateSchema: false }),
    actions: [],
  });

  expectDocument(
    definition,
    around({
      triggers: {
        manual: {
          inputs: { schema: {} },
          kind: "Http",
          type: "Request",
          operationOptions: "IncludeAuthorizationHeadersInOutputs",
          conditions: [
            {
              expression:
                "@startsWith(coalesce(triggerOutputs()?['headers']?['Authorization'], ''), 'Bearer')",
            },
          ],
          runtimeConfiguration: { secureData: { properties: ["outputs"] } },
        },
      },
      actions: {},
    }),
  );
});

test("schema validation beside it: both options in one text", () => {
  const { definition } = requestTrigger("manual", { schema: { type: "object" } });

  expect(definition.operationOptions).toBe("IncludeAuthorizationHeadersInOutputs, EnableSchemaValidation");
});

test("a schedule, calls with each kind of retry policy", () => {
  const definition = defineWorkflow({
    trigger: recurrenceTrigger("Recurrence", {
      frequency: "Week",
      interval: 1,
      schedule: { hours: [10, 12, 14], minutes: [30], weekDays: ["Monday"] },
      startTime: "2017-09-07T14:00:00",
      timeZone: "Pacific Standard Time",
    }),
    actions: [
      http("Get_latest_news", {
        method: "GET",
        uri: "https://mynews.example.com/latest",
        retry: fixedRetry({ interval: "PT30S", count: 2 }),
      }),
      http("HTTP", {
        method: "GET",
        uri: "http://myAPIendpoint/api/action",
        retry: exponentialRetry({
          interval: "PT7S",
          count: 4,
          minimumInterval: "PT5S",
          maximumInterval: "PT1H",
        }),
      }),
      http("Once", { method: "GET", uri: "http://myAPIendpoint/api/action", retry: noRetry() }),
    ],
  });

  expectDocument(
    definition,
    around({
      triggers: {
        Recurrence: {
          type: "Recurrence",
          recurrence: {
            frequency: "Week",
            interval: 1,
            schedule: { hours: [10, 12, 14], minutes: [30], weekDays: ["Monday"] },
            startTime: "2017-09-07T14:00:00",
            timeZone: "Pacific Standard Time",
          },
        },
      },
      actions: {
        Get_latest_news: {
          type: "Http",
          inputs: {
            method: "GET",
            uri: "https://mynews.example.com/latest",
            retryPolicy: { type: "fixed", interval: "PT30S", count: 2 },
          },
          runAfter: {},
        },
        HTTP: {
          type: "Http",
          inputs: {
            method: "GET",
            uri: "http://myAPIendpoint/api/action",
            retryPolicy: {
              type: "exponential",
              interval: "PT7S",
              count: 4,
              minimumInterval: "PT5S",
              maximumInterval: "PT1H",
            },
          },
          runAfter: {},
        },
        Once: {
          type: "Http",
          inputs: { method: "GET", uri: "http://myAPIendpoint/api/action", retryPolicy: { type: "none" } },
          runAfter: {},
        },
      },
    }),
  );
});

test("what must hold for a run to start, and how many may go on at the same time", () => {
  const definition = defineWorkflow({
    trigger: recurrenceTrigger(
      "Recurrence",
      { frequency: "Hour", interval: 1 },
      {
        conditions: [expression("equals(triggers().code, 'InternalServerError')")],
        concurrency: { runs: 10, maximumWaitingRuns: 50 },
      },
    ),
    actions: [],
  });

  expectDocument(
    definition,
    around({
      triggers: {
        Recurrence: {
          type: "Recurrence",
          recurrence: { frequency: "Hour", interval: 1 },
          conditions: [{ expression: "@equals(triggers().code, 'InternalServerError')" }],
          runtimeConfiguration: { concurrency: { runs: 10, maximumWaitingRuns: 50 } },
        },
      },
      actions: {},
    }),
  );
});

test("a call as managed identity, without the asynchronous pattern, with a time limit", () => {
  const endpointUrl = parameter("endpointUrlParam", "String");
  const definition = defineWorkflow({
    trigger: daily,
    parameters: [endpointUrl],
    actions: [
      http("HTTP", {
        method: "GET",
        uri: endpointUrl.value,
        authentication: managedIdentity({ audience: "https://management.azure.com/" }),
        asyncPattern: false,
        timeout: "PT10S",
        secure: ["inputs", "outputs"],
      }),
    ],
  });

  expectDocument(
    definition,
    around({
      parameters: { endpointUrlParam: { type: "String" } },
      triggers: DAILY,
      actions: {
        HTTP: {
          type: "Http",
          inputs: {
            method: "GET",
            uri: "@parameters('endpointUrlParam')",
            authentication: { type: "ManagedServiceIdentity", audience: "https://management.azure.com/" },
          },
          operationOptions: "DisableAsyncPattern",
          limit: { timeout: "PT10S" },
          runtimeConfiguration: { secureData: { properties: ["inputs", "outputs"] } },
          runAfter: {},
        },
      },
    }),
  );
});

/** `credentialType`, which the example of ActiveDirectoryOAuth shows, does not appear in a definition, says the table above it. */
test("each way to authenticate", () => {
  const userName = parameter("userNameParam", "SecureString");
  const password = parameter("passwordParam", "SecureString");
  const pfx = parameter("pfxParam", "SecureString");
  const tenant = parameter("tenantIdParam", "SecureString");
  const client = parameter("clientIdParam", "SecureString");
  const secret = parameter("secretParam", "SecureString");
  const header = parameter("authHeaderParam", "SecureString");
  const audience = "https://management.core.windows.net/";
  const get = (name: string, authentication: HttpRequest["authentication"]) =>
    http(name, { method: "GET", uri: "https://example.com", authentication });
  const definition = defineWorkflow({
    trigger: daily,
    parameters: [userName, password, pfx, tenant, client, secret, header],
    actions: [
      get("Basic", { type: "Basic", username: userName.value, password: password.value }),
      get("Certificate", { type: "ClientCertificate", pfx: pfx.value, password: password.value }),
      get("OAuth", {
        type: "ActiveDirectoryOAuth",
        tenant: tenant.value,
        audience,
        clientId: client.value,
        secret: secret.value,
      }),
      get("OAuth_certificate", {
        type: "ActiveDirectoryOAuth",
        tenant: tenant.value,
        audience,
        clientId: client.value,
        pfx: pfx.value,
        password: password.value,
      }),
      get("Raw", { type: "Raw", value: header.value }),
    ],
  });

  const secureString = { type: "SecureString" };
  const got = (authentication: object) => ({
    type: "Http",
    inputs: { method: "GET", uri: "https://example.com", authentication },
    runtimeConfiguration: { secureData: { properties: ["inputs", "outputs"] } },
    runAfter: {},
  });
  const oauth = {
    type: "ActiveDirectoryOAuth",
    tenant: "@parameters('tenantIdParam')",
    audience: "https://management.core.windows.net/",
    clientId: "@parameters('clientIdParam')",
  };
  expectDocument(
    definition,
    around({
      parameters: {
        userNameParam: secureString,
        passwordParam: secureString,
        pfxParam: secureString,
        tenantIdParam: secureString,
        clientIdParam: secureString,
        secretParam: secureString,
        authHeaderParam: secureString,
      },
      triggers: DAILY,
      actions: {
        Basic: got({
          type: "Basic",
          username: "@parameters('userNameParam')",
          password: "@parameters('passwordParam')",
        }),
        Certificate: got({
          type: "ClientCertificate",
          pfx: "@parameters('pfxParam')",
          password: "@parameters('passwordParam')",
        }),
        OAuth: got({ ...oauth, secret: "@parameters('secretParam')" }),
        OAuth_certificate: got({
          ...oauth,
          pfx: "@parameters('pfxParam')",
          password: "@parameters('passwordParam')",
        }),
        Raw: got({ type: "Raw", value: "@parameters('authHeaderParam')" }),
      },
    }),
  );
});

/**
 * https://learn.microsoft.com/azure/logic-apps/logic-apps-handle-large-messages,
 * https://learn.microsoft.com/azure/logic-apps/logic-apps-exceed-default-page-size-with-pagination
 */
test("chunks and pages", () => {
  const getAction = http("getAction", {
    method: "GET",
    uri: "http://myAPIendpoint/api/downloadContent",
    headers: { Range: "bytes=0-1023" },
  });
  const definition = defineWorkflow({
    trigger: daily,
    actions: [
      getAction,
      http("postAction", {
        method: "POST",
        uri: "http://myAPIendpoint/api/action",
        body: getAction.body,
        chunked: true,
        after: [getAction],
      }),
      http("HTTP", { method: "GET", uri: "https://www.testuri.com", minimumItems: 1000 }),
    ],
  });

  expectDocument(
    definition,
    around({
      triggers: DAILY,
      actions: {
        getAction: {
          type: "Http",
          inputs: {
            headers: { Range: "bytes=0-1023" },
            method: "GET",
            uri: "http://myAPIendpoint/api/downloadContent",
          },
          runAfter: {},
        },
        postAction: {
          runtimeConfiguration: { contentTransfer: { transferMode: "Chunked" } },
          inputs: { method: "POST", uri: "http://myAPIendpoint/api/action", body: "@body('getAction')" },
          runAfter: { getAction: ["Succeeded"] },
          type: "Http",
        },
        HTTP: {
          inputs: { method: "GET", uri: "https://www.testuri.com" },
          runAfter: {},
          runtimeConfiguration: { paginationPolicy: { minimumItemCount: 1000 } },
          type: "Http",
        },
      },
    }),
  );
});

test("an address that is asked for new rows, a run for each", () => {
  const definition = defineWorkflow({
    trigger: httpTrigger("HTTP_Debatch", {
      request: { uri: "https://mydomain.com/myAPI", method: "GET" },
      retry: noRetry(),
      recurrence: { frequency: "Second", interval: 1 },
      splitOn: expression("triggerBody()?['Rows']"),
    }),
    actions: [],
  });

  expectDocument(
    definition,
    around({
      triggers: {
        HTTP_Debatch: {
          type: "Http",
          inputs: { uri: "https://mydomain.com/myAPI", method: "GET", retryPolicy: { type: "none" } },
          recurrence: { frequency: "Second", interval: 1 },
          splitOn: "@triggerBody()?['Rows']",
        },
      },
      actions: {},
    }),
  );
});

/** The example writes `url` for the address of `unsubscribe`; `uri` is what the table beside it and the action's form say. */
test("webhooks: a subscription that starts runs, and one that a run waits for", () => {
  const hub = (mode: string) =>
    ({
      method: "POST",
      uri: "https://pubsubhubbub.appspot.com/subscribe",
      body: {
        "hub.callback": text`${callbackUrl()}`,
        "hub.mode": mode,
        "hub.topic": "https://pubsubhubbub.appspot.com/articleCategories/technology",
      },
    }) as const;
  const subscribe = hub("subscribe");
  const definition = defineWorkflow({
    trigger: httpWebhookTrigger("HTTP_Webhook", { subscribe, unsubscribe: hub("unsubscribe") }),
    actions: [
      httpWebhook("Wait_for_both", { subscribe, unsubscribe: hub("unsubscribe"), timeout: "PT1H" }),
      httpWebhook("Wait", { subscribe }),
    ],
  });

  const written = (mode: string) => ({
    method: "POST",
    uri: "https://pubsubhubbub.appspot.com/subscribe",
    body: {
      "hub.callback": "@{listCallbackUrl()}",
      "hub.mode": mode,
      "hub.topic": "https://pubsubhubbub.appspot.com/articleCategories/technology",
    },
  });
  const inputs = { subscribe: written("subscribe"), unsubscribe: written("unsubscribe") };
  expectDocument(
    definition,
    around({
      triggers: { HTTP_Webhook: { type: "HttpWebhook", inputs } },
      actions: {
        Wait_for_both: { type: "HttpWebhook", inputs, limit: { timeout: "PT1H" }, runAfter: {} },
        Wait: { type: "HttpWebhook", inputs: { ...inputs, unsubscribe: {} }, runAfter: {} },
      },
    }),
  );
});

/** https://learn.microsoft.com/azure/connectors/connectors-native-sliding-window, whose example nests the parts wrongly. */
test("a run for each hour", () => {
  const window = slidingWindowTrigger("Sliding_Window", {
    frequency: "Hour",
    interval: 1,
    startTime: "2019-05-13T14:00:00",
    timeZone: "Pacific Standard Time",
    delay: "PT5S",
  });
  const definition = defineWorkflow({
    trigger: window,
    actions: [compose("Compose", { inputs: window.outputs.get("windowStartTime") })],
  });

  expectDocument(
    definition,
    around({
      triggers: {
        Sliding_Window: {
          type: "SlidingWindow",
          inputs: { delay: "PT5S" },
          recurrence: {
            frequency: "Hour",
            interval: 1,
            startTime: "2019-05-13T14:00:00",
            timeZone: "Pacific Standard Time",
          },
        },
      },
      actions: {
        Compose: { type: "Compose", inputs: "@triggerOutputs()?['windowStartTime']", runAfter: {} },
      },
    }),
  );
});

/**
 * The action that waits is not in the documentation as the designer writes it: path and body are those of the connector's operation
 * `POST /approvalmail/$subscriptions`, https://learn.microsoft.com/connectors/office365/#send-approval-email, in the form in which
 * public workflows have them. Pages:
 * https://learn.microsoft.com/azure/logic-apps/logic-apps-exceed-default-page-size-with-pagination
 */
test("a connector that is asked, one that calls, one that answers in pages, one that is waited for", () => {
  const connection = "office365";
  const definition = defineWorkflow({
    trigger: [
      connectorTrigger("When_a_new_email_arrives", {
        call: connectorCall({
          connection,
          method: "GET",
          path: "/Mail/OnNewEmail",
          queries: {
            fetchOnlyWithAttachment: false,
            folderPath: "Inbox",
            importance: "Any",
            includeAttachments: false,
          },
        }),
        recurrence: { frequency: "Day", interval: 1 },
      }),
      connectorWebhookTrigger("When_a_new_email_arrives_(webhook)", {
        call: connectorCall({
          connection,
          path: "/MailSubscription/$subscriptions",
          queries: { folderPath: "Inbox", hasAttachment: "Any", importance: "Any" },
          body: { NotificationUrl: text`${callbackUrl()}` },
        }),
        splitOn: expression("triggerBody()?['value']"),
      }),
    ],
    parameters: [connections],
    actions: [
      connectorAction("Send_an_email", {
        call: connectorCall({
          connection,
          method: "POST",
          path: "/Mail",
          body: {
            Body: "Thank you for your membership!",
            Subject: "Hello and welcome!",
            To: "Sophie.Owen@contoso.com",
          },
          retry: noRetry(),
        }),
      }),
      connectorAction("Get_rows", {
        call: connectorCall({ connection: "sql", method: "GET", path: "/datasets/default/tables" }),
        minimumItems: 1000,
      }),
      connectorWebhook("Send_approval_email", {
        call: connectorCall({
          connection,
          path: "/approvalmail/$subscriptions",
          body: {
            NotificationUrl: text`${callbackUrl()}`,
            Message: { To: "Sophie.Owen@contoso.com", Options: "Approve, Reject" },
          },
        }),
        timeout: "P1D",
      }),
    ],
  });

  const host = { connection: { name: "@parameters('$connections')['office365']['connectionId']" } };
  expectDocument(
    definition,
    around({
      parameters: { $connections: { defaultValue: {}, type: "Object" } },
      triggers: {
        When_a_new_email_arrives: {
          type: "ApiConnection",
          inputs: {
            host,
            method: "GET",
            path: "/Mail/OnNewEmail",
            queries: {
              fetchOnlyWithAttachment: false,
              folderPath: "Inbox",
              importance: "Any",
              includeAttachments: false,
            },
          },
          recurrence: { frequency: "Day", interval: 1 },
        },
        "When_a_new_email_arrives_(webhook)": {
          type: "ApiConnectionWebhook",
          inputs: {
            body: { NotificationUrl: "@{listCallbackUrl()}" },
            host,
            path: "/MailSubscription/$subscriptions",
            queries: { folderPath: "Inbox", hasAttachment: "Any", importance: "Any" },
          },
          splitOn: "@triggerBody()?['value']",
        },
      },
      actions: {
        Send_an_email: {
          type: "ApiConnection",
          inputs: {
            body: {
              Body: "Thank you for your membership!",
              Subject: "Hello and welcome!",
              To: "Sophie.Owen@contoso.com",
            },
            host,
            method: "POST",
            path: "/Mail",
            retryPolicy: { type: "none" },
          },
          runAfter: {},
        },
        Get_rows: {
          type: "ApiConnection",
          inputs: {
            host: { connection: { name: "@parameters('$connections')['sql']['connectionId']" } },
            method: "GET",
            path: "/datasets/default/tables",
          },
          runtimeConfiguration: { paginationPolicy: { minimumItemCount: 1000 } },
          runAfter: {},
        },
        Send_approval_email: {
          type: "ApiConnectionWebhook",
          inputs: {
            body: {
              NotificationUrl: "@{listCallbackUrl()}",
              Message: { To: "Sophie.Owen@contoso.com", Options: "Approve, Reject" },
            },
            host,
            path: "/approvalmail/$subscriptions",
          },
          limit: { timeout: "P1D" },
          runAfter: {},
        },
      },
    }),
  );
});

/** The API's action is documented by its name only; its form is the one that the designer writes. */
test("a function, a workflow, an API", () => {
  const productId = variable("ProductID", "Integer");
  const initialize = initializeVariable("Initialize_variable", { variable: productId, value: 0 });
  const startSearch = compose("Start_search", { inputs: 1 });
  const key = parameter("key", "SecureString");
  const functionId =
    "/subscriptions/XXXX/resourceGroups/myLogicAppResourceGroup/providers/Microsoft.Web/sites/InventoryChecker/functions/GetProductID";
  const workflowId =
    "/subscriptions/XXXX/resourceGroups/InventoryManager-RG/providers/Microsoft.Logic/workflows/Get_product_information";
  const apiId =
    "/subscriptions/XXXX/resourceGroups/MiniCAD/providers/Microsoft.ApiManagement/service/minicad/apis/contacts";
  const definition = defineWorkflow({
    trigger: daily,
    parameters: [key],
    actions: [
      initialize,
      startSearch,
      azureFunction("GetProductID", {
        functionId,
        method: "POST",
        headers: { "x-ms-date": call("utcNow") },
        body: { Product_ID: productId.value },
        after: [initialize],
      }),
      callWorkflow("Get_product_information", {
        workflowId,
        trigger: "Find_product",
        headers: { "content-type": "application/json" },
        body: { ProductID: "24601" },
        after: [startSearch],
      }),
      callApi("Get_contact", {
        apiId,
        method: "GET",
        path: "/Contacts/contacts/42",
        queries: { "api-version": "2018-01-01" },
        subscriptionKey: key.value,
        secure: ["inputs", "outputs"],
      }),
    ],
  });

  expectDocument(
    definition,
    around({
      parameters: { key: { type: "SecureString" } },
      triggers: DAILY,
      actions: {
        Initialize_variable: {
          type: "InitializeVariable",
          inputs: { variables: [{ name: "ProductID", type: "Integer", value: 0 }] },
          runAfter: {},
        },
        Start_search: { type: "Compose", inputs: 1, runAfter: {} },
        GetProductID: {
          type: "Function",
          inputs: {
            function: { id: functionId },
            method: "POST",
            headers: { "x-ms-date": "@utcNow()" },
            body: { Product_ID: "@variables('ProductID')" },
          },
          runAfter: { Initialize_variable: ["Succeeded"] },
        },
        Get_product_information: {
          type: "Workflow",
          inputs: {
            body: { ProductID: "24601" },
            host: { workflow: { id: workflowId }, triggerName: "Find_product" },
            headers: { "content-type": "application/json" },
          },
          runAfter: { Start_search: ["Succeeded"] },
        },
        Get_contact: {
          type: "ApiManagement",
          inputs: {
            api: { id: apiId },
            method: "GET",
            pathTemplate: { template: "/Contacts/contacts/42" },
            queries: { "api-version": "2018-01-01" },
            subscriptionKey: "@parameters('key')",
          },
          runtimeConfiguration: { secureData: { properties: ["inputs", "outputs"] } },
          runAfter: {},
        },
      },
    }),
  );
});

test("data operations", () => {
  const numbers = variable("myIntegerArray", "Array");
  const items = variable("myItemArray", "Array");
  const first = initializeVariable("Initialize_numbers", { variable: numbers, value: [1, 3, 0, 5, 4, 2] });
  const second = initializeVariable("Initialize_items", {
    variable: items,
    value: [{ ID: 0, Product_Name: "Apples" }],
  });
  const numbered = select("Select", {
    from: numbers.value,
    select: (number) => ({ number }),
    after: [first],
  });
  const definition = defineWorkflow({
    trigger: daily,
    actions: [
      first,
      second,
      joinArray("Join", { from: numbers.value, joinWith: ",", after: [first] }),
      filterArray("Filter_array", {
        from: numbers.value,
        where: (number) => call("greater", number, 2),
        after: [first],
      }),
      numbered,
      compose("Compose", { inputs: numbered.body, after: [numbered] }),
      table("Create_CSV_table", { format: "CSV", from: items.value, after: [second] }),
      table("Create_HTML_table", {
        format: "HTML",
        from: items.value,
        columns: (row) => [
          { header: "Stock_ID", value: row.at("ID") },
          {
            header: "Description",
            value: concat("Organic ", item<{ readonly Product_Name: string }>().at("Product_Name")),
          },
        ],
        after: [second],
      }),
    ],
  });

  const after = (name: string) => ({ runAfter: { [name]: ["Succeeded"] } });
  expectDocument(
    definition,
    around({
      triggers: DAILY,
      actions: {
        Initialize_numbers: {
          type: "InitializeVariable",
          inputs: { variables: [{ name: "myIntegerArray", type: "Array", value: [1, 3, 0, 5, 4, 2] }] },
          runAfter: {},
        },
        Initialize_items: {
          type: "InitializeVariable",
          inputs: {
            variables: [{ name: "myItemArray", type: "Array", value: [{ ID: 0, Product_Name: "Apples" }] }],
          },
          runAfter: {},
        },
        Join: {
          type: "Join",
          inputs: { from: "@variables('myIntegerArray')", joinWith: "," },
          ...after("Initialize_numbers"),
        },
        Filter_array: {
          type: "Query",
          inputs: { from: "@variables('myIntegerArray')", where: "@greater(item(), 2)" },
          ...after("Initialize_numbers"),
        },
        Select: {
          type: "Select",
          inputs: { from: "@variables('myIntegerArray')", select: { number: "@item()" } },
          ...after("Initialize_numbers"),
        },
        Compose: { type: "Compose", inputs: "@body('Select')", ...after("Select") },
        Create_CSV_table: {
          type: "Table",
          inputs: { format: "CSV", from: "@variables('myItemArray')" },
          ...after("Initialize_items"),
        },
        Create_HTML_table: {
          type: "Table",
          inputs: {
            format: "HTML",
            from: "@variables('myItemArray')",
            columns: [
              { header: "Stock_ID", value: "@item()['ID']" },
              { header: "Description", value: "@concat('Organic ', item()['Product_Name'])" },
            ],
          },
          ...after("Initialize_items"),
        },
      },
    }),
  );
});

test("variables, a condition, an error that ends the run", () => {
  const number = variable("myIntegerVariable", "Integer");
  const initialize = initializeVariable("Initialize_variable", { variable: number, value: 0 });
  const check = condition("Condition", {
    expression: { and: [{ greater: [number.value, 0] }] },
    actions: [http("HTTP - Check this website", { method: "GET", uri: "http://this-url" })],
    else: [http("HTTP - Check this other website", { method: "GET", uri: "http://this-other-url" })],
    after: [initialize],
  });
  const set = setVariable("Set_variable", {
    variable: number,
    value: 1,
    after: [initialize, ended(check, "Failed", "Skipped", "TimedOut")],
  });
  const both = compose("Compose", { inputs: text`${number.value}${number.value}`, after: [set] });
  const definition = defineWorkflow({
    trigger: daily,
    actions: [
      initialize,
      check,
      set,
      both,
      terminate("Terminate", {
        runStatus: "Failed",
        runError: {
          code: "Unexpected response",
          message: "The service received an unexpected response. Please try again.",
        },
        after: [both],
      }),
    ],
  });

  expectDocument(
    definition,
    around({
      triggers: DAILY,
      actions: {
        Initialize_variable: {
          type: "InitializeVariable",
          inputs: { variables: [{ name: "myIntegerVariable", type: "Integer", value: 0 }] },
          runAfter: {},
        },
        Condition: {
          type: "If",
          expression: { and: [{ greater: ["@variables('myIntegerVariable')", 0] }] },
          actions: {
            "HTTP - Check this website": {
              type: "Http",
              inputs: { method: "GET", uri: "http://this-url" },
              runAfter: {},
            },
          },
          else: {
            actions: {
              "HTTP - Check this other website": {
                type: "Http",
                inputs: { method: "GET", uri: "http://this-other-url" },
                runAfter: {},
              },
            },
          },
          runAfter: { Initialize_variable: ["Succeeded"] },
        },
        Set_variable: {
          type: "SetVariable",
          inputs: { name: "myIntegerVariable", value: 1 },
          runAfter: { Initialize_variable: ["Succeeded"], Condition: ["Failed", "Skipped", "TimedOut"] },
        },
        Compose: {
          type: "Compose",
          inputs: "@{variables('myIntegerVariable')}@{variables('myIntegerVariable')}",
          runAfter: { Set_variable: ["Succeeded"] },
        },
        Terminate: {
          type: "Terminate",
          inputs: {
            runStatus: "Failed",
            runError: {
              code: "Unexpected response",
              message: "The service received an unexpected response. Please try again.",
            },
          },
          runAfter: { Compose: ["Succeeded"] },
        },
      },
    }),
  );
});

test("variables that change", () => {
  const count = variable("Count", "Integer");
  const list = variable("myArrayVariable", "Array");
  const lines = variable("myStringVariable", "String");
  const initializeCount = initializeVariable("Initialize_count", { variable: count, value: 0 });
  const initializeList = initializeVariable("Initialize_list", { variable: list, value: [1, 2, 3] });
  const initializeLines = initializeVariable("Initialize_lines", { variable: lines });
  const request = requestTrigger("manual", { authorization: "signature" });
  const definition = defineWorkflow({
    trigger: request,
    actions: [
      initializeCount,
      initializeList,
      initializeLines,
      forEach("For_each", {
        items: request.body.get("Attachments"),
        actions: () => [incrementVariable("Increment_variable", { variable: count, value: 1 })],
        after: [initializeCount],
      }),
      decrementVariable("Decrement_variable", { variable: count, value: 1, after: [initializeCount] }),
      appendToArray("Append_to_array_variable", { variable: list, value: "red", after: [initializeList] }),
      appendToString("Append_to_string_variable", {
        variable: lines,
        value: "red",
        after: [initializeLines],
      }),
    ],
  });

  const initialized = (declared: object) => ({
    type: "InitializeVariable",
    inputs: { variables: [declared] },
    runAfter: {},
  });
  expectDocument(
    definition,
    around({
      triggers: { manual: { type: "Request", kind: "Http", inputs: {} } },
      actions: {
        Initialize_count: initialized({ name: "Count", type: "Integer", value: 0 }),
        Initialize_list: initialized({ name: "myArrayVariable", type: "Array", value: [1, 2, 3] }),
        Initialize_lines: initialized({ name: "myStringVariable", type: "String" }),
        For_each: {
          type: "Foreach",
          actions: {
            Increment_variable: {
              type: "IncrementVariable",
              inputs: { name: "Count", value: 1 },
              runAfter: {},
            },
          },
          foreach: "@triggerBody()?['Attachments']",
          runAfter: { Initialize_count: ["Succeeded"] },
        },
        Decrement_variable: {
          type: "DecrementVariable",
          inputs: { name: "Count", value: 1 },
          runAfter: { Initialize_count: ["Succeeded"] },
        },
        Append_to_array_variable: {
          type: "AppendToArrayVariable",
          inputs: { name: "myArrayVariable", value: "red" },
          runAfter: { Initialize_list: ["Succeeded"] },
        },
        Append_to_string_variable: {
          type: "AppendToStringVariable",
          inputs: { name: "myStringVariable", value: "red" },
          runAfter: { Initialize_lines: ["Succeeded"] },
        },
      },
    }),
  );
});

/**
 * Documented by their names only: https://learn.microsoft.com/azure/connectors/introduction, "Date Time". The inputs are
 * those of the designer: https://github.com/Azure/LogicAppsUX, `manifests/datetime.ts` in `libs/logic-apps-shared`.
 */
test("times", () => {
  const now = time("Current_time", { kind: "CurrentTime", inputs: {} });
  const definition = defineWorkflow({
    trigger: daily,
    actions: [
      now,
      time("Convert_time_zone", {
        kind: "ConvertTimeZone",
        inputs: {
          baseTime: now.body,
          sourceTimeZone: "UTC",
          destinationTimeZone: "Taipei Standard Time",
          formatString: "g",
        },
        after: [now],
      }),
      time("Add_to_time", {
        kind: "AddToTime",
        inputs: { baseTime: now.body, interval: 10, timeUnit: "Day" },
        after: [now],
      }),
      time("Subtract_from_time", {
        kind: "SubtractFromTime",
        inputs: { baseTime: now.body, interval: 10, timeUnit: "Day" },
        after: [now],
      }),
      time("Get_future_time", { kind: "GetFutureTime", inputs: { interval: 1, timeUnit: "Hour" } }),
      time("Get_past_time", { kind: "GetPastTime", inputs: { interval: 1, timeUnit: "Hour" } }),
    ],
  });

  const shifted = (kind: string) => ({
    type: "Expression",
    kind,
    inputs: { baseTime: "@body('Current_time')", interval: 10, timeUnit: "Day" },
    runAfter: { Current_time: ["Succeeded"] },
  });
  expectDocument(
    definition,
    around({
      triggers: DAILY,
      actions: {
        Current_time: { type: "Expression", kind: "CurrentTime", inputs: {}, runAfter: {} },
        Convert_time_zone: {
          type: "Expression",
          kind: "ConvertTimeZone",
          inputs: {
            baseTime: "@body('Current_time')",
            sourceTimeZone: "UTC",
            destinationTimeZone: "Taipei Standard Time",
            formatString: "g",
          },
          runAfter: { Current_time: ["Succeeded"] },
        },
        Add_to_time: shifted("AddToTime"),
        Subtract_from_time: shifted("SubtractFromTime"),
        Get_future_time: {
          type: "Expression",
          kind: "GetFutureTime",
          inputs: { interval: 1, timeUnit: "Hour" },
          runAfter: {},
        },
        Get_past_time: {
          type: "Expression",
          kind: "GetPastTime",
          inputs: { interval: 1, timeUnit: "Hour" },
          runAfter: {},
        },
      },
    }),
  );
});

test("a piece of JavaScript", () => {
  const approval = compose("Send_approval_email_", { inputs: "?" });
  const definition = defineWorkflow({
    trigger: daily,
    actions: [
      approval,
      javaScript("Name", { code: "return workflowContext.workflow.name;" }),
      javaScript("Execute_JavaScript_Code", {
        code: "return workflowContext.actions.Send_approval_email_.outputs.body.SelectedOption;",
        dependsOn: { actions: [approval], trigger: true },
        after: [approval],
      }),
    ],
  });

  expectDocument(
    definition,
    around({
      triggers: DAILY,
      actions: {
        Send_approval_email_: { type: "Compose", inputs: "?", runAfter: {} },
        Name: {
          type: "JavaScriptCode",
          inputs: { code: "return workflowContext.workflow.name;" },
          runAfter: {},
        },
        Execute_JavaScript_Code: {
          type: "JavaScriptCode",
          inputs: {
            code: "return workflowContext.actions.Send_approval_email_.outputs.body.SelectedOption;",
            explicitDependencies: { actions: ["Send_approval_email_"], includeTrigger: true },
          },
          runAfter: { Send_approval_email_: ["Succeeded"] },
        },
      },
    }),
  );
});

/**
 * https://learn.microsoft.com/azure/logic-apps/logic-apps-batch-process-send-receive-messages shows the designer's fields (batch
 * name, content, `rand(1,6)` as the partition, an id that is made up where there is none), public workflows how they are
 * written: documents/20-batch-sender.json.
 */
test("a message for a batch", () => {
  const workflowId =
    "/subscriptions/XXXX/resourceGroups/rg/providers/Microsoft.Logic/workflows/batch-receiver";
  const definition = defineWorkflow({
    trigger: daily,
    actions: [
      sendToBatch("Batch_messages", {
        workflowId,
        trigger: "Batch_messages",
        batchName: "TestBatch",
        content: "Hello, batch",
        partitionName: call("rand", 1, 6),
        messageId: "1",
      }),
    ],
  });

  expectDocument(
    definition,
    around({
      triggers: DAILY,
      actions: {
        Batch_messages: {
          type: "SendToBatch",
          inputs: {
            batchName: "TestBatch",
            content: "Hello, batch",
            host: { triggerName: "Batch_messages", workflow: { id: workflowId } },
            messageId: "1",
            partitionName: "@rand(1, 6)",
          },
          runAfter: {},
        },
      },
    }),
  );
});

test("loops, delays, scopes, a switch, a parsed text", () => {
  const request = requestTrigger("manual", { authorization: "signature" });
  const call = http("HTTP", { method: "GET", uri: "http://myurl" });
  const approval = compose("Send_approval_email", { inputs: "?" });
  const approved = scope("Scope", { actions: [approval] });
  const definition = defineWorkflow({
    trigger: request,
    actions: [
      until("Run_until_loop_succeeds_or_expires", {
        actions: [call],
        expression: equals(call.outputs.at("statusCode"), 200),
      }),
      delay("Delay", { count: 15, unit: "Minute" }),
      delay("Delay_until", { until: "2017-10-01T00:00:00Z" }),
      parseJson("Parse_JSON", {
        content: { Email: "Sophie.Owen@contoso.com" },
        schema: { type: "object", properties: { Email: { type: "string" } } },
      }),
      forEach("For_each", {
        items: request.body.get("Attachments"),
        concurrency: 10,
        actions: (attachment) => [compose("Send", { inputs: attachment.get("Content") })],
      }),
      approved,
      switchOn("Switch", {
        expression: approval.body.get("SelectedOption"),
        cases: [
          whenCase("Case", "Approve", [compose("Send_an_email", { inputs: 1 })]),
          whenCase("Case_2", "Reject", [compose("Send_an_email_2", { inputs: 2 })]),
        ],
        default: [compose("Send_an_email_3", { inputs: 3 })],
        after: [approved],
      }),
    ],
  });

  expectDocument(
    definition,
    around({
      triggers: { manual: { type: "Request", kind: "Http", inputs: {} } },
      actions: {
        Run_until_loop_succeeds_or_expires: {
          type: "Until",
          actions: {
            HTTP: { type: "Http", inputs: { method: "GET", uri: "http://myurl" }, runAfter: {} },
          },
          expression: "@equals(outputs('HTTP')['statusCode'], 200)",
          limit: { count: 60, timeout: "PT1H" },
          runAfter: {},
        },
        Delay: { type: "Wait", inputs: { interval: { count: 15, unit: "Minute" } }, runAfter: {} },
        Delay_until: {
          type: "Wait",
          inputs: { until: { timestamp: "2017-10-01T00:00:00Z" } },
          runAfter: {},
        },
        Parse_JSON: {
          type: "ParseJson",
          inputs: {
            content: { Email: "Sophie.Owen@contoso.com" },
            schema: { type: "object", properties: { Email: { type: "string" } } },
          },
          runAfter: {},
        },
        For_each: {
          type: "Foreach",
          foreach: "@triggerBody()?['Attachments']",
          actions: {
            Send: { type: "Compose", inputs: "@items('For_each')?['Content']", runAfter: {} },
          },
          runtimeConfiguration: { concurrency: { repetitions: 10 } },
          runAfter: {},
        },
        Scope: {
          type: "Scope",
          actions: { Send_approval_email: { type: "Compose", inputs: "?", runAfter: {} } },
          runAfter: {},
        },
        Switch: {
          type: "Switch",
          expression: "@body('Send_approval_email')?['SelectedOption']",
          cases: {
            Case: {
              case: "Approve",
              actions: { Send_an_email: { type: "Compose", inputs: 1, runAfter: {} } },
            },
            Case_2: {
              case: "Reject",
              actions: { Send_an_email_2: { type: "Compose", inputs: 2, runAfter: {} } },
            },
          },
          default: { actions: { Send_an_email_3: { type: "Compose", inputs: 3, runAfter: {} } } },
          runAfter: { Scope: ["Succeeded"] },
        },
      },
    }),
  );
});
