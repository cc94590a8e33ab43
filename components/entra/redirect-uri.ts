/*
 * Where Entra ID may send users back to. Settings ask the same as components: nothing of Pulumi is imported, so that they are
 * read without it.
 */

/** Most redirect URIs of a registration, and characters of each: https://learn.microsoft.com/entra/identity-platform/reply-url */
export const MOST_REDIRECT_URIS = 256;
export const LONGEST_REDIRECT_URI = 256;

/**
 * Of web and single-page applications. azuread asks for a path: IsRedirectUriFunc of
 * https://github.com/hashicorp/terraform-provider-azuread/blob/main/internal/helpers/tf/validation/uri.go
 */
export const BROWSER_REDIRECT_URI = {
  pattern: /^(?:https:\/\/[^/?*#!$'(),;\s]+|http:\/\/localhost(?::\d+)?)\/[^*#!$'(),;\s]*$/,
  rule: "a redirect URI is https, or http on localhost, with a path, if only /, without wildcard, fragment and the characters ! $ ' ( ) , ;",
  fix: "write e.g. https://shop.contoso.com/signed-in, or http://localhost/ while developing",
};

/** Of applications on a device. */
export const DEVICE_REDIRECT_URI = {
  pattern:
    /^(?:https:\/\/|http:\/\/localhost(?=[:/]|$)|(?!https?:)[a-z][a-z\d+.-]*:\/\/(?=[^/]))[^*#!$'(),;\s]*$/,
  rule: "a redirect URI of a native client is https, http on localhost, or of a scheme of its own, without wildcard, fragment and the characters ! $ ' ( ) , ;",
  fix: "use https, http://localhost, or e.g. com.contoso.shop://signed-in",
};
