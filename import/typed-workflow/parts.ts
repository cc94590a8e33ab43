import { isObject, type JsonObject } from "../../workflow/json";

/** The parts of a trigger or action, taken out one by one: what is left at the end, nobody has said. */
export class Parts {
  #left: JsonObject;

  constructor(readonly operation: JsonObject) {
    this.#left = operation;
  }

  /** Takes what stands at a path, such as `inputs.retryPolicy`, and the objects that are empty without it. */
  take(path: string): unknown {
    const { found, left } = without(this.#left, path.split("."));
    this.#left = left;
    return found;
  }

  /** What stands at a path, taken or not. */
  at(path: string): unknown {
    return without(this.operation, path.split(".")).found;
  }

  /** Takes what stands at a path if it is this value. */
  takeIf(path: string, value: unknown): boolean {
    const { found, left } = without(this.#left, path.split("."));
    const same = JSON.stringify(found) === JSON.stringify(value);
    if (same) this.#left = left;
    return same;
  }

  /** Whether everything has been taken. */
  get empty(): boolean {
    return Object.keys(this.#left).length === 0;
  }

  /** What has not been taken. */
  get rest(): JsonObject {
    return this.#left;
  }
}

/** What stands at a path, and the object without it. */
function without(
  from: JsonObject,
  [name = "", ...path]: readonly string[],
): { readonly found: unknown; readonly left: JsonObject } {
  const { [name]: found, ...others } = from;
  if (path.length === 0) return { found, left: others };
  if (!isObject(found)) return { found: undefined, left: from };
  const inner = without(found, path);
  if (inner.found === undefined) return { found: undefined, left: from };
  const emptied = Object.keys(inner.left).length === 0;
  return { found: inner.found, left: emptied ? others : { ...from, [name]: inner.left } };
}
