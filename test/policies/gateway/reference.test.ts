import {
  authenticationBasic,
  block,
  cacheLookupValue,
  cacheRemoveValue,
  cacheStoreValue,
  checkPolicy,
  choose,
  crossDomain,
  emitMetric,
  expression,
  forwardRequest,
  getAuthorizationContext,
  jsonp,
  jsonToXml,
  logToEventhub,
  MalformedXmlError,
  namedValue,
  policyDocument,
  proxy,
  quota,
  redirectContentUrls,
  renderPolicy,
  returnResponse,
  sendOneWayRequest,
  sendRequest,
  sendServiceBusMessage,
  setHeader,
  setVariable,
  validateClientCertificate,
  validateContent,
  validateGraphqlRequest,
  validateHeaders,
  validateOdataRequest,
  validateParameters,
  validateStatusCode,
  wait,
  xmlToJson,
  xslTransform,
  type PolicyContext,
  type PolicyIssueCode,
  type Section,
} from "../../../policies/gateway";
import { describeExamples, inbound, outbound, xmlWith, type Example } from "./examples";

const REFERENCE = "https://learn.microsoft.com/azure/api-management";

/** What a branch of the example of `wait` does: looks up a value, and asks its service where there is none. */
function branch(number: "one" | "two") {
  return choose([
    {
      when: expression(`(bool)context.Variables["execute-branch-${number}="]`),
      then: [
        cacheLookupValue({ key: `key-${number}`, variableName: `value-${number}` }),
        choose([
          {
            when: expression(`!context.Variables.ContainsKey("value-${number}=")`),
            then: [
              sendRequest({
                mode: "new",
                responseVariableName: `value-${number}`,
                url: `https://backend-${number}`,
                method: "GET",
              }),
            ],
          },
        ]),
      ],
    },
  ]);
}

function branchXml(number: "one" | "two"): string[] {
  return [
    "  <choose>",
    `    <when condition="@((bool)context.Variables[&quot;execute-branch-${number}=&quot;])">`,
    `      <cache-lookup-value key="key-${number}" variable-name="value-${number}" />`,
    "      <choose>",
    `        <when condition="@(!context.Variables.ContainsKey(&quot;value-${number}=&quot;))">`,
    `          <send-request mode="new" response-variable-name="value-${number}">`,
    `            <set-url>https://backend-${number}</set-url>`,
    "            <set-method>GET</set-method>",
    "          </send-request>",
    "        </when>",
    "      </choose>",
    "    </when>",
    "  </choose>",
  ];
}

/** Attributes stand in the order of their names, as in the canonical form of what the table does not describe. */
const STYLESHEET = `<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output indent="yes" method="xml" />
  <xsl:param name="User-Agent" />
  <xsl:template match="* | @* | node()">
    <xsl:copy>
      <xsl:apply-templates select="* | @* | node()" />
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>`;

const EXAMPLES: readonly Example[] = [
  {
    page: `${REFERENCE}/quota-policy`,
    built: policyDocument({
      scope: "product",
      inbound: [quota({ calls: 10000, bandwidth: 40000, renewalPeriod: 3600 })],
    }),
    xml: xmlWith("inbound", ['<quota calls="10000" bandwidth="40000" renewal-period="3600" />']),
  },
  {
    // The policy statement of the page, as its section "Elements" has it
    page: `${REFERENCE}/quota-policy`,
    built: policyDocument({
      scope: "product",
      inbound: [
        quota({
          calls: 100,
          renewalPeriod: 0,
          apis: [{ id: "orders", calls: 50, operations: [{ name: "list", calls: 10 }] }],
        }),
      ],
    }),
    xml: xmlWith("inbound", [
      '<quota calls="100" renewal-period="0">',
      '  <api id="orders" calls="50">',
      '    <operation name="list" calls="10" />',
      "  </api>",
      "</quota>",
    ]),
  },
  {
    // "Attach the token to the backend call"
    page: `${REFERENCE}/get-authorization-context-policy`,
    built: inbound(
      getAuthorizationContext({
        providerId: "github-01",
        authorizationId: "auth-01",
        contextVariableName: "auth-context",
        identityType: "managed",
        ignoreError: false,
      }),
      setHeader({
        name: "Authorization",
        existsAction: "override",
        values: [
          expression(
            '"Bearer " + ((Authorization)context.Variables.GetValueOrDefault("auth-context"))?.AccessToken',
          ),
        ],
      }),
    ),
    xml: xmlWith("inbound", [
      '<get-authorization-context provider-id="github-01" authorization-id="auth-01" context-variable-name="auth-context" identity-type="managed" ignore-error="false" />',
      '<set-header name="Authorization" exists-action="override">',
      '  <value>@("Bearer " + ((Authorization)context.Variables.GetValueOrDefault("auth-context"))?.AccessToken)</value>',
      "</set-header>",
    ]),
  },
  {
    page: `${REFERENCE}/validate-client-certificate-policy`,
    built: inbound(
      validateClientCertificate({
        validateRevocation: true,
        validateTrust: true,
        validateNotBefore: true,
        validateNotAfter: true,
        ignoreError: false,
        identities: [
          {
            subject: 'C=US, ST=Illinois, L=Chicago, O="Contoso, Inc.", CN=*.contoso.com',
            issuerSubject: "C=BE, O=FabrikamSign nv-sa, OU=Root CA, CN=FabrikamSign Root CA",
          },
        ],
      }),
    ),
    xml: xmlWith("inbound", [
      '<validate-client-certificate validate-revocation="true" validate-trust="true" validate-not-before="true" validate-not-after="true" ignore-error="false">',
      "  <identities>",
      '    <identity subject="C=US, ST=Illinois, L=Chicago, O=&quot;Contoso, Inc.&quot;, CN=*.contoso.com" issuer-subject="C=BE, O=FabrikamSign nv-sa, OU=Root CA, CN=FabrikamSign Root CA" />',
      "  </identities>",
      "</validate-client-certificate>",
    ]),
  },
  {
    page: `${REFERENCE}/authentication-basic-policy`,
    built: inbound(authenticationBasic({ username: "testuser", password: "testpassword" })),
    xml: xmlWith("inbound", ['<authentication-basic username="testuser" password="testpassword" />']),
    issues: ["secret-in-clear"],
  },
  {
    // "JSON schema validation"
    page: `${REFERENCE}/validate-content-policy`,
    built: inbound(
      validateContent({
        unspecifiedContentTypeAction: "prevent",
        maxSize: 102400,
        sizeExceededAction: "prevent",
        errorsVariableName: "requestBodyValidation",
        contentTypeMap: {
          missingContentTypeValue: "application/json",
          types: [{ from: "application/hal+json", to: "application/json" }],
        },
        contents: [
          {
            type: "application/json",
            validateAs: "json",
            action: "detect",
            allowAdditionalProperties: false,
          },
        ],
      }),
    ),
    xml: xmlWith("inbound", [
      '<validate-content unspecified-content-type-action="prevent" max-size="102400" size-exceeded-action="prevent" errors-variable-name="requestBodyValidation">',
      '  <content-type-map missing-content-type-value="application/json">',
      '    <type from="application/hal+json" to="application/json" />',
      "  </content-type-map>",
      '  <content type="application/json" validate-as="json" action="detect" allow-additional-properties="false" />',
      "</validate-content>",
    ]),
  },
  {
    // "SOAP schema validation"
    page: `${REFERENCE}/validate-content-policy`,
    built: inbound(
      validateContent({
        unspecifiedContentTypeAction: "prevent",
        maxSize: 102400,
        sizeExceededAction: "prevent",
        errorsVariableName: "requestBodyValidation",
        contentTypeMap: { anyContentTypeValue: "application/soap+xml" },
        contents: [
          { type: "application/soap+xml", validateAs: "soap", schemaId: "myschema", action: "prevent" },
        ],
      }),
    ),
    xml: xmlWith("inbound", [
      '<validate-content unspecified-content-type-action="prevent" max-size="102400" size-exceeded-action="prevent" errors-variable-name="requestBodyValidation">',
      '  <content-type-map any-content-type-value="application/soap+xml" />',
      '  <content type="application/soap+xml" validate-as="soap" schema-id="myschema" action="prevent" />',
      "</validate-content>",
    ]),
  },
  {
    // "Query validation"
    page: `${REFERENCE}/validate-graphql-request-policy`,
    built: inbound(
      validateGraphqlRequest({
        errorVariableName: "name",
        maxSize: 102400,
        maxDepth: 4,
        authorize: [
          { path: "/__*", action: "reject" },
          {
            path: "/Missions/name",
            action: expression('context.Request.Headers.Count > 2 ? "remove" : "allow"'),
          },
        ],
      }),
    ),
    xml: xmlWith("inbound", [
      '<validate-graphql-request error-variable-name="name" max-size="102400" max-depth="4">',
      "  <authorize>",
      '    <rule path="/__*" action="reject" />',
      '    <rule path="/Missions/name" action="@(context.Request.Headers.Count &gt; 2 ? &quot;remove&quot; : &quot;allow&quot;)" />',
      "  </authorize>",
      "</validate-graphql-request>",
    ]),
  },
  {
    page: `${REFERENCE}/validate-odata-request-policy`,
    built: inbound(validateOdataRequest({ defaultOdataVersion: "4.01" })),
    xml: xmlWith("inbound", ['<validate-odata-request default-odata-version="4.01" />']),
  },
  {
    page: `${REFERENCE}/validate-parameters-policy`,
    built: inbound(
      validateParameters({
        specifiedParameterAction: "prevent",
        unspecifiedParameterAction: "prevent",
        errorsVariableName: "requestParametersValidation",
        headers: {
          specifiedParameterAction: "detect",
          unspecifiedParameterAction: "detect",
          parameters: [
            { name: "Authorization", action: "prevent" },
            { name: "User-Agent", action: "ignore" },
            { name: "Host", action: "ignore" },
            { name: "Referrer", action: "ignore" },
          ],
        },
      }),
    ),
    xml: xmlWith("inbound", [
      '<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="prevent" errors-variable-name="requestParametersValidation">',
      '  <headers specified-parameter-action="detect" unspecified-parameter-action="detect">',
      '    <parameter name="Authorization" action="prevent" />',
      '    <parameter name="User-Agent" action="ignore" />',
      '    <parameter name="Host" action="ignore" />',
      '    <parameter name="Referrer" action="ignore" />',
      "  </headers>",
      "</validate-parameters>",
    ]),
  },
  {
    page: `${REFERENCE}/validate-headers-policy`,
    built: outbound(
      validateHeaders({
        specifiedHeaderAction: "ignore",
        unspecifiedHeaderAction: "prevent",
        errorsVariableName: "responseHeadersValidation",
      }),
    ),
    xml: xmlWith("outbound", [
      '<validate-headers specified-header-action="ignore" unspecified-header-action="prevent" errors-variable-name="responseHeadersValidation" />',
    ]),
  },
  {
    page: `${REFERENCE}/validate-status-code-policy`,
    built: outbound(
      validateStatusCode({
        unspecifiedStatusCodeAction: "prevent",
        errorsVariableName: "responseStatusCodeValidation",
      }),
    ),
    xml: xmlWith("outbound", [
      '<validate-status-code unspecified-status-code-action="prevent" errors-variable-name="responseStatusCodeValidation" />',
    ]),
  },
  {
    page: `${REFERENCE}/proxy-policy`,
    built: inbound(
      proxy({
        url: "http://192.168.1.1:8080",
        username: namedValue("username"),
        password: namedValue("password"),
      }),
    ),
    xml: xmlWith("inbound", [
      '<proxy url="http://192.168.1.1:8080" username="{{username}}" password="{{password}}" />',
    ]),
  },
  {
    page: `${REFERENCE}/cache-lookup-value-policy`,
    built: inbound(
      cacheLookupValue({
        key: expression('"userprofile-" + context.Variables["enduserid"]'),
        variableName: "userprofile",
      }),
    ),
    xml: xmlWith("inbound", [
      '<cache-lookup-value key="@(&quot;userprofile-&quot; + context.Variables[&quot;enduserid&quot;])" variable-name="userprofile" />',
    ]),
  },
  {
    page: `${REFERENCE}/cache-store-value-policy`,
    built: inbound(
      cacheStoreValue({
        key: expression('"userprofile-" + context.Variables["enduserid"]'),
        value: expression('(string)context.Variables["userprofile"]'),
        duration: 100000,
      }),
    ),
    xml: xmlWith("inbound", [
      '<cache-store-value key="@(&quot;userprofile-&quot; + context.Variables[&quot;enduserid&quot;])" value="@((string)context.Variables[&quot;userprofile&quot;])" duration="100000" />',
    ]),
  },
  {
    page: `${REFERENCE}/cache-remove-value-policy`,
    built: inbound(cacheRemoveValue({ key: expression('"userprofile-" + context.Variables["enduserid"]') })),
    xml: xmlWith("inbound", [
      '<cache-remove-value key="@(&quot;userprofile-&quot; + context.Variables[&quot;enduserid&quot;])" />',
    ]),
  },
  {
    page: `${REFERENCE}/json-to-xml-policy`,
    built: outbound(
      jsonToXml({
        apply: "always",
        considerAcceptHeader: false,
        parseDate: false,
        namespaceSeparator: ":",
        namespacePrefix: "xmlns",
        attributeBlockName: "#attrs",
      }),
    ),
    xml: xmlWith("outbound", [
      '<json-to-xml apply="always" consider-accept-header="false" parse-date="false" namespace-separator=":" namespace-prefix="xmlns" attribute-block-name="#attrs" />',
    ]),
  },
  {
    page: `${REFERENCE}/xml-to-json-policy`,
    built: outbound(xmlToJson({ kind: "direct", apply: "always", considerAcceptHeader: false })),
    xml: xmlWith("outbound", ['<xml-to-json kind="direct" apply="always" consider-accept-header="false" />']),
  },
  {
    page: `${REFERENCE}/redirect-content-urls-policy`,
    built: outbound(redirectContentUrls()),
    xml: xmlWith("outbound", ["<redirect-content-urls />"]),
  },
  {
    // "Transform request body", whose template is shortened to the copy
    page: `${REFERENCE}/xsl-transform-policy`,
    built: inbound(
      xslTransform({
        parameters: [
          {
            name: "User-Agent",
            value: expression('context.Request.Headers.GetValueOrDefault("User-Agent","non-specified")'),
          },
        ],
        stylesheet: STYLESHEET,
      }),
    ),
    xml: xmlWith("inbound", [
      "<xsl-transform>",
      '  <parameter name="User-Agent">@(context.Request.Headers.GetValueOrDefault("User-Agent","non-specified"))</parameter>',
      `  ${STYLESHEET}`,
      "</xsl-transform>",
    ]),
  },
  {
    page: `${REFERENCE}/cross-domain-policy`,
    built: policyDocument({
      scope: "global",
      inbound: [
        crossDomain({
          crossDomainPolicy: { allowHttpRequestHeadersFrom: [{ domain: "*", headers: "*" }] },
        }),
      ],
      backend: [forwardRequest()],
    }),
    xml: [
      "<policies>",
      "  <inbound>",
      "    <cross-domain>",
      "      <cross-domain-policy>",
      '        <allow-http-request-headers-from domain="*" headers="*" />',
      "      </cross-domain-policy>",
      "    </cross-domain>",
      "  </inbound>",
      "  <backend>",
      "    <forward-request />",
      "  </backend>",
      "  <outbound />",
      "  <on-error />",
      "</policies>",
    ].join("\r\n"),
  },
  {
    page: `${REFERENCE}/jsonp-policy`,
    built: outbound(jsonp({ callbackParameterName: "cb" })),
    xml: xmlWith("outbound", ['<jsonp callback-parameter-name="cb" />']),
  },
  {
    // "Verify token with authorization server"
    page: `${REFERENCE}/send-request-policy`,
    built: inbound(
      setVariable({
        name: "token",
        value: expression(
          'context.Request.Headers.GetValueOrDefault("Authorization","scheme param").Split(\' \').Last()',
        ),
      }),
      sendRequest({
        mode: "new",
        responseVariableName: "tokenstate",
        timeout: 20,
        ignoreError: true,
        url: "https://microsoft-apiappec990ad4c76641c6aea22f566efc5a4e.azurewebsites.net/introspection",
        method: "POST",
        headers: [
          { name: "Authorization", existsAction: "override", values: ["basic dXNlcm5hbWU6cGFzc3dvcmQ="] },
          {
            name: "Content-Type",
            existsAction: "override",
            values: ["application/x-www-form-urlencoded"],
          },
        ],
        body: expression('$"token={(string)context.Variables["token"]}"'),
      }),
      choose([
        {
          when: expression(
            '(bool)((IResponse)context.Variables["tokenstate"]).Body.As<JObject>()["active"] == false',
          ),
          then: [
            returnResponse({
              status: { code: 401, reason: "Unauthorized" },
              headers: [
                {
                  name: "WWW-Authenticate",
                  existsAction: "override",
                  values: ['Bearer error="invalid_token"'],
                },
              ],
            }),
          ],
        },
      ]),
    ),
    xml: xmlWith("inbound", [
      '<set-variable name="token" value="@(context.Request.Headers.GetValueOrDefault(&quot;Authorization&quot;,&quot;scheme param&quot;).Split(\' \').Last())" />',
      '<send-request mode="new" timeout="20" response-variable-name="tokenstate" ignore-error="true">',
      "  <set-url>https://microsoft-apiappec990ad4c76641c6aea22f566efc5a4e.azurewebsites.net/introspection</set-url>",
      "  <set-method>POST</set-method>",
      '  <set-header name="Authorization" exists-action="override">',
      "    <value>basic dXNlcm5hbWU6cGFzc3dvcmQ=</value>",
      "  </set-header>",
      '  <set-header name="Content-Type" exists-action="override">',
      "    <value>application/x-www-form-urlencoded</value>",
      "  </set-header>",
      '  <set-body>@($"token={(string)context.Variables["token"]}")</set-body>',
      "</send-request>",
      "<choose>",
      '  <when condition="@((bool)((IResponse)context.Variables[&quot;tokenstate&quot;]).Body.As&lt;JObject&gt;()[&quot;active&quot;] == false)">',
      "    <return-response>",
      '      <set-status code="401" reason="Unauthorized" />',
      '      <set-header name="WWW-Authenticate" exists-action="override">',
      '        <value>Bearer error="invalid_token"</value>',
      "      </set-header>",
      "    </return-response>",
      "  </when>",
      "</choose>",
    ]),
  },
  {
    // The message is shortened
    page: `${REFERENCE}/send-one-way-request-policy`,
    built: outbound(
      choose([
        {
          when: expression("context.Response.StatusCode >= 500"),
          then: [
            sendOneWayRequest({
              mode: "new",
              timeout: 20,
              url: "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
              method: "POST",
              body: block(' return new JObject(new JProperty("username","APIM Alert")).ToString(); '),
            }),
          ],
        },
      ]),
    ),
    xml: xmlWith("outbound", [
      "<choose>",
      '  <when condition="@(context.Response.StatusCode &gt;= 500)">',
      '    <send-one-way-request mode="new" timeout="20">',
      "      <set-url>https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX</set-url>",
      "      <set-method>POST</set-method>",
      '      <set-body>@{ return new JObject(new JProperty("username","APIM Alert")).ToString(); }</set-body>',
      "    </send-one-way-request>",
      "  </when>",
      "</choose>",
    ]),
  },
  {
    // "Send a message and set message property"
    page: `${REFERENCE}/send-service-bus-message-policy`,
    built: inbound(
      sendServiceBusMessage({
        topicName: "orders",
        namespace: "my-service-bus.servicebus.windows.net",
        messageProperties: [{ name: "Customer", value: "Contoso" }],
        payload: expression("context.Request.Body.As<string>(preserveContent: true)"),
      }),
    ),
    xml: xmlWith("inbound", [
      '<send-service-bus-message topic-name="orders" namespace="my-service-bus.servicebus.windows.net">',
      "  <message-properties>",
      '    <message-property name="Customer">Contoso</message-property>',
      "  </message-properties>",
      "  <payload>@(context.Request.Body.As&lt;string&gt;(preserveContent: true))</payload>",
      "</send-service-bus-message>",
    ]),
  },
  {
    page: `${REFERENCE}/log-to-eventhub-policy`,
    built: inbound(
      logToEventhub({
        loggerId: "contoso-logger",
        value: expression(
          ' string.Join(",", DateTime.UtcNow, context.Deployment.ServiceName, context.RequestId, context.Request.IpAddress, context.Operation.Name) ',
        ),
      }),
    ),
    xml: xmlWith("inbound", [
      '<log-to-eventhub logger-id="contoso-logger">@( string.Join(",", DateTime.UtcNow, context.Deployment.ServiceName, context.RequestId, context.Request.IpAddress, context.Operation.Name) )</log-to-eventhub>',
    ]),
  },
  {
    page: `${REFERENCE}/emit-metric-policy`,
    built: inbound(
      emitMetric({
        name: "Request",
        value: 1,
        namespace: "my-metrics",
        dimensions: [
          { name: "User ID" },
          { name: "Client IP", value: expression("context.Request.IpAddress") },
          { name: "API ID" },
        ],
      }),
    ),
    xml: xmlWith("inbound", [
      '<emit-metric name="Request" value="1" namespace="my-metrics">',
      '  <dimension name="User ID" />',
      '  <dimension name="Client IP" value="@(context.Request.IpAddress)" />',
      '  <dimension name="API ID" />',
      "</emit-metric>",
    ]),
  },
  {
    // Without the example's two rate-limits: the page on rate-limit allows one in a document
    page: `${REFERENCE}/wait-policy`,
    built: inbound(wait({ for: "all" }, [branch("one"), branch("two")])),
    xml: xmlWith("inbound", ['<wait for="all">', ...branchXml("one"), ...branchXml("two"), "</wait>"]),
  },
];

describeExamples(EXAMPLES);

interface Misuse {
  readonly section: Section;
  readonly xml: string;
  readonly context?: Partial<PolicyContext>;
  readonly code: PolicyIssueCode;
  readonly rule: string;
}

/** A use of each policy that its page rules out. */
const MISUSES: Readonly<Record<string, Misuse>> = {
  quota: {
    section: "inbound",
    xml: '<quota calls="1" renewal-period="60" />',
    code: "wrong-scope",
    rule: "quota is for the scopes product",
  },
  "get-authorization-context": {
    section: "inbound",
    xml: '<get-authorization-context provider-id="a" authorization-id="b" context-variable-name="c" />',
    context: { gateway: "self-hosted" },
    code: "wrong-gateway",
    rule: "get-authorization-context is known to gateways of the kind classic, v2, consumption",
  },
  "validate-client-certificate": {
    section: "inbound",
    xml: '<validate-client-certificate validate-trust="@(false)" />',
    code: "expression-not-allowed",
    rule: "policy expressions are not allowed here",
  },
  "authentication-basic": {
    section: "inbound",
    xml: '<authentication-basic password="{{password}}" />',
    code: "missing-attribute",
    rule: "authentication-basic needs the attribute username",
  },
  "validate-content": {
    section: "inbound",
    xml: '<validate-content unspecified-content-type-action="prevent" max-size="102401" size-exceeded-action="detect" />',
    code: "invalid-value",
    rule: "the value is at most 102400",
  },
  "validate-graphql-request": {
    section: "inbound",
    xml: '<validate-graphql-request max-size="1"><authorize><rule path="/a" action="deny" /></authorize></validate-graphql-request>',
    code: "invalid-value",
    rule: "the value is one of allow, remove, reject, ignore",
  },
  "validate-odata-request": {
    section: "inbound",
    xml: "<validate-odata-request />",
    context: { scope: "operation" },
    code: "wrong-scope",
    rule: "validate-odata-request is for the scopes global, product, api",
  },
  "validate-parameters": {
    section: "inbound",
    xml: '<validate-parameters specified-parameter-action="prevent" unspecified-parameter-action="prevent"><path unspecified-parameter-action="prevent" /></validate-parameters>',
    code: "unknown-attribute",
    rule: "path has the attributes specified-parameter-action",
  },
  "validate-headers": {
    section: "outbound",
    xml: '<validate-headers specified-header-action="ignore" unspecified-header-action="ignore"><header name="a" /></validate-headers>',
    code: "missing-attribute",
    rule: "header needs the attribute action",
  },
  "validate-status-code": {
    section: "outbound",
    xml: '<validate-status-code unspecified-status-code-action="allow" />',
    code: "invalid-value",
    rule: "the value is one of ignore, prevent, detect",
  },
  proxy: {
    section: "inbound",
    xml: '<proxy username="a" />',
    code: "missing-attribute",
    rule: "proxy needs the attribute url",
  },
  "cache-lookup-value": {
    section: "inbound",
    xml: '<cache-lookup-value key="a" variable-name="@(1)" />',
    code: "expression-not-allowed",
    rule: "policy expressions are not allowed here",
  },
  "cache-store-value": {
    section: "inbound",
    xml: '<cache-store-value key="a" value="b" duration="0" />',
    code: "invalid-value",
    rule: "the value is at least 1",
  },
  "cache-remove-value": {
    section: "inbound",
    xml: '<cache-remove-value key="a" caching-type="redis" />',
    code: "invalid-value",
    rule: "the value is one of prefer-external, external, internal",
  },
  "json-to-xml": {
    section: "backend",
    xml: '<json-to-xml apply="always" />',
    code: "wrong-section",
    rule: "json-to-xml may stand in inbound, outbound, on-error only",
  },
  "xml-to-json": {
    section: "outbound",
    xml: '<xml-to-json kind="direct" apply="content-type-json" />',
    code: "invalid-value",
    rule: "the value is one of always, content-type-xml",
  },
  "redirect-content-urls": {
    section: "outbound",
    xml: "<redirect-content-urls /><redirect-content-urls />",
    code: "not-repeatable",
    rule: "redirect-content-urls stands at most once in a section",
  },
  "xsl-transform": {
    section: "inbound",
    xml: '<xsl-transform><parameter name="a">b</parameter></xsl-transform>',
    code: "missing-child",
    rule: "xsl-transform needs xsl:stylesheet",
  },
  "cross-domain": {
    section: "inbound",
    xml: "<cross-domain><cross-domain-policy /></cross-domain>",
    code: "wrong-scope",
    rule: "cross-domain is for the scopes global",
  },
  jsonp: {
    section: "outbound",
    xml: "<jsonp />",
    code: "missing-attribute",
    rule: "jsonp needs the attribute callback-parameter-name",
  },
  "send-request": {
    section: "inbound",
    xml: '<send-request response-variable-name="a"><set-url>https://b</set-url></send-request>',
    code: "missing-child",
    rule: "send-request needs set-method, unless mode is copy",
  },
  "send-one-way-request": {
    section: "inbound",
    xml: '<send-one-way-request mode="new"><set-method>GET</set-method></send-one-way-request>',
    code: "missing-child",
    rule: "send-one-way-request needs set-url, unless mode is copy",
  },
  "send-service-bus-message": {
    section: "inbound",
    xml: '<send-service-bus-message queue-name="a" topic-name="b"><payload>c</payload></send-service-bus-message>',
    code: "choice",
    rule: "send-service-bus-message takes only one of queue-name, topic-name",
  },
  "log-to-eventhub": {
    section: "outbound",
    xml: '<log-to-eventhub logger-id="audits">a</log-to-eventhub>',
    context: { known: { logger: new Set(["audit"]) } },
    code: "unknown-reference",
    rule: "the id names a logger of the gateway",
  },
  "emit-metric": {
    section: "inbound",
    xml: '<emit-metric name="a"><dimension name="Client" /></emit-metric>',
    code: "missing-attribute",
    rule: "dimension needs the attribute value, unless name is API ID, Operation ID, Product ID, User ID, Subscription ID, Location, Gateway ID",
  },
  wait: {
    section: "inbound",
    xml: "<wait><set-method>GET</set-method></wait>",
    code: "unknown-child",
    rule: "this element holds only choose, send-request, cache-lookup-value",
  },
};

test.each(Object.entries(MISUSES))(
  "a wrong use of %s is refused",
  (_, { section, xml, context, ...issue }) => {
    const document = xmlWith(section, [xml]);
    expect(checkPolicy(document, { scope: "api", ...context })).toEqual([expect.objectContaining(issue)]);
  },
);

describe("a request inside of a policy", () => {
  test("has a body with attributes, a certificate and a proxy in the page's order", () => {
    const document = inbound(
      sendRequest({
        mode: "copy",
        responseVariableName: "answer",
        proxy: { url: "http://proxy:8080" },
        certificate: { certificateId: "client" },
        body: { template: "liquid", value: "{{body.order}}" },
      }),
    );
    expect(renderPolicy(document)).toContain(
      [
        '    <send-request mode="copy" response-variable-name="answer">',
        '      <set-body template="liquid">{{body.order}}</set-body>',
        '      <authentication-certificate certificate-id="client" />',
        '      <proxy url="http://proxy:8080" />',
        "    </send-request>",
      ].join("\r\n"),
    );
    const known = { namedValue: new Set<string>(), certificate: new Set(["server"]) };
    expect(checkPolicy(document, { scope: "api", known }).map(({ path, code }) => [path, code])).toEqual([
      ["inbound[1].send-request.authentication-certificate.@certificate-id", "unknown-reference"],
    ]);
  });
});

describe("a stylesheet", () => {
  test("that is no XML is refused where it is given", () => {
    expect(() => xslTransform({ stylesheet: "<xsl:stylesheet>" })).toThrow(MalformedXmlError);
  });

  test("keeps the white space of its texts", () => {
    const text = "<xsl:text>  </xsl:text>";
    const stylesheet = `<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform">${text}</xsl:stylesheet>`;
    expect(renderPolicy(inbound(xslTransform({ stylesheet })))).toContain(
      stylesheet.replaceAll("\n", "\r\n"),
    );
  });
});
