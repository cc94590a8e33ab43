import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { promisify } from "node:util";
import * as resources from "@pulumi/azure-native/resources";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { describeWithEngine } from "../engine";

const run = promisify(execFile);
const SERVE = join(__dirname, "..", "..", "rehearsal", "serve.ts");

let folder: string;
let server: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "serve-test-"));
  await writeFile(join(folder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
});
afterEach(async () => {
  server?.kill("SIGKILL");
  await rm(folder, { recursive: true });
});

/** Starts the server as `npm run azure` does; answers the lines that it prints for a shell. */
async function start(): Promise<string> {
  const child = spawn(process.execPath, ["--import", "tsx", SERVE, "--state", join(folder, "azure.json")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  server = child;
  let text = "";
  for await (const chunk of child.stdout) {
    text += String(chunk);
    if (text.includes("Ctrl-C stops it.")) break;
  }
  return text;
}

async function stop(): Promise<number | null> {
  const ended = once(server ?? process, "exit") as Promise<[number | null]>;
  server?.kill("SIGINT");
  const [code] = await ended;
  return code;
}

/** What the lines set in a shell. */
async function environmentOf(lines: string): Promise<Record<string, string>> {
  const { stdout } = await run("sh", ["-c", `${lines}\nexec env -0`], { env: {} });
  const pairs = stdout
    .split("\0")
    .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]);
  return Object.fromEntries(pairs.filter(([name]) => name?.startsWith("PULUMI_"))) as Record<string, string>;
}

describeWithEngine("npm run azure", (engine) => {
  test("its lines point the ordinary pulumi of another process at it, also after a restart", async () => {
    const command = await engine();
    const bin = isAbsolute(command.command) ? dirname(command.command) + delimiter : "";
    const pulumi = (lines: string, args: string) =>
      run("sh", ["-c", `${lines}\nexec pulumi ${args} --stack dev --non-interactive`], {
        cwd: folder,
        env: { ...process.env, PATH: bin + (process.env.PATH ?? "") },
      });

    const lines = await start();
    const stack = await LocalWorkspace.createStack(
      {
        stackName: "dev",
        projectName: "shop",
        program: () => {
          new resources.ResourceGroup("group", { resourceGroupName: "rg-shop", location: "westeurope" });
          return Promise.resolve({});
        },
      },
      { workDir: folder, pulumiCommand: command, envVars: await environmentOf(lines) },
    );
    expect((await stack.up()).summary.resourceChanges).toMatchObject({ create: 2 });
    expect(await stop()).toBe(0);

    const again = await start();
    await pulumi(again, "refresh --yes --skip-preview --expect-no-changes");
    const { stdout } = await pulumi(again, "destroy --yes --skip-preview");
    expect(stdout).toMatch(/2 deleted/);
    expect(await stop()).toBe(0);
  });
});

test("an unknown option is refused with code 2", async () => {
  const refused = run(process.execPath, ["--import", "tsx", SERVE, "--stat", "x"]);
  await expect(refused).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("'--stat'") as string,
  });
});
