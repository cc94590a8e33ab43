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
    // The parser of OpenAPI documents, jose and the OpenID Connect server come as ES modules, which Node loads by itself and
    // jest does not.
    "/node_modules/(?:@apidevtools|is-plain-obj|jose|oauth2-mock-server)/.+\\.m?js$": [
      "ts-jest",
      {
        tsconfig: {
          allowJs: true,
          module: "commonjs",
          target: "ES2022",
          isolatedModules: true,
          esModuleInterop: true,
        },
      },
    ],
  },
  transformIgnorePatterns: ["/node_modules/(?!@apidevtools/|is-plain-obj/|jose/|oauth2-mock-server/)"],
  maxWorkers: 2,
  // A worker that has grown large spends its time on collecting garbage: after some hundred tests three times what they take.
  workerIdleMemoryLimit: "1.5GB",
  testTimeout: 120_000,
};
