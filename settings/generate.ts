/*
 * Writes settings.schema.json, by which editors check and complete the stack files, docs/tiers.md, docs/workflow-actions.md and
 * docs/guardrails.md. Run by `npm run generate` after a change of the settings, of an integration's, of what a tier has, of what
 * a workflow may hold, or of a guardrail.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { parse } from "yaml";
import { integrationSchemas } from "../integrations";
import { guardrailsPage } from "../policies/guardrails/page";
import { workflowTypesPage } from "../workflow/check/page";
import { stackFileSchema } from "./json-schema";
import { tierTable } from "./tier-table";

async function generate(): Promise<void> {
  const { name } = parse(readFileSync(join(__dirname, "..", "Pulumi.yaml"), "utf8")) as { name: string };
  await write(
    join(__dirname, "settings.schema.json"),
    JSON.stringify(stackFileSchema(integrationSchemas, name)),
  );
  await write(join(__dirname, "..", "docs", "tiers.md"), tierTable());
  await write(join(__dirname, "..", "docs", "workflow-actions.md"), workflowTypesPage());
  await write(join(__dirname, "..", "docs", "guardrails.md"), guardrailsPage());
}

async function write(file: string, text: string): Promise<void> {
  const style = await resolveConfig(file, { editorconfig: true });
  writeFileSync(file, await format(text, { ...style, filepath: file }));
}

void generate();
