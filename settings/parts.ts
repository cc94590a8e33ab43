import { z } from "zod";
import { OBJECT_ID } from "../components/access";
import { SERVICE_ADDRESS } from "../validation/address";
import { GUID } from "../validation/guid";
import { RESOURCE_GROUP } from "../validation/resource-id";
import "./meta";

/** Address of a service that an integration calls. */
export const serviceAddress = z
  .url()
  .max(SERVICE_ADDRESS.most)
  .regex(SERVICE_ADDRESS.pattern)
  .meta({ rule: SERVICE_ADDRESS.rule, fix: SERVICE_ADDRESS.fix });

/** Application id URI, or client id, that a service expects in tokens for it. */
export const audience = z
  .string()
  .min(1)
  .describe("Application id URI that the system expects in tokens, e.g. api://contoso-orders.");

/** A registration in Entra ID. */
export const applicationId = z.string().regex(GUID.pattern).meta({
  description: "Application (client) id of a registration in Entra ID.",
  rule: "must be an application (client) id",
  fix: "take it from the registration's overview, e.g. 11111111-1111-4111-8111-111111111111",
});

/** How many calls a client may make. */
export interface RateLimit {
  readonly calls: number;
  readonly perSeconds: number;
}

/** A limit for each client of an integration, where a stack says nothing else. */
export const rateLimit = (otherwise: RateLimit) =>
  z
    .strictObject({
      calls: z.int().min(1).max(100_000).describe("Calls that a client may make in a period."),
      // https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy
      perSeconds: z.int().min(1).max(300).describe("Length of the period in seconds, at most 300."),
    })
    .default(otherwise)
    .describe("Limit for each client, in each region of the gateway.");

/** A certificate, with its key, in a Key Vault that stands before the stack. */
export const vaultCertificate = z.strictObject({
  vaultId: z
    .string()
    .regex(
      /^\/subscriptions\/[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}\/resource[gG]roups\/[\w().-]{1,90}\/providers\/Microsoft\.KeyVault\/vaults\/[a-zA-Z](?:-?[a-zA-Z\d]){2,23}$/,
    )
    .meta({
      description: "Resource id of the Key Vault that holds the certificate. It stands before this stack.",
      rule: "must be the resource id of a Key Vault",
      fix: "take it from `az keyvault show --name <vault> --query id`",
    }),
  secretName: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,127}$/)
    .meta({
      description: "Name of the certificate in that vault, without version, so that renewals are followed.",
      rule: "must be 1 to 127 letters, digits and hyphens",
      fix: "write the certificate's name alone, without address or version",
    }),
});

/** Why an unsafe or costly choice is right: nobody makes it without saying so. */
export const reason = (description: string) =>
  z
    .string()
    .regex(/\S/)
    .meta({ description, rule: "must say why", fix: "write the reason, for those who find it" });

/** Azure's programmatic name of a region. */
export const region = z
  .string()
  .regex(/^[a-z][a-z0-9]{2,49}$/)
  .meta({
    description: "Azure region by its programmatic name, e.g. westeurope.",
    rule: "must be a region's programmatic name: lower-case letters and digits",
    fix: "write it as `az account list-locations --query [].name` lists it, e.g. westeurope",
  });

/** A resource group that stands already. */
export const resourceGroup = z
  .string()
  .regex(RESOURCE_GROUP.pattern)
  .meta({
    description: "Resource group.",
    rule: `must be a resource group: ${RESOURCE_GROUP.words}`,
    fix: "name the group that holds it",
  });

/** The engine reads YAML in which a day without quotation marks is a time. */
export const day = (description: string) =>
  z
    .string()
    .regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?: 00:00:00 \+0000 UTC)?$/)
    .meta({ description, rule: "must be a day", fix: "write it as YYYY-MM-DD" });

/** Whether clients are asked for a certificate. */
export const clientCertificates = (description: string) =>
  z.enum(["ignore", "negotiate"]).default("ignore").describe(description);

/** An object id of Entra ID, and the command that shows it. */
export const objectId = (description: string, lookUp: string) =>
  z
    .string()
    .regex(OBJECT_ID.pattern)
    .meta({
      description,
      rule: `must be ${OBJECT_ID.what}: ${OBJECT_ID.words}`,
      fix: `take it from \`${lookUp}\``,
    });

/** Shows the object id of a group. */
export const GROUP_LOOK_UP = "az ad group show --group <name> --query id";
