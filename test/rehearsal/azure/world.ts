import type {
  AzureView,
  Properties,
  ResourceType,
  StoredResource,
  Write,
} from "../../../rehearsal/azure/resource-type";
import { resourceTypes } from "../../../rehearsal/azure/types";
import { EXAMPLE } from "../../../rehearsal/azure/types/common";

const typesByToken = new Map(resourceTypes.map((type) => [type.token, type]));

/** As much of the simulated Azure as rules may look at. */
export class World implements AzureView {
  readonly subscriptionId = EXAMPLE.subscriptionId;
  readonly tenantId = EXAMPLE.tenantId;
  readonly deployerObjectId = EXAMPLE.deployerObjectId;
  private readonly resources = new Map<string, StoredResource>();

  get(id: string): StoredResource | undefined {
    return this.resources.get(id.toLowerCase());
  }
  all(token: string): readonly StoredResource[] {
    return [...this.resources.values()].filter((resource) => resource.token === token);
  }
  below(id: string): readonly StoredResource[] {
    const prefix = `${id.toLowerCase()}/`;
    return [...this.resources].filter(([key]) => key.startsWith(prefix)).map(([, resource]) => resource);
  }
  softDeleted(): readonly StoredResource[] {
    return [];
  }

  /** Creates without looking at rules; what Azure creates along with it too. */
  put(token: string, inputs: Properties): StoredResource {
    const type = typeOf(token);
    const id = idOf(type, inputs, this);
    const write: Write = { operation: "create", id, inputs };
    const stored = { id, token, inputs, outputs: { ...inputs, ...type.outputs?.(write, this) } };
    this.resources.set(id.toLowerCase(), stored);
    for (const along of type.creates?.(write, this) ?? []) this.put(along.token, along.inputs);
    return stored;
  }
}

/** A simulated type by its token. */
export function typeOf(token: string): ResourceType {
  const type = typesByToken.get(token);
  if (type === undefined) throw new Error(`a fixture needs ${token}, which is not simulated`);
  return type;
}

/** The id that a resource with these inputs gets. */
export function idOf({ token, id }: ResourceType, inputs: Properties, azure: AzureView): string {
  if (typeof id === "function") return id(inputs, azure);
  return id.replace(/\{(\w+)\}/g, (_, property: string) => {
    const value = property === "subscriptionId" ? azure.subscriptionId : inputs[property];
    if (typeof value !== "string") throw new Error(`a fixture of ${token} has no ${property}`);
    return value;
  });
}
