import { AzureError } from "../errors";
import type { AzureView, Fixture, Json, Properties, TypeModule } from "../resource-type";
import {
  at,
  badRequest,
  duplicate,
  EXAMPLE_GROUP,
  EXAMPLE_GROUP_ID,
  exampleId,
  guidOf,
  identityOutput,
  isGuid,
  items,
  members,
  nameOf,
  nameRule,
  number,
  others,
  rule,
  same,
  text,
  texts,
} from "./common";
import { nameAndType } from "./derived";

const WORKSPACE = "azure-native:operationalinsights:Workspace";
const DIAGNOSTICS = "azure-native:monitor:DiagnosticSetting";
const COMPONENT = "azure-native:applicationinsights:Component";
const ACTION_GROUP = "azure-native:monitor:ActionGroup";
const GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers";

/**
 * What can be sent to a destination, by type of the sending resource.
 *
 * Source: https://learn.microsoft.com/azure/azure-monitor/reference/logs-index
 */
const LOG_CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  "microsoft.apimanagement/service": [
    "GatewayLogs",
    "WebSocketConnectionLogs",
    "DeveloperPortalAuditLogs",
    "GatewayLlmLogs",
    "GatewayMCPLogs",
  ],
  "microsoft.logic/workflows": ["WorkflowRuntime"],
  "microsoft.keyvault/vaults": ["AuditEvent", "AzurePolicyEvaluationDetails"],
  "microsoft.storage/storageaccounts": [],
  "microsoft.storage/storageaccounts/blobservices": ["StorageRead", "StorageWrite", "StorageDelete"],
};

const place = { resourceGroupName: "rg-example" };
const workspace: Properties = {
  ...place,
  workspaceName: "log-example",
  location: "westeurope",
  sku: { name: "PerGB2018" },
  retentionInDays: 30,
};
const workspaceId = exampleId("Microsoft.OperationalInsights/workspaces/log-example");
const vaultId = exampleId("Microsoft.KeyVault/vaults/kv-example");
const vault = {
  token: "azure-native:keyvault:Vault",
  inputs: {
    ...place,
    vaultName: "kv-example",
    location: "westeurope",
    properties: { tenantId: guidOf("tenant"), sku: { family: "A", name: "standard" } },
  },
};
const diagnostics: Properties = {
  resourceUri: vaultId,
  name: "to-workspace",
  workspaceId,
  logs: [{ category: "AuditEvent", enabled: true }],
};
const actionGroup: Properties = {
  ...place,
  actionGroupName: "ag-example",
  location: "global",
  groupShortName: "operations",
  enabled: true,
  emailReceivers: [
    { name: "operations", emailAddress: "operations@example.com", useCommonAlertSchema: true },
  ],
};
const criterion: Properties = {
  criterionType: "StaticThresholdCriterion",
  name: "failed runs",
  metricName: "RunsFailed",
  operator: "GreaterThan",
  threshold: 0,
  timeAggregation: "Total",
};
const alert: Properties = {
  ...place,
  ruleName: "failed-runs",
  location: "global",
  enabled: true,
  severity: 2,
  scopes: [vaultId],
  evaluationFrequency: "PT5M",
  windowSize: "PT15M",
  criteria: { odataType: "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria", allOf: [criterion] },
};
const profile = (minimum: string, maximum: string, standard: string): Properties => ({
  name: "load",
  capacity: { minimum, maximum, default: standard },
  rules: [],
});
const autoscale: Properties = {
  ...place,
  autoscaleSettingName: "scale-example",
  location: "westeurope",
  enabled: true,
  targetResourceUri: vaultId,
  profiles: [profile("1", "4", "1")],
};
const component: Properties = {
  ...place,
  resourceName: "appi-example",
  location: "westeurope",
  kind: "web",
  applicationType: "web",
  ingestionMode: "LogAnalytics",
  workspaceResourceId: workspaceId,
};
const workbook: Properties = {
  ...place,
  resourceName: "1f5a2a0c-7a3c-4a63-9d0b-6f1d4b1c0a11",
  location: "westeurope",
  kind: "shared",
  category: "workbook",
  displayName: "Gateway",
  serializedData: "{}",
};
const notification = (change: Properties): Properties => ({
  actual80: {
    enabled: true,
    operator: "GreaterThan",
    threshold: 80,
    contactEmails: ["operations@example.com"],
    ...change,
  },
});
const budget: Properties = {
  scope: EXAMPLE_GROUP_ID,
  budgetName: "monthly",
  amount: 500,
  category: "Cost",
  timeGrain: "Monthly",
  timePeriod: { startDate: "2026-11-01T00:00:00Z" },
  notifications: notification({}),
};
const inGroup: NonNullable<Fixture["given"]> = [EXAMPLE_GROUP];
const withWorkspace = [EXAMPLE_GROUP, { token: WORKSPACE, inputs: workspace }];
const watched = [...withWorkspace, vault];

/** References for those inputs that are ids of resources. */
function references(
  inputs: Properties,
  ...properties: readonly string[]
): { property: string; id: string }[] {
  return properties.flatMap((property) => {
    const id = text(inputs, property);
    return id === undefined ? [] : [{ property, id }];
  });
}

/** The minutes in a duration such as `PT5M`, `PT1H` or `P1D`; `undefined` where it is none. */
function minutesOf(duration: string): number | undefined {
  const [matched, days, hours, minutes] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(duration) ?? [];
  if (matched === undefined || matched.endsWith("P") || matched.endsWith("T")) return undefined;
  return (Number(days ?? 0) * 24 + Number(hours ?? 0)) * 60 + Number(minutes ?? 0);
}

/** Where a diagnostic setting sends to; Azure admits each place once per resource and category. */
const DESTINATIONS = [
  "workspaceId",
  "storageAccountId",
  "eventHubAuthorizationRuleId",
  "marketplacePartnerId",
];

const LOCATION = "https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-metric-alert-rule";

function globalOnly(type: string, inputs: Properties): AzureError | undefined {
  const location = text(inputs, "location") ?? "";
  if (same(location, "global")) return undefined;
  const message = `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is 'global'.`;
  return badRequest(message, "LocationNotAvailableForResourceType");
}

function categoriesOf(inputs: Properties, kind: "logs" | "metrics"): readonly string[] {
  return items(inputs, kind)
    .filter((entry) => at(entry, "enabled") === true)
    .flatMap((entry) =>
      [text(entry, "category"), text(entry, "categoryGroup")].filter((name) => name !== undefined),
    );
}

function unknownCategory(inputs: Properties): AzureError | undefined {
  const known = LOG_CATEGORIES[nameAndType(text(inputs, "resourceUri") ?? "").type.toLowerCase()];
  const allowed = [...(known ?? []), "allLogs", "audit"];
  // What types that are not listed send is not known here: no refusal.
  const log =
    known === undefined
      ? undefined
      : items(inputs, "logs").find((entry) => !allowed.some((name) => fits(entry, name)));
  if (log !== undefined) {
    return badRequest(
      `Category '${text(log, "category") ?? text(log, "categoryGroup") ?? ""}' is not supported.`,
    );
  }
  // Storage names its metrics Transaction and Capacity, all others send AllMetrics.
  const names = ["AllMetrics", "Transaction", "Capacity"];
  const metric = items(inputs, "metrics").find((entry) => !names.some((name) => fits(entry, name)));
  return metric === undefined
    ? undefined
    : badRequest(`Metric category '${text(metric, "category") ?? ""}' is not supported.`);
}

function fits(entry: Json, name: string): boolean {
  return same(text(entry, "category") ?? text(entry, "categoryGroup") ?? "", name);
}

function workspaceOutputs(id: string, inputs: Properties): Properties {
  return {
    ...nameAndType(id),
    customerId: guidOf(`customer:${id}`),
    sku: { ...members(inputs, "sku"), name: text(inputs, "sku.name") ?? "PerGB2018" },
    retentionInDays: inputs.retentionInDays ?? 30,
    provisioningState: "Succeeded",
  };
}

function componentOutputs(id: string, inputs: Properties, azure: AzureView): Properties {
  const location = (text(inputs, "location") ?? "").toLowerCase().replaceAll(" ", "");
  const instrumentationKey = guidOf(`instrumentation:${id}`);
  const appId = guidOf(`application:${id}`);
  return {
    ...nameAndType(id),
    appId,
    applicationId: nameOf(id),
    instrumentationKey,
    connectionString: `InstrumentationKey=${instrumentationKey};IngestionEndpoint=https://${location}-0.in.applicationinsights.azure.com/;LiveEndpoint=https://${location}.livediagnostics.monitor.azure.com/;ApplicationId=${appId}`,
    tenantId: azure.tenantId,
    retentionInDays: inputs.retentionInDays ?? 90,
    provisioningState: "Succeeded",
  };
}

const diagnosticSetting: NonNullable<TypeModule["resources"]>[number] = {
  token: DIAGNOSTICS,
  id: "{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
  autoName: { property: "name", kind: "random" },
  minutes: { create: 0.1 },
  outputs: ({ id }) => nameAndType(id),
  references: (inputs) => references(inputs, "resourceUri", "workspaceId", "storageAccountId"),
  rules: [
    nameRule({
      id: "diagnostic-setting-name",
      property: "name",
      pattern: /^[^*<>%:&\\?+/#|]{1,260}$/,
      code: "BadRequest",
      message: (name) =>
        `The diagnostic setting name '${name}' is invalid: 1 to 260 characters, none of * < > % : & \\ ? + / # |`,
      given: watched,
      inputs: diagnostics,
      refusedName: "to:workspace",
    }),
    rule({
      id: "diagnostic-setting-destination",
      source: "https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings",
      given: watched,
      inputs: diagnostics,
      refused: { inputs: { workspaceId: null } },
      check: ({ inputs }) =>
        DESTINATIONS.some((property) => text(inputs, property) !== undefined)
          ? undefined
          : badRequest("At least one data sink needs to be specified."),
    }),
    rule({
      id: "diagnostic-setting-category",
      source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/2985",
      given: watched,
      inputs: diagnostics,
      refused: { inputs: { logs: [{ category: "WorkflowRuntime", enabled: true }] } },
      check: ({ inputs }) => unknownCategory(inputs),
    }),
    rule({
      id: "diagnostic-setting-category-once",
      source: "https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings",
      given: watched,
      inputs: diagnostics,
      refused: {
        inputs: {
          logs: [
            { category: "AuditEvent", enabled: true },
            { category: "AuditEvent", enabled: false },
          ],
        },
      },
      check: ({ inputs }) => {
        const names = ["logs", "metrics"].flatMap((kind) =>
          items(inputs, kind).map(
            (entry) => `${kind} ${text(entry, "category") ?? text(entry, "categoryGroup") ?? ""}`,
          ),
        );
        const twice = duplicate(names.map((name) => name.toLowerCase()));
        return twice === undefined
          ? undefined
          : badRequest(`The category '${twice.split(" ")[1] ?? ""}' stands twice.`);
      },
    }),
    rule({
      id: "diagnostic-setting-category-group",
      source: "https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings",
      given: watched,
      inputs: diagnostics,
      accepted: { inputs: { logs: [{ categoryGroup: "allLogs", enabled: true }] } },
      refused: { inputs: { logs: [{ category: "AuditEvent", categoryGroup: "audit", enabled: true }] } },
      check: ({ inputs }) => {
        const logs = items(inputs, "logs");
        const wrong = logs.some(
          (entry) => (text(entry, "category") ?? "") !== "" && text(entry, "categoryGroup") !== undefined,
        );
        return wrong
          ? badRequest("A log setting has either a category or a category group, not both.")
          : undefined;
      },
    }),
    rule({
      id: "diagnostic-setting-sink-once",
      source: "https://learn.microsoft.com/azure/azure-monitor/platform/diagnostic-settings",
      given: watched,
      inputs: diagnostics,
      refused: { given: [...watched, { token: DIAGNOSTICS, inputs: { ...diagnostics, name: "first" } }] },
      check: (write, azure) => {
        const target = text(write.inputs, "resourceUri") ?? "";
        for (const other of others(write, azure, DIAGNOSTICS)) {
          if (!same(text(other.inputs, "resourceUri") ?? "", target)) continue;
          const sink = DESTINATIONS.find((property) => {
            const own = text(write.inputs, property);
            return own !== undefined && same(own, text(other.inputs, property) ?? "");
          });
          const shared = (["logs", "metrics"] as const).flatMap((kind) => {
            const theirs = categoriesOf(other.inputs, kind);
            return categoriesOf(write.inputs, kind).filter((name) =>
              theirs.some((their) => same(their, name)),
            );
          })[0];
          if (sink === undefined || shared === undefined) continue;
          const message = `Data sink '${text(write.inputs, sink) ?? ""}' is already used in diagnostic setting '${nameOf(other.id)}' for category '${shared}'. Data sinks can't be reused in different settings on the same category for the same resource.`;
          return new AzureError(409, "Conflict", message);
        }
        return undefined;
      },
    }),
  ],
};

const budgetType: NonNullable<TypeModule["resources"]>[number] = {
  token: "azure-native:consumption:Budget",
  id: "{scope}/providers/Microsoft.Consumption/budgets/{budgetName}",
  autoName: { property: "budgetName", kind: "random" },
  minutes: { create: 0.1 },
  outputs: ({ id, inputs }) => {
    const startDate = text(inputs, "timePeriod.startDate") ?? "";
    const year = Number(startDate.slice(0, 4)) + 10;
    const endDate = text(inputs, "timePeriod.endDate") ?? `${year}${startDate.slice(4)}`;
    return {
      ...nameAndType(id),
      timePeriod: { startDate, endDate },
      currentSpend: { amount: 0, unit: "USD" },
    };
  },
  rules: [
    rule({
      id: "budget-start-date",
      source: "https://learn.microsoft.com/rest/api/consumption/budgets/create-or-update",
      given: inGroup,
      inputs: budget,
      refused: { inputs: { timePeriod: { startDate: "2026-11-15T00:00:00Z" } } },
      check: ({ inputs }) => {
        const start = text(inputs, "timePeriod.startDate") ?? "";
        const end = text(inputs, "timePeriod.endDate");
        if (!/^\d{4}-\d{2}-01(?:T00:00:00(?:\.0+)?Z)?$/.test(start)) {
          return badRequest("Start date of budgets should be the first day of a month.", "400");
        }
        if (start < "2017-06-01")
          return badRequest("Start date of budgets should be on or after June 1, 2017.", "400");
        return end !== undefined && Date.parse(end) <= Date.parse(start)
          ? badRequest("Start date of budgets should be less than the end date.", "400")
          : undefined;
      },
    }),
    rule({
      id: "budget-start-date-fixed",
      source: "https://github.com/jpsnover/ai-triad-research/pull/1697",
      given: inGroup,
      inputs: budget,
      accepted: { operation: "update", previous: { ...budget, amount: 400 } },
      refused: {
        operation: "update",
        previous: { ...budget, timePeriod: { startDate: "2026-10-01T00:00:00Z" } },
      },
      check: ({ inputs, previous }) => {
        if (previous === undefined) return undefined;
        const before = Date.parse(text(previous.inputs, "timePeriod.startDate") ?? "");
        return Date.parse(text(inputs, "timePeriod.startDate") ?? "") === before
          ? undefined
          : badRequest(
              "Start date of budgets cannot be updated. Please delete and create a new budget.",
              "400",
            );
      },
    }),
    rule({
      id: "budget-notifications",
      source: "https://learn.microsoft.com/rest/api/consumption/budgets/create-or-update",
      given: inGroup,
      inputs: budget,
      refused: { inputs: { notifications: notification({ threshold: 1001 }) } },
      check: ({ inputs }) => {
        const all = Object.values(members(inputs, "notifications"));
        if (all.length > 5) return badRequest("A budget has at most 5 notifications.", "400");
        const wrong = all.find((item) => {
          const threshold = number(item, "threshold") ?? -1;
          return threshold < 0 || threshold > 1000;
        });
        if (wrong !== undefined)
          return badRequest("The threshold of a notification is between 0 and 1000.", "400");
        const silent = all.find((item) =>
          ["contactEmails", "contactGroups", "contactRoles"].every((key) => texts(item, key).length === 0),
        );
        return silent === undefined
          ? undefined
          : badRequest("A notification needs at least one contact email, group or role.", "400");
      },
    }),
    rule({
      id: "budget-amount",
      source: "https://learn.microsoft.com/rest/api/consumption/budgets/create-or-update",
      given: inGroup,
      inputs: budget,
      refused: { inputs: { amount: 0 } },
      check: ({ inputs }) =>
        (number(inputs, "amount") ?? 0) > 0
          ? undefined
          : badRequest("The amount of a budget is above 0.", "400"),
    }),
  ],
};

/** Log Analytics, Application Insights, diagnostics, alerts, autoscale and budgets. */
export const monitor: TypeModule = {
  resources: [
    {
      token: WORKSPACE,
      id: `${GROUP}/Microsoft.OperationalInsights/workspaces/{workspaceName}`,
      replaceOn: ["location"],
      autoName: { property: "workspaceName", kind: "random" },
      minutes: { create: 0.5, delete: 0.2 },
      outputs: (write, azure) => ({
        ...workspaceOutputs(write.id, write.inputs),
        ...identityOutput(write, azure),
      }),
      rules: [
        nameRule({
          id: "workspace-name",
          property: "workspaceName",
          pattern: /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
          code: "InvalidResourceName",
          message: (name) =>
            `The workspace name '${name}' is invalid: 4 to 63 letters, digits or '-', with a letter or digit at both ends.`,
          given: inGroup,
          inputs: workspace,
          refusedName: "log",
        }),
        rule({
          id: "workspace-retention",
          source: "https://github.com/Azure/azure-powershell/issues/12524",
          given: inGroup,
          inputs: workspace,
          refused: { inputs: { retentionInDays: 14 } },
          check: ({ inputs }) => {
            const days = number(inputs, "retentionInDays") ?? 30;
            const free = same(text(inputs, "sku.name") ?? "", "Free") && days === 7;
            if (free || (Number.isInteger(days) && days >= 30 && days <= 730)) return undefined;
            return badRequest(
              "The value provided for retention is invalid. the expected value should be between 30 to 730.",
            );
          },
        }),
      ],
    },
    {
      token: COMPONENT,
      id: `${GROUP}/Microsoft.Insights/components/{resourceName}`,
      replaceOn: ["location"],
      autoName: { property: "resourceName", kind: "random" },
      secrets: ["connectionString", "instrumentationKey"],
      minutes: { create: 0.2 },
      outputs: ({ id, inputs }, azure) => componentOutputs(id, inputs, azure),
      references: (inputs) => references(inputs, "workspaceResourceId"),
      rules: [
        nameRule({
          id: "component-name",
          property: "resourceName",
          pattern: /^(?!.*[ .]$)[^%&\\?/]{1,260}$/,
          code: "InvalidResourceName",
          message: (name) =>
            `The component name '${name}' is invalid: 1 to 260 characters, none of % & \\ ? /, no space or period at its end.`,
          given: withWorkspace,
          inputs: component,
          refusedName: "appi/example",
        }),
        rule({
          id: "component-workspace",
          source: "https://learn.microsoft.com/azure/azure-monitor/app/create-workspace-resource",
          given: withWorkspace,
          inputs: component,
          refused: { inputs: { workspaceResourceId: null } },
          check: ({ inputs }) =>
            text(inputs, "ingestionMode") === "LogAnalytics" &&
            text(inputs, "workspaceResourceId") === undefined
              ? badRequest("A component whose ingestionMode is LogAnalytics needs a workspaceResourceId.")
              : undefined,
        }),
      ],
    },
    {
      token: "azure-native:applicationinsights:Workbook",
      id: `${GROUP}/Microsoft.Insights/workbooks/{resourceName}`,
      replaceOn: ["location"],
      autoName: { property: "resourceName", kind: "random" },
      minutes: { create: 0.1 },
      outputs: ({ id, inputs }) => ({
        ...nameAndType(id),
        revision: guidOf(`revision:${id}:${text(inputs, "serializedData") ?? ""}`).replaceAll("-", ""),
      }),
      rules: [
        rule({
          id: "workbook-name",
          source: "https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-automate",
          given: inGroup,
          inputs: workbook,
          refused: { inputs: { resourceName: "gateway" } },
          check: ({ inputs }) =>
            isGuid(inputs.resourceName)
              ? undefined
              : badRequest("The name of a workbook must be a GUID.", "InvalidResourceName"),
        }),
        rule({
          id: "workbook-data",
          source: "https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-automate",
          given: inGroup,
          inputs: workbook,
          refused: { inputs: { serializedData: "{" } },
          check: ({ inputs }) => {
            try {
              JSON.parse(text(inputs, "serializedData") ?? "");
              return undefined;
            } catch {
              return badRequest("serializedData of a workbook is a JSON document in a string.");
            }
          },
        }),
      ],
    },
    diagnosticSetting,
    {
      token: ACTION_GROUP,
      id: `${GROUP}/Microsoft.Insights/actionGroups/{actionGroupName}`,
      replaceOn: ["location"],
      autoName: { property: "actionGroupName", kind: "random" },
      minutes: { create: 0.1 },
      outputs: (write, azure) => ({ ...nameAndType(write.id), ...identityOutput(write, azure) }),
      rules: [
        nameRule({
          id: "action-group-name",
          property: "actionGroupName",
          pattern: /^(?!.*[ .]$)[^:<>+/&%\\?|\p{Cc}]{1,260}$/u,
          code: "InvalidResourceName",
          message: (name) =>
            `The action group name '${name}' is invalid: 1 to 260 characters, none of : < > + / & % \\ ? |, no space or period at its end.`,
          given: inGroup,
          inputs: actionGroup,
          refusedName: "ag:example",
        }),
        rule({
          id: "action-group-short-name",
          source: "https://learn.microsoft.com/azure/azure-monitor/alerts/action-groups",
          given: inGroup,
          inputs: actionGroup,
          refused: { inputs: { groupShortName: "operations-team" } },
          check: ({ inputs }) => {
            const name = text(inputs, "groupShortName") ?? "";
            return name.length >= 1 && name.length <= 12
              ? undefined
              : badRequest(`The short name '${name}' of the action group is invalid: 1 to 12 characters.`);
          },
        }),
        rule({
          id: "action-group-receiver-names",
          source: "https://learn.microsoft.com/rest/api/monitor/action-groups/create-or-update",
          given: inGroup,
          inputs: actionGroup,
          refused: {
            inputs: {
              emailReceivers: [
                { name: "operations", emailAddress: "first@example.com" },
                { name: "operations", emailAddress: "second@example.com" },
              ],
            },
          },
          check: ({ inputs }) => {
            const receivers = Object.keys(inputs).filter((key) => key.endsWith("Receivers"));
            const names = receivers.flatMap((key) =>
              items(inputs, key).map((item) => text(item, "name") ?? ""),
            );
            const twice = duplicate(names);
            return twice === undefined
              ? undefined
              : badRequest(`The receiver name '${twice}' stands twice in the action group.`);
          },
        }),
      ],
    },
    {
      token: "azure-native:monitor:MetricAlert",
      id: `${GROUP}/Microsoft.Insights/metricAlerts/{ruleName}`,
      replaceOn: ["location"],
      autoName: { property: "ruleName", kind: "random" },
      minutes: { create: 0.1 },
      outputs: ({ id }) => nameAndType(id),
      references: (inputs) => [
        ...texts(inputs, "scopes").map((id, index) => ({ property: `scopes[${index}]`, id })),
        ...items(inputs, "actions").flatMap((action, index) => {
          const id = text(action, "actionGroupId");
          return id === undefined ? [] : [{ property: `actions[${index}].actionGroupId`, id }];
        }),
      ],
      rules: [
        rule({
          id: "metric-alert-location",
          source: LOCATION,
          given: watched,
          inputs: alert,
          refused: { inputs: { location: "westeurope" } },
          check: ({ inputs }) => globalOnly("Microsoft.Insights/metricAlerts", inputs),
        }),
        rule({
          id: "metric-alert-severity",
          source: LOCATION,
          given: watched,
          inputs: alert,
          refused: { inputs: { severity: 5 } },
          check: ({ inputs }) =>
            [0, 1, 2, 3, 4].includes(number(inputs, "severity") ?? -1)
              ? undefined
              : badRequest("The severity of an alert is 0, 1, 2, 3 or 4."),
        }),
        rule({
          id: "metric-alert-window",
          source: LOCATION,
          given: watched,
          inputs: alert,
          refused: { inputs: { evaluationFrequency: "PT1H", windowSize: "PT15M" } },
          check: ({ inputs }) => {
            const every = minutesOf(text(inputs, "evaluationFrequency") ?? "");
            const window = minutesOf(text(inputs, "windowSize") ?? "");
            if (every === undefined || ![1, 5, 15, 30, 60].includes(every)) {
              return badRequest("evaluationFrequency is one of PT1M, PT5M, PT15M, PT30M and PT1H.");
            }
            if (window === undefined || ![1, 5, 15, 30, 60, 360, 720, 1440].includes(window)) {
              return badRequest("windowSize is one of PT1M, PT5M, PT15M, PT30M, PT1H, PT6H, PT12H and P1D.");
            }
            return every > window
              ? badRequest("evaluationFrequency must be equal to or smaller than windowSize.")
              : undefined;
          },
        }),
        rule({
          id: "metric-alert-criteria",
          source: LOCATION,
          given: watched,
          inputs: alert,
          refused: {
            inputs: {
              criteria: {
                odataType: "Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria",
                allOf: [criterion, criterion],
              },
            },
          },
          check: ({ inputs }) => {
            const criteria = items(inputs, "criteria.allOf");
            const twice = duplicate(criteria.map((item) => text(item, "name") ?? ""));
            if (twice !== undefined)
              return badRequest(`The criterion name '${twice}' stands twice in the alert.`);
            const single = (text(inputs, "criteria.odataType") ?? "").includes("SingleResource");
            return single && items(inputs, "scopes").length !== 1
              ? badRequest("Criteria of a single resource need exactly one scope.")
              : undefined;
          },
        }),
      ],
    },
    {
      token: "azure-native:monitor:AutoscaleSetting",
      id: `${GROUP}/Microsoft.Insights/autoscaleSettings/{autoscaleSettingName}`,
      replaceOn: ["location"],
      autoName: { property: "autoscaleSettingName", kind: "random" },
      minutes: { create: 0.1 },
      outputs: ({ id, inputs }) => {
        const { name, enabled, profiles, notifications, predictiveAutoscalePolicy, targetResourceUri } =
          inputs;
        const given = {
          name,
          enabled,
          profiles,
          notifications,
          predictiveAutoscalePolicy,
          targetResourceUri,
        };
        // azure-native answers the setting below `properties`, though it takes it flat.
        const properties = Object.entries(given).filter(
          (entry): entry is [string, Json] => entry[1] !== undefined,
        );
        return { ...nameAndType(id), properties: Object.fromEntries(properties) };
      },
      references: (inputs) => references(inputs, "targetResourceUri"),
      rules: [
        rule({
          id: "autoscale-capacity",
          source: "https://learn.microsoft.com/rest/api/monitor/autoscale-settings/create-or-update",
          given: watched,
          inputs: autoscale,
          refused: { inputs: { profiles: [profile("4", "2", "4")] } },
          check: ({ inputs }) => {
            const wrong = items(inputs, "profiles").find((item) => {
              const counts = ["minimum", "default", "maximum"].map((key) =>
                Number(text(item, `capacity.${key}`)),
              );
              const [low = NaN, middle = NaN, high = NaN] = counts;
              return !(counts.every(Number.isInteger) && low <= middle && middle <= high);
            });
            return wrong === undefined
              ? undefined
              : badRequest("The capacity of a profile is whole numbers with minimum <= default <= maximum.");
          },
        }),
        rule({
          id: "autoscale-profiles",
          source: "https://learn.microsoft.com/rest/api/monitor/autoscale-settings/create-or-update",
          given: watched,
          inputs: autoscale,
          refused: {
            inputs: {
              profiles: Array.from({ length: 21 }, (_, index) => ({
                ...profile("1", "4", "1"),
                name: `p${index}`,
              })),
            },
          },
          check: ({ inputs }) => {
            const profiles = items(inputs, "profiles");
            const crowded = profiles.some((item) => items(item, "rules").length > 10);
            return profiles.length <= 20 && !crowded
              ? undefined
              : badRequest("An autoscale setting has at most 20 profiles, and a profile at most 10 rules.");
          },
        }),
        rule({
          id: "autoscale-one-per-target",
          source:
            "https://learn.microsoft.com/azure/azure-monitor/autoscale/autoscale-understanding-settings",
          given: watched,
          inputs: autoscale,
          refused: {
            given: [
              ...watched,
              {
                token: "azure-native:monitor:AutoscaleSetting",
                inputs: { ...autoscale, autoscaleSettingName: "scale-other" },
              },
            ],
          },
          check: (write, azure) => {
            const target = text(write.inputs, "targetResourceUri") ?? "";
            const rival = others(write, azure, "azure-native:monitor:AutoscaleSetting").find(({ inputs }) =>
              same(text(inputs, "targetResourceUri") ?? "", target),
            );
            if (rival === undefined) return undefined;
            const message = `The resource '${target}' has the autoscale setting '${nameOf(rival.id)}' already: one per resource.`;
            return new AzureError(409, "Conflict", message);
          },
        }),
      ],
    },
    budgetType,
  ],
};
