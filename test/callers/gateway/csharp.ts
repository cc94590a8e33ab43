import { parseCSharp, type Argument, type Expression, type Operator } from "./csharp-syntax";

/** A value of C#. Characters are texts of one character. */
export type Value = string | number | boolean | null | readonly Value[] | ClrObject;

/** An object of .NET, with those of its members that are known here. */
export interface ClrObject {
  /** e.g. `Jwt`. */
  readonly type: string;
  readonly members?: Readonly<Record<string, () => Value>>;
  readonly methods?: Readonly<Record<string, Method>>;
  readonly index?: (key: string) => Value;
}

/** @param type the one that a generic method is called with */
export type Method = (
  args: readonly Value[],
  more: { readonly named: Readonly<Record<string, Value>>; readonly type: string | undefined },
) => Value;

/** What .NET throws: the gateway answers 500, and does not go on. */
export class ClrError extends Error {
  override readonly name = "ClrError";
}

/**
 * Evaluates a policy expression, as far as those of this program go.
 *
 * @param names what its names stand for
 * @throws ClrError where .NET throws
 * @throws Error where it needs more than is known here
 */
export function evaluateCSharp(text: string, names: Readonly<Record<string, ClrObject>>): Value {
  return new Evaluation(names).value(parseCSharp(text));
}

/** Whether a value is of a type, which nothing is, too, where the type is a reference. */
export function cast(value: Value, type: string): Value {
  const own = typeOf(value);
  if (own === type || (value === null && type !== "int" && type !== "bool")) return value;
  throw new ClrError(`${own} is no ${type}`);
}

function typeOf(value: Value): string {
  if (value === null) return "null";
  if (typeof value === "string") return "string";
  if (typeof value === "number") return "int";
  if (typeof value === "boolean") return "bool";
  return isArray(value) ? "array" : value.type;
}

function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

class Evaluation {
  constructor(
    private readonly names: Readonly<Record<string, ClrObject>>,
    private readonly that: Value = null,
  ) {}

  value(expression: Expression): Value {
    switch (expression.kind) {
      case "literal":
        return expression.value;
      case "interpolated":
        return expression.parts.map((part) => asText(this.value(part))).join("");
      case "name":
        return found(this.names, expression.name, `the name ${expression.name}`);
      case "that":
        return this.that;
      case "member":
        return memberOf(this.value(expression.of), expression.name);
      case "index":
        return indexOf(this.value(expression.of), this.value(expression.key));
      case "call":
        return this.call(expression);
      case "cast":
        return cast(this.value(expression.of), expression.type);
      case "not":
        return !this.truth(expression.of);
      case "binary":
        return this.binary(expression.operator, expression.left, expression.right);
      case "choice":
        return this.value(this.truth(expression.condition) ? expression.yes : expression.no);
      case "conditional": {
        const of = this.value(expression.of);
        return of === null ? null : new Evaluation(this.names, of).value(expression.then);
      }
    }
  }

  private truth(expression: Expression): boolean {
    const value = this.value(expression);
    if (typeof value !== "boolean") throw new Error(`${typeOf(value)} is no condition of C#`);
    return value;
  }

  private binary(operator: Operator, left: Expression, right: Expression): Value {
    switch (operator) {
      case "&&":
        return this.truth(left) && this.truth(right);
      case "||":
        return this.truth(left) || this.truth(right);
      case "??":
        return this.value(left) ?? this.value(right);
      case "==":
        return same(this.value(left), this.value(right));
      case "!=":
        return !same(this.value(left), this.value(right));
      case "+":
        return sum(this.value(left), this.value(right));
      default: {
        const [one, other] = [this.value(left), this.value(right)];
        if (typeof one !== "number" || typeof other !== "number") {
          throw new Error(`C# does not compare ${typeOf(one)} and ${typeOf(other)} here`);
        }
        return { "<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other }[operator];
      }
    }
  }

  private call({ of, name, types, args }: Extract<Expression, { kind: "call" }>): Value {
    const target = this.value(of);
    if (target === null) throw new ClrError(`${name} is called of null`);
    const values = args
      .filter((argument) => argument.name === undefined)
      .map(({ value }) => this.value(value));
    const named = Object.fromEntries(
      args.flatMap(({ name: parameter, value }: Argument) =>
        parameter === undefined ? [] : [[parameter, this.value(value)]],
      ),
    );
    const methods = typeof target === "string" ? TEXT : isArray(target) ? LIST : SCALAR;
    const own = typeof target === "object" && !isArray(target) ? target.methods : undefined;
    const bound = Object.fromEntries(
      Object.entries(methods).map(([key, method]): [string, Method] => [key, (all) => method(target, all)]),
    );
    const method = found<Method>({ ...bound, ...own }, name, `the method ${name} of ${typeOf(target)}`);
    return method(values, { named, type: types[0] });
  }
}

type BoundMethod = (of: Value, args: readonly Value[]) => Value;

const SCALAR: Readonly<Record<string, BoundMethod>> = { ToString: (of) => asText(of) };

/** https://learn.microsoft.com/dotnet/api/system.string */
const TEXT: Readonly<Record<string, BoundMethod>> = {
  ...SCALAR,
  Contains: (of, args) => asText(of).includes(onlyText(args)),
  EndsWith: (of, args) => asText(of).endsWith(onlyText(args)),
  Split: (of, args) => asText(of).split(onlyText(args)),
  StartsWith: (of, args) => asText(of).startsWith(onlyText(args)),
  ToLower: (of) => asText(of).toLowerCase(),
};

/** https://learn.microsoft.com/dotnet/api/system.linq.enumerable */
const LIST: Readonly<Record<string, BoundMethod>> = {
  Any: (of, args) => {
    if (args.length > 0) throw new Error("Any with a condition is not known here");
    return elements(of).length > 0;
  },
  Contains: (of, [wanted = null]) => elements(of).some((element) => same(element, wanted)),
  Last: (of) => {
    const last = elements(of).at(-1);
    if (last === undefined) throw new ClrError("Last of an empty sequence");
    return last;
  },
};

function elements(value: Value): readonly Value[] {
  return isArray(value) ? value : [];
}

/** The one text that a method is given. */
export function onlyText(args: readonly Value[]): string {
  const [text] = args;
  if (args.length !== 1 || typeof text !== "string") throw new Error("a method of texts takes one text here");
  return text;
}

function found<T>(all: Readonly<Record<string, T>>, name: string, what: string): T {
  const value = Object.hasOwn(all, name) ? all[name] : undefined;
  if (value === undefined) throw new Error(`${what} is not known here`);
  return value;
}

function memberOf(of: Value, name: string): Value {
  if (of === null) throw new ClrError(`${name} is asked of null`);
  if (name === "Length" && (typeof of === "string" || isArray(of))) return of.length;
  const members = typeof of === "object" && !isArray(of) ? of.members : undefined;
  return found(members ?? {}, name, `the member ${name} of ${typeOf(of)}`)();
}

function indexOf(of: Value, key: Value): Value {
  if (of === null) throw new ClrError("an element is asked of null");
  if (isArray(of) && typeof key === "number") {
    const element = of[key];
    if (element === undefined) throw new ClrError(`there is no element ${key}`);
    return element;
  }
  const index = typeof of === "object" && !isArray(of) ? of.index : undefined;
  if (index === undefined || typeof key !== "string")
    throw new Error(`elements of ${typeOf(of)} are not known here`);
  return index(key);
}

/** Values by value, which no other objects are compared by here. */
function same(one: Value, other: Value): boolean {
  for (const value of [one, other]) {
    if (typeof value === "object" && value !== null && one !== null && other !== null) {
      throw new Error(`C# does not compare ${typeOf(one)} and ${typeOf(other)} here`);
    }
  }
  return one === other;
}

function sum(one: Value, other: Value): Value {
  if (typeof one === "number" && typeof other === "number") return one + other;
  if (typeof one !== "string" && typeof other !== "string") {
    throw new Error(`C# does not add ${typeOf(one)} and ${typeOf(other)} here`);
  }
  return asText(one) + asText(other);
}

/** What ToString makes of a value; nothing is no text. */
function asText(value: Value): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  throw new Error(`${typeOf(value)} as a text is not known here`);
}

/**
 * https://learn.microsoft.com/dotnet/standard/base-types/anchors-in-regular-expressions: `$` is the end, or before a line
 * break there. Patterns that JavaScript may read otherwise are not known here.
 */
export const REGEX: ClrObject = {
  type: "Regex",
  methods: {
    IsMatch: ([text = null, pattern = null]) => {
      if (text === null) throw new ClrError("IsMatch of null");
      if (
        typeof text !== "string" ||
        typeof pattern !== "string" ||
        !/^[\^\w[\](){},:/|?*+-]+\$?$/.test(pattern)
      ) {
        throw new Error(`the pattern ${asText(pattern)} is not known here`);
      }
      return new RegExp(pattern.replace(/\$$/, "\\n?$")).test(text);
    },
  },
};

/** A dictionary of lists of texts, of which GetValueOrDefault gives the texts with commas between them. */
export function textLists(type: string, lookUp: (name: string) => readonly string[] | undefined): ClrObject {
  const index = (name: string): readonly string[] => {
    const values = lookUp(name);
    if (values === undefined) throw new ClrError(`there is no ${name} in ${type}`);
    return values;
  };
  return {
    type,
    index,
    methods: {
      ContainsKey: (args) => lookUp(onlyText(args)) !== undefined,
      GetValueOrDefault: ([name = null, otherwise = null]) =>
        lookUp(onlyText([name]))?.join(",") ?? otherwise,
    },
  };
}
