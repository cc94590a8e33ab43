import { isObject, type JsonObject } from "../../workflow/json";
import { branches } from "../../workflow/structure";

/** A trigger or action, and where it stands in the definition. */
export interface Operation {
  readonly path: string;
  readonly operation: JsonObject;
}

/** The triggers or actions of a map, those inside of other actions included. */
export function operations(map: unknown, at: string): Operation[] {
  return Object.entries(isObject(map) ? map : {}).flatMap(([name, operation]) => {
    if (!isObject(operation)) return [];
    const path = `${at}.${name}`;
    const inner = branches(operation, path).flatMap((branch) => operations(branch.actions, branch.path));
    return [{ path, operation }, ...inner];
  });
}
