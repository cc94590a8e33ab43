import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { shapeOf } from "../rehearsal/azure/shapes";

const ROOT = join(__dirname, "..");
const DOCS = join(ROOT, "docs");

/** The files of the documentation. Examples import as the files themselves would, e.g. `../policies/gateway`. */
const FILES = [ROOT, DOCS].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name)),
);

/**
 * The examples of a Markdown text as modules, by the names that the compiler knows them under. Lines keep their
 * numbers, so that an error is found in the documentation.
 */
function examplesIn(file: string, markdown: string): [name: string, module: string][] {
  const lines = markdown.split("\n");
  return lines.flatMap((line, start): [string, string][] => {
    if (line !== "```ts") return [];
    const end = lines.indexOf("```", start);
    const code = lines.slice(start + 1, end);
    return [[`${file}.${start + 1}.ts`, ["\n".repeat(start), ...code, "export {};"].join("\n")]];
  });
}

/** What the compiler has against some modules that exist in memory only, as `file:line: message`. */
function problemsOf(modules: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(ROOT, "tsconfig.json"), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  // An example shows what can be made; nothing uses it.
  const forExamples = { ...options, noUnusedLocals: false };
  const disk = ts.createCompilerHost(forExamples);
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (path) => modules.has(path) || disk.fileExists(path),
    readFile: (path) => modules.get(path) ?? disk.readFile(path),
    getSourceFile: (path, version, ...rest) => {
      const text = modules.get(path);
      return text === undefined
        ? disk.getSourceFile(path, version, ...rest)
        : ts.createSourceFile(path, text, version);
    },
  };
  const program = ts.createProgram([...modules.keys()], forExamples, host);
  return [...modules.keys()].flatMap((name) => {
    const source = program.getSourceFile(name);
    if (source === undefined) throw new Error(`${name} was not compiled`);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start = 0, messageText }) => {
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const file = relative(ROOT, name).replace(/\.\d+\.ts$/, "");
      return `${file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  });
}

test("the examples of the documentation compile", () => {
  const examples = FILES.flatMap((file) => examplesIn(file, readFileSync(file, "utf8")));
  expect(examples.length).toBeGreaterThan(0);
  expect(problemsOf(new Map(examples))).toEqual([]);
});

test("an example that does not compile is told with its place in the documentation", () => {
  const markdown = [
    "# Title",
    "```ts",
    'import { setMethod } from "../policies/gateway";',
    "export const wrong = setMethod(1);",
    "```",
    "```sh",
    "not TypeScript",
    "```",
  ].join("\n");
  expect(problemsOf(new Map(examplesIn(join(DOCS, "wrong.md"), markdown)))).toEqual([
    expect.stringMatching(/^docs\/wrong\.md:4: Argument of type 'number'/),
  ]);
});

/** What `az rest` asks for, by a word in its path, and the type of this program that Azure answers for at that version. */
const ASKED = {
  "service id": "azure-native:apimanagement:ApiManagementService",
  "workflow id": "azure-native:logic:Workflow",
} as const;

test("the lines for Azure's REST interface ask for the version that the program deploys with", () => {
  const lines = FILES.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/az rest .*--url "<(.+?)>\S*\?api-version=([\d-]+)"/g)].map(
      ([, subject = "", version]) => ({ subject, version }),
    ),
  );
  const mentioned = FILES.flatMap((file) => readFileSync(file, "utf8").match(/\baz rest --/g) ?? []);
  expect(lines).toHaveLength(mentioned.length);
  expect(new Set(lines.map(({ subject }) => subject))).toEqual(new Set(Object.keys(ASKED)));
  for (const { subject, version } of lines) {
    expect({ subject, version }).toEqual({
      subject,
      version: shapeOf(ASKED[subject as keyof typeof ASKED]).apiVersion,
    });
  }
});
