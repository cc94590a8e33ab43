import { readFile } from "node:fs/promises";
import { findEngine } from "../rehearsal/engine";
import { requiredPulumiVersion } from "../rehearsal/project";
import { ENGINE_FOUND, ENGINE_MISSING } from "./engine";

/** Finds or installs the Pulumi CLI once, before any test file: a test file cannot wait for a build of some minutes. */
module.exports = async (): Promise<void> => {
  try {
    const requiredVersion = requiredPulumiVersion(await readFile("Pulumi.yaml", "utf8"));
    const engine = await findEngine({
      requiredVersion,
      print: (line) => process.stderr.write(`${line}\n`),
    });
    process.env[ENGINE_FOUND] = engine.command.command;
  } catch (error) {
    process.env[ENGINE_MISSING] = error instanceof Error ? error.message : String(error);
  }
};
