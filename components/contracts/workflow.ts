import type { RequestTriggerInfo } from "../../workflow";
import { templateNames } from "./checks";
import type { ApiOperation, RestContract } from "./contract";

/** The contract that a workflow's request triggers amount to: an operation for each, named like the trigger. */
export function contractOfWorkflow(title: string, triggers: readonly RequestTriggerInfo[]): RestContract {
  const operations = triggers.map(({ name, method = "POST", relativePath, schema }): ApiOperation => ({
    id: operationIdOf(name),
    method,
    path: pathOf(triggers.length === 1 ? [relativePath] : [operationIdOf(name), relativePath]),
    requestSchema: method === "GET" ? undefined : schema,
  }));
  const document = {
    openapi: "3.0.3",
    info: { title, version: "1" },
    paths: Object.fromEntries(operations.map((operation) => [operation.path, pathItem(operation)])),
  };
  return {
    kind: "rest",
    import: { format: "openapi+json", value: JSON.stringify(document) },
    title,
    description: undefined,
    operations,
  };
}

/** The operation that stands for a trigger: its name, with hyphens for what an operation id cannot hold. */
export function operationIdOf(triggerName: string): string {
  return triggerName.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");
}

function pathOf(parts: readonly (string | undefined)[]): string {
  return `/${parts
    .map((part) => part?.replace(/^\//, ""))
    .filter(Boolean)
    .join("/")}`;
}

function pathItem({ id, method, path, requestSchema }: ApiOperation) {
  const parameters = templateNames(path).map((name) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  return {
    [method.toLowerCase()]: {
      operationId: id,
      parameters,
      ...(requestSchema && { requestBody: { content: { "application/json": { schema: requestSchema } } } }),
      responses: { default: { description: "What the workflow answers" } },
    },
  };
}
