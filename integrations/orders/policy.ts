import * as pulumi from "@pulumi/pulumi";
import {
  answerProblem,
  base,
  choose,
  cors,
  expression,
  policyDocument,
  requirePermission,
  requireToken,
  returnResponse,
  sendRequest,
  setVariable,
  validateContent,
  type PolicyDocument,
  type TokenAudience,
} from "../../policies/gateway";
import type { RateLimit } from "../../settings/parts";
import { limitCaller } from "../policies";

export interface OrdersPolicyArgs {
  readonly tokens: TokenAudience;
  readonly rateLimit: RateLimit;
  /** Origins of browser clients, the developer portal among them, e.g. `https://shop.contoso.com`. */
  readonly origins: readonly string[];
}

/** What clients of each operation need. */
export const READING = { scopes: ["Orders.Read"], roles: ["Orders.Read.All"] };
export const PLACING = { scopes: ["Orders.Write"], roles: ["Orders.Write.All"] };

/** Every operation: scripts of known origins only, a valid token of a known client, a limit for each client. */
export function ordersPolicy({ tokens, rateLimit, origins }: OrdersPolicyArgs): PolicyDocument {
  return policyDocument({
    scope: "api",
    inbound: [
      // The first CORS policy is the one that is executed: before that of all APIs, which admits the portal alone
      // (https://learn.microsoft.com/azure/api-management/enable-cors-developer-portal).
      cors({
        allowedOrigins: origins,
        terminateUnmatchedRequest: true,
        allowedMethods: { methods: ["GET", "POST"] },
        allowedHeaders: [
          "Authorization",
          // The portal's test console sends it always.
          "Cache-Control",
          "Content-Type",
          "Idempotency-Key",
          "Ocp-Apim-Subscription-Key",
        ],
        // Of an order that was queued.
        exposeHeaders: ["Location"],
      }),
      base(),
      requireToken(tokens),
      limitCaller(rateLimit, { remainingCallsHeaderName: "X-RateLimit-Remaining" }),
    ],
  });
}

/** Where a queued order goes, and who brings it there. */
export interface QueueingArgs {
  readonly tokens: TokenAudience;
  /** Address to which Service Bus takes messages for the queue. */
  readonly messagesUrl: pulumi.Input<string>;
  /** Client id of the gateway's identity. */
  readonly clientId: pulumi.Input<string>;
  /** Address of the API for clients. */
  readonly apiUrl: pulumi.Input<string>;
}

const KEY = `(string)context.Variables["order"]`;
const UUID = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";

/**
 * Placing an order, queued: the body, once it is one by the contract, becomes a message, and the client is answered. A
 * request of its own takes it there, as Service Bus would keep every header of the client's as a property of the message
 * (https://learn.microsoft.com/rest/api/servicebus/send-message-to-queue).
 *
 * The client's idempotency key is what Service Bus tells duplicates by, and what the order is known by afterwards: a dead
 * letter that goes back to the queue needs another message id, or it would be dropped as a duplicate.
 */
export function queueOrder({ tokens, messagesUrl, clientId, apiUrl }: QueueingArgs): PolicyDocument {
  const resource = "https://servicebus.azure.net";
  return policyDocument({
    scope: "operation",
    inbound: [
      requirePermission(tokens, PLACING),
      setVariable({
        name: "order",
        value: expression(`context.Request.Headers.GetValueOrDefault("Idempotency-Key", "")`),
      }),
      choose([
        {
          when: expression(`!Regex.IsMatch(${KEY}, "${UUID}")`),
          then: [answerProblem(400, "Bad Request", "The header Idempotency-Key must be a uuid")],
        },
      ]),
      validateContent({
        unspecifiedContentTypeAction: "prevent",
        // The most that can be validated: https://learn.microsoft.com/azure/api-management/validate-content-policy
        maxSize: 102_400,
        sizeExceededAction: "prevent",
        contents: [{ type: "application/json", validateAs: "json", action: "prevent" }],
      }),
      sendRequest({
        mode: "new",
        responseVariableName: "queued",
        timeout: 20,
        ignoreError: true,
        url: messagesUrl,
        method: "POST",
        headers: [
          { name: "Content-Type", existsAction: "override", values: ["application/json"] },
          {
            name: "BrokerProperties",
            existsAction: "override",
            values: [
              expression(`"{\\"MessageId\\":\\"" + ${KEY} + "\\",\\"CorrelationId\\":\\"" + ${KEY} + "\\"}"`),
            ],
          },
        ],
        body: { value: expression("context.Request.Body.As<string>(preserveContent: true)") },
        managedIdentity: { resource, clientId },
      }),
      choose([
        {
          when: expression(`context.Variables.GetValueOrDefault<IResponse>("queued")?.StatusCode != 201`),
          then: [answerProblem(502, "Bad Gateway", "The order could not be queued")],
        },
      ]),
      returnResponse({
        status: { code: 202, reason: "Accepted" },
        headers: [
          {
            name: "Location",
            existsAction: "override",
            values: [pulumi.interpolate`@("${apiUrl}/" + ${KEY})`],
          },
          { name: "Content-Type", existsAction: "override", values: ["application/json"] },
        ],
        body: expression(`"{\\"id\\":\\"" + ${KEY} + "\\",\\"status\\":\\"queued\\"}"`),
      }),
    ],
  });
}
