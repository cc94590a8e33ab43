import type * as pulumi from "@pulumi/pulumi";
import {
  choose,
  cors,
  expression,
  policyDocument,
  rateLimitByKey,
  returnResponse,
  validateAzureAdToken,
  type PolicyDocument,
} from "../../policies/gateway";

/** Variable in which the validated token is kept. */
const TOKEN = "token";
const CLAIMS = `((Jwt)context.Variables["${TOKEN}"]).Claims`;

export interface OrdersPolicyArgs {
  readonly tenantId: string;
  /** Client id of the API's registration: the audience of its tokens. */
  readonly audience: pulumi.Input<string>;
  readonly rateLimit: { readonly calls: number; readonly perSeconds: number };
  /** Origins of browser clients, e.g. `https://shop.contoso.com`. */
  readonly origins: readonly string[];
}

/** Every operation: scripts of known origins only, a valid token of this tenant, a limit for each client. */
export function ordersPolicy({ tenantId, audience, rateLimit, origins }: OrdersPolicyArgs): PolicyDocument {
  return policyDocument({
    scope: "api",
    inbound: [
      cors({
        allowedOrigins: origins,
        terminateUnmatchedRequest: true,
        allowedMethods: { methods: ["GET", "POST"] },
        allowedHeaders: ["Authorization", "Content-Type", "Idempotency-Key", "Ocp-Apim-Subscription-Key"],
      }),
      validateAzureAdToken({
        tenantId,
        headerName: "Authorization",
        failedValidationHttpcode: 401,
        failedValidationErrorMessage: "A valid token is required",
        outputTokenVariableName: TOKEN,
        audiences: [audience],
      }),
      rateLimitByKey({
        calls: rateLimit.calls,
        renewalPeriod: rateLimit.perSeconds,
        counterKey: expression(`${CLAIMS}.GetValueOrDefault("azp", "unknown")`),
        remainingCallsHeaderName: "X-RateLimit-Remaining",
      }),
    ],
  });
}

/**
 * One operation: the token has the scope, where a user signed in, or the app role, where a service calls for itself.
 */
export function requirePermission(scope: string, role: string): PolicyDocument {
  const granted =
    `${CLAIMS}.GetValueOrDefault("scp", "").Split(' ').Contains("${scope}") || ` +
    `${CLAIMS}.GetValueOrDefault("roles", "").Split(',').Contains("${role}")`;
  return policyDocument({
    scope: "operation",
    inbound: [
      choose([
        {
          when: expression(`!(${granted})`),
          then: [
            returnResponse({
              status: { code: 403, reason: "Forbidden" },
              headers: [
                { name: "Content-Type", existsAction: "override", values: ["application/problem+json"] },
              ],
              body: JSON.stringify({
                title: `The scope ${scope} or the role ${role} is required`,
                status: 403,
              }),
            }),
          ],
        },
      ]),
    ],
  });
}
