import * as pulumi from "@pulumi/pulumi";
import {
  base,
  cacheLookup,
  choose,
  cors,
  expression,
  findTokenGap,
  includeFragment,
  ipFilter,
  limitConcurrency,
  mockResponse,
  policyDocument,
  policyFragment,
  readPolicy,
  renderPolicy,
  requireToken,
  requireTokenOf,
  retry,
  returnResponse,
  validateJwt,
  wait,
  withoutBase,
  type PolicyDocument,
  type Statement,
} from "../../../policies/gateway";
import { isElement } from "../../../policies/gateway/statement";

const ENTRA = requireToken({
  tenantId: "00000000-0000-4000-8000-000000000002",
  audiences: ["22222222-2222-4222-8222-222222222222"],
  version: 2,
  scopes: [],
  roles: [],
});
const JWT = requireTokenOf({
  openIdConfigurationUrl: "https://login.contoso.com/.well-known/openid-configuration",
  issuers: ["https://login.contoso.com"],
  audiences: ["orders"],
  scopes: [],
  roles: [],
});
const IF = expression('context.Request.Headers.ContainsKey("X-Partner")');
const REPEATED = { condition: expression("false"), count: 1, interval: 1 };
const BUSY = { key: "all", maxCount: 3 };
const ANSWER = returnResponse({ status: { code: 200, reason: "OK" } });
const CACHED = cacheLookup({ varyByDeveloper: false, varyByDeveloperGroups: false });
const FROM_SITES = cors({ allowedOrigins: ["https://shop.contoso.com"], allowedHeaders: ["Authorization"] });
const FROM_HERE = ipFilter({ action: "allow", addresses: ["192.0.2.1"] });

const FRAGMENTS = new Map([
  ["token", policyFragment([ENTRA])],
  ["answer", policyFragment([ANSWER])],
]);

const api = (...inbound: Statement<"inbound">[]) => policyDocument({ scope: "api", inbound });
const operation = (...inbound: readonly Statement<"inbound">[]) =>
  policyDocument({ scope: "operation", inbound });
const withFragment = (fragmentId: string) => includeFragment({ fragmentId });

/** What keeps a chain open, and where; as it is built, and as it is read back from XML. */
function gap(...chain: readonly [PolicyDocument, ...PolicyDocument[]]): string | undefined {
  const found = findTokenGap(chain, FRAGMENTS);
  const [narrowest, ...broader] = chain;
  const readBack = (policy: PolicyDocument) => readPolicy(renderPolicy(policy), policy.scope);
  expect(findTokenGap([readBack(narrowest), ...broader.map(readBack)], FRAGMENTS)).toEqual(found);
  return found && `${found.scope} ${found.path}: ${found.rule}`;
}

const NONE = "a request goes no further without a valid token";
const FIRST = "nothing answers before the token is validated";
const ALWAYS = "the token is validated whatever the request is";

describe("no request gets further without a valid token", () => {
  test.each<[string, readonly [PolicyDocument, ...PolicyDocument[]]]>([
    ["where the API validates it", [api(ENTRA)]],
    ["whoever issues it", [api(JWT)]],
    ["where the operation validates it", [operation(ENTRA), api()]],
    ["where the operation's policy begins with the API's", [operation(ANSWER), api(ENTRA)]],
    ["behind what refuses, and what browsers ask first", [api(FROM_SITES, FROM_HERE, ENTRA, ANSWER)]],
    ["where the API's policy stands behind the operation's", [operation(FROM_HERE, base()), api(ENTRA)]],
    ["in a fragment that is known", [api(withFragment("token"))]],
    ["where every branch validates it", [api(choose([{ when: IF, then: [ENTRA] }], [JWT]))]],
    ["in what is done at least once", [api(retry(REPEATED, [limitConcurrency(BUSY, [ENTRA])]))]],
    [
      "where a product's policy is known and validates it",
      [api(), policyDocument({ scope: "product", inbound: [ENTRA] })],
    ],
  ])("%s", (_, chain) => {
    expect(gap(...chain)).toBeUndefined();
  });
});

describe("a request gets further without a valid token", () => {
  test.each<[string, readonly [PolicyDocument, ...PolicyDocument[]], string]>([
    ["where nothing validates it", [api(FROM_HERE)], `api inbound: ${NONE}`],
    ["where neither operation nor API does", [operation(), api()], `api inbound: ${NONE}`],
    [
      "where the operation does without the API's policy",
      [operation(...withoutBase("it is public", [])), api(ENTRA)],
      `operation inbound: ${NONE}`,
    ],
    [
      "where only some requests pass the API's policy",
      [operation(choose([{ when: IF, then: [base()] }])), api(ENTRA)],
      `operation inbound[0].choose: ${ALWAYS}`,
    ],
    [
      "where a branch validates it",
      [api(choose([{ when: IF, then: [ENTRA] }]))],
      `api inbound[1].choose: ${ALWAYS}`,
    ],
    [
      "where a branch does not validate it",
      [api(choose([{ when: IF, then: [ENTRA] }], [FROM_HERE]))],
      `api inbound[1].choose: ${ALWAYS}`,
    ],
    [
      "where it is validated beside something else, for which nobody waits",
      [api(wait({ for: "any" }, [choose([{ when: IF, then: [ENTRA] }], [ENTRA])]))],
      `api inbound[1].wait: ${ALWAYS}`,
    ],
    ["that was answered before", [api(ANSWER, ENTRA)], `api inbound[1].return-response: ${FIRST}`],
    ["that an example answers", [api(mockResponse(), ENTRA)], `api inbound[1].mock-response: ${FIRST}`],
    ["that the cache answers", [api(CACHED, ENTRA)], `api inbound[1].cache-lookup: ${FIRST}`],
    [
      "that a branch answers",
      [api(choose([{ when: IF, then: [ANSWER] }]), ENTRA)],
      `api inbound[1].choose.when[0][0].return-response: ${FIRST}`,
    ],
    [
      "that the operation answers before the API's policy",
      [operation(ANSWER, base()), api(ENTRA)],
      `operation inbound[0].return-response: ${FIRST}`,
    ],
    [
      "that a fragment answers",
      [api(withFragment("answer"), ENTRA)],
      `api inbound[1].include-fragment(answer)[0].return-response: ${FIRST}`,
    ],
    [
      "where a fragment may do anything",
      [api(withFragment("another-stack's"), ENTRA)],
      "api inbound[1].include-fragment: what a fragment holds that stands before the validation of the token is known",
    ],
  ])("%s", (_, chain, expected) => {
    expect(gap(...chain)).toBe(expected);
  });

  test.each(["false", "FALSE", "{{signed}}", expression("true")])("that need not be signed: %s", (signed) => {
    const unsigned: Statement<"inbound"> = {
      ...JWT,
      attributes: { ...JWT.attributes, "require-signed-tokens": signed },
    };
    expect(gap(api(unsigned))).toBe(
      "api inbound[1].validate-jwt: a valid token is signed: anybody can write another",
    );
    expect(gap(api(unsigned, ENTRA))).toBeUndefined();
  });

  const without = (statement: Statement<"inbound">, element: string): Statement<"inbound"> => ({
    ...statement,
    content: statement.content.filter((part) => !isElement(part) || part.element !== element),
  });

  test.each<[string, Statement<"inbound">]>([
    ["validate-azure-ad-token", without(ENTRA, "audiences")],
    ["validate-jwt", without(JWT, "audiences")],
  ])("that is for any other API: %s", (element, statement) => {
    expect(gap(api(statement))).toBe(
      `api inbound[1].${element}: a valid token is for this API: others get around with those for theirs`,
    );
    expect(gap(api(statement, ENTRA))).toBeUndefined();
  });

  test("unless it names the API by a claim, as Microsoft's own examples do", () => {
    const named = (values: readonly string[]) =>
      validateJwt({
        headerName: "Authorization",
        openidConfigs: [{ url: "https://login.contoso.com/.well-known/openid-configuration" }],
        requiredClaims: [{ name: "aud", values }],
      });
    expect(gap(api(named(["orders"])))).toBeUndefined();
    expect(gap(api(named([])))).toMatch(/^api inbound\[1\]\.validate-jwt: a valid token is for this API/);
  });

  test.each(["common", "organizations", "https://login.microsoftonline.com/Common/"])(
    "that is of any tenant: %s",
    (tenant) => {
      const anybodys = { ...ENTRA, attributes: { ...ENTRA.attributes, "tenant-id": tenant } };
      expect(gap(api(anybodys))).toBe(
        "api inbound[1].validate-azure-ad-token: a valid token is of one tenant: anybody can have another",
      );
    },
  );

  test("that is of any tenant, unless the issuers are named", () => {
    const of = (tenant: string, issuers?: readonly string[]) =>
      validateJwt({
        headerName: "Authorization",
        openidConfigs: [
          { url: `https://login.microsoftonline.com/${tenant}/v2.0/.well-known/openid-configuration` },
        ],
        audiences: ["api://orders"],
        issuers,
      });
    expect(gap(api(of("organizations")))).toBe(
      "api inbound[1].validate-jwt: a valid token is of one tenant: anybody can have another",
    );
    expect(gap(api(of("organizations", ["https://login.microsoftonline.com/contoso/v2.0"])))).toBeUndefined();
    expect(gap(api(of("contoso.com")))).toBeUndefined();
  });

  test("where a fragment puts itself in", () => {
    const loop = withFragment("loop");
    expect(findTokenGap([api(loop)], new Map([["loop", policyFragment([loop])]]))?.path).toBe(
      "inbound[1].include-fragment(loop)[0].include-fragment",
    );
  });

  test("where it is known only later whether it need be signed, or what is included", () => {
    const keys = {
      headerName: "Authorization",
      openidConfigs: [{ url: "https://login.contoso.com" }],
      audiences: ["orders"],
    };
    const late = validateJwt({ ...keys, requireSignedTokens: pulumi.output(true) });
    expect(findTokenGap([api(late)])?.path).toBe("inbound[1].validate-jwt");
    const included = includeFragment({ fragmentId: pulumi.output("token") });
    expect(findTokenGap([api(included)], FRAGMENTS)?.path).toBe("inbound[1].include-fragment");
  });

  test("where a section is missing, with which the broader policies are", () => {
    expect(gap({ scope: "operation" }, api(ENTRA))).toBe(`operation inbound: ${NONE}`);
  });
});
