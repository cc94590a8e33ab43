import { describeWithEngine, ENGINE_FOUND, ENGINE_MISSING } from "./engine";

/** What {@link describeWithEngine} tells jest in an environment. */
function told(environment: Readonly<Record<string, string>>): string[] {
  const lines: string[] = [];
  const real = { describe: globalThis.describe, test: globalThis.test, env: process.env };
  const record = (kind: string) => (name: string) => lines.push(`${kind}: ${name}`);
  const inner = (name: string, tests: () => void): void => {
    lines.push(`describe: ${name}`);
    tests();
  };
  const failing = (name: string, body: () => void): void => {
    try {
      body();
      lines.push(`passed: ${name}`);
    } catch (error) {
      lines.push(`failed: ${name}: ${String(error)}`);
    }
  };
  Object.assign(globalThis, { describe: inner, test: Object.assign(failing, { skip: record("skipped") }) });
  process.env = { ...environment };
  try {
    describeWithEngine("suite", () => lines.push("the tests are there"));
  } finally {
    Object.assign(globalThis, { describe: real.describe, test: real.test });
    process.env = real.env;
  }
  return lines;
}

test("with a CLI the tests are there", () => {
  expect(told({ [ENGINE_FOUND]: "/opt/pulumi/bin/pulumi" })).toEqual([
    "describe: suite",
    "the tests are there",
  ]);
});

test("without a CLI they are skipped with the reason", () => {
  expect(told({ [ENGINE_MISSING]: "no Go" })).toEqual(["describe: suite", "skipped: no Go"]);
});

test("without a CLI they fail with the reason under CI=true", () => {
  expect(told({ [ENGINE_MISSING]: "no Go", CI: "true" })).toEqual(["failed: suite: Error: no Go"]);
});
