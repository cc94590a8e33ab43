/** What does not compile. `tsc` fails on a directive that nothing needs, so each of them is a test. */
import {
  body,
  compose,
  condition,
  defineWorkflow,
  equals,
  forEach,
  http,
  recurrenceTrigger,
  scope,
  switchOn,
  until,
  call,
  terminate,
} from "../../workflow";

const trigger = recurrenceTrigger({ frequency: "Day", interval: 1 });
const yes = equals(1, 1);

test("an action runs only after actions that stand beside it", () => {
  const definition = defineWorkflow({
    trigger,
    actions: {
      First: compose({ inputs: 1 }),
      Second: compose({ inputs: 2, after: { First: ["Succeeded"] } }),
      // @ts-expect-error the name is misspelt
      Misspelt: compose({ inputs: 1, after: { Frist: ["Succeeded"] } }),
      // @ts-expect-error one of two misspelt
      Half: compose({ inputs: 1, after: { First: ["Succeeded"], Secnod: ["Failed"] } }),
      // @ts-expect-error it runs after itself
      Self: compose({ inputs: 1, after: { Self: ["Succeeded"] } }),
      // @ts-expect-error a status that Azure does not have
      Status: compose({ inputs: 1, after: { First: ["Succeded"] } }),
      // @ts-expect-error no status at all
      None: compose({ inputs: 1, after: { First: [] } }),
    },
  });

  expect(Object.keys(definition.actions)).toHaveLength(7);
});

test("neither out of nor into a scope, branch, case or loop", () => {
  const definition = defineWorkflow({
    trigger,
    actions: {
      First: compose({ inputs: 1 }),
      Scope: scope({
        actions: {
          In_scope: compose({ inputs: 1 }),
          // @ts-expect-error outside of the scope
          Out: compose({ inputs: 1, after: { First: ["Succeeded"] } }),
        },
        after: { First: ["Succeeded"] },
      }),
      // @ts-expect-error inside of the scope
      Into: compose({ inputs: 1, after: { In_scope: ["Succeeded"] } }),
      // @ts-expect-error misspelt, on a scope
      Scope_2: scope({ actions: { In_scope_2: compose({ inputs: 1 }) }, after: { Frist: ["Succeeded"] } }),
      If: condition({
        expression: yes,
        actions: { Then: compose({ inputs: 1 }) },
        else: {
          // @ts-expect-error in the other branch
          Else: compose({ inputs: 1, after: { Then: ["Succeeded"] } }),
        },
      }),
      Switch: switchOn({
        expression: body("First"),
        cases: {
          One: {
            case: 1,
            actions: {
              In_case: compose({ inputs: 1 }),
              // @ts-expect-error outside of the case
              Out_case: compose({ inputs: 1, after: { First: ["Succeeded"] } }),
            },
          },
        },
      }),
      Foreach: forEach({
        items: body("First"),
        actions: {
          // @ts-expect-error outside of the loop
          In_foreach: compose({ inputs: 1, after: { First: ["Succeeded"] } }),
        },
      }),
      Until: until({
        expression: yes,
        actions: {
          // @ts-expect-error outside of the loop
          In_until: compose({ inputs: 1, after: { First: ["Succeeded"] } }),
        },
      }),
    },
  });

  expect(Object.keys(definition.actions)).toHaveLength(8);
});

test("options that cannot be", () => {
  // @ts-expect-error a method that Azure does not know
  http({ method: "FETCH", uri: "https://example.com" });
  // @ts-expect-error an action that calls nobody
  http({ method: "GET" });
  // @ts-expect-error secure, but nothing of it
  compose({ inputs: 1, secure: [] });
  // @ts-expect-error an error of a run that succeeded
  terminate({ runStatus: "Succeeded", runError: { code: "1", message: "" } });
  // @ts-expect-error hours need a day or a week
  recurrenceTrigger({ frequency: "Hour", interval: 1, schedule: { hours: [2] } });
  // @ts-expect-error days of the week need a week
  recurrenceTrigger({ frequency: "Day", interval: 1, schedule: { weekDays: ["Monday"] } });
  // @ts-expect-error a function that does not exist
  expect(call("conct", "a", "b").expression).toBe("conct('a', 'b')");
  // @ts-expect-error a secret with a default value
  defineWorkflow({ trigger, actions: {}, parameters: { key: { type: "SecureString", defaultValue: "x" } } });
});
