import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../../validation/issue";
import { checkText, requireValid } from "../validation";
import { checkId, childOf, placeOn } from "./child";
import type { GatewayReference } from "./reference";

/** Where a gateway writes to, by its managed identity: no key is kept anywhere. */
export type LoggerTarget =
  | {
      /** Needs the role Monitoring Metrics Publisher on the component. */
      readonly kind: "applicationInsights";
      /** ARM id of the component. */
      readonly id: pulumi.Input<string>;
      readonly connectionString: pulumi.Input<string>;
    }
  | {
      /** For the policy `logToEventhub`. Needs the role Azure Event Hubs Data Sender on the hub. */
      readonly kind: "eventHub";
      /** Name of the hub. */
      readonly name: string;
      /** Host name of its namespace, e.g. `evh-contoso.servicebus.windows.net`. */
      readonly namespaceHost: pulumi.Input<string>;
    };

export interface GatewayLoggerArgs {
  readonly gateway: GatewayReference;
  readonly target: LoggerTarget;
  /** What it is for, for people; at most 256 characters. */
  readonly description?: string;
}

/**
 * Where a gateway writes traces or events to. The component's name is its id.
 *
 * @example
 * ```ts
 * const logger = new GatewayLogger("application-insights", {
 *   gateway,
 *   target: { kind: "applicationInsights", id: insights.id, connectionString: insights.connectionString },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayLogger extends pulumi.ComponentResource {
  readonly loggerId: string;
  readonly target: LoggerTarget;
  readonly resource: apimanagement.Logger;

  constructor(name: string, args: GatewayLoggerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayLogger", name, {}, opts);
    requireValid(this, "GatewayLogger", name, validateGatewayLogger(name, args));

    const { gateway, target, description } = args;
    this.loggerId = name;
    this.target = target;
    this.resource = new apimanagement.Logger(
      `${name}-logger`,
      { ...placeOn(gateway), loggerId: name, description, ...destination(target, gateway) },
      childOf(this, gateway),
    );
    gateway.inventory.add("logger", name, this.resource);
    this.registerOutputs({ loggerId: this.loggerId });
  }
}

/**
 * https://learn.microsoft.com/azure/api-management/api-management-howto-app-insights,
 * https://learn.microsoft.com/azure/api-management/api-management-howto-log-event-hubs
 */
function destination(
  target: LoggerTarget,
  { caller }: GatewayReference,
): Pick<apimanagement.LoggerArgs, "loggerType" | "resourceId" | "credentials"> {
  const identityClientId = caller.clientId;
  switch (target.kind) {
    case "applicationInsights":
      return {
        loggerType: "applicationInsights",
        resourceId: target.id,
        credentials: { connectionString: target.connectionString, identityClientId },
      };
    case "eventHub":
      return {
        loggerType: "azureEventHub",
        credentials: { name: target.name, endpointAddress: target.namespaceHost, identityClientId },
      };
  }
}

/** Every problem of the arguments of a {@link GatewayLogger}. */
export function validateGatewayLogger(name: string, { gateway, target }: GatewayLoggerArgs): Issue[] {
  const issues = checkId(gateway, "logger", name);
  if (target.kind !== "eventHub") return issues;
  const { namespaceHost } = target;
  return [
    ...issues,
    // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsofteventhub
    ...checkText("target.name", target.name, {
      what: "an event hub",
      pattern: /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,254}[A-Za-z0-9])?$/,
      words:
        "a name of 1 to 256 letters, digits, dots, hyphens and underscores, with a letter or digit at both ends",
    }),
    ...(typeof namespaceHost === "string"
      ? checkText("target.namespaceHost", namespaceHost, {
          what: "an Event Hubs namespace",
          pattern: /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/,
          words: "a host name such as evh-contoso.servicebus.windows.net, without protocol and path",
        })
      : []),
  ];
}
