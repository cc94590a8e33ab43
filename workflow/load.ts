import { readFile } from "node:fs/promises";
import { formatIssues } from "../validation/issue";
import { checkWorkflow } from "./check/check-workflow";
import type { WorkflowDefinition } from "./definition";
import { isObject } from "./json";

/** What may be left out of a definition. */
type WorkflowAsWritten = Omit<WorkflowDefinition, "parameters" | "outputs"> &
  Partial<Pick<WorkflowDefinition, "parameters" | "outputs">>;

/**
 * Takes a workflow as it is written down elsewhere: a definition, or what Azure's code view shows, which holds one as
 * `definition`. What stands there beside it, such as the values of parameters, belongs to the deployment and is left.
 *
 * @param source where it comes from, for messages
 * @throws Error with everything that Azure would refuse, or where the text is no JSON
 */
export function workflowFromJson(json: string, source: string): WorkflowDefinition {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (error) {
    throw new Error(`${source} is not JSON: ${(error as Error).message}`, { cause: error });
  }
  const definition = isObject(document) && isObject(document.definition) ? document.definition : document;
  const issues = checkWorkflow(definition);
  if (issues.length > 0) throw new Error(formatIssues(`The workflow ${source} is not valid`, issues));
  const { parameters = {}, outputs = {}, ...rest } = definition as WorkflowAsWritten;
  return { ...rest, parameters, outputs };
}

/**
 * Reads a workflow from a file, as {@link workflowFromJson} does.
 *
 * @example `definition: await readWorkflow(join(__dirname, "workflow.json"))`
 */
export async function readWorkflow(file: string): Promise<WorkflowDefinition> {
  return workflowFromJson(await readFile(file, "utf8"), file);
}
