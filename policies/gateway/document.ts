import { SECTIONS, type Scope, type Section } from "./spec";
import { isElement, WITHOUT_BASE, type PolicyElement, type Statement } from "./statement";
import { base } from "./statements";
import { lateTextOf, writeXml } from "./xml";

/** What the gateway does with a request, attached to one scope. Plain data: pass it through `pulumi.output`. */
export interface PolicyDocument {
  /** What it is attached to. It is not part of the XML. */
  readonly scope: Scope;
  /** On the request, before a service is called. */
  readonly inbound?: readonly Statement<"inbound">[];
  /** The call of the service. */
  readonly backend?: readonly Statement<"backend">[];
  /** On the response. */
  readonly outbound?: readonly Statement<"outbound">[];
  /** After an error in another section. */
  readonly onError?: readonly Statement<"on-error">[];
}

/** The property of a document that holds a section. */
export const SECTION_PROPERTY = {
  inbound: "inbound",
  backend: "backend",
  outbound: "outbound",
  "on-error": "onError",
} as const satisfies Record<Section, keyof PolicyDocument>;

/**
 * A policy document with all four sections.
 *
 * Below the global scope every section begins with `<base/>`, so that the policies of the broader scopes hold, unless
 * {@link base} is placed elsewhere or {@link withoutBase} says why it is left out. The global scope has nothing
 * broader; there the backend section is given, as without `forwardRequest()` no API would reach its service.
 *
 * @example
 * ```ts
 * const policy = policyDocument({
 *   scope: "api",
 *   inbound: [rateLimitByKey({ calls: 100, renewalPeriod: 60, counterKey: expression("context.Subscription.Id") })],
 * });
 * ```
 */
export function policyDocument(
  document:
    | (PolicyDocument & { readonly scope: Exclude<Scope, "global"> })
    | (PolicyDocument & { readonly backend: readonly Statement<"backend">[] }),
): Required<PolicyDocument> {
  const { scope, inbound = [], backend = [], outbound = [], onError = [] } = document;
  return {
    scope,
    inbound: withBase(scope, inbound),
    backend: withBase(scope, backend),
    outbound: withBase(scope, outbound),
    onError: withBase(scope, onError),
  };
}

function withBase<S extends Section>(
  scope: Scope,
  statements: readonly Statement<S>[],
): readonly Statement<S>[] {
  return scope === "global" || placesBase(statements) ? statements : [base(), ...statements];
}

/** Whether `<base/>` stands somewhere among the statements, or was left out aloud. */
export function placesBase(content: PolicyElement["content"]): boolean {
  return content.some(
    (part) =>
      isElement(part) &&
      (part.element === "base" || part.element === WITHOUT_BASE || placesBase(part.content)),
  );
}

/**
 * The statements of a section that does without the policies of the broader scopes.
 *
 * @param reason kept in the XML as a comment; not empty and without two hyphens in a row, which XML forbids there
 * @throws RangeError when the reason is empty or cannot stand in a comment
 */
export function withoutBase<S extends Section>(
  reason: string,
  statements: readonly Statement<S>[],
): readonly Statement<S>[] {
  if (reason.trim() === "" || reason.includes("--")) {
    throw new RangeError("withoutBase: the reason must not be empty nor hold two hyphens in a row");
  }
  const mark: Statement<Section> = {
    element: WITHOUT_BASE,
    attributes: { reason: reason.trim().replace(/\s+/g, " ") },
    content: [],
  };
  return [mark, ...statements];
}

/** The document as the tree that is written. */
export function documentTree(document: PolicyDocument): PolicyElement {
  const sections = SECTIONS.flatMap((section): PolicyElement[] => {
    const content = document[SECTION_PROPERTY[section]];
    return content === undefined ? [] : [{ element: section, attributes: {}, content }];
  });
  return { element: "policies", attributes: {}, content: sections };
}

/**
 * The document as XML, as Azure answers it too: an import of a policy that means the same, attributes in the same order,
 * shows no change. Its format in Azure is `xml`, not `rawxml`.
 *
 * @throws TypeError when a value is a Pulumi output that was not resolved, or has a character that XML cannot hold
 */
export function renderPolicy(document: PolicyDocument): string {
  return writeXml(documentTree(document), lateTextOf("document", "renderPolicy"));
}
