import * as gateway from "../../../policies/gateway";
import { ELEMENTS, elementSpec } from "../../../policies/gateway/elements";
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
    for (const { text, list, children, statements, unchecked } of specsIn(row)) {
      const ways = [text, list, children, statements, unchecked].filter((way) => way !== undefined);
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

  test("has a constructor under its own name, unless it is for rawPolicy", () => {
    const constructor = attributeKey(name);
    expect(constructor in gateway).toBe(row.unchecked !== true);
  });
});

/** `rateLimitByKey` for `rate-limit-by-key`: the other way round than {@link attributeName}. */
function attributeKey(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

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
