import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

/** What a preview writes: Markdown. */
export const PLAN_FILE = (stack: string): string => `plan-${stack}.md`;
/** What an update writes: the outputs that are no secrets. */
export const OUTPUTS_FILE = (stack: string): string => `outputs-${stack}.json`;
const DRIFT_FILE = (stack: string): string => `drift-${stack}.json`;

const drift = z.array(z.string());

/** Writes in what a stack differs from Azure: a line for each resource. */
export async function writeDrift(folder: string, stack: string, lines: readonly string[]): Promise<void> {
  await writeFile(join(folder, DRIFT_FILE(stack)), JSON.stringify(lines));
}

/** What {@link writeDrift} wrote; nothing where the comparison did not come to its end. */
export async function readDrift(folder: string, stack: string): Promise<readonly string[] | undefined> {
  const text = await readIfThere(join(folder, DRIFT_FILE(stack)));
  return text === undefined ? undefined : drift.parse(JSON.parse(text));
}

/** The text of a file; nothing where there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  return existsSync(file) ? readFile(file, "utf8") : undefined;
}
