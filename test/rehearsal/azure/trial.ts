import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import {
  type EngineEvent,
  LocalWorkspace,
  type PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { azuread, azureNative } from "../../../rehearsal/azure/flavours";
import { SimulatedAzure, type SimulatedAzureOptions } from "../../../rehearsal/azure/model";
import { type ServedProvider, serveProvider } from "../../../rehearsal/azure/provider";
import type { InvokeType, ResourceType } from "../../../rehearsal/azure/resource-type";
import { type Shapes, shapes } from "../../../rehearsal/azure/shapes";
import { invokeTypes, resourceTypes } from "../../../rehearsal/azure/types";
import { toyInvokes, toyShapes, toyTypes } from "./toys";

/** What the engine told of one resource in one run. */
export interface Told {
  readonly op: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** One run of the engine. */
export interface RunResult {
  readonly told: readonly Told[];
  /** All messages of severity "error"; empty where the run succeeded. */
  readonly errors: string;
  /** `["create box", "same rg"]`, in order, as the steps began; the stack and providers left out. */
  readonly steps: readonly string[];
}

/** What a simulated Azure knows. */
export interface Simulation {
  readonly types: readonly ResourceType[];
  readonly invokes: readonly InvokeType[];
  readonly shapes: Shapes;
}

const TOYS: Simulation = { types: toyTypes, invokes: toyInvokes, shapes: toyShapes };

/** All that a simulated Azure of this project knows. */
export function realAzure(): Simulation {
  return { types: resourceTypes, invokes: invokeTypes, shapes: shapes() };
}

/** The steps of a run that changed something. */
export function changes({ steps }: RunResult): readonly string[] {
  return steps.filter((step) => !step.startsWith("same "));
}

/** The real engine on a throw-away backend, with a simulated Azure of the toy types, unless others are given. */
export class Trial {
  private constructor(
    /** Holds the backend and the state file of Azure. */
    readonly folder: string,
    readonly stack: Stack,
    public azure: SimulatedAzure,
    private served: readonly ServedProvider[],
    private readonly options: SimulatedAzureOptions,
    private readonly simulation: Simulation,
  ) {}

  static async begin(
    command: PulumiCommand,
    options: SimulatedAzureOptions = {},
    simulation = TOYS,
  ): Promise<Trial> {
    const folder = mkdtempSync(join(tmpdir(), "trial-"));
    const backend = join(folder, "backend");
    mkdirSync(backend);
    const held = { ...options, invokes: simulation.invokes, stateFile: join(folder, "azure.json") };
    const azure = new SimulatedAzure(simulation.types, held);
    const served = await serve(azure, simulation.shapes);
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName: "test", projectName: "trial", program: () => Promise.resolve() },
      {
        workDir: folder,
        pulumiCommand: command,
        envVars: {
          PULUMI_BACKEND_URL: pathToFileURL(backend).href,
          PULUMI_CONFIG_PASSPHRASE: "trial",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
          ...debugProviders(served),
        },
      },
    );
    return new Trial(folder, stack, azure, served, held, simulation);
  }

  async preview(program: PulumiFn): Promise<RunResult> {
    return this.run((onEvent) => this.stack.preview({ program, onEvent }));
  }

  async up(program: PulumiFn, signal?: AbortSignal): Promise<RunResult> {
    return this.run((onEvent) =>
      this.stack.up({ program, onEvent, showSecrets: false, ...(signal === undefined ? {} : { signal }) }),
    );
  }

  async refresh(): Promise<RunResult> {
    return this.run((onEvent) => this.stack.refresh({ onEvent, showSecrets: false }));
  }

  async destroy(): Promise<RunResult> {
    return this.run((onEvent) => this.stack.destroy({ onEvent, showSecrets: false }));
  }

  /** The process that serves Azure crashes, and another one begins with what it left. */
  async restart(options: SimulatedAzureOptions = {}): Promise<void> {
    for (const { close } of this.served) close();
    this.azure = new SimulatedAzure(this.simulation.types, { ...this.options, ...options });
    this.served = await serve(this.azure, this.simulation.shapes);
    Object.assign(this.stack.workspace.envVars, debugProviders(this.served));
  }

  end(): void {
    for (const { close } of this.served) close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(action: (onEvent: (event: EngineEvent) => void) => Promise<unknown>): Promise<RunResult> {
    const steps: string[] = [];
    const told: Told[] = [];
    const errors: string[] = [];
    try {
      await action((event) => {
        const before = event.resourcePreEvent?.metadata;
        if (before !== undefined && isOwn(before.type)) steps.push(`${before.op} ${nameIn(before.urn)}`);
        const after = event.resOutputsEvent?.metadata;
        if (after !== undefined && isOwn(after.type)) {
          const state = after.new ?? after.old;
          told.push({
            op: after.op,
            name: nameIn(after.urn),
            id: state?.id ?? "",
            inputs: state?.inputs ?? {},
            outputs: state?.outputs ?? {},
          });
        }
        if (event.diagnosticEvent?.severity === "error") errors.push(event.diagnosticEvent.message);
      });
    } catch (error) {
      if (errors.length === 0) errors.push(String(error));
    }
    return { told, errors: errors.join("\n"), steps };
  }
}

async function serve(azure: SimulatedAzure, shapes: Shapes): Promise<readonly ServedProvider[]> {
  const checkShape = () => [];
  return Promise.all(
    [azureNative, azuread].map((flavour) => serveProvider({ flavour, azure, shapes, checkShape })),
  );
}

function debugProviders(served: readonly ServedProvider[]): Record<string, string> {
  const [native, entra] = served;
  return { PULUMI_DEBUG_PROVIDERS: `azure-native:${native?.port ?? 0},azuread:${entra?.port ?? 0}` };
}

function isOwn(type: string): boolean {
  return !type.startsWith("pulumi:");
}

function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** A resource of a toy type: every property that is asked for is an output. */
export class Toy extends pulumi.CustomResource {
  constructor(
    token: string,
    name: string,
    inputs: Readonly<Record<string, unknown>>,
    options?: pulumi.CustomResourceOptions,
    outputs: readonly string[] = [],
  ) {
    super(token, name, { ...Object.fromEntries(outputs.map((key) => [key, undefined])), ...inputs }, options);
  }

  /** An output that was named to the constructor. */
  output(name: string): pulumi.Output<string> {
    return (this as unknown as Readonly<Record<string, pulumi.Output<string>>>)[name] ?? pulumi.output("");
  }
}
