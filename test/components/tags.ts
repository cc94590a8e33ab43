import { shapes } from "../../rehearsal/azure/shapes";

const WITHOUT: ReadonlySet<string> = new Set([
  // Holds 15 tags only, a third of what a stack may have; those of its vault are enough.
  "azure-native:keyvault:Secret",
  // A record of what was deployed, which costs nothing.
  "azure-native:resources:Deployment",
]);

/** Whether Azure takes all tags of a stack for a type, and not labels of some other kind under the same name. */
export function takesTags(token: string): boolean {
  const tags = shapes().types[token]?.inputs["tags?"];
  return !WITHOUT.has(token) && typeof tags === "object" && "map" in tags;
}
