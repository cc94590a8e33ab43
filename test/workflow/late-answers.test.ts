import {
  compose,
  condition,
  defineWorkflow,
  delay,
  ended,
  equals,
  http,
  lateAnswers,
  requestTrigger,
  response,
  scope,
  type Action,
  type Siblings,
} from "../../workflow";

const issuesOf = <const A extends readonly Action[]>(actions: A & Siblings<A>) =>
  lateAnswers(defineWorkflow({ trigger: requestTrigger("manual"), actions }));
const pathsOf = <const A extends readonly Action[]>(actions: A & Siblings<A>) =>
  issuesOf(actions).map(({ path }) => path);

const first = delay("First", { count: 1, unit: "Minute" });

test("an answer after delays of more than the caller waits is told, with the time that they take", () => {
  const second = delay("Second", { count: 61, unit: "Second", after: [first] });
  expect(issuesOf([first, second, response("Answer", { statusCode: 200, after: [second] })])).toEqual([
    {
      path: "actions.Answer",
      rule: "a caller waits for an answer 120 seconds at most, and delays alone take 121 before this one",
      fix: "answer before the delay, or make the answer asynchronous",
    },
  ]);
});

test("delays count that an answer must have waited for: through other actions, scopes and branches", () => {
  const long = delay("Long", { count: 1, unit: "Hour" });
  const inScope = scope("Scope", { actions: [long] });
  const between = compose("Between", { inputs: 1, after: [inScope] });
  const decide = condition("Decide", {
    expression: equals(1, 1),
    actions: [response("Answer", { statusCode: 200 })],
    after: [between],
  });
  expect(pathsOf([inScope, between, decide])).toEqual(["actions.Decide.actions.Answer"]);
});

test("an answer in time is none of them", () => {
  const second = delay("Second", { count: 60, unit: "Second", after: [first] });
  expect(pathsOf([first, second, response("Answer", { statusCode: 200, after: [second] })])).toEqual([]);
  const long = delay("Long", { count: 1, unit: "Hour" });
  // Beside the delay, not after it.
  expect(pathsOf([long, response("Answer", { statusCode: 200 })])).toEqual([]);
  // The caller has got its 202 at once.
  expect(pathsOf([long, response("Answer", { statusCode: 200, after: [long], asynchronous: true })])).toEqual(
    [],
  );
});

test("nor is one after a delay that may be left out", () => {
  const call = http("Call", { method: "GET", uri: "https://erp.contoso.com" });
  const pause = delay("Pause", { count: 1, unit: "Hour", after: [ended(call, "Failed")] });
  const answer = response("Answer", { statusCode: 200, after: [ended(pause, "Succeeded", "Skipped")] });
  expect(pathsOf([call, pause, answer])).toEqual([]);

  const handled = scope("Handled", { actions: [call, pause] });
  expect(pathsOf([handled, response("Answer", { statusCode: 200, after: [handled] })])).toEqual([]);

  const maybe = condition("Maybe", {
    expression: equals(1, 1),
    actions: [delay("Wait", { count: 1, unit: "Hour" })],
  });
  expect(pathsOf([maybe, response("Answer", { statusCode: 200, after: [maybe] })])).toEqual([]);
});

test("a workflow that is no object, or runs in a circle, has none", () => {
  expect(lateAnswers(undefined)).toEqual([]);
  const circle = {
    A: { type: "Wait", runAfter: { B: ["Succeeded"] } },
    B: { type: "Wait", runAfter: { A: ["Succeeded"] } },
  };
  expect(lateAnswers({ actions: circle })).toEqual([]);
});
