import * as azuread from "@pulumi/azuread";
import { checkDeclared, type CallableApi } from "./permissions";

/** Microsoft Graph, under this id in every tenant. */
const CLIENT_ID = "00000003-0000-0000-c000-000000000000";

/** Source: https://learn.microsoft.com/graph/permissions-reference */
const SCOPES: Readonly<Record<string, string>> = {
  openid: "37f7f235-527c-4136-accd-4a02d197296e",
  profile: "14dad69e-099b-42c9-810b-d002981feec1",
  email: "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0",
  offline_access: "7427e0e9-2fba-42fe-b0c0-848c9e6a8182",
  "User.Read": "e1fe6dd8-ba31-4d61-89e7-88639da4683d",
};

/** Source: https://learn.microsoft.com/graph/permissions-reference */
const ROLES: Readonly<Record<string, string>> = {
  "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
  "Group.Read.All": "5b567255-7703-4780-807c-7be8301ae99b",
  "Application.Read.All": "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30",
  "Application.ReadWrite.OwnedBy": "18a4783c-866b-4cc7-a460-3d5e5662c884",
  "AppRoleAssignment.ReadWrite.All": "06b708a9-e830-4db3-a914-8e69da51d44f",
};

/**
 * Microsoft Graph with the permissions that an integration needs: `openid`, `profile`, `email`, `offline_access` and
 * `User.Read` for users who sign in; `User.Read.All` and `Group.Read.All` for an application that reads groups, as the
 * developer portal does; `Application.Read.All`, `Application.ReadWrite.OwnedBy` and `AppRoleAssignment.ReadWrite.All` for a
 * pipeline that deploys.
 */
export const MICROSOFT_GRAPH: CallableApi = {
  clientId: CLIENT_ID,
  checkPermissions: (path, wanted) =>
    checkDeclared(path, wanted, { scopes: Object.keys(SCOPES), roles: Object.keys(ROLES) }),
  scopeId: (scope) => SCOPES[scope] ?? "",
  roleId: (role) => ROLES[role] ?? "",
  servicePrincipalId: (opts) => azuread.getServicePrincipalOutput({ clientId: CLIENT_ID }, opts).objectId,
};
