import { parseText, type ExpressionNode } from "../../workflow/expression-syntax";

/**
 * Evaluates a trigger's condition, as far as the conditions of this program go: what they do not call is not known here.
 *
 * @throws Error where a condition calls another function, or is none
 */
export function holds(condition: string, triggerOutputs: unknown): boolean {
  const parsed = parseText(condition);
  if (!("whole" in parsed)) throw new Error(`no condition: ${condition}`);
  return evaluate(parsed.whole, triggerOutputs) === true;
}

function evaluate(node: ExpressionNode, triggerOutputs: unknown): unknown {
  switch (node.kind) {
    case "text":
      return node.value;
    case "literal":
      return JSON.parse(node.source);
    case "member":
      return member(evaluate(node.of, triggerOutputs), evaluate(node.key, triggerOutputs));
    case "call":
      return call(
        node.name,
        node.arguments.map((argument) => evaluate(argument, triggerOutputs)),
        triggerOutputs,
      );
  }
}

/** https://learn.microsoft.com/azure/logic-apps/workflow-definition-language-functions-reference */
function call(name: string, args: readonly unknown[], triggerOutputs: unknown): unknown {
  switch (name) {
    case "coalesce":
      return args.find((arg) => arg !== null && arg !== undefined) ?? null;
    case "startsWith": {
      // Not case-sensitive. Without the header the documented condition gets a null here, and the trigger is skipped.
      const [text, start] = args;
      return (
        typeof text === "string" &&
        typeof start === "string" &&
        text.toLowerCase().startsWith(start.toLowerCase())
      );
    }
    case "triggerOutputs":
      return triggerOutputs;
    default:
      throw new Error(`the function ${name} is not known here`);
  }
}

/** Nothing where there is nothing: what an operator without question mark does there, no condition of this program asks. */
function member(value: unknown, name: unknown): unknown {
  if (typeof value !== "object" || value === null || typeof name !== "string") return null;
  return (value as Readonly<Record<string, unknown>>)[name] ?? null;
}
