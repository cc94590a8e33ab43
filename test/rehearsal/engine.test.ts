import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import * as semver from "semver";
import { CLI_VERSION, type EngineProbes, findEngine } from "../../rehearsal/engine";

let versions: string;
let printed: string[];

beforeEach(async () => {
  versions = await mkdtemp(join(tmpdir(), "engine-test-"));
  printed = [];
});
afterEach(() => rm(versions, { recursive: true }));

/** A CLI as the Automation API describes it; `PulumiCommand` itself has a private constructor. */
function cli(version: string, path: string): PulumiCommand {
  const prototype = PulumiCommand.prototype;
  return Object.assign(Object.create(prototype) as typeof prototype, {
    command: path,
    version: new semver.SemVer(version),
  });
}

/** A machine on which nothing is there and nothing works, but for what a test says. */
function machine(probes: Partial<EngineProbes>): EngineProbes {
  return {
    command: () => Promise.reject(new Error("not found")),
    installed: () => Promise.resolve([]),
    download: () => Promise.reject(new Error("getaddrinfo ENOTFOUND get.pulumi.com")),
    goVersion: () => Promise.resolve(undefined),
    build: () => Promise.reject(new Error("nothing to build with")),
    ...probes,
  };
}

function find(probes: Partial<EngineProbes>, requiredVersion?: string) {
  return findEngine({
    versions,
    probes: machine(probes),
    print: (line) => printed.push(line),
    ...(requiredVersion === undefined ? {} : { requiredVersion }),
  });
}

test("the CLI on PATH comes first", async () => {
  const engine = await find({
    command: (root) => Promise.resolve(root === undefined ? cli("3.260.0", "pulumi") : cli("3.1.0", root)),
    installed: () => Promise.resolve(["3.300.0"]),
  });
  expect(engine).toMatchObject({ way: "on PATH", version: "3.260.0" });
  expect(printed).toEqual(["Pulumi CLI 3.260.0: the one on PATH."]);
});

test("a CLI on PATH that is too old is skipped with a line, and the newest kept release that suits is taken", async () => {
  const engine = await find(
    {
      command: (root) =>
        Promise.resolve(root === undefined ? cli("3.100.0", "pulumi") : cli(root.slice(-7), root)),
      installed: () => Promise.resolve(["3.199.9", "3.201.0", "3.210.0", "not-a-version"]),
    },
    ">=3.200.0",
  );
  expect(engine).toMatchObject({ way: "installed", version: "3.210.0" });
  expect(printed[0]).toBe(
    "Pulumi CLI 3.100.0 is on PATH, but the project requires >=3.200.0: looking further.",
  );
  expect(printed[1]).toBe(`Pulumi CLI 3.210.0: the one in ${join(versions, "3.210.0")}.`);
});

test("a kept release that does not start is passed over", async () => {
  const engine = await find({
    command: (root) =>
      root?.endsWith("3.201.0")
        ? Promise.resolve(cli("3.201.0", root))
        : Promise.reject(new Error("exec format error")),
    installed: () => Promise.resolve(["3.201.0", "3.210.0"]),
  });
  expect(engine.version).toBe("3.201.0");
});

test("with nothing there, the named release is downloaded to where the next run looks", async () => {
  let asked: unknown;
  const engine = await find({
    download: (version, root) => {
      asked = { version, root };
      return Promise.resolve(cli(version, join(root, "bin", "pulumi")));
    },
  });
  expect(engine).toMatchObject({ way: "downloaded", version: CLI_VERSION });
  expect(asked).toEqual({ version: CLI_VERSION, root: join(versions, CLI_VERSION) });
  expect(printed[0]).toContain("downloading it");
  expect(printed[0]).toContain("about a minute");
  expect(printed[1]).toMatch(/downloaded in \d+ s/);
});

test("without internet it is built by Go, and appears under its name only when whole", async () => {
  const bin = join(versions, CLI_VERSION, "bin");
  let seenWhileBuilding: readonly string[] = [];
  let built = false;
  const engine = await find({
    goVersion: () => Promise.resolve("go1.25.0"),
    build: async (_version, target) => {
      await writeFile(target, "the executable");
      seenWhileBuilding = await readdir(bin);
      built = true;
    },
    command: (root) =>
      built && root !== undefined
        ? Promise.resolve(cli(CLI_VERSION, join(root, "bin", "pulumi")))
        : Promise.reject(new Error("not found")),
  });
  expect(engine.way).toBe("built");
  expect(seenWhileBuilding).not.toContain("pulumi");
  expect(await readdir(bin)).toEqual(["pulumi"]);
  expect(await readFile(join(bin, "pulumi"), "utf8")).toBe("the executable");
  expect(printed).toContainEqual(expect.stringContaining("building it from source with go1.25.0"));
  expect(printed).toContainEqual(expect.stringContaining("3 to 5 minutes"));
  expect(printed.at(-1)).toMatch(/built in \d+ s/);
});

test("a build that fails leaves nothing behind and gives the compiler's reason", async () => {
  const failure = find({
    goVersion: () => Promise.resolve("go1.25.0"),
    build: async (_version, target) => {
      await writeFile(target, "half");
      throw new Error("go build ended with 1: dial tcp: no such host");
    },
  });
  await expect(failure).rejects.toThrow(/build from source: go build ended with 1: dial tcp/);
  expect(await readdir(join(versions, CLI_VERSION, "bin"))).toEqual([]);
});

test("no internet and no Go: the error names both failures and both ways out", async () => {
  const failure = find({});
  await expect(failure).rejects.toThrow("download from get.pulumi.com: getaddrinfo ENOTFOUND get.pulumi.com");
  await expect(failure).rejects.toThrow("build from source: Go is not on PATH");
  await expect(failure).rejects.toThrow("https://www.pulumi.com/docs/install/");
  await expect(failure).rejects.toThrow("https://go.dev/dl/");
});

test("a long step ticks in elapsed seconds", async () => {
  const ticks: number[] = [];
  jest.useFakeTimers();
  try {
    await findEngine({
      versions,
      print: () => undefined,
      tick: (seconds) => ticks.push(seconds),
      probes: machine({
        download: async (version, root) => {
          await jest.advanceTimersByTimeAsync(2500);
          return cli(version, root);
        },
      }),
    });
  } finally {
    jest.useRealTimers();
  }
  expect(ticks).toEqual([1, 2]);
});

test("a required version that the installed release does not meet is refused before anything is fetched", async () => {
  await expect(find({}, ">=4.0.0")).rejects.toThrow(
    `requiredPulumiVersion in Pulumi.yaml is >=4.0.0, but the rehearsal installs ${CLI_VERSION}`,
  );
});
