import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import type { Issue } from "../../validation/issue";
import { refuse } from "./checks";

/** A YAML or JSON document that was read, and where each part of it stands. */
export interface YamlText {
  readonly value: unknown;
  /**
   * Where something stands, or the last part of the path that is there, e.g. `line 5, paths./orders.get`.
   *
   * @param path keys that lead to it
   */
  readonly place: (path: readonly string[]) => string;
}

/**
 * Reads YAML 1.2, of which JSON is a part.
 *
 * @throws pulumi.RunError with the line of every mistake
 */
export function readYaml(text: string, source: string): YamlText {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  if (document.errors.length > 0) {
    refuse(
      source,
      document.errors.map(({ pos: [start], message }): Issue => {
        const { line, col } = lineCounter.linePos(start);
        return {
          path: `line ${line}, column ${col}`,
          rule: message.split("\n", 1)[0] ?? message,
          fix: "correct the YAML or JSON there",
        };
      }),
    );
  }
  return {
    value: plainValue(document, source),
    place: (path) => `line ${lineCounter.linePos(offsetOf(document, path)).line}, ${path.join(".") || "/"}`,
  };
}

function plainValue(document: Document.Parsed, source: string): unknown {
  try {
    // An alias of what holds it would be a value without end; JSON has none such.
    return JSON.parse(JSON.stringify(document.toJS()));
  } catch (error) {
    // An alias without its anchor, or so many aliases that the document would fill the memory, is an error too.
    const [rule = ""] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
    return refuse(source, [{ path: "/", rule, fix: "write the parts out that the aliases stand for" }]);
  }
}

function offsetOf(document: Document.Parsed, path: readonly string[]): number {
  let node: unknown = document.contents;
  let offset = startOf(document.contents) ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (!pair) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}
