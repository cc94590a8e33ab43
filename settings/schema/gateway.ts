import { z } from "zod";
import { NAMED_VALUE, SERVICE_NAME } from "../../components/gateway/limits";
import { CLIENT_CERTIFICATES_RULE, OFFERED_TIERS, TIERS } from "../../components/gateway/tier";
import { CERTIFICATE_RULE, isCertificate } from "../../validation/certificate";
import { clientCertificates, resourceGroup } from "../parts";
import { refusedTiers, tier } from "./tier";
import { always, onceValid } from "./when";

const policyValue = z.string().max(NAMED_VALUE.most).regex(NAMED_VALUE.pattern);

const namedValue = z
  .union([
    z.strictObject({
      value: policyValue.meta({
        description: "The value in clear, at most 4,096 characters.",
        rule: `must be ${NAMED_VALUE.words}`,
        fix: "write a text",
        unshown: true,
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

export const gateway = z
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

/** Name of a service that stands already. */
export const serviceName = z
  .string()
  .regex(SERVICE_NAME.pattern)
  .meta({
    description: "Name of the API Management service.",
    rule: `must be ${SERVICE_NAME.words}`,
    fix: "write the name of the service alone, without domain",
  });

export const existingGateway = z
  .strictObject({
    name: serviceName,
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

/** One stack name, qualified: https://www.pulumi.com/docs/iac/concepts/stacks/#stackreferences */
export const gatewayStack = z
  .string()
  .regex(/^[\w.-]+\/[\w.-]+\/[\w.-]+$/)
  .meta({
    description: "Stack whose gateway this stack uses, as organization/project/stack.",
    rule: "must be organization/project/stack",
    fix: "write all three parts; without Pulumi Cloud the first is the word organization",
  });
