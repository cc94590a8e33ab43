import type { AzureView, StoredResource } from "../resource-type";
import { at, items, text, texts, within } from "./common";

const ROLE_ASSIGNMENT = "azure-native:authorization:RoleAssignment";

/** What can be done with a secret, as access policies call it. */
type Use = "get" | "delete";

/**
 * Built-in roles with `Microsoft.KeyVault/vaults/secrets/getSecret/action`, and with `.../secrets/delete`: Key Vault Secrets
 * Officer and Administrator have both, Secrets User and Certificate User the first one. Owner and Contributor have neither.
 * https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/security
 */
const ROLES: Readonly<Record<Use, readonly string[]>> = {
  get: [
    "4633458b-17de-408a-b874-0445c86b69e6",
    "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba",
  ],
  delete: ["b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "00482a5a-887f-4fb3-b363-3b7fe8e74483"],
};

/** Whether an identity has a role or, in a vault of the older kind, an access policy for a secret. */
export function mayUseSecret(
  principalId: string,
  use: Use,
  vault: StoredResource,
  secret: StoredResource,
  azure: AzureView,
): boolean {
  if (at(vault.inputs, "properties.enableRbacAuthorization") !== true) {
    return items(vault.inputs, "properties.accessPolicies").some((policy) => {
      const permissions = texts(policy, "permissions.secrets").map((one) => one.toLowerCase());
      return (
        text(policy, "objectId") === principalId && [use, "all"].some((one) => permissions.includes(one))
      );
    });
  }
  return azure.all(ROLE_ASSIGNMENT).some(({ inputs }) => {
    const role = text(inputs, "roleDefinitionId")?.split("/").at(-1)?.toLowerCase() ?? "";
    return (
      text(inputs, "principalId") === principalId &&
      ROLES[use].includes(role) &&
      within(secret.id, text(inputs, "scope") ?? "")
    );
  });
}

/** Whether a vault's firewall keeps out what is neither named nor trusted. */
export function hasFirewall({ inputs }: StoredResource): boolean {
  return (
    text(inputs, "properties.publicNetworkAccess")?.toLowerCase() === "disabled" ||
    text(inputs, "properties.networkAcls.defaultAction") === "Deny"
  );
}
