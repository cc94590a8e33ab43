import { X509Certificate } from "node:crypto";

/** What must hold of a CA certificate, and what to do where it does not. */
export const CERTIFICATE_RULE = {
  rule: "a CA certificate is a public X.509 certificate (DER) in base64, on one line",
  fix: "write what `openssl x509 -in ca.pem -outform DER | base64 -w0` prints",
};

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
