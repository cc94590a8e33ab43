import type * as pulumi from "@pulumi/pulumi";
import { GUID } from "../../validation/guid";
import { received, type Issue } from "../../validation/issue";

/** Application (client) ids of Entra ID. */
export const CLIENT_ID = { what: "a client id", ...GUID } as const;

/** Permissions of one API, by their values. */
export interface Permissions {
  /** What clients do for their users; arrives in the token's `scp` claim. @default none */
  readonly scopes?: readonly string[];
  /** What clients do for themselves, or users may do; arrives in the token's `roles` claim. @default none */
  readonly roles?: readonly string[];
}

/** An API that clients ask for tokens for: a registration of this program, an adopted one, or one of Microsoft's. */
export interface CallableApi {
  /** Application (client) id. */
  readonly clientId: pulumi.Input<string>;
  /** Every permission that the API does not declare. */
  checkPermissions(path: string, wanted: Permissions): Issue[];
  scopeId(scope: string): pulumi.Input<string>;
  roleId(role: string): pulumi.Input<string>;
  /** Object id of its service principal in this tenant: what consent is granted on. */
  servicePrincipalId(opts: pulumi.InvokeOptions): pulumi.Input<string>;
}

/**
 * Every permission that is wanted and not declared.
 *
 * @param path of what asks; empty where the permissions stand at the top
 */
export function checkDeclared(path: string, wanted: Permissions, declared: Permissions): Issue[] {
  return (["scopes", "roles"] as const).flatMap((kind) =>
    checkNames(path === "" ? kind : `${path}.${kind}`, kind, wanted[kind] ?? [], declared[kind] ?? []),
  );
}

/** Every name that is not among those that the API declares, or stands twice. */
export function checkNames(
  path: string,
  kind: keyof Permissions,
  names: readonly string[],
  declared: readonly string[],
): Issue[] {
  return names.flatMap((name, index): Issue[] => {
    if (names.indexOf(name) !== index) {
      return [
        { path, rule: `each of the ${kind} stands once`, received: received(name), fix: "leave one out" },
      ];
    }
    if (declared.includes(name)) return [];
    return [
      {
        path,
        rule:
          declared.length > 0
            ? `the API declares the ${kind} ${declared.join(", ")}`
            : `the API declares no ${kind}`,
        received: received(name),
        fix: "use a name that the API declares, or let the API declare it",
      },
    ];
  });
}
