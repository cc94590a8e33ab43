/** The sections of a policy document, in the order in which they stand. */
export const SECTIONS = ["inbound", "backend", "outbound", "on-error"] as const;

/** A section of a policy document, as XML names it. */
export type Section = (typeof SECTIONS)[number];

/** Where a document is attached, from broad to narrow. */
export const SCOPES = ["global", "product", "api", "operation"] as const;

/** What a policy document is attached to. */
export type Scope = (typeof SCOPES)[number];

/** The kinds of gateway, in the order of Microsoft's tables: classic is Developer, Basic, Standard and Premium. */
export const GATEWAY_KINDS = ["classic", "v2", "consumption", "self-hosted"] as const;

/** A kind of gateway. */
export type GatewayKind = (typeof GATEWAY_KINDS)[number];

/**
 * The kind of gateway that a pricing tier has in Azure.
 *
 * @param tier name of the SKU, e.g. `Developer` or `StandardV2`
 * @see https://learn.microsoft.com/azure/api-management/api-management-gateways-overview
 */
export function gatewayKindOf(tier: string): Exclude<GatewayKind, "self-hosted"> {
  if (tier === "Consumption") return "consumption";
  return tier.endsWith("V2") ? "v2" : "classic";
}

/** The kinds of things that a policy may name in the gateway, by `{{name}}` or by their ids. */
export const REFERENCE_KINDS = [
  "namedValue",
  "backend",
  "fragment",
  "certificate",
  "logger",
  "schema",
  "api",
  "authorizationProvider",
] as const;

/** What a policy may name in the gateway. */
export type ReferenceKind = (typeof REFERENCE_KINDS)[number];

/** What an attribute or a text may be. */
export interface ValueSpec {
  /** `@default "string"` */
  readonly type?: "string" | "integer" | "number" | "boolean";
  /** The only values, where there is a closed list. */
  readonly values?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  /** Numbers that are valid outside of the range, e.g. 0 for "for ever". */
  readonly also?: readonly number[];
  /** Set where Azure documents that policy expressions are not allowed; they are allowed everywhere else. */
  readonly literal?: true;
  /** Set where the value is the id of another object of the gateway. */
  readonly reference?: Exclude<ReferenceKind, "namedValue">;
  /** Set for passwords and keys, which stand in a named value or come of an expression. */
  readonly secret?: true;
}

/** An attribute by whose value another part may be left out. */
export interface ExceptionSpec {
  /** Key of the attribute. */
  readonly attribute: string;
  readonly is: readonly string[];
}

/** An attribute. Its key in the table is the camel-case form of its XML name. */
export interface AttributeSpec extends ValueSpec {
  readonly required?: true;
  readonly requiredUnless?: ExceptionSpec;
}

/** A number of attributes and children of which only some may, or must, stand together. */
export interface ChoiceSpec {
  /** Keys of attributes and children. */
  readonly of: readonly string[];
  readonly atLeast: 0 | 1;
  /** `@default` any number */
  readonly atMost?: 1;
}

/** What an element holds. At most one of `text`, `list`, `children`, `statements` and `opaque` is set. */
export interface ContentSpec {
  readonly attributes?: Readonly<Record<string, AttributeSpec>>;
  readonly choices?: readonly ChoiceSpec[];
  readonly text?: AttributeSpec;
  /** One or more of one element, and nothing else. */
  readonly list?: ChildSpec;
  /** Elements in this order, as Azure asks for them. */
  readonly children?: Readonly<Record<string, ChildSpec>>;
  /** Policies: any that the section allows, or only the named ones. */
  readonly statements?: "any" | readonly string[];
  /** The table does not describe what is inside, e.g. XSLT: it is kept, and only its texts are checked. */
  readonly opaque?: true;
  /** Text and foreign markup in which white space counts; it is kept as it is. */
  readonly verbatim?: true;
}

/** An element inside of a policy. Its key in the table is the name of the constructor's option. */
export interface ChildSpec extends ContentSpec {
  readonly element: string;
  readonly required?: true;
  readonly requiredUnless?: ExceptionSpec;
  readonly repeated?: true;
  /** How often it may be repeated. `@default` any number */
  readonly most?: number;
}

/** A row of the table: one policy. */
export interface ElementSpec extends ContentSpec {
  readonly sections: readonly Section[];
  /** `@default` all */
  readonly scopes?: readonly Scope[];
  /** `@default` all */
  readonly gateways?: readonly GatewayKind[];
  /** Set where the policy may stand only once in its section, or in the whole document. */
  readonly once?: "section" | "document";
  /** The page of Microsoft's policy reference from which the row was taken. */
  readonly documentation: string;
}

/** The name of the constructor of a policy: `rateLimitByKey` for `rate-limit-by-key`. */
export function constructorName(element: string): string {
  return element.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Rows of the table, by the XML names of the policies. */
export type Rows = Readonly<Record<string, ElementSpec>>;

/** Where Microsoft's policy reference is, page by page. */
export const REFERENCE = "https://learn.microsoft.com/azure/api-management";

/** The XML name of an attribute: `renewal-period` for the key `renewalPeriod`. */
export function attributeName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
