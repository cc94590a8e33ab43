import * as resources from "@pulumi/azure-native/resources";
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

/** The version of the management API that is spoken where no typed resource does, the same as theirs. */
export const API_VERSION = "2024-05-01";

/** What stands on a gateway, and azure-native has no type for that holds all of it. */
export interface UntypedChild {
  /** Where it is below the service, e.g. `/apis/orders`. @default the service itself */
  readonly below?: string;
  /** The last part of its type, e.g. `releases`. */
  readonly type: string;
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Creates an {@link UntypedChild}. */
export function createUntyped(
  name: string,
  { resourceGroupName, serviceName }: GatewayReference,
  { below = "", type, id, properties }: UntypedChild,
  opts: pulumi.CustomResourceOptions,
): resources.Resource {
  return new resources.Resource(
    name,
    {
      resourceGroupName,
      resourceProviderNamespace: "Microsoft.ApiManagement",
      parentResourcePath: pulumi.interpolate`service/${serviceName}${below}`,
      resourceType: type,
      resourceName: id,
      apiVersion: API_VERSION,
      properties,
    },
    opts,
  );
}

/** The ARM id of what stands on a gateway, e.g. of `backends/catalog`. */
export function idOn({ serviceId }: GatewayReference, path: pulumi.Input<string>): pulumi.Output<string> {
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
