import type { Config } from "jest";

const config: Config = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  transform: { "^.+\\.ts$": "ts-jest" },
  // Two cores: one worker for the engine rehearsals, one for everything else.
  maxWorkers: 2,
  testTimeout: 120_000,
};

export default config;
