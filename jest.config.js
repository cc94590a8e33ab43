/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  globalSetup: "<rootDir>/test/global-setup.ts",
  transform: { "^.+\\.ts$": "ts-jest" },
  maxWorkers: 2,
  testTimeout: 120_000,
};
