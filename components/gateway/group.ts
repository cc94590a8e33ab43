import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { GUID_FORM } from "../../validation/guid";
import { received, type Issue } from "../../validation/issue";
import { OBJECT_ID } from "../access";
import { checkKnownText, checkLength, requireValid } from "../validation";
import { checkId, childOf, placeOn } from "./child";
import { SYSTEM_GROUPS } from "./portal/rules";
import type { GatewayReference } from "./reference";

export interface GatewayGroupArgs {
  readonly gateway: GatewayReference;
  /** 1 to 300 characters. */
  readonly displayName: string;
  /** Who belongs to it, for people; 1 to 1,000 characters. */
  readonly description?: string;
  /**
   * A group of Microsoft Entra ID whose members belong to it: the tenant by its id, or by its domain, in the same form as
   * the sign-in of the portal names it, and the group's object id. Members are found by the id; by the domain not always
   * (https://github.com/hashicorp/terraform-provider-azurerm/pull/19981).
   * @default an administrator puts developers into it
   */
  readonly entra?: { readonly tenant: string; readonly objectId: pulumi.Input<string> };
}

/**
 * Developers who see the same products. The component's name is its id, which products name.
 *
 * @example
 * ```ts
 * new GatewayGroup("partners", { gateway, displayName: "Partners" });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayGroup extends pulumi.ComponentResource {
  readonly groupId: string;
  readonly resource: apimanagement.Group;

  constructor(name: string, args: GatewayGroupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayGroup", name, {}, opts);
    requireValid(this, "GatewayGroup", name, validateGatewayGroup(name, args));

    const { gateway, displayName, description, entra } = args;
    this.groupId = name;
    this.resource = new apimanagement.Group(
      `${name}-group`,
      {
        ...placeOn(gateway),
        groupId: name,
        displayName,
        description,
        ...(entra
          ? {
              type: "external",
              externalId: pulumi.interpolate`aad://${entra.tenant}/groups/${entra.objectId}`,
            }
          : { type: "custom" }),
      },
      childOf(this, gateway),
    );
    gateway.inventory.add("group", name, this.resource);
    this.registerOutputs({ groupId: this.groupId });
  }
}

const TENANT = new RegExp(`^(?:${GUID_FORM}|[a-z\\d-]+(?:\\.[a-z\\d-]+)+)$`, "i");

/** Every problem of the arguments of a {@link GatewayGroup}, as far as they are known. */
export function validateGatewayGroup(
  name: string,
  { gateway, displayName, description, entra }: GatewayGroupArgs,
): Issue[] {
  const issues = [
    ...checkId(gateway, "group", name),
    // https://learn.microsoft.com/rest/api/apimanagement/group/create-or-update
    ...checkLength("displayName", displayName, "a group's display name", 300),
    ...checkLength("description", description, "a group's description", 1000),
  ];
  if (SYSTEM_GROUPS.includes(name.toLowerCase())) {
    issues.push({
      path: "name",
      rule: "Azure makes the groups administrators, developers and guests",
      received: received(name),
      fix: "choose another name; products may name those three without more",
    });
  }
  if (entra && !TENANT.test(entra.tenant)) {
    issues.push({
      path: "entra.tenant",
      rule: "a tenant is named by its id, a GUID, or by a domain such as contoso.onmicrosoft.com",
      received: received(entra.tenant),
      fix: "take it from the tenant's overview in the Entra admin center",
    });
  }
  if (entra) issues.push(...checkKnownText("entra.objectId", entra.objectId, OBJECT_ID));
  return issues;
}
