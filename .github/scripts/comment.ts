import { join } from "node:path";
import { keepComment, repositoryOf, type Posted, type Repository } from "./github";
import { code } from "./markdown";
import { PLAN_FILE, readIfThere } from "./reports";
import { run } from "./run";

const MARKER = "<!-- basic-enterprise-integration: plan -->";

/**
 * Makes what the previews say the one comment of a pull request.
 *
 * @param folder of what the previews wrote
 * @param stacks also those whose preview did not come to an end
 * @param commit that was previewed: where a later one does not come to its previews, the comment stays
 * @param details address of the workflow's run
 */
export async function commentPlans(
  repository: Repository,
  pullRequest: number,
  {
    folder,
    stacks,
    commit,
    details,
  }: {
    readonly folder: string;
    readonly stacks: readonly string[];
    readonly commit: string;
    readonly details: string;
  },
): Promise<Posted> {
  const plans = await Promise.all(
    stacks.map(async (stack) => {
      const plan = await readIfThere(join(folder, PLAN_FILE(stack)));
      return plan ?? `### ${code(stack)}: there is no preview\n\nWhy is said in the [run](${details}).\n`;
    }),
  );
  return keepComment(
    repository,
    pullRequest,
    MARKER,
    `## What ${commit} would deploy\n\n${plans.join("\n")}\n[Everything that the previews said](${details})\n`,
  );
}

if (require.main === module) {
  run("comment.ts <folder of reports> <stack>...", async ([folder, ...stacks], environment) => {
    const pullRequest = Number(environment.PULL_REQUEST);
    const { COMMIT: commit, RUN_URL: details } = environment;
    if (!folder || stacks.length === 0 || !Number.isInteger(pullRequest) || !commit || !details)
      return undefined;
    const posted = await commentPlans(repositoryOf(environment), pullRequest, {
      folder,
      stacks,
      commit,
      details,
    });
    return `The comment: ${posted}`;
  });
}
