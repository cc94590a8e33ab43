import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { seedPrerequisites, serveAzure } from "./azure";
import type { Assumptions } from "./life-cycle";
import { readProject } from "./project";
import { exportLines } from "./shell";

const HELP = `Serves the simulated Azure, for the ordinary \`pulumi preview | up | refresh | destroy\` in another terminal.

usage: npm run azure -- [options]

  --stack NAME  begin with what the settings of this stack say stands in Azure already, in their subscription
  --state FILE  where Azure keeps its resources; Pulumi's own state goes to the folder \`backend\` beside it
                (default: .rehearsal/azure.json)
  --help        this text

Ctrl-C stops it. What is in the state file is there again at the next start.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      state: { type: "string", default: join(".rehearsal", "azure.json") },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const stateFile = resolve(values.state);
  const backend = join(dirname(stateFile), "backend");
  await mkdir(backend, { recursive: true });
  const {
    subscriptionId,
    resources,
    principals = [],
  } = values.stack === undefined ? NOTHING : await assumptions(values.stack);
  const begun = existsSync(stateFile);
  const { environment, azure, close } = await serveAzure({
    stateFile,
    ...(subscriptionId === undefined ? {} : { subscriptionId }),
  });
  // What stood in Azure before stands in the state file by now, and may have been changed since.
  if (!begun) seedPrerequisites(azure, resources);
  for (const principal of principals) azure.admit(principal);
  console.log(exportLines(pathToFileURL(backend).href, environment).join("\n"));
  console.log(
    `# The simulated Azure of ${stateFile} is up: run these lines in another terminal. Ctrl-C stops it.`,
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void close());
}

const NOTHING: Assumptions = { resources: [] };

async function assumptions(stack: string): Promise<Assumptions> {
  // Loaded late, as it takes a second and not everybody needs it.
  const { acceptsSetting, assumedBy } = await import("./stack-settings");
  const { configuration, name } = await readProject({
    folder: join(__dirname, ".."),
    stack,
    accepts: acceptsSetting,
  });
  return assumedBy(configuration, name);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
