import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { idOn, placeOn, type Place } from "./child";
import type { GatewayReference } from "./reference";

/** Arguments of a resource without where it is. */
type Args<T> = Omit<T, keyof Place>;

/**
 * One resource of a revision. A revision is first this list, in the order in which Azure takes it, and then written:
 * as a typed resource each, or all in one template.
 */
export type ApiPart =
  | { readonly kind: "api"; readonly args: Args<apimanagement.ApiArgs> & { readonly apiId: string } }
  | {
      readonly kind: "operation";
      readonly args: Args<apimanagement.ApiOperationArgs> & {
        readonly apiId: string;
        readonly operationId: string;
      };
    }
  | {
      readonly kind: "schema";
      readonly args: Args<apimanagement.ApiSchemaArgs> & {
        readonly apiId: string;
        readonly schemaId: string;
      };
    }
  | {
      readonly kind: "policy";
      readonly args: Args<apimanagement.ApiPolicyArgs> & {
        readonly apiId: string;
        readonly policyId: string;
      };
      /** What the policy names. */
      readonly dependsOn: readonly pulumi.Resource[];
    }
  | {
      readonly kind: "operationPolicy";
      readonly args: Args<apimanagement.ApiOperationPolicyArgs> & {
        readonly apiId: string;
        readonly operationId: string;
        readonly policyId: string;
      };
      readonly dependsOn: readonly pulumi.Resource[];
    }
  | {
      readonly kind: "tracing";
      readonly args: Args<apimanagement.ApiDiagnosticArgs> & {
        readonly apiId: string;
        readonly diagnosticId: string;
      };
    }
  | {
      readonly kind: "tag";
      readonly args: Args<apimanagement.TagByApiArgs> & { readonly apiId: string; readonly tagId: string };
      readonly dependsOn: readonly pulumi.Resource[];
    };

/** Writes a part as the resource of its type. */
export function createPart(
  part: ApiPart,
  name: string,
  gateway: GatewayReference,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const place = placeOn(gateway);
  switch (part.kind) {
    case "api":
      return new apimanagement.Api(name, { ...place, ...part.args }, opts);
    case "operation":
      return new apimanagement.ApiOperation(name, { ...place, ...part.args }, opts);
    case "schema":
      return new apimanagement.ApiSchema(name, { ...place, ...part.args }, opts);
    case "policy":
      return new apimanagement.ApiPolicy(name, { ...place, ...part.args }, opts);
    case "operationPolicy":
      return new apimanagement.ApiOperationPolicy(name, { ...place, ...part.args }, opts);
    case "tracing":
      return new apimanagement.ApiDiagnostic(name, { ...place, ...part.args }, opts);
    case "tag":
      return new apimanagement.TagByApi(name, { ...place, ...part.args }, opts);
  }
}

/** The version of the management API that templates speak, the same as that of the typed resources. */
export const API_VERSION = "2024-05-01";

/** Writes all parts of a revision by one template, in their order. */
export function deployParts(
  parts: readonly ApiPart[],
  name: string,
  gateway: GatewayReference,
  opts: pulumi.CustomResourceOptions,
): resources.Deployment {
  const ids = parts.map(pathOf);
  return new resources.Deployment(
    name,
    {
      resourceGroupName: gateway.resourceGroupName,
      deploymentName: name,
      properties: {
        mode: "Incremental",
        template: {
          $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
          contentVersion: "1.0.0.0",
          resources: parts.map((part, index) => ({
            type: `Microsoft.ApiManagement/service/${pathOf(part)
              .split("/")
              .filter((_, position) => position % 2 === 0)
              .join("/")}`,
            apiVersion: API_VERSION,
            name: pulumi.interpolate`${gateway.serviceName}/${pathOf(part)
              .split("/")
              .filter((_, position) => position % 2 === 1)
              .join("/")}`,
            properties: pulumi.output(propertiesOf(part)).apply(literal),
            dependsOn: ids.slice(Math.max(0, index - 1), index).map((path) => idOn(gateway, path)),
          })),
        },
      },
    },
    opts,
  );
}

/** Where a part is below the service. */
function pathOf({ kind, args }: ApiPart): string {
  const api = `apis/${args.apiId}`;
  switch (kind) {
    case "api":
      return api;
    case "operation":
      return `${api}/operations/${args.operationId}`;
    case "schema":
      return `${api}/schemas/${args.schemaId}`;
    case "policy":
      return `${api}/policies/${args.policyId}`;
    case "operationPolicy":
      return `${api}/operations/${args.operationId}/policies/${args.policyId}`;
    case "tracing":
      return `${api}/diagnostics/${args.diagnosticId}`;
    case "tag":
      return `${api}/tags/${args.tagId}`;
  }
}

/** The arguments in the words of the management API, without those that are its path. */
function propertiesOf(part: ApiPart): Readonly<Record<string, unknown>> {
  switch (part.kind) {
    case "api": {
      // azure-native calls two properties otherwise.
      const { apiId: _, apiType: type, soapApiType: apiType, ...properties } = part.args;
      return { ...properties, type, apiType };
    }
    case "operation": {
      const { apiId: _, operationId: __, ...properties } = part.args;
      return properties;
    }
    case "schema": {
      const { apiId: _, schemaId: __, value, contentType } = part.args;
      return { contentType, document: { value } };
    }
    case "policy": {
      const { format, value } = part.args;
      return { format, value };
    }
    case "operationPolicy": {
      const { format, value } = part.args;
      return { format, value };
    }
    case "tracing": {
      const { apiId: _, diagnosticId: __, ...properties } = part.args;
      return properties;
    }
    case "tag":
      return {};
  }
}

/**
 * Texts that a template takes as they are: one that begins with a bracket would be an expression
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters).
 */
function literal(value: unknown): unknown {
  if (typeof value === "string") return value.startsWith("[") ? `[${value}` : value;
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, literal(member)]));
}
