import { AzureError } from "../errors";
import type { AzureView, Properties, TypeModule } from "../resource-type";
import {
  badRequest,
  EXAMPLE,
  EXAMPLE_GROUP,
  EXAMPLE_GROUP_ID,
  exampleId,
  guidOf,
  isGuid,
  nameOf,
  nameRule,
  others,
  rule,
  same,
  text,
  texts,
} from "./common";
import { nameAndType } from "./derived";
import { LOCK } from "./locks";
import { principalType } from "./principals";

const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
const DEFINITION = "azure-native:authorization:RoleDefinition";

/**
 * The built-in roles that the simulated Azure knows, by GUID.
 *
 * Source: https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const BUILT_IN_ROLES: Readonly<Record<string, string>> = {
  "4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User",
  "b86a8fe4-44ce-4948-aee5-eccb2c155cd7": "Key Vault Secrets Officer",
  "12338af0-0e69-4776-bea7-57ae8d297424": "Key Vault Crypto User",
  "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba": "Key Vault Certificate User",
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
  "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": "Azure Service Bus Data Sender",
  "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0": "Azure Service Bus Data Receiver",
  "d5a91429-5739-47e2-a06b-3470a27159e7": "EventGrid Data Sender",
  "312a565d-c81f-4fd8-895a-4e21e48d571c": "API Management Service Contributor",
  "e022efe7-f5ba-4159-bbe4-b44f577e9b61": "API Management Service Operator Role",
  "71522526-b88f-4d52-b57f-d31fc3546d0d": "API Management Service Reader Role",
  "c031e6a8-4391-4de0-8d69-4706a7ed3729": "API Management Developer Portal Content Editor",
  "87a39d53-fc1b-424a-814c-f7e04687dc9e": "Logic App Contributor",
  "515c2055-d9d4-4321-b1b9-bd0c9a0f79fe": "Logic App Operator",
  "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
  "3913510d-42f4-4e42-8a64-420c390055eb": "Monitoring Metrics Publisher",
  "43d0d8ad-25c7-4714-9337-8ba259a9fe05": "Monitoring Reader",
  "73c42c96-874c-492b-b04d-ab87d138a893": "Log Analytics Reader",
  "befefa01-2a29-4197-83a8-272ff33ce314": "DNS Zone Contributor",
  "f1a07417-d97a-45cb-824c-7a7467783830": "Managed Identity Operator",
  "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
  "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
  "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
  "f58310d9-a9f6-439a-9e8d-f62e7b41a168": "Role Based Access Control Administrator",
  "28bf596f-4eb7-45ce-b5bc-6cf482fec137": "Locks Contributor",
};

const IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities/id-orders";
const identity = {
  token: "azure-native:managedidentity:UserAssignedIdentity",
  inputs: { resourceGroupName: "rg-example", resourceName: "id-orders", location: "westeurope" },
};
const roleId = (guid: string): string =>
  `/subscriptions/${EXAMPLE.subscriptionId}/providers/Microsoft.Authorization/roleDefinitions/${guid}`;
const assignment = {
  scope: EXAMPLE_GROUP_ID,
  roleAssignmentName: "0c6ab2f5-52ef-4f7e-8d0c-4a5d2ac1b0a1",
  principalId: guidOf(`principal:${exampleId(IDENTITY)}`),
  principalType: "ServicePrincipal",
  roleDefinitionId: roleId("acdd72a7-3385-48ef-bd42-f606fba81ae7"),
};
const definition = {
  scope: EXAMPLE_GROUP_ID,
  roleDefinitionId: "6f1d1f38-27ab-4c7c-8f49-1d5c3f1c9a10",
  roleName: "Gateway backup",
  assignableScopes: [EXAMPLE_GROUP_ID],
};
const given = [EXAMPLE_GROUP, identity];
const CONDITION =
  "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {acdd72a7-3385-48ef-bd42-f606fba81ae7}))";
const conditional = {
  ...assignment,
  roleDefinitionId: roleId("f58310d9-a9f6-439a-9e8d-f62e7b41a168"),
  condition: CONDITION,
  conditionVersion: "2.0",
};
const CONDITION_TROUBLE =
  "https://learn.microsoft.com/azure/role-based-access-control/conditions-troubleshoot; https://github.com/MicrosoftDocs/azure-docs/issues/119449";

/**
 * Whether a condition has the form of https://learn.microsoft.com/azure/role-based-access-control/conditions-format as far
 * as delegation needs it: actions, and comparisons of an attribute with a set, by NOT, AND, OR and parentheses. Others are
 * refused too.
 */
function isCondition(condition: string): boolean {
  const atom =
    /ActionMatches\{'[\w./*]+'\}|@(?:Request|Resource)\[[\w./]+:\w+\] ForAnyOf(?:Any|All)Values:\w+ \{[^{}]+\}/g;
  let rest = condition.replace(atom, "x").replace(/\s+/g, "");
  for (let before = ""; before !== rest;) {
    before = rest;
    rest = rest.replace(/!x|\(x\)|x(?:AND|OR)x/g, "x");
  }
  return rest === "x";
}

function invalidCondition(): AzureError {
  return badRequest("The given role assignment condition is invalid.");
}

const ROLE_TROUBLE = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";

/** What an assignment grants: scope, principal and role, which together are unique. */
function grant(inputs: Properties): string {
  const role = nameOf(text(inputs, "roleDefinitionId") ?? "");
  return [text(inputs, "scope"), text(inputs, "principalId"), role].join(" ").toLowerCase();
}

function roleExists(id: string, azure: AzureView): boolean {
  const guid = nameOf(id).toLowerCase();
  return guid in BUILT_IN_ROLES || azure.all(DEFINITION).some((custom) => same(nameOf(custom.id), guid));
}

/**
 * A scope that is a resource must exist; subscriptions and tenants do, and so does the SOA record of a zone that does
 * (https://learn.microsoft.com/azure/dns/dns-zones-records#soa-records).
 */
function scopeReference(inputs: Properties): readonly { property: string; id: string }[] {
  const scope = (text(inputs, "scope") ?? "").replace(/(\/dnsZones\/[^/]+)\/SOA\/@$/i, "$1");
  return /\/resourceGroups\//i.test(scope) ? [{ property: "scope", id: scope }] : [];
}

/** Role assignments, custom roles and locks. */
export const authorization: TypeModule = {
  resources: [
    {
      token: ASSIGNMENT,
      id: "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
      replaceOn: ["principalId", "principalType", "roleDefinitionId"],
      autoName: { property: "roleAssignmentName", kind: "uuid" },
      minutes: { create: 0.1 },
      references: scopeReference,
      outputs: ({ id }) => nameAndType(id),
      rules: [
        rule({
          id: "role-assignment-name",
          source: "https://learn.microsoft.com/azure/role-based-access-control/role-assignments-template",
          given,
          inputs: assignment,
          refused: { inputs: { roleAssignmentName: "backup-reads-storage" } },
          check: ({ inputs }) => {
            const name = text(inputs, "roleAssignmentName") ?? "";
            if (isGuid(name)) return undefined;
            const message = `The role assignment ID '${name}' is not valid. The role assignment ID must be a GUID.`;
            return badRequest(message, "InvalidRoleAssignmentId");
          },
        }),
        rule({
          id: "role-assignment-role-exists",
          source: ROLE_TROUBLE,
          given,
          inputs: assignment,
          refused: { inputs: { roleDefinitionId: roleId("acdd72a7-3385-48ef-bd42-000000000000") } },
          check: ({ inputs }, azure) => {
            const role = text(inputs, "roleDefinitionId") ?? "";
            if (
              /\/providers\/Microsoft\.Authorization\/roleDefinitions\/[^/]+$/i.test(role) &&
              roleExists(role, azure)
            ) {
              return undefined;
            }
            const message = `The specified role definition with ID '${nameOf(role)}' does not exist. (The simulated Azure knows the roles in rehearsal/azure/types/authorization.ts and custom ones.)`;
            return new AzureError(404, "RoleDefinitionDoesNotExist", message);
          },
        }),
        rule({
          id: "role-assignment-principal-exists",
          source: ROLE_TROUBLE,
          given,
          inputs: assignment,
          refused: { inputs: { principalId: "6a0f2a52-0d0c-4b5e-8a0e-4f8f4b1f9d11" } },
          check: ({ inputs }, azure) => {
            const principal = text(inputs, "principalId") ?? "";
            if (principalType(principal, azure) !== undefined) return undefined;
            const message = `Principal ${principal} does not exist in the directory ${azure.tenantId}. Check that you have the correct principal ID. If you are creating this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.`;
            return badRequest(message, "PrincipalNotFound");
          },
        }),
        rule({
          id: "role-assignment-principal-type",
          source: "https://github.com/Azure/modern-web-app-pattern-dotnet/pull/129",
          given,
          inputs: assignment,
          refused: { inputs: { principalType: "User" } },
          check: ({ inputs }, azure) => {
            const principal = text(inputs, "principalId") ?? "";
            const actual = principalType(principal, azure);
            const said = text(inputs, "principalType");
            if (actual === undefined || said === undefined || actual.includes(said)) return undefined;
            const message = `The PrincipalId '${principal}' has type '${actual[0] ?? ""}', which is different from specified PrincipalType '${said}'.`;
            return badRequest(message, "UnmatchedPrincipalType");
          },
        }),
        rule({
          id: "role-assignment-condition-form",
          source: CONDITION_TROUBLE,
          given,
          inputs: conditional,
          refused: { inputs: { condition: CONDITION.slice(1) } },
          check: ({ inputs }) => {
            const condition = text(inputs, "condition");
            return condition === undefined || isCondition(condition) ? undefined : invalidCondition();
          },
        }),
        rule({
          id: "role-assignment-condition-version",
          source: CONDITION_TROUBLE,
          given,
          inputs: conditional,
          refused: { inputs: { conditionVersion: "1.0" } },
          check: ({ inputs }) =>
            text(inputs, "condition") === undefined || text(inputs, "conditionVersion") === "2.0"
              ? undefined
              : invalidCondition(),
        }),
        rule({
          id: "role-assignment-once",
          source: ROLE_TROUBLE,
          given,
          inputs: assignment,
          refused: {
            given: [
              ...given,
              {
                token: ASSIGNMENT,
                inputs: { ...assignment, roleAssignmentName: "2f9c6e39-8f0e-4f6a-9a63-7a1f2b8f8d20" },
              },
            ],
          },
          check: (write, azure) => {
            const twin = others(write, azure, ASSIGNMENT).find(
              ({ inputs }) => grant(inputs) === grant(write.inputs),
            );
            if (twin === undefined) return undefined;
            const message = `The role assignment already exists. The ID of the conflicting role assignment is ${nameOf(twin.id).replaceAll("-", "")}.`;
            return new AzureError(409, "RoleAssignmentExists", message);
          },
        }),
      ],
    },
    {
      token: DEFINITION,
      id: "{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
      autoName: { property: "roleDefinitionId", kind: "uuid" },
      minutes: { create: 0.1 },
      references: scopeReference,
      outputs: ({ id }) => nameAndType(id),
      rules: [
        rule({
          id: "role-definition-name",
          source: "https://learn.microsoft.com/azure/role-based-access-control/custom-roles-template",
          given: [EXAMPLE_GROUP],
          inputs: definition,
          refused: { inputs: { roleDefinitionId: "gateway-backup" } },
          check: ({ inputs }) => {
            const name = text(inputs, "roleDefinitionId") ?? "";
            if (isGuid(name)) return undefined;
            const message = `The role definition ID '${name}' is not valid. The role definition ID must be a GUID.`;
            return badRequest(message, "InvalidRoleDefinitionId");
          },
        }),
        rule({
          id: "role-definition-unique-role-name",
          source: "https://learn.microsoft.com/azure/role-based-access-control/custom-roles",
          given: [EXAMPLE_GROUP],
          inputs: definition,
          refused: {
            given: [
              EXAMPLE_GROUP,
              {
                token: DEFINITION,
                inputs: { ...definition, roleDefinitionId: "9b5f9f0f-4a31-4a47-8e02-9f1f6f8e1c55" },
              },
            ],
          },
          check: (write, azure) => {
            const name = text(write.inputs, "roleName") ?? "";
            const taken =
              Object.values(BUILT_IN_ROLES).some((builtIn) => same(builtIn, name)) ||
              others(write, azure, DEFINITION).some(({ inputs }) =>
                same(text(inputs, "roleName") ?? "", name),
              );
            if (!taken) return undefined;
            const message = `A custom role with the name '${name}' already exists in this directory. Use a different name.`;
            return new AzureError(409, "RoleDefinitionWithSameNameExists", message);
          },
        }),
        rule({
          id: "role-definition-assignable-scopes",
          source: "https://learn.microsoft.com/azure/role-based-access-control/custom-roles",
          given: [EXAMPLE_GROUP],
          inputs: definition,
          refused: { inputs: { assignableScopes: ["/"] } },
          check: ({ inputs }) =>
            texts(inputs, "assignableScopes").includes("/")
              ? badRequest(
                  "The root scope '/' cannot be an assignable scope of a custom role.",
                  "InvalidRoleDefinition",
                )
              : undefined,
        }),
      ],
    },
    {
      token: LOCK,
      id: "{scope}/providers/Microsoft.Authorization/locks/{lockName}",
      autoName: { property: "lockName", kind: "random" },
      minutes: { create: 0.1 },
      references: scopeReference,
      outputs: ({ id }) => nameAndType(id),
      rules: [
        nameRule({
          id: "lock-name",
          property: "lockName",
          pattern: /^[-\w.()]{1,90}$/,
          code: "InvalidLockName",
          message: (name) =>
            `The lock name '${name}' is not valid: it has 1 to 90 letters, digits, '_', '-', '.', '(' or ')'.`,
          given: [EXAMPLE_GROUP],
          inputs: { scope: EXAMPLE_GROUP_ID, lockName: "keep", level: "CanNotDelete" },
          refusedName: "k".repeat(91),
        }),
        rule({
          id: "lock-level",
          source: "https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources",
          given: [EXAMPLE_GROUP],
          inputs: { scope: EXAMPLE_GROUP_ID, lockName: "keep", level: "CanNotDelete" },
          refused: { inputs: { level: "NotSpecified" } },
          check: ({ inputs }) =>
            ["CanNotDelete", "ReadOnly"].includes(text(inputs, "level") ?? "")
              ? undefined
              : badRequest(
                  "The lock level is not valid: it is CanNotDelete or ReadOnly.",
                  "InvalidLockLevel",
                ),
        }),
      ],
    },
  ],
  invokes: [
    {
      token: "azure-native:authorization:getClientConfig",
      answer: (_args, azure) => ({
        clientId: guidOf(`client:${azure.deployerObjectId}`),
        objectId: azure.deployerObjectId,
        subscriptionId: azure.subscriptionId,
        tenantId: azure.tenantId,
      }),
    },
  ],
};
