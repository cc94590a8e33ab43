/*
 * Writes settings.schema.json, by which editors check and complete the stack files. Run by `npm run generate` after a
 * change of the settings or of an integration's.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { parse } from "yaml";
import { integrations } from "../integrations";
import { stackFileSchema } from "./json-schema";

async function generate(): Promise<void> {
  const { name } = parse(readFileSync(join(__dirname, "..", "Pulumi.yaml"), "utf8")) as { name: string };
  const schemas = Object.fromEntries(
    Object.entries(integrations).map(([key, { settings }]) => [key, settings]),
  );
  const text = JSON.stringify(stackFileSchema(schemas, name));
  writeFileSync(
    join(__dirname, "settings.schema.json"),
    await format(text, { parser: "json", printWidth: 110 }),
  );
}

void generate();
