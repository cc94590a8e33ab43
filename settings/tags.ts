/**
 * The tags that every resource of a stack carries: those of the settings, and the workload, environment and tool that
 * it belongs to.
 *
 * @param settings of which the schema has made sure that no tag has one of these three names
 * @param stack the stack's name, which is the environment's
 */
export function tags(
  settings: { readonly workload: string; readonly tags: Readonly<Record<string, string>> },
  stack: string,
): Record<string, string> {
  return { ...settings.tags, workload: settings.workload, environment: stack, "managed-by": "pulumi" };
}
