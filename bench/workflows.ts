import { performance } from "node:perf_hooks";
import {
  checkWorkflow,
  defineWorkflow,
  ended,
  http,
  recurrenceTrigger,
  scope,
  text,
  type Action,
} from "../workflow";

/** Builds a workflow in which each call takes up what the one before gave, ten of them in a scope, and checks it. */
function buildAndCheck(actions: number): void {
  const scopes: Action[] = [];
  for (let left = actions; left > 0; left -= 11) {
    const calls: Action[] = [];
    for (let index = 1; index < Math.min(left, 11); index++) {
      const before = calls.at(-1);
      calls.push(
        http(`Call_${scopes.length}_${index}`, {
          method: "POST",
          uri: text`https://erp.contoso.com/orders/${before?.body.get("id") ?? index}`,
          body: before?.body,
          ...(before && { after: [before] }),
        }),
      );
    }
    const last = scopes.at(-1);
    scopes.push(
      scope(`Scope_${scopes.length}`, {
        actions: calls,
        ...(last && { after: [ended(last, "Succeeded", "Failed")] }),
      }),
    );
  }
  const trigger = recurrenceTrigger("Daily", { frequency: "Day", interval: 1 });
  const [issue] = checkWorkflow(defineWorkflow({ trigger, actions: scopes }));
  if (issue) throw new Error(`the workflow is refused: ${issue.path}: ${issue.rule}`);
}

/** Milliseconds that it takes to build and check a workflow of so many actions: the median of many times. */
export function workflowTime(actions: number): number {
  const times = Array.from({ length: 41 }, () => {
    const start = performance.now();
    buildAndCheck(actions);
    return performance.now() - start;
  });
  return times.sort((left, right) => left - right)[20] ?? Number.NaN;
}
