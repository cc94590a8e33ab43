import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../../validation/issue";
import { requireValid } from "../validation";
import { checkId, childOf, createUntyped, placeOn } from "./child";
import type { GatewayReference } from "./reference";

/** A JSON Schema as an object, or an XML Schema as text. */
export type SchemaContent = { readonly json: Readonly<Record<string, unknown>> } | { readonly xml: string };

export type GatewaySchemaArgs = SchemaContent & {
  readonly gateway: GatewayReference;
  /** What it describes, for people. */
  readonly description?: string;
};

/** https://learn.microsoft.com/azure/api-management/validate-content-policy#limits */
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * A schema of the whole gateway, by which the policy `validateContent` checks bodies. The component's name is its id.
 *
 * @example
 * ```ts
 * const schema = new GatewaySchema("invoice", { gateway, json: { type: "object", required: ["number"] } });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewaySchema extends pulumi.ComponentResource {
  readonly schemaId: string;
  readonly resource: pulumi.CustomResource;

  constructor(name: string, args: GatewaySchemaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewaySchema", name, {}, opts);
    requireValid(this, "GatewaySchema", name, validateGatewaySchema(name, args));

    const { gateway } = args;
    this.schemaId = name;
    this.resource = "json" in args ? this.createJson(name, args) : this.createXml(name, args);
    gateway.inventory.add("schema", name, this.resource);
    this.registerOutputs({ schemaId: this.schemaId });
  }

  /**
   * Azure keeps a JSON Schema in `document`, which azure-native's type lacks: its declaration has no properties, and
   * flattening leaves nothing of it (https://github.com/Azure/azure-rest-api-specs, GlobalSchemaDocumentProperties).
   */
  private createJson(
    name: string,
    { gateway, description, json }: Extract<GatewaySchemaArgs, { json: unknown }>,
  ): pulumi.CustomResource {
    return createUntyped(
      `${name}-schema`,
      gateway,
      { type: "schemas", id: name, properties: { schemaType: "json", description, document: json } },
      childOf(this, gateway),
    );
  }

  private createXml(
    name: string,
    { gateway, description, xml }: Extract<GatewaySchemaArgs, { xml: unknown }>,
  ): pulumi.CustomResource {
    return new apimanagement.GlobalSchema(
      `${name}-schema`,
      { ...placeOn(gateway), schemaId: name, description, schemaType: "xml", value: xml },
      childOf(this, gateway),
    );
  }
}

/** Every problem of the arguments of a {@link GatewaySchema}. */
function validateGatewaySchema(name: string, args: GatewaySchemaArgs): Issue[] {
  const issues = checkId(args.gateway, "schema", name);
  const [path, text] = "json" in args ? ["json", JSON.stringify(args.json)] : ["xml", args.xml];
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) {
    issues.push({
      path,
      rule: "a schema has at most 4 MiB",
      received: received(`${bytes} bytes`),
      fix: "split it",
    });
  }
  return issues;
}
