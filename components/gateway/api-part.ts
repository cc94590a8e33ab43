import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { API_VERSION, idOn, placeOn, type Place } from "./child";
import type { GatewayReference } from "./reference";

/** Arguments of a resource without where it is. */
type Args<T> = Omit<T, keyof Place>;

/**
 * One resource of a revision. A revision is first this list, in the order in which Azure takes it, and then written:
 * as a typed resource each, or all in one template.
 */
export type ApiPart = PartOptions &
  (
    | { readonly kind: "api"; readonly args: Args<apimanagement.ApiArgs> & OfApi }
    | {
        readonly kind: "operation";
        readonly args: Args<apimanagement.ApiOperationArgs> & OfApi & { readonly operationId: string };
      }
    | {
        readonly kind: "schema";
        readonly args: Args<apimanagement.ApiSchemaArgs> & OfApi & { readonly schemaId: string };
      }
    | {
        readonly kind: "policy";
        readonly args: Args<apimanagement.ApiPolicyArgs> & OfApi & { readonly policyId: string };
      }
    | {
        readonly kind: "operationPolicy";
        readonly args: Args<apimanagement.ApiOperationPolicyArgs> &
          OfApi & { readonly operationId: string; readonly policyId: string };
      }
    | {
        readonly kind: "tracing";
        readonly args: Args<apimanagement.ApiDiagnosticArgs> & OfApi & { readonly diagnosticId: string };
      }
    | {
        readonly kind: "tag";
        readonly args: Args<apimanagement.TagByApiArgs> & OfApi & { readonly tagId: string };
      }
  );

interface PartOptions {
  /** What tells it apart from others of its kind. */
  readonly key?: string;
  /** What it names, beside what was written before it. */
  readonly dependsOn?: readonly pulumi.Resource[];
}

interface OfApi {
  /** With the number of the revision. */
  readonly apiId: string;
}

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
            type: `Microsoft.ApiManagement/service/${everySecond(pathOf(part), 0)}`,
            apiVersion: API_VERSION,
            name: pulumi.interpolate`${gateway.serviceName}/${everySecond(pathOf(part), 1)}`,
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

/** The types in a path, or the names: `apis` and `orders` of `apis/orders`. */
function everySecond(path: string, first: 0 | 1): string {
  return path
    .split("/")
    .filter((_, index) => index % 2 === first)
    .join("/");
}

/** Arguments that are part of a path. */
const PATH_ARGUMENTS: ReadonlySet<string> = new Set([
  "apiId",
  "diagnosticId",
  "operationId",
  "policyId",
  "schemaId",
  "tagId",
]);

/** What azure-native calls otherwise than the management API. */
const API_PROPERTIES: Readonly<Record<string, string>> = { apiType: "type", soapApiType: "apiType" };

/** The arguments in the words of the management API, without those that are its path. */
function propertiesOf({ kind, args }: ApiPart): Readonly<Record<string, unknown>> {
  if (kind === "schema") return { contentType: args.contentType, document: { value: args.value } };
  const properties = Object.entries(args).filter(([name]) => !PATH_ARGUMENTS.has(name));
  const renamed = (name: string) => (kind === "api" ? (API_PROPERTIES[name] ?? name) : name);
  return Object.fromEntries(properties.map(([name, value]: [string, unknown]) => [renamed(name), value]));
}

/**
 * Texts that a template takes as they are: one in brackets would be an expression
 * (https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions#escape-characters).
 */
function literal(value: unknown): unknown {
  if (typeof value === "string") return /^\[.*\]$/s.test(value) ? `[${value}` : value;
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, literal(member)]));
}
