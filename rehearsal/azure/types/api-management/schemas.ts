import { buildSchema } from "graphql";
import type { Fixture, ResourceType, Properties } from "../../resource-type";
import { at, rule, text } from "../common";
import type { GenericResource } from "../generic-resource";
import {
  child,
  childNameRule,
  existing,
  inService,
  ONE_AT_A_TIME_PER_API,
  SPEC,
  TOKENS,
  validationError,
} from "./common";
import { parsePolicy as parseXml } from "./policy-xml";
import { oneOfRule } from "./value-rules";

/** The schema language of GraphQL. */
const GRAPHQL = "application/vnd.ms-azure-apim.graphql.schema";
const XSD = "application/vnd.ms-azure-apim.xsd+xml";
/** Schemas of OpenAPI, which have objects for a text. */
const OPENAPI: Readonly<Record<string, "components" | "definitions">> = {
  "application/vnd.oai.openapi.components+json": "components",
  "application/vnd.ms-azure-apim.swagger.definitions+json": "definitions",
};

const apiSchemaExample = inService(
  {
    apiId: "catalogue",
    schemaId: "graphql",
    contentType: GRAPHQL,
    value: "type Query { products: [Product!]! } type Product { name: String! }",
  },
  existing(TOKENS.api, {
    apiId: "catalogue",
    displayName: "Catalogue",
    path: "catalogue",
    apiType: "graphql",
  }),
);

/** Why a text is no schema in GraphQL's language; `undefined` where it is one. */
function graphQlProblem(sdl: string): string | undefined {
  try {
    buildSchema(sdl);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const apiSchemaType = child({
  token: "azure-native:apimanagement:ApiSchema",
  path: "/apis/{apiId}/schemas/{schemaId}",
  serialised: ONE_AT_A_TIME_PER_API,
  outputs: () => ({ provisioningState: "Succeeded" }),
  rules: [
    childNameRule({ id: "apim-api-schema-id", property: "schemaId", max: 80, example: apiSchemaExample }),
    rule({
      id: "apim-api-schema-content-type",
      source: "https://www.rfc-editor.org/rfc/rfc2616#section-3.7",
      ...apiSchemaExample,
      refused: { inputs: { contentType: "graphql" } },
      check: ({ inputs }) =>
        /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;.*)?$/.test(text(inputs, "contentType") ?? "")
          ? undefined
          : validationError("contentType", "must be a media type, e.g. application/json"),
    }),
    rule({
      id: "apim-api-schema-content",
      source: SPEC,
      ...apiSchemaExample,
      refused: { inputs: { value: null } },
      check: ({ inputs }) => {
        const property = OPENAPI[text(inputs, "contentType") ?? ""] ?? "value";
        return at(inputs, property) === undefined
          ? validationError(property, "is required for this content type")
          : undefined;
      },
    }),
    rule({
      id: "apim-api-schema-graphql",
      source: "https://learn.microsoft.com/azure/api-management/graphql-schema-resolve-api",
      ...apiSchemaExample,
      refused: { inputs: { value: "type Query { products: [Product!]! }" } },
      check: ({ inputs }) => {
        const sdl = text(inputs, "value");
        const problem =
          sdl !== undefined && text(inputs, "contentType") === GRAPHQL ? graphQlProblem(sdl) : undefined;
        return problem === undefined ? undefined : validationError("value", problem);
      },
    }),
    rule({
      id: "apim-api-schema-xsd",
      source: SPEC,
      ...apiSchemaExample,
      accepted: { inputs: { contentType: XSD, value: "<schema xmlns='http://www.w3.org/2001/XMLSchema'/>" } },
      refused: { inputs: { contentType: XSD, value: "<schema>" } },
      check: ({ inputs }) =>
        text(inputs, "contentType") === XSD && parseXml(text(inputs, "value") ?? "") === undefined
          ? validationError("value", "is not well-formed XML")
          : undefined,
    }),
  ],
});

const globalSchemaExample = inService({
  schemaId: "order",
  schemaType: "json",
  value: '{"type":"object"}',
});

/** Whether a schema for all APIs is of the form that it says. */
function isWellFormed({ schemaType, value }: Properties): boolean {
  if (schemaType === "xml") return typeof value === "string" && parseXml(value) !== undefined;
  if (typeof value !== "string") return true;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

const globalSchemaType = child({
  token: "azure-native:apimanagement:GlobalSchema",
  path: "/schemas/{schemaId}",
  outputs: () => ({ provisioningState: "Succeeded" }),
  rules: [
    childNameRule({ id: "apim-schema-id", property: "schemaId", max: 80, example: globalSchemaExample }),
    oneOfRule({
      id: "apim-schema-type",
      paths: ["schemaType"],
      allowed: ["json", "xml"],
      example: globalSchemaExample,
      refused: { schemaType: "yaml" },
    }),
    rule({
      id: "apim-schema-content",
      source: "https://learn.microsoft.com/azure/api-management/validate-content-policy",
      ...globalSchemaExample,
      refused: { inputs: { schemaType: "xml" } },
      check: ({ inputs }) =>
        inputs.value === undefined || isWellFormed(inputs)
          ? undefined
          : validationError("value", `is not well-formed ${text(inputs, "schemaType") ?? ""}`),
    }),
  ],
});

const jsonSchemaExample: Required<Pick<Fixture, "given" | "inputs">> = {
  given: inService({}).given,
  inputs: {
    resourceGroupName: "rg-example",
    resourceProviderNamespace: "Microsoft.ApiManagement",
    parentResourcePath: "service/apim-example",
    resourceType: "schemas",
    resourceName: "order",
    apiVersion: "2024-05-01",
    properties: { schemaType: "json", document: { type: "object" } },
  },
};

/** A JSON Schema of all APIs: the SDK's own type has no `document`. */
export const jsonSchema: GenericResource = {
  type: "Microsoft.ApiManagement/service/schemas",
  example: jsonSchemaExample,
  references: () => [],
  outputs: () => ({ provisioningState: "Succeeded" }),
  rules: [
    childNameRule({
      id: "apim-json-schema-id",
      property: "resourceName",
      max: 80,
      example: jsonSchemaExample,
    }),
    rule({
      id: "apim-json-schema-document",
      source:
        "https://github.com/hashicorp/terraform-provider-azurerm/blob/main/internal/services/apimanagement/api_management_global_schema_resource.go",
      ...jsonSchemaExample,
      refused: { inputs: { properties: { schemaType: "json", value: '{"type":"object"}' } } },
      check: ({ inputs }) => {
        const document = at(inputs, "properties.document");
        return text(inputs, "properties.schemaType") === "json" && typeof document === "object"
          ? undefined
          : validationError("document", "is required for this schema type");
      },
    }),
  ],
};

/** Schemas of one API, e.g. the one that makes a GraphQL API, and of all APIs. */
export const schemas: readonly ResourceType[] = [apiSchemaType, globalSchemaType];
