import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { v5 as uuid } from "uuid";
import { perRun } from "./per-run";

/**
 * The verbs of {@link grant}: built-in roles by what they allow here.
 * Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
const ROLES = {
  /** Key Vault Secrets User: read the secrets of a vault, and its certificates with their keys through the secret endpoint. */
  readSecrets: "4633458b-17de-408a-b874-0445c86b69e6",
  /** Key Vault Crypto User: encrypt and decrypt with the keys of a vault, but not see them. */
  useKeys: "12338af0-0e69-4776-bea7-57ae8d297424",
  /** Storage Blob Data Reader: read blobs, of a storage account or of one container. */
  readBlobs: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  /** Storage Blob Data Contributor: read, write and delete blobs, of a storage account or of one container. */
  writeBlobs: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  /** Azure Service Bus Data Sender: send messages, to all of a namespace or to one queue or topic. */
  sendMessages: "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
  /**
   * Azure Service Bus Data Receiver: receive messages and settle them, of all of a namespace or of one queue or
   * subscription, with its dead letters.
   */
  receiveMessages: "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
  /** EventGrid Data Sender: publish events to a topic. */
  publishEvents: "d5a91429-5739-47e2-a06b-3470a27159e7",
  /** API Management Service Operator Role: back up, restore, change and delete a service, but not edit its APIs. */
  operateGateway: "e022efe7-f5ba-4159-bbe4-b44f577e9b61",
  /** Monitoring Metrics Publisher: send telemetry to an Application Insights component. */
  publishTelemetry: "3913510d-42f4-4e42-8a64-420c390055eb",

  /** Reader: see every resource, but no key, secret or blob. */
  readResources: "acdd72a7-3385-48ef-bd42-f606fba81ae7",
  /** API Management Service Reader Role: see a service and its APIs, but no keys of users. */
  readGateway: "71522526-b88f-4d52-b57f-d31fc3546d0d",
  /** API Management Service Contributor: change, delete and see everything of a service, keys included. */
  editGateway: "312a565d-c81f-4fd8-895a-4e21e48d571c",
  /** Logic App Operator: see workflows with their runs, enable and disable them. */
  operateWorkflows: "515c2055-d9d4-4321-b1b9-bd0c9a0f79fe",
  /** Logic App Contributor: edit workflows, and run them and their past runs again. */
  editWorkflows: "87a39d53-fc1b-424a-814c-f7e04687dc9e",
  /** Log Analytics Reader: see every resource, and query the logs of a workspace. */
  readLogs: "73c42c96-874c-492b-b04d-ab87d138a893",
  /** Contributor: create, change and delete resources of every kind, but give no access and lift no lock. */
  deployResources: "b24988ac-6180-42a0-ab88-20f7382dd24c",
  /**
   * Role Based Access Control Administrator, under a condition: assign the other roles of this table, and take them away,
   * but neither this one nor those of `deployResources` and `useKeys`. Who has it cannot widen their own rights.
   */
  assignRoles: "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
} as const;

/** What {@link grant} can grant. */
export type Verb = keyof typeof ROLES;

/** Kinds of principals: identities of programs (managed identities among them), groups and users of Entra ID. */
export type PrincipalType = "ServicePrincipal" | "Group" | "User";

/** Who gets a role, and where. */
export interface Grant {
  /** ARM id of the resource, resource group or subscription that the role is for. */
  readonly on: pulumi.Input<string>;
  /** Object id of the service principal, group or user that gets the role. */
  readonly to: pulumi.Input<string>;
  /** What kind of principal that is: Azure refuses another. @default "ServicePrincipal" */
  readonly principalType?: PrincipalType;
}

/** What {@link Grant} assumes where it says nothing. */
const GRANT_DEFAULTS = { principalType: "ServicePrincipal" } as const;

type GrantVerb = (
  name: string,
  grant: Grant,
  opts?: pulumi.CustomResourceOptions,
) => authorization.RoleAssignment;

/**
 * Assigns a role, by a verb for each.
 *
 * @example
 * ```ts
 * grant.readSecrets("workflow-reads-vault", { on: vault.id, to: workflow.principalId }, { parent: this });
 * ```
 */
export const grant = Object.fromEntries(
  Object.keys(ROLES).map((verb): [string, GrantVerb] => [
    verb,
    (name, wanted, opts = {}) => assign(name, verb as Verb, wanted, opts),
  ]),
) as { readonly [V in keyof typeof ROLES]: GrantVerb };

/**
 * Lets the gateway read the secrets of a vault that stands already. Several parts of a stack may need the same vault, and
 * any of them may go: hence the name is the vault's.
 */
export function grantGatewayReadsVault(
  vaultId: string,
  principalId: pulumi.Input<string>,
): authorization.RoleAssignment {
  const vaultName = vaultId.split("/").at(-1) ?? "";
  return grant.readSecrets(`gateway-reads-${vaultName.toLowerCase()}`, { on: vaultId, to: principalId });
}

/** Namespace of the ids of role assignments: a random, fixed uuid. */
const NAMESPACE = "6f0d9a53-0c5e-4d0d-9f0d-4a3a7c4f7f61";

interface Assigned extends Grant {
  readonly verb: Verb;
  readonly assignment: authorization.RoleAssignment;
}

/** What the run of the program assigned so far. */
const assigned = perRun((): Assigned[] => []);

/**
 * Azure takes one assignment of a role to a principal at a scope, by whatever name
 * (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting, RoleAssignmentExists): who asks for it
 * again gets the first.
 */
function assign(
  name: string,
  verb: Verb,
  wanted: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  const earlier = assigned().find(
    (one) => one.verb === verb && sameId(one.on, wanted.on) && sameId(one.to, wanted.to),
  );
  if (earlier) return earlier.assignment;
  const assignment = createAssignment(name, verb, wanted, opts);
  assigned().push({ ...wanted, verb, assignment });
  return assignment;
}

/** Whether two ids are the same as far as can be known before the deployment: an output is itself alone. */
function sameId(one: pulumi.Input<string>, other: pulumi.Input<string>): boolean {
  return typeof one === "string" && typeof other === "string"
    ? one.toLowerCase() === other.toLowerCase()
    : one === other;
}

/**
 * The name of an assignment is a GUID that must not change: made from the stack and the resource name.
 * `principalType` is given so that Azure does not look up an identity that has not replicated yet
 * (https://learn.microsoft.com/azure/role-based-access-control/troubleshooting, PrincipalNotFound).
 */
function createAssignment(
  name: string,
  verb: Verb,
  { on, to, principalType = GRANT_DEFAULTS.principalType }: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  const roleDefinitionId = pulumi.output(on).apply((scope) => {
    const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? "";
    return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[verb]}`;
  });
  return new authorization.RoleAssignment(
    name,
    {
      scope: on,
      principalId: to,
      principalType,
      roleDefinitionId,
      roleAssignmentName: uuid(`${pulumi.getProject()}/${pulumi.getStack()}/${name}`, NAMESPACE),
      // The only version that there is: https://learn.microsoft.com/azure/role-based-access-control/conditions-format
      ...(verb === "assignRoles" && { condition: delegation(), conditionVersion: "2.0" }),
    },
    opts,
  );
}

/** Verbs whose roles nobody may hand on who has them by this program: those of deployments, and the key of their state. */
const NOT_DELEGATED: readonly Verb[] = ["deployResources", "assignRoles", "useKeys"];

/**
 * The condition under which roles may be assigned and taken away: "constrain roles" of
 * https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-examples
 */
function delegation(): string {
  const roles = (Object.keys(ROLES) as Verb[])
    .filter((verb) => !NOT_DELEGATED.includes(verb))
    .map((verb) => ROLES[verb])
    .sort()
    .join(", ");
  const only = (action: "write" | "delete", source: "Request" | "Resource") =>
    `((!(ActionMatches{'Microsoft.Authorization/roleAssignments/${action}'})) OR ` +
    `(@${source}[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {${roles}}))`;
  return [only("write", "Request"), only("delete", "Resource")].join(" AND ");
}
