import { GUID_FORM } from "../../validation/guid";
import { nearest } from "../../validation/nearest";
import { received } from "../../validation/issue";
import type { Checking, InSection } from "./context";
import { ELEMENTS, elementSpec } from "./elements";
import { isLiquid, referencesIn } from "./references";
import {
  attributeName,
  SECTIONS,
  type AttributeSpec,
  type ChildSpec,
  type ContentSpec,
  type ElementSpec,
  type ExceptionSpec,
  type ReferenceKind,
  type ValueSpec,
} from "./spec";
import { attributeSpecs, isElement, statementsIn, WITHOUT_BASE, type PolicyElement } from "./statement";
import { isExpression, knownText, namedValuesIn, type Value } from "./value";
import { isXmlText, positionOf } from "./xml";

/** A path, followed by the line where the element was read from XML. */
export function at(path: string, element: PolicyElement): string {
  const position = positionOf(element);
  return position === undefined ? path : `${path} (line ${position.line})`;
}

/**
 * What to write instead of a name that is not known.
 *
 * @param otherwise what to do where no known name is near
 */
export function suggestion(
  name: string,
  known: readonly string[],
  otherwise = `use one of ${known.join(", ")}`,
): string {
  const near = nearest(name, known);
  return near === undefined ? otherwise : `write ${near}`;
}

const NOT_IN_FRAGMENT: readonly string[] = [...SECTIONS, "base", "include-fragment", WITHOUT_BASE];

/**
 * Checks the policies that an element holds.
 *
 * @param only the policies that it may hold. `@default` any
 */
export function checkStatements(
  parent: PolicyElement,
  path: string,
  checking: InSection,
  only?: readonly string[],
): void {
  for (const [index, part] of parent.content.entries()) {
    if (!isElement(part)) reportText(part, parent, path, checking);
    else if (part.element !== WITHOUT_BASE || checking.section === undefined)
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
  if (checking.section === undefined && NOT_IN_FRAGMENT.includes(statement.element)) {
    report(
      "not-in-fragment",
      place,
      "a fragment holds neither sections nor <base/> nor fragments",
      "put it into the documents that include the fragment; see https://learn.microsoft.com/azure/api-management/policy-fragments",
    );
    return;
  }
  if (spec === undefined) {
    report(
      "unknown-element",
      place,
      "a policy is one of those that policies/gateway/elements holds",
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
  if (statement.element === "include-fragment") checkIncluded(statement, path, checking);
}

/** A fragment's policies are legal where they stand in the end; what else is wrong with them its own check tells. */
function checkIncluded(statement: PolicyElement, path: string, checking: InSection): void {
  const id = knownText(statement.attributes["fragment-id"] ?? "");
  const fragment = id === undefined ? undefined : checking.context.fragments?.get(id);
  for (const [included, place] of statementsIn(fragment?.statements ?? [], `${path}(${id ?? ""})`)) {
    const spec = elementSpec(included.element);
    if (spec !== undefined) checkLegality(included, spec, at(place, statement), checking);
  }
}

/** Whether a request that fails the policy goes no further. */
function refuses({ attributes }: PolicyElement): boolean {
  return knownText(attributes["ignore-error"] ?? "")?.toLowerCase() !== "true";
}

function checkLegality(
  statement: PolicyElement,
  spec: ElementSpec,
  place: string,
  checking: InSection,
): void {
  const { report, context, scope, section, seen } = checking;
  const name = statement.element;
  const see = `see ${spec.documentation}`;
  if (section !== undefined && !spec.sections.includes(section)) {
    report(
      "wrong-section",
      place,
      `${name} may stand in ${spec.sections.join(", ")} only`,
      `move it there; ${see}`,
      section,
    );
  }
  if (scope !== undefined && spec.scopes?.includes(scope) === false) {
    report(
      "wrong-scope",
      place,
      `${name} is for the scopes ${spec.scopes.join(", ")}`,
      `move it to one; ${see}`,
      scope,
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
  if (
    name === "validate-client-certificate" &&
    context.clientCertificates === "ignore" &&
    refuses(statement)
  ) {
    report(
      "client-certificates-ignored",
      place,
      "the gateway asks clients for a certificate, or the policy refuses every one of them (https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates-for-clients)",
      'let a host name of the gateway ask for it, clientCertificates: "negotiate", which the settings call domain.clientCertificates; or leave the policy out',
    );
  }
  if (name === "base" && scope === "global") {
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
  if (spec.opaque === true) {
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

/** What the table does not describe is still searched for named values, ARM ids and forbidden characters. */
function checkTexts(element: PolicyElement, path: string, checking: Checking): void {
  for (const [name, value] of Object.entries(element.attributes)) {
    checkAnyText(value, at(`${path}.@${name}`, element), checking);
  }
  checkVerbatim(element, path, checking);
}

function checkVerbatim(element: PolicyElement, path: string, checking: Checking): void {
  const { context } = checking;
  // In a Liquid template {{...}} is Liquid's own output tag.
  const known = isLiquid(element) ? { ...context.known, namedValue: undefined } : context.known;
  const inside = { ...checking, context: { ...context, known } };
  for (const part of element.content) {
    if (isElement(part)) checkTexts(part, `${path}.${part.element}`, inside);
    else checkAnyText(part, at(path, element), inside);
  }
}

/** Reports the attributes that an element may not have; `common` are admitted beside those of its spec. */
export function reportUnknownAttributes(
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
    const fix = suggestion(name, known, "leave it out");
    report("unknown-attribute", at(`${path}.@${name}`, element), rule, fix);
  }
}

function checkAttributes(element: PolicyElement, spec: ContentSpec, path: string, checking: Checking): void {
  for (const [name, attribute] of attributeSpecs(spec)) {
    const value = element.attributes[name];
    const place = at(`${path}.@${name}`, element);
    if (value !== undefined) checkValue(value, attribute, place, checking);
    else if (isRequired(attribute, element)) {
      checking.report(
        "missing-attribute",
        place,
        `${element.element} needs the attribute ${name}${exception(attribute)}`,
        `add ${name}`,
      );
    }
  }
}

interface Requirement {
  readonly required?: true;
  readonly requiredUnless?: ExceptionSpec;
}

function isRequired({ required, requiredUnless }: Requirement, element: PolicyElement): boolean {
  if (requiredUnless === undefined) return required === true;
  const text = knownText(element.attributes[attributeName(requiredUnless.attribute)] ?? "");
  // What the gateway computes is not known here.
  if (text === undefined || isExpression(text) || namedValuesIn(text).length > 0) return false;
  return !requiredUnless.is.includes(text);
}

function exception({ requiredUnless }: Requirement): string {
  if (requiredUnless === undefined) return "";
  return `, unless ${attributeName(requiredUnless.attribute)} is ${requiredUnless.is.join(", ")}`;
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
      report(
        "unknown-child",
        at(`${path}.${part.element}`, part),
        `${element.element} ${rule}`,
        suggestion(part.element, names, "leave it out"),
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
    const count = counts.get(child.element) ?? 0;
    if (count === 0 && isRequired(child, element)) {
      report(
        "missing-child",
        at(path, element),
        `${element.element} needs ${child.element}${exception(child)}`,
        `add <${child.element}>`,
      );
    } else if (child.most !== undefined && count > child.most) {
      report(
        "too-many",
        at(path, element),
        `${element.element} holds ${child.element} at most ${child.most} times`,
        `keep ${child.most} of them`,
        String(count),
      );
    }
  }
}

/** Reports a text among elements; white space is none. */
export function reportText(part: Value, parent: PolicyElement, path: string, { report }: Checking): void {
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
  checkAnyText(text, place, checking, spec);
  // What a named value holds is not known here.
  if (namedValuesIn(text).length > 0) return;
  if (isExpression(text)) checkExpression(text, spec, place, checking);
  else checkLiteral(text, spec, place, checking);
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
  if (spec.secret === true && text.trim() !== "") {
    report(
      "secret-in-clear",
      place,
      "a secret stands in a named value: a policy is read by everybody who may read the gateway (https://learn.microsoft.com/azure/api-management/api-management-howto-properties)",
      "put it into a secret named value and refer to it by namedValue(name)",
    );
  }
  const rule = brokenRule(text, spec);
  if (rule === undefined) return;
  const other = spec.literal === true ? "" : ", or a policy expression";
  const fix = suggestion(text, spec.values ?? [], `write such a value${other}`);
  report("invalid-value", place, rule, fix, received(text));
}

function brokenRule(
  text: string,
  { type, values, minimum, maximum, also }: AttributeSpec,
): string | undefined {
  if (values !== undefined)
    return values.includes(text) ? undefined : `the value is one of ${values.join(", ")}`;
  if (type === "boolean") return /^(true|false)$/i.test(text) ? undefined : "the value is true or false";
  const number = Number(text);
  if (type === "number")
    return Number.isFinite(number) && text.trim() !== "" ? undefined : "the value is a number";
  if (type !== "integer") return undefined;
  if (!/^\s*[+-]?\d+\s*$/.test(text)) return "the value is a whole number";
  if (also?.includes(number) === true) return undefined;
  const or = also === undefined ? "" : `, or ${also.join(", ")}`;
  if (minimum !== undefined && number < minimum) return `the value is at least ${minimum}${or}`;
  if (maximum !== undefined && number > maximum) return `the value is at most ${maximum}${or}`;
  return undefined;
}

const ARM_ID = new RegExp(`/subscriptions/${GUID_FORM}/[^\\s"'<]*`, "i");

function checkAnyText(value: Value, place: string, checking: Checking, spec?: ValueSpec): void {
  const text = knownText(value);
  if (text === undefined) return;
  if (!isXmlText(text)) {
    checking.report(
      "invalid-character",
      place,
      "the text has only characters that XML can hold",
      "remove the control character or half of a surrogate pair",
    );
  }
  const armId = ARM_ID.exec(text)?.[0];
  if (armId !== undefined) {
    checking.report(
      "arm-id",
      place,
      "a policy holds no ARM id: with one in it azure-native misses later edits (pulumi/pulumi-azure-native issue 3620)",
      "put the id into a named value and refer to it by namedValue(name)",
      received(armId),
    );
  }
  for (const { kind, id } of referencesIn(text, spec)) checkReference(kind, id, place, checking);
}

const WORDS: Readonly<Record<ReferenceKind, string>> = {
  namedValue: "a named value",
  backend: "a backend",
  fragment: "a policy fragment",
  certificate: "a certificate",
  logger: "a logger",
  schema: "a schema",
  api: "an API",
  authorizationProvider: "a credential provider",
};

function checkReference(kind: ReferenceKind, id: string, place: string, { context, report }: Checking): void {
  const known = context.known?.[kind];
  if (known === undefined || known.has(id)) return;
  const words = WORDS[kind];
  if (kind === "namedValue") {
    const near = nearest(id, [...known]);
    const fix = near === undefined ? "add the named value to the gateway" : `write {{${near}}}`;
    report("unknown-named-value", place, "{{...}} names a named value of the gateway", fix, `{{${id}}}`);
  } else {
    const fix = suggestion(id, [...known], `add ${words} with this id to the gateway`);
    report("unknown-reference", place, `the id names ${words} of the gateway`, fix, received(id));
  }
}
