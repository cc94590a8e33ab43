import type { Properties } from "./resource-type";

/** `{name}` is one segment of an id; `{+name}`, as in RFC 6570, is a part of a path, and taken as it is. */
const PLACEHOLDER = /\{(\+?)(\w+)\}/g;

/** Names of the properties in an id template, `subscriptionId` (which no resource takes) left out. */
export function idProperties(template: string): readonly string[] {
  return [...template.matchAll(PLACEHOLDER)].flatMap(([, , name]) =>
    name === undefined || name === "subscriptionId" ? [] : [name],
  );
}

/**
 * Fills in an id template. A placeholder that begins the template (`{scope}/providers/…`) takes a whole id, one with a
 * plus (`{+parentResourcePath}`) a path, or nothing; in any other a slash is escaped, as azure-native does.
 *
 * @throws Error where a property is absent
 */
export function expandId(template: string, values: Readonly<Properties>): string {
  const id = template.replace(PLACEHOLDER, (_match, plus: string, name: string, offset: number) => {
    const value = values[name];
    if (typeof value !== "string" || (value === "" && plus === "")) {
      throw new Error(`no id can be made from ${template}: ${name} is missing; set it`);
    }
    if (plus !== "") return value.replace(/^\/+|\/+$/g, "");
    if (offset > 0) return value.replaceAll("/", "%2F");
    const scope = value.replace(/\/+$/, "");
    return scope === "" || scope.startsWith("/") ? scope : `/${scope}`;
  });
  return id.replace(/\/{2,}/g, "/");
}

/** Reads the properties back from an id; `undefined` where it is not of the template's form. */
export function parseId(template: string, id: string): Properties | undefined {
  const pattern = template
    .replace(/[.*?^$()|[\]\\]/g, "\\$&")
    // A path may be empty, and then the slash behind it is absent too.
    .replace(/\{\+(\w+)\}\//g, "(?:(?<$1>.+)/)?")
    .replace(/\{(\w+)\}/g, (_match, name: string, offset: number) =>
      offset === 0 ? `(?<${name}>/.+)` : `(?<${name}>[^/]+)`,
    );
  const groups = new RegExp(`^${pattern}$`, "i").exec(id)?.groups;
  if (groups === undefined) return undefined;
  const values: [string, string | undefined][] = Object.entries(groups);
  return Object.fromEntries(
    values.flatMap(([name, value = ""]) =>
      name === "subscriptionId" ? [] : [[name, value.replaceAll("%2F", "/")]],
    ),
  );
}

/** The revision of an API in an id: the part of the id before it, its name, and what lies below. */
const REVISION = /^(.*\/apis\/[^/;]+);rev=([^/]+)(.*)$/i;

/**
 * An id as Azure answers it. azure-native escapes each name in a path, and so asks for `apis/orders%3Brev=2`; Azure
 * takes that and tells `apis/orders;rev=2`, which is what stands in Pulumi's state.
 *
 * Source: the wire capture in https://github.com/peterlil/apim-gap-repro, and "read the canonical ID from the response"
 * in https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/provider/provider.go
 */
export function answeredId(id: string): string {
  return id.replace(/%3Brev(?:=|%3D)/gi, ";rev=");
}

/**
 * The id under which the simulated Azure keeps what an id names. The current revision of an API has two ids, with and
 * without `;rev=`, and so has everything below it: it is kept without. Releases and links to products are not a
 * revision's but the API's, whichever revision the id names.
 *
 * @param currentRevision the current revision of the API with an id; `undefined` where there is no such API: the first
 *   revision is the current one
 */
export function keptId(id: string, currentRevision: (api: string) => string | undefined): string {
  const [, api, revision, below] = REVISION.exec(answeredId(id)) ?? [];
  if (api === undefined || below === undefined) return answeredId(id);
  const current = currentRevision(api);
  const shared = /\/products\/[^/]+\/apis\/[^/]+$/i.test(api) || /^\/releases(?:\/|$)/i.test(below);
  return shared || current === undefined || current === revision ? `${api}${below}` : answeredId(id);
}

/** The revision that a name asks for, e.g. 2 for `orders;rev=2`; `undefined` for a name without one. */
export function revisionIn(name: string): string | undefined {
  return /;rev=([^/]+)$/i.exec(answeredId(name))?.[1];
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
