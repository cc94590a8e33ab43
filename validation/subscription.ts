import { GUID } from "./guid";

/** The id of an Azure subscription. */
export const SUBSCRIPTION_ID = {
  pattern: GUID.pattern,
  words: `the id of a subscription: ${GUID.words}`,
  fix: "take it from `az account list --query '[].id'`",
} as const;
