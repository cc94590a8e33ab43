import { shapes } from "../../rehearsal/azure/shapes";

/** Whether Azure takes tags for a type, and not labels of some other kind under the same name. */
export function takesTags(token: string): boolean {
  const tags = shapes().types[token]?.inputs["tags?"];
  return typeof tags === "object" && "map" in tags;
}
