import * as pulumi from "@pulumi/pulumi";
import { ApiConnection } from "../../../components/connections/api-connection";
import {
  checkConnections,
  connectionsParameter,
  type WorkflowConnections,
} from "../../../components/connections/connections-parameter";
import { serviceBusConnector, type Connector } from "../../../components/connections/connectors";
import { DEFAULT_IDS } from "../../../rehearsal/azure";
import { formatIssues } from "../../../validation/issue";
import type { WorkflowDefinition } from "../../../workflow";
import { seedGroups } from "../fixtures";
import { deploy, valueOf } from "../harness";

const GROUP = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-orders`;
const APIS = `/subscriptions/${DEFAULT_IDS.subscriptionId}/providers/Microsoft.Web/locations/westeurope/managedApis`;
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-orders`;
const OFFICE: Connector = { api: "office365", authentication: { kind: "consent" } };

function connections(): WorkflowConnections {
  const connection = (connectionName: string, connector: Connector) =>
    new ApiConnection(connectionName, {
      resourceGroupName: "rg-orders",
      connectionName,
      location: "westeurope",
      connector,
    });
  return {
    bus: connection("con-bus", serviceBusConnector("sb-contoso")),
    mail: connection("con-mail", OFFICE),
  };
}

describe("the parameter $connections", () => {
  const parameter = async (identityId?: pulumi.Input<string>) => {
    const { result } = await deploy((azure) => {
      seedGroups(azure, "rg-orders");
      return connectionsParameter(connections(), identityId).value;
    });
    return valueOf(result);
  };
  const mail = {
    connectionId: `${GROUP}/providers/Microsoft.Web/connections/con-mail`,
    connectionName: "con-mail",
    id: `${APIS}/office365`,
  };

  it("names each connection, and the workflow's own identity for those that are called by it", async () => {
    expect(await parameter()).toEqual({
      bus: {
        connectionId: `${GROUP}/providers/Microsoft.Web/connections/con-bus`,
        connectionName: "con-bus",
        id: `${APIS}/servicebus`,
        connectionProperties: { authentication: { type: "ManagedServiceIdentity" } },
      },
      mail,
    });
  });

  it("names the user-assigned identity of the workflow", async () => {
    expect(await parameter(pulumi.output(IDENTITY))).toMatchObject({
      bus: {
        connectionProperties: { authentication: { type: "ManagedServiceIdentity", identity: IDENTITY } },
      },
      mail,
    });
  });
});

describe("a workflow and its connections", () => {
  const using = (...references: readonly string[]) =>
    ({
      parameters: { $connections: { type: "Object", defaultValue: {} } },
      triggers: {},
      actions: Object.fromEntries(
        references.map((reference) => [
          `Call_${reference}`,
          {
            type: "ApiConnection",
            inputs: {
              host: { connection: { name: `@parameters('$connections')['${reference}']['connectionId']` } },
              method: "get",
              path: pulumi.output("/late"),
            },
            runAfter: {},
          },
        ]),
      ),
    }) satisfies Pick<WorkflowDefinition, "parameters" | "triggers" | "actions">;

  /** A document as somebody would write it by hand. */
  const byHand = (definition: object) =>
    definition as Pick<WorkflowDefinition, "parameters" | "triggers" | "actions">;

  const check = async (
    definition: Pick<WorkflowDefinition, "parameters" | "triggers" | "actions">,
    location = "westeurope",
  ) => {
    const { result } = await deploy((azure) => {
      seedGroups(azure, "rg-orders");
      return checkConnections(definition, connections(), location);
    });
    return formatIssues("wrong", result).split("\n").slice(1);
  };

  it("agree where each connection is declared, given and used", async () => {
    expect(await check(using("bus", "mail"))).toEqual([]);
  });

  it("agree whatever the region's and the type's spelling", async () => {
    const definition = byHand({ ...using("bus", "mail"), parameters: { $connections: { type: "object" } } });
    expect(await check(definition, "West Europe")).toEqual([]);
  });

  it("disagree where the definition declares no parameters", async () => {
    const { actions } = using("bus", "mail");
    expect(await check(byHand({ triggers: {}, actions }))).toContain(
      "  - definition.parameters.$connections: a workflow with connections declares the parameter $connections of type" +
        " Object (received nothing)",
    );
  });

  it("agree where there is none of either", () => {
    expect(checkConnections({ ...using(), parameters: {} }, {}, "westeurope")).toEqual([]);
  });

  it("disagree about a connection that is not given, one that is not used, the region and the declaration", async () => {
    const definition = { ...using("bus", "sql"), parameters: { $connections: { type: "Array" as const } } };
    expect(await check(definition, "northeurope")).toEqual([
      "  - definition.parameters.$connections: a workflow with connections declares the parameter $connections of type" +
        ' Object (received "Array")',
      '    fix: declare "$connections": { type: "Object", defaultValue: {} }',
      '  - connections.sql: a connection that the definition refers to is given (received ["bus","mail"])',
      "    fix: give a connection named sql, or correct the definition",
      '  - connections.bus: a connection is in the region of its workflow, northeurope (received "westeurope")',
      "    fix: make a connection of its own in northeurope",
      "  - connections.mail: a connection that is given is used",
      "    fix: leave it out, or refer to it in an action or trigger",
      '  - connections.mail: a connection is in the region of its workflow, northeurope (received "westeurope")',
      "    fix: make a connection of its own in northeurope",
    ]);
  });
});
