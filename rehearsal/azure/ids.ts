import type { Properties } from "./resource-type";

const PLACEHOLDER = /\{(\w+)\}/g;

/** Ids are compared without regard to case: this is the form to compare. */
export function idKey(id: string): string {
  return id.toLowerCase();
}

/** Names of the properties in an id template, `subscriptionId` (which no resource takes) left out. */
export function idProperties(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].flatMap(([, name]) =>
    name === undefined || name === "subscriptionId" ? [] : [name],
  );
}

/**
 * Fills in an id template. A placeholder that begins the template (`{scope}/providers/…`) takes a whole id; in any
 * other a slash is escaped, as azure-native does.
 *
 * @throws Error where a property is absent
 */
export function expandId(template: string, values: Readonly<Properties>): string {
  return template.replace(PLACEHOLDER, (_match, name: string, offset: number) => {
    const value = values[name];
    if (typeof value !== "string" || value === "") {
      throw new Error(`no id can be made from ${template}: ${name} is missing; set it`);
    }
    if (offset > 0) return value.replaceAll("/", "%2F");
    const scope = value.replace(/\/+$/, "");
    return scope === "" || scope.startsWith("/") ? scope : `/${scope}`;
  });
}

/** Reads the properties back from an id; `undefined` where it is not of the template's form. */
export function parseId(template: string, id: string): Properties | undefined {
  const pattern = template
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(PLACEHOLDER, (_match, name: string, offset: number) =>
      offset === 0 ? `(?<${name}>/.+)` : `(?<${name}>[^/]+)`,
    );
  const groups = new RegExp(`^${pattern}$`, "i").exec(id)?.groups;
  if (groups === undefined) return undefined;
  return Object.fromEntries(
    Object.entries(groups).flatMap(([name, value]) =>
      name === "subscriptionId" ? [] : [[name, value.replaceAll("%2F", "/")]],
    ),
  );
}

/** What must exist before a resource with some id can. */
export interface Parent {
  readonly kind: "subscription" | "resource group" | "resource" | "scope";
  readonly id: string;
}

const SUBSCRIPTION = /^\/subscriptions\/[^/]+$/i;
const RESOURCE_GROUP = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+$/i;

/**
 * The parent of a resource: the one whose id it extends by a type and a name, or the scope before its provider.
 *
 * @returns `undefined` for what stands in no subscription
 */
export function parentOf(id: string): Parent | undefined {
  if (RESOURCE_GROUP.test(id)) return { kind: "subscription", id: id.split("/").slice(0, 3).join("/") };
  const provider = id.toLowerCase().lastIndexOf("/providers/");
  if (provider < 0) return undefined;
  const scope = id.slice(0, provider);
  const segments = id.slice(provider + "/providers/".length).split("/");
  if (segments.length > 3) return { kind: "resource", id: id.split("/").slice(0, -2).join("/") };
  if (SUBSCRIPTION.test(scope)) return { kind: "subscription", id: scope };
  if (RESOURCE_GROUP.test(scope)) return { kind: "resource group", id: scope };
  return scope.toLowerCase().startsWith("/subscriptions/") ? { kind: "scope", id: scope } : undefined;
}

/** The type of a resource in ARM's words, e.g. `Microsoft.Network/dnsZones`. */
export function armType(id: string): string {
  const provider = id.toLowerCase().lastIndexOf("/providers/");
  if (provider < 0) return "Microsoft.Resources/resourceGroups";
  const [namespace = "", ...pairs] = id.slice(provider + "/providers/".length).split("/");
  return [namespace, ...pairs.filter((_, index) => index % 2 === 0)].join("/");
}

/** The name of the resource group in an id; `undefined` where there is none. */
export function resourceGroupOf(id: string): string | undefined {
  return /\/resourceGroups\/([^/]+)/i.exec(id)?.[1];
}
