import * as pulumi from "@pulumi/pulumi";
import { checkWorkflow, WORKFLOW_SCHEMA } from "../../workflow";

const compose = (inputs: unknown = 1, after: Record<string, unknown> = {}) => ({
  type: "Compose",
  inputs,
  runAfter: after,
});
const http = (inputs: object = {}, rest: object = {}) => ({
  type: "Http",
  inputs: { method: "GET", uri: "https://example.com", ...inputs },
  runAfter: {},
  ...rest,
});
const manual = { type: "Request", kind: "Http", inputs: {} };
const daily = { type: "Recurrence", recurrence: { frequency: "Day", interval: 1 } };
const initialize = (name: string) => ({
  type: "InitializeVariable",
  inputs: { variables: [{ name, type: "Integer", value: 0 }] },
  runAfter: {},
});
const many = <T>(count: number, value: (index: number) => T) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`A${index}`, value(index)]));

function definition(parts: object): object {
  return {
    $schema: WORKFLOW_SCHEMA,
    contentVersion: "1.0.0.0",
    triggers: { manual },
    actions: {},
    ...parts,
  };
}

/** An inner action, in so many scopes. */
function nested(levels: number, inner: object): object {
  return levels === 0 ? inner : { [`Scope${levels}`]: { type: "Scope", actions: nested(levels - 1, inner) } };
}

type Case = readonly [what: string, parts: object, path: string, rule: RegExp];

const DOCUMENT: Case[] = [
  ["another schema", { $schema: "https://example.com" }, "(definition).$schema", /schema of 2016-06-01/],
  ["no schema", { $schema: undefined }, "(definition).$schema", /required/],
  ["a version", { contentVersion: "1" }, "(definition).contentVersion", /version of four numbers/],
  ["another part", { variables: {} }, "(definition).variables", /none of the properties/],
  ["a static result", { staticResults: { a: {} } }, "(definition).staticResults.a.status", /required/],
  ["actions as a list", { actions: [] }, "(definition).actions", /must be an object/],
  [
    "a parameter's type",
    { parameters: { p: { type: "Text" } } },
    "(definition).parameters.p.type",
    /one of String, SecureString/,
  ],
];

const LIMITS: Case[] = [
  ["actions", { actions: many(501, () => compose()) }, "actions", /at most 500 actions; this one has 501/],
  ["triggers", { triggers: many(11, () => daily) }, "triggers", /at most 10 triggers; this one has 11/],
  ["parameters", { parameters: many(51, () => ({ type: "Int" })) }, "parameters", /at most 50 parameters/],
  ["outputs", { outputs: many(11, () => ({ type: "Int", value: 1 })) }, "outputs", /at most 10 outputs/],
  ["variables", { actions: many(251, (i) => initialize(`v${i}`)) }, "actions", /at most 250 variables/],
  [
    "nesting",
    { actions: nested(8, { Deep: compose() }) },
    "actions.Scope8.actions.Scope7.actions.Scope6.actions.Scope5.actions.Scope4.actions.Scope3.actions.Scope2.actions.Scope1.actions.Deep",
    /at most 8 levels/,
  ],
  [
    "cases",
    {
      actions: {
        Switch: { type: "Switch", expression: 1, cases: many(26, (i) => ({ case: i, actions: {} })) },
      },
    },
    "actions.Switch.cases",
    /at most 25 cases/,
  ],
  ["names", { actions: { ["x".repeat(81)]: compose() } }, `actions.${"x".repeat(81)}`, /at most 80/],
  [
    "descriptions",
    { actions: { A: { ...compose(), description: "x".repeat(257) } } },
    "actions.A.description",
    /at most 256/,
  ],
  [
    "the variables of one action",
    {
      actions: {
        A: {
          type: "InitializeVariable",
          inputs: { variables: Object.keys(many(21, Number)).map((name) => ({ name, type: "Array" })) },
        },
      },
    },
    "actions.A.inputs.variables",
    /at most 20 variables/,
  ],
];

const NAMES: Case[] = [
  ["a forbidden character", { actions: { "A/B": compose() } }, "actions.A/B", /a name .* has none of/],
  ["a dot at the end", { triggers: { "a.": daily } }, "triggers.a.", /no space or dot at its end/],
  [
    "the same name elsewhere, in other letters",
    { actions: { A: compose(), S: { type: "Scope", actions: { a: compose() } } } },
    "actions.S.actions.a",
    /unique in the whole workflow.*actions\.A has it too/,
  ],
];

const TYPES: Case[] = [
  [
    "an unknown trigger",
    { triggers: { t: { type: "Button" } } },
    "triggers.t.type",
    /type of trigger that is modelled: Request, Recurrence/,
  ],
  [
    "an unknown action",
    { actions: { A: { type: "Fax" } } },
    "actions.A.type",
    /type of action that is modelled/,
  ],
  [
    "an action of an integration account",
    { actions: { A: { type: "xslt" } } },
    "actions.A.type",
    /^Xslt works with an integration account.*use a type of action that is modelled/,
  ],
  ["no type", { actions: { A: {} } }, "actions.A.type", /type of action/],
  ["no object", { actions: { A: "Compose" } }, "actions.A", /must be an object/],
  [
    "a property that the type does not have",
    { actions: { A: { ...compose(), limit: {} } } },
    "actions.A.limit",
    /none of the properties/,
  ],
  ["no inputs", { actions: { A: { type: "Compose" } } }, "actions.A.inputs", /is required/],
];

const INPUTS: Case[] = [
  ["a method", { actions: { A: http({ method: "FETCH" }) } }, "actions.A.inputs.method", /one of GET/],
  [
    "no address",
    { actions: { A: { type: "Http", inputs: { method: "GET" } } } },
    "actions.A.inputs.uri",
    /is required/,
  ],
  [
    "a header",
    { actions: { A: http({ headers: { a: {} } }) } },
    "actions.A.inputs.headers.a",
    /a text, a number/,
  ],
  [
    "an input nobody knows",
    { actions: { A: http({ url: "" }) } },
    "actions.A.inputs.url",
    /none of the properties/,
  ],
  [
    "another authentication",
    { actions: { A: http({ authentication: { type: "Digest" } }) } },
    "actions.A.inputs.authentication.type",
    /ManagedServiceIdentity/,
  ],
  [
    "a kind of retry",
    { actions: { A: http({ retryPolicy: { type: "linear" } }) } },
    "actions.A.inputs.retryPolicy.type",
    /none, default, fixed, exponential/,
  ],
  [
    "too many retries",
    { actions: { A: http({ retryPolicy: { type: "fixed", count: 91, interval: "PT5S" } }) } },
    "actions.A.inputs.retryPolicy.count",
    /from 1 to 90/,
  ],
  [
    "a retry too soon",
    { actions: { A: http({ retryPolicy: { type: "fixed", count: 1, interval: "PT4S" } }) } },
    "actions.A.inputs.retryPolicy.interval",
    /from PT5S to P1D/,
  ],
  [
    "a retry too late",
    { actions: { A: http({ retryPolicy: { type: "exponential", count: 1, interval: "P1DT1S" } }) } },
    "actions.A.inputs.retryPolicy.interval",
    /from PT5S to P1D/,
  ],
  [
    "a time limit",
    { actions: { A: http({}, { limit: { timeout: "10s" } }) } },
    "actions.A.limit.timeout",
    /ISO 8601/,
  ],
  [
    "an operation option",
    { actions: { A: http({}, { operationOptions: "DisableAsyncPattern, Fast" }) } },
    "actions.A.operationOptions",
    /only these words/,
  ],
  [
    "secure data",
    { actions: { A: http({}, { runtimeConfiguration: { secureData: { properties: ["body"] } } }) } },
    "actions.A.runtimeConfiguration.secureData.properties[0]",
    /one of inputs, outputs/,
  ],
  [
    "secure data of nothing",
    { actions: { A: http({}, { runtimeConfiguration: { secureData: { properties: [] } } }) } },
    "actions.A.runtimeConfiguration.secureData.properties",
    /at least 1/,
  ],
  [
    "a status",
    { actions: { A: { type: "Response", inputs: { statusCode: 302 } } } },
    "actions.A.inputs.statusCode",
    /2xx, 4xx or 5xx/,
  ],
  [
    "an end",
    { actions: { A: { type: "Terminate", inputs: { runStatus: "Done" } } } },
    "actions.A.inputs.runStatus",
    /one of Failed/,
  ],
  [
    "an error of success",
    { actions: { A: { type: "Terminate", inputs: { runStatus: "Succeeded", runError: {} } } } },
    "actions.A.inputs",
    /unless its runStatus is Failed/,
  ],
  [
    "a delay without length",
    { actions: { A: { type: "Wait", inputs: {} } } },
    "actions.A.inputs",
    /exactly one of interval, until/,
  ],
  [
    "a delay's unit",
    { actions: { A: { type: "Wait", inputs: { interval: { count: 1, unit: "Year" } } } } },
    "actions.A.inputs.interval.unit",
    /one of Second/,
  ],
  [
    "a variable's type",
    { actions: { A: { type: "InitializeVariable", inputs: { variables: [{ name: "v", type: "Map" }] } } } },
    "actions.A.inputs.variables[0].type",
    /one of String, Integer/,
  ],
  [
    "a condition",
    { actions: { A: { type: "If", expression: 1, actions: {} } } },
    "actions.A.expression",
    /expression or a comparison/,
  ],
  [
    "a loop without limit",
    { actions: { A: { type: "Until", expression: "@equals(1, 1)", actions: {}, limit: {} } } },
    "actions.A.limit",
    /at least one of count, timeout/,
  ],
  [
    "a loop without end",
    { actions: { A: { type: "Until", expression: "@equals(1, 1)", actions: {}, limit: { count: 5001 } } } },
    "actions.A.limit.count",
    /from 1 to 5000/,
  ],
  [
    "too much at the same time",
    {
      actions: {
        A: {
          type: "Foreach",
          foreach: [],
          actions: {},
          runtimeConfiguration: { concurrency: { repetitions: 51 } },
        },
      },
    },
    "actions.A.runtimeConfiguration.concurrency.repetitions",
    /from 1 to 50/,
  ],
  [
    "what is tracked of what is secure",
    {
      actions: {
        A: {
          type: "Compose",
          inputs: 1,
          trackedProperties: { id: "1" },
          runtimeConfiguration: { secureData: { properties: ["inputs"] } },
        },
      },
    },
    "actions.A",
    /both trackedProperties and runtimeConfiguration.secureData/,
  ],
  [
    "a caller who would wait for a limited number of runs",
    {
      triggers: {
        manual: { type: "Request", inputs: {}, runtimeConfiguration: { concurrency: { runs: 1 } } },
      },
      actions: {
        A: { type: "Response", inputs: { statusCode: 200 }, operationOptions: "asynchronous" },
        B: { type: "Response", inputs: { statusCode: 200 } },
      },
    },
    "actions.B",
    /asynchronous where a trigger limits its runs, as manual does/,
  ],
  [
    "both in order and at the same time",
    {
      actions: {
        A: {
          type: "Foreach",
          foreach: [],
          actions: {},
          operationOptions: "Sequential",
          runtimeConfiguration: { concurrency: { repetitions: 2 } },
        },
      },
    },
    "actions.A",
    /both/,
  ],
  [
    "a trigger's condition",
    { triggers: { t: { ...daily, conditions: [{ expression: "true" }] } } },
    "triggers.t.conditions[0].expression",
    /an expression/,
  ],
  [
    "a trigger's kind",
    { triggers: { t: { type: "Request", kind: "Fax" } } },
    "triggers.t.kind",
    /one of Http, EventGrid/,
  ],
  [
    "a frequency",
    { triggers: { t: { type: "Recurrence", recurrence: { frequency: "Year", interval: 1 } } } },
    "triggers.t.recurrence.frequency",
    /one of Second/,
  ],
  [
    "too seldom",
    { triggers: { t: { type: "Recurrence", recurrence: { frequency: "Month", interval: 17 } } } },
    "triggers.t.recurrence.interval",
    /from 1 to 16/,
  ],
  [
    "an hour",
    {
      triggers: {
        t: { type: "Recurrence", recurrence: { frequency: "Day", interval: 1, schedule: { hours: [24] } } },
      },
    },
    "triggers.t.recurrence.schedule.hours[0]",
    /from 0 to 23/,
  ],
  [
    "hours of an hour",
    { triggers: { t: { type: "Recurrence", recurrence: { frequency: "Hour", interval: 1, schedule: {} } } } },
    "triggers.t.recurrence.schedule",
    /none of the properties/,
  ],
  [
    "a start",
    {
      triggers: {
        t: { type: "Recurrence", recurrence: { frequency: "Hour", interval: 1, startTime: "tomorrow" } },
      },
    },
    "triggers.t.recurrence.startTime",
    /a time like/,
  ],
];

const PLACES: Case[] = [
  [
    "an answer to nobody",
    { triggers: { daily }, actions: { A: { type: "Response", inputs: { statusCode: 200 } } } },
    "actions.A",
    /needs a Request trigger/,
  ],
  [
    "an answer in a loop",
    {
      actions: {
        L: {
          type: "Foreach",
          foreach: [],
          actions: { A: { type: "Response", inputs: { statusCode: 200 } } },
        },
      },
    },
    "actions.L.actions.A",
    /Response action must not stand inside a loop/,
  ],
  [
    "an end in a loop, in a scope",
    {
      actions: {
        L: {
          type: "Foreach",
          foreach: [],
          actions: {
            S: { type: "Scope", actions: { A: { type: "Terminate", inputs: { runStatus: "Failed" } } } },
          },
        },
      },
    },
    "actions.L.actions.S.actions.A",
    /Terminate action must not/,
  ],
  [
    "a variable in a scope",
    { actions: nested(1, { A: initialize("v") }) },
    "actions.Scope1.actions.A",
    /top level only/,
  ],
];

const ORDER: Case[] = [
  [
    "an unknown action",
    { actions: { S: { type: "Scope", actions: { Get_order: compose(1, { Foo: ["Succeeded"] }) } } } },
    "actions.S.actions.Get_order.runAfter.Foo",
    /no action Foo beside Get_order in actions\.S\.actions/,
  ],
  [
    "an action outside of the scope",
    { actions: { A: compose(), S: { type: "Scope", actions: { B: compose(1, { A: ["Succeeded"] }) } } } },
    "actions.S.actions.B.runAfter.A",
    /no action A beside B/,
  ],
  [
    "an action in another branch",
    {
      actions: {
        I: {
          type: "If",
          expression: "@equals(1, 1)",
          actions: { A: compose() },
          else: { actions: { B: compose(1, { A: ["Succeeded"] }) } },
        },
      },
    },
    "actions.I.else.actions.B.runAfter.A",
    /no action A beside B/,
  ],
  [
    "an action in a case",
    {
      actions: {
        W: {
          type: "Switch",
          expression: 1,
          cases: { One: { case: 1, actions: { A: compose(1, { B: ["Failed"] }) } } },
          default: { actions: { B: compose() } },
        },
      },
    },
    "actions.W.cases.One.actions.A.runAfter.B",
    /no action B beside A/,
  ],
  [
    "a status",
    { actions: { A: compose(), B: compose(1, { A: ["Done"] }) } },
    "actions.B.runAfter.A[0]",
    /one of Succeeded, Failed, Skipped, TimedOut/,
  ],
  [
    "no status",
    { actions: { A: compose(), B: compose(1, { A: [] }) } },
    "actions.B.runAfter.A",
    /at least 1/,
  ],
  [
    "a cycle",
    {
      actions: {
        A: compose(1, { C: ["Succeeded"] }),
        B: compose(1, { A: ["Succeeded"] }),
        C: compose(1, { B: ["Succeeded"] }),
        D: compose(),
      },
    },
    "actions",
    /cycle; these actions never start: A, B, C$/,
  ],
  ["itself", { actions: { A: compose(1, { A: ["Succeeded"] }) } }, "actions", /never start: A$/],
];

const REFERENCES: Case[] = [
  [
    "an expression that cannot be read",
    { actions: { A: compose({ x: ["@body('B'"] }) } },
    "actions.A.inputs.x[0]",
    /does not go on with the end/,
  ],
  ["an unknown function", { actions: { A: compose("@conct('a')") } }, "actions.A.inputs", /conct is none/],
  ["an unknown action", { actions: { A: compose("@body('B')") } }, "actions.A.inputs", /no action B/],
  [
    "an unknown parameter",
    { actions: { A: compose("@parameters('p')") } },
    "actions.A.inputs",
    /no parameter p/,
  ],
  [
    "an unknown variable",
    { actions: { A: compose("@{variables('v')}") } },
    "actions.A.inputs",
    /no variable v/,
  ],
  [
    "an unknown variable to set",
    { actions: { A: { type: "SetVariable", inputs: { name: "v", value: 1 } } } },
    "actions.A.inputs.name",
    /no variable v/,
  ],
  [
    "an action that runs beside",
    { actions: { A: compose(), B: compose("@outputs('A')") } },
    "actions.B.inputs",
    /A has not ended when B starts/,
  ],
  [
    "an action that runs later",
    { actions: { A: compose("@actions('B')"), B: compose(1, { A: ["Succeeded"] }) } },
    "actions.A.inputs",
    /B has not ended when A starts/,
  ],
  [
    "itself",
    { actions: { A: compose("@outputs('A')") } },
    "actions.A.inputs",
    /A has not ended when A starts/,
  ],
  [
    "a loop itself, in its condition",
    {
      actions: { U: { type: "Until", expression: "@outputs('U')", actions: {}, limit: { count: 2 } } },
    },
    "actions.U.expression",
    /U has not ended when U starts/,
  ],
  [
    "the scope around",
    { actions: { S: { type: "Scope", actions: { A: compose("@result('S')") } } } },
    "actions.S.actions.A.inputs",
    /S has not ended/,
  ],
  [
    "another branch",
    {
      actions: {
        I: {
          type: "If",
          expression: "@equals(1, 1)",
          actions: { A: compose() },
          else: { actions: { B: compose("@outputs('A')") } },
        },
      },
    },
    "actions.I.else.actions.B.inputs",
    /A has not ended/,
  ],
  [
    "a condition's own branch",
    { actions: { I: { type: "If", expression: "@outputs('A')", actions: { A: compose() } } } },
    "actions.I.expression",
    /A has not ended when I starts/,
  ],
  [
    "a variable that is not there yet",
    { actions: { V: initialize("v"), A: compose("@variables('v')") } },
    "actions.A.inputs",
    /variable v is not initialized when A starts/,
  ],
  [
    "a loop that is not around",
    { actions: { A: compose("@items('Loop')") } },
    "actions.A.inputs",
    /items\(\) names a loop around/,
  ],
  [
    "a scope as a loop",
    { actions: { S: { type: "Scope", actions: { A: compose("@items('S')") } } } },
    "actions.S.actions.A.inputs",
    /names a loop around/,
  ],
  [
    "an action, by a trigger",
    {
      triggers: { t: { ...daily, conditions: [{ expression: "@equals(body('A'), 1)" }] } },
      actions: { A: compose() },
    },
    "triggers.t.conditions[0].expression",
    /A has not ended when the trigger is evaluated/,
  ],
  [
    "an unknown action, by an output",
    { outputs: { o: { type: "String", value: "@body('A')" } } },
    "outputs.o.value",
    /no action A/,
  ],
];

describe.each([
  ["the document", DOCUMENT],
  ["limits", LIMITS],
  ["names", NAMES],
  ["types", TYPES],
  ["inputs", INPUTS],
  ["places", PLACES],
  ["order", ORDER],
  ["references", REFERENCES],
])("refuses: %s", (_, cases) => {
  test.each(cases)("%s", (_what, parts, path, rule) => {
    expect(checkWorkflow(definition(parts))).toEqual([
      {
        path,
        rule: expect.stringMatching(rule) as string,
        fix: expect.any(String) as string,
        ...rest(parts, path),
      },
    ]);
  });
});

/** The received value is compared elsewhere; here it may be there or not. */
function rest(parts: object, path: string): object {
  const received = checkWorkflow(definition(parts)).find((issue) => issue.path === path)?.received;
  return received === undefined ? {} : { received };
}

test("a document that is none", () => {
  expect(checkWorkflow(undefined)).toMatchObject([{ path: "(definition)", rule: "must be an object" }]);
  expect(checkWorkflow([])).toMatchObject([{ path: "(definition)", received: "[]" }]);
});

test("all at once, with what was received", () => {
  const issues = checkWorkflow(
    definition({
      contentVersion: 1,
      triggers: { manual: { ...manual, inputs: { method: "HEAD" } } },
      actions: { A: http({ method: "FETCH" }), B: compose("@body('A')", { Foo: ["Succeeded"] }) },
    }),
  );

  expect(issues.map(({ path, received }) => [path, received])).toEqual([
    ["(definition).contentVersion", "1"],
    ["triggers.manual.inputs.method", '"HEAD"'],
    ["actions.A.inputs.method", '"FETCH"'],
    ["actions.B.runAfter.Foo", undefined],
    ["actions.B.inputs", undefined],
  ]);
});

describe("admits", () => {
  test.each<[string, object]>([
    ["an empty workflow", { triggers: {} }],
    ["8 levels", { actions: nested(7, { Deep: compose() }) }],
    ["500 actions", { actions: many(500, () => compose()) }],
    [
      "an action inside a scope that has ended",
      {
        actions: {
          S: { type: "Scope", actions: { A: compose() } },
          B: compose("@body('A')", { S: ["Succeeded"] }),
        },
      },
    ],
    [
      "an action that ended before the scope around",
      {
        actions: {
          A: compose(),
          S: { type: "Scope", actions: { B: compose("@body('A')") }, runAfter: { A: ["Succeeded"] } },
        },
      },
    ],
    [
      "an action two steps before",
      {
        actions: {
          A: compose(),
          B: compose(1, { A: ["Succeeded"] }),
          C: compose("@body('A')", { B: ["Failed", "Skipped"] }),
        },
      },
    ],
    [
      "what happens in the loop, in its condition",
      {
        actions: {
          U: {
            type: "Until",
            expression: "@equals(outputs('A'), iterationIndexes('U'))",
            actions: { A: compose() },
            limit: { count: 2 },
          },
        },
      },
    ],
    [
      "the item of a loop",
      {
        actions: {
          L: { type: "Foreach", foreach: "@triggerBody()", actions: { A: compose("@items('L')") } },
        },
      },
    ],
    [
      "an expression for a number",
      { actions: { A: { type: "Response", inputs: { statusCode: "@int('200')" } } } },
    ],
    ["an escaped at-sign", { actions: { A: compose("@@body(") } }],
    [
      "an at-sign in a schema",
      {
        triggers: { t: { ...manual, inputs: { schema: { pattern: "@{" } } } },
        actions: { A: { type: "ParseJson", inputs: { content: 1, schema: { pattern: "@x" } } } },
      },
    ],
    [
      "any action, in the outputs",
      { actions: { A: compose() }, outputs: { o: { type: "String", value: "@body('A')" } } },
    ],
    [
      "a day's waiting",
      { actions: { A: http({ retryPolicy: { type: "fixed", count: 90, interval: "P1D" } }) } },
    ],
  ])("%s", (_what, parts) => {
    expect(checkWorkflow(definition(parts))).toEqual([]);
  });

  test("what is known only later, wherever it stands", () => {
    const late = pulumi.output("?");
    const parts = {
      contentVersion: late,
      actions: {
        A: http({ method: late, uri: late, headers: { h: late }, authentication: { type: late } }),
        B: compose([late, { a: late }], { A: [late] }),
        C: compose(Promise.resolve(1)),
        D: late,
        E: { type: late },
      },
    };
    expect(checkWorkflow(definition(parts))).toEqual([]);
    expect(checkWorkflow(late)).toEqual([]);
  });
});
