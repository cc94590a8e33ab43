/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // Pulumi looks at its store once more when the process ends, after jest would have cleaned it up.
  testEnvironmentOptions: { globalsCleanup: "off" },
  roots: ["<rootDir>/test"],
  globalSetup: "<rootDir>/test/global-setup.ts",
  setupFiles: ["<rootDir>/test/setup.ts"],
  transform: {
    "^.+\\.ts$": "ts-jest",
    // The parser of OpenAPI documents and jose come as ES modules, which Node loads by itself and jest does not.
    "/node_modules/(?:@apidevtools|jose)/.+\\.js$": [
      "ts-jest",
      { tsconfig: { allowJs: true, module: "commonjs", target: "ES2022", isolatedModules: true } },
    ],
  },
  transformIgnorePatterns: ["/node_modules/(?!@apidevtools/|jose/)"],
  maxWorkers: 2,
  testTimeout: 120_000,
};
