import { z } from "zod";
import "./meta";

/** The settings of each integration, by its key. */
export type IntegrationSchemas = Readonly<Record<string, z.ZodType>>;

/** Azure's programmatic name of a region. */
const region = z
  .string()
  .regex(/^[a-z][a-z0-9]{2,49}$/)
  .meta({
    description: "Azure region by its programmatic name, e.g. westeurope.",
    rule: "must be a region's programmatic name: lower-case letters and digits",
    fix: "write it as `az account list-locations --query [].name` lists it, e.g. westeurope",
  });

const zone = z.enum(["1", "2", "3"]).meta({
  description: "Availability zone, as Azure numbers them for a subscription.",
  fix: 'write it in quotation marks: "1", "2" or "3"',
});

/** https://learn.microsoft.com/azure/api-management/api-management-features, maximum of Premium. */
const units = z
  .int()
  .min(1)
  .max(31)
  .describe("Units of the gateway in this region, 1 to 31. Each is charged, in every region.");

const zones = z
  .array(zone)
  .min(1)
  .max(3)
  .refine((list) => new Set(list).size === list.length, {
    params: { rule: "must not name a zone twice", fix: "name each zone once" },
    when: always,
  })
  .describe(
    "Zones that the units of this region are spread over. Left out, Azure chooses, which it recommends.",
  );

/** https://learn.microsoft.com/azure/api-management/enable-availability-zone-support */
const UNITS_FILL_ZONES = {
  path: ["units"],
  params: {
    rule: "must be a multiple of the number of zones in this region",
    fix: "give every zone the same number of units, or name fewer zones",
  },
  when: onceValid(z.looseObject({ units, zones: zones.optional() })),
};

function unitsFillZones(capacity: { readonly units: number; readonly zones?: readonly string[] }): boolean {
  return capacity.units % (capacity.zones?.length ?? 1) === 0;
}

const developerTier = z.strictObject({ name: z.literal("Developer").describe("Tier of the gateway.") }).meta({
  description: "One unit in one region without service level agreement: for development and tests.",
  rule: "a Developer gateway has 1 unit in 1 region, without zones",
  fix: "remove it, or choose the Premium tier",
});

const furtherRegion = z
  .strictObject({
    units,
    zones: zones.optional(),
    gateway: z
      .enum(["enabled", "disabled"])
      .default("enabled")
      .describe(
        "A new region is best added disabled: its addresses are known only then, and no request should leave them " +
          "before the workflows admit them. A second update enables it.",
      ),
  })
  .refine(unitsFillZones, UNITS_FILL_ZONES)
  .describe("A further region of the gateway.");

const premiumTier = z
  .strictObject({
    name: z.literal("Premium").describe("Tier of the gateway."),
    units,
    zones: zones.optional(),
    regions: z
      .record(region, furtherRegion)
      .optional()
      .describe(
        "Further regions by their programmatic names. They hold gateways only: the portal stays in the primary.",
      ),
  })
  .refine(unitsFillZones, UNITS_FILL_ZONES)
  .describe("Units, zones and regions, with a service level agreement.");

const NOT_OFFERED = {
  rule: "is not offered here yet",
  fix: "choose Premium for production, or Developer for development and tests",
};

/** https://learn.microsoft.com/azure/api-management/v2-service-tiers-overview */
const V2_NOT_OFFERED = {
  rule: "is not offered here: the v2 tiers have no static address for the workflows to admit, and no backup",
  fix: NOT_OFFERED.fix,
};

const tier = z.discriminatedUnion("name", [developerTier, premiumTier]).meta({
  description: "Tier of the gateway: Developer or Premium, each with what Azure has for it.",
  refused: {
    Consumption: {
      rule: "does not fit: the Consumption tier has no developer portal, no address of its own and no backup",
      fix: "choose Developer for development and tests, or Premium for production",
    },
    Basic: NOT_OFFERED,
    Standard: NOT_OFFERED,
    BasicV2: V2_NOT_OFFERED,
    StandardV2: V2_NOT_OFFERED,
    PremiumV2: V2_NOT_OFFERED,
  },
});

/** https://learn.microsoft.com/azure/api-management/api-management-howto-properties */
const policyValue = z.string().min(1).max(4096);

const namedValue = z
  .union([
    z.strictObject({ value: policyValue.describe("The value in clear, at most 4,096 characters.") }),
    z.strictObject({
      secret: policyValue.meta({
        description: "The value as a secret, at most 4,096 characters. It is kept in the stack's vault.",
        secret: true,
      }),
    }),
  ])
  .meta({
    description: "A value that policies name as {{key}}.",
    rule: "must hold either `value`, in clear, or `secret`: a text of 1 to 4,096 characters",
    fix: "keep one of both; a secret is set by `pulumi config set --secret --path`",
  });

const gateway = z
  .strictObject({
    publisher: z
      .strictObject({
        name: z.string().min(1).max(100).describe("Organisation, at most 100 characters."),
        email: z.email().max(100).describe("Address that notifications come from, at most 100 characters."),
      })
      .describe("Who publishes the APIs, as the developer portal and mails show it."),
    tier,
    developerPortal: z.boolean().default(true).describe("Whether developers have a portal."),
    namedValues: z
      .record(
        z
          .string()
          .regex(/^[A-Za-z](?:[A-Za-z0-9-]{0,78}[A-Za-z0-9])?$/)
          .meta({
            description: "Name of the value in policies.",
            rule: "must be 1 to 80 letters, digits and hyphens, and start with a letter and end with no hyphen",
            fix: "choose another name",
          }),
        namedValue,
      )
      .default({})
      .describe("Values for policies, by name: 1 to 80 letters, digits and hyphens."),
  })
  .describe(
    "The gateway that this stack owns. A stack that uses another stack's gateway names that one as gatewayStack.",
  );

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

const hostname = z
  .string()
  .max(190)
  .regex(new RegExp(`^${LABEL}(?:\\.${LABEL})*$`))
  .meta({
    rule: "must be one or more labels below the zone: lower-case letters, digits and hyphens, 1 to 63 each",
    fix: "write the name without the zone, e.g. api; the zone itself cannot be an alias of the gateway",
  });

const domain = z
  .strictObject({
    // 2 to 34 labels: https://learn.microsoft.com/azure/dns/dns-zones-records
    zone: z
      .string()
      .max(253)
      .regex(new RegExp(`^${LABEL}(?:\\.${LABEL}){1,33}$`))
      .meta({
        description: "DNS zone, e.g. contoso.com: 2 to 34 labels.",
        rule: "must be a domain of 2 to 34 labels in lower-case, without trailing dot",
        fix: "write it as e.g. contoso.com",
      }),
    existingZoneResourceGroup: z
      .string()
      .regex(/^[\w().-]{0,89}[\w()-]$/)
      .meta({
        description:
          "Resource group of the zone where it stands already. Left out, this stack creates the zone.",
        rule: "must be a resource group: 1 to 90 letters, digits, underscores, hyphens, dots and parentheses, no dot at the end",
        fix: "name the group that holds the zone",
      })
      .optional(),
    hostnames: z
      .strictObject({
        gateway: hostname.meta({ description: "Name of the gateway below the zone." }).default("api"),
        portal: hostname
          .meta({
            description: "Name of the developer portal below the zone. Left out, it keeps Azure's name.",
          })
          .optional(),
      })
      .refine((names) => names.gateway !== names.portal, {
        path: ["portal"],
        params: { rule: "must differ from the gateway's name", fix: "choose another label, e.g. developer" },
        when: onceValid(z.looseObject({ gateway: z.string(), portal: z.string() })),
      })
      .prefault({})
      .describe("Names below the zone."),
    certificate: z
      .strictObject({
        vaultId: z
          .string()
          .regex(
            /^\/subscriptions\/[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}\/resource[gG]roups\/[\w().-]{1,90}\/providers\/Microsoft\.KeyVault\/vaults\/[a-zA-Z](?:-?[a-zA-Z\d]){2,23}$/,
          )
          .meta({
            description:
              "Resource id of the Key Vault that holds the certificate. It stands before this stack.",
            rule: "must be the resource id of a Key Vault",
            fix: "take it from `az keyvault show --name <vault> --query id`",
          }),
        secretName: z
          .string()
          .regex(/^[A-Za-z0-9-]{1,127}$/)
          .meta({
            description:
              "Name of the certificate in that vault, without version, so that renewals are followed.",
            rule: "must be 1 to 127 letters, digits and hyphens",
            fix: "write the certificate's name alone, without address or version",
          }),
      })
      .describe(
        "One certificate for all names below the zone, wildcard or multi-name, from a vault that stands already.",
      ),
  })
  .describe("A domain of your own for the gateway and the developer portal, in Azure DNS.");

/** https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview */
const vault = z
  .strictObject({
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

const monitoring = z
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

const backup = z
  .strictObject({
    location: region.meta({
      description: "Region of the backup storage; another than the gateway's primary region.",
    }),
    redundancy: z
      .enum(["Standard_ZRS", "Standard_GRS", "Standard_RAGRS", "Standard_GZRS", "Standard_RAGZRS"])
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
    // https://learn.microsoft.com/azure/api-management/api-management-howto-disaster-recovery-backup-restore
    keepDays: z
      .int()
      .min(1)
      .max(30)
      .default(30)
      .describe("Days after which a backup is deleted, 1 to 30: Azure restores no older one."),
  })
  .describe("Scheduled backups of the gateway. Left out, there are none.");

/** Names of the tags that every resource carries anyway. */
export const OWN_TAGS = ["workload", "environment", "managed-by"] as const;

/** Most tags of a resource, and of an Azure DNS zone: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources */
const MAX_TAGS = { resource: 50, dnsZone: 15 };

const tags = z
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

/** Longest workload whose vault and storage account have a legal name: see names.ts. */
const MAX_WORKLOAD_LENGTH = 10;

const workload = z
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

/** One stack name, qualified: https://www.pulumi.com/docs/iac/concepts/stacks/#stackreferences */
const gatewayStack = z
  .string()
  .regex(/^[\w.-]+\/[\w.-]+\/[\w.-]+$/)
  .meta({
    description: "Stack whose gateway this stack uses, as organization/project/stack.",
    rule: "must be organization/project/stack",
    fix: "write all three parts; without Pulumi Cloud the first is the word organization",
  });

const common = z.strictObject({
  workload,
  location: region.meta({ description: "Primary Azure region by its programmatic name, e.g. westeurope." }),
  tags,
  protect: z
    .boolean()
    .default(true)
    .describe(
      "Whether Pulumi refuses to delete what cannot be replaced cheaply: gateway, vault, DNS zone, backups.",
    ),
  gateway: gateway.optional(),
  gatewayStack: gatewayStack.optional(),
  domain: domain.optional(),
  vault,
  monitoring: monitoring.optional(),
  backup: backup.optional(),
});

type Common = z.output<typeof common>;

/** The settings of the gateway that a stack owns. */
export type GatewaySettings = z.output<typeof gateway>;

/** A stack that owns its gateway. */
interface OwnGateway {
  readonly gateway: GatewaySettings;
  readonly gatewayStack?: undefined;
}

/** A stack that uses the gateway of another. */
interface OtherGateway {
  readonly gateway?: undefined;
  readonly gatewayStack: string;
  readonly domain?: undefined;
  readonly backup?: undefined;
}

/** The settings of a stack, complete with defaults. Secrets are in them as plain texts: hand them on as secrets. */
export type Settings<I extends IntegrationSchemas> = Common &
  (OwnGateway | OtherGateway) & {
    /** Which integrations the stack deploys, with their settings. */
    readonly integrations: { readonly [K in keyof I]?: z.output<I[K]> };
  };

/**
 * The schema of a stack's configuration: every key, its type, limits, default and description.
 *
 * @param integrations the schema of each integration that a stack may list
 */
export function settingsSchema<I extends IntegrationSchemas>(
  integrations: I,
): z.ZodType<Settings<I>> & z.core.$ZodType {
  const listed = z
    .strictObject(
      Object.fromEntries(Object.entries(integrations).map(([key, schema]) => [key, schema.optional()])),
    )
    .default({})
    .describe(
      "Integrations that this stack deploys, with their settings. What is not listed is not deployed.",
    );
  const schema = z
    .strictObject({ ...common.shape, integrations: listed })
    .refine(({ gateway, gatewayStack }) => (gateway === undefined) !== (gatewayStack === undefined), {
      path: ["gateway"],
      params: {
        rule: "must be there, or gatewayStack, but not both",
        fix: "keep gateway where this stack owns the gateway, gatewayStack where it uses another stack's",
      },
      when: always,
    })
    .refine(({ gatewayStack, domain }) => gatewayStack === undefined || domain === undefined, {
      path: ["domain"],
      params: {
        rule: "must stand with the stack that owns the gateway",
        fix: "move it to the stack that gatewayStack names",
      },
      when: always,
    })
    .refine(({ gatewayStack, backup }) => gatewayStack === undefined || backup === undefined, {
      path: ["backup"],
      params: {
        rule: "must stand with the stack that owns the gateway",
        fix: "move it to the stack that gatewayStack names",
      },
      when: always,
    })
    .refine(({ location, backup }) => location !== backup?.location, {
      path: ["backup", "location"],
      params: {
        rule: "must differ from location: a backup in the gateway's primary region is lost together with it",
        fix: "choose another region",
      },
      when: onceValid(
        z.looseObject({ location: z.string(), backup: z.looseObject({ location: z.string() }) }),
      ),
    })
    .refine(
      ({ location, gateway }) =>
        gateway?.tier.name !== "Premium" || !Object.hasOwn(gateway.tier.regions ?? {}, location),
      {
        path: ["gateway", "tier", "regions"],
        params: {
          rule: "must not name the primary region, location, again",
          fix: "remove it, and raise gateway.tier.units instead",
        },
        when: onceValid(
          z.looseObject({
            location: z.string(),
            gateway: z.looseObject({ tier: z.looseObject({ regions: z.record(z.string(), z.unknown()) }) }),
          }),
        ),
      },
    )
    .refine(
      ({ gateway, domain }) => gateway?.developerPortal !== false || domain?.hostnames.portal === undefined,
      {
        path: ["domain", "hostnames", "portal"],
        params: {
          rule: "must be left out where gateway.developerPortal is false",
          fix: "remove the name, or switch the portal on",
        },
        when: onceValid(
          z.looseObject({
            gateway: z.looseObject({ developerPortal: z.boolean() }),
            domain: z.looseObject({ hostnames: z.looseObject({}) }),
          }),
        ),
      },
    )
    .refine(
      ({ domain, tags }) =>
        domain?.existingZoneResourceGroup !== undefined ||
        Object.keys(tags).length <= MAX_TAGS.dnsZone - OWN_TAGS.length,
      {
        path: ["tags"],
        params: {
          rule: `must have at most ${MAX_TAGS.dnsZone - OWN_TAGS.length} tags where the stack creates a DNS zone, which allows ${MAX_TAGS.dnsZone}, and ${OWN_TAGS.length} are set anyway`,
          fix: "remove the tags that nobody reads",
        },
        when: onceValid(z.looseObject({ tags: z.looseObject({}), domain: z.looseObject({}) })),
      },
    );
  // What the rules above make sure of, and the types of the integrations, cannot be seen by the compiler.
  return schema as unknown as z.ZodType<Settings<I>>;
}

/** Lets a rule about several settings speak as soon as those are valid, whatever is wrong with the others. */
function onceValid(needed: z.ZodType): (payload: z.core.ParsePayload) => boolean {
  return ({ value }) => needed.safeParse(value).success;
}

/** Lets a rule about the presence of settings speak even if they are wrong; there must be an object to look into. */
function always({ value }: z.core.ParsePayload): boolean {
  return typeof value === "object" && value !== null;
}
