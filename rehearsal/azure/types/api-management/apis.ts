import type { AzureView, Properties, ResourceType, Write } from "../../resource-type";
import { exampleId, nameOf, others, rule, same, text } from "../common";
import { API_AUTHENTICATION_RULES } from "./authorization-servers";
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
import { api, CONTRACT_RULES, example, importedOperations, readableContract } from "./contract-rules";
import { copiesOf, isCurrent, revisionOf, revisionRules, sharedSettings, sourceOf } from "./revisions";
import { lengthRule } from "./value-rules";

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
function describe(inputs: Properties, azure: AzureView): Properties {
  const { soapApiType } = inputs;
  const type: Properties = soapApiType === undefined ? {} : { apiType: soapApiType };
  const read = readableContract(inputs, azure);
  if (read === undefined) return type;
  const description = read.kind === "openapi" ? text(read.document, "info.description") : undefined;
  return { ...type, displayName: read.title, ...(description !== undefined && { description }) };
}

function apiOutputs(write: Write, azure: AzureView): Properties {
  const { inputs } = write;
  const set = typeof inputs.apiVersionSetId === "string" ? azure.get(inputs.apiVersionSetId) : undefined;
  const source = sourceOf(inputs, azure)?.outputs;
  return {
    ...sharedSettings(inputs, azure, describe),
    serviceUrl:
      inputs.serviceUrl ?? readableContract(inputs, azure)?.serviceUrl ?? source?.serviceUrl ?? null,
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
    const { inputs, id } = write;
    const imported = importedOperations(inputs, azure);
    if (imported === undefined) return copiesOf(write, azure);
    const place = {
      resourceGroupName: inputs.resourceGroupName ?? null,
      serviceName: inputs.serviceName ?? null,
      apiId: nameOf(id),
    };
    const names = imported.map((one) => one.operation.operationId);
    const made = imported.flatMap(({ operation: { templateParameters, ...rest }, policy }) => [
      {
        token: TOKENS.operation,
        inputs: {
          ...place,
          ...rest,
          templateParameters: templateParameters.map((parameter) => ({ ...parameter })),
        },
      },
      ...(policy === undefined
        ? []
        : [
            {
              token: "azure-native:apimanagement:ApiOperationPolicy",
              inputs: {
                ...place,
                operationId: rest.operationId,
                policyId: "policy",
                format: "xml",
                value: policy,
              },
            },
          ]),
    ]);
    return [...made, ...copiesOf(write, azure, names)];
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
      lengthRule({ id, paths: [property], min, max, example, refused: { [property]: "a".repeat(max + 1) } }),
    ),
    uniquePath,
    ...revisionRules(example, describe),
    ...CONTRACT_RULES,
    ...API_AUTHENTICATION_RULES,
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
    lengthRule({
      id: "apim-operation-url-template",
      paths: ["urlTemplate"],
      max: 1000,
      example: operationExample,
      refused: { urlTemplate: "a".repeat(1001) },
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
    lengthRule({
      id: "apim-version-set-display-name",
      paths: ["displayName"],
      max: 100,
      example: versionSetExample,
      refused: { displayName: "a".repeat(101) },
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
