import { z } from "zod";
import {
  BROWSER_REDIRECT_URI,
  LONGEST_REDIRECT_URI,
  MOST_REDIRECT_URIS,
} from "../../components/entra/redirect-uri";
import { applicationId, audience, rateLimit, serviceAddress } from "../../settings/parts";

const backend = z.strictObject({
  url: serviceAddress.meta({
    description:
      "Base address of the system, https, without trailing slash, e.g. https://orders.contoso.com/v1.",
  }),
  audience,
});

const subscriber = z
  .strictObject({
    url: serviceAddress.meta({
      description:
        "Address of the webhook, https, e.g. https://shop.contoso.com/order-events. It stands before, as Event Grid asks it for consent.",
    }),
    audience: audience
      .optional()
      .describe(
        "Application id, or its URI, that the webhook expects in Event Grid's tokens. Left out, it cannot tell who sends.",
      ),
  })
  .optional()
  .describe("Who is told what became of an order. Left out, nobody is: clients ask for the order.");

const placing = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.literal("synchronous") })
      .describe("The client waits until both systems have answered."),
    z
      .strictObject({
        kind: z.literal("queued"),
        maxDeliveryCount: z
          .int()
          .min(1)
          .default(10)
          .describe("Times that an order is tried before it goes to the dead-letter queue."),
        subscriber,
        retryDeadLetters: z
          .boolean()
          .default(false)
          .describe(
            "Whether orders go back from the dead-letter queue to the queue. Switch it on when the cause is gone, and off again.",
          ),
      })
      .describe("The client is answered at once, and the order waits in a queue: docs/queued-orders.md."),
  ])
  .default({ kind: "synchronous" })
  .describe("How orders are placed.");

/** Settings of the orders integration. */
export const ordersSettings = z
  .strictObject({
    backends: z
      .strictObject({
        orderManagement: backend.describe("The system of record for orders."),
        shipping: backend.describe("The carrier's system, which books and tracks shipments."),
      })
      .describe("Systems that the workflows call with their managed identity."),
    placing,
    rateLimit: rateLimit({ calls: 60, perSeconds: 60 }),
    clientRedirectUris: z
      .array(
        z.string().max(LONGEST_REDIRECT_URI).regex(BROWSER_REDIRECT_URI.pattern).meta({
          description: "A redirect URI, at most 256 characters, with a path, if only /.",
          rule: BROWSER_REDIRECT_URI.rule,
          fix: BROWSER_REDIRECT_URI.fix,
        }),
      )
      .max(MOST_REDIRECT_URIS)
      .default(["http://localhost:3000/"])
      .describe("Where the sample single-page client may receive its users back from the sign-in."),
    clients: z
      .array(applicationId)
      .default([])
      .describe(
        "Application (client) ids of the clients that may call, beside the sample single-page one: services with an app " +
          "role, too. A token that another client shows is refused, whatever it may do.",
      ),
  })
  .describe("The orders API: place an order, and follow it.");

export type OrdersSettings = z.output<typeof ordersSettings>;

/** What the queued form is told. */
export type QueuedPlacing = Extract<OrdersSettings["placing"], { readonly kind: "queued" }>;
