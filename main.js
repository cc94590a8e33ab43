// Where Pulumi begins. Without a cache, as in a pipeline, its own ts-node takes half of a preview's time to compile;
// esbuild takes a tenth of that, and needs no cache. Types are checked by CI, so that a deployment need not.
const { readFileSync } = require("node:fs");
const { transformSync } = require("esbuild");

// Stack traces name lines of the TypeScript: Pulumi maps them by source-map-support, which looks into files alone.
require("source-map-support").install({ hookRequire: true });

require.extensions[".ts"] = (module, file) => {
  const { code } = transformSync(readFileSync(file, "utf8"), {
    loader: "ts",
    format: "cjs",
    platform: "node",
    target: `node${process.versions.node}`,
    sourcefile: file,
    sourcemap: "inline",
    // Node's own `import()` finds neither TypeScript nor files that are named without their extension.
    supported: { "dynamic-import": false },
  });
  module._compile(code, file);
};

module.exports = require("./index");
