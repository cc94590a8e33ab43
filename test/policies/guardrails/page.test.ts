import { readFileSync } from "node:fs";
import { join } from "node:path";
import { guardrailsPage } from "../../../policies/guardrails/page";
import { GUARDRAILS } from "../../../policies/guardrails/table";
import { cells, prose } from "../../markdown";

test("docs/guardrails.md is what `npm run generate` makes of the guardrails today", () => {
  const file = readFileSync(join(__dirname, "../../../docs/guardrails.md"), "utf8");
  expect(cells(file)).toEqual(cells(guardrailsPage()));
  expect(prose(file)).toEqual(prose(guardrailsPage()));
});

test("the page has a row for each guardrail", () => {
  const ids = cells(guardrailsPage()).map(([id = ""]) => id);
  expect(ids).toEqual(expect.arrayContaining(GUARDRAILS.map(({ id }) => `\`${id}\``)));
});
