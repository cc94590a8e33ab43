import * as builder from "../../workflow";
import type { RunAfterStatus, WorkflowDefinition } from "../../workflow";
import { isObject, objectOrEmpty, type JsonObject } from "../../workflow/json";
import { expressionSource, itemShape, plainSource, valueSource, type Known, type Names } from "./expressions";
import { wholeExpression } from "../../workflow/expression-syntax";
import { ACTION_FORMS } from "./operations";
import { typeOf } from "../../workflow/check/action-types";
import { Parts } from "./parts";
import { HTTP_ANSWER, type Shape } from "./shape";

/**
 * The program that builds a workflow: what `defineWorkflow` makes of it is the definition again, but for what means
 * nothing: the order of keys, a `runAfter` that is left out, and how an expression is spelt.
 *
 * A type or a part that the builder has no function for is written as it stands, by `action` or `trigger`.
 *
 * @param definition one that `checkWorkflow` accepts
 * @param module where the program finds the builder
 * @returns TypeScript, not yet formatted
 * @throws Error for a scope, branch or loop with a part that the builder cannot say
 */
export function typedWorkflow(definition: WorkflowDefinition, module: string): string {
  return new Program(definition).source(module);
}

/** Actions as the program writes them: their declarations, and the list of them. */
interface Written {
  readonly lines: readonly string[];
  readonly identifiers: readonly string[];
}

/** Options of a call, as `name: source`; those that are `undefined` are left out. */
type Options = Readonly<Record<string, string | undefined>>;

class Program {
  readonly #used = new Set<string>(["defineWorkflow"]);
  readonly #identifiers = new Set<string>([...Object.keys(builder), ...RESERVED]);

  constructor(readonly definition: WorkflowDefinition) {}

  source(module: string): string {
    const { parameters, triggers, actions, outputs, staticResults = {} } = this.definition;
    const parameterNames = new Map<string, Known>();
    const bare: Names = {
      actions: new Map(),
      parameters: parameterNames,
      variables: new Map(),
      items: new Map(),
      use: (name) => this.#use(name),
    };

    const lines: string[] = [];
    for (const [name, parameter] of Object.entries(parameters)) {
      const { identifier, line } = this.#parameter(name, { ...parameter }, bare);
      parameterNames.set(name.toLowerCase(), { identifier });
      if (line !== undefined) lines.push(line);
    }
    const known = Object.entries(triggers).map(([name, trigger]) => {
      const { line, ...found } = this.#trigger(name, trigger, bare);
      lines.push(line);
      return found;
    });
    const names: Names = {
      ...bare,
      ...(known[0] && { trigger: known[0] }),
      actions: new Map(),
      variables: new Map(),
    };
    const written = this.#actions(actions, names, "actions");
    const triggerList = known.map(({ identifier }) => identifier);
    const define = call("defineWorkflow", [], {
      trigger: triggerList.length === 1 ? triggerList[0] : `[${triggerList.join(", ")}]`,
      parameters:
        parameterNames.size === 0
          ? undefined
          : `[${[...parameterNames.values()].map(({ identifier }) => identifier).join(", ")}]`,
      actions: `[${written.identifiers.join(", ")}]`,
      outputs: Object.keys(outputs).length === 0 ? undefined : valueSource(outputs, names),
      staticResults: Object.keys(staticResults).length === 0 ? undefined : plainSource(staticResults),
    });
    const body = [...lines, "", ...written.lines, "", `return ${define};`].join("\n");
    // A function may have been tried for an action that was then written as it stands.
    const used = [...this.#used].filter((name) => new RegExp(`\\b${name}\\b`).test(body)).sort();
    return [
      `import { ${used.join(", ")}, type WorkflowDefinition } from ${JSON.stringify(module)};`,
      `export function workflow(): WorkflowDefinition {\n${body}\n}`,
    ].join("\n\n");
  }

  #use(name: string): string {
    this.#used.add(name);
    return name;
  }

  /** A name of the program's own for something of the workflow. */
  #identify(name: string, kind: string): string {
    const words = name
      .split(/[^A-Za-z0-9]+/)
      .filter(Boolean)
      .map((word) => (word === word.toUpperCase() ? word.toLowerCase() : word));
    const camel = words
      .map(
        (word, index) =>
          (index === 0 ? word.charAt(0).toLowerCase() : word.charAt(0).toUpperCase()) + word.slice(1),
      )
      .join("");
    const start = /^[A-Za-z]/.test(camel) ? camel : `${kind}${camel}`;
    const candidates = [start, `${start}${kind[0]?.toUpperCase() ?? ""}${kind.slice(1)}`];
    let found = candidates.find((candidate) => !this.#identifiers.has(candidate));
    for (let number = 2; found === undefined; number++) {
      if (!this.#identifiers.has(`${start}${number}`)) found = `${start}${number}`;
    }
    this.#identifiers.add(found);
    return found;
  }

  #parameter(name: string, parameter: JsonObject, names: Names): { identifier: string; line?: string } {
    const { type, ...options } = parameter;
    if (name === "$connections" && JSON.stringify(options) === JSON.stringify({ defaultValue: {} })) {
      return { identifier: this.#use("connections") };
    }
    const identifier = this.#identify(name, "parameter");
    const spelt = PARAMETER_TYPES.find((each) => each.toLowerCase() === String(type).toLowerCase());
    const rest = Object.keys(options).length === 0 ? "" : `, ${valueSource(options, names)}`;
    return {
      identifier,
      line: `const ${identifier} = ${this.#use("parameter")}(${JSON.stringify(name)}, ${JSON.stringify(spelt)}${rest});`,
    };
  }

  #trigger(name: string, definition: JsonObject, names: Names) {
    const identifier = this.#identify(name, "trigger");
    const forms: Readonly<Record<string, (parts: Parts) => TriggerSource | undefined>> = {
      Request: (parts) => this.#requestTrigger(name, parts, names),
      Recurrence: (parts) => {
        const recurrence = recurrenceSource(parts.take("recurrence"));
        return {
          source: call(
            this.#use("recurrenceTrigger"),
            [quote(name), recurrence],
            this.#triggerOptions(parts, names),
          ),
        };
      },
      SlidingWindow: (parts) => {
        const window = { ...objectOrEmpty(parts.take("recurrence")), delay: parts.take("inputs.delay") };
        const options = this.#triggerOptions(parts, names);
        return {
          source: call(this.#use("slidingWindowTrigger"), [quote(name), plainSource(window)], options),
        };
      },
      Http: (parts) => {
        const retry = source(parts.take("inputs.retryPolicy"), names);
        const request = source(parts.take("inputs"), names);
        return {
          source: call(this.#use("httpTrigger"), [quote(name)], {
            request,
            retry,
            ...this.#polling(parts, names),
            ...this.#triggerOptions(parts, names),
          }),
          outputs: HTTP_ANSWER,
        };
      },
      HttpWebhook: (parts) => {
        const { subscribe, unsubscribe } = this.#subscription(parts, names);
        if (subscribe === undefined) return undefined;
        const options = {
          subscribe,
          unsubscribe,
          ...this.#triggerOptions(parts, names),
        };
        return { source: call(this.#use("httpWebhookTrigger"), [quote(name)], options), outputs: REQUEST };
      },
      ApiConnection: (parts) => {
        const connector = this.#connectorCall(parts, names);
        if (connector === undefined) return undefined;
        const options = {
          call: connector,
          ...this.#polling(parts, names),
          ...this.#triggerOptions(parts, names),
        };
        return { source: call(this.#use("connectorTrigger"), [quote(name)], options), outputs: HTTP_ANSWER };
      },
      ApiConnectionWebhook: (parts) => {
        const connector = this.#connectorCall(parts, names);
        if (connector === undefined) return undefined;
        const splitOn = expressionOf(parts.take("splitOn"), names);
        const options = { call: connector, splitOn, ...this.#triggerOptions(parts, names) };
        return {
          source: call(this.#use("connectorWebhookTrigger"), [quote(name)], options),
          outputs: HTTP_ANSWER,
        };
      },
    };
    const type = typeOf(definition);
    const others = withSingleInstance(partsOf(definition));
    const parts = new Parts(others);
    const typed = forms[type]?.(parts);
    const form = typed !== undefined && parts.empty ? typed : this.#plainTrigger(name, type, others, names);
    const { inputs } = others;
    const schema = isObject(inputs) && isObject(inputs.schema) ? inputs.schema : undefined;
    return {
      identifier,
      line: `const ${identifier} = ${form.source};`,
      request: form.request !== undefined,
      pathParameters: form.request?.pathParameters ?? [],
      ...(form.outputs && { outputs: form.outputs }),
      ...(form.request && schema && { body: schema }),
    };
  }

  #requestTrigger(name: string, parts: Parts, names: Names): TriggerSource | undefined {
    if (!parts.takeIf("kind", "Http")) return undefined;
    const [schema, method] = [parts.take("inputs.schema"), parts.take("inputs.method")];
    const relativePath = parts.take("inputs.relativePath");
    parts.takeIf("inputs", {});
    const bearer = parts.takeIf("conditions", BEARER.conditions);
    if (bearer && !parts.takeIf("runtimeConfiguration.secureData.properties", ["outputs"])) return undefined;
    const words = wordsOf(parts.take("operationOptions"));
    const validated = words.includes("EnableSchemaValidation");
    const headers = words.includes("IncludeAuthorizationHeadersInOutputs");
    if (headers !== bearer || words.length !== Number(validated) + Number(headers)) return undefined;
    const options = {
      method: source(method, names),
      relativePath: source(relativePath, names),
      schema: schema === undefined ? undefined : plainSource(schema),
      validateSchema: validated === (schema !== undefined) ? undefined : String(validated),
      authorization: bearer ? undefined : '"signature"',
      ...this.#triggerOptions(parts, names),
    };
    const pathParameters = [
      ...(typeof relativePath === "string" ? relativePath : "").matchAll(/\{([^}]+)\}/g),
    ].map(([, each = ""]) => each);
    return {
      source: call(this.#use("requestTrigger"), [quote(name)], options),
      request: { pathParameters },
      outputs: REQUEST,
    };
  }

  #plainTrigger(name: string, type: string, definition: JsonObject, names: Names): TriggerSource {
    const parts = new Parts(definition);
    const options = objectSource(this.#triggerOptions(parts, names));
    const words = wordsOf(parts.take("operationOptions"));
    const rest = { ...parts.rest, ...(words.length > 0 && { operationOptions: words }) };
    return {
      source: `${this.#use("trigger")}(${quote(name)}, ${quote(type)}, ${options}, ${valueSource(rest, names)})`,
    };
  }

  #triggerOptions(parts: Parts, names: Names): Options {
    const conditions = parts.take("conditions");
    return {
      conditions: Array.isArray(conditions)
        ? `[${conditions.map((each) => expressionOf(objectOrEmpty(each).expression, names) ?? "").join(", ")}]`
        : undefined,
      concurrency: source(parts.take("runtimeConfiguration.concurrency"), names),
      singleInstance: optionalJson(parts.take("singleInstance")),
      secure: source(parts.take("runtimeConfiguration.secureData.properties"), names),
      clientTrackingId: source(parts.take("correlation.clientTrackingId"), names),
      description: source(parts.take("description"), names),
      metadata: source(parts.take("metadata"), names),
    };
  }

  #polling(parts: Parts, names: Names): Options {
    return {
      recurrence: recurrenceSource(parts.take("recurrence")),
      splitOn: expressionOf(parts.take("splitOn"), names),
    };
  }

  /** `connectorCall(...)`, where the connection is named as workflows of today name it. */
  #connectorCall(parts: Parts, names: Names): string | undefined {
    const host = /^@parameters\('\$connections'\)\['([^']+)'\]\['connectionId'\]$/.exec(
      parts.takeText("inputs.host.connection.name"),
    );
    if (host === null) return undefined;
    const [method, path, queries, headers, body, retry] = [
      ...["method", "path", "queries", "headers", "body", "retryPolicy"],
    ].map((each) => source(parts.take(`inputs.${each}`), names));
    const connection = JSON.stringify(host[1]);
    return call(this.#use("connectorCall"), [], {
      connection,
      method,
      path,
      queries,
      headers,
      body,
      retry,
    });
  }

  /** The actions of a branch, each after those that it may refer to. */
  #actions(actions: JsonObject, names: Names, path: string): Written {
    const lines: string[] = [];
    const identifiers: string[] = [];
    for (const [name, action] of inOrder(actions)) {
      const identifier = this.#identify(name, "action");
      const { before = [], source, outputs, body } = this.#action(name, action, names, `${path}.${name}`);
      lines.push(...before, `const ${identifier} = ${source};`);
      identifiers.push(identifier);
      const known: Known = { identifier, ...(outputs && { outputs }), ...(body && { body }) };
      (names.actions as Map<string, Known>).set(name.toLowerCase(), known);
    }
    return { lines, identifiers };
  }

  #action(name: string, action: JsonObject, names: Names, path: string): ActionSource {
    const type = typeOf(action);
    const definition = partsOf(action);
    const container = this.#containers[type];
    if (container !== undefined) {
      const parts = new Parts(definition);
      const written = container(name, parts, names, path);
      if (!parts.empty) {
        throw new Error(
          `${path} (${type}) cannot be written by the builder: it has no word for ${Object.keys(parts.rest).join(", ")}, ` +
            `or for a part of it`,
        );
      }
      return written;
    }
    const parts = new Parts(definition);
    const typed = (this.#others[type] ?? ((...args) => this.#plainForm(type, ...args)))(name, parts, names);
    return typed !== undefined && parts.empty ? typed : this.#plainAction(name, type, definition, names);
  }

  /** An action by a function of the builder that takes values only. */
  #plainForm(type: string, name: string, parts: Parts, names: Names): ActionSource | undefined {
    const form = ACTION_FORMS[type];
    if (form === undefined || form.fixed?.(parts) === false) return undefined;
    const variable = this.#variable(type, parts, names);
    const options: Record<string, string | undefined> = {
      ...(variable && { variable }),
      ...Object.fromEntries(
        Object.entries(form.options).map(([option, path]) => [option, source(parts.take(path), names)]),
      ),
      ...Object.fromEntries(
        Object.entries(form.plain ?? {}).map(([option, path]) => {
          const value = parts.take(path);
          return [option, value === undefined ? undefined : plainSource(value)];
        }),
      ),
      ...(type === "HttpWebhook" && this.#subscription(parts, names)),
      ...(form.course && this.#course(parts)),
      ...(type === "Response" &&
        parts.takeIf("operationOptions", "Asynchronous") && { asynchronous: "true" }),
      ...this.#common(parts, names),
    };
    if (form.required.some((option) => options[option] === undefined)) return undefined;
    // The builder takes a secret as an expression only, so that none is written down.
    if (/\b(?:password|secret|pfx|value): (?:text`|")/.test(options.authentication ?? "")) return undefined;
    return {
      source: call(this.#use(form.builder), [quote(name)], options),
      ...shapes(type, options),
    };
  }

  /** How a service is told to call, and told to call no more. */
  #subscription(parts: Parts, names: Names): Options {
    const [subscribe, unsubscribe] = ["subscribe", "unsubscribe"].map((each) => {
      const { retryPolicy, ...request } = objectOrEmpty(parts.take(`inputs.${each}`));
      if (Object.keys(request).length === 0) return undefined;
      return valueSource({ ...request, ...(retryPolicy !== undefined && { retry: retryPolicy }) }, names);
    });
    return { subscribe, unsubscribe };
  }

  /** The variable that an action names, for those that do. */
  #variable(type: string, parts: Parts, names: Names): string | undefined {
    if (!/^(?:Set|Increment|Decrement|AppendTo\w+)Variable$/.test(type)) return undefined;
    const known = names.variables.get(parts.takeText("inputs.name").toLowerCase());
    return known?.identifier;
  }

  #course(parts: Parts): Options {
    return {
      asyncPattern: parts.takeIf("operationOptions", "DisableAsyncPattern") ? "false" : undefined,
      timeout: optionalJson(parts.take("limit.timeout")),
      chunked: parts.takeIf("runtimeConfiguration.contentTransfer", { transferMode: "Chunked" })
        ? "true"
        : undefined,
    };
  }

  /** What every action may say. */
  #common(parts: Parts, names: Names): Options {
    const runAfter = parts.take("runAfter");
    const after = Object.entries(objectOrEmpty(runAfter)).map(([name, statuses]) => {
      const identifier = names.actions.get(name.toLowerCase())?.identifier ?? name;
      const list = Array.isArray(statuses)
        ? statuses.map((status) => STATUSES.get(String(status).toLowerCase()) ?? "")
        : [];
      return list.length === 1 && list[0] === "Succeeded"
        ? identifier
        : `${this.#use("ended")}(${[identifier, ...list.map(quote)].join(", ")})`;
    });
    return {
      after: after.length === 0 ? undefined : `[${after.join(", ")}]`,
      secure: optionalJson(parts.take("runtimeConfiguration.secureData.properties")),
      description: optionalJson(parts.take("description")),
      trackedProperties: source(parts.take("trackedProperties"), names),
      metadata: optionalJson(parts.take("metadata")),
    };
  }

  /** An action by its type, with its parts as they stand. */
  #plainAction(name: string, type: string, definition: JsonObject, names: Names): ActionSource {
    const parts = new Parts(definition);
    const options = objectSource(this.#common(parts, names));
    return {
      source: `${this.#use("action")}(${quote(type)})(${quote(name)}, ${options}, ${valueSource(parts.rest, names)})`,
    };
  }

  /** The actions that take a function of an item, or a variable that they create. */
  readonly #others: Readonly<
    Record<string, (name: string, parts: Parts, names: Names) => ActionSource | undefined>
  > = {
    ApiConnection: (name, parts, names) => {
      const connector = this.#connectorCall(parts, names);
      if (connector === undefined) return undefined;
      const minimumItems = optionalJson(parts.take("runtimeConfiguration.paginationPolicy.minimumItemCount"));
      const options = {
        call: connector,
        minimumItems,
        ...this.#course(parts),
        ...this.#common(parts, names),
      };
      return { source: call(this.#use("connectorAction"), [quote(name)], options), outputs: HTTP_ANSWER };
    },
    ApiConnectionWebhook: (name, parts, names) => {
      const connector = this.#connectorCall(parts, names);
      if (connector === undefined) return undefined;
      const timeout = optionalJson(parts.take("limit.timeout"));
      const options = { call: connector, timeout, ...this.#common(parts, names) };
      return { source: call(this.#use("connectorWebhook"), [quote(name)], options), outputs: HTTP_ANSWER };
    },
    Query: (name, parts, names) =>
      this.#ofItems("filterArray", name, parts, names, (inner) => ({
        where: expressionOf(parts.take("inputs.where"), inner),
      })),
    Select: (name, parts, names) =>
      this.#ofItems("select", name, parts, names, (inner) => ({
        select: source(parts.take("inputs.select"), inner),
      })),
    Table: (name, parts, names) =>
      this.#ofItems("table", name, parts, names, (inner) => ({
        columns: source(parts.take("inputs.columns"), inner),
      })),
    JavaScriptCode: (name, parts, names) => this.#javaScript(name, parts, names),
    InitializeVariable: (name, parts, names) => {
      const variables = parts.take("inputs.variables");
      const [declared, ...more] = Array.isArray(variables) ? (variables as unknown[]) : [];
      const { name: variable, type, value, ...rest } = objectOrEmpty(declared);
      const spelt = VARIABLE_TYPES.find((each) => each.toLowerCase() === String(type).toLowerCase());
      if (spelt === undefined || more.length > 0 || Object.keys(rest).length > 0) return undefined;
      const identifier = this.#identify(String(variable), "variable");
      const shape = VARIABLE_SHAPES[spelt];
      (names.variables as Map<string, Known>).set(String(variable).toLowerCase(), {
        identifier,
        ...(shape && { body: shape }),
      });
      const options = { variable: identifier, value: source(value, names), ...this.#common(parts, names) };
      return {
        before: [
          `const ${identifier} = ${this.#use("variable")}(${quote(String(variable))}, ${quote(spelt)});`,
        ],
        source: call(this.#use("initializeVariable"), [quote(name)], options),
      };
    },
  };

  #javaScript(name: string, parts: Parts, names: Names): ActionSource | undefined {
    const code = optionalJson(parts.take("inputs.code"));
    const trigger = optionalJson(parts.take("inputs.explicitDependencies.includeTrigger"));
    const actions = parts.take("inputs.explicitDependencies.actions");
    if (code === undefined) return undefined;
    const named = Array.isArray(actions)
      ? actions.map((each) => names.actions.get(String(each).toLowerCase())?.identifier)
      : [];
    if (named.includes(undefined)) return undefined;
    const dependsOn = objectSource({
      trigger,
      actions: named.length > 0 ? `[${named.join(", ")}]` : undefined,
    });
    const options = {
      code,
      dependsOn: dependsOn === "{}" ? undefined : dependsOn,
      ...this.#common(parts, names),
    };
    return { source: call(this.#use("javaScript"), [quote(name)], options) };
  }

  /** An action on the items of an array: one option is a function of the item at hand. */
  #ofItems(
    builderName: string,
    name: string,
    parts: Parts,
    names: Names,
    ofItem: (inner: Names) => Options,
  ): ActionSource | undefined {
    const from = wholeExpression(parts.take("inputs.from"));
    if (from === undefined) return undefined;
    const format = optionalJson(parts.take("inputs.format"));
    const shape = itemShape(from, names);
    const inner = { ...names, item: { identifier: "item", ...(shape && { body: shape }) } };
    const functions = Object.entries(ofItem(inner)).map(([option, found]) => [
      option,
      found === undefined ? undefined : `(item) => (${found})`,
    ]);
    const options = {
      from: expressionSource(from, names).source,
      format,
      ...(Object.fromEntries(functions) as Options),
      ...this.#common(parts, names),
    };
    return { source: call(this.#use(builderName), [quote(name)], options) };
  }

  /** The actions with actions inside. */
  readonly #containers: Readonly<
    Record<string, (name: string, parts: Parts, names: Names, path: string) => ActionSource>
  > = {
    Scope: (name, parts, names, path) => {
      const inner = this.#actions(objectOrEmpty(parts.take("actions")), names, `${path}.actions`);
      const options = { actions: list(inner), ...this.#common(parts, names) };
      return { before: inner.lines, source: call(this.#use("scope"), [quote(name)], options) };
    },
    If: (name, parts, names, path) => {
      const expression = source(parts.take("expression"), names);
      const then = this.#actions(objectOrEmpty(parts.take("actions")), names, `${path}.actions`);
      const otherwise = parts.take("else.actions");
      const branch = isObject(otherwise)
        ? this.#actions(otherwise, names, `${path}.else.actions`)
        : undefined;
      const options = {
        expression,
        actions: list(then),
        else: branch && list(branch),
        ...this.#common(parts, names),
      };
      return {
        before: [...then.lines, ...(branch?.lines ?? [])],
        source: call(this.#use("condition"), [quote(name)], options),
      };
    },
    Switch: (name, parts, names, path) => {
      const expression = source(parts.take("expression"), names);
      const before: string[] = [];
      const branch = (actions: unknown, at: string): string => {
        const inner = this.#actions(objectOrEmpty(actions), names, at);
        before.push(...inner.lines);
        return list(inner);
      };
      const cases = Object.entries(objectOrEmpty(parts.take("cases"))).map(([each, value]) => {
        const { case: sought, actions } = objectOrEmpty(value);
        const inner = branch(actions, `${path}.cases.${each}.actions`);
        return `${this.#use("whenCase")}(${quote(each)}, ${valueSource(sought, names)}, ${inner})`;
      });
      const otherwise = parts.take("default.actions");
      const options = {
        expression,
        cases: `[${cases.join(", ")}]`,
        default: otherwise === undefined ? undefined : branch(otherwise, `${path}.default.actions`),
        ...this.#common(parts, names),
      };
      return { before, source: call(this.#use("switchOn"), [quote(name)], options) };
    },
    Foreach: (name, parts, names, path) => {
      const text = parts.take("foreach");
      const items = wholeExpression(text);
      if (items === undefined) {
        throw new Error(`${path}.foreach cannot be written by the builder: it is no expression as a whole`);
      }
      const item = this.#identify("each", "item");
      const shape = itemShape(items, names);
      const inside: Names = {
        ...names,
        actions: new Map(names.actions),
        items: new Map([
          ...names.items,
          [name.toLowerCase(), { identifier: item, ...(shape && { body: shape }) }],
        ]),
      };
      const inner = this.#actions(objectOrEmpty(parts.take("actions")), inside, `${path}.actions`);
      const sequential = parts.takeIf("operationOptions", "Sequential");
      const options = {
        items: expressionSource(items, names).source,
        actions: `(${inner.lines.some((line) => new RegExp(`\\b${item}\\b`).test(line)) ? item : ""}) => {
          ${inner.lines.join("\n")}
          return ${list(inner)};
        }`,
        concurrency: sequential
          ? '"sequential"'
          : optionalJson(parts.take("runtimeConfiguration.concurrency.repetitions")),
        ...this.#common(parts, names),
      };
      return { source: call(this.#use("forEach"), [quote(name)], options) };
    },
    Until: (name, parts, names, path) => {
      const inner = this.#actions(objectOrEmpty(parts.take("actions")), names, `${path}.actions`);
      const expression = expressionOf(parts.take("expression"), names);
      if (expression === undefined) {
        throw new Error(
          `${path}.expression cannot be written by the builder: it is no expression as a whole`,
        );
      }
      const options = {
        expression,
        actions: list(inner),
        count: optionalJson(parts.take("limit.count")),
        timeout: optionalJson(parts.take("limit.timeout")),
        ...this.#common(parts, names),
      };
      return { before: inner.lines, source: call(this.#use("until"), [quote(name)], options) };
    },
  };
}

interface TriggerSource {
  readonly source: string;
  readonly outputs?: Shape;
  readonly request?: { readonly pathParameters: readonly string[] };
}

interface ActionSource {
  /** What has to be declared before. */
  readonly before?: readonly string[];
  readonly source: string;
  readonly outputs?: Shape;
  readonly body?: Shape;
}

/** Azure reads them without regard to case. */
const STATUSES: ReadonlyMap<string, RunAfterStatus> = new Map(
  (["Succeeded", "Failed", "Skipped", "TimedOut"] as const).map((status) => [status.toLowerCase(), status]),
);
const PARAMETER_TYPES = ["String", "Int", "Float", "Bool", "Array", "Object", "SecureString", "SecureObject"];
const VARIABLE_TYPES = ["String", "Integer", "Float", "Boolean", "Array", "Object"];
const VARIABLE_SHAPES: Readonly<Record<string, Shape>> = {
  String: { type: "string" },
  Integer: { type: "number" },
  Float: { type: "number" },
  Boolean: { type: "boolean" },
  Array: { type: "array" },
};
const HTTP_TYPES = ["Http", "HttpWebhook", "Function", "Workflow", "ApiManagement"];
const REQUEST: Shape = {
  properties: {
    headers: { type: "object" },
    queries: { type: "object" },
    relativePathParameters: { type: "object" },
    body: {},
  },
};
const BEARER = builder.requestTrigger("manual").definition;

/** Words that the program may not use as names of its own. */
const RESERVED = [
  ..."break case catch class const continue debugger default delete do else enum export extends false finally for".split(
    " ",
  ),
  ..."function if import in instanceof new null return super switch this throw true try typeof var void while with".split(
    " ",
  ),
  ..."await async let static yield arguments eval undefined workflow item implements interface package private protected public".split(
    " ",
  ),
];

/** What is known of what an action gives. */
function shapes(type: string, options: Options): Pick<ActionSource, "outputs" | "body"> {
  if (HTTP_TYPES.includes(type)) return { outputs: HTTP_ANSWER };
  if (type === "ParseJson" && options.schema !== undefined)
    return { body: JSON.parse(options.schema) as JsonObject };
  // What a Compose action gives is typed by what it is given, property by property.
  return type === "Compose" ? { outputs: { type: "string" } } : {};
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

function source(value: unknown, names: Names): string | undefined {
  return value === undefined ? undefined : valueSource(value, names);
}

/**
 * The parts of a trigger or action without its type, and without what means nothing: a recurrence that Azure works out by
 * itself, a correlation without an id, the case of a method.
 */
function partsOf({ inputs, correlation, ...operation }: JsonObject): JsonObject {
  const kept = Object.entries(operation).filter(([name]) => !["type", "evaluatedRecurrence"].includes(name));
  return {
    ...Object.fromEntries(kept),
    ...(inputs !== undefined && { inputs: withUpperMethods(inputs) }),
    ...(Object.keys(objectOrEmpty(correlation)).length > 0 && { correlation }),
  };
}

/** The parts of a trigger, with one of the words of `operationOptions` as a part of its own. */
function withSingleInstance({ operationOptions, ...parts }: JsonObject): JsonObject {
  const words = wordsOf(operationOptions);
  const others = words.filter((word) => word !== "SingleInstance");
  return {
    ...parts,
    ...(others.length > 0 && { operationOptions: others.join(", ") }),
    ...(others.length < words.length && { singleInstance: true }),
  };
}

/** A recurrence; Azure takes the hours of a schedule as texts too. */
function recurrenceSource(recurrence: unknown): string {
  const { schedule, ...rest } = objectOrEmpty(recurrence);
  if (!isObject(schedule) || !Array.isArray(schedule.hours)) return plainSource(recurrence);
  return plainSource({ ...rest, schedule: { ...schedule, hours: schedule.hours.map(Number) } });
}

/** Several options stand in one text, with commas between them. */
function wordsOf(text: unknown): string[] {
  return typeof text === "string" ? text.split(/\s*,\s*/).filter(Boolean) : [];
}

function withUpperMethods(inputs: unknown): unknown {
  if (!isObject(inputs)) return inputs;
  const upper = Object.entries(inputs).map(([name, value]) => {
    if (name === "method" && typeof value === "string" && !value.includes("@"))
      return [name, value.toUpperCase()];
    return ["subscribe", "unsubscribe"].includes(name) ? [name, withUpperMethods(value)] : [name, value];
  });
  return Object.fromEntries(upper) as JsonObject;
}

function optionalJson(value: unknown): string | undefined {
  return value === undefined ? undefined : plainSource(value);
}

/** An expression as a whole; `undefined` if the text is none. */
function expressionOf(text: unknown, names: Names): string | undefined {
  const node = wholeExpression(text);
  return node && expressionSource(node, names).source;
}

function quote(text: string): string {
  return JSON.stringify(text);
}

function list({ identifiers }: Written): string {
  return `[${identifiers.join(", ")}]`;
}

function objectSource(options: Options): string {
  const entries = Object.entries(options).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([name, value]) => `${name}: ${value}`).join(", ")} }`;
}

/** A call with options, which are left out where there are none and something stands before them. */
function call(name: string, first: readonly string[], options: Options): string {
  const rest = objectSource(options);
  return `${name}(${[...first, ...(rest === "{}" && first.length > 0 ? [] : [rest])].join(", ")})`;
}
