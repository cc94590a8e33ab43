/** Where Entra ID sends a developer back to who signed in to the portal (Azure/api-management-developer-portal issue 299). */
export function signInAddress(portalUrl: string): string {
  return `${portalUrl}/signin`;
}

/**
 * Where the test console gets its code with PKCE. It asks under the address in lower case and redeems it under the one
 * that it has, so that both must be the same: src/services/oauthService.ts of Azure/api-management-developer-portal.
 *
 * @param serverId the authorization server's id, in lower case
 */
export function consoleAddress(portalUrl: string, serverId: string): string {
  return `${portalUrl}/signin-oauth/code-pkce/callback/${serverId}`;
}
