import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readConfiguration, type Configuration } from "../policies/guardrails/configuration";

/** The guardrails, as `preview` and `up` of the Automation API are told of them. */
export interface GuardrailOptions {
  readonly policyPacks: string[];
  readonly policyPackConfigs: string[];
}

/** The guardrails, while they are served. */
export interface ServedGuardrails {
  readonly options: GuardrailOptions;
  readonly close: () => void;
}

/** Folder of the pack, below that of the project. */
const PACK = join("policies", "guardrails");

/**
 * The guardrails as the engine starts them itself: with the stack's configuration, where there is one.
 *
 * @throws Error where the configuration is none
 */
export async function guardrailOptions(
  projectFolder: string,
  stack: string,
  pack = join(projectFolder, PACK),
): Promise<GuardrailOptions> {
  await guardrailConfiguration(projectFolder, stack);
  const config = configurationFile(projectFolder, stack);
  return { policyPacks: [pack], policyPackConfigs: existsSync(config) ? [config] : [] };
}

/**
 * Starts the pack of guardrails as the engine would, but once for a whole rehearsal: loading it takes longer than judging by
 * it. The engine is given an executable that answers with the pack's port; it takes one for a pack, as for a provider
 * (https://github.com/pulumi/pulumi, pkg/resource/plugin/analyzer_plugin.go).
 *
 * @param folder for the executable
 * @throws Error where the configuration is none, or the pack does not start, with what it said
 */
export async function serveGuardrails(
  projectFolder: string,
  stack: string,
  folder: string,
): Promise<ServedGuardrails> {
  const executable = join(folder, "guardrails");
  const options = await guardrailOptions(projectFolder, stack, executable);
  // Not by Pulumi's run-policy-pack, which loads the whole TypeScript to translate a pack that was edited.
  const child = spawn(process.execPath, ["--import", "tsx", "index.ts"], {
    cwd: join(projectFolder, PACK),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const port = await portOf(child);
  await writeFile(executable, `#!/bin/sh\necho ${port}\nexec tail -f /dev/null\n`, { mode: 0o700 });
  return {
    options,
    close: () => {
      child.kill();
    },
  };
}

async function portOf(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  child.stderr?.on("data", (data: Buffer) => said.push(data.toString()));
  const ended = once(child, "exit").then(() => {
    throw new Error(`the guardrails do not start: ${said.join("").trim()}`);
  });
  if (child.stdout === null) return ended;
  const first = once(createInterface(child.stdout), "line").then(([line]) => String(line));
  const port = await Promise.race([first, ended]);
  ended.catch(() => undefined);
  return port;
}

/**
 * What the stack's file says of the guardrails; a stack without one has them as they are.
 *
 * @throws Error where the file is no configuration
 */
export async function guardrailConfiguration(projectFolder: string, stack: string): Promise<Configuration> {
  const file = configurationFile(projectFolder, stack);
  return existsSync(file) ? readConfiguration(await readFile(file, "utf8")) : {};
}

function configurationFile(projectFolder: string, stack: string): string {
  return join(projectFolder, PACK, `${stack}.json`);
}
