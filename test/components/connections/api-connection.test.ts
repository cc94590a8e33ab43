import * as pulumi from "@pulumi/pulumi";
import {
  ApiConnection,
  consentLinks,
  type ApiConnectionArgs,
} from "../../../components/connections/api-connection";
import {
  AZURE_SQL,
  BLOB_STORAGE,
  serviceBusConnector,
  sqlServerConnector,
  type Connector,
} from "../../../components/connections/connectors";
import { DEFAULT_IDS, type SimulatedAzure } from "../../../rehearsal/azure";
import { seedGroups } from "../fixtures";
import { deploy, identities, plan, refusal, registrationOf, valueOf } from "../harness";

const PLACE = {
  resourceGroupName: "rg-orders",
  connectionName: "con-orders",
  location: "westeurope",
} as const;
const GROUP = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-orders`;
const DATA_GATEWAY = `${GROUP}/providers/Microsoft.Web/connectionGateways/dgw-contoso`;
const LINK = `https://portal.azure.com/#@${DEFAULT_IDS.tenantId}/resource${GROUP}/providers/Microsoft.Web/connections/con-orders/edit`;
const OFFICE: Connector = { api: "office365", authentication: { kind: "consent" } };

function seed(azure: SimulatedAzure): void {
  seedGroups(azure, "rg-orders");
  azure.seed("azure-native:web:ConnectionGateway", {
    resourceGroupName: "rg-orders",
    connectionGatewayName: "dgw-contoso",
    location: "westeurope",
    properties: { connectionGatewayInstallation: { id: "any" } },
  });
}

const connect = (connector: Connector, more: Partial<ApiConnectionArgs> = {}) =>
  deploy((azure) => {
    seed(azure);
    return new ApiConnection("orders", { ...PLACE, connector, ...more });
  });

/** What is asked of Azure for a connector, beside API and name. */
async function asked(connector: Connector) {
  const { inputs, secretInputs } = registrationOf(await connect(connector), "orders-connection");
  const { api, displayName, ...properties } = inputs.properties as Record<string, unknown>;
  expect(api).toEqual({
    id: `/subscriptions/${DEFAULT_IDS.subscriptionId}/providers/Microsoft.Web/locations/westeurope/managedApis/${connector.api}`,
  });
  expect(displayName).toBe("con-orders");
  return { properties, secretInputs: [...secretInputs].sort() };
}

const login = {
  server: "erp.contoso.local",
  database: "Orders",
  username: pulumi.output("erp-user"),
  password: pulumi.output("erp-password"),
};

describe("ApiConnection", () => {
  it("is a connection of Logic Apps Consumption", async () => {
    const deployment = await connect(BLOB_STORAGE, { tags: { workload: "orders" }, displayName: "Invoices" });
    expect(identities(deployment)).toEqual([
      "azure-native:resources:Resource orders-connection orders",
      "enterprise-integration:index:ApiConnection orders -",
    ]);
    expect(registrationOf(deployment, "orders-connection").inputs).toMatchObject({
      resourceGroupName: "rg-orders",
      resourceProviderNamespace: "Microsoft.Web",
      parentResourcePath: "",
      resourceType: "connections",
      resourceName: "con-orders",
      apiVersion: "2018-07-01-preview",
      location: "westeurope",
      kind: "V1",
      properties: { displayName: "Invoices" },
      tags: { workload: "orders" },
    });
    const { id, apiId, byManagedIdentity, consent } = deployment.result;
    expect(await valueOf(id)).toBe(`${GROUP}/providers/Microsoft.Web/connections/con-orders`);
    expect(await valueOf(apiId)).toMatch(/\/locations\/westeurope\/managedApis\/azureblob$/);
    expect(byManagedIdentity).toBe(true);
    expect(consent).toBeUndefined();
    expect(deployment.registeredOutputs.orders).toEqual({ id: await valueOf(id) });
  });

  // What each connector's reference names: see the sources in components/connections/connectors.ts.
  it.each<[what: string, connector: Connector, properties: object, secretInputs: string[]]>([
    [
      "Service Bus by managed identity",
      serviceBusConnector("sb-contoso"),
      {
        parameterValueSet: {
          name: "managedIdentityAuth",
          values: { namespaceEndpoint: { value: "sb://sb-contoso.servicebus.windows.net/" } },
        },
      },
      [],
    ],
    [
      "Blob storage by managed identity",
      BLOB_STORAGE,
      { parameterValueSet: { name: "managedIdentityAuth", values: {} } },
      [],
    ],
    ["Azure SQL by managed identity", AZURE_SQL, { parameterValueSet: { name: "oauthMI", values: {} } }, []],
    [
      "SQL Server by a login",
      sqlServerConnector({ kind: "sql", ...login }),
      {
        parameterValues: {
          server: "erp.contoso.local",
          database: "Orders",
          authType: "basic",
          username: "erp-user",
          password: "erp-password",
        },
      },
      ["properties.parameterValues.password", "properties.parameterValues.username"],
    ],
    [
      "SQL Server by a Windows account, through the data gateway",
      sqlServerConnector({ kind: "windows", ...login, dataGatewayId: DATA_GATEWAY }),
      {
        parameterValues: {
          server: "erp.contoso.local",
          database: "Orders",
          authType: "windows",
          username: "erp-user",
          password: "erp-password",
          gateway: { id: DATA_GATEWAY },
        },
      },
      ["properties.parameterValues.password", "properties.parameterValues.username"],
    ],
    [
      "a connector that knows several kinds of authentication, by a secret through the data gateway",
      {
        api: "servicebus",
        authentication: {
          kind: "given",
          parameterSet: "connectionstringauth",
          secrets: { connectionString: pulumi.output("Endpoint=sb://any") },
          dataGatewayId: DATA_GATEWAY,
        },
      },
      {
        parameterValueSet: {
          name: "connectionstringauth",
          values: {
            connectionString: { value: "Endpoint=sb://any" },
            gateway: { value: { id: DATA_GATEWAY } },
          },
        },
      },
      ["properties.parameterValueSet.values.connectionString.value"],
    ],
    [
      "a connector that knows nothing but a managed identity",
      {
        api: "keyvault",
        authentication: { kind: "managedIdentity", parameters: { vaultName: "kv-contoso" } },
      },
      { parameterValueType: "Alternative", alternativeParameterValues: { vaultName: "kv-contoso" } },
      [],
    ],
    [
      "a connector that knows nothing but a key",
      {
        api: "sendgrid",
        authentication: { kind: "given", secrets: { apiKey: pulumi.output("carrier-key") } },
      },
      { parameterValues: { apiKey: "carrier-key" } },
      ["properties.parameterValues.apiKey"],
    ],
    ["a connector that a person consents to", OFFICE, {}, []],
  ])("asks for %s", async (_what, connector, properties, secretInputs) => {
    expect(await asked(connector)).toEqual({ properties, secretInputs });
  });

  it("says where a person consents, and that it is needed", async () => {
    const { result, registeredOutputs } = await connect(OFFICE);
    const consent = { needed: true, link: LINK };
    expect(await valueOf(result.consent)).toEqual(consent);
    expect(registeredOutputs.orders).toMatchObject({ consent });
    expect(result.byManagedIdentity).toBe(false);
  });

  it("takes what Azure says of itself for no change of what was asked", async () => {
    expect(registrationOf(await connect(OFFICE), "orders-connection").ignoreChanges).toEqual([
      "properties.api.brandColor",
      "properties.api.description",
      "properties.api.displayName",
      "properties.api.iconUri",
      "properties.authenticatedUser",
      "properties.changedTime",
      "properties.connectionState",
      "properties.overallStatus",
      "properties.statuses",
    ]);
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await connect(OFFICE))).toEqual(plan(await connect(OFFICE)));
  });

  describe("refuses", () => {
    const refuse = (more: Partial<ApiConnectionArgs>) =>
      refusal("orders", () => new ApiConnection("orders", { ...PLACE, connector: OFFICE, ...more }));

    it("everything that is wrong, at once, and shows no secret", async () => {
      const reason = await refuse({
        connectionName: "con orders",
        connector: {
          api: "managedApis/sql",
          authentication: {
            kind: "given",
            parameters: { password: "s3cret", gateway: "dgw" },
            secrets: { password: pulumi.output("s3cret") },
            dataGatewayId: "dgw-contoso",
          },
        },
      });
      expect(reason).toBe(
        [
          'ApiConnection "orders" is not valid: 5 problems',
          "  - connectionName: a connection's name has 1 to 80 letters, digits, hyphens and underscores, the first a" +
            ' letter or digit (received "con orders")',
          "    fix: write 1 to 80 letters, digits, hyphens and underscores, the first a letter or digit",
          "  - connector.api: the name of a connector has neither slashes nor spaces, as in the last part of the" +
            ' managed API\'s id (received "managedApis/sql")',
          "    fix: write neither slashes nor spaces, as in the last part of the managed API's id",
          "  - connector.authentication.secrets.password: a parameter is given once",
          "    fix: leave password out of parameters, where it would not be kept secret",
          "  - connector.authentication.parameters.gateway: a data gateway is named by its ARM id",
          "    fix: give it as dataGatewayId",
          "  - connector.authentication.dataGatewayId: the ARM id of an on-premises data gateway has the form" +
            " /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Web/connectionGateways/<name>" +
            ' (received "dgw-contoso")',
          "    fix: write the form /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Web/connectionGateways/<name>",
        ].join("\n"),
      );
      expect(reason).not.toContain("s3cret");
    });

    it.each(["", "_orders", "con.orders", "c".repeat(81)])(
      "the connection's name %j",
      async (connectionName) => {
        expect(await refuse({ connectionName })).toContain("connectionName: a connection's name has 1 to 80");
      },
    );

    it("a data gateway among the secrets", async () => {
      const authentication = { kind: "given", secrets: { gateway: pulumi.output("dgw") } } as const;
      expect(await refuse({ connector: { api: "sql", authentication } })).toContain(
        "connector.authentication.secrets.gateway: a data gateway is named by its ARM id",
      );
    });
  });
});

describe("the links that a person has to follow", () => {
  it("are those of the connections that need it, by name", async () => {
    const { result } = await deploy((azure) => {
      seed(azure);
      const connection = (connectionName: string, connector: Connector) =>
        new ApiConnection(connectionName, { ...PLACE, connectionName, connector });
      return consentLinks([connection("con-orders", OFFICE), connection("con-blobs", BLOB_STORAGE)]);
    });
    expect(await valueOf(result)).toEqual({ "con-orders": LINK });
  });

  it("are none where nobody has to consent", async () => {
    const { result } = await deploy(() => consentLinks([]));
    expect(await valueOf(result)).toEqual({});
  });
});
