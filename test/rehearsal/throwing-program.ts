import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { findEngine } from "../../rehearsal/engine";
import { rehearse } from "../../rehearsal/life-cycle";

/**
 * Rehearses a program that throws, and prints each phase with what happened in it. A process of its own: the SDK
 * learns of the error by an unhandled rejection, which jest would take for a failed test.
 */
async function main(): Promise<void> {
  const projectFolder = await mkdtemp(join(tmpdir(), "throwing-"));
  try {
    await writeFile(join(projectFolder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
    await writeFile(join(projectFolder, "Pulumi.dev.yaml"), "config: {}\n");
    const { command } = await findEngine({ print: () => undefined });
    const report = await rehearse({
      command,
      projectFolder,
      stack: "dev",
      write: () => undefined,
      program: () =>
        Promise.reject(new pulumi.RunError("The settings of stack dev are not valid: 1 problem")),
    });
    const told = report.phases.map(({ name, failures }) => [
      name,
      failures.flatMap(({ happened }) => happened),
    ]);
    process.stdout.write(JSON.stringify(told));
  } finally {
    await rm(projectFolder, { recursive: true });
  }
}

void main();
