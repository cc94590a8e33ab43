import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { changes, recordRun, remains, type Run, surprises, title } from "../../rehearsal/steps";

const URN = "urn:pulumi:dev::shop::entint:index:Gateway$azure-native:dns:Zone::zone";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

interface State {
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

/** The two events that the engine sends about a step. */
function run(op: OpType, state: State = {}, diffs?: string[]): Run {
  const recorded = recordRun();
  tell(recorded, op, { new: stateOf(state), ...(diffs === undefined ? {} : { diffs }) });
  return recorded;
}

function stateOf(state: State) {
  return {
    type: "azure-native:dns:Zone",
    urn: URN,
    id: "",
    parent: "",
    provider: "",
    custom: true,
    ...complete(state),
  };
}

type Told = Partial<Record<"old" | "new", ReturnType<typeof stateOf>>> & { readonly diffs?: string[] };

function tell(recorded: Run, op: OpType, told: Told): void {
  const metadata = { op, urn: URN, type: "azure-native:dns:Zone", provider: "", ...told };
  const events: Partial<EngineEvent>[] = [
    { resourcePreEvent: { metadata } },
    { resOutputsEvent: { metadata } },
  ];
  events.forEach((event, sequence) => {
    recorded.onEvent({ sequence, timestamp: 0, ...event });
  });
}

function complete({ inputs = {}, outputs = {} }: State) {
  return { inputs, outputs };
}

test("a resource's title is its own type and name", () => {
  expect(title(URN)).toBe("azure-native:dns:Zone zone");
});

test("a step counts once, though the engine reports its beginning and its end", () => {
  expect(run("create").steps.get(URN)?.operations).toEqual(["create"]);
});

test.each<OpType>(["same", "read", "refresh"])("%s changes nothing", (op) => {
  expect(changes(run(op))).toEqual([]);
});

test.each<OpType>(["create", "update", "delete", "replace", "import"])(
  "%s is a change, with the properties",
  (op) => {
    expect(changes(run(op, {}, ["tags", "zoneType"]))).toEqual([
      `${op} of azure-native:dns:Zone zone (tags, zoneType)`,
    ]);
  },
);

test.each<[when: string, order: readonly OpType[]]>([
  ["after", ["create-replacement", "replace", "delete-replaced"]],
  ["before", ["delete-replaced", "replace", "create-replacement"]],
])(
  "a resource whose predecessor goes %s it comes is there, as it will be, and what was before is told",
  (_when, order) => {
    const [before, after] = [{ name: "old" }, { name: "new" }].map((inputs) => stateOf({ inputs }));
    const recorded = recordRun();
    for (const op of order) {
      tell(recorded, op, op === "delete-replaced" ? { old: before } : { old: before, new: after });
    }
    const step = recorded.steps.get(URN);
    expect(step).toMatchObject({ inputs: { name: "new" }, before: { name: "old" }, operations: order });
    expect(step && remains(step)).toBe(true);
  },
);

test("a resource that is deleted is not there, and one that is created was not before", () => {
  const deleted = recordRun();
  tell(deleted, "delete", { old: stateOf({ inputs: { name: "old" } }) });
  const created = run("create").steps.get(URN);
  const step = deleted.steps.get(URN);
  expect(step && remains(step)).toBe(false);
  expect(step?.before).toEqual({ name: "old" });
  expect(created && remains(created)).toBe(true);
  expect(created?.before).toBeUndefined();
});

test("what the preview did not know cannot surprise", () => {
  const preview = run("create", { outputs: { servers: UNKNOWN, tags: { a: "1", b: UNKNOWN } } });
  const deployment = run("create", { outputs: { servers: ["ns1"], tags: { a: "1", b: "2" }, etag: "new" } });
  expect(surprises(preview, deployment)).toEqual([]);
});

test.each<[string, State, State, string]>([
  [
    "an output",
    { outputs: { name: "a" } },
    { outputs: { name: "b" } },
    'outputs.name was "a" in the preview and is "b" now',
  ],
  [
    "an input",
    { inputs: { tags: { x: "1" } } },
    { inputs: { tags: { x: "2" } } },
    'inputs.tags.x was "1" in the preview and is "2" now',
  ],
  [
    "a list's item",
    { inputs: { zones: ["1", "2"] } },
    { inputs: { zones: ["1", "3"] } },
    'inputs.zones[1] was "2" in the preview and is "3" now',
  ],
  [
    "a list's length",
    { inputs: { zones: ["1"] } },
    { inputs: { zones: [] } },
    'inputs.zones was ["1"] in the preview and is [] now',
  ],
  [
    "a value that vanished",
    { outputs: { name: "a" } },
    {},
    'outputs.name was "a" in the preview and is nothing now',
  ],
])("%s that differs from its preview is a surprise", (_what, announced, done, expected) => {
  expect(surprises(run("create", announced), run("create", done))).toEqual([
    `azure-native:dns:Zone zone: ${expected}`,
  ]);
});

test("an output that repeats an input may take Azure's form; whoever uses it shows the difference", () => {
  const preview = run("create", { inputs: { value: "<a></a>" }, outputs: { value: "<a></a>", name: "a" } });
  const deployment = run("create", { inputs: { value: "<a></a>" }, outputs: { value: "<a/>", name: "b" } });
  expect(surprises(preview, deployment)).toEqual([
    'azure-native:dns:Zone zone: outputs.name was "a" in the preview and is "b" now',
  ]);
});

test("an operation that differs from its preview is a surprise, as is a resource that only one of both has", () => {
  const nothing = recordRun();
  const text = "azure-native:dns:Zone zone: the preview announced";
  expect(surprises(run("create"), run("update"))).toEqual([`${text} create, the deployment did update`]);
  expect(surprises(run("create"), nothing)).toEqual([`${text} create, the deployment did nothing`]);
  expect(surprises(nothing, run("create"))).toEqual([`${text} nothing, the deployment did create`]);
});

test("errors are kept without the engine's colour marks", () => {
  const recorded = recordRun();
  for (const severity of ["error", "warning"] as const) {
    const diagnosticEvent = { message: "<{%reset%}>no such zone<{%reset%}>\n", color: "raw", severity };
    recorded.onEvent({ sequence: 0, timestamp: 0, diagnosticEvent });
  }
  expect(recorded.errors).toEqual(["no such zone"]);
});
