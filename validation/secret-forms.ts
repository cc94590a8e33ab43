/** A form in which secrets of Azure are written, by which one is recognised wherever it stands. */
export interface SecretForm {
  /** What it is, with article, e.g. `a private key`. */
  readonly what: string;
  readonly pattern: RegExp;
}

/**
 * Secrets that an integration on Azure handles. General scanners know the keys of many services, but few of Azure's.
 * Sources: the definitions of Microsoft Purview (https://learn.microsoft.com/purview/sit-entity-definitions), RFC 7292 and
 * 5958 for the first bytes of a PFX and of a private key, RFC 7468 for its PEM form.
 */
export const SECRET_FORMS: readonly SecretForm[] = [
  {
    // 64 bytes in base64; of this length are checksums of packages, too.
    what: "a key of a storage account",
    pattern: /(?<!sha512-|[\w+/=-])[A-Za-z0-9+/]{86}==(?![\w+/=])/g,
  },
  {
    what: "a shared access key",
    pattern: /\bSharedAccessKey=[A-Za-z0-9+/]{43}=/g,
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
    what: "a private key",
    pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*(?:\\n)?[A-Za-z0-9+/]{16}/g,
  },
  {
    what: "a private key in base64",
    pattern: /MII[A-P][A-Za-z0-9+/][AQgw]IBADAN[A-Za-z0-9+/]{64}/g,
  },
  {
    what: "a PFX in base64",
    pattern: /MII[A-P][A-Za-z0-9+/][AQgw]IBAzCC[A-Za-z0-9+/]{64}/g,
  },
];

/** What in a text has the form of a secret, and in which line. The secret itself is not repeated. */
export function findSecretForms(text: string): { readonly what: string; readonly line: number }[] {
  return SECRET_FORMS.flatMap(({ what, pattern }) =>
    [...text.matchAll(pattern)].map(({ index }) => ({ what, line: text.slice(0, index).split("\n").length })),
  );
}
