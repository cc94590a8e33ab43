import { REFERENCE, SECTIONS, type Rows } from "../spec";

/** https://learn.microsoft.com/azure/api-management/api-management-policies#policy-control-and-flow */
export const CONTROL_FLOW = {
  base: {
    sections: SECTIONS,
    documentation: `${REFERENCE}/set-edit-policies#use-base-element-to-set-policy-evaluation-order`,
  },
  choose: {
    sections: SECTIONS,
    documentation: `${REFERENCE}/choose-policy`,
    children: {
      /** The branches, of which the first whose condition holds is taken. */
      when: {
        element: "when",
        repeated: true,
        required: true,
        attributes: {
          /** Boolean expression. */
          condition: { type: "boolean", required: true },
        },
        statements: "any",
      },
      /** Taken where no condition holds. */
      otherwise: { element: "otherwise", statements: "any" },
    },
  },
  "include-fragment": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/include-fragment-policy`,
    attributes: {
      /** Id of a policy fragment of the gateway. */
      fragmentId: { required: true, literal: true, reference: "fragment" },
    },
  },
  retry: {
    sections: SECTIONS,
    documentation: `${REFERENCE}/retry-policy`,
    attributes: {
      /** Whether to try again. */
      condition: { type: "boolean", required: true },
      /** Number of retries, 1 to 50. */
      count: { type: "integer", minimum: 1, maximum: 50, required: true },
      /** Seconds between two tries. */
      interval: { type: "integer", minimum: 0, required: true },
      /** Longest wait in seconds; with `delta` the waits grow exponentially. */
      maxInterval: { type: "integer", minimum: 1 },
      /** Seconds by which the wait grows. */
      delta: { type: "integer", minimum: 1 },
      /** Whether the first retry follows at once. `@default false` */
      firstFastRetry: { type: "boolean" },
    },
    statements: "any",
  },
  wait: {
    sections: ["inbound", "backend", "outbound"],
    documentation: `${REFERENCE}/wait-policy`,
    attributes: {
      /** Whether all of the statements must have ended, or one. `@default "all"` */
      for: { values: ["all", "any"] },
    },
    statements: ["choose", "send-request", "cache-lookup-value"],
  },
} as const satisfies Rows;
