import { execFile, spawn } from "node:child_process";
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

/** The version of Go on `PATH`, e.g. `go1.25.0`; `undefined` where there is none. */
export async function goVersion(): Promise<string | undefined> {
  try {
    return (await promisify(execFile)("go", ["env", "GOVERSION"])).stdout.trim();
  } catch {
    return undefined;
  }
}

/** A program of a Go module. */
export interface GoProgram {
  readonly module: string;
  /** Without a leading `v`. */
  readonly version: string;
  /** Folder of the program in the module, e.g. `cmd/pulumi`. */
  readonly package: string;
  /** The module's own replace directives, which a module that requires it must repeat. @default none */
  readonly replace?: readonly string[];
  /** What the linker writes into it. @default nothing */
  readonly stamp?: string;
  /** The file that is written. */
  readonly target: string;
}

/**
 * Builds a program from its module, which comes from the module proxy.
 *
 * @throws Error with the compiler's last lines
 */
export async function goBuild(program: GoProgram): Promise<void> {
  const { module, version, replace = [], stamp = "", target } = program;
  const folder = await mkdtemp(join(tmpdir(), "go-build-"));
  try {
    await writeFile(
      join(folder, "go.mod"),
      [
        "module build",
        "go 1.24",
        `require ${module} v${version}`,
        ...replace.map((directive) => `replace ${directive}`),
        "",
      ].join("\n"),
    );
    const args = ["build", "-mod=mod", "-ldflags", `-s -w ${stamp}`.trim(), "-o", target];
    await runQuietly("go", [...args, `${module}/${program.package}`], folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An executable appears under its name only when it is whole: a run that is broken off leaves nothing that looks like one. */
export async function onceWhole(file: string, build: (target: string) => Promise<void>): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const unfinished = await mkdtemp(join(folder, ".building-"));
  try {
    const target = join(unfinished, basename(file));
    await build(target);
    await chmod(target, 0o755);
    await rename(target, file);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** Runs a program that is silent when all is well; its last lines make the error when not. */
function runQuietly(program: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, CGO_ENABLED: "0" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const lines: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      lines.push(...chunk.split("\n").filter((line) => line.trim() !== ""));
      lines.splice(0, lines.length - 5);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else
        reject(
          new Error(`${program} ${args[0] ?? ""} ended with ${code ?? "a signal"}: ${lines.join(" | ")}`),
        );
    });
  });
}
