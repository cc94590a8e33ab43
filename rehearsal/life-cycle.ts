import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import {
  CommandError,
  type ConfigValue,
  LocalWorkspace,
  type OutputMap,
  type PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { type Fault, seedPrerequisites, serveAzure, type SimulatedAzure } from "./azure";
import type { Properties, StandingPrincipal } from "./azure/resource-type";
import type { ServedGuardrails } from "./guardrails";
import { inlineProgram } from "./inline-program";
import { findLeaks, readFolder, type Secret } from "./leaks";
import { type Configuration, type Project, type ProjectOptions, readProject } from "./project";
import { changes, recordRun, type Run, type Step, surprises, title, type Violation } from "./steps";
import { transcribe, type Transcript } from "./transcript";

/** The steps of a life cycle, in order. */
export type PhaseName =
  "preview" | "up" | "second up" | "refresh" | "destroy of protected resources" | "destroy" | "secrets";

/** What a phase expected and did not get. */
export interface Failure {
  readonly expected: string;
  /** Each thing that happened instead. */
  readonly happened: readonly string[];
  /** What to do, as an imperative. */
  readonly fix: string;
}

/** What came of a phase. */
export interface Phase {
  readonly name: PhaseName;
  readonly seconds: number;
  /** One line for each thing that is now proven. */
  readonly proven: readonly string[];
  readonly failures: readonly Failure[];
}

/** Something that the settings say stands already: it is put into the simulated Azure before the stack. */
export interface Prerequisite {
  readonly token: string;
  readonly inputs: Properties;
  /** Where it stands. @default the subscription that is deployed to */
  readonly subscriptionId?: string;
  /** For the reader, e.g. `key vault contoso-certs in resource group certificates`. */
  readonly description: string;
}

/** What the settings say about the Azure that the stack is deployed to. */
export interface Assumptions {
  /** Id of the subscription, where the settings name it. @default the simulated Azure's own */
  readonly subscriptionId?: string;
  readonly resources: readonly Prerequisite[];
  /** Who is in the directory. @default nobody but the deployer, and what resources bring along */
  readonly principals?: readonly AssumedPrincipal[];
}

/** Somebody who, as the settings say, is in the directory. */
export interface AssumedPrincipal extends StandingPrincipal {
  /** For the reader, as that of a {@link Prerequisite}. */
  readonly description: string;
}

/** Something that Azure still holds after the destroy. */
export interface Remains {
  readonly id: string;
  /** What a person can do, e.g. `purge: az keyvault purge --name kv-orders`. */
  readonly remedy: string;
}

/** Where a kept rehearsal stands. */
export interface Kept {
  /** Holds Pulumi.yaml, the stack file, the backend and the simulated Azure's state file. */
  readonly folder: string;
  readonly stateFile: string;
  readonly backendUrl: string;
  readonly stackFile: string;
}

/** The whole outcome of a rehearsal. */
export interface Report {
  readonly stack: string;
  readonly phases: readonly Phase[];
  /** Whether every phase held. */
  readonly held: boolean;
  /** What the deployment made, or the preview announced where none came to its end, by the engine's own account. */
  readonly resources: readonly Step[];
  readonly outputs: OutputMap;
  readonly assumed: readonly string[];
  readonly remains: readonly Remains[];
  /** What guardrails say of what was announced or deployed. */
  readonly violations: readonly Violation[];
  readonly kept?: Kept;
}

/** Options of {@link rehearse}. */
export interface RehearseOptions {
  readonly command: PulumiCommand;
  /** What `pulumi up` would run. It is called once for each phase that runs the program. */
  readonly program: PulumiFn;
  /** Folder of Pulumi.yaml and Pulumi.<stack>.yaml. Neither is changed. */
  readonly projectFolder: string;
  readonly stack: string;
  /** Receives what is printed, in pieces. */
  readonly write: (text: string) => void;
  /** Whether Pulumi's progress is coloured. @default false */
  readonly colour?: boolean;
  /** Whether a setting may have the value that replaces an encrypted one. @default any text */
  readonly accepts?: ProjectOptions["accepts"];
  /** What stands in Azure before the stack, given the stack's configuration. @default nothing */
  readonly prerequisites?: (configuration: Configuration, project: string) => Assumptions;
  /** What goes wrong in Azure. @default nothing */
  readonly faults?: readonly Fault[];
  /** The last phase on the road; secrets are searched for in any case. @default "destroy" */
  readonly until?: "preview" | "up" | "second up" | "refresh" | "destroy";
  /** Whether the throw-away folder stays. @default false */
  readonly keep?: boolean;
  /** File for the deployed state, as `pulumi stack export` writes it, secrets encrypted. @default none */
  readonly exportFile?: string;
  /** How many milliseconds stand for a minute of Azure. @default what the simulated Azure takes */
  readonly millisecondsPerMinute?: number;
  /** Where the throw-away folder is made. @default the system's folder for temporary files */
  readonly temporaryFolder?: string;
  /** Starts what every deployment must satisfy, given a folder for its files. @default nothing is judged */
  readonly guardrails?: (folder: string) => Promise<ServedGuardrails>;
  /** Stops the rehearsal: the engine is cancelled, the throw-away folder removed. */
  readonly signal?: AbortSignal;
  /** Called after each phase, e.g. to change something behind Pulumi's back. */
  readonly after?: (phase: PhaseName, azure: SimulatedAzure) => void | Promise<void>;
}

/** Encrypts the state of throw-away stacks: it protects nothing that lasts. */
const PASSPHRASE = "rehearsal";

/** What the engine needs to know, beside the address of the simulated Azure, which comes with {@link serveAzure}. */
export function engineEnvironment(backendUrl: string): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: backendUrl,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Else the engine writes the whole state before and after each step (pulumi/pulumi#10668): most of the time with hundreds of
    // resources. Written at the end of an operation, failed or cancelled too, it is lost only if the CLI itself is killed.
    PULUMI_SKIP_CHECKPOINTS: "true",
    // The CLI starts dozens of times in a rehearsal, each time in half of the processor time if it collects less garbage.
    GOGC: "400",
  };
}

/**
 * Runs a stack's whole life on the real Pulumi engine against a simulated Azure: preview, up, a second up and a refresh
 * that must change nothing, destroy. Works on a throw-away copy of the stack's files and a throw-away backend.
 *
 * A phase that does not hold is in the report; it ends the rehearsal only where the next phase has nothing to stand on.
 *
 * @throws Error where the rehearsal cannot begin (no stack file) or is broken off by its signal
 */
export async function rehearse(options: RehearseOptions): Promise<Report> {
  const folder = await mkdtemp(join(options.temporaryFolder ?? tmpdir(), "rehearsal-"));
  let kept = false;
  try {
    const report = await rehearseIn(folder, options);
    kept = options.keep === true;
    return report;
  } finally {
    if (!kept) await rm(folder, { recursive: true, force: true });
  }
}

async function rehearseIn(folder: string, options: RehearseOptions): Promise<Report> {
  const { stack: stackName, projectFolder, accepts, faults, millisecondsPerMinute } = options;
  const project = await readProject({
    folder: projectFolder,
    stack: stackName,
    ...(accepts === undefined ? {} : { accepts }),
  });
  for (const [name, text] of Object.entries(project.files)) await writeFile(join(folder, name), text);
  const {
    subscriptionId,
    resources = [],
    principals = [],
  } = options.prerequisites?.(project.configuration, project.name) ?? {};
  const judging = options.guardrails?.(folder);
  // It is waited for later: until then nobody would take a failure, which ends the process.
  judging?.catch(() => undefined);
  const stateFile = join(folder, "azure.json");
  const { environment, azure, close } = await serveAzure({
    stateFile,
    ...(faults === undefined ? {} : { faults }),
    ...(millisecondsPerMinute === undefined ? {} : { millisecondsPerMinute }),
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
  });
  const transcript = transcribe(options.write, [process.stdout, process.stderr]);
  try {
    seedPrerequisites(azure, resources);
    for (const principal of principals) azure.admit(principal);
    const assumed = [...resources, ...principals].map(({ description }) => description);
    const backend = join(folder, "backend");
    await mkdir(backend);
    const backendUrl = pathToFileURL(backend).href;
    const stack = await createStack(project, folder, options, {
      ...environment,
      ...engineEnvironment(backendUrl),
    });
    const guardrails = await judging;
    const rehearsal: Rehearsal = {
      options,
      stack,
      ...(guardrails && { guardrails }),
      azure,
      backend,
      canaries: project.canaries,
      azureSecrets: new Set(),
      standing: new Set(azure.remaining().map(({ id }) => id.toLowerCase())),
      transcript,
      phases: [],
      preview: recordRun(),
      deployment: recordRun(),
      deployed: false,
      outputs: {},
    };
    if (assumed.length > 0) transcript.line("Assumed to exist in Azure, as the settings say:");
    for (const description of assumed) transcript.line(`  ${description}`);

    await runPhases(rehearsal);

    const { phases, preview, deployment, deployed, outputs } = rehearsal;
    const last = deployed ? deployment : preview;
    return {
      stack: options.stack,
      phases,
      held: phases.every(({ failures }) => failures.length === 0),
      resources: [...last.steps.values()],
      violations: deployed ? last.violations : [...preview.violations, ...deployment.violations],
      outputs,
      assumed,
      remains: softDeleted(azure),
      ...(options.keep === true
        ? { kept: { folder, stateFile, backendUrl, stackFile: join(folder, `Pulumi.${stackName}.yaml`) } }
        : {}),
    };
  } finally {
    transcript.close();
    // A pack that does not start has said so already.
    (await judging?.catch(() => undefined))?.close();
    await close();
  }
}

/** What the phases share. */
interface Rehearsal {
  readonly options: RehearseOptions;
  readonly stack: Stack;
  readonly guardrails?: ServedGuardrails;
  readonly azure: SimulatedAzure;
  readonly backend: string;
  readonly canaries: readonly Secret[];
  /** Secrets that Azure held at the end of any phase. */
  readonly azureSecrets: Set<string>;
  /** Ids, in lower case, of what stood before the stack. */
  readonly standing: ReadonlySet<string>;
  readonly transcript: Transcript;
  readonly phases: Phase[];
  preview: Run;
  deployment: Run;
  /** Whether a deployment came to its end. */
  deployed: boolean;
  outputs: OutputMap;
}

async function createStack(
  { name, canaries }: Project,
  folder: string,
  { command, program, stack: stackName }: RehearseOptions,
  envVars: Record<string, string>,
): Promise<Stack> {
  const stack = await LocalWorkspace.createStack(
    { stackName, projectName: name, program: inlineProgram(program) },
    { workDir: folder, pulumiCommand: command, envVars },
  );
  if (canaries.length > 0) {
    const secrets = canaries.map(({ key, value }): [string, ConfigValue] => [key, { value, secret: true }]);
    await stack.setAllConfig(Object.fromEntries(secrets), true);
  }
  return stack;
}

/** The outcome of a phase, before it is timed. */
interface Outcome {
  readonly proven: readonly string[];
  readonly failures: readonly Failure[];
  /** Whether the next phase has something to stand on. */
  readonly goOn: boolean;
}

async function runPhases(rehearsal: Rehearsal): Promise<void> {
  const { options } = rehearsal;
  const road: readonly (readonly [PhaseName, (rehearsal: Rehearsal) => Promise<Outcome>])[] = [
    ["preview", preview],
    ["up", (options.faults?.length ?? 0) === 0 ? up : upUnderFaults],
    ["second up", secondUp],
    ["refresh", refresh],
    [GUARDED, refusedDestroy],
    ["destroy", destroy],
  ];
  for (const [name, action] of road) {
    if (name === GUARDED && guarded(rehearsal).length === 0) continue;
    if (!(await phase(rehearsal, name, action))) break;
    if (name === "up" && options.exportFile !== undefined) await exportState(rehearsal, options.exportFile);
    if (name === options.until) break;
  }
  await phase(rehearsal, "secrets", secrets);
}

const GUARDED = "destroy of protected resources";

/** What was deployed with protection. */
function guarded({ deployment }: Rehearsal): Step[] {
  return [...deployment.steps.values()].filter((step) => step.protect);
}

/** Runs one phase, times it and writes its outcome down; answers whether the next one can follow. */
async function phase(
  rehearsal: Rehearsal,
  name: PhaseName,
  action: (rehearsal: Rehearsal) => Promise<Outcome>,
): Promise<boolean> {
  const { options, phases, azure, azureSecrets } = rehearsal;
  options.signal?.throwIfAborted();
  const started = Date.now();
  const { proven, failures, goOn } = await action(rehearsal);
  options.signal?.throwIfAborted();
  phases.push({ name, seconds: (Date.now() - started) / 1000, proven, failures });
  for (const value of azure.secrets()) azureSecrets.add(value);
  await options.after?.(name, azure);
  return goOn;
}

/** What every call of the engine gets. */
function live({ options, transcript }: Rehearsal, run: Run) {
  return {
    onEvent: run.onEvent,
    onOutput: (text: string) => {
      transcript.write(text);
    },
    color: options.colour === true ? ("always" as const) : ("never" as const),
    // Else each call would end by decrypting the stack's whole history.
    showSecrets: false,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

/** What a call of the engine gets that runs the program. */
function judged(rehearsal: Rehearsal, run: Run) {
  return { ...live(rehearsal, run), ...rehearsal.guardrails?.options };
}

/** Whether a call of the engine ended well. Whatever is not its own refusal is an error of the rehearsal. */
async function succeeds(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

function refusal(expected: string, run: Run, fix: string): Outcome {
  const broken = run.violations.filter(({ mandatory }) => mandatory);
  if (broken.length > 0) {
    const failure = {
      expected: "the guardrails admit the deployment",
      happened: broken.map(({ guardrail, urn, message }) => `${guardrail}: ${title(urn)} ${message}`),
      fix: "mend each, or except the resource with a reason: docs/guardrails.md",
    };
    return { proven: [], failures: [failure], goOn: false };
  }
  const happened =
    run.errors.length === 0 ? ["the engine gave no reason; see its output above"] : [...new Set(run.errors)];
  return { proven: [], failures: [{ expected, happened, fix }], goOn: false };
}

function outcome(failures: readonly Failure[], proven: readonly string[]): Outcome {
  return { failures, proven: failures.length === 0 ? proven : [], goOn: true };
}

/** A failure where something happened; none where nothing did. */
function none(happened: readonly string[], expected: string, fix: string): Failure[] {
  return happened.length === 0 ? [] : [{ expected, happened, fix }];
}

async function preview(rehearsal: Rehearsal): Promise<Outcome> {
  const run = recordRun();
  rehearsal.preview = run;
  if (!(await succeeds(rehearsal.stack.preview(judged(rehearsal, run))))) {
    return refusal("the program previews", run, "mend what the message names: a setting, or the program");
  }
  return outcome([], [`the program previews: ${run.steps.size} resources`]);
}

/** Most `up`s under faults; some strike for ever. */
const MOST_STOPS = 10;

/** Under injected faults an `up` may stop, as often as they strike; each further one must then go on from there. */
async function upUnderFaults(rehearsal: Rehearsal): Promise<Outcome> {
  const run = recordRun();
  rehearsal.deployment = run;
  const strikes = (rehearsal.options.faults ?? []).reduce((sum, { times = 1 }) => sum + times, 0);
  const stops: string[] = [];
  while (stops.length <= Math.min(strikes, MOST_STOPS)) {
    const errors = run.errors.length;
    if (await deploys(rehearsal, run)) {
      const end =
        stops.length === 0
          ? "the deployment reached its end in spite of them"
          : "another up went on to the end";
      return outcome([], [...stops, `under the injected faults, ${end}`]);
    }
    stops.push(
      `an injected fault stopped the deployment: ${run.errors[errors]?.replace(/\s+/g, " ") ?? "no reason given"}`,
    );
  }
  return refusal(
    "after an injected fault, another up goes on to the end",
    run,
    "retry only what Azure refuses before it accepts a write: otherwise the state forgets what was created",
  );
}

/** Whether an `up` ends well; its outputs are then the stack's. */
function deploys(rehearsal: Rehearsal, run: Run): Promise<boolean> {
  const done = rehearsal.stack.up(judged(rehearsal, run)).then(({ outputs }) => {
    rehearsal.deployed = true;
    rehearsal.outputs = outputs;
  });
  return succeeds(done);
}

async function up(rehearsal: Rehearsal): Promise<Outcome> {
  const run = recordRun();
  rehearsal.deployment = run;
  if (!(await deploys(rehearsal, run))) {
    return refusal("Azure accepts the deployment", run, "mend what the message names, then rehearse again");
  }
  return outcome(
    none(
      surprises(rehearsal.preview, run),
      "the deployment does what the preview announced, and what the preview knew stays so",
      "make the program depend on its settings alone: nothing random, no clock, no question whether it is a preview",
    ),
    [
      `the deployment did what the preview announced: ${run.steps.size} resources, and every output known before`,
      ...(rehearsal.guardrails
        ? ["no mandatory guardrail is broken, as the engine judged each resource"]
        : []),
    ],
  );
}

async function secondUp(rehearsal: Rehearsal): Promise<Outcome> {
  const run = recordRun();
  if (!(await succeeds(rehearsal.stack.up(judged(rehearsal, run))))) {
    return refusal("a second up succeeds", run, "mend what the message names");
  }
  return outcome(
    none(
      changes(run),
      "a second up changes nothing",
      "give these properties the value that Azure answers, and let no value differ from run to run",
    ),
    ["a second up changes nothing"],
  );
}

async function refresh(rehearsal: Rehearsal): Promise<Outcome> {
  const run = recordRun();
  if (!(await succeeds(rehearsal.stack.refresh(live(rehearsal, run))))) {
    return refusal("a refresh succeeds", run, "mend what the message names");
  }
  return outcome(
    none(
      changes(run),
      "a refresh finds Azure as the deployment left it",
      "find out who changed these resources; then run up to restore them, or put the change into the program",
    ),
    ["a refresh finds no drift"],
  );
}

async function exportState(rehearsal: Rehearsal, file: string): Promise<void> {
  // Not `stack.exportStack()`: that shows secrets.
  await runCli(rehearsal, "stack", "export", "--file", resolve(file));
  rehearsal.transcript.line(
    `The deployed state is in ${resolve(file)}; its secrets are encrypted with the passphrase "${PASSPHRASE}".`,
  );
}

/** What the Automation API has no method for. */
async function runCli({ options, stack }: Rehearsal, ...args: readonly string[]): Promise<void> {
  const { workDir, envVars } = stack.workspace;
  await promisify(execFile)(
    options.command.command,
    [...args, "--stack", options.stack, "--non-interactive"],
    {
      cwd: workDir,
      env: { ...process.env, ...envVars },
    },
  );
}

/**
 * `pulumi destroy` previews first, `--yes` or not, and that preview is where a protected resource stops it. With
 * `--skip-preview` it would delete all that the protected resources do not depend on before it met one.
 */
async function refusedDestroy(rehearsal: Rehearsal): Promise<Outcome> {
  const standing = guarded(rehearsal);
  const run = recordRun();
  const happened: string[] = [];
  if (await succeeds(rehearsal.stack.previewDestroy(live(rehearsal, run)))) {
    happened.push("destroy would delete them");
  } else {
    // The preview meets what stands on another resource first, and goes no further to what it stands on.
    const isNamed = ({ urn }: { readonly urn: string }) => run.errors.some((error) => error.includes(urn));
    const named = standing.filter(isNamed);
    const unnamed = standing.filter(
      (step) => !isNamed(step) && !named.some(({ id }) => id.startsWith(`${step.id}/`)),
    );
    happened.push(...unnamed.map(({ urn }) => `the refusal does not name ${title(urn)}`));
  }

  await runCli(rehearsal, "state", "unprotect", "--all", "--yes");
  return outcome(
    none(
      happened,
      "destroy is refused where resources are protected",
      "set `protect` on what cannot be replaced cheaply",
    ),
    [`destroy is refused, because these are protected: ${standing.map(({ urn }) => title(urn)).join(", ")}`],
  );
}

async function destroy(rehearsal: Rehearsal): Promise<Outcome> {
  const { azure, standing } = rehearsal;
  let run = recordRun();
  const destroys = () => succeeds(rehearsal.stack.destroy(live(rehearsal, run)));
  const byHand: string[] = [];
  let destroyed = await destroys();
  if (!destroyed) {
    byHand.push(...(await deleteByHand(rehearsal, run)));
    if (byHand.length > 0) {
      run = recordRun();
      destroyed = await destroys();
    }
  }
  if (!destroyed) {
    return refusal(
      "Azure accepts the destroy",
      run,
      "let what must be deleted first depend on what must outlive it",
    );
  }
  const now = new Map(azure.remaining().map((resource) => [resource.id.toLowerCase(), resource]));
  const left = [...now].filter(([id]) => !standing.has(id)).map(([, { id }]) => `${id} is left`);
  const taken = [...standing]
    .filter((id) => !now.has(id))
    .map((id) => `${id} stood before the stack and is gone`);
  return outcome(
    none(
      [...left, ...taken],
      "destroy leaves what stood before the stack, and nothing else but soft-deleted resources",
      "delete by hand what no program made; what the program made must stand in its state until it is deleted",
    ),
    [...byHand, "destroy leaves nothing but what stood before, and soft-deleted resources"],
  );
}

const SUBSCRIPTION = "azure-native:apimanagement:Subscription";

/**
 * What a person has to do where Azure keeps a product because of the subscription that it made with it by itself: delete
 * that, and destroy again (docs/deploying.md). Such a subscription has no name, and the program does not know it.
 *
 * @param run the destroy that Azure refused
 * @returns what was done, a line each
 */
async function deleteByHand({ azure, standing }: Rehearsal, run: Run): Promise<string[]> {
  if (!run.errors.some((error) => error.includes("has existing subscriptions"))) return [];
  const made = azure
    .all(SUBSCRIPTION)
    .filter(({ id, inputs }) => inputs.displayName === undefined && !standing.has(id.toLowerCase()));
  for (const { id } of made) await azure.delete(SUBSCRIPTION, id);
  return made.map(
    ({ id }) => `Azure keeps a product until a person deletes the subscription that came with it: ${id}`,
  );
}

/** Searches all that was written down, in any phase, for values that were to stay secret. */
async function secrets(rehearsal: Rehearsal): Promise<Outcome> {
  const { azure, backend, transcript } = rehearsal;
  const all = [
    ...rehearsal.canaries,
    ...[...rehearsal.azureSecrets].map((value) => ({ label: "a secret that Azure holds", value })),
  ];
  const leaks = findLeaks(all, [
    ...(await readFolder(backend, "Pulumi's state")),
    { where: "what was printed", text: transcript.text() },
    { where: "the log of requests to Azure", text: JSON.stringify(azure.log) },
  ]);
  return outcome(
    none(
      leaks,
      "no secret stands in clear",
      "mark the output or input as secret where it enters the program",
    ),
    [
      all.length === 0
        ? "there was no secret to keep"
        : `none of ${all.length} secrets stands in clear in the state, in what was printed or in the log of requests`,
    ],
  );
}

function softDeleted(azure: SimulatedAzure): Remains[] {
  return azure.softDeletedResources().map(({ id, remedy }) => ({ id, remedy }));
}
