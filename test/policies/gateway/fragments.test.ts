import * as pulumi from "@pulumi/pulumi";
import {
  base,
  cacheStore,
  checkFragment,
  checkPolicy,
  choose,
  expression,
  forwardRequest,
  includeFragment,
  MAX_FRAGMENT_BYTES,
  namedValue,
  policyDocument,
  policyFragment,
  PolicyError,
  quota,
  rateLimit,
  readFragment,
  renderFragment,
  retry,
  setBackendService,
  setBody,
  setHeader,
  type PolicyContext,
  type PolicyFragment,
  type PolicyIssueCode,
} from "../../../policies/gateway";

const limits = policyFragment([rateLimit({ calls: 20, renewalPeriod: 90 })]);

describe("the example of https://learn.microsoft.com/azure/api-management/policy-fragments", () => {
  const built = policyFragment([
    setHeader({
      name: "x-request-context-data",
      existsAction: "override",
      values: [expression("context.User.Id"), expression("context.Deployment.Region")],
    }),
  ]);
  const xml = [
    "<fragment>",
    '  <set-header name="x-request-context-data" exists-action="override">',
    "    <value>@(context.User.Id)</value>",
    "    <value>@(context.Deployment.Region)</value>",
    "  </set-header>",
    "</fragment>",
  ].join("\r\n");

  test("is what the constructors render, and is read back", () => {
    expect(renderFragment(built)).toBe(xml);
    expect(readFragment(xml)).toEqual(built);
    expect(renderFragment(readFragment(xml))).toBe(xml);
  });

  test("has nothing wrong with it, as a fragment and as XML", () => {
    expect(checkFragment(built)).toEqual([]);
    expect(checkFragment(xml)).toEqual([]);
  });
});

/** Statements that the compiler admits for want of a table of what a fragment may hold. */
const WRONG: readonly [string, PolicyFragment, string, PolicyIssueCode][] = [
  ["no policy", policyFragment([]), "fragment", "missing-child"],
  ["<base />", policyFragment([setHeader({ name: "a" }), base()]), "fragment[1].base", "not-in-fragment"],
  [
    "a fragment in a branch",
    policyFragment([
      choose([{ when: expression("true"), then: [includeFragment({ fragmentId: "other" })] }]),
    ]),
    "fragment[0].choose.when[0][0].include-fragment",
    "not-in-fragment",
  ],
  [
    "a section",
    policyFragment([{ element: "inbound", attributes: {}, content: [] }]),
    "fragment[0].inbound",
    "not-in-fragment",
  ],
  [
    "policies of two sections",
    policyFragment([setBackendService({ backendId: "a" }), cacheStore({ duration: 1 })]),
    "fragment",
    "no-common-section",
  ],
  [
    "policies of two sections, one of them in a branch",
    policyFragment([
      rateLimit({ calls: 1, renewalPeriod: 1 }),
      choose([{ when: expression("true"), then: [forwardRequest()] }]),
    ]),
    "fragment",
    "no-common-section",
  ],
  [
    "a limit twice",
    policyFragment([rateLimit({ calls: 1, renewalPeriod: 1 }), rateLimit({ calls: 2, renewalPeriod: 1 })]),
    "fragment[1].rate-limit",
    "not-repeatable",
  ],
  [
    "a value out of range",
    policyFragment([rateLimit({ calls: 0, renewalPeriod: 1 })]),
    "fragment[0].rate-limit.@calls",
    "invalid-value",
  ],
  [
    "more than its size",
    policyFragment([setBody("x".repeat(MAX_FRAGMENT_BYTES))]),
    "fragment",
    "document-size",
  ],
];

test.each(WRONG)("a fragment of %s is refused", (_, fragment, path, code) => {
  const expected = [expect.objectContaining({ path, code })];
  expect(checkFragment(fragment)).toEqual(expected);
  const fromXml = checkFragment(renderFragment(fragment));
  expect(fromXml.map((issue) => ({ ...issue, path: issue.path.replace(/ \(line \d+\)$/, "") }))).toEqual(
    expected,
  );
});

test("a fragment is checked against what the gateway has", () => {
  const fragment = policyFragment([
    setHeader({ name: "x-key", values: [namedValue("keys")] }),
    setBackendService({ backendId: "order" }),
  ]);
  const context = { known: { namedValue: new Set(["key"]), backend: new Set(["orders"]) } };
  expect(checkFragment(fragment, context).map(({ path, fix }) => [path, fix])).toEqual([
    ["fragment[0].set-header.value[0]", "write {{key}}"],
    ["fragment[1].set-backend-service.@backend-id", "write orders"],
  ]);
});

test("XML of something else, or with something else in it, is no fragment", () => {
  expect(() => readFragment("<policies />")).toThrow("a policy fragment is a <fragment> element");
  expect(() => readFragment("<fragment><base /></fragment>")).toThrow(PolicyError);
  expect(() => readFragment("<fragment><set-heder /></fragment>")).toThrow("write set-header");
  expect(() => readFragment("<fragment>")).toThrow(/line 1/);
});

test("a fragment whose values are late is rendered once they are there", async () => {
  const late = policyFragment([setHeader({ name: "a", values: [pulumi.output("b")] })]);
  expect(() => renderFragment(late)).toThrow("pulumi.output(fragment).apply(renderFragment)");
  const xml = await new Promise<string>((resolve) => {
    pulumi.output(late).apply(renderFragment).apply(resolve);
  });
  expect(xml).toContain("<value>b</value>");
});

describe("a document that includes a fragment", () => {
  const context: PolicyContext = { scope: "api", fragments: new Map([["limits", limits]]) };

  test("does not compile where the type of the fragment rules it out, and is refused where that is not told", () => {
    const typed = policyDocument({
      scope: "api",
      // @ts-expect-error the fragment holds a policy for the inbound section
      outbound: [includeFragment<typeof limits>({ fragmentId: "limits" })],
    });
    const untyped = policyDocument({
      scope: "api",
      outbound: [includeFragment({ fragmentId: "limits" })],
    });
    for (const document of [typed, untyped]) {
      expect(checkPolicy(document, context)).toEqual([
        expect.objectContaining({
          path: "outbound[1].include-fragment(limits)[0].rate-limit",
          code: "wrong-section",
          refusedByAzure: true,
        }),
      ]);
      expect(checkPolicy(document, { scope: "api" })).toEqual([]);
    }
  });

  test("compiles and is valid where all of the fragment may stand", () => {
    const document = policyDocument({
      scope: "api",
      inbound: [includeFragment<typeof limits>({ fragmentId: "limits" })],
    });
    expect(checkPolicy(document, context)).toEqual([]);
  });

  test("is checked with what is nested in the fragment, with its scope, and with its own policies", () => {
    const nested = policyFragment([
      choose([{ when: expression("true"), then: [quota({ calls: 1, renewalPeriod: 60 })] }]),
      rateLimit({ calls: 1, renewalPeriod: 1 }),
    ]);
    const document = policyDocument({
      scope: "api",
      inbound: [rateLimit({ calls: 1, renewalPeriod: 1 }), includeFragment({ fragmentId: "nested" })],
    });
    const issues = checkPolicy(document, { scope: "api", fragments: new Map([["nested", nested]]) });
    expect(issues.map(({ path, code }) => [path, code])).toEqual([
      ["inbound[2].include-fragment(nested)[0].choose.when[0][0].quota", "wrong-scope"],
      ["inbound[2].include-fragment(nested)[1].rate-limit", "not-repeatable"],
    ]);
  });

  test("forwards requests if the fragment does", () => {
    const codes = (fragment: PolicyFragment) =>
      checkPolicy(policyDocument({ scope: "global", backend: [includeFragment({ fragmentId: "call" })] }), {
        scope: "global",
        fragments: new Map([["call", fragment]]),
      }).map(({ code }) => code);
    const attributes = { condition: expression("true"), count: 1, interval: 1 } as const;
    expect(codes(policyFragment([retry(attributes, [forwardRequest()])]))).toEqual([]);
    expect(codes(policyFragment([setHeader({ name: "a" })]))).toEqual(["no-forwarding"]);
  });
});
