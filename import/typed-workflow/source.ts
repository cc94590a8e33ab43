/** Options of a call, as `name: source`; those that are `undefined` are left out. */
export type Options = Readonly<Record<string, string | undefined>>;

/** A JSON value that Azure does not evaluate, such as a schema. */
export function plainSource(value: unknown): string {
  return JSON.stringify(value);
}

export function listSource(items: readonly string[]): string {
  return `[${items.join(", ")}]`;
}

export function objectSource(options: Options): string {
  const entries = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [`${keySource(name)}: ${value}`],
  );
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** A call with options, which are left out where there are none and something stands before them. */
export function callSource(name: string, first: readonly string[], options: Options): string {
  const rest = objectSource(options);
  return `${name}(${[...first, ...(rest === "{}" && first.length > 0 ? [] : [rest])].join(", ")})`;
}

function keySource(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}
