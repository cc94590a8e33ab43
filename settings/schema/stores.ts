import { z } from "zod";
import { BACKUP_DAYS, BACKUP_REDUNDANCIES } from "../../components/gateway/limits";
import { isVaultRange, MOST_VAULT_RANGES, VAULT_RANGE_RULE } from "../../validation/address-range";
import { reason, region } from "../parts";
import { always } from "./when";

const vaultNetwork = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("trustedServices").describe("The vault has a firewall."),
        allowedRanges: z
          .array(
            z
              .string()
              .refine(isVaultRange, { params: VAULT_RANGE_RULE })
              .describe("Public IPv4 addresses, as a.b.c.d/nn."),
          )
          .max(MOST_VAULT_RANGES)
          .default([])
          .describe(
            "Who else gets in, at most 1,000 ranges: people and pipelines that read or delete a secret, workflows by the " +
              "outbound addresses of Logic Apps.",
          ),
      })
      .describe("The firewall lets in the gateway's system-assigned identity, as a trusted service."),
    z
      .strictObject({
        kind: z.literal("open").describe("The vault has no firewall."),
        because: reason("Why the vault has no firewall."),
      })
      .describe("From anywhere; the gateway reads by its user-assigned identity."),
  ])
  .default({ kind: "trustedServices", allowedRanges: [] })
  .describe("From where the vault's secrets can be read; a role is needed in any case.");

/** https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview */
export const vault = z
  .strictObject({
    network: vaultNetwork,
    softDeleteDays: z
      .int()
      .min(7)
      .max(90)
      .default(90)
      .describe(
        "Days that the vault and its secrets can be recovered after deletion, 7 to 90. Fixed at creation.",
      ),
    purgeProtection: z
      .boolean()
      .default(true)
      .describe(
        "Whether nobody can remove the vault for good within these days. It can never be switched off, and the " +
          "vault's name stays taken.",
      ),
  })
  .prefault({})
  .describe("The vault of this stack, for secrets of policies.");

export const monitoring = z
  .strictObject({
    // https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
    retentionDays: z
      .int()
      .min(30)
      .max(730)
      .describe("Days that logs can be queried, 30 to 730. The first 31 are in the price of ingestion."),
    // https://learn.microsoft.com/azure/azure-monitor/logs/daily-cap
    dailyQuotaGb: z
      .number()
      .min(0.023)
      .optional()
      .describe(
        "Gigabytes a day after which Log Analytics stops to take in logs, at least 0.023. Left out, no limit.",
      ),
  })
  .describe(
    "Logs and traces to Log Analytics and Application Insights. Left out, there are none, at no cost.",
  );

export const backup = z
  .strictObject({
    location: region.meta({
      description: "Region of the backup storage; another than the gateway's primary region.",
    }),
    redundancy: z
      .enum(BACKUP_REDUNDANCIES)
      .default("Standard_GRS")
      .describe(
        "Copies that Azure keeps: over the zones of the region (Z), in its paired region (G), readable there (RA).",
      ),
    hours: z
      .array(z.int().min(0).max(23).describe("Hour of the day, 0 to 23."))
      .min(1)
      .max(24)
      .refine((hours) => new Set(hours).size === hours.length, {
        params: { rule: "must not name an hour twice", fix: "name each hour once" },
        when: always,
      })
      .default([2])
      .describe(
        "Hours of the day (UTC) at which a backup is made, 0 to 23 each. What came after the last one is lost.",
      ),
    keepDays: z
      .int()
      .min(BACKUP_DAYS.least)
      .max(BACKUP_DAYS.most)
      .default(30)
      .describe("Days after which a backup is deleted, 1 to 30: Azure restores no older one."),
  })
  .describe("Scheduled backups of the gateway. Left out, there are none.");
