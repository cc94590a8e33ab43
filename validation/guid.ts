/** A GUID, as part of a longer pattern. */
export const GUID_FORM = "[\\da-fA-F]{8}(?:-[\\da-fA-F]{4}){3}-[\\da-fA-F]{12}";

/** The ids that Entra ID and Azure give: of tenants, applications, users, groups and subscriptions. */
export const GUID = {
  pattern: new RegExp(`^${GUID_FORM}$`),
  words: "32 hexadecimal digits in five groups",
} as const;
