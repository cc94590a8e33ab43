import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import * as semver from "semver";
import { goBuild, goVersion, onceWhole } from "./go-build";

/** The release that is fetched where no Pulumi CLI is there. Every way but `PATH` leads to it, or to a newer one. */
export const CLI_VERSION = "3.259.0";

const EXECUTABLE = process.platform === "win32" ? "pulumi.exe" : "pulumi";

/** The Pulumi CLI that runs a rehearsal. */
export interface Engine {
  /** What the Automation API starts. */
  readonly command: PulumiCommand;
  /** Without a leading `v`, e.g. `3.259.0`. */
  readonly version: string;
  /** Which of the four ways led to it. */
  readonly way: "on PATH" | "installed" | "downloaded" | "built";
}

/** What {@link findEngine} does to the machine. Tests hand in others, so that they need neither network nor Go. */
export interface EngineProbes {
  /** The CLI on `PATH` (no root), or below `root`; throws where there is none. */
  command(root?: string): Promise<PulumiCommand>;
  /** Names of the folders in `~/.pulumi/versions`; none where that does not exist. */
  installed(versions: string): Promise<readonly string[]>;
  /** Fetches a release into `root`; throws where there is no internet. */
  download(version: string, root: string): Promise<PulumiCommand>;
  /** The version of Go, e.g. `go1.25.0`; `undefined` where there is none. */
  goVersion(): Promise<string | undefined>;
  /** Builds the CLI of this version from its Go module into the file `target`; throws with the compiler's last lines. */
  build(version: string, target: string): Promise<void>;
}

/** Options of {@link findEngine}. */
export interface EngineOptions {
  /** The range in Pulumi.yaml's `requiredPulumiVersion`, e.g. `>=3.200.0`. @default any version */
  readonly requiredVersion?: string;
  /** Receives each line of progress. */
  readonly print: (line: string) => void;
  /** Receives the elapsed whole seconds of a long step, for a terminal that can overwrite its line. @default nothing */
  readonly tick?: (seconds: number) => void;
  /** Where releases are kept. @default `~/.pulumi/versions` */
  readonly versions?: string;
  /** @default the real machine */
  readonly probes?: EngineProbes;
}

/**
 * Finds the Pulumi CLI, or installs it: on `PATH`, in `~/.pulumi/versions`, by download, by `go build`.
 *
 * What is installed stays in `~/.pulumi/versions/<version>`, where the next run finds it at once.
 *
 * @throws Error where no way leads to a CLI; the message says why each failed, and the two ways out
 */
export async function findEngine(options: EngineOptions): Promise<Engine> {
  const {
    print,
    requiredVersion = "*",
    versions = join(homedir(), ".pulumi", "versions"),
    probes = MACHINE,
  } = options;
  const suits = (version: string) => semver.satisfies(version, requiredVersion, { includePrerelease: true });
  if (!suits(CLI_VERSION)) {
    throw new Error(
      `requiredPulumiVersion in Pulumi.yaml is ${requiredVersion}, but the rehearsal installs ${CLI_VERSION}.\n` +
        `  fix: make the range admit ${CLI_VERSION}, or change CLI_VERSION in rehearsal/engine.ts`,
    );
  }

  const onPath = await attempt(() => probes.command());
  if (onPath.ok) {
    const version = versionOf(onPath.value);
    if (suits(version)) {
      print(`Pulumi CLI ${version}: the one on PATH.`);
      return { command: onPath.value, version, way: "on PATH" };
    }
    print(`Pulumi CLI ${version} is on PATH, but the project requires ${requiredVersion}: looking further.`);
  }

  const kept = (await probes.installed(versions)).filter(
    (name) => semver.valid(name) !== null && suits(name),
  );
  for (const version of semver.rsort([...kept])) {
    const found = await attempt(() => probes.command(join(versions, version)));
    if (found.ok) {
      print(`Pulumi CLI ${version}: the one in ${join(versions, version)}.`);
      return { command: found.value, version, way: "installed" };
    }
  }

  const root = join(versions, CLI_VERSION);
  print(
    `Pulumi CLI ${CLI_VERSION}: not on this machine; downloading it into ${root} (once, about a minute).`,
  );
  const started = Date.now();
  const downloaded = await timed(options.tick, () => attempt(() => probes.download(CLI_VERSION, root)));
  if (downloaded.ok) {
    print(`Pulumi CLI ${CLI_VERSION}: downloaded in ${seconds(started)} s.`);
    return { command: downloaded.value, version: versionOf(downloaded.value), way: "downloaded" };
  }
  print(`Pulumi CLI ${CLI_VERSION}: the download failed (${downloaded.reason}).`);

  const go = await probes.goVersion();
  if (go === undefined) throw noWayOut(downloaded.reason, "Go is not on PATH");
  print(
    `Pulumi CLI ${CLI_VERSION}: building it from source with ${go} into ${root} (once, 3 to 5 minutes on 2 cores).`,
  );
  const buildStarted = Date.now();
  const built = await timed(options.tick, () => attempt(() => buildInto(root, probes)));
  if (!built.ok) throw noWayOut(downloaded.reason, built.reason);
  print(`Pulumi CLI ${CLI_VERSION}: built in ${seconds(buildStarted)} s.`);
  return { command: built.value, version: versionOf(built.value), way: "built" };
}

async function buildInto(root: string, probes: EngineProbes): Promise<PulumiCommand> {
  await onceWhole(join(root, "bin", EXECUTABLE), (target) => probes.build(CLI_VERSION, target));
  return probes.command(root);
}

function noWayOut(download: string, build: string): Error {
  return new Error(
    `There is no Pulumi CLI, and no way to get one.\n` +
      `  download from get.pulumi.com: ${download}\n` +
      `  build from source: ${build}\n` +
      `  fix, either: install Pulumi ${CLI_VERSION} or newer from https://www.pulumi.com/docs/install/ and put it on PATH\n` +
      `  or: install Go from https://go.dev/dl/ and reach a Go module proxy (GOPROXY); the rehearsal then builds the CLI itself`,
  );
}

const MACHINE: EngineProbes = {
  async command(root) {
    // Without this look the error of a missing program would be a page of the Automation API's stack.
    if (root === undefined && !isOnPath()) throw new Error("pulumi is not on PATH");
    return PulumiCommand.get(root === undefined ? {} : { root });
  },
  async installed(versions) {
    return existsSync(versions) ? readdir(versions) : [];
  },
  download(version, root) {
    return PulumiCommand.install({ version: new semver.SemVer(version), root });
  },
  goVersion,
  build: buildWithGo,
};

function isOnPath(): boolean {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .some((folder) => folder !== "" && existsSync(join(folder, EXECUTABLE)));
}

/**
 * `go install module@version` refuses a module with replace directives, and Pulumi's has one: so a module of our own
 * requires it, and repeats the replacement.
 */
function buildWithGo(version: string, target: string): Promise<void> {
  return goBuild({
    module: "github.com/pulumi/pulumi/pkg/v3",
    version,
    package: "cmd/pulumi",
    replace: [
      "github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
    ],
    stamp: `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
    target,
  });
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

async function attempt<T>(action: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await action() };
  } catch (error) {
    return { ok: false, reason: firstLine(error) };
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // The Automation API's command errors begin with `code: -2\n stdout: \n stderr: <what happened>`.
  const told = /stderr: (.+)/.exec(text)?.[1] ?? text.split("\n").find((line) => line.trim() !== "");
  return told?.trim() ?? "no reason given";
}

async function timed<T>(tick: ((seconds: number) => void) | undefined, action: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const timer = setInterval(() => tick?.(Math.round((Date.now() - started) / 1000)), 1000);
  try {
    return await action();
  } finally {
    clearInterval(timer);
  }
}

function versionOf(command: PulumiCommand): string {
  return command.version?.version ?? "0.0.0";
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(0);
}
