import * as pulumi from "@pulumi/pulumi";
import { checkPolicy, renderPolicy, type PolicyContext, type PolicyDocument } from "../policies/gateway";
import { formatIssues, type Issue } from "../validation/issue";

/** Every problem of a policy that can be seen before its late values are known. */
export function validatePolicy(path: string, document: PolicyDocument, context: PolicyContext): Issue[] {
  return checkPolicy(document, context).map((issue) => ({ ...issue, path: `${path}.${issue.path}` }));
}

/**
 * The XML of a policy, checked again once its late values are known.
 *
 * @throws pulumi.RunError (through the output) when a late value makes the policy one that Azure would refuse
 */
export function policyText(
  name: string,
  document: PolicyDocument,
  context: PolicyContext,
): pulumi.Output<string> {
  return pulumi.output(document).apply((resolved) => {
    const issues = checkPolicy(resolved, context);
    if (issues.length > 0)
      throw new pulumi.RunError(formatIssues(`The policy "${name}" is not valid`, issues));
    return renderPolicy(resolved);
  });
}
