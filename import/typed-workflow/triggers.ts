import { demandsBearerToken, requestTrigger, type WorkflowDefinition } from "../../workflow";
import { typeOf } from "../../workflow/check/action-types";
import { canonicalExpression, wholeExpression } from "../../workflow/expression-syntax";
import { isObject, objectOrEmpty, type JsonObject } from "../../workflow/json";
import { optionWords } from "../../workflow/structure";
import { expressionSource, valueSource, type KnownTrigger, type Names } from "./expressions";
import { partsOf } from "./operation";
import { Parts } from "./parts";
import {
  connector,
  expression,
  ownPart,
  plain,
  read,
  recurrence,
  repeatedRequest,
  request,
  value,
  type Reader,
  type Readers,
} from "./readers";
import { HTTP_ANSWER, REQUEST, type Shape } from "./shape";
import { callSource, listSource, objectSource, plainSource } from "./source";

type TriggerDefinition = WorkflowDefinition["triggers"][string];

/** How the builder's function for a type of trigger is called. */
interface TriggerForm {
  readonly builder: string;
  /** What stands between the name and the options. */
  readonly first?: readonly Reader[];
  readonly options?: Readers;
  /** Options without which the function cannot be called. */
  readonly required?: readonly string[];
  /** What is known of its outputs. */
  readonly outputs?: Shape;
}

/** When the conditions hold. */
const conditions: Reader = (parts, names) => {
  const found = parts.take("conditions");
  if (!Array.isArray(found)) return undefined;
  const nodes = found.map((each) => wholeExpression(objectOrEmpty(each).expression));
  return listSource(nodes.flatMap((node) => (node === undefined ? [] : [expressionSource(node, names)])));
};

/** What every trigger may say. */
const COMMON: Readers = {
  conditions,
  concurrency: value("runtimeConfiguration.concurrency"),
  singleInstance: plain("singleInstance"),
  secure: value("runtimeConfiguration.secureData.properties"),
  clientTrackingId: value("correlation.clientTrackingId"),
  description: plain("description"),
  metadata: value("metadata"),
};

/** What is left of the options of a trigger, as a list of words. */
const operationOptions: Reader = (parts) => {
  const words = optionWords(parts.take("operationOptions"));
  return words.length === 0 ? undefined : plainSource(words);
};

const slidingWindow: Reader = (parts, names) => {
  const { delay, ...rest } = {
    ...objectOrEmpty(parts.take("recurrence")),
    delay: parts.take("inputs.delay"),
  };
  return valueSource({ ...rest, ...(delay !== undefined && { delay }) }, names);
};

const POLLING: Readers = { recurrence, splitOn: expression("splitOn") };

const TRIGGER_FORMS: Readonly<Record<string, TriggerForm>> = {
  Request: {
    builder: "requestTrigger",
    options: {
      kind: ownPart("kind", "Http"),
      method: value("inputs.method"),
      relativePath: value("inputs.relativePath"),
      schema: plain("inputs.schema"),
      inputs: ownPart("inputs", {}),
      validateSchema: plain("validateSchema"),
      authorization: plain("authorization"),
    },
    outputs: REQUEST,
  },
  Recurrence: { builder: "recurrenceTrigger", first: [recurrence] },
  SlidingWindow: { builder: "slidingWindowTrigger", first: [slidingWindow] },
  Http: {
    builder: "httpTrigger",
    options: { request: request("inputs"), retry: value("inputs.retryPolicy"), ...POLLING },
    required: ["request"],
    outputs: HTTP_ANSWER,
  },
  HttpWebhook: {
    builder: "httpWebhookTrigger",
    options: {
      subscribe: repeatedRequest("inputs.subscribe"),
      unsubscribe: repeatedRequest("inputs.unsubscribe"),
      noUnsubscribe: ownPart("inputs.unsubscribe", {}),
    },
    required: ["subscribe"],
    outputs: REQUEST,
  },
  ApiConnection: {
    builder: "connectorTrigger",
    options: { call: connector, ...POLLING },
    required: ["call"],
    outputs: HTTP_ANSWER,
  },
  ApiConnectionWebhook: {
    builder: "connectorWebhookTrigger",
    options: { call: connector, splitOn: expression("splitOn") },
    required: ["call"],
    outputs: HTTP_ANSWER,
  },
};

/** A trigger as the program writes it, and what is known of it. */
export interface WrittenTrigger {
  readonly line: string;
  readonly known: KnownTrigger;
}

/** A trigger by the builder's function for its type, or as it stands where the function has no word for a part of it. */
export function writeTrigger(name: string, definition: TriggerDefinition, names: Names): WrittenTrigger {
  const identifier = names.identifiers.identify(name, "trigger");
  const type = typeOf(definition);
  const form = TRIGGER_FORMS[type];
  const source = form && names.identifiers.attempt(() => ofForm(name, form, definition, names));
  if (form === undefined || source === undefined) {
    const line = `const ${identifier} = ${asItStands(name, type, definition, names)};`;
    return { line, known: { identifier, request: false, pathParameters: [] } };
  }
  const { schema, relativePath } = objectOrEmpty(definition.inputs);
  const called = type === "Request";
  return {
    line: `const ${identifier} = ${source};`,
    known: {
      identifier,
      request: called,
      pathParameters: called && typeof relativePath === "string" ? parametersOf(relativePath) : [],
      ...(form.outputs && { outputs: form.outputs }),
      ...(called && isObject(schema) && { body: schema }),
    },
  };
}

/** The names in braces in a relative path. */
function parametersOf(relativePath: string): readonly string[] {
  return Array.from(relativePath.matchAll(/\{([^}]+)\}/g), ([, name = ""]) => name);
}

function ofForm(
  name: string,
  { builder, first = [], options = {}, required = [] }: TriggerForm,
  definition: TriggerDefinition,
  names: Names,
): string | undefined {
  const parts = new Parts(withSingleInstance(partsOf(withAuthorization(definition))));
  const arranged = first.map((reader) => reader(parts, names) ?? "{}");
  const written = read({ ...options, ...COMMON }, parts, names);
  if (!parts.empty || required.some((option) => written[option] === undefined)) return undefined;
  return callSource(names.identifiers.use(builder), [plainSource(name), ...arranged], written);
}

function asItStands(name: string, type: string, definition: TriggerDefinition, names: Names): string {
  const parts = new Parts(withSingleInstance(partsOf(definition)));
  const common = objectSource(read(COMMON, parts, names));
  const words = operationOptions(parts, names);
  const rest = Object.entries(parts.rest).map(([part, each]) => [part, valueSource(each, names)] as const);
  const own = objectSource({ ...Object.fromEntries(rest), operationOptions: words });
  return `${names.identifiers.use("trigger")}(${plainSource(name)}, ${plainSource(type)}, ${common}, ${own})`;
}

/** The parts of a trigger, with one of the words of `operationOptions` as a part of its own. */
function withSingleInstance({ operationOptions: text, ...parts }: JsonObject): JsonObject {
  const words = optionWords(text);
  const others = words.filter((word) => word !== "SingleInstance");
  return {
    ...parts,
    ...(others.length > 0 && { operationOptions: others.join(", ") }),
    ...(others.length < words.length && { singleInstance: true }),
  };
}

const BEARER = requestTrigger("manual").definition;

/** The parts of a request trigger, with the options of the builder's function in place of what it makes of them. */
function withAuthorization(definition: TriggerDefinition): JsonObject {
  if (typeOf(definition) !== "Request") return definition;
  const { operationOptions: text, conditions: all = [], runtimeConfiguration, ...parts } = definition;
  const schema = objectOrEmpty(definition.inputs).schema !== undefined;
  const words = optionWords(text);
  const validated = words.includes("EnableSchemaValidation");
  const [first, ...others] = all;
  const bearer = demandsBearerToken(definition) && isBearerCondition(first?.expression);
  const own = ["EnableSchemaValidation", ...(bearer ? optionWords(BEARER.operationOptions) : [])];
  const secure = new Parts(objectOrEmpty(runtimeConfiguration));
  if (bearer && !secure.takeIf("secureData", objectOrEmpty(BEARER.runtimeConfiguration).secureData))
    return definition;
  return {
    ...parts,
    operationOptions: words.filter((word) => !own.includes(word)).join(", "),
    ...(validated !== schema && { validateSchema: validated }),
    ...(!bearer && { authorization: "signature" }),
    ...(bearer ? others.length > 0 && { conditions: others } : all.length > 0 && { conditions: all }),
    ...(!secure.empty && { runtimeConfiguration: secure.rest }),
  };
}

/** Whether a condition is the one that the builder's function writes, however it is spelt. */
function isBearerCondition(text: unknown): boolean {
  const [found, own] = [text, BEARER.conditions?.[0]?.expression].map((each) => {
    const node = wholeExpression(each);
    return node && canonicalExpression(node);
  });
  return found !== undefined && found === own;
}
