import { documentTree, type PolicyDocument } from "./document";
import { elementSpec } from "./elements";
import { fragmentTree, isFragment, type PolicyFragment } from "./fragment";
import type { ContentSpec, ReferenceKind, ValueSpec } from "./spec";
import { attributeSpecs, childSpec, isElement, WITHOUT_BASE, type PolicyElement } from "./statement";
import { isExpression, knownText, namedValuesIn, type Value } from "./value";

/** Something of the gateway that a policy names, and that must exist before it. */
export interface PolicyReference {
  readonly kind: ReferenceKind;
  /** Display name of a named value, id of everything else. */
  readonly id: string;
}

/**
 * What a policy names, each once, in the order in which it stands there.
 *
 * Only known texts are searched: of what is still a Pulumi output, or what an expression computes, nothing is known. Whoever
 * must not miss one asks once the outputs are known.
 * Neither an API that a limit gives by its name nor a certificate by its thumbprint is a reference.
 */
export function policyReferences(policy: PolicyDocument | PolicyFragment): readonly PolicyReference[] {
  const root = isFragment(policy) ? fragmentTree(policy) : documentTree(policy);
  const found = new Map<string, PolicyReference>();
  for (const [value, spec] of valuesIn(root, elementSpec(root.element))) {
    for (const reference of referencesIn(knownText(value) ?? "", spec)) {
      found.set(`${reference.kind} ${reference.id}`, reference);
    }
  }
  return [...found.values()];
}

/** What one text names: named values wherever they stand, or the one thing whose id it is. */
export function referencesIn(text: string, spec?: ValueSpec): PolicyReference[] {
  const names = namedValuesIn(text);
  if (names.length > 0) return names.map((id) => ({ kind: "namedValue", id }));
  if (spec?.reference === undefined || text === "" || isExpression(text)) return [];
  return [{ kind: spec.reference, id: text }];
}

/** Whether an element holds a Liquid template, in which `{{...}}` is an output tag and no named value. */
export function isLiquid({ attributes }: PolicyElement): boolean {
  // Body and message, the only ones with such a template, differ in its upper case.
  return knownText(attributes.template ?? "")?.toLowerCase() === "liquid";
}

function* valuesIn(
  element: PolicyElement,
  spec: ContentSpec | undefined,
): Generator<readonly [Value, ValueSpec | undefined]> {
  if (element.element === WITHOUT_BASE) return;
  const attributes = spec === undefined ? undefined : attributeSpecs(spec);
  for (const [name, value] of Object.entries(element.attributes)) yield [value, attributes?.get(name)];
  if (isLiquid(element)) return;
  for (const part of element.content) {
    if (isElement(part)) yield* valuesIn(part, childSpec(spec, part.element));
    else yield [part, spec?.text];
  }
}
