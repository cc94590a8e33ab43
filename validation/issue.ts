/**
 * One thing that is wrong with what somebody wrote: a setting, a component's argument, a policy, a workflow.
 *
 * An issue is for the person who has to mend it, so it names the place, the rule and the way out.
 */
export interface Issue {
  /** Where: a property path such as `gateway.tier.units` or `actions.Get_order.inputs.uri`. */
  readonly path: string;
  /** What must hold, as one sentence without its full stop, e.g. `a Developer gateway has exactly 1 unit`. */
  readonly rule: string;
  /** What stands there instead, shortened for reading. Never a secret's value: leave it out, or say `(secret)`. */
  readonly received?: string;
  /** What to do about it, as an imperative, e.g. `set units to 1, or choose the Premium tier`. */
  readonly fix: string;
}

/** Renders a value for {@link Issue.received}: JSON, cut at 80 characters. */
export function received(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/**
 * Renders an address for {@link Issue.received} without what may be a secret: its user, password, query and fragment.
 */
export function receivedUrl(url: string): string {
  // Where a password holds a slash or a question mark, none but the scheme can be told from it.
  return received(
    url.includes("@")
      ? url.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*$/is, "$1...")
      : url.replace(/(?<=[?#]).*$/s, "..."),
  );
}

/**
 * Renders all issues under one headline, an issue in two lines.
 *
 * @param headline what was being checked, e.g. `The settings of stack dev are not valid`
 */
export function formatIssues(headline: string, issues: readonly Issue[]): string {
  const count = issues.length === 1 ? "1 problem" : `${issues.length} problems`;
  const lines = issues.map(({ path, rule, received, fix }) => {
    const got = received === undefined ? "" : ` (received ${received})`;
    return `  - ${path}: ${rule}${got}\n    fix: ${fix}`;
  });
  return [`${headline}: ${count}`, ...lines].join("\n");
}
