import { call, coalesce, triggerOutputs } from "./expression";
import type { NamedTrigger, Value } from "./definition";

/** The methods that a request trigger or an Http action may name. */
export type HttpMethod = "GET" | "PUT" | "POST" | "PATCH" | "DELETE";

/** How a workflow is called over HTTP. */
export interface RequestTriggerOptions {
  /** @default "manual", as Azure's designer calls it */
  readonly name?: string;
  /** The one method that the trigger admits. @default any method */
  readonly method?: HttpMethod;
  /** What follows the trigger's address, with parameters: `orders/{id}`. @default nothing */
  readonly relativePath?: string;
  /** JSON Schema of the body. @default any body */
  readonly schema?: Readonly<Record<string, Value>>;
  /** Whether Azure refuses a body that does not fit the schema, with 400. @default true where there is a schema */
  readonly validateSchema?: boolean;
  /**
   * What a caller shows. Azure admits a signature in the address in any case; `"bearer"` starts no run without a bearer
   * token, which the workflow's open-authentication policy judges. The token reaches the trigger's outputs, so these
   * are kept out of the run history.
   *
   * @default "bearer"
   */
  readonly authorization?: "bearer" | "signature";
}

/**
 * Starts the workflow when it is called over HTTP.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#request-trigger
 */
export function requestTrigger(options: RequestTriggerOptions = {}): NamedTrigger {
  const { name = "manual", method, relativePath, schema, authorization = "bearer" } = options;
  const bearer = authorization === "bearer";
  const validate = options.validateSchema ?? schema !== undefined;
  const operationOptions = [
    ...(bearer ? ["IncludeAuthorizationHeadersInOutputs"] : []),
    ...(validate ? ["EnableSchemaValidation"] : []),
  ];
  return {
    name,
    trigger: {
      type: "Request",
      kind: "Http",
      inputs: { schema, method, relativePath },
      // Several options stand in one text, with commas between them.
      ...(operationOptions.length > 0 && { operationOptions: operationOptions.join(", ") }),
      ...(bearer && {
        conditions: [{ expression: `@${ONLY_WITH_BEARER_TOKEN.expression}` }],
        runtimeConfiguration: { secureData: { properties: ["outputs"] } },
      }),
    },
  };
}

/**
 * The condition that Azure documents, but for `coalesce`: without the header its form hands `startsWith` a null, whose
 * outcome is not documented. With it a missing header is an empty text, and the answer a plain no.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app, "Enable Microsoft Entra ID
 * OAuth as the only option to call a request endpoint".
 */
const ONLY_WITH_BEARER_TOKEN = call(
  "startsWith",
  coalesce(triggerOutputs("headers", "Authorization"), ""),
  "Bearer",
);

/** A unit of time as triggers and delays count it. */
export type TimeUnit = "Second" | "Minute" | "Hour" | "Day" | "Week" | "Month";

/** A day of the week. */
export type WeekDay = "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";

/** The times of a day. */
export interface DailySchedule {
  /** Hours, 0 to 23. @default the hour of the first run */
  readonly hours?: readonly number[];
  /** Minutes of each of these hours, 0 to 59. @default the minute of the first run */
  readonly minutes?: readonly number[];
}

/** How often a workflow runs by itself. */
export type RecurrenceOptions = {
  /** @default "Recurrence", as Azure's designer calls it */
  readonly name?: string;
  /** Units between two runs: up to 16 months, 500 days, 12,000 hours, 72,000 minutes, 9,999,999 seconds. */
  readonly interval: number;
  /** When to begin: `2026-12-01T02:00:00` with a time zone, `2026-12-01T02:00:00Z` without. @default at once */
  readonly startTime?: string;
  /** A Windows time zone, e.g. `W. Europe Standard Time`. @default UTC */
  readonly timeZone?: string;
} & (
  | { readonly frequency: "Second" | "Minute" | "Hour" | "Month" }
  | { readonly frequency: "Day"; readonly schedule?: DailySchedule }
  | {
      readonly frequency: "Week";
      readonly schedule?: DailySchedule & { readonly weekDays?: readonly WeekDay[] };
    }
);

/**
 * Starts the workflow on a schedule.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#recurrence-trigger
 */
export function recurrenceTrigger(options: RecurrenceOptions): NamedTrigger {
  const { name = "Recurrence", ...recurrence } = options;
  return { name, trigger: { type: "Recurrence", recurrence } };
}
