import { DOMParser, Node, type Document, type Element } from "@xmldom/xmldom";
import { elementSpec } from "./elements";
import { childSpec, isElement, WITHOUT_BASE, type PolicyElement } from "./statement";
import { SECTIONS, type ContentSpec } from "./spec";
import { isExpression, knownText, type Value } from "./value";

/** A place in a text: line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is no XML document, and where. */
export class MalformedXmlError extends Error {
  constructor(
    readonly reason: string,
    readonly position: Position,
  ) {
    super(`${reason} (line ${position.line}, column ${position.column})`);
    this.name = "MalformedXmlError";
  }
}

const WITHOUT_BASE_COMMENT = "without base: ";
const INDENT = "  ";

/** Where the elements of a parsed document stood; kept beside the tree, so that the tree stays plain data. */
const positions = new WeakMap<PolicyElement, Position>();

/** Where an element stood in the XML that it was read from. */
export function positionOf(element: PolicyElement): Position | undefined {
  return positions.get(element);
}

/**
 * Reads XML into a tree. Comments and white space between elements are dropped, line ends become LF.
 *
 * @param spec what the table says of the root. `@default` its row, if it has one
 * @throws MalformedXmlError
 */
export function parseXml(xml: string, spec?: ContentSpec): PolicyElement {
  const document = parseDocument(checkLexically(unifyLineEnds(xml.replace(/^\uFEFF/, ""))));
  const root = document.documentElement;
  if (root === null || document.doctype !== null) {
    throw new MalformedXmlError("a policy is one element without a document type", { line: 1, column: 1 });
  }
  return readElement(root, spec ?? elementSpec(root.tagName), false);
}

function parseDocument(xml: string): Document {
  let malformed: MalformedXmlError | undefined;
  const parser = new DOMParser({
    // The default follows XML 1.1 and would change U+0085, U+2028 and U+2029, which are ordinary characters here.
    normalizeLineEndings: (source) => source,
    onError: (level, message, handler: unknown) => {
      // XML admits U+FFFD; the parser only wonders whether the source was decoded well.
      if (level === "warning" && message.startsWith("Unicode replacement character")) return;
      malformed ??= new MalformedXmlError(message, locatorOf(handler));
      throw malformed;
    },
  });
  try {
    return parser.parseFromString(xml, "text/xml");
  } catch (error) {
    // The parser wraps what its handler throws.
    throw malformed ?? error;
  }
}

function locatorOf(handler: unknown): Position {
  const { lineNumber, columnNumber } =
    (handler as { locator?: { lineNumber?: number; columnNumber?: number } }).locator ?? {};
  return { line: Math.max(1, lineNumber ?? 1), column: Math.max(1, columnNumber ?? 1) };
}

/** Comments, CDATA sections, processing instructions, tags with their quoted values, and the text between them. */
const TOKEN =
  /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)|<\?[^]*?(?:\?>|$)|<(?:[^<>"']|"[^"]*"|'[^']*')*>|[^<]+|</g;

/**
 * Two things that the parser does otherwise. It lets a bare `&` through, the usual slip in C# that was not escaped.
 * And it turns line breaks inside of attributes into spaces, as XML asks for; but a C# comment then swallows the rest
 * of its block. They become character references; the break itself moves behind the value, so that lines still count.
 */
function checkLexically(xml: string): string {
  return xml.replace(TOKEN, (token, offset: number) => {
    if (token.startsWith("<!") || token.startsWith("<?")) return token;
    const isTag = token.startsWith("<");
    const slip = (isTag ? BARE_AMPERSAND : TEXT_SLIP).exec(token);
    if (slip !== null) {
      const before = xml.slice(0, offset + slip.index).split("\n");
      throw new MalformedXmlError(
        slip[0] === "&" ? "a bare & must be written &amp;" : "]]> must be written ]]&gt;",
        { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 },
      );
    }
    return isTag ? token.replace(/"[^"]*"|'[^']*'/g, keepBreaks) : token;
  });
}

const BARE_AMPERSAND = /&(?!#\d+;|#x[\da-f]+;|[a-z]\w*;)/i;
const TEXT_SLIP = new RegExp(`${BARE_AMPERSAND.source}|\\]\\]>`, "i");

function keepBreaks(value: string): string {
  const breaks = value.replace(/[^\n]/g, "");
  return value.replace(/\n/g, "&#10;").replace(/\t/g, "&#9;") + breaks;
}

function readElement(node: Element, spec: ContentSpec | undefined, inVerbatim: boolean): PolicyElement {
  const verbatim = inVerbatim || spec?.verbatim === true;
  const attributes = [...node.attributes].map(({ name, value }) => [name, normalizeText(value)] as const);
  const element: PolicyElement = {
    element: node.tagName,
    attributes: Object.fromEntries(attributes),
    content: readContent(node, spec, { verbatim, inVerbatim }),
  };
  positions.set(element, { line: node.lineNumber ?? 1, column: node.columnNumber ?? 1 });
  return element;
}

function readContent(
  node: Element,
  spec: ContentSpec | undefined,
  { verbatim, inVerbatim }: { readonly verbatim: boolean; readonly inVerbatim: boolean },
): PolicyElement["content"] {
  const parts: (PolicyElement | string)[] = [];
  for (const child of node.childNodes) {
    if (isElementNode(child)) {
      parts.push(readElement(child, childSpec(spec, child.tagName), verbatim));
    } else if (child.nodeType === Node.COMMENT_NODE) {
      const comment = (child.nodeValue ?? "").trim();
      if (isSection(node) && comment.startsWith(WITHOUT_BASE_COMMENT)) parts.push(withoutBaseMark(comment));
    } else if (child.nodeType !== Node.PROCESSING_INSTRUCTION_NODE) {
      const text = child.nodeValue ?? "";
      const last = parts.at(-1);
      if (typeof last === "string") parts[parts.length - 1] = last + text;
      else parts.push(text);
    }
  }
  const [only] = parts;
  if (parts.length === 1 && typeof only === "string") return inVerbatim ? [only] : wholeText(only);
  const isStructure = !verbatim && parts.every((part) => typeof part !== "string" || part.trim() === "");
  return isStructure ? parts.filter((part) => typeof part !== "string") : parts;
}

function withoutBaseMark(comment: string): PolicyElement {
  return {
    element: WITHOUT_BASE,
    attributes: { reason: comment.slice(WITHOUT_BASE_COMMENT.length) },
    content: [],
  };
}

function isSection({ tagName, parentElement }: Element): boolean {
  return parentElement?.tagName === "policies" && SECTIONS.some((section) => section === tagName);
}

function isElementNode(node: Node): node is Element {
  return node.nodeType === Node.ELEMENT_NODE;
}

/** Text that is the whole content of an element of ours: nothing but white space is no content. */
function wholeText(text: string): readonly string[] {
  return text.trim() === "" ? [] : [normalizeText(text)];
}

/** Line ends as LF; white space around an expression has no meaning and goes. */
function normalizeText(text: string): string {
  const lines = unifyLineEnds(text);
  return isExpression(lines) ? lines.trim() : lines;
}

/**
 * Writes a tree as XML in the layout in which Azure answers a policy: CRLF, two spaces a level, a space before `/>`, line
 * breaks inside of attributes as `&#xA;`, no XML declaration. So what was imported and means the same is the same text.
 *
 * Source: `value` in ApiManagementGetApiPolicy.json of Azure/azure-rest-api-specs; line breaks inside of attributes:
 * https://github.com/Azure/apiops/issues/14
 *
 * @param lateText what stands in an element for a value that is not known yet, e.g. a Pulumi output
 * @throws TypeError when a text has a character that XML cannot hold
 */
export function writeXml(root: PolicyElement, lateText: (element: string) => string): string {
  const xml = writeElement(root, elementSpec(root.element), { level: 0, verbatim: false, lateText });
  return xml.replaceAll("\n", "\r\n");
}

/** Refuses a Pulumi output that is to be written as XML. */
export function lateTextOf(what: string, render: string): (element: string) => never {
  return (element) => {
    throw new TypeError(
      `<${element}> holds a Pulumi output: resolve the ${what} first, pulumi.output(${what}).apply(${render})`,
    );
  };
}

interface Writing {
  readonly level: number;
  readonly verbatim: boolean;
  readonly lateText: (element: string) => string;
}

function writeElement(tree: PolicyElement, spec: ContentSpec | undefined, writing: Writing): string {
  const { element, content } = tree;
  const attributes = Object.entries(tree.attributes).map(
    ([name, value]) => ` ${name}="${escapeAttribute(writableText(value, element, writing, normalizeText))}"`,
  );
  const start = `<${element}${attributes.join("")}`;
  const verbatim = writing.verbatim || spec?.verbatim === true || !content.every(isElement);
  const inner = { ...writing, level: writing.level + 1, verbatim };
  const isWhole = content.length === 1 && !writing.verbatim;
  const normalize = isWhole ? (text: string) => wholeText(text).join("") : unifyLineEnds;
  const parts = content.map((part) => {
    if (!isElement(part)) return escapeText(writableText(part, element, writing, normalize));
    if (part.element !== WITHOUT_BASE) return writeElement(part, childSpec(spec, part.element), inner);
    const reason = writableText(part.attributes.reason ?? "", element, writing, normalizeText);
    return `<!-- ${WITHOUT_BASE_COMMENT}${reason} -->`;
  });
  const written = verbatim
    ? parts.join("")
    : parts.map((part) => lineBreak(inner.level) + part).join("") + lineBreak(writing.level);
  return parts.length === 0 || written === "" ? `${start} />` : `${start}>${written}</${element}>`;
}

function lineBreak(level: number): string {
  return `\n${INDENT.repeat(level)}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#xA;",
  "\t": "&#x9;",
};

function escapeText(text: string): string {
  return text.replace(/[&<>]/g, (character) => ESCAPES[character] ?? character);
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\n\t]/g, (character) => ESCAPES[character] ?? character);
}

function unifyLineEnds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** The characters that XML 1.0 admits: https://www.w3.org/TR/xml/#charsets. */
const XML_TEXT = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/** Whether XML can hold every character of a text. */
export function isXmlText(text: string): boolean {
  return XML_TEXT.test(text);
}

function writableText(
  value: Value,
  element: string,
  { lateText }: Writing,
  normalize: (text: string) => string,
): string {
  const text = normalize(knownText(value) ?? lateText(element));
  if (!isXmlText(text)) throw new TypeError(`<${element}> holds a character that XML cannot hold`);
  return text;
}
