import { functionName, type FunctionName } from "./functions";

/** An expression, taken apart. */
export type ExpressionNode =
  | { readonly kind: "text"; readonly value: string }
  /** A number, `true`, `false` or `null`, as it is written. */
  | { readonly kind: "literal"; readonly source: string }
  | { readonly kind: "call"; readonly name: FunctionName; readonly arguments: readonly ExpressionNode[] }
  /** A part of a value: `value.key` and `value['key']`, or with a question mark before the dot or bracket. */
  | {
      readonly kind: "member";
      readonly of: ExpressionNode;
      readonly key: ExpressionNode;
      readonly optional: boolean;
    };

/** A text as Azure reads it: one expression as a whole, or pieces of text and expressions. */
export type ParsedText =
  { readonly whole: ExpressionNode } | { readonly pieces: readonly (string | ExpressionNode)[] };

/** Why an expression cannot be read. */
export interface Problem {
  readonly rule: string;
  readonly fix: string;
}

/** A call inside an expression, e.g. `body('Get_order')`. */
export interface Call {
  readonly name: FunctionName;
  /** The first argument, where it is a literal text: the action, parameter or variable that is referred to. */
  readonly target?: string;
  /** What is taken out of what it gives, where that is a literal text: `outputs` of `actions('Get_order')?['outputs']`. */
  readonly part?: string;
}

/** What the expressions in a text call, or else what is wrong with the first one that cannot be read. */
export interface ExpressionText {
  readonly calls: readonly Call[];
  readonly problem?: Problem;
}

/** Characters per expression: https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration#workflow-definition-limits. */
const MAX_LENGTH = 8192;

/** What the expressions in a text call, in the order in which they are evaluated. */
export function readExpressions(text: string): ExpressionText {
  if (!text.includes("@")) return { calls: [] };
  try {
    const parsed = parseText(text);
    const calls: Call[] = [];
    for (const part of "whole" in parsed ? [parsed.whole] : parsed.pieces) {
      if (typeof part !== "string") collectCalls(part, calls);
    }
    return { calls };
  } catch (error) {
    if (!(error instanceof UnreadableExpression)) throw error;
    return { calls: [], problem: { rule: error.message, fix: error.fix } };
  }
}

function collectCalls(node: ExpressionNode, calls: Call[], part?: string): void {
  if (node.kind === "member") {
    collectCalls(node.of, calls, textOf(node.key));
    collectCalls(node.key, calls);
  } else if (node.kind === "call") {
    for (const each of node.arguments) collectCalls(each, calls);
    const target = textOf(node.arguments[0]);
    calls.push({
      name: node.name,
      ...(target !== undefined && { target }),
      ...(part !== undefined && { part }),
    });
  }
}

function textOf(node: ExpressionNode | undefined): string | undefined {
  return node?.kind === "text" ? node.value : undefined;
}

/**
 * Reads the expressions in a text as Azure does: a text that starts with `@` is one expression as a whole, `@{...}`
 * is one inside a text, and `@@` stands for an at-sign.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language#expressions
 *
 * @throws UnreadableExpression
 */
export function parseText(text: string): ParsedText {
  // An at-sign alone is one, e.g. what an address must contain: Microsoft Defender for Cloud's "Notify-ASCAlertsbyAzureActivity".
  if (text === "@") return { pieces: [text] };
  if (text.startsWith("@") && !text.startsWith("@@") && !text.startsWith("@{")) {
    const reader = new Reader(text, 1);
    const whole = reader.expression();
    reader.end();
    return { whole };
  }
  const pieces: (string | ExpressionNode)[] = [];
  let fixed = "";
  let at = 0;
  for (let sign = text.indexOf("@"); sign >= 0; sign = text.indexOf("@", at)) {
    fixed += text.slice(at, sign);
    if (text[sign + 1] === "{") {
      const reader = new Reader(text, sign + 2);
      pieces.push(...(fixed === "" ? [] : [fixed]), reader.expression());
      fixed = "";
      at = reader.closed();
    } else {
      // `@@` at the start of a text, and before a brace, is one at-sign; elsewhere both are text.
      const doubled = text[sign + 1] === "@";
      const escapes = doubled && (sign === 0 || text[sign + 2] === "{");
      fixed += doubled && !escapes ? "@@" : "@";
      at = sign + (doubled ? 2 : 1);
    }
  }
  fixed += text.slice(at);
  return { pieces: fixed === "" ? pieces : [...pieces, fixed] };
}

/**
 * The expression that a text is as a whole; `undefined` where it is none, or cannot be read.
 *
 * @param text what stands in a definition, of whatever kind
 */
export function wholeExpression(text: unknown): ExpressionNode | undefined {
  if (typeof text !== "string" || !text.startsWith("@")) return undefined;
  try {
    const parsed = parseText(text);
    return "whole" in parsed ? parsed.whole : undefined;
  } catch (error) {
    if (error instanceof UnreadableExpression) return undefined;
    throw error;
  }
}

/** An expression in one spelling: what white space, a dot and the case of a function leave open. */
export function canonicalExpression(node: ExpressionNode): string {
  switch (node.kind) {
    case "text":
      return `'${node.value.replaceAll("'", "''")}'`;
    case "literal":
      return node.source;
    case "call":
      return `${node.name}(${node.arguments.map(canonicalExpression).join(", ")})`;
    case "member":
      return `${canonicalExpression(node.of)}${node.optional ? "?" : ""}[${canonicalExpression(node.key)}]`;
  }
}

const SPACE = /\s+/y;
const PROPERTY = /[\w$-]+/y;
const QUOTED = /'(?:[^']|'')*'/y;
const NUMBER = /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*/y;

/** An expression that Azure could not read. */
export class UnreadableExpression extends Error {
  constructor(
    rule: string,
    readonly fix: string,
  ) {
    super(rule);
  }
}

/** Recursive descent over one expression; the text outside it is never looked at. */
class Reader {
  readonly #start: number;
  #at: number;

  constructor(
    readonly text: string,
    start: number,
  ) {
    this.#start = start;
    this.#at = start;
  }

  /** Reads the brace that closes `@{`, and returns the position after it. */
  closed(): number {
    this.#expect("}", "close the expression with }");
    this.#checkLength();
    return this.#at;
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.text.length) {
      throw this.#unexpected("end the expression there, or write @{...} to put it inside a text");
    }
    this.#checkLength();
  }

  /** A literal or a call, with what is taken out of it: `.name`, `?.name`, `[...]`, `?[...]`. */
  expression(): ExpressionNode {
    this.#skipSpace();
    let node = this.#primary();
    for (;;) {
      this.#skipSpace();
      const optional = this.text[this.#at] === "?";
      const operator = this.text[this.#at + (optional ? 1 : 0)];
      if (operator !== "." && operator !== "[") return node;
      this.#at += optional ? 2 : 1;
      node = { kind: "member", of: node, key: operator === "[" ? this.#index() : this.#property(), optional };
    }
  }

  #index(): ExpressionNode {
    const key = this.expression();
    this.#expect("]", "close the index with ]");
    return key;
  }

  #property(): ExpressionNode {
    const value = this.#match(PROPERTY);
    if (value === undefined) throw this.#unexpected("name the property after the dot");
    return { kind: "text", value };
  }

  #primary(): ExpressionNode {
    if (this.text[this.#at] === "'") {
      const quoted = this.#match(QUOTED);
      if (quoted === undefined)
        throw new UnreadableExpression(
          `a quote at character ${this.#at + 1} is not closed`,
          "close it with '",
        );
      return { kind: "text", value: quoted.slice(1, -1).replaceAll("''", "'") };
    }
    const number = this.#match(NUMBER);
    if (number !== undefined) return { kind: "literal", source: number };
    const word = this.#match(NAME);
    if (word === undefined) {
      throw this.#unexpected(
        "write a function call, a number or a text in single quotes; a literal at-sign is @@",
      );
    }
    if (/^(?:true|false|null)$/i.test(word)) return { kind: "literal", source: word.toLowerCase() };
    const name = functionName(word);
    if (name === undefined) {
      throw new UnreadableExpression(
        `an expression calls only functions of the Workflow Definition Language; ${word} is none`,
        "correct the function's name; a literal at-sign is @@",
      );
    }
    this.#expect("(", `call the function: ${name}(...)`);
    return { kind: "call", name, arguments: this.#arguments(name) };
  }

  #arguments(name: string): ExpressionNode[] {
    this.#skipSpace();
    if (this.text[this.#at] === ")") {
      this.#at += 1;
      return [];
    }
    const found = [this.expression()];
    this.#skipSpace();
    while (this.text[this.#at] === ",") {
      this.#at += 1;
      found.push(this.expression());
      this.#skipSpace();
    }
    this.#expect(")", `close the arguments of ${name} with )`);
    return found;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #expect(character: string, fix: string): void {
    this.#skipSpace();
    if (this.text[this.#at] !== character) throw this.#unexpected(fix);
    this.#at += 1;
  }

  #skipSpace(): void {
    this.#match(SPACE);
  }

  #checkLength(): void {
    const length = this.#at - this.#start;
    if (length > MAX_LENGTH) {
      throw new UnreadableExpression(
        `an expression has at most ${MAX_LENGTH} characters; this one has ${length}`,
        "compute parts of it in Compose actions",
      );
    }
  }

  #unexpected(fix: string): UnreadableExpression {
    const found = this.text[this.#at];
    const what = found === undefined ? "the end" : `"${found}" at character ${this.#at + 1}`;
    return new UnreadableExpression(`an expression cannot be read: it does not go on with ${what}`, fix);
  }
}
