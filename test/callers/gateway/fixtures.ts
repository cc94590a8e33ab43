import { DEFAULT_IDS } from "../../../rehearsal/azure";
import type { ExportedResource } from "../exported";

const SERVICE = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim`;

export const HOST = "apim.azure-api.net";

/** A resource of a gateway as a state has it, by its place below the service. */
export function resource(
  place: string,
  outputs: Readonly<Record<string, unknown>>,
  inputs: Readonly<Record<string, unknown>> = {},
): ExportedResource {
  return {
    type: "azure-native:apimanagement",
    urn: `urn:pulumi:test::test::azure-native:apimanagement::${place}`,
    id: `${SERVICE}${place}`,
    inputs: { ...inputs },
    outputs: { ...outputs },
  };
}

/** A policy with this in its inbound section. */
export function inbound(content: string, backend = "<base />"): string {
  return `<policies><inbound>${content}</inbound><backend>${backend}</backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;
}

const ITEM = {
  type: "object",
  required: ["name"],
  properties: { name: { type: "string" }, count: { type: "integer" } },
};

const DOCUMENT = {
  openapi: "3.0.3",
  paths: {
    "/": { get: { operationId: "list", parameters: [{ $ref: "#/components/parameters/Page" }] } },
    "/items": {
      post: {
        operationId: "addItem",
        requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Item" } } } },
      },
    },
    "/items/{id}": { get: { operationId: "getItem" } },
    "/items/newest": { get: { operationId: "getNewest" } },
  },
  components: {
    parameters: { Page: { in: "query", name: "page", required: true } },
    schemas: { Item: ITEM },
  },
};

/** What may be said of the gateway of the tests. */
export interface Parts {
  readonly policies?: Readonly<Partial<Record<"global" | "product" | "api" | "operation", string>>>;
  readonly api?: Readonly<Record<string, unknown>>;
  readonly product?: Readonly<Record<string, unknown>>;
  readonly more?: readonly ExportedResource[];
}

/** A gateway with one API, `echo`, in one product, whose policies forward to one backend. */
export function gatewayWith({
  policies = {},
  api,
  product,
  more = [],
}: Parts = {}): readonly ExportedResource[] {
  const policy = (place: string, value: string | undefined) =>
    value === undefined ? [] : [resource(`${place}/policies/policy`, { value })];
  return [
    resource("", {
      gatewayUrl: `https://${HOST}`,
      hostnameConfigurations: [{ hostName: HOST, type: "Proxy", negotiateClientCertificate: true }],
    }),
    ...policy(
      "",
      policies.global ?? inbound('<set-backend-service backend-id="echo" />', "<forward-request />"),
    ),
    resource("/backends/echo", { url: "https://echo.contoso.com/v1" }),
    resource(
      "/apis/echo;rev=1",
      {
        path: "echo",
        protocols: ["https"],
        subscriptionRequired: true,
        subscriptionKeyParameterNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
        isCurrent: true,
        ...api,
      },
      { format: "openapi+json", value: JSON.stringify(DOCUMENT) },
    ),
    resource("/products/echo", { subscriptionRequired: true, ...product }),
    resource("/products/echo/apis/echo", {}),
    ...policy("/products/echo", policies.product),
    ...policy("/apis/echo;rev=1", policies.api),
    ...policy("/apis/echo;rev=1/operations/getitem", policies.operation),
    ...more,
  ];
}
