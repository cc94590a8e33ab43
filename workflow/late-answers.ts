import type { Issue } from "../validation/issue";
import { isSynchronousAnswer, typeOf } from "./check/action-types";
import { isObject, objectOrEmpty, type JsonObject } from "./json";
import { LIMITS } from "./limits";
import { branches } from "./structure";

/**
 * Answers that nobody waits for any more: whoever calls a workflow is told 504 after 120 seconds, and this much its delays take
 * by themselves. Azure does not mind, and lets the run fail at its answer.
 *
 * Source: https://learn.microsoft.com/azure/logic-apps/logic-apps-limits-and-configuration#timeout-duration
 *
 * @param definition the plain document, e.g. parsed from JSON
 */
export function lateAnswers(definition: unknown): Issue[] {
  const issues: Issue[] = [];
  if (isObject(definition)) follow(objectOrEmpty(definition.actions), "actions", 0, issues);
  return issues;
}

/** Follows a branch that starts after some seconds, and tells after how many it has succeeded, at the earliest. */
function follow(actions: JsonObject, path: string, start: number, issues: Issue[]): number {
  const ends = new Map<string, number>();
  const endOf = (name: string): number => {
    const known = ends.get(name);
    if (known !== undefined) return known;
    // What runs after itself is told by `checkWorkflow`.
    ends.set(name, start);
    const action = objectOrEmpty(actions[name]);
    const begin = Math.max(start, ...successes(action).map(endOf));
    if (isSynchronousAnswer(action) && begin > LIMITS.answerSeconds) {
      issues.push({
        path: `${path}.${name}`,
        rule: `a caller waits for an answer ${LIMITS.answerSeconds} seconds at most, and delays alone take ${begin} before this one`,
        fix: "answer before the delay, or make the answer asynchronous",
      });
    }
    const inner = branches(action, `${path}.${name}`).map((each) => ({
      all: Object.values(each.actions).every((one) => onlyAfterSuccess(objectOrEmpty(one))),
      end: follow(each.actions, each.path, begin, issues),
    }));
    // Of branches and loops it is not known whether they run; in a scope with handlers of failures, not which actions do.
    const certain = typeOf(action) === "Scope" ? inner.filter(({ all }) => all).map(({ end }) => end) : [];
    const end = Math.max(begin + secondsOf(action), ...certain);
    ends.set(name, end);
    return end;
  };
  return Math.max(start, ...Object.keys(actions).map(endOf));
}

/** The actions that must have succeeded before. */
function successes({ runAfter }: JsonObject): string[] {
  return Object.entries(objectOrEmpty(runAfter)).flatMap(([name, statuses]) =>
    isSuccess(statuses) ? [name] : [],
  );
}

function onlyAfterSuccess({ runAfter }: JsonObject): boolean {
  return Object.values(objectOrEmpty(runAfter)).every(isSuccess);
}

function isSuccess(statuses: unknown): boolean {
  return Array.isArray(statuses) && statuses.every((status) => String(status).toLowerCase() === "succeeded");
}

const SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  month: 28 * 86_400,
};

/** How long a delay lasts, where it is written down. */
function secondsOf(action: JsonObject): number {
  if (typeOf(action) !== "Wait") return 0;
  const { count, unit } = objectOrEmpty(objectOrEmpty(action.inputs).interval);
  return typeof count === "number" ? count * (SECONDS[String(unit).toLowerCase()] ?? 0) : 0;
}
