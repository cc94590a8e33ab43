import { appendFile, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { findEngine } from "../../rehearsal/engine";
import { guardrailOptions } from "../../rehearsal/guardrails";
import { requiredPulumiVersion } from "../../rehearsal/project";
import { keepFederatedToken } from "./federated-token";
import { operate, OPERATIONS } from "./operate";
import { checkOrder } from "./order";
import { PLAN_FILE, readIfThere } from "./reports";

const USAGE = `usage: npx tsx .github/scripts/stack.ts <${OPERATIONS.join("|")}> <stack> --reports FOLDER`;

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { reports: { type: "string" } },
  });
  const [named, stackName, ...more] = positionals;
  const operation = OPERATIONS.find((known) => known === named);
  if (!operation || !stackName || more.length > 0 || !values.reports) {
    console.error(USAGE);
    return 2;
  }
  const workDir = resolve(__dirname, "..", "..");
  const print = (line: string): void => {
    console.log(line);
  };
  const token = await keepFederatedToken(process.env, { warn: print });
  try {
    const requiredVersion = requiredPulumiVersion(await readFile(join(workDir, "Pulumi.yaml"), "utf8"));
    const { command } = await findEngine({ requiredVersion, print });
    const stack = await LocalWorkspace.selectStack(
      { stackName, workDir },
      { pulumiCommand: command, envVars: { ...token?.environment, PULUMI_SKIP_UPDATE_CHECK: "true" } },
    );
    if (operation === "up") await checkOrder(stack, workDir);
    const succeeded = await operate(stack, operation, {
      guardrails: await guardrailOptions(workDir, stackName),
      write: (text) => process.stdout.write(text),
      reports: values.reports,
    });
    const summary = process.env.GITHUB_STEP_SUMMARY;
    const plan = await readIfThere(join(values.reports, PLAN_FILE(stackName)));
    if (summary !== undefined && plan !== undefined) await appendFile(summary, plan);
    return succeeded ? 0 : 1;
  } finally {
    await token?.close();
  }
}

void main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
