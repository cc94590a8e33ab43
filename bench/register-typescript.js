const { loadTypeScriptCompilerOptions, typeScriptRequireStrings } = require("@pulumi/pulumi/tsutils");

/**
 * Lets Node load TypeScript as `pulumi up` does: by Pulumi's own ts-node, with a tsconfig file. The same calls stand in
 * @pulumi/pulumi/cmd/run.
 *
 * @param {string} tsconfig its path
 */
exports.registerTypeScript = function registerTypeScript(tsconfig) {
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
};
