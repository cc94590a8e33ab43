import type { Properties, ResourceType, Rule } from "../../resource-type";
import { at, exampleId, items, members, nameOf, number, rule, same, text } from "../common";
import { hexOf } from "../derived";
import {
  child,
  childNameRule,
  EXAMPLE_API,
  EXAMPLE_SERVICE_ID,
  existing,
  inService,
  ONE_AT_A_TIME_PER_API,
  resolveId,
  serviceIdFrom,
  serviceIdOf,
  SPEC,
  TOKENS,
  validationError,
} from "./common";
import { identitiesOf, systemPrincipal } from "./hostnames";
import { inUseRule, namesInPolicy, POLICY_DOCUMENTS } from "./in-use";
import { IDENTITY_REFUSALS, identityRefusal } from "./key-vault-access";
import { oneOfRule } from "./value-rules";

const LOGGER = "azure-native:apimanagement:Logger";
const INSIGHTS = "https://learn.microsoft.com/azure/api-management/api-management-howto-app-insights";

const logger: Properties = {
  loggerId: "insights",
  loggerType: "applicationInsights",
  resourceId: exampleId("Microsoft.Insights/components/appi-example"),
  credentials: {
    connectionString: "InstrumentationKey=00000000-0000-0000-0000-000000000000",
    identityClientId: "SystemAssigned",
  },
};
const component = {
  token: "azure-native:applicationinsights:Component",
  inputs: {
    resourceGroupName: "rg-example",
    resourceName: "appi-example",
    location: "westeurope",
    kind: "web",
    applicationType: "web",
  },
};
const loggerExample = inService(logger, component);
const diagnostic: Properties = {
  diagnosticId: "applicationinsights",
  loggerId: `${EXAMPLE_SERVICE_ID}/loggers/insights`,
  sampling: { samplingType: "fixed", percentage: 100 },
};

/** What each kind of logger needs to reach its target: one of these sets of credentials. */
const CREDENTIALS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  applicationInsights: [["connectionString"], ["instrumentationKey"]],
  azureEventHub: [
    ["name", "connectionString"],
    ["name", "endpointAddress", "identityClientId"],
  ],
  azureMonitor: [[]],
};

const loggerRules: readonly Rule[] = [
  childNameRule({ id: "apim-logger-id", property: "loggerId", max: 256, example: loggerExample }),
  rule({
    id: "apim-logger-type",
    source: SPEC,
    ...loggerExample,
    refused: { inputs: { loggerType: "logAnalytics" } },
    check: ({ inputs }) =>
      CREDENTIALS[text(inputs, "loggerType") ?? ""] === undefined
        ? validationError("loggerType", `must be one of ${Object.keys(CREDENTIALS).join(", ")}`)
        : undefined,
  }),
  rule({
    id: "apim-logger-credentials",
    source: INSIGHTS,
    ...loggerExample,
    refused: { inputs: { credentials: {} } },
    check: ({ inputs }) => {
      const sets = CREDENTIALS[text(inputs, "loggerType") ?? ""] ?? [[]];
      const has = (name: string): boolean => text(inputs, `credentials.${name}`) !== undefined;
      if (sets.some((names) => names.every(has))) return undefined;
      return validationError(
        "credentials",
        `must have ${sets.map((names) => names.join(" and ")).join(", or ")}`,
      );
    },
  }),
  rule({
    id: "apim-logger-identity",
    source: IDENTITY_REFUSALS,
    ...loggerExample,
    refused: {
      inputs: {
        credentials: { connectionString: "InstrumentationKey=0", identityClientId: "not-an-identity" },
      },
    },
    check: ({ id, inputs }, azure) => {
      const service = azure.get(serviceIdOf(id));
      const clientId = text(inputs, "credentials.identityClientId");
      if (service === undefined || clientId === undefined) return undefined;
      if (same(clientId, "SystemAssigned")) {
        return systemPrincipal(service) === undefined
          ? validationError("identityClientId", "the service has no system-assigned identity")
          : undefined;
      }
      return identityRefusal({ url: "", clientId }, identitiesOf(service), azure);
    },
  }),
  inUseRule({
    id: "apim-logger-in-use",
    source:
      "https://learn.microsoft.com/rest/api/apimanagement/apimanagementrest/azure-api-management-rest-api-logger-entity",
    kind: "Logger",
    users: POLICY_DOCUMENTS,
    uses: (user, { id }) => namesInPolicy(user, "log-to-eventhub", "logger-id", nameOf(id)),
    example: loggerExample,
    user: existing(TOKENS.fragment, {
      id: "log",
      value: '<fragment><log-to-eventhub logger-id="insights">called</log-to-eventhub></fragment>',
    }),
  }),
];

/** Keys are kept as named values of their own, and a read answers references to those. */
function loggerCredentials(id: string, inputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(members(inputs, "credentials")).map(([name, value]) => {
      if (name !== "connectionString" && name !== "instrumentationKey") return [name, value];
      const reference = hexOf(`logger:${id}:${JSON.stringify(value)}`, 24);
      return [name, `{{Logger-Credentials--${reference}}}`];
    }),
  );
}

const PARTS = ["frontend.request", "frontend.response", "backend.request", "backend.response"];

function diagnosticType(token: string, path: string, more: Properties): ResourceType {
  const prefix = more.apiId === undefined ? "apim-diagnostic" : "apim-api-diagnostic";
  const example = inService(
    { ...diagnostic, ...more },
    component,
    existing(LOGGER, logger),
    existing(TOKENS.api, EXAMPLE_API),
  );
  return child({
    token,
    path,
    ...(more.apiId !== undefined && { serialised: ONE_AT_A_TIME_PER_API }),
    references: (inputs, azure) => [
      { property: "loggerId", id: resolveId(text(inputs, "loggerId") ?? "", serviceIdFrom(inputs, azure)) },
    ],
    outputs: ({ inputs }) => ({
      verbosity: inputs.verbosity ?? "information",
      httpCorrelationProtocol: inputs.httpCorrelationProtocol ?? "Legacy",
      logClientIp: inputs.logClientIp ?? false,
    }),
    rules: [
      rule({
        id: `${prefix}-id`,
        source: SPEC,
        ...example,
        refused: { inputs: { diagnosticId: "insights" } },
        check: ({ inputs }) =>
          ["applicationinsights", "azuremonitor"].includes(text(inputs, "diagnosticId") ?? "")
            ? undefined
            : validationError("diagnosticId", "must be applicationinsights or azuremonitor"),
      }),
      rule({
        id: `${prefix}-sampling`,
        source: SPEC,
        ...example,
        refused: { inputs: { sampling: { samplingType: "fixed", percentage: 101 } } },
        check: ({ inputs }) => {
          const percentage = number(inputs, "sampling.percentage") ?? 100;
          return percentage < 0 || percentage > 100
            ? validationError("sampling.percentage", `must be 0 to 100, not ${percentage}`)
            : undefined;
        },
      }),
      ...[
        { name: "always-log", path: "alwaysLog", allowed: ["allErrors"] },
        { name: "correlation", path: "httpCorrelationProtocol", allowed: ["None", "Legacy", "W3C"] },
        { name: "verbosity", path: "verbosity", allowed: ["verbose", "information", "error"] },
        { name: "operation-name", path: "operationNameFormat", allowed: ["Name", "Url"] },
      ].map(({ name, path: property, allowed }) =>
        oneOfRule({
          id: `${prefix}-${name}`,
          paths: [property],
          allowed,
          example,
          refused: { [property]: "none" },
        }),
      ),
      oneOfRule({
        id: `${prefix}-sampling-type`,
        paths: ["sampling.samplingType"],
        allowed: ["fixed"],
        example,
        refused: { sampling: { samplingType: "adaptive", percentage: 100 } },
      }),
      rule({
        id: `${prefix}-body-bytes`,
        source: SPEC,
        ...example,
        accepted: { inputs: { frontend: { request: { body: { bytes: 8192 } } } } },
        refused: { inputs: { frontend: { request: { body: { bytes: 8193 } } } } },
        check: ({ inputs }) => {
          const part = PARTS.find((one) => (number(inputs, `${one}.body.bytes`) ?? 0) > 8192);
          return part === undefined
            ? undefined
            : validationError(`${part}.body.bytes`, "at most 8192 bytes of a body can be logged");
        },
      }),
      rule({
        id: `${prefix}-masking-mode`,
        source: SPEC,
        ...example,
        refused: {
          inputs: {
            frontend: { request: { dataMasking: { headers: [{ value: "X-Key", mode: "Remove" }] } } },
          },
        },
        check: ({ inputs }) => {
          const entries = PARTS.flatMap((part) => {
            const masking = at(inputs, `${part}.dataMasking`);
            return [...items(masking, "headers"), ...items(masking, "queryParams")];
          });
          return entries.some((entry) => !["Hide", "Mask"].includes(text(entry, "mode") ?? "Hide"))
            ? validationError("dataMasking", "the mode of masking is Hide or Mask")
            : undefined;
        },
      }),
    ],
  });
}

/** Loggers, and what is logged. */
export const diagnostics: readonly ResourceType[] = [
  child({
    token: LOGGER,
    path: "/loggers/{loggerId}",
    references: (inputs) => {
      const id = text(inputs, "resourceId");
      return id === undefined ? [] : [{ property: "resourceId", id }];
    },
    outputs: ({ id, inputs }) => ({
      isBuffered: inputs.isBuffered ?? true,
      credentials: loggerCredentials(id, inputs),
    }),
    rules: loggerRules,
  }),
  diagnosticType("azure-native:apimanagement:Diagnostic", "/diagnostics/{diagnosticId}", {}),
  diagnosticType("azure-native:apimanagement:ApiDiagnostic", "/apis/{apiId}/diagnostics/{diagnosticId}", {
    apiId: "orders",
  }),
];
