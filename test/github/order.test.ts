import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { UpdateKind, UpdateSummary } from "@pulumi/pulumi/automation";
import { checkOrder } from "../../.github/scripts/order";

let folder: string;
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=Jo", "-c", "user.email=jo@example.com", ...args], {
    cwd: folder,
    encoding: "utf8",
  }).trim();

/** Makes a commit on what is checked out. */
function commit(): string {
  git("commit", "--quiet", "--allow-empty", "--message", "Change");
  return git("rev-parse", "HEAD");
}

let first: string;
let second: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "order-test-"));
  git("init", "--quiet");
  first = commit();
  second = commit();
});
afterEach(() => rm(folder, { recursive: true }));

/** Checks whether a stack may be updated from a commit. Its operations are given as the CLI tells them, last one first. */
function check(head: string, ...operations: (readonly [kind: UpdateKind, from?: string])[]): Promise<void> {
  git("checkout", "--quiet", "--detach", head);
  const history = operations.map(([kind, from], index): UpdateSummary => {
    const time = new Date(Date.UTC(2026, 10, 24 - index));
    const environment: Record<string, string> = from === undefined ? {} : { "git.head": from };
    const told = { message: "", config: {}, result: "succeeded", version: 0 } as const;
    return { kind, environment, startTime: time, endTime: time, ...told };
  });
  return checkOrder({ name: "dev", history: () => Promise.resolve(history) }, folder);
}

test("a stack is updated from the commit after that of its last update, and again from the same", async () => {
  await check(second, ["update", first]);
  await check(second, ["update", second]);
});

test("a stack is not taken back to an earlier commit, also where it was refreshed since", async () => {
  await expect(check(first, ["refresh", first], ["update", second])).rejects.toThrow(
    `dev was last updated from ${second}, which comes after ${first}: this update would take it back.\n  fix: `,
  );
});

test("a stack that is new, or was updated from outside of the repository or of main, is updated", async () => {
  await check(first);
  await check(first, ["update"]);
  await check(first, ["update", "0123456789abcdef0123456789abcdef01234567"]);
  git("checkout", "--quiet", "--detach", first);
  await check(second, ["update", commit()]);
});
