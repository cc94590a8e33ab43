import { wholeExpression } from "../../workflow/expression-syntax";
import { objectOrEmpty } from "../../workflow/json";
import { itemShape, valueSource, type Names } from "./expressions";
import type { Parts } from "./parts";
import { expression, flag, functionOf, plain, value } from "./readers";
import { callSource, listSource, plainSource, type Options } from "./source";

/** Actions as the program writes them: their declarations, and the list of them. */
export interface WrittenActions {
  readonly lines: readonly string[];
  readonly identifiers: readonly string[];
}

/** Writes the actions of a branch by where they stand. */
type WriteBranch = (actions: unknown, at: string, names: Names) => WrittenActions;

/** An action with actions inside: the builder's function for it, and its options. */
export interface WrittenContainer {
  readonly builder: string;
  readonly options: Options;
  /** The actions inside, where they are declared before it. */
  readonly before: readonly string[];
}

/** Writes one of them, with all of its parts that the builder has words for. */
export type WriteContainer = (
  parts: Parts,
  names: Names,
  write: WriteBranch,
  name: string,
) => WrittenContainer;

/** The actions with actions inside. An option that cannot be written is left among the parts. */
export const CONTAINERS: Readonly<Record<string, WriteContainer>> = {
  Scope: (parts, names, write) => {
    const inner = write(parts.take("actions"), "actions", names);
    return { builder: "scope", options: { actions: listSource(inner.identifiers) }, before: inner.lines };
  },

  If: (parts, names, write) => {
    const condition = value("expression")(parts, names);
    const then = write(parts.take("actions"), "actions", names);
    const otherwise = parts.take("else.actions");
    const inner = otherwise === undefined ? undefined : write(otherwise, "else.actions", names);
    return {
      builder: "condition",
      options: {
        expression: condition,
        actions: listSource(then.identifiers),
        else: inner && listSource(inner.identifiers),
      },
      before: [...then.lines, ...(inner?.lines ?? [])],
    };
  },

  Switch: (parts, names, write) => {
    const sought = value("expression")(parts, names);
    const before: string[] = [];
    const branch = (actions: unknown, at: string): string => {
      const inner = write(actions, at, names);
      before.push(...inner.lines);
      return listSource(inner.identifiers);
    };
    const cases = Object.entries(objectOrEmpty(parts.take("cases"))).map(([name, each]) => {
      const { case: found, actions } = objectOrEmpty(each);
      return callSource(
        names.identifiers.use("whenCase"),
        [plainSource(name), valueSource(found, names), branch(actions, `cases.${name}.actions`)],
        {},
      );
    });
    const otherwise = parts.take("default.actions");
    return {
      builder: "switchOn",
      options: {
        expression: sought,
        cases: listSource(cases),
        default: otherwise === undefined ? undefined : branch(otherwise, "default.actions"),
      },
      before,
    };
  },

  Foreach: (parts, names, write, name) => {
    const items = wholeExpression(parts.at("foreach"));
    const item = names.identifiers.identify("each", "item");
    const shape = items && itemShape(items, names);
    const known = { identifier: item, ...(shape && { body: shape }) };
    // What is declared inside the function is known there only.
    const inside: Names = {
      ...names,
      actions: new Map(names.actions),
      items: new Map([...names.items, [name.toLowerCase(), known]]),
    };
    return {
      builder: "forEach",
      options: {
        items: expression("foreach")(parts, names),
        actions: functionOf(item, names, () => {
          const { lines, identifiers } = write(parts.take("actions"), "actions", inside);
          return `{\n${lines.join("\n")}\nreturn ${listSource(identifiers)};\n}`;
        }),
        concurrency:
          flag("operationOptions", "Sequential", "sequential")(parts, names) ??
          plain("runtimeConfiguration.concurrency.repetitions")(parts, names),
      },
      before: [],
    };
  },

  Until: (parts, names, write) => {
    const inner = write(parts.take("actions"), "actions", names);
    return {
      builder: "until",
      options: {
        // May refer to the actions inside.
        expression: expression("expression")(parts, names),
        actions: listSource(inner.identifiers),
        count: plain("limit.count")(parts, names),
        timeout: plain("limit.timeout")(parts, names),
      },
      before: inner.lines,
    };
  },
};
