import * as gateway from "../../../policies/gateway";
import { CATEGORIES, ELEMENTS, elementSpec } from "../../../policies/gateway/elements";
import * as constructors from "../../../policies/gateway/statements";
import {
  attributeName,
  constructorName,
  SECTIONS,
  type ContentSpec,
  type ElementSpec,
} from "../../../policies/gateway/spec";

const TYPED: [string, ElementSpec][] = Object.entries(ELEMENTS);
const ROWS: [string, ElementSpec][] = Object.values(CATEGORIES).flatMap((rows) => Object.entries(rows));

function specsIn(spec: ContentSpec): ContentSpec[] {
  const inner = [...Object.values(spec.children ?? {}), ...(spec.list === undefined ? [] : [spec.list])];
  return [spec, ...inner.flatMap(specsIn)];
}

describe.each(ROWS)("the row of %s", (name, row) => {
  test("names the page that it was taken from", () => {
    const page = name === "base" ? "set-edit-policies#" : `${name}-policy`;
    expect(row.documentation).toContain(`https://learn.microsoft.com/azure/api-management/${page}`);
  });

  test("lists its sections in the order of a document, each once", () => {
    expect(row.sections.length).toBeGreaterThan(0);
    expect([...row.sections]).toEqual(SECTIONS.filter((section) => row.sections.includes(section)));
  });

  test("describes its inside in one way", () => {
    for (const { text, list, children, statements, opaque } of specsIn(row)) {
      const ways = [text, list, children, statements, opaque].filter((way) => way !== undefined);
      // A key of a token is a text or attributes; nothing else mixes.
      expect(ways.length).toBeLessThanOrEqual(1);
    }
  });

  test("has choices among its own attributes and children only", () => {
    for (const spec of specsIn(row)) {
      const own = [...Object.keys(spec.attributes ?? {}), ...Object.keys(spec.children ?? {})];
      expect(own).toEqual(expect.arrayContaining((spec.choices ?? []).flatMap(({ of }) => [...of])));
    }
  });

  test("says of attributes only that they have that make another part dispensable", () => {
    for (const spec of specsIn(row)) {
      const parts = [...Object.values(spec.attributes ?? {}), ...Object.values(spec.children ?? {})];
      const named = parts.flatMap(({ requiredUnless }) => requiredUnless?.attribute ?? []);
      expect(Object.keys(spec.attributes ?? {})).toEqual(expect.arrayContaining(named));
    }
  });
});

test("every row has a constructor under its own name, and every constructor a row", () => {
  expect(Object.keys(constructors).sort()).toEqual(TYPED.map(([name]) => constructorName(name)).sort());
  for (const [name, constructor] of Object.entries(constructors)) {
    expect(gateway).toHaveProperty(name, constructor);
  }
});

test("every row that has no constructor is known by its name, section and gateway", () => {
  const untyped = ROWS.filter(([, { opaque }]) => opaque === true);
  expect([...TYPED, ...untyped].map(([name]) => name).sort()).toEqual(ROWS.map(([name]) => name).sort());
  for (const [name, row] of untyped) expect(elementSpec(name)).toBe(row);
});

test("a policy without constructor is written with rawPolicy, and checked as far as it is known", () => {
  // https://learn.microsoft.com/azure/api-management/llm-token-limit-policy
  const limit = gateway.rawPolicy(
    '<llm-token-limit counter-key="{{key}}" tokens-per-minute="5000" estimate-prompt-tokens="false" />',
  );
  const check = (context: Partial<gateway.PolicyContext>, section: "inbound" | "outbound") =>
    gateway
      .checkPolicy(gateway.policyDocument({ scope: "api", [section]: [limit] }), {
        scope: "api",
        ...context,
      })
      .map(({ code }) => code);
  expect(check({ gateway: "classic", known: { namedValue: new Set(["key"]) } }, "inbound")).toEqual([]);
  expect(check({ gateway: "consumption" }, "outbound")).toEqual(["wrong-section", "wrong-gateway"]);
  expect(check({ known: { namedValue: new Set() } }, "inbound")).toEqual(["unknown-named-value"]);
});

test("a Liquid template in a message for Dapr names no named values", () => {
  // https://learn.microsoft.com/azure/api-management/publish-to-dapr-policy
  const message = gateway.rawPolicy(
    '<publish-to-dapr topic="{{topic}}" template="Liquid">{{body.order}}</publish-to-dapr>',
  );
  const document = gateway.policyDocument({ scope: "api", inbound: [message] });
  expect(gateway.policyReferences(document)).toEqual([{ kind: "namedValue", id: "topic" }]);
  const issues = gateway.checkPolicy(document, { scope: "api", known: { namedValue: new Set() } });
  expect(issues.map(({ received }) => received)).toEqual(["{{topic}}"]);
});

test("keys and XML names are two forms of one name", () => {
  for (const [, row] of ROWS) {
    for (const key of specsIn(row).flatMap((spec) => Object.keys(spec.attributes ?? {}))) {
      expect(constructorName(attributeName(key))).toBe(key);
    }
  }
  expect(attributeName("renewalPeriod")).toBe("renewal-period");
});

test("a name that every object has is not an element", () => {
  expect(elementSpec("constructor")).toBeUndefined();
});

test("every policy that Azure documents for on-error is admitted there", () => {
  // https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies
  const documented = [
    "choose",
    "set-variable",
    "find-and-replace",
    "return-response",
    "set-header",
    "set-method",
    "set-status",
    "send-request",
    "send-one-way-request",
    "log-to-eventhub",
    "json-to-xml",
    "xml-to-json",
    "limit-concurrency",
    "mock-response",
    "retry",
    "trace",
  ];
  expect(documented.filter((name) => elementSpec(name)?.sections.includes("on-error") !== true)).toEqual([]);
});
