import { z } from "zod";
import { rateLimit, vaultCertificate } from "../../settings/parts";

/** Settings of the billing integration. */
export const billingSettings = z
  .strictObject({
    service: z
      .strictObject({
        // Its path is that of the WSDL's address: the policies that Azure makes out of the WSDL add it.
        url: z
          .url({ protocol: /^https$/ })
          .regex(/^https:\/\/[^/?#@\s]+$/)
          .meta({
            description: "Address of the SOAP service without path, e.g. https://billing.contoso.com.",
            rule: "must be an https address without path",
            fix: "write the host alone; the path is in billing.wsdl",
          }),
        certificate: vaultCertificate.describe(
          "The client certificate by which the service knows the gateway.",
        ),
      })
      .describe("The SOAP service behind the API."),
    clients: z
      .strictObject({
        issuer: z
          .string()
          .min(1)
          .describe(
            "Distinguished name of the authority that issues their certificates, e.g. CN=Contoso Clients CA.",
          ),
      })
      .optional()
      .describe(
        "Clients that show a certificate of their own, beside their token. The gateway's host name must ask for one " +
          "(domain.clientCertificates). Left out, the token is enough.",
      ),
    rateLimit: rateLimit({ calls: 30, perSeconds: 60 }),
  })
  .describe("The billing API: invoices of a SOAP service, as REST.");
