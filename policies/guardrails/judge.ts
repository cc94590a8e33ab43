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
  return judges.includes(type);
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
    if (!isUnknownValue(error)) throw error;
    return { problems, notYetKnown: error };
  }
  return { problems };
}

/** What a person reads of a problem: what is wrong, why it matters and what to do. No value stands in it. */
export function complaint({ reason, fix, mirrors }: Guardrail, problem: string): string {
  const elsewhere = mirrors.length === 0 ? [] : [`also: ${mirrors.join(", ")}`];
  return [problem, `reason: ${reason}`, `fix: ${fix}`, ...elsewhere].join("\n");
}

const PUT_OFF = "not yet known, and checked again by the update";

/** What a preview says of what it does not know yet, by the name of each resource. */
export function postponement(unknown: readonly (readonly [resource: string, value: UnknownValue])[]): string {
  const places = unknown.map(([resource, { props }]) => `${resource}: ${props.map(String).join(".")}`);
  return `${PUT_OFF}: ${places.join("; ")}`;
}

/** Whether a message is a {@link postponement}. */
export function isPutOff(message: string): boolean {
  return message.includes(PUT_OFF);
}
