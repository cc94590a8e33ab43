import type { AzureView } from "../resource-type";
import { same, text } from "./common";

export const SERVICE_PRINCIPAL = "azuread:index/servicePrincipal:ServicePrincipal";

/**
 * What kind of principal has this object id: somebody who was in the directory before, a service principal, the deployer,
 * a user-assigned identity, or the system-assigned identity of any resource.
 *
 * @returns the values of `principalType` that fit; the deployer may be a user or a service principal.
 * `undefined` where the directory has no such principal
 */
export function principalType(objectId: string, azure: AzureView): readonly string[] | undefined {
  if (same(objectId, azure.deployerObjectId)) return ["User", "ServicePrincipal"];
  const standing = azure.standingPrincipals.find((one) => same(one.objectId, objectId));
  if (standing) return [standing.type];
  const known = [
    ...azure.all(SERVICE_PRINCIPAL).map(({ outputs }) => text(outputs, "objectId")),
    ...azure
      .below(`/subscriptions/${azure.subscriptionId}`)
      // A role assignment names a principal too, but is none.
      .filter(({ token }) => token !== "azure-native:authorization:RoleAssignment")
      .flatMap(({ outputs }) => [text(outputs, "principalId"), text(outputs, "identity.principalId")]),
  ];
  return known.some((id) => id !== undefined && same(id, objectId)) ? ["ServicePrincipal"] : undefined;
}
