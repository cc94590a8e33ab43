import fc from "fast-check";
import {
  canonicalPolicy,
  checkPolicy,
  policyDocument,
  readPolicy,
  renderPolicy,
  setBody,
  setHeader,
  setVariable,
  type PolicyDocument,
  type PolicyElement,
} from "../../../policies/gateway";
import { ELEMENTS, elementSpec } from "../../../policies/gateway/elements";
import { attributeName, type ContentSpec } from "../../../policies/gateway/spec";
import { isElement } from "../../../policies/gateway/statement";
import { knownText } from "../../../policies/gateway/value";
import { azureLayout } from "../../../rehearsal/azure/types/api-management/policy-xml";

/** Text of everything that needs an escape, of white space, of letters beyond the BMP, and of anything else. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom("<", ">", "&", '"', "'", "]]>", "<!--", "-->", "&amp;", "&#10;", "@(", "@{", "{{a}}"),
      fc.constantFrom(" ", "\n", "\r\n", "\r", "\t", "\u0085", "\u2028", "\uFEFF", "\u{1F600}", "é"),
      fc.string({ unit: "grapheme", maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

/** Whether XML 1.0 can hold the text: https://www.w3.org/TR/xml/#charsets, written as what it excludes. */
function isForXml(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- control characters are what is excluded
  return !/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u.test(text);
}

const xmlText = anyText.filter(isForXml);

/** What is kept of a text: line ends are LF, and white space around an expression is not part of it. */
function kept(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n");
  return /^\s*@[({]/.test(lines) ? lines.trim() : lines;
}

/** Undoes the escapes of XML, independently of the parser that the project uses. */
function unescape(text: string): string {
  const named: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
  return text
    .replaceAll("\r\n", "\n")
    .replace(/&(?:#x([\dA-F]+)|(\w+));/g, (_, code: string | undefined, name: string | undefined) =>
      code === undefined ? (named[name ?? ""] ?? "") : String.fromCodePoint(parseInt(code, 16)),
    );
}

describe("any text", () => {
  test("in an attribute is escaped, and read back", () => {
    fc.assert(
      fc.property(xmlText, (text) => {
        const xml = renderPolicy(
          policyDocument({ scope: "api", inbound: [setVariable({ name: "a", value: text })] }),
        );
        const [, escaped] = / value="([^"<>]*)" \/>/.exec(xml) ?? [];
        expect(escaped).not.toMatch(/[\n\t\r]/);
        expect(unescape(escaped ?? "")).toBe(kept(text));
        expect(readPolicy(xml, "api").inbound?.[1]?.attributes.value).toBe(kept(text));
      }),
    );
  });

  test("between tags is escaped, and read back", () => {
    fc.assert(
      fc.property(xmlText, (text) => {
        const xml = renderPolicy(policyDocument({ scope: "api", inbound: [setBody(text)] }));
        const [, escaped = ""] = /<set-body>([^<>]*)<\/set-body>/.exec(xml) ?? [];
        const whole = text.trim() === "" ? "" : kept(text);
        expect(unescape(escaped)).toBe(whole);
        expect(readPolicy(xml, "api").inbound?.[1]?.content).toEqual(whole === "" ? [] : [whole]);
      }),
    );
  });

  test("that XML cannot hold is refused, by the check and by the writer", () => {
    const forbidden = fc.constantFrom("\u0000", "\u0008", "\u001F", "\uFFFE", "\uD800", "\uDC00");
    fc.assert(
      fc.property(xmlText, forbidden, xmlText, (before, character, after) => {
        const document = policyDocument({
          scope: "api",
          inbound: [setHeader({ name: "a", values: [`${before} ${character} ${after}`] })],
        });
        expect(checkPolicy(document, { scope: "api" })).toContainEqual(
          expect.objectContaining({ code: "invalid-character", path: "inbound[1].set-header.value[0]" }),
        );
        expect(() => renderPolicy(document)).toThrow("<value> holds a character that XML cannot hold");
      }),
    );
  });
});

/** Any element that a row of the table describes, with any text in it; `depth` bounds the nesting. */
function anyElement(element: string, spec: ContentSpec, depth: number): fc.Arbitrary<PolicyElement> {
  if (spec.opaque === true) {
    const attributes = { "xmlns:xsl": "http://www.w3.org/1999/XSL/Transform" };
    return fc.constant({ element, attributes, content: [] });
  }
  const attributes = fc
    .subarray(Object.keys(spec.attributes ?? {}))
    .chain((keys) =>
      fc.record(Object.fromEntries(keys.map((key) => [attributeName(key), xmlText.map(kept)]))),
    );
  return fc.record({ element: fc.constant(element), attributes, content: anyContent(spec, depth) });
}

function anyContent(spec: ContentSpec, depth: number): fc.Arbitrary<PolicyElement["content"]> {
  const { list, children, statements } = spec;
  if (list !== undefined) return fc.array(anyElement(list.element, list, depth), { maxLength: 3 });
  if (children !== undefined) {
    const each = Object.values(children).map((child) =>
      fc.array(anyElement(child.element, child, depth), { maxLength: child.repeated === true ? 3 : 1 }),
    );
    return fc.tuple(...each).map((found) => found.flat());
  }
  if (statements !== undefined) {
    const names = statements === "any" ? describedElements : statements;
    return depth === 0
      ? fc.constant([])
      : fc.array(
          fc.constantFrom(...names).chain((name) => anyRow(name, depth - 1)),
          { maxLength: 3 },
        );
  }
  if (spec.text === undefined) return fc.constant([]);
  return xmlText.map((text) => (text.trim() === "" ? [] : [kept(text)]));
}

const describedElements = Object.keys(ELEMENTS);

function anyRow(name: string, depth: number): fc.Arbitrary<PolicyElement> {
  return anyElement(name, elementSpec(name) ?? {}, depth);
}

/** Any document, its elements in sections where they need not be legal: writing does not depend on that. */
const anyDocument: fc.Arbitrary<PolicyDocument> = fc.record({
  scope: fc.constantFrom("product", "api", "operation"),
  inbound: fc.array(
    fc.constantFrom(...describedElements).chain((name) => anyRow(name, 2)),
    { maxLength: 4 },
  ),
});

/** Whether the reader takes the elements for legal in an inbound section; others it refuses. */
function isLegalInbound(parts: PolicyElement["content"]): boolean {
  return parts
    .filter(isElement)
    .every(
      (part) =>
        elementSpec(part.element)?.sections.includes("inbound") !== false && isLegalInbound(part.content),
    );
}

describe("any document of the table's elements", () => {
  test("is read back as it was, and what was written is a fixed point", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        fc.pre(isLegalInbound(document.inbound ?? []));
        const xml = renderPolicy(document);
        expect(readPolicy(xml, document.scope)).toEqual(document);
        expect(renderPolicy(readPolicy(xml, document.scope))).toBe(xml);
        expect(canonicalPolicy(xml)).toBe(xml);
      }),
      { numRuns: 300 },
    );
  });

  test("is written as Azure answers it, so that an import shows no change", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const xml = renderPolicy(document);
        expect(azureLayout(xml)).toBe(xml);
      }),
      { numRuns: 300 },
    );
  });

  test("is the same in canonical form, however it is laid out", () => {
    const layout = fc.constantFrom(
      (xml: string) => xml.replaceAll("\r\n", "\n"),
      (xml: string) => xml.replace(/\n +</g, "\n\t<"),
      (xml: string) => xml.replace(/>\r\n *</g, "><"),
      (xml: string) => xml.replaceAll(/ ([a-z-]+)="([^"']*)"/g, " $1 = '$2'"),
      (xml: string) => xml.replaceAll(" />", "/>").replace("<policies>", "<!-- by hand -->\n<policies>"),
    );
    fc.assert(
      fc.property(anyDocument, layout, (document, change) => {
        // Only the layout is to change: texts that look like it are left out.
        fc.pre(
          isLegalInbound(document.inbound ?? []) && !/[\n/>]|[a-z]=/.test(textsOf(document.inbound ?? [])),
        );
        const xml = renderPolicy(document);
        const once = canonicalPolicy(change(xml));
        expect(once).toBe(xml);
        expect(canonicalPolicy(once)).toBe(once);
      }),
      { numRuns: 200 },
    );
  });

  test("is checked without an error, whatever is in it", () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const issues = checkPolicy(document, { scope: document.scope });
        const fromXml = checkPolicy(renderPolicy(document), { scope: document.scope });
        expect(fromXml.map(({ code }) => code)).toEqual(issues.map(({ code }) => code));
      }),
      { numRuns: 200 },
    );
  });
});

function textsOf(parts: PolicyElement["content"]): string {
  return parts
    .map((part) =>
      isElement(part)
        ? Object.values(part.attributes).map(knownText).join("") + textsOf(part.content)
        : knownText(part),
    )
    .join("");
}
