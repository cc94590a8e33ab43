import {
  compose,
  defineWorkflow,
  exposedSecrets,
  condition,
  equals,
  http,
  initializeVariable,
  outputs,
  parameters,
  recurrenceTrigger,
  scope,
  setVariable,
  text,
} from "../../workflow";

const trigger = recurrenceTrigger({ frequency: "Day", interval: 1 });
const call = { method: "GET", uri: "https://example.com" } as const;
const secret = { key: { type: "SecureString" } } as const;
const both = { secureData: { properties: ["inputs", "outputs"] } };

test("an action that a secret flows into is secure, and only that", () => {
  const { actions } = defineWorkflow({
    trigger,
    parameters: { ...secret, plain: { type: "String" } },
    actions: {
      With: http({ ...call, headers: { "x-key": parameters("key") } }),
      Inside: http({ ...call, uri: text`https://example.com/?key=${parameters("key")}` }),
      Widened: http({ ...call, body: parameters("key"), secure: ["outputs"] }),
      Plain: http({ ...call, headers: { "x-key": parameters("plain") } }),
      Scope: scope({
        actions: {
          If: condition({
            expression: equals(1, 1),
            actions: {},
            else: { Deep: http({ ...call, body: parameters("key") }) },
          }),
        },
      }),
    },
  });

  expect(actions.With?.runtimeConfiguration).toEqual(both);
  expect(actions.Inside?.runtimeConfiguration).toEqual(both);
  expect(actions.Widened?.runtimeConfiguration).toEqual(both);
  expect(actions.Plain?.runtimeConfiguration).toBeUndefined();
  expect(actions.Scope).toMatchObject({
    actions: { If: { else: { actions: { Deep: { runtimeConfiguration: both } } } } },
  });
});

test("a secret flows on through Compose, but not through the answer of a call", () => {
  const { actions } = defineWorkflow({
    trigger,
    parameters: secret,
    actions: {
      Reader: http({ ...call, body: outputs("Second"), after: { Second: ["Succeeded"] } }),
      Second: compose({ inputs: outputs("First"), after: { First: ["Succeeded"] } }),
      First: compose({ inputs: parameters("key") }),
      Answer: compose({ inputs: outputs("Reader"), after: { Reader: ["Succeeded"] } }),
    },
  });

  expect(actions.Second?.runtimeConfiguration).toEqual(both);
  expect(actions.Reader?.runtimeConfiguration).toEqual(both);
  expect(actions.Answer?.runtimeConfiguration).toBeUndefined();
});

describe("exposed secrets", () => {
  test("none in what is built, where the types can be secure", () => {
    const definition = defineWorkflow({
      trigger,
      parameters: secret,
      actions: { With: http({ ...call, headers: { "x-key": parameters("key") } }) },
    });

    expect(exposedSecrets(definition)).toEqual([]);
  });

  test("actions whose inputs cannot be secure", () => {
    const definition = defineWorkflow({
      trigger,
      parameters: secret,
      actions: {
        Initialize: initializeVariable({ name: "v", type: "String", value: parameters("key") }),
        Set: setVariable({ name: "v", value: parameters("key"), after: { Initialize: ["Succeeded"] } }),
      },
    });

    expect(exposedSecrets(definition).map(({ path }) => path)).toEqual(["actions.Initialize", "actions.Set"]);
    expect(exposedSecrets(definition)[0]?.fix).toMatch(/inputs of InitializeVariable cannot be secure/);
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
