/*
 * What a schema says about itself beyond its type. Zod keeps it beside the schema; a schema that is changed after
 * `.meta(...)` is a new one without it, so `.meta(...)` comes last.
 */
declare module "zod" {
  interface GlobalMeta {
    /** The value is a secret: it may be encrypted in the stack file, and no message ever shows it. */
    secret?: true;
    /** Stands in clear, but no message shows it: it is where somebody may have put a secret by mistake. */
    unshown?: true;
    /** What must hold, in the words of the field, e.g. `must be a region's programmatic name`. @default from the type */
    rule?: string;
    /** What to do where the rule does not hold. @default from the type and the description */
    fix?: string;
    /** Values, or keys of an object, that somebody may well try: why they are refused, and what serves instead. */
    refused?: Readonly<Record<string, { readonly rule: string; readonly fix: string }>>;
  }
}

export {};
