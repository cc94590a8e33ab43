import { AzureError } from "../../errors";
import type { AzureView, Json, Properties, StoredResource } from "../../resource-type";
import { members, same, text } from "../common";
import { hasFirewall, mayUseSecret } from "../vault-access";
import { validationError } from "./common";

const VAULT = "azure-native:keyvault:Vault";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";

/** Where the message and the code of a vault that cannot be read are quoted. */
export const KEY_VAULT_REFUSALS = "https://learn.microsoft.com/answers/questions/1688796";

/** Why an identity has to be one of the service. */
export const IDENTITY_REFUSALS = "https://github.com/Azure/apiops/issues/257";

/** What says how API Management reads a vault that is behind its firewall. */
export const FIREWALL_RULE =
  "https://learn.microsoft.com/azure/api-management/api-management-howto-use-managed-service-identity#requirements-for-key-vault-firewall";

/** A service as far as its identities matter; `principalId` is that of its own identity. */
export interface ServiceIdentities {
  readonly inputs: Properties;
  readonly principalId: string | undefined;
}

interface Identity {
  readonly type: "SystemAssigned" | "UserAssigned";
  readonly principalId: string;
  readonly clientId: string | undefined;
}

/** Where something names a secret of a vault. */
export interface SecretReference {
  readonly url: string;
  /** Client id of a user-assigned identity; absent for the service's own. */
  readonly clientId: string | undefined;
}

/** The secret references of `{ keyVaultId | secretIdentifier, identityClientId }`; none where no vault is named. */
export function secretReference(value: Json | undefined, property: string): SecretReference | undefined {
  const url = text(value, property);
  return url === undefined ? undefined : { url, clientId: text(value, "identityClientId") };
}

function identityOf(
  { clientId }: SecretReference,
  service: ServiceIdentities,
  azure: AzureView,
): Identity | undefined {
  if (clientId === undefined) {
    const { principalId } = service;
    return principalId === undefined ? undefined : { type: "SystemAssigned", principalId, clientId };
  }
  const assigned = Object.keys(members(service.inputs, "identity.userAssignedIdentities"));
  const found = azure
    .all(IDENTITY)
    .find(
      ({ id, outputs }) => text(outputs, "clientId") === clientId && assigned.some((one) => same(one, id)),
    );
  return found && { type: "UserAssigned", principalId: text(found.outputs, "principalId") ?? "", clientId };
}

/** Refuses an identity that the service does not have. */
export function identityRefusal(
  reference: SecretReference,
  service: ServiceIdentities,
  azure: AzureView,
): AzureError | undefined {
  if (identityOf(reference, service, azure) !== undefined) return undefined;
  const { clientId, url } = reference;
  return clientId === undefined
    ? new AzureError(
        400,
        "InvalidOperation",
        `Managed Service Identity (http://aka.ms/apimmsi) is not enabled on the service, which is required to access KeyVault ${url}`,
      )
    : validationError(
        "identityClientId",
        `Can not find Managed Identity with provided IdentityClientId : ${clientId}. For more information please see aka.ms/apimmsi.`,
      );
}

/** Refuses a secret that does not exist, or that the identity has no role or access policy for. */
export function accessRefusal(
  reference: SecretReference,
  service: ServiceIdentities,
  azure: AzureView,
): AzureError | undefined {
  const identity = identityOf(reference, service, azure);
  const { vault, secret } = findSecret(reference.url, azure);
  if (identity === undefined) return undefined;
  if (vault && secret && mayUseSecret(identity.principalId, "get", vault, secret, azure)) return undefined;
  return new AzureError(400, "InvalidOperation", noAccess(reference, identity));
}

/** Refuses a vault whose firewall keeps the identity out: it admits the service's own only, as a trusted service. */
export function firewallRefusal(
  reference: SecretReference,
  service: ServiceIdentities,
  azure: AzureView,
): AzureError | undefined {
  const identity = identityOf(reference, service, azure);
  const { vault } = findSecret(reference.url, azure);
  if (identity === undefined || vault === undefined || !hasFirewall(vault)) return undefined;
  const bypass = text(vault.inputs, "properties.networkAcls.bypass") ?? "AzureServices";
  if (bypass === "AzureServices" && identity.type === "SystemAssigned") return undefined;
  return new AzureError(400, "InvalidOperation", noAccess(reference, identity));
}

/** Azure's own words, and in parentheses what they mean today. */
function noAccess({ url }: SecretReference, { type, clientId, principalId }: Identity): string {
  const client = clientId === undefined ? "" : `ClientId: ${clientId} and `;
  return `Failed to access KeyVault Secret ${url} using Managed Service Identity (http://aka.ms/apimmsi) of Api Management service. Check if Managed Identity of Type: ${type}, ${client}ObjectId: ${principalId} has GET permissions on secrets in the KeyVault Access Policies. (In a vault with role-based access: the role Key Vault Secrets User on the vault, assigned before.)`;
}

/** The secret at `https://<vault>.vault.azure.net/secrets/<secret>[/<version>]`. */
export function findSecret(
  url: string,
  azure: AzureView,
): { readonly vault?: StoredResource; readonly secret?: StoredResource } {
  const [, vaultName = "", secretName = ""] = /^https:\/\/([^./]+)\.[^/]+\/secrets\/([^/]+)/i.exec(url) ?? [];
  const vault = azure.all(VAULT).find(({ inputs }) => same(text(inputs, "vaultName") ?? "", vaultName));
  const secret = vault && azure.get(`${vault.id}/secrets/${secretName}`);
  return { ...(vault && { vault }), ...(secret && { secret }) };
}
