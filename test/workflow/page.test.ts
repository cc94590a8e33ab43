import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ACTION_TYPES, TRIGGER_TYPES } from "../../workflow/check/action-types";
import { workflowTypesPage } from "../../workflow/check/page";
import { LIMITS } from "../../workflow/limits";

/** The lines, without the padding that Prettier gives the cells of a table. */
function lines(markdown: string): string[] {
  return markdown
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/ +\|/g, " |").replace(/-+ \|/g, "- |"));
}

const page = workflowTypesPage();

test("docs/workflow-actions.md is what `npm run generate` makes of the types today", () => {
  const file = readFileSync(join(__dirname, "../../docs/workflow-actions.md"), "utf8");
  expect(lines(file)).toEqual(lines(page));
});

test("every type and every limit has a row", () => {
  const rows = lines(page).filter((line) => line.startsWith("| ") && !line.startsWith("| -"));
  const heads = 3;
  expect(rows).toHaveLength(
    heads + [TRIGGER_TYPES, ACTION_TYPES, LIMITS].flatMap((table) => Object.keys(table)).length,
  );
});

test("a row says what is required, and what may stand beside", () => {
  expect(page).toContain(
    "| `Workflow` | calls another workflow of the subscription | **host**, body, headers, authentication, retryPolicy | limit |" +
      " DisableAsyncPattern, DisableAutomaticDecompression | secureData, staticResult |",
  );
  expect(page).toContain("- Xslt, XmlValidation, ");
  expect(page).toContain(
    "| Longest interval of a recurrence; the shortest is 1 | Second 9,999,999, Minute 72,000, ",
  );
});
