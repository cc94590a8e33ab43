import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "../../policies/gateway";
import { requireValid } from "../validation";
import { childOf, placeOn } from "./child";
import { policyArgs, validatePolicy } from "./policy-text";
import type { GatewayReference } from "./reference";

export interface GatewayPolicyArgs {
  readonly gateway: GatewayReference;
  /** At the scope `global`. */
  readonly policy: PolicyDocument;
}

/**
 * The policy of all APIs of a gateway. Azure always holds one: this replaces its own, which forwards every request and
 * does nothing else, and deleting it brings that back.
 *
 * @example
 * ```ts
 * new GatewayPolicy("gateway-policy", {
 *   gateway,
 *   policy: policyDocument({ scope: "global", backend: [forwardRequest()] }),
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayPolicy extends pulumi.ComponentResource {
  constructor(name: string, { gateway, policy }: GatewayPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayPolicy", name, {}, opts);
    requireValid(this, "GatewayPolicy", name, [
      ...gateway.inventory.checkOnly("gateway", "globalPolicy"),
      ...validatePolicy("policy", policy, "global", gateway),
    ]);

    const resource = new apimanagement.Policy(
      `${name}-policy`,
      {
        ...placeOn(gateway),
        ...policyArgs(`${name}-policy`, policy, gateway),
      },
      childOf(this, gateway),
    );
    gateway.inventory.add("globalPolicy", "policy", resource);
    this.registerOutputs({});
  }
}
