import {
  checkPolicy,
  policyDocument,
  readPolicy,
  renderPolicy,
  type PolicyDocument,
  type PolicyIssueCode,
  type Section,
  type Statement,
} from "../../../policies/gateway";
import { SECTIONS } from "../../../policies/gateway/spec";

/** An example of Microsoft's policy reference: how it is built, and how it reads. */
export interface Example {
  readonly page: string;
  readonly built: PolicyDocument;
  /**
   * Transcribed from the page, in Azure's layout: CRLF, two spaces a level, attributes in the order of the page, `"`, `<`,
   * `>` and `&` escaped.
   */
  readonly xml: string;
  /** What this program has to say against the example. `@default` nothing */
  readonly issues?: readonly PolicyIssueCode[];
}

/** An inbound section at API scope with `<base />` first, as the examples are meant. */
export function inbound(...statements: Statement<"inbound">[]): PolicyDocument {
  return policyDocument({ scope: "api", inbound: statements });
}

/** An outbound section at API scope with `<base />` first. */
export function outbound(...statements: Statement<"outbound">[]): PolicyDocument {
  return policyDocument({ scope: "api", outbound: statements });
}

/** The whole document around the lines of one section. */
export function xmlWith(section: Section, lines: readonly string[]): string {
  const sections = SECTIONS.flatMap((name) => [
    `  <${name}>`,
    "    <base />",
    ...(name === section ? lines.map((line) => `    ${line}`) : []),
    `  </${name}>`,
  ]);
  return ["<policies>", ...sections, "</policies>"].join("\n").replaceAll("\n", "\r\n");
}

/** Tests that each example is built, rendered, read and checked as its page means it. */
export function describeExamples(examples: readonly Example[]): void {
  describe.each(examples)("the example of $page", ({ built, xml, issues = [] }) => {
    const { scope } = built;

    test("is what the constructors render", () => {
      expect(renderPolicy(built)).toBe(xml);
    });

    test("is read into the same tree, and written as it was", () => {
      const read = readPolicy(xml, scope);
      expect(read).toEqual(built);
      expect(renderPolicy(read)).toBe(xml);
    });

    test("has nothing wrong with it that is not expected, as a document and as XML", () => {
      expect(checkPolicy(built, { scope }).map(({ code }) => code)).toEqual(issues);
      expect(checkPolicy(xml, { scope }).map(({ code }) => code)).toEqual(issues);
    });
  });
}
