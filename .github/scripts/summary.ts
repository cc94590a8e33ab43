import { appendFile, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run";

/** GitHub shows at most 1 MiB of a step's summary: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const MOST_CHARACTERS = 500_000;

/**
 * Shows the Markdown files of a folder on the page of the workflow's run: also people whose pull requests may write no
 * comment read it there.
 *
 * @param summary the file that GitHub shows
 * @returns the files' names
 */
export async function summarise(folder: string, summary: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md")).sort();
  for (const name of names) {
    await appendFile(summary, `${(await readFile(join(folder, name), "utf8")).slice(0, MOST_CHARACTERS)}\n`);
  }
  return names;
}

if (require.main === module) {
  run("summary.ts <folder of reports>", async ([folder], { GITHUB_STEP_SUMMARY }) =>
    folder && GITHUB_STEP_SUMMARY
      ? `Shown: ${(await summarise(folder, GITHUB_STEP_SUMMARY)).join(", ")}`
      : undefined,
  );
}
