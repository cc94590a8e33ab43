import type { Fixture, Json, Properties, ResourceType, Rule, Write } from "../../resource-type";
import { at, badRequest, isGuid, nameOf, rule, same, text, texts } from "../common";
import type { GenericResource } from "../generic-resource";
import {
  AFTER_UPDATE_OF_THE_ONLY_UNIT,
  child,
  childNameRule,
  existing,
  inService,
  serviceIdOf,
  SPEC,
  textRule,
  tierOf,
  TOKENS,
  validationError,
  withService,
} from "./common";
import { lengthRule, oneOfRule } from "./value-rules";

const ENTRA = "https://learn.microsoft.com/azure/api-management/api-management-howto-aad";
const MSAL =
  "https://learn.microsoft.com/azure/api-management/breaking-changes/identity-provider-adal-retirement-sep-2025";

const provider: Properties = {
  identityProviderName: "aad",
  type: "aad",
  clientId: "00000000-0000-0000-0000-000000000004",
  clientSecret: "example",
  clientLibrary: "MSAL-2",
  authority: "login.microsoftonline.com",
  signinTenant: "00000000-0000-0000-0000-000000000002",
  allowedTenants: ["00000000-0000-0000-0000-000000000002"],
};
const providerExample = inService(provider);

/** Providers of Entra ID, which work by MSAL. */
const OF_ENTRA = ["aad", "aadB2C"];

const identityProvider = child({
  token: TOKENS.identityProvider,
  path: "/identityProviders/{identityProviderName}",
  // Told by a separate call only.
  secrets: ["clientSecret"],
  writeOnly: ["clientSecret"],
  rules: [
    oneOfRule({
      id: "apim-identity-provider-name",
      paths: ["identityProviderName"],
      allowed: ["facebook", "google", "microsoft", "twitter", ...OF_ENTRA],
      example: providerExample,
      refused: { identityProviderName: "entra" },
    }),
    rule({
      id: "apim-identity-provider-type",
      source: SPEC,
      ...providerExample,
      refused: { inputs: { type: "aadB2C" } },
      check: ({ inputs, id }) =>
        inputs.type === undefined || same(text(inputs, "type") ?? "", nameOf(id))
          ? undefined
          : validationError("type", "must be the name of the identity provider"),
    }),
    rule({
      id: "apim-identity-provider-library",
      source: MSAL,
      ...providerExample,
      refused: { inputs: { clientLibrary: "ADAL" } },
      check: ({ inputs, id }) =>
        !OF_ENTRA.includes(nameOf(id)) || inputs.clientLibrary === "MSAL-2"
          ? undefined
          : validationError("clientLibrary", "must be MSAL-2: ADAL was retired on 30 September 2025"),
    }),
    {
      id: "apim-identity-provider-tier",
      source: ENTRA,
      check: ({ operation, id }, azure) =>
        operation !== "delete" &&
        OF_ENTRA.includes(nameOf(id)) &&
        ["Basic", "Consumption"].includes(tierOf(id, azure) ?? "")
          ? badRequest(
              `Method not allowed in ${tierOf(id, azure) ?? ""} pricing tier`,
              "MethodNotAllowedInPricingTier",
            )
          : undefined,
      accepted: providerExample,
      refused: withService(providerExample, { sku: { name: "Basic", capacity: 1 } }),
    },
    ...["clientId", "clientSecret"].map((property) =>
      lengthRule({
        id: `apim-identity-provider-${property === "clientId" ? "client" : "secret"}`,
        paths: [property],
        max: 4096,
        example: providerExample,
        refused: { [property]: "" },
      }),
    ),
    rule({
      id: "apim-identity-provider-tenants",
      source: SPEC,
      ...providerExample,
      refused: { inputs: { allowedTenants: Array.from({ length: 33 }, () => "contoso.com") } },
      check: ({ inputs }) =>
        texts(inputs, "allowedTenants").length <= 32
          ? undefined
          : validationError("allowedTenants", "must have at most 32 tenants"),
    }),
  ],
});

const externalGroup: Properties = {
  groupId: "partners",
  displayName: "Partners",
  type: "external",
  externalId: "aad://00000000-0000-0000-0000-000000000002/groups/00000000-0000-0000-0000-000000000005",
};

/** What a group of Entra ID asks of the service that it is in. */
export const EXTERNAL_GROUP_RULES: readonly Rule[] = [
  rule({
    id: "apim-group-provider",
    // The group is looked up by the provider's registration when it is written.
    source: "https://github.com/MicrosoftDocs/azure-docs/issues/91896",
    ...inService(externalGroup, existing(TOKENS.identityProvider, provider)),
    refused: { given: inService(externalGroup).given },
    check: ({ inputs, id }, azure) =>
      !isOfEntra(inputs) || azure.get(`${serviceIdOf(id)}/identityProviders/aad`) !== undefined
        ? undefined
        : validationError(
            "externalId",
            "Failed to query Azure Active Directory graph due to error: there is no identity provider aad.",
          ),
  }),
  rule({
    id: "apim-group-external-id",
    source: `${SPEC}, GroupContractProperties.externalId`,
    ...inService(externalGroup, existing(TOKENS.identityProvider, provider)),
    refused: { inputs: { externalId: "00000000-0000-0000-0000-000000000005" } },
    check: ({ inputs }) => {
      const [, tenant, group] =
        /^aad:\/\/([^/]+)\/groups\/([^/]+)$/.exec(text(inputs, "externalId") ?? "") ?? [];
      return inputs.type !== "external" || (tenant !== undefined && isGuid(group))
        ? undefined
        : validationError("externalId", "must be aad://<tenant>/groups/<object id>");
    },
  }),
];

function isOfEntra(inputs: Properties): boolean {
  return (text(inputs, "externalId") ?? "").startsWith("aad://");
}

/** What every portal can show: src/persistence/mapiObjectStorage.ts of Azure/api-management-developer-portal. */
export const CONTENT_TYPES: readonly string[] = [
  "block",
  "blob",
  "configuration",
  "document",
  "layout",
  "locales",
  "navigation",
  "page",
  "popup",
  "stylesheet",
  "url",
];

const contentType = child({
  token: TOKENS.contentType,
  path: "/contentTypes/{contentTypeId}",
});

const item: Properties = {
  contentTypeId: "page",
  contentItemId: "home",
  properties: { en_us: { title: "Home", permalink: "/" } },
};
const itemExample = inService(item);

const contentItem = child({
  token: TOKENS.contentItem,
  path: "/contentTypes/{contentTypeId}/contentItems/{contentItemId}",
  rules: [
    childNameRule({ id: "apim-content-item-id", property: "contentItemId", max: 80, example: itemExample }),
  ],
});

/** Who signs developers in to the portal, and what its pages show. */
export const portal: readonly ResourceType[] = [identityProvider, contentType, contentItem];

/** Where a service is. */
interface Place {
  readonly resourceGroupName: Json;
  readonly serviceName: string;
}

function untyped(
  { resourceGroupName, serviceName }: Place,
  resourceType: string,
  resourceName: string,
  properties: Properties,
): Properties {
  return {
    resourceGroupName,
    resourceProviderNamespace: "Microsoft.ApiManagement",
    parentResourcePath: `service/${serviceName}`,
    resourceType,
    resourceName,
    apiVersion: "2024-05-01",
    properties,
  };
}

const inPortal = (
  ...[resourceType, resourceName, properties]: [string, string, Properties]
): Required<Pick<Fixture, "given" | "inputs">> => ({
  given: inService({}).given,
  inputs: untyped(
    { resourceGroupName: "rg-example", serviceName: "apim-example" },
    resourceType,
    resourceName,
    properties,
  ),
});

const delegation = inPortal("portalsettings", "delegation", {
  url: "https://portal.example.com/delegation",
  validationKey: "ZXhhbXBsZQ==",
  subscriptions: { enabled: true },
  userRegistration: { enabled: false },
});

const SETTINGS = ["signin", "signup", "delegation"] as const;

/**
 * The settings of a new portal. They stand from the start, so that a resource of its own cannot create one: each has a
 * GET and no DELETE (apimportalsettings.json).
 */
export function firstPortalSettings(place: Place): readonly Properties[] {
  return SETTINGS.map((name) => untyped(place, "portalsettings", name, {}));
}

/** Settings of the portal, for which the SDK has no type. */
export const portalSetting: GenericResource = {
  type: "Microsoft.ApiManagement/service/portalsettings",
  example: delegation,
  writeOnly: ["validationKey"],
  yieldsTo: AFTER_UPDATE_OF_THE_ONLY_UNIT,
  references: () => [],
  outputs: () => ({}),
  rules: [
    oneOfRule({
      id: "apim-portal-setting-name",
      paths: ["resourceName"],
      source: `${SPEC}/apimportalsettings.json`,
      allowed: SETTINGS,
      example: delegation,
      refused: { resourceName: "terms" },
    }),
    rule({
      id: "apim-portal-delegation",
      source: "https://github.com/Azure/bicep/issues/8235",
      ...delegation,
      refused: { inputs: { properties: { subscriptions: { enabled: false } } } },
      check: ({ id, inputs }) =>
        !same(nameOf(id), "delegation") || text(inputs, "properties.url") !== undefined
          ? undefined
          : validationError("Url", "Url should not be empty."),
    }),
  ],
};

const revision = inPortal("portalRevisions", "20261124", { description: "First", isCurrent: true });

/** A published portal; one of them is what visitors get. */
export const portalRevision: GenericResource = {
  type: "Microsoft.ApiManagement/service/portalRevisions",
  example: revision,
  yieldsTo: AFTER_UPDATE_OF_THE_ONLY_UNIT,
  references: () => [],
  outputs: ({ inputs }) => ({
    isCurrent: at(inputs, "properties.isCurrent") ?? false,
    status: "completed",
  }),
  rules: [
    textRule({
      id: "apim-portal-revision-id",
      property: "resourceName",
      pattern: /^.{1,256}$/,
      words: "1 to 256 characters",
      example: revision,
      refused: "a".repeat(257),
    }),
    lengthRule({
      id: "apim-portal-revision-description",
      paths: ["properties.description"],
      min: 0,
      max: 2048,
      example: revision,
      refused: { properties: { description: "a".repeat(2049) } },
    }),
    {
      id: "apim-portal-revision-stays",
      source: `${SPEC}/apimportalrevisions.json has no DELETE`,
      check: ({ operation }: Write) =>
        operation === "delete"
          ? badRequest("The requested resource does not support http method 'DELETE'.", "MethodNotAllowed")
          : undefined,
      accepted: revision,
      refused: { ...revision, operation: "delete", previous: revision.inputs },
    },
  ],
};
