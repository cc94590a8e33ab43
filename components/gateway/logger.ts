import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../../validation/issue";
import { checkLength, checkText, requireValid } from "../validation";
import { gated } from "./checks";
import { checkId, childOf, placeOn } from "./child";
import type { GatewayReference } from "./reference";

/** Where a gateway writes to, by its managed identity: no key is kept anywhere. */
export type LoggerTarget =
  | {
      /** Needs the role Monitoring Metrics Publisher on the component. */
      readonly kind: "applicationInsights";
      /** ARM id of the component. */
      readonly id: pulumi.Input<string>;
      /** Holds the component's key, and is kept as a secret. */
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
  /** What it is for, for people; 1 to 256 characters. */
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
      { ...placeOn(gateway), loggerId: name, description, ...destination(name, target, gateway) },
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
  name: string,
  target: LoggerTarget,
  { caller }: GatewayReference,
): Pick<apimanagement.LoggerArgs, "loggerType" | "resourceId" | "credentials"> {
  const identityClientId = caller.clientId;
  switch (target.kind) {
    case "applicationInsights":
      return {
        loggerType: "applicationInsights",
        resourceId: target.id,
        credentials: { connectionString: pulumi.secret(target.connectionString), identityClientId },
      };
    case "eventHub":
      return {
        loggerType: "azureEventHub",
        credentials: {
          name: target.name,
          endpointAddress: gated(`GatewayLogger "${name}" is not valid`, target.namespaceHost, checkHost),
          identityClientId,
        },
      };
  }
}

/** Event Hubs itself shows an address with protocol and port. */
function checkHost(host: string): Issue[] {
  if (/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(host)) return [];
  return [
    {
      path: "target.namespaceHost",
      rule: "an Event Hubs namespace is named by its host, without protocol, port and path",
      received: received(host),
      fix: "write e.g. evh-contoso.servicebus.windows.net",
    },
  ];
}

/** Every problem of the arguments of a {@link GatewayLogger}. */
function validateGatewayLogger(name: string, { gateway, target, description }: GatewayLoggerArgs): Issue[] {
  const issues = [
    ...checkId(gateway, "logger", name),
    // https://learn.microsoft.com/rest/api/apimanagement/logger/create-or-update
    ...checkLength("description", description, "a logger's description", 256),
  ];
  if (target.kind !== "eventHub") return issues;
  const { namespaceHost } = target;
  return [
    ...issues,
    // https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsofteventhub
    ...checkText("target.name", target.name, {
      what: "the name of an event hub",
      pattern: /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,254}[A-Za-z0-9])?$/,
      words: "1 to 256 letters, digits, dots, hyphens and underscores, with a letter or digit at both ends",
    }),
    ...(typeof namespaceHost === "string" ? checkHost(namespaceHost) : []),
  ];
}
