import type * as pulumi from "@pulumi/pulumi";

/**
 * What an API, a workflow or a record needs to know of a gateway. An `ApimGateway` of this stack is one; so is the
 * gateway that another stack owns, read from its outputs.
 */
export interface GatewayReference {
  readonly resourceGroupName: pulumi.Input<string>;
  /** Name of the API Management service. */
  readonly serviceName: pulumi.Input<string>;
  /** Address for clients, e.g. `https://api.contoso.com`. */
  readonly url: pulumi.Input<string>;
  /** Azure region of the primary location, e.g. `westeurope`. */
  readonly location: string;
  /**
   * Public IPv4 addresses of all locations, those with a disabled gateway included: where its calls come from.
   * `undefined` where they do not stay the same, in the v2 tiers: workflows then admit it by its token alone.
   */
  readonly addresses: pulumi.Input<readonly string[]> | undefined;
  /** The managed identity with which it calls workflows. */
  readonly caller: GatewayCaller;
  /** Named values that policies may refer to; unknown for the gateway of another stack. */
  readonly namedValues?: ReadonlySet<string>;
  /** What must exist before a policy may refer to it. @default nothing */
  readonly policyDependencies?: readonly pulumi.Resource[];
}

/** How the gateway proves to a workflow who it is. */
export interface GatewayCaller {
  /** Directory (tenant) id. */
  readonly tenantId: pulumi.Input<string>;
  /** Client id of the gateway's user-assigned identity. */
  readonly clientId: pulumi.Input<string>;
  /**
   * Client id of the registration that stands for the workflows: the audience of the gateway's tokens, which it asks
   * for under the identifier URI `api://<client id>`.
   */
  readonly audience: pulumi.Input<string>;
}
