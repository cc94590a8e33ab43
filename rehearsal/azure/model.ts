import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Issue } from "../../validation/issue";
import { AbortedError, AzureError, FailedAfterAcceptanceError, NotSimulatedError } from "./errors";
import { type Fault, faultError, Faults } from "./faults";
import { generalRules } from "./general-rules";
import { answeredId, expandId, keptId, parentOf, parseId } from "./ids";
import type {
  AzureView,
  InvokeType,
  Json,
  Properties,
  ResourceType,
  Rule,
  StandingPrincipal,
  StoredResource,
  Write,
} from "./resource-type";
import { Store } from "./store";

/** Ids that stand in for those of a real subscription: they are of no one, and the same in each rehearsal. */
export const DEFAULT_IDS = {
  subscriptionId: "00000000-0000-4000-8000-000000000001",
  tenantId: "00000000-0000-4000-8000-000000000002",
  deployerObjectId: "00000000-0000-4000-8000-000000000003",
} as const;

/** How long a request takes where its type does not say, in minutes of the real Azure. */
const DEFAULT_MINUTES = 0.05;

/**
 * Where writes collide, each is under way for at least so long, in real milliseconds: the engine starts parallel steps
 * a few milliseconds apart, and on the real Azure they would meet.
 */
const COLLISION_WINDOW = 10;

/** Options of {@link SimulatedAzure}. */
export interface SimulatedAzureOptions {
  /** The functions that it answers. @default none */
  readonly invokes?: readonly InvokeType[];
  /** What is wrong with inputs as the SDK declares them. @default nothing ever is */
  readonly checkShape?: (token: string, inputs: Properties) => readonly Issue[];
  /** A refusal that any resource may meet, whatever its type, e.g. of a lock. @default none */
  readonly refusal?: Rule["check"];
  /** The file that it keeps its resources in, mode 600; see {@link Store}. @default memory only */
  readonly stateFile?: string;
  /** @default {@link DEFAULT_IDS} */
  readonly subscriptionId?: string;
  /** @default {@link DEFAULT_IDS} */
  readonly tenantId?: string;
  /** Object id of whoever deploys. @default {@link DEFAULT_IDS} */
  readonly deployerObjectId?: string;
  /** What goes wrong. @default nothing */
  readonly faults?: readonly Fault[];
  /** How many real milliseconds stand for a minute of the real Azure. @default 0 */
  readonly millisecondsPerMinute?: number;
}

/** One request that the simulated Azure answered. Holds no property of a resource but `facts`: no secret is in it. */
export interface LoggedRequest {
  readonly operation: "create" | "update" | "delete" | "read" | "invoke";
  readonly token: string;
  /** Absent for functions. */
  readonly id?: string;
  /** `OK`, or the code of the refusal. */
  readonly code: string;
  /** What stands after a create or update, as far as its type tells it ({@link ResourceType.facts}). */
  readonly facts?: Json;
  /** What the real Azure would take. */
  readonly minutes: number;
  /** Milliseconds since 1970, with fractions. */
  readonly start: number;
  readonly end: number;
}

/** What was deleted but still holds its name. */
export interface SoftDeletedResource {
  readonly id: string;
  readonly token: string;
  /** What a person can do, e.g. `purge: az keyvault purge --name kv-orders`. */
  readonly remedy: string;
}

/**
 * A stand-in for Azure Resource Manager and Microsoft Graph: it holds resources of the types given to it, answers as
 * Azure does, and refuses what Azure refuses.
 *
 * What it does not model it refuses by name. Ids are compared without regard to case, and the current revision of an API
 * has two, with and without its number (see `keptId`): whoever asks for one is answered in the same spelling.
 */
export class SimulatedAzure implements AzureView {
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** Whoever deploys; somebody else may from now on. */
  deployerObjectId: string;
  readonly standingPrincipals: StandingPrincipal[] = [];

  private readonly types: ReadonlyMap<string, ResourceType>;
  private readonly invokes: ReadonlyMap<string, InvokeType>;
  private readonly options: SimulatedAzureOptions;
  private readonly store: Store;
  private readonly faults: Faults;
  private readonly requests: LoggedRequest[] = [];
  /** By address. */
  private readonly documents = new Map<string, string>();
  /** What functions answered. */
  private readonly answeredSecrets = new Set<string>();
  /** Accepted and in the file, but not there yet for anybody who asks: each id, and how whoever creates it spells it. */
  private readonly creating = new Map<string, string>();
  /** Keys of the writes under way that others would collide with. */
  private readonly busy = new Set<string>();

  /**
   * @param types every kind of resource that it holds
   * @throws Error where two types have one token, or the state file is not one
   */
  constructor(types: readonly ResourceType[], options: SimulatedAzureOptions = {}) {
    this.types = byToken(types);
    this.invokes = byToken(options.invokes ?? []);
    this.options = options;
    this.subscriptionId = options.subscriptionId ?? DEFAULT_IDS.subscriptionId;
    this.tenantId = options.tenantId ?? DEFAULT_IDS.tenantId;
    this.deployerObjectId = options.deployerObjectId ?? DEFAULT_IDS.deployerObjectId;
    this.store = new Store(options.stateFile);
    this.faults = new Faults(options.faults ?? []);
  }

  /** Every request so far, in the order in which they were answered. */
  get log(): readonly LoggedRequest[] {
    return this.requests;
  }

  /**
   * The same Azure as whoever deploys to another subscription of the tenant sees it: what it writes and looks up stands
   * there. A subscription exists once something is seeded in it.
   */
  seenFrom(subscriptionId: string): SimulatedAzure {
    return Object.create(this, { subscriptionId: { value: subscriptionId } }) as SimulatedAzure;
  }

  /**
   * The type with a token.
   *
   * @throws NotSimulatedError where there is none
   */
  type(token: string): ResourceType {
    const type = this.types.get(token);
    if (type === undefined) throw new NotSimulatedError("resource type", token);
    return type;
  }

  get(id: string): StoredResource | undefined {
    const found = this.held(this.kept(id));
    return found && respelt(found, id);
  }

  all(token: string): readonly StoredResource[] {
    return this.remaining().filter((resource) => resource.token === token);
  }

  accepted(token: string): readonly StoredResource[] {
    return this.store.all().filter((resource) => resource.token === token);
  }

  below(id: string): readonly StoredResource[] {
    const prefix = `${this.kept(id).toLowerCase()}/`;
    return this.remaining().filter((resource) => resource.id.toLowerCase().startsWith(prefix));
  }

  softDeleted(token: string): readonly StoredResource[] {
    return this.store.allDeleted().filter((resource) => resource.token === token);
  }

  /** Every resource that somebody made; what Azure always holds by itself is there only where it was changed. */
  remaining(): readonly StoredResource[] {
    const held = this.store.all();
    return this.creating.size === 0 ? held : held.filter(({ id }) => !this.creating.has(id.toLowerCase()));
  }

  /** Every resource that was deleted but still holds its name. */
  softDeletedResources(): readonly SoftDeletedResource[] {
    return this.store.allDeleted().flatMap((resource) => {
      const { id, token } = resource;
      const softDelete = this.types.get(token)?.softDelete;
      return softDelete === undefined ? [] : [{ id, token, remedy: softDelete.remedy(resource) }];
    });
  }

  /** Every secret value that it holds or that a function answered, so that they can be searched for. Each stands once. */
  secrets(): readonly string[] {
    const found = [...this.store.all(), ...this.store.allDeleted()].flatMap(({ token, inputs, outputs }) =>
      (this.types.get(token)?.secrets ?? []).flatMap((path) => [
        ...stringsAt(inputs, path.split(".")),
        ...stringsAt(outputs, path.split(".")),
      ]),
    );
    return [...new Set([...found, ...this.answeredSecrets])];
  }

  document(url: string): string | undefined {
    return this.documents.get(url);
  }

  /**
   * Puts a text at an address outside Azure, where Azure can fetch it, e.g. a contract for a link to it. It is not kept
   * in the state file.
   *
   * @throws Error where another text stands there: what was made from it would not be found again
   */
  publish(url: string, text: string): void {
    const standing = this.documents.get(url);
    if (standing !== undefined && standing !== text) {
      throw new Error(`another text is published at ${url}; publish this one under an address of its own`);
    }
    this.documents.set(url, text);
  }

  /** Puts somebody into the directory, as if they had been there before. It is not kept in the state file. */
  admit(principal: StandingPrincipal): void {
    this.standingPrincipals.push(principal);
  }

  /** Makes something go wrong from now on. */
  inject(fault: Fault): void {
    this.faults.add(fault);
  }

  /**
   * Puts a resource there as if it had stood before: no rule is asked.
   *
   * @throws NotSimulatedError where the type is not simulated
   */
  seed(token: string, inputs: Properties): StoredResource {
    const type = this.type(token);
    const id = this.idOf(type, inputs);
    const resource = this.put(type, { operation: "create", id: this.kept(id), inputs });
    this.store.save();
    return respelt(resource, id);
  }

  /**
   * Changes a resource behind Pulumi's back, as somebody in the portal would. No rule is asked.
   *
   * @param patch properties to set; `null` removes one. What a read answers follows; a property that is an output only
   *   is set there
   * @throws Error where there is no such resource
   */
  edit(id: string, patch: Properties): StoredResource {
    const previous = this.held(this.kept(id));
    if (previous === undefined) throw new Error(`there is no ${id} to edit; seed or create it first`);
    const inputs = patched(previous.inputs, patch);
    const answered = this.answer(this.type(previous.token), {
      operation: "update",
      id: previous.id,
      inputs,
      previous,
    });
    const resource = { ...previous, inputs, outputs: patched(answered, patch) };
    this.store.put(resource);
    this.store.save();
    return respelt(resource, id);
  }

  /** Deletes a resource, and all below it, behind Pulumi's back. No rule is asked, and nothing is kept soft-deleted. */
  erase(id: string): void {
    const kept = this.kept(id);
    for (const resource of this.below(kept)) this.store.remove(resource.id);
    this.store.remove(kept);
    this.store.removeDeleted(kept);
    this.store.save();
  }

  /**
   * Creates a resource.
   *
   * @param signal stops the waiting, not Azure
   * @throws AzureError where Azure refuses, NotSimulatedError where the type is not simulated, AbortedError
   */
  async create(token: string, inputs: Properties, signal?: AbortSignal): Promise<StoredResource> {
    const type = this.type(token);
    const id = this.idOf(type, inputs);
    const write: Write = { operation: "create", id: this.kept(id), inputs };
    return this.logged("create", type, id, () => this.write(type, "create", write, id, signal), type.facts);
  }

  /**
   * Updates a resource. Azure Resource Manager creates it where it is not there; Microsoft Graph answers 404.
   *
   * @throws as {@link SimulatedAzure.create}
   */
  async update(token: string, id: string, inputs: Properties, signal?: AbortSignal): Promise<StoredResource> {
    const type = this.type(token);
    const action = () => {
      const write = this.writeTo(this.kept(id), inputs);
      if (write.previous === undefined && typeof type.id === "function") {
        throw new AzureError(404, "Request_ResourceNotFound", `Resource '${id}' does not exist.`);
      }
      return this.write(type, "update", write, id, signal);
    };
    return this.logged("update", type, id, action, type.facts);
  }

  /**
   * Deletes a resource and all below it; one that Azure always holds is reset. What is not there is deleted already.
   *
   * @throws as {@link SimulatedAzure.create}
   */
  async delete(token: string, id: string, signal?: AbortSignal): Promise<void> {
    const type = this.type(token);
    await this.logged("delete", type, id, async () => {
      const previous = this.held(this.kept(id));
      if (previous === undefined) return;
      const write: Write =
        type.alwaysExists === undefined || type.alwaysExists.deletable === true
          ? { operation: "delete", id: previous.id, inputs: previous.inputs, previous }
          : { operation: "update", id: previous.id, inputs: this.resetBody(type, previous.id), previous };
      this.check(type, write, id);
      const fault = this.strike(type, "delete", id);
      if (fault === undefined) this.remove(previous);
      await this.finish(type, "delete", write, this.keys(type, write), signal);
      if (fault !== undefined) throw failure(fault);
    });
  }

  /**
   * What stands there now.
   *
   * @returns `undefined` where Azure answers 404
   * @throws AzureError where a fault strikes, NotSimulatedError where the type is not simulated
   */
  async read(token: string, id: string): Promise<StoredResource | undefined> {
    const type = this.type(token);
    return this.logged("read", type, id, async () => {
      this.strike(type, "read", id);
      return Promise.resolve(this.get(id));
    });
  }

  /**
   * Answers a function.
   *
   * @throws AzureError where Azure refuses, NotSimulatedError where the function is not simulated
   */
  async invoke(token: string, args: Properties): Promise<Properties> {
    const type = this.invokeType(token);
    const answer = await this.logged("invoke", type, undefined, async () =>
      Promise.resolve(type.answer(args, this)),
    );
    for (const path of type.secrets ?? []) {
      for (const value of stringsAt(answer, path.split("."))) this.answeredSecrets.add(value);
    }
    return answer;
  }

  /**
   * The function with a token.
   *
   * @throws NotSimulatedError where there is none
   */
  invokeType(token: string): InvokeType {
    const type = this.invokes.get(token);
    if (type === undefined) throw new NotSimulatedError("function", token);
    return type;
  }

  /** A write under an id of {@link SimulatedAzure.kept}, whether something stands there or not. */
  private writeTo(id: string, inputs: Properties): Write {
    const previous = this.held(id);
    return previous === undefined
      ? { operation: "create", id, inputs }
      : { operation: "update", id: previous.id, inputs, previous };
  }

  /** @param spelt the id as whoever asks spells it, and is answered */
  private async write(
    type: ResourceType,
    operation: "create" | "update",
    write: Write,
    spelt: string,
    signal: AbortSignal | undefined,
  ): Promise<StoredResource> {
    this.check(type, write, spelt);
    const fault = this.strike(type, operation, spelt);
    const deployment = this.deploy(type, write);
    const hasFailed = fault !== undefined || deployment.refusal !== undefined;
    const resource = respelt(this.put(type, write, hasFailed), spelt);
    if (write.operation === "create") this.creating.set(write.id.toLowerCase(), answeredId(spelt));
    await this.finish(
      type,
      operation,
      write,
      [...this.keys(type, write), ...deployment.keys],
      signal,
      resource,
    );
    if (fault !== undefined) throw failure(fault, resource);
    if (deployment.refusal !== undefined) throw deploymentFailure(deployment.refusal, resource);
    return resource;
  }

  /**
   * Writes what a deployment asks for, one after the other, up to the first that Azure refuses. What does not wait for
   * another one is written at one time with it, and may collide.
   */
  private deploy(
    type: ResourceType,
    deployment: Write,
  ): { readonly keys: readonly string[]; readonly refusal?: AzureError } {
    const keys: (readonly string[])[] = [];
    for (const { token, inputs, after } of type.deploys?.(deployment, this) ?? []) {
      const meanwhile = keys.filter((_, place) => !after.includes(place)).flat();
      try {
        keys.push(this.deployOne(this.type(token), inputs, meanwhile));
      } catch (error) {
        if (!(error instanceof AzureError)) throw error;
        return { keys: keys.flat(), refusal: error };
      }
    }
    return { keys: keys.flat() };
  }

  /** @returns what the write occupies */
  private deployOne(type: ResourceType, inputs: Properties, meanwhile: readonly string[]): readonly string[] {
    const spelt = this.idOf(type, inputs);
    const write = this.writeTo(this.kept(spelt), inputs);
    this.check(type, write, spelt, meanwhile);
    const fault = this.strike(type, write.operation, spelt);
    this.put(type, write, fault !== undefined);
    if (fault !== undefined) throw faultError(fault);
    return this.keys(type, write);
  }

  private keys(type: ResourceType, write: Write): readonly string[] {
    return type.serialised?.(write, this)?.keys ?? [];
  }

  /** Asks every rule. What Azure refuses leaves no trace. */
  private check(type: ResourceType, write: Write, spelt: string, meanwhile: readonly string[] = []): void {
    const issues =
      write.operation === "delete" ? [] : (this.options.checkShape?.(type.token, write.inputs) ?? []);
    const circumstances = {
      type,
      issues,
      azure: this,
      home: this.options.subscriptionId ?? DEFAULT_IDS.subscriptionId,
      spelt: answeredId(spelt),
      exists: (id: string) => this.store.get(id) !== undefined,
      creatingAs: (id: string) => this.creating.get(id.toLowerCase()),
      underWay: (key: string) => this.busy.has(key) || meanwhile.includes(key),
    };
    for (const rule of generalRules) refuse(rule.check(write, circumstances));
    refuse(this.options.refusal?.(write, this));
    for (const rule of type.rules ?? []) refuse(rule.check(write, this));
  }

  /** Strikes with a fault that is due: at once, or, where Azure accepts the write first, by its return. */
  private strike(type: ResourceType, operation: Fault["operation"], id: string): Fault | undefined {
    const fault = this.faults.take(type.token, operation, id);
    if (fault !== undefined && fault.accepted !== true) throw faultError(fault);
    return fault;
  }

  /** What was accepted is in the file before anybody is told, and takes its time; others may collide with it. */
  private async finish(
    type: ResourceType,
    operation: "create" | "update" | "delete",
    write: Write,
    keys: readonly string[],
    signal: AbortSignal | undefined,
    resource?: StoredResource,
  ): Promise<void> {
    for (const key of keys) this.busy.add(key);
    try {
      await this.store.saved();
      const latency = minutesOf(type, operation) * (this.options.millisecondsPerMinute ?? 0);
      const milliseconds = keys.length === 0 ? latency : Math.max(latency, COLLISION_WINDOW);
      if (milliseconds > 0) await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted === true ? new AbortedError(resource) : error;
    } finally {
      this.creating.delete(write.id.toLowerCase());
      for (const key of keys) this.busy.delete(key);
    }
  }

  /** Puts a resource there, along with what Azure creates with it. */
  private put(type: ResourceType, write: Write, hasFailed = false): StoredResource {
    const deleted = this.store.getDeleted(write.id);
    this.store.removeDeleted(write.id);
    if (deleted !== undefined && type.softDelete?.restores?.(write.inputs) === true) {
      this.store.put(deleted);
      return deleted;
    }
    const answered = this.answer(type, write);
    const resource: StoredResource = {
      id: write.id,
      token: type.token,
      inputs: write.inputs,
      outputs: hasFailed ? failed(answered) : answered,
    };
    const { previous } = write;
    const before = previous && this.alongside(type, { ...write, inputs: previous.inputs });
    this.store.put(resource);
    this.putAlongside(before ?? new Map(), this.alongside(type, write));
    this.move(type.moves?.(write, this) ?? []);
    return resource;
  }

  /** Gives resources other ids, all at once: two may change places. */
  private move(moves: readonly { readonly from: string; readonly to: string }[]): void {
    const moved = moves.flatMap(({ from, to }) => {
      const previous = this.store.get(from);
      return previous === undefined ? [] : [{ previous, to }];
    });
    for (const { previous } of moved) this.store.remove(previous.id);
    for (const { previous, to } of moved) this.store.put({ ...previous, id: to });
    for (const { previous, to } of moved) {
      const { token, inputs, outputs } = previous;
      const type = this.type(token);
      const answered = (id: string): Properties =>
        type.outputs?.({ operation: "update", id, inputs, previous }, this) ?? {};
      const stale = Object.keys(answered(previous.id));
      const kept = Object.entries(outputs).filter(([name]) => !stale.includes(name));
      this.store.put({ ...previous, id: to, outputs: { ...Object.fromEntries(kept), ...answered(to) } });
    }
  }

  /** What Azure creates with a resource, by id in lower case. */
  private alongside(
    type: ResourceType,
    write: Write,
  ): ReadonlyMap<string, Write & { readonly token: string }> {
    const created = (type.creates?.(write, this) ?? []).map(({ token, inputs }) => {
      const id = this.kept(this.idOf(this.type(token), inputs));
      return [id.toLowerCase(), { operation: "create", token, id, inputs }] as const;
    });
    return new Map(created);
  }

  /** After an update, what came, changed and went with it, e.g. the operations of a contract that was edited. */
  private putAlongside(
    before: ReturnType<SimulatedAzure["alongside"]>,
    after: ReturnType<SimulatedAzure["alongside"]>,
  ): void {
    for (const [id, { token, ...write }] of after) {
      const type = this.type(token);
      const previous = this.store.get(id);
      const earlier = before.get(id);
      if (previous === undefined) {
        if (earlier === undefined) this.put(type, write);
      } else if (earlier !== undefined && !isDeepStrictEqual(earlier.inputs, write.inputs)) {
        this.put(type, { ...write, operation: "update", previous });
      }
    }
    for (const id of before.keys()) {
      const gone = after.has(id) ? undefined : this.store.get(id);
      if (gone !== undefined) this.remove(gone);
    }
  }

  /** What keeps its name after a deletion does so alone: what lies below it comes back, or goes for good, with it. */
  private remove(resource: StoredResource): void {
    const all = [resource, ...this.below(resource.id)];
    for (const { id } of all) this.store.remove(id);
    const kept = all.filter(({ token }) => this.types.get(token)?.softDelete !== undefined);
    const isBelow = ({ id }: StoredResource) =>
      kept.some((other) => id.toLowerCase().startsWith(`${other.id.toLowerCase()}/`));
    for (const gone of this.store.allDeleted().filter(isBelow)) this.store.removeDeleted(gone.id);
    for (const gone of kept.filter((one) => !isBelow(one))) this.store.putDeleted(gone);
  }

  /** What a read answers after a write: the inputs, but for those that are never told, and what the type adds. */
  private answer(type: ResourceType, write: Write): Properties {
    const hidden = new Set(type.writeOnly);
    const echoed = Object.entries(write.inputs).filter(([name]) => !hidden.has(name));
    return { ...Object.fromEntries(echoed), ...type.outputs?.(write, this) };
  }

  /** What stands under an id of {@link SimulatedAzure.kept}. */
  private held(id: string): StoredResource | undefined {
    return this.creating.has(id.toLowerCase()) ? undefined : (this.store.get(id) ?? this.standing(id));
  }

  /** The id under which a resource is kept. */
  private kept(id: string): string {
    return keptId(id, (api) => {
      const revision = this.store.get(api)?.outputs.apiRevision;
      return typeof revision === "string" ? revision : undefined;
    });
  }

  /** What Azure always holds, as it is before anybody changed it. */
  private standing(id: string): StoredResource | undefined {
    for (const type of this.types.values()) {
      if (type.alwaysExists === undefined || typeof type.id === "function") continue;
      if (parseId(type.id, id) === undefined) continue;
      const parent = parentOf(id);
      if (parent === undefined || this.get(parent.id) === undefined) return undefined;
      const inputs = this.resetBody(type, id);
      const outputs = this.answer(type, { operation: "create", id, inputs });
      return { id, token: type.token, inputs, outputs };
    }
    return undefined;
  }

  private resetBody(type: ResourceType, id: string): Properties {
    const path = typeof type.id === "string" ? parseId(type.id, id) : undefined;
    return { ...path, ...type.alwaysExists?.reset };
  }

  private idOf(type: ResourceType, inputs: Properties): string {
    if (typeof type.id === "function") return type.id(inputs, this);
    return expandId(type.id, { subscriptionId: this.subscriptionId, ...inputs });
  }

  private async logged<T>(
    operation: LoggedRequest["operation"],
    type: { readonly token: string; readonly minutes?: ResourceType["minutes"] },
    id: string | undefined,
    action: () => Promise<T>,
    factsOf?: (result: T) => Json,
  ): Promise<T> {
    const start = now();
    const record = (code: string, facts?: Json): void => {
      const minutes = operation === "read" || operation === "invoke" ? 0 : minutesOf(type, operation);
      const named = id === undefined ? {} : { id };
      const told = facts === undefined ? {} : { facts };
      this.requests.push({
        operation,
        token: type.token,
        ...named,
        code,
        ...told,
        minutes,
        start,
        end: now(),
      });
    };
    try {
      const result = await action();
      record("OK", factsOf?.(result));
      return result;
    } catch (error) {
      record(error instanceof AzureError ? error.code : error instanceof Error ? error.name : "Error");
      throw error;
    }
  }
}

function byToken<T extends { readonly token: string }>(types: readonly T[]): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const type of types) {
    if (found.has(type.token)) throw new Error(`${type.token} is listed twice; remove one of them`);
    found.set(type.token, type);
  }
  return found;
}

function refuse(refusal: AzureError | undefined): void {
  if (refusal !== undefined) throw refusal;
}

/** Where a type answers its provisioning state in `properties`, as a deployment does, it is told there. */
function failed(outputs: Properties): Properties {
  const { properties } = outputs;
  return properties !== null && typeof properties === "object" && "provisioningState" in properties
    ? { ...outputs, properties: { ...properties, provisioningState: "Failed" } }
    : { ...outputs, provisioningState: "Failed" };
}

/** A resource in the spelling of whoever asks for it; it differs only for the current revision of an API. */
function respelt(resource: StoredResource, id: string): StoredResource {
  const spelt = answeredId(id);
  if (spelt.toLowerCase() === resource.id.toLowerCase()) return resource;
  const name = (of: string): string => of.slice(of.lastIndexOf("/") + 1);
  const renamed = resource.outputs.name === name(resource.id) && { name: name(spelt) };
  return { ...resource, id: spelt, outputs: { ...resource.outputs, ...renamed } };
}

/**
 * How Azure Resource Manager tells that a deployment was accepted, and that part of it failed. The code of the part is
 * left out, as azure-native leaves it out: who looks for a refusal that passes by itself must not find one here.
 */
function deploymentFailure({ message }: AzureError, resource: StoredResource): AzureError {
  const text = `At least one resource deployment operation failed. ${message}`;
  return new FailedAfterAcceptanceError(409, "DeploymentFailed", text, resource);
}

function failure(fault: Fault, resource?: StoredResource): FailedAfterAcceptanceError {
  const { status, code, message } = faultError(fault);
  return new FailedAfterAcceptanceError(status, code, message, resource);
}

function minutesOf(
  type: { readonly minutes?: ResourceType["minutes"] },
  operation: "create" | "update" | "delete",
): number {
  return type.minutes?.[operation] ?? DEFAULT_MINUTES;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

function patched(properties: Properties, patch: Properties): Properties {
  const merged = { ...properties, ...patch };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

/** Every string at a path; each element of an array on the way is looked into, and so is all below its end. */
function stringsAt(value: Json | undefined, path: readonly string[]): readonly string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => stringsAt(item, path));
  const [name, ...rest] = path;
  if (typeof value === "object") {
    return name === undefined
      ? Object.values(value).flatMap((item) => stringsAt(item, []))
      : stringsAt(value[name], rest);
  }
  return name === undefined && typeof value === "string" ? [value] : [];
}
