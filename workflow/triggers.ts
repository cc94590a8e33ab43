import { webhookInputs } from "./actions/call-parts";
import type { ConnectorCall } from "./actions/connector";
import type { HttpAnswer, HttpMethod, HttpRequest, RetryPolicy, WebhookOptions } from "./actions/request";
import {
  Trigger,
  type NonEmpty,
  type SecureProperty,
  type Text,
  type TriggerDefinition,
  type Value,
} from "./definition";
import { call, coalesce, type Expression } from "./expression";
import { canonicalExpression, wholeExpression } from "./expression-syntax";
import type { FromSchema, JsonSchema } from "./json-schema";
import { optionWords } from "./structure";

/** What every trigger may say. */
export interface TriggerOptions {
  /** What must hold for a run to start, beside what the trigger itself looks for. All of it. @default nothing more */
  readonly conditions?: readonly Expression<boolean>[];
  readonly concurrency?: TriggerConcurrency;
  /** Whether a run starts only while no other one goes on: what came in meanwhile is left. @default false */
  readonly singleInstance?: boolean;
  /** @default none; what the type of trigger needs, and both where a secure parameter flows in */
  readonly secure?: NonEmpty<SecureProperty>;
  /** What the run history and the diagnostics show to tell runs apart, at most 128 characters. @default Azure's own */
  readonly clientTrackingId?: Text;
  /** At most 256 characters. */
  readonly description?: string;
  readonly metadata?: Value;
}

/**
 * How many runs may go on at the same time. Azure cannot take this back: only a new workflow is without limit again. A workflow
 * that answers must then do so asynchronously.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#change-trigger-concurrency
 */
export interface TriggerConcurrency {
  /** 1 to 100. */
  readonly runs: number;
  /** Runs that may wait, 1 to 100. @default Azure's own: 10 more than `runs` */
  readonly maximumWaitingRuns?: number;
}

/** What is particular to a type of trigger. */
export interface TriggerParts {
  readonly operationOptions?: readonly string[];
  readonly conditions?: readonly Expression<boolean>[];
  readonly secure?: NonEmpty<SecureProperty>;
  readonly [part: string]: unknown;
}

/**
 * Makes a trigger: `parts` is what only its type has. A further type of trigger is one more function like
 * those below, and one more entry in `check/action-types.ts`.
 */
export function trigger<Outputs = unknown>(
  name: string,
  type: string,
  options: TriggerOptions,
  { operationOptions = [], conditions = [], secure, ...parts }: TriggerParts,
): Trigger<Outputs> {
  const all = [...conditions, ...(options.conditions ?? [])];
  const words = [...operationOptions, ...(options.singleInstance ? ["SingleInstance"] : [])];
  const hidden = [...new Set([...(secure ?? []), ...(options.secure ?? [])])];
  return new Trigger(name, {
    type,
    description: options.description,
    metadata: options.metadata,
    ...parts,
    ...(options.clientTrackingId !== undefined && {
      correlation: { clientTrackingId: options.clientTrackingId },
    }),
    // Several options stand in one text, with commas between them.
    ...(words.length > 0 && { operationOptions: words.join(", ") }),
    ...(all.length > 0 && { conditions: all.map(({ expression }) => ({ expression: `@${expression}` })) }),
    ...((hidden.length > 0 || options.concurrency) && {
      runtimeConfiguration: {
        concurrency: options.concurrency && { ...options.concurrency },
        secureData: hidden.length > 0 ? { properties: hidden } : undefined,
      },
    }),
  });
}

/** How a workflow is called over HTTP. */
export interface RequestTriggerOptions<Schema, Path> extends TriggerOptions {
  /** The one method that the trigger admits. @default any method */
  readonly method?: HttpMethod;
  /** What follows the trigger's address, with parameters: `orders/{id}`. @default nothing */
  readonly relativePath?: Path;
  /** JSON Schema of the body. @default any body */
  readonly schema?: Schema;
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

/** A request that started a run. */
export interface Request<Body = unknown> {
  readonly headers: Readonly<Record<string, string>>;
  readonly queries: Readonly<Record<string, string>>;
  readonly relativePathParameters: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** The names in braces in a relative path. */
type PathParameters<Path> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParameters<Rest>
  : string extends Path
    ? string
    : never;

/** A trigger that is called over HTTP. */
export interface RequestTrigger<out Body = unknown, Parameter extends string = string> extends Trigger<
  Request<Body>
> {
  /** A header of the request; `null` where it is missing. */
  header(name: string): Expression<string>;
  /** A parameter of the request's query; `null` where it is missing. */
  query(name: string): Expression<string>;
  /** The part of the request's address that stands for `{name}` in the relative path. */
  pathParameter(name: Parameter): Expression<string>;
}

class CalledTrigger<out Body> extends Trigger<Request<Body>> implements RequestTrigger<Body> {
  header(name: string): Expression<string> {
    return this.outputs.get("headers").get(name);
  }

  query(name: string): Expression<string> {
    return this.outputs.get("queries").get(name);
  }

  pathParameter(name: string): Expression<string> {
    return this.outputs.get("relativePathParameters").get(name);
  }
}

/**
 * Starts the workflow when it is called over HTTP.
 *
 * @param name part of the address; `manual` is what Azure's designer writes
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#request-trigger
 */
export function requestTrigger<const Schema extends JsonSchema = never, const Path extends string = never>(
  name: string,
  options: RequestTriggerOptions<Schema, Path> = {},
): RequestTrigger<[Schema] extends [never] ? unknown : FromSchema<Schema>, PathParameters<Path>> {
  const { method, relativePath, schema, authorization = "bearer" } = options;
  const bearer = authorization === "bearer";
  const validate = options.validateSchema ?? schema !== undefined;
  const { definition } = trigger(name, "Request", options, {
    kind: "Http",
    inputs: { schema, method, relativePath },
    operationOptions: [
      ...(bearer ? [TOKEN_IN_OUTPUTS] : []),
      ...(validate ? ["EnableSchemaValidation"] : []),
    ],
    ...(bearer && { conditions: [ONLY_WITH_BEARER_TOKEN], secure: ["outputs"] }),
  });
  return new CalledTrigger(name, definition);
}

/** How a caller of a request trigger shows who calls. */
const TOKEN = new CalledTrigger("", { type: "Request" }).header("Authorization");

/**
 * The condition that Azure documents, but for `coalesce`: without the header its form hands `startsWith` a null, whose
 * outcome is not documented. With it a missing header is an empty text, and the answer a plain no.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app, "Enable Microsoft Entra ID
 * OAuth as the only option to call a request endpoint".
 */
const ONLY_WITH_BEARER_TOKEN = call("startsWith", coalesce(TOKEN, ""), "Bearer");

/** The option by which a trigger sees the token that it is called with. */
const TOKEN_IN_OUTPUTS = "IncludeAuthorizationHeadersInOutputs";

/**
 * Whether a trigger starts no run without a bearer token, by the condition that {@link requestTrigger} writes or by the one that
 * Azure documents, however they are spelt. Another condition may mean the same; nothing is concluded from it.
 */
export function demandsBearerToken({ operationOptions, conditions = [] }: TriggerDefinition): boolean {
  const words = optionWords(operationOptions).map((word) => word.toLowerCase());
  return (
    words.includes(TOKEN_IN_OUTPUTS.toLowerCase()) &&
    conditions.some(({ expression }) => BEARER_CONDITIONS.includes(comparable(expression)))
  );
}

const BEARER_CONDITIONS: readonly (string | undefined)[] = [
  ONLY_WITH_BEARER_TOKEN,
  call("startsWith", TOKEN, "Bearer"),
].map((each) => comparable(`@${each.expression}`));

/** An expression in one spelling; `undefined` for a text that is none. Azure's `startsWith` disregards case as well. */
function comparable(text: string): string | undefined {
  const node = wholeExpression(text);
  return node && canonicalExpression(node).toLowerCase();
}

/** A unit of time as triggers and delays count it. */
export type TimeUnit = "Second" | "Minute" | "Hour" | "Day" | "Week" | "Month";

/** A day of the week. */
export type WeekDay = "Monday" | "Tuesday" | "Wednesday" | "Thursday" | "Friday" | "Saturday" | "Sunday";

/** The days of a month. */
export interface MonthlySchedule extends DailySchedule {
  /** Days, 1 to 31; -1 is the last one. @default the day of the first run */
  readonly monthDays?: readonly number[];
}

/** The times of a day. */
export interface DailySchedule {
  /** Hours, 0 to 23. @default the hour of the first run */
  readonly hours?: readonly number[];
  /** Minutes of each of these hours, 0 to 59. @default the minute of the first run */
  readonly minutes?: readonly number[];
}

/** How often something happens. */
export interface Interval {
  readonly frequency: TimeUnit;
  /** Units between two times: up to 16 months, 71 weeks, 500 days, 12,000 hours, 72,000 minutes, 9,999,999 seconds. */
  readonly interval: number;
  /** When to begin: `2026-12-01T02:00:00` with a time zone, `2026-12-01T02:00:00Z` without. @default at once */
  readonly startTime?: string;
  /** A Windows time zone, e.g. `W. Europe Standard Time`. @default UTC */
  readonly timeZone?: string;
}

/** How often a workflow runs by itself. */
export type Recurrence = Omit<Interval, "frequency"> &
  (
    | { readonly frequency: "Second" | "Minute" | "Hour" }
    | { readonly frequency: "Month"; readonly schedule?: MonthlySchedule }
    | { readonly frequency: "Day"; readonly schedule?: DailySchedule }
    | {
        readonly frequency: "Week";
        readonly schedule?: DailySchedule & { readonly weekDays?: readonly WeekDay[] };
      }
  );

/**
 * Starts the workflow on a schedule. What was missed, e.g. while it was disabled, is not made up for.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#recurrence-trigger
 */
export function recurrenceTrigger(
  name: string,
  recurrence: Recurrence,
  options: TriggerOptions = {},
): Trigger {
  return trigger(name, "Recurrence", options, { recurrence });
}

/** The part of time that a run of a sliding window is for. */
export interface Window {
  readonly windowStartTime: string;
  readonly windowEndTime: string;
}

/**
 * Starts the workflow for each part of time, one after another, missed ones too.
 *
 * @param window.delay how long after its window a run starts, ISO 8601; by default not later
 * @see https://learn.microsoft.com/azure/connectors/connectors-native-sliding-window
 */
export function slidingWindowTrigger(
  name: string,
  { delay, ...recurrence }: Interval & { readonly delay?: string },
  options: TriggerOptions = {},
): Trigger<Window> {
  return trigger(name, "SlidingWindow", options, { recurrence, ...(delay && { inputs: { delay } }) });
}

/** What a trigger that asks again and again may say. */
export interface PollingOptions extends TriggerOptions {
  /** How often it asks. */
  readonly recurrence: Recurrence;
  /** Starts a run for each item of this array instead of one for all. @default one for all */
  readonly splitOn?: Expression;
}

/**
 * Asks an address again and again, and starts the workflow where the answer is 200; 202 means not yet.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#http-trigger
 */
export function httpTrigger(
  name: string,
  {
    request,
    retry,
    ...options
  }: PollingOptions & { readonly request: HttpRequest; readonly retry?: RetryPolicy },
): Trigger<HttpAnswer> {
  return trigger(name, "Http", options, {
    inputs: { ...request, retryPolicy: retry },
    recurrence: options.recurrence,
    ...split(options),
  });
}

/** The address at which a service calls a workflow that has subscribed. */
export function callbackUrl(): Expression<string> {
  return call("listCallbackUrl");
}

/**
 * Subscribes to a service, which then starts the workflow by a call to {@link callbackUrl}.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#httpwebhook-trigger
 */
export function httpWebhookTrigger(name: string, options: WebhookOptions & TriggerOptions): Trigger<Request> {
  return trigger(name, "HttpWebhook", options, { inputs: webhookInputs(options) });
}

/**
 * Asks a service by its connector again and again, and starts the workflow where there is something new.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#apiconnection-trigger
 */
export function connectorTrigger<Body = unknown>(
  name: string,
  { call: operation, ...options }: PollingOptions & { readonly call: ConnectorCall<Body> },
): Trigger<HttpAnswer<Body>> {
  return trigger(name, "ApiConnection", options, {
    inputs: operation.inputs,
    recurrence: options.recurrence,
    ...split(options),
  });
}

/**
 * Subscribes to a service by its connector, which then starts the workflow.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#apiconnectionwebhook-trigger
 */
export function connectorWebhookTrigger<Body = unknown>(
  name: string,
  {
    call: operation,
    splitOn,
    ...options
  }: TriggerOptions & { readonly call: ConnectorCall; readonly splitOn?: Expression },
): Trigger<HttpAnswer<Body>> {
  return trigger(name, "ApiConnectionWebhook", options, { inputs: operation.inputs, ...split({ splitOn }) });
}

function split({ splitOn }: { readonly splitOn?: Expression }) {
  return splitOn && { splitOn: `@${splitOn.expression}` };
}
