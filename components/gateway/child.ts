import * as pulumi from "@pulumi/pulumi";
import { retryRefusedWrites } from "../retry";
import { checkText } from "../validation";
import type { Issue } from "../../validation/issue";
import type { EntityKind } from "./inventory";
import type { GatewayReference } from "./reference";

/** Where the children of a service are. */
export interface Place {
  readonly resourceGroupName: pulumi.Input<string>;
  readonly serviceName: pulumi.Input<string>;
}

/** Where what stands on a gateway is. */
export function placeOn({ resourceGroupName, serviceName }: GatewayReference): Place {
  return { resourceGroupName, serviceName };
}

/**
 * Options of what stands on a gateway: refusals that pass by themselves are retried, and where the service goes in the
 * same destroy, Azure deletes what is on it by itself, consumers' keys included.
 */
export function childOf(
  parent: pulumi.ComponentResource,
  { service }: GatewayReference,
  more: Pick<pulumi.CustomResourceOptions, "dependsOn" | "protect" | "ignoreChanges"> = {},
): pulumi.CustomResourceOptions {
  return {
    parent,
    ...more,
    ...(service && { deletedWith: service }),
    hooks: retryRefusedWrites(),
  };
}

/** The ARM id of what stands on a gateway, e.g. of `backends/catalog`. */
export function idOn({ serviceId }: GatewayReference, path: string): pulumi.Output<string> {
  return pulumi.interpolate`${serviceId}/${path}`;
}

/**
 * Checks the id of something new on a gateway: its form, and that nothing has it yet.
 *
 * Azure admits more characters; this is the convention that its documentation gives for all of them
 * (https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftapimanagement).
 */
export function checkId(gateway: GatewayReference, kind: EntityKind, id: string): Issue[] {
  return [
    ...checkText("name", id, {
      what: "the name of what stands on a gateway",
      pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,78}[A-Za-z0-9])?$/,
      words: "1 to 80 letters, digits and hyphens, with no hyphen at either end",
    }),
    ...gateway.inventory.checkFree("name", kind, id),
  ];
}
