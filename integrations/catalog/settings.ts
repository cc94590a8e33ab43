import { z } from "zod";
import { audience, rateLimit, serviceAddress } from "../../settings/parts";

/** Settings of the catalog integration. */
export const catalogSettings = z
  .strictObject({
    service: z
      .strictObject({
        url: serviceAddress.meta({
          description:
            "Base address of the product catalogue, below which its versions are v1 and v2, e.g. https://catalog.contoso.com.",
        }),
        audience,
        canary: z
          .strictObject({
            url: serviceAddress.meta({
              description: "Base address of the new release, without trailing slash.",
            }),
            percent: z
              .int()
              .min(0)
              .max(100)
              .describe(
                "Share of the requests for version 2 that the new release answers. 10 tries it, 100 moves all, 0 rolls back.",
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
    rateLimit: rateLimit({ calls: 300, perSeconds: 60 }),
  })
  .describe("The catalogue API: products, categories and availability, in two versions.");

export type CatalogSettings = z.output<typeof catalogSettings>;
