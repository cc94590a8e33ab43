import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../policies/gateway";
import { received, type Issue } from "../../validation/issue";
import { checkLength, requireValid } from "../validation";
import type { BackendCredentials, BackendTarget, GatewayBackend } from "./backend";
import { checkId, childOf, idOn, placeOn } from "./child";
import type { GatewayReference } from "./reference";

/** A backend's part in a pool. */
export interface PoolMember {
  readonly backend: GatewayBackend;
  /**
   * Share of the requests among members of its priority, 0 to 100. One of 0 is left out of the pool: nothing says that
   * Azure sends no requests to a member of weight 0.
   */
  readonly weight: number;
  /** Members of a higher number are used only while all of the lower ones have tripped, 0 to 100. @default 1 */
  readonly priority?: number;
}

export interface GatewayBackendPoolArgs {
  readonly gateway: GatewayReference;
  /** What it is, for people; 1 to 2,000 characters. */
  readonly description?: string;
  /** 1 to 30 backends, by a key of your choice. */
  readonly members: Readonly<Record<string, PoolMember>>;
}

/** What {@link GatewayBackendPool} assumes where its arguments say nothing. */
const GATEWAY_BACKEND_POOL_DEFAULTS = { priority: 1 } as const;

/** https://learn.microsoft.com/azure/api-management/backends#load-balanced-pool */
const MAX_MEMBERS = 30;

/**
 * Several backends that share the requests by weight: 90 to 10 tries a new version on a tenth of them, 0 to 100 moves
 * all of them, and back is the same one line. The component's name is its id.
 *
 * @example
 * ```ts
 * const pool = new GatewayBackendPool("catalog", {
 *   gateway,
 *   members: { stable: { backend: stable, weight: 90 }, canary: { backend: canary, weight: 10 } },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayBackendPool extends pulumi.ComponentResource implements BackendTarget {
  readonly backendId: string;
  readonly authentication: readonly Statement<"inbound">[];
  readonly resource: apimanagement.Backend;

  constructor(name: string, args: GatewayBackendPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayBackendPool", name, {}, opts);
    requireValid(this, "GatewayBackendPool", name, validateGatewayBackendPool(name, args));

    const { gateway, description } = args;
    const members = Object.values(args.members);
    this.backendId = name;
    this.authentication = members[0]?.backend.authentication ?? [];
    this.resource = new apimanagement.Backend(
      `${name}-pool`,
      {
        ...placeOn(gateway),
        backendId: name,
        description,
        type: "Pool",
        pool: {
          services: members
            .filter(({ weight }) => weight > 0)
            .map(({ backend, weight, priority }) => ({
              id: idOn(gateway, `backends/${backend.backendId}`),
              weight,
              priority: priority ?? GATEWAY_BACKEND_POOL_DEFAULTS.priority,
            })),
        },
      },
      childOf(this, gateway, { dependsOn: members.map(({ backend }) => backend.resource) }),
    );
    gateway.inventory.add("backend", name, this.resource);
    this.registerOutputs({ backendId: this.backendId });
  }
}

/** Every problem of the arguments of a {@link GatewayBackendPool}. */
function validateGatewayBackendPool(
  name: string,
  { gateway, description, members }: GatewayBackendPoolArgs,
): Issue[] {
  const issues = [
    ...checkId(gateway, "backend", name),
    // https://learn.microsoft.com/rest/api/apimanagement/backend/create-or-update
    ...checkLength("description", description, "a backend's description", 2000),
  ];
  const all = Object.entries(members);
  if (all.length < 1 || all.length > MAX_MEMBERS) {
    issues.push({
      path: "members",
      rule: `a pool has 1 to ${MAX_MEMBERS} members`,
      received: received(all.length),
      fix: "name the backends that share the requests",
    });
  }
  for (const [key, member] of all) {
    for (const property of ["weight", "priority"] as const) {
      const value = member[property];
      if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= 100)) continue;
      issues.push({
        path: `members.${key}.${property}`,
        rule: "weight and priority are whole numbers from 0 to 100",
        received: received(value),
        fix: "write a whole number from 0 to 100",
      });
    }
  }
  if (all.length > 0 && all.every(([, { weight }]) => weight === 0)) {
    issues.push({
      path: "members",
      rule: "somebody answers: at least one member has a weight above 0",
      fix: "raise the weight of the member that takes the requests",
    });
  }
  const backends = all.map(([, { backend }]) => backend);
  for (const [index, [key, { backend }]] of all.entries()) {
    if (!backends.slice(0, index).includes(backend)) continue;
    issues.push({
      path: `members.${key}.backend`,
      rule: "a backend is one member of a pool",
      received: received(backend.backendId),
      fix: "remove it, and give the other member the weight of both",
    });
  }
  const [first, ...others] = backends.map(({ credentials }) => credentials);
  if (
    first &&
    others.some((other) => !areSame(first, other)) &&
    backends.some(({ authentication }) => authentication.length > 0)
  ) {
    issues.push({
      path: "members",
      rule: "credentials that a policy shows are the same for all members: it runs before one of them is chosen",
      received: [first, ...others].map(({ kind }) => kind).join(", "),
      fix: "hand one credentials object to all of them, or use headers, which each backend keeps for itself",
    });
  }
  return issues;
}

/** What is not known yet, a named value and a certificate are the same only where they are the same object. */
function areSame(one: BackendCredentials, other: BackendCredentials): boolean {
  const ours = new Map<string, unknown>(Object.entries(one));
  const theirs = Object.entries(other);
  return ours.size === theirs.length && theirs.every(([key, value]) => ours.get(key) === value);
}
