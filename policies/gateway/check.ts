import { received } from "../../validation/issue";
import { at, checkStatements, reportText, reportUnknownAttributes, suggestion } from "./check-element";
import type {
  Checking,
  GatewayContext,
  InSection,
  PolicyContext,
  PolicyIssue,
  PolicyIssueCode,
  Report,
} from "./context";
import { documentTree, placesBase, type PolicyDocument } from "./document";
import { elementSpec } from "./elements";
import { fragmentTree, type PolicyFragment } from "./fragment";
import { SECTIONS, type Section } from "./spec";
import { isElement, statementsIn, type PolicyElement } from "./statement";
import { knownText } from "./value";
import { isXmlText, MalformedXmlError, parseXml, writeXml } from "./xml";

/** What Azure accepts, although it is a trap. Everything else it refuses. */
const ACCEPTED_BY_AZURE: ReadonlySet<PolicyIssueCode> = new Set([
  "arm-id",
  "base-at-global-scope",
  "child-order",
  "client-certificates-ignored",
  "missing-base",
  "no-common-section",
  "no-forwarding",
  "read-before-set",
  "secret-in-clear",
  "section-order",
]);

/** The largest policy document: https://learn.microsoft.com/azure/api-management/service-limits. */
export const MAX_POLICY_BYTES = 256 * 1024;

/** The same on the Consumption tier. */
export const MAX_CONSUMPTION_POLICY_BYTES = 16 * 1024;

/** The largest fragment: https://learn.microsoft.com/azure/api-management/policy-fragments. */
export const MAX_FRAGMENT_BYTES = 512 * 1024;

/**
 * Everything that is wrong with a policy document, all at once.
 *
 * Paths read like `inbound[2].rate-limit-by-key.@calls`, with positions counted from 0; for XML the line follows.
 * Values that are Pulumi outputs are passed over: check again once they are resolved.
 *
 * @param policy a document, or XML as Azure takes it in the format `xml`
 */
export function checkPolicy(policy: PolicyDocument | string, context: PolicyContext): PolicyIssue[] {
  return inspectPolicy(policy, context).issues;
}

/**
 * Everything that is wrong with a policy fragment, all at once. Paths read like `fragment[0].set-header.@name`.
 *
 * In which section and at which scope it is included is not known here; that some section admits all of it is checked.
 *
 * @param fragment a fragment, or XML as Azure takes it in the format `xml`
 */
export function checkFragment(
  fragment: PolicyFragment | string,
  context: GatewayContext = {},
): PolicyIssue[] {
  return inspectFragment(fragment, context).issues;
}

/** The issues of a policy together with its tree, which malformed XML has not. */
export interface Inspection {
  readonly root?: PolicyElement;
  readonly issues: PolicyIssue[];
}

/** As {@link checkPolicy}, with the tree. */
export function inspectPolicy(policy: PolicyDocument | string, context: PolicyContext): Inspection {
  const bytes = context.gateway === "consumption" ? MAX_CONSUMPTION_POLICY_BYTES : MAX_POLICY_BYTES;
  const limit = {
    bytes,
    rule: `a policy document has at most ${bytes} bytes`,
    fix: "move parts of it into policy fragments, or data into named values",
  };
  const tree = typeof policy === "string" ? policy : documentTree(policy);
  return inspect(tree, limit, (root, report) => {
    checkDocument(root, context, report);
  });
}

/** As {@link checkFragment}, with the tree. */
export function inspectFragment(fragment: PolicyFragment | string, context: GatewayContext): Inspection {
  const limit = {
    bytes: MAX_FRAGMENT_BYTES,
    rule: `a policy fragment has at most ${MAX_FRAGMENT_BYTES} bytes`,
    fix: "divide it into two",
  };
  const tree = typeof fragment === "string" ? fragment : fragmentTree(fragment);
  return inspect(tree, limit, (root, report) => {
    checkFragmentRoot(root, context, report);
  });
}

interface SizeLimit {
  readonly bytes: number;
  readonly rule: string;
  readonly fix: string;
}

function inspect(
  policy: PolicyElement | string,
  limit: SizeLimit,
  check: (root: PolicyElement, report: Report) => void,
): Inspection {
  const issues: PolicyIssue[] = [];
  const report: Report = (code, path, rule, fix, received) => {
    issues.push({ code, path, rule, fix, received, refusedByAzure: !ACCEPTED_BY_AZURE.has(code) });
  };
  let root: PolicyElement;
  try {
    root = typeof policy === "string" ? parseXml(policy) : policy;
  } catch (error) {
    if (!(error instanceof MalformedXmlError)) throw error;
    reportMalformed(error, report);
    return { issues };
  }
  check(root, report);
  if (typeof policy === "string") checkSize(root.element, policy, limit, report);
  // Values that are not known yet count nothing, so that a document that is too large without them is told early.
  else if (isWritable(root))
    checkSize(
      root.element,
      writeXml(root, () => ""),
      limit,
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

function checkSize(path: string, xml: string, { bytes, rule, fix }: SizeLimit, report: Report): void {
  const size = Buffer.byteLength(xml);
  if (size > bytes) report("document-size", path, rule, fix, `${size} bytes`);
}

function checkDocument(root: PolicyElement, context: PolicyContext, report: Report): void {
  if (root.element !== "policies") {
    report(
      "wrong-root",
      at(root.element, root),
      "a policy document is a <policies> element",
      "put the sections inside of <policies>",
    );
    return;
  }
  const checking: Checking = { context, report };
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
    checkSection(part, {
      ...checking,
      scope: context.scope,
      section,
      seen: { section: new Map(), document: seen },
    });
  }
  for (const section of SECTIONS.filter((name) => context.scope !== "global" && !found.includes(name))) {
    reportMissingBase(section, report);
  }
  const backend = root.content.find((part) => isElement(part) && part.element === "backend");
  if (context.scope === "global" && !(backend && isElement(backend) && forwards(backend.content, context))) {
    report(
      "no-forwarding",
      "backend",
      "the global policy forwards requests, or no API reaches its service",
      "put <forward-request /> into the backend section",
    );
  }
}

/** Whether a request is forwarded; a fragment of which nothing is known may do it. */
function forwards(statements: PolicyElement["content"], context: GatewayContext): boolean {
  return [...statementsIn(statements, "")].some(([{ element, attributes }]) => {
    if (element !== "include-fragment") return element === "forward-request";
    const fragment = context.fragments?.get(knownText(attributes["fragment-id"] ?? "") ?? "");
    return fragment === undefined || forwards(fragment.statements, {});
  });
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
  const { scope, report } = checking;
  const path = section.element;
  reportUnknownAttributes(section, undefined, path, checking);
  if (scope !== "global" && !placesBase(section.content)) reportMissingBase(at(path, section), report);
  checkStatements(section, path, checking);
  checkTokensAreSet(section.content, path, report);
}

/** Until a token is validated, the variable that is to hold it is not there, and an expression that reads it fails with 500. */
function checkTokensAreSet(parts: PolicyElement["content"], path: string, report: Report): void {
  const set = parts.map((part) => (isElement(part) ? variablesOfTokens(part) : []));
  for (const [index, part] of parts.entries()) {
    if (!isElement(part)) continue;
    const before = new Set(set.slice(0, index + 1).flat());
    const later = new Set(set.slice(index + 1).flat());
    for (const variable of later) {
      if (before.has(variable) || !reads(part, variable)) continue;
      report(
        "read-before-set",
        at(`${path}[${index}].${part.element}`, part),
        "a token is read behind the policy that validates it",
        "move it behind that policy",
        received(variable),
      );
    }
  }
}

/** The variables in which a policy, or one inside of it, keeps a token. */
function variablesOfTokens(part: PolicyElement): string[] {
  return [...statementsIn([part], "")].flatMap(
    ([{ attributes }]) => knownText(attributes["output-token-variable-name"] ?? "") ?? [],
  );
}

/** Whether an expression somewhere in a policy reads a variable. */
function reads({ attributes, content }: PolicyElement, variable: string): boolean {
  return [...Object.values(attributes), ...content].some((part) =>
    isElement(part)
      ? reads(part, variable)
      : (knownText(part)?.includes(`context.Variables["${variable}"]`) ?? false),
  );
}

function checkFragmentRoot(root: PolicyElement, context: GatewayContext, report: Report): void {
  if (root.element !== "fragment") {
    report(
      "wrong-root",
      at(root.element, root),
      "a policy fragment is a <fragment> element",
      "put the policies inside of <fragment>",
    );
    return;
  }
  const seen = { section: new Map<string, number>(), document: new Map<string, number>() };
  const checking: InSection = { context, report, seen };
  reportUnknownAttributes(root, undefined, "fragment", checking);
  if (!root.content.some(isElement)) {
    report("missing-child", at("fragment", root), "a fragment holds one or more policies", "add a policy");
  }
  checkStatements(root, "fragment", checking);
  const sections = SECTIONS.filter((section) =>
    [...statementsIn(root.content, "")].every(
      ([{ element }]) => elementSpec(element)?.sections.includes(section) !== false,
    ),
  );
  if (sections.length === 0) {
    report(
      "no-common-section",
      at("fragment", root),
      "a fragment is included in one section, which admits all of its policies",
      "divide it by the sections of its policies",
    );
  }
}
