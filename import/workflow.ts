import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { workflowFromJson } from "../workflow";
import { typedWorkflow } from "./typed-workflow";

const HELP = `Turns a workflow of Logic Apps Consumption into the program that builds it.

usage: npm run import-workflow -- <workflow.json> [options]

  <workflow.json>  a definition, or what Azure's code view shows
  --file FILE      where the program goes, below this project (default: beside the workflow, as .ts)
  --help           this text`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { file: { type: "string" }, help: { type: "boolean", short: "h", default: false } },
  });
  const [source] = positionals;
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (source === undefined) throw new Error(`name a workflow\n\n${HELP}`);

  const target = resolve(values.file ?? source.replace(/(?:\.json)?$/, ".ts"));
  const builder = relative(dirname(target), join(__dirname, "..", "workflow"))
    .split(sep)
    .join("/");
  const program = typedWorkflow(
    workflowFromJson(await readFile(source, "utf8"), source),
    builder.startsWith(".") ? builder : `./${builder}`,
  );
  const style = await resolveConfig(join(__dirname, "workflow.ts"));
  if (existsSync(target)) throw new Error(`${target} stands there already: name another file by --file`);
  await writeFile(target, await format(program, { ...style, parser: "typescript" }));
  console.log(`${relative("", target)} builds it: \`definition: workflow()\`.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
