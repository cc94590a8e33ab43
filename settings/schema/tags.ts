import { z } from "zod";
import { always } from "./when";

/** Longest workload whose vault and storage account have a legal name: see names.ts. */
const MAX_WORKLOAD_LENGTH = 10;

export const workload = z
  .string()
  .max(MAX_WORKLOAD_LENGTH)
  .regex(/^(?!.*(?:microsoft|windows))[a-z][a-z0-9]+$/)
  .meta({
    description: `Short name of the workload, part of every resource's name: 2 to ${MAX_WORKLOAD_LENGTH} lower-case letters and digits. A change replaces everything.`,
    // https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-reserved-resource-name
    rule: `must be 2 to ${MAX_WORKLOAD_LENGTH} lower-case letters and digits, starting with a letter, without a name that Azure reserves`,
    fix: "choose a short name such as entint",
  })
  .default("entint");

/** Names of the tags that every resource carries anyway. */
export const OWN_TAGS = ["workload", "environment", "managed-by"] as const;

/** Most tags of a resource, and of an Azure DNS zone: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources */
export const MAX_TAGS = { resource: 50, dnsZone: 15 };

export const tags = z
  .record(
    z
      .string()
      .regex(/^[A-Za-z][\w.-]{0,127}$/)
      .refine((name) => !/^(?:azure|microsoft|windows)/i.test(name), {
        params: {
          rule: "must not begin with azure, microsoft or windows: Azure keeps these names for itself",
          fix: "rename the tag",
        },
      })
      .refine((name) => !OWN_TAGS.some((own) => own === name.toLowerCase()), {
        params: {
          rule: `must not be one of the tags that every resource carries anyway: ${OWN_TAGS.join(", ")}`,
          fix: "remove it; `workload` is a setting of its own, and the environment is the stack's name",
        },
      })
      .meta({
        description: "Name of a tag.",
        rule: "must be 1 to 128 letters, digits, dots, hyphens and underscores, starting with a letter",
        fix: "rename the tag: storage accounts and DNS zones take no other names",
      }),
    z.string().max(256),
  )
  .refine(
    (all) => new Set(Object.keys(all).map((name) => name.toLowerCase())).size === Object.keys(all).length,
    {
      params: {
        rule: "must not name a tag twice: Azure ignores case in names",
        fix: "keep one spelling of each tag",
      },
      when: always,
    },
  )
  .refine((all) => Object.keys(all).length <= MAX_TAGS.resource - OWN_TAGS.length, {
    params: {
      rule: `must have at most ${MAX_TAGS.resource - OWN_TAGS.length} tags: Azure allows ${MAX_TAGS.resource}, and ${OWN_TAGS.length} are set anyway`,
      fix: "remove the tags that nobody reads",
    },
    when: always,
  })
  .default({})
  .describe(
    "Tags of every resource, by name: at most 128 characters for the name and 256 for the value. In clear in Azure: no secrets.",
  );
