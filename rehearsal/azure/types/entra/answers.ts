import type { AzureView, InvokeType, Json, Properties, StoredResource } from "../../resource-type";
import { AzureError } from "../../errors";
import { guidOf, items, members, same, text, texts } from "../common";
import { SERVICE_PRINCIPAL } from "../principals";
import {
  clientIdOf,
  firstParty,
  IDENTIFIER_URI,
  objectIdIn,
  principalObjectId,
  withClientId,
} from "./objects";

/** What a read answers of an application. */
export function applicationOutputs(objectId: string, inputs: Properties): Properties {
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

/** What a read answers of a service principal. */
export function servicePrincipalOutputs(clientId: string, azure: AzureView): Properties {
  const microsofts = firstParty(clientId);
  const backing = withClientId(clientId, azure);
  const roles = items(backing?.inputs, "appRoles").map(enabled);
  const scopes = items(backing?.inputs, "api.oauth2PermissionScopes").map(enabled);
  const platforms = ["web", "singlePageApplication", "publicClient"];
  return {
    objectId: principalObjectId(clientId),
    displayName: microsofts?.name ?? text(backing?.inputs, "displayName") ?? "",
    applicationTenantId: azure.tenantId,
    appRoleIds: microsofts === undefined ? idsByValue(roles) : { ...microsofts.roles },
    appRoles: roles,
    oauth2PermissionScopeIds: microsofts === undefined ? idsByValue(scopes) : { ...microsofts.scopes },
    oauth2PermissionScopes: scopes,
    redirectUris: platforms.flatMap((platform) => texts(backing?.inputs, `${platform}.redirectUris`)),
    servicePrincipalNames: [clientId, ...texts(backing?.inputs, "identifierUris")],
    signInAudience: text(backing?.outputs, "signInAudience") ?? "AzureADMultipleOrgs",
    type: "Application",
  };
}

/** azuread enables a permission that does not say otherwise. */
function enabled(permission: Json): Json {
  return { enabled: true, ...members({ permission }, "permission") };
}

/** `{ "Orders.Read": "<id>" }`: azuread answers scopes and roles by value. */
function idsByValue(entries: readonly Json[]): Properties {
  return Object.fromEntries(
    entries.flatMap((entry) => {
      const value = text(entry, "value");
      return value === undefined ? [] : [[value, text(entry, "id") ?? null]];
    }),
  );
}

/** The identifier URIs of an application, those included that are resources of their own. */
function identifierUris({ id, inputs }: StoredResource, azure: AzureView): string[] {
  const own = azure
    .all(IDENTIFIER_URI)
    .filter((uri) => same(objectIdIn(uri.inputs), objectIdIn({ applicationId: id })))
    .flatMap((uri) => text(uri.inputs, "identifierUri") ?? []);
  return [...texts(inputs, "identifierUris"), ...own];
}

/** How azuread says that a list that it filtered is empty (application_data_source.go). */
function notFound(kind: string, filter: string): AzureError {
  return new AzureError(404, "Request_ResourceNotFound", `no ${kind} found matching filter: "${filter}"`);
}

/** What the directory answers to those who ask; only by client id. */
export const lookUps: readonly InvokeType[] = [
  {
    token: "azuread:index/getClientConfig:getClientConfig",
    answer: (_args, azure) => ({
      id: `${azure.tenantId}-${guidOf(`client:${azure.deployerObjectId}`)}-${azure.deployerObjectId}`,
      clientId: guidOf(`client:${azure.deployerObjectId}`),
      objectId: azure.deployerObjectId,
      tenantId: azure.tenantId,
    }),
  },
  {
    token: "azuread:index/getApplication:getApplication",
    answer: (args, azure) => {
      const clientId = text(args, "clientId") ?? "";
      const found = withClientId(clientId, azure);
      if (found === undefined) throw notFound("applications", `appId eq '${clientId}'`);
      return {
        ...applicationOutputs(objectIdIn({ applicationId: found.id }), found.inputs),
        id: found.id,
        displayName: found.inputs.displayName ?? "",
        identifierUris: identifierUris(found, azure),
        apis: [{ requestedAccessTokenVersion: 0, ...members(found.inputs, "api") }],
        appRoles: [...items(found.inputs, "appRoles")],
        owners: [...texts(found.inputs, "owners")],
      };
    },
  },
  {
    token: "azuread:index/getServicePrincipal:getServicePrincipal",
    answer: (args, azure) => {
      const clientId = text(args, "clientId") ?? "";
      const stands =
        firstParty(clientId) !== undefined ||
        azure.all(SERVICE_PRINCIPAL).some(({ inputs }) => same(text(inputs, "clientId") ?? "", clientId));
      if (!stands) throw notFound("service principals", `appId eq '${clientId}'`);
      return {
        id: `/servicePrincipals/${principalObjectId(clientId)}`,
        clientId,
        ...servicePrincipalOutputs(clientId, azure),
      };
    },
  },
];
