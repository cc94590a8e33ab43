import { z } from "zod";
import type { ExportedResource } from "../exported";
import { readOperations, type Operation } from "./contract";
import type { Scope } from "./policy";

/** An API under one of its addresses. */
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
  /** Of its contract, which validate-content looks at. */
  readonly document: unknown;
}

/** A product, with the APIs that it opens. */
export interface DeployedProduct {
  readonly id: string;
  readonly subscriptionRequired: boolean;
  readonly apis: readonly string[];
}

/** What an exported state says of a gateway, as far as requests to its APIs are decided by that. */
export interface DeployedGateway {
  /** Its host names, with whether clients are asked for a certificate there. */
  readonly hosts: ReadonlyMap<string, { readonly asksForCertificate: boolean }>;
  readonly apis: readonly DeployedApi[];
  readonly products: readonly DeployedProduct[];
  /** The XML of the policy of a scope. */
  readonly policy: (
    scope: Scope,
    of: { product?: string; api?: string; operation?: string },
  ) => string | undefined;
  readonly fragment: (id: string) => string;
  readonly namedValue: (name: string) => string;
  /** The addresses of which a backend takes one: one, or those of the members of a pool. */
  readonly backend: (id: string) => readonly string[];
}

const service = z.object({
  gatewayUrl: z.url(),
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

const versionSet = z.object({ versioningScheme: z.string() });
const release = z.object({ properties: z.object({ apiId: z.string() }) });
const product = z.object({ subscriptionRequired: z.boolean() });
const policy = z.object({ value: z.string() });
const namedValue = z.object({ displayName: z.string(), value: z.string() });
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
  const missing: string[] = [];
  const parts = new Map(
    resources.flatMap((resource): [string, ExportedResource][] => {
      const [, place] = /\/providers\/Microsoft\.ApiManagement\/service\/[^/]+(.*)$/.exec(resource.id) ?? [];
      return place === undefined ? [] : [[place, resource]];
    }),
  );
  const of = (place: RegExp) =>
    [...parts].flatMap(([at, resource]) => {
      const match = place.exec(at);
      return match === null ? [] : [{ ids: match.slice(1), resource }];
    });
  /** What a resource's outputs, and the inputs that Azure does not answer, are. */
  const read = <T>(schema: z.ZodType<T>, { urn, inputs, outputs }: ExportedResource): T | undefined => {
    const parsed = schema.safeParse({ ...inputs, ...outputs });
    if (parsed.success) return parsed.data;
    missing.push(`${urn}: ${z.prettifyError(parsed.error)}`);
    return undefined;
  };

  const own = parts.get("");
  if (own === undefined)
    missing.push("an API Management service, as the stack that owns the gateway has one");
  if (!parts.has("/policies/policy")) missing.push("a policy of all APIs");
  const hosts = new Map(
    (own && read(service, own))?.hostnameConfigurations
      .filter(({ type }) => type === "Proxy")
      .map(({ hostName, negotiateClientCertificate }) => [
        hostName,
        { asksForCertificate: negotiateClientCertificate },
      ]),
  );

  // Of several releases the last one counts, which a state does not tell; this program keeps one of each API.
  const released = new Map(
    of(/^\/apis\/([^/]+)\/releases\/[^/]+$/).map(({ ids: [name = ""], resource }) => [
      name,
      read(release, resource)?.properties.apiId.split(";rev=")[1],
    ]),
  );
  const apis = of(/^\/apis\/([^/]+);rev=(\d+)$/).flatMap(({ ids: [name = "", revision = ""], resource }) => {
    const read_ = read(api, resource);
    if (read_ === undefined) return [];
    const added = of(new RegExp(`^/apis/${name};rev=${revision}/operations/([^/]+)$`)).map(
      ({ resource: one }) => one,
    );
    const contract = readOperations(resource, added);
    if (typeof contract === "string") missing.push(`${resource.urn}: ${contract}`);
    const set = parts.get(read_.apiVersionSetId?.split(/\/service\/[^/]+/)[1] ?? "/");
    const scheme = set && read(versionSet, set)?.versioningScheme;
    if (read_.apiVersionSetId !== undefined && scheme !== "Segment") {
      missing.push(`${resource.urn}: its version set, by a segment of the path, as no other is known here`);
    }
    return [
      {
        name,
        revision,
        isCurrent: (released.get(name) ?? (read_.isCurrent ? revision : undefined)) === revision,
        path: scheme === undefined ? read_.path : `${read_.path}/${read_.apiVersion ?? ""}`,
        protocols: read_.protocols,
        subscriptionRequired: read_.subscriptionRequired,
        keyNames: read_.subscriptionKeyParameterNames,
        operations: typeof contract === "string" ? [] : contract.operations,
        document: typeof contract === "string" ? undefined : contract.document,
      },
    ];
  });
  const links = of(/^\/products\/([^/]+)\/apis\/([^/]+)$/);
  const products = of(/^\/products\/([^/]+)$/).flatMap(({ ids: [id = ""], resource }) => {
    const read_ = read(product, resource);
    return read_
      ? [{ id, ...read_, apis: links.filter(({ ids }) => ids[0] === id).map(({ ids }) => ids[1] ?? "") }]
      : [];
  });
  const policies = new Map(
    of(/^(.*)\/policies\/policy$/).map(({ ids: [place = ""], resource }) => [
      place,
      read(policy, resource)?.value,
    ]),
  );
  const fragments = new Map(
    of(/^\/policyFragments\/([^/]+)$/).map(({ ids: [id = ""], resource }) => [
      id,
      read(policy, resource)?.value,
    ]),
  );
  const values = new Map(
    of(/^\/namedValues\/[^/]+$/).flatMap(({ resource }) => {
      // What Key Vault holds is in no state: a policy that names it says so, once it is asked.
      const parsed = namedValue.safeParse({ ...resource.inputs, ...resource.outputs });
      return parsed.success ? [[parsed.data.displayName, parsed.data.value]] : [];
    }),
  );
  const backends = new Map(
    of(/^\/backends\/([^/]+)$/).map(({ ids: [id = ""], resource }) => [id, read(backend, resource)]),
  );
  const addressesOf = (id: string): readonly string[] => {
    const target = required(backends, id, "backend");
    return "url" in target
      ? [target.url]
      : target.pool.services.flatMap((member) => addressesOf(member.id.split("/").at(-1) ?? ""));
  };
  if (missing.length > 0) throw new Error(`The exported state does not hold:\n- ${missing.join("\n- ")}`);
  return {
    hosts,
    apis,
    products,
    policy: (scope, { product: productId = "", api: apiId = "", operation = "" }) =>
      policies.get(
        {
          global: "",
          product: `/products/${productId}`,
          api: `/apis/${apiId}`,
          operation: `/apis/${apiId}/operations/${operation}`,
        }[scope],
      ),
    fragment: (id) => required(fragments, id, "policy fragment"),
    namedValue: (name) => required(values, name, "value in clear of the named value"),
    backend: addressesOf,
  };
}

function required<T>(all: ReadonlyMap<string, T | undefined>, id: string, what: string): T {
  const found = all.get(id);
  if (found === undefined) throw new Error(`The exported state does not hold the ${what} ${id}`);
  return found;
}
