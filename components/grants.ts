import * as authorization from "@pulumi/azure-native/authorization";
import * as pulumi from "@pulumi/pulumi";
import { v5 as uuid } from "uuid";
import { perRun } from "./per-run";

/**
 * Built-in roles by what they allow here.
 * Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
const ROLES = {
  /** Key Vault Secrets User: read secrets, and certificates with their keys through the secret endpoint. */
  readSecrets: "4633458b-17de-408a-b874-0445c86b69e6",
  /** Key Vault Secrets Officer: write and read secrets. */
  writeSecrets: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  /** Storage Blob Data Reader: read blobs. */
  readBlobs: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  /** Storage Blob Data Contributor: read, write and delete blobs. */
  writeBlobs: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  /** Azure Service Bus Data Sender. */
  sendMessages: "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
  /** Azure Service Bus Data Receiver: receive messages and settle them, dead letters included. */
  receiveMessages: "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
  /** EventGrid Data Sender: publish events. */
  publishEvents: "d5a91429-5739-47e2-a06b-3470a27159e7",
  /** API Management Service Operator Role: back up and restore a service, but not edit its APIs. */
  operateGateway: "e022efe7-f5ba-4159-bbe4-b44f577e9b61",
  /** Monitoring Metrics Publisher: send telemetry to Application Insights. */
  publishTelemetry: "3913510d-42f4-4e42-8a64-420c390055eb",
} as const;

/** Namespace of the ids of role assignments: a random, fixed uuid. */
const NAMESPACE = "6f0d9a53-0c5e-4d0d-9f0d-4a3a7c4f7f61";

/** Who gets a role, and where. */
export interface Grant {
  /** ARM id of the resource, resource group or subscription that the role is for. */
  readonly on: pulumi.Input<string>;
  /** Object id of the service principal of the identity that gets the role. */
  readonly to: pulumi.Input<string>;
}

/** Lets an identity read the secrets of a vault. */
export function grantReadSecrets(
  name: string,
  grant: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return assign(name, ROLES.readSecrets, grant, opts);
}

/**
 * Lets the gateway read the secrets of a vault that stands already. Several parts of a stack may need the same vault, and
 * any of them may go: hence the name is the vault's.
 */
export function grantGatewayReadsVault(
  vaultId: string,
  principalId: pulumi.Input<string>,
): authorization.RoleAssignment {
  const vaultName = vaultId.split("/").at(-1) ?? "";
  return grantReadSecrets(`gateway-reads-${vaultName.toLowerCase()}`, { on: vaultId, to: principalId }, {});
}

/** Lets an identity read blobs: of a storage account, or of one container. */
export function grantReadBlobs(
  name: string,
  grant: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return assign(name, ROLES.readBlobs, grant, opts);
}

/** Lets an identity read, write and delete blobs: of a storage account, or of one container. */
export function grantWriteBlobs(
  name: string,
  grant: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return assign(name, ROLES.writeBlobs, grant, opts);
}

/** Lets an identity send messages: to all of a Service Bus namespace, or to one queue or topic. */
export function grantSendMessages(
  name: string,
  grant: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return assign(name, ROLES.sendMessages, grant, opts);
}

/**
 * Lets an identity receive messages and settle them: of all of a Service Bus namespace, or of one queue or subscription,
 * with its dead letters.
 */
export function grantReceiveMessages(
  name: string,
  grant: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return assign(name, ROLES.receiveMessages, grant, opts);
}

/** Lets an identity publish events to an Event Grid topic. */
export function grantPublishEvents(
  name: string,
  grant: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return assign(name, ROLES.publishEvents, grant, opts);
}

/** Lets an identity back up and restore an API Management service. */
export function grantOperateGateway(
  name: string,
  grant: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return assign(name, ROLES.operateGateway, grant, opts);
}

/** Lets an identity send telemetry to an Application Insights component. */
export function grantPublishTelemetry(
  name: string,
  grant: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  return assign(name, ROLES.publishTelemetry, grant, opts);
}

interface Assigned extends Grant {
  readonly roleId: string;
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
  roleId: string,
  grant: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  const earlier = assigned().find(
    (one) => one.roleId === roleId && sameId(one.on, grant.on) && sameId(one.to, grant.to),
  );
  if (earlier) return earlier.assignment;
  const assignment = createAssignment(name, roleId, grant, opts);
  assigned().push({ ...grant, roleId, assignment });
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
  roleId: string,
  { on, to }: Grant,
  opts: pulumi.CustomResourceOptions,
): authorization.RoleAssignment {
  const roleDefinitionId = pulumi.output(on).apply((scope) => {
    const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? "";
    return `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
  });
  return new authorization.RoleAssignment(
    name,
    {
      scope: on,
      principalId: to,
      principalType: "ServicePrincipal",
      roleDefinitionId,
      roleAssignmentName: uuid(`${pulumi.getProject()}/${pulumi.getStack()}/${name}`, NAMESPACE),
    },
    opts,
  );
}
