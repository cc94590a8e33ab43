import { shapes } from "../../rehearsal/azure/shapes";

/** Holds 15 tags only, a third of what a stack may have; those of its vault are enough. */
const SECRET = "azure-native:keyvault:Secret";

/** Whether Azure takes all tags of a stack for a type, and not labels of some other kind under the same name. */
export function takesTags(token: string): boolean {
  const tags = shapes().types[token]?.inputs["tags?"];
  return token !== SECRET && typeof tags === "object" && "map" in tags;
}
