import type { Input } from "@pulumi/pulumi";
import { answerProblem } from "./problem";
import type { Statement } from "./statement";
import { choose, validateAzureAdToken } from "./statements";
import { expression } from "./value";

/** Variable in which {@link requireToken} keeps the token. */
const TOKEN = "token";
const CLAIMS = `((Jwt)context.Variables["${TOKEN}"]).Claims`;

/** Whose tokens are admitted. */
export interface TokenAudience {
  /** Directory (tenant) id: tokens of others are refused. */
  readonly tenantId: string;
  /** Client id of the API's registration: v2 tokens name it as their audience. */
  readonly audience: Input<string>;
}

/** Refuses a request without a valid token for this audience with 401; stands before {@link requirePermission} and {@link CALLER}. */
export function requireToken({ tenantId, audience }: TokenAudience): Statement<"inbound"> {
  return validateAzureAdToken({
    tenantId,
    headerName: "Authorization",
    failedValidationHttpcode: 401,
    failedValidationErrorMessage: "A valid token is required",
    outputTokenVariableName: TOKEN,
    audiences: [audience],
  });
}

/** Client id of the application that calls: what limits and logs count by. */
export const CALLER = expression(`${CLAIMS}.GetValueOrDefault("azp", "unknown")`);

/**
 * Refuses a token with 403 that has neither the scope, where a user signed in, nor the app role, where a service calls
 * for itself.
 */
export function requirePermission(scope: string, role: string): Statement<"inbound"> {
  // Scopes are one text with spaces; roles are a list, which GetValueOrDefault would join by commas
  // (https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables).
  const granted =
    `${CLAIMS}.GetValueOrDefault("scp", "").Split(' ').Contains("${scope}") || ` +
    `${CLAIMS}.ContainsKey("roles") && ${CLAIMS}["roles"].Contains("${role}")`;
  return choose([
    {
      when: expression(`!(${granted})`),
      then: [answerProblem(403, "Forbidden", `The scope ${scope} or the role ${role} is required`)],
    },
  ]);
}
