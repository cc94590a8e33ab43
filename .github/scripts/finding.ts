import { keepFinding, repositoryOf, type Posted, type Repository } from "./github";
import { code, inline } from "./markdown";
import { readDrift } from "./reports";
import { run } from "./run";

const MARKER = "<!-- basic-enterprise-integration: drift -->";

/** An issue has at most 65,536 characters. */
const MOST_LINES = 100;

/**
 * Keeps one issue open as long as a stack differs from Azure, and closes it when none does. Where a stack could not be
 * compared, the issue is not closed.
 *
 * @param folder of what the comparisons wrote
 * @param stacks also those whose comparison did not come to an end
 * @param details address of the workflow's run
 * @returns what became of the issue; nothing where it must stay as it is
 */
export async function reportDrift(
  repository: Repository,
  {
    folder,
    stacks,
    details,
  }: { readonly folder: string; readonly stacks: readonly string[]; readonly details: string },
): Promise<Posted | undefined> {
  const compared = await Promise.all(
    stacks.map(async (stack) => ({ stack, lines: await readDrift(folder, stack) })),
  );
  const different = compared.filter(({ lines }) => lines !== undefined && lines.length > 0);
  if (different.length === 0) {
    const failed = compared.some(({ lines }) => lines === undefined);
    return failed ? undefined : keepFinding(repository, MARKER, undefined);
  }
  return keepFinding(repository, MARKER, {
    title: `Azure differs from what was deployed: ${different.map(({ stack }) => stack).join(", ")}`,
    text: [
      "Somebody or something other than Pulumi changed these resources. Each night this is looked at again; the issue is closed when nothing differs.",
      ...compared.map(({ stack, lines }) => `### ${code(stack)}\n\n${listed(lines)}`),
      `What to do: find out who changed them. Then \`pulumi up --refresh\` restores what the program says; or put the change into the program first. [How each differs](${details})`,
    ].join("\n\n"),
  });
}

function listed(lines: readonly string[] | undefined): string {
  if (lines === undefined) return "It could not be compared.";
  if (lines.length === 0) return "Nothing differs.";
  const left = lines.length - MOST_LINES;
  return [
    ...lines.slice(0, MOST_LINES).map((line) => `- ${inline(line)}`),
    ...(left > 0 ? [`- and ${left} more`] : []),
  ].join("\n");
}

if (require.main === module) {
  run("finding.ts <folder of reports> <stack>...", async ([folder, ...stacks], environment) => {
    const details = environment.RUN_URL;
    if (!folder || stacks.length === 0 || !details) return undefined;
    const posted = await reportDrift(repositoryOf(environment), { folder, stacks, details });
    return `The finding: ${posted ?? "left as it is, because not every stack could be compared"}`;
  });
}
