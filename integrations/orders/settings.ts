import { z } from "zod";
import { audience, rateLimit, serviceAddress } from "../../settings/parts";

const backend = z.strictObject({
  url: serviceAddress.meta({
    description:
      "Base address of the system, https, without trailing slash, e.g. https://orders.contoso.com/v1.",
  }),
  audience,
});

/** Settings of the orders integration. */
export const ordersSettings = z
  .strictObject({
    backends: z
      .strictObject({
        orderManagement: backend.describe("The system of record for orders."),
        shipping: backend.describe("The carrier's system, which books and tracks shipments."),
      })
      .describe("Systems that the workflows call with their managed identity."),
    rateLimit: rateLimit({ calls: 60, perSeconds: 60 }),
    clientRedirectUris: z
      .array(z.url({ protocol: /^https?$/ }))
      .default(["http://localhost:3000/"])
      .describe("Where the sample single-page client may receive its users back from the sign-in."),
  })
  .describe("The orders API: place an order, and follow it.");

export type OrdersSettings = z.output<typeof ordersSettings>;
