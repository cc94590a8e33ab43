import type { Element } from "@xmldom/xmldom";
import { received, type Issue } from "../../validation/issue";
import { findCycles } from "./cycles";
import type { SoapContract } from "./contract";
import {
  childElements,
  expanded,
  expandedName,
  placeOf,
  resolveName,
  withDescendants,
  XML_NAMESPACE,
} from "./xml-text";

/** Beginnings of expanded names. */
export const WSDL = "{http://schemas.xmlsoap.org/wsdl/}";
const XSD = "{http://www.w3.org/2001/XMLSchema}";
/** SOAP 1.1 and 1.2. */
export const SOAP = [
  "{http://schemas.xmlsoap.org/wsdl/soap/}",
  "{http://schemas.xmlsoap.org/wsdl/soap12/}",
] as const;

/** Kinds of what a WSDL defines and refers to by name. */
type Kind =
  "type" | "element" | "attribute" | "group" | "attributeGroup" | "message" | "portType" | "binding";

/** What a WSDL defines, its schemas included, by kind and expanded name. */
export type Definitions = ReadonlyMap<string, Element>;

const keyOf = (kind: Kind, name: string) => `${kind} ${name}`;

const SCHEMA_KINDS: Readonly<Record<string, Kind>> = {
  [`${XSD}complexType`]: "type",
  [`${XSD}simpleType`]: "type",
  [`${XSD}element`]: "element",
  [`${XSD}attribute`]: "attribute",
  [`${XSD}group`]: "group",
  [`${XSD}attributeGroup`]: "attributeGroup",
};

const WSDL_KINDS: Readonly<Record<string, Kind>> = {
  [`${WSDL}message`]: "message",
  [`${WSDL}portType`]: "portType",
  [`${WSDL}binding`]: "binding",
};

/** The schemas within a WSDL. */
function schemasOf(root: Element): Element[] {
  return childElements(root, `${WSDL}types`).flatMap((types) => childElements(types, `${XSD}schema`));
}

export function definitionsOf(root: Element): Definitions {
  const own = (parent: Element, kinds: Readonly<Record<string, Kind>>): (readonly [string, Element])[] =>
    childElements(parent).flatMap((element) => {
      const kind = kinds[expandedName(element)];
      const name = element.getAttribute("name");
      return kind && name !== null
        ? [[keyOf(kind, expanded(parent.getAttribute("targetNamespace"), name)), element] as const]
        : [];
    });
  return new Map([
    ...own(root, WSDL_KINDS),
    ...schemasOf(root).flatMap((schema) => own(schema, SCHEMA_KINDS)),
  ]);
}

/** What an attribute refers to by name; `undefined` where it is no reference, or to what XML Schema itself defines. */
export function definitionFor(
  definitions: Definitions,
  element: Element,
  attribute: string,
): Element | undefined {
  const [reference] = referencesOf(element).filter((one) => one.attribute === attribute);
  return reference && definitions.get(reference.key);
}

interface NameReference {
  readonly attribute: string;
  readonly name: string;
  readonly key: string;
}

/** The attributes of an element that name a definition, and its kind. */
function referringAttributes(element: Element): Readonly<Record<string, Kind>> {
  const name = expandedName(element);
  if (name.startsWith(XSD)) {
    const kind = SCHEMA_KINDS[name];
    return { type: "type", base: "type", itemType: "type", memberTypes: "type", ...(kind && { ref: kind }) };
  }
  if (name === `${WSDL}part`) return { element: "element", type: "type" };
  if (name === `${WSDL}binding`) return { type: "portType" };
  if (name === `${WSDL}port`) return { binding: "binding" };
  // Messages are what operations, their faults and SOAP headers consist of.
  return { message: "message" };
}

function referencesOf(element: Element): NameReference[] {
  return Object.entries(referringAttributes(element)).flatMap(([attribute, kind]) =>
    (element.getAttribute(attribute) ?? "")
      .split(/\s+/)
      .filter(Boolean)
      .map((value) => ({ attribute, name: resolveName(element, value) }))
      .filter(({ name }) => !name.startsWith(XSD) && !name.startsWith(`{${XML_NAMESPACE}}`))
      .map(({ attribute, name }) => ({ attribute, name, key: keyOf(kind, name) })),
  );
}

/** Checks that each name that is referred to is defined. */
export function checkNames(root: Element, definitions: Definitions): Issue[] {
  return withDescendants(root).flatMap((element) =>
    referencesOf(element)
      .filter(({ key }) => !definitions.has(key))
      .map(({ attribute, name }) => ({
        path: `${placeOf(element)}, ${attribute}`,
        rule: "a name refers to something that the document defines",
        received: received(name),
        fix: "correct the name or its prefix, or add the definition",
      })),
  );
}

/** Azure refuses types that hold themselves. */
export function checkRecursion(definitions: Definitions): Issue[] {
  const next = (key: string) => {
    const element = definitions.get(key);
    return element
      ? withDescendants(element)
          .flatMap(referencesOf)
          .map((reference) => reference.key)
      : [];
  };
  return findCycles(definitions.keys(), next).map((cycle) => {
    const element = definitions.get(cycle[0] ?? "");
    return {
      path: element ? placeOf(element) : "/",
      rule: "Azure imports no recursive types",
      received: cycle.join(" -> "),
      fix: "break the cycle, e.g. refer to the other object by its id",
    };
  });
}

/** Azure follows no directive to another document. One that only names a namespace of the same document is none. */
export function checkWithinDocument(root: Element): Issue[] {
  const directives = [
    ...childElements(root, `${WSDL}import`),
    ...schemasOf(root).flatMap((schema) =>
      ["import", "include", "redefine"].flatMap((name) => childElements(schema, `${XSD}${name}`)),
    ),
  ];
  return directives.flatMap((directive) => {
    const location = directive.getAttribute("location") ?? directive.getAttribute("schemaLocation");
    return location === null
      ? []
      : [
          {
            path: placeOf(directive),
            rule: "Azure follows no import or include",
            received: received(location),
            fix: "merge it into the document, e.g. by https://github.com/Azure-Samples/api-management-schema-import",
          },
        ];
  });
}

/** Namespaces of WS-Policy and WS-Addressing, by which e.g. WCF's wsHttpBinding says what it wants. */
const WS_EXTENSIONS: ReadonlySet<string | null> = new Set([
  "http://schemas.xmlsoap.org/ws/2004/09/policy",
  "http://www.w3.org/2006/07/ws-policy",
  "http://www.w3.org/ns/ws-policy",
  "http://www.w3.org/2006/05/addressing/wsdl",
  "http://www.w3.org/2007/05/addressing/metadata",
]);

/** Azure supports no WS-* specification. */
export function checkWithoutExtensions(element: Element): Issue[] {
  if (!WS_EXTENSIONS.has(element.namespaceURI)) return childElements(element).flatMap(checkWithoutExtensions);
  return [
    {
      path: placeOf(element),
      rule: "Azure supports no WS-* specification",
      received: received(element.namespaceURI),
      fix: "describe the service without it, in WCF by basicHttpBinding in place of wsHttpBinding",
    },
  ];
}

/** What becomes JSON has wrapped arrays only: a repeated element is the only one of its sequence. */
export function checkArrays(root: Element, mode: SoapContract["mode"]): Issue[] {
  if (mode === "pass-through") return [];
  return schemasOf(root)
    .flatMap(withDescendants)
    .filter(
      (element) => expandedName(element) === `${XSD}element` && isRepeated(element) && !isWrapped(element),
    )
    .map((element) => ({
      path: placeOf(element),
      rule: "SOAP becomes REST where a repeated element is the only one of its sequence",
      received: received(`maxOccurs="${element.getAttribute("maxOccurs") ?? ""}"`),
      fix: "wrap it in an element of its own, or import the service as pass-through",
    }));
}

function isRepeated(element: Element): boolean {
  return !["0", "1"].includes(element.getAttribute("maxOccurs") ?? "1");
}

function isWrapped({ parentNode }: Element): boolean {
  const parent = parentNode as Element;
  return (
    expandedName(parent) === `${XSD}sequence` &&
    childElements(parent).filter((sibling) => expandedName(sibling) !== `${XSD}annotation`).length === 1
  );
}
