/** A form in which secrets of Azure are written, by which one is recognised wherever it stands. */
interface SecretForm {
  /** What it is, with article, e.g. `a private key`. */
  readonly what: string;
  readonly pattern: RegExp;
}

/**
 * Secrets that an integration on Azure handles. General scanners know the keys of many services, but few of Azure's.
 * Sources: the definitions of Microsoft Purview (https://learn.microsoft.com/purview/sit-entity-definitions), RFC 7292 and
 * 5958 for the first bytes of a PFX and of a private key, RFC 8017 and 5915 for those of RSA and of elliptic curves, RFC 7468
 * and 1421 for the PEM form, RFC 7519 for tokens; and https://github.com/microsoft/security-utilities for keys that hold the
 * mark of their service, folder GeneratedRegexPatterns.
 */
const SECRET_FORMS: readonly SecretForm[] = [
  {
    // 64 bytes in base64, alone or in a connection string; of this length are checksums of packages, too.
    what: "a key of a storage account",
    pattern: /(?:\bAccountKey=|(?<!sha512-|[\w+/=-]))[A-Za-z0-9+/]{86}==(?![\w+/=])/g,
  },
  {
    what: "a shared access key",
    pattern: /\bSharedAccessKey=[A-Za-z0-9+/]{43,}=/g,
  },
  {
    // Service Bus, Event Hubs, Relay, IoT Hub and Redis; Search and Container Registry; Functions; keys of the common form.
    what: "a key with the mark of its service",
    pattern: new RegExp(
      [
        /(?<![\w+/=-])[A-Za-z0-9+/]{33}(?:\+A(?:Sb|Eh|Rm)|AIoT|AzCa)[A-P][A-Za-z0-9+/]{5}=/,
        /(?<![\w+/=-])[A-Za-z0-9+/]{42}(?:AzSe|\+ACR)[A-D][A-Za-z0-9+/]{5}(?![\w+/=-])/,
        /(?<![\w-])[\w-]{44}AzFu[\w-]{5}[AQgw]==/,
        /(?<![A-Za-z0-9])[A-Za-z0-9]{52}JQQJ9[9DH][A-Za-z0-9][A-L][A-Za-z0-9]{24}/,
      ]
        .map(({ source }) => source)
        .join("|"),
      "g",
    ),
  },
  {
    what: "a shared access signature",
    pattern: /(?:[?&]|&amp;|\\u0026)sig=(?:[\w-]|%[0-9A-Fa-f]{2}){43,}/g,
  },
  {
    what: "a client secret of Entra ID",
    pattern: /(?<![\w.~-])[\w.~-]{3}[78]Q~[\w.~-]{31,34}(?![\w.~-])/g,
  },
  {
    what: "a signed token",
    pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/g,
  },
  {
    what: "a private key",
    pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\s|\\[rn])*(?:Proc-Type:|[A-Za-z0-9+/]{16})/g,
  },
  {
    // The PEM form in base64, as secrets of Kubernetes are written: a word has three spellings, by where it begins.
    what: "a private key in base64",
    pattern: /LS0tLS1CRUdJTi[A-Za-z0-9+/]{0,24}(?:UFJJVkFURSBLRV|BSSVZBVEUgS0VZ|QUklWQVRFIEtFW)/g,
  },
  {
    what: "a private key in base64",
    pattern: /MII[A-P][A-Za-z0-9+/][AQgw]IBA(?:DAN|AKC)[A-Za-z0-9+/]{64}/g,
  },
  {
    what: "a private key in base64",
    pattern:
      /(?:MI[GH][A-Za-z0-9+/]AgEAMB[A-Za-z0-9+/]GByqGSM49AgE|MHcCAQEEI|MIGkAgEBBD|MIHcAgEBBE|MC4CAQAwBQYDK2VwBCIEI)[A-Za-z0-9+/]{40}/g,
  },
  {
    what: "a PFX in base64",
    pattern: /(?:MII[A-P][A-Za-z0-9+/][AQgw]IBAzCC|MIACAQMwgAYJKoZI)[A-Za-z0-9+/]{64}/g,
  },
];

/** What in a text has the form of a secret, and in which line. The secret itself is not repeated. */
export function findSecretForms(text: string): { readonly what: string; readonly line: number }[] {
  return SECRET_FORMS.flatMap(({ what, pattern }) =>
    [...text.matchAll(pattern)].map(({ index }) => ({ what, line: text.slice(0, index).split("\n").length })),
  );
}

/** Whether something in a text has the form of a secret. A password has none, and is not found. */
export function looksSecret(text: string): boolean {
  return findSecretForms(text).length > 0;
}
