import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";

const run = promisify(execFile);

/** Among how many of the last operations on a stack the last update is looked for: others change none of its program. */
const MOST_OPERATIONS = 20;

/**
 * Refuses to update a stack from a commit that comes before the one of its last update. Of two runs of a workflow the later
 * one may begin first, as GitHub promises no order, and a run may be repeated when others have long followed.
 *
 * @param folder in the repository, which has its whole history: a commit that is not in it is no later one
 * @throws Error where the update would take the stack back
 */
export async function checkOrder(stack: Pick<Stack, "name" | "history">, folder: string): Promise<void> {
  const operations = await stack.history(MOST_OPERATIONS, 1, false);
  // Pulumi itself writes down from which commit.
  const last = operations.find(({ kind }) => kind === "update")?.environment["git.head"];
  if (last === undefined) return;
  const { stdout } = await run("git", ["rev-parse", "HEAD"], { cwd: folder });
  const head = stdout.trim();
  if (head === last || !(await comesBefore(head, last, folder))) return;
  throw new Error(
    `${stack.name} was last updated from ${last}, which comes after ${head}: this update would take it back.\n` +
      "  fix: none, where the later commit is what is wanted; to go back, revert it on main",
  );
}

async function comesBefore(commit: string, later: string, folder: string): Promise<boolean> {
  return run("git", ["merge-base", "--is-ancestor", commit, later], { cwd: folder }).then(
    () => true,
    () => false,
  );
}
