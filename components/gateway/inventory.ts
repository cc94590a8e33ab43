import type * as pulumi from "@pulumi/pulumi";
import type { PolicyFragment, ReferenceKind } from "../../policies/gateway";
import { nearest } from "../../validation/nearest";
import { received, type Issue } from "../../validation/issue";

/** Kinds of things on a gateway that others name by an id. */
export type EntityKind =
  | ReferenceKind
  | "authorizationServer"
  | "globalPolicy"
  | "group"
  | "openIdProvider"
  | "product"
  | "subscription"
  | "tag"
  | "tracing"
  | "versionSet";

/** One thing on a gateway. */
export interface EntityReference {
  readonly kind: EntityKind;
  /** Its id on the gateway; Azure compares ids without regard to case. */
  readonly id: string;
}

/** What stands of one kind. */
interface Kind {
  /** As they were given. */
  readonly ids: Set<string>;
  readonly resources: Map<string, pulumi.Resource>;
}

/** Azure compares ids without regard to case. */
class ById<V> extends Map<string, V> {
  override get(id: string): V | undefined {
    return super.get(id.toLowerCase());
  }

  override has(id: string): boolean {
    return super.has(id.toLowerCase());
  }

  override set(id: string, value: V): this {
    return super.set(id.toLowerCase(), value);
  }
}

/** Ids as they were given, found without regard to case. */
class Ids extends Set<string> {
  private readonly known = new Set<string>();

  override add(id: string): this {
    this.known.add(id.toLowerCase());
    return super.add(id);
  }

  override has(id: string): boolean {
    return this.known.has(id.toLowerCase());
  }
}

/** One of the versions under a path. */
interface PathVersion {
  readonly set: string;
  readonly version: string;
}

const WORDS: Readonly<Record<EntityKind, string>> = {
  api: "an API",
  authorizationProvider: "a provider of the credential manager",
  authorizationServer: "an authorization server",
  backend: "a backend",
  certificate: "a certificate",
  fragment: "a policy fragment",
  globalPolicy: "a policy of all APIs",
  group: "a group",
  logger: "a logger",
  namedValue: "a named value",
  openIdProvider: "an OpenID Connect provider",
  product: "a product",
  schema: "a schema",
  subscription: "a subscription",
  tag: "a tag",
  tracing: "a tracing of all APIs",
  versionSet: "a version set",
};

/**
 * What a program has put on a gateway so far: what policies may name, what a policy must wait for, and which ids are
 * taken. Components enter themselves when they are constructed, so that a program constructs first what others name.
 */
export class GatewayInventory {
  /** What its policy fragments hold, by their ids: checked wherever they are included. */
  readonly fragments: Map<string, PolicyFragment> = new ById<PolicyFragment>();

  /** The product without subscription in which an API is, by the API's id. */
  readonly openProducts = new Map<string, string>();

  /** What stands under each path: an API, or versions of one set. */
  private readonly paths = new ById<(PathVersion | undefined)[]>();

  private readonly kinds = new Map<EntityKind, Kind>();

  /**
   * @param complete whether nothing else stands on the gateway: then an id that is not here names nothing. Not so for a
   * gateway that another stack owns or that stood before
   */
  constructor(private readonly complete: boolean) {}

  /** Enters something that now stands on the gateway. */
  add(kind: EntityKind, id: string, resource: pulumi.Resource): void {
    const { ids, resources } = this.of(kind);
    ids.add(id);
    resources.set(id, resource);
  }

  /**
   * The ids of a kind, those that are still to come included; `undefined` where others may stand that this program does
   * not know.
   */
  ids(kind: EntityKind): ReadonlySet<string> | undefined {
    return this.complete ? this.of(kind).ids : undefined;
  }

  /** What must stand before something that names these; what this program did not make, it cannot wait for. */
  resources(references: readonly EntityReference[]): pulumi.Resource[] {
    return references.flatMap(({ kind, id }) => {
      const found = this.of(kind).resources.get(id);
      return found === undefined ? [] : [found];
    });
  }

  /** The issue that an id is taken; two integrations may have chosen the same one. */
  checkFree(path: string, kind: EntityKind, id: string): Issue[] {
    if (!this.of(kind).resources.has(id)) return [];
    return [
      {
        path,
        rule: `the id of ${WORDS[kind]} is unique on a gateway, without regard to case`,
        received: received(id),
        fix: "choose another name for one of the two",
      },
    ];
  }

  /** The issue that there is one already of what a gateway has once. */
  checkOnly(path: string, kind: "globalPolicy" | "tracing"): Issue[] {
    if (this.of(kind).resources.size === 0) return [];
    return [
      { path, rule: `a gateway has one ${WORDS[kind].replace("a ", "")}`, fix: "join the two into one" },
    ];
  }

  /** Enters the path of an API, or of one of its versions. */
  addPath(path: string, version: PathVersion | undefined): void {
    this.paths.set(path, [...(this.paths.get(path) ?? []), version]);
  }

  /** The issue that a path is taken: only versions of one set stand under one (https://github.com/Azure/apiops/issues/712). */
  checkPath(path: string, version: PathVersion | undefined): Issue[] {
    const free = (other: PathVersion | undefined) =>
      version !== undefined && other?.set === version.set && other.version !== version.version;
    if ((this.paths.get(path) ?? []).every(free)) return [];
    return [
      {
        path: "path",
        rule: "a path is that of one API, or of different versions in one version set",
        received: received(path),
        fix: "choose another path, or make both versions of one set",
      },
    ];
  }

  /** The issue that an id names nothing, where this program knows everything that stands on the gateway. */
  checkKnown(path: string, kind: EntityKind, id: string): Issue[] {
    const known = this.ids(kind);
    if (known === undefined || this.of(kind).resources.has(id)) return [];
    const near = nearest(id, [...known]);
    return [
      {
        path,
        rule: `the id names ${WORDS[kind]} of the gateway`,
        received: received(id),
        fix: near === undefined ? `construct ${WORDS[kind]} with this name before` : `write ${near}`,
      },
    ];
  }

  private of(kind: EntityKind): Kind {
    const known = this.kinds.get(kind) ?? { ids: new Ids(), resources: new ById<pulumi.Resource>() };
    this.kinds.set(kind, known);
    return known;
  }
}
