import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeWithEngine } from "../engine";

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

test("--help explains every option", async () => {
  const { code, stdout } = await run(REHEARSE, "--help");
  expect(code).toBe(0);
  for (const option of ["--plan", "--keep", "--export FILE", "--fault TYPE:OPERATION:CODE"]) {
    expect(stdout).toContain(option);
  }
});

test.each<[string, readonly string[], string]>([
  ["no stack", [], "name one stack, e.g. dev"],
  ["two stacks", ["dev", "prod"], "name one stack, e.g. dev"],
  ["an unknown option", ["dev", "--kep"], "--kep"],
  ["an export of nothing", ["dev", "--plan", "--export", "state.json"], "--plan deploys nothing"],
  ["a fault that is none", ["dev", "--fault", "dns:Zone:create"], "is not a fault"],
])("%s is refused with code 2", async (_what, args, message) => {
  const { code, stderr } = await run(REHEARSE, ...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

describeWithEngine("npm run rehearse", () => {
  test.each([
    ["dev", "API Management Developer, 1 unit", "az keyvault purge"],
    [
      "prod",
      "API Management Premium, 3 units in 2 regions",
      "destroy is refused, because these are protected",
    ],
  ])("%s holds in every phase and leaves no file", async (stack, ...expected) => {
    const { code, stdout } = await run(REHEARSE, stack);
    expect(stdout).toContain(`The rehearsal of ${stack} held`);
    for (const text of expected) expect(stdout).toContain(text);
    expect(code).toBe(0);
    expect(await left()).toEqual([]);
  });

  test("a stack without a file ends with code 1 and says what to do", async () => {
    const { code, stderr } = await run(REHEARSE, "nowhere");
    expect(code).toBe(1);
    expect(stderr).toMatch(/Pulumi\.nowhere\.yaml is not in .*\n {2}fix: /);
  });

  test("a program that throws stops at the preview, with its message once", async () => {
    const { code, stdout } = await run(join(__dirname, "throwing-program.ts"));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      ["preview", ["The settings of stack dev are not valid: 1 problem"]],
      ["secrets", []],
    ]);
  });

  test("Ctrl-C while resources are being created stops the engine and removes the throw-away files", async () => {
    const child = spawn(process.execPath, ["--import", "tsx", REHEARSE, "dev"], {
      env: { ...process.env, TMPDIR: temporaryFolder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = once(child, "exit") as Promise<[number | null]>;
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
