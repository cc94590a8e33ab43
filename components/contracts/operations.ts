import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, type Issue } from "../../validation/issue";
import { nearest } from "../../validation/nearest";
import { checkLength } from "../validation";
import { checkDescribed, checkOperationIds, repeatedNames, templateNames } from "./checks";
import type { DeclaredOperation, Described, OperationsContract } from "./contract";

/** A parameter in a path, a query, a header or a form. */
export interface ParameterArgs {
  /** JSON type, e.g. `integer`. @default "string" */
  readonly type?: string;
  readonly description?: string;
  /** What the portal's console begins with; one of `values`, where those are given. @default none */
  readonly default?: string;
  /** What it may be. @default anything of its type */
  readonly values?: readonly string[];
}

/** A parameter that a request may lack. */
export interface OptionalParameterArgs extends ParameterArgs {
  /** @default false */
  readonly required?: boolean;
}

/** A body in one content type. */
export interface RepresentationArgs {
  /** What the portal shows. @default none */
  readonly example?: unknown;
  /** Fields by name, of `application/x-www-form-urlencoded` and `multipart/form-data` and no other. */
  readonly form?: Readonly<Record<string, OptionalParameterArgs>>;
}

export interface RequestArgs {
  readonly description?: string;
  /** By content type, e.g. `application/json`. @default none */
  readonly body?: Readonly<Record<string, RepresentationArgs>>;
}

export interface ResponseArgs {
  readonly description?: string;
  readonly headers?: Readonly<Record<string, OptionalParameterArgs>>;
  /** By content type, e.g. `application/json`. @default none */
  readonly body?: Readonly<Record<string, RepresentationArgs>>;
}

/** What {@link operations} assumes of a parameter that says nothing. */
const OPERATIONS_DEFAULTS = { type: "string", required: false } as const;

/** An operation as it is declared by hand. */
export interface OperationArgs {
  readonly method: "GET" | "PUT" | "POST" | "DELETE" | "OPTIONS" | "HEAD" | "PATCH";
  /**
   * Path template, e.g. `/orders/{orderId}`, at most 1,000 characters; each name in braces is a parameter. It may end in
   * `/*`, which takes every path below.
   */
  readonly path: string;
  /** 1 to 300 characters. @default the operation's id */
  readonly displayName?: string;
  /** 1 to 1,000 characters. @default none */
  readonly description?: string;
  /** More of the names in the path. @default texts */
  readonly pathParameters?: Readonly<Record<string, ParameterArgs>>;
  readonly query?: Readonly<Record<string, OptionalParameterArgs>>;
  readonly headers?: Readonly<Record<string, OptionalParameterArgs>>;
  readonly request?: RequestArgs;
  /** By status code, e.g. `200`. @default none */
  readonly responses?: Readonly<Record<number, ResponseArgs>>;
  /** JSON Schema of a JSON request body, for workflows and policies here; Azure is not told. @default none */
  readonly requestSchema?: DeclaredOperation["requestSchema"];
}

/** Operations declared by hand, and what a portal says of them together. */
export type OperationsArgs = Omit<Described, "description"> &
  Partial<Pick<Described, "description">> & {
    /** By id: 1 to 76 letters, digits and single hyphens, unique without regard to case. */
    readonly operations: Readonly<Record<string, OperationArgs>>;
  };

/**
 * A contract of operations that are declared one by one, each a resource of its own, so that an edit of one changes that
 * one only.
 *
 * Limits are those of https://learn.microsoft.com/rest/api/apimanagement/api-operation/create-or-update.
 *
 * @example
 * ```ts
 * const contract = operations({
 *   title: "Orders",
 *   operations: { getOrder: { method: "GET", path: "/orders/{orderId}", responses: { 200: {} } } },
 * });
 * ```
 *
 * @throws pulumi.RunError with every problem
 */
export function operations(args: OperationsArgs): OperationsContract {
  const { title, description, termsOfServiceUrl, contact, license } = args;
  const contract: OperationsContract = {
    kind: "operations",
    title,
    description,
    termsOfServiceUrl,
    contact,
    license,
    operations: Object.entries(args.operations).map(([id, operation]) => declare(id, operation)),
  };
  const issues = [
    ...checkDescribed(contract),
    ...checkOperationIds(contract.operations, ({ id }) => `operations.${id}`),
    ...Object.entries(args.operations).flatMap(([id, operation]) =>
      checkOperation(`operations.${id}`, operation),
    ),
    ...checkSameRequests(contract.operations),
  ];
  if (issues.length > 0) {
    throw new pulumi.RunError(formatIssues(`The operations of ${received(title)} are not valid`, issues));
  }
  return contract;
}

function declare(id: string, operation: OperationArgs): DeclaredOperation {
  const { method, path, displayName = id, description, requestSchema } = operation;
  const { pathParameters = {}, query, headers, request, responses = {} } = operation;
  return {
    id,
    method,
    path,
    requestSchema,
    displayName,
    description,
    templateParameters: templateNames(path).map((name) => ({
      ...parameter(name, pathParameters[name] ?? {}),
      required: true,
    })),
    request: {
      description: request?.description,
      queryParameters: parameters(query),
      headers: parameters(headers),
      representations: representations(request?.body),
    },
    responses: Object.entries(responses).map(([statusCode, response]) => ({
      statusCode: Number(statusCode),
      description: response.description,
      headers: parameters(response.headers),
      representations: representations(response.body),
    })),
  };
}

function parameter(
  name: string,
  { type = OPERATIONS_DEFAULTS.type, description, default: defaultValue, values }: ParameterArgs,
) {
  return { name, type, description, defaultValue, values: values && [...values] };
}

function parameters(args: Readonly<Record<string, OptionalParameterArgs>> = {}) {
  return Object.entries(args).map(([name, one]) => ({
    ...parameter(name, one),
    required: one.required ?? OPERATIONS_DEFAULTS.required,
  }));
}

function representations(body: Readonly<Record<string, RepresentationArgs>> = {}) {
  return Object.entries(body).map(([contentType, { example, form }]) => ({
    contentType,
    examples: example === undefined ? undefined : { default: { value: example } },
    formParameters: form && parameters(form),
  }));
}

function checkOperation(at: string, operation: OperationArgs): Issue[] {
  const {
    path,
    displayName,
    description,
    pathParameters = {},
    query,
    headers,
    request,
    responses,
  } = operation;
  const names = templateNames(path);
  return [
    ...checkPath(`${at}.path`, path),
    ...checkLength(`${at}.displayName`, displayName, "an operation's display name", 300),
    ...checkLength(`${at}.description`, description, "an operation's description", 1000),
    ...Object.keys(pathParameters)
      .filter((name) => !names.includes(name))
      .map((name) => ({
        path: `${at}.pathParameters.${name}`,
        rule: "a path parameter stands in the path",
        received: received(path),
        fix: instead(name, names) ?? `write {${name}} into the path`,
      })),
    ...Object.keys(query ?? {})
      .filter((name) => names.some((other) => other.toLowerCase() === name.toLowerCase()))
      .map((name) => ({
        path: `${at}.query.${name}`,
        rule: "parameters of path and query share no name, without regard to case",
        received: received(name),
        fix: "rename one of them",
      })),
    ...checkParameters(`${at}.pathParameters`, pathParameters),
    ...checkParameters(`${at}.query`, query),
    ...checkParameters(`${at}.headers`, headers),
    ...checkBody(`${at}.request.body`, request?.body),
    ...Object.entries(responses ?? {}).flatMap(([statusCode, response]) => [
      ...checkStatusCode(`${at}.responses.${statusCode}`, statusCode),
      ...checkParameters(`${at}.responses.${statusCode}.headers`, response.headers),
      ...checkBody(`${at}.responses.${statusCode}.body`, response.body),
    ]),
  ];
}

function checkPath(at: string, path: string): Issue[] {
  const names = templateNames(path);
  const literal = path.replace(/\{[^{}]*\}/g, "");
  if (!path.startsWith("/") || path.length > 1000 || /[{}\s?#]/.test(literal) || /\*(?!$)/.test(literal)) {
    return [
      {
        path: at,
        rule: "a path begins with a slash, has 1 to 1000 characters, balanced braces, no query and no * but at its end",
        received: received(path),
        fix: "write it as /orders/{orderId}, and declare query parameters in `query`",
      },
    ];
  }
  return [...new Set([...names.filter((name) => name === ""), ...repeatedNames(names)])].map((name) => ({
    path: at,
    rule: "the parameters of a path have names, no two alike without regard to case",
    received: received(name),
    fix: "give it another name",
  }));
}

function checkParameters(at: string, args: Readonly<Record<string, ParameterArgs>> = {}): Issue[] {
  return Object.entries(args).flatMap(([name, { default: value, values }]) =>
    value === undefined || !values || values.includes(value)
      ? []
      : [
          {
            path: `${at}.${name}.default`,
            rule: "a default is one of the values",
            received: received(value),
            fix: instead(value, values) ?? `choose one of ${values.join(", ")}`,
          },
        ],
  );
}

const FORMS: ReadonlySet<string> = new Set(["application/x-www-form-urlencoded", "multipart/form-data"]);

function checkBody(at: string, body: Readonly<Record<string, RepresentationArgs>> = {}): Issue[] {
  return Object.entries(body).flatMap(([contentType, { form }]) => [
    ...(FORMS.has(contentType) === (form !== undefined)
      ? []
      : [
          {
            path: `${at}.${contentType}.form`,
            rule: `fields are declared of ${[...FORMS].join(" and ")}, and of no other body`,
            received: form === undefined ? "nothing" : received(Object.keys(form)),
            fix: form === undefined ? "declare the fields in `form`" : "leave `form` out",
          },
        ]),
    ...checkParameters(`${at}.${contentType}.form`, form),
  ]);
}

function checkStatusCode(at: string, statusCode: string): Issue[] {
  return /^[1-5]\d\d$/.test(statusCode)
    ? []
    : [
        {
          path: at,
          rule: "a status code is a whole number of 100 to 599",
          received: received(statusCode),
          fix: "choose the code that the operation answers with",
        },
      ];
}

/** Two operations that the same request would match. */
function checkSameRequests(declared: readonly DeclaredOperation[]): Issue[] {
  const first = new Map<string, string>();
  return declared.flatMap(({ id, method, path }) => {
    const request = `${method} ${path.replace(/\{[^{}]*\}/g, "{}").toLowerCase()}`;
    const other = first.get(request);
    if (other === undefined) first.set(request, id);
    return other === undefined
      ? []
      : [
          {
            path: `operations.${id}`,
            rule: "no two operations answer the same requests",
            received: received(`${method} ${path}`),
            fix: `choose another method or path than those of ${other}`,
          },
        ];
  });
}

function instead(word: string, candidates: readonly string[]): string | undefined {
  const likely = nearest(word, candidates);
  return likely === undefined ? undefined : `write ${likely}`;
}
