import { setTimeout as wait } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";

/**
 * Refusals that Azure gives before it accepts a write, and that pass by themselves. Only these may be retried:
 * to repeat a create that was accepted would lose what it left behind.
 *
 * - `PessimisticConcurrencyConflict`: another write to the same API is under way (https://github.com/Azure/apiops/issues/141)
 * - `ManagementApiRequestFailed`: the service is in transition (https://github.com/Azure/apiops/issues/379)
 * - `ForbiddenByRbac`: a role that exists has not replicated to the vault yet
 */
const PASSING_REFUSALS = /\b(?:PessimisticConcurrencyConflict|ManagementApiRequestFailed|ForbiddenByRbac)\b/;

/** Ten minutes in all: longer than a role assignment takes to replicate. */
const WAITS_IN_SECONDS = [1, 2, 4, 8, 15, 30, 60, 120, 180, 180];

/** A hook is registered once for a run of the program, and a process may run it several times (a rehearsal does). */
const hooks = new WeakMap<object, pulumi.ErrorHook>();

/**
 * Hooks of a child resource of the gateway: repeat a write that Azure refused for a passing reason.
 * Not for the gateway, a vault or storage: their creates fail after they were accepted.
 */
export function retryRefusedWrites(): pulumi.ResourceHookBinding {
  const run = pulumi.runtime.getMonitor() ?? retryRefusedWrites;
  let hook = hooks.get(run);
  if (!hook) {
    hook = new pulumi.ErrorHook("retry-refused-writes", retry);
    hooks.set(run, hook);
  }
  return { onError: [hook] };
}

async function retry({ errors, failedOperation, name }: pulumi.ErrorHookArgs): Promise<boolean> {
  const [latest = ""] = errors;
  const refusal = PASSING_REFUSALS.exec(latest)?.[0];
  const seconds = WAITS_IN_SECONDS[errors.length - 1];
  if (!refusal || seconds === undefined) return false;
  await pulumi.log.info(
    `${failedOperation} of ${name} was refused (${refusal}); trying again in ${seconds} s (${errors.length} of ${WAITS_IN_SECONDS.length})`,
  );
  await wait(seconds * 1000);
  return true;
}
