import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import { ApiConnection, consentLinks } from "../components/connections/api-connection";
import {
  AZURE_SQL,
  BLOB_STORAGE,
  serviceBusConnector,
  sqlServerConnector,
} from "../components/connections/connectors";
import { grant } from "../components/grants";
import { LogicAppWorkflow } from "../components/logic-app-workflow";
import { EventTopic } from "../components/messaging/event-topic";
import { ServiceBusNamespace } from "../components/messaging/service-bus-namespace";
import {
  call,
  connectorAction,
  connectorCall,
  connections as declaredConnections,
  connectorTrigger,
  defineWorkflow,
  http,
  json,
  managedIdentity,
  pathPart,
  serviceBusQueue,
  text,
  type Text,
  type WorkflowDefinition,
} from "../workflow";

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
}

/**
 * What a workflow calls, one of each kind: an Azure service by managed identity, an on-premises system, a person's
 * mailbox; the queue and the events around it; and the workflow. Its life is rehearsed by `test/examples/connectors.test.ts`.
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
  grant.sendMessages("gateway-sends-orders", { on: orders, to: args.senderId });
  grant.receiveMessages("workflow-receives-orders", { on: orders, to });

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
  grant.publishEvents("workflow-publishes-events", { on: events.id, to });

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
  grant.readBlobs("workflow-reads-invoices", { on: invoices.id, to });

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
  new LogicAppWorkflow("process-orders", {
    ...place,
    workflowName: "logic-orders",
    definition: processOrders(args.accountName, events.endpoint, identity.id),
    identity: { userAssigned: identity.id },
    connections,
  });
  return { consents: consentLinks(Object.values(connections)) };
}

/** Takes orders from the queue one after the other; one of each kind of call, in the names of the connections. */
function processOrders(
  accountName: string,
  eventsEndpoint: pulumi.Input<string>,
  identityId: Text,
): WorkflowDefinition {
  const queue = serviceBusQueue({ connection: "bus", queue: "orders" });
  const trigger = connectorTrigger("Order_waits", {
    call: queue.take,
    recurrence: { frequency: "Minute", interval: 1 },
  });
  const order = json<{ readonly id: string; readonly sku: string }>(
    call("base64ToString", trigger.body.get("ContentData")),
  );
  const sku = order.get("sku");

  // https://learn.microsoft.com/connectors/sql/#execute-a-sql-query-(v2)
  const stock = connectorAction("Ask_stock", {
    call: connectorCall<{ readonly ResultSets: { readonly Table1: readonly { readonly pieces: number }[] } }>(
      {
        connection: "sql",
        method: "POST",
        path: text`/v2/datasets/${pathPart("sql-contoso.database.windows.net")},${pathPart("Stock")}/query/sql`,
        body: {
          query: "SELECT pieces FROM dbo.Stock WHERE sku = @sku",
          formalParameters: { sku: "NVARCHAR(40)" },
          actualParameters: { sku },
        },
      },
    ),
  });
  // https://learn.microsoft.com/connectors/sql/#execute-stored-procedure
  const book = connectorAction("Book_in_ERP", {
    call: connectorCall({
      connection: "erp",
      method: "POST",
      path: text`/datasets/default/procedures/${pathPart("[dbo].[BookOrder]")}`,
      body: {
        id: order.get("id"),
        pieces: stock.body.get("ResultSets").get("Table1").get(0).get("pieces"),
      },
    }),
    after: [stock],
  });
  // https://learn.microsoft.com/connectors/azureblob/#get-blob-content-using-path-(v2)
  const invoice = connectorAction("Read_invoice", {
    call: connectorCall({
      connection: "blobs",
      method: "GET",
      path: text`/v2/datasets/${pathPart(accountName)}/GetFileContentByPath`,
      queries: {
        path: text`/invoices/${order.get("id")}.pdf`,
        inferContentType: true,
        queryParametersSingleEncoded: true,
      },
    }),
    after: [book],
  });
  // https://learn.microsoft.com/connectors/office365/#send-an-email-(v2)
  const mail = connectorAction("Send_invoice", {
    call: connectorCall({
      connection: "mail",
      method: "POST",
      path: "/v2/Mail",
      body: {
        To: "sales@contoso.com",
        Subject: text`Order ${order.get("id")}`,
        Body: "<p>The invoice is attached.</p>",
        Attachments: [{ Name: "invoice.pdf", ContentBytes: call("base64", invoice.body) }],
      },
    }),
    after: [invoice],
  });
  const publish = http("Tell_shop", {
    method: "POST",
    uri: pulumi.interpolate`${eventsEndpoint}?api-version=2018-01-01`,
    headers: { "Content-Type": "application/cloudevents+json" },
    body: {
      specversion: "1.0",
      id: trigger.body.get("MessageId"),
      type: "com.contoso.order.processed",
      source: "/orders",
      subject: order.get("id"),
    },
    authentication: managedIdentity({ audience: "https://eventgrid.azure.net", identity: identityId }),
    after: [mail],
  });
  // What fails before is not completed: Service Bus delivers the order again when its lock has expired.
  const complete = connectorAction("Complete", {
    call: queue.complete(trigger.body),
    after: [publish],
  });
  return defineWorkflow({
    trigger,
    parameters: [declaredConnections],
    actions: [stock, book, invoice, mail, publish, complete],
  });
}
