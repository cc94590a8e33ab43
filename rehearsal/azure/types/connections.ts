import { AzureError } from "../errors";
import type { Fixture, Json, Properties, TypeModule } from "../resource-type";
import { at, badRequest, EXAMPLE, EXAMPLE_GROUP, members, nameOf, rule, text } from "./common";
import { nameAndType, timeOf } from "./derived";
import type { GenericResource } from "./generic-resource";

const GATEWAY = "azure-native:web:ConnectionGateway";
const LOCATION = `/subscriptions/${EXAMPLE.subscriptionId}/providers/Microsoft.Web/locations/westeurope`;
const MANAGED_API =
  /^\/subscriptions\/([^/]+)\/providers\/Microsoft\.Web\/locations\/[^/]+\/managedApis\/[^/]+$/i;

/** A valid connection by a managed identity, as the generic resource takes it. */
export const EXAMPLE_CONNECTION: Properties = {
  resourceGroupName: "rg-example",
  resourceProviderNamespace: "Microsoft.Web",
  parentResourcePath: "",
  resourceType: "connections",
  resourceName: "con-bus",
  apiVersion: "2018-07-01-preview",
  location: "westeurope",
  kind: "V1",
  properties: {
    api: { id: `${LOCATION}/managedApis/servicebus` },
    displayName: "con-bus",
    parameterValueSet: {
      name: "managedIdentityAuth",
      values: { namespaceEndpoint: { value: "sb://sb-example.servicebus.windows.net/" } },
    },
  },
};
const example: Required<Pick<Fixture, "given" | "inputs">> = {
  given: [EXAMPLE_GROUP],
  inputs: EXAMPLE_CONNECTION,
};

/**
 * The sets of parameters that are for managed identities: most connectors' references name the first ("LOGICAPPS only",
 * e.g. https://learn.microsoft.com/connectors/servicebus); that SQL and others have the second, public templates show.
 */
const IDENTITY_SETS = ["managedIdentityAuth", "oauthMI"];

/** Whether a connection's properties say that workflows use it by their managed identity. */
export function isByManagedIdentity(properties: Json | undefined): boolean {
  return (
    text(properties, "parameterValueType") === "Alternative" ||
    IDENTITY_SETS.includes(text(properties, "parameterValueSet.name") ?? "")
  );
}

/** Whether anything was given with which it could call. */
function isConfigured(properties: Json | undefined): boolean {
  const values = {
    ...members(properties, "parameterValues"),
    ...members(properties, "parameterValueSet.values"),
  };
  return Object.keys(values).length > 0;
}

/**
 * Sources: https://github.com/LogicAppCollaborative/PsLogicAppExtractor (Get-PsLaManagedApiConnection.AzCli) and
 * https://github.com/MicrosoftDocs/azure-docs/issues/111343
 */
function status(properties: Json | undefined): Properties {
  if (isByManagedIdentity(properties)) return { overallStatus: "Ready", statuses: [{ status: "Ready" }] };
  if (isConfigured(properties)) return { overallStatus: "Connected", statuses: [{ status: "Connected" }] };
  const error = { code: "Unauthenticated", message: "This connection is not authenticated." };
  return { overallStatus: "Error", statuses: [{ status: "Error", target: "token", error }] };
}

/** Where the data gateway that a connection goes through is named, in either form of parameters. */
const GATEWAY_IDS = [
  "properties.parameterValues.gateway.id",
  "properties.parameterValueSet.values.gateway.value.id",
];

/**
 * A managed connection of Logic Apps. The SDK has a type for it that knows neither managed identities nor data gateways
 * (https://github.com/pulumi/pulumi-azure-native/issues/2069): that one is not simulated.
 *
 * Which parameters are secret is the connector's knowledge, which is not simulated: a read answers the values of none,
 * but for connections by a managed identity, which have no secrets.
 */
export const apiConnection: GenericResource = {
  type: "Microsoft.Web/connections",
  example,
  writeOnly: ["parameterValues", "parameterValueSet", "alternativeParameterValues"],
  references: ({ inputs }) =>
    GATEWAY_IDS.flatMap((property) => {
      const id = text(inputs, property);
      return id === undefined ? [] : [{ property, id }];
    }),
  outputs: ({ id, inputs }) => {
    const { properties } = inputs;
    const api = text(properties, "api.id") ?? "";
    const set = members(properties, "parameterValueSet");
    return {
      api: {
        id: api,
        name: nameOf(api),
        type: "Microsoft.Web/locations/managedApis",
        iconUri: `https://connectoricons-prod.azureedge.net/releases/v1.0.1618/1.0.1618.3179/${nameOf(api)}/icon.png`,
      },
      authenticatedUser: {},
      connectionState: "Enabled",
      customParameterValues: {},
      ...("name" in set && {
        parameterValueSet: isByManagedIdentity(properties) ? set : { name: set.name ?? null },
      }),
      createdTime: timeOf(`created:${id}`),
      changedTime: timeOf(`changed:${id}:${JSON.stringify(properties)}`, "2026-04-01"),
      ...status(properties),
    };
  },
  rules: [
    rule({
      id: "connection-api",
      source: "https://github.com/MicrosoftDocs/azure-docs/issues/54366",
      ...example,
      refused: {
        inputs: { properties: { ...members(EXAMPLE_CONNECTION, "properties"), api: { id: "servicebus" } } },
      },
      check: ({ inputs }, azure) => {
        const id = text(inputs, "properties.api.id") ?? "";
        if (MANAGED_API.exec(id)?.[1]?.toLowerCase() === azure.subscriptionId.toLowerCase()) return undefined;
        return new AzureError(404, "ApiNotFound", `The API '${nameOf(id)}' could not be found.`);
      },
    }),
  ],
};

const gateway: Properties = {
  resourceGroupName: "rg-example",
  connectionGatewayName: "dgw-example",
  location: "westeurope",
  properties: {
    connectionGatewayInstallation: {
      id: `${LOCATION}/connectionGatewayInstallations/865dccd1-5d5c-45fe-b5a0-249d4de4134c`,
    },
  },
};

/** On-premises data gateways. Their installations are no part of Azure: every id of one is taken for installed. */
export const connectionGateways: TypeModule = {
  resources: [
    {
      token: GATEWAY,
      id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Web/connectionGateways/{connectionGatewayName}",
      replaceOn: ["location"],
      autoName: { property: "connectionGatewayName", kind: "random" },
      outputs: ({ id }) => nameAndType(id),
      rules: [
        rule({
          id: "connection-gateway-installation",
          source: "https://github.com/Azure/terraform-provider-azapi/issues/371",
          given: [EXAMPLE_GROUP],
          inputs: gateway,
          refused: { inputs: { properties: { connectionGatewayInstallation: { name: "dgw-example" } } } },
          check: ({ id, inputs }) =>
            at(inputs, "properties.connectionGatewayInstallation.id") === undefined
              ? badRequest(
                  `The connection gateway installation reference for connection gateway '${nameOf(id)}' is missing.`,
                  "InvalidConnectionGateway",
                )
              : undefined,
        }),
      ],
    },
  ],
};
