import { REFERENCE, SECTIONS, type Rows } from "../spec";

const REPORTED_LIMIT = {
  /** Response header for the seconds to wait. `@default "Retry-After"` */
  retryAfterHeaderName: { literal: true },
  /** Variable for the seconds to wait. */
  retryAfterVariableName: { literal: true },
  /** Response header for the calls that are left. */
  remainingCallsHeaderName: { literal: true },
  /** Variable for the calls that are left. */
  remainingCallsVariableName: { literal: true },
  /** Response header for the limit itself. */
  totalCallsHeaderName: { literal: true },
} as const;

const LITERAL_RATE = {
  /** Calls in the period. */
  calls: { type: "integer", minimum: 1, required: true, literal: true },
  /** Length of the sliding window in seconds, at most 300. */
  renewalPeriod: { type: "integer", minimum: 1, maximum: 300, required: true, literal: true },
} as const;

const LITERAL_QUOTA = {
  /** Calls in the period. */
  calls: { type: "integer", minimum: 1, literal: true },
  /** Kilobytes in the period. */
  bandwidth: { type: "integer", minimum: 1, literal: true },
} as const;

/** Seconds of a fixed window, which starts with the subscription; 0 means for ever. */
const QUOTA_PERIOD = { type: "integer", minimum: 0, literal: true } as const;

const CALLS_OR_BANDWIDTH = { of: ["calls", "bandwidth"], atLeast: 1 } as const;

const NAME_OR_ID = { of: ["name", "id"], atLeast: 1 } as const;

const API = {
  /** Name of the API, where `id` is not given. */
  name: {},
  /** Id of the API; it wins over `name`. */
  id: { reference: "api" },
} as const;

const OPERATION = {
  /** Name of the operation, where `id` is not given. */
  name: {},
  /** Id of the operation; it wins over `name`. */
  id: {},
} as const;

/** https://learn.microsoft.com/azure/api-management/api-management-policies#rate-limiting-and-quotas */
export const LIMITS = {
  "rate-limit": {
    sections: ["inbound"],
    scopes: ["product", "api", "operation"],
    once: "document",
    documentation: `${REFERENCE}/rate-limit-policy`,
    attributes: { ...LITERAL_RATE, ...REPORTED_LIMIT },
    children: {
      /** Limits of single APIs of the product. */
      apis: {
        element: "api",
        repeated: true,
        attributes: { ...API, ...LITERAL_RATE },
        choices: [NAME_OR_ID],
        children: {
          /** Limits of single operations of the API. */
          operations: {
            element: "operation",
            repeated: true,
            attributes: { ...OPERATION, ...LITERAL_RATE },
            choices: [NAME_OR_ID],
          },
        },
      },
    },
  },
  "rate-limit-by-key": {
    sections: ["inbound"],
    gateways: ["classic", "v2", "self-hosted"],
    documentation: `${REFERENCE}/rate-limit-by-key-policy`,
    attributes: {
      /** Calls for a key in the period. */
      calls: { type: "integer", minimum: 1, required: true },
      /** Length of the sliding window in seconds, at most 300. */
      renewalPeriod: { type: "integer", minimum: 1, maximum: 300, required: true },
      /** What is counted apart, e.g. the subscription or the caller's address. */
      counterKey: { required: true },
      /** Which requests count. */
      incrementCondition: { type: "boolean" },
      /** How much a request counts. `@default 1` */
      incrementCount: { type: "integer", minimum: 0 },
      ...REPORTED_LIMIT,
    },
  },
  quota: {
    sections: ["inbound"],
    scopes: ["product"],
    once: "document",
    documentation: `${REFERENCE}/quota-policy`,
    attributes: {
      ...LITERAL_QUOTA,
      /** Seconds of the fixed window, which starts with the subscription; 0 means for ever. */
      renewalPeriod: { ...QUOTA_PERIOD, required: true },
    },
    choices: [CALLS_OR_BANDWIDTH],
    children: {
      // The page's table asks for a renewal period here as well, its policy statement has none: both are admitted.
      /** Quotas of single APIs of the product, counted apart from the product's. */
      apis: {
        element: "api",
        repeated: true,
        attributes: { ...API, ...LITERAL_QUOTA, renewalPeriod: QUOTA_PERIOD },
        choices: [NAME_OR_ID, CALLS_OR_BANDWIDTH],
        children: {
          /** Quotas of single operations of the API. */
          operations: {
            element: "operation",
            repeated: true,
            attributes: { ...OPERATION, ...LITERAL_QUOTA, renewalPeriod: QUOTA_PERIOD },
            choices: [NAME_OR_ID, CALLS_OR_BANDWIDTH],
          },
        },
      },
    },
  },
  "quota-by-key": {
    sections: ["inbound"],
    gateways: ["classic", "self-hosted"],
    documentation: `${REFERENCE}/quota-by-key-policy`,
    attributes: {
      /** Calls for a key in the period. */
      calls: { type: "integer", minimum: 1, literal: true },
      /** Kilobytes for a key in the period. */
      bandwidth: { type: "integer", minimum: 1, literal: true },
      /** Length of the fixed window in seconds, at least 300; 0 means for ever. */
      renewalPeriod: { type: "integer", minimum: 300, also: [0], required: true, literal: true },
      /** What is counted apart, e.g. the subscription. */
      counterKey: { required: true },
      /** Which requests count. */
      incrementCondition: { type: "boolean" },
      /** Start of the first period, `yyyy-MM-ddTHH:mm:ssZ`. `@default "0001-01-01T00:00:00Z"` */
      firstPeriodStart: { literal: true },
    },
    choices: [{ of: ["calls", "bandwidth"], atLeast: 1 }],
  },
  "limit-concurrency": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/limit-concurrency-policy`,
    attributes: {
      /** What is counted together. */
      key: { required: true },
      /** Requests that may be inside at one time. */
      maxCount: { type: "integer", minimum: 1, required: true, literal: true },
    },
    statements: "any",
  },
} as const satisfies Rows;
