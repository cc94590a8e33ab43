import * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../validation/issue";
import { grant } from "./grants";
import { checkText, requireValid } from "./validation";

export interface SecretVaultArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  /** Globally unique: 3 to 24 letters, digits and single hyphens. */
  readonly vaultName: string;
  /** Azure region, e.g. `westeurope`. */
  readonly location: string;
  /** Directory (tenant) id. */
  readonly tenantId: pulumi.Input<string>;
  /** Secrets by name: 1 to 127 letters, digits and hyphens. Pulumi's state keeps them encrypted. @default none */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Object ids of identities that may read the secrets, by a key of your choice. @default nobody */
  readonly readers?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Days for which a deleted vault or secret can be recovered, 7 to 90. @default 90 */
  readonly softDeleteDays?: number;
  /** Whether a deleted vault must wait for those days before its name is free. Cannot be switched off again. @default true */
  readonly purgeProtection?: boolean;
  /** Whether `pulumi destroy` refuses to delete the vault. @default true */
  readonly protect?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What {@link SecretVault} assumes where its arguments say nothing. */
export const SECRET_VAULT_DEFAULTS = { softDeleteDays: 90, purgeProtection: true, protect: true } as const;

/**
 * A Key Vault for the secrets of a stack, with access by role only.
 *
 * Its firewall is open: behind a closed one the gateway could read it with its system-assigned identity only, which
 * does not exist before the gateway
 * (https://learn.microsoft.com/azure/api-management/api-management-howto-properties).
 *
 * @example
 * ```ts
 * new SecretVault("secrets", {
 *   resourceGroupName: group.name,
 *   vaultName: "kv-contoso-dev",
 *   location: "westeurope",
 *   tenantId,
 *   secrets: { "partner-key": config.requireSecret("partnerKey") },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class SecretVault extends pulumi.ComponentResource {
  readonly vault: keyvault.Vault;
  /** Secret identifiers without version, by name of the secret; each waits for the readers' roles. */
  readonly secretIds: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: SecretVaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:SecretVault", name, {}, opts);
    requireValid(this, "SecretVault", name, validateSecretVault(args));
    const { resourceGroupName, secrets = {}, readers = {} } = args;

    this.vault = new keyvault.Vault(
      `${name}-vault`,
      {
        vaultName: args.vaultName,
        resourceGroupName,
        location: args.location,
        properties: {
          tenantId: args.tenantId,
          sku: { family: "A", name: "standard" },
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          softDeleteRetentionInDays: args.softDeleteDays ?? SECRET_VAULT_DEFAULTS.softDeleteDays,
          // Azure takes true or nothing (https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview).
          enablePurgeProtection: (args.purgeProtection ?? SECRET_VAULT_DEFAULTS.purgeProtection) || undefined,
          publicNetworkAccess: "Enabled",
        },
        tags: args.tags,
      },
      { parent: this, protect: args.protect ?? SECRET_VAULT_DEFAULTS.protect },
    );
    const roles = Object.entries(readers).map(([key, principalId]) =>
      grant.readSecrets(`${name}-reader-${key}`, { on: this.vault.id, to: principalId }, { parent: this }),
    );
    this.secretIds = Object.fromEntries(
      Object.entries(secrets).map(([key, value]) => {
        const secret = new keyvault.Secret(
          `${name}-secret-${key}`,
          {
            resourceGroupName,
            vaultName: this.vault.name,
            secretName: key,
            properties: { value: pulumi.secret(value) },
            tags: args.tags,
          },
          { parent: this, dependsOn: roles },
        );
        return [key, secret.properties.secretUri];
      }),
    );
    this.registerOutputs({ vaultId: this.vault.id });
  }
}

/** Every problem of the arguments of a {@link SecretVault}. */
export function validateSecretVault({ vaultName, secrets = {}, softDeleteDays }: SecretVaultArgs): Issue[] {
  const issues = [
    // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftkeyvault
    ...checkText("vaultName", vaultName, {
      what: "a vault name",
      pattern: /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
      words:
        "3 to 24 letters, digits and single hyphens, beginning with a letter and not ending with a hyphen",
    }),
    ...Object.keys(secrets).flatMap((key) =>
      checkText(`secrets.${key}`, key, {
        what: "a secret's name",
        pattern: /^[A-Za-z0-9-]{1,127}$/,
        words: "1 to 127 letters, digits and hyphens",
      }),
    ),
  ];
  if (
    softDeleteDays !== undefined &&
    !(Number.isInteger(softDeleteDays) && softDeleteDays >= 7 && softDeleteDays <= 90)
  ) {
    issues.push({
      path: "softDeleteDays",
      rule: "a deleted vault is kept for 7 to 90 days",
      received: received(softDeleteDays),
      fix: "give a whole number from 7 to 90",
    });
  }
  return issues;
}
