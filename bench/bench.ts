/*
 * `npm run bench`: what this program costs beside a flat one with the same resources, as ratios of runs taken in turn.
 * Nothing here decides whether a build passes: machines differ, and drift while they run.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { LocalWorkspace, type PulumiCommand, type PulumiFn } from "@pulumi/pulumi/automation";
import Table from "cli-table3";
import { serveAzure } from "../rehearsal/azure";
import { findEngine } from "../rehearsal/engine";
import { serveGuardrails } from "../rehearsal/guardrails";
import { engineEnvironment, rehearse, type RehearseOptions } from "../rehearsal/life-cycle";
import { readProject, requiredPulumiVersion } from "../rehearsal/project";
import { acceptsSetting, assumedBy } from "../rehearsal/stack-settings";
import { LIMITS } from "../workflow";
import { criticalPath } from "./critical-path";
import { countEdits, EDITS } from "./edits";
import { flatProgram, rawResources, templateProgram } from "./flat";
import type { ManyApisFigures } from "./many-apis";
import { workflowTime } from "./workflows";

const PROJECT = join(__dirname, "..");
const RUNS = 5;
const STACKS = ["dev", "prod"] as const;

/** Two seconds stand for a minute of Azure, so that the engine's own time, two seconds as well, is small beside forty. */
const MILLISECONDS_PER_MINUTE = 2000;

interface Row {
  readonly figure: string;
  readonly measured: string;
  readonly aim: string;
}

/** Stops at the first phase that does not hold: its time would mean nothing. */
async function run(command: PulumiCommand, stack: string, options: Partial<RehearseOptions>) {
  const report = await rehearse({
    command,
    program: program(),
    projectFolder: PROJECT,
    stack,
    write: () => undefined,
    accepts: acceptsSetting,
    prerequisites: assumedBy,
    ...options,
  });
  const failure = report.phases.flatMap(({ failures }) => failures)[0];
  if (failure) throw new Error(`${stack}: expected that ${failure.expected}; ${failure.happened.join("; ")}`);
  return report;
}

function program(): PulumiFn {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the engine loads it
  return require("../index") as PulumiFn;
}

async function previewSeconds(
  command: PulumiCommand,
  stack: string,
  options: Partial<RehearseOptions>,
): Promise<number> {
  const { phases } = await run(command, stack, { ...options, until: "preview" });
  return phases[0]?.seconds ?? Number.NaN;
}

/** The median of the ratios of runs taken in turn, so that a machine that slows down slows both. */
async function pairwise(first: () => Promise<number>, second: () => Promise<number>): Promise<number> {
  await first();
  await second();
  const ratios: number[] = [];
  for (let index = 0; index < RUNS; index++) ratios.push((await first()) / (await second()));
  return median(ratios);
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function againstFlat(command: PulumiCommand, stack: string, stateFile: string): Promise<Row> {
  const flat = flatProgram(await rawResources(stateFile));
  const ratio = await pairwise(
    () => previewSeconds(command, stack, {}),
    () => previewSeconds(command, stack, { program: flat }),
  );
  return { figure: `preview of ${stack} / flat program`, measured: ratio.toFixed(2), aim: "at most 1.2" };
}

interface ProcessFigures {
  readonly seconds: number;
  readonly megabytes: number;
}

/** Our program as Pulumi starts it, beside the flat one written like Pulumi's template: whole SDK, types checked. */
async function againstTemplate(command: PulumiCommand, stateFile: string): Promise<Row[]> {
  // Inside the project, so that its packages are found.
  const folder = await mkdtemp(join(PROJECT, ".rehearsal"));
  const { environment, close } = await serveAzure({ stateFile: join(folder, "azure.json") });
  try {
    const entry = join(folder, "index.ts");
    await writeFile(entry, templateProgram(await rawResources(stateFile)));
    const tsconfig = join(folder, "tsconfig.json");
    await writeFile(tsconfig, JSON.stringify({ extends: "../tsconfig.json", include: ["index.ts"] }));
    const { name, files } = await readProject({ folder: PROJECT, stack: "dev", accepts: acceptsSetting });
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    await mkdir(join(folder, "backend"));
    const envVars = { ...environment, ...engineEnvironment(pathToFileURL(join(folder, "backend")).href) };
    await LocalWorkspace.createStack(
      { stackName: "dev", projectName: name, program: program() },
      { workDir: folder, pulumiCommand: command, envVars },
    );
    const PATH = `${dirname(command.command)}${delimiter}${process.env.PATH ?? ""}`;
    const start = async (...args: readonly string[]): Promise<ProcessFigures> => {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [join(__dirname, "program-process.js"), folder, "dev", ...args],
        {
          cwd: PROJECT,
          // An empty cache: what a pull request's check of the template finds. Ours needs none.
          env: {
            ...process.env,
            ...envVars,
            PATH,
            TS_NODE_CACHE_DIRECTORY: await mkdtemp(join(folder, "cache")),
          },
        },
      );
      return JSON.parse(stdout) as ProcessFigures;
    };
    const pairs: [ProcessFigures, ProcessFigures][] = [];
    for (let index = 0; index < 3; index++) {
      pairs.push([await start("main.js"), await start(entry, tsconfig)]);
    }
    const ratio = (figure: keyof ProcessFigures) =>
      median(pairs.map(([ours, theirs]) => ours[figure] / theirs[figure])).toFixed(2);
    return [
      {
        figure: "time of the program's process / template style",
        measured: ratio("seconds"),
        aim: "at most 0.4",
      },
      {
        figure: "memory of the program's process / template style",
        measured: ratio("megabytes"),
        aim: "at most 0.3",
      },
    ];
  } finally {
    await close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** How much longer an `up` of prod takes than the longest chain of creates that Azure itself imposes. */
async function againstAzure(command: PulumiCommand): Promise<Row> {
  let row: Row | undefined;
  await run(command, "prod", {
    until: "up",
    millisecondsPerMinute: MILLISECONDS_PER_MINUTE,
    after: (phase, azure) => {
      if (phase !== "up") return;
      const { makespan, longestChain, chain } = criticalPath(
        azure.log,
        azure,
        (token) => azure.type(token),
        MILLISECONDS_PER_MINUTE,
      );
      const names = chain.map((id) => id.split("/").at(-1)).join(" → ");
      row = {
        figure: `makespan of an up of prod / longest chain of Azure\n(${makespan.toFixed(1)} of ${longestChain.toFixed(1)} minutes: ${names})`,
        measured: (makespan / longestChain).toFixed(2),
        aim: "at most 1.05",
      };
    },
  });
  if (!row) throw new Error("prod was not deployed");
  return row;
}

/**
 * Node lets garbage lie until the heap is near a limit that it takes from the machine's memory: with gigabytes free, the peak
 * tells nothing of what is needed. This limit is what a process of ours must do with, in MB.
 */
const HEAP_LIMIT = 900;

/** A process of `many-apis.ts`: what is measured must not stand on what was measured before. */
async function manyApis(
  args: readonly string[],
  nodeOptions: readonly string[] = [`--max-old-space-size=${HEAP_LIMIT}`],
): Promise<ManyApisFigures> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [require.resolve("tsx/cli"), join(__dirname, "many-apis.ts"), ...args],
    { cwd: PROJECT, maxBuffer: 2 ** 26, env: { ...process.env, NODE_OPTIONS: nodeOptions.join(" ") } },
  );
  return JSON.parse(stdout) as ManyApisFigures;
}

/** Whether a gateway of many APIs costs more for each of them than one of few. */
async function scale(folder: string): Promise<Row[]> {
  const few: number[] = [];
  const many: number[] = [];
  let megabytes = 0;
  for (let index = 0; index < 3; index++) {
    const empty = await manyApis(["0", "preview"]);
    const small = await manyApis(["50", "preview"]);
    const large = await manyApis(["500", "preview"]);
    few.push((small.seconds - empty.seconds) / 50);
    many.push((large.seconds - empty.seconds) / 500);
    megabytes = Math.max(megabytes, large.megabytes);
  }
  const state = join(folder, "many-apis.json");
  const ours = await manyApis(["500", "up", state]);
  const flat = await manyApis([`flat:${state}`, "up"], []);
  return [
    {
      figure: `preview of one of 500 APIs / one of 50\n(${(median(many) * 1000).toFixed(0)} ms, ${(median(few) * 1000).toFixed(0)} ms)`,
      measured: (median(many) / median(few)).toFixed(2),
      aim: "at most 1.2",
    },
    {
      figure: `peak memory of a preview of 500 APIs\n(heap limited to ${HEAP_LIMIT} MB)`,
      measured: `${megabytes.toFixed(0)} MB`,
      aim: "under 1,200 MB",
    },
    {
      figure: `up of 500 APIs / flat program\n(${ours.seconds.toFixed(0)} s, ${flat.seconds.toFixed(0)} s)`,
      measured: (ours.seconds / flat.seconds).toFixed(2),
      aim: "at most 1.2",
    },
    {
      figure: `peak memory of an up of 500 APIs\n(heap limited to ${HEAP_LIMIT} MB)`,
      measured: `${ours.megabytes.toFixed(0)} MB`,
      aim: "under 1,200 MB",
    },
  ];
}

/** Whether a workflow of as many actions as Azure takes costs more for each of them than a small one. */
function workflows(): Row[] {
  const [few, many] = [workflowTime(50), workflowTime(LIMITS.actions)];
  return [
    {
      figure: `building and checking a workflow of ${LIMITS.actions} actions`,
      measured: `${many.toFixed(1)} ms`,
      aim: "under 50 ms",
    },
    {
      figure: `that time for each action / with 50 actions`,
      measured: (many / LIMITS.actions / (few / 50)).toFixed(2),
      aim: "at most 1.2",
    },
  ];
}

/** What the guardrails add to a rehearsal: to start the pack, and to judge. */
async function againstUnguarded(command: PulumiCommand): Promise<Row> {
  const seconds = async (options: Partial<RehearseOptions>) => {
    const started = performance.now();
    await run(command, "prod", options);
    return (performance.now() - started) / 1000;
  };
  const ratio = await pairwise(
    () => seconds({ guardrails: (folder) => serveGuardrails(PROJECT, "prod", folder) }),
    () => seconds({}),
  );
  return {
    figure: "rehearsal of prod with guardrails / without",
    measured: ratio.toFixed(2),
    aim: "at most 1.25",
  };
}

/** What an edit of one thing does to Azure. */
async function edits(command: PulumiCommand): Promise<Row[]> {
  return [...(await countEdits(command))].map(([edit, operations]) => ({
    figure: `an edit of ${edit}`,
    measured: operations.join(", "),
    aim: EDITS[edit]?.operations.join(", ") ?? "",
  }));
}

/** The whole rehearsal, as the README's command runs it. */
async function wholeRehearsal(stack: string, aim: string): Promise<Row> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [require.resolve("tsx/cli"), join(PROJECT, "rehearsal", "rehearse.ts"), stack],
    { cwd: PROJECT, maxBuffer: 2 ** 26 },
  );
  const seconds = /held: \d+ phases in ([\d.]+) s/.exec(stdout)?.[1] ?? "?";
  const memory = /peak memory of this process: (\d+) MB/.exec(stdout)?.[1] ?? "?";
  return { figure: `npm run rehearse -- ${stack}`, measured: `${seconds} s, ${memory} MB`, aim };
}

async function main(): Promise<void> {
  const required = requiredPulumiVersion(await readFile(join(PROJECT, "Pulumi.yaml"), "utf8"));
  const { command } = await findEngine({ requiredVersion: required, print: console.log });
  const folder = await mkdtemp(join(tmpdir(), "bench-"));
  try {
    const rows: Row[] = [];
    rows.push(...workflows(), ...(await edits(command)), ...(await scale(folder)));
    for (const stack of STACKS) {
      const stateFile = join(folder, `${stack}.json`);
      await run(command, stack, { until: "up", exportFile: stateFile });
      rows.push(await againstFlat(command, stack, stateFile));
    }
    rows.push(...(await againstTemplate(command, join(folder, "prod.json"))));
    rows.push(await againstAzure(command), await againstUnguarded(command));
    rows.push(
      await wholeRehearsal("dev", "at most 20 s, 700 MB"),
      await wholeRehearsal("prod", "at most 40 s, 700 MB"),
    );

    const table = new Table({
      head: ["figure", "measured", "aim"],
      colWidths: [58, 24, 24],
      wordWrap: true,
      style: { head: [], border: [] },
    });
    for (const { figure, measured, aim } of rows) table.push([figure, measured, aim]);
    console.log(table.toString());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
