import {
  authenticationCertificate,
  authenticationManagedIdentity,
  base,
  cacheLookup,
  cacheStore,
  canonicalPolicy,
  checkHeader,
  checkPolicy,
  choose,
  cors,
  expression,
  findAndReplace,
  forwardRequest,
  includeFragment,
  ipFilter,
  limitConcurrency,
  mockResponse,
  namedValue,
  policyDocument,
  quotaByKey,
  rateLimit,
  rateLimitByKey,
  rawPolicy,
  readPolicy,
  renderPolicy,
  retry,
  returnResponse,
  rewriteUri,
  setBackendService,
  setBody,
  setHeader,
  setMethod,
  setQueryParameter,
  setStatus,
  setVariable,
  trace,
  validateAzureAdToken,
  validateJwt,
  withoutBase,
  block,
} from "../../../policies/gateway";
import { describeExamples, inbound, xmlWith, type Example } from "./examples";

/** The whole document around the lines of an inbound section. */
function document(...lines: string[]): string {
  return xmlWith("inbound", lines);
}

const EXAMPLES: readonly Example[] = [
  {
    page: "https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy",
    built: inbound(
      validateAzureAdToken({
        tenantId: namedValue("aad-tenant-id"),
        outputTokenVariableName: "jwt",
        clientApplicationIds: [namedValue("aad-client-application-id")],
        audiences: [expression("context.Request.OriginalUrl.Host")],
        requiredClaims: [{ name: "ctry", match: "any", values: ["US"] }],
      }),
    ),
    xml: document(
      '<validate-azure-ad-token tenant-id="{{aad-tenant-id}}" output-token-variable-name="jwt">',
      "  <client-application-ids>",
      "    <application-id>{{aad-client-application-id}}</application-id>",
      "  </client-application-ids>",
      "  <audiences>",
      "    <audience>@(context.Request.OriginalUrl.Host)</audience>",
      "  </audiences>",
      "  <required-claims>",
      '    <claim name="ctry" match="any">',
      "      <value>US</value>",
      "    </claim>",
      "  </required-claims>",
      "</validate-azure-ad-token>",
    ),
  },
  {
    // "Authorize access to operations based on token claims"
    page: "https://learn.microsoft.com/azure/api-management/validate-jwt-policy",
    built: inbound(
      validateJwt({
        headerName: "Authorization",
        requireScheme: "Bearer",
        outputTokenVariableName: "jwt",
        issuerSigningKeys: [{ value: namedValue("jwt-signing-key") }],
        audiences: [expression("context.Request.OriginalUrl.Host")],
        issuers: ["contoso.com"],
        requiredClaims: [{ name: "group", match: "any", values: ["finance", "logistics"] }],
      }),
      choose([
        {
          when: expression(
            'context.Request.Method == "POST" && !((Jwt)context.Variables["jwt"]).Claims["group"].Contains("finance")',
          ),
          then: [returnResponse({ status: { code: 403, reason: "Forbidden" } })],
        },
      ]),
    ),
    xml: document(
      '<validate-jwt header-name="Authorization" require-scheme="Bearer" output-token-variable-name="jwt">',
      "  <issuer-signing-keys>",
      "    <key>{{jwt-signing-key}}</key>",
      "  </issuer-signing-keys>",
      "  <audiences>",
      "    <audience>@(context.Request.OriginalUrl.Host)</audience>",
      "  </audiences>",
      "  <issuers>",
      "    <issuer>contoso.com</issuer>",
      "  </issuers>",
      "  <required-claims>",
      '    <claim name="group" match="any">',
      "      <value>finance</value>",
      "      <value>logistics</value>",
      "    </claim>",
      "  </required-claims>",
      "</validate-jwt>",
      "<choose>",
      '  <when condition="@(context.Request.Method == &quot;POST&quot; &amp;&amp; !((Jwt)context.Variables[&quot;jwt&quot;]).Claims[&quot;group&quot;].Contains(&quot;finance&quot;))">',
      "    <return-response>",
      '      <set-status code="403" reason="Forbidden" />',
      "    </return-response>",
      "  </when>",
      "</choose>",
    ),
  },
  {
    // "Microsoft Entra ID single tenant token validation"
    page: "https://learn.microsoft.com/azure/api-management/validate-jwt-policy",
    built: inbound(
      validateJwt({
        headerName: "Authorization",
        failedValidationHttpcode: 401,
        failedValidationErrorMessage: "Unauthorized. Access token is missing or invalid.",
        openidConfigs: [
          {
            url: "https://login.microsoftonline.com/contoso.onmicrosoft.com/.well-known/openid-configuration",
          },
        ],
        audiences: ["00001111-aaaa-2222-bbbb-3333cccc4444"],
        requiredClaims: [{ name: "id", match: "all", values: ["insert claim here"] }],
      }),
    ),
    xml: document(
      '<validate-jwt header-name="Authorization" failed-validation-httpcode="401" failed-validation-error-message="Unauthorized. Access token is missing or invalid.">',
      '  <openid-config url="https://login.microsoftonline.com/contoso.onmicrosoft.com/.well-known/openid-configuration" />',
      "  <audiences>",
      "    <audience>00001111-aaaa-2222-bbbb-3333cccc4444</audience>",
      "  </audiences>",
      "  <required-claims>",
      '    <claim name="id" match="all">',
      "      <value>insert claim here</value>",
      "    </claim>",
      "  </required-claims>",
      "</validate-jwt>",
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy",
    built: inbound(
      rateLimitByKey({
        calls: 10,
        renewalPeriod: 60,
        counterKey: expression("context.Request.IpAddress"),
        incrementCondition: expression("context.Response.StatusCode == 200"),
        remainingCallsVariableName: "remainingCallsPerIP",
      }),
    ),
    xml: document(
      '<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Request.IpAddress)" increment-condition="@(context.Response.StatusCode == 200)" remaining-calls-variable-name="remainingCallsPerIP" />',
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/rate-limit-policy",
    built: inbound(
      rateLimit({
        calls: 20,
        renewalPeriod: 90,
        remainingCallsVariableName: "remainingCallsPerSubscription",
      }),
    ),
    xml: document(
      '<rate-limit calls="20" renewal-period="90" remaining-calls-variable-name="remainingCallsPerSubscription" />',
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/quota-by-key-policy",
    built: inbound(
      quotaByKey({
        calls: 10000,
        bandwidth: 40000,
        renewalPeriod: 3600,
        incrementCondition: expression(
          "context.Response.StatusCode >= 200 && context.Response.StatusCode < 400",
        ),
        counterKey: expression("context.Request.IpAddress"),
      }),
    ),
    xml: document(
      '<quota-by-key calls="10000" bandwidth="40000" renewal-period="3600" counter-key="@(context.Request.IpAddress)" increment-condition="@(context.Response.StatusCode &gt;= 200 &amp;&amp; context.Response.StatusCode &lt; 400)" />',
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/cors-policy",
    built: inbound(
      cors({
        allowCredentials: true,
        allowedOrigins: ["http://localhost:8080/", "http://example.com/"],
        allowedMethods: { preflightResultMaxAge: 300, methods: ["GET", "POST", "PATCH", "DELETE"] },
        allowedHeaders: ["x-zumo-installation-id", "content-type", "accept"],
        exposeHeaders: ["x-zumo-installation-id", "x-zumo-application"],
      }),
    ),
    xml: document(
      '<cors allow-credentials="true">',
      "  <allowed-origins>",
      "    <origin>http://localhost:8080/</origin>",
      "    <origin>http://example.com/</origin>",
      "  </allowed-origins>",
      '  <allowed-methods preflight-result-max-age="300">',
      "    <method>GET</method>",
      "    <method>POST</method>",
      "    <method>PATCH</method>",
      "    <method>DELETE</method>",
      "  </allowed-methods>",
      "  <allowed-headers>",
      "    <header>x-zumo-installation-id</header>",
      "    <header>content-type</header>",
      "    <header>accept</header>",
      "  </allowed-headers>",
      "  <expose-headers>",
      "    <header>x-zumo-installation-id</header>",
      "    <header>x-zumo-application</header>",
      "  </expose-headers>",
      "</cors>",
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/check-header-policy",
    built: inbound(
      checkHeader({
        name: "Authorization",
        failedCheckHttpcode: 401,
        failedCheckErrorMessage: "Not authorized",
        ignoreCase: false,
        values: ["f6dc69a089844cf6b2019bae6d36fac8"],
      }),
    ),
    xml: document(
      '<check-header name="Authorization" failed-check-httpcode="401" failed-check-error-message="Not authorized" ignore-case="false">',
      "  <value>f6dc69a089844cf6b2019bae6d36fac8</value>",
      "</check-header>",
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/ip-filter-policy",
    built: inbound(
      ipFilter({
        action: "allow",
        addresses: ["13.66.201.169"],
        addressRanges: [{ from: "13.66.140.128", to: "13.66.140.143" }],
      }),
    ),
    xml: document(
      '<ip-filter action="allow">',
      "  <address>13.66.201.169</address>",
      '  <address-range from="13.66.140.128" to="13.66.140.143" />',
      "</ip-filter>",
    ),
  },
  {
    // "Forward context information to the backend service" and "Remove header"
    page: "https://learn.microsoft.com/azure/api-management/set-header-policy",
    built: inbound(
      setHeader({
        name: "x-request-context-data",
        existsAction: "override",
        values: [expression("context.User.Id"), expression("context.Deployment.Region")],
      }),
      setHeader({ name: "some header name", existsAction: "delete" }),
    ),
    xml: document(
      '<set-header name="x-request-context-data" exists-action="override">',
      "  <value>@(context.User.Id)</value>",
      "  <value>@(context.Deployment.Region)</value>",
      "</set-header>",
      '<set-header name="some header name" exists-action="delete" />',
    ),
  },
  {
    // "Modify request and response based on user agent", inbound section; <base/> stands second
    page: "https://learn.microsoft.com/azure/api-management/choose-policy",
    built: inbound(
      base(),
      setVariable({
        name: "isMobile",
        value: expression(
          'context.Request.Headers.GetValueOrDefault("User-Agent","").Contains("iPad") || context.Request.Headers.GetValueOrDefault("User-Agent","").Contains("iPhone")',
        ),
      }),
      choose(
        [
          {
            when: expression('context.Variables.GetValueOrDefault<bool>("isMobile")'),
            then: [setQueryParameter({ name: "mobile", existsAction: "override", values: ["true"] })],
          },
        ],
        [setQueryParameter({ name: "mobile", existsAction: "override", values: ["false"] })],
      ),
    ),
    xml: document(
      '<set-variable name="isMobile" value="@(context.Request.Headers.GetValueOrDefault(&quot;User-Agent&quot;,&quot;&quot;).Contains(&quot;iPad&quot;) || context.Request.Headers.GetValueOrDefault(&quot;User-Agent&quot;,&quot;&quot;).Contains(&quot;iPhone&quot;))" />',
      "<choose>",
      '  <when condition="@(context.Variables.GetValueOrDefault&lt;bool&gt;(&quot;isMobile&quot;))">',
      '    <set-query-parameter name="mobile" exists-action="override">',
      "      <value>true</value>",
      "    </set-query-parameter>",
      "  </when>",
      "  <otherwise>",
      '    <set-query-parameter name="mobile" exists-action="override">',
      "      <value>false</value>",
      "    </set-query-parameter>",
      "  </otherwise>",
      "</choose>",
    ),
  },
  {
    // "Use managed identity and set header manually"
    page: "https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy",
    built: inbound(
      authenticationManagedIdentity({
        resource: "AD_application_id",
        outputTokenVariableName: "msi-access-token",
        ignoreError: false,
      }),
      setHeader({
        name: "Authorization",
        existsAction: "override",
        values: [expression('"Bearer " + (string)context.Variables["msi-access-token"]')],
      }),
    ),
    xml: document(
      '<authentication-managed-identity resource="AD_application_id" output-token-variable-name="msi-access-token" ignore-error="false" />',
      '<set-header name="Authorization" exists-action="override">',
      '  <value>@("Bearer " + (string)context.Variables["msi-access-token"])</value>',
      "</set-header>",
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/authentication-certificate-policy",
    built: inbound(authenticationCertificate({ certificateId: "544fe9ddf3b8f30fb490d90f" })),
    xml: document('<authentication-certificate certificate-id="544fe9ddf3b8f30fb490d90f" />'),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/rewrite-uri-policy",
    built: inbound(
      rewriteUri({ template: "/v2/US/hardware/{storenumber}&{ordernumber}?City=city&State=state" }),
      rewriteUri({ template: "/put", copyUnmatchedParams: false }),
    ),
    xml: document(
      '<rewrite-uri template="/v2/US/hardware/{storenumber}&amp;{ordernumber}?City=city&amp;State=state" />',
      '<rewrite-uri template="/put" copy-unmatched-params="false" />',
    ),
  },
  {
    // "Route request based on value in query string"
    page: "https://learn.microsoft.com/azure/api-management/set-backend-service-policy",
    built: inbound(
      base(),
      choose([
        {
          when: expression('context.Request.Url.Query.GetValueOrDefault("version") == "2013-05"'),
          then: [setBackendService({ baseUrl: "http://contoso.com/api/8.2/" })],
        },
        {
          when: expression('context.Request.Url.Query.GetValueOrDefault("version") == "2014-03"'),
          then: [setBackendService({ baseUrl: "http://contoso.com/api/9.1/" })],
        },
      ]),
    ),
    xml: document(
      "<choose>",
      '  <when condition="@(context.Request.Url.Query.GetValueOrDefault(&quot;version&quot;) == &quot;2013-05&quot;)">',
      '    <set-backend-service base-url="http://contoso.com/api/8.2/" />',
      "  </when>",
      '  <when condition="@(context.Request.Url.Query.GetValueOrDefault(&quot;version&quot;) == &quot;2014-03&quot;)">',
      '    <set-backend-service base-url="http://contoso.com/api/9.1/" />',
      "  </when>",
      "</choose>",
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/return-response-policy",
    built: inbound(
      returnResponse({
        status: { code: 401, reason: "Unauthorized" },
        headers: [
          { name: "WWW-Authenticate", existsAction: "override", values: ['Bearer error="invalid_token"'] },
        ],
      }),
    ),
    xml: document(
      "<return-response>",
      '  <set-status code="401" reason="Unauthorized" />',
      '  <set-header name="WWW-Authenticate" exists-action="override">',
      '    <value>Bearer error="invalid_token"</value>',
      "  </set-header>",
      "</return-response>",
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/trace-policy",
    built: inbound(
      trace({
        source: "PetStore API",
        severity: "verbose",
        message: expression('(string)context.Variables["clientConnectionID"]'),
        metadata: [{ name: "Operation Name", value: "New-Order" }],
      }),
    ),
    xml: document(
      '<trace source="PetStore API" severity="verbose">',
      '  <message>@((string)context.Variables["clientConnectionID"])</message>',
      '  <metadata name="Operation Name" value="New-Order" />',
      "</trace>",
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/set-body-policy",
    built: inbound(setMethod("POST"), setBody("Hello world!"), setBody(block(" return inBody.ToString(); "))),
    xml: document(
      "<set-method>POST</set-method>",
      "<set-body>Hello world!</set-body>",
      "<set-body>@{ return inBody.ToString(); }</set-body>",
    ),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/mock-response-policy",
    built: inbound(mockResponse(), mockResponse({ statusCode: 200, contentType: "application/json" })),
    xml: document("<mock-response />", '<mock-response status-code="200" content-type="application/json" />'),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/find-and-replace-policy",
    built: inbound(findAndReplace({ from: "notebook", to: "laptop" })),
    xml: document('<find-and-replace from="notebook" to="laptop" />'),
  },
  {
    page: "https://learn.microsoft.com/azure/api-management/include-fragment-policy",
    built: inbound(base(), includeFragment({ fragmentId: "myFragment" })),
    xml: document('<include-fragment fragment-id="myFragment" />'),
  },
];

describeExamples(EXAMPLES);

test("a document of all sections: caching by response headers", () => {
  // https://learn.microsoft.com/azure/api-management/cache-lookup-policy, "Example with corresponding cache-store policy"
  const built = policyDocument({
    scope: "operation",
    inbound: [
      cacheLookup({
        varyByDeveloper: false,
        varyByDeveloperGroups: false,
        cachingType: "internal",
        downstreamCachingType: "none",
        mustRevalidate: true,
        varyByQueryParameters: ["version"],
      }),
    ],
    outbound: [cacheStore({ duration: 60 }), base()],
  });
  expect(renderPolicy(built)).toBe(
    [
      "<policies>",
      "  <inbound>",
      "    <base />",
      '    <cache-lookup vary-by-developer="false" vary-by-developer-groups="false" caching-type="internal" downstream-caching-type="none" must-revalidate="true">',
      "      <vary-by-query-parameter>version</vary-by-query-parameter>",
      "    </cache-lookup>",
      "  </inbound>",
      "  <backend>",
      "    <base />",
      "  </backend>",
      "  <outbound>",
      '    <cache-store duration="60" />',
      "    <base />",
      "  </outbound>",
      "  <on-error>",
      "    <base />",
      "  </on-error>",
      "</policies>",
    ].join("\r\n"),
  );
});

test("a section that does without <base/> says why, in the XML too", () => {
  // https://learn.microsoft.com/azure/api-management/retry-policy, "Request forwarding with exponential retry", and
  // https://learn.microsoft.com/azure/api-management/limit-concurrency-policy
  const built = policyDocument({
    scope: "api",
    backend: withoutBase("the request is sent here", [
      limitConcurrency({ key: expression('(string)context.Variables["connectionId"]'), maxCount: 3 }, [
        retry(
          {
            condition: expression("context.Response.StatusCode == 500"),
            count: 10,
            interval: 10,
            maxInterval: 100,
            delta: 10,
            firstFastRetry: false,
          },
          [forwardRequest({ bufferRequestBody: true })],
        ),
      ]),
    ]),
  });
  const xml = renderPolicy(built);
  expect(xml).toBe(
    [
      "<policies>",
      "  <inbound>",
      "    <base />",
      "  </inbound>",
      "  <backend>",
      "    <!-- without base: the request is sent here -->",
      '    <limit-concurrency key="@((string)context.Variables[&quot;connectionId&quot;])" max-count="3">',
      '      <retry condition="@(context.Response.StatusCode == 500)" count="10" interval="10" max-interval="100" delta="10" first-fast-retry="false">',
      '        <forward-request buffer-request-body="true" />',
      "      </retry>",
      "    </limit-concurrency>",
      "  </backend>",
      "  <outbound>",
      "    <base />",
      "  </outbound>",
      "  <on-error>",
      "    <base />",
      "  </on-error>",
      "</policies>",
    ].join("\r\n"),
  );
  expect(readPolicy(xml, "api")).toEqual(built);
  expect(checkPolicy(xml, { scope: "api" })).toEqual([]);
});

test("the global policy has no <base/>", () => {
  // https://learn.microsoft.com/azure/api-management/api-management-howto-policies: at the global scope it has no effect
  const built = policyDocument({ scope: "global", backend: [forwardRequest({ timeout: 60 })] });
  expect(renderPolicy(built)).toBe(
    [
      "<policies>",
      "  <inbound />",
      "  <backend>",
      '    <forward-request timeout="60" />',
      "  </backend>",
      "  <outbound />",
      "  <on-error />",
      "</policies>",
    ].join("\r\n"),
  );
  expect(checkPolicy(built, { scope: "global" })).toEqual([]);
});

test("a document that is extended keeps its one <base/>", () => {
  const own = policyDocument({ scope: "operation", inbound: [setMethod("GET")] });
  const extended = policyDocument({
    ...own,
    inbound: [...own.inbound, setStatus({ code: 200, reason: "OK" })],
  });
  expect(extended.inbound.map(({ element }) => element)).toEqual(["base", "set-method", "set-status"]);
});

test("withoutBase refuses a reason that an XML comment cannot hold", () => {
  expect(() => withoutBase("", [])).toThrow(RangeError);
  expect(() => withoutBase("a -- b", [])).toThrow("two hyphens");
});

describe("canonicalPolicy", () => {
  // https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies, shortened
  const asWritten = `<policies>
    <inbound>
        <base />
    </inbound>
    <on-error>
        <!-- statements to be applied if there is an error -->
        <set-header name="ErrorSource" exists-action="override">
            <value>@(context.LastError.Source)</value>
        </set-header>
        <base />
    </on-error>
</policies>`;
  const canonical = [
    "<policies>",
    "  <inbound>",
    "    <base />",
    "  </inbound>",
    "  <on-error>",
    '    <set-header name="ErrorSource" exists-action="override">',
    "      <value>@(context.LastError.Source)</value>",
    "    </set-header>",
    "    <base />",
    "  </on-error>",
    "</policies>",
  ].join("\r\n");

  test.each([
    ["as Microsoft writes it", asWritten],
    ["with CRLF", asWritten.replaceAll("\n", "\r\n")],
    ["with tabs", asWritten.replaceAll("    ", "\t")],
    ["with single quotes", asWritten.replaceAll('"', "'")],
    ["with attributes in another order", asWritten.replace(/(name="\w+") (exists-action="\w+")/, "$2 $1")],
    ["with CDATA", asWritten.replace(/@\(.*?\)/, "<![CDATA[$&]]>")],
    ["with character references", asWritten.replace("LastError", "&#76;astError")],
    [
      "with a byte order mark and a declaration",
      `\uFEFF<?xml version="1.0" encoding="utf-8"?>\n${asWritten}`,
    ],
    ["with an expression on lines of its own", asWritten.replace(/@\(.*?\)/, "\r\n\t$&\r\n\t")],
  ])("is the same for a document %s", (_, xml) => {
    expect(canonicalPolicy(xml)).toBe(canonical);
    expect(canonicalPolicy(canonical)).toBe(canonical);
  });

  test("has the attributes in the order of their documentation, which a document keeps as it was read", () => {
    const byHand = asWritten.replace(/(name="\w+") (exists-action="\w+")/, "$2 $1");
    const rendered = renderPolicy(readPolicy(byHand, "api"));
    expect(rendered).toBe(canonical.replace(/(name="\w+") (exists-action="\w+")/, "$2 $1"));
    expect(rendered).not.toBe(canonicalPolicy(rendered));
  });

  test("keeps the line breaks of a block in an attribute, as a C# comment would swallow the rest", () => {
    const xml = `<policies><inbound><base /><set-variable name="a" value="@{\r\n\t// one\r\n\treturn 1;\r\n}" /></inbound></policies>`;
    expect(canonicalPolicy(xml)).toContain('value="@{&#xA;&#x9;// one&#xA;&#x9;return 1;&#xA;}"');
  });

  test("takes the word for a missing <base/> in a section only, and drops every other comment", () => {
    const mark = "<!-- without base: on purpose -->";
    const xml = `<policies>${mark}<inbound>${mark}<!-- a --><choose>${mark}<when condition="true" /></choose></inbound></policies>`;
    expect(canonicalPolicy(xml)).toBe(
      [
        "<policies>",
        "  <inbound>",
        `    ${mark}`,
        "    <choose>",
        '      <when condition="true" />',
        "    </choose>",
        "  </inbound>",
        "</policies>",
      ].join("\r\n"),
    );
  });

  test("keeps foreign markup in a body as it is", () => {
    // https://learn.microsoft.com/azure/api-management/set-body-policy, "Convert JSON to SOAP using a Liquid template"
    const body = `<set-body template="liquid">
    <soap:Envelope xmlns="http://tempuri.org/" xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">
        <soap:Body>
            <GetOpenOrders>
                <cust>{{body.getOpenOrders.cust}}</cust>
            </GetOpenOrders>
        </soap:Body>
    </soap:Envelope>
</set-body>`;
    const xml = canonicalPolicy(`<policies><inbound><base />${body}</inbound></policies>`);
    const lines = ["<policies>", "  <inbound>", "    <base />", `    ${body}`, "  </inbound>", "</policies>"];
    expect(xml).toBe(lines.join("\n").replaceAll("\n", "\r\n"));
    expect(canonicalPolicy(xml)).toBe(xml);
    const context = { scope: "api", known: { namedValue: new Set<string>() } } as const;
    expect(checkPolicy(xml, context).filter(({ code }) => code === "unknown-named-value")).toEqual([]);
  });
});

describe("rawPolicy", () => {
  // https://learn.microsoft.com/azure/api-management/xml-to-json-policy
  const xml = '<xml-to-json kind="direct" apply="always" consider-accept-header="false" />';

  test("stands in a document like any other policy", () => {
    const built = policyDocument({ scope: "api", outbound: [rawPolicy(xml)] });
    expect(renderPolicy(built)).toContain(
      '    <base />\r\n    <xml-to-json kind="direct" apply="always" consider-accept-header="false" />\r\n',
    );
    expect(readPolicy(renderPolicy(built), "api")).toEqual(built);
    expect(checkPolicy(built, { scope: "api" })).toEqual([]);
  });

  test("refuses what is not one element", () => {
    expect(() => rawPolicy("<a /><b />")).toThrow(/line 1/);
  });
});
