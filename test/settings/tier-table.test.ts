import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TIER_SOURCES, TIERS } from "../../components/gateway/tier";
import { tierTable } from "../../settings/tier-table";
import { cells } from "../markdown";

const TABLE = cells(tierTable());

test("docs/tiers.md is what `npm run generate` makes of the tiers today", () => {
  const file = readFileSync(join(__dirname, "../../docs/tiers.md"), "utf8");
  expect(cells(file)).toEqual(TABLE);
  expect(file).toContain(`- Consumption: ${TIERS.Consumption.refused ?? ""}.`);
});

test("the table has a column for each tier, and a row with its source for each thing that a tier has", () => {
  expect(TABLE[0]).toEqual(["", ...Object.keys(TIERS)]);
  expect(TABLE.slice(2).map(([label = ""]) => /\]\((.*)\)$/.exec(label)?.[1])).toEqual(
    Object.values(TIER_SOURCES),
  );
});

test.each([
  ["Units in a region", "Premium", "1 to 31"],
  ["Units in a region", "Developer", "1"],
  ["Units in a region", "Consumption", "by use"],
  ["Virtual network", "StandardV2", "outbound"],
  ["Static addresses", "BasicV2", "–"],
  ["Built-in cache, MiB", "Premium", "5,120"],
  ["Other own names", "Standard", "portal, management"],
])("it tells the %s of %s as %s", (row, tier, told) => {
  const column = TABLE[0]?.indexOf(tier) ?? -1;
  expect(TABLE.find(([label = ""]) => label.startsWith(`[${row}]`))?.[column]).toBe(told);
});
