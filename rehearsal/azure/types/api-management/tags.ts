import type { Fixture, Properties, ResourceType } from "../../resource-type";
import {
  child,
  childNameRule,
  EXAMPLE_API,
  existing,
  inService,
  namedIn,
  ONE_AT_A_TIME_PER_API,
  TOKENS,
} from "./common";
import { absoluteUrlRule, lengthRule } from "./value-rules";

const TAG = "azure-native:apimanagement:Tag";

const tag: Properties = { tagId: "internal", displayName: "Internal" };
const tagExample = inService(tag);
const api = existing(TOKENS.api, EXAMPLE_API);
const operation = existing(TOKENS.operation, {
  apiId: "orders",
  operationId: "list",
  displayName: "List orders",
  method: "GET",
  urlTemplate: "/orders",
});

const tagType = child({
  token: TAG,
  path: "/tags/{tagId}",
  rules: [
    childNameRule({ id: "apim-tag-id", property: "tagId", max: 80, example: tagExample }),
    lengthRule({
      id: "apim-tag-display-name",
      paths: ["displayName"],
      max: 160,
      example: tagExample,
      refused: { displayName: "a".repeat(161) },
    }),
  ],
});

/** Something that is tagged: a read answers the tag under the link's own name. */
function taggedType(spec: {
  readonly token: string;
  readonly path: string;
  readonly serialised?: ResourceType["serialised"];
  readonly ruleId: string;
  readonly example: Fixture;
}): ResourceType {
  const { token, path, serialised, ruleId, example } = spec;
  return child({
    token,
    path: `${path}/tags/{tagId}`,
    ...(serialised && { serialised }),
    references: (inputs, azure) => [{ property: "tagId", id: namedIn("tags", "tagId", inputs, azure) }],
    outputs: ({ inputs }, azure) => ({
      displayName: azure.get(namedIn("tags", "tagId", inputs, azure))?.inputs.displayName ?? null,
    }),
    rules: [childNameRule({ id: ruleId, property: "tagId", max: 80, example })],
  });
}

const descriptionExample = inService(
  { apiId: "orders", tagDescriptionId: "internal", description: "For the company's own applications" },
  api,
);

const tagDescriptionType = child({
  token: "azure-native:apimanagement:ApiTagDescription",
  path: "/apis/{apiId}/tagDescriptions/{tagDescriptionId}",
  serialised: ONE_AT_A_TIME_PER_API,
  rules: [
    childNameRule({
      id: "apim-tag-description-id",
      property: "tagDescriptionId",
      max: 80,
      example: descriptionExample,
    }),
    absoluteUrlRule({
      id: "apim-tag-description-url",
      paths: ["externalDocsUrl"],
      example: descriptionExample,
      refused: { externalDocsUrl: "docs/internal" },
    }),
    lengthRule({
      id: "apim-tag-description-url-length",
      paths: ["externalDocsUrl"],
      max: 2000,
      example: descriptionExample,
      refused: { externalDocsUrl: `https://example.com/${"a".repeat(2000)}` },
    }),
  ],
});

/** Tags of a service, what has them, and what an API tells of one. */
export const tags: readonly ResourceType[] = [
  tagType,
  taggedType({
    token: "azure-native:apimanagement:TagByApi",
    path: "/apis/{apiId}",
    serialised: ONE_AT_A_TIME_PER_API,
    ruleId: "apim-api-tag-id",
    example: inService({ apiId: "orders", tagId: "internal" }, existing(TAG, tag), api),
  }),
  taggedType({
    token: "azure-native:apimanagement:TagByOperation",
    path: "/apis/{apiId}/operations/{operationId}",
    serialised: ONE_AT_A_TIME_PER_API,
    ruleId: "apim-operation-tag-id",
    example: inService(
      { apiId: "orders", operationId: "list", tagId: "internal" },
      existing(TAG, tag),
      api,
      operation,
    ),
  }),
  taggedType({
    token: "azure-native:apimanagement:TagByProduct",
    path: "/products/{productId}",
    ruleId: "apim-product-tag-id",
    example: inService(
      { productId: "partners", tagId: "internal" },
      existing(TAG, tag),
      existing(TOKENS.product, { productId: "partners", displayName: "Partners" }),
    ),
  }),
  tagDescriptionType,
];
