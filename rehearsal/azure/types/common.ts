import { isIPv4 } from "node:net";
import { v5 } from "uuid";
import { AzureError } from "../errors";
import type { AzureView, Fixture, Json, Properties, Rule, StoredResource, Write } from "../resource-type";

/** Ids of the subscription, tenant and deployer in the fixtures of rules. */
export const EXAMPLE = {
  subscriptionId: "00000000-0000-0000-0000-000000000001",
  tenantId: "00000000-0000-0000-0000-000000000002",
  deployerObjectId: "00000000-0000-0000-0000-000000000003",
} as const;

/** The group that the fixtures of rules stand in. */
export const EXAMPLE_GROUP = {
  token: "azure-native:resources:ResourceGroup",
  inputs: { resourceGroupName: "rg-example", location: "westeurope" },
} as const;

/** Address of the page that most rules about names come from. */
const NAME_RULES = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";

/** The id of {@link EXAMPLE_GROUP}. */
export const EXAMPLE_GROUP_ID = `/subscriptions/${EXAMPLE.subscriptionId}/resourceGroups/rg-example`;

/** The id of something in {@link EXAMPLE_GROUP}, e.g. `exampleId("Microsoft.Network/dnsZones/example.com")`. */
export function exampleId(path: string): string {
  return `${EXAMPLE_GROUP_ID}/providers/${path}`;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a value is a GUID, of any version, as Azure's own examples are. */
export function isGuid(value: unknown): boolean {
  return typeof value === "string" && GUID.test(value);
}

/** Any namespace does, as long as it stays the same: two rehearsals get the same ids. */
const NAMESPACE = "5d3a7a1e-6b0e-4f0c-9a53-0c8f6f3f2a10";

/** Whether a value is an IPv4 address or a range in CIDR form. */
export function isIpRange(value: string): boolean {
  const [address = "", prefix, ...rest] = value.split("/");
  return (
    isIPv4(address) &&
    rest.length === 0 &&
    (prefix === undefined || (/^\d{1,2}$/.test(prefix) && Number(prefix) <= 32))
  );
}

/** The GUID that the simulated Azure gives to what `seed` names: the same each time, without regard to case. */
export function guidOf(seed: string): string {
  return v5(seed.toLowerCase(), NAMESPACE);
}

/** The last segment of an id: the resource's own name. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

/** Whether two ids, hostnames or locations are the same to Azure. */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Whether an id is that of `scope` or lies below it. */
export function within(id: string, scope: string): boolean {
  return same(id, scope) || id.toLowerCase().startsWith(`${scope.toLowerCase()}/`);
}

/** The value at a dotted path; `undefined` where any part of the path is absent. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path.split(".").reduce<Json | undefined>((current, key) => {
    if (current === null || typeof current !== "object" || Array.isArray(current)) return undefined;
    return current[key] ?? undefined;
  }, value);
}

/** The string at a dotted path, if there is one. */
export function text(value: Json | undefined, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The number at a dotted path, if there is one. */
export function number(value: Json | undefined, path: string): number | undefined {
  const found = at(value, path);
  return typeof found === "number" ? found : undefined;
}

/** The elements of the array at a dotted path; none where there is no array. */
export function items(value: Json | undefined, path: string): readonly Json[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/** The strings among the elements of the array at a dotted path. */
export function texts(value: Json | undefined, path: string): readonly string[] {
  return items(value, path).filter((item) => typeof item === "string");
}

/** The members of the object at a dotted path; none where there is no object. */
export function members(value: Json | undefined, path: string): Properties {
  const found = at(value, path);
  return found !== null && typeof found === "object" && !Array.isArray(found) ? found : {};
}

/** The first value that stands more than once. */
export function duplicate(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}

/** A refusal as Azure Resource Manager words a request that it cannot accept. */
export function badRequest(message: string, code = "BadRequest"): AzureError {
  return new AzureError(400, code, message);
}

/** Runs a check on creates and updates only: what is being deleted need not be valid. */
function onWrite(check: Rule["check"]): Rule["check"] {
  return (write, azure) => (write.operation === "delete" ? undefined : check(write, azure));
}

/** A rule with fixtures that differ from a valid write in a few properties only. */
export function rule(spec: {
  readonly id: string;
  readonly source: string;
  readonly check: Rule["check"];
  readonly given?: Fixture["given"];
  readonly principals?: Fixture["principals"];
  /** A valid write. */
  readonly inputs: Properties;
  /** What makes it valid in the eyes of this rule, where `inputs` alone says nothing of it. */
  readonly accepted?: Partial<Fixture>;
  /** What makes it invalid. */
  readonly refused: Partial<Fixture>;
}): Rule {
  const fixture = (change: Partial<Fixture>): Fixture => ({
    ...(spec.given === undefined ? {} : { given: spec.given }),
    ...(spec.principals === undefined ? {} : { principals: spec.principals }),
    ...change,
    inputs: { ...spec.inputs, ...change.inputs },
  });
  return {
    id: spec.id,
    source: spec.source,
    check: onWrite(spec.check),
    accepted: fixture(spec.accepted ?? {}),
    refused: fixture(spec.refused),
  };
}

/** A rule about the form of a name. */
export function nameRule(spec: {
  readonly id: string;
  readonly source?: string;
  readonly property: string;
  readonly pattern: RegExp;
  readonly code: string;
  /** Azure's message about a name. */
  readonly message: (name: string) => string;
  readonly given?: Fixture["given"];
  readonly inputs: Properties;
  readonly refusedName: string;
}): Rule {
  return rule({
    id: spec.id,
    source: spec.source ?? NAME_RULES,
    given: spec.given,
    inputs: spec.inputs,
    refused: { inputs: { [spec.property]: spec.refusedName } },
    check: ({ inputs }) => {
      const name = text(inputs, spec.property);
      return name === undefined || spec.pattern.test(name)
        ? undefined
        : badRequest(spec.message(name), spec.code);
    },
  });
}

/**
 * What a read answers for `identity`: the input's list of user-assigned identities becomes a map with their
 * ids, and a system-assigned identity gets a principal.
 */
export function identityOutput(write: Write, azure: AzureView): Properties {
  const type = text(write.inputs, "identity.type");
  if (type === undefined || type === "None") return {};
  const assigned = texts(write.inputs, "identity.userAssignedIdentities").map((id): [string, Json] => {
    const outputs = azure.get(id)?.outputs;
    return [
      id,
      { clientId: at(outputs, "clientId") ?? null, principalId: at(outputs, "principalId") ?? null },
    ];
  });
  const identity: Properties = { type };
  if (type.includes("SystemAssigned")) {
    identity.principalId = guidOf(`principal:${write.id}`);
    identity.tenantId = azure.tenantId;
  }
  if (assigned.length > 0) identity.userAssignedIdentities = Object.fromEntries(assigned);
  return { identity };
}

/** The resources of a type that have taken what must be unique or is limited, but for the one that is being written. */
export function others(write: Write, azure: AzureView, token: string): readonly StoredResource[] {
  return azure.accepted(token).filter(({ id }) => !same(id, write.id));
}
