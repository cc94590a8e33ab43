import { formatIssues } from "../../validation/issue";
import { checkSecretId } from "../../validation/secret-id";
import type { Action, Text } from "../definition";
import { action, type ActionOptions } from "./action";
import { courseOf, requestOf } from "./call-parts";
import { KEY_VAULT_AUDIENCE } from "../secrets";
import { managedIdentity, type CallOptions, type HttpAnswer } from "./request";

/** A secret, as Key Vault gives it. */
export interface KeyVaultSecret {
  readonly value: string;
  /** Its identifier, with the version that was read. */
  readonly id: string;
  readonly contentType?: string;
}

/** Which secret is read, and as whom. */
export type KeyVaultSecretOptions<After extends string> = Omit<ActionOptions<After>, "trackedProperties"> &
  Pick<CallOptions, "retry" | "timeout"> & {
    /** Secret identifier without version: `https://<vault>.vault.azure.net/secrets/<name>`. */
    readonly secretId: Text;
    /** Resource id of a user-assigned identity of the workflow. @default the system-assigned one */
    readonly identity?: Text;
  };

/**
 * Reads a secret from Key Vault when the workflow runs, so that it stands neither in the workflow nor in the program's
 * state, and a new version is used at once: `key.body.get("value")`. Its inputs and outputs are secure, and so is
 * whatever its outputs flow into.
 *
 * The identity needs the role Key Vault Secrets User (`grant.readSecrets`). Behind a vault's firewall Logic Apps is none of the
 * trusted services: the vault must let in its outbound addresses
 * (https://learn.microsoft.com/azure/key-vault/general/overview-vnet-service-endpoints#trusted-services).
 *
 * @throws Error where the identifier is none of a secret without version: a token for Key Vault goes to a vault only
 * @see https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret
 */
export function keyVaultSecret<const Name extends string, After extends string = never>(
  name: Name,
  options: KeyVaultSecretOptions<After>,
): Action<Name, HttpAnswer<KeyVaultSecret>, NoInfer<After>> {
  const { secretId, identity, retry, timeout, ...rest } = options;
  // What a run computes is known then.
  const issues =
    typeof secretId === "string" && !secretId.includes("@") ? checkSecretId("secretId", secretId) : [];
  if (issues.length > 0) throw new Error(formatIssues(`The action ${name} is not valid`, issues));
  const authentication = managedIdentity({
    audience: KEY_VAULT_AUDIENCE,
    ...(identity !== undefined && { identity }),
  });
  return action<HttpAnswer<KeyVaultSecret>>("Http")(
    name,
    { ...rest, secure: ["inputs", "outputs"] },
    {
      inputs: {
        ...requestOf({ method: "GET", queries: { "api-version": "7.4" }, authentication, retry }),
        uri: secretId,
      },
      ...courseOf({ timeout }),
    },
  );
}
