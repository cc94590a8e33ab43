/*
 * Writes settings.schema.json, by which editors check and complete the stack files. Run by `npm run generate` after a
 * change of the settings or of an integration's.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { parse } from "yaml";
import { integrationSchemas } from "../integrations";
import { stackFileSchema } from "./json-schema";

async function generate(): Promise<void> {
  const { name } = parse(readFileSync(join(__dirname, "..", "Pulumi.yaml"), "utf8")) as { name: string };
  const file = join(__dirname, "settings.schema.json");
  const style = await resolveConfig(file, { editorconfig: true });
  const text = JSON.stringify(stackFileSchema(integrationSchemas, name));
  writeFileSync(file, await format(text, { ...style, filepath: file }));
}

void generate();
