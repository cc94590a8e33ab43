import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** A value that must not leave, with the words that may be said about it. */
export interface Secret {
  /** Never the value itself: e.g. `setting orders:apiKey`. */
  readonly label: string;
  readonly value: string;
}

/** A text that was written down somewhere. */
export interface Written {
  /** E.g. `the state file dev.json`, `what was printed`. */
  readonly where: string;
  readonly text: string;
}

/**
 * Shorter values (`true`, a port) occur in any text by chance: finding one would prove nothing.
 */
const SHORTEST = 8;

/** Names every secret that occurs in a text, as it is or as a URL or a JSON string spells it. Values are not repeated. */
export function findLeaks(secrets: readonly Secret[], texts: readonly Written[]): string[] {
  return secrets
    .filter(({ value }) => value.length >= SHORTEST)
    .flatMap(({ label, value }) => {
      const spellings = new Set([value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]);
      return texts
        .filter(({ text }) => [...spellings].some((spelling) => text.includes(spelling)))
        .map(({ where }) => `${label} stands in clear in ${where}`);
    });
}

/** Every file below a folder, e.g. the states, backups and histories of a file backend. */
export async function readFolder(folder: string, name: string): Promise<Written[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const file = join(entry.parentPath, entry.name);
        return { where: `${name} (${relative(folder, file)})`, text: await readFile(file, "utf8") };
      }),
  );
}
