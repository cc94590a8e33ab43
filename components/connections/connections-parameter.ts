import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../../validation/issue";
import { isSameRegion } from "../../validation/region";
import type { WorkflowDefinition } from "../../workflow";
import type { ApiConnection } from "./api-connection";

/** Connections by the names under which a workflow's definition refers to them. */
export type WorkflowConnections = Readonly<Record<string, ApiConnection>>;

/** One entry in the value of a workflow's parameter `$connections`. */
export interface ConnectionReference {
  readonly connectionId: string;
  readonly connectionName: string;
  /** ARM id of the managed API. */
  readonly id: string;
  readonly connectionProperties?: {
    readonly authentication: { readonly type: "ManagedServiceIdentity"; readonly identity?: string };
  };
}

/**
 * The value of the parameter `$connections` of a workflow. Only connections by managed identity name an identity: Azure
 * refuses any other that does, and those that do not (WorkflowManagedIdentityConfigurationInvalid).
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/authenticate-with-managed-identity#logic-app-resource-definition-and-connections-that-use-a-managed-identity
 *
 * @param identityId ARM id of the workflow's user-assigned identity; none for its system-assigned one
 */
export function connectionsParameter(
  connections: WorkflowConnections,
  identityId?: pulumi.Input<string>,
): { readonly value: pulumi.Output<Readonly<Record<string, ConnectionReference>>> } {
  const references = Object.entries(connections).map(([reference, connection]) => {
    const { id, connectionName, apiId, byManagedIdentity } = connection;
    return pulumi
      .all([id, apiId, identityId])
      .apply(([connectionId, api, identity]): [string, ConnectionReference] => [
        reference,
        {
          connectionId,
          connectionName,
          id: api,
          ...(byManagedIdentity && {
            connectionProperties: {
              authentication: {
                type: "ManagedServiceIdentity",
                ...(identity !== undefined && { identity }),
              },
            },
          }),
        },
      ]);
  });
  return { value: pulumi.all(references).apply((known) => Object.fromEntries(known)) };
}

/** What a workflow's definition calls a connection by. */
const REFERENCE = /parameters\('\$connections'\)\['([^']+)'\]/g;

/** What of a definition is looked at; a document that was written by hand may have no parameters. */
type Connecting = Pick<WorkflowDefinition, "triggers" | "actions"> &
  Partial<Pick<WorkflowDefinition, "parameters">>;

/**
 * Every problem that a workflow's definition and its connections have with each other.
 *
 * @param location region of the workflow: its connections must be in the same one
 * (https://learn.microsoft.com/azure/logic-apps/logic-apps-create-azure-resource-manager-templates)
 */
export function checkConnections(
  { parameters = {}, triggers, actions }: Connecting,
  connections: WorkflowConnections,
  location: string,
): Issue[] {
  const used = referencesIn([triggers, actions]);
  const issues: Issue[] = [];
  if (Object.keys(connections).length > 0 && parameters.$connections?.type.toLowerCase() !== "object") {
    issues.push({
      path: "definition.parameters.$connections",
      rule: "a workflow with connections declares the parameter $connections of type Object",
      received: received(parameters.$connections?.type),
      fix: `declare "$connections": { type: "Object", defaultValue: {} }`,
    });
  }
  for (const reference of used) {
    if (!(reference in connections)) {
      issues.push({
        path: `connections.${reference}`,
        rule: "a connection that the definition refers to is given",
        received: received(Object.keys(connections)),
        fix: `give a connection named ${reference}, or correct the definition`,
      });
    }
  }
  for (const [reference, connection] of Object.entries(connections)) {
    const path = `connections.${reference}`;
    if (!used.has(reference)) {
      issues.push({
        path,
        rule: "a connection that is given is used",
        fix: "leave it out, or refer to it in an action or trigger",
      });
    }
    if (!isSameRegion(connection.location, location)) {
      issues.push({
        path,
        rule: `a connection is in the region of its workflow, ${location}`,
        received: received(connection.location),
        fix: `make a connection of its own in ${location}`,
      });
    }
  }
  return issues;
}

/** The names in every text, however deep; values that are not known yet are no references. */
function referencesIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (part: unknown): void => {
    if (typeof part === "string") {
      for (const [, reference = ""] of part.matchAll(REFERENCE)) found.add(reference);
    } else if (typeof part === "object" && part !== null && !pulumi.Output.isInstance(part)) {
      Object.values(part).forEach(visit);
    }
  };
  visit(value);
  return found;
}
