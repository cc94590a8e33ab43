import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../../validation/issue";
import { checkLength, requireValid } from "../validation";
import { checkId, childOf, placeOn } from "./child";
import type { GatewayReference } from "./reference";

export interface GatewayTagArgs {
  readonly gateway: GatewayReference;
  /** 1 to 160 characters. */
  readonly displayName: string;
}

/**
 * A word by which the developer portal groups APIs. The component's name is its id.
 *
 * @example
 * ```ts
 * const sales = new GatewayTag("sales", { gateway, displayName: "Sales" });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayTag extends pulumi.ComponentResource {
  readonly tagId: string;
  readonly resource: apimanagement.Tag;

  constructor(name: string, args: GatewayTagArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayTag", name, {}, opts);
    requireValid(this, "GatewayTag", name, validateGatewayTag(name, args));

    const { gateway, displayName } = args;
    this.tagId = name;
    this.resource = new apimanagement.Tag(
      `${name}-tag`,
      { ...placeOn(gateway), tagId: name, displayName },
      childOf(this, gateway),
    );
    gateway.inventory.add("tag", name, this.resource);
    this.registerOutputs({ tagId: this.tagId });
  }
}

/** Every problem of the arguments of a {@link GatewayTag}. */
function validateGatewayTag(name: string, { gateway, displayName }: GatewayTagArgs): Issue[] {
  return [
    ...checkId(gateway, "tag", name),
    // https://learn.microsoft.com/rest/api/apimanagement/tag/create-or-update
    ...checkLength("displayName", displayName, "a tag's display name", 160),
  ];
}
