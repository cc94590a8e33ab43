import { connections, type RunAfterStatus } from "../../workflow";
import { canonicalExpression, wholeExpression } from "../../workflow/expression-syntax";
import { isObject, objectOrEmpty } from "../../workflow/json";
import { expressionSource, itemShape, valueSource, type Names } from "./expressions";
import type { Parts } from "./parts";
import { callSource, listSource, objectSource, plainSource, type Options } from "./source";

/**
 * Takes what an option of the builder's function stands for out of a trigger or action, and writes it. What it cannot write it
 * does not take.
 */
export type Reader = (parts: Parts, names: Names) => string | undefined;

/** How the options of a function are read; the program writes them in this order. */
export type Readers = Readonly<Record<string, Reader>>;

/** Options as their readers write them. */
export function read(readers: Readers, parts: Parts, names: Names): Options {
  return Object.fromEntries(
    Object.entries(readers).map(([option, reader]) => [option, reader(parts, names)]),
  );
}

/** A value with expressions in it. */
export function value(path: string): Reader {
  return (parts, names) => written(parts.take(path), (found) => valueSource(found, names));
}

/** A value that Azure does not evaluate. */
export function plain(path: string): Reader {
  return (parts) => written(parts.take(path), plainSource);
}

/** An expression as a whole. */
export function expression(path: string): Reader {
  return (parts, names) => {
    const node = wholeExpression(parts.at(path));
    if (node === undefined) return undefined;
    parts.take(path);
    return expressionSource(node, names);
  };
}

/** What an option stands for by being written: `asyncPattern: false` for `"operationOptions": "DisableAsyncPattern"`. */
export function flag(path: string, set: unknown, source: boolean | string): Reader {
  return (parts) => (parts.takeIf(path, set) ? plainSource(source) : undefined);
}

/** A part that the function writes by itself. */
export function ownPart(path: string, ...values: readonly unknown[]): Reader {
  return (parts) => {
    values.find((each) => parts.takeIf(path, each));
    return undefined;
  };
}

/** An option that is a function of the item at hand, of the array at `inputs.from`. */
export function ofItem(reader: Reader): Reader {
  return (parts, names) => {
    const from = wholeExpression(parts.at("inputs.from"));
    const shape = from && itemShape(from, names);
    const item = { identifier: "item", ...(shape && { body: shape }) };
    return functionOf("item", names, () => {
      const found = reader(parts, { ...names, item });
      return found === undefined ? undefined : `(${found})`;
    });
  };
}

/** A function of something that has a name in the program; the parameter is left out where nothing refers to it. */
export function functionOf(
  parameter: string,
  { identifiers }: Names,
  body: () => string | undefined,
): string | undefined {
  const { written, uses } = identifiers.apart(parameter, body);
  return written && `(${uses ? parameter : ""}) => ${written}`;
}

/** A request, as triggers and webhooks take it. */
export function request(path: string, further: Readers = {}): Reader {
  const readers = {
    ...{ method: value(`${path}.method`), uri: value(`${path}.uri`) },
    ...requestParts(path),
    ...further,
  };
  return (parts, names) => {
    const { method, uri } = objectOrEmpty(parts.at(path));
    return method === undefined || uri === undefined ? undefined : objectSource(read(readers, parts, names));
  };
}

/** A request that is repeated by a policy of its own. */
export function repeatedRequest(path: string): Reader {
  return request(path, { retry: value(`${path}.retryPolicy`) });
}

/** What every call over HTTP has beside where it goes. */
export function requestParts(path = "inputs"): Readers {
  return {
    headers: value(`${path}.headers`),
    queries: value(`${path}.queries`),
    body: value(`${path}.body`),
    authentication: authentication(`${path}.authentication`),
  };
}

/** The builder takes a secret as an expression only, so that none is written down. */
function authentication(path: string): Reader {
  const secrets = ["password", "secret", "pfx", "value"];
  return (parts, names) => {
    const found = parts.at(path);
    const inClear = secrets.some((name) => {
      const secret = objectOrEmpty(found)[name];
      return secret !== undefined && wholeExpression(secret) === undefined;
    });
    return inClear ? undefined : value(path)(parts, names);
  };
}

/** `connectorCall(...)`, where the connection is named as workflows of today name it. */
export const connector: Reader = (parts, names) => {
  const node = wholeExpression(parts.at("inputs.host.connection.name"));
  const key = node?.kind === "member" && node.of.kind === "member" ? node.of.key : undefined;
  if (node === undefined || key?.kind !== "text") return undefined;
  const named = connections.value.at(key.value).at("connectionId");
  if (canonicalExpression(node) !== named.expression) return undefined;
  parts.take("inputs.host.connection.name");
  return callSource(names.identifiers.use("connectorCall"), [], {
    connection: plainSource(key.value),
    ...read(OPERATION, parts, names),
  });
};

const OPERATION: Readers = {
  method: value("inputs.method"),
  path: value("inputs.path"),
  queries: value("inputs.queries"),
  headers: value("inputs.headers"),
  body: value("inputs.body"),
  retry: value("inputs.retryPolicy"),
};

/** A recurrence; Azure takes the hours of a schedule as texts too. */
export const recurrence: Reader = (parts) =>
  written(parts.take("recurrence"), (found) => {
    const { schedule, ...rest } = objectOrEmpty(found);
    if (!isObject(schedule) || !Array.isArray(schedule.hours)) return plainSource(found);
    return plainSource({ ...rest, schedule: { ...schedule, hours: schedule.hours.map(Number) } });
  });

/** The variable that an action names. */
export const namedVariable: Reader = (parts, names) => {
  const known = names.variables.get(String(parts.at("inputs.name")).toLowerCase());
  if (known === undefined) return undefined;
  parts.take("inputs.name");
  return known.identifier;
};

/** What a piece of JavaScript reads. */
export const dependencies: Reader = (parts, names) => {
  const { actions } = objectOrEmpty(parts.at("inputs.explicitDependencies"));
  const list = Array.isArray(actions) ? parts.take("inputs.explicitDependencies.actions") : undefined;
  const source = objectSource({
    trigger: plain("inputs.explicitDependencies.includeTrigger")(parts, names),
    actions: Array.isArray(list)
      ? listSource(list.map((each) => identifierOf(String(each), names)))
      : undefined,
  });
  return source === "{}" ? undefined : source;
};

/** Azure reads them without regard to case. */
const STATUSES: readonly RunAfterStatus[] = ["Succeeded", "Failed", "Skipped", "TimedOut"];

/** What an action runs after. */
const after: Reader = (parts, names) => {
  const predecessors = Object.entries(objectOrEmpty(parts.take("runAfter")));
  if (predecessors.length === 0) return undefined;
  return listSource(
    predecessors.map(([name, statuses]) => {
      const ways = (Array.isArray(statuses) ? statuses : []).map((way) => spelt(way, STATUSES));
      const identifier = identifierOf(name, names);
      return ways.length === 1 && ways[0] === "Succeeded"
        ? identifier
        : `${names.identifiers.use("ended")}(${[identifier, ...ways.map(plainSource)].join(", ")})`;
    }),
  );
};

/** What every action may say. */
export const COMMON: Readers = {
  after,
  secure: plain("runtimeConfiguration.secureData.properties"),
  description: plain("description"),
  trackedProperties: value("trackedProperties"),
  metadata: plain("metadata"),
};

/** A word in the spelling of the builder: Azure reads most of them without regard to case. */
export function spelt<Word extends string>(word: unknown, words: readonly Word[]): Word | undefined {
  return words.find((each) => each.toLowerCase() === String(word).toLowerCase());
}

/** An action is declared before whatever names it. */
function identifierOf(action: string, { actions }: Names): string {
  return actions.get(action.toLowerCase())?.identifier ?? action;
}

function written(found: unknown, write: (found: unknown) => string): string | undefined {
  return found === undefined ? undefined : write(found);
}
