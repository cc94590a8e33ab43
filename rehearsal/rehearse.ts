import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { type Fault, parseFault } from "./azure";
import { findEngine } from "./engine";
import { type Kept, rehearse } from "./life-cycle";
import { requiredPulumiVersion } from "./project";
import { acceptsSetting, assumedBy } from "./stack-settings";
import { summarise } from "./summary";
import { exportLines } from "./shell";

const HELP = `Rehearses the whole life of a stack on the real Pulumi engine against a simulated Azure: preview, up, a second
up and a refresh that must change nothing, destroy. Needs no Azure account; the stack's files stay as they are.

usage: npm run rehearse -- <stack> [options]

  <stack>                      e.g. dev: the stack of Pulumi.dev.yaml
  --plan                       stop after the preview
  --keep                       stop before the destroy, keep everything, and say how to go on
  --export FILE                write the deployed state, secrets encrypted, as \`pulumi stack export\` does
  --fault TYPE:OPERATION:CODE[:accepted][:TIMES]
                               let Azure refuse an operation, once or TIMES times, at once or after it was accepted, e.g.
                               azure-native:apimanagement:Api:create:PessimisticConcurrencyConflict; repeatable
  --help                       this text

Exit code: 0 if every phase held, 1 if not, 2 for a wrong command line, 130 if interrupted.`;

/** What the command line asks for. */
interface Command {
  readonly stack: string;
  readonly plan: boolean;
  readonly keep: boolean;
  readonly exportFile?: string;
  readonly faults: readonly Fault[];
}

/** @throws Error with what is wrong; `undefined` stands for `--help` */
function readCommand(args: readonly string[]): Command | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      plan: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      export: { type: "string" },
      fault: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return undefined;
  const [stack, ...more] = positionals;
  if (stack === undefined || more.length > 0) throw new Error("name one stack, e.g. dev");
  if (values.plan && values.export !== undefined)
    throw new Error("--plan deploys nothing that --export could write");
  return {
    stack,
    plan: values.plan,
    keep: values.keep,
    faults: values.fault.map(parseFault),
    ...(values.export === undefined ? {} : { exportFile: values.export }),
  };
}

async function main(): Promise<number> {
  let command: Command | undefined;
  try {
    command = readCommand(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    return 2;
  }
  if (command === undefined) {
    console.log(HELP);
    return 0;
  }

  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      interruption.abort();
    });
  }
  const projectFolder = join(__dirname, "..");
  const colour = process.stdout.isTTY;
  try {
    const engine = await findEngine({
      requiredVersion: requiredPulumiVersion(await readFile(join(projectFolder, "Pulumi.yaml"), "utf8")),
      print: (line) => {
        console.log(line);
      },
      ...(colour ? { tick: (seconds) => process.stdout.write(`\r  ${seconds} s\r`) } : {}),
    });
    const { stack, plan, keep, exportFile, faults } = command;
    const report = await rehearse({
      command: engine.command,
      program: await loadProgram(),
      projectFolder,
      stack,
      write: (text) => process.stdout.write(text),
      colour,
      accepts: acceptsSetting,
      prerequisites: assumedBy,
      faults,
      until: plan ? "preview" : keep ? "refresh" : "destroy",
      keep,
      ...(exportFile === undefined ? {} : { exportFile }),
      signal: interruption.signal,
    });
    // In kilobytes on every platform: https://nodejs.org/api/process.html#processresourceusage
    console.log(summarise(report, { colour, peakMemory: process.resourceUsage().maxRSS * 1024 }));
    if (report.kept !== undefined) console.log(howToGoOn(report.kept, stack));
    return report.held ? 0 : 1;
  } catch (error) {
    if (interruption.signal.aborted) {
      console.error("Interrupted: the engine is stopped, and the throw-away stack and its files are gone.");
      return 130;
    }
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
}

/** The same value that `pulumi up` runs. Loaded late: it takes a second, which `--help` and a wrong command need not. */
async function loadProgram(): Promise<PulumiFn> {
  const { default: program }: { default: unknown } = await import("../index");
  if (typeof program !== "function") throw new Error("index.ts must be `export = async () => { … }`");
  return program as PulumiFn;
}

function howToGoOn({ folder, stateFile, backendUrl, stackFile }: Kept, stack: string): string {
  return [
    `Everything stands in ${folder}. To go on, in one terminal:`,
    `  npm run azure -- --state ${stateFile}`,
    "and in another, with the line PULUMI_DEBUG_PROVIDERS that it prints:",
    ...exportLines(backendUrl).map((line) => `  ${line}`),
    `  pulumi up --stack ${stack} --config-file ${stackFile}`,
    `When you are done: rm -r ${folder}`,
  ].join("\n");
}

void main().then((code) => {
  process.exitCode = code;
});
