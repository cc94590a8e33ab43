/** What compiles and what does not. `tsc` fails on a directive that nothing needs, so each of them is a test. */
import {
  appendToArray,
  appendToString,
  azureFunction,
  call,
  callWorkflow,
  coalesce,
  compose,
  condition,
  connectorAction,
  connectorCall,
  decrementVariable,
  defineWorkflow,
  ended,
  equals,
  filterArray,
  forEach,
  http,
  httpTrigger,
  ifElse,
  incrementVariable,
  initializeVariable,
  json,
  parameter,
  parseJson,
  recurrenceTrigger,
  requestTrigger,
  resultOf,
  scope,
  select,
  slidingWindowTrigger,
  switchOn,
  table,
  terminate,
  time,
  until,
  variable,
  whenCase,
  workflowRun,
  type ActionDetails,
  type Expression,
} from "../../workflow";

const trigger = recurrenceTrigger("Daily", { frequency: "Day", interval: 1 });
const yes = equals(1, 1);

/** Whether two types admit the same values; `any`, which admits everything, is the same as none. */
type Same<A, B> = 0 extends 1 & A ? false : [A, B] extends [B, A] ? true : false;

/** Takes an expression of exactly one type, and gives its text: `typed<string>()(order.body.get("id"))`. */
function typed<Expected>() {
  return <Actual>(value: Expression<Actual> & (Same<Actual, Expected> extends true ? unknown : never)) =>
    value.expression;
}

describe("an action runs only after actions that stand beside it", () => {
  const first = compose("First", { inputs: 1 });
  const inside = compose("Inside", { inputs: 1 });
  const around = scope("Around", { actions: [inside], after: [first] });

  test("not after one inside of another", () => {
    const definition = defineWorkflow({
      trigger,
      actions: [
        first,
        around,
        compose("Beside", { inputs: 1, after: [first, ended(around, "Failed", "TimedOut")] }),
        // @ts-expect-error inside of the scope
        compose("Into", { inputs: 1, after: [inside] }),
        // @ts-expect-error one of two is inside of the scope
        compose("Half", { inputs: 1, after: [first, ended(inside, "Failed")] }),
        // @ts-expect-error inside of another scope
        scope("Into_2", { actions: [], after: [inside] }),
      ],
    });

    expect(Object.keys(definition.actions)).toHaveLength(6);
  });

  test("not after one outside of the scope, branch, case or loop", () => {
    const outside = () => compose("Outside", { inputs: 1, after: [first] });
    // @ts-expect-error outside of the scope
    scope("Scope", { actions: [outside()] });
    // @ts-expect-error outside of the branch
    condition("If", { expression: yes, actions: [outside()] });
    // @ts-expect-error in the other branch
    condition("If", { expression: yes, actions: [first], else: [outside()] });
    // @ts-expect-error outside of the case
    whenCase("One", 1, [outside()]);
    // @ts-expect-error outside of the default
    switchOn("Switch", { expression: yes, cases: [], default: [outside()] });
    // @ts-expect-error outside of the loop
    forEach("Foreach", { items: variable("v", "Array").value, actions: () => [outside()] });
    // @ts-expect-error outside of the loop
    until("Until", { expression: yes, actions: [outside()] });

    const beside = scope("Scope", { actions: [first, outside()] });
    expect(beside.definition.actions).toMatchObject({ Outside: { runAfter: { First: ["Succeeded"] } } });
  });

  test("and in a way in which an action can end", () => {
    // @ts-expect-error a status that Azure does not have
    ended(first, "Succeded");
    // @ts-expect-error no status at all
    ended(first);

    expect(ended(first, "Skipped", "Failed")).toEqual({ name: "First", statuses: ["Skipped", "Failed"] });
  });
});

test("actions out of a list of data, which nobody can name before the program runs", () => {
  const calls = ["a", "b"].map((name) => http(`Call_${name}`, { method: "GET", uri: "https://example.com" }));
  const all = scope("All", { actions: calls });
  const further = ["c", "d"].map((name) => compose(name, { inputs: 1, after: calls.slice(0, 1) }));
  const definition = defineWorkflow({
    trigger,
    actions: [all, compose("Then", { inputs: resultOf(all), after: [all] })],
  });

  expect(Object.keys(definition.actions)).toEqual(["All", "Then"]);
  expect(Object.keys(defineWorkflow({ trigger, actions: [...calls, ...further] }).actions)).toEqual([
    "Call_a",
    "Call_b",
    "c",
    "d",
  ]);
});

test("actions inside actions, eight levels deep", () => {
  const list = variable("list", "Array");
  const deepest = compose("Deepest", { inputs: 1 });
  const level = condition("7", {
    expression: yes,
    actions: [deepest, compose("8", { inputs: 1, after: [deepest] })],
  });
  const definition = defineWorkflow({
    trigger,
    actions: [
      scope("1", {
        actions: [
          until("2", {
            expression: yes,
            actions: [
              forEach("3", {
                items: list.value,
                actions: () => [
                  switchOn("4", {
                    expression: yes,
                    cases: [
                      whenCase("Case", 1, [scope("5", { actions: [scope("6", { actions: [level] })] })]),
                    ],
                  }),
                ],
              }),
            ],
          }),
        ],
      }),
    ],
  });

  expect(JSON.stringify(definition)).toContain('"runAfter":{"Deepest":["Succeeded"]}');
});

describe("what a schema says", () => {
  const schema = {
    type: "object",
    properties: {
      id: { type: "string" },
      lines: {
        type: "array",
        items: { type: "object", properties: { sku: { type: "string" }, count: { type: "integer" } } },
      },
      total: { type: ["number", "null"] },
      status: { enum: ["open", "closed"] },
      version: { const: 2 },
      paid: { type: "boolean" },
      labels: { type: "object" },
      anything: {},
      list: { type: "array" },
      nothing: { type: "null" },
      untyped: { properties: { deep: { type: "string" } } },
      union: { type: ["string", "array"], items: { type: "integer" } },
    },
  } as const;
  const order = requestTrigger("manual", { schema, relativePath: "shops/{shop}/orders/{order}" });

  test("is what its values are", () => {
    const { body } = order;
    interface Line {
      readonly sku: string;
      readonly count: number;
    }

    expect(typed<string>()(body.get("id"))).toBe("triggerBody()?['id']");
    expect(typed<readonly Line[]>()(body.get("lines"))).toBe("triggerBody()?['lines']");
    expect(typed<number>()(body.get("lines").get(0).get("count"))).toBe(
      "triggerBody()?['lines']?[0]?['count']",
    );
    expect(typed<number | null>()(body.at("total"))).toBe("triggerBody()['total']");
    expect(typed<"open" | "closed">()(body.get("status"))).toBe("triggerBody()?['status']");
    expect(typed<2>()(body.get("version"))).toBe("triggerBody()?['version']");
    expect(typed<boolean>()(body.get("paid"))).toBe("triggerBody()?['paid']");
    expect(typed<Readonly<Record<string, unknown>>>()(body.get("labels"))).toBe("triggerBody()?['labels']");
    expect(typed<unknown>()(body.get("anything").get("whatever"))).toBe(
      "triggerBody()?['anything']?['whatever']",
    );
    expect(typed<readonly unknown[]>()(body.get("list"))).toBe("triggerBody()?['list']");
    expect(typed<null>()(body.get("nothing"))).toBe("triggerBody()?['nothing']");
    expect(typed<string>()(body.get("untyped").get("deep"))).toBe("triggerBody()?['untyped']?['deep']");
    expect(typed<string | readonly number[]>()(body.get("union"))).toBe("triggerBody()?['union']");
  });

  test("is all that can be taken out of a request's body", () => {
    // @ts-expect-error the property is misspelt
    expect(order.body.get("identifier").expression).toBe("triggerBody()?['identifier']");
    // @ts-expect-error the property of an item is misspelt
    order.body.get("lines").get(0).get("stock");
    // @ts-expect-error an item has a position, not a name
    order.body.get("lines").get("first");
    // @ts-expect-error a text has no parts
    order.body.get("id").get("first");
    // @ts-expect-error a request has no such part
    order.outputs.get("header");
  });

  test("is all that can be taken out of a parsed body", () => {
    const parsed = parseJson("Parse", { content: "{}", schema });

    expect(typed<string>()(parsed.body.get("id"))).toBe("body('Parse')?['id']");
    // @ts-expect-error the property is misspelt
    parsed.body.get("identifier");
    // @ts-expect-error the property is misspelt
    parsed.outputs.get("content");
  });

  test("goes for the parameters of a relative path as well", () => {
    expect(order.pathParameter("shop").expression).toBe(
      "triggerOutputs()?['relativePathParameters']?['shop']",
    );
    // @ts-expect-error it is not in the path
    order.pathParameter("customer");
    // @ts-expect-error there is no path
    requestTrigger("manual").pathParameter("shop");
  });

  test("reaches the items of a loop, a filter, a selection and a table", () => {
    const items = order.body.get("lines");
    const filtered = filterArray("Filter", { from: items, where: (line) => equals(line.get("sku"), "x") });
    const counts = select("Counts", {
      from: filtered.body,
      select: (line) => ({ count: line.get("count"), n: 1 }),
    });
    const rows = table("Table", {
      from: items,
      format: "CSV",
      columns: (line) => [{ value: line.get("sku") }],
    });

    expect(typed<readonly { readonly sku: string; readonly count: number }[]>()(filtered.body)).toBe(
      "body('Filter')",
    );
    expect(typed<readonly { readonly count: number; readonly n: 1 }[]>()(counts.body)).toBe("body('Counts')");
    expect(typed<string>()(rows.body)).toBe("body('Table')");
    forEach("Loop", {
      items,
      actions: (line) => [
        // @ts-expect-error the property is misspelt
        compose("Compose", { inputs: line.get("stock") }),
        compose("Typed", { inputs: typed<string>()(line.get("sku")) }),
      ],
    });
    // @ts-expect-error the property is misspelt
    select("Select", { from: items, select: (line) => line.get("stock") });
  });
});

test("what actions and functions give", () => {
  const answer = http("Call", { method: "GET", uri: "https://example.com" });
  const made = compose("Made", {
    inputs: { count: call("length", "abc"), fixed: ["x"], late: Promise.resolve(1) },
  });
  const connected = connectorAction("Mail", {
    call: connectorCall<{ readonly id: string }>({ connection: "office365", method: "POST", path: "/Mail" }),
  });
  const polled = httpTrigger("Poll", {
    request: { method: "GET", uri: "https://example.com" },
    recurrence: { frequency: "Hour", interval: 1 },
  });
  const window = slidingWindowTrigger("Window", { frequency: "Hour", interval: 1 });

  expect(typed<number>()(answer.outputs.get("statusCode"))).toBe("outputs('Call')?['statusCode']");
  expect(typed<string>()(answer.outputs.get("headers").get("etag"))).toBe(
    "outputs('Call')?['headers']?['etag']",
  );
  expect(typed<unknown>()(answer.body)).toBe("body('Call')");
  expect(typed<ActionDetails["status"]>()(answer.details.get("status"))).toBe("actions('Call')?['status']");
  expect(
    typed<{ readonly count: number; readonly fixed: readonly "x"[]; readonly late: unknown }>()(made.outputs),
  ).toBe("outputs('Made')");
  expect(typed<string>()(connected.body.get("id"))).toBe("body('Mail')?['id']");
  expect(typed<number>()(polled.outputs.get("statusCode"))).toBe("triggerOutputs()?['statusCode']");
  expect(typed<string>()(window.outputs.get("windowEndTime"))).toBe("triggerOutputs()?['windowEndTime']");
  expect(typed<string>()(time("Now", { kind: "CurrentTime", inputs: {} }).body)).toBe("body('Now')");
  expect(typed<boolean>()(yes)).toBe("equals(1, 1)");
  expect(typed<number | "none">()(coalesce(call("length", "abc"), null, "none"))).toBe(
    "coalesce(length('abc'), null, 'none')",
  );
  expect(typed<404 | string>()(ifElse(yes, 404, call("guid")))).toBe("if(equals(1, 1), 404, guid())");
  expect(typed<{ readonly a: 1 }>()(json<{ readonly a: 1 }>("{}"))).toBe("json('{}')");
  expect(typed<string>()(workflowRun().get("run").get("name"))).toBe("workflow()?['run']?['name']");
  expect(typed<string>()(parameter("p", "SecureString").value)).toBe("parameters('p')");
  expect(typed<number>()(variable("v", "Float").value)).toBe("variables('v')");
  // @ts-expect-error an answer has no such part
  answer.outputs.get("status");
  // @ts-expect-error a connector's answer has no such property
  connected.body.get("identifier");
  // @ts-expect-error nothing but a boolean decides
  ifElse(call("length", "abc"), 1, 2);
});

test("a variable takes what its type can", () => {
  const text = variable("text", "String");
  const list = variable("list", "Array");
  const count = variable("count", "Integer");
  // @ts-expect-error a text cannot be counted up
  incrementVariable("Increment", { variable: text, value: 1 });
  // @ts-expect-error a list cannot be counted down
  decrementVariable("Decrement", { variable: list, value: 1 });
  // @ts-expect-error a text has no end to add an item to
  appendToArray("Append", { variable: text, value: "x" });
  // @ts-expect-error a number has no end to add a text to
  appendToString("Append_2", { variable: count, value: "x" });
  // @ts-expect-error a type that Azure does not have
  variable("date", "Date");

  expect(initializeVariable("Initialize", { variable: count }).definition.inputs).toEqual({
    variables: [{ name: "count", type: "Integer", value: undefined }],
  });
});

test("options that cannot be", () => {
  const action = compose("Action", { inputs: 1 });
  // @ts-expect-error a method that Azure does not know
  http("A", { method: "FETCH", uri: "https://example.com" });
  // @ts-expect-error an action that calls nobody
  http("A", { method: "GET" });
  // @ts-expect-error an option that does not exist
  http("A", { method: "GET", uri: "https://example.com", retries: 3 });
  // @ts-expect-error only calls over HTTP and by connectors can be in chunks
  azureFunction("A", { functionId: "f", chunked: true });
  // @ts-expect-error only calls over HTTP and by connectors can be in pages
  callWorkflow("A", { workflowId: "w", minimumItems: 10 });
  // @ts-expect-error secure, but nothing of it
  compose("A", { inputs: 1, secure: [] });
  // @ts-expect-error an action without a name
  expect(() => compose({ inputs: 1 })).toThrow();
  // @ts-expect-error an error of a run that succeeded
  terminate("A", { runStatus: "Succeeded", runError: { code: "1", message: "" } });
  // @ts-expect-error inputs of another kind of time
  time("A", { kind: "GetPastTime", inputs: { baseTime: "2026-12-01T00:00:00Z" } });
  // @ts-expect-error hours need a day or a week
  recurrenceTrigger("Daily", { frequency: "Hour", interval: 1, schedule: { hours: [2] } });
  // @ts-expect-error days of the week need a week
  recurrenceTrigger("Daily", { frequency: "Day", interval: 1, schedule: { weekDays: ["Monday"] } });
  // @ts-expect-error a secret with a default value
  parameter("key", "SecureString", { defaultValue: "x" });
  // @ts-expect-error a type that Azure does not have
  parameter("key", "Secret");
  // @ts-expect-error an action starts nothing
  expect(() => defineWorkflow({ trigger: action, actions: [] })).toThrow();
  // @ts-expect-error a function that does not exist
  expect(call("conct", "a", "b").expression).toBe("conct('a', 'b')");
});
