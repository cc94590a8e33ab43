import { z } from "zod";

const address = z.url({ protocol: /^https$/ }).regex(/[^/]$/);

/** Settings of the catalog integration. */
export const catalogSettings = z
  .strictObject({
    service: z
      .strictObject({
        url: address.describe(
          "Base address of the product catalogue, https, without trailing slash, e.g. https://catalog.contoso.com.",
        ),
        audience: z
          .string()
          .min(1)
          .describe(
            "Application id URI that the catalogue expects in the gateway's tokens, e.g. api://contoso-catalog.",
          ),
        canary: z
          .strictObject({
            url: address.describe("Base address of the new release, without trailing slash."),
            percent: z
              .int()
              .min(0)
              .max(100)
              .describe(
                "Share of the requests that the new release answers. 10 tries it, 100 moves all, 0 rolls back.",
              ),
          })
          .optional()
          .describe("A new release of the catalogue beside the old one. Left out, there is one."),
      })
      .describe("The web service that the gateway publishes."),
    revision: z
      .union([z.literal(1), z.literal(2)])
      .default(2)
      .describe(
        "Revision of version 2 that answers: 1 keeps answers for one minute, 2 for five. Writing 1 rolls back.",
      ),
    rateLimit: z
      .strictObject({
        calls: z.int().min(1).max(100_000).describe("Calls that a client may make in a period."),
        perSeconds: z.int().min(1).max(300).describe("Length of the period in seconds, at most 300."),
      })
      .default({ calls: 300, perSeconds: 60 })
      .describe("Limit for each client, in each region of the gateway."),
  })
  .describe("The catalogue API: products, categories and availability, in two versions.");

export type CatalogSettings = z.output<typeof catalogSettings>;
