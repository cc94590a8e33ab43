import type { AzureError } from "../../errors";
import type { AzureView, Properties, Rule } from "../../resource-type";
import { at, duplicate, rule, same, text } from "../common";
import { hexOf } from "../derived";
import { EXAMPLE_API, inService, SPEC, validationError } from "./common";
import {
  type Contract,
  type ContractOperation,
  LINKS,
  pathOperations,
  readContract,
  recursion,
  references,
  SIMULATED_FORMATS,
  target,
} from "./contract";
import type { WsdlProblemCode } from "./wsdl";

const IMPORT = "https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions";

/** The text of the contract that an API is written with, and its format; of a link, what stands there. */
function contractText(
  { value, format }: Properties,
  azure: AzureView,
): { readonly format: string; readonly text: string; readonly url?: string } | undefined {
  if (typeof value !== "string" || typeof format !== "string" || !SIMULATED_FORMATS.includes(format))
    return undefined;
  const linked = LINKS[format];
  if (linked === undefined) return { format, text: value };
  const document = azure.document(value);
  return document === undefined ? undefined : { format: linked, text: document, url: value };
}

/** The contract that an API is written with; `undefined` for one without, or with one that cannot be read here. */
function contractOf(inputs: Properties, azure: AzureView): Contract | undefined {
  const source = contractText(inputs, azure);
  if (source === undefined) return undefined;
  const { format, text: content, url } = source;
  const service = text(inputs, "wsdlSelector.wsdlServiceName");
  const endpoint = text(inputs, "wsdlSelector.wsdlEndpointName");
  return readContract(format, content, {
    ...(url !== undefined && { url }),
    ...(format === "wsdl" && {
      soap: {
        ...(service !== undefined && { service }),
        ...(endpoint !== undefined && { endpoint }),
        passThrough: inputs.soapApiType === "soap",
      },
    }),
  });
}

/** {@link contractOf}; `undefined` also where the text is no contract. */
export function readableContract(
  inputs: Properties,
  azure: AzureView,
): Extract<Contract, { readonly problem?: undefined }> | undefined {
  const read = contractOf(inputs, azure);
  return read?.problem === undefined ? read : undefined;
}

/**
 * The operations of a contract, with the policies that API Management sets on them by itself; `undefined` where there is
 * no contract that can be read, which is not the same as one without operations.
 *
 * Those of a WSDL get new ids at each import: https://github.com/Azure/apiops/wiki/Limitations
 */
export function importedOperations(
  inputs: Properties,
  azure: AzureView,
): readonly { readonly operation: ContractOperation; readonly policy?: string }[] | undefined {
  const read = readableContract(inputs, azure);
  if (read === undefined) return undefined;
  if (read.kind === "openapi") return read.operations.map((operation) => ({ operation }));
  const importing = JSON.stringify(inputs);
  return read.operations.map(({ policy, ...operation }, index) => ({
    operation: {
      ...operation,
      operationId: hexOf(`operation:${index}:${importing}`, 24),
      templateParameters: [],
    },
    ...(policy !== undefined && { policy }),
  }));
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
  ...EXAMPLE_API,
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
    check: ({ inputs }, azure) => {
      const read = readableContract(inputs, azure);
      if (read?.kind !== "openapi") return undefined;
      const found = problem(read.document);
      return found === undefined ? undefined : parsingError(found);
    },
  });
}

/** How API Management refuses a contract: https://github.com/Azure/azure-cli/issues/29405 */
function parsingError(problem: string): AzureError {
  return validationError("representation", `Parsing error(s): ${problem}`);
}

const OPENAPI_RULES: readonly Rule[] = [
  rule({
    id: "apim-contract-format",
    source:
      "the simulated Azure reads OpenAPI and WSDL, not WADL, OData, gRPC, or what a GraphQL service tells",
    ...example,
    refused: { inputs: { format: "wadl-xml", value: "<application />" } },
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
    id: "apim-contract-link",
    source: `${SPEC}; the simulated Azure knows only documents that are published to it`,
    ...example,
    refused: { inputs: { format: "openapi-link", value: "https://example.com/openapi.yaml" } },
    check: ({ inputs: { format, value } }, azure) =>
      typeof format === "string" &&
      LINKS[format] !== undefined &&
      typeof value === "string" &&
      azure.document(value) === undefined
        ? validationError("value", `nothing can be fetched from ${value}`)
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
    check: ({ inputs }, azure) => {
      const problem = contractOf(inputs, azure)?.problem;
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
            .filter(
              (one) =>
                text(one, "in") === "path" || (text(one, "in") === "query" && at(one, "required") === true),
            )
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

/** A WSDL of one operation; `replace` changes its text. */
const wsdl = (...replace: readonly (readonly [string, string])[]): string =>
  replace.reduce(
    (document, [from, to]) => document.replace(from, to),
    `<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:orders" targetNamespace="urn:orders">
  <wsdl:types><xs:schema targetNamespace="urn:orders"><xs:element name="GetOrder" type="xs:string"/></xs:schema></wsdl:types>
  <wsdl:message name="GetOrderIn"><wsdl:part name="body" element="t:GetOrder"/></wsdl:message>
  <wsdl:portType name="Orders"><wsdl:operation name="GetOrder"><wsdl:input message="t:GetOrderIn"/></wsdl:operation></wsdl:portType>
  <wsdl:binding name="OrdersSoap" type="t:Orders">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="GetOrder"><soap:operation soapAction="urn:orders/GetOrder"/><wsdl:input><soap:body use="literal"/></wsdl:input></wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="OrderService"><wsdl:port name="Basic" binding="t:OrdersSoap"><soap:address location="https://orders.example.com/Orders.svc"/></wsdl:port></wsdl:service>
</wsdl:definitions>`,
  );

/** A way in which a WSDL is refused, and what makes {@link wsdl} such a one. */
interface WsdlRule {
  readonly code: WsdlProblemCode;
  /** Where the refusal is quoted. @default {@link IMPORT} */
  readonly source?: string;
  readonly change: readonly [string, string];
}

const WSDL_REFUSALS: readonly WsdlRule[] = [
  {
    code: "import",
    change: ["<wsdl:types>", '<wsdl:import namespace="urn:more" location="more.wsdl"/><wsdl:types>'],
  },
  {
    code: "endpoint",
    source: "https://github.com/Azure/apiops/issues/428",
    change: [
      "</wsdl:service>",
      '<wsdl:port name="Second" binding="t:OrdersSoap"><soap:address location="https://two.example.com/"/></wsdl:port></wsdl:service>',
    ],
  },
  { code: "binding", change: ["<soap:binding ", '<soap:binding style="rpc" '] },
  {
    code: "ws-specification",
    change: [
      "<soap:binding ",
      '<w:UsingAddressing xmlns:w="http://www.w3.org/2006/05/addressing/wsdl"/><soap:binding ',
    ],
  },
  {
    code: "message",
    source: "https://github.com/MicrosoftDocs/azure-docs/issues/35994",
    change: ['message="t:GetOrderIn"', 'message="t:Absent"'],
  },
  {
    code: "multipart",
    change: ["</wsdl:message>", '<wsdl:part name="more" element="t:GetOrder"/></wsdl:message>'],
  },
  {
    code: "type",
    source: "https://github.com/Azure/apiops/issues/185",
    change: ['type="xs:string"', 'type="t:Absent"'],
  },
  {
    code: "recursion",
    source: "https://github.com/Azure/apiops/issues/261",
    change: [
      'type="xs:string"/>',
      'type="t:Node"/><xs:complexType name="Node"><xs:sequence><xs:element name="next" type="t:Node"/></xs:sequence></xs:complexType>',
    ],
  },
];

/** What API Management refuses in a WSDL. */
const WSDL_RULES: readonly Rule[] = WSDL_REFUSALS.map(({ code, source = IMPORT, change }) =>
  rule({
    id: `apim-wsdl-${code}`,
    source: source === IMPORT ? `${IMPORT}#wsdl` : source,
    ...inService({ ...api, format: "wsdl", soapApiType: "soap", value: wsdl() }),
    refused: { inputs: { value: wsdl(change) } },
    check: ({ inputs }, azure) => {
      const read = readableContract(inputs, azure);
      if (read?.kind !== "wsdl") return undefined;
      const messages = read.problems.filter((one) => one.code === code).map(({ message }) => message);
      return messages.length === 0 ? undefined : parsingError(messages.join("; "));
    },
  }),
);

/** A GraphQL API has no contract of its own: its schema is a resource below it. */
const graphQlWithoutContract = rule({
  id: "apim-graphql-without-contract",
  source: "https://learn.microsoft.com/azure/api-management/graphql-apis-overview",
  ...example,
  accepted: { inputs: { apiType: "graphql", format: null, value: null } },
  refused: { inputs: { apiType: "graphql" } },
  check: ({ inputs }) =>
    ["apiType", "soapApiType"].some((property) => same(text(inputs, property) ?? "", "graphql")) &&
    text(inputs, "value") !== undefined
      ? validationError("value", "a GraphQL API takes its schema as an ApiSchema")
      : undefined,
});

/** What API Management refuses in a contract. */
export const CONTRACT_RULES: readonly Rule[] = [...OPENAPI_RULES, ...WSDL_RULES, graphQlWithoutContract];
