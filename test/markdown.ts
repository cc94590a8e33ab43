/** The cells of each row, without the padding that Prettier gives them. */
export function cells(markdown: string): string[][] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^\|[ |-]+$/.test(line))
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

/** Every line that belongs to no table and is not empty. */
export function prose(markdown: string): string[] {
  return markdown.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("|"));
}
