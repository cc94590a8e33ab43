import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LocalWorkspace, type PulumiFn } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import { findEngine } from "../rehearsal/engine";
import { requiredPulumiVersion } from "../rehearsal/project";
import { findImportable, type Importable } from "./importable";

const HELP = `Writes the file by which \`pulumi import\` takes over what stands on a gateway already, and shows its ids. Previews the
stack for that, and changes nothing.

usage: npm run import -- <stack> [component...] [options]

  <stack>      e.g. dev: an initialised stack
  component    e.g. orders: names of components, to which the file is restricted (default: everything on a gateway that
               the stack would create)
  --file FILE  where the file goes (default: import.json)
  --help       this text`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      file: { type: "string", default: "import.json" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [stackName, ...components] = positionals;
  if (values.help) {
    console.log(HELP);
    return;
  }
  if (stackName === undefined) throw new Error(`name a stack, e.g. dev\n\n${HELP}`);

  const workDir = join(__dirname, "..");
  const projectYaml = await readFile(join(workDir, "Pulumi.yaml"), "utf8");
  const { command } = await findEngine({
    requiredVersion: requiredPulumiVersion(projectYaml),
    print: (line) => {
      console.log(line);
    },
  });
  const { default: program }: { default: unknown } = await import("../index");
  const { name: projectName } = parse(projectYaml) as { name: string };
  const stack = await LocalWorkspace.selectStack(
    { stackName, projectName, program: program as PulumiFn },
    { workDir, pulumiCommand: command },
  );
  const found = await findImportable(stack, program as PulumiFn, components);
  console.log(table(found));
  if (found.file.resources.length === 0) {
    console.log("Nothing can be imported.");
    return;
  }
  await writeFile(values.file, `${JSON.stringify(found.file, null, 2)}\n`);
  console.log(
    `\nTake out of ${values.file} what does not stand in Azure yet. Then:\n` +
      `  pulumi import --stack ${stackName} --file ${values.file} --generate-code=false --protect=false\n` +
      `  pulumi preview --stack ${stackName}`,
  );
}

function table({ file, leftOut }: Importable): string {
  const imported = file.resources.filter(({ id }) => id !== undefined);
  return [
    ...imported.flatMap(({ type, name, logicalName = name, id = "" }) => [
      `${type} ${logicalName}`,
      `  ${id}`,
    ]),
    ...leftOut.flatMap(({ type, name, reason }) => [`${type} ${name}`, `  not imported: ${reason}`]),
  ].join("\n");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
