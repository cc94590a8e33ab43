import { z } from "zod";
import { accessProblems, OBJECT_ID } from "../components/access";
import { BACKUP_DAYS, BACKUP_REDUNDANCIES, NAMED_VALUE, SERVICE_NAME } from "../components/gateway/limits";
import {
  BELOW_PARENT_RULE,
  CERTIFICATE_ISSUER,
  INCIDENT_ADDRESS,
  liesBelow,
  TTL,
} from "../components/dns/limits";
import { RECORD_DEFAULTS } from "../components/dns/records";
import {
  backupRule,
  CA_CERTIFICATES_RULE,
  CLIENT_CERTIFICATES_RULE,
  EXTRA_CALLERS_RULE,
  gatewayHostnamesRule,
  FURTHER_REGION_RULE,
  NETWORK_IDS,
  networkRule,
  OFFERED_TIERS,
  optionRefusals,
  otherHostnameRule,
  PORTAL_SIGN_IN_RULE,
  PREMIUM_RULES,
  TIER_DEFAULTS,
  tierRefusal,
  TIERS,
  UNITS_FILL_ZONES_RULE,
  unitsFillZones,
  unitsRule,
  type GatewayTier,
  type NetworkKind,
} from "../components/gateway/tier";
import {
  CALLER_RANGE_RULE,
  isCallerRange,
  isVaultRange,
  MOST_VAULT_RANGES,
  VAULT_RANGE_RULE,
} from "../validation/address-range";
import { CERTIFICATE_RULE, isCertificate } from "../validation/certificate";
import { nearest } from "../validation/nearest";
import { either } from "../validation/words";
import { RESOURCE_GROUP } from "../validation/resource-id";
import { SUBSCRIPTION_ID } from "../validation/subscription";
import {
  AUTHORITY,
  B2C_TENANT,
  GROUPS_RULE,
  SYSTEM_GROUPS,
  VALIDATION_KEY,
} from "../components/gateway/portal/rules";
import { applicationId, vaultCertificate } from "./parts";
import "./meta";

/** The settings of each integration, by its key. */
export type IntegrationSchemas = Readonly<Record<string, z.ZodType>>;

const reason = (description: string) =>
  z
    .string()
    .regex(/\S/)
    .meta({ description, rule: "must say why", fix: "write the reason, for those who find it" });

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

/** Units of a tier; where nothing can be chosen, there is no such setting. */
const units = (name: GatewayTier["name"]) => {
  const { min, max } = TIERS[name].units;
  return z
    .int()
    .min(min)
    .max(max)
    .meta({
      description: `Units of the gateway in this region, ${min} to ${max}. Each is charged, in every region.`,
      ...unitsRule(name),
    });
};

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

const UNITS_FILL_ZONES = {
  path: ["units"],
  params: UNITS_FILL_ZONES_RULE,
  when: onceValid(z.looseObject({ units: units("Premium"), zones: zones.optional() })),
};

/** A resource id in a network, described. */
const networkId = (key: keyof typeof NETWORK_IDS, description: string) => {
  const { pattern, ...words } = NETWORK_IDS[key];
  return z
    .string()
    .regex(pattern)
    .meta({ description, ...words });
};

const subnetId = networkId(
  "subnetId",
  "Resource id of the subnet, in the gateway's region and subscription.",
);

const publicIpAddressId = networkId(
  "publicIpAddressId",
  "Resource id of a Standard public IPv4 address with a DNS label. Left out, Azure manages the address.",
).optional();

/** How a gateway of this tier stands to its virtual network. */
const kind = <K extends NetworkKind>(tierName: GatewayTier["name"], ...kinds: readonly [K, ...K[]]) =>
  z.enum(kinds).meta({
    description:
      "Whether the gateway stands in the network, reached from the internet (external) or from the network only " +
      "(internal), or stays public and calls backends through the subnet (outbound).",
    ...networkRule(tierName),
  });

const injectedNetwork = (tierName: "Developer" | "Premium") =>
  z
    .strictObject({ kind: kind(tierName, "external", "internal"), subnetId, publicIpAddressId })
    .optional()
    .describe("Virtual network that the gateway stands in. Left out, it is public, in none.");

const outboundNetwork = z
  .strictObject({ kind: kind("StandardV2", "outbound"), subnetId })
  .optional()
  .describe("Subnet through which the gateway calls backends. Left out, it calls them publicly.");

const answers = z.enum(["enabled", "disabled"]);

const furtherRegion = z
  .strictObject({
    units: units("Premium"),
    zones: zones.optional(),
    gateway: answers
      .default(TIER_DEFAULTS.gateway)
      .describe(
        "A new region is added disabled: its addresses are known only then, and no request may leave them before the " +
          "workflows admit them. A second update enables it. Both at once is refused, but for a new gateway.",
      ),
    network: z
      .strictObject({ subnetId, publicIpAddressId })
      .optional()
      .describe("Virtual network of this region; needed if and only if the primary region has one."),
  })
  .refine(unitsFillZones, UNITS_FILL_ZONES)
  .describe("A further region of the gateway.");

const name = <N extends GatewayTier["name"]>(value: N) => z.literal(value).describe("Tier of the gateway.");

/** What a tier says about itself: its description, and what it does not let one choose. */
const about = (tierName: GatewayTier["name"], description: string) => ({
  description,
  refused: optionRefusals(tierName),
});

const developerTier = z
  .strictObject({ name: name("Developer"), network: injectedNetwork("Developer") })
  .meta(
    about("Developer", "One unit in one region without service level agreement: for development and tests."),
  );

const basicTier = z
  .strictObject({ name: name("Basic"), units: units("Basic") })
  .meta(about("Basic", "A small gateway in one region; developers cannot sign in with Entra ID."));

const standardTier = z
  .strictObject({ name: name("Standard"), units: units("Standard") })
  .meta(about("Standard", "A gateway in one region."));

/** What the rules of a Premium gateway look at. */
const PREMIUM_PARTS = {
  zones: z.array(z.unknown()).optional(),
  gateway: answers.optional(),
  network: z.looseObject({}).optional(),
  regions: z.record(z.string(), z.looseObject({ zones: z.array(z.unknown()).optional() })).optional(),
};

const premiumTier = PREMIUM_RULES.reduce(
  (tier, { path, rule, fix, holds }) =>
    tier.refine(holds, {
      path: [...path],
      params: { rule, fix },
      when: onceValid(z.looseObject(PREMIUM_PARTS)),
    }),
  z
    .strictObject({
      name: name("Premium"),
      units: units("Premium"),
      zones: zones.optional(),
      regions: z
        .record(region, furtherRegion)
        .optional()
        .describe(
          "Further regions by their programmatic names. They hold gateways only: the portal stays in the primary.",
        ),
      gateway: answers
        .optional()
        .describe("Whether the primary region answers. It can be disabled where a further region does."),
      network: injectedNetwork("Premium"),
    })
    .refine(unitsFillZones, UNITS_FILL_ZONES),
).meta(about("Premium", "Units, zones, regions and virtual networks, with a service level agreement."));

const basicV2Tier = z
  .strictObject({ name: name("BasicV2"), units: units("BasicV2") })
  .meta(about("BasicV2", "Created in minutes; no address of its own, no backup."));

const standardV2Tier = z
  .strictObject({ name: name("StandardV2"), units: units("StandardV2"), network: outboundNetwork })
  .meta(
    about("StandardV2", "Created in minutes, calls backends in a network; no address of its own, no backup."),
  );

const tier = z
  .discriminatedUnion("name", [
    developerTier,
    basicTier,
    standardTier,
    premiumTier,
    basicV2Tier,
    standardV2Tier,
  ])
  .meta({
    description: "Tier of the gateway, each with what Azure has for it: docs/tiers.md.",
    refused: refusedTiers(),
  });

function refusedTiers() {
  return Object.fromEntries(
    Object.keys(TIERS).flatMap((key) => {
      const refusal = tierRefusal(key);
      return refusal ? [[key, refusal]] : [];
    }),
  );
}

const policyValue = z.string().max(NAMED_VALUE.most).regex(NAMED_VALUE.pattern);

const namedValue = z
  .union([
    z.strictObject({
      value: policyValue.meta({
        description: "The value in clear, at most 4,096 characters.",
        rule: `must be ${NAMED_VALUE.words}`,
        fix: "write a text",
      }),
    }),
    z.strictObject({
      secret: policyValue.meta({
        description: "The value as a secret, at most 4,096 characters. It is kept in the stack's vault.",
        secret: true,
      }),
    }),
  ])
  .meta({
    description: "A value that policies name as {{key}}.",
    rule: `must hold either \`value\`, in clear, or \`secret\`: a text of ${NAMED_VALUE.words}`,
    fix: "keep one of both; a secret is set by `pulumi config set --secret --path`",
  });

const namedValues = z
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
  .describe("Values for policies, by name: 1 to 80 letters, digits and hyphens.");

/** Most CA certificates of any tier. */
const MAX_CA_CERTIFICATES = Math.max(...Object.values(TIERS).map((features) => features.caCertificates));

const caCertificates = z
  .record(
    z.string(),
    z
      .strictObject({
        store: z
          .enum(["Root", "CertificateAuthority"])
          .describe("Root for a self-signed root, CertificateAuthority for what a root has signed."),
        certificate: z
          .string()
          .describe("The public certificate (DER) in base64, without the PEM's header lines."),
      })
      // At the whole, so that the text is not shown: whoever mistakes a file may have put a private key there.
      .refine(({ certificate }) => isCertificate(certificate), { params: CERTIFICATE_RULE })
      .describe("A certificate of a private authority that the gateway trusts."),
  )
  .refine((all) => Object.keys(all).length <= MAX_CA_CERTIFICATES, {
    params: {
      rule: `must have at most ${MAX_CA_CERTIFICATES} certificates`,
      fix: "remove those that nothing is signed by",
    },
    when: always,
  })
  .optional()
  .describe(
    `Private authorities that the gateway trusts, by a key of your choice, at most ${MAX_CA_CERTIFICATES}.`,
  );

const gateway = z
  .strictObject({
    publisher: z
      .strictObject({
        name: z.string().min(1).max(100).describe("Organisation, at most 100 characters."),
        email: z.email().max(100).describe("Address of the publisher, at most 100 characters."),
      })
      .describe("Who publishes the APIs, as the developer portal and mails show it."),
    notificationSenderEmail: z
      .email()
      .max(100)
      .optional()
      .describe("Address that mails to developers come from, at most 100 characters. Left out, Azure's own."),
    tier,
    developerPortal: z.boolean().default(true).describe("Whether developers have a portal."),
    caCertificates,
    restoreDeleted: z
      .boolean()
      .default(false)
      .describe(
        "Brings back the gateway that was deleted less than 48 hours ago. Azure ignores all other settings of it in " +
          "that one update: take it out again, and update once more.",
      ),
    namedValues,
  })
  .describe(
    "The gateway that this stack owns. A stack that uses another's names that one as gatewayStack or existingGateway.",
  );

const resourceGroup = z
  .string()
  .regex(RESOURCE_GROUP.pattern)
  .meta({
    description: "Resource group.",
    rule: `must be a resource group: ${RESOURCE_GROUP.words}`,
    fix: "name the group that holds it",
  });

const clientCertificates = (description: string) =>
  z.enum(["ignore", "negotiate"]).default("ignore").describe(description);

const existingGateway = z
  .strictObject({
    name: z
      .string()
      .regex(SERVICE_NAME.pattern)
      .meta({
        description: "Name of the API Management service.",
        rule: `must be ${SERVICE_NAME.words}`,
        fix: "write the name of the service alone, without domain",
      }),
    resourceGroup: resourceGroup.meta({ description: "Resource group of the service." }),
    tier: z.enum(OFFERED_TIERS).meta({ description: "Tier of the service.", refused: refusedTiers() }),
    clientCertificates: clientCertificates(
      "Whether the service asks clients for a certificate, which policies then check.",
    ),
    identity: z
      .strictObject({
        name: z.string().min(1).describe("Name of the identity."),
        resourceGroup: resourceGroup.meta({ description: "Resource group of the identity." }),
      })
      .describe(
        "User-assigned identity of the service, with which it calls workflows, and reads a vault without firewall.",
      ),
    namedValues,
  })
  .refine(
    ({ tier, clientCertificates }) => clientCertificates === "ignore" || TIERS[tier].clientCertificates,
    {
      path: ["clientCertificates"],
      params: CLIENT_CERTIFICATES_RULE,
      when: onceValid(z.looseObject({ tier: z.enum(OFFERED_TIERS) })),
    },
  )
  .describe(
    "A gateway that stands already, owned by no stack of this program. It is read, and nothing of it is changed.",
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

/** Keys of the names that there is one of. */
const SINGLE_NAMES = ["gateway", "portal", "management"] as const;

const furtherGateways = z
  .record(
    z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/)
      .refine((key) => !SINGLE_NAMES.some((single) => single === key), {
        params: {
          rule: `must not be ${either(SINGLE_NAMES)}: these are the names beside it`,
          fix: "choose another key",
        },
      })
      .meta({
        description: "Key of a further name; it names its record in the stack.",
        rule: "must be 1 to 40 lower-case letters, digits and hyphens, starting with a letter",
        fix: "choose another key, e.g. partners",
      }),
    z.strictObject({
      name: hostname.meta({ description: "Name below the zone." }),
      clientCertificates: clientCertificates(
        "Whether the gateway asks clients for a certificate under this name, which policies then check.",
      ),
    }),
  )
  .describe("More names of the gateway, by a key of your choice.");

/** https://learn.microsoft.com/azure/api-management/breaking-changes/managed-certificates-suspension-august-2025 */
const MANAGED_CERTIFICATE = {
  rule:
    "cannot be a certificate that API Management manages: Azure gives none to a gateway that is being created, and gave " +
    "nobody a new one from August 2025 to June 2026",
  fix: "name a certificate in a vault, which renews it as well: vaultId and secretName",
};

/** A part of a certificate that nobody but the gateway may see. */
const certificateSecret = (description: string) => z.string().min(1).meta({ description, secret: true });

const domainCertificate = z
  .union([
    vaultCertificate,
    z.strictObject({
      pfx: certificateSecret(
        "The certificate with its chain and its private key, as PFX in base64. Renewing it is up to you.",
      ),
      password: certificateSecret("Password of the PFX."),
    }),
  ])
  .meta({
    description: "A certificate with its private key.",
    rule: "must hold either `vaultId` and `secretName`, of a certificate in a vault, or `pfx` and `password`",
    fix: "keep one of both; a PFX is set by `base64 -w0 <file> | pulumi config set --secret --path`",
    refused: { managed: MANAGED_CERTIFICATE },
  });

const domainHostnames = z.strictObject({
  gateway: hostname
    .meta({
      description:
        "Name of the gateway below the zone, by which clients know it; clients without SNI get its certificate.",
    })
    .default("api"),
  furtherGateways: furtherGateways.optional(),
  portal: hostname
    .meta({ description: "Name of the developer portal below the zone. Left out, it keeps Azure's name." })
    .optional(),
  management: hostname
    .meta({
      description: "Name of the gateway's own management below the zone. Left out, it keeps Azure's name.",
    })
    .optional(),
});

/** 2 to 34 labels: https://learn.microsoft.com/azure/dns/dns-zones-records */
const domainName = z
  .string()
  .max(253)
  .regex(new RegExp(`^${LABEL}(?:\\.${LABEL}){1,33}$`))
  .meta({
    rule: "must be a domain of 2 to 34 labels in lower-case, without trailing dot",
    fix: "write it as e.g. contoso.com",
  });

const zonePlace = z.strictObject({
  resourceGroup: resourceGroup.meta({ description: "Resource group of the zone." }),
  subscriptionId: z
    .string()
    .regex(SUBSCRIPTION_ID.pattern)
    .meta({
      description: "Subscription of the zone, in the same tenant. Left out, the one that is deployed to.",
      rule: `must be ${SUBSCRIPTION_ID.words}`,
      fix: SUBSCRIPTION_ID.fix,
    })
    .optional(),
});

type DomainHostnames = z.output<typeof domainHostnames>;

/** Every name below the zone, by its place in the settings. */
function namesBelow({ gateway, furtherGateways = {}, portal, management }: DomainHostnames) {
  const names: readonly (readonly [path: readonly string[], name: string | undefined])[] = [
    [["gateway"], gateway],
    ...Object.entries(furtherGateways).map(
      ([key, { name }]) => [["furtherGateways", key, "name"], name] as const,
    ),
    [["portal"], portal],
    [["management"], management],
  ];
  return names.filter(([, name]) => name !== undefined);
}

function nameOnce(hostnames: DomainHostnames, context: z.core.$RefinementCtx): void {
  const names = namesBelow(hostnames);
  for (const [index, [path, name]] of names.entries()) {
    const first = names.slice(0, index).find(([, other]) => other === name);
    if (!first) continue;
    context.addIssue({
      code: "custom",
      path: [...path],
      params: {
        rule: `must differ from the name at ${first[0].join(".")}`,
        fix: "choose another label, e.g. developer",
      },
    });
  }
}

/** A certificate of no name would be read by nobody, and is most likely that of a name which is spelt otherwise. */
function certifyNames(
  { hostnames, certificates = {} }: { hostnames: DomainHostnames; certificates?: object | undefined },
  context: z.core.$RefinementCtx,
): void {
  const keys = namesBelow(hostnames).map(([path]) => path.at(path[0] === "furtherGateways" ? 1 : 0));
  for (const key of Object.keys(certificates).filter((one) => !keys.includes(one))) {
    context.addIssue({
      code: "custom",
      path: ["certificates", key],
      params: {
        rule: "must belong to a name in hostnames",
        fix: `remove it, or write ${either(keys.filter((one) => one !== undefined))}`,
      },
    });
  }
}

const issuer = z
  .string()
  .regex(CERTIFICATE_ISSUER.pattern)
  .meta({
    description: "Domain of an authority, as it publishes it for CAA records, e.g. digicert.com.",
    rule: `must be ${CERTIFICATE_ISSUER.words}`,
    fix: "take it from the authority's documentation",
  });

/** What says something of a zone that the stack creates, and nothing of one that stands already. */
const OF_NEW_ZONES = ["parent", "dnssec", "caa"] as const;

const ITS_OWNERS_ALONE = {
  rule: "must be left out where the zone stands already: its owner says so",
  fix: "remove it, or remove existingZone where this stack is to create the zone",
};

const domain = z
  .strictObject({
    zone: domainName.meta({ description: "DNS zone, e.g. contoso.com: 2 to 34 labels." }),
    existingZone: zonePlace
      .optional()
      .describe(
        "Where the zone stands already. Only the records of the gateway are this stack's. Left out, it creates the zone.",
      ),
    parent: zonePlace
      .extend({
        zone: domainName.meta({
          description: "Domain of the parent zone, e.g. contoso.com for api.contoso.com.",
        }),
        delegationSigner: z
          .boolean()
          .default(true)
          .describe(
            "Whether the parent, which must be signed, says that this zone is. To switch dnssec off, set this to false an hour before.",
          ),
      })
      .optional()
      .describe(
        "The zone in Azure DNS that delegates to the zone that this stack creates. Left out, a person has to: the output `delegation` says how.",
      ),
    dnssec: z
      .boolean()
      .optional()
      .describe("Whether Azure signs the zone that this stack creates. Left out, it does."),
    caa: z
      .strictObject({
        issuers: z
          .array(issuer)
          .describe("Authorities that may issue certificates for the domain; none, and nobody may."),
        wildcardIssuers: z
          .array(issuer)
          .optional()
          .describe("The same for wildcard certificates. Left out, those in issuers."),
        reportTo: z
          .string()
          .regex(INCIDENT_ADDRESS.pattern)
          .meta({
            description: "Where authorities tell of requests that they refused.",
            rule: `must be ${INCIDENT_ADDRESS.words}`,
            fix: "write it as e.g. mailto:security@contoso.com",
          })
          .optional(),
      })
      .optional()
      .describe(
        "CAA records of the zone that this stack creates. Left out, every authority may issue certificates for it.",
      ),
    ttl: z
      .int()
      .min(TTL.least)
      .max(TTL.most)
      .default(RECORD_DEFAULTS.ttl)
      .describe(
        "Seconds that resolvers keep the names' answers, 1 to 2,147,483,647: so long it takes until all follow when a name is moved.",
      ),
    hostnames: domainHostnames
      .superRefine(nameOnce, { when: onceValid(domainHostnames) })
      .prefault({})
      .describe("Names below the zone."),
    clientCertificates: clientCertificates(
      "Whether the gateway asks clients for a certificate under its name, which policies then check.",
    ),
    certificate: domainCertificate.meta({
      description:
        "Certificate of every name that has none of its own, wildcard or multi-name: from a vault that stands already, or a PFX.",
    }),
    certificates: z
      .record(z.string(), domainCertificate)
      .optional()
      .describe(
        "Certificates of single names: by gateway, portal, management, or the key of a further name of the gateway.",
      ),
  })
  .superRefine(certifyNames, { when: onceValid(z.looseObject({ hostnames: domainHostnames })) })
  .superRefine(
    (all, context) => {
      for (const key of OF_NEW_ZONES) {
        if (all[key] !== undefined)
          context.addIssue({ code: "custom", path: [key], params: ITS_OWNERS_ALONE });
      }
    },
    { when: onceValid(z.looseObject({ existingZone: z.looseObject({}) })) },
  )
  .refine(({ zone, parent }) => liesBelow(zone, parent?.zone ?? ""), {
    path: ["parent", "zone"],
    params: BELOW_PARENT_RULE,
    when: onceValid(z.looseObject({ zone: z.string(), parent: z.looseObject({ zone: z.string() }) })),
  })
  .describe("A domain of your own for the gateway, its developer portal and its management, in Azure DNS.");

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

const userFlow = (description: string) =>
  z
    .string()
    .regex(/^B2C_1A?_\w{1,120}$/i)
    .meta({
      description,
      rule: "must be the name of a user flow or policy, which begins with B2C_1_ or B2C_1A_",
      fix: "write it as the B2C tenant lists it",
    });

/** The engine reads YAML in which a day without quotation marks is a time. */
const day = (description: string) =>
  z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?: 00:00:00 \+0000 UTC)?$/)
    .meta({ description, rule: "must be a day", fix: "write it as YYYY-MM-DD" });

const entraSignIn = z
  .strictObject({
    kind: z.literal("entra").describe("By Microsoft Entra ID, in this stack's tenant."),
    secrets: z
      .record(
        z
          .string()
          .regex(/^[A-Za-z0-9-]{1,40}$/)
          .meta({
            description: "Key of the secret.",
            rule: "must be 1 to 40 letters, digits and hyphens",
            fix: 'choose another key, e.g. "2027"',
          }),
        z
          .strictObject({
            from: day("First day on which it is valid, as YYYY-MM-DD."),
            until: day("Day on which it ends, at most two years later, as YYYY-MM-DD."),
          })
          .describe("How long it is valid."),
      )
      .describe(
        "Secrets by which API Management, which takes nothing better, proves to Entra ID that it is the portal, by a key of your choice. " +
          "Entra ID makes them. To rotate: add one, make it the current one, and remove the old one by a later update.",
      ),
    currentSecret: z.string().describe("Key of the secret that the portal uses."),
  })
  .refine(({ secrets, currentSecret }) => currentSecret in secrets, {
    path: ["currentSecret"],
    params: { rule: "must be the key of one of the secrets", fix: "write a key of secrets" },
    when: onceValid(z.looseObject({ secrets: z.looseObject({}), currentSecret: z.string() })),
  });

const signIn = z
  .discriminatedUnion("kind", [
    entraSignIn,
    z.strictObject({
      kind: z.literal("b2c").describe("By Azure AD B2C, which nobody gets any more since May 2025."),
      tenantDomain: z
        .string()
        .regex(B2C_TENANT.pattern)
        .meta({
          description: "Domain of the B2C tenant, e.g. contoso.onmicrosoft.com.",
          rule: `must have ${B2C_TENANT.words}`,
          fix: "take it from the overview of the B2C tenant",
        }),
      authority: z
        .string()
        .regex(AUTHORITY.pattern)
        .meta({
          description: "Where the B2C tenant signs users in, e.g. contoso.b2clogin.com.",
          rule: `must have ${AUTHORITY.words}`,
          fix: "write the host name alone",
        }),
      flows: z
        .strictObject({
          signIn: userFlow("User flow by which developers sign in."),
          signUp: userFlow("User flow by which they sign up; may be the same."),
          editProfile: userFlow("User flow by which they change what is known of them.").optional(),
          resetPassword: userFlow("User flow by which they get a new password.").optional(),
        })
        .describe("User flows of the B2C tenant by their names."),
      clientId: applicationId.describe(
        "Client id of the portal's registration in the B2C tenant, which stands already.",
      ),
      clientSecret: z.string().min(1).meta({ description: "Its client secret.", secret: true }),
    }),
    z.strictObject({
      kind: z.literal("password").describe("By a password that API Management keeps."),
      because: reason("Why passwords are right here."),
    }),
  ])
  .meta({
    refused: {
      externalId: {
        rule: "is no sign-in of its own: External ID is part of the tenant",
        fix: "write entra, and add the portal's registration to a user flow: docs/portal.md",
      },
    },
  })
  .describe("How developers sign in.");

const portalGroup = z
  .strictObject({
    displayName: z.string().min(1).max(300).describe("What the portal calls it, at most 300 characters."),
    objectId: z.guid().meta({
      description: "Object id of the group in Entra ID.",
      rule: "must be a GUID",
      fix: "take it from the group's page in the Entra admin center",
    }),
    products: z
      .array(z.string().describe("Key of an integration, which its product is named after."))
      .min(1)
      .describe("Products that its members see. A product that a group names is seen by those that name it."),
  })
  .describe("A group of Entra ID.");

const delegation = z
  .strictObject({
    url: z
      .string()
      .regex(/^https:\/\/[^/\s]+/)
      .meta({
        description: "https address of the site that takes over.",
        rule: "must begin with https://",
        fix: "give its https address",
      }),
    validationKey: z.string().regex(VALIDATION_KEY.pattern).meta({
      description: "Key in base64 by which the site knows the portal.",
      secret: true,
      rule: "must be written in base64",
      fix: VALIDATION_KEY.fix,
    }),
    subscriptions: z.boolean().default(true).describe("Whether the site sells products."),
    userRegistration: z.boolean().default(false).describe("Whether the site signs developers in and up."),
  })
  .describe(
    "A site of yours that takes over what the portal does itself. To end it, deploy it once with both false.",
  );

const portal = z
  .strictObject({
    signIn,
    anonymousVisitors: z
      .strictObject({ because: reason("Why anybody may read the portal.") })
      .optional()
      .describe("Lets visitors read the portal before they sign in. Left out, they are sent to sign in."),
    signUp: z
      .strictObject({ because: reason("Why anybody may make an account.") })
      .optional()
      .describe(
        "Lets whoever finds the portal make an account by its form. Left out, accounts come by the first sign-in or an " +
          "invitation.",
      ),
    terms: z
      .strictObject({
        text: z.string().regex(/\S/).meta({ description: "The terms.", fix: "write them" }),
        consentRequired: z
          .boolean()
          .default(true)
          .describe("Whether there is no account without a tick at them."),
      })
      .optional()
      .describe("What whoever makes an account agrees to. Left out, nothing."),
    groups: z
      .record(
        z
          .string()
          .regex(/^[a-z](?:[a-z0-9-]{0,78}[a-z0-9])?$/)
          .refine((key) => !SYSTEM_GROUPS.includes(key), {
            params: {
              rule: `must differ from Azure's own groups: ${SYSTEM_GROUPS.join(", ")}`,
              fix: "choose another name",
            },
          })
          .meta({
            description: "Id of the group in API Management.",
            rule: "must be 1 to 80 lower-case letters, digits and hyphens, starting with a letter, no hyphen at the end",
            fix: "choose another name",
          }),
        portalGroup,
      )
      .default({})
      .describe(
        "Groups of Entra ID by a key of your choice. Products that none names, every developer sees.",
      ),
    console: z
      .boolean()
      .default(true)
      .describe("Whether the test console signs developers in at Entra ID, in this stack's tenant."),
    delegation: delegation.optional(),
    content: z
      .string()
      .regex(/^(?!\.)[\w.-]+(?:\/(?!\.)[\w.-]+)*$/)
      .meta({
        description:
          "Folder with the portal's pages and styles, below the program's. Left out, they are what the portal's own editor made.",
        rule: "must be a path below the program's folder",
        fix: "write it as e.g. portal",
      })
      .optional(),
    publish: z
      .boolean()
      .default(true)
      .describe("Whether the portal is published whenever something of it changes."),
    edition: z
      .int()
      .min(1)
      .default(1)
      .describe("Raised by one to publish what was changed in the portal's own editor."),
  })
  .describe(
    "Sign-in, groups, pages and publication of the developer portal. Left out, Azure's own defaults hold, and nothing is published.",
  );

/** https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview */
const vault = z
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

const workflowRegion = z
  .strictObject({
    location: region.meta({ description: "Region of the workflows." }),
    because: reason("Why the workflows stand in another region than the gateway."),
  })
  .describe("Another region for the workflows. Left out, they stand in the gateway's primary region.");

/** Object ids of Entra ID, by which somebody gets roles. */
const objectIds = (description: string, lookUp: string) =>
  z
    .array(
      z
        .string()
        .regex(OBJECT_ID.pattern)
        .meta({
          description: "Object id in Entra ID.",
          rule: `must be an object id: ${OBJECT_ID.words}`,
          fix: `take it from \`${lookUp}\``,
        }),
    )
    .default([])
    .describe(description);

const groupIds = (description: string) =>
  objectIds(description, "az ad group show --group <name> --query id");

const access = z
  .strictObject({
    operators: groupIds(
      "Groups that see all, query logs, and stop and start workflows, by their object ids.",
    ),
    developers: groupIds("Groups that see gateway and workflows, and query logs, by their object ids."),
    pipelines: objectIds(
      "Service principals that run `pulumi up`, by their object ids, not their client ids. They can hand on no right of " +
        "their own.",
      "az ad sp show --id <client id> --query id",
    ),
    developersEdit: z
      .strictObject({
        because: reason("Why developers may change by hand what the next update changes back."),
      })
      .optional()
      .describe(
        "Lets developers edit gateway and workflows by hand, and see the gateway's keys. Left out, they see only.",
      ),
  })
  .superRefine(
    (all, context) => {
      for (const { path, ...params } of accessProblems(all)) {
        context.addIssue({ code: "custom", path: [...path], params });
      }
    },
    {
      when: onceValid(
        z.looseObject({
          operators: z.array(z.string()),
          developers: z.array(z.string()),
          pipelines: z.array(z.string()),
          developersEdit: z.looseObject({ because: z.string() }).optional(),
        }),
      ),
    },
  )
  .prefault({})
  .describe("Who works with this stack, and so has roles in its resource groups: docs/access.md.");

const extraCallers = z
  .strictObject({
    ranges: z
      .array(
        z
          .string()
          .refine(isCallerRange, { params: CALLER_RANGE_RULE })
          .describe("IPv4 addresses, as a.b.c.d/nn or a.b.c.d-e.f.g.h, at most 16 of them."),
      )
      .min(1)
      .describe("Ranges that workflows admit beside the gateway's present addresses."),
    because: reason("Which change of addresses this is for."),
    until: day("Last day on which they are needed, as YYYY-MM-DD. Afterwards each update warns."),
  })
  .describe(
    "Callers that workflows admit, with the gateway's token, while its addresses change: a network, zones or a region that " +
      "comes back. To be deployed before the change, and removed after it. Left out, the gateway's addresses alone.",
  );

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
      "Whether Pulumi, and Azure by locks, refuse to delete what cannot be replaced cheaply: gateway, vault, DNS zone, " +
        "backups, products.",
    ),
  access,
  gateway: gateway.optional(),
  existingGateway: existingGateway.optional(),
  gatewayStack: gatewayStack.optional(),
  domain: domain.optional(),
  portal: portal.optional(),
  vault,
  monitoring: monitoring.optional(),
  backup: backup.optional(),
  workflowRegion: workflowRegion.optional(),
  extraCallers: extraCallers.optional(),
});

type Common = z.output<typeof common>;

/** The settings of the gateway that a stack owns. */
export type GatewaySettings = z.output<typeof gateway>;

/** The settings of a gateway that stands already. */
export type ExistingGatewaySettings = z.output<typeof existingGateway>;

/** A stack that owns its gateway. */
interface OwnGateway {
  readonly gateway: GatewaySettings;
  readonly existingGateway?: undefined;
  readonly gatewayStack?: undefined;
}

/** A stack that uses a gateway that stands already. */
interface ExistingGateway {
  readonly gateway?: undefined;
  readonly existingGateway: ExistingGatewaySettings;
  readonly gatewayStack?: undefined;
  readonly domain?: undefined;
  readonly portal?: undefined;
  readonly backup?: undefined;
}

/** A stack that uses the gateway of another. */
interface OtherGateway {
  readonly gateway?: undefined;
  readonly existingGateway?: undefined;
  readonly gatewayStack: string;
  readonly domain?: undefined;
  readonly portal?: undefined;
  readonly backup?: undefined;
}

/** The settings of a stack, complete with defaults. Secrets are in them as plain texts: hand them on as secrets. */
export type Settings<I extends IntegrationSchemas> = Common &
  (OwnGateway | ExistingGateway | OtherGateway) & {
    /** Which integrations the stack deploys, with their settings. */
    readonly integrations: { readonly [K in keyof I]?: z.output<I[K]> };
  };

/** What a stack says of its gateway; one of them. */
export const GATEWAY_KEYS = ["gateway", "existingGateway", "gatewayStack"] as const;

const OWNERS_ALONE = {
  rule: "must stand with the stack that owns the gateway",
  fix: "move it there: this stack uses the gateway of somebody else",
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
    .refine((all) => GATEWAY_KEYS.filter((key) => all[key] !== undefined).length === 1, {
      path: ["gateway"],
      params: {
        rule: "must be there, or existingGateway, or gatewayStack, and only one of them",
        fix: "keep gateway where this stack owns the gateway, existingGateway where it stands already, gatewayStack where it is another stack's",
      },
      when: always,
    })
    .refine(({ existingGateway, gatewayStack, domain }) => !(existingGateway ?? gatewayStack) || !domain, {
      path: ["domain"],
      params: OWNERS_ALONE,
      when: always,
    })
    .refine(({ existingGateway, gatewayStack, portal }) => !(existingGateway ?? gatewayStack) || !portal, {
      path: ["portal"],
      params: OWNERS_ALONE,
      when: always,
    })
    .refine(({ gateway, portal }) => gateway?.developerPortal !== false || !portal, {
      path: ["portal"],
      params: {
        rule: "must be left out where gateway.developerPortal is false",
        fix: "remove it, or switch the portal on",
      },
      when: onceValid(z.looseObject({ gateway: z.looseObject({ developerPortal: z.boolean() }) })),
    })
    .superRefine(checkGroups(Object.keys(integrations)), {
      when: onceValid(z.looseObject({ portal })),
    })
    .refine(({ existingGateway, gatewayStack, backup }) => !(existingGateway ?? gatewayStack) || !backup, {
      path: ["backup"],
      params: OWNERS_ALONE,
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
        params: FURTHER_REGION_RULE,
        when: onceValid(
          z.looseObject({
            location: z.string(),
            gateway: z.looseObject({ tier: z.looseObject({ regions: z.record(z.string(), z.unknown()) }) }),
          }),
        ),
      },
    )
    .superRefine(checkAgainstTier, {
      when: onceValid(
        z.looseObject({ gateway: z.looseObject({ tier: z.looseObject({ name: z.enum(OFFERED_TIERS) }) }) }),
      ),
    })
    .superRefine(checkNamesAgainstTier, {
      when: onceValid(
        z.looseObject({
          gateway: z.looseObject({ tier: z.looseObject({ name: z.enum(OFFERED_TIERS) }) }),
          domain: z.looseObject({ hostnames: domainHostnames }),
        }),
      ),
    })
    .refine(
      ({ gateway, existingGateway }) =>
        [gateway?.tier.name, existingGateway?.tier].every(
          (name) => name === undefined || TIERS[name].staticAddresses,
        ),
      {
        path: ["extraCallers"],
        params: EXTRA_CALLERS_RULE,
        when: onceValid(
          z.looseObject({
            gateway: z.looseObject({ tier: z.looseObject({ name: z.enum(OFFERED_TIERS) }) }).optional(),
            existingGateway: z.looseObject({ tier: z.enum(OFFERED_TIERS) }).optional(),
            extraCallers: z.looseObject({}),
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
        domain?.existingZone !== undefined || Object.keys(tags).length <= MAX_TAGS.dnsZone - OWN_TAGS.length,
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

/** What must hold of the groups of a portal, given the products that there can be. */
function checkGroups(known: readonly string[]) {
  return ({ portal }: Partial<Common>, context: z.core.$RefinementCtx): void => {
    if (!portal) return;
    if (portal.signIn.kind !== "entra" && Object.keys(portal.groups).length > 0) {
      context.addIssue({ code: "custom", path: ["portal", "groups"], params: GROUPS_RULE });
    }
    for (const [key, { products }] of Object.entries(portal.groups)) {
      products.forEach((product, index) => {
        if (known.includes(product)) return;
        context.addIssue({
          code: "custom",
          path: ["portal", "groups", key, "products", index],
          params: {
            rule: `must be the key of an integration: ${known.join(", ")}`,
            fix: `write ${nearest(product, known) ?? "one of these"}`,
          },
        });
      });
    }
  };
}

/** What the tier says about settings beside it, whatever is wrong with those. */
function checkAgainstTier(
  { gateway, domain, portal, backup }: Partial<Common>,
  context: z.core.$RefinementCtx,
): void {
  if (!gateway) return;
  const { tier } = gateway;
  const refuse = (path: string[], params: { readonly rule: string; readonly fix: string }) => {
    context.addIssue({ code: "custom", path, params });
  };
  // It may be anything, as it is judged by itself.
  const signIn: { readonly kind?: string } | undefined = portal?.signIn;
  if (signIn && signIn.kind !== "password" && !TIERS[tier.name].portalSignIn) {
    refuse(["portal", "signIn"], PORTAL_SIGN_IN_RULE);
  }
  if (backup && !TIERS[tier.name].backup) refuse(["backup"], backupRule(tier.name));
  if (gateway.caCertificates && TIERS[tier.name].caCertificates === 0) {
    refuse(["gateway", "caCertificates"], CA_CERTIFICATES_RULE);
  }
  if (domain?.clientCertificates === "negotiate" && !TIERS[tier.name].clientCertificates) {
    refuse(["domain", "clientCertificates"], CLIENT_CERTIFICATES_RULE);
  }
  if (domain && "network" in tier && tier.network?.kind === "internal") {
    refuse(["domain"], {
      rule: "must be left out where the gateway's network is internal: public DNS would name what nobody can reach",
      fix: "name the gateway in a private DNS zone of its network, or make the network external",
    });
  }
}

/** What the tier says about names, once these are valid. */
function checkNamesAgainstTier({ gateway, domain }: Partial<Common>, context: z.core.$RefinementCtx): void {
  if (!gateway || !domain) return;
  const { name } = gateway.tier;
  const { furtherGateways = {}, management } = domain.hostnames;
  const refuse = (key: keyof DomainHostnames, params: { readonly rule: string; readonly fix: string }) => {
    context.addIssue({ code: "custom", path: ["domain", "hostnames", key], params });
  };
  const count = 1 + Object.keys(furtherGateways).length;
  if (count > TIERS[name].gatewayHostnames) refuse("furtherGateways", gatewayHostnamesRule(name, count));
  if (management !== undefined && !TIERS[name].otherHostnames.includes("management")) {
    refuse("management", otherHostnameRule(name, "management"));
  }
}

/** Lets a rule about several settings speak as soon as those are valid, whatever is wrong with the others. */
function onceValid(needed: z.ZodType): (payload: z.core.ParsePayload) => boolean {
  return ({ value }) => needed.safeParse(value).success;
}

/** Lets a rule about the presence of settings speak even if they are wrong; there must be an object to look into. */
function always({ value }: z.core.ParsePayload): boolean {
  return typeof value === "object" && value !== null;
}
