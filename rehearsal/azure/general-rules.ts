import { isDeepStrictEqual } from "node:util";
import { formatIssues, type Issue } from "../../validation/issue";
import { AlreadyExistsError, AzureError } from "./errors";
import { armType, parentOf, resourceGroupOf } from "./ids";
import type { AzureView, Fixture, Properties, ResourceType, Write } from "./resource-type";
import { EXAMPLE_GROUP } from "./types/common";

/** What a general rule may look at, beside the write. */
export interface Circumstances {
  readonly type: ResourceType;
  readonly azure: AzureView;
  /** The subscription that is deployed to, from wherever it is seen. */
  readonly home: string;
  /** What the SDK's declarations find wrong with the inputs. */
  readonly issues: readonly Issue[];
  /** The id as whoever asks spells it: a write has the one under which Azure keeps it. */
  readonly spelt: string;
  /** Whether the id is taken, be it by what is still being created. */
  readonly exists: (id: string) => boolean;
  /** How whoever is creating what has this id spells it; `undefined` where nobody is. */
  readonly creatingAs: (id: string) => string | undefined;
  /** Whether a write with this key is under way. */
  readonly underWay: (key: string) => boolean;
}

/** An example of a general rule: it names the type, as the rule holds for every one. */
export interface GeneralFixture extends Fixture {
  readonly token: string;
  /** What was there and has been deleted since. */
  readonly deleted?: readonly { readonly token: string; readonly inputs: Properties }[];
  /** What is being created at the same time. */
  readonly meanwhile?: readonly { readonly token: string; readonly inputs: Properties }[];
}

/** A refusal that does not depend on the type. The rules of a type are in its own file. */
export interface GeneralRule {
  /** Unique, kebab-case. */
  readonly id: string;
  /** Where Azure or the provider says so. */
  readonly source: string;
  check(write: Write, circumstances: Circumstances): AzureError | undefined;
  readonly accepted: GeneralFixture;
  readonly refused: GeneralFixture;
}

const GATEWAY = {
  token: "azure-native:apimanagement:ApiManagementService",
  inputs: {
    resourceGroupName: "rg-example",
    serviceName: "apim-example",
    location: "westeurope",
    publisherEmail: "api@example.com",
    publisherName: "Example",
    sku: { name: "Developer", capacity: 1 },
  },
};
const PRODUCT = {
  token: "azure-native:apimanagement:Product",
  inputs: {
    resourceGroupName: "rg-example",
    serviceName: "apim-example",
    productId: "orders",
    displayName: "Orders",
  },
};
const API = {
  token: "azure-native:apimanagement:Api",
  inputs: {
    resourceGroupName: "rg-example",
    serviceName: "apim-example",
    apiId: "orders",
    displayName: "Orders",
    path: "orders",
  },
};
const FIRST_REVISION = { ...API, inputs: { ...API.inputs, apiId: "orders;rev=1" } };
const PRODUCT_API = {
  token: "azure-native:apimanagement:ProductApi",
  inputs: {
    resourceGroupName: "rg-example",
    serviceName: "apim-example",
    productId: "orders",
    apiId: "orders",
  },
};
const POLICY = {
  token: "azure-native:apimanagement:Policy",
  inputs: {
    resourceGroupName: "rg-example",
    serviceName: "apim-example",
    policyId: "policy",
    format: "rawxml",
    value: "<policies />",
  },
};
const operation = (operationId: string) => ({
  token: "azure-native:apimanagement:ApiOperation",
  inputs: {
    resourceGroupName: "rg-example",
    serviceName: "apim-example",
    apiId: "orders",
    operationId,
    displayName: operationId,
    method: "GET",
    urlTemplate: `/${operationId}`,
  },
});
const ZONE = {
  token: "azure-native:dns:Zone",
  inputs: { resourceGroupName: "rg-example", zoneName: "example.com", location: "global" },
};

const NATIVE_CLIENT =
  "https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/azure/client_azcore.go";

/** The rules that hold for every type, in the order in which they are asked. */
export const generalRules: readonly GeneralRule[] = [
  {
    id: "shape",
    source:
      "The declarations of @pulumi/azure-native and @pulumi/azuread, read into rehearsal/azure/shapes.json",
    check: ({ operation }, { type, issues }) =>
      operation === "delete" || issues.length === 0
        ? undefined
        : new AzureError(
            400,
            "InvalidRequestContent",
            formatIssues(`The request content of ${type.token} is not valid`, issues),
          ),
    accepted: { ...ZONE, given: [EXAMPLE_GROUP] },
    refused: { token: ZONE.token, given: [EXAMPLE_GROUP], inputs: { ...ZONE.inputs, kind: "public" } },
  },
  {
    id: "identifier-not-in-use",
    source: "https://github.com/Azure/apiops/issues/481",
    // azure-native finds nothing yet, so that it is Azure who refuses.
    check: ({ operation, id }, { creatingAs, spelt }) =>
      operation === "create" && (creatingAs(id) ?? spelt).toLowerCase() !== spelt.toLowerCase()
        ? new AzureError(409, "IdentifierAlreadyInUse", "Resource already exists.")
        : undefined,
    accepted: { ...API, given: [EXAMPLE_GROUP, GATEWAY] },
    refused: { ...FIRST_REVISION, given: [EXAMPLE_GROUP, GATEWAY], meanwhile: [API] },
  },
  {
    id: "not-existing-already",
    source: `${NATIVE_CLIENT} (CanCreate)`,
    check: ({ operation, id }, { type, exists, spelt }) =>
      operation === "create" && type.alwaysExists === undefined && exists(id)
        ? new AlreadyExistsError(spelt)
        : undefined,
    accepted: { ...ZONE, given: [EXAMPLE_GROUP] },
    refused: { ...ZONE, given: [EXAMPLE_GROUP, ZONE] },
  },
  {
    id: "default-body-before-adoption",
    source: `${NATIVE_CLIENT} (CanCreate, default body)`,
    check: (write, { type, azure }) =>
      write.operation === "create" &&
      type.alwaysExists?.deletable === true &&
      !standsAsReset(write.id, type.alwaysExists.reset, azure)
        ? new AlreadyExistsError(write.id, "subresource")
        : undefined,
    accepted: { ...POLICY, given: [EXAMPLE_GROUP, GATEWAY] },
    refused: { ...POLICY, given: [EXAMPLE_GROUP, GATEWAY, POLICY] },
  },
  {
    id: "parent-exists",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-parent-resource",
    check: (write, { type, azure, home }) =>
      write.operation === "delete" || typeof type.id === "function"
        ? undefined
        : missingParent(write.id, azure, home),
    accepted: { ...PRODUCT, given: [EXAMPLE_GROUP, GATEWAY] },
    refused: { ...PRODUCT, given: [EXAMPLE_GROUP] },
  },
  {
    id: "references-exist",
    source: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found",
    check: (write, { type, azure }) => {
      if (write.operation === "delete") return undefined;
      const missing = type.references?.(write.inputs, azure).find(({ id }) => azure.get(id) === undefined);
      return missing === undefined
        ? undefined
        : notFound(missing.id, `It is what ${missing.property} of '${write.id}' refers to.`);
    },
    accepted: { ...PRODUCT_API, given: [EXAMPLE_GROUP, GATEWAY, PRODUCT, API] },
    refused: { ...PRODUCT_API, given: [EXAMPLE_GROUP, GATEWAY, PRODUCT] },
  },
  {
    id: "name-not-soft-deleted",
    source: "https://learn.microsoft.com/azure/api-management/soft-delete",
    check: (write, { type, azure }) => {
      if (write.operation !== "create" || type.softDelete === undefined) return undefined;
      const deleted = azure
        .softDeleted(type.token)
        .some(({ id }) => id.toLowerCase() === write.id.toLowerCase());
      const restores = type.softDelete.restores?.(write.inputs) ?? false;
      return deleted && !restores ? type.softDelete.refusal(write.id) : undefined;
    },
    accepted: { ...GATEWAY, given: [EXAMPLE_GROUP] },
    refused: { ...GATEWAY, given: [EXAMPLE_GROUP], deleted: [GATEWAY] },
  },
  {
    id: "no-colliding-write",
    source: "https://github.com/Azure/apiops/issues/379",
    check: (write, { type, azure, underWay }) =>
      [type.serialised?.(write, azure), type.yieldsTo?.(write, azure)].find((one) => one?.keys.some(underWay))
        ?.refusal,
    accepted: { ...operation("get-order"), given: [EXAMPLE_GROUP, GATEWAY, API] },
    refused: {
      ...operation("get-order"),
      given: [EXAMPLE_GROUP, GATEWAY, API],
      meanwhile: [operation("list-orders")],
    },
  },
];

function standsAsReset(id: string, reset: Properties, azure: AzureView): boolean {
  const standing = azure.get(id)?.inputs;
  return (
    standing === undefined ||
    Object.entries(reset).every(([name, value]) => isDeepStrictEqual(standing[name], value))
  );
}

function missingParent(id: string, azure: AzureView, home: string): AzureError | undefined {
  const parent = parentOf(id);
  if (parent === undefined) return undefined;
  const [, , subscription = ""] = parent.id.split("/");
  if (!subscriptionExists(subscription, azure, home)) {
    return new AzureError(
      404,
      "SubscriptionNotFound",
      `The subscription '${subscription}' could not be found.`,
    );
  }
  if (parent.kind === "subscription") return undefined;
  const group = resourceGroupOf(id);
  if (
    group !== undefined &&
    azure.get(`/subscriptions/${subscription}/resourceGroups/${group}`) === undefined
  ) {
    return new AzureError(404, "ResourceGroupNotFound", `Resource group '${group}' could not be found.`);
  }
  if (azure.get(parent.id) !== undefined) return undefined;
  if (parent.kind === "scope") return notFound(parent.id, `It is the scope of '${id}'.`);
  return new AzureError(
    404,
    "ParentResourceNotFound",
    `Failed to perform 'write' on resource(s) of type '${armType(id)}', because the parent resource '${parent.id}' could not be found.`,
  );
}

/** The one that is deployed to exists; of others, those in which something stands. */
function subscriptionExists(subscription: string, azure: AzureView, home: string): boolean {
  const isHome = subscription.toLowerCase() === home.toLowerCase();
  return isHome || azure.below(`/subscriptions/${subscription}`).length > 0;
}

function notFound(id: string, why: string): AzureError {
  const group = resourceGroupOf(id);
  const where = group === undefined ? "" : ` under resource group '${group}'`;
  return new AzureError(404, "ResourceNotFound", `The Resource '${id}'${where} was not found. ${why}`);
}
