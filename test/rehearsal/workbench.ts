import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { LocalWorkspace, type PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { stringify } from "yaml";
import {
  type LoggedRequest,
  seedPrerequisites,
  serveAzure,
  type SimulatedAzure,
} from "../../rehearsal/azure";
import { inlineProgram } from "../../rehearsal/inline-program";
import { engineEnvironment } from "../../rehearsal/life-cycle";
import { assumedBy } from "../../rehearsal/stack-settings";
import { named, PROJECT } from "../settings/fixtures";

/** Several stacks of one project on one simulated Azure and one backend. */
export interface Workbench {
  readonly azure: SimulatedAzure;
  /** Creates a stack. Its settings are given without the project's name before their keys. */
  readonly stack: (
    name: string,
    settings: Readonly<Record<string, unknown>>,
    program: PulumiFn,
  ) => Promise<Stack>;
  /** Writes the settings of a stack anew. */
  readonly configure: (name: string, settings: Readonly<Record<string, unknown>>) => Promise<void>;
  /** The state that the backend holds for a stack, to the letter. */
  readonly state: (name: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Puts into Azure what settings, given without the project's name before their keys, say stands there already. */
export function seedAssumed(azure: SimulatedAzure, settings: Readonly<Record<string, unknown>>): void {
  const { resources, principals = [] } = assumedBy(named(settings), PROJECT);
  seedPrerequisites(azure, resources);
  for (const principal of principals) azure.admit(principal);
}

/** What was written since a place in the log, rather than read or looked up. */
export function writes(azure: SimulatedAzure, from: number): LoggedRequest[] {
  return azure.log.slice(from).filter(({ operation }) => operation !== "read" && operation !== "invoke");
}

/** @param millisecondsPerMinute how many real milliseconds stand for a minute of the real Azure; by default none */
export async function openWorkbench(command: PulumiCommand, millisecondsPerMinute = 0): Promise<Workbench> {
  const workDir = await mkdtemp(join(tmpdir(), "workbench-"));
  const backend = join(workDir, "backend");
  await mkdir(backend);
  await writeFile(join(workDir, "Pulumi.yaml"), `name: ${PROJECT}\nruntime: nodejs\n`);
  const { azure, environment, close } = await serveAzure({
    stateFile: join(workDir, "azure.json"),
    millisecondsPerMinute,
  });
  const envVars = { ...environment, ...engineEnvironment(pathToFileURL(backend).href) };
  const configure: Workbench["configure"] = async (name, settings) => {
    await writeFile(join(workDir, `Pulumi.${name}.yaml`), stringify({ config: named(settings) }));
  };
  return {
    azure,
    configure,
    stack: async (name, settings, program) => {
      await configure(name, settings);
      return LocalWorkspace.createStack(
        { stackName: name, projectName: PROJECT, program: inlineProgram(program) },
        { workDir, pulumiCommand: command, envVars },
      );
    },
    state: (name) => readFile(join(backend, ".pulumi", "stacks", PROJECT, `${name}.json`), "utf8"),
    close: async () => {
      await close();
      await rm(workDir, { recursive: true });
    },
  };
}
