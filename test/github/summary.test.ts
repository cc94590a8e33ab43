import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { summarise } from "../../.github/scripts/summary";

test("the Markdown of a folder is shown after what was shown already, in order, and nothing else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "summary-test-"));
  const summary = join(folder, "summary");
  await writeFile(summary, "before\n");
  await writeFile(join(folder, "guardrails-prod.md"), "# prod");
  await writeFile(join(folder, "guardrails-dev.md"), "# dev");
  await writeFile(join(folder, "guardrails-dev.sarif"), "{}");
  expect(await summarise(folder, summary)).toEqual(["guardrails-dev.md", "guardrails-prod.md"]);
  expect(await readFile(summary, "utf8")).toBe("before\n# dev\n# prod\n");
  await rm(folder, { recursive: true });
});
