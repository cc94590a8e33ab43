import * as fc from "fast-check";
import * as workflow from "../../workflow";
import {
  call,
  checkWorkflow,
  compose,
  connectorCall,
  connections,
  defineWorkflow,
  ended,
  equals,
  initializeVariable,
  literal,
  requestTrigger,
  requestTriggers,
  resultOf,
  roundOf,
  text,
  variable,
  whenCase,
  type Action,
  type Expression,
  type NonEmpty,
  type Predecessor,
  type RunAfterStatus,
  type Trigger,
  type Value,
  type WorkflowDefinition,
} from "../../workflow";

type Exports = typeof workflow;

/** The names of all functions that make an action: one that is missing in the table below does not compile. */
type ActionFunction = {
  [Name in keyof Exports]: Exports[Name] extends (...args: never) => Action ? Name : never;
}[keyof Exports];

/** The names of all functions that make a trigger of a type of their own. */
type TriggerFunction = Exclude<
  {
    [Name in keyof Exports]: Exports[Name] extends (...args: never) => Trigger ? Name : never;
  }[keyof Exports],
  "trigger"
>;

/** What an action can use at its place. */
interface Place {
  readonly name: string;
  readonly common: { readonly after: readonly Predecessor[]; readonly description: string };
  readonly text: string;
  readonly value: Value;
  readonly list: Expression<readonly unknown[]>;
  readonly yes: Expression<boolean>;
  /** The actions inside it, which can use further values. */
  readonly inner: (...values: readonly Value[]) => readonly Action[];
}

const VARIABLES = {
  text: variable("text", "String"),
  count: variable("count", "Integer"),
  list: variable("list", "Array"),
};
const request = { method: "POST", uri: "https://example.com" } as const;
const mail = connectorCall({ connection: "office365", method: "POST", path: "/Mail" });
const approval = connectorCall({ connection: "office365", path: "/approvalmail/$subscriptions" });
const id = (what: string) => `/subscriptions/s/resourceGroups/g/providers/${what}`;

const ACTIONS: Readonly<Record<ActionFunction, (place: Place) => Action>> = {
  http: ({ name, common, value }) => workflow.http(name, { ...request, ...common, body: value }),
  keyVaultSecret: ({ name, common }) =>
    workflow.keyVaultSecret(name, { secretId: "https://kv.vault.azure.net/secrets/s", ...common }),
  httpWebhook: ({ name, common, value }) =>
    workflow.httpWebhook(name, {
      subscribe: { ...request, body: { url: workflow.callbackUrl(), value } },
      ...common,
    }),
  response: ({ name, common, value }) => workflow.response(name, { statusCode: 200, body: value, ...common }),
  azureFunction: ({ name, common, value }) =>
    workflow.azureFunction(name, {
      functionId: id("Microsoft.Web/sites/a/functions/f"),
      body: value,
      ...common,
    }),
  callWorkflow: ({ name, common, value }) =>
    workflow.callWorkflow(name, { workflowId: id("Microsoft.Logic/workflows/w"), body: value, ...common }),
  callApi: ({ name, common, value }) =>
    workflow.callApi(name, {
      apiId: id("Microsoft.ApiManagement/service/g/apis/a"),
      method: "POST",
      path: "/orders",
      body: value,
      ...common,
    }),
  // What is tracked may not be secret, as what comes from Key Vault is.
  connectorAction: ({ name, common, text }) =>
    workflow.connectorAction(name, {
      call: mail,
      trackedProperties: { text: literal(text) },
      ...common,
    }),
  connectorWebhook: ({ name, common }) => workflow.connectorWebhook(name, { call: approval, ...common }),
  compose: ({ name, common, value, text }) =>
    compose(name, { inputs: { value, text: literal(text) }, ...common }),
  parseJson: ({ name, common, value }) =>
    workflow.parseJson(name, { content: value, schema: { type: "object" }, ...common }),
  filterArray: ({ name, common, list, text }) =>
    workflow.filterArray(name, { from: list, where: (item) => equals(item, text), ...common }),
  select: ({ name, common, list, value }) =>
    workflow.select(name, { from: list, select: (item) => ({ item, value }), ...common }),
  table: ({ name, common, list }) =>
    workflow.table(name, {
      from: list,
      format: "CSV",
      columns: (item) => [{ header: "Item", value: item }],
      ...common,
    }),
  joinArray: ({ name, common, list }) => workflow.joinArray(name, { from: list, joinWith: ",", ...common }),
  initializeVariable: ({ name, common, value }) =>
    initializeVariable(name, { variable: variable(name, "Object"), value, ...common }),
  initializeVariables: ({ name, common, value }) =>
    workflow.initializeVariables(name, {
      variables: [
        { variable: variable(name, "Object"), value },
        { variable: variable(`${name} 2`, "Array") },
      ],
      ...common,
    }),
  setVariable: ({ name, common, value }) =>
    workflow.setVariable(name, { variable: VARIABLES.text, value, ...common }),
  incrementVariable: ({ name, common }) =>
    workflow.incrementVariable(name, { variable: VARIABLES.count, value: 1, ...common }),
  decrementVariable: ({ name, common }) =>
    workflow.decrementVariable(name, { variable: VARIABLES.count, value: 1, ...common }),
  appendToArray: ({ name, common, value }) =>
    workflow.appendToArray(name, { variable: VARIABLES.list, value, ...common }),
  appendToString: ({ name, common, value }) =>
    workflow.appendToString(name, { variable: VARIABLES.text, value, ...common }),
  terminate: ({ name, common }) => workflow.terminate(name, { runStatus: "Cancelled", ...common }),
  delay: ({ name, common }) => workflow.delay(name, { count: 1, unit: "Minute", ...common }),
  time: ({ name, common }) =>
    workflow.time(name, { kind: "GetPastTime", inputs: { interval: 1, timeUnit: "Day" }, ...common }),
  javaScript: ({ name, common }) => workflow.javaScript(name, { code: "return 1;", ...common }),
  sendToBatch: ({ name, common, value }) =>
    workflow.sendToBatch(name, {
      workflowId: id("Microsoft.Logic/workflows/w"),
      trigger: "batch",
      batchName: "orders",
      content: value,
      ...common,
    }),
  scope: ({ name, common, inner }) => workflow.scope(name, { actions: inner(), ...common }),
  condition: ({ name, common, yes, inner }) =>
    workflow.condition(name, { expression: yes, actions: [], else: inner(), ...common }),
  switchOn: ({ name, common, yes, inner }) =>
    workflow.switchOn(name, { expression: yes, cases: [whenCase("One", 1, inner())], ...common }),
  forEach: ({ name, common, list, inner }) =>
    workflow.forEach(name, { items: list, actions: (item) => inner(item), ...common }),
  until: ({ name, common, yes, inner }) =>
    workflow.until(name, { expression: yes, actions: inner(roundOf({ name })), ...common }),
};

const hourly = { frequency: "Hour", interval: 1 } as const;
const TRIGGERS: Readonly<Record<TriggerFunction, () => Trigger>> = {
  requestTrigger: () => requestTrigger("further", { relativePath: "orders/{id}" }),
  recurrenceTrigger: () => workflow.recurrenceTrigger("further", hourly, { singleInstance: true }),
  slidingWindowTrigger: () => workflow.slidingWindowTrigger("further", { ...hourly, delay: "PT5S" }),
  httpTrigger: () => workflow.httpTrigger("further", { request, recurrence: hourly }),
  httpWebhookTrigger: () => workflow.httpWebhookTrigger("further", { subscribe: request }),
  connectorTrigger: () => workflow.connectorTrigger("further", { call: mail, recurrence: hourly }),
  connectorWebhookTrigger: () => workflow.connectorWebhookTrigger("further", { call: approval }),
};

/** A plan for one action: what it is, and which of those written before it in its branch it waits for. */
interface Plan {
  readonly kind: number;
  readonly text: string;
  readonly pick: number;
  readonly waits: readonly boolean[];
  readonly statuses: NonEmpty<RunAfterStatus> | undefined;
  readonly inner: readonly Plan[];
}

const statuses = fc
  .subarray<RunAfterStatus>(["Succeeded", "Failed", "Skipped", "TimedOut"], { minLength: 1 })
  .map((list) => list as [RunAfterStatus, ...RunAfterStatus[]]);

/** At most 4 levels of at most 4 actions: below the limit of 500. */
const plans: fc.Memo<readonly Plan[]> = fc.memo((levels) => {
  const plan = fc.record({
    kind: fc.nat(),
    text: fc.string(),
    pick: fc.nat(),
    waits: fc.array(fc.boolean(), { maxLength: 4 }),
    statuses: fc.option(statuses, { nil: undefined }),
    inner: levels <= 1 ? fc.constant([]) : plans(levels - 1),
  });
  return fc.array(plan, { maxLength: 4 });
});

/** Where a list of actions stands. */
interface Around {
  /** Gives the next name; names count on through the whole workflow. */
  readonly name: () => string;
  readonly first: readonly Action[];
  readonly inside: "nothing" | "scope" | "loop";
  readonly values: readonly Value[];
}

/** Builds what a plan says. */
function build(list: readonly Plan[], around: Around): readonly Action[] {
  const actions: Action[] = [];
  const possible = (Object.keys(ACTIONS) as ActionFunction[]).filter(
    (name) =>
      (!name.startsWith("initialize") || around.inside === "nothing") &&
      (!["response", "terminate"].includes(name) || around.inside !== "loop"),
  );
  for (const { kind, text, pick, waits, statuses, inner } of list) {
    const make = possible[kind % possible.length] ?? "compose";
    const before = actions.filter((_, index) => waits[index]);
    const values = [literal(text), ...around.values, ...before.flatMap((each) => references(each, text))];
    const inside = around.inside === "loop" || make === "forEach" || make === "until" ? "loop" : "scope";
    const place: Place = {
      name: around.name(),
      common: {
        after: [...around.first, ...before.map((each) => (statuses ? ended(each, ...statuses) : each))],
        description: text,
      },
      text,
      value: values[pick % values.length] ?? null,
      list: VARIABLES.list.value,
      yes: equals(text, text),
      inner: (...more) =>
        build(inner, { name: around.name, first: [], inside, values: [...values, ...more] }),
    };
    actions.push(ACTIONS[make](place));
  }
  return actions;
}

/** Every way to refer to an action that has ended. */
function references(action: Action, key: string): readonly Value[] {
  return [
    action.outputs.get(key),
    action.body.at(key),
    action.details.get("status"),
    text`${key} ${action.body}`,
    ...(action.definition.type === "Scope" ? [resultOf(action).get(0).get("name")] : []),
  ];
}

/** A workflow out of plans; one action may get another name. */
function define(list: readonly Plan[], further: number, renamed?: string): WorkflowDefinition {
  const kinds = Object.keys(TRIGGERS) as TriggerFunction[];
  const trigger = requestTrigger("manual", { method: "POST" });
  const first = Object.values(VARIABLES).map((each) =>
    initializeVariable(`Initialize ${each.name}`, { variable: each }),
  );
  let next = 0;
  const name = () => {
    const numbered = `Step_${next++}_`;
    return numbered === renamed ? "Renamed" : numbered;
  };
  const values = [trigger.header("Accept"), VARIABLES.count.value, call("utcNow")];
  return defineWorkflow({
    trigger: [trigger, TRIGGERS[kinds[further % kinds.length] ?? "requestTrigger"]()],
    parameters: [connections],
    actions: [...first, ...build(list, { name, first, inside: "nothing", values })],
  });
}

test("whatever the builder lets through is accepted, is plain JSON, and the same every time", () => {
  fc.assert(
    fc.property(plans(4), fc.nat(), (list, further) => {
      const definition = define(list, further);

      expect(checkWorkflow(definition)).toEqual([]);
      expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
      expect(JSON.stringify(define(list, further))).toBe(JSON.stringify(definition));
    }),
  );
});

test("another name for an action changes that name, wherever it stands, and nothing else", () => {
  fc.assert(
    fc.property(plans(3), fc.nat(20), (list, index) => {
      const old = `Step_${index}_`;
      const before = define(list, 0);
      const after = define(list, 0, old);

      expect(JSON.stringify(after)).toBe(JSON.stringify(before).replaceAll(old, "Renamed"));
      expect(checkWorkflow(before)).toEqual([]);
      expect(checkWorkflow(after)).toEqual([]);
    }),
  );
});

test("an order turned round is refused", () => {
  const a = compose("A", { inputs: 1 });
  const definition = defineWorkflow({
    trigger: requestTrigger("manual"),
    actions: [a, compose("B", { inputs: a.outputs, after: [a] })],
  });
  const { A, B } = definition.actions;
  const turned = {
    ...definition,
    actions: { A: { ...A, runAfter: B?.runAfter }, B: { ...B, runAfter: { A: ["Succeeded"] } } },
  };

  expect(checkWorkflow(turned).map(({ path }) => path)).toEqual(["actions", "actions.B.inputs"]);
});

test("the request trigger is found again", () => {
  const schema = { type: "object" };
  const trigger = requestTrigger("order", { method: "POST", relativePath: "orders/{id}", schema });

  expect(requestTriggers(defineWorkflow({ trigger, actions: [] }))).toEqual([
    { name: "order", method: "POST", relativePath: "orders/{id}", schema },
  ]);
});
