/**
 * The address of a service that the gateway calls: https, no user, no slash at the end, as the path of an operation is
 * appended. The length is Azure's: https://learn.microsoft.com/rest/api/apimanagement/backend/create-or-update
 */
export const SERVICE_ADDRESS = {
  pattern: /^https:\/\/[^/?#@\s]+(?:\/[^?#\s]*[^/?#\s])?$/,
  most: 2000,
  rule: "a service is reached by https, and its address ends without slash, query and fragment, at most 2,000 characters",
  fix: "give an address such as https://orders.contoso.com/v1",
} as const;
