/** Properties of a resource. In a preview, to read one that is not known yet throws `UnknownValueError`. */
export type Properties = Readonly<Record<string, unknown>>;

/** What `@pulumi/policy` throws where a value is read that a preview does not know; its declarations leave it out. */
export interface UnknownValue extends Error {
  /** Path of the value. */
  readonly props: readonly PropertyKey[];
}

export function isUnknownValue(error: unknown): error is UnknownValue {
  return error instanceof Error && "unknownTypeSentinel" in error && "props" in error;
}

/** What stands at a dotted path; `undefined` where nothing does. */
export function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (current, key) => (isProperties(current) ? current[key] : undefined) ?? undefined,
      value,
    );
}

/** The text at a path; `undefined` where there is none. */
export function text(value: unknown, path: string): string | undefined {
  const found = at(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The list at a path; empty where there is none. */
export function items(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
}

/** The texts of the list at a path. */
export function texts(value: unknown, path: string): readonly string[] {
  return items(value, path).filter((item) => typeof item === "string");
}

/** What a text of JSON holds; `undefined` where it is none: Azure takes it no more than it is read here. */
export function fromJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** Every text within a value, with the path of each. */
export function* textsIn(value: unknown, path: string): Iterable<readonly [path: string, text: string]> {
  if (typeof value === "string") yield [path, value];
  else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) yield* textsIn(member, `${path}.${key}`);
  }
}

/** The regions of a gateway, and the one of any other resource, with the path before what each says. */
export function placesOf(properties: Properties): readonly (readonly [path: string, place: unknown])[] {
  const further = items(properties, "additionalLocations");
  return [["", properties], ...further.map((place, at) => [`additionalLocations.${at}.`, place] as const)];
}

/** Azure compares names and ids without regard to case. */
export function same(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && one.toLowerCase() === other?.toLowerCase();
}

export function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
