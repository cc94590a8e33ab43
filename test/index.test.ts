import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";

const PROJECT = join(__dirname, "..");

describe("the program", () => {
  it("is a function, as of anything else the engine deploys nothing and deletes what stands", () => {
    // The engine loads it by require, so that is how it is looked at here.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    expect(typeof require("../index")).toBe("function");
  });

  /** What Node prints that loads the program as Pulumi does: by the entry point that package.json names. */
  async function asPulumi(script: string): Promise<string> {
    const { stdout } = await promisify(execFile)(process.execPath, ["--eval", script], { cwd: PROJECT });
    return stdout;
  }

  it("is one as well where Pulumi begins, and gets there by no slower compiler", async () => {
    const script = `
      const program = require(".");
      const compilers = Object.keys(require.cache).filter((file) => /[\\\\/](ts-node|tsx)\\b/.test(file));
      process.stdout.write(JSON.stringify([typeof program, compilers]));`;
    expect(JSON.parse(await asPulumi(script))).toEqual(["function", []]);
    const { runtime } = parse(await readFile(join(PROJECT, "Pulumi.yaml"), "utf8")) as { runtime: unknown };
    expect(runtime).toEqual({ name: "nodejs", options: { typescript: false } });
  });

  it("names the line of the TypeScript where it fails", async () => {
    // Outside a deployment there is no stack, so its first statement already fails.
    const stack = await asPulumi(`require(".")().catch(({ stack }) => process.stdout.write(stack));`);
    const lines = (await readFile(join(PROJECT, "index.ts"), "utf8")).split("\n");
    const failing = lines.findIndex((line) => line.includes("registerStackTransformation(")) + 1;
    expect(stack).toMatch(new RegExp(`index\\.ts:${failing}:`));
  });

  it("loads there what it loads late, in files that are named without their extension", async () => {
    const script = `
      require(".");
      const { graphQlContract } = require("./components/contracts");
      graphQlContract("type Query { a: String }", "a.graphql", { title: "A" }).then(() => process.stdout.write("read"));`;
    expect(await asPulumi(script)).toBe("read");
  });
});
