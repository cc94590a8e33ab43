import * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../../validation/issue";
import { isLate } from "../../workflow/json";

/** A part of a value that is known only later, and where it stands. */
interface LatePart {
  readonly path: string;
  readonly part: pulumi.Output<unknown>;
}

function lateParts(value: unknown, path: string): LatePart[] {
  if (isLate(value)) return [{ path, part: pulumi.output(value) }];
  if (Array.isArray(value)) return value.flatMap((item, index) => lateParts(item, `${path}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => lateParts(item, `${path}.${key}`));
}

/**
 * What is wrong with secrets in a value that Azure shows to whoever may read the workflow: every part that Pulumi
 * keeps secret, whether its value is known yet or not.
 */
export async function checkSecrecy(
  path: string,
  value: unknown,
  reason: Pick<Issue, "rule" | "fix">,
): Promise<Issue[]> {
  const checked = await Promise.all(
    lateParts(value, path).map(async ({ path: at, part }) =>
      (await pulumi.isSecret(part)) ? [{ path: at, ...reason, received: "(secret)" }] : [],
    ),
  );
  return checked.flat();
}
