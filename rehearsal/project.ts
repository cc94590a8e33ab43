import { parseDocument } from "yaml";

/** The range in Pulumi.yaml's `requiredPulumiVersion`; any version where it names none. */
export function requiredPulumiVersion(projectYaml: string): string {
  const value: unknown = parseDocument(projectYaml).get("requiredPulumiVersion");
  return typeof value === "string" ? value : "*";
}
