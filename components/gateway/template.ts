import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { API_VERSION, idOn } from "./child";
import type { GatewayReference } from "./reference";

/** Something on a gateway, as a template writes it. */
export interface TemplatePart {
  /** Where it is below the service: types and names in turn, e.g. `apis/orders/policies/policy`. */
  readonly path: pulumi.Input<string>;
  /** In the words of the management API. */
  readonly properties: pulumi.Input<Readonly<Record<string, unknown>>>;
  /**
   * Further properties, as secret outputs: Azure never shows them of the deployment. No two parts have one of the same
   * name. @default none
   */
  readonly secrets?: Readonly<Record<string, pulumi.Output<string>>>;
}

/**
 * Writes all parts by one template, in their order. What stands there already is updated, which a resource of its own
 * refuses to do. On the other hand a preview shows no single change, drift is not seen, and a deletion deletes nothing
 * but the record of the deployment.
 */
export function deployTemplate(
  parts: readonly TemplatePart[],
  name: string,
  gateway: GatewayReference,
  opts: pulumi.CustomResourceOptions,
): resources.Deployment {
  const secrets = Object.entries(Object.assign({}, ...parts.map((part) => part.secrets)) as Secrets);
  return new resources.Deployment(
    name,
    {
      resourceGroupName: gateway.resourceGroupName,
      deploymentName: name,
      properties: {
        mode: "Incremental",
        ...(secrets.length > 0 && {
          parameters: Object.fromEntries(secrets.map(([key, value]) => [key, { value }])),
        }),
        template: {
          $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
          contentVersion: "1.0.0.0",
          ...(secrets.length > 0 && {
            parameters: Object.fromEntries(secrets.map(([key]) => [key, { type: "securestring" }])),
          }),
          resources: parts.map(({ path, properties, secrets: own = {} }, index) => ({
            type: pulumi.interpolate`Microsoft.ApiManagement/service/${everySecond(path, 0)}`,
            apiVersion: API_VERSION,
            name: pulumi.interpolate`${gateway.serviceName}/${everySecond(path, 1)}`,
            properties: pulumi.output(properties).apply((known) => ({
              ...literal(known),
              ...Object.fromEntries(Object.keys(own).map((key) => [key, `[parameters('${key}')]`])),
            })),
            dependsOn: parts.slice(Math.max(0, index - 1), index).map((before) => idOn(gateway, before.path)),
          })),
        },
      },
    },
    opts,
  );
}

type Secrets = NonNullable<TemplatePart["secrets"]>;

/** The types in a path, or the names: `apis` and `orders` of `apis/orders`. */
function everySecond(path: pulumi.Input<string>, first: 0 | 1): pulumi.Output<string> {
  return pulumi.output(path).apply((known) =>
    known
      .split("/")
      .filter((_, index) => index % 2 === first)
      .join("/"),
  );
}

/**
 * Texts that a template takes as they are: one in brackets would be an expression
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters).
 */
function literal<T>(value: T): T;
function literal(value: unknown): unknown {
  if (typeof value === "string") return /^\[.*\]$/s.test(value) ? `[${value}` : value;
  if (Array.isArray(value)) return value.map((item: unknown) => literal(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, literal(member as unknown)]));
}
