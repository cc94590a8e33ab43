import * as authorization from "@pulumi/azure-native/authorization";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../validation/issue";
import { RESOURCE_GROUP } from "../validation/resource-id";
import { accessProblems, grantsIn, OBJECT_ID, PERSONAS, type Access, type Lifecycle } from "./access";
import { grant } from "./grants";
import { checkReason, checkText, requireValid } from "./validation";

export interface LifecycleGroupArgs {
  /** What lives and dies together in it, on which its people's access depends. */
  readonly lifecycle: Lifecycle;
  /** 1 to 90 letters, digits, underscores, hyphens, dots and parentheses, no dot at the end. */
  readonly resourceGroupName: string;
  /** Azure region, e.g. `westeurope`. */
  readonly location: string;
  /** Who works with it. @default nobody gets a role */
  readonly access?: Access;
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * A resource group for what lives and dies together, with the roles of those who work with it.
 *
 * @example
 * ```ts
 * new LifecycleGroup("orders-group", {
 *   lifecycle: "workflows",
 *   resourceGroupName: "rg-contoso-orders",
 *   location: "westeurope",
 *   access: { operators: ["5c5d1c1f-7d0d-4c35-8d0e-0a3c8f6f3a10"] },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class LifecycleGroup extends pulumi.ComponentResource {
  readonly group: resources.ResourceGroup;
  /** The name, known once the group stands. */
  readonly name: pulumi.Output<string>;

  constructor(
    private readonly groupName: string,
    args: LifecycleGroupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:LifecycleGroup", groupName, {}, opts);
    requireValid(this, "LifecycleGroup", groupName, validateLifecycleGroup(args));
    this.group = new resources.ResourceGroup(
      `${groupName}-resources`,
      { resourceGroupName: args.resourceGroupName, location: args.location, tags: args.tags },
      // Once it stood in the stack itself, under the name that this component has now.
      { parent: this, aliases: [{ name: groupName, parent: pulumi.rootStackResource }] },
    );
    this.name = this.group.name;
    for (const [key, { verb, ...to }] of grantsIn(args.lifecycle, args.access ?? {})) {
      grant[verb](`${groupName}-${key}`, { on: this.group.id, ...to }, { parent: this });
    }
    this.registerOutputs({ resourceGroupId: this.group.id });
  }

  /**
   * Lets Azure refuse to delete one resource of the group, and with it the group: of a group that holds a locked resource
   * Azure deletes nothing (https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources).
   *
   * A lock holds for everything below its scope, roles and diagnostic settings included. So lock what nothing is ever taken
   * away from while it stands, rather than the whole group: else an update that takes something away fails in the middle.
   * Once for a group.
   *
   * @param scope ARM id of the resource
   * @param below what stands below it, and must go after the lock
   */
  lock(
    scope: pulumi.Input<string>,
    below: readonly pulumi.Resource[] = [],
  ): authorization.ManagementLockByScope {
    return new authorization.ManagementLockByScope(
      `${this.groupName}-lock`,
      {
        scope,
        lockName: "keep",
        level: "CanNotDelete",
        notes: "Set by Pulumi, with the setting protect. To delete, switch that off and update.",
      },
      { parent: this, dependsOn: [...below] },
    );
  }
}

/** Every problem of the arguments of a {@link LifecycleGroup}. */
function validateLifecycleGroup({ resourceGroupName, access = {} }: LifecycleGroupArgs): Issue[] {
  return [
    ...checkText("resourceGroupName", resourceGroupName, {
      what: "a resource group's name",
      ...RESOURCE_GROUP,
    }),
    ...PERSONAS.flatMap((persona) =>
      (access[persona] ?? []).flatMap((id, index) => checkText(`access.${persona}[${index}]`, id, OBJECT_ID)),
    ),
    ...(access.developersEdit
      ? checkReason(
          "access.developersEdit.because",
          access.developersEdit.because,
          "editing by hand",
          "let developers see only",
        )
      : []),
    ...accessProblems(access).map(({ path, ...words }) => ({
      path: ["access", ...path].join("."),
      ...words,
    })),
  ];
}
