import * as apimanagement from "@pulumi/azure-native/apimanagement";
import type * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { placeOn, type Place } from "./child";
import type { GatewayReference } from "./reference";
import { deployTemplate } from "./template";

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
  const written = parts.map((part) => ({
    path: pathOf(part),
    properties: pulumi.output(propertiesOf(part)),
  }));
  return deployTemplate(written, name, gateway, opts);
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
