import { DEFAULT_IDS } from "../../rehearsal/azure";
import { decide } from "./api-call";
import { issuerOf, makeEntra, type Claims, type Entra, type Validity } from "./entra";
import { gatewayWith, HOST, inbound, resource, type Parts } from "./gateway/fixtures";
import type { ApiRequest, Decision, Subscription, World } from "./gateway/request";
import { deployedGateway } from "./gateway/state";

const TENANT = DEFAULT_IDS.tenantId;
const OTHER_TENANT = "99999999-9999-4999-8999-999999999999";
const AUDIENCE = "6e7423c0-1d3c-4f2a-9d2e-0c7b1b7a5f10";
const CLIENT = "1f0a3a1b-7a2c-4a53-8f0e-3d5f2a9c7e21";
const KEY = "0123456789abcdef0123456789abcdef";
const SUBSCRIPTION: Subscription = { key: KEY, scope: "/products/echo", state: "active" };

let entra: Entra;
beforeAll(async () => {
  entra = await makeEntra();
});
afterAll(() => entra.close());

/** What the gateway decides about a request, in one line. */
async function ask(
  parts: Parts,
  request: Partial<ApiRequest> = {},
  world: Partial<World> = {},
): Promise<Decision> {
  return decide(
    deployedGateway(gatewayWith(parts)),
    {
      method: "GET",
      url: `https://${HOST}/echo/items/7`,
      headers: { "ocp-apim-subscription-key": KEY },
      ...request,
    },
    { now: entra.directory.now, metadata: entra.metadata, subscriptions: [SUBSCRIPTION], ...world },
  );
}

/** In one word or line, as tables compare it. */
async function outcome(...args: Parameters<typeof ask>): Promise<string> {
  const decision = await ask(...args);
  switch (decision.kind) {
    case "forwarded":
      return decision.requests.map(({ method, url }) => `${method} ${url}`).join(", ");
    case "answered":
      return `${decision.status} of ${decision.by.scope} ${decision.by.path ?? ""}`;
    case "refused":
      return `${decision.status} ${decision.reason}`;
  }
}

const FORWARDED = "GET https://echo.contoso.com/v1/items/7";
const answer = (code: number) =>
  `<return-response><set-status code="${code}" reason="x" /></return-response>`;

describe("a request", () => {
  const at = (path: string) => ({ url: `https://${HOST}${path}` });

  test.each<[string, Partial<ApiRequest>, string]>([
    ["to an operation", {}, FORWARDED],
    ["to one that names its path", at("/echo/items/newest"), "GET https://echo.contoso.com/v1/items/newest"],
    ["with its parameter", at("/echo?page=2"), "GET https://echo.contoso.com/v1/?page=2"],
    ["without the parameter that its operation asks for", at("/echo"), "404 OperationNotFound"],
    ["to another path of the API", at("/echo/other"), "404 OperationNotFound"],
    ["to no API", at("/other"), "404 OperationNotFound"],
    ["by another method", { method: "DELETE" }, "404 OperationNotFound"],
    ["without encryption", { url: `http://${HOST}/echo/items/7` }, "404 OperationNotFound"],
    ["to the revision by its number", at("/echo;rev=1/items/7"), FORWARDED],
    ["to a revision that is not there", at("/echo;rev=2/items/7"), "404 OperationNotFound"],
  ])("%s", async (_what, request, expected) => {
    expect(await outcome({}, request)).toBe(expected);
  });

  test("to another host does not reach the gateway", async () => {
    await expect(ask({}, { url: "https://contoso.com/echo" })).rejects.toThrow(
      "contoso.com is no host of the gateway",
    );
  });

  test("reaches a version below its segment, and the revision that was released", async () => {
    const id = resource("/apiVersionSets/echo", {}).id;
    const version = { api: { apiVersion: "v2", apiVersionSetId: id } };
    const more = [resource("/apiVersionSets/echo", { versioningScheme: "Segment" })];
    expect(await outcome({ ...version, more }, at("/echo/v2/items/7"))).toBe(FORWARDED);
    expect(await outcome({ ...version, more })).toBe("404 OperationNotFound");
    const release = resource("/apis/echo/releases/2", { properties: { apiId: "/apis/echo;rev=2" } });
    expect(await outcome({ more: [release] })).toBe("404 OperationNotFound");
    expect(await outcome({ more: [release] }, at("/echo;rev=1/items/7"))).toBe(FORWARDED);
  });
});

// https://learn.microsoft.com/azure/api-management/api-management-subscriptions
describe("a subscription", () => {
  const OTHER_API = [resource("/products/other", { subscriptionRequired: true })];
  const key = (scope: string, state: Subscription["state"] = "active") => ({
    subscriptions: [{ key: KEY, scope, state }],
  });

  test.each<[string, Partial<World>, string]>([
    ["to the product", key("/products/echo"), FORWARDED],
    ["to the API", key("/apis/echo"), FORWARDED],
    ["to all APIs", key("/apis"), FORWARDED],
    ["to another product", key("/products/other"), "401 SubscriptionKeyInvalid"],
    ["to another API", key("/apis/other"), "401 SubscriptionKeyInvalid"],
    ["that waits for approval", key("/products/echo", "submitted"), "401 SubscriptionKeyInvalid"],
    ["that nobody knows", { subscriptions: [] }, "401 SubscriptionKeyInvalid"],
  ])("%s", async (_what, world, expected) => {
    expect(await outcome({ more: OTHER_API }, {}, world)).toBe(expected);
  });

  test.each<[string, Partial<ApiRequest>, string]>([
    ["in no place", { headers: {} }, "401 SubscriptionKeyNotFound"],
    [
      "in the query",
      { headers: {}, url: `https://${HOST}/echo/items/7?subscription-key=${KEY}` },
      `${FORWARDED}?subscription-key=${KEY}`,
    ],
    [
      "in the query behind another in the header",
      {
        headers: { "Ocp-Apim-Subscription-Key": "x" },
        url: `https://${HOST}/echo/items/7?subscription-key=${KEY}`,
      },
      "401 SubscriptionKeyInvalid",
    ],
  ])("whose key is %s", async (_what, request, expected) => {
    expect(await outcome({}, request)).toBe(expected);
  });

  test("is not asked for by an API that needs none, nor by an open product, but looked at where it is shown", async () => {
    const without = { headers: {} };
    const inProduct = { policies: { product: inbound(answer(299)) } };
    expect(await outcome({ ...inProduct, api: { subscriptionRequired: false } }, without)).toBe(FORWARDED);
    expect(await outcome({ ...inProduct, product: { subscriptionRequired: false } }, without)).toBe(
      "299 of product return-response[1]",
    );
    expect(await outcome({ api: { subscriptionRequired: false } }, {}, { subscriptions: [] })).toBe(
      "401 SubscriptionKeyInvalid",
    );
  });

  test("to the API leaves out what the product's policy says", async () => {
    const parts = { policies: { product: inbound(answer(299)) } };
    expect(await outcome(parts)).toBe("299 of product return-response[1]");
    expect(await outcome(parts, {}, key("/apis/echo"))).toBe(FORWARDED);
  });
});

// https://learn.microsoft.com/azure/api-management/set-edit-policies#use-base-element-to-set-policy-evaluation-order
describe("policies of several scopes", () => {
  const named = (name: string) =>
    `<set-header name="x-scope"><value>@(context.Request.Headers.GetValueOrDefault("x-scope", "") + "${name}")</value></set-header>`;
  const scopes = async (api: string, operation: string) => {
    const global = inbound(`<set-backend-service backend-id="echo" />${named("g")}`, "<forward-request />");
    const product = inbound(`${named("p")}<base />`);
    const decision = await ask({
      policies: { global, product, api: inbound(api), operation: inbound(operation) },
    });
    return decision.kind === "forwarded" ? decision.requests[0]?.headers["x-scope"] : decision.kind;
  };

  test("are executed where <base /> stands", async () => {
    expect(await scopes(`<base />${named("a")}`, `<base />${named("o")}`)).toBe("pgao");
    expect(await scopes(`${named("a")}<base />`, `${named("o")}<base />`)).toBe("oapg");
  });

  test("are not inherited without it", async () => {
    const backend = '<set-backend-service backend-id="echo" />';
    expect(await scopes(`${backend}${named("a")}`, `<base />${named("o")}`)).toBe("ao");
    expect(await scopes(`<base />${named("a")}`, `${backend}${named("o")}`)).toBe("o");
  });

  test("forward nothing without <forward-request>, which is not known here", async () => {
    const policies = { api: inbound("<base />", "") };
    await expect(ask({ policies })).rejects.toThrow(
      "a backend section is known here with <forward-request> alone",
    );
  });
});

describe("an element", () => {
  const api = (content: string, more: Partial<Parts> = {}): Parts => ({
    ...more,
    policies: { api: inbound(`<base />${content}`) },
  });

  test("that is not known is an error, and so is what is not known of one that is", async () => {
    for (const [content, message] of [
      ['<ip-filter action="allow" />', "<ip-filter> is not known here (api, ip-filter[1])"],
      [
        '<set-variable name="a" value="b" more="c" />',
        "the attribute more of <set-variable> is not known here",
      ],
      ["<choose><whenever /></choose>", "<whenever> in <choose> is not known here"],
      ["<set-header name='a' exists-action='append' />", "<set-header> is not known here to append"],
      ["<set-query-parameter name='a' />", "<set-query-parameter> is known here to delete, not to override"],
      ['<set-variable name="a" value="@{ return 1; }" />', "blocks of C# are not known here"],
      ["<set-method>@(1)</set-method>", "@(1) gives no text"],
      ['<choose><when condition="yes" /></choose>', "a condition gives no truth: yes"],
      ['<set-backend-service backend-id="b" />', "The exported state does not hold the backend b"],
      ['<include-fragment fragment-id="f" />', "The exported state does not hold the policy fragment f"],
      [
        "<set-method>{{verb}}</set-method>",
        "The exported state does not hold the value in clear of the named value verb",
      ],
      ['<send-request mode="copy" />', "<send-request> is known here for a new request"],
      ['<send-request mode="new" />', "<send-request> needs somebody who answers"],
      ["<set-method>", "Opening and ending tag mismatch"],
    ] as const) {
      await expect(ask(api(content))).rejects.toThrow(message);
    }
  });

  test("may stand in a fragment, and have named values", async () => {
    const more = [
      resource("/policyFragments/method", {
        value: "<fragment><set-method>{{verb}}</set-method></fragment>",
      }),
      resource("/namedValues/verb-id", { displayName: "verb", value: "HEAD" }),
    ];
    expect(await outcome(api('<include-fragment fragment-id="method" />', { more }))).toBe(
      "HEAD https://echo.contoso.com/v1/items/7",
    );
  });

  test("whose expression fails ends the request", async () => {
    const decision = await ask(api('<set-variable name="a" value="@(context.Variables[&quot;b&quot;])" />'));
    expect(decision).toEqual({
      kind: "refused",
      status: 500,
      reason: "ExpressionValueEvaluationFailure",
      by: { scope: "api", element: "set-variable", path: "set-variable[1]" },
    });
  });

  // https://learn.microsoft.com/azure/api-management/choose-policy
  test("choose takes the first branch that holds, or the other, or none", async () => {
    const branches = (one: boolean, two: boolean, otherwise: string) =>
      outcome(
        api(
          `<choose><when condition="@(${one})">${answer(201)}</when><when condition="@(${two})">${answer(202)}</when>${otherwise}</choose>`,
        ),
      );
    expect(await branches(true, true, "")).toBe("201 of api choose[1]/when[1]/return-response[1]");
    expect(await branches(false, true, "")).toBe("202 of api choose[1]/when[2]/return-response[1]");
    expect(await branches(false, false, `<otherwise>${answer(203)}</otherwise>`)).toBe(
      "203 of api choose[1]/otherwise[1]/return-response[1]",
    );
    expect(await branches(false, false, "")).toBe(FORWARDED);
  });

  // https://learn.microsoft.com/azure/api-management/return-response-policy
  test("return-response answers 200 without body, or what it says", async () => {
    expect(await ask(api("<return-response />"))).toMatchObject({
      status: 200,
      headers: {},
      body: undefined,
    });
    const content = `<return-response><set-status code="401" reason="Unauthorized" /><set-header name="WWW-Authenticate"><value>Bearer error="invalid_token"</value></set-header><set-body>@("no " + context.Request.Method)</set-body></return-response>`;
    expect(await ask(api(content))).toEqual({
      kind: "answered",
      status: 401,
      headers: { "www-authenticate": 'Bearer error="invalid_token"' },
      body: "no GET",
      by: { scope: "api", element: "return-response", path: "return-response[1]" },
    });
  });

  // https://learn.microsoft.com/azure/api-management/rewrite-uri-policy
  test.each([
    ['template="/put"', "/put?c=d"],
    ['template="/put" copy-unmatched-params="false"', "/put"],
    ['template="/put/{id}?x=y"', "/put/a%2Fb?x=y&c=d"],
  ])("rewrite-uri with %s", async (attributes, expected) => {
    const request = { url: `https://${HOST}/echo/items/a%2Fb?c=d` };
    expect(await outcome(api(`<rewrite-uri ${attributes} />`), request)).toBe(
      `GET https://echo.contoso.com/v1${expected}`,
    );
  });

  test("rewrite-uri drops a parameter that the operation's own path has", async () => {
    const request = { url: `https://${HOST}/echo?page=2&c=d` };
    expect(await outcome(api('<rewrite-uri template="/put" />'), request)).toBe(
      "GET https://echo.contoso.com/v1/put?c=d",
    );
  });

  test("authentication shows what is the gateway's, and not the client's token", async () => {
    const content = `<authentication-managed-identity resource="api://echo" client-id="id" /><authentication-certificate certificate-id="own" />`;
    const request = { headers: { "Ocp-Apim-Subscription-Key": KEY, Authorization: "Bearer x" } };
    const decision = await ask(
      api(`<set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" />${content}`),
      request,
    );
    expect(decision).toMatchObject({
      certificateId: "own",
      requests: [{ headers: {}, identity: { resource: "api://echo", clientId: "id" } }],
    });
  });

  test("set-backend-service may name a pool, of whose members one is taken", async () => {
    const member = resource("/backends/canary", { url: "https://canary.contoso.com" });
    const services = [resource("/backends/echo", {}), member].map(({ id }) => ({ id }));
    const more = [member, resource("/backends/all", { pool: { services } })];
    expect(await outcome(api('<set-backend-service backend-id="all" />', { more }))).toBe(
      `${FORWARDED}, GET https://canary.contoso.com/items/7`,
    );
  });

  // https://learn.microsoft.com/azure/api-management/send-request-policy
  test("send-request keeps the answer, or nothing where errors are ignored", async () => {
    const sending = (ignores: boolean) =>
      api(
        `<send-request mode="new" response-variable-name="r" timeout="20" ignore-error="${ignores}"><set-url>https://a.contoso.com</set-url><set-method>POST</set-method><set-body>@(context.Request.Body.As<![CDATA[<string>]]>(preserveContent: true))</set-body></send-request><choose><when condition="@(context.Variables.GetValueOrDefault&lt;IResponse&gt;(&quot;r&quot;)?.StatusCode != 201)">${answer(502)}</when></choose>`,
      );
    const answers = jest.fn(() => ({ status: 201 }));
    expect(await outcome(sending(true), { body: "b" }, { answers })).toBe(FORWARDED);
    expect(answers.mock.calls).toEqual([
      [{ method: "POST", url: "https://a.contoso.com", headers: {}, body: "b", identity: undefined }],
    ]);
    const failed = "502 of api choose[1]/when[1]/return-response[1]";
    expect(await outcome(sending(true), { body: "b" }, { answers: () => ({ status: 500 }) })).toBe(failed);
    expect(await outcome(sending(true), { body: "b" }, { answers: () => undefined })).toBe(failed);
    await expect(ask(sending(false), { body: "b" }, { answers: () => undefined })).rejects.toThrow(
      "where its errors are ignored",
    );
  });

  // https://learn.microsoft.com/azure/api-management/validate-content-policy
  test.each([
    ["of the schema", '{"name":"a","count":1}', "application/json; charset=utf-8", "forwarded"],
    ["without what is required", "{}", "application/json", "IncorrectMessage"],
    ["that is no JSON", "{", "application/json", "IncorrectMessage"],
    ["that is missing", undefined, "application/json", "IncorrectMessage"],
    ["of another type", "<a/>", "application/xml", "Unspecified"],
    ["that is too long", JSON.stringify({ name: "a".repeat(100) }), "application/json", "SizeLimit"],
  ])("validate-content: a body %s", async (_what, body, type, expected) => {
    const content = `<validate-content unspecified-content-type-action="prevent" max-size="50" size-exceeded-action="prevent"><content type="application/json" validate-as="json" action="prevent" /></validate-content>`;
    const request = {
      method: "POST",
      url: `https://${HOST}/echo/items`,
      headers: { "ocp-apim-subscription-key": KEY, "content-type": type },
      body,
    };
    const decision = await ask(api(content), request);
    expect(decision.kind === "refused" ? decision.reason : decision.kind).toBe(expected);
  });

  // https://learn.microsoft.com/azure/api-management/validate-client-certificate-policy
  describe("validate-client-certificate", () => {
    const day = 24 * 3600_000;
    const certificate = {
      issuer: "CN=CA",
      notBefore: new Date(Date.now() - day),
      notAfter: new Date(Date.now() + day),
      trusted: true,
      revoked: false,
    };
    const identities = '<identities><identity issuer-subject="CN=CA" /></identities>';
    const shown = (more: Partial<typeof certificate> = {}) => ({ certificate: { ...certificate, ...more } });

    test.each<[string, Partial<ApiRequest>, string]>([
      ["that fits", shown(), FORWARDED],
      ["that is missing", {}, "403 no certificate"],
      ["of another authority", shown({ issuer: "CN=Other" }), "403 none of the identities"],
      ["that nobody trusts", shown({ trusted: false }), "403 not trusted"],
      ["that was revoked", shown({ revoked: true }), "403 revoked"],
      ["that has expired", shown({ notAfter: certificate.notBefore }), "403 expired"],
      ["that is not valid yet", shown({ notBefore: certificate.notAfter }), "403 not valid yet"],
    ])("%s", async (_what, request, expected) => {
      expect(
        await outcome(
          api(`<validate-client-certificate>${identities}</validate-client-certificate>`),
          request,
        ),
      ).toBe(expected);
    });

    test("asks what it is told not to leave out, and sees nothing where the host asks for none", async () => {
      const lax =
        '<validate-client-certificate validate-revocation="false" validate-trust="false" validate-not-before="false" validate-not-after="false" ignore-error="false" />';
      const request = shown({
        trusted: false,
        revoked: true,
        notBefore: certificate.notAfter,
        notAfter: certificate.notBefore,
      });
      expect(await outcome(api(lax), request)).toBe(FORWARDED);
      const more = [
        resource("", {
          gatewayUrl: `https://${HOST}`,
          hostnameConfigurations: [{ hostName: HOST, type: "Proxy" }],
        }),
      ];
      expect(await outcome(api(lax, { more }), request)).toBe("403 no certificate");
    });
  });
});

// https://learn.microsoft.com/azure/api-management/cors-policy
describe("cors", () => {
  const cors = (origin: string, terminates: boolean) =>
    `<cors terminate-unmatched-request="${terminates}"><allowed-origins><origin>${origin}</origin></allowed-origins><allowed-methods preflight-result-max-age="300"><method>GET</method></allowed-methods><allowed-headers><header>x-own</header></allowed-headers></cors>`;
  const policies = (terminates: boolean) => ({
    global: inbound(
      `${cors("https://portal.contoso.com", false)}<set-backend-service backend-id="echo" />`,
      "<forward-request />",
    ),
    api: inbound(`${cors("https://shop.contoso.com/", terminates)}<base />${answer(299)}`),
  });
  const preflight = (origin: string, method = "GET", headers = "x-own"): Partial<ApiRequest> => ({
    method: "OPTIONS",
    headers: {
      Origin: origin,
      "Access-Control-Request-Method": method,
      "Access-Control-Request-Headers": headers,
    },
  });
  const allowed = async (terminates: boolean, request: Partial<ApiRequest>) => {
    const decision = await ask({ policies: policies(terminates) }, request);
    return decision.kind === "answered"
      ? `${decision.status} ${decision.headers["access-control-allow-origin"] ?? "nothing"}`
      : decision.kind;
  };

  test.each([
    ["of an origin", false, preflight("https://shop.contoso.com"), "200 https://shop.contoso.com"],
    [
      "of the origin of a wider scope",
      false,
      preflight("https://portal.contoso.com"),
      "200 https://portal.contoso.com",
    ],
    [
      "of the origin of a wider scope, where the first ends it",
      true,
      preflight("https://portal.contoso.com"),
      "200 nothing",
    ],
    ["of another origin", false, preflight("https://evil.example"), "200 nothing"],
    ["by another method", false, preflight("https://shop.contoso.com", "POST"), "refused"],
    [
      "with another header",
      false,
      preflight("https://shop.contoso.com", "GET", "x-own, x-other"),
      "200 nothing",
    ],
  ])("answers a preflight %s, without a key (%s)", async (_what, terminates, request, expected) => {
    expect(await allowed(terminates, request)).toBe(expected);
  });

  test("a preflight is a request to nothing where no policy answers it", async () => {
    expect(await outcome({}, preflight("https://shop.contoso.com"))).toBe("404 OperationNotFound");
    expect(await outcome({}, { method: "OPTIONS" })).toBe("404 OperationNotFound");
  });

  test("lets the scripts of an origin read the answer, and ends a request of another where it is to", async () => {
    const from = (origin: string) => ({ headers: { "ocp-apim-subscription-key": KEY, Origin: origin } });
    const global = inbound('<set-backend-service backend-id="echo" />', "<forward-request />");
    const api = (terminates: boolean) => ({
      policies: { global, api: inbound(`${cors("https://shop.contoso.com", terminates)}<base />`) },
    });
    expect(await ask(api(true), from("https://shop.contoso.com"))).toMatchObject({
      readableBy: "https://shop.contoso.com",
    });
    expect(await ask(api(false), from("https://evil.example"))).toMatchObject({
      kind: "forwarded",
      readableBy: undefined,
    });
    expect(await outcome(api(true), from("https://evil.example"))).toBe("200 of api cors[1]");
    expect(await outcome(api(true))).toBe(FORWARDED);
  });

  test("that is first is the one that is applied", async () => {
    const origin = "https://shop.contoso.com";
    const both = `${cors(origin, true)}${cors("https://portal.contoso.com", true)}<base />`;
    const request = { headers: { "ocp-apim-subscription-key": KEY, origin } };
    expect(await ask({ policies: { api: inbound(both) } }, request)).toMatchObject({
      kind: "forwarded",
      readableBy: origin,
    });
  });
});

describe("a token", () => {
  const claims = (version: 1 | 2, more: Claims = {}): Claims => ({
    iss: issuerOf(TENANT, version),
    aud: AUDIENCE,
    [version === 1 ? "appid" : "azp"]: CLIENT,
    ver: `${version}.0`,
    ...more,
  });
  const bearing = (authorization: string | undefined) => ({
    headers: { "ocp-apim-subscription-key": KEY, ...(authorization !== undefined && { authorization }) },
  });
  const issued = async (more: Claims = {}, validity?: Validity) =>
    bearing(`Bearer ${await entra.issue(claims(2, more), validity)}`);
  const api = (content: string): Parts => ({ policies: { api: inbound(`<base />${content}`) } });
  const list = (name: string, item: string, values: readonly string[]) =>
    `<${name}>${values.map((value) => `<${item}>${value}</${item}>`).join("")}</${name}>`;

  // https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy
  describe("of Entra ID", () => {
    const policy = (content = "", attributes = "") =>
      api(
        `<validate-azure-ad-token tenant-id="${TENANT}" ${attributes}>${content}</validate-azure-ad-token>`,
      );
    const full = policy(
      list("client-application-ids", "application-id", ["other", CLIENT]) +
        list("audiences", "audience", ["other", AUDIENCE]),
    );

    test.each<[string, () => Promise<Partial<ApiRequest>>, string]>([
      ["of version 2", () => issued(), FORWARDED],
      ["of version 1", async () => bearing(`Bearer ${await entra.issue(claims(1))}`), FORWARDED],
      [
        "by a scheme in small letters",
        async () => bearing(`bearer ${await entra.issue(claims(2))}`),
        FORWARDED,
      ],
      ["that is missing", () => Promise.resolve(bearing(undefined)), "401 TokenNotPresent"],
      [
        "by another scheme",
        async () => bearing(`Basic ${await entra.issue(claims(2))}`),
        "401 TokenNotPresent",
      ],
      ["without scheme", async () => bearing(await entra.issue(claims(2))), "401 TokenNotPresent"],
      ["that is none", () => Promise.resolve(bearing("Bearer x.y.z")), "401 JwtInvalid"],
      ["of another tenant", () => issued({ iss: issuerOf(OTHER_TENANT, 2) }), "401 TokenIssuerNotAllowed"],
      [
        "of another tenant in version 1",
        () => issued({ iss: issuerOf(OTHER_TENANT, 1) }),
        "401 TokenIssuerNotAllowed",
      ],
      ["for another API", () => issued({ aud: OTHER_TENANT }), "401 TokenAudienceNotAllowed"],
      ["of another client", () => issued({ azp: OTHER_TENANT }), "401 TokenClaimValueNotAllowed"],
      ["that has expired", () => issued({}, { from: -120, to: -60 }), "401 TokenExpired"],
      ["that is not valid yet", () => issued({}, { from: 60, to: 120 }), "401 JwtInvalid"],
      [
        "without signature",
        () => Promise.resolve(bearing(`Bearer ${entra.leaveUnsigned(claims(2))}`)),
        "401 JwtInvalid",
      ],
      [
        "of another key",
        async () => bearing(`Bearer ${await entra.forge(claims(2))}`),
        "401 TokenSignatureInvalid",
      ],
    ])("%s", async (_what, made, expected) => {
      expect(await outcome(full, await made())).toBe(expected);
    });

    test("may be of any client and for any API where the policy names none", async () => {
      expect(await outcome(policy(), await issued({ azp: "any", aud: "any" }))).toBe(FORWARDED);
    });

    test("may be in the query or another header, and its refusal have another status", async () => {
      const token = await entra.issue(claims(2));
      const url = `https://${HOST}/echo/items/7?token=${token}`;
      expect(await outcome(policy("", 'query-parameter-name="token"'), { url })).toBe(
        `${FORWARDED}?token=${token}`,
      );
      expect(await outcome(policy("", 'query-parameter-name="token"'), await issued())).toBe(
        "401 TokenNotPresent",
      );
      const headers = { "ocp-apim-subscription-key": KEY, "x-token": `Bearer ${token}` };
      expect(
        await outcome(policy("", 'header-name="x-token" failed-validation-httpcode="403"'), { headers }),
      ).toBe(FORWARDED);
      expect(
        await outcome(policy("", 'header-name="x-token" failed-validation-httpcode="403"'), await issued()),
      ).toBe("403 TokenNotPresent");
    });

    const claim = (attributes: string, ...values: readonly string[]) =>
      `<required-claims><claim ${attributes}>${values.map((value) => `<value>${value}</value>`).join("")}</claim></required-claims>`;

    test.each<[string, string, Claims, string]>([
      ["all of a list", claim('name="roles"', "a", "b"), { roles: ["a", "b", "c"] }, FORWARDED],
      [
        "one of all",
        claim('name="roles" match="all"', "a", "b"),
        { roles: ["a"] },
        "401 TokenClaimValueNotAllowed",
      ],
      ["one of any", claim('name="roles" match="any"', "a", "b"), { roles: ["b"] }, FORWARDED],
      [
        "none of any",
        claim('name="roles" match="any"', "a", "b"),
        { roles: ["c"] },
        "401 TokenClaimValueNotAllowed",
      ],
      ["no claim", claim('name="roles" match="any"', "a"), {}, "401 TokenClaimNotFound"],
      ["a text with a separator", claim('name="scp" separator=" "', "a"), { scp: "b a" }, FORWARDED],
      ["a text without", claim('name="scp"', "a"), { scp: "b a" }, "401 TokenClaimValueNotAllowed"],
      ["the version", claim('name="ver"', "2.0"), { ver: "1.0" }, "401 TokenClaimValueNotAllowed"],
    ])("with %s of the required claims", async (_what, content, more, expected) => {
      expect(await outcome(policy(content), await issued(more))).toBe(expected);
    });

    test("is kept for expressions", async () => {
      const condition = `@(((Jwt)context.Variables["t"]).Claims.GetValueOrDefault("scp", "").Split(' ').Contains("a") || ((Jwt)context.Variables["t"]).Claims.ContainsKey("roles") &amp;&amp; ((Jwt)context.Variables["t"]).Claims["roles"].Contains("b"))`;
      const parts = api(
        `<validate-azure-ad-token tenant-id="${TENANT}" output-token-variable-name="t" /><choose><when condition="${condition.replaceAll('"', "&quot;")}">${answer(299)}</when></choose>`,
      );
      const yes = "299 of api choose[1]/when[1]/return-response[1]";
      expect(await outcome(parts, await issued({ scp: "c a" }))).toBe(yes);
      expect(await outcome(parts, await issued({ roles: ["b", "c"] }))).toBe(yes);
      expect(await outcome(parts, await issued({ scp: "ca", roles: ["bc"] }))).toBe(FORWARDED);
    });

    test.each([
      ['tenant-id="common"', "", "the tenant common is not known here by its id"],
      [`tenant-id="${TENANT}" authentication-endpoint="x"`, "", "the attribute authentication-endpoint"],
      [
        `tenant-id="${TENANT}"`,
        "<backend-application-ids />",
        "<backend-application-ids> in <validate-azure-ad-token>",
      ],
      [
        `tenant-id="${TENANT}"`,
        claim('name="a" match="some"', "b"),
        "the match some of a claim is not known here",
      ],
    ])("is no matter for a policy with %s %s", async (attributes, content, message) => {
      const parts = api(`<validate-azure-ad-token ${attributes}>${content}</validate-azure-ad-token>`);
      await expect(ask(parts, await issued())).rejects.toThrow(message);
    });
  });

  // https://learn.microsoft.com/azure/api-management/validate-jwt-policy
  describe("of an issuer that a document names", () => {
    const DOCUMENT = `<openid-config url="https://login.microsoftonline.com/${TENANT}/v2.0/.well-known/openid-configuration" />`;
    const policy = (content: string, attributes = "") =>
      api(`<validate-jwt header-name="Authorization" ${attributes}>${content}</validate-jwt>`);

    test.each<[string, Parts, () => Promise<Partial<ApiRequest>>, string]>([
      ["that is the document's", policy(DOCUMENT), () => issued(), FORWARDED],
      ["without scheme", policy(DOCUMENT), async () => bearing(await entra.issue(claims(2))), FORWARDED],
      [
        "without the scheme that is asked for",
        policy(DOCUMENT, 'require-scheme="Bearer"'),
        async () => bearing(await entra.issue(claims(2))),
        "401 TokenNotPresent",
      ],
      ["that is another", policy(DOCUMENT), () => issued({ iss: "x" }), "401 TokenIssuerNotAllowed"],
      [
        "that the policy names",
        policy(DOCUMENT + list("issuers", "issuer", ["x"])),
        () => issued({ iss: "x" }),
        FORWARDED,
      ],
      [
        "for another API",
        policy(DOCUMENT + list("audiences", "audience", ["x"])),
        () => issued(),
        "401 TokenAudienceNotAllowed",
      ],
      [
        "that has expired a minute ago",
        policy(DOCUMENT),
        () => issued({}, { from: -60, to: -1 }),
        "401 TokenExpired",
      ],
      [
        "that has expired a minute ago, which clocks may differ by",
        policy(DOCUMENT, 'clock-skew="120"'),
        () => issued({}, { from: -60, to: -1 }),
        FORWARDED,
      ],
    ])("%s", async (_what, parts, made, expected) => {
      expect(await outcome(parts, await made())).toBe(expected);
    });

    test.each([
      [DOCUMENT, 'require-signed-tokens="false"', "is not known here without require-signed-tokens"],
      [DOCUMENT, 'require-expiration-time="false"', "is not known here without require-expiration-time"],
      ["", "", "<validate-jwt> is known here with one <openid-config>"],
      [
        '<openid-config url="https://a.contoso.com" />',
        "",
        "nothing of OpenID Connect stands at https://a.contoso.com",
      ],
    ])("is no matter for a policy with %s %s", async (content, attributes, message) => {
      await expect(ask(policy(content, attributes), await issued())).rejects.toThrow(message);
    });
  });
});

describe("a state", () => {
  test("says all that it does not hold", () => {
    const api = gatewayWith({ api: { subscriptionRequired: undefined } }).filter(({ id }) =>
      id.includes("/apis/"),
    );
    const set = resource("/apiVersionSets/header", { versioningScheme: "Header" });
    const versioned = { ...api[0]?.outputs, subscriptionRequired: true };
    const more = [
      set,
      resource("/apis/other;rev=1", versioned),
      resource("/apis/odd;rev=1", versioned, { format: "swagger-json", value: "{}" }),
      resource("/apis/v;rev=1", { ...versioned, apiVersionSetId: set.id }, api[0]?.inputs),
      resource("/apis/w;rev=1", { ...versioned, apiVersionSetId: `${set.id}s` }, api[0]?.inputs),
    ];
    expect(() => deployedGateway([...api, ...more])).toThrow(
      new RegExp(
        [
          "^The exported state does not hold:",
          "- an API Management service, .*",
          "- urn:.*/apis/echo;rev=1: ✖ Invalid input: expected boolean, received undefined",
          "  → at subscriptionRequired",
          "- urn:.*/apis/other;rev=1: a contract, or operations of its own",
          "- urn:.*/apis/odd;rev=1: a contract as openapi\\+json or .* as swagger-json is not known here",
          '- urn:.*/apiVersionSets/header: ✖ Invalid input: expected "Segment"',
          "  → at versioningScheme",
          "- /subscriptions/.*/apiVersionSets/headers",
          "- a policy of all APIs$",
        ].join("\n"),
      ),
    );
  });

  test("may hold operations by themselves, and those of a WSDL", async () => {
    const api = {
      path: "x",
      protocols: ["https"],
      subscriptionRequired: false,
      subscriptionKeyParameterNames: { header: "a", query: "b" },
      isCurrent: true,
    };
    const wsdl = `<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/"><w:binding name="B"><w:operation name="Add" /></w:binding><w:service><w:port name="P" binding="t:B" /></w:service></w:definitions>`;
    const more = [
      resource("/apis/x;rev=1", api),
      resource(
        "/apis/x;rev=1/operations/own",
        {},
        { operationId: "own", method: "PUT", urlTemplate: "/own/{id}?q={q}" },
      ),
      resource(
        "/apis/y;rev=1",
        { ...api, path: "y" },
        { format: "wsdl", value: wsdl, soapApiType: "http", wsdlSelector: { wsdlEndpointName: "P" } },
      ),
    ];
    const to = (method: string, path: string) =>
      outcome({ more }, { method, url: `https://${HOST}${path}`, headers: {} });
    expect(await to("PUT", "/x/own/1?q=2")).toBe("PUT https://echo.contoso.com/v1/own/1?q=2");
    expect(await to("PUT", "/x/own/1")).toBe("404 OperationNotFound");
    // What Azure makes of the path is in no state.
    expect(await to("POST", "/y/Add")).toBe("POST https://echo.contoso.com/v1");
    expect(await to("POST", "/y/Take")).toBe("404 OperationNotFound");
  });
});
