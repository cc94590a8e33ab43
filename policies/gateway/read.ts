import { formatIssues } from "../../validation/issue";
import { inspectFragment, inspectPolicy, type Inspection } from "./check";
import type { PolicyIssue } from "./context";
import { documentTree, SECTION_PROPERTY, type PolicyDocument } from "./document";
import { elementSpec } from "./elements";
import type { PolicyFragment } from "./fragment";
import { SECTIONS, type ContentSpec, type Scope, type Section } from "./spec";
import { attributeSpecs, childSpec, isElement, type PolicyElement, type Statement } from "./statement";
import { lateTextOf, parseXml, writeXml } from "./xml";

/** A policy that cannot be read, with everything that is in the way. */
export class PolicyError extends Error {
  constructor(
    headline: string,
    readonly issues: readonly PolicyIssue[],
  ) {
    super(formatIssues(headline, issues));
    this.name = "PolicyError";
  }
}

/** With these a document has no place in the typed tree; anything else can be read, and checked afterwards. */
const UNREADABLE: ReadonlySet<PolicyIssue["code"]> = new Set([
  "malformed-xml",
  "wrong-root",
  "unknown-element",
  "unknown-section",
  "duplicate-section",
  "not-in-fragment",
  "wrong-section",
  "unexpected-text",
]);

function readable({ root, issues }: Inspection, what: string): PolicyElement {
  const unreadable = issues.filter(({ code }) => UNREADABLE.has(code));
  if (root === undefined || unreadable.length > 0)
    throw new PolicyError(`The ${what} cannot be read`, unreadable);
  return root;
}

/**
 * Reads XML into a document. Comments are dropped, but for the one that `withoutBase` writes.
 *
 * @param scope what the document is attached to, which the XML does not tell
 * @throws PolicyError when the XML is malformed (with line and column), when an element is unknown, or when one stands
 * in a section where it is not allowed
 */
export function readPolicy(xml: string, scope: Scope): PolicyDocument {
  const root = readable(inspectPolicy(xml, { scope }), "policy");
  const sections = root.content.filter(isElement);
  const read = SECTIONS.flatMap((section): [string, PolicyElement["content"]][] => {
    const found = sections.find(({ element }) => element === section);
    return found === undefined ? [] : [[SECTION_PROPERTY[section], found.content]];
  });
  // The check above has refused what is not legal in its section, which is all that the type of a section says.
  return { scope, ...(Object.fromEntries(read) as Omit<PolicyDocument, "scope">) };
}

/**
 * Reads XML into a fragment. Comments are dropped. The compiler cannot see in which sections it may be included;
 * `checkPolicy` does, where its context has the fragment.
 *
 * @throws PolicyError when the XML is malformed (with line and column), or when an element is unknown or has no place
 * in a fragment
 */
export function readFragment(xml: string): PolicyFragment<Section> {
  return { statements: readable(inspectFragment(xml, {}), "policy fragment").content.filter(isElement) };
}

/**
 * The form that all serialisations of one document share: without comments, white space and quotes as Azure writes them,
 * attributes in the order of their documentation. Two documents are compared by this.
 *
 * @throws PolicyError as {@link readPolicy} does
 */
export function canonicalPolicy(xml: string): string {
  // The scope is not part of the XML, so that any will do.
  const tree = documentTree(readPolicy(xml, "global"));
  return writeXml(inTableOrder(tree, elementSpec(tree.element)), lateTextOf("document", "canonicalPolicy"));
}

/** The attributes that the table names first, in its order; then the rest by name. */
function inTableOrder(tree: PolicyElement, spec: ContentSpec | undefined): PolicyElement {
  const order = spec === undefined ? [] : [...attributeSpecs(spec).keys()];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const attributes = Object.entries(tree.attributes).sort(
    ([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1),
  );
  return {
    ...tree,
    attributes: Object.fromEntries(attributes),
    content: tree.content.map((part) =>
      isElement(part) ? inTableOrder(part, childSpec(spec, part.element)) : part,
    ),
  };
}

/**
 * One policy as XML, e.g. one that was copied from a page. The compiler cannot see in which sections it may stand;
 * `checkPolicy` does, as it checks everything else of it.
 *
 * @throws MalformedXmlError when it is not one XML element
 */
export function rawPolicy(xml: string): Statement<Section> {
  return parseXml(xml);
}
