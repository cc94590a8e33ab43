import { LIMITS } from "../../limits";
import { objectOrEmpty } from "../../json";
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
  propertiesOf,
  record,
  rule,
  text,
  variant,
  words,
  type Rule,
  type Shape,
} from "../rules";

/** What a type of trigger or action may have, beside what all of them may have. */
export interface OperationType extends Shape {
  /** What it is for, as docs/workflow-actions.md says it. */
  readonly purpose: string;
  /** The words that `operationOptions` may hold. */
  readonly operationOptions?: readonly string[];
  /** What may stand in `runtimeConfiguration`. */
  readonly runtimeConfiguration?: Readonly<Record<string, Rule>>;
  /** Rules that look at several properties at once. */
  readonly whole?: Rule;
}

/** Types by name. */
export type OperationTypes = Readonly<Record<string, OperationType>>;

/**
 * What may stand in a header or a query.
 *
 * Source: the schema of 2016-06-01, stored in https://github.com/cgillum/durable-logic-apps-demo as Samples/wdl-schema.json.
 */
export const scalar = rule(
  "must be a text, a number, a boolean or null",
  "write one of these",
  (value) => value === null || ["string", "number", "boolean"].includes(typeof value),
);

/** Headers or queries, or an expression that gives them. */
export const scalars = orExpression(record(scalar));

/** Outgoing calls admit the methods of the schema of 2016-06-01; the documentation names the first five. */
export const callMethod = orExpression(
  oneOf("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"),
);

const count = orExpression(integer(1, LIMITS.retryCount));
const interval = orExpression(duration(LIMITS.retryInterval.from, LIMITS.retryInterval.to));

/** Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-exception-handling#retry-policies */
const retryPolicy = orExpression(
  variant("type", {
    none: {},
    default: {},
    fixed: { required: { count, interval } },
    exponential: {
      required: { count, interval },
      optional: { minimumInterval: interval, maximumInterval: interval },
    },
  }),
);

const AUTHENTICATION: Readonly<Record<string, Shape>> = {
  None: {},
  // The portal leaves both empty at times: Azure/Microsoft-Defender-for-Cloud, Remediation scripts and Workflow automation.
  ManagedServiceIdentity: { optional: { identity: words, audience: words } },
  ActiveDirectoryOAuth: {
    required: { tenant: text, audience: text, clientId: text },
    optional: {
      authority: text,
      secret: text,
      pfx: text,
      password: text,
      credentialType: oneOf("Secret", "Certificate"),
    },
  },
  Raw: { optional: { value: text, scheme: text, parameter: text } },
};

/**
 * How a call proves who it comes from; Azure Functions know neither names with passwords nor certificates.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#authentication-types-for-triggers-and-actions-that-support-authentication
 */
function authentication(further: Readonly<Record<string, Shape>>): Rule {
  return orExpression(
    all(
      variant("type", { ...AUTHENTICATION, ...further }),
      rule(
        "must have exactly one of secret, pfx where its type is ActiveDirectoryOAuth",
        "add or remove one",
        (value) => {
          const { type, secret, pfx } = objectOrEmpty(value);
          return (
            !/^ActiveDirectoryOAuth$/i.test(String(type)) || (secret === undefined) !== (pfx === undefined)
          );
        },
      ),
    ),
  );
}

/** What every action that calls something may have among its inputs. */
export const CALL = {
  authentication: authentication({
    Basic: { required: { username: text, password: words } },
    ClientCertificate: { required: { pfx: text }, optional: { password: words } },
  }),
  retryPolicy,
};

/** What a call of an Azure Function may have among its inputs. */
export const FUNCTION_CALL = { authentication: authentication({}), retryPolicy };

/** How long an action may take, its retries and its asynchronous pattern included. */
export const limit = object({ required: { timeout: orExpression(duration("PT1S", LIMITS.runDuration)) } });

/** `runtimeConfiguration.secureData`. Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#obfuscate */
export const secureData = {
  secureData: object({ required: { properties: list(oneOf("inputs", "outputs")) } }),
};

/** `runtimeConfiguration.staticResult`. Source: https://learn.microsoft.com/azure/logic-apps/test-logic-apps-mock-data-static-results */
export const staticResult = {
  staticResult: object({
    required: { name: text },
    optional: { staticResultOptions: oneOf("Enabled", "Disabled") },
  }),
};

/**
 * `runtimeConfiguration.contentTransfer`: large messages in pieces.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-handle-large-messages
 */
export const contentTransfer = {
  contentTransfer: object({
    required: { transferMode: oneOf("Chunked") },
    optional: {
      uploadChunkSizeInMB: integer(1, Number.MAX_SAFE_INTEGER),
      downloadChunkSizeInMB: integer(1, Number.MAX_SAFE_INTEGER),
    },
  }),
};

/** `runtimeConfiguration.paginationPolicy`. Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-exceed-default-page-size-with-pagination */
export const paginationPolicy = {
  paginationPolicy: object({ required: { minimumItemCount: integer(1, LIMITS.paginationItems) } }),
};

/**
 * The time that one request of an Http action may take.
 *
 * Sources: `requestOptions` in https://github.com/Azure/LogicAppsUX, libs/designer/src/lib/core/actions/bjsworkflow/settings.ts;
 * the longest is the time limit of an outgoing request,
 * https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration#timeout-duration
 */
export const requestOptions = {
  requestOptions: object({ required: { timeout: duration("PT1S", LIMITS.requestTimeout) } }),
};

/**
 * The API connection that a call goes through.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#apiconnection-action.
 * `referenceName` belongs to Logic Apps Standard.
 */
export const connectionHost = orExpression(
  object({
    required: {
      connection: orExpression(
        all(object({ optional: { name: text, id: text } }), oneKeyOf("at least", "name", "id")),
      ),
    },
    optional: { api: anyObject },
  }),
);

/** The inputs of an operation of a managed connector. */
export const CONNECTION_INPUTS: Shape = {
  required: { host: connectionHost, path: text },
  optional: {
    method: callMethod,
    queries: orExpression(record(anything)),
    headers: scalars,
    body: anything,
    ...CALL,
  },
};

/** The path of a call, as a template and the values of its parameters. */
const pathTemplate = orExpression(
  object({ required: { template: text }, optional: { parameters: record(scalar) } }),
);

/** The inputs of a call of an API Management API. */
export const API_MANAGEMENT_INPUTS: Shape = {
  required: { api: object({ required: { id: text }, optional: { name: text, type: text } }), pathTemplate },
  optional: {
    method: callMethod,
    queries: scalars,
    headers: scalars,
    body: anything,
    subscriptionKey: text,
    ...CALL,
  },
};

/** One half of a connector's notification: how it is subscribed to, how the news is fetched. */
export const notificationCall = object({
  required: { pathTemplate },
  optional: { method: callMethod, queries: orExpression(record(anything)), headers: scalars, body: anything },
});

/** The inputs of an Http action or trigger. */
export const HTTP_INPUTS: Shape = {
  required: { method: callMethod, uri: text },
  optional: { headers: scalars, queries: scalars, body: anything, cookie: text, ...CALL },
};

/**
 * The inputs of a webhook: a call that subscribes, one that ends the subscription.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#http-webhook-trigger
 */
export const WEBHOOK_INPUTS: Shape = {
  required: { subscribe: orExpression(object(HTTP_INPUTS)) },
  optional: {
    unsubscribe: orExpression(object({ optional: propertiesOf([HTTP_INPUTS]) })),
    schema: anyObject,
  },
};

/** The trigger of another workflow that is called. */
export const workflowHost = object({
  required: {
    workflow: object({ required: { id: text }, optional: { name: text, type: text } }),
    triggerName: text,
  },
});
