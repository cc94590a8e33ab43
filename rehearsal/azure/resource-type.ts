import type { AzureError } from "./errors";

/** A JSON value as it travels between the engine, the provider and Azure. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The properties of a resource, in the shape of the Pulumi SDK (`sku: { name }`, not ARM's nesting). */
export type Properties = Record<string, Json>;

/** A resource as the simulated Azure holds it, apart from Pulumi's state. */
export interface StoredResource {
  /** The id as Azure spells it. Ids are compared without regard to case. */
  readonly id: string;
  /** Pulumi's type token, e.g. `azure-native:dns:Zone`. */
  readonly token: string;
  /** What the last accepted write asked for. */
  readonly inputs: Properties;
  /** What a read answers. */
  readonly outputs: Properties;
}

/** A principal of Entra ID that is not made by a stack, and so is no resource here. */
export interface StandingPrincipal {
  readonly objectId: string;
  readonly type: "Group" | "ServicePrincipal" | "User";
}

/** What rules and resource types may look at: the rest of the simulated Azure, read-only. */
export interface AzureView {
  readonly subscriptionId: string;
  readonly tenantId: string;
  /** Object id of whoever deploys. */
  readonly deployerObjectId: string;
  /** Who is in the directory beside those whom resources bring along. */
  readonly standingPrincipals: readonly StandingPrincipal[];
  /**
   * The resource with this id, without regard to case, and by either id of the current revision of an API; `undefined`
   * where Azure answers 404.
   */
  get(id: string): StoredResource | undefined;
  /** Every resource of a type. */
  all(token: string): readonly StoredResource[];
  /**
   * {@link AzureView.all}, and what is still being created: nobody sees it yet, but what has to be unique is taken from
   * the moment in which Azure accepts it.
   */
  accepted(token: string): readonly StoredResource[];
  /** Every resource whose id lies below this one. */
  below(id: string): readonly StoredResource[];
  /** What was deleted but still holds its name (API Management 48 h, Key Vault its retention). */
  softDeleted(token: string): readonly StoredResource[];
  /** What stands at an address outside Azure; `undefined` where nothing can be fetched from there. */
  document(url: string): string | undefined;
}

/** A write that Azure is asked to accept. */
export interface Write {
  readonly operation: "create" | "update" | "delete";
  /** The id under which the simulated Azure keeps it: that of the current revision of an API has no `;rev=`. */
  readonly id: string;
  readonly inputs: Properties;
  /** What stands there already: always on update and delete, never on create. */
  readonly previous?: StoredResource;
}

/** An accepted or refused example of a rule, run by `test/rehearsal/azure/rules.test.ts`. */
export interface Fixture {
  /** What must exist before, in order: token and inputs. Created without checking rules. */
  readonly given?: readonly { readonly token: string; readonly inputs: Properties }[];
  /** Who must be in the directory before. */
  readonly principals?: readonly StandingPrincipal[];
  readonly operation?: Write["operation"];
  /** The write itself. On update and delete, what stands there is `previous` (created first). */
  readonly inputs: Properties;
  readonly previous?: Properties;
}

/**
 * Something that Azure refuses. Written by hand, because no declaration says it; a rule is there because a
 * source says so, and has one accepted and one refused example.
 */
export interface Rule {
  /** Unique, kebab-case, e.g. `apim-developer-one-unit`. */
  readonly id: string;
  /** Where Azure or the provider says so: an address, or a file in a public repository. */
  readonly source: string;
  /** The refusal, or `undefined` where the write is fine. Must not throw. */
  check(write: Write, azure: AzureView): AzureError | undefined;
  readonly accepted: Fixture;
  readonly refused: Fixture;
}

/** What a write occupies while it is under way, and what Azure answers to another that wants the same. */
export interface Serialisation {
  readonly keys: readonly string[];
  readonly refusal: AzureError;
}

/** A resource that is written as part of another write. */
export interface Deployed {
  readonly token: string;
  readonly inputs: Properties;
  /** Places in the list of what it waits for, however indirectly; it is written at one time with all others. */
  readonly after: readonly number[];
}

/** One kind of resource: how its id is made, what Azure answers, what it refuses, how long it takes. */
export interface ResourceType {
  readonly token: string;
  /**
   * The id as a template over input properties and `{subscriptionId}`, e.g.
   * `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/dnsZones/{zoneName}`.
   * The engine replaces the resource when a property in it changes. `{scope}` as first segment is taken as it is, and so
   * is `{+path}`, which may be empty.
   * For types whose id Azure chooses (Microsoft Graph), a function; it is called once, when the resource is created.
   */
  readonly id: string | ((inputs: Properties, azure: AzureView) => string);
  /**
   * Further input properties (or paths, e.g. `sku.family`, `rules[].name`) whose change replaces the resource. A type
   * that lists `location` cannot be created without one.
   */
  readonly replaceOn?: readonly string[];
  /** The input that azure-native fills in with `<name><8 hex digits>` (or a uuid) when it is absent. */
  readonly autoName?: { readonly property: string; readonly kind: "random" | "copy" | "uuid" };
  /**
   * Azure always holds one of these below its parent (global policy, blob service properties): create overwrites, delete
   * resets to this body. Where Azure has a DELETE for it (`deletable`, e.g. the global policy), azure-native adopts it
   * only while it stands as in `reset`, and else refuses to create an "already existing subresource".
   */
  readonly alwaysExists?: { readonly reset: Properties; readonly deletable?: boolean };
  /** Input properties that a read never answers, e.g. the contract of an API, a secret's value. */
  readonly writeOnly?: readonly string[];
  /** Dotted paths of outputs that are secrets (keys, connection strings): searched for wherever text leaves the rehearsal. */
  readonly secrets?: readonly string[];
  /**
   * What a read answers beyond the inputs (which are echoed, but for `writeOnly`): `name`, `type`, urls, addresses,
   * principal ids. Must be a pure function of its arguments, so that a second read answers the same. Properties
   * given here win over the echoed ones.
   */
  outputs?(write: Write, azure: AzureView): Properties;
  /** Ids that must exist, as the inputs name them. The parent in the id template is always checked. */
  references?(
    inputs: Properties,
    azure: AzureView,
  ): readonly { readonly property: string; readonly id: string }[];
  readonly rules?: readonly Rule[];
  /** Other resources that Azure creates along with this one, e.g. the group of a new product. */
  creates?(
    write: Write,
    azure: AzureView,
  ): readonly { readonly token: string; readonly inputs: Properties }[];
  /**
   * After a delete the name stays taken: `remedy` says in a line what a person can do, e.g. purge it, or recover it where
   * nobody may purge. Where `restores` says that a create asks for the deleted one (`restore: true`), it comes back as it
   * was, and all other properties are ignored.
   */
  readonly softDelete?: {
    readonly remedy: (resource: StoredResource) => string;
    readonly refusal: (id: string) => AzureError;
    readonly restores?: (inputs: Properties) => boolean;
  };
  /**
   * Writes that have a key in common collide: while one is under way, Azure answers the other with this refusal (e.g. 409
   * PessimisticConcurrencyConflict).
   */
  serialised?(write: Write, azure: AzureView): Serialisation | undefined;
  /** The same towards writes of other types, whose keys these are: this write does not keep them from anything. */
  yieldsTo?(write: Write, azure: AzureView): Serialisation | undefined;
  /**
   * Resources that get another id by this write, e.g. what lies below the current revision of an API, which has no
   * `;rev=`, when a release makes another revision the current one. Asked once the write stands.
   */
  moves?(write: Write, azure: AzureView): readonly { readonly from: string; readonly to: string }[];
  /**
   * Resources that this write asks Azure to write, in order, and under the same rules as if they were written one by
   * one: those of a template deployment. One that is there already is updated. They stay when this one is deleted.
   */
  deploys?(write: Write, azure: AzureView): readonly Deployed[];
  /** What the log tells of a resource that was written, for those who ask when something came to be. Never a secret. */
  readonly facts?: (resource: StoredResource) => Json;
  /** Minutes that the real Azure takes, for makespans in proportion; by default 0.05 each. */
  readonly minutes?: { readonly create?: number; readonly update?: number; readonly delete?: number };
}

/** A function that reads from Azure, e.g. `azure-native:authorization:getClientConfig`. */
export interface InvokeType {
  readonly token: string;
  /** Throws an {@link AzureError} where Azure refuses. */
  answer(args: Properties, azure: AzureView): Properties;
  /** Dotted paths in the answer that are secrets. */
  readonly secrets?: readonly string[];
}

/** Types are registered by listing them in `types/index.ts`; one file exports one or several related types. */
export interface TypeModule {
  readonly resources?: readonly ResourceType[];
  readonly invokes?: readonly InvokeType[];
}
