import { nearest } from "../../validation/nearest";
import { received, type Issue } from "../../validation/issue";
import { documentTree, placesBase, type PolicyDocument } from "./document";
import { ELEMENTS, elementSpec } from "./elements";
import {
  attributeName,
  SECTIONS,
  type AttributeSpec,
  type ChildSpec,
  type ContentSpec,
  type ElementSpec,
  type GatewayKind,
  type ReferenceKind,
  type Scope,
  type Section,
} from "./spec";
import { attributeSpecs, isElement, WITHOUT_BASE, type PolicyElement } from "./statement";
import { isExpression, knownText, namedValuesIn, type Value } from "./value";
import { isXmlText, MalformedXmlError, parseXml, positionOf, writeXml } from "./xml";

/** What a policy is checked against. A set that is left out is not checked. */
export interface PolicyContext {
  readonly scope: Scope;
  /** `@default` policies that only some kinds of gateway know are not looked at */
  readonly gateway?: GatewayKind;
  /** Display names of the gateway's named values. */
  readonly namedValues?: ReadonlySet<string>;
  /** Ids of the gateway's backends. */
  readonly backends?: ReadonlySet<string>;
  /** Ids of the gateway's policy fragments. */
  readonly fragments?: ReadonlySet<string>;
  /** Ids of the gateway's certificates. */
  readonly certificates?: ReadonlySet<string>;
}

/** What is wrong with a policy; stable, for programs. */
export type PolicyIssueCode =
  | "arm-id"
  | "base-at-global-scope"
  | "child-order"
  | "choice"
  | "document-size"
  | "duplicate-section"
  | "expression-not-allowed"
  | "incomplete-expression"
  | "invalid-character"
  | "invalid-value"
  | "malformed-xml"
  | "missing-attribute"
  | "missing-base"
  | "missing-child"
  | "missing-text"
  | "no-forwarding"
  | "not-repeatable"
  | "section-order"
  | "unexpected-text"
  | "unknown-attribute"
  | "unknown-child"
  | "unknown-element"
  | "unknown-named-value"
  | "unknown-reference"
  | "unknown-section"
  | "wrong-gateway"
  | "wrong-root"
  | "wrong-scope"
  | "wrong-section";

/** One thing that is wrong with a policy. */
export interface PolicyIssue extends Issue {
  readonly code: PolicyIssueCode;
  /** Whether Azure refuses the document for it. The others it accepts, and this program does not. */
  readonly refusedByAzure: boolean;
}

/** What Azure accepts, although it is a trap. Everything else it refuses. */
const ACCEPTED_BY_AZURE: ReadonlySet<PolicyIssueCode> = new Set([
  "arm-id",
  "base-at-global-scope",
  "child-order",
  "missing-base",
  "no-forwarding",
  "section-order",
]);

/** The largest policy document: https://learn.microsoft.com/azure/api-management/service-limits. */
export const MAX_POLICY_BYTES = 256 * 1024;

/**
 * Everything that is wrong with a policy, all at once.
 *
 * Paths read like `inbound[2].rate-limit-by-key.@calls`, with positions counted from 0; for XML the line follows.
 * Values that are Pulumi outputs are passed over: check again once they are resolved.
 *
 * @param policy a document, or XML as Azure takes it in the format `xml`
 */
export function checkPolicy(policy: PolicyDocument | string, context: PolicyContext): PolicyIssue[] {
  return inspectPolicy(policy, context).issues;
}

/** The issues of a policy together with its tree, which malformed XML has not. */
export function inspectPolicy(
  policy: PolicyDocument | string,
  context: PolicyContext,
): { readonly root?: PolicyElement; readonly issues: PolicyIssue[] } {
  const issues: PolicyIssue[] = [];
  const report: Report = (code, path, rule, fix, got) => {
    issues.push({ code, path, rule, fix, received: got, refusedByAzure: !ACCEPTED_BY_AZURE.has(code) });
  };
  let root: PolicyElement;
  try {
    root = typeof policy === "string" ? parseXml(policy) : documentTree(policy);
  } catch (error) {
    if (!(error instanceof MalformedXmlError)) throw error;
    reportMalformed(error, report);
    return { issues };
  }
  checkRoot(root, { context, report });
  if (typeof policy === "string") checkSize(policy, report);
  // Values that are not known yet count nothing, so that a document that is too large without them is told early.
  else if (isWritable(root))
    checkSize(
      writeXml(root, () => ""),
      report,
    );
  return { root, issues };
}

function isWritable({ attributes, content }: PolicyElement): boolean {
  return [...Object.values(attributes), ...content].every((part) =>
    isElement(part) ? isWritable(part) : isXmlText(knownText(part) ?? ""),
  );
}

function reportMalformed({ reason, position }: MalformedXmlError, report: Report): void {
  report(
    "malformed-xml",
    `line ${position.line}, column ${position.column}`,
    `a policy is well-formed XML: ${reason}`,
    'write < as &lt;, & as &amp; and, inside of an attribute, " as &quot;',
  );
}

type Report = (code: PolicyIssueCode, path: string, rule: string, fix: string, received?: string) => void;

interface Checking {
  readonly context: PolicyContext;
  readonly report: Report;
}

interface InSection extends Checking {
  readonly section: Section;
  /** How often each policy was seen in this section and in the document. */
  readonly seen: { readonly section: Map<string, number>; readonly document: Map<string, number> };
}

function checkSize(xml: string, report: Report): void {
  const bytes = Buffer.byteLength(xml);
  if (bytes <= MAX_POLICY_BYTES) return;
  report(
    "document-size",
    "policies",
    `a policy document has at most ${MAX_POLICY_BYTES} bytes`,
    "move parts of it into policy fragments, or data into named values",
    `${bytes} bytes`,
  );
}

function at(path: string, element: PolicyElement): string {
  const position = positionOf(element);
  return position === undefined ? path : `${path} (line ${position.line})`;
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return near === undefined ? `use one of ${known.join(", ")}` : `write ${near}`;
}

function checkRoot(root: PolicyElement, checking: Checking): void {
  const { report, context } = checking;
  if (root.element !== "policies") {
    report(
      "wrong-root",
      at(root.element, root),
      "a policy document is a <policies> element",
      "put the sections inside of <policies>",
    );
    return;
  }
  reportUnknownAttributes(root, undefined, "policies", checking);
  const seen = new Map<string, number>();
  const found: Section[] = [];
  for (const part of root.content) {
    if (!isElement(part)) {
      reportText(part, root, "policies", checking);
      continue;
    }
    const section = SECTIONS.find((name) => name === part.element);
    if (section === undefined) {
      const fix = elementSpec(part.element)
        ? "put it inside of a section"
        : suggestion(part.element, SECTIONS);
      report("unknown-section", at(part.element, part), `the sections are ${SECTIONS.join(", ")}`, fix);
      continue;
    }
    const last = found.at(-1);
    if (found.includes(section)) {
      report("duplicate-section", at(section, part), "each section stands once", "join the two into one");
    } else if (last !== undefined && SECTIONS.indexOf(section) < SECTIONS.indexOf(last)) {
      report(
        "section-order",
        at(section, part),
        `the sections stand in the order ${SECTIONS.join(", ")}`,
        `move ${section} before ${last}`,
      );
    }
    found.push(section);
    checkSection(part, { ...checking, section, seen: { section: new Map(), document: seen } });
  }
  for (const section of SECTIONS.filter((name) => context.scope !== "global" && !found.includes(name))) {
    reportMissingBase(section, report);
  }
  const backend = root.content.find((part) => isElement(part) && part.element === "backend");
  if (
    context.scope === "global" &&
    !(backend && isElement(backend) && mentions(backend, "forward-request"))
  ) {
    report(
      "no-forwarding",
      "backend",
      "the global policy forwards requests, or no API reaches its service",
      "put <forward-request /> into the backend section",
    );
  }
}

function mentions(tree: PolicyElement, element: string): boolean {
  // A fragment may hold it; what is in one is not known here.
  return tree.content.some(
    (part) =>
      isElement(part) &&
      (part.element === element || part.element === "include-fragment" || mentions(part, element)),
  );
}

function reportMissingBase(path: string, report: Report): void {
  report(
    "missing-base",
    path,
    "a section below the global scope holds <base/>, so that the policies of the broader scopes apply",
    "put <base/> into the section, or say why not: withoutBase(reason, statements)",
  );
}

function checkSection(section: PolicyElement, checking: InSection): void {
  const { context, report } = checking;
  const path = section.element;
  reportUnknownAttributes(section, undefined, path, checking);
  if (context.scope !== "global" && !placesBase(section.content))
    reportMissingBase(at(path, section), report);
  checkStatements(section, path, checking);
}

function checkStatements(
  parent: PolicyElement,
  path: string,
  checking: InSection,
  only?: readonly string[],
): void {
  for (const [index, part] of parent.content.entries()) {
    if (!isElement(part)) reportText(part, parent, path, checking);
    else if (part.element !== WITHOUT_BASE)
      checkStatement(part, `${path}[${index}].${part.element}`, checking, only);
  }
}

function checkStatement(
  statement: PolicyElement,
  path: string,
  checking: InSection,
  only: readonly string[] | undefined,
): void {
  const { report } = checking;
  const spec = elementSpec(statement.element);
  const place = at(path, statement);
  if (spec === undefined) {
    report(
      "unknown-element",
      place,
      "a policy is one of those that policies/gateway/elements.ts holds",
      `${suggestion(statement.element, Object.keys(ELEMENTS))}; add a row where Azure has a new one`,
    );
    return;
  }
  if (only?.includes(statement.element) === false) {
    report("unknown-child", place, `this element holds only ${only.join(", ")}`, "move the policy out of it");
    return;
  }
  checkLegality(statement, spec, place, checking);
  checkElement(statement, spec, path, checking, ["id"]);
}

function checkLegality(
  statement: PolicyElement,
  spec: ElementSpec,
  place: string,
  checking: InSection,
): void {
  const { report, context, section, seen } = checking;
  const name = statement.element;
  const see = `see ${spec.documentation}`;
  if (!spec.sections.includes(section)) {
    report(
      "wrong-section",
      place,
      `${name} may stand in ${spec.sections.join(", ")} only`,
      `move it there; ${see}`,
      section,
    );
  }
  if (spec.scopes?.includes(context.scope) === false) {
    report(
      "wrong-scope",
      place,
      `${name} is for the scopes ${spec.scopes.join(", ")}`,
      `move it to one; ${see}`,
      context.scope,
    );
  }
  if (context.gateway !== undefined && spec.gateways?.includes(context.gateway) === false) {
    report(
      "wrong-gateway",
      place,
      `${name} is known to gateways of the kind ${spec.gateways.join(", ")}`,
      see,
      context.gateway,
    );
  }
  if (name === "base" && context.scope === "global") {
    report(
      "base-at-global-scope",
      place,
      "nothing is broader than the global scope, so that <base/> does nothing",
      "leave it out",
    );
  }
  if (spec.once === undefined) return;
  const count = (seen[spec.once].get(name) ?? 0) + 1;
  seen[spec.once].set(name, count);
  if (count === 2) {
    report(
      "not-repeatable",
      place,
      `${name} stands at most once in a ${spec.once}`,
      `keep one of them; ${see}`,
    );
  }
}

function checkElement(
  element: PolicyElement,
  spec: ContentSpec,
  path: string,
  checking: InSection,
  common: readonly string[] = [],
): void {
  if (spec.unchecked === true) {
    checkTexts(element, path, checking);
    return;
  }
  reportUnknownAttributes(element, spec, path, checking, common);
  checkAttributes(element, spec, path, checking);
  checkChoices(element, spec, path, checking);
  if (spec.verbatim === true) checkVerbatim(element, path, checking);
  else if (spec.statements !== undefined) {
    checkStatements(element, path, checking, spec.statements === "any" ? undefined : spec.statements);
  } else if (spec.text !== undefined) checkText(element, spec.text, path, checking);
  else checkChildren(element, spec, path, checking);
}

/** What a table does not describe is still searched for named values, ARM ids and forbidden characters. */
function checkTexts(element: PolicyElement, path: string, checking: Checking): void {
  for (const [name, value] of Object.entries(element.attributes)) {
    checkAnyText(value, at(`${path}.@${name}`, element), checking);
  }
  for (const part of element.content) {
    if (isElement(part)) checkTexts(part, `${path}.${part.element}`, checking);
    else checkAnyText(part, at(path, element), checking);
  }
}

function checkVerbatim(element: PolicyElement, path: string, checking: Checking): void {
  const isLiquid = element.attributes.template === "liquid";
  // In a Liquid template {{...}} is Liquid's own output tag.
  const context = isLiquid ? { ...checking.context, namedValues: undefined } : checking.context;
  checkTexts({ ...element, attributes: {} }, path, { ...checking, context });
}

function reportUnknownAttributes(
  element: PolicyElement,
  spec: ContentSpec | undefined,
  path: string,
  { report }: Checking,
  common: readonly string[] = [],
): void {
  const known = [...(spec === undefined ? [] : attributeSpecs(spec).keys())];
  for (const name of Object.keys(element.attributes)) {
    if (known.includes(name) || common.includes(name)) continue;
    const rule =
      known.length === 0
        ? `${element.element} has no attributes`
        : `${element.element} has the attributes ${known.join(", ")}`;
    const near = nearest(name, known);
    report(
      "unknown-attribute",
      at(`${path}.@${name}`, element),
      rule,
      near === undefined ? "leave it out" : `write ${near}`,
    );
  }
}

function checkAttributes(element: PolicyElement, spec: ContentSpec, path: string, checking: Checking): void {
  for (const [name, attribute] of attributeSpecs(spec)) {
    const value = element.attributes[name];
    const place = at(`${path}.@${name}`, element);
    if (value !== undefined) checkValue(value, attribute, place, checking);
    else if (attribute.required === true) {
      checking.report(
        "missing-attribute",
        place,
        `${element.element} needs the attribute ${name}`,
        `add ${name}`,
      );
    }
  }
}

function checkChoices(element: PolicyElement, spec: ContentSpec, path: string, { report }: Checking): void {
  for (const { of, atLeast, atMost } of spec.choices ?? []) {
    const names = of.map((key) => spec.children?.[key]?.element ?? attributeName(key));
    const given = names.filter(
      (name) =>
        element.attributes[name] !== undefined ||
        element.content.some((part) => isElement(part) && part.element === name),
    );
    const list = names.join(", ");
    if (given.length < atLeast) {
      report("choice", at(path, element), `${element.element} needs one of ${list}`, "add one of them");
    } else if (atMost !== undefined && given.length > atMost) {
      report(
        "choice",
        at(path, element),
        `${element.element} takes only one of ${list}`,
        "keep one of them",
        given.join(", "),
      );
    }
  }
}

function checkText(element: PolicyElement, spec: AttributeSpec, path: string, checking: Checking): void {
  const place = at(path, element);
  for (const part of element.content) {
    if (isElement(part)) {
      checking.report(
        "unknown-child",
        at(`${path}.${part.element}`, part),
        `${element.element} holds text only`,
        "write the text itself",
      );
    } else checkValue(part, spec, place, checking);
  }
  if (
    spec.required === true &&
    element.content.every((part) => !isElement(part) && knownText(part)?.trim() === "")
  ) {
    checking.report("missing-text", place, `${element.element} holds a text`, "write one");
  }
}

function checkChildren(element: PolicyElement, spec: ContentSpec, path: string, checking: InSection): void {
  const { report } = checking;
  const children: readonly ChildSpec[] =
    spec.list === undefined
      ? Object.values(spec.children ?? {})
      : [{ ...spec.list, required: true, repeated: true }];
  const names = children.map((child) => child.element);
  const counts = new Map<string, number>();
  let furthest = 0;
  for (const part of element.content) {
    if (!isElement(part)) {
      reportText(part, element, path, checking);
      continue;
    }
    const position = names.indexOf(part.element);
    const child = children[position];
    if (child === undefined) {
      const rule = names.length === 0 ? "is empty" : `holds ${names.join(", ")}`;
      const near = nearest(part.element, names);
      report(
        "unknown-child",
        at(`${path}.${part.element}`, part),
        `${element.element} ${rule}`,
        near === undefined ? "leave it out" : `write ${near}`,
      );
      continue;
    }
    const count = counts.get(part.element) ?? 0;
    counts.set(part.element, count + 1);
    const childPath = `${path}.${part.element}${child.repeated === true ? `[${count}]` : ""}`;
    if (child.repeated !== true && count === 1) {
      report(
        "not-repeatable",
        at(childPath, part),
        `${element.element} holds ${part.element} once`,
        "join the two into one",
      );
    }
    if (position < furthest) {
      report(
        "child-order",
        at(childPath, part),
        `the order inside of ${element.element} is ${names.join(", ")}`,
        `move ${part.element} before ${names[furthest] ?? ""}`,
      );
    }
    furthest = Math.max(furthest, position);
    checkElement(part, child, childPath, checking);
  }
  for (const child of children) {
    if (child.required === true && !counts.has(child.element)) {
      report(
        "missing-child",
        at(path, element),
        `${element.element} needs ${child.element}`,
        `add <${child.element}>`,
      );
    }
  }
}

function reportText(part: Value, parent: PolicyElement, path: string, { report }: Checking): void {
  const text = knownText(part);
  if (text?.trim() === "") return;
  report(
    "unexpected-text",
    at(path, parent),
    `${parent.element} holds elements only`,
    "remove the text, or write it as a comment",
    text === undefined ? undefined : received(text.trim()),
  );
}

function checkValue(value: Value, spec: AttributeSpec, place: string, checking: Checking): void {
  const text = knownText(value);
  if (text === undefined) return;
  checkAnyText(text, place, checking);
  // What a named value holds is not known here.
  if (namedValuesIn(text).length > 0) return;
  if (isExpression(text)) checkExpression(text, spec, place, checking);
  else {
    checkLiteral(text, spec, place, checking);
    if (spec.reference !== undefined) checkReference(text, spec.reference, place, checking);
  }
}

/** What is wrong with C# is told without the C#, which may hold what was a secret output. */
function checkExpression(text: string, spec: AttributeSpec, place: string, { report }: Checking): void {
  if (spec.literal === true) {
    const rule = "policy expressions are not allowed here";
    report("expression-not-allowed", place, rule, "write a literal or a named value");
    return;
  }
  const code = text.trim();
  const close = code.startsWith("@(") ? ")" : "}";
  if (code.endsWith(close)) return;
  const rule = `an expression that begins with ${code.slice(0, 2)} ends with ${close}`;
  report("incomplete-expression", place, rule, "make the whole value one expression");
}

function checkLiteral(text: string, spec: AttributeSpec, place: string, { report }: Checking): void {
  const rule = brokenRule(text, spec);
  if (rule === undefined) return;
  const near = spec.values === undefined ? undefined : nearest(text, spec.values);
  const other = spec.literal === true ? "" : ", or a policy expression";
  report(
    "invalid-value",
    place,
    rule,
    near === undefined ? `write such a value${other}` : `write ${near}`,
    received(text),
  );
}

function brokenRule(
  text: string,
  { type, values, minimum, maximum, also }: AttributeSpec,
): string | undefined {
  if (values !== undefined)
    return values.includes(text) ? undefined : `the value is one of ${values.join(", ")}`;
  if (type === "boolean") return /^(true|false)$/i.test(text) ? undefined : "the value is true or false";
  if (type !== "integer") return undefined;
  const number = Number(text);
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return "the value is a whole number";
  if (also?.includes(number) === true) return undefined;
  const or = also === undefined ? "" : `, or ${also.join(", ")}`;
  if (minimum !== undefined && number < minimum) return `the value is at least ${minimum}${or}`;
  if (maximum !== undefined && number > maximum) return `the value is at most ${maximum}${or}`;
  return undefined;
}

const REFERENCES = {
  backend: { set: "backends", words: "a backend" },
  fragment: { set: "fragments", words: "a policy fragment" },
  certificate: { set: "certificates", words: "a certificate" },
} as const satisfies Record<ReferenceKind, { set: keyof PolicyContext; words: string }>;

function checkReference(id: string, kind: ReferenceKind, place: string, { context, report }: Checking): void {
  const { set, words } = REFERENCES[kind];
  const known = context[set];
  if (known === undefined || known.has(id)) return;
  const near = nearest(id, [...known]);
  report(
    "unknown-reference",
    place,
    `the id names ${words} of the gateway`,
    near === undefined ? `add ${words} with this id to the gateway` : `write ${near}`,
    received(id),
  );
}

const ARM_ID = /\/subscriptions\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\/[^\s"'<]*/i;

function checkAnyText(value: Value, place: string, { context, report }: Checking): void {
  const text = knownText(value);
  if (text === undefined) return;
  if (!isXmlText(text)) {
    report(
      "invalid-character",
      place,
      "the text has only characters that XML can hold",
      "remove the control character or half of a surrogate pair",
    );
  }
  const armId = ARM_ID.exec(text)?.[0];
  if (armId !== undefined) {
    report(
      "arm-id",
      place,
      "a policy holds no ARM id: with one in it azure-native misses later edits (pulumi/pulumi-azure-native issue 3620)",
      "put the id into a named value and refer to it by namedValue(name)",
      received(armId),
    );
  }
  const { namedValues } = context;
  for (const name of namedValues === undefined ? [] : namedValuesIn(text)) {
    if (namedValues?.has(name) === true) continue;
    const near = nearest(name, [...(namedValues ?? [])]);
    report(
      "unknown-named-value",
      place,
      "{{...}} names a named value of the gateway",
      near === undefined ? "add the named value to the gateway" : `write {{${near}}}`,
      `{{${name}}}`,
    );
  }
}
