import { readFileSync } from "node:fs";
import { join } from "node:path";
import { policyTable, withPolicyTable } from "../../../policies/gateway/table";

const markdown = readFileSync(join(__dirname, "..", "..", "..", "docs", "policies.md"), "utf8");

test("the documentation has the table of today: otherwise run npm run generate", () => {
  expect(withPolicyTable(markdown)).toBe(markdown);
});

test("a row says where a policy may stand, and how it is written", () => {
  const cells = policyTable()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, ...row]) => row.slice(0, -1));
  const page = "https://learn.microsoft.com/azure/api-management";
  expect(cells).toContainEqual([`[quota](${page}/quota-policy)`, "`quota`", "inbound", "product", "all"]);
  expect(cells).toContainEqual([
    `[invoke-dapr-binding](${page}/invoke-dapr-binding-policy)`,
    "`rawPolicy`",
    "inbound, outbound, on-error",
    "all",
    "self-hosted",
  ]);
});

test("a documentation without a place for the table is refused", () => {
  expect(() => withPolicyTable("# Policies")).toThrow(RangeError);
});
