import type { AzureError } from "../../errors";
import type { AzureView, Properties, ResourceType, Rule, Write } from "../../resource-type";
import { duplicate, exampleId, nameOf, others, rule, same, text } from "../common";
import {
  apiOf,
  child,
  childNameRule,
  existing,
  inService,
  ONE_AT_A_TIME_PER_API,
  resolveId,
  serviceIdFrom,
  serviceIdOf,
  SPEC,
  textRule,
  TOKENS,
  validationError,
} from "./common";
import {
  type Contract,
  pathOperations,
  readContract,
  recursion,
  references,
  SIMULATED_FORMATS,
  target,
} from "./contract";
import { copiesOf, isCurrent, revisionOf, revisionRules, sharedSettings, sourceOf } from "./revisions";

const IMPORT = "https://learn.microsoft.com/azure/api-management/api-management-api-import-restrictions";

/** The contract that an API is written with; `undefined` for one without, or with one that cannot be read here. */
function contractOf(inputs: Properties): Contract | undefined {
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
const api: Properties = {
  apiId: "orders",
  displayName: "Orders",
  path: "orders",
  protocols: ["https"],
  format: "openapi+json",
  value: contract(),
};
const example = inService(api);

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

const CONTRACT_RULES: readonly Rule[] = [
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

const version = (apiVersion: string): Properties => ({
  apiVersion,
  apiVersionSetId: `${exampleId("Microsoft.ApiManagement/service/apim-example")}/apiVersionSets/orders`,
});

const uniquePath = rule({
  id: "apim-api-path-unique",
  source: "https://github.com/Azure/apiops/issues/712",
  ...inService(
    { ...api, ...version("v2") },
    existing(TOKENS.versionSet, {
      versionSetId: "orders",
      displayName: "Orders",
      versioningScheme: "Segment",
    }),
    existing(TOKENS.api, { ...api, apiId: "orders-v1", ...version("v1") }),
  ),
  refused: { inputs: version("v1") },
  check: (write, azure) => {
    const path = text(write.inputs, "path") ?? "";
    const { apiVersion, apiVersionSetId } = write.inputs;
    const rival = others(write, azure, TOKENS.api).find(({ id, inputs }) => {
      if (!same(serviceIdOf(id), serviceIdOf(write.id)) || same(apiOf(id), apiOf(write.id))) return false;
      if (!same(text(inputs, "path") ?? "", path)) return false;
      const sameSet =
        typeof apiVersionSetId === "string" &&
        same(nameOf(apiVersionSetId), nameOf(text(inputs, "apiVersionSetId") ?? ""));
      return !sameSet || inputs.apiVersion === apiVersion;
    });
    if (rival === undefined) return undefined;
    return validationError(
      "path",
      `Cannot create API '${nameOf(write.id)}' with the same Path '${path}' as API '${nameOf(rival.id)}'  unless it's a part of the same version set`,
    );
  },
});

/** What the contract of an API says of it. */
function describe(inputs: Properties): Properties {
  const read = contractOf(inputs);
  if (read === undefined || read.problem !== undefined) return {};
  const description = text(read.document, "info.description");
  return { displayName: read.title, ...(description !== undefined && { description }) };
}

function apiOutputs(write: Write, azure: AzureView): Properties {
  const { inputs } = write;
  const read = contractOf(inputs);
  const set = typeof inputs.apiVersionSetId === "string" ? azure.get(inputs.apiVersionSetId) : undefined;
  const source = sourceOf(inputs, azure)?.outputs;
  return {
    ...sharedSettings(inputs, azure, describe),
    serviceUrl:
      inputs.serviceUrl ??
      (read?.problem === undefined ? read?.serviceUrl : undefined) ??
      source?.serviceUrl ??
      null,
    apiRevision: revisionOf(write),
    // Azure says it of the current revision only, as in ApiManagementCreateApiRevisionFromExistingApi.json of the specification.
    ...(isCurrent(write.id) && { isCurrent: true }),
    subscriptionKeyParameterNames: inputs.subscriptionKeyParameterNames ??
      source?.subscriptionKeyParameterNames ?? {
        header: "Ocp-Apim-Subscription-Key",
        query: "subscription-key",
      },
    provisioningState: "Succeeded",
    ...(set && {
      apiVersionSet: {
        id: set.id,
        name: set.inputs.displayName ?? null,
        versioningScheme: set.inputs.versioningScheme ?? null,
      },
    }),
  };
}

const lengths: readonly (readonly [property: string, id: string, min: number, max: number])[] = [
  ["displayName", "apim-api-display-name", 1, 300],
  ["path", "apim-api-path", 0, 400],
  ["serviceUrl", "apim-api-service-url", 0, 2000],
  ["apiVersion", "apim-api-version", 0, 100],
  ["apiRevision", "apim-api-revision", 1, 100],
  ["apiRevisionDescription", "apim-api-revision-description", 0, 256],
];

const apiType = child({
  token: TOKENS.api,
  path: "/apis/{apiId}",
  writeOnly: ["format", "value", "wsdlSelector", "soapApiType", "translateRequiredQueryParametersConduct"],
  // Versions of one set collide too: https://github.com/Azure/apiops/issues/141
  serialised: (write) => {
    const { keys, refusal } = ONE_AT_A_TIME_PER_API(write);
    const set = text(write.inputs, "apiVersionSetId");
    const sets = set === undefined ? [] : [resolveId(set, serviceIdOf(write.id)).toLowerCase()];
    return { keys: [...keys, ...sets], refusal };
  },
  minutes: { create: 0.5, update: 0.5 },
  outputs: apiOutputs,
  references: (inputs, azure) =>
    ["apiVersionSetId", "sourceApiId"].flatMap((property) => {
      const reference = inputs[property];
      return typeof reference === "string"
        ? [{ property, id: resolveId(reference, serviceIdFrom(inputs, azure)) }]
        : [];
    }),
  creates: (write, azure) => {
    const { operation, inputs, id } = write;
    const read = operation === "delete" ? undefined : contractOf(inputs);
    if (read === undefined || read.problem !== undefined) return copiesOf(write, azure);
    const place = {
      resourceGroupName: inputs.resourceGroupName ?? null,
      serviceName: inputs.serviceName ?? null,
      apiId: nameOf(id),
    };
    const imported = read.operations.map(({ templateParameters, ...rest }) => ({
      token: TOKENS.operation,
      inputs: {
        ...place,
        ...rest,
        templateParameters: templateParameters.map((parameter) => ({ ...parameter })),
      },
    }));
    const names = read.operations.map(({ operationId }) => operationId);
    return [...imported, ...copiesOf(write, azure, names)];
  },
  rules: [
    textRule({
      id: "apim-api-id",
      property: "apiId",
      pattern: /^[^*#&+:<>?;]{1,80}(?:;rev=\d+)?$/,
      words: "1 to 80 characters, none of * # & + : < > ?, and for a revision ;rev= and its number",
      example,
      refused: "orders?",
    }),
    ...lengths.map(([property, id, min, max]) =>
      textRule({
        id,
        property,
        pattern: new RegExp(`^.{${min},${max}}$`, "s"),
        words: `${min} to ${max} characters`,
        example,
        refused: "a".repeat(max + 1),
      }),
    ),
    uniquePath,
    ...revisionRules(example, describe),
    ...CONTRACT_RULES,
  ],
});

const operation: Properties = {
  apiId: "orders",
  operationId: "get-order",
  displayName: "Get order",
  method: "GET",
  urlTemplate: "/orders/{id}",
  templateParameters: [{ name: "id", type: "string", required: true }],
};
const operationExample = inService(operation, existing(TOKENS.api, api));

const operationType = child({
  token: TOKENS.operation,
  path: "/apis/{apiId}/operations/{operationId}",
  serialised: ONE_AT_A_TIME_PER_API,
  outputs: ({ inputs }) => ({
    templateParameters: inputs.templateParameters ?? [],
    responses: inputs.responses ?? [],
  }),
  rules: [
    childNameRule({ id: "apim-operation-id", property: "operationId", max: 80, example: operationExample }),
    textRule({
      id: "apim-operation-url-template",
      property: "urlTemplate",
      pattern: /^.{1,1000}$/s,
      words: "1 to 1000 characters",
      example: operationExample,
      refused: "a".repeat(1001),
    }),
    rule({
      id: "apim-operation-unique-template",
      source: "https://jaliyaudagedara.blogspot.com/2024/11/azure-apim-backends-with-openapi.html",
      ...operationExample,
      refused: { inputs: { urlTemplate: "/orders" } },
      check: (write, azure) => {
        const api = write.id.slice(0, write.id.lastIndexOf("/"));
        const rival = others(write, azure, TOKENS.operation).find(
          ({ id, inputs }) =>
            same(id.slice(0, id.lastIndexOf("/")), api) &&
            inputs.method === write.inputs.method &&
            inputs.urlTemplate === write.inputs.urlTemplate,
        );
        return (
          rival &&
          validationError(
            "urlTemplate",
            `Operation with the same method and URL template already exists: ${nameOf(rival.id)}`,
          )
        );
      },
    }),
  ],
});

const versionSet: Properties = { versionSetId: "orders", displayName: "Orders", versioningScheme: "Segment" };
const versionSetExample = inService(versionSet);

const versionSetType = child({
  token: TOKENS.versionSet,
  path: "/apiVersionSets/{versionSetId}",
  rules: [
    childNameRule({
      id: "apim-version-set-id",
      property: "versionSetId",
      max: 80,
      example: versionSetExample,
    }),
    textRule({
      id: "apim-version-set-display-name",
      property: "displayName",
      pattern: /^.{1,100}$/s,
      words: "1 to 100 characters",
      example: versionSetExample,
      refused: "a".repeat(101),
    }),
    rule({
      id: "apim-version-set-scheme",
      source: SPEC,
      ...versionSetExample,
      refused: { inputs: { versioningScheme: "Path" } },
      check: ({ inputs }) =>
        ["Segment", "Query", "Header"].includes(text(inputs, "versioningScheme") ?? "")
          ? undefined
          : validationError("versioningScheme", "must be Segment, Query or Header"),
    }),
    rule({
      id: "apim-version-set-parameter",
      source: SPEC,
      ...versionSetExample,
      accepted: { inputs: { versioningScheme: "Header", versionHeaderName: "Api-Version" } },
      refused: { inputs: { versioningScheme: "Query", versionHeaderName: "Api-Version" } },
      check: ({ inputs }) => {
        const property = { Query: "versionQueryName", Header: "versionHeaderName" }[
          text(inputs, "versioningScheme") ?? ""
        ];
        return property !== undefined && text(inputs, property) === undefined
          ? validationError(
              property,
              `is required where versioningScheme is ${text(inputs, "versioningScheme") ?? ""}`,
            )
          : undefined;
      },
    }),
  ],
});

/** APIs with their operations and version sets. */
export const apis: readonly ResourceType[] = [apiType, operationType, versionSetType];
