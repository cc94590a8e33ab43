/** The id of an Azure subscription. */
export const SUBSCRIPTION_ID = {
  pattern: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
  words: "the id of a subscription: 32 hexadecimal digits in five groups",
  fix: "take it from `az account list --query '[].id'`",
} as const;
