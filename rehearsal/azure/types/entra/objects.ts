import { AzureError } from "../../errors";
import type { AzureView, Fixture, Properties, Rule, StoredResource } from "../../resource-type";
import { guidOf, nameOf, rule, same, text } from "../common";
import { SERVICE_PRINCIPAL } from "../principals";

export const APPLICATION = "azuread:index/application:Application";
export const IDENTIFIER_URI = "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri";
/** An application of Microsoft's, with its permissions by value. */
interface FirstParty {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: Readonly<Record<string, string>>;
  readonly roles: Readonly<Record<string, string>>;
}

/**
 * Applications of Microsoft that stand in every tenant, with those of their permissions that deployments here ask for.
 *
 * Source: https://learn.microsoft.com/graph/permissions-reference
 */
const FIRST_PARTY: readonly FirstParty[] = [
  {
    clientId: "00000003-0000-0000-c000-000000000000",
    name: "Microsoft Graph",
    scopes: {
      openid: "37f7f235-527c-4136-accd-4a02d197296e",
      profile: "14dad69e-099b-42c9-810b-d002981feec1",
      email: "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
      offline_access: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
      "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
    },
    roles: {
      "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
      "Group.Read.All": "5b567255-7703-4780-807c-7be8301ae99b",
      "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
      "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
      "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
    },
  },
];

/** The application of Microsoft's with this client id. */
export function firstParty(clientId: string): FirstParty | undefined {
  return FIRST_PARTY.find((application) => same(application.clientId, clientId));
}

/** The client id behind a service principal; those of Microsoft's applications stand in every tenant. */
export function clientIdBehind(objectId: string, azure: AzureView): string | undefined {
  const standing = azure.get(`/servicePrincipals/${objectId}`);
  if (standing !== undefined) return text(standing.inputs, "clientId");
  return FIRST_PARTY.find(({ clientId }) => same(principalObjectId(clientId), objectId))?.clientId;
}

/** Identifier of the example application: the first with its display name in an empty tenant. */
export const exampleObjectId = applicationObjectId("Orders API", 0);
export const exampleClientId = clientIdOf(exampleObjectId);
/** A group that stands in the directory. */
export const group = { objectId: "6a0f2a52-0d0c-4b5e-8a0e-4f8f4b1f9d12", type: "Group" } as const;
export const scope: Properties = {
  id: "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d01",
  value: "Orders.Read",
  type: "User",
  adminConsentDisplayName: "Read orders",
  adminConsentDescription: "Read the orders of the signed-in user",
  userConsentDisplayName: "Read your orders",
  userConsentDescription: "Read your orders",
};
export const role: Properties = {
  id: "0f5f2b1a-3c83-4a5e-8b57-7b0a5b2c1d02",
  value: "Orders.Process",
  displayName: "Process orders",
  description: "Process orders without a user",
  allowedMemberTypes: ["Application"],
};
export const application: Properties = {
  displayName: "Orders API",
  api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [scope] },
  appRoles: [role],
};
export const applicationId = `/applications/${exampleObjectId}`;
export const servicePrincipal: Properties = { clientId: exampleClientId };
export const given: NonNullable<Fixture["given"]> = [{ token: APPLICATION, inputs: application }];
export const withPrincipal = [...given, { token: SERVICE_PRINCIPAL, inputs: servicePrincipal }];

export const GRAPH_APPLICATION = "https://learn.microsoft.com/graph/api/resources/application";

export function applicationObjectId(displayName: string, index: number): string {
  return guidOf(`application:${displayName}#${index}`);
}

export function clientIdOf(objectId: string): string {
  return guidOf(`client:${objectId}`);
}

export function principalObjectId(clientId: string): string {
  return guidOf(`servicePrincipal:${clientId}`);
}

/** Graph draws ids at random; here they are counted, so that each rehearsal gets the same ones. */
export function firstFree(idOf: (index: number) => string, azure: AzureView): string {
  let index = 0;
  while (azure.get(idOf(index)) !== undefined) index += 1;
  return idOf(index);
}

/** How Microsoft Graph refuses a body. */
export function graphRequest(message: string, code = "Request_BadRequest"): AzureError {
  return new AzureError(400, code, message);
}

export function graphNotFound(id: string): AzureError {
  const message = `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`;
  return new AzureError(404, "Request_ResourceNotFound", message);
}

export function withClientId(clientId: string, azure: AzureView): StoredResource | undefined {
  return azure.all(APPLICATION).find(({ outputs }) => same(text(outputs, "clientId") ?? "", clientId));
}

/** The application that a child names, by `/applications/<object id>`. */
export function parentOf(inputs: Properties, azure: AzureView): StoredResource | undefined {
  return azure.get(text(inputs, "applicationId") ?? "");
}

export function objectIdIn(inputs: Properties): string {
  return nameOf(text(inputs, "applicationId") ?? "");
}

/** An application must be there before what hangs on it; Graph answers 404, and no parent is named in the id. */
export function needsApplication(id: string, inputs: Properties): Rule {
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
