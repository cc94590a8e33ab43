import { AzureError } from "../../errors";
import type {
  AzureView,
  Fixture,
  Properties,
  ResourceType,
  Rule,
  Serialisation,
  StoredResource,
  Write,
} from "../../resource-type";
import { EXAMPLE_GROUP, exampleId, nameRule, text } from "../common";
import { nameAndType } from "../derived";

/** Where names, lengths and patterns are declared. */
export const SPEC =
  "https://github.com/Azure/azure-rest-api-specs/tree/main/specification/apimanagement/resource-manager/Microsoft.ApiManagement/stable/2024-05-01";

/** The id of a service as a template. */
export const SERVICE =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.ApiManagement/service/{serviceName}";

/** Tokens of what rules look for. */
export const TOKENS = {
  service: "azure-native:apimanagement:ApiManagementService",
  api: "azure-native:apimanagement:Api",
  operation: "azure-native:apimanagement:ApiOperation",
  backend: "azure-native:apimanagement:Backend",
  contentItem: "azure-native:apimanagement:ContentItem",
  contentType: "azure-native:apimanagement:ContentType",
  fragment: "azure-native:apimanagement:PolicyFragment",
  group: "azure-native:apimanagement:Group",
  identityProvider: "azure-native:apimanagement:IdentityProvider",
  namedValue: "azure-native:apimanagement:NamedValue",
  product: "azure-native:apimanagement:Product",
  productGroup: "azure-native:apimanagement:ProductGroup",
  subscription: "azure-native:apimanagement:Subscription",
  versionSet: "azure-native:apimanagement:ApiVersionSet",
} as const;

/** How API Management refuses a value: https://github.com/Azure/apiops/issues/837 */
export function validationError(target: string, message: string): AzureError {
  return new AzureError(
    400,
    "ValidationError",
    `One or more fields contain incorrect values: ${target}: ${message}`,
  );
}

/** The id of the service that a resource is, or lies below. */
export function serviceIdOf(id: string): string {
  return /^.*?\/providers\/Microsoft\.ApiManagement\/service\/[^/]+/i.exec(id)?.[0] ?? id;
}

/** The service that a resource with these inputs belongs to. */
export function serviceIdFrom(inputs: Properties, azure: AzureView): string {
  const group = text(inputs, "resourceGroupName") ?? "";
  const service = text(inputs, "serviceName") ?? "";
  return `/subscriptions/${azure.subscriptionId}/resourceGroups/${group}/providers/Microsoft.ApiManagement/service/${service}`;
}

/** The id of what an input names in a collection of the service, e.g. of the API that `apiId` names in `apis`. */
export function namedIn(collection: string, property: string, inputs: Properties, azure: AzureView): string {
  return `${serviceIdFrom(inputs, azure)}/${collection}/${text(inputs, property) ?? ""}`;
}

/** Answers what lies below the service of a resource, type by type: Azure is looked through once for all of them. */
export function inServiceOf(id: string, azure: AzureView): (token: string) => readonly StoredResource[] {
  const below = azure.below(serviceIdOf(id));
  return (token) => below.filter((one) => one.token === token);
}

/** The tier of the service that a resource lies below; `undefined` where the service does not exist. */
export function tierOf(id: string, azure: AzureView): string | undefined {
  return text(azure.get(serviceIdOf(id))?.inputs, "sku.name");
}

/** A reference of API Management, which is a full ARM id or one relative to the service, e.g. `/apis/orders`. */
export function resolveId(reference: string, serviceId: string): string {
  return reference.toLowerCase().startsWith("/subscriptions/")
    ? reference
    : `${serviceId}/${reference.replace(/^\//, "")}`;
}

/** The form of a text property. */
interface TextLimits {
  readonly id: string;
  readonly property: string;
  readonly pattern: RegExp;
  /** The pattern in words, e.g. `1 to 80 letters`. */
  readonly words: string;
  readonly source?: string;
  /** A valid write. */
  readonly example: Fixture;
  /** A value of another form. */
  readonly refused: string;
}

/** A rule about the length and the characters of one property. */
export function textRule({
  id,
  property,
  pattern,
  words,
  source = SPEC,
  example,
  refused,
}: TextLimits): Rule {
  return nameRule({
    id,
    source,
    property,
    pattern,
    code: "ValidationError",
    message: () => validationError(property, `must have ${words}`).message,
    given: example.given,
    inputs: example.inputs,
    refusedName: refused,
  });
}

/** Names of most children exclude the same characters; their lengths differ. */
export function childNameRule(spec: {
  readonly id: string;
  readonly property: string;
  readonly max: 80 | 256;
  readonly example: Fixture;
}): Rule {
  return textRule({
    ...spec,
    pattern: new RegExp(`^[^*#&+:<>?]{1,${spec.max}}$`),
    words: `1 to ${spec.max} characters, none of * # & + : < > ?`,
    refused: "what?",
  });
}

/**
 * A service of the Developer tier has one unit, and answers no write while that is updated; the other tiers go on.
 * https://github.com/Azure/apiops/issues/497
 */
export const AFTER_UPDATE_OF_THE_ONLY_UNIT = ({ id }: Write, azure: AzureView): Serialisation | undefined =>
  tierOf(id, azure) === "Developer"
    ? {
        keys: [serviceIdOf(id).toLowerCase()],
        refusal: new AzureError(422, "ManagementApiRequestFailed", "Management API timed out"),
      }
    : undefined;

/** A resource below a service: `path` is its place there, e.g. `/apis/{apiId}`. */
export function child(type: Omit<ResourceType, "id"> & { readonly path: string }): ResourceType {
  const { path, outputs, minutes, ...rest } = type;
  const property = /\{(\w+)\}$/.exec(path)?.[1] ?? "";
  return {
    ...rest,
    id: SERVICE + path,
    // What lies below another resource takes Pulumi's name as it is.
    autoName: { property, kind: "copy" },
    minutes: { create: 0.1, update: 0.1, delete: 0.1, ...minutes },
    yieldsTo: AFTER_UPDATE_OF_THE_ONLY_UNIT,
    outputs: (write, azure) => ({ ...nameAndType(write.id), ...outputs?.(write, azure) }),
  };
}

/** Where an API is, whichever of its revisions is meant. */
export function apiOf(id: string): string {
  return /^.*?\/apis\/[^/;%]+/i.exec(id)?.[0] ?? id;
}

/**
 * Writes that touch one API collide: the API, its revisions, operations, policies and links to products.
 * https://github.com/Azure/apiops/issues/141
 */
export const ONE_AT_A_TIME_PER_API = ({ id }: Write): Serialisation => ({
  keys: [apiOf(id.replace(/\/products\/[^/]+(?=\/apis\/)/i, "")).toLowerCase()],
  refusal: new AzureError(409, "PessimisticConcurrencyConflict", "Operation on the API is in progress"),
});

/** Where the examples are. */
const EXAMPLE_PLACE = { resourceGroupName: "rg-example", serviceName: "apim-example" } as const;

/** The id of {@link EXAMPLE_SERVICE}. */
export const EXAMPLE_SERVICE_ID = exampleId("Microsoft.ApiManagement/service/apim-example");

/** A service of the Developer tier with an identity of its own. */
export const EXAMPLE_SERVICE = {
  token: TOKENS.service,
  inputs: {
    ...EXAMPLE_PLACE,
    location: "westeurope",
    publisherName: "Example",
    publisherEmail: "api@example.com",
    sku: { name: "Developer", capacity: 1 },
    identity: { type: "SystemAssigned" },
  },
} as const;

/** An API without a contract, as far as a fixture needs one. */
export const EXAMPLE_API = { apiId: "orders", displayName: "Orders", path: "orders" } as const;

/** Something that exists already in a fixture. */
type Existing = NonNullable<Fixture["given"]>[number];

/** Something below {@link EXAMPLE_SERVICE}. */
export function existing(token: string, inputs: Properties): Existing {
  return { token, inputs: { ...EXAMPLE_PLACE, ...inputs } };
}

/** A fixture of something below {@link EXAMPLE_SERVICE}. */
export function inService(
  inputs: Properties,
  ...given: readonly Existing[]
): Required<Pick<Fixture, "given" | "inputs">> {
  return { given: [EXAMPLE_GROUP, EXAMPLE_SERVICE, ...given], inputs: { ...EXAMPLE_PLACE, ...inputs } };
}

/** The same fixture with {@link EXAMPLE_SERVICE} changed. */
export function withService(fixture: Fixture, inputs: Properties): Fixture {
  const given = fixture.given?.map((item) =>
    item.token === TOKENS.service ? { ...item, inputs: { ...item.inputs, ...inputs } } : item,
  );
  return { ...fixture, given };
}
