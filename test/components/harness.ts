import * as pulumi from "@pulumi/pulumi";
import type {
  RegisterResourceOutputsRequest,
  RegisterResourceRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { azureMocks, simulateAzure, type SimulatedAzure } from "../../rehearsal/azure";
import type { Properties } from "../../rehearsal/azure/resource-type";
import { isSecret, plainProperties } from "../../rehearsal/azure/wire";

/** What a program asked the engine to register. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  /** Name of the parent; the stack has none. */
  readonly parent: string | undefined;
  readonly inputs: Properties;
  /** Paths of the inputs that are secret, e.g. `properties.value`. */
  readonly secretInputs: readonly string[];
  /** Names of what it waits for: `dependsOn` and the sources of its inputs. */
  readonly dependsOn: readonly string[];
  readonly protect: boolean | undefined;
  /** Name of the resource whose deletion deletes it as well. */
  readonly deletedWith: string | undefined;
  readonly ignoreChanges: readonly string[];
  /** Types that it may have had before. */
  readonly aliases: readonly string[];
  /** Names that it may have had before, each with that of its parent then: `name parent`. */
  readonly formerNames: readonly string[];
  readonly additionalSecretOutputs: readonly string[];
  readonly timeouts: { readonly create: string; readonly update: string; readonly delete: string };
  readonly errorHooks: readonly string[];
}

/** A program that ran to its end. */
export interface Deployment<T> {
  readonly result: T;
  readonly azure: SimulatedAzure;
  /** In the order in which they reached the engine. */
  readonly registrations: readonly Registration[];
  /** Outputs that components registered, by the component's name. */
  readonly registeredOutputs: Readonly<Record<string, Properties>>;
}

/** A run of a program whose end is not waited for yet. */
export interface Run<T> {
  readonly azure: SimulatedAzure;
  readonly registrations: readonly Registration[];
  /** Resolves when a resource of this name has reached the engine. */
  registered(name: string): Promise<Registration>;
  finish(): Promise<Deployment<T>>;
}

export interface RunOptions {
  /** Outputs of other stacks, by the stack's name. @default there is no other stack */
  readonly stacks?: Readonly<Record<string, Properties>>;
  readonly stack?: string;
}

/**
 * Starts a program in a fresh runtime on a fresh simulated Azure.
 *
 * A refusal that the program does not handle fails the test, as jest takes every unhandled rejection for one.
 */
export async function start<T>(
  program: (azure: SimulatedAzure) => T | Promise<T>,
  { stacks = {}, stack = "test" }: RunOptions = {},
): Promise<Run<T>> {
  const azure = simulateAzure();
  const mocks = azureMocks(azure);
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        if (args.type !== "pulumi:pulumi:StackReference") return mocks.newResource(args);
        const outputs = stacks[args.id ?? ""];
        if (!outputs) throw new Error(`there is no stack ${args.id ?? ""}`);
        return { id: args.id, state: { name: args.id, outputs, secretOutputNames: [] } };
      },
      call: (args) => mocks.call(args),
    },
    "integration",
    stack,
  );
  const recorder = new Recorder();
  recorder.attach();
  const result = Promise.resolve(program(azure));
  return {
    azure,
    registrations: recorder.registrations,
    registered: (name) => recorder.registered(name),
    async finish() {
      const value = await result;
      await pulumi.runtime.disconnect();
      return { result: value, azure, ...recorder.found() };
    },
  };
}

/** Runs a program to its end. */
export async function deploy<T>(
  program: (azure: SimulatedAzure) => T | Promise<T>,
  options?: RunOptions,
): Promise<Deployment<T>> {
  const run = await start(program, options);
  return run.finish();
}

/**
 * The error with which a component refuses its arguments.
 *
 * @param component its name: nothing may have been registered below it
 */
export async function refusal(
  component: string,
  program: (azure: SimulatedAzure) => unknown,
): Promise<string> {
  const { result, registrations } = await deploy((azure) => {
    try {
      program(azure);
      return undefined;
    } catch (error) {
      return error;
    }
  });
  if (!pulumi.ResourceError.isInstance(result)) {
    throw new Error("the component did not refuse its arguments", { cause: result });
  }
  expect(result.hideStack).toBe(true);
  expect(registrations.filter(({ parent }) => parent === component)).toEqual([]);
  return result.message;
}

/**
 * The error with which an input of a child rejects once it is known.
 *
 * @param filler what takes its place, so that the run can end
 */
export async function lateRefusal(
  child: string,
  property: string,
  filler: unknown,
  program: (azure: SimulatedAzure, opts: pulumi.ComponentResourceOptions) => unknown,
): Promise<string> {
  let refused: Promise<string> | undefined;
  // What the child consumes is looked at where it is consumed.
  const transformation: pulumi.ResourceTransformation = ({ name, props, opts }) => {
    const consumed = props as Readonly<Record<string, pulumi.Input<unknown>>>;
    // A component may have the name of its child; its own arguments are empty.
    if (name !== child || !(property in consumed)) return undefined;
    forgive(consumed[property]);
    refused = valueOf(consumed[property]).then(
      (value) => {
        throw new Error(`${child} consumes ${JSON.stringify(value)}`);
      },
      (error: unknown) =>
        error instanceof Error
          ? error.message.replace(/^(error serializing property "[^"]+": )+/, "")
          : String(error),
    );
    return { props: { ...props, [property]: filler }, opts };
  };
  await deploy((azure) => program(azure, { transformations: [transformation] }));
  if (!refused) throw new Error(`${child} was not created`);
  return refused;
}

/** An output that rejects does so in each of its parts, not all of which whoever consumes it looks at. */
function forgive(value: unknown): void {
  if (value instanceof Promise) value.catch(() => undefined);
  else if (typeof value === "object" && value !== null) Object.values(value).forEach(forgive);
}

/** The registration of a name; there is exactly one. */
export function registrationOf(
  { registrations }: { readonly registrations: readonly Registration[] },
  name: string,
): Registration {
  const [found, ...others] = registrations.filter((registration) => registration.name === name);
  if (!found || others.length > 0)
    throw new Error(`${name} was registered ${others.length + (found ? 1 : 0)} times`);
  return found;
}

/** What was registered, whatever the order in which it reached the engine. */
export function plan({ registrations }: { readonly registrations: readonly Registration[] }): Registration[] {
  return [...registrations].sort((a, b) => a.name.localeCompare(b.name));
}

/** Each registered resource as `type name parent`, sorted: what a state file knows them by. */
export function identities({
  registrations,
}: {
  readonly registrations: readonly Registration[];
}): readonly string[] {
  return registrations.map(({ type, name, parent }) => [type, name, parent ?? "-"].join(" ")).sort();
}

/** The value of an output, secrets unwrapped. */
export async function valueOf<T>(output: pulumi.Input<T>): Promise<pulumi.Unwrap<T>> {
  const { value } = plainProperties(
    (await pulumi.runtime.serializeProperties("value", { value: output })) as object,
  );
  return value as pulumi.Unwrap<T>;
}

/** A promise that is settled from outside. */
export function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let settle: ((value: T) => void) | undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: (value) => settle?.(value) };
}

/** Stands between a program and the mocked engine, and writes down what passes. */
class Recorder {
  readonly registrations: Registration[] = [];
  private readonly outputs: Record<string, Properties> = {};
  private readonly waiting: { readonly name: string; readonly resolve: (found: Registration) => void }[] = [];

  attach(): void {
    const monitor = pulumi.runtime.getMonitor();
    if (!monitor) throw new Error("there is no mocked engine");
    const registerResource = monitor.registerResource.bind(monitor) as Forward<RegisterResourceRequest>;
    const registerResourceOutputs = monitor.registerResourceOutputs.bind(
      monitor,
    ) as Forward<RegisterResourceOutputsRequest>;
    Object.assign(monitor, {
      registerResource: (request: RegisterResourceRequest, callback: unknown) => {
        this.record(request);
        registerResource(request, callback);
      },
      registerResourceOutputs: (request: RegisterResourceOutputsRequest, callback: unknown) => {
        this.outputs[nameOf(request.getUrn())] = request.getOutputs()?.toJavaScript() as Properties;
        registerResourceOutputs(request, callback);
      },
      // The mocked engine of this SDK does not know hooks, which it never runs either.
      registerErrorHook: acceptHook,
      registerResourceHook: acceptHook,
    });
  }

  async registered(name: string): Promise<Registration> {
    const found = this.registrations.find((registration) => registration.name === name);
    if (found) return found;
    return new Promise((resolve) => {
      this.waiting.push({ name, resolve });
    });
  }

  found() {
    return { registrations: this.registrations, registeredOutputs: this.outputs };
  }

  private record(request: RegisterResourceRequest): void {
    const given = request.getObject()?.toJavaScript() ?? {};
    const timeouts = request.getCustomtimeouts();
    const registration: Registration = {
      type: request.getType(),
      name: request.getName(),
      parent: optionalName(request.getParent()),
      inputs: plainProperties(given),
      secretInputs: secretPaths(given),
      dependsOn: [...new Set(request.getDependenciesList().map(nameOf))].sort(),
      protect: request.getProtect(),
      deletedWith: optionalName(request.getDeletedwith()),
      ignoreChanges: request.getIgnorechangesList(),
      aliases: aliasTypes(request),
      formerNames: formerNames(request),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      timeouts: {
        create: timeouts?.getCreate() ?? "",
        update: timeouts?.getUpdate() ?? "",
        delete: timeouts?.getDelete() ?? "",
      },
      errorHooks: request.getHooks()?.getOnErrorList() ?? [],
    };
    this.registrations.push(registration);
    for (const { resolve } of this.waiting.filter(({ name }) => name === registration.name)) {
      resolve(registration);
    }
  }
}

function acceptHook(_request: unknown, callback: (error: null, answer: object) => void): void {
  callback(null, {});
}

/** An engine that knows aliases gets them as such, an older one as URNs. */
function aliasTypes(request: RegisterResourceRequest): string[] {
  const specified = request.getAliasesList().flatMap((alias) => alias.getSpec()?.getType() ?? []);
  const urns = request.getAliasurnsList().flatMap((urn) => urn.split("::")[2] ?? []);
  return [...specified, ...urns];
}

function formerNames(request: RegisterResourceRequest): string[] {
  return request.getAliasesList().flatMap((alias) => {
    const name = alias.getSpec()?.getName() ?? "";
    return name === "" ? [] : [`${name} ${nameOf(alias.getSpec()?.getParenturn() ?? "")}`];
  });
}

function secretPaths(value: unknown, path: readonly string[] = []): string[] {
  if (isSecret(value)) return [path.join(".")];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => secretPaths(member, [...path, key]));
}

type Forward<Request> = (request: Request, callback: unknown) => void;

function nameOf(urn: string): string {
  return urn.split("::")[3] ?? urn;
}

/** The name in a URN that a request may leave out. */
function optionalName(urn: string): string | undefined {
  return urn === "" ? undefined : nameOf(urn);
}
