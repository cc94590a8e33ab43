import type * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { ClientCertificates } from "../../policies/gateway";
import { received, type Issue } from "../../validation/issue";
import { nameFix } from "../dns/checks";
import { NAME_LENGTH } from "../dns/limits";
import type { CertificateSource } from "./certificate";
import { checkedSecretId, checkSecretId } from "./key-vault";
import {
  CLIENT_CERTIFICATES_RULE,
  gatewayHostnamesRule,
  otherHostnameRule,
  TIERS,
  type GatewayTier,
} from "./tier";

/** A name of its own for the gateway, the developer portal or the management of the service, with its certificate. */
export interface GatewayHostname {
  /** What answers under this name. */
  readonly endpoint: "gateway" | "portal" | "management";
  /** Fully qualified, e.g. `api.contoso.com`. */
  readonly hostName: string;
  /**
   * A PFX holds the chain up to the root and a key of at least 2,048 bits, and is encrypted by triple DES. Another one is
   * one update of the service, which takes 15 minutes or more
   * (https://learn.microsoft.com/azure/api-management/configure-custom-domain#domain-certificate-options).
   */
  readonly certificate: CertificateSource;
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
 * What Azure is told of the names; certificates in a vault are read with the identity of this client id. Azure never
 * answers a PFX, nor its password: a refresh knows nothing of them
 * (https://github.com/hashicorp/terraform-provider-azurerm/issues/7299).
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
    ...("secretId" in hostname.certificate
      ? {
          certificateSource: "KeyVault",
          keyVaultId: checkedSecretId(
            `ApimGateway "${gatewayName}"`,
            `service.hostnames.${key}.certificate.secretId`,
            hostname.certificate.secretId,
          ),
          identityClientId,
        }
      : {
          certificateSource: "Custom",
          encodedCertificate: pulumi.secret(hostname.certificate.pfx),
          certificatePassword: pulumi.secret(hostname.certificate.password),
        }),
    ...(hostname.endpoint === "gateway" && {
      defaultSslBinding: hostname.defaultSslBinding ?? names.length === 1,
      negotiateClientCertificate: asksForCertificate(hostname),
    }),
  }));
}

/**
 * When the certificates of own names expire, by host name: what a read of the service answers. The name that Azure gave
 * has Azure's certificate.
 */
export function certificateExpiry(
  configured:
    readonly { readonly hostName: string; readonly certificate?: { readonly expiry: string } }[] | undefined,
): Record<string, string> {
  return Object.fromEntries(
    (configured ?? []).flatMap(({ hostName, certificate }) =>
      certificate ? [[hostName, certificate.expiry]] : [],
    ),
  );
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

/** A wildcard at most, labels, and a top-level domain: of letters, or what is written otherwise in ASCII (RFC 5891). */
const HOST_NAME =
  /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$/i;

function validateHostname(
  path: string,
  { endpoint, hostName, certificate, clientCertificates }: GatewayHostname,
  tier: GatewayTier["name"],
): Issue[] {
  const issues: Issue[] = [];
  if (hostName.length > NAME_LENGTH || !HOST_NAME.test(hostName)) {
    issues.push({
      path: `${path}.hostName`,
      rule: "a host name is fully qualified, without protocol and path",
      received: received(hostName),
      fix: nameFix(hostName, "give a name such as api.contoso.com"),
    });
  }
  if ("secretId" in certificate) {
    issues.push(...checkSecretId(`${path}.certificate.secretId`, certificate.secretId));
  }
  if (endpoint !== "gateway" && !TIERS[tier].otherHostnames.includes(endpoint)) {
    issues.push({
      path: `${path}.endpoint`,
      ...otherHostnameRule(tier, endpoint),
      received: received(endpoint),
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
  if (names.length > TIERS[tier].gatewayHostnames) {
    issues.push({
      path: "hostnames",
      ...gatewayHostnamesRule(tier, names.length),
      received: `${names.length} names`,
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
