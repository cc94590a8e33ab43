import type {
  AzureView,
  Properties,
  ResourceType,
  StandingPrincipal,
  StoredResource,
  Write,
} from "../../../rehearsal/azure/resource-type";
import { resourceTypes } from "../../../rehearsal/azure/types";
import { EXAMPLE } from "../../../rehearsal/azure/types/common";

/** The simulated type behind a token. */
export function typeOf(token: string): ResourceType {
  const type = resourceTypes.find((candidate) => candidate.token === token);
  if (type === undefined) throw new Error(`no such resource type: ${token}`);
  return type;
}

/** Just enough of Azure to look at one type: no checks, no order, no file. */
export class MemoryAzure implements AzureView {
  readonly subscriptionId = EXAMPLE.subscriptionId;
  readonly tenantId = EXAMPLE.tenantId;
  readonly deployerObjectId = EXAMPLE.deployerObjectId;
  readonly standingPrincipals: StandingPrincipal[] = [];
  private readonly held = new Map<string, StoredResource>();
  private readonly deleted: StoredResource[] = [];
  /** What can be fetched from outside Azure, by address. */
  readonly documents = new Map<string, string>();

  get(id: string): StoredResource | undefined {
    return this.held.get(id.toLowerCase());
  }

  all(token: string): readonly StoredResource[] {
    return [...this.held.values()].filter((resource) => resource.token === token);
  }

  accepted(token: string): readonly StoredResource[] {
    return this.all(token);
  }

  below(id: string): readonly StoredResource[] {
    const prefix = `${id.toLowerCase()}/`;
    return [...this.held.values()].filter((resource) => resource.id.toLowerCase().startsWith(prefix));
  }

  softDeleted(token: string): readonly StoredResource[] {
    return this.deleted.filter((resource) => resource.token === token);
  }

  document(url: string): string | undefined {
    return this.documents.get(url);
  }

  /** The id that a resource with these inputs would get. */
  idOf(token: string, inputs: Properties): string {
    const { id } = typeOf(token);
    if (typeof id === "function") return id(inputs, this);
    const values: Properties = { subscriptionId: this.subscriptionId, ...inputs };
    const filled = id.replace(/\{\+?(\w+)\}/g, (placeholder, name: string) => {
      const value = values[name];
      return typeof value === "string" ? value : placeholder;
    });
    return filled.replace(/\/{2,}/g, "/");
  }

  /** Holds a resource, and what Azure creates along with it. */
  put(token: string, inputs: Properties): StoredResource {
    const type = typeOf(token);
    const write: Write = { operation: "create", id: this.idOf(token, inputs), inputs };
    const outputs = { ...inputs, ...type.outputs?.(write, this) };
    const stored: StoredResource = { id: write.id, token, inputs, outputs };
    this.held.set(write.id.toLowerCase(), stored);
    for (const extra of type.creates?.(write, this) ?? []) this.put(extra.token, extra.inputs);
    return stored;
  }

  /** Deletes a resource whose name stays taken. */
  softDelete(resource: StoredResource): void {
    this.held.delete(resource.id.toLowerCase());
    this.deleted.push(resource);
  }
}
