import { DOMParser, Node, onErrorStopParsing, type Element } from "@xmldom/xmldom";

/** An element of a policy, with its named values put in. */
export interface PolicyElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly PolicyElement[];
  /** The text in it, where it has no elements. */
  readonly text: string;
}

/** Where policies are, from the widest to the narrowest. */
export const SCOPES = ["global", "product", "api", "operation"] as const;

export type Scope = (typeof SCOPES)[number];

export type Section = "inbound" | "backend" | "outbound" | "on-error";

/** An element of the policy that results from those of all scopes, with where it is from. */
export interface Step {
  readonly element: PolicyElement;
  readonly scope: Scope;
  /** As context.LastError.Path names it, e.g. `choose[1]/when[1]/return-response[1]`. */
  readonly path: string;
}

/**
 * Reads the XML of a policy or fragment. This is not the program's own reader, which would judge itself.
 *
 * @param namedValue what stands for a `{{name}}`
 * @throws Error where it is no XML, or where a named value is not known
 */
export function readPolicy(xml: string, namedValue: (name: string) => string): PolicyElement {
  const root = new DOMParser({ onError: onErrorStopParsing }).parseFromString(
    xml,
    "text/xml",
  ).documentElement;
  if (root === null) throw new Error("a policy is no XML");
  // https://learn.microsoft.com/azure/api-management/api-management-howto-properties
  const putIn = (text: string) =>
    text.replace(/\{\{([A-Za-z0-9._-]+)\}\}/g, (_, name: string) => namedValue(name));
  const read = (node: Element): PolicyElement => {
    const children = [...node.childNodes];
    const inner = children.filter((child): child is Element => child.nodeType === Node.ELEMENT_NODE);
    const texts = children.filter(
      ({ nodeType }) => nodeType === Node.TEXT_NODE || nodeType === Node.CDATA_SECTION_NODE,
    );
    return {
      name: node.tagName,
      attributes: Object.fromEntries([...node.attributes].map(({ name, value }) => [name, putIn(value)])),
      children: inner.map(read),
      text: inner.length > 0 ? "" : putIn(texts.map(({ nodeValue }) => nodeValue ?? "").join("")),
    };
  };
  return read(root);
}

/**
 * What is executed of a section: that of the narrowest scope, in which `<base />` stands for that of the next wider one that
 * has a policy. Without it nothing is inherited.
 *
 * https://learn.microsoft.com/azure/api-management/set-edit-policies#use-base-element-to-set-policy-evaluation-order
 */
export function effectiveSection(
  section: Section,
  policies: Readonly<Partial<Record<Scope, PolicyElement>>>,
  narrowest: Scope = "operation",
): readonly Step[] {
  const scopes = SCOPES.slice(0, SCOPES.indexOf(narrowest) + 1);
  const scope = scopes.findLast((one) => policies[one] !== undefined);
  if (scope === undefined) return [];
  const wider = SCOPES[SCOPES.indexOf(scope) - 1];
  const own = policies[scope]?.children
    .filter(({ name }) => name === section)
    .flatMap(({ children }) => children);
  return stepsOf(own ?? [], scope).flatMap((step) => {
    if (step.element.name !== "base") return [step];
    return wider === undefined ? [] : effectiveSection(section, policies, wider);
  });
}

/** The steps that elements are, within another where there is one. */
export function stepsOf(elements: readonly PolicyElement[], scope: Scope, within?: string): readonly Step[] {
  const counts = new Map<string, number>();
  return elements.map((element) => {
    const count = (counts.get(element.name) ?? 0) + 1;
    counts.set(element.name, count);
    const own = `${element.name}[${count}]`;
    return { element, scope, path: within === undefined ? own : `${within}/${own}` };
  });
}

/**
 * The attributes of an element, of which none but these are known here.
 *
 * @throws Error that names what is not known, so that nothing in a policy goes without effect
 */
export function attributesOf<Name extends string>(
  { name, attributes }: PolicyElement,
  known: readonly Name[],
): Readonly<Partial<Record<Name, string>>> {
  for (const attribute of Object.keys(attributes)) {
    // https://learn.microsoft.com/azure/api-management/api-management-error-handling-policies: every policy may have one.
    if (attribute !== "id" && !known.some((one) => one === attribute)) {
      throw new Error(`the attribute ${attribute} of <${name}> is not known here`);
    }
  }
  return attributes as Readonly<Partial<Record<Name, string>>>;
}

/** The elements in another by their names, as {@link attributesOf}. */
export function childrenOf<Name extends string>(
  { name, children }: PolicyElement,
  known: readonly Name[],
): Readonly<Record<Name, readonly PolicyElement[]>> {
  for (const child of children) {
    if (!known.some((one) => one === child.name))
      throw new Error(`<${child.name}> in <${name}> is not known here`);
  }
  return Object.fromEntries(
    known.map((one) => [one, children.filter((child) => child.name === one)]),
  ) as unknown as Readonly<Record<Name, readonly PolicyElement[]>>;
}
