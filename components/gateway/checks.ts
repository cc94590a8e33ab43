import * as pulumi from "@pulumi/pulumi";
import { formatIssues, type Issue } from "../../validation/issue";

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
