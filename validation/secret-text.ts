/**
 * How secrets of the services around a gateway look. Each has a form that chance does not give, so that an ordinary text is
 * never taken for one; a password has none, and is not found.
 */
const SECRET_TEXTS: readonly RegExp[] = [
  // Key of a storage account, a Service Bus namespace or an Event Grid topic, alone or in a connection string:
  // https://learn.microsoft.com/purview/sit-defn-azure-storage-account-key
  /(?:^|[^A-Za-z0-9+/])[A-Za-z0-9+/]{86}==(?:$|[^=])/,
  /\b(?:AccountKey|SharedAccessKey)=[A-Za-z0-9+/]{20,}/i,
  // Signature of a shared access: https://learn.microsoft.com/purview/sit-defn-azure-sas
  /[?&;]sig=[A-Za-z0-9%+/_-]{20,}/i,
  // Client secret of Entra ID: https://learn.microsoft.com/purview/sit-defn-client-secret-api-key
  /(?:^|[^\w~.-])[\w~.-]{3}[78]Q~[\w~.-]{31,34}(?:$|[^\w~.-])/,
  // Private key: https://www.rfc-editor.org/rfc/rfc7468#section-10
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/,
  // Signed token: https://www.rfc-editor.org/rfc/rfc7519#section-3.1
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/,
];

/** Whether a text holds what looks like a secret. */
export function looksSecret(text: string): boolean {
  return SECRET_TEXTS.some((pattern) => pattern.test(text));
}
