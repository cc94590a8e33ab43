import { setMaxListeners } from "node:events";
import { isDeepStrictEqual } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Issue } from "../../validation/issue";
import { changesBetween, carryChanges, type Change } from "./changes";
import { type Autonaming, withDefaults, withoutOwn } from "./defaults";
import { AbortedError, AzureError, FailedAfterAcceptanceError } from "./errors";
import type { Flavour } from "./flavours";
import { answeredId, idProperties, parseId } from "./ids";
import type { SimulatedAzure } from "./model";
import { answeredOutputs, asInputs, previewedOutputs, withoutEmpty } from "./projection";
import type { Json, Properties, ResourceType, StoredResource } from "./resource-type";
import type { Shapes } from "./shapes";
import { fromStruct, secret, toStruct } from "./wire";

/** How often azure-native sends a request again that it thinks will pass: the default of azcore. */
const RETRIES = 3;

/** What a provider needs. */
export interface ProviderOptions {
  readonly flavour: Flavour;
  readonly azure: SimulatedAzure;
  readonly shapes: Shapes;
  /** What is wrong with inputs as the SDK declares them. */
  readonly checkShape: (token: string, inputs: Properties) => readonly Issue[];
}

/** A provider that listens. */
export interface ServedProvider {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Stops it at once: what is under way is broken off. */
  readonly close: () => void;
}

/**
 * Serves a provider on a free port of 127.0.0.1, for an engine that attaches to it (`PULUMI_DEBUG_PROVIDERS`).
 *
 * One server answers every run and every provider resource of the program. The engine connects once for each of them,
 * and configures it by that connection: so they are told apart.
 */
export async function serveProvider(options: ProviderOptions): Promise<ServedProvider> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const provider = new Provider(options);
  server.addService(ResourceProviderService, provider.service());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    close: () => {
      provider.cancel();
      server.forceShutdown();
    },
  };
}

/** A write that Azure accepted and that then failed: the engine keeps what is there, and goes on from it next time. */
class PartialFailure extends Error {
  constructor(
    message: string,
    readonly detail: messages.ErrorResourceInitFailed,
  ) {
    super(message);
  }
}

/** What a provider resource is configured with. */
interface Configuration {
  readonly location: string | undefined;
  /** Azure as seen from its subscription. */
  readonly azure: SimulatedAzure;
}

class Provider {
  private readonly flavour: Flavour;
  private readonly shapes: Shapes;
  /** By the engine's connection. */
  private readonly configurations = new Map<string, Configuration>();
  private cancellation = cancellation();

  constructor(private readonly options: ProviderOptions) {
    this.flavour = options.flavour;
    this.shapes = options.shapes;
  }

  service(): grpc.UntypedServiceImplementation {
    return {
      handshake: this.handler(() => this.handshake()),
      attach: this.handler(() => new Empty()),
      getPluginInfo: this.handler(() => new PluginInfo().setVersion(this.flavour.version)),
      getSchema: this.handler(() => new messages.GetSchemaResponse().setSchema(this.schema())),
      checkConfig: this.handler((request: messages.CheckRequest) =>
        new messages.CheckResponse().setInputs(request.getNews()),
      ),
      diffConfig: this.handler(() => new messages.DiffResponse()),
      configure: this.handler((request: messages.ConfigureRequest, peer) => this.configure(request, peer)),
      check: this.handler((request: messages.CheckRequest, peer) =>
        this.check(request, this.configured(peer)),
      ),
      diff: this.handler((request: messages.DiffRequest) => this.diff(request)),
      create: this.handler((request: messages.CreateRequest, peer) =>
        this.create(request, this.configured(peer)),
      ),
      read: this.handler((request: messages.ReadRequest, peer) => this.read(request, this.configured(peer))),
      update: this.handler((request: messages.UpdateRequest, peer) =>
        this.update(request, this.configured(peer)),
      ),
      delete: this.handler((request: messages.DeleteRequest, peer) =>
        this.delete(request, this.configured(peer)),
      ),
      invoke: this.handler((request: messages.InvokeRequest, peer) =>
        this.invoke(request, this.configured(peer)),
      ),
      cancel: this.handler(() => {
        this.cancel();
        return new Empty();
      }),
    };
  }

  /** Breaks off the waiting for all that is under way. Azure goes on with it. */
  cancel(): void {
    this.cancellation.abort();
  }

  private handshake(): messages.ProviderHandshakeResponse {
    return new messages.ProviderHandshakeResponse()
      .setAcceptSecrets(false)
      .setAcceptResources(false)
      .setAcceptOutputs(false)
      .setSupportsAutonamingConfiguration(true);
  }

  private schema(): string {
    return JSON.stringify({ name: this.flavour.name, version: this.flavour.version });
  }

  /** The default provider deploys to the simulated Azure's own subscription, whatever the stack's real one is. */
  private configure(request: messages.ConfigureRequest, peer: string): messages.ConfigureResponse {
    const variable = (name: string) => request.getVariablesMap().get(`${this.flavour.name}:config:${name}`);
    const { azure } = this.options;
    const isDefault = request.getName()?.startsWith("default") ?? true;
    const subscriptionId = isDefault ? undefined : variable("subscriptionId");
    this.configurations.set(peer, {
      location: variable("location"),
      azure: subscriptionId === undefined ? azure : azure.seenFrom(subscriptionId),
    });
    // A new run has begun: that an earlier one was cancelled is over.
    if (this.cancellation.signal.aborted) this.cancellation = cancellation();
    return new messages.ConfigureResponse()
      .setAcceptsecrets(false)
      .setSupportspreview(true)
      .setSupportsAutonamingConfiguration(true);
  }

  private configured(peer: string): Configuration {
    return this.configurations.get(peer) ?? { location: undefined, azure: this.options.azure };
  }

  private check(request: messages.CheckRequest, { azure, location }: Configuration): messages.CheckResponse {
    const { token, name } = parseUrn(request.getUrn());
    const type = azure.type(token);
    const autonaming = autonamingOf(request);
    const inputs = withDefaults({
      type,
      shapes: this.shapes,
      azure,
      name,
      inputs: fromStruct(request.getNews()),
      previous: fromStruct(request.getOlds()),
      randomSeed: request.getRandomseed_asU8(),
      ...(location === undefined ? {} : { location }),
      ...(autonaming === undefined ? {} : { autonaming }),
    });
    return new messages.CheckResponse()
      .setInputs(toStruct(inputs))
      .setFailuresList(
        this.failures(type, inputs).map((reason) => new messages.CheckFailure().setReason(reason)),
      );
  }

  /** A failure names no property to the engine, which would print the property's value along with it. */
  private failures(type: ResourceType, inputs: Properties): readonly string[] {
    const written = withoutOwn(inputs);
    const failures = this.options
      .checkShape(type.token, written)
      .map(
        ({ path, rule, received, fix }) =>
          `${path} ${rule}${received === undefined ? "" : ` (received ${received})`}; fix: ${fix}`,
      );
    if (type.replaceOn?.includes("location") !== true || inputs.location !== undefined) return failures;
    const missing =
      "missing required property 'location'. Either set it explicitly or configure it with 'pulumi config set azure-native:location <value>'.";
    return [...failures, missing];
  }

  private diff(request: messages.DiffRequest): messages.DiffResponse {
    const { token } = parseUrn(request.getUrn());
    const type = this.options.azure.type(token);
    const state = fromStruct(request.getOlds());
    const inputs = fromStruct(request.getNews());
    const oldInputs = fromStruct(request.getOldInputs());
    // What was imported has its API version in the state only.
    if (oldInputs.azureApiVersion === undefined && state.azureApiVersion !== undefined) {
      oldInputs.azureApiVersion = state.azureApiVersion;
    }
    const keys = [...(typeof type.id === "string" ? idProperties(type.id) : []), ...(type.replaceOn ?? [])];
    const replaces = (change: Change): boolean =>
      keys.some((key) => liesWithin(change.pattern, key)) &&
      // That a default of Azure's is now spelt out in the program replaces nothing.
      !(change.kind === "add" && isDeepStrictEqual(state[change.path], inputs[change.path]));
    const changes = changesBetween(oldInputs, inputs);
    const replacing = changes.filter(replaces);

    const response = new messages.DiffResponse()
      .setChanges(
        changes.length > 0
          ? messages.DiffResponse.DiffChanges.DIFF_SOME
          : messages.DiffResponse.DiffChanges.DIFF_NONE,
      )
      .setDiffsList([...new Set(changes.map(({ path }) => path.split(".")[0] ?? path))])
      .setReplacesList(replacing.map(({ path }) => path))
      .setDeletebeforereplace(replacing.length > 0 && this.flavour.deletesFirst(oldInputs))
      .setHasdetaileddiff(true);
    for (const change of changes) {
      const kind = kindOf(change.kind, replacing.includes(change));
      response
        .getDetaileddiffMap()
        .set(change.path, new messages.PropertyDiff().setKind(kind).setInputdiff(true));
    }
    return response;
  }

  private async create(
    request: messages.CreateRequest,
    { azure }: Configuration,
  ): Promise<messages.CreateResponse> {
    const { token } = parseUrn(request.getUrn());
    const type = azure.type(token);
    const inputs = withoutOwn(fromStruct(request.getProperties()));
    if (request.getPreview()) {
      const outputs = previewedOutputs(this.shapes, token, inputs);
      return new messages.CreateResponse().setProperties(toStruct(this.marked(type, outputs)));
    }
    const created = await this.writing(type, request.getProperties(), () =>
      azure.create(token, inputs, this.cancellation.signal),
    );
    return new messages.CreateResponse()
      .setId(created.id)
      .setProperties(toStruct(await this.readAfterWrite(azure, type, created)));
  }

  private async update(
    request: messages.UpdateRequest,
    { azure }: Configuration,
  ): Promise<messages.UpdateResponse> {
    const { token } = parseUrn(request.getUrn());
    const type = azure.type(token);
    const inputs = withoutOwn(fromStruct(request.getNews()));
    if (request.getPreview()) {
      const outputs = fromStruct(request.getOlds());
      const previewed = this.flavour.previewUpdate({ shapes: this.shapes, token, inputs, outputs });
      return new messages.UpdateResponse().setProperties(toStruct(this.marked(type, previewed)));
    }
    const updated = await this.writing(type, request.getNews(), () =>
      azure.update(token, request.getId(), inputs, this.cancellation.signal),
    );
    return new messages.UpdateResponse().setProperties(
      toStruct(await this.readAfterWrite(azure, type, updated)),
    );
  }

  private async delete(request: messages.DeleteRequest, { azure }: Configuration): Promise<Empty> {
    const { token } = parseUrn(request.getUrn());
    await this.retrying(() => azure.delete(token, request.getId(), this.cancellation.signal));
    return new Empty();
  }

  private async read(
    request: messages.ReadRequest,
    { azure }: Configuration,
  ): Promise<messages.ReadResponse> {
    const { token } = parseUrn(request.getUrn());
    const type = azure.type(token);
    const found = await this.retrying(() => azure.read(token, request.getId()));
    if (found?.token !== token) return new messages.ReadResponse();
    const outputs = answeredOutputs(this.shapes, token, found.outputs);
    const oldInputs = request.hasInputs() ? fromStruct(request.getInputs()) : {};
    const inputs =
      Object.keys(oldInputs).length === 0
        ? this.importedInputs(type, request.getId(), found)
        : carryChanges(
            oldInputs,
            asInputs(this.shapes, token, fromStruct(request.getProperties())),
            asInputs(this.shapes, token, outputs),
          );
    return new messages.ReadResponse()
      .setId(request.getId())
      .setProperties(toStruct(this.marked(type, outputs)))
      .setInputs(toStruct(inputs));
  }

  /** There is no old state to compare with: the inputs are what the id that was asked for and the answer tell. */
  private importedInputs(type: ResourceType, id: string, found: StoredResource): Properties {
    const path = typeof type.id === "string" ? parseId(type.id, answeredId(id)) : {};
    return { ...withoutEmpty(asInputs(this.shapes, type.token, found.outputs)), ...path };
  }

  private async invoke(
    request: messages.InvokeRequest,
    { azure }: Configuration,
  ): Promise<messages.InvokeResponse> {
    const type = azure.invokeType(request.getTok());
    const answer = await this.retrying(() => azure.invoke(type.token, fromStruct(request.getArgs())));
    return new messages.InvokeResponse().setReturn(toStruct(this.marked(type, answer)));
  }

  /** Azure's answer to a write may differ from what a read answers, and it is reads that a refresh compares with. */
  private async readAfterWrite(
    azure: SimulatedAzure,
    type: ResourceType,
    written: StoredResource,
  ): Promise<Properties> {
    let found: StoredResource | undefined;
    try {
      found = await this.retrying(() => azure.read(type.token, written.id));
    } catch (error) {
      // As in azure-native, the write is what counts: its own answer is kept.
      if (!(error instanceof AzureError)) throw error;
    }
    const outputs = answeredOutputs(this.shapes, type.token, (found ?? written).outputs);
    return this.marked(type, outputs);
  }

  private async writing(
    type: ResourceType,
    inputs: ReturnType<messages.CreateRequest["getProperties"]>,
    write: () => Promise<StoredResource>,
  ): Promise<StoredResource> {
    try {
      return await this.retrying(write);
    } catch (error) {
      if (!(error instanceof FailedAfterAcceptanceError || error instanceof AbortedError)) throw error;
      if (error.resource === undefined) throw error;
      // After a cancellation azure-native's own read fails too: the engine gets to know the id and nothing else.
      const known =
        error instanceof AbortedError ? {} : answeredOutputs(this.shapes, type.token, error.resource.outputs);
      const message = this.word(error);
      throw new PartialFailure(
        message,
        new messages.ErrorResourceInitFailed()
          .setId(error.resource.id)
          .setProperties(toStruct(this.marked(type, known)))
          .setReasonsList([message])
          .setInputs(inputs),
      );
    }
  }

  /** Sends a request again where the provider would do so, though without the pauses. Refusals are worded. */
  private async retrying<T>(action: () => Promise<T>): Promise<T> {
    for (let left = RETRIES; ; left -= 1) {
      try {
        return await action();
      } catch (error) {
        const accepted = error instanceof FailedAfterAcceptanceError;
        const again = error instanceof AzureError && !accepted && left > 0 && this.flavour.retries(error);
        if (!again) throw error;
      }
    }
  }

  /** A method of the service: whatever is thrown becomes the error that the engine shows. */
  private handler<Request, Response>(
    action: (request: Request, peer: string) => Response | Promise<Response>,
  ): grpc.handleUnaryCall<Request, Response> {
    const answer = async (request: Request, peer: string): Promise<Response> => action(request, peer);
    return (call, callback) => {
      answer(call.request, call.getPeer()).then(
        (response) => {
          callback(null, response);
        },
        (error: unknown) => {
          callback(this.status(error instanceof Error ? error : new Error(String(error))));
        },
      );
    };
  }

  private status(error: Error): Partial<grpc.StatusObject> {
    const details = this.word(error);
    const metadata = new grpc.Metadata();
    if (error instanceof PartialFailure) {
      const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(details);
      status.addDetails().pack(error.detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
      // Where gRPC carries what is more than a text.
      metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    }
    return { code: grpc.status.UNKNOWN, details, metadata };
  }

  private word(error: Error): string {
    return error instanceof AzureError ? this.flavour.word(error) : error.message;
  }

  /** The outputs, with those marked that the provider holds for sensitive. */
  private marked(type: { readonly secrets?: readonly string[] }, outputs: Properties): Properties {
    if (!this.flavour.marksSecrets) return outputs;
    const names = new Set(type.secrets?.map((path) => path.split(".")[0] ?? path));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, value]): [string, Json] => [
        name,
        names.has(name) ? secret(value) : value,
      ]),
    );
  }
}

function cancellation(): AbortController {
  const controller = new AbortController();
  // Every write under way listens to it.
  setMaxListeners(0, controller.signal);
  return controller;
}

function parseUrn(urn: string): { readonly token: string; readonly name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { token: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

function autonamingOf(request: messages.CheckRequest): Autonaming | undefined {
  const options = request.getAutonaming();
  if (options === undefined) return undefined;
  const { Mode } = messages.CheckRequest.AutonamingOptions;
  const modes = { [Mode.PROPOSE]: "propose", [Mode.ENFORCE]: "enforce", [Mode.DISABLE]: "disable" } as const;
  return { mode: modes[options.getMode()], proposedName: options.getProposedName() };
}

function liesWithin(pattern: string, key: string): boolean {
  return pattern === key || (pattern.startsWith(key) && /^[.[]/.test(pattern.slice(key.length)));
}

function kindOf(kind: Change["kind"], replaces: boolean): messages.PropertyDiff.Kind {
  const { Kind } = messages.PropertyDiff;
  switch (kind) {
    case "add":
      return replaces ? Kind.ADD_REPLACE : Kind.ADD;
    case "delete":
      return replaces ? Kind.DELETE_REPLACE : Kind.DELETE;
    case "update":
      return replaces ? Kind.UPDATE_REPLACE : Kind.UPDATE;
  }
}
