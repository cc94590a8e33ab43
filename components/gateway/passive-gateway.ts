import * as apimanagement from "@pulumi/azure-native/apimanagement";
import { Provider } from "@pulumi/azure-native/provider";
import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, type Issue } from "../../validation/issue";
import { either } from "../../validation/words";
import { checkSubscription, checkText, requireValid } from "../validation";
import { defaultGatewayHostName } from "./apim-gateway";
import { SERVICE_NAME } from "./limits";

export interface PassiveGatewayArgs {
  /** Name of the API Management service, which stands already. */
  readonly serviceName: string;
  readonly resourceGroupName: string;
  /**
   * Subscription of the service, in the same tenant; signed in to by the environment.
   * @default the one that is deployed to
   */
  readonly subscriptionId?: string;
  /** Name of the service that it stands in for. */
  readonly activeServiceName: string;
  /** What leads to it, or may one day: fully qualified, e.g. `api.contoso.com`. It must have these names already. */
  readonly hostNames: readonly string[];
}

/**
 * A second API Management service that takes over the names of the first when that does not answer. It is looked up, and
 * nothing of it is changed: whoever owns it keeps it ready.
 *
 * That it stands, and has the names with a certificate, is seen by every preview and update, long before it is needed: a
 * gateway answers to no other names (https://learn.microsoft.com/azure/api-management/configure-custom-domain), and Microsoft
 * recommends the same ones for both services, so that a change of a CNAME is enough
 * (https://learn.microsoft.com/azure/api-management/api-management-howto-disaster-recovery-backup-restore).
 *
 * @example
 * ```ts
 * const passive = new PassiveGateway("passive-gateway", {
 *   serviceName: "apim-contoso-north",
 *   resourceGroupName: "rg-contoso-north",
 *   activeServiceName: "apim-contoso-west",
 *   hostNames: ["api.contoso.com"],
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments
 * @throws pulumi.RunError (through the output) with the names that the service has not
 */
export class PassiveGateway extends pulumi.ComponentResource {
  /** Azure's name of the gateway, where a CNAME leads to it: that of a service which stands, and has the names. */
  readonly hostName: pulumi.Output<string>;

  constructor(name: string, args: PassiveGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:PassiveGateway", name, {}, opts);
    requireValid(this, "PassiveGateway", name, validatePassiveGateway(args));

    const { serviceName, resourceGroupName, subscriptionId, hostNames } = args;
    const provider =
      subscriptionId === undefined
        ? undefined
        : new Provider(`${name}-subscription-${subscriptionId}`, { subscriptionId }, { parent: this });
    this.hostName = apimanagement
      .getApiManagementServiceOutput({ serviceName, resourceGroupName }, { parent: this, provider })
      .apply(({ hostnameConfigurations = [] }) => {
        const issues = validatePassiveNames(
          hostNames,
          hostnameConfigurations.filter(({ type }) => type === "Proxy").map(({ hostName }) => hostName),
        );
        if (issues.length === 0) return defaultGatewayHostName(serviceName);
        throw new pulumi.RunError(
          formatIssues(`PassiveGateway "${name}" cannot take over from ${args.activeServiceName}`, issues),
        );
      });
    // By this, guardrails see that the name is somebody's of whom the stack knows.
    this.registerOutputs({ hostName: this.hostName });
  }
}

/** Every problem of the arguments of a {@link PassiveGateway}. */
export function validatePassiveGateway({
  serviceName,
  subscriptionId,
  activeServiceName,
}: PassiveGatewayArgs): Issue[] {
  return [
    ...checkText("serviceName", serviceName, SERVICE_NAME),
    ...checkSubscription("subscriptionId", subscriptionId),
    // Azure gives a name once, whatever its case.
    ...(serviceName.toLowerCase() === activeServiceName.toLowerCase()
      ? [
          {
            path: "serviceName",
            rule: "the passive gateway is another service than the one that it stands in for",
            received: received(serviceName),
            fix: "name the service in the other region",
          },
        ]
      : []),
  ];
}

/**
 * What is missing of the names that a service must have.
 *
 * @param had names of its gateway, Azure's included; one may be a wildcard
 */
export function validatePassiveNames(hostNames: readonly string[], had: readonly string[]): Issue[] {
  return hostNames
    .filter((hostName) => !had.some((name) => covers(name.toLowerCase(), hostName.toLowerCase())))
    .map((hostName) => ({
      path: "hostNames",
      rule: `the service has the name ${hostName}, with its certificate, before anything may lead there`,
      received: either(had),
      fix: "let its owner add the name, or name another service",
    }));
}

/** Whether a name of a service, which may be a wildcard, is that of a host. */
function covers(name: string, hostName: string): boolean {
  return name === hostName || (name.startsWith("*.") && name.slice(2) === hostName.replace(/^[^.]+\./, ""));
}
