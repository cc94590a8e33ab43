import { X509Certificate } from "node:crypto";
import type * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { formatIssues, type Issue } from "../../validation/issue";
import { TIERS, tiersWith, type GatewayTier } from "./tier";

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
    encodedCertificate: pulumi.output(certificate).apply((known) => {
      const issues = validateCertificate(`caCertificates.${key}.certificate`, known);
      if (issues.length > 0) {
        throw new pulumi.RunError(formatIssues(`ApimGateway "${gatewayName}" is not valid`, issues));
      }
      return known;
    }),
  }));
}

/** What the tier says about CA certificates, with the tiers that take them. */
export const CA_CERTIFICATES_RULE = {
  rule: `CA certificates are those of the service in the tiers ${tiersWith((tier) => tier.caCertificates > 0)} only`,
  fix: "remove them, or choose one of these tiers",
};

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

/** The rule on one certificate. */
export const CERTIFICATE_RULE = {
  rule: "a CA certificate is a public X.509 certificate (DER) in base64, on one line",
  fix: "write what `openssl x509 -in ca.pem -outform DER | base64 -w0` prints",
};

/** Nothing is shown of the text: whoever mistakes a file may have put a private key there. */
function validateCertificate(path: string, text: string): Issue[] {
  return isCertificate(text) ? [] : [{ path, ...CERTIFICATE_RULE }];
}

/** The first byte of a certificate in DER. */
const DER_SEQUENCE = 0x30;

/** Whether a text is a certificate (DER) in base64. */
export function isCertificate(text: string): boolean {
  const der = Buffer.from(text, "base64");
  // Node would also read the PEM form.
  if (der[0] !== DER_SEQUENCE || der.toString("base64") !== text) return false;
  try {
    return new X509Certificate(der).raw.length > 0;
  } catch {
    return false;
  }
}
