import type * as pulumi from "@pulumi/pulumi";

/** A type of azure-native in a module of one API version, e.g. `azure-native:apimanagement/v20240501:Api`. */
const VERSIONED = /^azure-native:[^:]+\/v\d{8}(?:preview|privatepreview)?:/;

/**
 * Drops what azure-native's resources say of themselves for programs that once named them by an API version: dozens of
 * aliases each, which take most of the time and memory that registering a resource costs. No state of this program has
 * such a name. Aliases that follow a rename of a type stay.
 *
 * @example
 * ```ts
 * pulumi.runtime.registerStackTransformation(withoutVersionAliases);
 * ```
 */
export const withoutVersionAliases: pulumi.ResourceTransformation = ({ props, opts }) => {
  const aliases = opts.aliases?.filter((alias) => !isVersioned(alias));
  return aliases?.length === opts.aliases?.length ? undefined : { props, opts: { ...opts, aliases } };
};

function isVersioned(alias: pulumi.Input<string | pulumi.Alias>): boolean {
  return (
    typeof alias === "object" &&
    "type" in alias &&
    typeof alias.type === "string" &&
    VERSIONED.test(alias.type)
  );
}
