import { AzureError } from "../../errors";
import type { AzureView, Json, Properties, ResourceType, Rule, StoredResource } from "../../resource-type";
import { at, duplicate, EXAMPLE, isGuid, items, nameOf, others, rule, same, text, texts } from "../common";
import { principalType } from "../principals";
import { applicationOutputs } from "./answers";
import {
  APPLICATION,
  application,
  applicationId,
  applicationObjectId,
  exampleClientId,
  firstFree,
  given,
  GRAPH_APPLICATION,
  graphNotFound,
  graphRequest,
  group,
  IDENTIFIER_URI,
  needsApplication,
  objectIdIn,
  parentOf,
  role,
  scope,
} from "./objects";

const identifierUri: Properties = { applicationId, identifierUri: `api://${exampleClientId}` };
const preAuthorized: Properties = {
  applicationId,
  authorizedClientId: exampleClientId,
  permissionIds: [scope.id ?? null],
};

const PLATFORMS = ["web", "singlePageApplication", "publicClient"];
const MANIFEST = "https://learn.microsoft.com/entra/identity-platform/reference-app-manifest";

function permissionsOf(inputs: Properties): readonly Json[] {
  return [...items(inputs, "api.oauth2PermissionScopes"), ...items(inputs, "appRoles")];
}

const VERIFIED_HOST = /^https:\/\/[a-z0-9-]+\.onmicrosoft\.com(?:\/|$)/i;

/** Whether the tenant admits an identifier URI: version 1 tokens restrict it to what the tenant owns. */
function admits(uri: string, clientId: string, version: number, azure: AzureView): boolean {
  if (!/^(?:https?|api|urn|ms-appx):\/{0,2}[^\s/?#][^\s#]*$/i.test(uri) || uri.endsWith("/")) return false;
  if (version === 2) return true;
  const own = [`api://${clientId}`, `api://${azure.tenantId}/`];
  const [, tail] = /^api:\/\/[^/]+\/([^/]+)$/.exec(uri) ?? [];
  return uri === own[0] || uri.startsWith(own[1] ?? "") || tail === clientId || VERIFIED_HOST.test(uri);
}

function uriRefusal(
  uris: readonly string[],
  owner: StoredResource | undefined,
  version: number,
  azure: AzureView,
): AzureError | undefined {
  const clientId = text(owner?.outputs, "clientId") ?? "";
  const wrong = uris.find((uri) => !admits(uri, clientId, version, azure));
  if (wrong !== undefined) {
    const message = `Values of identifierUris property must use a verified domain of the organization or its subdomain: '${wrong}'`;
    return graphRequest(message, "HostNameNotOnVerifiedDomain");
  }
  const elsewhere = [
    ...azure
      .all(APPLICATION)
      .flatMap(({ id, inputs }) => texts(inputs, "identifierUris").map((uri) => ({ id, uri }))),
    ...azure.all(IDENTIFIER_URI).map(({ inputs }) => ({
      id: text(inputs, "applicationId") ?? "",
      uri: text(inputs, "identifierUri") ?? "",
    })),
  ].filter(({ id }) => owner === undefined || !same(id, owner.id));
  return elsewhere.some(({ uri }) => uris.some((own) => same(own, uri)))
    ? graphRequest(
        "Another object with the same value for property identifierUris already exists.",
        "ObjectConflict",
      )
    : undefined;
}

const LOCALHOST = /^http:\/\/(?:localhost|127\.0\.0\.1)(?::\d+)?(?:\/|$)/i;

/** Redirect URIs of the platforms web and SPA: https, or http to this machine; no fragment, no wildcard with SPA. */
function isRedirectUri(uri: string): boolean {
  if (!URL.canParse(uri) || uri.length > 256 || uri.includes("#")) return false;
  return uri.startsWith("https://") || LOCALHOST.test(uri);
}

const redirectUris: readonly Rule[] = [
  rule({
    id: "application-redirect-uri",
    source: "https://learn.microsoft.com/entra/identity-platform/reply-url",
    inputs: application,
    accepted: {
      inputs: {
        singlePageApplication: { redirectUris: ["https://apim-example.developer.azure-api.net/signin"] },
        web: { redirectUris: ["http://localhost:3000/"] },
      },
    },
    refused: { inputs: { singlePageApplication: { redirectUris: ["http://portal.example.com/signin"] } } },
    check: ({ inputs }) => {
      const wrong = ["singlePageApplication", "web"]
        .flatMap((platform) => texts(inputs, `${platform}.redirectUris`))
        .find((uri) => !isRedirectUri(uri));
      if (wrong === undefined) return undefined;
      return graphRequest(
        `The redirect URI '${wrong}' is invalid: https, or http with localhost, at most 256 characters, no fragment.`,
      );
    },
  }),
  rule({
    id: "application-redirect-uri-path",
    source:
      "https://github.com/hashicorp/terraform-provider-azuread/blob/main/internal/helpers/tf/validation/uri.go",
    inputs: application,
    accepted: {
      inputs: {
        web: { redirectUris: ["https://portal.example.com/"] },
        publicClient: { redirectUris: ["https://portal.example.com"] },
      },
    },
    refused: { inputs: { singlePageApplication: { redirectUris: ["https://portal.example.com"] } } },
    check: ({ inputs }) => {
      const wrong = ["singlePageApplication", "web"]
        .flatMap((platform) => texts(inputs, `${platform}.redirectUris`))
        .find((uri) => /^https?:\/\/[^/]*$/i.test(uri));
      if (wrong === undefined) return undefined;
      return graphRequest(`URI must have a trailing slash when there is no path segment for '${wrong}'`);
    },
  }),
  rule({
    id: "application-redirect-uri-one-platform",
    source: "https://learn.microsoft.com/entra/identity-platform/reply-url",
    inputs: application,
    accepted: { inputs: { web: { redirectUris: ["https://portal.example.com/signin"] } } },
    refused: {
      inputs: {
        web: { redirectUris: ["https://portal.example.com/signin"] },
        singlePageApplication: { redirectUris: ["https://portal.example.com/signin"] },
      },
    },
    check: ({ inputs }) => {
      const platforms = ["singlePageApplication", "web", "publicClient"];
      const twice = duplicate(platforms.flatMap((platform) => texts(inputs, `${platform}.redirectUris`)));
      return twice === undefined
        ? undefined
        : graphRequest(`The redirect URI '${twice}' stands more than once.`);
    },
  }),
];

const permissions: readonly Rule[] = [
  rule({
    id: "application-permission-ids",
    source: MANIFEST,
    inputs: application,
    refused: { inputs: { appRoles: [{ ...role, id: scope.id ?? null }] } },
    check: ({ inputs }) => {
      const ids = permissionsOf(inputs).map((entry) => (text(entry, "id") ?? "").toLowerCase());
      const wrong = ids.find((id) => !isGuid(id));
      if (wrong !== undefined) return graphRequest(`The permission id '${wrong}' is not a GUID.`);
      const twice = duplicate(ids);
      return twice === undefined
        ? undefined
        : graphRequest(
            `It contains duplicate value '${twice}'. Permission ids are unique among scopes and roles.`,
            "DuplicateValue",
          );
    },
  }),
  rule({
    id: "application-permission-values",
    source: MANIFEST,
    inputs: application,
    refused: { inputs: { appRoles: [{ ...role, value: "Orders Process" }] } },
    check: ({ inputs }) => {
      const values = permissionsOf(inputs).flatMap((entry) => {
        const value = text(entry, "value");
        return value === undefined ? [] : [value];
      });
      const wrong = values.find(
        (value) => !/^(?!\.)[!#$%&'()*+,\-./:;=?@[\]^+_`{|}~0-9A-Za-z]{1,120}$/.test(value),
      );
      return wrong === undefined
        ? undefined
        : graphRequest(
            `The permission value '${wrong}' is invalid: 1 to 120 characters, no spaces, no period in front.`,
          );
    },
  }),
  rule({
    id: "application-permission-value-once",
    source:
      "https://github.com/hashicorp/terraform-provider-azuread/blob/main/internal/services/applications/applications.go (applicationValidateRolesScopes)",
    inputs: application,
    accepted: { inputs: { appRoles: [{ ...role, value: "Orders.Read.All" }] } },
    refused: { inputs: { appRoles: [{ ...role, value: scope.value ?? null }] } },
    check: ({ inputs }) => {
      const twice = duplicate(permissionsOf(inputs).flatMap((entry) => text(entry, "value") ?? []));
      return twice === undefined
        ? undefined
        : graphRequest(`validation failed: duplicate value found: "${twice}"`, "DuplicateValue");
    },
  }),
  rule({
    id: "application-permission-texts",
    source:
      "https://github.com/hashicorp/terraform-provider-azuread/blob/main/internal/services/applications/application_resource.go",
    inputs: application,
    refused: { inputs: { appRoles: [{ ...role, description: "" }] } },
    check: ({ inputs }) => {
      const names = ["displayName", "description", "userConsentDisplayName", "userConsentDescription"];
      const wrong = names.find((name) => permissionsOf(inputs).some((entry) => text(entry, name) === ""));
      return wrong === undefined
        ? undefined
        : graphRequest(`expected "${wrong}" to not be an empty string`, "InvalidValue");
    },
  }),
  rule({
    id: "application-scope-consent-text",
    source: "https://learn.microsoft.com/graph/api/resources/permissionscope",
    inputs: application,
    refused: {
      inputs: {
        api: { oauth2PermissionScopes: [{ ...scope, adminConsentDisplayName: "" }] },
      },
    },
    check: ({ inputs }) => {
      const wrong = items(inputs, "api.oauth2PermissionScopes").find(
        (entry) =>
          at(entry, "enabled") !== false &&
          ["adminConsentDisplayName", "adminConsentDescription"].some(
            (name) => (text(entry, name) ?? "") === "",
          ),
      );
      return wrong === undefined
        ? undefined
        : graphRequest(
            `The scope '${text(wrong, "value") ?? ""}' needs a display name and a description for admin consent.`,
          );
    },
  }),
  rule({
    id: "application-role-member-types",
    source: "https://learn.microsoft.com/graph/api/resources/approle",
    inputs: application,
    refused: { inputs: { appRoles: [{ ...role, allowedMemberTypes: ["ServicePrincipal"] }] } },
    check: ({ inputs }) => {
      const wrong = items(inputs, "appRoles").find((entry) => {
        const types = texts(entry, "allowedMemberTypes");
        return types.length === 0 || types.some((type) => !["Application", "User"].includes(type));
      });
      return wrong === undefined
        ? undefined
        : graphRequest("allowedMemberTypes of an app role are 'Application', 'User' or both.");
    },
  }),
];

export const applications: readonly ResourceType[] = [
  {
    token: APPLICATION,
    // Display names need not be unique: the second application with the same name gets another id.
    id: (inputs, azure) =>
      firstFree(
        (index) => `/applications/${applicationObjectId(text(inputs, "displayName") ?? "", index)}`,
        azure,
      ),
    replaceOn: ["templateId"],
    minutes: { create: 0.1, update: 0.1, delete: 0.1 },
    outputs: ({ id, inputs }) => applicationOutputs(nameOf(id), inputs),
    rules: [
      rule({
        id: "application-display-name",
        source: GRAPH_APPLICATION,
        inputs: application,
        refused: { inputs: { displayName: "" } },
        check: ({ inputs }) => {
          const { length } = text(inputs, "displayName") ?? "";
          return length >= 1 && length <= 256
            ? undefined
            : graphRequest("Invalid value specified for property 'displayName': 1 to 256 characters.");
        },
      }),
      rule({
        id: "application-duplicate-name",
        source: "https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/application",
        inputs: application,
        accepted: { given, inputs: { preventDuplicateNames: false } },
        refused: { given, inputs: { preventDuplicateNames: true } },
        check: (write, azure) => {
          const name = text(write.inputs, "displayName") ?? "";
          const twin = others(write, azure, APPLICATION).find(({ inputs }) =>
            same(text(inputs, "displayName") ?? "", name),
          );
          if (write.inputs.preventDuplicateNames !== true || twin === undefined) return undefined;
          const message = `An existing application with name "${name}" (object ID: ${nameOf(twin.id)}) was found and preventDuplicateNames is set.`;
          return new AzureError(409, "Conflict", message);
        },
      }),
      rule({
        id: "application-identifier-uri",
        source: "https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions",
        inputs: application,
        accepted: { inputs: { identifierUris: ["https://orders.example.com"] } },
        refused: {
          inputs: {
            identifierUris: ["https://orders.example.com"],
            api: { requestedAccessTokenVersion: 1 },
          },
        },
        check: (write, azure) => {
          const version = at(write.inputs, "api.requestedAccessTokenVersion") === 2 ? 2 : 1;
          return uriRefusal(texts(write.inputs, "identifierUris"), azure.get(write.id), version, azure);
        },
      }),
      rule({
        id: "application-sign-in-audience",
        source: GRAPH_APPLICATION,
        inputs: application,
        accepted: { inputs: { signInAudience: "AzureADMyOrg" } },
        refused: { inputs: { signInAudience: "AzureADMyOrganization" } },
        check: ({ inputs }) => {
          const personal = ["AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"];
          const audience = text(inputs, "signInAudience") ?? "AzureADMyOrg";
          if (!["AzureADMyOrg", "AzureADMultipleOrgs", ...personal].includes(audience)) {
            return graphRequest(`Invalid value specified for property 'signInAudience': '${audience}'.`);
          }
          const version = at(inputs, "api.requestedAccessTokenVersion") ?? 1;
          if (version !== 1 && version !== 2) {
            return graphRequest(
              "Invalid value specified for property 'requestedAccessTokenVersion': 1 or 2.",
            );
          }
          return personal.includes(audience) && version !== 2
            ? graphRequest(`requestedAccessTokenVersion must be 2 where signInAudience is '${audience}'.`)
            : undefined;
        },
      }),
      rule({
        id: "application-owners",
        source: "https://learn.microsoft.com/graph/api/application-post-owners",
        principals: [group],
        inputs: application,
        accepted: { inputs: { owners: [EXAMPLE.deployerObjectId] } },
        refused: { inputs: { owners: [group.objectId] } },
        check: ({ inputs }, azure) => {
          for (const owner of texts(inputs, "owners")) {
            const kinds = principalType(owner, azure);
            if (kinds === undefined) return graphNotFound(owner);
            if (kinds.includes("Group")) {
              return graphRequest(
                `The owner '${owner}' is a group: users and service principals own applications.`,
              );
            }
          }
          return undefined;
        },
      }),
      rule({
        id: "application-redirect-uri-limit",
        source: "https://learn.microsoft.com/entra/identity-platform/reply-url",
        inputs: application,
        refused: {
          inputs: {
            web: { redirectUris: Array.from({ length: 257 }, (_, index) => `https://example.com/${index}`) },
          },
        },
        check: ({ inputs }) => {
          const count = PLATFORMS.flatMap((platform) => texts(inputs, `${platform}.redirectUris`)).length;
          return count <= 256
            ? undefined
            : graphRequest(`An application has at most 256 redirect URIs; there are ${count}.`);
        },
      }),
      ...redirectUris,
      ...permissions,
    ],
  },
  {
    token: IDENTIFIER_URI,
    id: (inputs) => {
      const uri = Buffer.from(text(inputs, "identifierUri") ?? "").toString("base64");
      return `/applications/${objectIdIn(inputs)}/identifierUris/${uri}`;
    },
    replaceOn: ["applicationId", "identifierUri"],
    minutes: { create: 0.05 },
    rules: [
      needsApplication("identifier-uri-application", identifierUri),
      rule({
        id: "identifier-uri-form",
        source: "https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions",
        given,
        inputs: identifierUri,
        refused: { inputs: { identifierUri: "orders" } },
        check: ({ inputs }, azure) => {
          const owner = parentOf(inputs, azure);
          if (owner === undefined) return undefined;
          const version = at(owner.inputs, "api.requestedAccessTokenVersion") === 2 ? 2 : 1;
          return uriRefusal([text(inputs, "identifierUri") ?? ""], owner, version, azure);
        },
      }),
    ],
  },
  {
    token: "azuread:index/applicationPreAuthorized:ApplicationPreAuthorized",
    id: (inputs) =>
      `${objectIdIn(inputs)}/preAuthorizedApplication/${text(inputs, "authorizedClientId") ?? ""}`,
    replaceOn: ["applicationId", "authorizedClientId"],
    minutes: { create: 0.05 },
    rules: [
      needsApplication("pre-authorized-application", preAuthorized),
      rule({
        id: "pre-authorized-permissions",
        source: "https://learn.microsoft.com/graph/api/resources/preauthorizedapplication",
        given,
        inputs: preAuthorized,
        refused: { inputs: { permissionIds: ["6a0f2a52-0d0c-4b5e-8a0e-4f8f4b1f9d11"] } },
        check: ({ inputs }, azure) => {
          const parent = parentOf(inputs, azure);
          if (parent === undefined) return undefined;
          const scopes = items(parent.inputs, "api.oauth2PermissionScopes");
          const known = scopes.map((entry) => text(entry, "id"));
          const wrong = texts(inputs, "permissionIds").find((id) => !known.includes(id));
          if (wrong === undefined) return undefined;
          const message = `Property api.preAuthorizedApplications.delegatedPermissionIds is invalid: the application has no scope '${wrong}'.`;
          return graphRequest(message, "InvalidValue");
        },
      }),
      rule({
        id: "pre-authorized-client",
        source: "https://learn.microsoft.com/graph/api/resources/preauthorizedapplication",
        given,
        inputs: preAuthorized,
        refused: { inputs: { authorizedClientId: "orders-client" } },
        check: ({ inputs }) => {
          const client = text(inputs, "authorizedClientId") ?? "";
          return isGuid(client) ? undefined : graphRequest(`The client id '${client}' is not a GUID.`);
        },
      }),
    ],
  },
];
