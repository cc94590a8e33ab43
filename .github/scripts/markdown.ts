/** Text of others within a line of Markdown: no markup, no HTML, no line of its own, and nobody is notified. */
export function inline(text: string): string {
  return text
    .slice(0, 400)
    .replace(/\s+/g, " ")
    .replace(/[\\`*_~[\]<>|#]/g, (character) => `\\${character}`)
    .replaceAll("@", "@\u200b");
}

/** A name as code. A backtick would end it. */
export function code(name: string): string {
  return `\`${name.replace(/[`\r\n|]/g, "'")}\``;
}

/** A table whose cells are Markdown already; empty where it has no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "--:"))), ...rows.map(line)].join(
    "\n",
  );
}

/** Markdown that is shown on demand; empty where there is none. */
export function folded(summary: string, body: string): string {
  return body === "" ? "" : `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
