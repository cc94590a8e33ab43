import * as builder from "../../workflow";

/** The names of a program: those of the builder that it imports, and its own. */
export class Identifiers {
  readonly #taken = new Set<string>([...Object.keys(builder), ...RESERVED]);
  #used = new Set<string>();

  /** Notes that the program uses a name. */
  use(identifier: string): string {
    this.#used.add(identifier);
    return identifier;
  }

  uses(identifier: string): boolean {
    return this.#used.has(identifier);
  }

  /** The functions of the builder that the program uses, in the order of the alphabet. */
  get imported(): readonly string[] {
    return Object.keys(builder)
      .filter((name) => this.uses(name))
      .sort();
  }

  /** Writes something, and forgets what it would have used if nothing comes of it. */
  attempt<T>(write: () => T | undefined): T | undefined {
    const before = new Set(this.#used);
    const written = write();
    if (written === undefined) this.#used = before;
    return written;
  }

  /** Writes the body of a function, and tells whether it uses the function's parameter. */
  apart<T>(parameter: string, write: () => T): { readonly written: T; readonly uses: boolean } {
    const outer = this.#used;
    this.#used = new Set();
    const written = write();
    const inner = this.#used;
    this.#used = new Set([...outer, ...inner].filter((name) => name !== parameter || outer.has(name)));
    return { written, uses: inner.has(parameter) };
  }

  /** A name of the program's own for something of the workflow, with its kind where it would be none without. */
  identify(name: string, kind: string): string {
    const camel = camelCase(name);
    const start = /^[A-Za-z]/.test(camel) ? camel : `${kind}${camel}`;
    let found = start;
    if (this.#taken.has(found)) found = `${start}${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    for (let number = 2; this.#taken.has(found); number++) found = `${start}${number}`;
    this.#taken.add(found);
    return found;
  }
}

function camelCase(name: string): string {
  const [first = "", ...others] = name
    .replaceAll("'", "")
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word));
  return [
    first.charAt(0).toLowerCase() + first.slice(1),
    ...others.map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  ].join("");
}

/** Words that the program may not use as names of its own. */
const RESERVED = [
  "break case catch class const continue debugger default delete do else enum export extends false finally for",
  "function if import in instanceof new null return super switch this throw true try typeof var void while with",
  "await async let static yield arguments eval undefined workflow item implements interface package private protected public",
].flatMap((words) => words.split(" "));
