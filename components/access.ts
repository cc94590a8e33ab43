import { GUID } from "../validation/guid";
import type { PrincipalType, Verb } from "./grants";

/** What lives and dies together: each resource group holds one of these. */
export const LIFECYCLES = ["gateway", "workflows", "shared", "backup"] as const;

/**
 * `gateway`: the gateway with its identity. `workflows`: those of one integration, with the queues between them. `shared`:
 * vault, logs, DNS. `backup`: copies, in another region.
 */
export type Lifecycle = (typeof LIFECYCLES)[number];

/** Those who work with a stack. */
export const PERSONAS = ["operators", "developers", "pipelines"] as const;

export type Persona = (typeof PERSONAS)[number];

/** Who works with a stack, by object ids of Entra ID. */
export interface Access {
  /** Groups that watch it, and stop and start workflows. @default none */
  readonly operators?: readonly string[];
  /** Groups that see what they built. @default none */
  readonly developers?: readonly string[];
  /** Service principals that run `pulumi up`. @default none */
  readonly pipelines?: readonly string[];
  /** Lets developers edit gateway and workflows by hand, keys of the gateway included. @default they see only */
  readonly developersEdit?: { readonly because: string };
}

/** Pipelines as owners of a registration: their permission in Microsoft Graph lets them change what they own alone. */
export function pipelineOwners({ pipelines = [] }: Access = {}): Readonly<Record<string, string>> {
  return Object.fromEntries(pipelines.map((id) => [id, id]));
}

/**
 * What each may do in each group; docs/access.md says why. Nobody reads secrets or backups, nobody but pipelines gives access,
 * and nobody lifts a lock.
 */
export const ACCESS: Readonly<Record<Persona, Readonly<Record<Lifecycle, readonly Verb[]>>>> = {
  operators: {
    gateway: ["readGateway", "operateWorkflows"],
    workflows: ["readResources", "operateWorkflows"],
    shared: ["readLogs"],
    backup: ["readResources"],
  },
  developers: {
    gateway: ["readGateway"],
    workflows: ["readResources"],
    shared: ["readLogs"],
    backup: [],
  },
  pipelines: {
    gateway: ["deployResources", "assignRoles"],
    workflows: ["deployResources", "assignRoles"],
    shared: ["deployResources", "assignRoles"],
    backup: ["deployResources", "assignRoles"],
  },
};

/** What developers may do as well who edit by hand. */
export const EDITING: Readonly<Record<Lifecycle, readonly Verb[]>> = {
  gateway: ["editGateway"],
  workflows: ["editWorkflows"],
  shared: [],
  backup: [],
};

/** A role that somebody has in a group. */
export interface GroupGrant {
  readonly verb: Verb;
  readonly to: string;
  readonly principalType: PrincipalType;
}

/**
 * Who may do what in a group, each once, whether as an operator, a developer or both: Azure refuses a role that the
 * principal has already.
 *
 * @returns by `<verb>-<object id>`, which stays the same when somebody changes from one persona to another
 */
export function grantsIn(lifecycle: Lifecycle, access: Access): ReadonlyMap<string, GroupGrant> {
  const grants = PERSONAS.flatMap((persona) => {
    const verbs = [
      ...ACCESS[persona][lifecycle],
      ...(persona === "developers" && access.developersEdit ? EDITING[lifecycle] : []),
    ];
    const principalType: PrincipalType = persona === "pipelines" ? "ServicePrincipal" : "Group";
    return (access[persona] ?? []).flatMap((id) =>
      verbs.map((verb): GroupGrant => ({ verb, to: id.toLowerCase(), principalType })),
    );
  });
  return new Map(grants.map((one) => [`${one.verb}-${one.to}`, one]));
}

/** Object ids of Entra ID. */
export const OBJECT_ID = {
  what: "an object id",
  ...GUID,
} as const;

/** Something wrong with {@link Access}. */
export interface AccessProblem {
  readonly path: readonly string[];
  readonly rule: string;
  readonly fix: string;
}

/** What is wrong with {@link Access} beyond the form of its ids. */
export function accessProblems(access: Access): AccessProblem[] {
  const { operators = [], developers = [], pipelines = [], developersEdit } = access;
  const groups = lowerCased([...operators, ...developers]);
  return [
    ...PERSONAS.filter((persona) => {
      const ids = lowerCased(access[persona] ?? []);
      return new Set(ids).size < ids.length;
    }).map((persona) => ({
      path: [persona],
      rule: "must not name anybody twice",
      fix: "name each object id once",
    })),
    ...(lowerCased(pipelines).some((id) => groups.includes(id))
      ? [
          {
            path: ["pipelines"],
            rule: "must not name a group of operators or developers: pipelines are service principals, and nothing is both",
            fix: "give the object id of the pipeline's service principal, or take it out here",
          },
        ]
      : []),
    ...(developersEdit && developers.length === 0
      ? [
          {
            path: ["developersEdit"],
            rule: "must be left out where there are no developers",
            fix: "name their group, or take it out",
          },
        ]
      : []),
  ];
}

/** Entra ID compares ids without regard to case. */
function lowerCased(ids: readonly string[]): string[] {
  return ids.map((id) => id.toLowerCase());
}
