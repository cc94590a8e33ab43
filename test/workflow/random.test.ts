import * as fc from "fast-check";
import {
  checkWorkflow,
  compose,
  condition,
  defineWorkflow,
  equals,
  forEach,
  http,
  literal,
  outputs,
  requestTrigger,
  requestTriggers,
  scope,
  switchOn,
  until,
  type Action,
  type NonEmpty,
  type RunAfter,
  type RunAfterStatus,
} from "../../workflow";

/** A plan for one action: how it looks, and which of those written before it in its branch it waits for. */
interface Plan {
  readonly kind: number;
  readonly text: string;
  readonly waits: readonly boolean[];
  readonly statuses: NonEmpty<RunAfterStatus>;
  readonly inner: readonly Plan[];
}

const statuses = fc
  .subarray<RunAfterStatus>(["Succeeded", "Failed", "Skipped", "TimedOut"], { minLength: 1 })
  .map((list) => list as [RunAfterStatus, ...RunAfterStatus[]]);

/** At most 4 levels of at most 4 actions: below the limit of 500. */
const plans: fc.Memo<readonly Plan[]> = fc.memo((levels) => {
  const plan = fc.record({
    kind: fc.nat(6),
    text: fc.string(),
    waits: fc.array(fc.boolean(), { maxLength: 4 }),
    statuses,
    inner: levels <= 1 ? fc.constant([]) : plans(levels - 1),
  });
  return fc.array(plan, { maxLength: 4 });
});

/** Builds what a plan says; names count on through the whole workflow. */
function build(list: readonly Plan[], counter: { next: number }): Record<string, Action<never>> {
  const actions: Record<string, Action<never>> = {};
  for (const { kind, text, waits, statuses, inner } of list) {
    const before = Object.keys(actions).filter((_, index) => waits[index]);
    // The names come from data here, so the compiler cannot know them: `never` stands for every one of them.
    const after: RunAfter<never>["after"] = Object.fromEntries(before.map((name) => [name, statuses]));
    const name = `A${counter.next++}`;
    const value = before[0] === undefined ? literal(text) : outputs(before[0], text);
    const nested = build(inner, counter);
    const yes = equals(text, text);
    const kinds: readonly (() => Action<never>)[] = [
      () => compose({ inputs: { value }, after }),
      () => http({ method: "POST", uri: "https://example.com", body: value, after }),
      () => scope({ actions: nested, after }),
      () => condition({ expression: yes, actions: {}, else: nested, after }),
      () => switchOn({ expression: yes, cases: { One: { case: 1, actions: nested } }, after }),
      () => forEach({ items: yes, actions: nested, after }),
      () => until({ expression: yes, actions: nested, after }),
    ];
    const make = kinds[kind];
    if (make !== undefined) actions[name] = make();
  }
  return actions;
}

test("whatever the builder lets through is accepted, and is plain JSON", () => {
  fc.assert(
    fc.property(plans(4), (list) => {
      const definition = defineWorkflow({
        trigger: requestTrigger("manual", { method: "POST", relativePath: "orders/{id}" }),
        actions: build(list, { next: 0 }),
      });

      expect(checkWorkflow(definition)).toEqual([]);
      expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
    }),
  );
});

test("an order turned round is refused", () => {
  const definition = defineWorkflow({
    trigger: requestTrigger("manual"),
    actions: { A: compose({ inputs: 1 }), B: compose({ inputs: outputs("A"), after: { A: ["Succeeded"] } }) },
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

  expect(requestTriggers(defineWorkflow({ trigger, actions: {} }))).toEqual([
    { name: "order", method: "POST", relativePath: "orders/{id}", schema },
  ]);
});
