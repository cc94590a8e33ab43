import type { Action, Text, Value } from "../definition";
import type { Expression } from "../expression";
import type { TimeUnit } from "../triggers";
import { action, type ActionOptions, type Secure } from "./action";

/** How a run ends at once. */
export type TerminateOptions<After extends string> = ActionOptions<After> &
  (
    | { readonly runStatus: "Succeeded" | "Cancelled" }
    | { readonly runStatus: "Failed"; readonly runError?: { readonly code: Text; readonly message: Text } }
  );

/**
 * Ends the run at once. Not inside loops.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#terminate-action
 */
export function terminate<const Name extends string, After extends string = never>(
  name: Name,
  options: TerminateOptions<After>,
): Action<Name, unknown, NoInfer<After>> {
  const { runStatus } = options;
  const runError = runStatus === "Failed" ? options.runError : undefined;
  return action("Terminate")<Name, After>(name, options, { inputs: { runStatus, runError } });
}

/** How long a delay lasts. */
export type DelayOptions<After extends string> = ActionOptions<After> &
  (
    | { readonly count: number | Expression; readonly unit: TimeUnit }
    /** A time in UTC, e.g. `2026-12-01T00:00:00Z`. */
    | { readonly until: Text }
  );

/**
 * Waits for a time, or until a time.
 *
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#wait-action
 */
export function delay<const Name extends string, After extends string = never>(
  name: Name,
  options: DelayOptions<After>,
): Action<Name, unknown, NoInfer<After>> {
  return action("Wait")<Name, After>(name, options, {
    inputs:
      "until" in options
        ? { until: { timestamp: options.until } }
        : { interval: { count: options.count, unit: options.unit } },
  });
}

/** What the designer's actions of the group "Date Time" do, with their inputs. */
interface TimeInputs {
  readonly CurrentTime: Readonly<Record<string, never>>;
  readonly ConvertTimeZone: {
    readonly baseTime: Text;
    readonly sourceTimeZone: string;
    readonly destinationTimeZone: string;
    readonly formatString?: string;
  };
  readonly AddToTime: TimeShift & { readonly baseTime: Text };
  readonly SubtractFromTime: TimeShift & { readonly baseTime: Text };
  readonly GetFutureTime: TimeShift;
  readonly GetPastTime: TimeShift;
}

interface TimeShift {
  readonly interval: number | Expression;
  readonly timeUnit: TimeUnit;
}

/**
 * Works out a time; its body is a text such as `2026-12-01T02:00:00.0000000Z`.
 *
 * @see https://learn.microsoft.com/azure/connectors/apis-list#built-in-connectors
 */
export function time<const Name extends string, Kind extends keyof TimeInputs, After extends string = never>(
  name: Name,
  options: ActionOptions<After> & Secure & { readonly kind: Kind; readonly inputs: TimeInputs[Kind] },
): Action<Name, { readonly body: string }, NoInfer<After>> {
  const { kind, inputs } = options;
  return action<{ readonly body: string }>("Expression")(name, options, { kind, inputs });
}

/**
 * Runs a piece of JavaScript, at most 1,024 characters and 5 seconds. The workflow needs an integration account.
 *
 * @param options.dependsOn what the code reads through `workflowContext`: the trigger, or actions by their objects
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-workflow-actions-triggers#run-javascript-code
 */
export function javaScript<const Name extends string, After extends string = never>(
  name: Name,
  options: ActionOptions<After> &
    Secure & {
      readonly code: string;
      readonly dependsOn?: {
        readonly trigger?: boolean;
        readonly actions?: readonly { readonly name: string }[];
      };
    },
): Action<Name, { readonly body: unknown }, NoInfer<After>> {
  const { code, dependsOn } = options;
  return action<{ readonly body: unknown }>("JavaScriptCode")(name, options, {
    inputs: {
      code,
      explicitDependencies: dependsOn && {
        includeTrigger: dependsOn.trigger,
        actions: dependsOn.actions?.map((each) => each.name),
      },
    },
  });
}

/**
 * Hands a message to a workflow that collects them in batches.
 *
 * @param options.workflowId resource id of the workflow with the batch trigger
 * @see https://learn.microsoft.com/azure/logic-apps/logic-apps-batch-process-send-receive-messages
 */
export function sendToBatch<const Name extends string, After extends string = never>(
  name: Name,
  options: ActionOptions<After> &
    Secure & {
      readonly workflowId: Text;
      readonly trigger: string;
      readonly batchName: string;
      readonly content: Value;
      /** Which messages belong together. @default those without one */
      readonly partitionName?: Text;
      /** @default one that Azure makes up */
      readonly messageId?: Text;
    },
): Action<Name, unknown, NoInfer<After>> {
  const { workflowId, trigger, batchName, content, partitionName, messageId } = options;
  return action("SendToBatch")(name, options, {
    inputs: {
      host: { triggerName: trigger, workflow: { id: workflowId } },
      batchName,
      content,
      partitionName,
      messageId,
    },
  });
}
