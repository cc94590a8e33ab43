import { REFERENCE, SECTIONS, type Rows } from "../spec";

/** Dimensions whose values the gateway knows by itself. */
const DEFAULT_DIMENSIONS = [
  "API ID",
  "Operation ID",
  "Product ID",
  "User ID",
  "Subscription ID",
  "Location",
  "Gateway ID",
] as const;

/** https://learn.microsoft.com/azure/api-management/api-management-policies#logging */
export const LOGGING = {
  trace: {
    // The page does not list on-error; the page on error handling does.
    sections: SECTIONS,
    documentation: `${REFERENCE}/trace-policy`,
    attributes: {
      /** Where the message comes from. */
      source: { required: true, literal: true },
      /** `@default "verbose"` */
      severity: { values: ["verbose", "information", "error"] },
    },
    children: {
      /** The message. */
      message: { element: "message", required: true, text: { required: true } },
      /** Properties in Application Insights. */
      metadata: {
        element: "metadata",
        repeated: true,
        attributes: {
          /** Name of the property. */
          name: { required: true },
          /** Its value. */
          value: { required: true },
        },
      },
    },
  },
  "emit-metric": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/emit-metric-policy`,
    attributes: {
      /** Name of the metric. */
      name: { required: true, literal: true },
      /** Value, a double. `@default 1` */
      value: { type: "number" },
      /** Namespace of the metric. `@default "API Management"` */
      namespace: { literal: true },
    },
    children: {
      /** Dimensions, at most 10. */
      dimensions: {
        element: "dimension",
        required: true,
        repeated: true,
        most: 10,
        attributes: {
          /** Name of the dimension. */
          name: { required: true },
          /** Its value; the gateway knows those of `API ID`, `Operation ID`, `Product ID`, `User ID` and the like. */
          value: { requiredUnless: { attribute: "name", is: DEFAULT_DIMENSIONS } },
        },
      },
    },
  },
} as const satisfies Rows;
