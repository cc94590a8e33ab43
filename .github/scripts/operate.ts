import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { OutputMap, Stack } from "@pulumi/pulumi/automation";
import type { GuardrailOptions } from "../../rehearsal/guardrails";
import { changes, recordRun, type Run } from "../../rehearsal/steps";
import { planReport } from "./plan-report";
import { OUTPUTS_FILE, PLAN_FILE, writeDrift } from "./reports";

/** What a workflow does with a stack. */
export const OPERATIONS = ["preview", "up", "drift"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Options of {@link operate}. */
export interface OperateOptions {
  readonly guardrails: GuardrailOptions;
  /** Receives Pulumi's progress, in pieces. */
  readonly write: (text: string) => void;
  /** Folder of what is written of it; it is made. */
  readonly reports: string;
}

/**
 * Previews a stack, updates it where its preview succeeds, or compares it with Azure, and writes a report for those who are to read of it:
 * `plan-<stack>.md` of a preview, `outputs-<stack>.json` of an update, `drift-<stack>.json` of a comparison.
 *
 * @returns whether it succeeded; drift that was found is no failure
 */
export async function operate(
  stack: Stack,
  operation: Operation,
  { guardrails, write, reports }: OperateOptions,
): Promise<boolean> {
  await mkdir(reports, { recursive: true });
  const run = recordRun();
  const live = { onOutput: write, onError: write, onEvent: run.onEvent, color: "never" } as const;
  const judged = { ...live, ...guardrails };
  switch (operation) {
    case "preview": {
      const succeeded = await succeeds(run, () => stack.preview(judged));
      await writeFile(join(reports, PLAN_FILE(stack.name)), planReport(stack.name, run));
      return succeeded;
    }
    case "up": {
      // By itself `up` of the Automation API previews nothing, and what looks at the whole stack judges an update once all is
      // written (https://github.com/pulumi/pulumi, pkg/resource/deploy/deployment_executor.go).
      const succeeded =
        (await succeeds(run, () => stack.preview(judged))) &&
        (await succeeds(run, () => stack.up({ ...judged, suppressOutputs: true })));
      if (succeeded) {
        const shown = withoutSecrets(await stack.outputs());
        await writeFile(join(reports, OUTPUTS_FILE(stack.name)), JSON.stringify(shown, undefined, 2));
      }
      return succeeded;
    }
    case "drift": {
      // Not `expectNoChanges`: then a difference and a failure would end alike.
      const succeeded = await succeeds(run, () => stack.previewRefresh(live));
      if (succeeded) await writeDrift(reports, stack.name, changes(run));
      return succeeded;
    }
  }
}

/** Runs the engine. What it has to say of a failure it has said already, but where it did not come to start. */
async function succeeds(run: Run, action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (run.errors.length === 0 && !run.violations.some(({ mandatory }) => mandatory)) throw error;
    return false;
  }
}

function withoutSecrets(outputs: OutputMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, { value, secret }]): [string, unknown][] =>
      secret ? [] : [[name, value]],
    ),
  );
}
