/*
 * Limits of what stands on a gateway that settings share with components. Nothing of Pulumi is imported, so that
 * settings are read without it.
 */

/** https://github.com/Azure/azure-rest-api-specs, Microsoft.ApiManagement 2024-05-01 */
export const SERVICE_NAME = {
  what: "a service name",
  pattern: /^[a-zA-Z](?:[a-zA-Z0-9-]{0,48}[a-zA-Z0-9])?$/,
  words: "1 to 50 letters, digits and hyphens, beginning with a letter and not ending with a hyphen",
} as const;

/** What a named value holds: https://learn.microsoft.com/azure/api-management/api-management-howto-properties */
export const NAMED_VALUE = {
  pattern: /\S/,
  most: 4096,
  words: "1 to 4,096 characters, not only white space",
} as const;

/** Copies that Azure keeps of a backup: within a region over zones, or in the paired region as well. */
export const BACKUP_REDUNDANCIES = [
  "Standard_ZRS",
  "Standard_GRS",
  "Standard_RAGRS",
  "Standard_GZRS",
  "Standard_RAGZRS",
] as const;

/**
 * Days that a backup is kept: Azure restores no older one
 * (https://learn.microsoft.com/azure/api-management/api-management-howto-disaster-recovery-backup-restore).
 */
export const BACKUP_DAYS = { least: 1, most: 30 } as const;
