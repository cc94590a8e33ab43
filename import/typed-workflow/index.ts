import { connections, type ParameterDefinition, type WorkflowDefinition } from "../../workflow";
import { writeActions } from "./actions";
import { valueSource, type Names } from "./expressions";
import { Identifiers } from "./identifiers";
import { spelt } from "./readers";
import { callSource, listSource, plainSource } from "./source";
import { writeTrigger } from "./triggers";

/**
 * The program that builds a workflow: what `defineWorkflow` makes of it is the definition again, but for what means
 * nothing: the order of keys, a `runAfter` that is left out, and how an expression is spelt.
 *
 * A type or a part that the builder has no function for is written as it stands, by `action` or `trigger`.
 *
 * @param definition one that `checkWorkflow` accepts
 * @param module where the program finds the builder
 * @returns TypeScript, not yet formatted
 * @throws Error for a scope, branch or loop with a part that the builder cannot say
 */
export function typedWorkflow(definition: WorkflowDefinition, module: string): string {
  const names: Names = {
    actions: new Map(),
    parameters: new Map(),
    variables: new Map(),
    items: new Map(),
    identifiers: new Identifiers(),
  };
  const parameters = Object.entries(definition.parameters).flatMap(([name, each]) =>
    writeParameter(name, each, names),
  );
  const triggers = Object.entries(definition.triggers).map(([name, each]) => writeTrigger(name, each, names));
  const [trigger] = triggers;
  const run: Names = { ...names, ...(trigger && { trigger: trigger.known }) };
  const actions = writeActions(definition.actions, run, "actions");

  const { outputs, staticResults = {} } = definition;
  const started = triggers.map(({ known }) => known.identifier);
  const declared = [...names.parameters.values()].map(({ identifier }) => identifier);
  const workflow = callSource(names.identifiers.use("defineWorkflow"), [], {
    trigger: started.length === 1 ? started[0] : listSource(started),
    parameters: declared.length === 0 ? undefined : listSource(declared),
    actions: listSource(actions.identifiers),
    outputs: Object.keys(outputs).length === 0 ? undefined : valueSource(outputs, run),
    staticResults: Object.keys(staticResults).length === 0 ? undefined : plainSource(staticResults),
  });
  return [
    `import { ${names.identifiers.imported.join(", ")}, type WorkflowDefinition } from ${plainSource(module)};`,
    "",
    "export function workflow(): WorkflowDefinition {",
    ...parameters,
    ...triggers.map(({ line }) => line),
    "",
    ...actions.lines,
    "",
    `return ${workflow};`,
    "}",
  ].join("\n");
}

const PARAMETER_TYPES = ["String", "Int", "Float", "Bool", "Array", "Object", "SecureString", "SecureObject"];

/** The declaration of a parameter; none for the one by which a workflow is given its connections, which the builder has. */
function writeParameter(name: string, parameter: ParameterDefinition, names: Names): readonly string[] {
  const { type: written, ...options } = parameter;
  const type = spelt(written, PARAMETER_TYPES);
  const { identifiers, parameters } = names;
  if (
    name === connections.name &&
    JSON.stringify({ type, ...options }) === JSON.stringify(connections.definition)
  ) {
    parameters.set(name.toLowerCase(), { identifier: identifiers.use("connections") });
    return [];
  }
  const identifier = identifiers.identify(name, "parameter");
  const first = [plainSource(name), plainSource(type)];
  const rest = Object.keys(options).length === 0 ? [] : [valueSource(options, names)];
  parameters.set(name.toLowerCase(), { identifier });
  return [`const ${identifier} = ${callSource(identifiers.use("parameter"), [...first, ...rest], {})};`];
}
