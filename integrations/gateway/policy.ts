import {
  expression,
  forwardRequest,
  policyDocument,
  setHeader,
  type PolicyDocument,
} from "../../policies/gateway";

/** Headers of services that tell an attacker what they run on. */
const TELLTALE_HEADERS = ["X-Powered-By", "X-AspNet-Version", "Server"];

/** The policy of all APIs: answers carry the request's id and HSTS, and do not tell what services run on. */
export function gatewayPolicy(): PolicyDocument {
  const requestId = setHeader({
    name: "X-Request-Id",
    existsAction: "override",
    values: [expression("context.RequestId.ToString()")],
  });
  return policyDocument({
    scope: "global",
    backend: [forwardRequest()],
    outbound: [
      ...TELLTALE_HEADERS.map((name) => setHeader({ name, existsAction: "delete" })),
      setHeader({
        name: "Strict-Transport-Security",
        existsAction: "override",
        values: ["max-age=31536000"],
      }),
      requestId,
    ],
    onError: [requestId],
  });
}
