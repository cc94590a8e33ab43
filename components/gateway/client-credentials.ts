import * as pulumi from "@pulumi/pulumi";
import {
  answerProblem,
  cacheLookupValue,
  cacheStoreValue,
  choose,
  expression,
  sendRequest,
  setHeader,
  setVariable,
  type Statement,
} from "../../policies/gateway";
import { httpsAddress } from "./address";
import type { GatewayNamedValue } from "./named-value";

/** How the gateway gets tokens from an OAuth 2.0 server, in its own name: https://www.rfc-editor.org/rfc/rfc6749#section-4.4 */
export interface ClientCredentials {
  /** https address at which tokens are fetched. */
  readonly tokenEndpoint: pulumi.Input<string>;
  readonly clientId: pulumi.Input<string>;
  /** Without quotation marks and backslashes, as it stands in an expression. */
  readonly clientSecret: GatewayNamedValue;
  /** What is asked for, e.g. `api://contoso-erp/.default`. */
  readonly scope: pulumi.Input<string>;
}

const ANSWER = "token-answer";
const GRANT = "token-grant";
const TOKEN = "backend-token";

/** Seconds for which a token is not used any more before it ends: a call takes a while. */
const MARGIN_SECONDS = 60;

/**
 * Gives the service a token. It is fetched once for as long as it is valid, and kept in the gateway's own cache
 * (https://learn.microsoft.com/azure/api-management/api-management-sample-cache-by-key).
 *
 * @param name whose token it is: the backend's id
 */
export function clientCredentialsToken(
  name: string,
  { tokenEndpoint, clientId, clientSecret, scope }: ClientCredentials,
): Statement<"inbound">[] {
  const key = `token-of-${name}`;
  const encoded = (text: pulumi.Input<string>) => pulumi.output(text).apply(encodeURIComponent);
  return [
    cacheLookupValue({ key, variableName: TOKEN, cachingType: "internal" }),
    choose([
      {
        when: expression(`!context.Variables.ContainsKey("${TOKEN}")`),
        then: [
          sendRequest({
            mode: "new",
            responseVariableName: ANSWER,
            timeout: 20,
            ignoreError: false,
            url: httpsAddress(name, "credentials.tokenEndpoint", tokenEndpoint),
            method: "POST",
            headers: [
              {
                name: "Content-Type",
                existsAction: "override",
                values: ["application/x-www-form-urlencoded"],
              },
            ],
            body: pulumi.interpolate`@("grant_type=client_credentials&client_id=${encoded(clientId)}&scope=${encoded(scope)}&client_secret=" + Uri.EscapeDataString("${clientSecret.reference}"))`,
          }),
          choose([
            {
              when: expression(`((IResponse)context.Variables["${ANSWER}"]).StatusCode != 200`),
              then: [answerProblem(502, "Bad Gateway", "The gateway got no token for its service")],
            },
          ]),
          setVariable({
            name: GRANT,
            value: expression(`((IResponse)context.Variables["${ANSWER}"]).Body.As<JObject>()`),
          }),
          setVariable({
            name: TOKEN,
            value: expression(`(string)((JObject)context.Variables["${GRANT}"])["access_token"]`),
          }),
          cacheStoreValue({
            key,
            value: expression(`(string)context.Variables["${TOKEN}"]`),
            duration: expression(
              `Math.Max(1, (int)((JObject)context.Variables["${GRANT}"])["expires_in"] - ${MARGIN_SECONDS})`,
            ),
            cachingType: "internal",
          }),
        ],
      },
    ]),
    setHeader({
      name: "Authorization",
      existsAction: "override",
      values: [expression(`"Bearer " + (string)context.Variables["${TOKEN}"]`)],
    }),
  ];
}
