/**
 * The part of C# that policy expressions are written in, as far as those of this program go. No parser of C# for Node is
 * both kept and without native code, so that this is one by hand.
 *
 * https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#syntax
 */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "interpolated"; readonly parts: readonly Expression[] }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string }
  | { readonly kind: "index"; readonly of: Expression; readonly key: Expression }
  | {
      readonly kind: "call";
      readonly of: Expression;
      readonly name: string;
      readonly types: readonly string[];
      readonly args: readonly Argument[];
    }
  | { readonly kind: "cast"; readonly type: string; readonly of: Expression }
  | { readonly kind: "not"; readonly of: Expression }
  | {
      readonly kind: "binary";
      readonly operator: Operator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "choice";
      readonly condition: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    }
  /** `of?.…`: nothing where there is nothing, or what follows, in which {@link THAT} stands for it. */
  | { readonly kind: "conditional"; readonly of: Expression; readonly then: Expression }
  | { readonly kind: "that" };

/** What a method is given, by its place or by the parameter's name. */
export interface Argument {
  readonly name?: string;
  readonly value: Expression;
}

/** From those that bind least to those that bind most. */
const OPERATORS = [["??"], ["||"], ["&&"], ["==", "!="], ["<", ">", "<=", ">="], ["+"]] as const;

export type Operator = (typeof OPERATORS)[number][number];

/** Types that an expression may name in brackets. What is in brackets otherwise is an expression. */
const TYPES = ["string", "int", "bool", "Jwt", "IResponse"];

const THAT: Expression = { kind: "that" };

/**
 * Reads an expression.
 *
 * @param text without the `@(` and `)` around it
 * @throws Error where it is none, or more than is known here
 */
export function parseCSharp(text: string): Expression {
  return new Parser(text, tokensOf(text)).whole();
}

interface Token {
  readonly kind: "name" | "number" | "text" | "interpolated" | "sign" | "end";
  readonly text: string;
  /** Where a text or number stands for something. */
  readonly value?: Expression;
}

const SIGNS = /^(?:\?\.|\?\[|\?\?|&&|\|\||==|!=|<=|>=|=>|[()[\]<>.,?:!+])/;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (let rest = text.trimStart(); rest !== "";) {
    const token = tokenAt(rest);
    tokens.push(token);
    rest = rest.slice(token.text.length).trimStart();
  }
  return [...tokens, { kind: "end", text: "" }];
}

function tokenAt(rest: string): Token {
  if (rest.startsWith('$"')) return interpolatedAt(rest);
  const [verbatim] = /^@"(?:[^"]|"")*"/.exec(rest) ?? [];
  if (verbatim !== undefined) return literal(verbatim, verbatim.slice(2, -1).replaceAll('""', '"'));
  const [quoted] = /^"(?:[^"\\]|\\.)*"|^'(?:[^'\\]|\\.)'/.exec(rest) ?? [];
  if (quoted !== undefined) return literal(quoted, unescape(quoted.slice(1, -1)));
  const [digits] = /^\d+(?![\w.])/.exec(rest) ?? [];
  if (digits !== undefined)
    return { kind: "number", text: digits, value: { kind: "literal", value: Number(digits) } };
  const [name] = /^[A-Za-z_]\w*/.exec(rest) ?? [];
  if (name !== undefined) return { kind: "name", text: name };
  const [sign] = SIGNS.exec(rest) ?? [];
  if (sign !== undefined) return { kind: "sign", text: sign };
  throw new Error(`C# is not known here from ${JSON.stringify(rest)}`);
}

function literal(text: string, value: string): Token {
  return { kind: "text", text, value: { kind: "literal", value } };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "\\": "\\",
  n: "\n",
  r: "\r",
  t: "\t",
};

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, letter: string) => {
    const character = ESCAPES[letter];
    if (character === undefined) throw new Error(`the escape \\${letter} of C# is not known here`);
    return character;
  });
}

/** `$"text {expression}"`, in which the expression may have texts of its own. */
function interpolatedAt(rest: string): Token {
  const parts: Expression[] = [];
  let plain = "";
  let at = 2;
  for (; rest[at] !== '"'; at += 1) {
    const character = rest[at];
    if (character === undefined) throw new Error(`a text of C# has no end: ${rest}`);
    if (character === "\\") {
      plain += unescape(rest.slice(at, at + 2));
      at += 1;
    } else if ((character === "{" || character === "}") && rest[at + 1] === character) {
      plain += character;
      at += 1;
    } else if (character === "{") {
      const [inner = ""] = /^(?:[^"{}]|"(?:[^"\\]|\\.)*")*(?=\})/.exec(rest.slice(at + 1)) ?? [];
      parts.push({ kind: "literal", value: plain }, parseCSharp(inner));
      plain = "";
      at += inner.length + 1;
    } else plain += character;
  }
  parts.push({ kind: "literal", value: plain });
  return { kind: "interpolated", text: rest.slice(0, at + 1), value: { kind: "interpolated", parts } };
}

class Parser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly Token[],
  ) {}

  whole(): Expression {
    const expression = this.expression();
    if (this.token().kind !== "end") throw this.unknown();
    return expression;
  }

  private token(ahead = 0): Token {
    return this.tokens[this.at + ahead] ?? { kind: "end", text: "" };
  }

  private unknown(): Error {
    return new Error(`C# is not known here at ${JSON.stringify(this.token().text)} of ${this.text}`);
  }

  /** Steps over a sign, if it is the next. */
  private takes(sign: string): boolean {
    const { kind, text } = this.token();
    if (kind !== "sign" || text !== sign) return false;
    this.at += 1;
    return true;
  }

  private expect(sign: string): void {
    if (!this.takes(sign)) throw this.unknown();
  }

  private name(): string {
    const { kind, text } = this.token();
    if (kind !== "name") throw this.unknown();
    this.at += 1;
    return text;
  }

  private expression(): Expression {
    const condition = this.binary(0);
    if (!this.takes("?")) return condition;
    const yes = this.expression();
    this.expect(":");
    return { kind: "choice", condition, yes, no: this.expression() };
  }

  private binary(level: number): Expression {
    const operators = OPERATORS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const operator = operators.find((sign) => this.takes(sign));
      if (operator === undefined) return left;
      // Of all operators here, ?? alone begins at the right.
      const right = this.binary(operator === "??" ? level : level + 1);
      left = { kind: "binary", operator, left, right };
    }
  }

  private unary(): Expression {
    if (this.takes("!")) return { kind: "not", of: this.unary() };
    const type = this.token(1).text;
    if (this.token().text === "(" && TYPES.includes(type) && this.token(2).text === ")") {
      this.at += 3;
      return { kind: "cast", type, of: this.unary() };
    }
    return this.postfix(this.primary());
  }

  private primary(): Expression {
    if (this.takes("(")) {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    const { kind, text, value } = this.token();
    if (value === undefined && kind !== "name") throw this.unknown();
    this.at += 1;
    if (value !== undefined) return value;
    if (text === "true" || text === "false") return { kind: "literal", value: text === "true" };
    if (text === "null") return { kind: "literal", value: null };
    return { kind: "name", name: text };
  }

  private postfix(of: Expression): Expression {
    if (this.takes(".")) return this.postfix(this.member(of));
    if (this.takes("[")) return this.postfix(this.index(of));
    if (this.takes("?.")) return { kind: "conditional", of, then: this.postfix(this.member(THAT)) };
    if (this.takes("?[")) return { kind: "conditional", of, then: this.postfix(this.index(THAT)) };
    return of;
  }

  private index(of: Expression): Expression {
    const key = this.expression();
    this.expect("]");
    return { kind: "index", of, key };
  }

  private member(of: Expression): Expression {
    const name = this.name();
    const types = this.types();
    if (types.length === 0 && this.token().text !== "(") return { kind: "member", of, name };
    this.expect("(");
    const args: Argument[] = [];
    while (!this.takes(")")) {
      if (args.length > 0) this.expect(",");
      args.push(this.argument());
    }
    return { kind: "call", of, name, types, args };
  }

  /** `<T>` before the brackets of a call. */
  private types(): string[] {
    const [open, type, close, call] = [0, 1, 2, 3].map((ahead) => this.token(ahead));
    if (open?.text !== "<" || type?.kind !== "name" || close?.text !== ">" || call?.text !== "(") return [];
    this.at += 3;
    return [type.text];
  }

  private argument(): Argument {
    if (this.token().kind !== "name" || this.token(1).text !== ":") return { value: this.expression() };
    const name = this.name();
    this.expect(":");
    return { name, value: this.expression() };
  }
}
