import { isPutOff, postponedIn } from "../../policies/guardrails/judge";
import { estimate, PRICES_AS_OF, type Cost } from "../../rehearsal/prices";
import { changing, remains, title, type Run, type Step, type Violation } from "../../rehearsal/steps";
import { code, folded, inline, table } from "./markdown";

/** What is counted: the engine's operations, as people say them. */
const VERBS = ["create", "import", "update", "replace", "delete"] as const;
type Verb = (typeof VERBS)[number];

/** One resource that a run changes. */
interface Change {
  readonly verb: Verb;
  readonly step: Step;
}

/** Characters of each part: a pull request's comment has at most 65,536, for both stacks. */
const MOST = { components: 6_000, resources: 8_000, violations: 6_000, error: 1_000, errors: 5 } as const;

/**
 * What a preview says, as Markdown for a pull request: what it would do, by component; what the guardrails say; what it
 * would cost. It names resources and properties, and prints no values of either.
 *
 * @param stack e.g. `dev`
 */
export function planReport(stack: string, run: Run): string {
  const steps = [...run.steps.values()];
  const found = steps.flatMap(changeOf);
  const sections = [
    `### ${code(stack)}: ${verdict(run, found)}`,
    run.errors.slice(0, MOST.errors).map(quoted).join("\n\n"),
    byComponent(found, run),
    folded("Resources", limited(found.map(line), MOST.resources)),
    ...guardrails(run.violations),
    costs(steps),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

function changeOf(step: Step): Change[] {
  const operations = changing(step);
  // Components and providers are nothing in Azure.
  if (operations.length === 0 || !step.custom || step.type.startsWith("pulumi:")) return [];
  return [{ verb: verbOf(operations), step }];
}

function verbOf(operations: readonly string[]): Verb {
  const any = (part: string) => operations.some((operation) => operation.includes(part));
  if (any("replace")) return "replace";
  return VERBS.find((verb) => any(verb)) ?? "update";
}

function verdict({ errors, violations }: Run, found: readonly Change[]): string {
  if (errors.length > 0) return "the preview failed";
  if (violations.some(({ mandatory }) => mandatory)) return "the guardrails refuse it";
  if (found.length === 0) return "nothing changes";
  return countsOf(found)
    .filter(({ count }) => count > 0)
    .map(({ verb, count }) => `${count} to ${verb}`)
    .join(", ");
}

function countsOf(found: readonly Change[]): { readonly verb: Verb; readonly count: number }[] {
  return VERBS.map((verb) => ({ verb, count: found.filter((change) => change.verb === verb).length }));
}

function byComponent(found: readonly Change[], { steps }: Run): string {
  const made = found.map((change) => ({ ...change, component: componentOf(change.step, steps) }));
  const verbs = countsOf(found).flatMap(({ verb, count }) => (count === 0 ? [] : [verb]));
  const rows = [...new Set(made.map(({ component }) => component))].map((name) => {
    const counts = countsOf(made.filter(({ component }) => component === name));
    return [
      inline(name),
      ...counts.flatMap(({ verb, count }) =>
        verbs.includes(verb) ? [count === 0 ? "" : String(count)] : [],
      ),
    ];
  });
  const { shown, left } = within(rows, MOST.components);
  return table(["Component", ...verbs], left > 0 ? [...shown, [`and ${left} more`]] : shown);
}

/** The component that made a resource; what the program makes itself belongs to none. */
function componentOf({ parent }: Step, steps: Run["steps"]): string {
  const above = steps.get(parent);
  if (above === undefined || above.parent === "") return "the program itself";
  return above.custom ? componentOf(above, steps) : title(above.urn).split(":").slice(2).join(":");
}

function line({ verb, step: { urn, diffs } }: Change): string {
  const where = diffs.length === 0 ? "" : ` (${inline(diffs.join(", "))})`;
  return `- ${verb} ${inline(title(urn))}${where}`;
}

function guardrails(violations: readonly Violation[]): string[] {
  const later = postponedIn(violations);
  const broken = violations.filter((violation) => !isPutOff(violation));
  const lines = (all: readonly Violation[]) =>
    limited(
      all.map(
        ({ guardrail, urn, mandatory, message }) =>
          `- ${mandatory ? "**stops the deployment**" : "warns"}: ${code(guardrail)} ${inline(title(urn))}: ${inline(message)}`,
      ),
      MOST.violations,
    );
  return [
    broken.length === 0
      ? "**Guardrails**: none is broken."
      : `**Guardrails**: broken (docs/guardrails.md says what each demands, and why)\n\n${lines(broken)}`,
    folded(
      `Not yet known, and judged by the update: ${later.length}`,
      limited(
        later.map((line) => `- ${inline(line)}`),
        MOST.violations,
      ),
    ),
  ];
}

function costs(steps: readonly Step[]): string {
  const before = estimate(steps.flatMap(({ type, before }) => (before ? [{ type, inputs: before }] : [])));
  const after = estimate(steps.filter(remains));
  const difference = sum(after) - sum(before);
  const sign = difference < 0 ? "−" : "+";
  const change = difference === 0 ? "unchanged" : `${sign}${dollars(Math.abs(difference))}`;
  const rows = after.map(({ item, monthly, use = "" }) => [inline(item), monthly?.toFixed(2) ?? inline(use)]);
  return [
    `**Rough cost** a month: ${dollars(sum(before))} → ${dollars(sum(after))} (${change}), without what depends on use.`,
    folded(`By resource, prices of ${PRICES_AS_OF}`, table(["Item", "US dollars a month"], rows)),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function sum(costs: readonly Cost[]): number {
  return costs.reduce((total, { monthly = 0 }) => total + monthly, 0);
}

function dollars(amount: number): string {
  return `${amount.toLocaleString("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 })} USD`;
}

function limited(lines: readonly string[], most: number): string {
  const { shown, left } = within(lines, most);
  return [...shown, ...(left > 0 ? [`- and ${left} more`] : [])].join("\n");
}

/** As many of the first parts as have room in a number of characters. */
function within<Part extends string | readonly string[]>(
  parts: readonly Part[],
  most: number,
): { readonly shown: readonly Part[]; readonly left: number } {
  let characters = 0;
  const end = parts.findIndex((part) => (characters += String(part).length) > most);
  const shown = end < 0 ? parts : parts.slice(0, end);
  return { shown, left: parts.length - shown.length };
}

/** Four spaces make a block of code, out of which no text can break. */
function quoted(text: string): string {
  return text
    .slice(0, MOST.error)
    .split("\n")
    .map((row) => `    ${row}`)
    .join("\n");
}
