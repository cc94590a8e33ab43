import type { AzureError } from "../../errors";
import type { Properties, Rule } from "../../resource-type";
import { duplicate, rule, text } from "../common";
import { inService, SPEC, validationError } from "./common";
import {
  type Contract,
  pathOperations,
  readContract,
  recursion,
  references,
  SIMULATED_FORMATS,
  target,
} from "./contract";

const IMPORT = "https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions";

/** The contract that an API is written with; `undefined` for one without, or with one that cannot be read here. */
export function contractOf(inputs: Properties): Contract | undefined {
  const { value, format } = inputs;
  if (typeof value !== "string" || typeof format !== "string" || !SIMULATED_FORMATS.includes(format))
    return undefined;
  return readContract(format, value);
}

const contract = (more: Properties = {}): string =>
  JSON.stringify({
    openapi: "3.0.3",
    info: { title: "Orders", version: "1.0.0" },
    paths: { "/orders": { get: { operationId: "listOrders", responses: { "200": { description: "OK" } } } } },
    ...more,
  });
/** An API with a contract that nothing is wrong with. */
export const api: Properties = {
  apiId: "orders",
  displayName: "Orders",
  path: "orders",
  protocols: ["https"],
  format: "openapi+json",
  value: contract(),
};
/** {@link api} in a service. */
export const example = inService(api);

/** A rule about a contract that can be read. */
function contractRule(spec: {
  readonly id: string;
  readonly source: string;
  readonly refused: Properties;
  readonly problem: (document: Properties) => string | undefined;
}): Rule {
  const { problem, refused, ...rest } = spec;
  return rule({
    ...rest,
    ...example,
    refused: { inputs: { value: contract(refused) } },
    check: ({ inputs }) => {
      const read = contractOf(inputs);
      const found = read === undefined || read.problem !== undefined ? undefined : problem(read.document);
      return found === undefined ? undefined : parsingError(found);
    },
  });
}

/** How API Management refuses a contract: https://github.com/Azure/azure-cli/issues/29405 */
function parsingError(problem: string): AzureError {
  return validationError("representation", `Parsing error(s): ${problem}`);
}

/** What API Management refuses in a contract. */
export const CONTRACT_RULES: readonly Rule[] = [
  rule({
    id: "apim-contract-format",
    source:
      "the simulated Azure reads OpenAPI that is given inline; it fetches nothing and reads no WSDL, WADL or GraphQL",
    ...example,
    refused: { inputs: { format: "openapi-link", value: "https://example.com/openapi.yaml" } },
    check: ({ inputs: { format } }) =>
      typeof format !== "string" || SIMULATED_FORMATS.includes(format)
        ? undefined
        : validationError(
            "format",
            `contract format not simulated: ${format} (${SIMULATED_FORMATS.join(", ")})`,
          ),
  }),
  rule({
    id: "apim-contract-needs-format",
    source: SPEC,
    ...example,
    refused: { inputs: { format: null } },
    check: ({ inputs: { format, value } }) =>
      typeof value === "string" && typeof format !== "string"
        ? validationError("format", "is required where value is given")
        : undefined,
  }),
  rule({
    id: "apim-contract-size",
    source: IMPORT,
    ...example,
    refused: { inputs: { value: contract({ "x-padding": " ".repeat(4 * 1024 * 1024) }) } },
    check: ({ inputs: { value } }) => {
      const bytes = typeof value === "string" ? Buffer.byteLength(value) : 0;
      return bytes > 4 * 1024 * 1024
        ? validationError(
            "value",
            `an inline contract has at most 4 MB, not ${(bytes / 1024 / 1024).toFixed(1)} MB`,
          )
        : undefined;
    },
  }),
  rule({
    id: "apim-contract-parses",
    source: "https://github.com/Azure/azure-cli/issues/29405",
    ...example,
    refused: { inputs: { format: "openapi", value: "openapi: 3.0.3\ninfo: title: Orders" } },
    check: ({ inputs }) => {
      const problem = contractOf(inputs)?.problem;
      return problem === undefined ? undefined : parsingError(problem);
    },
  }),
  contractRule({
    id: "apim-contract-external-reference",
    source: IMPORT,
    refused: { components: { schemas: { Order: { $ref: "common.yaml#/Order" } } } },
    problem: (document) => {
      const external = references(document).find(({ ref }) => !ref.startsWith("#/"));
      return (
        external &&
        `${external.path}: the reference ${external.ref} leaves the document, which is not supported`
      );
    },
  }),
  contractRule({
    id: "apim-contract-reference",
    source: IMPORT,
    refused: { components: { schemas: { Order: { $ref: "#/components/schemas/Absent" } } } },
    problem: (document) => {
      const broken = references(document).find(
        ({ ref }) => ref.startsWith("#/") && target(document, ref) === undefined,
      );
      return broken && `${broken.path}: nothing stands at ${broken.ref}`;
    },
  }),
  contractRule({
    id: "apim-contract-recursive-schema",
    source: IMPORT,
    refused: {
      components: {
        schemas: { Node: { type: "object", properties: { next: { $ref: "#/components/schemas/Node" } } } },
      },
    },
    problem: (document) => {
      const circle = recursion(document);
      return circle && `recursive schemas are not supported: ${circle.join(" -> ")}`;
    },
  }),
  contractRule({
    id: "apim-contract-operation-ids",
    source: "https://spec.openapis.org/oas/v3.0.3#operation-object",
    refused: {
      paths: {
        "/orders": { get: { operationId: "list", responses: {} } },
        "/items": { get: { operationId: "list", responses: {} } },
      },
    },
    problem: (document) => {
      const ids = pathOperations(document).map(({ operation }) => text(operation, "operationId"));
      const twice = duplicate(ids.filter((id) => id !== undefined));
      return twice && `the operationId ${twice} stands more than once`;
    },
  }),
  contractRule({
    id: "apim-contract-template-parameters",
    source: IMPORT,
    refused: { paths: { "/orders/{id}": { get: { operationId: "get", responses: {} } } } },
    problem: (document) =>
      pathOperations(document)
        .map(({ path, method, parameters }) => {
          const names = parameters
            .filter((one) => text(one, "in") === "path")
            .map((one) => (text(one, "name") ?? "").toLowerCase());
          const missing = [...path.matchAll(/\{([^}]+)\}/g)].find(
            ([, name = ""]) => !names.includes(name.toLowerCase()),
          );
          return missing && `the parameter ${missing[0]} of ${method.toUpperCase()} ${path} is not defined`;
        })
        .find((problem) => problem !== undefined),
  }),
  contractRule({
    id: "apim-contract-parameter-names",
    source: IMPORT,
    refused: {
      paths: {
        "/orders/{id}": {
          get: {
            operationId: "get",
            parameters: [
              { name: "id", in: "path", required: true, schema: { type: "string" } },
              { name: "ID", in: "query", required: true, schema: { type: "string" } },
            ],
            responses: {},
          },
        },
      },
    },
    problem: (document) =>
      pathOperations(document)
        .map(({ path, method, parameters }) => {
          const names = parameters
            .filter((one) => text(one, "in") === "path" || (text(one, "in") === "query" && isRequired(one)))
            .map((one) => (text(one, "name") ?? "").toLowerCase());
          const twice = duplicate(names);
          return (
            twice &&
            `the required parameter ${twice} of ${method.toUpperCase()} ${path} stands in both path and query`
          );
        })
        .find((problem) => problem !== undefined),
  }),
];

function isRequired(parameter: Parameters<typeof text>[0]): boolean {
  return (
    typeof parameter === "object" &&
    parameter !== null &&
    "required" in parameter &&
    parameter.required === true
  );
}
