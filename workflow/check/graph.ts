import { isObject, type JsonObject } from "../json";
import type { Report } from "./rules";

/** An action and its place in the workflow. */
export interface Node {
  readonly name: string;
  readonly path: string;
  /** Its type as the tables spell it. */
  readonly type: string;
  readonly action: JsonObject;
  /** Where it stands among the actions of its branch. */
  readonly index: number;
  readonly branch: Branch;
  /** One bit for every action of the branch that has ended before this one starts. */
  before: bigint;
}

/** Actions that can run after one another, and the action that they are part of. */
export interface Branch {
  readonly path: string;
  readonly parent?: Node;
  /** The top level is 1. */
  readonly depth: number;
  readonly nodes: Map<string, Node>;
}

/** Fills in {@link Node.before}, and reports names that run after unknown ones or, at last, after themselves. */
export function orderBranch(branch: Branch, report: Report): void {
  const waiting = new Map<Node, number>();
  const followers = new Map<Node, Node[]>();
  for (const node of branch.nodes.values()) {
    const { runAfter } = node.action;
    let count = 0;
    for (const name of isObject(runAfter) ? Object.keys(runAfter) : []) {
      const predecessor = branch.nodes.get(name);
      if (predecessor === undefined) {
        report({
          path: `${node.path}.runAfter.${name}`,
          rule: `there is no action ${name} beside ${node.name} in ${branch.path}`,
          fix: "name an action of the same scope or branch",
        });
        continue;
      }
      count += 1;
      const list = followers.get(predecessor);
      if (list === undefined) followers.set(predecessor, [node]);
      else list.push(node);
    }
    waiting.set(node, count);
  }
  // The list grows while it is walked: each action joins it once everything before it has been seen.
  const ready = [...branch.nodes.values()].filter((node) => waiting.get(node) === 0);
  for (const node of ready) {
    waiting.delete(node);
    for (const follower of followers.get(node) ?? []) {
      follower.before |= node.before | bit(node);
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  if (waiting.size > 0) {
    const names = [...waiting.keys()].map(({ name }) => name).join(", ");
    report({
      path: branch.path,
      rule: `runAfter must not form a cycle; these actions never start: ${names}`,
      fix: "let one of them start by itself",
    });
  }
}

/** The actions that a branch is part of, the innermost first. */
export function enclosing(branch: Branch): readonly Node[] {
  const found: Node[] = [];
  for (let node = branch.parent; node !== undefined; node = node.branch.parent) found.push(node);
  return found;
}

/**
 * Whether an action has ended when another one asks for its outputs: it is on the other's runAfter path, or inside an
 * action that is. The condition of an Until loop is asked after the actions inside it.
 *
 * Source: Azure's refusal "Action 'X' must either be in 'runAfter' path or within a scope action on the 'runAfter'
 * path of action 'Y', or be a Trigger".
 */
export function endsBefore(node: Node, asking: Node): boolean {
  const outer = new Map([node, ...enclosing(node.branch)].map((each) => [each.branch, each]));
  for (const each of [asking, ...enclosing(asking.branch)]) {
    const other = outer.get(each.branch);
    if (other === undefined) continue;
    if (other !== each) return (each.before & bit(other)) !== 0n;
    return each === asking && node !== asking && asking.type === "Until";
  }
  return false;
}

function bit(node: Node): bigint {
  return 1n << BigInt(node.index);
}
