import {
  call as invoke,
  compose,
  condition,
  connectorAction,
  connectorCall,
  connections,
  defineWorkflow,
  equals,
  exposedSecrets,
  expression,
  forEach,
  http,
  httpTrigger,
  initializeVariable,
  joinArray,
  keyVaultSecret,
  managedIdentity,
  parameter,
  parseJson,
  recurrenceTrigger,
  requestTrigger,
  resultOf,
  scope,
  select,
  setVariable,
  switchOn,
  table,
  text,
  until,
  variable,
  whenCase,
  type Expression,
} from "../../workflow";

const trigger = recurrenceTrigger("Daily", { frequency: "Day", interval: 1 });
const call = { method: "GET", uri: "https://example.com" } as const;
const key = parameter("key", "SecureString");
const secrets = parameter("secrets", "SecureObject");
const parameters = [key, secrets];
const both = { secureData: { properties: ["inputs", "outputs"] } };

test("an action that a secret flows into is secure, and only that", () => {
  const plain = parameter("plain", "String");
  const { actions } = defineWorkflow({
    trigger,
    parameters: [...parameters, plain],
    actions: [
      http("With", { ...call, headers: { "x-key": key.value } }),
      http("Part", { ...call, headers: { "x-key": secrets.value.get("key") } }),
      http("Inside", { ...call, uri: text`https://example.com/?key=${key.value}` }),
      http("Authenticated", {
        ...call,
        authentication: { type: "Basic", username: "u", password: key.value },
      }),
      http("Widened", { ...call, body: key.value, secure: ["outputs"] }),
      http("Plain", { ...call, headers: { "x-key": plain.value } }),
    ],
  });

  expect(actions.With?.runtimeConfiguration).toEqual(both);
  expect(actions.Part?.runtimeConfiguration).toEqual(both);
  expect(actions.Inside?.runtimeConfiguration).toEqual(both);
  expect(actions.Authenticated?.runtimeConfiguration).toEqual(both);
  expect(actions.Widened?.runtimeConfiguration).toEqual(both);
  expect(actions.Plain?.runtimeConfiguration).toBeUndefined();
});

test("at whatever depth", () => {
  const deep = (name: string) => http(name, { ...call, body: key.value });
  const { actions } = defineWorkflow({
    trigger,
    parameters,
    actions: [
      scope("Scope", {
        actions: [condition("If", { expression: equals(1, 1), actions: [], else: [deep("Else")] })],
      }),
      switchOn("Switch", {
        expression: equals(1, 1),
        cases: [whenCase("Case", 1, [deep("In_case")])],
        default: [deep("In_default")],
      }),
      until("Until", { expression: equals(1, 1), actions: [deep("In_until")] }),
      forEach("Foreach", {
        items: variable("v", "Array").value,
        concurrency: 3,
        actions: () => [deep("In_foreach")],
      }),
    ],
  });

  const secure = { runtimeConfiguration: both };
  expect(actions).toMatchObject({
    Scope: { actions: { If: { else: { actions: { Else: secure } } } } },
    Switch: {
      cases: { Case: { actions: { In_case: secure } } },
      default: { actions: { In_default: secure } },
    },
    Until: { actions: { In_until: secure } },
    Foreach: { actions: { In_foreach: secure } },
  });
  // What holds a secure action is not secure itself.
  expect(actions.Scope?.runtimeConfiguration).toBeUndefined();
  expect(actions.Foreach?.runtimeConfiguration).toEqual({ concurrency: { repetitions: 3 } });
});

test("beside the rest of its configuration", () => {
  const { actions, triggers } = defineWorkflow({
    trigger: httpTrigger("Poll", {
      request: { ...call, headers: { "x-key": key.value } },
      recurrence: { frequency: "Hour", interval: 1 },
      concurrency: { runs: 2 },
    }),
    parameters,
    actions: [http("Large", { ...call, body: key.value, chunked: true })],
  });

  expect(actions.Large?.runtimeConfiguration).toEqual({
    contentTransfer: { transferMode: "Chunked" },
    ...both,
  });
  expect(triggers.Poll?.runtimeConfiguration).toEqual({ concurrency: { runs: 2 }, ...both });
});

test("a trigger that a secret flows into is secure, and only that", () => {
  const order = requestTrigger("order", { authorization: "signature" });
  const hook = requestTrigger("hook", {
    authorization: "signature",
    conditions: [equals(order.header("x-key"), key.value)],
  });
  const { triggers } = defineWorkflow({ trigger: [order, hook], parameters, actions: [] });

  expect(triggers.hook?.runtimeConfiguration).toEqual(both);
  expect(triggers.order?.runtimeConfiguration).toBeUndefined();
});

test("a secret flows on through data operations, but not through the answer of a call", () => {
  const first = compose("First", { inputs: key.value });
  const second = compose("Second", { inputs: first.outputs, after: [first] });
  const reader = http("Reader", { ...call, body: second.outputs, after: [second] });
  const answer = compose("Answer", { inputs: reader.outputs, after: [reader] });
  const parsed = parseJson("Parsed", { content: second.outputs, schema: {}, after: [second] });
  const fromParsed = compose("From_parsed", { inputs: parsed.body, after: [parsed] });
  const { actions } = defineWorkflow({
    trigger,
    parameters,
    // The order in which they are written means nothing.
    actions: [reader, fromParsed, parsed, second, first, answer],
  });

  expect(actions.Second?.runtimeConfiguration).toEqual(both);
  expect(actions.Reader?.runtimeConfiguration).toEqual(both);
  expect(actions.From_parsed?.runtimeConfiguration).toEqual(both);
  expect(actions.Answer?.runtimeConfiguration).toBeUndefined();
});

test("tables, texts and lists out of secrets hold them as well", () => {
  const list = compose("List", { inputs: [secrets.value] });
  const from = list.outputs;
  const selected = select("Selected", { from, select: (each) => each, after: [list] });
  const tabled = table("Tabled", { from: selected.body, format: "CSV", after: [selected] });
  const joined = joinArray("Joined", { from: selected.body, joinWith: ",", after: [selected] });
  const { actions } = defineWorkflow({
    trigger,
    parameters,
    actions: [
      list,
      selected,
      tabled,
      joined,
      compose("Read_table", { inputs: tabled.body, after: [tabled] }),
      compose("Read_text", { inputs: joined.body, after: [joined] }),
    ],
  });

  expect(actions.Read_table?.runtimeConfiguration).toEqual(both);
  expect(actions.Read_text?.runtimeConfiguration).toEqual(both);
});

test("the inputs of a call are read through its details, and through the result of what it stands in", () => {
  const asked = http("Asked", { ...call, body: key.value });
  const around = scope("Around", { actions: [asked] });
  const wider = scope("Wider", { actions: [around] });
  const after = [wider];
  const { actions } = defineWorkflow({
    trigger,
    parameters,
    actions: [
      wider,
      compose("All", { inputs: asked.details, after }),
      compose("Inputs", { inputs: asked.details.get("inputs"), after }),
      compose("Results", { inputs: invoke("first", resultOf(around)), after }),
      compose("Results_2", { inputs: text`got: ${resultOf(wider)}`, after }),
      compose("By_another_case", { inputs: expression("ACTIONS('ASKED')?.Inputs"), after }),
      compose("Status", { inputs: asked.details.get("status"), after }),
      compose("Outputs", { inputs: asked.details.get("outputs").get("body"), after }),
      compose("Answer", { inputs: asked.body, after }),
    ],
  });

  const secure = Object.keys(actions).filter((name) => actions[name]?.runtimeConfiguration !== undefined);
  expect(secure).toEqual(["All", "Inputs", "Results", "Results_2", "By_another_case"]);
});

test("the items of a secret list and the values of a variable hold it as well", () => {
  const v = variable("Kept", "String");
  const initialize = initializeVariable("Initialize", { variable: v, value: key.value });
  const each = forEach("Each", {
    items: secrets.value as Expression<readonly string[]>,
    actions: (item) => [compose("Item", { inputs: item })],
  });
  const { actions } = defineWorkflow({
    trigger,
    parameters,
    actions: [
      initialize,
      each,
      compose("Value", { inputs: expression("variables('kept')"), after: [initialize] }),
    ],
  });

  expect(actions.Each).toMatchObject({ actions: { Item: { runtimeConfiguration: both } } });
  expect(actions.Value?.runtimeConfiguration).toEqual(both);
});

test("what a trigger asks with is read by whoever asks for the trigger itself", () => {
  const { actions } = defineWorkflow({
    trigger: httpTrigger("Poll", {
      request: { ...call, headers: { "x-key": key.value } },
      recurrence: { frequency: "Hour", interval: 1 },
    }),
    parameters,
    actions: [
      compose("Inputs", { inputs: expression("trigger()?['inputs']") }),
      compose("Outputs", { inputs: expression("trigger()?['outputs']") }),
    ],
  });

  expect(actions.Inputs?.runtimeConfiguration).toEqual(both);
  expect(actions.Outputs?.runtimeConfiguration).toBeUndefined();
});

describe("what is read from Key Vault", () => {
  const SECRET = "https://kv-contoso.vault.azure.net/secrets/partner-key";
  const PATH_OF_DESIGNER = "/secrets/@{encodeURIComponent('partner-key')}/value";

  test("is one call as a managed identity, of which the run history shows nothing", () => {
    const first = compose("First", { inputs: 1 });
    const { actions } = defineWorkflow({
      trigger,
      actions: [
        first,
        keyVaultSecret("Read", { secretId: SECRET }),
        keyVaultSecret("Read_as", {
          secretId: SECRET,
          identity: "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/x/id",
          retry: { type: "none" },
          timeout: "PT1M",
          description: "The partner's key",
          after: [first],
        }),
      ],
    });

    expect(actions.Read).toEqual({
      type: "Http",
      inputs: {
        method: "GET",
        uri: SECRET,
        queries: { "api-version": "7.4" },
        authentication: { type: "ManagedServiceIdentity", audience: "https://vault.azure.net" },
      },
      runAfter: {},
      runtimeConfiguration: both,
    });
    expect(actions.Read_as).toMatchObject({
      inputs: {
        authentication: { identity: expect.stringContaining("/id") as string },
        retryPolicy: { type: "none" },
      },
      limit: { timeout: "PT1M" },
      description: "The partner's key",
      runAfter: { First: ["Succeeded"] },
      runtimeConfiguration: both,
    });
  });

  test.each([`${SECRET}/1`, "https://kv-contoso.example.com/secrets/partner-key"])(
    "comes from a vault, which is told no version, and not from %s",
    (secretId) => {
      expect(() => keyVaultSecret("Read", { secretId })).toThrow(
        `The action Read is not valid: 1 problem
  - secretId: a secret or certificate is named by its secret identifier without version, so that renewals are followed (received "${secretId}")
    fix: use https://<vault>.vault.azure.net/secrets/<name>`,
      );
    },
  );

  test("may have an identifier that a run computes", () => {
    const { actions } = defineWorkflow({
      trigger,
      actions: [keyVaultSecret("Read", { secretId: "@{parameters('vault')}/secrets/partner-key" })],
    });
    expect(actions.Read?.inputs).toMatchObject({ uri: "@{parameters('vault')}/secrets/partner-key" });
  });

  test("makes secure whatever it flows into, and only that", () => {
    const read = keyVaultSecret("Read", { secretId: SECRET });
    const around = scope("Around", { actions: [read] });
    const value: Expression<string> = read.body.get("value");
    const kept = compose("Kept", { inputs: value, after: [around] });
    const { actions } = defineWorkflow({
      trigger,
      actions: [
        around,
        kept,
        http("With", { ...call, headers: { "x-key": value }, after: [around] }),
        http("Through", { ...call, body: kept.outputs, after: [kept] }),
        compose("Result", { inputs: resultOf(around), after: [around] }),
        compose("Status", { inputs: read.details.get("status"), after: [around] }),
        http("Without", { ...call, after: [around] }),
      ],
    });

    const secure = Object.keys(actions).filter((name) => actions[name]?.runtimeConfiguration !== undefined);
    expect(secure).toEqual(["Kept", "With", "Through", "Result"]);
  });

  test("is kept out of the run history by whatever call reads it", () => {
    const { actions } = defineWorkflow({
      trigger,
      actions: [
        http("Read", {
          ...call,
          authentication: managedIdentity({ audience: "https://vault.azure.net" }),
        }),
        http("Other", {
          ...call,
          authentication: managedIdentity({ audience: "https://storage.azure.com/" }),
        }),
      ],
    });

    expect(actions.Read?.runtimeConfiguration).toEqual(both);
    expect(actions.Other?.runtimeConfiguration).toBeUndefined();
  });

  test("by the managed connector is kept out of the run history as well", () => {
    const read = connectorAction("Read", {
      call: connectorCall<{ readonly value: string }>({
        connection: "vault",
        method: "GET",
        path: PATH_OF_DESIGNER,
      }),
    });
    const { actions } = defineWorkflow({
      parameters: [connections],
      trigger,
      actions: [
        read,
        connectorAction("List", {
          call: connectorCall({ connection: "vault", method: "GET", path: "/secrets" }),
        }),
        compose("Kept", { inputs: read.body.get("value"), after: [read] }),
      ],
    });

    expect(actions.Read?.runtimeConfiguration).toEqual(both);
    expect(actions.List?.runtimeConfiguration).toBeUndefined();
    expect(actions.Kept?.runtimeConfiguration).toEqual(both);
    expect(
      exposedSecrets({
        actions: { Read: { type: "ApiConnection", inputs: { method: "get", path: PATH_OF_DESIGNER } } },
      }).map(({ path }) => path),
    ).toEqual(["actions.Read"]);
  });

  test("is found where a document by hand shows it", () => {
    const authentication = { type: "ManagedServiceIdentity", audience: "https://vault.azure.net" };
    const read = (secureData?: object) => ({
      type: "Http",
      inputs: { method: "GET", uri: SECRET, authentication },
      runtimeConfiguration: { secureData },
    });
    const exposed = (actions: object) => exposedSecrets({ actions });

    expect(exposed({ Read: read() })).toEqual([
      {
        path: "actions.Read",
        rule: "it reads a secret from Key Vault, and the run history shows its outputs",
        fix: "make its inputs and outputs secure",
      },
    ]);
    expect(exposed({ Read: read({ properties: ["inputs"] }) })).toHaveLength(1);
    expect(exposed({ Read: read({ properties: ["outputs"] }) })).toEqual([]);
    expect(
      exposed({
        Read: read({ properties: ["outputs"] }),
        Kept: { type: "Compose", inputs: "@body('Read')?['value']", runAfter: { Read: ["Succeeded"] } },
      }).map(({ path }) => path),
    ).toEqual(["actions.Kept"]);
  });
});

describe("exposed secrets", () => {
  test("none in what is built, where the types can be secure", () => {
    const definition = defineWorkflow({
      trigger,
      parameters,
      actions: [http("With", { ...call, headers: { "x-key": key.value } })],
    });

    expect(exposedSecrets(definition)).toEqual([]);
  });

  test("actions and triggers whose inputs cannot be secure", () => {
    const v = variable("v", "String");
    const initialize = initializeVariable("Initialize", { variable: v, value: key.value });
    const definition = defineWorkflow({
      trigger: recurrenceTrigger(
        "Daily",
        { frequency: "Day", interval: 1 },
        { conditions: [equals(key.value, "x")] },
      ),
      parameters,
      actions: [initialize, setVariable("Set", { variable: v, value: key.value, after: [initialize] })],
    });

    expect(exposedSecrets(definition).map(({ path }) => path)).toEqual([
      "triggers.Daily",
      "actions.Initialize",
      "actions.Set",
    ]);
    expect(exposedSecrets(definition)[1]?.fix).toMatch(/inputs of InitializeVariable cannot be secure/);
  });

  test("documents that were not built here", () => {
    const definition = {
      parameters: { key: { type: "securestring", defaultValue: "hunter2" } },
      actions: {
        S: { type: "Scope", actions: { A: { type: "Http", inputs: { body: "@{parameters('key')}" } } } },
      },
    };
    const issues = exposedSecrets(definition);

    expect(issues.map(({ path }) => path)).toEqual(["parameters.key.defaultValue", "actions.S.actions.A"]);
    expect(JSON.stringify(issues)).not.toContain("hunter2");
    expect(exposedSecrets(undefined)).toEqual([]);
  });
});
