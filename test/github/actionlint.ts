import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { goBuild, goVersion, onceWhole } from "../../rehearsal/go-build";

const VERSION = "1.7.12";

/**
 * The linter of workflows, built once into the user's cache.
 *
 * @throws Error where it is not there yet and there is no Go to build it
 */
export async function findActionlint(): Promise<string> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const file = join(cache, "actionlint", VERSION, "actionlint");
  if (existsSync(file)) return file;
  if ((await goVersion()) === undefined) {
    throw new Error(
      `actionlint ${VERSION} is not in ${file}, and Go is not on PATH to build it.\n` +
        "  fix: install Go from https://go.dev/dl/ and reach a Go module proxy (GOPROXY)",
    );
  }
  await onceWhole(file, (target) =>
    goBuild({ module: "github.com/rhysd/actionlint", version: VERSION, package: "cmd/actionlint", target }),
  );
  return file;
}
