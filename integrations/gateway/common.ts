import * as pulumi from "@pulumi/pulumi";
import { pipelineOwners, type Access } from "../../components/access";
import type { ApimGateway } from "../../components/gateway/apim-gateway";
import { GatewayNamedValue } from "../../components/gateway/named-value";
import { EntraAppRegistration } from "../../components/entra-app-registration";
import { Observability } from "../../components/observability";
import { LifecycleGroup } from "../../components/resource-group";
import { SecretVault, type VaultNetwork, type WrittenSecret } from "../../components/secret-vault";
import type { PortalForIntegrations } from "./portal";

/** The gateway with what belongs to it. */
export interface GatewayPlatform extends Partial<PortalForIntegrations> {
  readonly gateway: ApimGateway;
  readonly workspaceId: pulumi.Output<string> | undefined;
  /** Address and origin of the developer portal, where there is one and its address is known. */
  readonly portalUrl: string | undefined;
  /** What a person must do or know: addresses, and name servers to delegate to. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Values for policies, by name: in clear, or secret and then kept in the vault. */
export type NamedValueSettings = Readonly<
  Record<string, { readonly value: string } | { readonly secret: string }>
>;

/** The app role that lets an identity call workflows. */
const INVOKE = "Workflow.Invoke";

/** The registration that stands for all workflows, the audience of the gateway's tokens, which the gateway may call. */
export function registerWorkflows(
  { names, access }: Pick<SurroundingsArgs, "names" | "access">,
  gatewayPrincipalId: pulumi.Input<string>,
): EntraAppRegistration {
  const workflows = new EntraAppRegistration("workflows", {
    displayName: names.registration("workflows"),
    owners: pipelineOwners(access),
    api: {
      roles: {
        [INVOKE]: { displayName: "Invoke workflows", description: "Call the request triggers of workflows" },
      },
    },
  });
  workflows.grantRole("gateway-invokes-workflows", INVOKE, gatewayPrincipalId);
  return workflows;
}

/** A resource group of the gateway's part of a stack. */
export function createGroup(
  lifecycle: "gateway" | "shared" | "backup",
  location: string,
  { names, access, tags }: Pick<SurroundingsArgs, "names" | "access" | "tags">,
): LifecycleGroup {
  return new LifecycleGroup(`${lifecycle}-group`, {
    lifecycle,
    resourceGroupName: names.resourceGroup(lifecycle),
    location,
    access,
    tags,
  });
}

/** Names of what the gateway's part of a stack owns. */
export interface GatewayPlatformNames {
  readonly resourceGroup: (role: string) => string;
  readonly gateway: string;
  readonly identity: string;
  readonly vault: string;
  readonly workspace: string;
  readonly applicationInsights: string;
  readonly storage: string;
  readonly workflow: (role: string) => string;
  readonly registration: (role: string) => string;
}

/** What a gateway's part of a stack is given, whoever owns the gateway. */
export interface SurroundingsArgs {
  readonly location: string;
  readonly tenantId: string;
  readonly names: GatewayPlatformNames;
  /** Who works with the stack. @default nobody gets a role */
  readonly access?: Access;
  readonly namedValues?: NamedValueSettings;
  readonly vault: {
    readonly network: VaultNetwork;
    readonly softDeleteDays: number;
    readonly purgeProtection: boolean;
  };
  readonly monitoring?: { readonly retentionDays: number; readonly dailyQuotaGb?: number };
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** The workspace for logs, where the stack has one: a gateway of its own sends telemetry as soon as it stands. */
export function deployObservability(
  { location, names, monitoring, tags }: SurroundingsArgs,
  resourceGroupName: pulumi.Input<string>,
): Observability | undefined {
  return (
    monitoring &&
    new Observability("observability", {
      resourceGroupName,
      workspaceName: names.workspace,
      applicationInsightsName: names.applicationInsights,
      location,
      ...monitoring,
      tags,
    })
  );
}

/**
 * The values for policies on a gateway, and the vault that holds the secret ones.
 *
 * Behind the vault's firewall the gateway reads as the trusted service that it is. An open vault is read by the
 * user-assigned identity, which every gateway has.
 */
export function deployNamedValues(
  gateway: ApimGateway,
  {
    location,
    tenantId,
    names,
    namedValues = {},
    vault: { network, ...recovery },
    protect,
    tags,
  }: SurroundingsArgs,
  resourceGroupName: pulumi.Input<string>,
  workspaceId: pulumi.Input<string> | undefined,
): SecretVault {
  const identity = network.kind === "open" ? "userAssigned" : "systemAssigned";
  const vault = new SecretVault("secrets", {
    resourceGroupName,
    vaultName: names.vault,
    location,
    tenantId,
    secrets: secretsOf(namedValues),
    readers: {
      gateway: {
        kind: "gateway",
        identity,
        principalId: network.kind === "open" ? gateway.principalId : gateway.systemPrincipalId,
      },
    },
    network,
    ...recovery,
    workspaceId,
    protect,
    tags,
  });
  for (const [name, content] of Object.entries(namedValues)) {
    if ("value" in content) new GatewayNamedValue(name, { gateway, value: content.value });
  }
  for (const [name, secretId] of Object.entries(vault.secretIds)) {
    new GatewayNamedValue(name, { gateway, secretId, readBy: identity });
  }
  return vault;
}

/** The secret ones, for the vault. */
function secretsOf(namedValues: NamedValueSettings): Record<string, WrittenSecret> {
  return Object.fromEntries(
    Object.entries(namedValues).flatMap(([key, content]) =>
      "secret" in content ? [[key, { value: pulumi.secret(content.secret) }]] : [],
    ),
  );
}
