import * as pulumi from "@pulumi/pulumi";

/** The message with which a contract is refused. */
export async function refusalOf(read: () => unknown): Promise<string> {
  const error: unknown = await Promise.resolve()
    .then(read)
    .then(
      () => new Error("the contract was accepted"),
      (reason: unknown) => reason,
    );
  if (!pulumi.RunError.isInstance(error)) throw new Error("no RunError", { cause: error });
  return error.message;
}

/** A problem as it stands in a message. */
export const problem = (place: string, rule: string, fix: string) => `  - ${place}: ${rule}\n    fix: ${fix}`;

/** The message about a contract's problems. */
export function refused(source: string, ...problems: readonly string[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return [`The API contract ${source} is not valid: ${count}`, ...problems].join("\n");
}
