import { forEachText, isObject, objectOrEmpty, type JsonObject } from "./json";

/** Actions inside an action that can run after one another. */
export interface InnerActions {
  readonly path: string;
  readonly actions: JsonObject;
}

/** The branches of an action: its own actions, those of `else` and `default`, and those of every case. */
export function branches(action: JsonObject, path: string): readonly InnerActions[] {
  const cases = isObject(action.cases) ? Object.entries(action.cases) : [];
  const holders: readonly (readonly [string, unknown])[] = [
    [path, action],
    [`${path}.else`, action.else],
    [`${path}.default`, action.default],
    ...cases.map(([name, value]) => [`${path}.cases.${name}`, value] as const),
  ];
  return holders.flatMap(([at, holder]) =>
    isObject(holder) && isObject(holder.actions) ? [{ path: `${at}.actions`, actions: holder.actions }] : [],
  );
}

/** A trigger or action, and where it stands in the definition. */
export interface Operation {
  readonly path: string;
  readonly operation: JsonObject;
}

/** The triggers or actions of a map, those inside of other actions included. */
export function operations(map: unknown, at: string): Operation[] {
  return Object.entries(objectOrEmpty(map)).flatMap(([name, operation]) => {
    if (!isObject(operation)) return [];
    const path = `${at}.${name}`;
    const inner = branches(operation, path).flatMap((branch) => operations(branch.actions, branch.path));
    return [{ path, operation }, ...inner];
  });
}

/** What holds the inner actions, and what Azure never evaluates. */
const NOT_EVALUATED = new Set([
  ...["actions", "else", "default", "cases"],
  ...["type", "kind", "runAfter", "metadata", "description", "operationOptions"],
]);

/**
 * Calls `visit` with every text of a trigger or action that Azure evaluates, those of the actions inside it left out.
 * A JSON schema is data: an at-sign in its patterns means nothing.
 */
export function ownTexts(
  operation: JsonObject,
  path: string,
  visit: (text: string, path: string) => void,
): void {
  for (const [key, value] of Object.entries(operation)) {
    if (NOT_EVALUATED.has(key)) continue;
    if (key === "inputs" && isObject(value)) {
      for (const [name, input] of Object.entries(value)) {
        if (name !== "schema") forEachText(input, `${path}.inputs.${name}`, visit);
      }
    } else forEachText(value, `${path}.${key}`, visit);
  }
}

/** The words of `operationOptions`: several stand in one text, with commas between them. */
export function optionWords(operationOptions: unknown): readonly string[] {
  if (typeof operationOptions !== "string") return [];
  return operationOptions
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
}

/** The variables that an action creates or changes, in the case in which it names them; none for an action that does not. */
export function changedVariables({ type, inputs }: JsonObject): readonly string[] {
  if (!/variable$/i.test(String(type)) || !isObject(inputs)) return [];
  const declared: readonly unknown[] = Array.isArray(inputs.variables) ? inputs.variables : [inputs];
  return declared.flatMap((each) => (isObject(each) && typeof each.name === "string" ? [each.name] : []));
}
