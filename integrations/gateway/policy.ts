import {
  cors,
  expression,
  forwardRequest,
  policyDocument,
  setHeader,
  type PolicyDocument,
  type Statement,
} from "../../policies/gateway";

/** Headers of services that tell an attacker what they run on. */
const TELLTALE_HEADERS = ["X-Powered-By", "X-AspNet-Version", "Server"];

/**
 * The policy of all APIs: answers carry the request's id and HSTS, and do not tell what services run on.
 *
 * @param portalUrl the developer portal, whose test console calls APIs from a browser. The gateway executes the first
 *   CORS policy that it meets, so that an API which admits scripts of other sites places its own before `base()`, the
 *   portal in it (https://learn.microsoft.com/azure/api-management/enable-cors-developer-portal)
 */
export function gatewayPolicy(portalUrl: string | undefined): PolicyDocument {
  const requestId = setHeader({
    name: "X-Request-Id",
    existsAction: "override",
    values: [expression("context.RequestId.ToString()")],
  });
  return policyDocument({
    scope: "global",
    inbound: portalUrl === undefined ? [] : [admitTestConsole(portalUrl)],
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

/** What Azure's own button "Enable CORS" writes, but for credentials: the console sends keys and tokens, no cookies. */
function admitTestConsole(portalUrl: string): Statement<"inbound"> {
  return cors({
    allowedOrigins: [portalUrl],
    terminateUnmatchedRequest: false,
    allowedMethods: { methods: ["*"], preflightResultMaxAge: 300 },
    allowedHeaders: ["*"],
    exposeHeaders: ["*"],
  });
}
