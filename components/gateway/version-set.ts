import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../../validation/issue";
import { checkLength, checkText, requireValid } from "../validation";
import { checkId, childOf, placeOn } from "./child";
import type { GatewayReference } from "./reference";
import { WriteOrder } from "./write-order";

/** How a client says which version it calls. */
export type VersioningScheme =
  | {
      /** In the path, after that of the API: `/catalog/v2/products`. */
      readonly kind: "segment";
    }
  | {
      /** In a query parameter of this name: `/catalog/products?api-version=v2`. */
      readonly kind: "query";
      readonly name: string;
    }
  | {
      /** In a request header of this name. */
      readonly kind: "header";
      readonly name: string;
    };

export interface GatewayVersionSetArgs {
  readonly gateway: GatewayReference;
  /** What the portal calls the versions together, 1 to 100 characters. */
  readonly displayName: string;
  /** What they have in common, for people. */
  readonly description?: string;
  readonly scheme: VersioningScheme;
}

/**
 * Versions of one API that stand side by side under one path: each is a `GatewayApi` that names this set. The
 * component's name is its id.
 *
 * @example
 * ```ts
 * const versions = new GatewayVersionSet("catalog", { gateway, displayName: "Catalog", scheme: { kind: "segment" } });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayVersionSet extends pulumi.ComponentResource {
  readonly resource: apimanagement.ApiVersionSet;
  readonly versionSetId: string;
  readonly scheme: VersioningScheme;
  /** Writes to its versions, one after the other. */
  readonly order: WriteOrder;

  constructor(name: string, args: GatewayVersionSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayVersionSet", name, {}, opts);
    requireValid(this, "GatewayVersionSet", name, validateGatewayVersionSet(name, args));

    const { gateway, displayName, description, scheme } = args;
    this.versionSetId = name;
    this.scheme = scheme;
    this.resource = new apimanagement.ApiVersionSet(
      `${name}-version-set`,
      { ...placeOn(gateway), versionSetId: name, displayName, description, ...versioning(scheme) },
      childOf(this, gateway),
    );
    this.order = new WriteOrder([this.resource]);
    gateway.inventory.add("versionSet", name, this.resource);
    this.registerOutputs({ versionSetId: this.versionSetId });
  }
}

function versioning(
  scheme: VersioningScheme,
): Pick<apimanagement.ApiVersionSetArgs, "versioningScheme" | "versionHeaderName" | "versionQueryName"> {
  switch (scheme.kind) {
    case "segment":
      return { versioningScheme: "Segment" };
    case "query":
      return { versioningScheme: "Query", versionQueryName: scheme.name };
    case "header":
      return { versioningScheme: "Header", versionHeaderName: scheme.name };
  }
}

/** Every problem of the arguments of a {@link GatewayVersionSet}. */
function validateGatewayVersionSet(
  name: string,
  { gateway, displayName, scheme }: GatewayVersionSetArgs,
): Issue[] {
  return [
    ...checkId(gateway, "versionSet", name),
    // https://learn.microsoft.com/rest/api/apimanagement/api-version-set/create-or-update
    ...checkLength("displayName", displayName, "a version set's display name", 100),
    ...(scheme.kind === "segment"
      ? []
      : checkText("scheme.name", scheme.name, {
          what: `the name of the ${scheme.kind === "query" ? "query parameter" : "header"} that holds the version`,
          pattern: /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
          words: "1 to 100 letters, digits, hyphens and underscores, beginning with a letter or digit",
        })),
  ];
}
