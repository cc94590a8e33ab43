import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { goBuild, onceWhole } from "../../rehearsal/go-build";

const VERSION = "1.7.12";

/** In the user's cache, where it is built once. */
const FILE = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
  "actionlint",
  VERSION,
  "actionlint",
);

/** Cold, the build takes half a minute on two cores, and what it downloads as long as it takes. */
const PATIENCE_MILLISECONDS = 600_000;

/**
 * A test with the linter of workflows. Where it is not there and there is no Go to build it, the test is reported as
 * skipped with the reason; under `CI=true` it fails with it.
 *
 * @param body gets the linter's file
 */
export function testWithActionlint(name: string, body: (actionlint: string) => Promise<void>): void {
  const canBuild = existsSync(FILE) || spawnSync("go", ["version"]).status === 0;
  if (!canBuild && process.env.CI !== "true") {
    test.skip(`${name}: actionlint is not in ${FILE}, and Go (https://go.dev/dl/) is not on PATH to build it`, () =>
      undefined);
    return;
  }
  test(
    name,
    async () => {
      if (!existsSync(FILE)) {
        const program = {
          module: "github.com/rhysd/actionlint",
          version: VERSION,
          package: "cmd/actionlint",
        };
        await onceWhole(FILE, (target) => goBuild({ ...program, target }));
      }
      await body(FILE);
    },
    PATIENCE_MILLISECONDS,
  );
}
