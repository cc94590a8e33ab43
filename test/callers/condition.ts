/**
 * Evaluates a trigger's condition, as far as the conditions of this program go: what they do not call is not known here.
 *
 * @throws Error where a condition calls another function, or is none
 */
export function holds(condition: string, triggerOutputs: unknown): boolean {
  const found = /^@(?!@|\{)(.*)$/s.exec(condition)?.[1];
  if (found === undefined) throw new Error(`no condition: ${condition}`);
  const reader = new Reader(found, triggerOutputs);
  const value = reader.value();
  reader.end();
  return value === true;
}

/** https://learn.microsoft.com/azure/logic-apps/workflow-definition-language-functions-reference */
const FUNCTIONS: Readonly<Record<string, (args: readonly unknown[], triggerOutputs: unknown) => unknown>> = {
  coalesce: (args) => args.find((arg) => arg !== null && arg !== undefined) ?? null,
  // Not case-sensitive. Without the header the documented condition gets a null here, and the trigger is skipped.
  startsWith: ([text, start]) =>
    typeof text === "string" &&
    typeof start === "string" &&
    text.toLowerCase().startsWith(start.toLowerCase()),
  triggerOutputs: (_args, triggerOutputs) => triggerOutputs,
};

class Reader {
  #at = 0;

  constructor(
    private readonly text: string,
    private readonly triggerOutputs: unknown,
  ) {}

  /** A text or a call, with what is taken out of it: `['name']`, `?['name']`. */
  value(): unknown {
    const quoted = this.#match(/'((?:[^']|'')*)'/y);
    let value = quoted === undefined ? this.#call() : quoted.replaceAll("''", "'");
    while (this.#match(/\??(\[)/y) !== undefined) {
      value = member(value, this.value());
      this.#expect(/(\])/y);
    }
    return value;
  }

  end(): void {
    this.#expect(/($)/y);
  }

  #call(): unknown {
    const name = this.#expect(/(\w+)\(/y);
    const args: unknown[] = [];
    while (this.#match(/(\))/y) === undefined) {
      if (args.length > 0) this.#expect(/(,)/y);
      args.push(this.value());
    }
    const call = FUNCTIONS[name];
    if (call === undefined) throw new Error(`the function ${name} is not known here`);
    return call(args, this.triggerOutputs);
  }

  #expect(pattern: RegExp): string {
    const found = this.#match(pattern);
    if (found === undefined) {
      throw new Error(`${this.text} does not go on at character ${this.#at + 1} by ${pattern.source}`);
    }
    return found;
  }

  /** The first group of a pattern, where the text goes on by it; spaces around it mean nothing. */
  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at + (/^\s*/.exec(this.text.slice(this.#at))?.[0].length ?? 0);
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found[1];
  }
}

/** Nothing where there is nothing: what an operator without question mark does there, no condition of this program asks. */
function member(value: unknown, name: unknown): unknown {
  if (typeof value !== "object" || value === null || typeof name !== "string") return null;
  return (value as Readonly<Record<string, unknown>>)[name] ?? null;
}
