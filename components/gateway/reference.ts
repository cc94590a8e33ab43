import type * as pulumi from "@pulumi/pulumi";
import type { ClientCertificates, GatewayKind } from "../../policies/gateway";
import type { GatewayInventory } from "./inventory";

/**
 * What an API, a workflow or a record needs to know of a gateway. An `ApimGateway` of this stack is one; so is the
 * gateway that another stack owns, read from its outputs.
 */
export interface GatewayReference {
  readonly resourceGroupName: pulumi.Input<string>;
  /** Name of the API Management service. */
  readonly serviceName: pulumi.Input<string>;
  /** ARM id of the service. */
  readonly serviceId: pulumi.Input<string>;
  /** The service, where this stack owns it: what stands on it goes with it. */
  readonly service?: pulumi.Resource;
  /** Which policies it knows. */
  readonly kind: GatewayKind;
  /** Whether it asks clients for a certificate under one of its names: what policies can look at. */
  readonly clientCertificates: ClientCertificates;
  /** Address for clients, e.g. `https://api.contoso.com`. */
  readonly url: pulumi.Input<string>;
  /** Azure region of the primary location, e.g. `westeurope`. */
  readonly location: string;
  /**
   * Public IPv4 addresses of all locations, those with a disabled gateway included: where its calls come from.
   * `undefined` where they do not stay the same, in the v2 tiers: workflows then admit it by its token alone.
   */
  readonly addresses: pulumi.Input<readonly string[]> | undefined;
  /** The managed identity with which it calls workflows and reads Key Vault. */
  readonly caller: GatewayCaller;
  /** Object id of that identity: what roles are assigned to. */
  readonly principalId: pulumi.Input<string>;
  /** What this program has put on it. */
  readonly inventory: GatewayInventory;
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
