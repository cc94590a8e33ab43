import * as eventgrid from "@pulumi/azure-native/eventgrid";
import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../../validation/issue";
import { gated } from "../gateway/checks";
import { grant } from "../grants";
import { checkText, requireValid } from "../validation";

/** Where events go. */
export type EventDestination =
  | {
      readonly kind: "webhook";
      /** https address that answers the validation request of CloudEvents. */
      readonly url: pulumi.Input<string>;
      /**
       * What the receiver knows Event Grid by: tokens for a registration in its directory. Whoever deploys owns that
       * registration, or has a role of it (https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery).
       *
       * @default none: the receiver cannot tell who sends, but by a secret in `url`, which is then to be a Pulumi secret
       */
      readonly token?: { readonly tenantId: pulumi.Input<string>; readonly audience: pulumi.Input<string> };
    }
  | {
      readonly kind: "queue";
      /** ARM id of a Service Bus queue, e.g. of `ServiceBusNamespace.queueIds`; the topic gets the role to send to it. */
      readonly queueId: pulumi.Input<string>;
    };

/** Who is told of events, and of which. */
export interface EventSubscriptionArgs {
  readonly destination: EventDestination;
  /** Types of events, e.g. `com.contoso.order.processed`. @default every type */
  readonly eventTypes?: readonly string[];
  /** Times that an event is delivered before it is dropped, 1 to 30. @default 30 */
  readonly maxDeliveryAttempts?: number;
  /** Minutes after which an event that was not delivered is dropped, 1 to 1440. @default 1440 */
  readonly timeToLiveMinutes?: number;
}

export interface EventTopicArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  /** 3 to 50 letters, digits and hyphens, not beginning with `Microsoft`, `EventGrid` or `System`. */
  readonly topicName: string;
  /** Azure region, e.g. `westeurope`. */
  readonly location: string;
  /** Subscriptions by a name of 3 to 64 letters, digits and hyphens. @default none */
  readonly subscriptions?: Readonly<Record<string, EventSubscriptionArgs>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What {@link EventTopic} assumes where its arguments say nothing. */
const EVENT_TOPIC_DEFAULTS = { maxDeliveryAttempts: 30, timeToLiveMinutes: 1440 } as const;

/**
 * An Event Grid topic of one's own, for events in the form of CloudEvents 1.0. Only identities with a role may publish
 * (`grantPublishEvents`), as its keys are switched off; it delivers by its own identity.
 *
 * @example
 * ```ts
 * const events = new EventTopic("order-events", {
 *   resourceGroupName: group.name,
 *   topicName: "evgt-contoso-orders",
 *   location: "westeurope",
 *   subscriptions: { shop: { destination: { kind: "webhook", url: "https://shop.contoso.com/events" } } },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class EventTopic extends pulumi.ComponentResource {
  readonly topic: eventgrid.Topic;
  /** ARM id of the topic: what roles are for. */
  readonly id: pulumi.Output<string>;
  /** Where events are published, by a token for `https://eventgrid.azure.net`. */
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: EventTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:EventTopic", name, {}, opts);
    requireValid(this, "EventTopic", name, validateEventTopic(args));

    this.topic = new eventgrid.Topic(
      `${name}-topic`,
      {
        resourceGroupName: args.resourceGroupName,
        topicName: args.topicName,
        location: args.location,
        identity: { type: "SystemAssigned" },
        inputSchema: "CloudEventSchemaV1_0",
        disableLocalAuth: true,
        minimumTlsVersionAllowed: "1.2",
        publicNetworkAccess: "Enabled",
        tags: args.tags,
      },
      { parent: this },
    );
    this.id = this.topic.id;
    this.endpoint = this.topic.endpoint;
    for (const [key, subscription] of Object.entries(args.subscriptions ?? {})) {
      this.subscribe(name, key, args.resourceGroupName, subscription);
    }
    this.registerOutputs({ id: this.id, endpoint: this.endpoint });
  }

  private subscribe(
    name: string,
    key: string,
    resourceGroupName: pulumi.Input<string>,
    { destination, eventTypes, ...limits }: EventSubscriptionArgs,
  ): void {
    const { maxDeliveryAttempts, timeToLiveMinutes } = { ...EVENT_TOPIC_DEFAULTS, ...limits };
    new eventgrid.TopicEventSubscription(
      `${name}-subscription-${key}`,
      {
        resourceGroupName,
        topicName: this.topic.name,
        eventSubscriptionName: key,
        eventDeliverySchema: "CloudEventSchemaV1_0",
        filter: eventTypes && { includedEventTypes: [...eventTypes] },
        retryPolicy: { maxDeliveryAttempts, eventTimeToLiveInMinutes: timeToLiveMinutes },
        ...deliveryOf(`EventTopic "${name}" is not valid`, `subscriptions.${key}`, destination),
      },
      {
        parent: this,
        // What happens before the role is there could not be delivered.
        dependsOn: destination.kind === "queue" ? [this.mayDeliver(name, key, destination.queueId)] : [],
      },
    );
  }

  private mayDeliver(name: string, key: string, queueId: pulumi.Input<string>): pulumi.Resource {
    const principalId = this.topic.identity.apply((identity) => identity?.principalId ?? "");
    return grant.sendMessages(`${name}-delivers-${key}`, { on: queueId, to: principalId }, { parent: this });
  }
}

/**
 * Webhooks know no managed identity of the topic's: Event Grid itself gets the token for them.
 *
 * @throws pulumi.RunError (through the output) when a late address turns out not to be one by https
 */
function deliveryOf(
  headline: string,
  path: string,
  destination: EventDestination,
): Pick<eventgrid.TopicEventSubscriptionArgs, "destination" | "deliveryWithResourceIdentity"> {
  if (destination.kind === "queue") {
    return {
      deliveryWithResourceIdentity: {
        identity: { type: "SystemAssigned" },
        destination: { endpointType: "ServiceBusQueue", resourceId: destination.queueId },
      },
    };
  }
  const { url, token } = destination;
  return {
    destination: {
      endpointType: "WebHook",
      endpointUrl: gated(headline, url, (known) => checkUrl(path, known)),
      minimumTlsVersionAllowed: "1.2",
      azureActiveDirectoryTenantId: token?.tenantId,
      azureActiveDirectoryApplicationIdOrUri: token?.audience,
    },
  };
}

/** Every problem of the arguments of an {@link EventTopic}. */
function validateEventTopic({ topicName, subscriptions = {} }: EventTopicArgs): Issue[] {
  // https://learn.microsoft.com/azure/event-grid/troubleshoot-errors
  const issues = checkText("topicName", topicName, {
    what: "a topic's name",
    pattern: /^(?!Microsoft|EventGrid|System)[A-Za-z0-9-]{3,50}$/i,
    words: "3 to 50 letters, digits and hyphens, not beginning with Microsoft, EventGrid or System",
  });
  for (const [key, { destination, maxDeliveryAttempts, timeToLiveMinutes }] of Object.entries(
    subscriptions,
  )) {
    const path = `subscriptions.${key}`;
    issues.push(
      ...checkText(path, key, {
        what: "an event subscription's name",
        pattern: /^[A-Za-z0-9-]{3,64}$/,
        words: "3 to 64 letters, digits and hyphens",
      }),
      // https://learn.microsoft.com/azure/event-grid/manage-event-delivery#set-retry-policy
      ...checkWhole(
        `${path}.maxDeliveryAttempts`,
        maxDeliveryAttempts,
        "an event is delivered 1 to 30 times",
        30,
      ),
      ...checkWhole(
        `${path}.timeToLiveMinutes`,
        timeToLiveMinutes,
        "an event lives for 1 to 1440 minutes",
        1440,
      ),
    );
    if (destination.kind === "webhook" && typeof destination.url === "string") {
      issues.push(...checkUrl(path, destination.url));
    }
  }
  return issues;
}

/** Nothing is shown of an address, which may hold a secret. */
function checkUrl(path: string, url: string): Issue[] {
  if (url.startsWith("https://")) return [];
  return [
    {
      path: `${path}.destination.url`,
      rule: "events are delivered over https",
      fix: "give an address that begins with https://",
    },
  ];
}

function checkWhole(path: string, value: number | undefined, rule: string, most: number): Issue[] {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)) return [];
  return [{ path, rule, received: received(value), fix: `give a whole number from 1 to ${most}` }];
}
