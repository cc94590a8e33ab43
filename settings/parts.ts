import { z } from "zod";
import { SERVICE_ADDRESS } from "../validation/address";
import { GUID } from "../validation/guid";
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
