import { connectorCall, pathPart, type ConnectorCall } from "./actions/connector";
import type { Text } from "./definition";
import { text, type Expression } from "./expression";

/**
 * A message as the connector hands it over.
 *
 * Source: https://learn.microsoft.com/connectors/servicebus/#servicebusmessage
 */
export interface ServiceBusMessage {
  /** The content in Base64. */
  readonly ContentData: string;
  readonly ContentType: string;
  /** What duplicates are told by. */
  readonly MessageId: string;
  readonly CorrelationId: string;
  /** Shows whose message it is until it is settled, or the lock expires. */
  readonly LockToken: string;
  /** What Service Bus says of it, `DeliveryCount` and `DeadLetterReason` among them, and what its sender added. */
  readonly Properties: Readonly<Record<string, string>>;
}

/** A message to send. */
export interface NewServiceBusMessage {
  /** The content in Base64. */
  readonly ContentData: Text;
  readonly ContentType?: Text;
  readonly MessageId?: Text;
  readonly CorrelationId?: Text;
}

/** A queue, as a workflow reaches it. */
export interface ServiceBusQueueReference {
  /** Name under which the workflow is given the connection, e.g. `bus`. */
  readonly connection: string;
  readonly queue: string;
  /** Whether it is the queue's dead-letter queue that is meant. @default false */
  readonly deadLetters?: boolean;
}

/**
 * What a workflow does with a queue: calls for `connectorTrigger` and `connectorAction`.
 *
 * Source: https://learn.microsoft.com/connectors/servicebus/; the paths and queries are those that Azure's designer writes.
 */
export interface ServiceBusQueueCalls {
  /** Takes the next message for the time of the queue's lock: for a trigger that asks again and again. */
  readonly take: ConnectorCall<ServiceBusMessage>;
  /** Removes a message from the queue: its work is done. */
  complete(message: Expression<ServiceBusMessage>): ConnectorCall;
  /** Gives a message back: it is delivered again, or goes to the dead-letter queue where that was its last delivery. */
  abandon(message: Expression<ServiceBusMessage>): ConnectorCall;
  /** Puts a message into the dead-letter queue; a dead letter stays where it is. */
  deadLetter(message: Expression<ServiceBusMessage>, reason: Text): ConnectorCall;
  /** Puts a message into the queue; nothing is ever sent to a dead-letter queue. */
  send(message: NewServiceBusMessage): ConnectorCall;
}

/** The operations of the Service Bus connector on a queue, by peek-lock. */
export function serviceBusQueue({
  connection,
  queue,
  deadLetters = false,
}: ServiceBusQueueReference): ServiceBusQueueCalls {
  const messages = text`/${pathPart(queue)}/messages`;
  const queueType = deadLetters ? "DeadLetter" : "Main";
  const settle = (message: Expression<ServiceBusMessage>) => ({
    lockToken: message.get("LockToken"),
    queueType,
    sessionId: "",
  });
  return {
    take: connectorCall({
      connection,
      method: "GET",
      path: `${messages}/head/peek`,
      queries: { queueType, sessionId: "None" },
    }),
    complete: (message) =>
      connectorCall({
        connection,
        method: "DELETE",
        path: `${messages}/complete`,
        queries: settle(message),
      }),
    abandon: (message) =>
      connectorCall({ connection, method: "POST", path: `${messages}/abandon`, queries: settle(message) }),
    deadLetter: (message, reason) =>
      connectorCall({
        connection,
        method: "POST",
        path: `${messages}/deadletter`,
        queries: { lockToken: message.get("LockToken"), sessionId: "", deadLetterReason: reason },
      }),
    send: (message) =>
      connectorCall({
        connection,
        method: "POST",
        path: messages,
        queries: { systemProperties: "None" },
        body: { ...message },
      }),
  };
}
