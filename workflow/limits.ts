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
  /** Variables of one InitializeVariable action: https://github.com/Azure/LogicAppsUX/issues/8232. */
  initializedVariables: 20,
  switchCases: 25,
  nameLength: 80,
  descriptionLength: 256,
  /** Characters of the tracked properties of one action. */
  trackedPropertiesLength: 16_000,
  untilCount: 5000,
  untilTimeout: "P90D",
  /** How long a run, and with it an action that waits, may take. */
  runDuration: "P90D",
  /** How long whoever calls a workflow waits for its answer. */
  answerSeconds: 120,
  /** How long one outgoing request may take. */
  requestTimeout: "PT2M",
  foreachConcurrency: 50,
  triggerConcurrency: 100,
  waitingRuns: 100,
  /** The longest interval of each frequency; the shortest is 1. */
  recurrence: { Second: 9_999_999, Minute: 72_000, Hour: 12_000, Day: 500, Week: 71, Month: 16 },
  /** Items that an action with pagination collects: https://github.com/Azure/LogicAppsUX, MAX_PAGING_COUNT. */
  paginationItems: 100_000,
  retryCount: 90,
  retryInterval: { from: "PT5S", to: "P1D" },
} as const;
