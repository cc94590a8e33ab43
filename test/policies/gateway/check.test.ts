import {
  base,
  checkFragment,
  checkPolicy,
  expression,
  forwardRequest,
  gatewayKindOf,
  MAX_CONSUMPTION_POLICY_BYTES,
  MAX_POLICY_BYTES,
  policyDocument,
  rateLimitByKey,
  readPolicy,
  renderPolicy,
  setBody,
  setHeader,
  setVariable,
  type PolicyContext,
  type PolicyIssue,
  type PolicyIssueCode,
} from "../../../policies/gateway";

const API: PolicyContext = { scope: "api" };

/** XML with the given lines in its inbound section, from line 4 on. */
function inbound(...lines: string[]): string {
  const rest = ["backend", "outbound", "on-error"].map((section) => `<${section}><base/></${section}>`);
  return ["<policies>", "<inbound>", "<base/>", ...lines, "</inbound>", ...rest, "</policies>"].join("\n");
}

interface Case {
  readonly policy: string;
  readonly context?: PolicyContext;
  readonly path: string;
  readonly received?: string;
  readonly rule: string;
  readonly fix: string;
  readonly refusedByAzure: boolean;
}

const AZURE = { refusedByAzure: true } as const;
const HOUSE = { refusedByAzure: false } as const;

/** One document for every code, and what is said about it. The type leaves none out. */
const CASES: Record<PolicyIssueCode, Case> = {
  "malformed-xml": {
    ...AZURE,
    policy: inbound('<set-variable name="a" value="@(1 < 2)"/>'),
    path: "line 4, column 1",
    rule: "a policy is well-formed XML: Unescaped '<' not allowed in attributes values",
    fix: 'write < as &lt;, & as &amp; and, inside of an attribute, " as &quot;',
  },
  "wrong-root": {
    ...AZURE,
    policy: "<inbound><base/></inbound>",
    path: "inbound (line 1)",
    rule: "a policy document is a <policies> element",
    fix: "put the sections inside of <policies>",
  },
  "unknown-section": {
    ...AZURE,
    policy: inbound().replace("</policies>", "<onerror/></policies>"),
    path: "onerror (line 8)",
    rule: "the sections are inbound, backend, outbound, on-error",
    fix: "write on-error",
  },
  "duplicate-section": {
    ...AZURE,
    policy: inbound().replace("</policies>", "<on-error><base/></on-error></policies>"),
    path: "on-error (line 8)",
    rule: "each section stands once",
    fix: "join the two into one",
  },
  "section-order": {
    ...HOUSE,
    policy: inbound().replace(/(<backend>.*)\n(<outbound>.*)/, "$2\n$1"),
    path: "backend (line 6)",
    rule: "the sections stand in the order inbound, backend, outbound, on-error",
    fix: "move backend before outbound",
  },
  "missing-base": {
    ...HOUSE,
    policy: inbound().replace("<outbound><base/></outbound>", "<outbound/>"),
    path: "outbound (line 6)",
    rule: "a section below the global scope holds <base/>, so that the policies of the broader scopes apply",
    fix: "put <base/> into the section, or say why not: withoutBase(reason, statements)",
  },
  "base-at-global-scope": {
    ...HOUSE,
    policy: "<policies><inbound><base/></inbound><backend><forward-request/></backend></policies>",
    context: { scope: "global" },
    path: "inbound[0].base (line 1)",
    rule: "nothing is broader than the global scope, so that <base/> does nothing",
    fix: "leave it out",
  },
  "not-in-fragment": {
    ...AZURE,
    policy: "<fragment>\n<set-method>GET</set-method>\n<base/>\n</fragment>",
    path: "fragment[1].base (line 3)",
    rule: "a fragment holds neither sections nor <base/> nor fragments",
    fix: "put it into the documents that include the fragment; see https://learn.microsoft.com/azure/api-management/policy-fragments",
  },
  "no-common-section": {
    ...HOUSE,
    policy: '<fragment>\n<forward-request/>\n<cache-store duration="1"/>\n</fragment>',
    path: "fragment (line 1)",
    rule: "a fragment is included in one section, which admits all of its policies",
    fix: "divide it by the sections of its policies",
  },
  "no-forwarding": {
    ...HOUSE,
    policy: "<policies><inbound/><backend/></policies>",
    context: { scope: "global" },
    path: "backend",
    rule: "the global policy forwards requests, or no API reaches its service",
    fix: "put <forward-request /> into the backend section",
  },
  "unknown-element": {
    ...AZURE,
    policy: inbound("<set-heder/>"),
    path: "inbound[1].set-heder (line 4)",
    rule: "a policy is one of those that policies/gateway/elements holds",
    fix: "write set-header; add a row where Azure has a new one",
  },
  "wrong-section": {
    ...AZURE,
    policy: inbound('<cache-store duration="1"/>'),
    path: "inbound[1].cache-store (line 4)",
    received: "inbound",
    rule: "cache-store may stand in outbound only",
    fix: "move it there; see https://learn.microsoft.com/azure/api-management/cache-store-policy",
  },
  "wrong-scope": {
    ...AZURE,
    policy:
      '<policies><inbound><rate-limit calls="1" renewal-period="1"/></inbound><backend><forward-request/></backend></policies>',
    context: { scope: "global" },
    path: "inbound[0].rate-limit (line 1)",
    received: "global",
    rule: "rate-limit is for the scopes product, api, operation",
    fix: "move it to one; see https://learn.microsoft.com/azure/api-management/rate-limit-policy",
  },
  "wrong-gateway": {
    ...AZURE,
    policy: inbound('<rate-limit-by-key calls="1" renewal-period="1" counter-key="a"/>'),
    context: { scope: "api", gateway: "consumption" },
    path: "inbound[1].rate-limit-by-key (line 4)",
    received: "consumption",
    rule: "rate-limit-by-key is known to gateways of the kind classic, v2, self-hosted",
    fix: "see https://learn.microsoft.com/azure/api-management/rate-limit-by-key-policy",
  },
  "unknown-attribute": {
    ...AZURE,
    policy: inbound('<rewrite-uri id="known-everywhere" template="/a" copy-unmatched-param="true"/>'),
    path: "inbound[1].rewrite-uri.@copy-unmatched-param (line 4)",
    rule: "rewrite-uri has the attributes template, copy-unmatched-params",
    fix: "write copy-unmatched-params",
  },
  "missing-attribute": {
    ...AZURE,
    policy: inbound("<rewrite-uri/>"),
    path: "inbound[1].rewrite-uri.@template (line 4)",
    rule: "rewrite-uri needs the attribute template",
    fix: "add template",
  },
  "invalid-value": {
    ...AZURE,
    policy: inbound("", '<rate-limit calls="1"', '  renewal-period="301"/>'),
    path: "inbound[1].rate-limit.@renewal-period (line 5)",
    received: '"301"',
    rule: "the value is at most 300",
    fix: "write such a value",
  },
  "expression-not-allowed": {
    ...AZURE,
    policy: inbound('<rate-limit calls="@(1 + 1)" renewal-period="1"/>'),
    path: "inbound[1].rate-limit.@calls (line 4)",
    rule: "policy expressions are not allowed here",
    fix: "write a literal or a named value",
  },
  "incomplete-expression": {
    ...AZURE,
    policy: inbound("<set-method>@(context.Request.Method</set-method>"),
    path: "inbound[1].set-method (line 4)",
    rule: "an expression that begins with @( ends with )",
    fix: "make the whole value one expression",
  },
  choice: {
    ...AZURE,
    policy: inbound('<set-backend-service backend-id="a" base-url="https://b"/>'),
    path: "inbound[1].set-backend-service (line 4)",
    received: "backend-id, base-url",
    rule: "set-backend-service takes only one of backend-id, base-url",
    fix: "keep one of them",
  },
  "unknown-child": {
    ...AZURE,
    policy: inbound('<set-header name="a">', "<valu>b</valu>", "</set-header>"),
    path: "inbound[1].set-header.valu (line 5)",
    rule: "set-header holds value",
    fix: "write value",
  },
  "missing-child": {
    ...AZURE,
    policy: inbound("<choose><otherwise/></choose>"),
    path: "inbound[1].choose (line 4)",
    rule: "choose needs when",
    fix: "add <when>",
  },
  "missing-text": {
    ...AZURE,
    policy: inbound("<set-method> </set-method>"),
    path: "inbound[1].set-method (line 4)",
    rule: "set-method holds a text",
    fix: "write one",
  },
  "client-certificates-ignored": {
    ...HOUSE,
    policy: inbound("<validate-client-certificate/>"),
    context: { ...API, clientCertificates: "ignore" },
    path: "inbound[1].validate-client-certificate (line 4)",
    rule: "the gateway asks clients for a certificate, or the policy refuses every one of them (https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates-for-clients)",
    fix: 'let a host name of the gateway ask for it, clientCertificates: "negotiate", which the settings call domain.clientCertificates; or leave the policy out',
  },
  "child-order": {
    ...HOUSE,
    policy: inbound(
      '<validate-azure-ad-token tenant-id="t">',
      "<audiences><audience>a</audience></audiences>",
      "<client-application-ids><application-id>b</application-id></client-application-ids>",
      "</validate-azure-ad-token>",
    ),
    path: "inbound[1].validate-azure-ad-token.client-application-ids (line 6)",
    rule: "the order inside of validate-azure-ad-token is client-application-ids, backend-application-ids, audiences, required-claims, decryption-keys",
    fix: "move client-application-ids before audiences",
  },
  "not-repeatable": {
    ...AZURE,
    policy: inbound(
      ...Array<string>(2).fill('<cache-lookup vary-by-developer="false" vary-by-developer-groups="false"/>'),
    ),
    path: "inbound[2].cache-lookup (line 5)",
    rule: "cache-lookup stands at most once in a section",
    fix: "keep one of them; see https://learn.microsoft.com/azure/api-management/cache-lookup-policy",
  },
  "read-before-set": {
    ...HOUSE,
    policy: inbound(
      '<set-header name="X-Caller"><value>@(((Jwt)context.Variables["token"]).Subject)</value></set-header>',
      '<validate-azure-ad-token tenant-id="t" output-token-variable-name="token">',
      "<audiences><audience>a</audience></audiences>",
      "</validate-azure-ad-token>",
      '<set-header name="X-Caller"><value>@(((Jwt)context.Variables["token"]).Subject)</value></set-header>',
    ),
    path: "inbound[1].set-header (line 4)",
    received: '"token"',
    rule: "a token is read behind the policy that validates it",
    fix: "move it behind that policy",
  },
  "secret-in-clear": {
    ...HOUSE,
    policy: inbound('<authentication-basic username="a" password="b"/>'),
    path: "inbound[1].authentication-basic.@password (line 4)",
    rule: "a secret stands in a named value: a policy is read by everybody who may read the gateway (https://learn.microsoft.com/azure/api-management/api-management-howto-properties)",
    fix: "put it into a secret named value and refer to it by namedValue(name)",
  },
  "too-many": {
    ...AZURE,
    policy: inbound(
      '<emit-metric name="a">',
      ...Array.from({ length: 11 }, (_, index) => `<dimension name="d${index}" value="b"/>`),
      "</emit-metric>",
    ),
    path: "inbound[1].emit-metric (line 4)",
    received: "11",
    rule: "emit-metric holds dimension at most 10 times",
    fix: "keep 10 of them",
  },
  "unexpected-text": {
    ...AZURE,
    policy: inbound("todo"),
    path: "inbound (line 2)",
    received: '"todo"',
    rule: "inbound holds elements only",
    fix: "remove the text, or write it as a comment",
  },
  "unknown-reference": {
    ...AZURE,
    policy: inbound('<set-backend-service backend-id="order"/>'),
    context: { scope: "api", known: { backend: new Set(["orders"]) } },
    path: "inbound[1].set-backend-service.@backend-id (line 4)",
    received: '"order"',
    rule: "the id names a backend of the gateway",
    fix: "write orders",
  },
  "unknown-named-value": {
    ...AZURE,
    policy: inbound(
      '<send-request mode="copy" response-variable-name="a"><set-url>https://{{hst}}/{{path}}</set-url></send-request>',
    ),
    context: { scope: "api", known: { namedValue: new Set(["path", "host"]) } },
    path: "inbound[1].send-request.set-url (line 4)",
    received: "{{hst}}",
    rule: "{{...}} names a named value of the gateway",
    fix: "write {{host}}",
  },
  "arm-id": {
    ...HOUSE,
    policy: inbound(
      '<set-variable name="a" value="/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"/>',
    ),
    path: "inbound[1].set-variable.@value (line 4)",
    received: '"/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg"',
    rule: "a policy holds no ARM id: with one in it azure-native misses later edits (pulumi/pulumi-azure-native issue 3620)",
    fix: "put the id into a named value and refer to it by namedValue(name)",
  },
  "invalid-character": {
    ...AZURE,
    policy: inbound("<set-method>&#1;</set-method>"),
    path: "inbound[1].set-method (line 4)",
    rule: "the text has only characters that XML can hold",
    fix: "remove the control character or half of a surrogate pair",
  },
  "document-size": {
    ...AZURE,
    policy: inbound(`<set-body>${"é".repeat(MAX_POLICY_BYTES / 2)}</set-body>`),
    path: "policies",
    received: `${MAX_POLICY_BYTES + inbound("<set-body></set-body>").length} bytes`,
    rule: "a policy document has at most 262144 bytes",
    fix: "move parts of it into policy fragments, or data into named values",
  },
};

test.each(Object.entries(CASES))("%s", (code, { policy, context = API, ...issue }) => {
  const issues = policy.startsWith("<fragment>") ? checkFragment(policy) : checkPolicy(policy, context);
  expect(issues).toEqual([{ received: undefined, ...issue, code }]);
});

function codes(issues: readonly PolicyIssue[]): [string, PolicyIssueCode][] {
  return issues.map(({ path, code }) => [path, code]);
}

test("a document without positions has the same paths without lines, and all issues come at once", () => {
  const document = policyDocument({
    scope: "api",
    inbound: [
      rateLimitByKey({ calls: 0, renewalPeriod: 301, counterKey: "{{key}}" }),
      setHeader({ name: "a", existsAction: "override", values: ["b", "{{no}}"] }),
    ],
    backend: [forwardRequest({ timeout: 1, timeoutMs: 1 })],
  });
  const context: PolicyContext = { scope: "api", known: { namedValue: new Set(["key"]) } };
  expect(codes(checkPolicy(document, context))).toEqual([
    ["inbound[1].rate-limit-by-key.@calls", "invalid-value"],
    ["inbound[1].rate-limit-by-key.@renewal-period", "invalid-value"],
    ["inbound[2].set-header.value[1]", "unknown-named-value"],
    ["backend[1].forward-request", "choice"],
  ]);
  const fromXml = checkPolicy(renderPolicy(document), context);
  expect(fromXml.map(({ path }) => path.replace(/ \(line \d+\)$/, ""))).toEqual(
    checkPolicy(document, context).map(({ path }) => path),
  );
});

test.each<[string, string, PolicyIssueCode[]]>([
  ["a quota for ever", '<quota-by-key calls="1" renewal-period="0" counter-key="a"/>', []],
  ["a quota too short", '<quota-by-key calls="1" renewal-period="299" counter-key="a"/>', ["invalid-value"]],
  ["a quota of nothing", '<quota-by-key renewal-period="300" counter-key="a"/>', ["choice"]],
  ["a number with a fraction", '<set-status code="200.5" reason="a"/>', ["invalid-value"]],
  ["no truth value", '<rewrite-uri template="/" copy-unmatched-params="yes"/>', ["invalid-value"]],
  ["a named value as a number", '<set-status code="{{status}}" reason="a"/>', []],
  ["a block as a truth value", '<retry condition="@{ return true; }" count="1" interval="1"/>', []],
  ["a text of C# alone", "<set-method>\n  @(context.Variables)\n</set-method>", []],
  [
    "a wrong policy in a response",
    "<return-response><rewrite-uri template='/'/></return-response>",
    ["unknown-child"],
  ],
  ["an element in a text", "<set-method><b/></set-method>", ["unknown-child"]],
  ["a token from nowhere", "<validate-jwt/>", ["choice"]],
  [
    "an empty list",
    '<validate-azure-ad-token tenant-id="t"><audiences/></validate-azure-ad-token>',
    ["missing-child"],
  ],
  [
    "a claim without values",
    '<validate-azure-ad-token tenant-id="t"><required-claims><claim name="a"/></required-claims></validate-azure-ad-token>',
    [],
  ],
  [
    "two branches for the rest",
    '<choose><when condition="true"/><otherwise/><otherwise/></choose>',
    ["not-repeatable"],
  ],
  [
    "a limit in each branch",
    '<choose><when condition="true"><rate-limit calls="1" renewal-period="1"/></when><otherwise><rate-limit calls="1" renewal-period="1"/></otherwise></choose>',
    ["not-repeatable"],
  ],
  [
    "a copied request that says nothing of its own",
    '<send-request mode="copy" response-variable-name="a"/>',
    [],
  ],
  [
    "a new request without address and method",
    '<send-request response-variable-name="a"/>',
    ["missing-child", "missing-child"],
  ],
  [
    "a request of which only the gateway knows whether it is new",
    '<send-request mode="@(context.Request.Method)" response-variable-name="a"/>',
    [],
  ],
  [
    "a request with two ways to authenticate",
    '<send-one-way-request mode="copy"><authentication-certificate certificate-id="a"/><authentication-managed-identity resource="b"/></send-one-way-request>',
    ["choice"],
  ],
  [
    "a metric whose dimension has no value",
    '<emit-metric name="a"><dimension name="API ID"/><dimension name="Client"/></emit-metric>',
    ["missing-attribute"],
  ],
  [
    "a metric that is no number",
    '<emit-metric name="a" value="much"><dimension name="API ID"/></emit-metric>',
    ["invalid-value"],
  ],
  [
    "a metric with a fraction",
    '<emit-metric name="a" value="0.5"><dimension name="API ID"/></emit-metric>',
    [],
  ],
  ["a password in a named value", '<authentication-basic username="a" password="{{password}}"/>', []],
  ["a wait for what cannot be waited for", "<wait><set-method>GET</set-method></wait>", ["unknown-child"]],
  [
    "an issuer that is given twice",
    '<validate-client-certificate><identities><identity issuer-subject="a" issuer-certificate-id="b"/></identities></validate-client-certificate>',
    ["choice"],
  ],
])("in an inbound section: %s", (_, xml, expected) => {
  expect(checkPolicy(inbound(xml), API).map(({ code }) => code)).toEqual(expected);
});

test.each<[string, string, string]>([
  ["a bare ampersand in a text", inbound("<set-body>a", "&& b</set-body>"), "line 5, column 1"],
  ["a bare ampersand in an attribute", inbound('<rewrite-uri template="/?a&b"/>'), "line 4, column 27"],
  ["an end of CDATA in a text", inbound("<set-body>]]></set-body>"), "line 4, column 11"],
  ["an element that is not closed", inbound("<choose>"), "line 4, column 9"],
  ["an entity that XML does not know", inbound("<set-body>&nbsp;</set-body>"), "line 4, column 1"],
  ["an attribute twice", inbound('<rewrite-uri template="/" template="/"/>'), "line 4, column 1"],
  ["an attribute without quotes", inbound("<rewrite-uri template=/ />"), "line 4, column 1"],
  ["two roots", "<policies/><policies/>", "line 1, column 12"],
  ["a document type", '<!DOCTYPE policies [<!ENTITY a "b">]><policies/>', "line 1, column 1"],
  ["nothing", "", "line 1, column 1"],
  ["C# that was not escaped", inbound('<set-variable name="a" value="@("b")"/>'), "line 4, column 1"],
])("malformed XML has a line and a column: %s", (_, xml, place) => {
  expect(codes(checkPolicy(xml, API))).toEqual([[place, "malformed-xml"]]);
  expect(() => readPolicy(xml, "api")).toThrow(place);
});

test("readPolicy refuses what has no place in the typed tree, all at once, and nothing else", () => {
  expect(() => readPolicy(inbound("<set-heder/>", '<cache-store duration="1"/>', "todo"), "api")).toThrow(
    /3 problems[^]*set-heder[^]*cache-store[^]*"todo"/,
  );
  expect(readPolicy(inbound('<rate-limit calls="0"/>'), "api").inbound).toEqual([
    { element: "base", attributes: {}, content: [] },
    { element: "rate-limit", attributes: { calls: "0" }, content: [] },
  ]);
});

test("a named value inside of C# counts; a Liquid tag does not", () => {
  const document = policyDocument({
    scope: "api",
    inbound: [
      setVariable({ name: "a", value: expression('"{{one}}"') }),
      setBody("{{two}}"),
      setBody("{{body.three}}", { template: "liquid" }),
    ],
  });
  const issues = checkPolicy(document, { scope: "api", known: { namedValue: new Set() } });
  expect(issues.map(({ received }) => received)).toEqual(["{{one}}", "{{two}}"]);
});

test("the Consumption tier takes smaller documents", () => {
  const policy = inbound(`<set-body>${"x".repeat(MAX_CONSUMPTION_POLICY_BYTES)}</set-body>`);
  expect(checkPolicy(policy, { scope: "api", gateway: "classic" })).toEqual([]);
  expect(checkPolicy(policy, { scope: "api", gateway: "consumption" })).toEqual([
    expect.objectContaining({
      code: "document-size",
      rule: "a policy document has at most 16384 bytes",
      refusedByAzure: true,
    }),
  ]);
});

test.each([
  ["Consumption", "consumption"],
  ["Developer", "classic"],
  ["Premium", "classic"],
  ["BasicV2", "v2"],
  ["PremiumV2", "v2"],
])("the gateway of %s is %s", (tier, kind) => {
  expect(gatewayKindOf(tier)).toBe(kind);
});

test("a document is measured as XML, once it can be written", () => {
  const size = (text: string) =>
    checkPolicy(policyDocument({ scope: "api", inbound: [setBody(text)] }), API).map(({ code }) => code);
  expect(size("<".repeat(MAX_POLICY_BYTES / 4))).toEqual(["document-size"]);
  expect(size("x".repeat(MAX_POLICY_BYTES / 4))).toEqual([]);
  const unwritable = { element: "set-heder", attributes: { name: "\u0000" }, content: [] };
  expect(codes(checkPolicy({ scope: "api", inbound: [base(), unwritable] }, { scope: "global" }))).toEqual([
    ["inbound[0].base", "base-at-global-scope"],
    ["inbound[1].set-heder", "unknown-element"],
    ["backend", "no-forwarding"],
  ]);
});
