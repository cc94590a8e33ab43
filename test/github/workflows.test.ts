import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { CLI_VERSION } from "../../rehearsal/engine";
import { testWithActionlint } from "./actionlint";

const ROOT = join(__dirname, "..", "..");
const WORKFLOWS = join(ROOT, ".github", "workflows");
const ACTION = join(ROOT, ".github", "actions", "prepare", "action.yml");

const step = z.looseObject({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const permissions = z.record(z.string(), z.enum(["read", "write", "none"]));
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency
const concurrency = z.strictObject({
  group: z.string(),
  "cancel-in-progress": z.boolean(),
  queue: z.enum(["single", "max"]).optional(),
});
const job = z.looseObject({
  name: z.string().default(""),
  uses: z.string().optional(),
  if: z.string().default(""),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  permissions: permissions.optional(),
  "timeout-minutes": z.number().optional(),
  environment: z.string().optional(),
  concurrency: concurrency.optional(),
  strategy: z.object({ matrix: z.object({ stack: z.array(z.string()) }) }).optional(),
  with: z.record(z.string(), z.string()).default({}),
  steps: z.array(step).default([]),
});
const workflow = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions,
  concurrency: concurrency.optional(),
  jobs: z.record(z.string(), job),
});
type Job = z.infer<typeof job>;

const NAMES = readdirSync(WORKFLOWS);
const textOf = (name: string) => readFileSync(join(WORKFLOWS, name), "utf8");
const read = (name: string) => workflow.parse(parse(textOf(name)));
const jobsOf = (name: string) =>
  Object.entries(read(name).jobs).map(([key, each]) => ({ key: `${name}: ${key}`, ...each }));
const JOBS = NAMES.flatMap(jobsOf);
const ACTION_STEPS = z
  .object({ runs: z.object({ steps: z.array(step) }) })
  .parse(parse(readFileSync(ACTION, "utf8"))).runs.steps;
const STEPS = [...JOBS.flatMap(({ steps }) => steps), ...ACTION_STEPS];
const STACKS = readdirSync(ROOT).flatMap((name) => /^Pulumi\.(\w+)\.yaml$/.exec(name)?.[1] ?? []);

/** Where a job says that it is not for forks. */
const OWN_BRANCH = "github.event.pull_request.head.repo.full_name == github.repository";

testWithActionlint("the linter of workflows finds nothing", async (actionlint) => {
  const files = NAMES.map((name) => join(WORKFLOWS, name));
  // Shell steps are calls of scripts, which the project's own tools check.
  const { stdout } = await promisify(execFile)(
    actionlint,
    ["-no-color", "-shellcheck=", "-pyflakes=", ...files],
    {
      cwd: ROOT,
    },
  );
  expect(stdout).toBe("");
});

testWithActionlint("the linter of workflows finds a job that there is not", async (actionlint) => {
  const folder = await mkdtemp(join(tmpdir(), "workflow-test-"));
  const file = join(folder, "wrong.yml");
  await writeFile(file, textOf("deploy.yml").replace("needs: dev", "needs: nobody"));
  const linted = promisify(execFile)(actionlint, ["-no-color", file], { cwd: ROOT });
  await expect(linted).rejects.toMatchObject({
    stdout: expect.stringContaining('job "prod" needs job "nobody" which does not exist') as string,
  });
  await rm(folder, { recursive: true });
});

test("every action of others is pinned by its commit, whose release is named", () => {
  const lines = [...NAMES.map(textOf), readFileSync(ACTION, "utf8")].flatMap(
    (text) => text.match(/^.*\buses: .*$/gm) ?? [],
  );
  const others = lines.filter((line) => !line.includes("uses: ./"));
  expect(others.length).toBeGreaterThan(5);
  expect(
    others.filter((line) => !/uses: [\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
  ).toEqual([]);
});

test("an action has one commit everywhere", () => {
  const pinned = STEPS.flatMap(({ uses = "" }) => (uses.includes("@") ? [uses.split("@")] : []));
  const commits = new Map<string, Set<string>>();
  for (const [action = "", commit = ""] of pinned) {
    commits.set(action, (commits.get(action) ?? new Set<string>()).add(commit));
  }
  expect([...commits].filter(([, all]) => all.size > 1)).toEqual([]);
});

test("nothing runs what a fork sends with the rights of the repository", () => {
  for (const name of NAMES) {
    expect(Object.keys(read(name).on)).not.toEqual(expect.arrayContaining(["pull_request_target"]));
    expect(Object.keys(read(name).on)).not.toEqual(expect.arrayContaining(["workflow_run"]));
  }
});

test("every job says what it may do and how long; by default it may do nothing", () => {
  for (const name of NAMES)
    expect({ name, permissions: read(name).permissions }).toEqual({ name, permissions: {} });
  expect(JOBS.filter((each) => each.permissions === undefined).map(({ key }) => key)).toEqual([]);
  const working = JOBS.filter(({ uses }) => uses === undefined);
  expect(working.filter((each) => each["timeout-minutes"] === undefined).map(({ key }) => key)).toEqual([]);
});

test("what may be written is written by one job each", () => {
  const writers = JOBS.flatMap(({ key, uses, permissions = {} }) =>
    uses === undefined
      ? Object.entries(permissions).flatMap(([scope, right]) =>
          right === "write" ? [`${scope}: ${key}`] : [],
        )
      : [],
  );
  expect(writers.sort()).toEqual([
    "id-token: stack.yml: run",
    "issues: drift.yml: finding",
    "pull-requests: pull-request.yml: comment",
    "security-events: check.yml: code-scanning",
  ]);
});

/** The jobs that a workflow starts, those of the workflows that it calls among them, each with the conditions before it. */
function started(
  name: string,
  before: readonly string[] = [],
): (Job & { readonly conditions: readonly string[] })[] {
  return Object.values(read(name).jobs).flatMap((each) => {
    const conditions = [...before, each.if];
    const called = /^\.\/\.github\/workflows\/(.+)$/.exec(each.uses ?? "")?.[1];
    return called === undefined ? [{ ...each, conditions }] : started(called, conditions);
  });
}

test("no job that a fork reaches has a secret, an identity or a right to write", () => {
  const reached = started("pull-request.yml").filter(({ conditions }) =>
    conditions.every((condition) => !condition.includes(OWN_BRANCH)),
  );
  expect(reached.length).toBeGreaterThan(2);
  for (const each of reached) {
    expect(each.permissions).toEqual({ contents: "read" });
    expect(each.environment).toBeUndefined();
    expect(JSON.stringify(each)).not.toMatch(/secrets\.|github\.token|vars\./);
  }
  const own = started("pull-request.yml").filter(({ environment }) => environment !== undefined);
  expect(own).toHaveLength(1);
});

test("pull requests preview and nights compare by identities that only read; only main deploys", () => {
  const uses = JOBS.filter((each) => each.with.operation !== undefined).map(
    ({ key, with: { operation, environment } }) => ({
      key,
      operation,
      environment,
    }),
  );
  expect(uses).toEqual([
    { key: "deploy.yml: dev", operation: "up", environment: "dev" },
    { key: "deploy.yml: prod", operation: "up", environment: "prod" },
    { key: "drift.yml: compare", operation: "drift", environment: "${{ matrix.stack }}-preview" },
    { key: "pull-request.yml: preview", operation: "preview", environment: "${{ matrix.stack }}-preview" },
  ]);
  expect(read("deploy.yml").on).toEqual({ push: { branches: ["main"] }, workflow_dispatch: null });
});

test("an update waits for all others of the same stack, gives way to none, and has time for a gateway", () => {
  const updates = JOBS.filter((each) => each.with.operation === "up");
  expect(updates.map((each) => each.concurrency)).toEqual(
    updates.map((each) => ({
      group: `up-${each.with.stack ?? ""}`,
      "cancel-in-progress": false,
      queue: "max",
    })),
  );
  expect(read("deploy.yml").concurrency).toBeUndefined();
  expect(read("stack.yml").jobs.run?.["timeout-minutes"]).toBeGreaterThanOrEqual(180);
});

test("an update knows all commits, so that it can tell whether one comes after its own", () => {
  const [checkout] = read("stack.yml").jobs.run?.steps ?? [];
  expect(checkout?.uses).toMatch(/^actions\/checkout@/);
  expect(checkout?.with["fetch-depth"]).toBe(0);
});

test("a job that is run again replaces what it left before", () => {
  const uploads = STEPS.filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
  expect(uploads.length).toBeGreaterThan(1);
  expect(uploads.filter((each) => each.with.overwrite !== true)).toEqual([]);
});

test("prod is deployed after dev, and dev after the checks", () => {
  const { dev, prod } = read("deploy.yml").jobs;
  expect([dev?.needs, prod?.needs]).toEqual(["check", "dev"]);
});

test("every stack that has settings is rehearsed, previewed and compared", () => {
  expect(STACKS.sort()).toEqual(["dev", "prod"]);
  for (const { strategy } of JOBS) if (strategy) expect(strategy.matrix.stack).toEqual(STACKS);
  const naming = STEPS.flatMap(
    ({ run = "" }) => /scripts\/(?:comment|finding)\.ts reports (.+)$/.exec(run)?.[1] ?? [],
  );
  expect(naming).toEqual([STACKS.join(" "), STACKS.join(" ")]);
});

test("every shell step is one call of a script that is there", () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")));
  const calls = STEPS.flatMap(({ run }) => run ?? []);
  expect(calls.length).toBeGreaterThan(5);
  const there = (call: string): boolean => {
    if (call.includes("\n")) return false;
    const file = /^npx tsx (\.github\/scripts\/[\w-]+\.ts)( |$)/.exec(call)?.[1];
    if (file !== undefined) return existsSync(join(ROOT, file));
    const script = /^npm (?:run )?([\w:-]+)( |$)/.exec(call)?.[1] ?? "";
    return script === "ci" || script in scripts;
  };
  expect(calls.filter((call) => !there(call))).toEqual([]);
});

test("a pull request passes what .ci/run demands", () => {
  const calls = STEPS.flatMap(({ run }) => run ?? []);
  const demanded = readFileSync(join(ROOT, ".ci", "run"), "utf8").match(/^npm .+$/gm) ?? [];
  expect(demanded).toContain("npm test");
  const done = (line: string) =>
    calls.some((call) => STACKS.some((stack) => call.replace("${{ matrix.stack }}", stack).startsWith(line)));
  expect(demanded.filter((line) => !done(line))).toEqual([]);
});

test("the CLI is the one that rehearsals prove, and Node.js the one that package.json names", () => {
  const inputs = ACTION_STEPS.map((each) => each.with);
  expect(inputs).toContainEqual({ "pulumi-version": CLI_VERSION });
  expect(inputs).toContainEqual(expect.objectContaining({ "node-version-file": "package.json" }));
});

test("a checkout leaves no credential behind", () => {
  const checkouts = STEPS.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkouts.length).toBeGreaterThan(3);
  expect(checkouts.filter((each) => each.with["persist-credentials"] !== false)).toEqual([]);
});

test("the documentation names the checks that every pull request has, and that a fork's has too", () => {
  const called = Object.entries(read("pull-request.yml").jobs).find(([, { uses }]) =>
    uses?.endsWith("/check.yml"),
  );
  const checks = jobsOf("check.yml")
    .filter((each) => !each.if.includes(OWN_BRANCH))
    .flatMap(({ name, strategy }) =>
      (strategy?.matrix.stack ?? [""]).map(
        (stack) => `${called?.[0] ?? ""} / ${name.replace("${{ matrix.stack }}", stack)}`,
      ),
    );
  const docs = readFileSync(join(ROOT, "docs", "pipelines.md"), "utf8");
  expect(docs.match(/(?<=`)check \/ [^`]+(?=`)/g)).toEqual(checks);
});

test("the documentation names every variable and secret that a workflow reads", () => {
  const read = new Set(NAMES.flatMap((name) => textOf(name).match(/\b(?:vars|secrets)\.\w+/g) ?? []));
  const told = readFileSync(join(ROOT, "docs", "pipelines.md"), "utf8").matchAll(
    /^\| `([A-Z_]+)` +\| (variable|secret) of /gm,
  );
  const named = [...told].map(([, name = "", kind]) => `${kind === "secret" ? "secrets" : "vars"}.${name}`);
  expect(named.sort()).toEqual([...read].sort());
});
