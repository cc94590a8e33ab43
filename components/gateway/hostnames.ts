import type * as apimanagement from "@pulumi/azure-native/apimanagement";
import type * as pulumi from "@pulumi/pulumi";
import type { ClientCertificates } from "../../policies/gateway";
import { received, type Issue } from "../../validation/issue";
import { checkedSecretId, checkSecretId } from "./key-vault";
import { CLIENT_CERTIFICATES_RULE, TIERS, tiersWith, type GatewayTier } from "./tier";

/** A name of its own for the gateway or the developer portal, with its certificate from an existing Key Vault. */
export interface GatewayHostname {
  /** What answers under this name. */
  readonly endpoint: "gateway" | "portal" | "management";
  /** Fully qualified, e.g. `api.contoso.com`. */
  readonly hostName: string;
  /**
   * Secret identifier of the certificate without version, so that renewals are followed:
   * `https://<vault>.vault.azure.net/secrets/<certificate>`.
   */
  readonly certificateSecretId: pulumi.Input<string>;
  /** Whether clients without SNI get this certificate; one gateway name has it. @default the only gateway name */
  readonly defaultSslBinding?: boolean;
  /**
   * Whether the gateway asks clients for a certificate under this name, which policies then check; for gateway names in
   * the tiers before v2 (https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates-for-clients).
   * @default "ignore"
   */
  readonly clientCertificates?: ClientCertificates;
}

/** What is assumed of a {@link GatewayHostname} that says nothing. */
const HOSTNAME_DEFAULTS = { clientCertificates: "ignore" } as const;

/** Names by a key of the user's choice. */
type GatewayHostnames = Readonly<Record<string, GatewayHostname>>;

const HOSTNAME_TYPES = { gateway: "Proxy", portal: "DeveloperPortal", management: "Management" } as const;

/**
 * What Azure is told of the names; their certificates are read with the identity of this client id.
 *
 * @throws pulumi.RunError (through the outputs) when the identifier of a certificate turns out to have a version
 */
export function hostnameConfigurations(
  gatewayName: string,
  hostnames: GatewayHostnames,
  identityClientId: pulumi.Input<string>,
): NonNullable<apimanagement.ApiManagementServiceArgs["hostnameConfigurations"]> {
  const names = gatewayNames(hostnames);
  return Object.entries(hostnames).map(([key, hostname]) => ({
    type: HOSTNAME_TYPES[hostname.endpoint],
    hostName: hostname.hostName,
    certificateSource: "KeyVault",
    keyVaultId: checkedSecretId(
      `ApimGateway "${gatewayName}"`,
      `service.hostnames.${key}.certificateSecretId`,
      hostname.certificateSecretId,
    ),
    identityClientId,
    ...(hostname.endpoint === "gateway" && {
      defaultSslBinding: hostname.defaultSslBinding ?? names.length === 1,
      negotiateClientCertificate: asksForCertificate(hostname),
    }),
  }));
}

/** The names of the gateway itself. */
export function gatewayNames(hostnames: GatewayHostnames): GatewayHostname[] {
  return Object.values(hostnames).filter(({ endpoint }) => endpoint === "gateway");
}

/**
 * The address by which clients know a gateway: its own name with the default certificate, or else the first one. A
 * wildcard is the address of none.
 *
 * @param names of the gateway itself
 * @param azures the address that Azure gave it
 */
export function clientUrl(
  names: readonly { readonly hostName: string; readonly defaultSslBinding?: boolean }[],
  azures: string,
): string {
  const addresses = names.filter(({ hostName }) => !hostName.startsWith("*."));
  const known = addresses.find(({ defaultSslBinding }) => defaultSslBinding) ?? addresses[0];
  return known ? `https://${known.hostName}` : azures;
}

/** Whether clients are asked for a certificate under one of the names; under Azure's own they are not. */
export function clientCertificatesUnder(hostnames: GatewayHostnames): ClientCertificates {
  return Object.values(hostnames).some(asksForCertificate) ? "negotiate" : "ignore";
}

function asksForCertificate({
  clientCertificates = HOSTNAME_DEFAULTS.clientCertificates,
}: GatewayHostname): boolean {
  return clientCertificates === "negotiate";
}

/** Every problem of the names of a gateway of this tier. */
export function validateHostnames(hostnames: GatewayHostnames, tier: GatewayTier["name"]): Issue[] {
  return [
    ...Object.entries(hostnames).flatMap(([key, hostname]) =>
      validateHostname(`hostnames.${key}`, hostname, tier),
    ),
    ...repeatedNames(hostnames),
    ...validateCounts(hostnames, tier),
  ];
}

function validateHostname(
  path: string,
  { endpoint, hostName, certificateSecretId, clientCertificates }: GatewayHostname,
  tier: GatewayTier["name"],
): Issue[] {
  const issues: Issue[] = [];
  if (!/^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i.test(hostName)) {
    issues.push({
      path: `${path}.hostName`,
      rule: "a host name is fully qualified, without protocol and path",
      received: received(hostName),
      fix: "give a name such as api.contoso.com",
    });
  }
  issues.push(...checkSecretId(`${path}.certificateSecretId`, certificateSecretId));
  if (endpoint !== "gateway" && !TIERS[tier].otherHostnames.includes(endpoint)) {
    issues.push({
      path: `${path}.endpoint`,
      rule: `the ${endpoint} of a ${tier} gateway has no name of its own`,
      received: received(endpoint),
      fix: `remove it, or choose ${tiersWith(({ otherHostnames }) => otherHostnames.includes(endpoint))}`,
    });
  }
  if (clientCertificates === "negotiate" && (endpoint !== "gateway" || !TIERS[tier].clientCertificates)) {
    issues.push({
      path: `${path}.clientCertificates`,
      ...CLIENT_CERTIFICATES_RULE,
      received: `"negotiate" for the ${endpoint} of a ${tier} gateway`,
    });
  }
  return issues;
}

function repeatedNames(hostnames: GatewayHostnames): Issue[] {
  const all = Object.entries(hostnames);
  return all.flatMap(([key, { hostName }], index) =>
    all.slice(0, index).some(([, other]) => other.hostName.toLowerCase() === hostName.toLowerCase())
      ? [
          {
            path: `hostnames.${key}.hostName`,
            rule: "a host name answers for one endpoint",
            received: received(hostName),
            fix: "choose another name, or remove it",
          },
        ]
      : [],
  );
}

function validateCounts(hostnames: GatewayHostnames, tier: GatewayTier["name"]): Issue[] {
  const issues: Issue[] = [];
  const names = gatewayNames(hostnames);
  const most = TIERS[tier].gatewayHostnames;
  if (names.length > most) {
    issues.push({
      path: "hostnames",
      rule: `a ${tier} gateway has at most ${most} ${most === 1 ? "name" : "names"} of its own`,
      received: `${names.length} names`,
      fix: `remove some, or choose ${tiersWith(({ gatewayHostnames }) => gatewayHostnames >= names.length)}`,
    });
  }
  const defaults = names.filter(({ defaultSslBinding }) => defaultSslBinding);
  if (names.length > 1 && defaults.length !== 1) {
    issues.push({
      path: "hostnames",
      rule: "of several gateway names exactly one has the default certificate, for clients without SNI",
      received: `${defaults.length} of ${names.length}`,
      fix: "set defaultSslBinding on one of them",
    });
  }
  for (const endpoint of ["portal", "management"] as const) {
    if (Object.values(hostnames).filter((hostname) => hostname.endpoint === endpoint).length > 1) {
      issues.push({
        path: "hostnames",
        rule: `the ${endpoint} has one name`,
        fix: `keep one of the names whose endpoint is ${endpoint}`,
      });
    }
  }
  return issues;
}
