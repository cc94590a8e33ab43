import type * as pulumi from "@pulumi/pulumi";
import type { PolicyFragment, ReferenceKind } from "../../policies/gateway";
import { nearest } from "../../validation/nearest";
import { received, type Issue } from "../../validation/issue";

/** Kinds of things on a gateway that others name by an id. */
export type EntityKind =
  | ReferenceKind
  | "authorizationServer"
  | "group"
  | "openIdProvider"
  | "product"
  | "subscription"
  | "tag"
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
  /** By their ids in lower case, as Azure compares them. */
  readonly resources: Map<string, pulumi.Resource>;
}

const WORDS: Readonly<Record<EntityKind, string>> = {
  api: "an API",
  authorizationProvider: "a provider of the credential manager",
  authorizationServer: "an authorization server",
  backend: "a backend",
  certificate: "a certificate",
  fragment: "a policy fragment",
  group: "a group",
  logger: "a logger",
  namedValue: "a named value",
  openIdProvider: "an OpenID Connect provider",
  product: "a product",
  schema: "a schema",
  subscription: "a subscription",
  tag: "a tag",
  versionSet: "a version set",
};

/**
 * What a program has put on a gateway so far: what policies may name, what a policy must wait for, and which ids are
 * taken. Components enter themselves when they are constructed, so that a program constructs first what others name.
 */
export class GatewayInventory {
  /** What its policy fragments hold, by their ids: checked wherever they are included. */
  readonly fragments = new Map<string, PolicyFragment>();

  /** The product without subscription in which an API is, by the API's id. */
  readonly openProducts = new Map<string, string>();

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
    resources.set(id.toLowerCase(), resource);
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
      const found = this.of(kind).resources.get(id.toLowerCase());
      return found === undefined ? [] : [found];
    });
  }

  /** The issue that an id is taken; two integrations may have chosen the same one. */
  checkFree(path: string, kind: EntityKind, id: string): Issue[] {
    if (!this.of(kind).resources.has(id.toLowerCase())) return [];
    return [
      {
        path,
        rule: `the id of ${WORDS[kind]} is unique on a gateway, without regard to case`,
        received: received(id),
        fix: "choose another name for one of the two",
      },
    ];
  }

  /** The issue that an id names nothing, where this program knows everything that stands on the gateway. */
  checkKnown(path: string, kind: EntityKind, id: string): Issue[] {
    const known = this.ids(kind);
    if (known === undefined || this.of(kind).resources.has(id.toLowerCase())) return [];
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
    const known = this.kinds.get(kind) ?? { ids: new Set(), resources: new Map() };
    this.kinds.set(kind, known);
    return known;
  }
}
