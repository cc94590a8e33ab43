import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { GatewayInventory } from "../../components/gateway/inventory";
import type { GatewayReference } from "../../components/gateway/reference";
import { GATEWAY_KINDS } from "../../policies/gateway";
import { formatIssues } from "../../validation/issue";
import type { PortalForIntegrations } from "./portal";

/** What stands for the addresses of a gateway whose tier has no fixed ones. */
const NOT_FIXED = "not fixed";

/** What a stack that owns a gateway shows of it, for stacks that use it. */
const sharedGateway = z.object({
  resourceGroupName: z.string(),
  serviceName: z.string(),
  serviceId: z.string(),
  kind: z.enum(GATEWAY_KINDS),
  clientCertificates: z.enum(["ignore", "negotiate"]),
  url: z.string(),
  location: z.string(),
  addresses: z.union([z.array(z.string()).min(1), z.literal(NOT_FIXED)]),
  caller: z.object({ tenantId: z.string(), clientId: z.string(), audience: z.string() }),
  principalId: z.string(),
  workspaceId: z.string().optional(),
  portalUrl: z.string().optional(),
  console: z
    .object({
      authorizationServer: z.object({ authorizationServerId: z.string() }),
      clientId: z.string(),
    })
    .optional(),
  productGroups: z.record(z.string(), z.array(z.string())).optional(),
});

/** The output under which a stack shows its gateway. */
export const GATEWAY_OUTPUT = "gateway";

/** What {@link gatewayFromStack} reads. */
export function shareGateway({
  gateway,
  workspaceId,
  portalUrl,
  console,
  productGroups,
}: {
  readonly gateway: GatewayReference;
  readonly workspaceId: pulumi.Input<string> | undefined;
  readonly portalUrl: string | undefined;
} & Partial<PortalForIntegrations>): Readonly<Record<string, unknown>> {
  const {
    resourceGroupName,
    serviceName,
    serviceId,
    kind,
    clientCertificates,
    url,
    location,
    addresses,
    caller,
    principalId,
  } = gateway;
  return {
    resourceGroupName,
    serviceName,
    serviceId,
    kind,
    clientCertificates,
    url,
    location,
    // Said in words: what is merely missing must not open the workflows to every address.
    addresses: addresses ?? NOT_FIXED,
    caller,
    principalId,
    workspaceId,
    portalUrl,
    console: console && {
      authorizationServer: { authorizationServerId: console.authorizationServer.authorizationServerId },
      clientId: console.clientId,
    },
    productGroups,
  };
}

/** A gateway that another stack owns. */
export interface GatewayOfStack extends Partial<PortalForIntegrations> {
  readonly gateway: GatewayReference;
  readonly workspaceId: string | undefined;
  readonly portalUrl: string | undefined;
  readonly outputs: Readonly<Record<string, never>>;
}

/**
 * Reads the gateway of another stack from its outputs.
 *
 * @param stack fully qualified, e.g. `contoso/basic-enterprise-integration/prod`
 * @throws pulumi.RunError that names every missing output
 */
export async function gatewayFromStack(stack: string): Promise<GatewayOfStack> {
  const output = await new pulumi.StackReference(stack).getOutputDetails(GATEWAY_OUTPUT);
  const parsed = sharedGateway.safeParse(output.value);
  if (!parsed.success) {
    throw new pulumi.RunError(
      formatIssues(
        `The stack ${stack} does not show a gateway`,
        parsed.error.issues.map(({ path, message }) => ({
          path: [GATEWAY_OUTPUT, ...path].join("."),
          rule: `the stack has this output (${message})`,
          fix: `deploy ${stack} with a gateway of its own first, by the same release of this program`,
        })),
      ),
    );
  }
  const { workspaceId, portalUrl, console, productGroups, addresses, ...gateway } = parsed.data;
  return {
    gateway: {
      ...gateway,
      addresses: addresses === NOT_FIXED ? undefined : addresses,
      // Its stack and others put things on it, too.
      inventory: new GatewayInventory(false),
    },
    workspaceId,
    portalUrl,
    console,
    productGroups,
    outputs: {},
  };
}
