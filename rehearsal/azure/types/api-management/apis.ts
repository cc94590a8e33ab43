import type { AzureView, Properties, ResourceType, Write } from "../../resource-type";
import { exampleId, nameOf, others, rule, same, text } from "../common";
import { API_AUTHENTICATION_RULES } from "./authorization-servers";
import {
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
import { api, CONTRACT_RULES, contractOf, example, importedOperations } from "./contract-rules";

const version = (apiVersion: string): Properties => ({
  apiVersion,
  apiVersionSetId: `${exampleId("Microsoft.ApiManagement/service/apim-example")}/apiVersionSets/orders`,
});

/** An API and its revisions have one id, but for `;rev=`. */
function withoutRevision(id: string): string {
  return id.replace(/(?:;|%3B)rev(?:=|%3D)\d+$/i, "");
}

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
      if (
        !same(serviceIdOf(id), serviceIdOf(write.id)) ||
        same(withoutRevision(id), withoutRevision(write.id))
      )
        return false;
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

function apiOutputs(write: Write, azure: AzureView): Properties {
  const { inputs } = write;
  const read = contractOf(inputs, azure);
  const set = typeof inputs.apiVersionSetId === "string" ? azure.get(inputs.apiVersionSetId) : undefined;
  return {
    displayName: inputs.displayName ?? (read?.problem === undefined ? (read?.title ?? null) : null),
    serviceUrl: inputs.serviceUrl ?? (read?.problem === undefined ? (read?.serviceUrl ?? null) : null),
    apiType: inputs.apiType ?? inputs.soapApiType ?? "http",
    apiRevision: inputs.apiRevision ?? "1",
    isCurrent: withoutRevision(write.id) === write.id,
    protocols: inputs.protocols ?? ["https"],
    subscriptionRequired: inputs.subscriptionRequired ?? true,
    subscriptionKeyParameterNames: inputs.subscriptionKeyParameterNames ?? {
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
  serialised: ONE_AT_A_TIME_PER_API,
  minutes: { create: 0.5, update: 0.5 },
  outputs: apiOutputs,
  references: (inputs, azure) =>
    ["apiVersionSetId", "sourceApiId"].flatMap((property) => {
      const reference = inputs[property];
      return typeof reference === "string"
        ? [{ property, id: resolveId(reference, serviceIdFrom(inputs, azure)) }]
        : [];
    }),
  creates: ({ operation, inputs, id }, azure) => {
    if (operation === "delete") return [];
    const place = {
      resourceGroupName: inputs.resourceGroupName ?? null,
      serviceName: inputs.serviceName ?? null,
      apiId: nameOf(id),
    };
    return importedOperations(inputs, azure).flatMap(({ operation: imported, policy }) => {
      const { operationId, templateParameters } = imported;
      return [
        {
          token: TOKENS.operation,
          inputs: {
            ...place,
            ...imported,
            templateParameters: templateParameters.map((parameter) => ({ ...parameter })),
          },
        },
        ...(policy === undefined
          ? []
          : [
              {
                token: "azure-native:apimanagement:ApiOperationPolicy",
                inputs: { ...place, operationId, policyId: "policy", format: "xml", value: policy },
              },
            ]),
      ];
    });
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
