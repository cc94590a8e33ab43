import { LIMITS } from "../../limits";
import { objectOrEmpty } from "../../json";
import { optionWords } from "../../structure";
import {
  all,
  anyObject,
  duration,
  integer,
  list,
  object,
  oneKeyOf,
  oneOf,
  orExpression,
  record,
  rule,
  text,
  variant,
  words,
  type Rule,
  type Shape,
} from "../rules";
import {
  API_MANAGEMENT_INPUTS,
  CONNECTION_INPUTS,
  connectionHost,
  HTTP_INPUTS,
  limit,
  notificationCall,
  secureData,
  WEBHOOK_INPUTS,
  type OperationType,
  type OperationTypes,
} from "./operation-type";

const WEEK_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
const weekDay = oneOf(...WEEK_DAYS);

/** One or several, as the documentation has it: "integer or integer array". */
function some(item: Rule): Rule {
  const several = list(item);
  return (value, path, report) => {
    (Array.isArray(value) ? several : item)(value, path, report);
  };
}

const startTime = orExpression(
  rule(
    "must be a time like 2026-12-01T02:00:00Z, or without the Z where there is a time zone",
    "write it in this form",
    (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?$/.test(value),
  ),
);
const every = (most: number): Shape => ({
  required: { interval: orExpression(integer(1, most)) },
  optional: { startTime, endTime: startTime, timeZone: text },
});
const scheduled = (most: number, schedule: Readonly<Record<string, Rule>>): Shape => ({
  ...every(most),
  optional: { ...every(most).optional, schedule: object({ optional: schedule }) },
});
const daily = { hours: some(integer(0, 23)), minutes: some(integer(0, 59)) };

/**
 * How often something happens.
 *
 * Sources: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#recurrence-trigger; for the
 * days of a month https://learn.microsoft.com/azure/connectors/connectors-native-recurrence#run-once-last-day-of-the-month
 * and the schema of 2016-06-01.
 */
const recurrence = orExpression(
  variant("frequency", {
    Second: every(LIMITS.recurrence.Second),
    Minute: every(LIMITS.recurrence.Minute),
    Hour: every(LIMITS.recurrence.Hour),
    Day: scheduled(LIMITS.recurrence.Day, daily),
    Week: scheduled(LIMITS.recurrence.Week, { ...daily, weekDays: some(weekDay) }),
    Month: scheduled(LIMITS.recurrence.Month, {
      ...daily,
      monthDays: some(integer(-1, 31)),
      monthlyOccurrences: list(object({ required: { dayOfWeek: weekDay, occurrence: integer(-5, 5) } })),
    }),
  }),
);

/** The portal writes a copy of the recurrence beside it, its parameters resolved. */
const polled = { required: { recurrence }, optional: { evaluatedRecurrence: recurrence } };

const correlation = object({ optional: { clientTrackingId: text } });

/** One run for every item of a list. Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#split-on-debatch */
const split = {
  splitOn: text,
  splitOnConfiguration: object({ optional: { correlation } }),
};

/**
 * At most so many runs at the same time. `SingleInstance` says the same as one run: Azure refuses both together.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#change-trigger-concurrency
 */
const concurrency = object({
  optional: {
    runs: orExpression(integer(1, LIMITS.triggerConcurrency)),
    maximumWaitingRuns: orExpression(integer(1, LIMITS.waitingRuns)),
  },
});
const oneAtATime = rule(
  "must not have both the operation option SingleInstance and runtimeConfiguration.concurrency.runs",
  "remove one of them",
  (value) => {
    const { operationOptions, runtimeConfiguration } = objectOrEmpty(value);
    const { runs } = objectOrEmpty(objectOrEmpty(runtimeConfiguration).concurrency);
    const single = optionWords(operationOptions).some((word) => word.toLowerCase() === "singleinstance");
    return !single || runs === undefined;
  },
);

function trigger(type: OperationType): OperationType {
  return {
    ...type,
    optional: { ...type.optional, correlation },
    operationOptions: [...(type.operationOptions ?? []), "SingleInstance"],
    runtimeConfiguration: { ...type.runtimeConfiguration, concurrency },
    whole: oneAtATime,
  };
}

/**
 * The triggers that are modelled.
 *
 * Sources: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#trigger-types-list, the schema
 * of 2016-06-01 (stored in https://github.com/cgillum/durable-logic-apps-demo, Samples/wdl-schema.json), and Azure's designer,
 * https://github.com/Azure/LogicAppsUX: libs/logic-apps-shared/src/designer-client-services/lib/{base,consumption}/manifests.
 */
export const TRIGGERS: OperationTypes = {
  Request: trigger({
    purpose: "a call over HTTP",
    optional: {
      kind: oneOf(
        ...["Http", "EventGrid", "Alert", "AzureMonitorAlert", "SecurityCenterAlert"],
        ...["Button", "PowerApp", "Geofence"],
      ),
      inputs: object({
        optional: {
          schema: anyObject,
          method: oneOf("GET", "PUT", "POST", "PATCH", "DELETE"),
          relativePath: text,
        },
      }),
      ...split,
    },
    operationOptions: [
      "EnableSchemaValidation",
      "IncludeAuthorizationHeadersInOutputs",
      "SuppressWorkflowHeadersOnResponse",
    ],
    runtimeConfiguration: secureData,
  }),
  Recurrence: trigger({ purpose: "a schedule", ...polled }),
  SlidingWindow: trigger({
    purpose: "a schedule whose missed times are made up for",
    required: polled.required,
    optional: {
      ...polled.optional,
      inputs: object({ optional: { delay: orExpression(duration("PT0S", LIMITS.runDuration)) } }),
    },
  }),
  Http: trigger({
    purpose: "asks an address for news, again and again",
    required: { ...polled.required, inputs: object(HTTP_INPUTS) },
    optional: { ...polled.optional, ...split, limit },
    runtimeConfiguration: secureData,
  }),
  HttpWebhook: trigger({
    purpose: "is called by an address that it has subscribed to",
    required: { inputs: object(WEBHOOK_INPUTS) },
    optional: { ...split, limit },
    operationOptions: ["IncludeAuthorizationHeadersInOutputs", "SuppressWorkflowHeadersOnResponse"],
    runtimeConfiguration: secureData,
  }),
  ApiConnection: trigger({
    purpose: "asks a managed connector for news, again and again",
    required: { ...polled.required, inputs: object(CONNECTION_INPUTS) },
    optional: { ...polled.optional, ...split, limit },
    runtimeConfiguration: secureData,
  }),
  ApiConnectionWebhook: trigger({
    purpose: "is called by a managed connector that it has subscribed to",
    required: {
      inputs: object({
        ...CONNECTION_INPUTS,
        optional: { ...CONNECTION_INPUTS.optional, schema: anyObject },
      }),
    },
    optional: { ...split, limit },
    runtimeConfiguration: secureData,
  }),
  ApiConnectionNotification: trigger({
    purpose: "is told of news by a managed connector, and fetches it",
    required: {
      inputs: object({
        required: { host: connectionHost, subscribe: notificationCall, fetch: notificationCall },
      }),
    },
    optional: split,
    runtimeConfiguration: secureData,
  }),
  ApiManagement: trigger({
    purpose: "asks an API of API Management for news, again and again",
    required: { ...polled.required, inputs: object(API_MANAGEMENT_INPUTS) },
    optional: { ...polled.optional, ...split },
    runtimeConfiguration: secureData,
  }),
  Batch: trigger({
    purpose: "releases messages that were collected",
    required: {
      inputs: variant("mode", {
        Inline: {
          required: {
            configurations: record(
              object({
                required: {
                  releaseCriteria: all(
                    object({
                      optional: {
                        messageCount: integer(1, Number.MAX_SAFE_INTEGER),
                        batchSize: integer(1, Number.MAX_SAFE_INTEGER),
                        recurrence,
                      },
                    }),
                    oneKeyOf("at least", "messageCount", "batchSize", "recurrence"),
                  ),
                },
              }),
            ),
          },
        },
        IntegrationAccount: { required: { batchGroupName: words } },
      }),
    },
  }),
};
