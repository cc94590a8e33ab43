import * as pulumi from "@pulumi/pulumi";
import {
  defaultGatewayHostName,
  defaultManagementHostName,
  defaultPortalHostName,
} from "../../components/gateway/apim-gateway";
import type { CertificateSource } from "../../components/gateway/certificate";
import type { CnameTarget, DnsRecordSet } from "../../components/dns-zone";
import type { GatewayHostname } from "../../components/gateway/hostnames";
import { certificateSecretId, type VaultCertificate } from "../../components/gateway/key-vault";
import type { PassiveGateway } from "../../components/gateway/passive-gateway";
import type { ClientCertificates } from "../../policies/gateway";

/** Where the certificate of a name comes from: a vault that stands already, or a PFX that the settings hold encrypted. */
export type DomainCertificate = VaultCertificate | { readonly pfx: string; readonly password: string };

/** The names of a gateway below its zone, with their certificates. */
export interface DomainNames {
  /** e.g. `contoso.com`. */
  readonly zone: string;
  /** Names relative to the zone. */
  readonly hostnames: {
    /** The one by which clients know the gateway; clients without SNI get its certificate. */
    readonly gateway: string;
    /** More names of the gateway, by a key of the user's choice: not `gateway`, `portal` or `management`. */
    readonly furtherGateways?: Readonly<
      Record<string, { readonly name: string; readonly clientCertificates: ClientCertificates }>
    >;
    readonly portal?: string;
    readonly management?: string;
  };
  /**
   * Seconds that resolvers keep the names' answers: so long it takes until all follow when a name is moved.
   * @default as {@link DnsRecordSet} says
   */
  readonly ttl?: number;
  /** Which gateway the names of the gateway lead to. @default this stack's */
  readonly passiveGateway?: {
    /** A name relative to the zone that leads to the passive gateway alone. @default none */
    readonly hostname?: string;
    readonly takesOver: boolean;
  };
  /** Whether the gateway asks clients for a certificate under its first name. */
  readonly clientCertificates: ClientCertificates;
  /** Of every name that has none of its own in `certificates`. */
  readonly certificate: DomainCertificate;
  /** By `gateway`, `portal`, `management`, or the key of a further name of the gateway. */
  readonly certificates?: Readonly<Record<string, DomainCertificate>>;
}

/** The host name that Azure gives to what answers. */
const AZURES = {
  gateway: defaultGatewayHostName,
  portal: defaultPortalHostName,
  management: defaultManagementHostName,
} as const;

/**
 * What the service and DNS are told of the names, from one list, so that no name lacks a record and no record a name. The
 * records name Azure's host names, which follow from the service's name: DNS need not wait for the service.
 *
 * The key of a record is the host name itself: names that change places, as when another one becomes the first, are the
 * same records still.
 *
 * @param passive where the gateway's names lead once it takes over
 */
export function domainNames(
  domain: DomainNames,
  serviceName: string,
  passive?: PassiveGateway,
): {
  readonly hostnames: Readonly<Record<string, GatewayHostname>>;
  readonly records: Readonly<Record<string, DnsRecordSet>>;
} {
  const names = listNames(domain);
  const record = (name: string, target: CnameTarget): DnsRecordSet => ({
    name,
    type: "CNAME",
    target,
    ttl: domain.ttl,
  });
  const toPassive = passive && { hostName: passive.hostName, owner: passive };
  const { hostname, takesOver = false } = domain.passiveGateway ?? {};
  return {
    hostnames: Object.fromEntries(
      names.map(({ key, endpoint, name, clientCertificates }) => [
        key,
        {
          endpoint,
          hostName: `${name}.${domain.zone}`,
          certificate: certificateSource(certificateOf(domain, key)),
          ...(endpoint === "gateway" && { defaultSslBinding: key === "gateway", clientCertificates }),
        },
      ]),
    ),
    records: {
      ...Object.fromEntries(
        names.map(({ key, endpoint, name }) => [
          `${name}.${domain.zone}`,
          {
            ...record(
              name,
              takesOver && endpoint === "gateway" && toPassive
                ? toPassive
                : { hostName: AZURES[endpoint](serviceName), owner: "this program" },
            ),
            formerKey: key,
          },
        ]),
      ),
      ...(hostname !== undefined &&
        toPassive && { [`${hostname}.${domain.zone}`]: record(hostname, toPassive) }),
    },
  };
}

/** What a passive gateway must have, so that it can take over at any time: the gateway's names, and that of its own. */
export function passiveHostNames(domain: DomainNames): string[] {
  const { hostname } = domain.passiveGateway ?? {};
  return [
    ...listNames(domain)
      .filter(({ endpoint }) => endpoint === "gateway")
      .map(({ name }) => name),
    ...(hostname === undefined ? [] : [hostname]),
  ].map((name) => `${name}.${domain.zone}`);
}

/** The certificates of the names that are read from vaults. */
export function domainVaultCertificates(domain: DomainNames): VaultCertificate[] {
  return listNames(domain)
    .map(({ key }) => certificateOf(domain, key))
    .filter((certificate) => "vaultId" in certificate);
}

interface DomainName {
  readonly key: string;
  readonly endpoint: GatewayHostname["endpoint"];
  readonly name: string;
  readonly clientCertificates?: ClientCertificates;
}

function listNames({ hostnames, clientCertificates }: DomainNames): DomainName[] {
  const { gateway, furtherGateways = {}, portal, management } = hostnames;
  return [
    { key: "gateway", endpoint: "gateway", name: gateway, clientCertificates },
    ...Object.entries(furtherGateways).map(([key, further]) => ({
      key,
      endpoint: "gateway" as const,
      ...further,
    })),
    ...(portal === undefined ? [] : [{ key: "portal", endpoint: "portal" as const, name: portal }]),
    ...(management === undefined
      ? []
      : [{ key: "management", endpoint: "management" as const, name: management }]),
  ];
}

function certificateOf({ certificate, certificates = {} }: DomainNames, key: string): DomainCertificate {
  return certificates[key] ?? certificate;
}

function certificateSource(certificate: DomainCertificate): CertificateSource {
  return "vaultId" in certificate
    ? { secretId: certificateSecretId(certificate) }
    : { pfx: pulumi.secret(certificate.pfx), password: pulumi.secret(certificate.password) };
}
