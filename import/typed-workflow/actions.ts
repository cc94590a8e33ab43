import { typeOf } from "../../workflow/check/action-types";
import { objectOrEmpty, type JsonObject } from "../../workflow/json";
import { ACTION_FORMS } from "./action-forms";
import { CONTAINERS, type WriteContainer } from "./containers";
import { valueSource, type Known, type Names } from "./expressions";
import { partsOf } from "./operation";
import { Parts } from "./parts";
import { COMMON, read, spelt } from "./readers";
import type { Shape } from "./shape";
import { callSource, objectSource, plainSource } from "./source";

/** Actions as the program writes them: their declarations, and the list of them. */
export interface WrittenActions {
  readonly lines: readonly string[];
  readonly identifiers: readonly string[];
}

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
        ? initializedVariable(name, new Parts(parts), names)
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

/** The action that creates a variable, and the variable. */
function initializedVariable(name: string, parts: Parts, names: Names): WrittenAction | undefined {
  const variables = parts.take("inputs.variables");
  const [declared, ...more] = Array.isArray(variables) ? variables.map(objectOrEmpty) : [];
  const { name: variable, type, value, ...rest } = objectOrEmpty(declared);
  const known = spelt(type, VARIABLE_TYPES);
  const common = read(COMMON, parts, names);
  if (known === undefined || more.length > 0 || Object.keys(rest).length > 0 || !parts.empty)
    return undefined;
  const { identifiers } = names;
  const identifier = identifiers.identify(String(variable), "variable");
  const written = value === undefined ? undefined : valueSource(value, names);
  const body = VARIABLE_SHAPES[known];
  names.variables.set(String(variable).toLowerCase(), { identifier, ...(body && { body }) } satisfies Known);
  const declaration = callSource(
    identifiers.use("variable"),
    [plainSource(variable), plainSource(known)],
    {},
  );
  return {
    before: [`const ${identifier} = ${declaration};`],
    source: callSource(identifiers.use("initializeVariable"), [plainSource(name)], {
      variable: identifier,
      value: written,
      ...common,
    }),
  };
}

/** An action by its type, with its parts as they stand. */
function asItStands(name: string, type: string, parts: Parts, names: Names): WrittenAction {
  const common = objectSource(read(COMMON, parts, names));
  const action = `${names.identifiers.use("action")}(${plainSource(type)})`;
  return { source: `${action}(${plainSource(name)}, ${common}, ${valueSource(parts.rest, names)})` };
}
