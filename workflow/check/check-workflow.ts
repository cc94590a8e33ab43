import { received, type Issue } from "../../validation/issue";
import { WORKFLOW_SCHEMA } from "../definition";
import { forEachText, isLate, isObject, objectOrEmpty, type JsonObject } from "../json";
import { LIMITS } from "../limits";
import { branches, changedVariables, optionWords } from "../structure";
import {
  ACTION_TYPES,
  NOT_MODELLED,
  TRIGGER_TYPES,
  isSynchronousAnswer,
  typeOf,
  type OperationTypes,
} from "./action-types";
import { enclosing, orderBranch, type Branch, type Node } from "./graph";
import { checkReferences, LOOPS } from "./references";
import {
  all,
  anyObject,
  anything,
  list,
  object,
  oneOf,
  record,
  rule,
  text,
  words,
  type Report,
  type Rule,
} from "./rules";

/**
 * Everything that Azure would refuse in a workflow definition (schema 2016-06-01, Logic Apps Consumption), all at once.
 * Types of triggers and actions that are not modelled here are refused by name. Values that are known only later
 * (Pulumi outputs) are passed over.
 *
 * Sources, all below https://learn.microsoft.com/azure/logic-apps/: `logic-apps-workflow-definition-language`,
 * `logic-apps-workflow-actions-triggers`, `logic-apps-limits-and-configuration`.
 *
 * @param definition the plain document, e.g. parsed from JSON
 */
export function checkWorkflow(definition: unknown): Issue[] {
  const issues: Issue[] = [];
  const report: Report = (issue) => issues.push(issue);
  if (isLate(definition)) return issues;
  DOCUMENT(definition, "(definition)", report);
  if (!isObject(definition)) return issues;

  const parameters = objectOrEmpty(definition.parameters);
  const triggers = objectOrEmpty(definition.triggers);
  checkCount(parameters, "parameters", LIMITS.parameters, report);
  checkCount(triggers, "triggers", LIMITS.triggers, report);
  checkCount(objectOrEmpty(definition.outputs), "outputs", LIMITS.outputs, report);
  for (const [name, trigger] of Object.entries(triggers)) {
    checkName(name, `triggers.${name}`, report);
    TRIGGER(trigger, `triggers.${name}`, report);
  }

  const actions: Node[] = [];
  const top: Branch = { path: "actions", depth: 1, nodes: new Map() };
  collect(objectOrEmpty(definition.actions), top, actions, report);
  checkCount(actions, "actions", LIMITS.actions, report);
  const nodes = byName(actions, report);
  const called = Object.values(triggers).some((trigger) => typeOf(trigger) === "Request");
  for (const node of actions) checkPlace(node, called, report);
  checkWaitingCallers(triggers, actions, report);

  const variables = new Map(
    actions
      .filter(({ type }) => type === "InitializeVariable")
      .flatMap((node) => changedVariables(node.action).map((name) => [name.toLowerCase(), node])),
  );
  checkCount([...variables.keys()], "variables", LIMITS.variables, report);
  const staticResults = objectOrEmpty(definition.staticResults);
  checkReferences(
    { parameters, triggers, nodes, variables, staticResults, outputs: definition.outputs },
    report,
  );
  return issues;
}

const SCHEMA =
  /^https?:\/\/schema\.management\.azure\.com\/providers\/Microsoft\.Logic\/schemas\/2016-06-01\/workflowdefinition\.json#?$/i;

const DOCUMENT = object({
  required: {
    $schema: rule("must be the schema of 2016-06-01", `write ${WORKFLOW_SCHEMA}`, (value) =>
      // Azure's own documentation writes it with and without the mark at its end, the Terraform provider as http://.
      SCHEMA.test(String(value)),
    ),
    contentVersion: rule("must be a version of four numbers", "write 1.0.0.0", (value) =>
      /^\d+(?:\.\d+){3}$/.test(String(value)),
    ),
    triggers: anyObject,
    actions: anyObject,
  },
  optional: {
    parameters: record(
      object({
        required: {
          type: oneOf("String", "SecureString", "Int", "Float", "Bool", "Array", "Object", "SecureObject"),
        },
        optional: {
          defaultValue: anything,
          allowedValues: list(anything),
          metadata: anyObject,
          description: words,
        },
      }),
    ),
    outputs: record(
      object({
        required: { type: anything, value: anything },
        optional: { metadata: anyObject, description: words },
      }),
    ),
    // Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language#static-results
    staticResults: record(
      object({
        required: { status: oneOf("Succeeded", "Failed", "Skipped", "TimedOut", "Cancelled") },
        optional: { outputs: anyObject, error: anyObject, code: words },
      }),
    ),
    description: words,
    metadata: anyObject,
  },
});

const COMMON_PROPERTIES = {
  description: rule(
    `must be a text of at most ${LIMITS.descriptionLength} characters`,
    "shorten it",
    (value) => typeof value === "string" && value.length <= LIMITS.descriptionLength,
  ),
  metadata: anyObject,
};

const TRIGGER = operation("trigger", TRIGGER_TYPES, {
  ...COMMON_PROPERTIES,
  conditions: list(
    object({
      required: {
        expression: rule("must be an expression", "write @...", (value) => String(value).startsWith("@")),
      },
      optional: { dependsOn: text },
    }),
    0,
  ),
});

/**
 * Source: https://learn.microsoft.com/azure/logic-apps/monitor-workflows-collect-diagnostic-data, "Tracked properties aren't
 * allowed on a trigger or action that has secure inputs, secure outputs, or both".
 */
const TRACKED_OR_SECURE = rule(
  "must not have both trackedProperties and runtimeConfiguration.secureData",
  "remove one of them",
  (value) => {
    const { trackedProperties, runtimeConfiguration } = objectOrEmpty(value);
    return trackedProperties === undefined || objectOrEmpty(runtimeConfiguration).secureData === undefined;
  },
);

const ACTION = operation(
  "action",
  ACTION_TYPES,
  {
    ...COMMON_PROPERTIES,
    runAfter: record(list(oneOf("Succeeded", "Failed", "Skipped", "TimedOut"))),
    trackedProperties: all(
      anyObject,
      rule(
        `must have at most ${LIMITS.trackedPropertiesLength} characters`,
        "track less",
        (value) => textLength(value) <= LIMITS.trackedPropertiesLength,
      ),
    ),
  },
  TRACKED_OR_SECURE,
);

function textLength(value: unknown): number {
  let length = 0;
  forEachText(value, "", (text) => {
    length += text.length;
  });
  return length;
}

/** Walks through the actions of a branch and of the branches inside it; checks each by itself, and their order. */
function collect(actions: JsonObject, branch: Branch, found: Node[], report: Report): void {
  Object.entries(actions).forEach(([name, action], index) => {
    const path = `${branch.path}.${name}`;
    checkName(name, path, report);
    ACTION(action, path, report);
    if (isObject(action)) {
      branch.nodes.set(name, { name, path, type: typeOf(action), action, index, branch, before: 0n });
    }
  });
  orderBranch(branch, report);
  for (const node of branch.nodes.values()) {
    found.push(node);
    for (const { path, actions: inner } of branches(node.action, node.path)) {
      collect(inner, { path, parent: node, depth: branch.depth + 1, nodes: new Map() }, found, report);
    }
  }
}

/** A trigger or action by itself: its type, and everything that the type says. */
function operation(
  what: "trigger" | "action",
  types: OperationTypes,
  common: Readonly<Record<string, Rule>>,
  always: Rule = anything,
): Rule {
  const rules = new Map(
    Object.entries(types).map(
      ([name, { required, optional, operationOptions, runtimeConfiguration, whole = anything }]) => [
        name,
        all(
          object({
            required: { type: anything, ...required },
            optional: {
              ...common,
              ...optional,
              ...(operationOptions && { operationOptions: options(operationOptions) }),
              ...(runtimeConfiguration && {
                runtimeConfiguration: object({ optional: runtimeConfiguration }),
              }),
            },
          }),
          whole,
          always,
        ),
      ],
    ),
  );
  const modelled = `a type of ${what} that is modelled: ${Object.keys(types).join(", ")}`;
  return (value, path, report) => {
    if (isLate(value)) return;
    anyObject(value, path, report);
    if (!isObject(value) || isLate(value.type)) return;
    const known = rules.get(typeOf(value));
    if (known !== undefined) known(value, path, report);
    else {
      const other = NOT_MODELLED.get(String(value.type).toLowerCase());
      report({
        path: `${path}.type`,
        rule: other === undefined ? `must be ${modelled}` : `${other.name} ${other.why}; use ${modelled}`,
        received: received(value.type),
        fix: "use one of these, or add the type to workflow/check/types",
      });
    }
  };
}

function options(names: readonly string[]): Rule {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return rule(
    `must hold only these words, with commas between them: ${names.join(", ")}`,
    "remove the others",
    (value) => typeof value === "string" && optionWords(value).every((word) => known.has(word.toLowerCase())),
  );
}

/**
 * Azure publishes the length only. The characters are those that mean something in an address or around an
 * expression, as names become part of both; quotes stand in names of Azure/Microsoft-Defender-for-Cloud (`Get_RG's`).
 */
function checkName(name: string, path: string, report: Report): void {
  if (name.length > LIMITS.nameLength) {
    report({
      path,
      rule: `a name has at most ${LIMITS.nameLength} characters; this one has ${name.length}`,
      fix: "shorten it",
    });
  }
  if (name === "" || /[<>%&\\?/#+*:@{}[\]]|[. ]$|^ /.test(name)) {
    report({
      path,
      rule: "a name is not empty, has none of < > % & \\ ? / # + * : @ { } [ ], and no space or dot at its end",
      fix: "write letters, digits, _ and -",
    });
  }
}

function byName(actions: readonly Node[], report: Report): ReadonlyMap<string, Node> {
  const nodes = new Map<string, Node>();
  for (const node of actions) {
    const key = node.name.toLowerCase();
    const twin = nodes.get(key);
    if (twin === undefined) nodes.set(key, node);
    else {
      report({
        path: node.path,
        rule: `the name of an action is unique in the whole workflow, without regard to case; ${twin.path} has it too`,
        fix: "rename one of them",
      });
    }
  }
  return nodes;
}

/** What depends on where an action stands, and on whether the workflow is called over HTTP. */
function checkPlace({ path, type, branch }: Node, called: boolean, report: Report): void {
  if (branch.depth === LIMITS.nesting + 1) {
    report({
      path,
      rule: `actions are nested at most ${LIMITS.nesting} levels deep`,
      fix: "move the inner actions to a workflow of their own",
    });
  }
  if (type === "InitializeVariable" && branch.depth > 1) {
    report({
      path,
      rule: "a variable is initialized at the top level only, not inside other actions",
      fix: "move this action out, and set the variable here by SetVariable",
    });
  }
  if (type === "Response" && !called) {
    report({
      path,
      rule: "a Response action needs a Request trigger",
      fix: "add a Request trigger, or remove this action",
    });
  }
  const inLoop = enclosing(branch).some((outer) => LOOPS.has(outer.type));
  if ((type === "Response" || type === "Terminate") && inLoop) {
    report({
      path,
      rule: `a ${type} action must not stand inside a loop`,
      fix: "move it behind the loop",
    });
  }
}

/**
 * A caller does not wait in the queue of a trigger that limits its runs.
 *
 * Source: Azure's refusal "Concurrency control is not supported when the workflow contains actions of type 'Response' without
 * the operationOptions flag set to 'Asynchronous'" (InvalidConcurrencyConfiguration).
 */
function checkWaitingCallers(triggers: JsonObject, actions: readonly Node[], report: Report): void {
  const limited = Object.entries(triggers).find(([, trigger]) => {
    const { concurrency } = objectOrEmpty(objectOrEmpty(trigger).runtimeConfiguration);
    return objectOrEmpty(concurrency).runs !== undefined;
  });
  if (limited === undefined) return;
  for (const { path, action } of actions) {
    if (!isSynchronousAnswer(action)) continue;
    report({
      path,
      rule: `a Response is asynchronous where a trigger limits its runs, as ${limited[0]} does by runtimeConfiguration.concurrency`,
      fix: `add "operationOptions": "Asynchronous", or remove the limit`,
    });
  }
}

function checkCount(value: object, what: string, limit: number, report: Report): void {
  const count = Object.keys(value).length;
  if (count > limit) {
    report({
      path: what === "variables" ? "actions" : what,
      rule: `a workflow has at most ${limit} ${what}; this one has ${count}`,
      fix: "move some to a workflow of their own",
    });
  }
}
