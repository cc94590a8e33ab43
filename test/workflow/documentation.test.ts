/**
 * Whole documents, transcribed from Azure's documentation:
 * - definition structure: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language
 * - triggers and actions: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers
 * - retry policies: https://learn.microsoft.com/azure/logic-apps/logic-apps-exception-handling#retry-policies
 * - variables: https://learn.microsoft.com/azure/logic-apps/logic-apps-create-variables-store-values
 * - bearer tokens, secure data, managed identities: https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app
 *
 * Where an example leaves `runAfter` out, which means the same, it is added here as `{}`.
 */
import {
  body,
  call,
  checkWorkflow,
  compose,
  condition,
  defineWorkflow,
  delay,
  expression,
  fixedRetry,
  forEach,
  http,
  initializeVariable,
  items,
  managedIdentity,
  outputs,
  parameters,
  parseJson,
  recurrenceTrigger,
  requestTrigger,
  response,
  scope,
  setVariable,
  switchOn,
  terminate,
  text,
  triggerBody,
  until,
  equals,
  exponentialRetry,
  variables,
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
    actions: {
      Response: response({
        statusCode: 200,
        body: { ProductID: 0, Description: "Organic Apples" },
        headers: { "x-ms-date": call("utcNow"), "content-type": "application/json" },
      }),
    },
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

test("a request that starts a run only with a bearer token, which stays out of the run history", () => {
  // The documented condition fails open or closed on a missing header, nobody says which: hence coalesce.
  const definition = defineWorkflow({
    trigger: requestTrigger("manual", { schema: {}, validateSchema: false }),
    actions: {},
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
  const { trigger } = requestTrigger("manual", { schema: { type: "object" } });

  expect(trigger.operationOptions).toBe("IncludeAuthorizationHeadersInOutputs, EnableSchemaValidation");
});

test("a schedule, calls with each kind of retry policy", () => {
  const definition = defineWorkflow({
    trigger: recurrenceTrigger({
      frequency: "Week",
      interval: 1,
      schedule: { hours: [10, 12, 14], minutes: [30], weekDays: ["Monday"] },
      startTime: "2017-09-07T14:00:00",
      timeZone: "Pacific Standard Time",
    }),
    actions: {
      Get_latest_news: http({
        method: "GET",
        uri: "https://mynews.example.com/latest",
        retry: fixedRetry({ interval: "PT30S", count: 2 }),
      }),
      HTTP: http({
        method: "GET",
        uri: "http://myAPIendpoint/api/action",
        retry: exponentialRetry({
          interval: "PT7S",
          count: 4,
          minimumInterval: "PT5S",
          maximumInterval: "PT1H",
        }),
      }),
    },
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
      },
    }),
  );
});

test("a call as managed identity, without the asynchronous pattern, with a time limit", () => {
  const definition = defineWorkflow({
    trigger: recurrenceTrigger("Recurrence", { frequency: "Day", interval: 1 }),
    parameters: { endpointUrlParam: { type: "String" } },
    actions: {
      HTTP: http({
        method: "GET",
        uri: parameters("endpointUrlParam"),
        authentication: managedIdentity({
          identity: "SystemAssigned",
          audience: "https://management.azure.com/",
        }),
        asyncPattern: false,
        timeout: "PT10S",
        secure: ["inputs", "outputs"],
      }),
    },
  });

  expectDocument(
    definition,
    around({
      parameters: { endpointUrlParam: { type: "String" } },
      triggers: { Recurrence: { type: "Recurrence", recurrence: { frequency: "Day", interval: 1 } } },
      actions: {
        HTTP: {
          type: "Http",
          inputs: {
            method: "GET",
            uri: "@parameters('endpointUrlParam')",
            authentication: {
              type: "ManagedServiceIdentity",
              identity: "SystemAssigned",
              audience: "https://management.azure.com/",
            },
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

test("variables, a condition, an error that ends the run", () => {
  const definition = defineWorkflow({
    trigger: recurrenceTrigger("Recurrence", { frequency: "Minute", interval: 1 }),
    actions: {
      Initialize_variable: initializeVariable({ name: "myIntegerVariable", type: "Integer", value: 0 }),
      Condition: condition({
        expression: { and: [{ greater: [variables("myIntegerVariable"), 0] }] },
        actions: { "HTTP - Check this website": http({ method: "GET", uri: "http://this-url" }) },
        else: { "HTTP - Check this other website": http({ method: "GET", uri: "http://this-other-url" }) },
        after: { Initialize_variable: ["Succeeded"] },
      }),
      Set_variable: setVariable({
        name: "myIntegerVariable",
        value: 1,
        after: { Initialize_variable: ["Succeeded"], Condition: ["Failed", "Skipped", "TimedOut"] },
      }),
      Compose: compose({
        inputs: text`${variables("myIntegerVariable")}${variables("myIntegerVariable")}`,
        after: { Set_variable: ["Succeeded"] },
      }),
      Terminate: terminate({
        runStatus: "Failed",
        runError: {
          code: "Unexpected response",
          message: "The service received an unexpected response. Please try again.",
        },
        after: { Compose: ["Succeeded"] },
      }),
    },
  });

  expectDocument(
    definition,
    around({
      triggers: { Recurrence: { type: "Recurrence", recurrence: { frequency: "Minute", interval: 1 } } },
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

test("loops, delays, scopes, a switch, a parsed text", () => {
  const schema = { type: "object", properties: { Email: { type: "string" } } };
  const definition = defineWorkflow({
    trigger: requestTrigger("manual", { authorization: "signature" }),
    actions: {
      Run_until_loop_succeeds_or_expires: until({
        actions: { HTTP: http({ method: "GET", uri: "http://myurl" }) },
        expression: expression("equals(outputs('HTTP')['statusCode'], 200)"),
      }),
      Delay: delay({ count: 15, unit: "Minute" }),
      Delay_until: delay({ until: "2017-10-01T00:00:00Z" }),
      Parse_JSON: parseJson({ content: { Email: "Sophie.Owen@contoso.com" }, schema }),
      For_each: forEach({
        items: triggerBody("Attachments"),
        concurrency: 10,
        actions: { Send: compose({ inputs: items("For_each", "Content") }) },
      }),
      Scope: scope({ actions: { Send_approval_email: compose({ inputs: "?" }) } }),
      Switch: switchOn({
        expression: body("Send_approval_email", "SelectedOption"),
        cases: {
          Case: { case: "Approve", actions: { Send_an_email: compose({ inputs: 1 }) } },
          Case_2: { case: "Reject", actions: { Send_an_email_2: compose({ inputs: 2 }) } },
        },
        default: { Send_an_email_3: compose({ inputs: 3 }) },
        after: { Scope: ["Succeeded"] },
      }),
    },
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

test("an expression reads like its documented form", () => {
  expect(equals(outputs("HTTP", "statusCode"), 200).expression).toBe(
    "equals(outputs('HTTP')?['statusCode'], 200)",
  );
});
