import type { TierFeatures } from "./tier";

const PREFIX = "Microsoft.WindowsAzure.ApiManagement.Gateway.";

/** Protocols older than TLS 1.2, towards clients and towards backends. */
export const OLD_PROTOCOLS = [
  "Security.Protocols.Tls10",
  "Security.Protocols.Tls11",
  "Security.Protocols.Ssl30",
  "Security.Backend.Protocols.Tls10",
  "Security.Backend.Protocols.Tls11",
  "Security.Backend.Protocols.Ssl30",
];

/** Suites without forward secrecy or with CBC, and triple DES. */
export const WEAK_CIPHERS = [
  "Security.Ciphers.TripleDes168",
  "Security.Ciphers.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
  "Security.Ciphers.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
  "Security.Ciphers.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
  "Security.Ciphers.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
  "Security.Ciphers.TLS_RSA_WITH_AES_128_GCM_SHA256",
  "Security.Ciphers.TLS_RSA_WITH_AES_256_CBC_SHA256",
  "Security.Ciphers.TLS_RSA_WITH_AES_128_CBC_SHA256",
  "Security.Ciphers.TLS_RSA_WITH_AES_256_CBC_SHA",
  "Security.Ciphers.TLS_RSA_WITH_AES_128_CBC_SHA",
];

/** A setting for each name, under the prefix of the gateway. */
function settings(names: readonly string[], value: "True" | "False"): Record<string, string> {
  return Object.fromEntries(names.map((name) => [PREFIX + name, value]));
}

/**
 * Nothing older than TLS 1.2 and no weak suite, HTTP/2 on. The set is always sent whole, because a key that is left
 * out returns to Azure's default; suites are left out where the tier does not let one choose them
 * (https://learn.microsoft.com/azure/api-management/api-management-howto-manage-protocols-ciphers).
 */
export function gatewayProtocolsAndCiphers({
  cipherSettings,
}: Pick<TierFeatures, "cipherSettings">): Readonly<Record<string, string>> {
  return {
    ...settings(OLD_PROTOCOLS, "False"),
    ...(cipherSettings && settings(WEAK_CIPHERS, "False")),
    ...settings(["Protocols.Server.Http2"], "True"),
  };
}

/** Those of some protocols or suites that a gateway's settings do not switch off: what is left out is as Azure has it. */
export function notSwitchedOff(
  names: readonly string[],
  customProperties: Readonly<Record<string, unknown>>,
): string[] {
  return names.filter((name) => String(customProperties[PREFIX + name]).toLowerCase() !== "false");
}
