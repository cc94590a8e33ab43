import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, type Issue } from "../../validation/issue";

/** Checks the length of a text for people, where there is one. */
export function checkLength(path: string, text: string | undefined, what: string, most: number): Issue[] {
  if (text === undefined || (text.length >= 1 && text.length <= most)) return [];
  const words = `1 to ${most.toLocaleString("en")} characters`;
  return [{ path, rule: `${what} has ${words}`, received: received(text.length), fix: `write ${words}` }];
}

/**
 * A text, checked again once it is known: what is consumed is what was checked. Nothing is shown of one that is secret.
 *
 * @throws pulumi.RunError (through the output) with every problem of the text
 */
export function gated(
  headline: string,
  text: pulumi.Input<string>,
  check: (known: string) => readonly Issue[],
): pulumi.Output<string> {
  const output = pulumi.output(text);
  return pulumi.all([output, pulumi.isSecret(output)]).apply(([known, isSecret]) => {
    const issues = check(known).map((issue) => (isSecret ? { ...issue, received: "(secret)" } : issue));
    if (issues.length > 0) throw new pulumi.RunError(formatIssues(headline, issues));
    return known;
  });
}
