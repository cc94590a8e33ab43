import { receivedUrl, type Issue } from "./issue";

/**
 * The identifier of a secret, in the clouds of
 * https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#dns-suffixes-for-object-identifiers
 */
const SECRET_ID =
  /^https:\/\/[a-z0-9-]+\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)\/secrets\/[a-z0-9-]{1,127}$/i;

/** What is wrong with a secret identifier. What is no address may be the secret itself, and is not shown. */
export function checkSecretId(path: string, secretId: string): Issue[] {
  if (SECRET_ID.test(secretId)) return [];
  return [
    {
      path,
      rule: "a secret or certificate is named by its secret identifier without version, so that renewals are followed",
      ...(/^https?:\/\//i.test(secretId) && { received: receivedUrl(secretId) }),
      fix: "use https://<vault>.vault.azure.net/secrets/<name>",
    },
  ];
}
