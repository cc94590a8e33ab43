/*
 * Writes the table of policies into docs/policies.md. Run by `npm run generate` after a change of the rows.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withPolicyTable } from "./table";

const file = join(__dirname, "..", "..", "docs", "policies.md");
writeFileSync(file, withPolicyTable(readFileSync(file, "utf8")));
