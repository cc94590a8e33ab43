import { AzureError } from "../../errors";
import type { AzureView, Properties, ResourceType, Rule, Write } from "../../resource-type";
import { number, rule, same, text } from "../common";
import { hexOf, nameAndType, timeOf } from "../derived";
import {
  child,
  childNameRule,
  existing,
  inService,
  namedIn,
  ONE_AT_A_TIME_PER_API,
  resolveId,
  serviceIdFrom,
  TOKENS,
  validationError,
} from "./common";
import { EXTERNAL_GROUP_RULES } from "./portal";
import { lengthRule } from "./value-rules";

const PRODUCT_SETTINGS = "https://learn.microsoft.com/azure/api-management/api-management-howto-add-products";

const product: Properties = { productId: "partners", displayName: "Partners", subscriptionRequired: true };
const productExample = inService(product);
const openExample = inService({ ...product, subscriptionRequired: false });
const subscription: Properties = { sid: "contoso", displayName: "Contoso", scope: "/products/partners" };
const subscriptionExample = inService(subscription, existing(TOKENS.product, product));
const group: Properties = { groupId: "partners", displayName: "Partners", type: "custom" };
const groupExample = inService(group);

const EXAMPLE_KEY = "0123456789abcdef0123456789abcdef";

/** The product, API or service that a subscription is for. */
function scopeOf(inputs: Properties, azure: AzureView): string {
  const service = serviceIdFrom(inputs, azure);
  const scope = text(inputs, "scope") ?? "";
  // `/apis` stands for all APIs, and `/` for everything.
  return /\/apis\/?$/i.test(scope) || scope === "/" || same(scope, `${service}/`)
    ? service
    : resolveId(scope, service);
}

function subscriptionOnly(
  property: "approvalRequired" | "subscriptionsLimit",
  id: string,
  value: boolean | number,
): Rule {
  return rule({
    id,
    source: PRODUCT_SETTINGS,
    ...productExample,
    accepted: { inputs: { [property]: value } },
    refused: { inputs: { subscriptionRequired: false, [property]: value } },
    check: ({ inputs }) =>
      inputs.subscriptionRequired === false &&
      (inputs[property] === true || number(inputs, property) !== undefined)
        ? validationError(property, "can be set only where subscriptionRequired is true")
        : undefined,
  });
}

/** What a read of a link answers: the thing that is linked, under the link's own name and type. */
function linked(id: string, target: string, azure: AzureView): Properties {
  return { ...azure.get(target)?.outputs, ...nameAndType(id) };
}

/**
 * What comes with a new product: the administrators see it (https://github.com/Azure/azure-service-operator/issues/3807),
 * and where it needs a subscription, they have one, under an id of Azure's and without a name
 * (https://github.com/Azure/bicep-registry-modules/issues/6516, https://github.com/Azure/apiops/pull/288). Whether a
 * product that comes to need one later gets it too is not known: here it does not.
 */
function createdWith({ operation, id, inputs }: Write, azure: AzureView): readonly Made[] {
  const service = serviceIdFrom(inputs, azure);
  if (operation !== "create" || azure.get(`${service}/groups/administrators`) === undefined) return [];
  const { resourceGroupName = null, serviceName = null, productId = null } = inputs;
  const place = { resourceGroupName, serviceName };
  const group = { token: TOKENS.productGroup, inputs: { ...place, productId, groupId: "administrators" } };
  if (inputs.subscriptionRequired === false) return [group];
  const subscription = {
    sid: hexOf(`subscription:${id.toLowerCase()}`, 24),
    scope: `/products/${text(inputs, "productId") ?? ""}`,
    ownerId: "/users/1",
  };
  return [group, { token: TOKENS.subscription, inputs: { ...place, ...subscription } }];
}

/** What Azure creates along with something else. */
type Made = ReturnType<NonNullable<ResourceType["creates"]>>[number];

const productType = child({
  token: TOKENS.product,
  path: "/products/{productId}",
  outputs: ({ inputs }) => ({
    state: inputs.state ?? "notPublished",
    subscriptionRequired: inputs.subscriptionRequired ?? true,
    ...(inputs.subscriptionRequired !== false && { approvalRequired: inputs.approvalRequired ?? false }),
  }),
  creates: createdWith,
  rules: [
    childNameRule({ id: "apim-product-id", property: "productId", max: 256, example: productExample }),
    lengthRule({
      id: "apim-product-display-name",
      paths: ["displayName"],
      max: 300,
      example: productExample,
      refused: { displayName: "a".repeat(301) },
    }),
    subscriptionOnly("approvalRequired", "apim-product-approval", true),
    subscriptionOnly("subscriptionsLimit", "apim-product-subscriptions-limit", 5),
    {
      id: "apim-product-has-subscriptions",
      source: "https://github.com/pulumi/pulumi-azure-native/issues/846",
      check: ({ operation, id }, azure) => {
        if (operation !== "delete") return undefined;
        const used = azure.all(TOKENS.subscription).some(({ inputs }) => same(scopeOf(inputs, azure), id));
        return used
          ? new AzureError(
              400,
              "ValidationError",
              "Product cannot be deleted since it has existing subscriptions. Delete subscriptions before deleting the product or pass in deleteSubscriptions=true as query param",
            )
          : undefined;
      },
      accepted: { ...openExample, operation: "delete", previous: openExample.inputs },
      refused: { ...productExample, operation: "delete", previous: productExample.inputs },
    },
  ],
});

const productApiType = child({
  token: "azure-native:apimanagement:ProductApi",
  path: "/products/{productId}/apis/{apiId}",
  serialised: ONE_AT_A_TIME_PER_API,
  references: (inputs, azure) => [{ property: "apiId", id: namedIn("apis", "apiId", inputs, azure) }],
  outputs: ({ id, inputs }, azure) => linked(id, namedIn("apis", "apiId", inputs, azure), azure),
});

const productGroupType = child({
  token: TOKENS.productGroup,
  path: "/products/{productId}/groups/{groupId}",
  references: (inputs, azure) => [{ property: "groupId", id: namedIn("groups", "groupId", inputs, azure) }],
  outputs: ({ id, inputs }, azure) => linked(id, namedIn("groups", "groupId", inputs, azure), azure),
});

const groupType = child({
  token: TOKENS.group,
  path: "/groups/{groupId}",
  // `type` in the answer is that of the resource.
  outputs: ({ inputs }) => ({ builtIn: inputs.type === "system" }),
  rules: [
    childNameRule({ id: "apim-group-id", property: "groupId", max: 256, example: groupExample }),
    lengthRule({
      id: "apim-group-display-name",
      paths: ["displayName"],
      max: 300,
      example: groupExample,
      refused: { displayName: "" },
    }),
    ...EXTERNAL_GROUP_RULES,
  ],
});

const subscriptionType = child({
  token: TOKENS.subscription,
  path: "/subscriptions/{sid}",
  // Keys are answered by a separate call only.
  secrets: ["primaryKey", "secondaryKey"],
  writeOnly: ["primaryKey", "secondaryKey", "notify", "appType"],
  references: (inputs, azure) => [{ property: "scope", id: scopeOf(inputs, azure) }],
  outputs: ({ id, inputs }, azure) => ({
    scope: scopeOf(inputs, azure),
    state: inputs.state ?? "active",
    allowTracing: inputs.allowTracing ?? false,
    createdDate: timeOf(`created:${id}`),
  }),
  rules: [
    childNameRule({ id: "apim-subscription-id", property: "sid", max: 256, example: subscriptionExample }),
    lengthRule({
      id: "apim-subscription-display-name",
      paths: ["displayName"],
      max: 100,
      example: subscriptionExample,
      refused: { displayName: "a".repeat(101) },
    }),
    ...["primaryKey", "secondaryKey"].map((property) =>
      lengthRule({
        id: `apim-subscription-${property === "primaryKey" ? "primary" : "secondary"}-key`,
        paths: [property],
        max: 256,
        example: {
          ...subscriptionExample,
          inputs: { ...subscriptionExample.inputs, [property]: EXAMPLE_KEY },
        },
        refused: { [property]: EXAMPLE_KEY.repeat(20) },
      }),
    ),
  ],
});

/** Products with who may use them, and subscriptions. */
export const products: readonly ResourceType[] = [
  productType,
  productApiType,
  productGroupType,
  groupType,
  subscriptionType,
];
