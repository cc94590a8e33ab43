import type * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../../validation/issue";
import { checkSecretId as checkKnown } from "../../validation/secret-id";
import { gated } from "./checks";
import type { GatewayReference } from "./reference";

/**
 * Which of a gateway's identities reads a secret. The user-assigned one stands before the gateway, and so can its role.
 * Behind a vault's firewall, as a trusted service, only the system-assigned one gets in
 * (https://learn.microsoft.com/azure/api-management/api-management-howto-properties#requirements-for-key-vault-firewall).
 */
export type SecretReader = "userAssigned" | "systemAssigned";

/** A secret that stays in Key Vault, and how the gateway reads it. */
export interface SecretInVault {
  /** Secret identifier without version, so that a new version is followed: `https://<vault>.vault.azure.net/secrets/<name>`. */
  readonly secretId: pulumi.Input<string>;
  /** Needs the role Key Vault Secrets User before. @default "userAssigned" */
  readonly readBy?: SecretReader;
}

/** What is assumed of a {@link SecretInVault} that says nothing. */
const SECRET_IN_VAULT_DEFAULTS = { readBy: "userAssigned" } as const;

/**
 * How Azure is told of a secret in Key Vault.
 *
 * @param owner what errors call the component, e.g. `GatewayCertificate "client"`
 * @throws pulumi.RunError (through the output) when the identifier turns out to be none, or to have a version
 */
export function fromKeyVault(
  owner: string,
  { caller }: GatewayReference,
  { secretId, readBy = SECRET_IN_VAULT_DEFAULTS.readBy }: SecretInVault,
): { secretIdentifier: pulumi.Input<string>; identityClientId?: pulumi.Input<string> } {
  return {
    secretIdentifier: checkedSecretId(owner, "secretId", secretId),
    // Left out, it is the system-assigned one.
    ...(readBy === "userAssigned" && { identityClientId: caller.clientId }),
  };
}

/**
 * A secret identifier, checked again once it is known.
 *
 * @param owner what errors call the component
 * @throws pulumi.RunError (through the output) when the identifier turns out to be none, or to have a version
 */
export function checkedSecretId(
  owner: string,
  path: string,
  secretId: pulumi.Input<string>,
): pulumi.Output<string> {
  return gated(`${owner} is not valid`, secretId, (known) => checkKnown(path, known));
}

/** What is wrong with a secret identifier that is known now. */
export function checkSecretId(path: string, secretId: pulumi.Input<string>): Issue[] {
  return typeof secretId === "string" ? checkKnown(path, secretId) : [];
}

/** A certificate in a vault that stands already. */
export interface VaultCertificate {
  /** ARM id of the vault. */
  readonly vaultId: string;
  readonly secretName: string;
}

/** The secret identifier of a certificate, without version. */
export function certificateSecretId({ vaultId, secretName }: VaultCertificate): string {
  const vaultName = vaultId.split("/").at(-1) ?? "";
  return `https://${vaultName}.vault.azure.net/secrets/${secretName}`;
}
