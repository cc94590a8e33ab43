import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";
import type * as pulumi from "@pulumi/pulumi";
import { ApiConnection, consentLinks } from "../components/connections/api-connection";
import {
  connectionsParameter,
  type ConnectionReference,
} from "../components/connections/connections-parameter";
import {
  AZURE_SQL,
  BLOB_STORAGE,
  serviceBusConnector,
  sqlServerConnector,
} from "../components/connections/connectors";
import {
  grantPublishEvents,
  grantReadBlobs,
  grantReceiveMessages,
  grantSendMessages,
} from "../components/grants";
import { EventTopic } from "../components/messaging/event-topic";
import { ServiceBusNamespace } from "../components/messaging/service-bus-namespace";

/** Where the example stands, and what of it cannot be made up. */
export interface ConnectorsArgs {
  readonly location: string;
  /** Globally unique. */
  readonly namespaceName: string;
  /** Globally unique. */
  readonly accountName: string;
  /** ARM id of an on-premises data gateway. */
  readonly dataGatewayId: string;
  /** Who sends orders to the queue, e.g. a gateway: object id of its identity. */
  readonly senderId: pulumi.Input<string>;
  /** The login at the ERP system, which a real program takes from its configuration. */
  readonly erp: { readonly username: pulumi.Output<string>; readonly password: pulumi.Output<string> };
}

/** What a stack would tell. */
export interface ConnectorsOutputs {
  /** Links that a person still has to follow, by the name of the connection. */
  readonly consents: pulumi.Output<Readonly<Record<string, string>>>;
  /** What a workflow takes as its parameter `$connections`. */
  readonly connections: pulumi.Output<Readonly<Record<string, ConnectionReference>>>;
}

/**
 * What a workflow calls, one of each kind: an Azure service by managed identity, an on-premises system, a person's
 * mailbox; and the queue and the events around it. Its life is rehearsed by `test/examples/connectors.test.ts`.
 */
export function connectors(args: ConnectorsArgs): ConnectorsOutputs {
  const { location } = args;
  const group = new resources.ResourceGroup("group", { resourceGroupName: "rg-connectors", location });
  const place = { resourceGroupName: group.name, location };
  // What the workflow is known by, everywhere.
  const identity = new managedidentity.UserAssignedIdentity("identity", {
    ...place,
    resourceName: "id-orders",
  });
  const to = identity.principalId;

  const bus = new ServiceBusNamespace("bus", {
    ...place,
    namespaceName: args.namespaceName,
    queues: { orders: { maxDeliveryCount: 5 }, audit: {} },
    protect: false,
  });
  const orders = bus.queueIds.orders ?? "";
  grantSendMessages("gateway-sends-orders", { on: orders, to: args.senderId }, {});
  grantReceiveMessages("workflow-receives-orders", { on: orders, to }, {});

  const events = new EventTopic("order-events", {
    ...place,
    topicName: "evgt-orders",
    subscriptions: {
      shop: {
        destination: { kind: "webhook", url: "https://shop.contoso.com/events" },
        eventTypes: ["com.contoso.order.processed"],
      },
      audit: { destination: { kind: "queue", queueId: bus.queueIds.audit ?? "" } },
    },
  });
  grantPublishEvents("workflow-publishes-events", { on: events.id, to }, {});

  const account = new storage.StorageAccount("account", {
    ...place,
    accountName: args.accountName,
    kind: "StorageV2",
    sku: { name: "Standard_LRS" },
    allowBlobPublicAccess: false,
    allowSharedKeyAccess: false,
    minimumTlsVersion: "TLS1_2",
  });
  const invoices = new storage.BlobContainer("invoices", {
    resourceGroupName: group.name,
    accountName: account.name,
    containerName: "invoices",
  });
  grantReadBlobs("workflow-reads-invoices", { on: invoices.id, to }, {});

  const connections = {
    bus: new ApiConnection("orders-bus", {
      ...place,
      connectionName: "con-orders-bus",
      connector: serviceBusConnector(bus.namespaceName),
    }),
    blobs: new ApiConnection("invoices-blobs", {
      ...place,
      connectionName: "con-invoices-blobs",
      connector: BLOB_STORAGE,
    }),
    sql: new ApiConnection("stock-sql", {
      ...place,
      connectionName: "con-stock-sql",
      connector: AZURE_SQL,
    }),
    erp: new ApiConnection("erp-sql", {
      ...place,
      connectionName: "con-erp-sql",
      connector: sqlServerConnector({
        kind: "windows",
        server: "erp.contoso.local",
        database: "Orders",
        ...args.erp,
        dataGatewayId: args.dataGatewayId,
      }),
    }),
    mail: new ApiConnection("sales-mail", {
      ...place,
      connectionName: "con-sales-mail",
      displayName: "Mailbox of the sales team",
      connector: { api: "office365", authentication: { kind: "consent" } },
    }),
  };
  return {
    consents: consentLinks(Object.values(connections)),
    connections: connectionsParameter(connections, identity.id).value,
  };
}
