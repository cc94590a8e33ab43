import { z } from "zod";
import type { ExportedResource } from "../exported";
import { readOperations, type Operation } from "./contract";
import type { Scope } from "./policy";

/** A revision of an API. */
export interface DeployedApi {
  /** Without its revision, as products name it. */
  readonly name: string;
  readonly revision: string;
  readonly isCurrent: boolean;
  /** Below the gateway's host, with the version where that is a segment. */
  readonly path: string;
  readonly protocols: readonly string[];
  readonly subscriptionRequired: boolean;
  /** What carries the key of a subscription. */
  readonly keyNames: { readonly header: string; readonly query: string };
  readonly operations: readonly Operation[];
  /** Its contract, by whose schemas validate-content goes. */
  readonly document: unknown;
}

/** A product, with the names of the APIs that it opens. */
export interface DeployedProduct {
  readonly id: string;
  readonly subscriptionRequired: boolean;
  readonly apis: readonly string[];
}

/** Whose policy a scope has: the revision of an API goes by `<name>;rev=<number>`. */
export interface PolicyPlace {
  readonly product?: string;
  readonly api?: string;
  readonly operation?: string;
}

/** What an exported state says of a gateway, as far as requests to its APIs are decided by that. */
export interface DeployedGateway {
  /** Its host names, with whether clients are asked for a certificate there. */
  readonly hosts: ReadonlyMap<string, { readonly asksForCertificate: boolean }>;
  readonly apis: readonly DeployedApi[];
  readonly products: readonly DeployedProduct[];
  /** The XML of a policy, where the scope has one. */
  readonly policy: (scope: Scope, of: PolicyPlace) => string | undefined;
  readonly fragment: (id: string) => string;
  readonly namedValue: (name: string) => string;
  /** The addresses of which a backend takes one: its own, or those of the members of a pool. */
  readonly backend: (id: string) => readonly string[];
}

const service = z.object({
  hostnameConfigurations: z.array(
    z.object({
      hostName: z.string(),
      type: z.string(),
      negotiateClientCertificate: z.boolean().default(false),
    }),
  ),
});

const api = z.object({
  path: z.string(),
  protocols: z.array(z.string()),
  subscriptionRequired: z.boolean(),
  subscriptionKeyParameterNames: z.object({ header: z.string(), query: z.string() }),
  apiVersion: z.string().optional(),
  apiVersionSetId: z.string().optional(),
  isCurrent: z.boolean().default(false),
});

const versionSet = z.object({ versioningScheme: z.literal("Segment") });
const release = z.object({ properties: z.object({ apiId: z.string() }) });
const product = z.object({ subscriptionRequired: z.boolean() });
const policy = z.object({ value: z.string() });
// The value of one that Key Vault holds is in no state, and a secret is not in clear.
const namedValue = z.object({ displayName: z.string(), value: z.string().optional().catch(undefined) });
const backend = z.union([
  z.object({ url: z.url() }),
  z.object({ pool: z.object({ services: z.array(z.object({ id: z.string() })).min(1) }) }),
]);

/**
 * Reads what a state holds of its gateway.
 *
 * @throws Error that names all that it does not say
 */
export function deployedGateway(resources: readonly ExportedResource[]): DeployedGateway {
  const reader = new StateReader(resources);
  const policies = reader.all(/^(.*)\/policies\/policy$/, policy);
  const fragments = reader.all(/^\/policyFragments\/([^/]+)$/, policy);
  const backends = reader.all(/^\/backends\/([^/]+)$/, backend);
  const values = [...reader.all(/^\/namedValues\/([^/]+)$/, namedValue).values()];
  const namedValues = new Map(values.map(({ displayName, value }) => [displayName, value]));
  const hosts = reader.hosts();
  const apis = reader.apis();
  const products = reader.products();
  if (!policies.has("")) reader.missing.push("a policy of all APIs");
  if (reader.missing.length > 0) {
    throw new Error(`The exported state does not hold:\n- ${reader.missing.join("\n- ")}`);
  }

  const addresses = (id: string): readonly string[] => {
    const target = required(backends, id, "backend");
    return "url" in target
      ? [target.url]
      : target.pool.services.flatMap((member) => addresses(member.id.split("/").at(-1) ?? ""));
  };
  return {
    hosts,
    apis,
    products,
    policy: (scope, of) => policies.get(placeOf(scope, of))?.value,
    fragment: (id) => required(fragments, id, "policy fragment").value,
    namedValue: (name) => required(namedValues, name, "value in clear of the named value"),
    backend: addresses,
  };
}

function placeOf(scope: Scope, of: PolicyPlace): string {
  switch (scope) {
    case "global":
      return "";
    case "product":
      return `/products/${of.product ?? ""}`;
    case "api":
      return `/apis/${of.api ?? ""}`;
    case "operation":
      return `/apis/${of.api ?? ""}/operations/${of.operation ?? ""}`;
  }
}

function required<T>(all: ReadonlyMap<string, T | undefined>, id: string, what: string): T {
  const found = all.get(id);
  if (found === undefined) throw new Error(`The exported state does not hold the ${what} ${id}`);
  return found;
}

/** Reads resources of a gateway by their places below it. */
class StateReader {
  /** What the state does not hold, or not as it is known here. */
  readonly missing: string[] = [];
  private readonly parts: ReadonlyMap<string, ExportedResource>;

  constructor(resources: readonly ExportedResource[]) {
    this.parts = new Map(
      resources.flatMap((resource) => placed(resource.id).map((place) => [place, resource])),
    );
  }

  /** Those of a kind, by what the first group of the pattern finds. */
  all<T>(place: RegExp, schema: z.ZodType<T>): ReadonlyMap<string, T> {
    return new Map(
      this.find(place).flatMap(({ ids: [id = ""], resource }): [string, T][] => {
        const read = this.read(schema, resource);
        return read === undefined ? [] : [[id, read]];
      }),
    );
  }

  hosts(): DeployedGateway["hosts"] {
    const own = this.parts.get("");
    if (own === undefined) {
      this.missing.push("an API Management service, as the state of the stack that owns the gateway does");
      return new Map();
    }
    const { hostnameConfigurations = [] } = this.read(service, own) ?? {};
    return new Map(
      hostnameConfigurations
        .filter(({ type }) => type === "Proxy")
        .map((one) => [one.hostName, { asksForCertificate: one.negotiateClientCertificate }]),
    );
  }

  products(): DeployedProduct[] {
    const links = this.find(/^\/products\/([^/]+)\/apis\/([^/]+)$/).map(({ ids }) => ids);
    return [...this.all(/^\/products\/([^/]+)$/, product)].map(([id, { subscriptionRequired }]) => ({
      id,
      subscriptionRequired,
      apis: links.filter(([linked]) => linked === id).map(([, name = ""]) => name),
    }));
  }

  apis(): DeployedApi[] {
    // Of several releases the last one counts, which a state does not tell; this program keeps one of each API.
    const released = this.all(/^\/apis\/([^/]+)\/releases\/[^/]+$/, release);
    return this.find(/^\/apis\/([^/]+);rev=(\d+)$/).flatMap(
      ({ ids: [name = "", revision = ""], resource }) => {
        const read = this.read(api, resource);
        const contract = readOperations(resource, this.operationsOf(`${name};rev=${revision}`));
        if (typeof contract === "string") this.missing.push(`${resource.urn}: ${contract}`);
        if (read === undefined || typeof contract === "string") return [];
        const current = released.get(name)?.properties.apiId.split(";rev=")[1];
        return [
          {
            name,
            revision,
            isCurrent: current === undefined ? read.isCurrent : current === revision,
            path: this.isVersioned(read.apiVersionSetId)
              ? `${read.path}/${read.apiVersion ?? ""}`
              : read.path,
            protocols: read.protocols,
            subscriptionRequired: read.subscriptionRequired,
            keyNames: read.subscriptionKeyParameterNames,
            ...contract,
          },
        ];
      },
    );
  }

  private operationsOf(revision: string): ExportedResource[] {
    return this.find(/^\/apis\/([^/]+)\/operations\/[^/]+$/)
      .filter(({ ids }) => ids[0] === revision)
      .map(({ resource }) => resource);
  }

  private isVersioned(setId: string | undefined): boolean {
    if (setId === undefined) return false;
    const set = placed(setId).map((place) => this.parts.get(place))[0];
    if (set === undefined) this.missing.push(setId);
    else this.read(versionSet, set);
    return true;
  }

  private find(place: RegExp) {
    return [...this.parts].flatMap(([at, resource]) => {
      const match = place.exec(at);
      return match === null ? [] : [{ ids: match.slice(1), resource }];
    });
  }

  /** What a resource's outputs are, with the inputs that Azure does not answer. */
  private read<T>(schema: z.ZodType<T>, { urn, inputs, outputs }: ExportedResource): T | undefined {
    const parsed = schema.safeParse({ ...inputs, ...outputs });
    if (parsed.success) return parsed.data;
    this.missing.push(`${urn}: ${z.prettifyError(parsed.error)}`);
    return undefined;
  }
}

/** The place below the gateway, of what is one's. */
function placed(id: string): string[] {
  const [, place] = /\/providers\/Microsoft\.ApiManagement\/service\/[^/]+(.*)$/.exec(id) ?? [];
  return place === undefined ? [] : [place];
}
