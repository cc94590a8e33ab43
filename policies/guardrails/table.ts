import type { Guardrail } from "./guardrail";
import { API_GUARDRAILS } from "./rules/apis";
import { DNS_GUARDRAILS } from "./rules/dns";
import { GATEWAY_GUARDRAILS } from "./rules/gateway";
import { GENERAL_GUARDRAILS } from "./rules/general";
import { POLICY_GUARDRAILS } from "./rules/policies";
import { STORE_GUARDRAILS } from "./rules/stores";
import { TYPE_GUARDRAILS } from "./rules/types";
import { WORKFLOW_GUARDRAILS } from "./rules/workflows";

/** Every guardrail: what a deployment must satisfy, and where each demand is made elsewhere. */
export const GUARDRAILS: readonly Guardrail[] = [
  ...GATEWAY_GUARDRAILS,
  ...API_GUARDRAILS,
  ...POLICY_GUARDRAILS,
  ...WORKFLOW_GUARDRAILS,
  ...STORE_GUARDRAILS,
  ...DNS_GUARDRAILS,
  ...GENERAL_GUARDRAILS,
  ...TYPE_GUARDRAILS,
];
