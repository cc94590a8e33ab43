import {
  cast,
  ClrError,
  evaluateCSharp,
  onlyText,
  REGEX,
  textLists,
  type ClrObject,
  type Value,
} from "./csharp";
import type { Operation } from "./contract";
import type { ApiRequest, Identity } from "./request";
import type { DeployedApi } from "./state";

/** Where a request goes. */
export interface Target {
  readonly api: DeployedApi;
  readonly operation: Operation;
  /** What stands for the names in the operation's path. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The rest of the path behind that of the API. */
  readonly path: string;
}

/** A request with what policies have made of it so far. */
export class Exchange {
  readonly variables = new Map<string, Value>();
  /** By name in lower case. */
  readonly headers: Map<string, string>;
  readonly query: URLSearchParams;
  readonly counted: string[] = [];
  method: string;
  /** Below the backend's address. */
  path: string;
  addresses: readonly string[] = [];
  identity: Identity | undefined;
  certificateId: string | undefined;
  readableBy: string | undefined;

  constructor(
    readonly request: ApiRequest,
    readonly target: Target,
  ) {
    this.headers = new Map(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    this.query = new URL(request.url).searchParams;
    this.method = request.method;
    this.path = target.path;
  }

  /**
   * What a text of a policy says for this request: itself, or what its expression gives.
   *
   * @throws ClrError where the expression fails
   */
  value(text: string): Value {
    const trimmed = text.trim();
    if (trimmed.startsWith("@{")) throw new Error(`blocks of C# are not known here: ${trimmed}`);
    if (!trimmed.startsWith("@(")) return text;
    return evaluateCSharp(trimmed.slice(2, -1), { context: this.context(), Regex: REGEX });
  }

  /** The same, where it is to be a text. */
  readonly text = (text: string): string => {
    const value = this.value(text);
    if (typeof value !== "string")
      throw new Error(`${text} gives no text, and what becomes of it is not known here`);
    return value;
  };

  /** https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#ContextVariables */
  private context(): ClrObject {
    const { request } = this;
    return object("context", {
      Request: object("IRequest", {
        Body: body(request.body),
        Headers: textLists("Headers", (name) => {
          const value = this.headers.get(name.toLowerCase());
          return value === undefined ? undefined : [value];
        }),
        Method: this.method,
        OriginalUrl: object("IUrl", { Host: new URL(request.url).hostname }),
      }),
      RequestId: "00000000-0000-4000-8000-00000000abcd",
      Variables: this.variablesOfContext(),
    });
  }

  private variablesOfContext(): ClrObject {
    return {
      type: "Variables",
      index: (name) => {
        const value = this.variables.get(name);
        if (value === undefined) throw new ClrError(`there is no variable ${name}`);
        return value;
      },
      methods: {
        ContainsKey: (args) => this.variables.has(onlyText(args.slice(0, 1))),
        GetValueOrDefault: (args, { type }) => {
          const value = this.variables.get(onlyText(args.slice(0, 1))) ?? args[1] ?? null;
          return type === undefined ? value : cast(value, type);
        },
      },
    };
  }
}

function object(type: string, members: Readonly<Record<string, Value>>): ClrObject {
  return {
    type,
    members: Object.fromEntries(Object.entries(members).map(([name, value]) => [name, () => value])),
  };
}

function body(text: string | undefined): ClrObject | null {
  if (text === undefined) return null;
  return {
    type: "IMessageBody",
    methods: {
      As: (_, { type, named }) => {
        // Otherwise the body is gone afterwards.
        if (type !== "string" || named.preserveContent !== true) {
          throw new Error("a body is known here as a text that is preserved");
        }
        return text;
      },
    },
  };
}

/** What send-request keeps. */
export function responseObject(status: number): ClrObject {
  return object("IResponse", { StatusCode: status });
}
