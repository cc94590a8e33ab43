import { LIMITS } from "../limits";
import {
  all,
  anyObject,
  anything,
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
  type Rule,
  type Shape,
} from "./rules";

/** What a type of trigger or action may have, beside what all of them may have. */
export interface OperationType extends Shape {
  /** The words that `operationOptions` may hold. */
  readonly operationOptions?: readonly string[];
  /** What may stand in `runtimeConfiguration`. */
  readonly runtimeConfiguration?: Readonly<Record<string, Rule>>;
  /** Rules that look at several properties at once. */
  readonly whole?: Rule;
}

const httpMethod = oneOf("GET", "PUT", "POST", "PATCH", "DELETE");
const scalar = rule("must be a text, a number or a boolean", "write one of these", (value) =>
  ["string", "number", "boolean"].includes(typeof value),
);
const count = orExpression(integer(1, LIMITS.retryCount));
const interval = orExpression(duration(LIMITS.retryInterval.from, LIMITS.retryInterval.to));
const timeout = orExpression(duration("PT1S", "P90D"));

/** Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-exception-handling#retry-policies */
const retryPolicy = variant("type", {
  none: {},
  default: {},
  fixed: { required: { count, interval } },
  exponential: {
    required: { count, interval },
    optional: { minimumInterval: interval, maximumInterval: interval },
  },
});

/** Source: https://learn.microsoft.com/azure/logic-apps/authenticate-with-managed-identity */
const authentication = variant("type", {
  ManagedServiceIdentity: { optional: { identity: text, audience: text } },
});

/** `runtimeConfiguration.secureData`. Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#obfuscate */
const secureData = { secureData: object({ required: { properties: list(oneOf("inputs", "outputs")) } }) };

/** Whether inputs and outputs of a type can be kept out of the run history. */
export function canBeSecure(type: string): boolean {
  const known = ACTION_TYPES.get(type) ?? TRIGGER_TYPES.get(type);
  return known?.runtimeConfiguration?.secureData !== undefined;
}

/** At most so many runs at the same time. */
const triggerConcurrency = object({
  optional: {
    runs: integer(1, LIMITS.triggerConcurrency),
    maximumWaitingRuns: integer(1, LIMITS.waitingRuns),
  },
});

const every = (most: number): Shape => ({
  required: { interval: integer(1, most) },
  optional: {
    startTime: rule(
      "must be a time like 2026-12-01T02:00:00Z, or without the Z where there is a time zone",
      "write it in this form",
      (value) => typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z?$/.test(value),
    ),
    timeZone: text,
  },
});
const scheduled = (most: number, schedule: Readonly<Record<string, Rule>>): Shape => ({
  required: { interval: integer(1, most) },
  optional: { ...every(most).optional, schedule: object({ optional: schedule }) },
});
const daily = { hours: list(integer(0, 23)), minutes: list(integer(0, 59)) };
const weekDays = list(oneOf("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"));

/** Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#recurrence-trigger */
const recurrence = variant("frequency", {
  Second: every(9_999_999),
  Minute: every(72_000),
  Hour: every(12_000),
  Day: scheduled(500, daily),
  Week: scheduled(71, { ...daily, weekDays }),
  Month: every(16),
});

/**
 * The triggers that are modelled. Any other type is refused by name.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#trigger-types-list
 */
export const TRIGGER_TYPES: ReadonlyMap<string, OperationType> = new Map<string, OperationType>([
  [
    "Request",
    {
      required: { kind: oneOf("Http") },
      optional: {
        inputs: object({ optional: { schema: anyObject, method: httpMethod, relativePath: text } }),
      },
      operationOptions: [
        "EnableSchemaValidation",
        "IncludeAuthorizationHeadersInOutputs",
        "SingleInstance",
        "SuppressWorkflowHeadersOnResponse",
      ],
      runtimeConfiguration: { ...secureData, concurrency: triggerConcurrency },
    },
  ],
  [
    "Recurrence",
    {
      required: { recurrence },
      operationOptions: ["SingleInstance"],
      runtimeConfiguration: { concurrency: triggerConcurrency },
    },
  ],
]);

/**
 * The actions that are modelled. Any other type is refused by name.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#action-types-list
 */
export const ACTION_TYPES: ReadonlyMap<string, OperationType> = new Map<string, OperationType>([
  [
    "Http",
    {
      required: {
        inputs: object({
          required: { method: orExpression(httpMethod), uri: text },
          optional: {
            headers: record(scalar),
            queries: record(scalar),
            body: anything,
            cookie: text,
            authentication,
            retryPolicy,
          },
        }),
      },
      optional: { limit: object({ required: { timeout } }) },
      operationOptions: ["DisableAsyncPattern", "SuppressWorkflowHeaders"],
      runtimeConfiguration: secureData,
    },
  ],
  [
    "Response",
    {
      required: {
        inputs: object({
          required: {
            statusCode: orExpression(
              rule(
                "must be a status of the classes 2xx, 4xx or 5xx",
                "answer with such a status",
                (value) => Number.isInteger(value) && /^[245]\d\d$/.test(String(value)),
              ),
            ),
          },
          optional: { headers: record(scalar), body: anything, schema: anyObject },
        }),
      },
      optional: { kind: oneOf("Http", "http") },
      operationOptions: ["Asynchronous"],
      runtimeConfiguration: secureData,
    },
  ],
  ["Compose", { required: { inputs: anything }, runtimeConfiguration: secureData }],
  [
    "ParseJson",
    {
      required: { inputs: object({ required: { content: anything, schema: anyObject } }) },
      runtimeConfiguration: secureData,
    },
  ],
  [
    "Terminate",
    {
      required: {
        inputs: all(
          object({
            required: { runStatus: oneOf("Failed", "Cancelled", "Succeeded") },
            optional: { runError: object({ optional: { code: text, message: text } }) },
          }),
          rule("must not have a runError unless its runStatus is Failed", "remove runError", (value) => {
            const { runStatus, runError } = value as {
              readonly runStatus?: unknown;
              readonly runError?: unknown;
            };
            return runError === undefined || runStatus === "Failed";
          }),
        ),
      },
    },
  ],
  [
    "Wait",
    {
      required: {
        inputs: all(
          object({
            optional: {
              interval: object({
                required: {
                  count: orExpression(integer(1, Number.MAX_SAFE_INTEGER)),
                  unit: oneOf("Second", "Minute", "Hour", "Day", "Week", "Month"),
                },
              }),
              until: object({ required: { timestamp: text } }),
            },
          }),
          oneKeyOf("exactly", "interval", "until"),
        ),
      },
    },
  ],
  [
    "InitializeVariable",
    {
      required: {
        inputs: object({
          required: {
            variables: all(
              list(
                object({
                  required: {
                    name: text,
                    type: rule(
                      "must be the type of a variable",
                      "write String, Integer, Float, Boolean, Array or Object",
                      (type) => /^(?:string|integer|float|boolean|array|object)$/i.test(String(type)),
                    ),
                  },
                  optional: { value: anything },
                }),
              ),
              rule(
                "must hold exactly one variable",
                "write one InitializeVariable action for each variable",
                (value) => !Array.isArray(value) || value.length <= 1,
              ),
            ),
          },
        }),
      },
    },
  ],
  ["SetVariable", { required: { inputs: object({ required: { name: text, value: anything } }) } }],
  ["Scope", { required: { actions: anyObject } }],
  [
    "If",
    {
      required: {
        expression: rule(
          "must be an expression or a comparison",
          'write "@..." or an object such as { "equals": [...] }',
          (value) => typeof value === "string" || (typeof value === "object" && value !== null),
        ),
        actions: anyObject,
      },
      optional: { else: object({ required: { actions: anyObject } }) },
    },
  ],
  [
    "Switch",
    {
      required: {
        expression: anything,
        cases: all(
          record(object({ required: { case: scalar, actions: anyObject } })),
          rule(
            `must hold at most ${LIMITS.switchCases} cases`,
            "move some to a second Switch in the default branch",
            (value) => Object.keys(value as object).length <= LIMITS.switchCases,
          ),
        ),
      },
      optional: { default: object({ required: { actions: anyObject } }) },
    },
  ],
  [
    "Foreach",
    {
      required: { foreach: anything, actions: anyObject },
      operationOptions: ["Sequential"],
      runtimeConfiguration: {
        concurrency: object({ required: { repetitions: integer(1, LIMITS.foreachConcurrency) } }),
      },
      whole: rule(
        "must not have both the operation option Sequential and runtimeConfiguration.concurrency",
        "remove one of them",
        (value) => {
          const loop = value as {
            readonly operationOptions?: unknown;
            readonly runtimeConfiguration?: { readonly concurrency?: unknown };
          };
          return (
            loop.operationOptions !== "Sequential" || loop.runtimeConfiguration?.concurrency === undefined
          );
        },
      ),
    },
  ],
  [
    "Until",
    {
      required: {
        expression: text,
        actions: anyObject,
        limit: all(
          object({
            optional: {
              count: orExpression(integer(1, LIMITS.untilCount)),
              timeout: orExpression(duration("PT1S", LIMITS.untilTimeout)),
            },
          }),
          oneKeyOf("at least", "count", "timeout"),
        ),
      },
    },
  ],
]);
