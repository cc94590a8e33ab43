import { importable, importId, type Planned, type Preview } from "../../import/importable";
import { UNKNOWN } from "../../rehearsal/azure/wire";

const SUBSCRIPTION = "00000000-0000-4000-8000-000000000001";
const PLACE = { resourceGroupName: "rg-platform", serviceName: "apim-platform" };
const SERVICE = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-platform/providers/Microsoft.ApiManagement/service/apim-platform`;

// The paths of https://learn.microsoft.com/rest/api/apimanagement, for each type that the components write.
const IDS: readonly (readonly [type: string, inputs: Planned["inputs"], path: string])[] = [
  ["Api", { apiId: "orders;rev=2" }, "/apis/orders;rev=2"],
  [
    "ApiDiagnostic",
    { apiId: "orders;rev=1", diagnosticId: "azuremonitor" },
    "/apis/orders;rev=1/diagnostics/azuremonitor",
  ],
  ["ApiOperation", { apiId: "orders;rev=1", operationId: "get" }, "/apis/orders;rev=1/operations/get"],
  [
    "ApiOperationPolicy",
    { apiId: "orders;rev=1", operationId: "get", policyId: "policy" },
    "/apis/orders;rev=1/operations/get/policies/policy",
  ],
  ["ApiPolicy", { apiId: "orders;rev=1", policyId: "policy" }, "/apis/orders;rev=1/policies/policy"],
  ["ApiSchema", { apiId: "orders;rev=1", schemaId: "graphql" }, "/apis/orders;rev=1/schemas/graphql"],
  ["ApiVersionSet", { versionSetId: "orders" }, "/apiVersionSets/orders"],
  ["AuthorizationServer", { authsid: "entra" }, "/authorizationServers/entra"],
  ["Backend", { backendId: "catalog" }, "/backends/catalog"],
  ["Certificate", { certificateId: "client" }, "/certificates/client"],
  ["Diagnostic", { diagnosticId: "applicationinsights" }, "/diagnostics/applicationinsights"],
  ["GlobalSchema", { schemaId: "invoice" }, "/schemas/invoice"],
  ["Group", { groupId: "partners" }, "/groups/partners"],
  ["Logger", { loggerId: "insights" }, "/loggers/insights"],
  ["NamedValue", { namedValueId: "carrier-key" }, "/namedValues/carrier-key"],
  ["OpenIdConnectProvider", { opid: "entra" }, "/openidConnectProviders/entra"],
  ["Policy", { policyId: "policy" }, "/policies/policy"],
  ["PolicyFragment", { id: "caching" }, "/policyFragments/caching"],
  ["Product", { productId: "partners" }, "/products/partners"],
  ["ProductApi", { productId: "partners", apiId: "orders" }, "/products/partners/apis/orders"],
  ["ProductGroup", { productId: "partners", groupId: "developers" }, "/products/partners/groups/developers"],
  ["ProductPolicy", { productId: "partners", policyId: "policy" }, "/products/partners/policies/policy"],
  ["Subscription", { sid: "contoso" }, "/subscriptions/contoso"],
  ["Tag", { tagId: "sales" }, "/tags/sales"],
  ["TagByApi", { apiId: "orders;rev=1", tagId: "sales" }, "/apis/orders;rev=1/tags/sales"],
];

test.each(IDS)("the id of a %s follows from its inputs", (name, inputs, path) => {
  const type = `azure-native:apimanagement:${name}`;
  expect(importId({ type, inputs: { ...PLACE, ...inputs } }, SUBSCRIPTION)).toEqual({ id: SERVICE + path });
});

test("there is no id where a name is not known yet, nor for what does not stand on a gateway", () => {
  const inputs = { ...PLACE, productId: UNKNOWN, groupId: "developers" };
  expect(importId({ type: "azure-native:apimanagement:ProductGroup", inputs }, SUBSCRIPTION)).toEqual({
    reason: "its productId is known once what it belongs to is imported or deployed; then run this again",
  });
  for (const type of ["azure-native:apimanagement:ApiManagementService", "azure-native:resources:Resource"]) {
    expect(importId({ type, inputs: PLACE }, SUBSCRIPTION)).toEqual({
      reason: "it does not stand on a gateway; the next update creates it",
    });
  }
});

describe("the import file", () => {
  const API = "enterprise-integration:index:GatewayApi";
  const PRODUCT = "enterprise-integration:index:GatewayProduct";
  const GROUP = "azure-native:apimanagement:Group";
  const group = (parent: string, groupId: string): Planned => ({
    type: GROUP,
    urn: `urn:pulumi:dev::project::${parent}$${GROUP}::group`,
    custom: true,
    parent: `urn:pulumi:dev::project::${parent}::orders`,
    inputs: { ...PLACE, groupId },
  });
  const component = (type: string): Planned => ({
    type,
    urn: `urn:pulumi:dev::project::${type}::orders`,
    inputs: {},
  });
  const draft = (type: string, name: string, logicalName: string, parent: string) => ({
    type,
    name,
    logicalName,
    parent,
    id: "<PLACEHOLDER>",
    version: "3.28.0",
  });
  const preview: Preview = {
    drafted: {
      nameTable: { platform: "urn:pulumi:dev::project::platform:index:Platform::platform" },
      resources: [
        { type: API, name: "orders", component: true, parent: "platform" },
        { type: PRODUCT, name: "ordersGatewayProduct", logicalName: "orders", component: true },
        draft(GROUP, "group", "group", "orders"),
        draft(GROUP, "groupGroup", "group", "ordersGatewayProduct"),
      ],
    },
    created: [component(API), component(PRODUCT), group(API, "of-the-api"), group(PRODUCT, "of-the-product")],
    selected: () => true,
    subscriptionId: SUBSCRIPTION,
  };

  test("is the engine's own with ids, also where names are the same", () => {
    const { drafted } = preview;
    expect(importable(preview)).toEqual({
      file: {
        nameTable: drafted.nameTable,
        resources: [
          ...(drafted.resources ?? []).slice(0, 2),
          { ...draft(GROUP, "group", "group", "orders"), id: `${SERVICE}/groups/of-the-api` },
          {
            ...draft(GROUP, "groupGroup", "group", "ordersGatewayProduct"),
            id: `${SERVICE}/groups/of-the-product`,
          },
        ],
      },
      leftOut: [],
    });
  });

  test("has what is selected, and no component without it", () => {
    const selected = (urn: string) => urn.includes(PRODUCT);
    const names = importable({ ...preview, selected }).file.resources.map(({ name }) => name);
    expect(names).toEqual(["ordersGatewayProduct", "groupGroup"]);
  });

  test("is empty where nothing would be created", () => {
    const nothing = importable({ ...preview, drafted: { resources: null }, created: [] });
    expect(nothing).toEqual({ file: { resources: [] }, leftOut: [] });
  });
});
