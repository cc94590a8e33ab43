import * as pulumi from "@pulumi/pulumi";
import {
  cacheStore,
  checkPolicy,
  choose,
  cors,
  expression,
  forwardRequest,
  limitConcurrency,
  policyDocument,
  rateLimitByKey,
  renderPolicy,
  retry,
  setBackendService,
  setBody,
  setHeader,
  setMethod,
  setVariable,
  validateAzureAdToken,
  withoutBase,
  type PolicyDocument,
  type PolicyIssue,
} from "../../../policies/gateway";

const limit = rateLimitByKey({ calls: 1, renewalPeriod: 1, counterKey: "all" });
const header = setHeader({ name: "a", values: ["b"] });

/**
 * What the compiler refuses (`tsc` checks the expected errors) is also what `checkPolicy` refuses, should somebody
 * go around the compiler.
 */
test.each<[string, string, () => PolicyDocument]>([
  [
    "an inbound policy in the outbound section",
    "outbound[1].rate-limit-by-key",
    // @ts-expect-error rate-limit-by-key is for the inbound section
    () => policyDocument({ scope: "api", outbound: [limit] }),
  ],
  [
    "a backend policy in the inbound section",
    "inbound[1].forward-request",
    // @ts-expect-error forward-request is for the backend section
    () => policyDocument({ scope: "api", inbound: [forwardRequest()] }),
  ],
  [
    "an outbound policy in the inbound section, beside one that is legal everywhere",
    "inbound[2].cache-store",
    // @ts-expect-error cache-store is for the outbound section
    () => policyDocument({ scope: "api", inbound: [header, cacheStore({ duration: 1 })] }),
  ],
  [
    "an inbound policy in the on-error section",
    "on-error[1].set-backend-service",
    // @ts-expect-error set-backend-service is for the inbound and backend sections
    () => policyDocument({ scope: "api", onError: [setBackendService({ backendId: "a" })] }),
  ],
  [
    "an inbound policy inside of a branch in the outbound section",
    "outbound[1].choose.when[0][1].rate-limit-by-key",
    () =>
      policyDocument({
        scope: "api",
        // @ts-expect-error what stands in a branch decides where the choice may stand
        outbound: [choose([{ when: expression("true"), then: [header, limit] }])],
      }),
  ],
  [
    "an inbound policy in the otherwise branch",
    "outbound[1].choose.otherwise[0].rate-limit-by-key",
    () =>
      policyDocument({
        scope: "api",
        // @ts-expect-error what stands in a branch decides where the choice may stand
        outbound: [choose([{ when: expression("true"), then: [header] }], [limit])],
      }),
  ],
  [
    "a backend policy retried in the inbound section",
    "inbound[1].retry[0].limit-concurrency[0].forward-request",
    () =>
      policyDocument({
        scope: "api",
        inbound: [
          // @ts-expect-error what is retried decides where the retry may stand
          retry({ condition: expression("true"), count: 1, interval: 1 }, [
            limitConcurrency({ key: "a", maxCount: 1 }, [forwardRequest()]),
          ]),
        ],
      }),
  ],
  [
    "an inbound policy in a section without base",
    "outbound[1].rate-limit-by-key",
    // @ts-expect-error rate-limit-by-key is for the inbound section
    () => policyDocument({ scope: "api", outbound: withoutBase("a test", [limit]) }),
  ],
])("%s neither compiles nor passes the check", (_, path, build) => {
  expect(checkPolicy(build(), { scope: "api" }).filter(({ code }) => code === "wrong-section")).toEqual([
    expect.objectContaining({ path, refusedByAzure: true }),
  ]);
});

test("legal nesting compiles and passes the check", () => {
  const document = policyDocument({
    scope: "api",
    inbound: [choose([{ when: expression("true"), then: [header, limit] }], [limit])],
    backend: [retry({ condition: expression("true"), count: 1, interval: 1 }, [forwardRequest(), header])],
    outbound: [choose([{ when: expression("true"), then: [header] }])],
    onError: [limitConcurrency({ key: "a", maxCount: 1 }, [header])],
  });
  expect(checkPolicy(document, { scope: "api" })).toEqual([]);
});

test("wrong options do not compile", () => {
  const wrong = [
    // @ts-expect-error renewalPeriod is required
    () => rateLimitByKey({ calls: 1, counterKey: "a" }),
    // @ts-expect-error a number, an expression or a named value
    () => rateLimitByKey({ calls: "many", renewalPeriod: 1, counterKey: "a" }),
    // @ts-expect-error expressions are not allowed in this count
    () => limitConcurrency({ key: "a", maxCount: expression("1 + 1") }, []),
    // @ts-expect-error not one of the documented actions
    () => setHeader({ name: "a", existsAction: "replace" }),
    // @ts-expect-error a misspelt attribute
    () => setVariable({ name: "a", value: "b", vaule: "c" }),
    // @ts-expect-error allowedHeaders is required
    () => cors({ allowedOrigins: ["*"] }),
    // @ts-expect-error a claim matches all or any
    () => validateAzureAdToken({ tenantId: "a", requiredClaims: [{ name: "a", match: "some" }] }),
    // @ts-expect-error the global policy says how requests are forwarded
    () => policyDocument({ scope: "global", inbound: [] }),
  ];
  expect(wrong).toHaveLength(8);
});

describe("a document with Pulumi outputs", () => {
  const late = pulumi.output(Promise.resolve("late-backend"));
  const document = policyDocument({
    scope: "api",
    inbound: [
      setBackendService({ backendId: late }),
      rateLimitByKey({ calls: pulumi.output(7), renewalPeriod: 60, counterKey: "all" }),
      setBody(late),
      choose([{ when: expression("true"), then: [setMethod(late)] }]),
    ],
  });
  const context = { scope: "api", known: { backend: new Set(["orders"]) } } as const;

  test("is checked as far as it is known", () => {
    expect(checkPolicy(document, context)).toEqual([]);
  });

  test("cannot be rendered before it is resolved", () => {
    expect(() => renderPolicy(document)).toThrow("pulumi.output(document).apply(renderPolicy)");
  });

  test("is resolved, checked and rendered as a whole", async () => {
    const [xml, issues] = await new Promise<[string, PolicyIssue[]]>((resolve) => {
      pulumi
        .output(document)
        .apply((resolved) => [renderPolicy(resolved), checkPolicy(resolved, context)] as const)
        .apply(([rendered, found]) => {
          resolve([rendered, [...found]]);
        });
    });
    expect(xml).toContain(
      [
        '    <set-backend-service backend-id="late-backend" />',
        '    <rate-limit-by-key calls="7" renewal-period="60" counter-key="all" />',
        "    <set-body>late-backend</set-body>",
        "    <choose>",
        '      <when condition="@(true)">',
        "        <set-method>late-backend</set-method>",
      ].join("\r\n"),
    );
    expect(issues.map(({ path, code }) => [path, code])).toEqual([
      ["inbound[1].set-backend-service.@backend-id", "unknown-reference"],
    ]);
  });
});
