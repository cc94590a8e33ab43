import { LIMITS } from "../limits";
import {
  ACTION_TYPES,
  NOT_MODELLED,
  TRIGGER_TYPES,
  type OperationType,
  type OperationTypes,
} from "./action-types";
import type { Rule, Shape } from "./rules";

/** What each limit counts, for docs/workflow-actions.md. */
const LIMIT_WORDS: Readonly<Record<keyof typeof LIMITS, string>> = {
  actions: "Actions of a workflow, those inside others included",
  nesting: "Levels of actions inside actions",
  triggers: "Triggers of a workflow",
  parameters: "Parameters of a workflow",
  outputs: "Outputs of a workflow",
  variables: "Variables of a workflow",
  initializedVariables: "Variables of one InitializeVariable",
  switchCases: "Cases of a Switch",
  nameLength: "Characters of a name",
  descriptionLength: "Characters of a description",
  trackedPropertiesLength: "Characters of the tracked properties of an action",
  untilCount: "Rounds of an Until",
  untilTimeout: "Time of an Until",
  runDuration: "Time of an action (`limit.timeout`)",
  answerSeconds:
    "Seconds for which whoever calls a workflow waits for its answer; delays before it are counted",
  requestTimeout: "Time of one request of an Http action (`requestOptions.timeout`)",
  foreachConcurrency: "Items of a Foreach at the same time",
  triggerConcurrency: "Runs at the same time",
  waitingRuns: "Runs that wait",
  recurrence: "Longest interval of a recurrence; the shortest is 1",
  paginationItems: "Items that pagination collects",
  retryCount: "Retries",
  retryInterval: "Time between two retries",
};

/** docs/workflow-actions.md: every type that is modelled, what of it is checked, and the limits. */
export function workflowTypesPage(): string {
  return [
    "# The triggers and actions of a workflow",
    "<!-- Made by `npm run generate` from workflow/check/types and workflow/limits.ts. -->",
    "What `checkWorkflow` knows of Logic Apps Consumption, schema 2016-06-01. A property that is not listed is refused; what is printed **bold** is required. " +
      "Types and words are compared without regard to case. Where Azure admits an expression, an expression is admitted. " +
      "Inputs of managed connectors are checked as far as every connector has them: host, method, path, queries, headers, body.",
    "## Triggers",
    "Every trigger may have `description`, `metadata` and `conditions`.",
    table(TRIGGER_TYPES),
    "## Actions",
    "Every action may have `description`, `metadata`, `runAfter` and `trackedProperties`.",
    table(ACTION_TYPES),
    "Beside that, the whole workflow is checked: expressions can be read; the actions, variables, parameters and loops that they name exist, and have run by then; a " +
      "Response needs a Request trigger, and is asynchronous where a trigger limits its runs; what is tracked is not secure; neither a Response nor a Terminate stands in a loop; variables are declared at the top level, and changed as their types admit; `listCallbackUrl()` stands in webhooks only.",
    "## Not modelled",
    [...new Set([...NOT_MODELLED.values()].map(({ why }) => why))]
      .map((why) => `- ${names(why).join(", ")}: ${why}.`)
      .join("\n"),
    "## Limits",
    rows(
      ["What", "Limit"],
      Object.entries(LIMIT_WORDS).map(([name, what]) => [what, limit(LIMITS[name as keyof typeof LIMITS])]),
    ),
  ].join("\n\n");
}

function names(why: string): readonly string[] {
  return [...NOT_MODELLED.values()].flatMap(({ name, why: each }) => (each === why ? [name] : []));
}

function table(types: OperationTypes): string {
  return rows(
    ["Type", "What it is for", "Inputs", "Also", "`operationOptions`", "`runtimeConfiguration`"],
    Object.entries(types).map(([name, type]) => [
      `\`${name}\``,
      type.purpose,
      inputs(type),
      properties({ required: rest(type.required), optional: rest(type.optional) }),
      list(type.operationOptions ?? []),
      list(Object.keys(type.runtimeConfiguration ?? {})),
    ]),
  );
}

function inputs({ required, optional }: OperationType): string {
  const rule = required?.inputs ?? optional?.inputs;
  if (rule === undefined) return list([]);
  return rule.shape === undefined ? "any value" : properties(rule.shape);
}

/** The properties but for the inputs, which have a column of their own. */
function rest(rules: Readonly<Record<string, Rule>> = {}): Readonly<Record<string, Rule>> {
  return Object.fromEntries(Object.entries(rules).filter(([name]) => name !== "inputs"));
}

function properties({ required = {}, optional = {} }: Shape): string {
  return list([...Object.keys(required).map((name) => `**${name}**`), ...Object.keys(optional)]);
}

function list(words: readonly string[]): string {
  return words.length === 0 ? "–" : words.join(", ");
}

function limit(value: number | string | object): string {
  if (typeof value !== "object") return value.toLocaleString("en");
  return Object.entries(value)
    .map(([name, each]: [string, number | string]) => `${name} ${each.toLocaleString("en")}`)
    .join(", ");
}

function rows(head: readonly string[], body: readonly (readonly string[])[]): string {
  return [head, head.map(() => "-"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
