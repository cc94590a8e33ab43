import { PolicyError } from "../gateway";
import type { Guardrail, GuardrailOptions, Resource } from "./guardrail";
import { isUnknownValue, type UnknownValue } from "./properties";

/** What became of one guardrail at one resource. */
export interface Judged {
  /** What is wrong, a phrase each. */
  readonly problems: readonly string[];
  /** What a preview does not know yet, so that it could not be looked at. */
  readonly notYetKnown?: UnknownValue;
  /** Why the guardrail does not hold for this resource, as the pack's configuration says. */
  readonly excepted?: string;
}

/** Whether a guardrail looks at a resource at all. */
export function looksAt({ judges }: Guardrail, { type }: Pick<Resource, "type">): boolean {
  return judges.some((judged) => (typeof judged === "string" ? judged === type : judged.test(type)));
}

/**
 * Judges a resource. What is wrong with what is known is told, whatever is not known yet.
 *
 * @param stack all resources, for a guardrail that looks at them
 */
export function judge(
  guardrail: Guardrail,
  resource: Resource,
  stack: readonly Resource[],
  options: GuardrailOptions,
): Judged {
  const excepted = options.except[resource.name];
  if (excepted !== undefined) return { problems: [], excepted };
  const problems: string[] = [];
  try {
    const found =
      guardrail.looksAt === "resource"
        ? guardrail.judge(resource.inputs, resource, options)
        : guardrail.judge(resource, stack, options);
    for (const problem of found) problems.push(problem);
  } catch (error) {
    if (isUnknownValue(error)) return { problems, notYetKnown: error };
    // Azure may read what is not read here: a policy that stands elsewhere, or raw C# within its XML.
    if (!(error instanceof PolicyError)) throw error;
    problems.push("has a policy that cannot be read, so that nobody can tell");
  }
  return { problems };
}

/** What a person reads of a problem: what is wrong, why it matters and what to do. No value stands in it. */
export function complaint({ reason, fix, mirrors }: Guardrail, problem: string): string {
  const elsewhere = mirrors.length === 0 ? [] : [`also: ${mirrors.join(", ")}`];
  return [problem, `reason: ${reason}`, `fix: ${fix}`, ...elsewhere].join("\n");
}

/** What reports say in place of a guardrail's id where a preview does not know enough for one or more of them. */
export const NOT_YET_KNOWN = "not-yet-known";

/** What a guardrail could not look at, as a preview did not know it. */
export interface Postponement {
  readonly guardrail: string;
  readonly resource: string;
  readonly value: UnknownValue;
}

/** What a preview says of what it does not know yet: a line for each guardrail. */
export function postponementText(postponements: readonly Postponement[]): string {
  const lines = new Map<string, Map<string, string[]>>();
  for (const { guardrail, resource, value } of postponements) {
    const path = value.props.map(String).join(".");
    const paths = lines.get(guardrail) ?? new Map<string, string[]>();
    paths.set(path, [...(paths.get(path) ?? []), resource].sort());
    lines.set(guardrail, paths);
  }
  return [...lines]
    .map(([guardrail, paths]) => {
      const places = [...paths].map(([path, resources]) => `${path} (for ${resources.join(", ")})`);
      return `${guardrail}: ${places.join("; ")}`;
    })
    .sort()
    .join("\n");
}

/** Whether a violation is none, but what a preview puts off: {@link postponedIn}. */
export function isPutOff({ guardrail }: { readonly guardrail: string }): boolean {
  return guardrail === NOT_YET_KNOWN;
}

/** What a preview puts off, a line for each guardrail, as it stands in what the engine reports below the description. */
export function postponedIn(
  violations: readonly { readonly guardrail: string; readonly message: string }[],
): readonly string[] {
  return violations.filter(isPutOff).flatMap(({ message }) => message.split("\n").slice(1));
}
