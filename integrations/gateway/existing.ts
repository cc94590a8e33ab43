import * as managedidentity from "@pulumi/azure-native/managedidentity";
import { ApimGateway } from "../../components/gateway/apim-gateway";
import type { GatewayTier } from "../../components/gateway/tier";
import type { ClientCertificates } from "../../policies/gateway";
import {
  createGroup,
  deployNamedValues,
  deployObservability,
  registerWorkflows,
  type GatewayPlatform,
  type SurroundingsArgs,
} from "./common";
import { GATEWAY_OUTPUT, shareGateway } from "./from-stack";

export interface ExistingGatewayArgs extends SurroundingsArgs {
  /** Name of the API Management service. */
  readonly name: string;
  readonly resourceGroup: string;
  readonly tier: GatewayTier["name"];
  /** Whether it asks clients for a certificate. */
  readonly clientCertificates: ClientCertificates;
  /** The one of its user-assigned identities that calls workflows, and reads a vault that has no firewall. */
  readonly identity: { readonly name: string; readonly resourceGroup: string };
}

/**
 * Puts what integrations need beside a gateway that stands already: the right to call workflows, named values and their
 * vault, logs. The service itself, its policy of all APIs, its names and traces stay their owner's.
 */
export function adoptGateway(args: ExistingGatewayArgs): GatewayPlatform {
  const { location, tenantId } = args;
  const sharedGroup = createGroup("shared", location, args);
  const identity = managedidentity.getUserAssignedIdentityOutput({
    resourceName: args.identity.name,
    resourceGroupName: args.identity.resourceGroup,
  });
  const workflows = registerWorkflows(args, identity.principalId);

  const observability = deployObservability(args, sharedGroup.name);
  const workspaceId = observability?.workspace.id;

  const gateway = new ApimGateway("gateway", {
    service: {
      kind: "adopt",
      resourceGroupName: args.resourceGroup,
      serviceName: args.name,
      location,
      tier: args.tier,
      clientCertificates: args.clientCertificates,
    },
    identity,
    caller: { tenantId, audience: workflows.clientId },
  });
  deployNamedValues(gateway, args, sharedGroup.name, workspaceId);
  // Its owner's policy of all APIs says whether its portal may call them.
  const platform = { gateway, workspaceId, portalUrl: undefined };
  return { ...platform, outputs: { [GATEWAY_OUTPUT]: shareGateway(platform) } };
}
