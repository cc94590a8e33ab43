/**
 * What one workflow may hold.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration, the sections on workflow
 * definition limits, looping limits and retry policies, for Logic Apps Consumption.
 */
export const LIMITS = {
  actions: 500,
  /** Levels of actions inside actions, the top level counted as the first. */
  nesting: 8,
  triggers: 10,
  parameters: 50,
  outputs: 10,
  variables: 250,
  switchCases: 25,
  nameLength: 80,
  descriptionLength: 256,
  untilCount: 5000,
  untilTimeout: "P90D",
  foreachConcurrency: 50,
  triggerConcurrency: 100,
  waitingRuns: 100,
  retryCount: 90,
  retryInterval: { from: "PT5S", to: "P1D" },
} as const;
