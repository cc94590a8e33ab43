import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { serveAzure } from "./azure";
import { exportLines } from "./shell";

const HELP = `Serves the simulated Azure, for the ordinary \`pulumi preview | up | refresh | destroy\` in another terminal.

usage: npm run azure -- [options]

  --state FILE  where Azure keeps its resources; Pulumi's own state goes to the folder \`backend\` beside it
                (default: .rehearsal/azure.json)
  --help        this text

Ctrl-C stops it. What is in the state file is there again at the next start.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
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
  const { environment, close } = await serveAzure({ stateFile });
  console.log(exportLines(pathToFileURL(backend).href, environment).join("\n"));
  console.log(
    `# The simulated Azure of ${stateFile} is up: run these lines in another terminal. Ctrl-C stops it.`,
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void close());
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
