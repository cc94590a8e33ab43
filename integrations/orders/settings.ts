import { z } from "zod";

const backend = z.strictObject({
  url: z
    .url({ protocol: /^https$/ })
    .describe(
      "Base address of the system, https, without trailing slash, e.g. https://orders.contoso.com/v1.",
    ),
  audience: z
    .string()
    .min(1)
    .describe("Application id URI that the system expects in tokens, e.g. api://contoso-orders."),
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
    rateLimit: z
      .strictObject({
        calls: z.int().min(1).max(100_000).describe("Calls that a client may make in a period."),
        perSeconds: z.int().min(1).max(300).describe("Length of the period in seconds, at most 300."),
      })
      .default({ calls: 60, perSeconds: 60 })
      .describe("Limit for each client, in each region of the gateway."),
    clientRedirectUris: z
      .array(z.url({ protocol: /^https?$/ }))
      .default(["http://localhost:3000/"])
      .describe("Where the sample single-page client may receive its users back from the sign-in."),
  })
  .describe("The orders API: place an order, and follow it.");

export type OrdersSettings = z.output<typeof ordersSettings>;
