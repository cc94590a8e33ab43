import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { graphQlContract, openApiContract, operations, wsdlContract } from "../components/contracts";
import { EntraAppRegistration } from "../components/entra-app-registration";
import { ApimGateway } from "../components/gateway/apim-gateway";
import { GatewayAuthorizationServer } from "../components/gateway/authorization-server";
import { GatewayBackend } from "../components/gateway/backend";
import { GatewayBackendPool } from "../components/gateway/backend-pool";
import { GatewayCertificate } from "../components/gateway/certificate";
import { DeveloperPortal } from "../components/gateway/developer-portal";
import { GatewayFragment } from "../components/gateway/fragment";
import { GatewayApi } from "../components/gateway/gateway-api";
import { GatewayPolicy } from "../components/gateway/gateway-policy";
import { GatewayGroup } from "../components/gateway/group";
import { GatewayLogger } from "../components/gateway/logger";
import { GatewayNamedValue } from "../components/gateway/named-value";
import { GatewayOpenIdProvider } from "../components/gateway/open-id-provider";
import { signInAddress } from "../components/gateway/portal/addresses";
import { GatewayProduct } from "../components/gateway/product";
import { GatewaySchema } from "../components/gateway/schema";
import { GatewaySubscription } from "../components/gateway/subscription";
import { GatewayTag } from "../components/gateway/tag";
import { GatewayTracing } from "../components/gateway/tracing";
import { GatewayVersionSet } from "../components/gateway/version-set";
import { LogicAppWorkflow } from "../components/logic-app-workflow";
import { Observability } from "../components/observability";
import { SecretVault } from "../components/secret-vault";
import {
  expression,
  forwardRequest,
  includeFragment,
  logToEventhub,
  policyDocument,
  policyFragment,
  quota,
  rawPolicy,
  requirePermission,
  requireToken,
  setHeader,
  validateContent,
  type TokenAudience,
} from "../policies/gateway";
import { defineWorkflow, requestTrigger, response } from "../workflow";

/** Where the example stands, and what of it cannot be made up. */
export interface EverythingArgs {
  readonly location: string;
  readonly tenantId: string;
  /** Globally unique. */
  readonly serviceName: string;
  /** Globally unique. */
  readonly vaultName: string;
  /** The public certificate of a private authority (DER), base64. */
  readonly caCertificate: string;
  /** https address from which Azure can fetch {@link ORDERS}. */
  readonly ordersLink: string;
  /** Secrets, which a real program takes from its configuration. */
  readonly secrets: Readonly<
    Record<
      "carrier-key" | "erp-user" | "erp-password" | "warehouse-secret" | "client-pfx",
      pulumi.Output<string>
    >
  >;
}

const OK = { 200: { description: "OK" } };

/** A contract that is not sent, but fetched. */
export const ORDERS = JSON.stringify({
  openapi: "3.1.0",
  info: { title: "Orders", version: "1", description: "Orders of customers." },
  paths: { "/orders": { get: { operationId: "listOrders", responses: OK } } },
});

const STOCK = JSON.stringify({
  swagger: "2.0",
  info: { title: "Stock", version: "1", description: "What is there." },
  paths: { "/stock": { get: { operationId: "listStock", responses: OK } } },
});

const INVOICES = `<?xml version="1.0"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:invoices" targetNamespace="urn:invoices" name="Invoices">
  <wsdl:types>
    <xsd:schema targetNamespace="urn:invoices" elementFormDefault="qualified">
      <xsd:element name="Get"><xsd:complexType><xsd:sequence><xsd:element name="number" type="xsd:string"/></xsd:sequence></xsd:complexType></xsd:element>
      <xsd:element name="Got"><xsd:complexType><xsd:sequence><xsd:element name="total" type="xsd:decimal"/></xsd:sequence></xsd:complexType></xsd:element>
    </xsd:schema>
  </wsdl:types>
  <wsdl:message name="GetIn"><wsdl:part name="parameters" element="t:Get"/></wsdl:message>
  <wsdl:message name="GetOut"><wsdl:part name="parameters" element="t:Got"/></wsdl:message>
  <wsdl:portType name="Invoices">
    <wsdl:operation name="Get"><wsdl:input message="t:GetIn"/><wsdl:output message="t:GetOut"/></wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="InvoicesSoap" type="t:Invoices">
    <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="Get">
      <soap:operation soapAction="urn:invoices/Get"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input>
      <wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="InvoicesService">
    <wsdl:port name="InvoicesPort" binding="t:InvoicesSoap"><soap:address location="https://invoices.contoso.com/soap"/></wsdl:port>
  </wsdl:service>
</wsdl:definitions>`;

/**
 * Everything that can stand on a gateway, once each: a place to look up how it is written. Its life is rehearsed by
 * `test/examples/everything-on-a-gateway.test.ts`.
 */
export async function everythingOnAGateway(args: EverythingArgs): Promise<void> {
  const { location, tenantId } = args;
  const group = new resources.ResourceGroup("group", { resourceGroupName: "rg-everything", location });
  const place = { resourceGroupName: group.name, location };
  const identity = new managedidentity.UserAssignedIdentity("identity", {
    ...place,
    resourceName: "id-everything",
  });

  const { applicationInsights } = new Observability("observability", {
    ...place,
    workspaceName: "log-everything",
    applicationInsightsName: "appi-everything",
  });
  const gateway = new ApimGateway("gateway", {
    service: {
      kind: "create",
      ...place,
      serviceName: args.serviceName,
      tier: { name: "Developer" },
      publisher: { name: "Contoso", email: "apis@contoso.com" },
      caCertificates: { contoso: { store: "Root", certificate: args.caCertificate } },
      protect: false,
    },
    identity,
    caller: { tenantId, audience: "22222222-2222-4222-8222-222222222222" },
  });

  // Values, in clear and secret. The vault's firewall lets in the gateway's system-assigned identity, and nobody else.
  const company = new GatewayNamedValue("company", { gateway, value: "Contoso" });
  const vault = new SecretVault("secrets", {
    ...place,
    vaultName: args.vaultName,
    tenantId,
    secrets: Object.fromEntries(Object.entries(args.secrets).map(([name, value]) => [name, { value }])),
    readers: {
      gateway: { kind: "gateway", identity: "systemAssigned", principalId: gateway.systemPrincipalId },
    },
    softDeleteDays: 7,
    purgeProtection: false,
    protect: false,
  });
  const secret = (name: keyof EverythingArgs["secrets"]) =>
    new GatewayNamedValue(name, {
      gateway,
      secretId: vault.secretIds[name] ?? "",
      readBy: "systemAssigned",
    });

  // Where it writes to.
  const traces = new GatewayLogger("application-insights", {
    gateway,
    target: {
      kind: "applicationInsights",
      id: applicationInsights.id,
      connectionString: applicationInsights.connectionString,
    },
  });
  new GatewayTracing("all-apis", { gateway, logger: traces, sampling: 20 });
  const audit = new GatewayLogger("audit", {
    gateway,
    target: { kind: "eventHub", name: "audit", namespaceHost: "evh-contoso.servicebus.windows.net" },
  });

  // Policies of all APIs, with a part that others include too.
  const mark = policyFragment([
    setHeader({ name: "X-Company", existsAction: "override", values: [company.reference] }),
  ]);
  const fragment = new GatewayFragment("mark", { gateway, description: "Says whose it is.", fragment: mark });
  const included = includeFragment({ fragmentId: fragment.fragmentId });
  new GatewayPolicy("all-apis", {
    gateway,
    policy: policyDocument({
      scope: "global",
      inbound: [included],
      backend: [forwardRequest()],
      outbound: [
        logToEventhub({ loggerId: audit.loggerId, value: expression("context.RequestId.ToString()") }),
        // What the typed set does not know yet, as XML.
        rawPolicy('<set-header name="X-Raw" exists-action="override"><value>yes</value></set-header>'),
      ],
    }),
  });

  // Backends, each with its own way to show who calls.
  const breaker = { failures: 5, interval: "PT1M", tripDuration: "PT30S" };
  const stock = new GatewayBackend("stock", {
    gateway,
    url: "https://stock.contoso.com",
    credentials: { kind: "managedIdentity", resource: "api://contoso-stock" },
    circuitBreaker: breaker,
  });
  const carrier = new GatewayBackend("carrier", {
    gateway,
    url: "https://carrier.example.com/v2",
    credentials: { kind: "header", name: "X-Api-Key", value: secret("carrier-key") },
  });
  const warehouse = new GatewayBackend("warehouse", {
    gateway,
    url: "https://warehouse.example.com",
    credentials: {
      kind: "oauth",
      tokenEndpoint: "https://login.warehouse.example.com/token",
      clientId: "contoso",
      clientSecret: secret("warehouse-secret"),
      scope: "stock.read",
    },
  });
  const erp = new GatewayBackend("erp", {
    gateway,
    url: "https://erp.contoso.com",
    credentials: { kind: "basic", username: secret("erp-user"), password: secret("erp-password") },
  });
  const invoices = new GatewayBackend("invoices", {
    gateway,
    url: "https://invoices.contoso.com/soap",
    protocol: "soap",
    credentials: {
      kind: "certificate",
      certificate: new GatewayCertificate("client", {
        gateway,
        pfx: args.secrets["client-pfx"],
        password: pulumi.secret(""),
      }),
    },
  });
  const blue = new GatewayBackend("products-blue", {
    gateway,
    url: "https://blue.contoso.com",
    credentials: { kind: "unauthenticated", because: "The catalogue is public." },
  });
  const green = new GatewayBackend("products-green", {
    gateway,
    url: "https://green.contoso.com",
    credentials: blue.credentials,
  });
  const products = new GatewayBackendPool("products", {
    gateway,
    members: { blue: { backend: blue, weight: 90 }, green: { backend: green, weight: 10 } },
  });

  // What the test console signs in with, and words to group by.
  const entra = new GatewayAuthorizationServer("entra", {
    gateway,
    displayName: "Microsoft Entra ID",
    authorizationEndpoint: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/authorize`,
    tokenEndpoint: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
    clientRegistrationEndpoint: "https://entra.microsoft.com",
    clientId: "33333333-3333-4333-8333-333333333333",
  });
  const partners = new GatewayOpenIdProvider("partners", {
    gateway,
    displayName: "Partners' sign-in",
    metadataEndpoint: "https://login.partner.example/.well-known/openid-configuration",
    clientId: "test-console",
  });
  const sales = new GatewayTag("sales", { gateway, displayName: "Sales" });

  // Schemas by which bodies are checked.
  const item = new GatewaySchema("item", { gateway, json: { type: "object", required: ["sku"] } });
  new GatewaySchema("invoice", {
    gateway,
    xml: '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"><xsd:element name="Invoice" type="xsd:string"/></xsd:schema>',
  });

  // APIs of every kind of contract, each for clients with a token of Entra ID.
  const tokens: TokenAudience = {
    tenantId,
    audiences: ["55555555-5555-4555-8555-555555555555"],
    version: 2,
    scopes: ["Shop.Use"],
    roles: ["Shop.Use.All"],
  };
  const secured = policyDocument({
    scope: "api",
    inbound: [
      requireToken(tokens),
      requirePermission(tokens, { scopes: ["Shop.Use"], roles: ["Shop.Use.All"] }),
    ],
  });
  const linked = new GatewayApi("orders", {
    gateway,
    path: "orders",
    contract: await openApiContract(ORDERS, "orders.json", { link: args.ordersLink }),
    backend: { kind: "backend", target: carrier },
    policy: secured,
    signIn: { authorizationServer: entra, scope: "orders" },
    tracing: { logger: traces, sampling: 100, mask: { headers: ["X-Customer"] } },
    tags: { sales },
    access: { kind: "subscription", header: "X-Key", query: "key" },
  });
  const byQuery = new GatewayVersionSet("stock", {
    gateway,
    displayName: "Stock",
    scheme: { kind: "query", name: "api-version" },
  });
  const swagger = new GatewayApi("stock", {
    gateway,
    path: "stock",
    version: { set: byQuery, name: "2026-01-01" },
    contract: await openApiContract(STOCK, "stock.json"),
    backend: { kind: "backend", target: stock },
    policy: secured,
    signIn: { openIdProvider: partners },
  });
  const byHeader = new GatewayVersionSet("products", {
    gateway,
    displayName: "Products",
    scheme: { kind: "header", name: "Api-Version" },
  });
  const declared = operations({
    title: "Products",
    description: "Declared by hand.",
    operations: {
      getProduct: { method: "GET", path: "/products/{sku}", displayName: "Get a product", responses: OK },
      addProduct: { method: "POST", path: "/products", displayName: "Add a product", responses: OK },
    },
  });
  const byHand = new GatewayApi("products-v1", {
    gateway,
    path: "products",
    version: { set: byHeader, name: "v1" },
    revisions: {
      1: {
        contract: declared,
        backend: { kind: "backend", target: products },
        policy: secured,
        change: "The first",
      },
      2: {
        contract: declared,
        backend: { kind: "backend", target: products },
        policy: secured,
        operationPolicies: {
          addProduct: policyDocument({
            scope: "operation",
            inbound: [
              validateContent({
                unspecifiedContentTypeAction: "prevent",
                maxSize: 10_000,
                sizeExceededAction: "prevent",
                contents: [
                  {
                    type: "application/json",
                    validateAs: "json",
                    action: "prevent",
                    schemaId: item.schemaId,
                  },
                ],
              }),
            ],
          }),
        },
        change: "Products are checked by their schema",
      },
    },
    currentRevision: 2,
  });
  const soap = new GatewayApi("invoices", {
    gateway,
    path: "invoices",
    contract: await wsdlContract(INVOICES, "invoices.wsdl", { mode: "pass-through" }),
    backend: { kind: "backend", target: invoices },
    policy: secured,
  });
  const graph = new GatewayApi("graph", {
    gateway,
    path: "graph",
    contract: await graphQlContract("type Query { product(sku: ID!): String }", "graph.graphql", {
      title: "Graph",
    }),
    backend: { kind: "service", url: "https://graph.contoso.com/graphql" },
    policy: policyDocument({ scope: "api", inbound: [included] }),
    anonymous: { because: "The catalogue is public." },
    access: { kind: "open", because: "The catalogue is public." },
  });
  const templated = new GatewayApi("erp", {
    gateway,
    path: "erp",
    contract: await openApiContract(STOCK, "stock.json"),
    backend: { kind: "backend", target: erp },
    policy: secured,
    writtenBy: "deployment",
  });
  const hello = new LogicAppWorkflow("hello", {
    ...place,
    workflowName: "logic-hello",
    definition: defineWorkflow({
      trigger: requestTrigger("manual", { method: "GET" }),
      actions: [response("Answer", { statusCode: 200 })],
    }),
    callers: { addresses: gateway.addresses, token: gateway.caller, location: gateway.location },
  });
  const workflow = new GatewayApi("hello", {
    gateway,
    path: "hello",
    workflow: hello,
    title: "Hello",
    policy: secured,
  });

  const parcels = new GatewayApi("parcels", {
    gateway,
    path: "parcels",
    contract: await openApiContract(STOCK, "stock.json"),
    backend: { kind: "backend", target: warehouse },
    policy: secured,
  });

  // Who may call them.
  const shops = new GatewayGroup("shops", { gateway, displayName: "Shops" });
  const finance = portal(gateway, tenantId, vault.vault);
  const shop = new GatewayProduct("shop", {
    gateway,
    displayName: "Shop",
    description: "All that a shop needs.",
    terms: "For shops only.",
    access: { kind: "subscription", approvalRequired: true, limit: 2 },
    protect: false,
    groups: [shops.groupId, finance],
    apis: {
      orders: linked,
      stock: swagger,
      products: byHand,
      invoices: soap,
      erp: templated,
      hello: workflow,
      parcels,
    },
    policy: policyDocument({ scope: "product", inbound: [quota({ calls: 10_000, renewalPeriod: 86_400 })] }),
  });
  new GatewayProduct("public", {
    gateway,
    displayName: "Public",
    description: "For everybody.",
    access: { kind: "open", because: "The catalogue is public." },
    apis: { graph },
    groups: ["developers", "guests"],
  });
  new GatewaySubscription("warehouse", {
    gateway,
    displayName: "Warehouse",
    scope: { product: shop },
    protect: false,
  });
}

/** The portal, with a group of Entra ID. */
function portal(gateway: ApimGateway, tenantId: string, vault: SecretVault["vault"]): string {
  const url = "https://apim-everything.developer.azure-api.net";
  const registration = new EntraAppRegistration("portal", {
    displayName: "Developer portal",
    client: {
      kind: "web",
      signsInAt: "browser",
      redirectUris: [signInAddress(url)],
      credentials: {
        secrets: {
          lifetimes: { "2028": { from: "2026-11-01", until: "2028-10-31" } },
          current: "2028",
          vault,
          secretName: "developer-portal-client",
        },
      },
    },
  });
  new DeveloperPortal("portal", {
    gateway,
    url,
    signIn: {
      kind: "entra",
      tenantId,
      clientId: registration.clientId,
      clientSecret: registration.secretValue(),
    },
    terms: { text: "For finance and shops." },
    groups: {
      finance: { displayName: "Finance", objectId: "44444444-4444-4444-8444-444444444444" },
    },
    content: {
      "/contentTypes/page/contentItems/about": {
        properties: {
          en_us: {
            title: "About",
            permalink: "/about",
            documentId: "contentTypes/document/contentItems/about",
          },
        },
      },
      "/contentTypes/document/contentItems/about": { properties: { nodes: [] } },
    },
  });
  return "finance";
}
