import { isDeepStrictEqual } from "node:util";
import { isOfParameterType } from "../../../validation/parameter-type";
import { isSameRegion } from "../../../validation/region";
import { checkWorkflow } from "../../../workflow";
import { AzureError } from "../errors";
import type { InvokeType, Json, Properties, ResourceType, Rule, TypeModule, Write } from "../resource-type";
import {
  at,
  badRequest,
  EXAMPLE,
  EXAMPLE_GROUP,
  exampleId,
  identityOutput,
  items,
  members,
  nameOf,
  nameRule,
  others,
  rule,
  text,
  texts,
} from "./common";
import { bytesOf, nameAndType, timeOf, without } from "./derived";
import { connectionRules } from "./workflow-connections";

const WORKFLOW =
  "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Logic/workflows/{workflowName}";
const INTEGRATION_ACCOUNT = "azure-native:logic:IntegrationAccount";
const LIMITS = "https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration";
const INTEGRATION_ACCOUNTS =
  "https://learn.microsoft.com/azure/logic-apps/enterprise-integration/create-integration-account";
const ACCOUNT_TEMPLATE =
  "https://learn.microsoft.com/azure/templates/microsoft.logic/2019-05-01/integrationaccounts";
const SECURING = "https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app";

/** The code where no public source tells Azure's own. */
const INVALID = "InvalidRequestContent";

/** `https://prod-NN.<region>.logic.azure.com:443/workflows/<32 hex digits>`, made up from the id and the region. */
function accessEndpoint(id: string, location: string): string {
  const bytes = bytesOf(`workflow:${id.toLowerCase()}`);
  const region = location.toLowerCase().replaceAll(" ", "");
  const number = String((bytes.readUInt8(16) % 99) + 1).padStart(2, "0");
  return `https://prod-${number}.${region}.logic.azure.com:443/workflows/${bytes.toString("hex", 0, 16)}`;
}

/** Addresses of the multi-tenant service in a region, in 198.18.0.0/15, which RFC 2544 keeps for tests. */
function regionAddresses(location: string, role: string): Json[] {
  const bytes = bytesOf(`logic:${location.toLowerCase().replaceAll(" ", "")}:${role}`);
  return [0, 2].map((offset) => ({
    address: `198.${18 + (bytes.readUInt8(31) & 1)}.${bytes.readUInt8(offset)}.${bytes.readUInt8(offset + 1)}`,
  }));
}

/** Values of secure parameters are never answered. */
function withoutSecureValues(parameters: Properties): Properties {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => {
      const isSecure = /^secure/i.test(text(parameter, "type") ?? "");
      return [name, isSecure ? without(parameter, "value") : parameter];
    }),
  );
}

/** A parameter's type stands in the definition; what is given with the workflow often is the value alone. */
function typedParameters({ inputs }: Write): Properties {
  const declared = members(inputs, "definition.parameters");
  return Object.fromEntries(
    Object.entries(members(inputs, "parameters")).map(([name, given]) => [
      name,
      { type: text(declared[name], "type") ?? null, ...(given as Properties) },
    ]),
  );
}

const definition: Properties = {
  $schema:
    "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
  contentVersion: "1.0.0.0",
  parameters: { backend: { type: "String" } },
  triggers: { manual: { type: "Request", kind: "Http", inputs: { schema: {} } } },
  actions: {
    Respond: { type: "Response", kind: "Http", inputs: { statusCode: 200 }, runAfter: {} },
  },
};
const workflow: Properties = {
  resourceGroupName: "rg-example",
  workflowName: "logic-orders",
  location: "westeurope",
  state: "Enabled",
  definition,
  parameters: { backend: { type: "String", value: "https://orders.example.com" } },
};
const example = { given: [EXAMPLE_GROUP], inputs: workflow };
const identityId = (name: string): string =>
  exampleId(`Microsoft.ManagedIdentity/userAssignedIdentities/${name}`);
const issuer = { name: "iss", value: `https://login.microsoftonline.com/${EXAMPLE.tenantId}/v2.0` };

const AMONG = (...allowedValues: string[]): Properties => ({ type: "String", allowedValues });
const accountId = (name: string): string => exampleId(`Microsoft.Logic/integrationAccounts/${name}`);
const accountIn = (location: string, integrationAccountName: string, sku = "Basic") => ({
  token: INTEGRATION_ACCOUNT,
  inputs: { resourceGroupName: "rg-example", integrationAccountName, location, sku: { name: sku } },
});

/** Access control of triggers with these claims in one policy. */
const claims = (...list: Json[]): Properties => policies({ gateway: { type: "AAD", claims: list } });
const policies = (map: Properties): Properties => ({
  accessControl: { triggers: { openAuthenticationPolicies: { policies: map } } },
});
const ranges = (...addresses: string[]): Properties => ({
  accessControl: {
    triggers: { allowedCallerIpAddresses: addresses.map((addressRange) => ({ addressRange })) },
  },
});

/** The four blocks of access control. */
function blocks(inputs: Properties): readonly Json[] {
  return Object.values(members(inputs, "accessControl"));
}

/** Every open-authentication policy, by name. */
function authenticationPolicies(inputs: Properties): readonly (readonly [name: string, policy: Json])[] {
  return blocks(inputs).flatMap((block) =>
    Object.entries(members(block, "openAuthenticationPolicies.policies")),
  );
}

const IPV4 = "(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const ADDRESS_RANGE = new RegExp(`^(?:${IPV4}(?:/(?:3[0-2]|[12]?\\d))?|${IPV4}-${IPV4})$`);

/** A rule about open-authentication policies: the first policy in which `problem` finds something is refused. */
function policyRule(spec: {
  readonly id: string;
  readonly source: string;
  readonly code?: string;
  readonly accepted: Properties;
  readonly refused: Properties;
  readonly problem: (policy: Json) => string | undefined;
}): Rule {
  const { id, source, code = INVALID, accepted, refused, problem } = spec;
  return rule({
    id,
    source,
    ...example,
    accepted: { inputs: accepted },
    refused: { inputs: refused },
    check: ({ inputs }) =>
      authenticationPolicies(inputs)
        .map(([name, policy]) => {
          const found = problem(policy);
          return found === undefined
            ? undefined
            : badRequest(
                `OAuth authentication policy '${name}' in access control configuration of workflow is not valid. ${found}`,
                code,
              );
        })
        .find((refusal) => refusal !== undefined),
  });
}

function claim(policy: Json, name: string): string | undefined {
  return text(
    items(policy, "claims").find((item) => text(item, "name") === name),
    "value",
  );
}

/** A refusal of the definition: https://github.com/hashicorp/terraform-provider-azurerm/issues/4731 */
function invalidTemplate(message: string): AzureError {
  return badRequest(`The template validation failed: '${message}'.`, "InvalidTemplate");
}

const rules: readonly Rule[] = [
  nameRule({
    id: "logic-workflow-name",
    property: "workflowName",
    pattern: /^[\w\-.()]{1,43}$/,
    code: "InvalidResourceName",
    message: (name) =>
      `The workflow name '${name}' is not valid: it has 1 to 43 letters, digits, '-', '_', '.', '(' or ')'.`,
    ...example,
    refusedName: "logic-orders-that-are-placed-by-partners-and-more",
  }),
  rule({
    id: "logic-workflow-state",
    source: "https://learn.microsoft.com/rest/api/logic/workflows/create-or-update",
    ...example,
    refused: { inputs: { state: "Running" } },
    check: ({ inputs }) =>
      ["Enabled", "Disabled"].includes(text(inputs, "state") ?? "Enabled")
        ? undefined
        : badRequest("The state of a workflow is Enabled or Disabled.", INVALID),
  }),
  rule({
    id: "logic-definition",
    source: "https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language",
    ...example,
    refused: {
      inputs: {
        definition: {
          ...definition,
          actions: { Respond: { type: "Response", inputs: {}, runAfter: { Absent: ["Succeeded"] } } },
        },
      },
    },
    check: ({ inputs }) => {
      const issues = checkWorkflow(inputs.definition);
      if (issues.length === 0) return undefined;
      return invalidTemplate(
        issues
          .map(
            ({ path, rule: broken, received }) =>
              `${path}: ${broken}${received === undefined ? "" : ` (${received})`}`,
          )
          .join("; "),
      );
    },
  }),
  rule({
    id: "logic-parameters-declared",
    source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/4731",
    ...example,
    refused: {
      inputs: { parameters: { ...members(workflow, "parameters"), noidea: { type: "String", value: "x" } } },
    },
    check: ({ inputs }) => {
      const declared = members(inputs, "definition.parameters");
      const unknown = Object.keys(members(inputs, "parameters")).filter((name) => !(name in declared));
      return unknown.length > 0
        ? invalidTemplate(
            `The workflow parameters '${unknown.join("', '")}' are not valid; they are not declared in the definition`,
          )
        : undefined;
    },
  }),
  rule({
    id: "logic-parameters-given",
    source: "https://learn.microsoft.com/azure/logic-apps/create-parameters-workflows",
    ...example,
    refused: { inputs: { parameters: {} } },
    check: ({ inputs }) => {
      const given = members(inputs, "parameters");
      const missing = Object.entries(members(inputs, "definition.parameters"))
        .filter(
          ([name, declared]) =>
            at(declared, "defaultValue") === undefined && at(given[name], "value") === undefined,
        )
        .map(([name]) => name);
      return missing.length > 0
        ? invalidTemplate(
            `The value for the workflow parameters '${missing.join("', '")}' is not provided, and they have no default`,
          )
        : undefined;
    },
  }),
  rule({
    id: "logic-parameters-type",
    source: "https://learn.microsoft.com/azure/logic-apps/create-parameters-workflows",
    ...example,
    refused: { inputs: { parameters: { backend: { type: "String", value: 5 } } } },
    check: ({ inputs }) => {
      const given = members(inputs, "parameters");
      const wrong = Object.entries(members(inputs, "definition.parameters")).find(([name, declared]) => {
        const value = at(given[name], "value");
        return value !== undefined && !isOfParameterType(value, text(declared, "type") ?? "");
      });
      return (
        wrong &&
        invalidTemplate(
          `The value of the workflow parameter '${wrong[0]}' is not of its type ${text(wrong[1], "type") ?? ""}`,
        )
      );
    },
  }),
  rule({
    id: "logic-parameters-allowed",
    source: "https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language#parameters",
    ...example,
    accepted: {
      inputs: { definition: { ...definition, parameters: { backend: AMONG("https://orders.example.com") } } },
    },
    refused: {
      inputs: { definition: { ...definition, parameters: { backend: AMONG("https://other.example.com") } } },
    },
    check: ({ inputs }) => {
      const given = members(inputs, "parameters");
      const wrong = Object.entries(members(inputs, "definition.parameters")).find(([name, declared]) => {
        const value = at(given[name], "value");
        const allowed = items(declared, "allowedValues");
        return (
          value !== undefined && allowed.length > 0 && !allowed.some((one) => isDeepStrictEqual(one, value))
        );
      });
      return (
        wrong &&
        invalidTemplate(`The value of the workflow parameter '${wrong[0]}' is not one of its allowed values`)
      );
    },
  }),
  rule({
    id: "logic-integration-account-place",
    source: INTEGRATION_ACCOUNTS,
    ...example,
    given: [EXAMPLE_GROUP, accountIn("westeurope", "ia-orders"), accountIn("northeurope", "ia-far")],
    accepted: { inputs: { integrationAccount: { id: accountId("ia-orders") } } },
    refused: { inputs: { integrationAccount: { id: accountId("ia-far") } } },
    check: ({ inputs }, azure) => {
      const account = azure.get(text(inputs, "integrationAccount.id") ?? "");
      const location = text(account?.inputs, "location");
      return location === undefined || isSameRegion(location, text(inputs, "location") ?? "")
        ? undefined
        : badRequest(
            `The integration account '${account?.id ?? ""}' is in ${location}: a workflow and its integration account are in one region.`,
            INVALID,
          );
    },
  }),
  rule({
    id: "logic-one-identity",
    source: LIMITS,
    ...example,
    given: [
      EXAMPLE_GROUP,
      {
        token: "azure-native:managedidentity:UserAssignedIdentity",
        inputs: { resourceGroupName: "rg-example", resourceName: "id-example", location: "westeurope" },
      },
    ],
    accepted: {
      inputs: { identity: { type: "UserAssigned", userAssignedIdentities: [identityId("id-example")] } },
    },
    refused: {
      inputs: {
        identity: {
          type: "UserAssigned",
          userAssignedIdentities: [identityId("id-example"), identityId("id-other")],
        },
      },
    },
    check: ({ inputs }) => {
      const type = text(inputs, "identity.type") ?? "None";
      const count = texts(inputs, "identity.userAssignedIdentities").length;
      if (["None", "SystemAssigned"].includes(type) && count === 0) return undefined;
      if (type === "UserAssigned" && count === 1) return undefined;
      const message = `A Consumption workflow has either its system-assigned identity or exactly one user-assigned identity, not ${type} with ${count} user-assigned.`;
      return badRequest(message, INVALID);
    },
  }),
  rule({
    id: "logic-address-range",
    source: `${SECURING}#restrict-inbound-ip-addresses`,
    ...example,
    accepted: { inputs: ranges("198.18.0.1/32", "192.0.2.1-192.0.2.9") },
    refused: { inputs: ranges("198.18.0.1/33") },
    check: ({ inputs }) => {
      const wrong = blocks(inputs)
        .flatMap((block) => items(block, "allowedCallerIpAddresses"))
        .find((item) => !ADDRESS_RANGE.test(text(item, "addressRange") ?? ""));
      return wrong === undefined
        ? undefined
        : badRequest(
            `The IP address range '${text(wrong, "addressRange") ?? ""}' in access control configuration of workflow is not valid: a.b.c.d, a.b.c.d/nn or a.b.c.d-e.f.g.h.`,
            INVALID,
          );
    },
  }),
  policyRule({
    id: "logic-oauth-type",
    source: "https://github.com/Azure/azure-rest-api-specs/issues/16018",
    code: "OnlyAADOAuthTypeSupported",
    accepted: claims(issuer),
    refused: policies({ gateway: { type: "Basic", claims: [issuer] } }),
    problem: (policy) =>
      ["AAD", "AADPOP"].includes(text(policy, "type") ?? "")
        ? undefined
        : "The 'type' property of authentication policy should be set to AAD.",
  }),
  rule({
    id: "logic-oauth-policies-limit",
    source: LIMITS,
    ...example,
    accepted: { inputs: claims(issuer) },
    refused: {
      inputs: policies(
        Object.fromEntries(
          Array.from({ length: 6 }, (_, index) => [`p${index}`, { type: "AAD", claims: [issuer] }]),
        ),
      ),
    },
    check: ({ inputs }) => {
      const count = Math.max(
        0,
        ...blocks(inputs).map(
          (block) => Object.keys(members(block, "openAuthenticationPolicies.policies")).length,
        ),
      );
      return count > 5
        ? badRequest(`A workflow has at most 5 OAuth authentication policies, not ${count}.`, INVALID)
        : undefined;
    },
  }),
  policyRule({
    id: "logic-oauth-claims-limit",
    source: LIMITS,
    accepted: claims(issuer, ...Array.from({ length: 9 }, (_, index) => ({ name: `c${index}`, value: "x" }))),
    refused: claims(issuer, ...Array.from({ length: 10 }, (_, index) => ({ name: `c${index}`, value: "x" }))),
    problem: (policy) => {
      const count = items(policy, "claims").length;
      return count > 10 ? `It has at most 10 claims, not ${count}.` : undefined;
    },
  }),
  policyRule({
    id: "logic-oauth-issuer",
    source: `${SECURING}#considerations-for-enabling-oauth-20-with-microsoft-entra-id`,
    accepted: claims({ name: "iss", value: `https://sts.windows.net/${EXAMPLE.tenantId}/` }),
    refused: claims({ name: "iss", value: "https://login.example.com/" }),
    problem: (policy) =>
      /^https:\/\/(?:sts\.windows\.net|login\.microsoftonline\.com)\//.test(claim(policy, "iss") ?? "")
        ? undefined
        : "It must have the claim 'iss', which begins with https://sts.windows.net/ or https://login.microsoftonline.com/.",
  }),
  policyRule({
    id: "logic-oauth-claim-length",
    source: LIMITS,
    accepted: claims(issuer, { name: "aud", value: "a".repeat(150) }),
    refused: claims(issuer, { name: "aud", value: "a".repeat(151) }),
    problem: (policy) => {
      const long = items(policy, "claims").find((item) => (text(item, "value")?.length ?? 0) > 150);
      return long === undefined
        ? undefined
        : `The value of the claim '${text(long, "name") ?? ""}' has more than 150 characters.`;
    },
  }),
  ...connectionRules(example),
];

const workflowType: ResourceType = {
  token: "azure-native:logic:Workflow",
  id: WORKFLOW,
  replaceOn: ["location"],
  autoName: { property: "workflowName", kind: "random" },
  minutes: { create: 0.2, update: 0.2 },
  facts: ({ inputs }) => ({ admits: at(inputs, "accessControl.triggers.allowedCallerIpAddresses") ?? null }),
  references: (inputs) => {
    const account = text(inputs, "integrationAccount.id");
    return [
      ...texts(inputs, "identity.userAssignedIdentities").map((id) => ({
        property: "identity.userAssignedIdentities",
        id,
      })),
      ...(account === undefined ? [] : [{ property: "integrationAccount.id", id: account }]),
    ];
  },
  outputs: (write, azure) => {
    const { id, inputs } = write;
    const location = text(inputs, "location") ?? "";
    // Every write of something else makes another version.
    const content = `version:${id}:${JSON.stringify(inputs)}`;
    const account = text(inputs, "integrationAccount.id");
    return {
      ...nameAndType(id),
      ...identityOutput(write, azure),
      state: inputs.state ?? "Enabled",
      parameters: withoutSecureValues(typedParameters(write)),
      ...(account !== undefined && {
        integrationAccount: {
          id: account,
          name: nameOf(account),
          type: "Microsoft.Logic/integrationAccounts",
        },
      }),
      accessEndpoint: accessEndpoint(id, location),
      endpointsConfiguration: {
        workflow: {
          accessEndpointIpAddresses: regionAddresses(location, "access"),
          outgoingIpAddresses: regionAddresses(location, "workflow"),
        },
        connector: { outgoingIpAddresses: regionAddresses(location, "connector") },
      },
      createdTime: timeOf(`created:${id}`),
      changedTime: timeOf(content, "2026-04-01"),
      version: `0858${String(bytesOf(content).readBigUInt64BE() % 10n ** 16n).padStart(16, "0")}`,
      provisioningState: "Succeeded",
    };
  },
  rules,
};

/** Where workflows find schemas and maps. What is in it is not simulated. */
const integrationAccountType: ResourceType = {
  token: INTEGRATION_ACCOUNT,
  id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Logic/integrationAccounts/{integrationAccountName}",
  replaceOn: ["location"],
  autoName: { property: "integrationAccountName", kind: "random" },
  minutes: { create: 0.5 },
  outputs: ({ id }) => nameAndType(id),
  rules: [
    nameRule({
      id: "logic-integration-account-name",
      source: ACCOUNT_TEMPLATE,
      property: "integrationAccountName",
      pattern: /^[\w\-.()]{1,80}$/,
      code: "InvalidResourceName",
      message: (name) =>
        `The integration account name '${name}' is not valid: it has 1 to 80 letters, digits, '-', '_', '.', '(' or ')'.`,
      given: [EXAMPLE_GROUP],
      inputs: accountIn("westeurope", "ia-orders").inputs,
      refusedName: "ia/orders",
    }),
    rule({
      id: "logic-integration-account-sku",
      source: ACCOUNT_TEMPLATE,
      given: [EXAMPLE_GROUP],
      inputs: accountIn("westeurope", "ia-orders").inputs,
      refused: { inputs: { sku: { name: "Huge" } } },
      check: ({ inputs }) =>
        ["Free", "Basic", "Standard"].includes(text(inputs, "sku.name") ?? "")
          ? undefined
          : badRequest("The tier of an integration account is Free, Basic or Standard.", INVALID),
    }),
    rule({
      id: "logic-one-free-integration-account",
      source: LIMITS,
      given: [EXAMPLE_GROUP, accountIn("westeurope", "ia-first", "Free")],
      inputs: accountIn("northeurope", "ia-orders", "Free").inputs,
      refused: { inputs: { location: "westeurope" } },
      check: (write, azure) => {
        const location = text(write.inputs, "location") ?? "";
        const taken = others(write, azure, INTEGRATION_ACCOUNT).some(
          ({ inputs }) =>
            text(inputs, "sku.name") === "Free" && isSameRegion(text(inputs, "location") ?? "", location),
        );
        return taken && text(write.inputs, "sku.name") === "Free"
          ? badRequest(`There is a Free integration account in ${location} already.`, INVALID)
          : undefined;
      },
    }),
  ],
};

function notFound(code: string, message: string): AzureError {
  return new AzureError(404, code, message);
}

/** The URL at which a trigger is called; whoever has its signature may call it. */
const listCallbackUrl: InvokeType = {
  token: "azure-native:logic:listWorkflowTriggerCallbackUrl",
  secrets: ["value", "queries.sig"],
  answer: (args, azure) => {
    const [group, name, trigger] = ["resourceGroupName", "workflowName", "triggerName"].map(
      (key) => text(args, key) ?? "",
    );
    const id = `/subscriptions/${azure.subscriptionId}/resourceGroups/${group ?? ""}/providers/Microsoft.Logic/workflows/${name ?? ""}`;
    const stored = azure.get(id);
    if (stored === undefined) {
      throw notFound(
        "ResourceNotFound",
        `The Resource 'Microsoft.Logic/workflows/${name ?? ""}' under resource group '${group ?? ""}' was not found.`,
      );
    }
    const declared = members(stored.inputs, "definition.triggers")[trigger ?? ""];
    if (declared === undefined) {
      throw notFound(
        "WorkflowTriggerNotFound",
        `The workflow '${name ?? ""}' trigger '${trigger ?? ""}' could not be found.`,
      );
    }
    const isRequest = text(declared, "type") === "Request";
    const relativePath = isRequest ? (text(declared, "inputs.relativePath") ?? "") : "";
    const basePath = `${text(stored.outputs, "accessEndpoint") ?? ""}/triggers/${trigger ?? ""}/${isRequest ? "paths/invoke" : "run"}`;
    const queries = {
      apiVersion: "2016-10-01",
      sp: `/triggers/${trigger ?? ""}/run`,
      sv: "1.0",
      sig: bytesOf(`signature:${stored.id.toLowerCase()}:${trigger ?? ""}`).toString("base64url"),
    };
    const query = new URLSearchParams({
      "api-version": queries.apiVersion,
      sp: queries.sp,
      sv: queries.sv,
      sig: queries.sig,
    });
    const path = relativePath === "" ? "" : `/${relativePath.replace(/^\//, "")}`;
    return {
      value: `${basePath}${path}?${query.toString()}`,
      basePath,
      relativePath: path,
      method: isRequest ? (text(declared, "inputs.method") ?? "POST") : "POST",
      ...(path !== "" && {
        relativePathParameters: [...path.matchAll(/\{([^}]+)\}/g)].map(([, parameter = ""]) => parameter),
      }),
      queries,
    };
  },
};

/** Logic Apps of the Consumption plan. */
export const logicApps: TypeModule = {
  resources: [integrationAccountType, workflowType],
  invokes: [listCallbackUrl],
};
