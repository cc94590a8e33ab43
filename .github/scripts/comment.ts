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
 * @param details address of the workflow's run
 */
export async function commentPlans(
  repository: Repository,
  pullRequest: number,
  {
    folder,
    stacks,
    details,
  }: { readonly folder: string; readonly stacks: readonly string[]; readonly details: string },
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
    `## What this would deploy\n\n${plans.join("\n")}\n[Everything that the previews said](${details})\n`,
  );
}

if (require.main === module) {
  run("comment.ts <folder of reports> <stack>...", async ([folder, ...stacks], environment) => {
    const pullRequest = Number(environment.PULL_REQUEST);
    const details = environment.RUN_URL;
    if (!folder || stacks.length === 0 || !Number.isInteger(pullRequest) || !details) return undefined;
    return `The comment: ${await commentPlans(repositoryOf(environment), pullRequest, { folder, stacks, details })}`;
  });
}
