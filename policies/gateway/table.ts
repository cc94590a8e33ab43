import { CATEGORIES } from "./elements";
import { constructorName, GATEWAY_KINDS, SCOPES, SECTIONS, type ElementSpec } from "./spec";

const HEAD = ["Policy", "Constructor", "Sections", "Scopes", "Gateways"];

/** The table of all policies in Markdown, a category under a heading of the third level. */
export function policyTable(): string {
  return Object.entries(CATEGORIES)
    .map(([category, rows]) => {
      const lines = Object.entries(rows).map(([name, spec]) => cells(name, spec));
      return [`### ${category}`, "", ...markdownTable([HEAD, ...lines])].join("\n");
    })
    .join("\n\n");
}

function cells(name: string, { documentation, opaque, sections, scopes, gateways }: ElementSpec): string[] {
  return [
    `[${name}](${documentation})`,
    `\`${opaque === true ? "rawPolicy" : constructorName(name)}\``,
    listed(sections, SECTIONS),
    listed(scopes, SCOPES),
    listed(gateways, GATEWAY_KINDS),
  ];
}

function listed(some: readonly string[] | undefined, all: readonly string[]): string {
  return some === undefined || some.length === all.length ? "all" : some.join(", ");
}

/** Lines with columns of equal width, as prettier lays them out. */
function markdownTable(rows: readonly (readonly string[])[]): string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], fill: string) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const [head = [], ...rest] = rows.map((row) => line(row, " "));
  const rule = line(
    HEAD.map(() => ""),
    "-",
  );
  return [String(head), rule, ...rest];
}

const BEGIN = "<!-- The table is written by `npm run generate`. -->";
const END = "<!-- End of the table. -->";

/**
 * Documentation with the table in its place between two comments.
 *
 * @throws RangeError when the comments are not there
 */
export function withPolicyTable(markdown: string): string {
  const [before, rest] = split(markdown, BEGIN);
  const [, after] = split(rest, END);
  return `${before}${BEGIN}\n\n${policyTable()}\n\n${END}${after}`;
}

function split(text: string, mark: string): [before: string, after: string] {
  const position = text.indexOf(mark);
  if (position < 0) throw new RangeError(`the comment is missing: ${mark}`);
  return [text.slice(0, position), text.slice(position + mark.length)];
}
