// One program's process, as `pulumi preview` starts it: where a tsconfig is given, Pulumi's own ts-node compiles the program;
// then it is previewed. Prints seconds, and megabytes at the peak.
const { resolve } = require("node:path");
const { LocalWorkspace } = require("@pulumi/pulumi/automation");
const { loadTypeScriptCompilerOptions, typeScriptRequireStrings } = require("@pulumi/pulumi/tsutils");

const [workDir, stackName, entry, tsconfig] = process.argv.slice(2);

/** The same calls stand in @pulumi/pulumi/cmd/run. */
function registerTypeScript() {
  const { tsnodeRequire, typescriptRequire } = typeScriptRequireStrings();
  const compilerOptions = loadTypeScriptCompilerOptions(tsconfig);
  require(tsnodeRequire).register({
    compiler: typescriptRequire,
    transpileOnly: compilerOptions.noCheck,
    project: tsconfig,
    skipProject: false,
    compilerOptions: {
      target: "ES2020",
      module: "nodenext",
      moduleResolution: "nodenext",
      sourceMap: "true",
      ...compilerOptions,
    },
  });
}

async function main() {
  const started = process.hrtime.bigint();
  if (tsconfig !== undefined) registerTypeScript();
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
