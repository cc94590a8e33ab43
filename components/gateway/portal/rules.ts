/*
 * What settings and components ask alike of a developer portal. Nothing of Pulumi is imported, so that settings are read
 * without it.
 */

/** Which groups there can be. */
export const GROUPS_RULE = {
  rule: "groups of Entra ID are those of developers who sign in by Entra ID",
  fix: "let developers sign in by Entra ID, or remove the groups",
};

/** Groups that every gateway has. */
export const SYSTEM_GROUPS: readonly string[] = ["administrators", "developers", "guests"];

/** What a B2C tenant is called. */
export const B2C_TENANT = {
  what: "the domain of a B2C tenant",
  pattern: /^[a-z\d][a-z\d-]*\.onmicrosoft\.com$/i,
  words: "the form <name>.onmicrosoft.com",
};

/** Where a B2C tenant signs users in. */
export const AUTHORITY = {
  what: "the authority",
  pattern: /^(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z]{2,}$/i,
  words: "the form of a host name, without https:// and path",
};

/** What a B2C tenant calls its user flows and policies. */
export const USER_FLOW = {
  what: "the name of a user flow or policy",
  pattern: /^B2C_1A?_\w{1,120}$/i,
  words: "the form B2C_1_<name> or B2C_1A_<name>",
};

/** The key with which a portal signs what it hands over to a site. */
export const VALIDATION_KEY = {
  pattern: /^(?:[A-Za-z\d+/]{4})+(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/,
  rule: "the key is written in base64",
  fix: "make one with `openssl rand -base64 64`",
};
