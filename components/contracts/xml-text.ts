import type { Document, Element, Node, ParseError } from "@xmldom/xmldom";
import { refuse } from "./checks";

/** Elements whose text is for people, and may hold elements of other languages. */
const FOR_PEOPLE: ReadonlySet<string> = new Set(["documentation", "appinfo"]);

/** What the prefix `xml` stands for everywhere (https://www.w3.org/TR/xml-names/#ns-decl). */
export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

/**
 * Reads an XML document.
 *
 * @throws pulumi.RunError with the line of the first mistake
 */
export async function readXml(text: string, source: string): Promise<Element> {
  // Loaded here, so that a program without XML contracts does not pay for it.
  const { DOMParser, ParseError } = await import("@xmldom/xmldom");
  let reason: string | undefined;
  const parser = new DOMParser({
    onError: (_level, message) => {
      // The parser tells where, but puts the message of what is thrown into words of its own.
      reason = message;
      throw new Error(message);
    },
  });
  let document: Document;
  try {
    document = parser.parseFromString(text.replace(/^\uFEFF/, ""), "text/xml");
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return refuse(source, [
      { path: locationOf(error), rule: reason ?? error.message, fix: "correct the XML there" },
    ]);
  }
  const { documentElement, doctype } = document;
  if (documentElement === null || doctype !== null) {
    refuse(source, [
      {
        path: "line 1",
        rule: "the document is one element, without a document type, whose entities Azure would not know",
        fix: "remove the document type, and write its entities out",
      },
    ]);
  }
  return documentElement;
}

function locationOf(error: ParseError): string {
  const { lineNumber = 1, columnNumber = 1 } =
    (error.locator as { readonly lineNumber?: number; readonly columnNumber?: number } | undefined) ?? {};
  return `line ${Math.max(1, lineNumber)}, column ${Math.max(1, columnNumber)}`;
}

/**
 * The text of an element without comments, processing instructions and white space that stands between elements only.
 * What is written for people keeps its white space.
 */
export async function canonicalXml(root: Element): Promise<string> {
  const { XMLSerializer } = await import("@xmldom/xmldom");
  const copy = root.cloneNode(true) as Element;
  strip(copy, false);
  return new XMLSerializer().serializeToString(copy);
}

function strip(element: Element, isForPeople: boolean): void {
  const keepsSpace = isForPeople || FOR_PEOPLE.has(element.localName ?? "");
  for (const node of Array.from(element.childNodes)) {
    const { nodeType, nodeValue } = node;
    if (isElement(node)) strip(node, keepsSpace);
    else if (nodeType === node.COMMENT_NODE || nodeType === node.PROCESSING_INSTRUCTION_NODE) {
      element.removeChild(node);
    } else if (!keepsSpace && !nodeValue?.trim()) element.removeChild(node);
  }
}

function isElement(node: Node): node is Element {
  return node.nodeType === node.ELEMENT_NODE;
}

/** An element's name with its namespace, e.g. `{http://schemas.xmlsoap.org/wsdl/}definitions`. */
export function expandedName(element: Element): string {
  return expanded(element.namespaceURI, element.localName ?? element.tagName);
}

export function expanded(namespace: string | null, localName: string): string {
  return namespace ? `{${namespace}}${localName}` : localName;
}

/** The elements right below one, optionally of one expanded name only. */
export function childElements(parent: Element, name?: string): Element[] {
  return Array.from(parent.childNodes)
    .filter(isElement)
    .filter((element) => name === undefined || expandedName(element) === name);
}

/** An element and all below it. */
export function withDescendants(element: Element): Element[] {
  return [element, ...childElements(element).flatMap(withDescendants)];
}

/** The expanded name that a value such as `tns:Order` stands for where it is written. */
export function resolveName(element: Element, value: string): string {
  const colon = value.indexOf(":");
  const prefix = value.slice(0, Math.max(0, colon));
  // The parser knows the default namespace by the empty prefix, and not the one that XML itself defines.
  const namespace = prefix === "xml" ? XML_NAMESPACE : element.lookupNamespaceURI(prefix);
  return expanded(namespace, value.slice(colon + 1));
}

/** e.g. `line 12, wsdl:binding BillingSoap`. */
export function placeOf(element: Element): string {
  const name = element.getAttribute("name");
  return `line ${element.lineNumber ?? 1}, ${element.tagName}${name ? ` ${name}` : ""}`;
}
