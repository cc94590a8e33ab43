import { DOMParser, Node, XMLSerializer, type Document, type Element } from "@xmldom/xmldom";

/** The document of a well-formed policy; `undefined` for one that is not. */
export function parsePolicy(xml: string): Document | undefined {
  try {
    return new DOMParser({
      // The default follows XML 1.1, .NET knows 1.0: there U+0085, U+2028 and U+2029 are ordinary characters.
      normalizeLineEndings: (source) => source.replace(/\r\n?/g, "\n"),
      onError: (_level, message) => {
        throw new Error(message);
      },
    }).parseFromString(xml, "text/xml");
  } catch {
    return undefined;
  }
}

/**
 * What a read answers for a policy: the same document in Azure's own layout, which is that of .NET's XmlWriter: CRLF, two
 * spaces a level, a space before `/>`, hexadecimal references for white space inside of attributes. Comments stay.
 * A document that is not well-formed is answered as it was written.
 *
 * Source: ApiManagementGetApiPolicy.json of the specification; https://github.com/Azure/apiops/issues/14
 */
export function azureLayout(xml: string): string {
  const document = parsePolicy(xml);
  if (document?.documentElement == null) return xml;
  indent(document, document.documentElement, 0);
  const serializer = new XMLSerializer();
  const parts = [...document.childNodes].filter(({ nodeType }) => !LEFT_OUT.has(nodeType));
  return parts
    .map((node) => serializer.serializeToString(node))
    .join("\n")
    .replace(OTHERWISE_IN_DOTNET, dotnetSpelling)
    .replace(/\r?\n/g, "\r\n");
}

/** What stands beside the root and is not answered: white space, and the declaration. */
const LEFT_OUT: ReadonlySet<number> = new Set([Node.TEXT_NODE, Node.PROCESSING_INSTRUCTION_NODE]);

/** What this serializer writes otherwise; comments and CDATA, where the same characters are mere text, are passed over. */
const OTHERWISE_IN_DOTNET = /<!--[^]*?-->|<!\[CDATA\[[^]*?\]\]>|\/>|&#(\d+);/g;

function dotnetSpelling(found: string, code: string | undefined): string {
  if (code !== undefined) return `&#x${Number(code).toString(16).toUpperCase()};`;
  return found === "/>" ? " />" : found;
}

/** Puts each element on a line of its own, where it stands among elements only: text keeps its white space. */
function indent(document: Document, element: Element, level: number): void {
  const parts = [...element.childNodes].filter(
    (node) => node.nodeType !== Node.TEXT_NODE || (node.nodeValue ?? "").trim() !== "",
  );
  if (
    parts.length === 0 ||
    parts.some((node) => node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE)
  ) {
    return;
  }
  for (const node of [...element.childNodes]) element.removeChild(node);
  for (const node of parts) {
    element.appendChild(document.createTextNode(`\n${"  ".repeat(level + 1)}`));
    element.appendChild(node);
    if (isElement(node)) indent(document, node, level + 1);
  }
  element.appendChild(document.createTextNode(`\n${"  ".repeat(level)}`));
}

function isElement(node: Node): node is Element {
  return node.nodeType === Node.ELEMENT_NODE;
}
