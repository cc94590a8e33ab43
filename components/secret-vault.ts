import * as keyvault from "@pulumi/azure-native/keyvault";
import * as pulumi from "@pulumi/pulumi";
import { isVaultRange, MOST_VAULT_RANGES, VAULT_RANGE_RULE } from "../validation/address-range";
import { formatIssues, received, type Issue } from "../validation/issue";
import { sendDiagnostics } from "./diagnostics";
import { gated } from "./gateway/checks";
import type { SecretReader } from "./gateway/key-vault";
import { grant } from "./grants";
import { checkLength, checkReason, checkText, requireValid } from "./validation";

/** From where the secrets of a vault can be read at all; a role is needed in any case. */
export type VaultNetwork =
  | {
      /** The firewall lets in the services that Azure trusts: of a gateway, its system-assigned identity. */
      readonly kind: "trustedServices";
      /**
       * Who else it lets in: public IPv4 ranges as a.b.c.d/nn, at most 1,000. Workflows are none of the trusted services:
       * theirs are the outbound addresses of Logic Apps in their region.
       *
       * @default nobody
       */
      readonly allowedRanges?: readonly string[];
    }
  | {
      /** No firewall: from anywhere. */
      readonly kind: "open";
      /** Why that is right here, e.g. `the gateway has no system-assigned identity`. */
      readonly because: string;
    };

/** Who may read the secrets of a vault, and as what it comes to the firewall. */
export type VaultReader =
  | {
      /** A gateway, which reads named values and certificates. */
      readonly kind: "gateway";
      readonly identity: SecretReader;
      /** Object id of that identity. */
      readonly principalId: pulumi.Input<string>;
    }
  | {
      /** Whatever comes from an address of its own: a workflow, a function. */
      readonly kind: "client";
      /** Object id of its identity. */
      readonly principalId: pulumi.Input<string>;
    };

/** A secret that this program writes. */
export interface WrittenSecret {
  /** At most 25 KB; a Pulumi secret, e.g. `config.requireSecret("partnerKey")`. */
  readonly value: pulumi.Output<string>;
  /** What the value is, for whoever reads it, e.g. `application/x-pkcs12`; at most 255 characters. @default none */
  readonly contentType?: string;
  /**
   * When it is to be replaced at the latest, e.g. `2027-06-30T00:00:00Z`. Key Vault does not stop serving it then
   * (https://learn.microsoft.com/azure/key-vault/secrets/about-secrets#secret-attributes).
   *
   * @default never
   */
  readonly expires?: string;
  /** At most 15, so that those of the vault are not repeated here. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface SecretVaultArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  /** Globally unique: 3 to 24 letters, digits and single hyphens. */
  readonly vaultName: string;
  /** Azure region, e.g. `westeurope`. */
  readonly location: string;
  /** Directory (tenant) id. */
  readonly tenantId: pulumi.Input<string>;
  /** Secrets by name: 1 to 127 letters, digits and hyphens. Pulumi's state keeps them encrypted. @default none */
  readonly secrets?: Readonly<Record<string, WrittenSecret>>;
  /** Identities that may read the secrets, by a key of your choice. @default nobody */
  readonly readers?: Readonly<Record<string, VaultReader>>;
  /** From where the secrets can be read. @default { kind: "trustedServices" } */
  readonly network?: VaultNetwork;
  /** Days for which a deleted vault or secret can be recovered, 7 to 90. @default 90 */
  readonly softDeleteDays?: number;
  /** Whether a deleted vault must wait for those days before its name is free. Cannot be switched off again. @default true */
  readonly purgeProtection?: boolean;
  /** Whether `pulumi destroy` refuses to delete the vault. @default true */
  readonly protect?: boolean;
  /** ARM id of the Log Analytics workspace that learns who read what. @default none */
  readonly workspaceId?: pulumi.Input<string>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What {@link SecretVault} assumes where its arguments say nothing. */
const SECRET_VAULT_DEFAULTS = {
  network: { kind: "trustedServices" },
  softDeleteDays: 90,
  purgeProtection: true,
  protect: true,
} as const;

/**
 * A Key Vault for the secrets of a stack, behind its firewall, with access by role only.
 *
 * Secrets are written through Azure Resource Manager, which the firewall does not concern
 * (https://learn.microsoft.com/azure/key-vault/general/overview-vnet-service-endpoints). A single one is deleted through the
 * vault itself: whoever deploys needs Key Vault Secrets Officer for that, and one of the allowed addresses
 * (pulumi/pulumi-azure-native, provider/pkg/resources/customresources/custom_keyvault.go). With the vault all of them go.
 *
 * @example
 * ```ts
 * const vault = new SecretVault("secrets", {
 *   resourceGroupName: group.name,
 *   vaultName: "kv-contoso-dev",
 *   location: "westeurope",
 *   tenantId,
 *   secrets: { "partner-key": { value: config.requireSecret("partnerKey"), expires: "2027-06-30T00:00:00Z" } },
 *   readers: { gateway: { kind: "gateway", identity: "systemAssigned", principalId: gateway.systemPrincipalId } },
 * });
 * new GatewayNamedValue("partner-key", { gateway, secretId: vault.secretIds["partner-key"], readBy: "systemAssigned" });
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
    const { resourceGroupName, secrets = {}, readers = {}, workspaceId } = args;
    const headline = `SecretVault "${name}" is not valid`;

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
          networkAcls: firewall(args.network ?? SECRET_VAULT_DEFAULTS.network),
        },
        tags: args.tags,
      },
      { parent: this, protect: args.protect ?? SECRET_VAULT_DEFAULTS.protect },
    );
    const roles = Object.entries(readers).map(([key, reader]) => {
      const { principalId } = reader;
      const to = isTrusted(reader)
        ? gated(headline, principalId, (id) => checkPrincipal(`readers.${key}.principalId`, id))
        : principalId;
      return grant.readSecrets(`${name}-reader-${key}`, { on: this.vault.id, to }, { parent: this });
    });
    // The roles may wait for a gateway, which takes Azure an hour; the secrets need not.
    const granted = pulumi.all(roles.map(({ id }) => id));
    this.secretIds = Object.fromEntries(
      Object.entries(secrets).map(([key, { value, contentType, expires, tags }]) => {
        const secret = new keyvault.Secret(
          `${name}-secret-${key}`,
          {
            resourceGroupName,
            vaultName: this.vault.name,
            secretName: key,
            properties: {
              value: checkedSecret(headline, `secrets.${key}.value`, value),
              contentType,
              ...(expires !== undefined && { attributes: { expires: Date.parse(expires) / 1000 } }),
            },
            tags,
          },
          { parent: this, deletedWith: this.vault },
        );
        return [key, pulumi.all([secret.properties, granted]).apply(([{ secretUri }]) => secretUri)];
      }),
    );
    if (workspaceId !== undefined) {
      sendDiagnostics(
        `${name}-diagnostics`,
        { resourceId: this.vault.id, workspaceId, logs: ["AuditEvent"] },
        { parent: this },
      );
    }
    this.registerOutputs({ vaultId: this.vault.id });
  }
}

function firewall(network: VaultNetwork) {
  if (network.kind === "open") return { bypass: "AzureServices", defaultAction: "Allow" };
  const { allowedRanges = [] } = network;
  return {
    bypass: "AzureServices",
    defaultAction: "Deny",
    ipRules: allowedRanges.map((value) => ({ value })),
  };
}

/** Whether a reader comes as one of the services that Azure trusts. */
function isTrusted(reader: VaultReader): boolean {
  return reader.kind === "gateway" && reader.identity === "systemAssigned";
}

/** The gateway of somebody else may have no system-assigned identity, which is known once it was read. */
function checkPrincipal(path: string, id: string): Issue[] {
  if (id !== "") return [];
  return [
    {
      path,
      rule: "a reader is an identity, and this gateway has no system-assigned one",
      received: received(id),
      fix: "let its owner switch it on, or open the vault's network and let the user-assigned one read",
    },
  ];
}

/** https://learn.microsoft.com/azure/key-vault/secrets/about-secrets */
const LIMITS = { valueBytes: 25 * 1024, contentType: 255, tags: 15 } as const;

/**
 * The value, once it is sure that it is a secret and that Azure takes it: what is none stands in clear in the state
 * already, wherever it comes from.
 *
 * @throws pulumi.RunError (through the output)
 */
function checkedSecret(headline: string, path: string, value: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.all([value, pulumi.isSecret(value)]).apply(([known, isSecret]) => {
    const issues: Issue[] = [];
    if (!isSecret) {
      issues.push({
        path,
        rule: "a value for the vault is a secret of Pulumi, and this one is kept in clear",
        fix: "take it by config.requireSecret, or mark it by pulumi.secret where it enters the program",
      });
    }
    const bytes = Buffer.byteLength(known);
    if (bytes === 0 || bytes > LIMITS.valueBytes) {
      issues.push({
        path,
        rule: "a secret has 1 byte to 25 KB",
        received: `${bytes} bytes`,
        fix: "keep what is larger in a storage account, and its key here",
      });
    }
    if (issues.length > 0) throw new pulumi.RunError(formatIssues(headline, issues));
    return known;
  });
}

/** Every problem of the arguments of a {@link SecretVault}. */
function validateSecretVault({
  vaultName,
  secrets = {},
  readers = {},
  network = SECRET_VAULT_DEFAULTS.network,
  softDeleteDays,
}: SecretVaultArgs): Issue[] {
  const issues = [
    // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftkeyvault
    ...checkText("vaultName", vaultName, {
      what: "a vault name",
      pattern: /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/,
      words:
        "3 to 24 letters, digits and single hyphens, beginning with a letter and not ending with a hyphen",
    }),
    ...Object.entries(secrets).flatMap(([key, secret]) => validateSecret(key, secret)),
    ...repeatedNames(Object.keys(secrets)),
    ...validateNetwork(network),
    ...Object.entries(readers).flatMap(([key, reader]) => validateReader(key, reader, network)),
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

/** A date with a time and a zone: without one, it would mean something else on each machine. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)$/;

function validateSecret(key: string, { contentType, expires, tags = {} }: WrittenSecret): Issue[] {
  const path = `secrets.${key}`;
  const issues = [
    ...checkText(path, key, {
      what: "a secret's name",
      pattern: /^[A-Za-z0-9-]{1,127}$/,
      words: "1 to 127 letters, digits and hyphens",
    }),
    ...checkLength(`${path}.contentType`, contentType, "a content type", LIMITS.contentType),
  ];
  if (expires !== undefined && !(INSTANT.test(expires) && Number.isFinite(Date.parse(expires)))) {
    issues.push({
      path: `${path}.expires`,
      rule: "a secret expires at an instant with its time zone",
      received: received(expires),
      fix: "write it as e.g. 2027-06-30T00:00:00Z",
    });
  }
  const count = Object.keys(tags).length;
  if (count > LIMITS.tags) {
    issues.push({
      path: `${path}.tags`,
      rule: `a secret has at most ${LIMITS.tags} tags`,
      received: received(count),
      fix: "remove those that nobody reads",
    });
  }
  return issues;
}

/** https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#object-identifiers */
function repeatedNames(names: readonly string[]): Issue[] {
  const first = (name: string) => names.find((other) => other.toLowerCase() === name.toLowerCase()) ?? name;
  return names
    .filter((name) => first(name) !== name)
    .map((name) => ({
      path: `secrets.${name}`,
      rule: `the names of two secrets differ in more than their case, and there is ${first(name)}`,
      fix: "choose another name",
    }));
}

function validateNetwork(network: VaultNetwork): Issue[] {
  if (network.kind === "open") {
    const path = "network.because";
    return checkReason(path, network.because, "a vault without firewall", "let in trusted services only");
  }
  const { allowedRanges = [] } = network;
  const issues = allowedRanges.flatMap((range, index) =>
    isVaultRange(range)
      ? []
      : [{ path: `network.allowedRanges[${index}]`, ...VAULT_RANGE_RULE, received: received(range) }],
  );
  if (allowedRanges.length > MOST_VAULT_RANGES) {
    issues.push({
      path: "network.allowedRanges",
      rule: `a vault's firewall lets in at most ${MOST_VAULT_RANGES.toLocaleString("en")} ranges`,
      received: received(allowedRanges.length),
      fix: "name wider ranges, or those only that are needed",
    });
  }
  return issues;
}

/** Refuses who would have a role and be kept out all the same. */
function validateReader(key: string, reader: VaultReader, network: VaultNetwork): Issue[] {
  if (network.kind === "open" || isTrusted(reader)) return [];
  if (reader.kind === "gateway") {
    return [
      {
        path: `readers.${key}.identity`,
        rule: "behind a vault's firewall a gateway reads by its system-assigned identity only",
        received: received(reader.identity),
        fix: 'give the role to gateway.systemPrincipalId and read by "systemAssigned", or open the network and say why',
      },
    ];
  }
  if (network.allowedRanges !== undefined && network.allowedRanges.length > 0) return [];
  return [
    {
      path: `readers.${key}`,
      rule: "behind a vault's firewall a workflow is none of the trusted services",
      fix: "name its outbound addresses in network.allowedRanges, or open the network and say why",
    },
  ];
}
