import { X509Certificate } from "node:crypto";
import type * as keyvault from "@pulumi/azure-native/keyvault";
import type * as pulumi from "@pulumi/pulumi";
import { isCertificate } from "../../validation/certificate";
import { received, type Issue } from "../../validation/issue";
import { checkText, resourceIdRule } from "../validation";
import { validateFederatedCredentials, type FederatedCredential } from "./federated-credential";

/** A day, e.g. `2027-05-24`: midnight UTC at its beginning. */
export type Day = `${number}-${number}-${number}`;

/** How long a secret is valid. Both days are given, never computed from the clock: two deployments do the same. */
export interface SecretLifetime {
  readonly from: Day;
  /** At most 24 months later. */
  readonly until: Day;
}

/**
 * Secrets of a client, for software that can prove who it is in no other way. The values are Entra ID's; nobody types
 * them, and they leave the encrypted state for one secret of a vault; and for what takes no reference to one, as the portal of
 * API Management.
 */
export interface ClientSecrets {
  /**
   * Lifetimes by a key of your choice. Several are valid at a time, so that whoever reads the vault has time to notice a
   * new one: add the next, make it `current`, and remove the old one once nobody uses it. Other days under the same key
   * make another secret and take the old one away at once.
   */
  readonly lifetimes: Readonly<Record<string, SecretLifetime>>;
  /** The key of the one that stands in the vault. */
  readonly current: string;
  /**
   * The vault: of this program, e.g. `SecretVault.vault`, which takes the secret along when it goes; or the ARM id of one that
   * stands already, in the subscription that is deployed to, whose secret only those can delete who have the role Key Vault
   * Secrets Officer on it, and whom its firewall lets in.
   */
  readonly vault: keyvault.Vault | pulumi.Input<string>;
  /** Name of the secret in the vault: 1 to 127 letters, digits and hyphens. It expires with the client's secret. */
  readonly secretName: string;
}

/** How a client proves who it is: best by federated credentials, which are no secrets; else by certificates. */
export interface ClientCredentials {
  /** At most 20, by their name: 3 to 120 letters, digits, hyphens and underscores. It cannot be changed. @default none */
  readonly federated?: Readonly<Record<string, FederatedCredential>>;
  /**
   * Public certificates (DER in base64, on one line), by a key of your choice; the private key stays with the client. Each
   * is valid until it ends itself: renew it by another one under another key, and remove the old one later. @default none
   */
  readonly certificates?: Readonly<Record<string, string>>;
  /** @default none */
  readonly secrets?: ClientSecrets;
}

// https://learn.microsoft.com/entra/identity-platform/how-to-add-credentials
const LONGEST_SECRET_MONTHS = 24;

/** The time at which a day begins, as Microsoft Graph writes it. */
export function timeOf(day: Day): string {
  return `${day}T00:00:00Z`;
}

/** The time at which a certificate ends, as Microsoft Graph writes it. */
export function endOfCertificate(certificate: string): string {
  const { validTo } = new X509Certificate(Buffer.from(certificate, "base64"));
  return new Date(validTo).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Every problem of a client's credentials. */
export function validateCredentials(
  path: string,
  { federated = {}, certificates = {}, secrets }: ClientCredentials,
): Issue[] {
  return [
    ...validateFederatedCredentials(`${path}.federated`, federated),
    ...Object.entries(certificates).flatMap(([key, certificate]) =>
      checkCertificate(`${path}.certificates.${key}`, certificate),
    ),
    ...(secrets ? validateSecrets(`${path}.secrets`, secrets) : []),
  ];
}

/** Never shows what stands there: it may be a private key. */
function checkCertificate(path: string, certificate: string): Issue[] {
  if (isCertificate(certificate)) return [];
  return [
    {
      path,
      rule: "a certificate is a public X.509 certificate (DER) in base64, on one line, without its private key",
      fix: "write what `openssl x509 -in client.pem -outform DER | base64 -w0` prints",
    },
  ];
}

const VAULT_ID = resourceIdRule("a vault's id", "Microsoft.KeyVault/vaults");

/**
 * Checks the id of a vault that is known.
 *
 * @param path of the secrets that are written to it
 */
export function checkVaultId(path: string, vaultId: string): Issue[] {
  return checkText(`${path}.vault`, vaultId, VAULT_ID);
}

function validateSecrets(path: string, { lifetimes, current, vault, secretName }: ClientSecrets): Issue[] {
  const keys = Object.keys(lifetimes);
  const issues = [
    ...Object.entries(lifetimes).flatMap(([key, lifetime]) =>
      checkLifetime(`${path}.lifetimes.${key}`, lifetime),
    ),
    ...(typeof vault === "string" ? checkVaultId(path, vault) : []),
    ...checkText(`${path}.secretName`, secretName, {
      what: "a secret's name",
      pattern: /^[A-Za-z\d-]{1,127}$/,
      words: "1 to 127 letters, digits and hyphens",
    }),
  ];
  if (!keys.includes(current)) {
    issues.push({
      path: `${path}.current`,
      rule: "the current secret is one of those that have a lifetime",
      received: received(current),
      fix: keys.length > 0 ? `choose ${keys.join(" or ")}` : "add a lifetime",
    });
  }
  return issues;
}

function checkLifetime(path: string, { from, until }: SecretLifetime): Issue[] {
  const wrong = Object.entries({ from, until }).filter(([, day]) => !isDay(day));
  if (wrong.length > 0) {
    return wrong.map(([name, day]) => ({
      path: `${path}.${name}`,
      rule: "a day is a date of the calendar, as YYYY-MM-DD",
      received: received(day),
      fix: "write e.g. 2027-05-24",
    }));
  }
  const latest = new Date(timeOf(from));
  latest.setUTCMonth(latest.getUTCMonth() + LONGEST_SECRET_MONTHS);
  const end = new Date(timeOf(until));
  if (end > new Date(timeOf(from)) && end <= latest) return [];
  return [
    {
      path: `${path}.until`,
      rule: `a secret ends after it begins, at most ${LONGEST_SECRET_MONTHS} months later`,
      received: received(until),
      fix: "give it less than a year, and add another one before it ends",
    },
  ];
}

function isDay(day: string): boolean {
  const time = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(`${day}T`);
}
