import { AzureError } from "../errors";
import type { AzureView, Fixture, Properties, Rule, Write } from "../resource-type";
import { badRequest, exampleId, members, rule, text } from "./common";
import { EXAMPLE_CONNECTION, isByManagedIdentity } from "./connections";
import { GENERIC } from "./generic";

const CONNECTION = exampleId("Microsoft.Web/connections/con-bus");

/** The workflow's parameter `$connections` with one entry. */
const connections = (entry: Properties): Properties => ({ $connections: { value: { bus: entry } } });
const byIdentity: Properties = {
  connectionId: CONNECTION,
  connectionName: "con-bus",
  connectionProperties: { authentication: { type: "ManagedServiceIdentity" } },
};

/** What is wrong with one entry. */
function problem(reference: string, entry: Properties, azure: AzureView): AzureError | undefined {
  const id = text(entry, "connectionId") ?? "";
  const connection = azure.get(id);
  const name = text(entry, "connectionName") ?? reference;
  if (connection === undefined) {
    return new AzureError(404, "ApiConnectionNotFound", `The API connection '${name}' could not be found.`);
  }
  const named = text(entry, "connectionProperties.authentication.type") === "ManagedServiceIdentity";
  if (named === isByManagedIdentity(connection.inputs.properties)) return undefined;
  const what = named
    ? "is not configured to support managed identity."
    : "is configured to support managed identity but the connection parameter is either missing 'authentication' property in connection properties or authentication type is not 'ManagedServiceIdentity'.";
  return badRequest(
    `The workflow connection parameter '${reference}' is not valid. The API connection '${name}' ${what}`,
    "WorkflowManagedIdentityConfigurationInvalid",
  );
}

function firstProblem({ inputs }: Write, azure: AzureView, code: string): AzureError | undefined {
  return Object.keys(members(inputs, "parameters.$connections.value"))
    .map((reference) =>
      problem(reference, members(inputs, `parameters.$connections.value.${reference}`), azure),
    )
    .find((refusal) => refusal?.code === code);
}

/**
 * What a workflow's parameter `$connections` must agree with.
 *
 * @param workflow a valid write of a workflow without connections, and what must exist for it
 */
export function connectionRules(workflow: Required<Pick<Fixture, "given" | "inputs">>): readonly Rule[] {
  const connected = {
    given: [...workflow.given, { token: GENERIC, inputs: EXAMPLE_CONNECTION }],
    inputs: {
      ...workflow.inputs,
      identity: { type: "SystemAssigned" },
      definition: {
        ...members(workflow.inputs, "definition"),
        parameters: { $connections: { type: "Object", defaultValue: {} } },
      },
      parameters: connections(byIdentity),
    },
  };
  return [
    rule({
      id: "logic-connection-exists",
      source: "https://github.com/Azure/azure-cli/issues/24949",
      ...connected,
      refused: { given: workflow.given },
      check: (write, azure) => firstProblem(write, azure, "ApiConnectionNotFound"),
    }),
    rule({
      id: "logic-connection-identity",
      source:
        "https://github.com/Azure/LogicAppsUX/issues/8543 and https://github.com/Azure/bicep-types-az/issues/2197",
      ...connected,
      refused: {
        inputs: { parameters: connections({ connectionId: CONNECTION, connectionName: "con-bus" }) },
      },
      check: (write, azure) => firstProblem(write, azure, "WorkflowManagedIdentityConfigurationInvalid"),
    }),
  ];
}
