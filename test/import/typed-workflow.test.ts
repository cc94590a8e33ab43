import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";
import * as ts from "typescript";
import { typedWorkflow } from "../../import/typed-workflow";
import * as builder from "../../workflow";
import { workflowFromJson, WORKFLOW_SCHEMA, type WorkflowDefinition } from "../../workflow";
import { typeOf } from "../../workflow/check/action-types";
import {
  canonicalExpression,
  parseText,
  UnreadableExpression,
  type ExpressionNode,
} from "../../workflow/expression-syntax";
import { branches } from "../../workflow/structure";
import { isObject, objectOrEmpty, type JsonObject } from "../../workflow/json";

const DOCUMENTS = join(__dirname, "..", "workflow", "documents");

/**
 * What the builder has no function for, or not for a part of it: batches, a request from Event Grid, a password within a text, a
 * result that stands for a call, an API that is asked again and again.
 */
const BY_THEIR_TYPES = [
  "19-batch-receiver.json: Batch",
  "20-batch-sender.json: Request",
  "27-user-sync.json: Http",
  "28-breach-check.json: Http",
  "33-polled-api.json: ApiManagement",
];

/** What none of the documents has. */
const FURTHER: Readonly<Record<string, Pick<WorkflowDefinition, "triggers" | "actions">>> = {
  "a token demanded by the documented condition": {
    triggers: {
      manual: {
        type: "Request",
        kind: "Http",
        operationOptions: "IncludeAuthorizationHeadersInOutputs",
        conditions: [{ expression: "@startsWith(triggerOutputs()?['headers']?['Authorization'], 'Bearer')" }],
        runtimeConfiguration: { secureData: { properties: ["outputs"] } },
      },
    },
    actions: {},
  },
  "a token demanded by the builder's condition, and one more": {
    triggers: {
      manual: {
        ...builder.requestTrigger("manual", { conditions: [builder.equals(1, 1)] }).definition,
        inputs: {},
      },
    },
    actions: {},
  },
  "passwords in clear": {
    triggers: {
      Poll: {
        type: "Http",
        inputs: {
          method: "GET",
          uri: "https://example.com",
          authentication: { type: "Basic", username: "u", password: "not a secret" },
        },
        recurrence: { frequency: "Hour", interval: 1 },
      },
    },
    actions: {
      Wait: {
        type: "HttpWebhook",
        inputs: {
          subscribe: {
            method: "POST",
            uri: "https://example.com",
            authentication: { type: "Raw", value: "not a secret" },
          },
          unsubscribe: {},
        },
        runAfter: {},
      },
    },
  },
  "items that nothing refers to": {
    triggers: { Daily: { type: "Recurrence", recurrence: { frequency: "Day", interval: 1 } } },
    actions: {
      Numbers: { type: "Compose", inputs: "each", runAfter: {} },
      Kept: {
        type: "Query",
        inputs: { from: "@outputs('Numbers')", where: "@equals(1, 1)" },
        runAfter: { Numbers: ["Succeeded"] },
      },
      Loop: {
        type: "Foreach",
        foreach: "@body('Kept')",
        actions: { Text: { type: "Compose", inputs: "each item", runAfter: {} } },
        runAfter: { Kept: ["Succeeded"] },
      },
    },
  },
};

const names = readdirSync(DOCUMENTS).filter((name) => name.endsWith(".json"));
const documents = new Map(
  names.map((name) => [name, workflowFromJson(readFileSync(join(DOCUMENTS, name), "utf8"), name)]),
);

for (const [name, parts] of Object.entries(FURTHER)) {
  const definition = { $schema: WORKFLOW_SCHEMA, contentVersion: "1.0.0.0", ...parts };
  documents.set(name, workflowFromJson(JSON.stringify(definition), name));
}

describe("a workflow.json turned into a program", () => {
  it.each([...documents.keys()])("%s is built again", (name) => {
    const definition = documentOf(name);
    expect(canonical(run(typedWorkflow(definition, "../../workflow")))).toEqual(canonical(definition));
  });

  it("compiles", () => {
    const folder = join(__dirname, "generated");
    const sources = new Map(
      Array.from(documents, ([name, definition]) => [
        join(folder, `${name}.ts`),
        typedWorkflow(definition, "../../../workflow"),
      ]),
    );
    expect(problemsOf(sources)).toEqual([]);
  });

  it("is written by the builder's own functions wherever it has them", () => {
    const asTheyStand = names.flatMap((name) =>
      [
        ...typedWorkflow(documentOf(name), "../../workflow").matchAll(
          /\b(?:action\(|trigger\("\w+", )"(\w+)"/g,
        ),
      ].map(([, type]) => `${name}: ${type ?? ""}`),
    );
    expect(asTheyStand).toEqual(BY_THEIR_TYPES);
  });
});

function documentOf(name: string): WorkflowDefinition {
  const found = documents.get(name);
  if (found === undefined) throw new Error(`there is no document ${name}`);
  return found;
}

/** What a program builds. */
function run(source: string): unknown {
  const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  const exports: { workflow?: () => WorkflowDefinition } = {};
  const evaluate = compileFunction(outputText, ["require", "exports"]) as (
    require: () => unknown,
    exports: object,
  ) => void;
  evaluate(() => builder, exports);
  // As it reaches Azure: as JSON.
  return JSON.parse(JSON.stringify(exports.workflow?.()));
}

/** What the compiler says of programs that stand nowhere but here. */
function problemsOf(sources: ReadonlyMap<string, string>): string[] {
  const root = join(__dirname, "..", "..");
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const hosted: ts.CompilerHost = {
    ...host,
    readFile: (file) => sources.get(file) ?? host.readFile(file),
    fileExists: (file) => sources.has(file) || host.fileExists(file),
    directoryExists: (folder) =>
      [...sources.keys()].some((file) => dirname(file) === folder) || ts.sys.directoryExists(folder),
    getSourceFile: (file, version) => {
      const source = sources.get(file);
      return source === undefined
        ? host.getSourceFile(file, version)
        : ts.createSourceFile(file, source, version);
    },
  };
  const program = ts.createProgram([...sources.keys()], { ...options, noEmit: true }, hosted);
  return [...sources.keys()].flatMap((file) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(file)).map(({ messageText, start = 0 }) => {
      const place = (sources.get(file) ?? "").slice(start, start + 80);
      return `${file}: ${ts.flattenDiagnosticMessageText(messageText, "\n")} at ${place}`;
    }),
  );
}

/**
 * A document in one spelling, where Azure knows several: white space, dots and the case of functions in expressions, the case
 * of types, methods and statuses, a `runAfter` that is left out, the kind of an answer, a correlation without an id, what Azure
 * works out by itself.
 */
function canonical(document: unknown): unknown {
  const { parameters, triggers, actions, ...rest } = spelt(document) as JsonObject;
  return {
    ...rest,
    triggers: Object.fromEntries(
      Object.entries(objectOrEmpty(triggers)).map(([name, each]) => [name, canonicalOperation(each)]),
    ),
    parameters: Object.fromEntries(
      Object.entries(objectOrEmpty(parameters)).map(([name, each]) => [name, withType(each)]),
    ),
    actions: canonicalActions(objectOrEmpty(actions)),
  };
}

function canonicalActions(actions: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(actions).map(([name, each]) => {
      const action = structuredClone(objectOrEmpty(each)) as Record<string, unknown>;
      for (const inner of branches(action, "")) Object.assign(inner.actions, canonicalActions(inner.actions));
      if (typeOf(action) === "InitializeVariable" && isObject(action.inputs)) {
        action.inputs = { variables: (action.inputs.variables as unknown[]).map(withType) };
      }
      const kind = typeOf(action) === "Response" ? { kind: "Http" } : {};
      const statuses = Object.entries(objectOrEmpty(action.runAfter)).map(([before, each]) => [
        before,
        (each as string[]).map((status) => status.toLowerCase()),
      ]);
      return [
        name,
        { ...canonicalOperation(action), ...kind, runAfter: Object.fromEntries(statuses) as object },
      ];
    }),
  );
}

function canonicalOperation(operation: unknown): JsonObject {
  const { recurrence, correlation, inputs, ...others } = objectOrEmpty(operation);
  const rest = Object.entries(others).filter(([name]) => name !== "evaluatedRecurrence");
  return {
    ...Object.fromEntries(rest),
    ...(recurrence !== undefined && { recurrence: withNumbers(recurrence) }),
    type: typeOf(operation),
    ...(inputs !== undefined && { inputs: withUpperMethods(inputs) }),
    ...(Object.keys(objectOrEmpty(correlation)).length > 0 && { correlation }),
  };
}

/** The hours of a schedule may be written as texts. */
function withNumbers(recurrence: unknown): JsonObject {
  const { schedule, ...rest } = objectOrEmpty(recurrence);
  if (!isObject(schedule) || !Array.isArray(schedule.hours)) return objectOrEmpty(recurrence);
  return { ...rest, schedule: { ...schedule, hours: schedule.hours.map(Number) } };
}

function withUpperMethods(inputs: unknown): unknown {
  if (!isObject(inputs)) return inputs;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      if (name === "method" && typeof value === "string") return [name, value.toUpperCase()];
      return [name, name.endsWith("subscribe") ? withUpperMethods(value) : value];
    }),
  );
}

function withType(declared: unknown): unknown {
  const { type, ...rest } = objectOrEmpty(declared);
  return { ...rest, type: String(type).toLowerCase() };
}

function spelt(value: unknown): unknown {
  if (typeof value === "string") return speltText(value);
  if (Array.isArray(value)) return value.map(spelt);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spelt(item)]));
}

function speltText(text: string): string {
  try {
    const parsed = parseText(text);
    if ("whole" in parsed) return `@${canonicalExpression(withLowerNames(parsed.whole))}`;
    return parsed.pieces
      .map((piece) =>
        typeof piece === "string" ? piece : `@{${canonicalExpression(withLowerNames(piece))}}`,
      )
      .join("");
  } catch (error) {
    if (error instanceof UnreadableExpression) return text;
    throw error;
  }
}

/** Azure compares the names of actions, variables and loops without regard to case. */
function withLowerNames(node: ExpressionNode): ExpressionNode {
  if (node.kind === "member") {
    return { ...node, of: withLowerNames(node.of), key: withLowerNames(node.key) };
  }
  if (node.kind !== "call") return node;
  const [first, ...others] = node.arguments.map(withLowerNames);
  if (first === undefined) return node;
  const named = ["actions", "body", "items", "outputs", "result", "variables"].includes(node.name);
  const target = named && first.kind === "text" ? { ...first, value: first.value.toLowerCase() } : first;
  return { ...node, arguments: [target, ...others] };
}
