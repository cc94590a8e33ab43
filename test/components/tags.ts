import { shapes } from "../../rehearsal/azure/shapes";

/**
 * A secret holds 15 tags only, a third of what a stack may have; those of its vault are enough. A deployment is a record of
 * what a template wrote, and costs nothing.
 */
const UNTAGGED = ["azure-native:keyvault:Secret", "azure-native:resources:Deployment"];

/** Whether Azure takes all tags of a stack for a type, and not labels of some other kind under the same name. */
export function takesTags(token: string): boolean {
  const tags = shapes().types[token]?.inputs["tags?"];
  return !UNTAGGED.includes(token) && typeof tags === "object" && "map" in tags;
}
