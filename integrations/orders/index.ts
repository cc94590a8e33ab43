import { join } from "node:path";
import { pipelineOwners } from "../../components/access";
import { readOpenApiContract } from "../../components/contracts";
import { EntraAppRegistration } from "../../components/entra-app-registration";
import { GatewayApi } from "../../components/gateway/gateway-api";
import { GatewayProduct } from "../../components/gateway/product";
import { LogicAppWorkflow } from "../../components/logic-app-workflow";
import { LifecycleGroup } from "../../components/resource-group";
import type { WorkflowDefinition } from "../../workflow";
import { integration, tryInConsole } from "../integration";
import { permission } from "../policies";
import { ordersPolicy, PLACING, READING } from "./policy";
import { queuedOrders } from "./queued";
import { ordersSettings } from "./settings";
import { getOrder, placeOrder } from "./workflows";

/** Path of the API on the gateway. */
const PATH = "orders";

/**
 * A composite API: each operation is a workflow that asks two systems and gives one answer. Placing an order may be queued
 * instead, so that clients do not wait, and an order outlasts a system that is down: docs/queued-orders.md.
 */
export const orders = integration({
  settings: ordersSettings,
  async deploy(args) {
    const { gateway, workflows, tenantId, names, workspaceId, portalUrl, access, tags, protect, settings } =
      args;
    const trial = tryInConsole(args.console, ["Orders.Read", "Orders.Write"]);
    const { backends, placing } = settings;
    const contract = await readOpenApiContract(join(__dirname, "openapi.yaml"));
    const group = new LifecycleGroup("orders-group", {
      lifecycle: "workflows",
      resourceGroupName: names.resourceGroup,
      location: workflows.location,
      access,
      tags,
    });

    const workflow = (role: string, definition: WorkflowDefinition) =>
      new LogicAppWorkflow(`orders-${role}`, {
        resourceGroupName: group.name,
        workflowName: names.workflow(role),
        ...workflows,
        definition,
        workspaceId,
        tags,
      });
    const newOrder = contract.operations.find(({ id }) => id === "placeOrder")?.requestSchema;

    const registration = new EntraAppRegistration("orders-registration", {
      displayName: names.registration("api"),
      owners: pipelineOwners(access),
      api: {
        scopes: {
          "Orders.Read": { displayName: "Read orders", description: "Follow your orders", consentBy: "User" },
          "Orders.Write": {
            displayName: "Place orders",
            description: "Place orders in your name",
            consentBy: "User",
          },
        },
        roles: {
          "Orders.Read.All": {
            displayName: "Read all orders",
            description: "Follow the orders of every customer",
          },
          "Orders.Write.All": {
            displayName: "Place any order",
            description: "Place orders for every customer",
          },
        },
        // Every user of the tenant may sign in; what they may do, the scopes say.
        assignmentRequired: false,
        preAuthorizedClients: trial.preAuthorizedClients,
      },
    });
    const client = new EntraAppRegistration("orders-client", {
      displayName: names.registration("client"),
      owners: pipelineOwners(access),
      client: {
        kind: "singlePage",
        redirectUris: settings.clientRedirectUris,
        calls: { orders: { api: registration, scopes: ["Orders.Read", "Orders.Write"] } },
      },
    });

    const tokens = registration.tokens(tenantId, [client.clientId, ...trial.clients, ...settings.clients]);

    const queueing =
      placing.kind === "queued"
        ? queuedOrders({
            ...args,
            resourceGroupName: group.name,
            location: workflows.location,
            path: PATH,
            backends,
            placing,
            tokens,
          })
        : undefined;
    const api = new GatewayApi("orders", {
      gateway,
      path: PATH,
      contract,
      backend: {
        kind: "workflows",
        operations: {
          ...(!queueing && {
            placeOrder: { workflow: workflow("place-order", placeOrder(backends, newOrder)) },
          }),
          getOrder: { workflow: workflow("get-order", getOrder(backends)) },
        },
        byPolicy: queueing && ["placeOrder"],
      },
      policy: ordersPolicy({
        tokens,
        rateLimit: settings.rateLimit,
        origins: [
          ...settings.clientRedirectUris.map((uri) => new URL(uri).origin),
          ...(portalUrl === undefined ? [] : [portalUrl]),
        ],
      }),
      operationPolicies: {
        placeOrder: queueing ?? permission(tokens, PLACING),
        getOrder: permission(tokens, READING),
      },
      signIn: trial.signInTo(registration),
    });
    new GatewayProduct("orders", {
      gateway,
      displayName: "Orders",
      description: "Place orders and follow them.",
      terms: "Use it for your own customers' orders only.",
      apis: { orders: api },
      groups: args.productGroups,
      protect,
    });

    return { url: api.url, audience: registration.clientId, clientId: client.clientId };
  },
});
