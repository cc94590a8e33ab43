import { REFERENCE, type ElementSpec, type Rows } from "../spec";

const INBOUND = { sections: ["inbound"], opaque: true } as const satisfies Partial<ElementSpec>;

/**
 * Policies that are known by name, section, scope and gateway only: they are written with `rawPolicy`. They serve
 * language models and Dapr, which a basic integration has not; a row with its inside, in a category, makes one typed.
 */
export const UNTYPED = {
  "llm-token-limit": {
    ...INBOUND,
    gateways: ["classic", "v2", "self-hosted"],
    documentation: `${REFERENCE}/llm-token-limit-policy`,
  },
  "azure-openai-token-limit": {
    ...INBOUND,
    gateways: ["classic", "v2", "self-hosted"],
    documentation: `${REFERENCE}/azure-openai-token-limit-policy`,
  },
  "llm-emit-token-metric": { ...INBOUND, documentation: `${REFERENCE}/llm-emit-token-metric-policy` },
  "azure-openai-emit-token-metric": {
    ...INBOUND,
    documentation: `${REFERENCE}/azure-openai-emit-token-metric-policy`,
  },
  "llm-content-safety": { ...INBOUND, documentation: `${REFERENCE}/llm-content-safety-policy` },
  "llm-semantic-cache-lookup": {
    ...INBOUND,
    once: "section",
    gateways: ["classic", "v2", "consumption"],
    documentation: `${REFERENCE}/llm-semantic-cache-lookup-policy`,
  },
  "llm-semantic-cache-store": {
    sections: ["outbound"],
    once: "section",
    gateways: ["classic", "v2", "consumption"],
    documentation: `${REFERENCE}/llm-semantic-cache-store-policy`,
    opaque: true,
  },
  "azure-openai-semantic-cache-lookup": {
    ...INBOUND,
    once: "section",
    documentation: `${REFERENCE}/azure-openai-semantic-cache-lookup-policy`,
  },
  "azure-openai-semantic-cache-store": {
    sections: ["outbound"],
    once: "section",
    documentation: `${REFERENCE}/azure-openai-semantic-cache-store-policy`,
    opaque: true,
  },
  "publish-to-dapr": {
    ...INBOUND,
    gateways: ["self-hosted"],
    documentation: `${REFERENCE}/publish-to-dapr-policy`,
  },
  "invoke-dapr-binding": {
    sections: ["inbound", "outbound", "on-error"],
    gateways: ["self-hosted"],
    documentation: `${REFERENCE}/invoke-dapr-binding-policy`,
    opaque: true,
  },
} as const satisfies Rows;
