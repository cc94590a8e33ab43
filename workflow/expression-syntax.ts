import { isFunction } from "./functions";

/** A call inside an expression, e.g. `body('Get_order')`. */
export interface Call {
  /** The function's name in lower case: Azure compares without regard to case. */
  readonly name: string;
  /** The first argument, where it is a literal text: the action, parameter or variable that is referred to. */
  readonly target?: string;
}

/** What the expressions in a text call, or else what is wrong with the first one that cannot be read. */
export interface ExpressionText {
  readonly calls: readonly Call[];
  readonly problem?: { readonly rule: string; readonly fix: string };
}

/** Characters per expression: https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration#workflow-definition-limits. */
const MAX_LENGTH = 8192;

/**
 * Reads the expressions in a text as Azure does: a text that starts with `@` is one expression as a whole, `@{...}`
 * is one inside a text, and `@@` stands for an at-sign.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-definition-language#expressions
 */
export function readExpressions(text: string): ExpressionText {
  const calls: Call[] = [];
  if (!text.includes("@")) return { calls };
  try {
    if (text.startsWith("@") && !text.startsWith("@@") && !text.startsWith("@{")) {
      const reader = new Reader(text, 1, calls);
      reader.expression();
      reader.end();
    } else {
      let at = 0;
      while ((at = text.indexOf("@", at)) >= 0) {
        if (text[at + 1] === "@") at += 2;
        else if (text[at + 1] === "{") at = new Reader(text, at + 2, calls).braced();
        else at += 1;
      }
    }
    return { calls };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { calls: [], problem: { rule: error.message, fix: error.fix } };
  }
}

const SPACE = /\s+/y;
const PROPERTY = /[\w$-]+/y;
const QUOTED = /'(?:[^']|'')*'/y;
const NUMBER = /[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_]\w*/y;

class Unreadable extends Error {
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
    readonly calls: Call[],
  ) {
    this.#start = start;
    this.#at = start;
  }

  /** Reads up to the brace that closes `@{`, and returns the position after it. */
  braced(): number {
    this.expression();
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
  expression(): string | undefined {
    this.#skipSpace();
    const literal = this.#primary();
    for (;;) {
      this.#skipSpace();
      const optional = this.text[this.#at] === "?";
      const operator = this.text[this.#at + (optional ? 1 : 0)];
      if (operator !== "." && operator !== "[") break;
      this.#at += optional ? 2 : 1;
      if (operator === "[") {
        this.expression();
        this.#expect("]", "close the index with ]");
      } else if (this.#match(PROPERTY) === undefined) {
        throw this.#unexpected("name the property after the dot");
      }
    }
    return literal;
  }

  /** Returns the text of a literal text, and nothing for everything else. */
  #primary(): string | undefined {
    if (this.text[this.#at] === "'") {
      const quoted = this.#match(QUOTED);
      if (quoted === undefined)
        throw new Unreadable(`a quote at character ${this.#at + 1} is not closed`, "close it with '");
      return quoted.slice(1, -1).replaceAll("''", "'");
    }
    if (this.#match(NUMBER) !== undefined) return undefined;
    const name = this.#match(NAME);
    if (name === undefined) {
      throw this.#unexpected(
        "write a function call, a number or a text in single quotes; a literal at-sign is @@",
      );
    }
    if (/^(?:true|false|null)$/i.test(name)) return undefined;
    if (!isFunction(name)) {
      throw new Unreadable(
        `an expression calls only functions of the Workflow Definition Language; ${name} is none`,
        "correct the function's name; a literal at-sign is @@",
      );
    }
    this.#expect("(", `call the function: ${name}(...)`);
    this.#arguments(name);
    return undefined;
  }

  #arguments(name: string): void {
    const call = { name: name.toLowerCase() };
    this.#skipSpace();
    if (this.text[this.#at] === ")") {
      this.#at += 1;
      this.calls.push(call);
      return;
    }
    const target = this.expression();
    this.calls.push(target === undefined ? call : { ...call, target });
    this.#skipSpace();
    while (this.text[this.#at] === ",") {
      this.#at += 1;
      this.expression();
      this.#skipSpace();
    }
    this.#expect(")", `close the arguments of ${name} with )`);
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
      throw new Unreadable(
        `an expression has at most ${MAX_LENGTH} characters; this one has ${length}`,
        "compute parts of it in Compose actions",
      );
    }
  }

  #unexpected(fix: string): Unreadable {
    const found = this.text[this.#at];
    const what = found === undefined ? "the end" : `"${found}" at character ${this.#at + 1}`;
    return new Unreadable(`an expression cannot be read: it does not go on with ${what}`, fix);
  }
}
