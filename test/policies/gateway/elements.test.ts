import * as gateway from "../../../policies/gateway";
import { CATEGORIES, ELEMENTS, elementSpec } from "../../../policies/gateway/elements";
import * as constructors from "../../../policies/gateway/statements";
import { attributeName, SECTIONS, type ContentSpec, type ElementSpec } from "../../../policies/gateway/spec";

const ROWS: [string, ElementSpec][] = Object.entries(ELEMENTS);

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
    for (const { text, list, children, statements, foreign } of specsIn(row)) {
      const ways = [text, list, children, statements, foreign].filter((way) => way !== undefined);
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

/** `rateLimitByKey` for `rate-limit-by-key`: the other way round than {@link attributeName}. */
function attributeKey(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

test("every row has a constructor under its own name, and every constructor a row", () => {
  expect(Object.keys(constructors).sort()).toEqual(ROWS.map(([name]) => attributeKey(name)).sort());
  for (const [name, constructor] of Object.entries(constructors)) {
    expect(gateway).toHaveProperty(name, constructor);
  }
});

test("every row is in the category that its file is named after", () => {
  expect(
    Object.values(CATEGORIES)
      .flatMap((rows) => Object.keys(rows))
      .sort(),
  ).toEqual(ROWS.map(([name]) => name).sort());
});

test("keys and XML names are two forms of one name", () => {
  for (const [, row] of ROWS) {
    for (const key of specsIn(row).flatMap((spec) => Object.keys(spec.attributes ?? {}))) {
      expect(attributeKey(attributeName(key))).toBe(key);
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
