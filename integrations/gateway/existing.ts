import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import { ApimGateway } from "../../components/gateway/apim-gateway";
import { sendDiagnostics } from "../../components/diagnostics";
import type { GatewayTier } from "../../components/gateway/tier";
import type { ClientCertificates } from "../../policies/gateway";
import { Observability } from "../../components/observability";
import { SecretVault } from "../../components/secret-vault";
import type { GatewayPlatformArgs } from "./index";
import { createNamedValues, INVOKE, registerWorkflows, secretsOf, type GatewayPlatform } from "./common";
import { GATEWAY_OUTPUT, shareGateway } from "./from-stack";

export interface ExistingGatewayArgs extends Pick<
  GatewayPlatformArgs,
  "location" | "tenantId" | "names" | "namedValues" | "vault" | "monitoring" | "protect" | "tags"
> {
  /** Name of the API Management service. */
  readonly name: string;
  readonly resourceGroup: string;
  readonly tier: GatewayTier["name"];
  /** Whether it asks clients for a certificate. */
  readonly clientCertificates: ClientCertificates;
  /** The one of its user-assigned identities that calls workflows and reads the vault. */
  readonly identity: { readonly name: string; readonly resourceGroup: string };
}

/**
 * Puts what integrations need beside a gateway that stands already: the right to call workflows, named values and their
 * vault, logs. The service itself, its policy of all APIs, its names and traces stay their owner's.
 */
export function adoptGateway(args: ExistingGatewayArgs): GatewayPlatform {
  const { location, tenantId, names, tags, protect } = args;
  const sharedGroup = new resources.ResourceGroup("shared-group", {
    resourceGroupName: names.resourceGroup("shared"),
    location,
    tags,
  });
  const identity = managedidentity.getUserAssignedIdentityOutput({
    resourceName: args.identity.name,
    resourceGroupName: args.identity.resourceGroup,
  });
  const workflows = registerWorkflows(names);
  workflows.grantRole("gateway-invokes-workflows", INVOKE, identity.principalId);

  const workspaceId = args.monitoring
    ? new Observability("observability", {
        resourceGroupName: sharedGroup.name,
        workspaceName: names.workspace,
        applicationInsightsName: names.applicationInsights,
        location,
        ...args.monitoring,
        tags,
      }).workspace.id
    : undefined;
  const vault = new SecretVault("secrets", {
    resourceGroupName: sharedGroup.name,
    vaultName: names.vault,
    location,
    tenantId,
    secrets: secretsOf(args.namedValues),
    readers: { gateway: identity.principalId },
    ...args.vault,
    protect,
    tags,
  });
  if (workspaceId) {
    sendDiagnostics(
      "secrets-diagnostics",
      { resourceId: vault.vault.id, workspaceId, logs: ["AuditEvent"] },
      { parent: vault },
    );
  }

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
  createNamedValues(gateway, vault, args.namedValues);
  // What may call from a browser is its owner's to say.
  const portalUrl = undefined;
  return {
    gateway,
    workspaceId,
    portalUrl,
    outputs: { [GATEWAY_OUTPUT]: shareGateway({ gateway, workspaceId, portalUrl }) },
  };
}
