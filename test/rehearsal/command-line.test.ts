import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Log } from "sarif";
import { GUARDRAILS } from "../../policies/guardrails/table";
import { readCommand } from "../../rehearsal/command-line";
import { describeWithEngine, LIFE_MILLISECONDS } from "../engine";
import { scan, secretsInClear } from "../secrets/scan";

const REHEARSE = join(__dirname, "..", "..", "rehearsal", "rehearse.ts");

let temporaryFolder: string;

beforeEach(async () => {
  temporaryFolder = await mkdtemp(join(tmpdir(), "command-line-test-"));
});
afterEach(() => rm(temporaryFolder, { recursive: true }));

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a script as `npm run` does, with a folder of its own for temporary files. */
function run(script: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, TMPDIR: temporaryFolder };
    execFile(
      process.execPath,
      ["--import", "tsx", script, ...args],
      { env, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : error.code, stdout, stderr });
      },
    );
  });
}

/** What rehearsals left behind; the loader of TypeScript keeps a cache there, too. */
async function left(): Promise<string[]> {
  return (await readdir(temporaryFolder)).filter((name) => name.startsWith("rehearsal-"));
}

test("a command line is read", () => {
  expect(readCommand(["prod"])).toEqual({ stack: "prod", plan: false, keep: false, faults: [] });
  const faults = [
    "azure-native:dns:Zone:create:Conflict",
    "azuread:index:Application:read:TooManyRequests:2",
  ];
  const args = [
    "dev",
    "--keep",
    "--export",
    "state.json",
    "--report",
    "reports",
    ...faults.flatMap((fault) => ["--fault", fault]),
  ];
  expect(readCommand(args)).toMatchObject({
    keep: true,
    exportFile: "state.json",
    reportFolder: "reports",
    faults: [{ code: "Conflict" }, { code: "TooManyRequests", times: 2 }],
  });
  expect(readCommand(["--help"])).toBeUndefined();
});

test.each<[string, readonly string[], string]>([
  ["no stack", [], "name one stack, e.g. dev"],
  ["two stacks", ["dev", "prod"], "name one stack, e.g. dev"],
  ["an unknown option", ["dev", "--kep"], "--kep"],
  ["an export of nothing", ["dev", "--plan", "--export", "state.json"], "--plan deploys nothing"],
  ["a report on nothing", ["dev", "--plan", "--report", "reports"], "--plan deploys nothing"],
  ["a fault that is none", ["dev", "--fault", "dns:Zone:create"], "is not a fault"],
])("%s is refused", (_what, args, message) => {
  expect(() => readCommand(args)).toThrow(message);
});

test("--help explains every option, a wrong command line ends with code 2 and the same help", async () => {
  const [help, wrong] = await Promise.all([run(REHEARSE, "--help"), run(REHEARSE, "--kep")]);
  expect(help.code).toBe(0);
  for (const option of [
    "--plan",
    "--keep",
    "--export FILE",
    "--report FOLDER",
    "--fault TYPE:OPERATION:CODE",
  ]) {
    expect(help.stdout).toContain(option);
  }
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain("--kep");
  expect(wrong.stderr).toContain(help.stdout);
});

describeWithEngine("npm run rehearse", () => {
  test.each([
    ["dev", "API Management Developer, 1 unit", "az keyvault purge"],
    [
      "prod",
      "API Management Premium, 3 units in 2 regions",
      "destroy is refused, because these are protected",
    ],
  ])(
    "%s holds in every phase, shows no secret in its state and leaves no file",
    async (stack, ...expected) => {
      const exported = join(temporaryFolder, "state.json");
      const { code, stdout } = await run(REHEARSE, stack, "--export", exported);
      expect(stdout).toContain(`The rehearsal of ${stack} held`);
      for (const text of expected) expect(stdout).toContain(text);
      expect(code).toBe(0);
      expect(await left()).toEqual([]);
      const state = await readFile(exported, "utf8");
      expect(state).toContain("azure-native:keyvault:Vault");
      expect(await scan([{ where: "state.json", text: state }])).toEqual([]);
      expect(secretsInClear(JSON.parse(state))).toEqual([]);
    },
    LIFE_MILLISECONDS,
  );

  test(
    "--report writes what became of each guardrail, as Markdown and SARIF",
    async () => {
      const folder = join(temporaryFolder, "new", "reports");
      const { code, stdout } = await run(REHEARSE, "dev", "--report", folder);
      expect(code).toBe(0);
      expect(stdout).toContain("What the guardrails say of dev: ");
      expect((await readdir(folder)).sort()).toEqual(["guardrails-dev.md", "guardrails-dev.sarif"]);
      expect(await readFile(join(folder, "guardrails-dev.md"), "utf8")).toMatch(/^# Guardrails of dev\n/);
      const sarif = JSON.parse(await readFile(join(folder, "guardrails-dev.sarif"), "utf8")) as Log;
      expect(sarif).toMatchObject({ version: "2.1.0", runs: [{ results: [] }] });
      expect(sarif.runs[0]?.tool.driver.rules?.map(({ id }) => id)).toEqual(GUARDRAILS.map(({ id }) => id));
    },
    LIFE_MILLISECONDS,
  );

  test("a stack without a file ends with code 1 and says what to do", async () => {
    const { code, stderr } = await run(REHEARSE, "nowhere");
    expect(code).toBe(1);
    expect(stderr).toMatch(/Pulumi\.nowhere\.yaml is not in .*\n {2}fix: /);
  });

  test("Ctrl-C while resources are being created stops the engine and removes the throw-away files", async () => {
    const child = spawn(process.execPath, ["--import", "tsx", REHEARSE, "dev"], {
      env: { ...process.env, TMPDIR: temporaryFolder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    // All that it printed has come by then, which at its exit it need not have.
    const ended = once(child, "close") as Promise<[number | null]>;
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      const before = stdout;
      stdout += chunk.toString();
      if (!before.includes(" creating (") && stdout.includes(" creating (")) child.kill("SIGINT");
    });
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = await ended;
    expect(stderr).toContain("Interrupted");
    expect(code).toBe(130);
    expect(stdout).not.toContain("Destroying");
    expect(await left()).toEqual([]);
  });
});
