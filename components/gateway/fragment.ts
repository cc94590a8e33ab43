import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyFragment } from "../../policies/gateway";
import { checkLength, requireValid } from "../validation";
import { checkId, childOf, placeOn } from "./child";
import { fragmentText, validateFragment } from "./policy-text";
import type { GatewayReference } from "./reference";

export interface GatewayFragmentArgs {
  readonly gateway: GatewayReference;
  /** What it does, for whoever includes it; 1 to 1,000 characters. */
  readonly description: string;
  readonly fragment: PolicyFragment;
}

/**
 * Policies that several documents include by name: `includeFragment({ fragmentId: fragment.fragmentId })`. The
 * component's name is its id.
 *
 * @example
 * ```ts
 * const errors = new GatewayFragment("problem-details", {
 *   gateway,
 *   description: "Answers errors as application/problem+json.",
 *   fragment: policyFragment([setHeader({ name: "Content-Type", values: ["application/problem+json"] })]),
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayFragment extends pulumi.ComponentResource {
  readonly fragmentId: string;
  readonly resource: apimanagement.PolicyFragment;

  constructor(name: string, args: GatewayFragmentArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayFragment", name, {}, opts);
    const { gateway, description, fragment } = args;
    requireValid(this, "GatewayFragment", name, [
      ...checkId(gateway, "fragment", name),
      // https://learn.microsoft.com/rest/api/apimanagement/policy-fragment/create-or-update
      ...checkLength("description", description, "a fragment's description", 1000),
      ...validateFragment("fragment", fragment, gateway),
    ]);

    this.fragmentId = name;
    this.resource = new apimanagement.PolicyFragment(
      // The argument `id` would not arrive: Pulumi's SDKs drop inputs of this name (https://github.com/pulumi/pulumi/issues/13781),
      // and the provider takes the resource's name for it (https://github.com/pulumi/pulumi-azure-native/pull/519).
      name,
      {
        ...placeOn(gateway),
        description,
        format: "xml",
        value: fragmentText(name, fragment, gateway),
      },
      childOf(this, gateway),
    );
    gateway.inventory.add("fragment", name, this.resource);
    gateway.inventory.fragments.set(name, fragment);
    this.registerOutputs({ fragmentId: this.fragmentId });
  }
}
