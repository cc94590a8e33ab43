import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { type Command, HELP, readCommand } from "./command-line";
import { findEngine } from "./engine";
import { assess, complianceReport, complianceSarif } from "./compliance";
import { guardrailConfiguration, serveGuardrails } from "./guardrails";
import { type Kept, rehearse, type Report } from "./life-cycle";
import { requiredPulumiVersion } from "./project";
import { acceptsSetting, assumedBy } from "./stack-settings";
import { summarise } from "./summary";
import { exportLines } from "./shell";

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
    const { stack, plan, keep, exportFile, reportFolder, faults } = command;
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
      guardrails: (folder) => serveGuardrails(projectFolder, stack, folder),
      until: plan ? "preview" : keep ? "refresh" : "destroy",
      keep,
      ...(exportFile === undefined ? {} : { exportFile }),
      signal: interruption.signal,
    });
    // In kilobytes on every platform: https://nodejs.org/api/process.html#processresourceusage
    console.log(summarise(report, { colour, peakMemory: process.resourceUsage().maxRSS * 1024 }));
    if (reportFolder !== undefined) await writeCompliance(report, projectFolder, reportFolder);
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

/** Writes what the guardrails say of what was deployed, or announced where they refused it. */
async function writeCompliance(report: Report, projectFolder: string, folder: string): Promise<void> {
  const { stack } = report;
  const assessments = assess(report, await guardrailConfiguration(projectFolder, stack), new Date());
  await mkdir(folder, { recursive: true });
  const file = join(folder, `guardrails-${stack}`);
  await writeFile(`${file}.md`, complianceReport(stack, assessments));
  await writeFile(`${file}.sarif`, JSON.stringify(complianceSarif(stack, assessments), undefined, 2));
  console.log(`What the guardrails say of ${stack}: ${file}.md, ${file}.sarif`);
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
    `  npm run azure -- --stack ${stack} --state ${stateFile}`,
    "and in another, with the line PULUMI_DEBUG_PROVIDERS that it prints:",
    ...exportLines(backendUrl).map((line) => `  ${line}`),
    `  pulumi up --stack ${stack} --config-file ${stackFile}`,
    `When you are done: rm -r ${folder}`,
  ].join("\n");
}

void main().then((code) => {
  process.exitCode = code;
});
