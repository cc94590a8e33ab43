import type { Document, Element, Node } from "@xmldom/xmldom";
import { refuse } from "./checks";

/** Where the text of an element is for people, and white space in it may be meant. */
const MIXED: ReadonlySet<string> = new Set(["documentation", "appinfo"]);

/** What the prefix `xml` stands for everywhere (https://www.w3.org/TR/xml-names/#ns-decl). */
export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

/**
 * Reads an XML document.
 *
 * @throws pulumi.RunError with the line of the first mistake
 */
export async function readXml(text: string, source: string): Promise<Element> {
  // Loaded here, so that a program without XML contracts does not pay for it.
  const { DOMParser } = await import("@xmldom/xmldom");
  let mistake: { readonly at: string; readonly message: string } | undefined;
  const parser = new DOMParser({
    onError: (_level, message, handler: unknown) => {
      mistake ??= { at: locatorOf(handler), message };
      throw new Error(message);
    },
  });
  let document: Document | undefined;
  try {
    document = parser.parseFromString(text.replace(/^\uFEFF/, ""), "text/xml");
  } catch (error) {
    mistake ??= { at: "line 1, column 1", message: error instanceof Error ? error.message : String(error) };
  }
  if (mistake) {
    refuse(source, [
      {
        path: mistake.at,
        rule: mistake.message.split("\n", 1)[0] ?? mistake.message,
        fix: "correct the XML there",
      },
    ]);
  }
  if (document?.doctype) {
    refuse(source, [
      {
        path: "line 1",
        rule: "the document has no document type declaration, whose entities Azure would not know",
        fix: "remove it, and write its entities out",
      },
    ]);
  }
  return document?.documentElement ?? refuse(source, [NO_ELEMENT]);
}

const NO_ELEMENT = {
  path: "line 1",
  rule: "the document holds an element",
  received: "nothing",
  fix: "write the document",
};

function locatorOf(handler: unknown): string {
  const { lineNumber, columnNumber } =
    (handler as { locator?: { lineNumber?: number; columnNumber?: number } }).locator ?? {};
  return `line ${Math.max(1, lineNumber ?? 1)}, column ${Math.max(1, columnNumber ?? 1)}`;
}

/** The text of an element without its comments, and without white space that stands between elements only. */
export async function canonicalXml(root: Element): Promise<string> {
  const { XMLSerializer } = await import("@xmldom/xmldom");
  const copy = root.cloneNode(true) as Element;
  strip(copy);
  return new XMLSerializer().serializeToString(copy);
}

function strip(element: Element): void {
  const nodes: readonly Node[] = Array.from(element.childNodes);
  const holdsElements = nodes.some(isElement);
  for (const node of nodes) {
    if (node.nodeType === node.COMMENT_NODE || node.nodeType === node.PROCESSING_INSTRUCTION_NODE) {
      element.removeChild(node);
    } else if (isElement(node)) {
      strip(node);
    } else if (holdsElements && !MIXED.has(element.localName ?? "") && !node.nodeValue?.trim()) {
      element.removeChild(node);
    }
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
