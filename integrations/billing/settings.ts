import { z } from "zod";

/** Settings of the billing integration. */
export const billingSettings = z
  .strictObject({
    service: z
      .strictObject({
        url: z
          .url({ protocol: /^https$/ })
          .describe("Address of the SOAP service, https, e.g. https://billing.contoso.com/soap."),
        certificate: z
          .strictObject({
            vaultId: z
              .string()
              .regex(
                /^\/subscriptions\/[\da-fA-F]{8}(?:-[\da-fA-F]{4}){3}-[\da-fA-F]{12}\/resource[gG]roups\/[\w().-]{1,90}\/providers\/Microsoft\.KeyVault\/vaults\/[a-zA-Z](?:-?[a-zA-Z\d]){2,23}$/,
              )
              .describe("Resource id of the Key Vault that holds it. It stands before this stack."),
            secretName: z
              .string()
              .regex(/^[A-Za-z0-9-]{1,127}$/)
              .describe("Its name in that vault, without version, so that renewals are followed."),
          })
          .describe("The client certificate by which the service knows the gateway."),
      })
      .describe("The SOAP service behind the API."),
    clients: z
      .strictObject({
        issuer: z
          .string()
          .min(1)
          .describe("Distinguished name of the authority that issues their certificates."),
      })
      .optional()
      .describe(
        "Clients that show a certificate of their own, beside their token. The gateway's host name must ask for one " +
          "(domain.clientCertificates). Left out, the token is enough.",
      ),
    rateLimit: z
      .strictObject({
        calls: z.int().min(1).max(100_000).describe("Calls that a client may make in a period."),
        perSeconds: z.int().min(1).max(300).describe("Length of the period in seconds, at most 300."),
      })
      .default({ calls: 30, perSeconds: 60 })
      .describe("Limit for each client, in each region of the gateway."),
  })
  .describe("The billing API: invoices of a SOAP service, as REST.");

export type BillingSettings = z.output<typeof billingSettings>;
