import type * as apimanagement from "@pulumi/azure-native/apimanagement";
import type * as pulumi from "@pulumi/pulumi";
import { CERTIFICATE_RULE, isCertificate } from "../../validation/certificate";
import type { Issue } from "../../validation/issue";
import { gated } from "./checks";
import { CA_CERTIFICATES_RULE, TIERS, type GatewayTier } from "./tier";

/** A certificate of a private authority that the gateway trusts, of backends and of clients. */
export interface CaCertificate {
  /** Where it is installed: self-signed roots in `Root`, what they have signed in `CertificateAuthority`. */
  readonly store: "Root" | "CertificateAuthority";
  /** The public certificate (DER) in base64, without the PEM's header lines. */
  readonly certificate: pulumi.Input<string>;
}

/** CA certificates by a key of the user's choice. */
export type CaCertificates = Readonly<Record<string, CaCertificate>>;

/**
 * What Azure is told of the certificates, each checked again once it is known.
 *
 * @throws pulumi.RunError (through the outputs) when one turns out to be no certificate
 */
export function certificateConfigurations(
  gatewayName: string,
  certificates: CaCertificates,
): NonNullable<apimanagement.ApiManagementServiceArgs["certificates"]> {
  return Object.entries(certificates).map(([key, { store, certificate }]) => ({
    storeName: store,
    encodedCertificate: gated(`ApimGateway "${gatewayName}" is not valid`, certificate, (known) =>
      validateCertificate(`service.caCertificates.${key}.certificate`, known),
    ),
  }));
}

/** Every problem of the CA certificates of a gateway of this tier, as far as they are known. */
export function validateCaCertificates(certificates: CaCertificates, tier: GatewayTier["name"]): Issue[] {
  const entries = Object.entries(certificates);
  const most = TIERS[tier].caCertificates;
  if (entries.length === 0) return [];
  if (most === 0) return [{ path: "caCertificates", ...CA_CERTIFICATES_RULE, received: `${tier} gateway` }];
  return [
    ...(entries.length > most
      ? [
          {
            path: "caCertificates",
            rule: `a service has at most ${most} CA certificates`,
            received: String(entries.length),
            fix: `keep ${most} of them`,
          },
        ]
      : []),
    ...entries.flatMap(([key, { certificate }]) =>
      typeof certificate === "string"
        ? validateCertificate(`caCertificates.${key}.certificate`, certificate)
        : [],
    ),
  ];
}

/** Nothing is shown of the text: whoever mistakes a file may have put a private key there. */
function validateCertificate(path: string, text: string): Issue[] {
  return isCertificate(text) ? [] : [{ path, ...CERTIFICATE_RULE }];
}
