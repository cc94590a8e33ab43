import { AzureError } from "../../errors";
import type { AzureView, Properties, ResourceType, Write } from "../../resource-type";
import { guidOf, items, others, rule, same, text, texts } from "../common";
import { principalType, SERVICE_PRINCIPAL } from "../principals";
import { servicePrincipalOutputs } from "./answers";
import {
  clientIdBehind,
  exampleClientId,
  exampleObjectId,
  firstFree,
  firstParty,
  given,
  graphNotFound,
  graphRequest,
  group,
  principalObjectId,
  role,
  scope,
  servicePrincipal,
  withClientId,
  withPrincipal,
} from "./objects";

const ROLE_ASSIGNMENT = "azuread:index/appRoleAssignment:AppRoleAssignment";

/** What anybody may be assigned on an application that has no roles of its own. */
const DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000";

const GRANT =
  "azuread:index/servicePrincipalDelegatedPermissionGrant:ServicePrincipalDelegatedPermissionGrant";

const grant: Properties = {
  servicePrincipalObjectId: principalObjectId(exampleClientId),
  resourceServicePrincipalObjectId: principalObjectId(exampleClientId),
  claimValues: ["Orders.Read"],
};
const roleAssignment: Properties = {
  appRoleId: role.id ?? null,
  principalObjectId: principalObjectId(exampleClientId),
  resourceObjectId: principalObjectId(exampleClientId),
};

/** What of an assignment, and of a grant, Graph takes once. */
const ASSIGNED = ["resourceObjectId", "principalObjectId", "appRoleId"] as const;
const GRANTED = ["servicePrincipalObjectId", "resourceServicePrincipalObjectId", "userObjectId"] as const;

function joined(inputs: Properties, parts: readonly string[]): string {
  return parts.map((part) => text(inputs, part) ?? "").join(":");
}

function hasTwin(write: Write, azure: AzureView, token: string, parts: readonly string[]): boolean {
  return others(write, azure, token).some(({ inputs }) =>
    same(joined(inputs, parts), joined(write.inputs, parts)),
  );
}

/** An id as Graph writes those that it draws. */
function idFrom(seed: string, index: number): string {
  const guid = guidOf(index === 0 ? seed : `${seed}#${index}`);
  return Buffer.from(guid.replaceAll("-", ""), "hex").toString("base64url");
}

/** Roles that can be assigned on a service principal, with who may hold each; `undefined` where there is none. */
function rolesOn(objectId: string, azure: AzureView): readonly AssignableRole[] | undefined {
  const clientId = clientIdBehind(objectId, azure);
  if (clientId === undefined) return undefined;
  const own = items(withClientId(clientId, azure)?.inputs, "appRoles").map((entry) => ({
    id: text(entry, "id") ?? "",
    members: texts(entry, "allowedMemberTypes"),
  }));
  const microsofts = Object.values(firstParty(clientId)?.roles ?? {}).map((id) => ({
    id,
    members: ["Application"],
  }));
  return [{ id: DEFAULT_ROLE, members: ["Application", "User"] }, ...own, ...microsofts];
}

interface AssignableRole {
  readonly id: string;
  readonly members: readonly string[];
}

function displayNameOf(objectId: string, azure: AzureView): string | null {
  const clientId = clientIdBehind(objectId, azure) ?? "";
  return firstParty(clientId)?.name ?? text(withClientId(clientId, azure)?.inputs, "displayName") ?? null;
}

export const servicePrincipals: readonly ResourceType[] = [
  {
    token: SERVICE_PRINCIPAL,
    id: (inputs) => `/servicePrincipals/${principalObjectId(text(inputs, "clientId") ?? "")}`,
    replaceOn: ["clientId", "useExisting"],
    minutes: { create: 0.1 },
    outputs: ({ inputs }, azure) => servicePrincipalOutputs(text(inputs, "clientId") ?? "", azure),
    rules: [
      rule({
        id: "service-principal-application",
        source: "https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/846",
        given,
        inputs: servicePrincipal,
        refused: { inputs: { clientId: "6a0f2a52-0d0c-4b5e-8a0e-4f8f4b1f9d11" } },
        check: ({ inputs }, azure) => {
          const clientId = text(inputs, "clientId") ?? "";
          const microsofts = firstParty(clientId) !== undefined && inputs.useExisting === true;
          if (microsofts || withClientId(clientId, azure) !== undefined) return undefined;
          const message = `The appId '${clientId}' of the service principal does not reference a valid application object.`;
          return graphRequest(message, "NoBackingApplicationObject");
        },
      }),
    ],
  },
  {
    token: ROLE_ASSIGNMENT,
    id: (inputs, azure) => {
      const resource = text(inputs, "resourceObjectId") ?? "";
      const seed = `appRoleAssignment:${joined(inputs, ASSIGNED)}`;
      return firstFree(
        (index) => `/servicePrincipals/${resource}/appRoleAssignedTo/${idFrom(seed, index)}`,
        azure,
      );
    },
    replaceOn: [...ASSIGNED],
    minutes: { create: 0.05 },
    outputs: ({ inputs }, azure) => {
      return {
        principalDisplayName: displayNameOf(text(inputs, "principalObjectId") ?? "", azure),
        resourceDisplayName: displayNameOf(text(inputs, "resourceObjectId") ?? "", azure),
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
        id: "app-role-assignment-once",
        source: "https://github.com/hashicorp/terraform-provider-azuread/pull/1896",
        given: withPrincipal,
        inputs: roleAssignment,
        refused: { given: [...withPrincipal, { token: ROLE_ASSIGNMENT, inputs: roleAssignment }] },
        check: (write, azure) =>
          hasTwin(write, azure, ROLE_ASSIGNMENT, ASSIGNED)
            ? graphRequest("Permission being assigned already exists on the object")
            : undefined,
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
          return known === undefined || known.some(({ id }) => same(id, assigned))
            ? undefined
            : graphRequest(`Permission being assigned was not found on application '${resource}'`);
        },
      }),
      rule({
        id: "app-role-assignment-members",
        source: "https://learn.microsoft.com/graph/api/resources/approle",
        given: withPrincipal,
        principals: [group],
        inputs: roleAssignment,
        refused: { inputs: { principalObjectId: group.objectId } },
        check: ({ inputs }, azure) => {
          const resource = text(inputs, "resourceObjectId") ?? "";
          const assigned = text(inputs, "appRoleId") ?? "";
          const role = rolesOn(resource, azure)?.find(({ id }) => same(id, assigned));
          const kinds = principalType(text(inputs, "principalObjectId") ?? "", azure);
          if (role === undefined || kinds === undefined) return undefined;
          const fits = kinds.some((kind) =>
            role.members.includes(kind === "ServicePrincipal" ? "Application" : "User"),
          );
          return fits
            ? undefined
            : graphRequest(`Permission being assigned was not found on application '${resource}'`);
        },
      }),
    ],
  },
  {
    token: GRANT,
    id: (inputs, azure) =>
      firstFree(
        (index) => `/oauth2PermissionGrants/${idFrom(`grant:${joined(inputs, GRANTED)}`, index)}`,
        azure,
      ),
    replaceOn: [...GRANTED],
    minutes: { create: 0.05 },
    rules: [
      rule({
        id: "delegated-grant-once",
        source: "https://github.com/hashicorp/terraform-provider-azuread/issues/690",
        given: withPrincipal,
        inputs: grant,
        refused: {
          given: [...withPrincipal, { token: GRANT, inputs: { ...grant, claimValues: ["openid"] } }],
        },
        check: (write, azure) =>
          hasTwin(write, azure, GRANT, GRANTED)
            ? new AzureError(
                409,
                "Request_MultipleObjectsWithSameKeyValue",
                "Permission entry already exists.",
              )
            : undefined,
      }),
      rule({
        id: "delegated-grant-objects",
        source: "https://learn.microsoft.com/graph/api/oauth2permissiongrant-post",
        given: withPrincipal,
        inputs: grant,
        refused: { inputs: { resourceServicePrincipalObjectId: "6a0f2a52-0d0c-4b5e-8a0e-4f8f4b1f9d11" } },
        check: ({ inputs }, azure) => {
          const missing = ["servicePrincipalObjectId", "resourceServicePrincipalObjectId"]
            .map((property) => text(inputs, property) ?? "")
            .find((objectId) => clientIdBehind(objectId, azure) === undefined);
          return missing === undefined ? undefined : graphNotFound(missing);
        },
      }),
    ],
  },
];
