import { isDeepStrictEqual } from "node:util";
import { parse as parseYaml } from "yaml";
import type { Json, Properties } from "../../resource-type";
import { at, items, members, text, texts } from "../common";
import { readWsdl, type WsdlContract, type WsdlImport } from "./wsdl";

/** An operation that API Management makes from a contract. */
export interface ContractOperation {
  readonly operationId: string;
  readonly displayName: string;
  readonly method: string;
  readonly urlTemplate: string;
  readonly description?: string;
  readonly templateParameters: readonly {
    readonly name: string;
    readonly type: string;
    readonly required: true;
  }[];
}

/** An OpenAPI document as API Management understands it. */
export interface OpenApiContract {
  readonly problem?: undefined;
  readonly kind: "openapi";
  readonly document: Properties;
  readonly title: string;
  readonly serviceUrl?: string;
  readonly operations: readonly ContractOperation[];
}

/** A contract as API Management understands it, or why it does not. */
export type Contract = { readonly problem: string } | OpenApiContract | WsdlContract;

/** How the text of each format of OpenAPI is read, and which versions are allowed in it. */
const OPENAPI: Readonly<
  Record<string, { readonly parse: (value: string) => Json; readonly version: RegExp }>
> = {
  // YAML is read as the 1.2 core schema, of which JSON is a part.
  openapi: { parse: (value) => parseYaml(value) as Json, version: /^3\.(?:0\.[0-3]|1\.\d+)$/ },
  "openapi+json": { parse: (value) => JSON.parse(value) as Json, version: /^3\.(?:0\.[0-3]|1\.\d+)$/ },
  "swagger-json": { parse: (value) => JSON.parse(value) as Json, version: /^2\.0$/ },
};

/** Formats whose value is an address, and the format of what API Management fetches from there. */
export const LINKS: Readonly<Record<string, string>> = {
  "openapi-link": "openapi",
  "openapi+json-link": "openapi+json",
  "swagger-link-json": "swagger-json",
  "wsdl-link": "wsdl",
};

/** Formats that can be read here. API Management knows more. */
export const SIMULATED_FORMATS: readonly string[] = [...Object.keys(OPENAPI), "wsdl", ...Object.keys(LINKS)];

/** What a contract is read with, beside its text. */
export interface ContractSource {
  /** Where it was fetched. */
  readonly url?: string;
  /** Of a WSDL. @default the only endpoint, whose API stays a SOAP API */
  readonly soap?: WsdlImport;
}

/** Those of a path that are imported: https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions */
const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];

/** Several rules look at one contract, one after the other, and an update at the one that stood before as well. */
let latest: readonly {
  readonly key: readonly [string, string, ContractSource];
  readonly contract: Contract;
}[] = [];

/** Reads the text of a contract; its format is one of {@link SIMULATED_FORMATS} that is no link. */
export function readContract(format: string, text: string, source: ContractSource = {}): Contract {
  const key = [format, text, source] as const;
  const known = latest.find((one) => isDeepStrictEqual(one.key, key));
  const read = known ?? { key, contract: readAnew(format, text, source) };
  latest = [read, ...latest.filter((one) => one !== read)].slice(0, 2);
  return read.contract;
}

function readAnew(format: string, text: string, source: ContractSource): Contract {
  return format === "wsdl"
    ? readWsdl(text, source.soap ?? { passThrough: true })
    : readOpenApi(format, text, source);
}

function readOpenApi(format: string, value: string, { url }: ContractSource): Contract {
  const reader = OPENAPI[format];
  if (reader === undefined) return { problem: `contract format not simulated: ${format}` };
  let document: Json;
  try {
    document = reader.parse(value);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
  if (document === null || typeof document !== "object" || Array.isArray(document)) {
    return { problem: `the document is not an object` };
  }
  const version = text(document, "openapi") ?? text(document, "swagger");
  if (version === undefined || !reader.version.test(version)) {
    return {
      problem: `the version ${version ?? "(none)"} of OpenAPI cannot be imported with the format ${format} (2.0, 3.0.0 to 3.0.3, 3.1)`,
    };
  }
  const title = text(document, "info.title");
  if (title === undefined) return { problem: "info.title is required" };
  if (document.paths === undefined && !version.startsWith("3.1")) return { problem: "paths is required" };
  const servers = version === "2.0" ? hosts(document, url) : items(document, "servers").map(serverUrl(url));
  if (servers === undefined) {
    return {
      problem: "Cannot infer scheme from the document. Either import from URL or specify explicitly.",
    };
  }
  const secure = servers.find((server) => server.toLowerCase().startsWith("https://"));
  // Of version 3, addresses without TLS are not taken.
  const serviceUrl = secure ?? (version === "2.0" ? servers[0] : undefined);
  return {
    kind: "openapi",
    document,
    title,
    ...(serviceUrl !== undefined && { serviceUrl }),
    operations: operationsOf(document),
  };
}

/** A relative address is one beside the document, if it is known where that was. */
function serverUrl(base: string | undefined): (server: Json) => string {
  return (server) => {
    const url = text(server, "url") ?? "";
    return /^[a-z][a-z\d+.-]*:/i.test(url) || base === undefined || !URL.canParse(url, base)
      ? url
      : new URL(url, base).href.replace(/\/$/, "");
  };
}

/**
 * The addresses of a document of version 2.0; `undefined` where it names a host and nobody says how to reach it.
 *
 * https://github.com/Azure/azure-powershell/issues/3393
 */
function hosts(document: Properties, url: string | undefined): readonly string[] | undefined {
  const host = text(document, "host");
  if (host === undefined) return [];
  const named = texts(document, "schemes");
  const [fetched] = /^https?(?=:)/i.exec(url ?? "") ?? [];
  const schemes = named.length > 0 || fetched === undefined ? named : [fetched];
  if (schemes.length === 0) return undefined;
  const basePath = (text(document, "basePath") ?? "").replace(/\/$/, "");
  return schemes.map((scheme) => `${scheme}://${host}${basePath}`);
}

interface PathOperation {
  readonly path: string;
  readonly method: string;
  readonly operation: Json;
  readonly parameters: readonly Json[];
}

/** Every operation of a document, with the parameters of its path. */
export function pathOperations(document: Properties): readonly PathOperation[] {
  // An extension for paths that differ in their query only, the one that API Management knows beside `x-servers`.
  const paths = { ...members(document, "paths"), ...members(document, "x-ms-paths") };
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = at(item, method);
      if (operation === undefined) return [];
      const declared = [...items(item, "parameters"), ...items(operation, "parameters")];
      return [{ path, method, operation, parameters: declared.map((one) => follow(document, one)) }];
    }),
  );
}

/**
 * Names are normalised, and required query parameters become part of the template:
 * https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions
 */
function operationsOf(document: Properties): readonly ContractOperation[] {
  const taken = new Set<string>();
  return pathOperations(document).map(({ path, method, operation, parameters }) => {
    const operationId = text(operation, "operationId");
    const name = unused(normalise(operationId ?? `${method}-${path}`), taken);
    taken.add(name);
    const query = parameters.filter((one) => text(one, "in") === "query" && at(one, "required") === true);
    const inPath = parameters.filter((one) => text(one, "in") === "path");
    const names = query.map((one) => text(one, "name") ?? "");
    const description = text(operation, "description");
    return {
      operationId: name,
      displayName: (text(operation, "summary") ?? operationId ?? `${method} - ${path}`).slice(0, 300),
      method: method.toUpperCase(),
      urlTemplate: path + (names.length > 0 ? `?${names.map((one) => `${one}={${one}}`).join("&")}` : ""),
      ...(description !== undefined && { description: description.slice(0, 1000) }),
      templateParameters: [...inPath, ...query].map((one) => ({
        name: text(one, "name") ?? "",
        type: text(one, "schema.type") ?? text(one, "type") ?? "string",
        required: true,
      })),
    };
  });
}

function normalise(operationId: string): string {
  return operationId
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 76);
}

function unused(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let suffix = 1;
  while (taken.has(`${name}-${suffix}`)) suffix += 1;
  return `${name}-${suffix}`;
}

/** Every `$ref` in a document with the place where it stands. */
export function references(
  value: Json,
  path = "#",
): readonly { readonly path: string; readonly ref: string }[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "$ref" && typeof item === "string" ? [{ path, ref: item }] : references(item, `${path}/${key}`),
  );
}

/** What a `$ref` into the document itself points at; `undefined` where nothing stands there. */
export function target(document: Properties, ref: string): Json | undefined {
  return ref
    .split("/")
    .slice(1)
    .map((token) => decoded(token).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<Json | undefined>((current, key) => {
      if (current === null || typeof current !== "object") return undefined;
      return Array.isArray(current) ? current[Number(key)] : current[key];
    }, document);
}

/** A pointer's token without its percent signs; one that is no such encoding stands for itself. */
function decoded(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}

function follow(document: Properties, value: Json): Json {
  const ref = text(value, "$ref");
  return ref === undefined ? value : (target(document, ref) ?? value);
}

/** The schemas of a circle of references, e.g. `["#/components/schemas/Node", …]`; `undefined` where there is none. */
export function recursion(document: Properties): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (ref: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(ref)) return [...trail.slice(trail.indexOf(ref)), ref];
    if (done.has(ref)) return undefined;
    done.add(ref);
    return references(target(document, ref) ?? null)
      .map((next) => visit(next.ref, [...trail, ref]))
      .find((circle) => circle !== undefined);
  };
  return references(document)
    .map(({ ref }) => visit(ref, []))
    .find((circle) => circle !== undefined);
}
