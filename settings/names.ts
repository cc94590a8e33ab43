import { createHash } from "node:crypto";

/** The names of a stack's resources, after the Cloud Adoption Framework's abbreviations. */
export interface Names {
  /** Resource group for what lives and dies together, e.g. `gateway`, `shared`, `backup` or an integration's key. */
  readonly resourceGroup: (role: string) => string;
  /** API Management service; globally unique. */
  readonly gateway: string;
  /** Key Vault; globally unique. */
  readonly vault: string;
  /** Storage account; globally unique. */
  readonly storage: string;
  /** Log Analytics workspace. */
  readonly workspace: string;
  readonly applicationInsights: string;
  /** User-assigned identity of the gateway. */
  readonly identity: string;
  /** Logic Apps workflow, by a key of your choice. */
  readonly workflow: (key: string) => string;
  /** Service Bus namespace, by a key of your choice; globally unique. */
  readonly serviceBus: (key: string) => string;
  /** Event Grid topic, by a key of your choice; unique in its region. */
  readonly eventTopic: (key: string) => string;
  /** Connection of workflows, by a key of your choice. */
  readonly connection: (key: string) => string;
  /** Display name of a registration in Entra ID, by a key of your choice. */
  readonly registration: (key: string) => string;
}

/** Longest names: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const MAX_LENGTH = {
  resourceGroup: 90,
  gateway: 50,
  vault: 24,
  storage: 24,
  workspace: 63,
  applicationInsights: 260,
  identity: 128,
  workflow: 43,
  serviceBus: 50,
  eventTopic: 50,
  /** No page of Azure's gives the limit: see ApiConnection. */
  connection: 80,
  /** https://learn.microsoft.com/graph/api/resources/application allows 256; portals cut earlier. */
  registration: 120,
} as const;

/** Letters and digits of a hash: 36^5, some 60 million. */
const HASH_LENGTH = 5;

/**
 * Names every resource of a stack. The same arguments always give the same names; names that are unique in all of
 * Azure end in a hash of the subscription, workload and stack, and a name that would be too long, in a hash of itself.
 *
 * Abbreviations: https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-abbreviations
 *
 * @param workload 2 to 10 lower-case letters and digits, starting with a letter
 * @param stack the stack's name: 1 to 100 letters, digits, dots, hyphens and underscores
 * @param subscriptionId the Azure subscription, in any case
 */
export function names(workload: string, stack: string, subscriptionId: string): Names {
  const environment = slug(stack);
  const whole = `${subscriptionId.toLowerCase()}/${workload}/${stack}`;
  const unique = hash(whole);
  const local = (kind: keyof typeof MAX_LENGTH, abbreviation: string, ...parts: readonly string[]) =>
    shorten([abbreviation, workload, environment, ...parts.map(slug)].join("-"), MAX_LENGTH[kind]);
  const global = (kind: "gateway" | "vault", abbreviation: string) => {
    const head = `${abbreviation}-${workload}-`;
    const room = MAX_LENGTH[kind] - head.length - HASH_LENGTH - 1;
    return `${head}${environment.slice(0, room).replace(/-$/, "")}-${unique}`;
  };
  const globalOf = (kind: "serviceBus" | "eventTopic", abbreviation: string, key: string) => {
    const head = [abbreviation, workload, environment, slug(key)].join("-");
    const room = MAX_LENGTH[kind] - HASH_LENGTH - 1;
    return `${head.slice(0, room).replace(/-$/, "")}-${hash(`${whole}/${key}`)}`;
  };
  const storageHead = `st${workload}`;
  return {
    resourceGroup: (role) => local("resourceGroup", "rg", role),
    gateway: global("gateway", "apim"),
    vault: global("vault", "kv"),
    storage: `${storageHead}${environment.replaceAll("-", "").slice(0, MAX_LENGTH.storage - storageHead.length - HASH_LENGTH)}${unique}`,
    workspace: local("workspace", "log"),
    applicationInsights: local("applicationInsights", "appi"),
    identity: local("identity", "id"),
    workflow: (key) => local("workflow", "logic", key),
    serviceBus: (key) => globalOf("serviceBus", "sbns", key),
    eventTopic: (key) => globalOf("eventTopic", "evgt", key),
    connection: (key) => local("connection", "con", key),
    registration: (key) => local("registration", "app", key),
  };
}

/** Lower-case letters, digits and single hyphens. What loses something thereby gets a hash, to stay apart. */
function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (plain === text) return text;
  return plain === "" ? hash(text) : `${plain}-${hash(text)}`;
}

function shorten(name: string, length: number): string {
  if (name.length <= length) return name;
  return `${name.slice(0, length - HASH_LENGTH - 1).replace(/-$/, "")}-${hash(name)}`;
}

function hash(text: string): string {
  const digest = createHash("sha256").update(text).digest();
  return digest.readBigUInt64BE().toString(36).padStart(HASH_LENGTH, "0").slice(-HASH_LENGTH);
}
