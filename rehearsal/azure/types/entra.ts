import { AzureError } from "../errors";
import type {
  AzureView,
  Fixture,
  Json,
  Properties,
  Rule,
  StoredResource,
  TypeModule,
} from "../resource-type";
import { at, duplicate, guidOf, isGuid, items, nameOf, others, rule, same, text, texts } from "./common";
import { principalType, SERVICE_PRINCIPAL } from "./principals";

const APPLICATION = "azuread:index/application:Application";
const IDENTIFIER_URI = "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri";
const ROLE_ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment";
const CREDENTIAL =
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential";

/** What anybody may be assigned on an application that has no roles of its own. */
const DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000";

/**
 * Applications of Microsoft that stand in every tenant, with those of their roles that deployments here grant.
 *
 * Source: https://learn.microsoft.com/graph/permissions-reference
 */
const FIRST_PARTY: Readonly<
  Record<string, { readonly name: string; readonly roles: Readonly<Record<string, string>> }>
> = {
  "00000003-0000-0000-c000-000000000000": {
    name: "Microsoft Graph",
    roles: {
      "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
      "Group.Read.All": "5b567255-7703-4780-807c-7be8301ae99b",
    },
  },
};

/** Identifier of the example application: the first with its display name in an empty tenant. */
const exampleObjectId = applicationObjectId("Orders API", 0);
const exampleClientId = clientIdOf(exampleObjectId);
const scope: Properties = {
  id: "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d01",
  value: "Orders.Read",
  type: "User",
  adminConsentDisplayName: "Read orders",
  adminConsentDescription: "Read the orders of the signed-in user",
  userConsentDisplayName: "Read your orders",
  userConsentDescription: "Read your orders",
};
const role: Properties = {
  id: "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d02",
  value: "Orders.Process",
  displayName: "Process orders",
  description: "Process orders without a user",
  allowedMemberTypes: ["Application"],
};
const application: Properties = {
  displayName: "Orders API",
  api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [scope] },
  appRoles: [role],
};
const applicationId = `/applications/${exampleObjectId}`;
const servicePrincipal: Properties = { clientId: exampleClientId };
const given: NonNullable<Fixture["given"]> = [{ token: APPLICATION, inputs: application }];
const withPrincipal = [...given, { token: SERVICE_PRINCIPAL, inputs: servicePrincipal }];
const identifierUri: Properties = { applicationId, identifierUri: `api://${exampleClientId}` };
const preAuthorized: Properties = {
  applicationId,
  authorizedClientId: exampleClientId,
  permissionIds: [scope.id ?? null],
};
const roleAssignment: Properties = {
  appRoleId: role.id ?? null,
  principalObjectId: principalObjectId(exampleClientId),
  resourceObjectId: principalObjectId(exampleClientId),
};
const credential: Properties = {
  applicationId,
  displayName: "github-prod",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:example/orders:environment:prod",
  audiences: ["api://AzureADTokenExchange"],
};
const password: Properties = { applicationId, displayName: "portal", endDate: "2027-11-23T00:00:00Z" };

const MANIFEST = "https://learn.microsoft.com/entra/identity-platform/reference-app-manifest";
const GRAPH_APPLICATION = "https://learn.microsoft.com/graph/api/resources/application";
const FEDERATION =
  "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations";

function applicationObjectId(displayName: string, index: number): string {
  return guidOf(`application:${displayName}#${index}`);
}

function clientIdOf(objectId: string): string {
  return guidOf(`client:${objectId}`);
}

function principalObjectId(clientId: string): string {
  return guidOf(`servicePrincipal:${clientId}`);
}

/** Graph draws ids at random; here they are counted, so that each rehearsal gets the same ones. */
function firstFree(idOf: (index: number) => string, azure: AzureView): string {
  let index = 0;
  while (azure.get(idOf(index)) !== undefined) index += 1;
  return idOf(index);
}

/** How Microsoft Graph refuses a body. */
function graphRequest(message: string, code = "Request_BadRequest"): AzureError {
  return new AzureError(400, code, message);
}

function graphNotFound(id: string): AzureError {
  const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  return new AzureError(404, "Request_ResourceNotFound", message);
}

function withClientId(clientId: string, azure: AzureView): StoredResource | undefined {
  return azure.all(APPLICATION).find(({ outputs }) => same(text(outputs, "clientId") ?? "", clientId));
}

/** The application that a child names, by `/applications/<object id>`. */
function parentOf(inputs: Properties, azure: AzureView): StoredResource | undefined {
  return azure.get(text(inputs, "applicationId") ?? "");
}

function objectIdIn(inputs: Properties): string {
  return nameOf(text(inputs, "applicationId") ?? "");
}

function permissionsOf(inputs: Properties): readonly Json[] {
  return [...items(inputs, "api.oauth2PermissionScopes"), ...items(inputs, "appRoles")];
}

/** `{ "Orders.Read": "<id>" }`: azuread answers scopes and roles by value. */
function idsByValue(entries: readonly Json[]): Properties {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const value = text(entry, "value");
      return value === undefined ? [] : [[value, at(entry, "id") ?? null]];
    }),
  );
}

/** An application must be there before what hangs on it; Graph answers 404, and no parent is named in the id. */
function needsApplication(id: string, inputs: Properties): Rule {
  return rule({
    id,
    source: GRAPH_APPLICATION,
    given: withPrincipal,
    inputs,
    refused: { inputs: { applicationId: "/applications/6a0f2a52-0d0c-4b5e-8a0e-4f8f4b1f9d11" } },
    check: (write, azure) =>
      parentOf(write.inputs, azure) === undefined ? graphNotFound(objectIdIn(write.inputs)) : undefined,
  });
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
      if (wrong !== undefined) {
        return graphRequest(
          `The permission value '${wrong}' is invalid: 1 to 120 characters, no spaces, no period in front.`,
        );
      }
      const twice = ["api.oauth2PermissionScopes", "appRoles"].flatMap(
        (list) => duplicate(items(inputs, list).flatMap((entry) => text(entry, "value") ?? [])) ?? [],
      )[0];
      return twice === undefined
        ? undefined
        : graphRequest(`It contains duplicate value '${twice}'.`, "DuplicateValue");
    },
  }),
  rule({
    id: "application-scope-consent-text",
    source: "https://learn.microsoft.com/graph/api/resources/permissionscope",
    inputs: application,
    refused: {
      inputs: {
        api: { oauth2PermissionScopes: [{ id: scope.id ?? null, value: "Orders.Read", type: "User" }] },
      },
    },
    check: ({ inputs }) => {
      const wrong = items(inputs, "api.oauth2PermissionScopes").find(
        (entry) =>
          at(entry, "enabled") !== false &&
          (text(entry, "adminConsentDisplayName") === undefined ||
            text(entry, "adminConsentDescription") === undefined),
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

function applicationOutputs(id: string, inputs: Properties): Properties {
  const objectId = nameOf(id);
  return {
    objectId,
    clientId: clientIdOf(objectId),
    oauth2PermissionScopeIds: idsByValue(items(inputs, "api.oauth2PermissionScopes")),
    appRoleIds: idsByValue(items(inputs, "appRoles")),
    signInAudience: inputs.signInAudience ?? "AzureADMyOrg",
    publisherDomain: "example.onmicrosoft.com",
    disabledByMicrosoft: "",
    logoUrl: "",
  };
}

function servicePrincipalOutputs(id: string, inputs: Properties, azure: AzureView): Properties {
  const clientId = text(inputs, "clientId") ?? "";
  const firstParty = FIRST_PARTY[clientId.toLowerCase()];
  const backing = withClientId(clientId, azure);
  const roles = items(backing?.inputs, "appRoles");
  const scopes = items(backing?.inputs, "api.oauth2PermissionScopes");
  const platforms = ["web", "singlePageApplication", "publicClient"];
  return {
    objectId: nameOf(id),
    displayName: firstParty?.name ?? text(backing?.inputs, "displayName") ?? "",
    applicationTenantId: azure.tenantId,
    appRoleIds: firstParty === undefined ? idsByValue(roles) : { ...firstParty.roles },
    appRoles: [...roles],
    oauth2PermissionScopeIds: idsByValue(scopes),
    oauth2PermissionScopes: [...scopes],
    redirectUris: platforms.flatMap((platform) => texts(backing?.inputs, `${platform}.redirectUris`)),
    servicePrincipalNames: [clientId, ...texts(backing?.inputs, "identifierUris")],
    signInAudience: text(backing?.outputs, "signInAudience") ?? "AzureADMultipleOrgs",
    type: "Application",
  };
}

/** Roles that can be assigned on a service principal, by its object id; `undefined` where there is none. */
function rolesOn(objectId: string, azure: AzureView): readonly string[] | undefined {
  const resource = azure.get(`/servicePrincipals/${objectId}`);
  if (resource === undefined) return undefined;
  const clientId = text(resource.inputs, "clientId") ?? "";
  const own = items(withClientId(clientId, azure)?.inputs, "appRoles").flatMap(
    (entry) => text(entry, "id") ?? [],
  );
  return [DEFAULT_ROLE, ...own, ...Object.values(FIRST_PARTY[clientId.toLowerCase()]?.roles ?? {})];
}

/** Microsoft Entra ID as azuread writes it through Microsoft Graph. */
export const entra: TypeModule = {
  resources: [
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
      outputs: ({ id, inputs }) => applicationOutputs(id, inputs),
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
          source:
            "https://registry.terraform.io/providers/hashicorp/azuread/latest/docs/resources/application",
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
      token: SERVICE_PRINCIPAL,
      id: (inputs) => `/servicePrincipals/${principalObjectId(text(inputs, "clientId") ?? "")}`,
      replaceOn: ["clientId", "useExisting"],
      minutes: { create: 0.1 },
      outputs: ({ id, inputs }, azure) => servicePrincipalOutputs(id, inputs, azure),
      rules: [
        rule({
          id: "service-principal-application",
          source: "https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/846",
          given,
          inputs: servicePrincipal,
          refused: { inputs: { clientId: "6a0f2a52-0d0c-4b5e-8a0e-4f8f4b1f9d11" } },
          check: ({ inputs }, azure) => {
            const clientId = text(inputs, "clientId") ?? "";
            const firstParty = clientId.toLowerCase() in FIRST_PARTY && inputs.useExisting === true;
            if (firstParty || withClientId(clientId, azure) !== undefined) return undefined;
            const message = `The appId '${clientId}' of the service principal does not reference a valid application object.`;
            return graphRequest(message, "NoBackingApplicationObject");
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
    {
      token: ROLE_ASSIGNMENT,
      id: (inputs) => {
        const resource = text(inputs, "resourceObjectId") ?? "";
        const seed = `appRoleAssignment:${resource}:${text(inputs, "principalObjectId") ?? ""}:${text(inputs, "appRoleId") ?? ""}`;
        const assignment = Buffer.from(guidOf(seed).replaceAll("-", ""), "hex").toString("base64url");
        return `/servicePrincipals/${resource}/appRoleAssignedTo/${assignment}`;
      },
      replaceOn: ["appRoleId", "principalObjectId", "resourceObjectId"],
      minutes: { create: 0.05 },
      outputs: ({ inputs }, azure) => {
        const displayName = (property: string): Json =>
          text(azure.get(`/servicePrincipals/${text(inputs, property) ?? ""}`)?.outputs, "displayName") ??
          null;
        return {
          principalDisplayName: displayName("principalObjectId"),
          resourceDisplayName: displayName("resourceObjectId"),
          principalType: principalType(text(inputs, "principalObjectId") ?? "", azure)?.at(-1) ?? null,
        };
      },
      rules: [
        rule({
          id: "app-role-assignment-objects",
          source: "https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto",
          given: withPrincipal,
          inputs: roleAssignment,
          refused: { inputs: { principalObjectId: exampleObjectId } },
          check: ({ inputs }, azure) => {
            const resource = text(inputs, "resourceObjectId") ?? "";
            if (rolesOn(resource, azure) === undefined) return graphNotFound(resource);
            const principal = text(inputs, "principalObjectId") ?? "";
            return principalType(principal, azure) === undefined ? graphNotFound(principal) : undefined;
          },
        }),
        rule({
          id: "app-role-assignment-role",
          source: "https://learn.microsoft.com/graph/api/serviceprincipal-post-approleassignedto",
          given: withPrincipal,
          inputs: roleAssignment,
          refused: { inputs: { appRoleId: scope.id ?? null } },
          check: ({ inputs }, azure) => {
            const resource = text(inputs, "resourceObjectId") ?? "";
            const assigned = text(inputs, "appRoleId") ?? "";
            const known = rolesOn(resource, azure);
            return known === undefined || known.includes(assigned)
              ? undefined
              : graphRequest(`Permission being assigned was not found on application '${resource}'`);
          },
        }),
      ],
    },
    {
      token: "azuread:index/applicationPassword:ApplicationPassword",
      id: (inputs, azure) =>
        firstFree(
          (index) => `${objectIdIn(inputs)}/password/${guidOf(`${JSON.stringify(inputs)}#${index}`)}`,
          azure,
        ),
      replaceOn: [
        "applicationId",
        "displayName",
        "endDate",
        "endDateRelative",
        "rotateWhenChanged",
        "startDate",
      ],
      secrets: ["value"],
      minutes: { create: 0.05 },
      outputs: ({ id, inputs }) => ({
        keyId: nameOf(id),
        value: `${guidOf(`value:${id}`).replaceAll("-", "")}~`,
        displayName: inputs.displayName ?? "",
      }),
      rules: [
        needsApplication("application-password-application", password),
        rule({
          id: "application-password-dates",
          source: "https://learn.microsoft.com/graph/api/application-addpassword",
          given,
          inputs: password,
          refused: { inputs: { startDate: "2028-01-01T00:00:00Z" } },
          check: ({ inputs }) => {
            const [start, end] = ["startDate", "endDate"].map((property) => text(inputs, property));
            const dates = [start, end].filter((date) => date !== undefined);
            if (dates.some((date) => Number.isNaN(Date.parse(date)))) {
              return graphRequest("startDate and endDate of a password are RFC 3339 dates.");
            }
            return start !== undefined && end !== undefined && Date.parse(end) <= Date.parse(start)
              ? graphRequest("Credential lifetime is invalid: endDate must be after startDate.")
              : undefined;
          },
        }),
      ],
    },
    {
      token: CREDENTIAL,
      id: (inputs) => {
        const application = objectIdIn(inputs);
        const name = guidOf(`credential:${application}:${text(inputs, "displayName") ?? ""}`);
        return `${application}/federatedIdentityCredential/${name}`;
      },
      replaceOn: ["applicationId", "displayName"],
      minutes: { create: 0.05 },
      outputs: ({ id }) => ({ credentialId: nameOf(id) }),
      rules: [
        needsApplication("application-credential-application", credential),
        rule({
          id: "application-credential-limit",
          source: FEDERATION,
          given,
          inputs: credential,
          refused: {
            given: [
              ...given,
              ...Array.from({ length: 20 }, (_, index) => ({
                token: CREDENTIAL,
                inputs: {
                  ...credential,
                  displayName: `github-${index}`,
                  subject: `repo:example/orders:environment:${index}`,
                },
              })),
            ],
          },
          check: (write, azure) => {
            const siblings = others(write, azure, CREDENTIAL).filter(({ inputs }) =>
              same(objectIdIn(inputs), objectIdIn(write.inputs)),
            );
            return siblings.length < 20
              ? undefined
              : graphRequest("An application has at most 20 federated identity credentials.");
          },
        }),
        rule({
          id: "application-credential-unique-subject",
          source: FEDERATION,
          given,
          inputs: credential,
          refused: {
            given: [...given, { token: CREDENTIAL, inputs: { ...credential, displayName: "github-copy" } }],
          },
          check: (write, azure) => {
            const key = (inputs: Properties): string =>
              [objectIdIn(inputs), text(inputs, "issuer"), text(inputs, "subject")].join(" ");
            const twin = others(write, azure, CREDENTIAL).some(
              ({ inputs }) => key(inputs) === key(write.inputs),
            );
            return twin
              ? new AzureError(
                  409,
                  "Request_MultipleObjectsWithSameKeyValue",
                  "FederatedIdentityCredential with the same issuer and subject already exists.",
                )
              : undefined;
          },
        }),
        rule({
          id: "application-credential-form",
          source: "https://learn.microsoft.com/graph/api/resources/federatedidentitycredential",
          given,
          inputs: credential,
          refused: { inputs: { audiences: ["api://AzureADTokenExchange", "api://other"] } },
          check: ({ inputs }) => {
            if (items(inputs, "audiences").length !== 1) {
              return graphRequest("A federated identity credential has exactly one audience.");
            }
            return (text(inputs, "issuer") ?? "").startsWith("https://")
              ? undefined
              : graphRequest("The issuer of a federated identity credential is an https address.");
          },
        }),
      ],
    },
  ],
  invokes: [
    {
      token: "azuread:index/getClientConfig:getClientConfig",
      answer: (_args, azure) => ({
        id: `${azure.tenantId}-${guidOf(`client:${azure.deployerObjectId}`)}-${azure.deployerObjectId}`,
        clientId: guidOf(`client:${azure.deployerObjectId}`),
        objectId: azure.deployerObjectId,
        tenantId: azure.tenantId,
      }),
    },
  ],
};
