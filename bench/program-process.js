// One program's process, as `pulumi preview` starts it: Pulumi's own ts-node compiles the program with the given tsconfig,
// then the program is previewed. Prints seconds, and megabytes at the peak.
const { resolve } = require("node:path");
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { registerTypeScript } = require("./register-typescript");

const [entry, tsconfig, workDir, stackName] = process.argv.slice(2);

async function main() {
  const started = process.hrtime.bigint();
  registerTypeScript(tsconfig);
  const program = require(resolve(entry));
  const stack = await LocalWorkspace.selectStack(
    { stackName, projectName: "basic-enterprise-integration", program },
    { workDir },
  );
  await stack.preview();
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  process.stdout.write(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1000 }));
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
