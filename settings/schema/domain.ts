import { z } from "zod";
import {
  BELOW_PARENT_RULE,
  CERTIFICATE_ISSUER,
  INCIDENT_ADDRESS,
  liesBelow,
  NAME_LENGTH,
  TTL,
} from "../../components/dns/limits";
import { RECORD_DEFAULTS } from "../../components/dns/records";
import { SUBSCRIPTION_ID } from "../../validation/subscription";
import { either } from "../../validation/words";
import { clientCertificates, resourceGroup, vaultCertificate } from "../parts";
import { serviceName } from "./gateway";
import { onceValid } from "./when";

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

const hostname = z
  .string()
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

export const domainHostnames = z.strictObject({
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

/** Where something stands already. */
const place = (what: string) =>
  z.strictObject({
    resourceGroup: resourceGroup.meta({ description: `Resource group of the ${what}.` }),
    subscriptionId: z
      .string()
      .regex(SUBSCRIPTION_ID.pattern)
      .meta({
        description: `Subscription of the ${what}, in the same tenant. Left out, the one that is deployed to.`,
        rule: `must be ${SUBSCRIPTION_ID.words}`,
        fix: SUBSCRIPTION_ID.fix,
      })
      .optional(),
  });

const zonePlace = place("zone");

const passiveGateway = place("service")
  .extend({
    name: serviceName,
    hostname: hostname
      .meta({
        description:
          "Name below the zone that leads to it, whoever has the gateway's own names. Left out, it has no record.",
      })
      .optional(),
    takesOver: z
      .boolean()
      .default(false)
      .describe(
        "Whether the gateway's names lead to it. True moves them there, false back: the record of each is updated, and nothing else.",
      ),
  })
  .describe(
    "A gateway that stands already, has the gateway's names with their certificates, and takes them over when told to.",
  );

export type DomainHostnames = z.output<typeof domainHostnames>;

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

/** A name that is written with its zone would stand in it twice, and Azure would not mind. */
function nameWithoutZone(
  { zone, hostnames }: { readonly zone: string; readonly hostnames: DomainHostnames },
  context: z.core.$RefinementCtx,
): void {
  for (const [path, name = ""] of namesBelow(hostnames)) {
    const rule = liesBelow(`.${name}`, zone)
      ? "must leave the zone out: it is added"
      : name.length + 1 + zone.length > NAME_LENGTH
        ? `must have at most ${NAME_LENGTH} characters with the zone`
        : undefined;
    if (rule === undefined) continue;
    const fix = "write the labels below the zone alone, e.g. api";
    context.addIssue({ code: "custom", path: ["hostnames", ...path], params: { rule, fix } });
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

/** What says something of records, and nothing where another stack has them. */
const OF_RECORDS = [...OF_NEW_ZONES, "existingZone", "ttl", "passiveGateway"] as const;

const RECORDS_OWNERS_ALONE = {
  rule: "must be left out where records is false: the stack that has the records says so",
  fix: "remove it, or remove records where this stack is to have them",
};

/** Speaks of each key that is there. */
function leaveOut<K extends string>(
  keys: readonly K[],
  params: { readonly rule: string; readonly fix: string },
) {
  return (all: Readonly<Partial<Record<K, unknown>>>, context: z.core.$RefinementCtx): void => {
    for (const key of keys.filter((one) => all[one] !== undefined)) {
      context.addIssue({ code: "custom", path: [key], params });
    }
  };
}

export const domain = z
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
      .optional()
      .describe(
        `Seconds that resolvers keep the names' answers, 1 to 2,147,483,647: so long it takes until all follow when a name is moved. Left out, ${RECORD_DEFAULTS.ttl}.`,
      ),
    records: z
      .boolean()
      .default(true)
      .describe(
        "Whether this stack has the names' records. False for a passive gateway: another stack has them, and leads them here when told to.",
      ),
    passiveGateway: passiveGateway.optional(),
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
  .superRefine(nameWithoutZone, {
    when: onceValid(z.looseObject({ zone: domainName, hostnames: domainHostnames })),
  })
  .superRefine(certifyNames, { when: onceValid(z.looseObject({ hostnames: domainHostnames })) })
  .superRefine(leaveOut(OF_NEW_ZONES, ITS_OWNERS_ALONE), {
    when: onceValid(z.looseObject({ existingZone: z.looseObject({}) })),
  })
  .superRefine(leaveOut(OF_RECORDS, RECORDS_OWNERS_ALONE), {
    when: onceValid(z.looseObject({ records: z.literal(false) })),
  })
  .refine(
    ({ hostnames, passiveGateway: passive }) =>
      namesBelow(hostnames).every(([, name]) => name !== passive?.hostname),
    {
      path: ["passiveGateway", "hostname"],
      params: {
        rule: "must differ from the names in hostnames",
        fix: "choose another label, e.g. api-passive; takesOver moves the gateway's names",
      },
      when: onceValid(
        z.looseObject({
          hostnames: domainHostnames,
          passiveGateway: z.looseObject({ hostname: z.string() }),
        }),
      ),
    },
  )
  .refine(({ zone, parent }) => liesBelow(zone, parent?.zone ?? ""), {
    path: ["parent", "zone"],
    params: BELOW_PARENT_RULE,
    when: onceValid(z.looseObject({ zone: z.string(), parent: z.looseObject({ zone: z.string() }) })),
  })
  .describe("A domain of your own for the gateway, its developer portal and its management, in Azure DNS.");
