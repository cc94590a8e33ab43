import { typeOf } from "../../workflow/check/action-types";
import { objectOrEmpty, type JsonObject } from "../../workflow/json";
import { ACTION_FORMS } from "./action-forms";
import { CONTAINERS, type WriteContainer, type WrittenActions } from "./containers";
import { valueSource, type Known, type Names } from "./expressions";
import { partsOf } from "./operation";
import { Parts } from "./parts";
import { COMMON, read, spelt } from "./readers";
import type { Shape } from "./shape";
import { callSource, listSource, objectSource, plainSource, type Options } from "./source";

/** An action as the program writes it. */
export interface WrittenAction {
  /** What has to be declared before. */
  readonly before?: readonly string[];
  readonly source: string;
  /** What is known of what it gives. */
  readonly outputs?: Shape;
  readonly body?: Shape;
}

/**
 * The actions of a branch, each after those that it may refer to.
 *
 * @throws Error for a scope, branch or loop with a part that the builder cannot say
 */
export function writeActions(actions: JsonObject, names: Names, path: string): WrittenActions {
  const lines: string[] = [];
  const identifiers: string[] = [];
  for (const [name, action] of inOrder(actions)) {
    const identifier = names.identifiers.identify(name, "action");
    const { before = [], source, outputs, body } = writeAction(name, action, names, `${path}.${name}`);
    lines.push(...before, `const ${identifier} = ${source};`);
    identifiers.push(identifier);
    names.actions.set(name.toLowerCase(), {
      identifier,
      ...(outputs && { outputs }),
      ...(body && { body }),
    });
  }
  return { lines, identifiers };
}

/** The actions of a branch, each after those that it runs after; otherwise as they are written. */
function inOrder(actions: JsonObject): readonly (readonly [string, JsonObject])[] {
  const all = new Map(Object.entries(actions).map(([name, action]) => [name, objectOrEmpty(action)]));
  const ordered = new Map<string, JsonObject>();
  const visit = (name: string): void => {
    const action = all.get(name);
    if (action === undefined || ordered.has(name)) return;
    for (const before of Object.keys(objectOrEmpty(action.runAfter))) visit(before);
    ordered.set(name, action);
  };
  for (const name of all.keys()) visit(name);
  return [...ordered];
}

function writeAction(name: string, action: JsonObject, names: Names, path: string): WrittenAction {
  const type = typeOf(action);
  const parts = partsOf(action);
  const container = CONTAINERS[type];
  if (container !== undefined) return contained(container, name, type, new Parts(parts), names, path);
  return (
    names.identifiers.attempt(() =>
      type === "InitializeVariable"
        ? initializedVariables(name, new Parts(parts), names)
        : ofForm(name, type, new Parts(parts), names),
    ) ?? asItStands(name, type, new Parts(parts), names)
  );
}

/** An action with actions inside. */
function contained(
  write: WriteContainer,
  name: string,
  type: string,
  parts: Parts,
  names: Names,
  path: string,
): WrittenAction {
  const { builder, options, before } = write(
    parts,
    names,
    (actions, at, inside) => writeActions(objectOrEmpty(actions), inside, `${path}.${at}`),
    name,
  );
  const common = read(COMMON, parts, names);
  if (!parts.empty) {
    throw new Error(
      `${path} (${type}) cannot be written by the builder: it has no word for ${Object.keys(parts.rest).join(", ")}, ` +
        "or for a part of it",
    );
  }
  return {
    before,
    source: callSource(names.identifiers.use(builder), [plainSource(name)], { ...options, ...common }),
  };
}

/** An action by the builder's function for its type; `undefined` where the function has no word for a part of it. */
function ofForm(name: string, type: string, parts: Parts, names: Names): WrittenAction | undefined {
  const form = ACTION_FORMS[type];
  if (form === undefined) return undefined;
  const options = read({ ...form.options, ...COMMON }, parts, names);
  if (!parts.empty || form.required.some((option) => options[option] === undefined)) return undefined;
  const body = form.body?.(parts.operation);
  return {
    source: callSource(names.identifiers.use(form.builder), [plainSource(name)], options),
    ...(form.outputs && { outputs: form.outputs }),
    ...(body && { body }),
  };
}

const VARIABLE_TYPES = ["String", "Integer", "Float", "Boolean", "Array", "Object"] as const;
const VARIABLE_SHAPES: Readonly<Record<(typeof VARIABLE_TYPES)[number], Shape>> = {
  String: { type: "string" },
  Integer: { type: "number" },
  Float: { type: "number" },
  Boolean: { type: "boolean" },
  Array: { type: "array" },
  Object: undefined,
};

/** The action that creates variables, and the variables. */
function initializedVariables(name: string, parts: Parts, names: Names): WrittenAction | undefined {
  const { identifiers } = names;
  const variables = parts.take("inputs.variables");
  const common = read(COMMON, parts, names);
  const declared = (Array.isArray(variables) ? variables : []).map((each: unknown) => {
    const { name: variable, type: word, value, ...rest } = objectOrEmpty(each);
    const type = spelt(word, VARIABLE_TYPES);
    const clean = typeof variable === "string" && Object.keys(rest).length === 0;
    return type && clean ? { variable, type, value } : undefined;
  });
  if (!parts.empty || declared.length === 0) return undefined;

  const before: string[] = [];
  const initial: Options[] = [];
  const known = new Map<string, Known>();
  for (const each of declared) {
    if (each === undefined) return undefined;
    const { variable, type, value } = each;
    const identifier = identifiers.identify(variable, "variable");
    const declaration = callSource(
      identifiers.use("variable"),
      [plainSource(variable), plainSource(type)],
      {},
    );
    before.push(`const ${identifier} = ${declaration};`);
    initial.push({
      variable: identifier,
      value: value === undefined ? undefined : valueSource(value, names),
    });
    const body = VARIABLE_SHAPES[type];
    known.set(variable.toLowerCase(), { identifier, ...(body && { body }) });
  }
  for (const [variable, each] of known) names.variables.set(variable, each);
  const [one, ...more] = initial;
  const source =
    more.length === 0
      ? callSource(identifiers.use("initializeVariable"), [plainSource(name)], { ...one, ...common })
      : callSource(identifiers.use("initializeVariables"), [plainSource(name)], {
          variables: listSource(initial.map(objectSource)),
          ...common,
        });
  return { before, source };
}

/** An action by its type, with its parts as they stand. */
function asItStands(name: string, type: string, parts: Parts, names: Names): WrittenAction {
  const common = objectSource(read(COMMON, parts, names));
  const action = `${names.identifiers.use("action")}(${plainSource(type)})`;
  return { source: `${action}(${plainSource(name)}, ${common}, ${valueSource(parts.rest, names)})` };
}
