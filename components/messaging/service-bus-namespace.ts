import * as servicebus from "@pulumi/azure-native/servicebus";
import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../../validation/issue";
import { checkText, requireValid } from "../validation";

/** A queue: what a message goes through between who sends it and who works on it. */
export interface ServiceBusQueueArgs {
  /**
   * Times that a message is delivered before it goes to the dead-letter queue, at least 1.
   * @default 10
   */
  readonly maxDeliveryCount?: number;
  /** Seconds for which a receiver has a message for itself, 5 to 300. @default 60 */
  readonly lockSeconds?: number;
  /** Days after which a message that nobody took goes to the dead-letter queue, at least 1. @default 14 */
  readonly timeToLiveDays?: number;
  /**
   * Minutes in which a message with the same id is dropped, so that a sender may repeat itself: 1 to 10,080 (7 days).
   * @default 10
   */
  readonly duplicateDetectionMinutes?: number;
}

export interface ServiceBusNamespaceArgs {
  readonly resourceGroupName: pulumi.Input<string>;
  /** Globally unique: 6 to 50 letters, digits and hyphens, not ending with `-sb` or `-mgmt`. */
  readonly namespaceName: string;
  /** Azure region, e.g. `westeurope`. */
  readonly location: string;
  /** Basic is left out: it drops no duplicates. Premium has 1, 2, 4, 8 or 16 messaging units of its own. @default "Standard" */
  readonly tier?: "Standard" | { readonly premiumUnits: 1 | 2 | 4 | 8 | 16 };
  /** Queues by name: 1 to 260 letters, digits, dots, hyphens, underscores and slashes. */
  readonly queues: Readonly<Record<string, ServiceBusQueueArgs>>;
  /** Whether `pulumi destroy` refuses to delete the namespace, with the messages in it. @default true */
  readonly protect?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What {@link ServiceBusNamespace} assumes where its arguments say nothing. */
const SERVICE_BUS_DEFAULTS = {
  maxDeliveryCount: 10,
  lockSeconds: 60,
  timeToLiveDays: 14,
  duplicateDetectionMinutes: 10,
  tier: "Standard",
  protect: true,
} as const;

/**
 * A Service Bus namespace with its queues. Only identities with a role get in, as its keys are switched off. What cannot
 * be delivered, or is not taken in time, ends in the dead-letter queue that each queue has.
 *
 * Its network is open: Logic Apps Consumption and the v1 tiers of API Management have no private way to it.
 *
 * @example
 * ```ts
 * const bus = new ServiceBusNamespace("bus", {
 *   resourceGroupName: group.name,
 *   namespaceName: "sb-contoso-orders",
 *   location: "westeurope",
 *   queues: { orders: { maxDeliveryCount: 5 } },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class ServiceBusNamespace extends pulumi.ComponentResource {
  readonly namespace: servicebus.Namespace;
  readonly namespaceName: pulumi.Output<string>;
  /** Address for HTTPS, e.g. `https://sb-contoso-orders.servicebus.windows.net`. */
  readonly url: pulumi.Output<string>;
  /** ARM ids of the queues by name: as narrow a scope as a role can have. */
  readonly queueIds: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: ServiceBusNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:ServiceBusNamespace", name, {}, opts);
    requireValid(this, "ServiceBusNamespace", name, validateServiceBusNamespace(args));

    const { resourceGroupName } = args;
    this.namespace = new servicebus.Namespace(
      `${name}-namespace`,
      {
        resourceGroupName,
        namespaceName: args.namespaceName,
        location: args.location,
        sku: skuOf(args.tier ?? SERVICE_BUS_DEFAULTS.tier),
        disableLocalAuth: true,
        minimumTlsVersion: "1.2",
        publicNetworkAccess: "Enabled",
        tags: args.tags,
      },
      { parent: this, protect: args.protect ?? SERVICE_BUS_DEFAULTS.protect },
    );
    this.namespaceName = this.namespace.name;
    this.url = pulumi.interpolate`https://${this.namespaceName}.servicebus.windows.net`;
    this.queueIds = Object.fromEntries(
      Object.entries(args.queues).map(([queueName, queue]) => {
        const { maxDeliveryCount, lockSeconds, timeToLiveDays, duplicateDetectionMinutes } = {
          ...SERVICE_BUS_DEFAULTS,
          ...queue,
        };
        const { id } = new servicebus.Queue(
          `${name}-queue-${queueName}`,
          {
            resourceGroupName,
            namespaceName: this.namespaceName,
            queueName,
            maxDeliveryCount,
            lockDuration: `PT${lockSeconds}S`,
            defaultMessageTimeToLive: `P${timeToLiveDays}D`,
            deadLetteringOnMessageExpiration: true,
            requiresDuplicateDetection: true,
            duplicateDetectionHistoryTimeWindow: `PT${duplicateDetectionMinutes}M`,
          },
          { parent: this },
        );
        return [queueName, id];
      }),
    );
    this.registerOutputs({ namespaceName: this.namespaceName, url: this.url });
  }
}

function skuOf(tier: NonNullable<ServiceBusNamespaceArgs["tier"]>): servicebus.NamespaceArgs["sku"] {
  return tier === "Standard"
    ? { name: "Standard", tier: "Standard" }
    : { name: "Premium", tier: "Premium", capacity: tier.premiumUnits };
}

/** Whole numbers that a queue takes, with what they count. */
const LIMITS: readonly {
  readonly property: keyof ServiceBusQueueArgs;
  readonly rule: string;
  readonly least: number;
  readonly most?: number;
}[] = [
  { property: "maxDeliveryCount", rule: "a message is delivered at least once", least: 1 },
  // The most: https://learn.microsoft.com/azure/service-bus-messaging/message-transfers-locks-settlement. No public source
  // gives the least: 5 are known to work (https://github.com/Azure/azure-sdk-for-node/issues/2000).
  { property: "lockSeconds", rule: "a message is locked for 5 to 300 seconds", least: 5, most: 300 },
  { property: "timeToLiveDays", rule: "a message lives for at least 1 day", least: 1 },
  // https://learn.microsoft.com/azure/service-bus-messaging/duplicate-detection#duplicate-detection-window-size
  {
    property: "duplicateDetectionMinutes",
    rule: "duplicates are detected for 1 to 10,080 minutes (7 days)",
    least: 1,
    most: 10_080,
  },
];

/** Every problem of the arguments of a {@link ServiceBusNamespace}. */
function validateServiceBusNamespace({ namespaceName, queues }: ServiceBusNamespaceArgs): Issue[] {
  // https://learn.microsoft.com/rest/api/servicebus/create-namespace: a retired API, whose names Azure still wants
  // (https://github.com/hmcts/cnp-flux-config/pull/21119).
  const issues = checkText("namespaceName", namespaceName, {
    what: "a namespace's name",
    pattern: /^[A-Za-z][A-Za-z0-9-]{4,48}[A-Za-z0-9]$(?<!-sb|-mgmt)/i,
    words:
      "6 to 50 letters, digits and hyphens, beginning with a letter and not ending with a hyphen, -sb or -mgmt",
  });
  for (const [queueName, queue] of Object.entries(queues)) {
    const path = `queues.${queueName}`;
    issues.push(
      ...checkText(path, queueName, {
        what: "a queue's name",
        pattern: /^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,258}[A-Za-z0-9])?$/,
        words:
          "1 to 260 letters, digits, dots, hyphens, underscores and slashes, with a letter or digit at either end",
      }),
    );
    for (const { property, rule, least, most = Infinity } of LIMITS) {
      const value = queue[property];
      if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most)) {
        issues.push({
          path: `${path}.${property}`,
          rule,
          received: received(value),
          fix:
            most === Infinity
              ? `give a whole number from ${least}`
              : `give a whole number from ${least} to ${most}`,
        });
      }
    }
  }
  return issues;
}
