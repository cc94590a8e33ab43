import { DOMParser, Node, XMLSerializer, type Document, type Element } from "@xmldom/xmldom";

/** The document of a well-formed policy; `undefined` for one that is not. */
export function parsePolicy(xml: string): Document | undefined {
  try {
    return new DOMParser({
      onError: (_level, message) => {
        throw new Error(message);
      },
    }).parseFromString(xml, "text/xml");
  } catch {
    return undefined;
  }
}

/**
 * What a read answers for a policy: the same document in Azure's own layout, with CRLF and two spaces a level.
 * A document that is not well-formed is answered as it was written.
 *
 * https://github.com/hashicorp/terraform-provider-azurerm/issues/23388
 */
export function azureLayout(xml: string): string {
  const document = parsePolicy(xml);
  const root = document?.documentElement;
  if (!document || !root) return xml;
  indent(document, root, 0);
  return new XMLSerializer().serializeToString(root).replace(/\r?\n/g, "\r\n");
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
