import { REFERENCE, SECTIONS, type Rows } from "../spec";

const CACHING_TYPE = { values: ["prefer-external", "external", "internal"], literal: true } as const;

/** https://learn.microsoft.com/azure/api-management/api-management-policies#caching */
export const CACHING = {
  "cache-lookup": {
    sections: ["inbound"],
    once: "section",
    documentation: `${REFERENCE}/cache-lookup-policy`,
    attributes: {
      /** Whether each developer has answers of their own. */
      varyByDeveloper: { type: "boolean", required: true },
      /** Whether each user group has answers of its own. */
      varyByDeveloperGroups: { type: "boolean", required: true },
      /** Whether requests with an Authorization header are cached. `@default false` */
      allowPrivateResponseCaching: { type: "boolean" },
      /** `@default "prefer-external"` */
      cachingType: CACHING_TYPE,
      /** `@default "none"` */
      downstreamCachingType: { values: ["none", "private", "public"] },
      /** `@default true` */
      mustRevalidate: { type: "boolean" },
    },
    children: {
      /** Headers by whose values answers differ. */
      varyByHeaders: { element: "vary-by-header", repeated: true, text: { required: true } },
      /** Query parameters by whose values answers differ. */
      varyByQueryParameters: { element: "vary-by-query-parameter", repeated: true, text: { required: true } },
    },
  },
  "cache-store": {
    sections: ["outbound"],
    once: "section",
    documentation: `${REFERENCE}/cache-store-policy`,
    attributes: {
      /** Seconds for which an answer is kept. */
      duration: { type: "integer", minimum: 1, required: true },
      /** Whether this answer is kept. `@default` answers with status 200 */
      cacheResponse: { type: "boolean" },
    },
  },
  "cache-lookup-value": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/cache-lookup-value-policy`,
    attributes: {
      /** Key of the value. */
      key: { required: true },
      /** What the variable holds where the cache has no value. `@default` null */
      defaultValue: {},
      /** Variable for the value. */
      variableName: { required: true, literal: true },
      /** `@default "prefer-external"` */
      cachingType: CACHING_TYPE,
    },
  },
  "cache-store-value": {
    // The page admits it once in a section. It says so in the words of cache-store's page, as it says that only answers
    // to GET are kept; neither can be meant of values, of which two are kept by two of these.
    sections: SECTIONS,
    documentation: `${REFERENCE}/cache-store-value-policy`,
    attributes: {
      /** Key of the value. */
      key: { required: true },
      /** What is kept. */
      value: { required: true },
      /** Seconds for which it is kept. */
      duration: { type: "integer", minimum: 1, required: true },
      /** `@default "prefer-external"` */
      cachingType: CACHING_TYPE,
    },
  },
  "cache-remove-value": {
    sections: SECTIONS,
    documentation: `${REFERENCE}/cache-remove-value-policy`,
    attributes: {
      /** Key of the value. */
      key: { required: true },
      /** `@default "prefer-external"` */
      cachingType: CACHING_TYPE,
    },
  },
} as const satisfies Rows;
