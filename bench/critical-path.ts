import type { LoggedRequest } from "../rehearsal/azure/model";
import type { AzureView, ResourceType, StoredResource, Write } from "../rehearsal/azure/resource-type";

/** How long a deployment took, beside the least that Azure allows. */
export interface CriticalPath {
  /** From the first create's start to the last one's end, in minutes of Azure. */
  readonly makespan: number;
  /** The longest chain of creates of which each needs the one before, in minutes of Azure. */
  readonly longestChain: number;
  /** That chain, first to last. */
  readonly chain: readonly string[];
}

interface Create {
  readonly resource: StoredResource;
  readonly type: ResourceType;
  readonly minutes: number;
}

/**
 * Compares a deployment with the longest chain that Azure itself imposes: a create waits for its parent, for what its
 * inputs refer to, for whatever answered a value that stands in its inputs, and for other writes that would collide.
 *
 * @param log the requests of one `up`
 * @param typeOf the resource type of a token
 * @param millisecondsPerMinute the scale of the log's times
 */
export function criticalPath(
  log: readonly LoggedRequest[],
  azure: AzureView,
  typeOf: (token: string) => ResourceType,
  millisecondsPerMinute: number,
): CriticalPath {
  const logged = log.filter(({ operation, code }) => operation === "create" && code === "OK");
  const creates = logged.flatMap(({ id = "", token, minutes }): Create[] => {
    const resource = azure.get(id);
    return resource ? [{ resource, type: typeOf(token), minutes }] : [];
  });
  const chains = longestChains(creates, azure);
  const last = [...chains.values()].reduce((best, chain) => (chain.minutes > best.minutes ? chain : best));
  const start = Math.min(...logged.map((request) => request.start));
  const end = Math.max(...logged.map((request) => request.end));
  return {
    makespan: (end - start) / millisecondsPerMinute,
    longestChain: last.minutes,
    chain: last.ids,
  };
}

interface Chain {
  readonly minutes: number;
  readonly ids: readonly string[];
}

const NO_CHAIN: Chain = { minutes: 0, ids: [] };

/** The longest chain that ends in each create, in the order in which they were answered: what is needed came before. */
function longestChains(creates: readonly Create[], azure: AzureView): Map<string, Chain> {
  const chains = new Map<string, Chain>();
  const answers = new Map<string, readonly string[]>();
  const collisions = new Map<string, string>();
  for (const { resource, type, minutes } of creates) {
    const id = resource.id.toLowerCase();
    const text = JSON.stringify(resource.inputs).toLowerCase();
    const references =
      type.references?.(resource.inputs, azure).map((reference) => reference.id.toLowerCase()) ?? [];
    const write: Write = { operation: "create", id: resource.id, inputs: resource.inputs };
    const keys = type.serialised?.(write, azure)?.keys ?? [];
    const collides = keys.map((key) => collisions.get(key));
    const needed = [...chains.keys()].filter(
      (other) =>
        id.startsWith(`${other}/`) ||
        references.includes(other) ||
        collides.includes(other) ||
        answers.get(other)?.some((answer) => text.includes(answer)),
    );
    const longest = needed
      .map((other) => chains.get(other) ?? NO_CHAIN)
      .reduce((best, chain) => (chain.minutes > best.minutes ? chain : best), NO_CHAIN);
    chains.set(id, { minutes: longest.minutes + minutes, ids: [...longest.ids, resource.id] });
    answers.set(id, answersOf(resource));
    for (const key of keys) collisions.set(key, id);
  }
  return chains;
}

/** What only Azure could know: texts of the answer that do not stand in the inputs, and are not names or ids. */
function answersOf({ id, inputs, outputs }: StoredResource): string[] {
  const asked = JSON.stringify(inputs).toLowerCase();
  const texts: string[] = [];
  JSON.stringify(outputs, (_key, value: unknown) => {
    if (typeof value === "string" && value.length >= 7) texts.push(value.toLowerCase());
    return value;
  });
  return texts.filter(
    (text) => !asked.includes(text) && !id.toLowerCase().includes(text) && !text.includes("/providers/"),
  );
}
