import { PulumiCommand } from "@pulumi/pulumi/automation";

/** Set once for all test files by `test/global-setup.ts`: where the Pulumi CLI is, or why there is none. */
export const ENGINE_FOUND = "TEST_PULUMI_CLI";
export const ENGINE_MISSING = "TEST_PULUMI_CLI_MISSING";

/**
 * How long a test may take that goes through a stack's whole life: each of its many runs starts the CLI anew, which takes up
 * to ten seconds where others work on the same machine.
 */
export const LIFE_MILLISECONDS = 300_000;

/**
 * A `describe` for tests that run the real Pulumi engine.
 *
 * Where there is no CLI and no way to get one, the tests are reported as skipped with the reason; under `CI=true`
 * they fail with it, so that no pipeline is green because it tested nothing.
 */
export function describeWithEngine(
  name: string,
  tests: (engine: () => Promise<PulumiCommand>) => void,
): void {
  const command = process.env[ENGINE_FOUND];
  if (command !== undefined) {
    describe(name, () => {
      // The folder is given rather than the file, so that the Automation API puts it on the PATH of what it starts.
      const options = command === "pulumi" ? {} : { root: command.replace(/[\\/]bin[\\/]pulumi$/, "") };
      // Once for all tests: it starts the CLI to ask for its version.
      let found: Promise<PulumiCommand> | undefined;
      tests(() => (found ??= PulumiCommand.get(options)));
    });
    return;
  }
  const reason =
    process.env[ENGINE_MISSING] ??
    "nobody looked for a Pulumi CLI: jest.config.js must name test/global-setup.ts";
  if (process.env.CI === "true") {
    test(name, () => {
      throw new Error(reason);
    });
  } else {
    describe(name, () => {
      test.skip(reason, () => undefined);
    });
  }
}
