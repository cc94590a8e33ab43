import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

describe("the program", () => {
  it("is a function, as of anything else the engine deploys nothing and deletes what stands", () => {
    // The engine loads it by require, so that is how it is looked at here.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    expect(typeof require("../index")).toBe("function");
  });

  it("is one as well where Pulumi's own ts-node compiles it, with the tsconfig that Pulumi.yaml names", async () => {
    const script = `
      require("./bench/register-typescript").registerTypeScript("tsconfig.pulumi.json");
      process.stdout.write(typeof require("./index"));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--eval", script], {
      cwd: join(__dirname, ".."),
    });
    expect(stdout).toBe("function");
  });
});
