import { join } from "node:path";
import SwaggerParser from "@apidevtools/swagger-parser";
import type { OpenAPIV3 } from "openapi-types";
import { BROWSER_REDIRECT_URI } from "../../components/entra/redirect-uri";
import { integrationSchemas } from "../../integrations";
import { orders } from "../../integrations/orders";
import type { Properties } from "../../rehearsal/azure/resource-type";
import { seedGateway, seedIdentity, seedWorkspace } from "../components/fixtures";
import { deploy, identities, plan, registrationOf } from "../components/harness";
import { parseSettings } from "../../settings";
import { checkWorkflow } from "../../workflow";
import { OWN_GATEWAY } from "../rehearsal/integrations";
import { configuration, PROJECT } from "../settings/fixtures";
import { ajv, checkExamples } from "./examples";
import { CALLER_XML, givenTo } from "./fixtures";

const CONTRACT = join(__dirname, "../../integrations/orders/openapi.yaml");

const BACKENDS = {
  orderManagement: { url: "https://orders.contoso.com/v1", audience: "api://contoso-orders" },
  shipping: { url: "https://carrier.example.com", audience: "api://carrier" },
};
/** A client beside the sample one. */
const PARTNER = "66666666-6666-4666-8666-666666666666";
const settings = orders.settings.parse({ backends: BACKENDS, clients: [PARTNER] });

const deployOrders = ({ logged = false, portalUrl }: { logged?: boolean; portalUrl?: string } = {}) =>
  deploy((azure) => {
    return orders.deploy({
      ...givenTo("orders", seedGateway(azure)),
      settings,
      workspaceId: logged ? seedWorkspace(azure) : undefined,
      portalUrl,
    });
  });

const deployQueued = (how: Readonly<Record<string, unknown>> = {}, protect = false) =>
  deploy((azure) => {
    const gateway = { ...seedGateway(azure), principalId: seedIdentity(azure).principalId };
    return orders.deploy({
      ...givenTo("orders", gateway),
      protect,
      settings: orders.settings.parse({ backends: BACKENDS, placing: { kind: "queued", ...how } }),
      workspaceId: seedWorkspace(azure),
    });
  });

interface Answer {
  readonly body: Readonly<Record<string, unknown>>;
  readonly statusCode: unknown;
}
interface Definition {
  readonly actions: Readonly<
    Record<string, { readonly type: string; readonly inputs: unknown } & Properties>
  >;
}

async function definitions() {
  const deployment = await deployOrders();
  const definition = (role: string) =>
    registrationOf(deployment, `orders-${role}-workflow`).inputs.definition as unknown as Definition;
  return { placeOrder: definition("place-order"), getOrder: definition("get-order") };
}

const answerOf = (definition: Definition) => definition.actions.Answer?.inputs as Answer;

/** The contract with the objects that it refers to in their place. */
const readContract = async () => (await SwaggerParser.dereference(CONTRACT)) as unknown as OpenAPIV3.Document;

type Schema = OpenAPIV3.SchemaObject;

describe("the contract of orders", () => {
  it("has examples that fit their schemas, for each request and each answer with a body", async () => {
    const { problems, bodies } = checkExamples(await readContract());
    expect(problems).toEqual([]);
    expect(bodies).toBe(14);
  });

  it("would not take any example: a broken one is found", async () => {
    const { components } = await readContract();
    const order = components?.schemas?.Order as Schema;
    expect(
      ajv.validate(order, { orderId: "123", status: "accepted", total: { amount: "1", currency: "EUR" } }),
    ).toBe(false);
    expect(ajv.errors?.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`).sort()).toEqual([
      " required",
      "/orderId pattern",
      "/total/amount pattern",
    ]);
  });

  it("is answered by workflows with exactly the properties that it promises", async () => {
    const { components } = await readContract();
    const { Order, Shipment } = components?.schemas as Record<string, Schema>;
    for (const definition of Object.values(await definitions())) {
      const { body } = answerOf(definition);
      expect(Object.keys(body).sort()).toEqual(Object.keys(Order?.properties ?? {}).sort());
      expect(Object.keys(body).sort()).toEqual([...(Order?.required ?? [])].sort());
      expect(Object.keys(body.shipment as object).sort()).toEqual(
        Object.keys(Shipment?.properties ?? {}).sort(),
      );
    }
  });

  it("admits null where a workflow answers null for what a system did not say", async () => {
    const { components } = await readContract();
    const shipment = components?.schemas?.Shipment as Schema;
    const unknownDate = { trackingNumber: "JD014600003SE", status: "booked", expectedOn: null };
    expect(ajv.validate(shipment, unknownDate)).toBe(true);
  });

  it("declares every status that a workflow answers", async () => {
    const { paths } = await readContract();
    const { placeOrder, getOrder } = await definitions();
    expect(answerOf(placeOrder).statusCode).toBe(201);
    expect(answerOf(getOrder).statusCode).toBe(200);
    expect((placeOrder.actions.Answer_problem?.inputs as Answer).statusCode).toBe(502);
    expect((getOrder.actions.Answer_problem?.inputs as Answer).statusCode).toBe(
      "@if(equals(outputs('Get_order')?['statusCode'], 404), 404, 502)",
    );
    expect(Object.keys(paths["/"]?.post?.responses ?? {})).toEqual([
      "201",
      "202",
      "400",
      "401",
      "403",
      "429",
      "502",
    ]);
    expect(Object.keys(paths["/{orderId}"]?.get?.responses ?? {})).toEqual([
      "200",
      "401",
      "403",
      "404",
      "429",
      "502",
    ]);
  });
});

describe("the orders integration", () => {
  it("owns a group, two workflows, two registrations and an API", async () => {
    expect(identities(await deployOrders())).toEqual([
      "azure-native:apimanagement:Api orders-api-1 orders",
      "azure-native:apimanagement:ApiOperationPolicy orders-policy-1-getOrder orders",
      "azure-native:apimanagement:ApiOperationPolicy orders-policy-1-placeOrder orders",
      "azure-native:apimanagement:ApiPolicy orders-policy-1 orders",
      "azure-native:apimanagement:Backend orders-1-getOrder-backend orders-1-getOrder",
      "azure-native:apimanagement:Backend orders-1-placeOrder-backend orders-1-placeOrder",
      "azure-native:apimanagement:Product orders-product orders",
      "azure-native:apimanagement:ProductApi orders-api-orders orders",
      "azure-native:apimanagement:ProductGroup orders-group-developers orders",
      "azure-native:logic:Workflow orders-get-order-workflow orders-get-order",
      "azure-native:logic:Workflow orders-place-order-workflow orders-place-order",
      "azure-native:resources:ResourceGroup orders-group-resources orders-group",
      "azuread:index/application:Application orders-client-application orders-client",
      "azuread:index/application:Application orders-registration-application orders-registration",
      "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri orders-registration-identifier-uri orders-registration",
      "azuread:index/servicePrincipal:ServicePrincipal orders-client-principal orders-client",
      "azuread:index/servicePrincipal:ServicePrincipal orders-registration-principal orders-registration",
      "enterprise-integration:index:EntraAppRegistration orders-client -",
      "enterprise-integration:index:EntraAppRegistration orders-registration -",
      "enterprise-integration:index:GatewayApi orders -",
      "enterprise-integration:index:GatewayBackend orders-1-getOrder orders",
      "enterprise-integration:index:GatewayBackend orders-1-placeOrder orders",
      "enterprise-integration:index:GatewayProduct orders -",
      "enterprise-integration:index:LifecycleGroup orders-group -",
      "enterprise-integration:index:LogicAppWorkflow orders-get-order -",
      "enterprise-integration:index:LogicAppWorkflow orders-place-order -",
    ]);
  });

  it("sends the workflows' logs where there is a workspace", async () => {
    const deployment = await deployOrders({ logged: true });
    for (const role of ["place-order", "get-order"]) {
      expect(registrationOf(deployment, `orders-${role}-diagnostics`).inputs).toMatchObject({
        logs: [{ category: "WorkflowRuntime", enabled: true }],
      });
    }
  });

  it("admits the developer portal's test console beside its own clients", async () => {
    const deployment = await deployOrders({ portalUrl: "https://developers.contoso.com" });
    expect(registrationOf(deployment, "orders-policy-1").inputs.value).toContain(
      [
        "      <allowed-origins>",
        "        <origin>http://localhost:3000</origin>",
        "        <origin>https://developers.contoso.com</origin>",
        "      </allowed-origins>",
      ].join("\r\n"),
    );
  });

  it("lets nobody through without a valid token, and no client faster than its limit", async () => {
    const deployment = await deployOrders();
    const registered = (role: string) =>
      deployment.azure
        .all("azuread:index/application:Application")
        .find(({ inputs }) => inputs.displayName === `orders ${role}`)?.outputs.clientId as string;
    expect(registrationOf(deployment, "orders-policy-1").inputs.value).toBe(
      [
        "<policies>",
        "  <inbound>",
        '    <cors terminate-unmatched-request="true">',
        "      <allowed-origins>",
        "        <origin>http://localhost:3000</origin>",
        "      </allowed-origins>",
        "      <allowed-methods>",
        "        <method>GET</method>",
        "        <method>POST</method>",
        "      </allowed-methods>",
        "      <allowed-headers>",
        "        <header>Authorization</header>",
        "        <header>Cache-Control</header>",
        "        <header>Content-Type</header>",
        "        <header>Idempotency-Key</header>",
        "        <header>Ocp-Apim-Subscription-Key</header>",
        "      </allowed-headers>",
        "      <expose-headers>",
        "        <header>Location</header>",
        "      </expose-headers>",
        "    </cors>",
        "    <base />",
        `    <validate-azure-ad-token tenant-id="${deployment.azure.tenantId}" header-name="Authorization"` +
          ' failed-validation-httpcode="401" failed-validation-error-message="A valid token is required"' +
          ' output-token-variable-name="token">',
        "      <client-application-ids>",
        `        <application-id>${registered("client")}</application-id>`,
        `        <application-id>${PARTNER}</application-id>`,
        "      </client-application-ids>",
        "      <audiences>",
        `        <audience>${registered("api")}</audience>`,
        "      </audiences>",
        "      <required-claims>",
        '        <claim name="ver" match="all">',
        "          <value>2.0</value>",
        "        </claim>",
        "      </required-claims>",
        "    </validate-azure-ad-token>",
        '    <rate-limit-by-key calls="60" renewal-period="60"' +
          ` counter-key="@(${CALLER_XML})"` +
          ' remaining-calls-header-name="X-RateLimit-Remaining" />',
        "  </inbound>",
        "  <backend>",
        "    <base />",
        "  </backend>",
        "  <outbound>",
        "    <base />",
        "  </outbound>",
        "  <on-error>",
        "    <base />",
        "  </on-error>",
        "</policies>",
      ].join("\r\n"),
    );
  });

  it("admits clients by their ids alone, and sends users back to addresses that Entra ID takes", () => {
    const clientRedirectUris = [
      "https://shop.contoso.com",
      "http://shop.contoso.com/in",
      "http://localhost/",
    ];
    const { issues } = parseSettings(
      configuration({
        ...OWN_GATEWAY,
        integrations: { orders: { backends: BACKENDS, clients: ["Partner"], clientRedirectUris } },
      }),
      new Set(),
      PROJECT,
      integrationSchemas,
    );
    const { rule, fix } = BROWSER_REDIRECT_URI;
    expect(issues?.map(({ path: at, rule, fix }) => `${at}: ${rule}; ${fix}`)).toEqual([
      `integrations.orders.clientRedirectUris[0]: ${rule}; ${fix}`,
      `integrations.orders.clientRedirectUris[1]: ${rule}; ${fix}`,
      "integrations.orders.clients[0]: must be an application (client) id; take it from the registration's overview, e.g. 11111111-1111-4111-8111-111111111111",
    ]);
  });

  it("asks for the operation's own permission before it goes to the workflow", async () => {
    const deployment = await deployOrders();
    const claims = "((Jwt)context.Variables[&quot;token&quot;]).Claims";
    expect(registrationOf(deployment, "orders-policy-1-getOrder").inputs.value).toBe(
      [
        "<policies>",
        "  <inbound>",
        "    <base />",
        "    <choose>",
        `      <when condition="@(!(${claims}.GetValueOrDefault(&quot;scp&quot;, &quot;&quot;).Split(' ').Contains(&quot;Orders.Read&quot;)` +
          ` || ${claims}.ContainsKey(&quot;roles&quot;) &amp;&amp; ${claims}[&quot;roles&quot;].Contains(&quot;Orders.Read.All&quot;)))">`,
        "        <return-response>",
        '          <set-status code="403" reason="Forbidden" />',
        '          <set-header name="Content-Type" exists-action="override">',
        "            <value>application/problem+json</value>",
        "          </set-header>",
        '          <set-body>{"title":"The scope Orders.Read or the role Orders.Read.All is required","status":403}</set-body>',
        "        </return-response>",
        "      </when>",
        "    </choose>",
        '    <set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" />',
        '    <set-query-parameter name="subscription-key" exists-action="delete" />',
        '    <set-backend-service backend-id="orders-1-getOrder" />',
        '    <authentication-managed-identity resource="api://22222222-2222-4222-8222-222222222222"' +
          ' client-id="11111111-1111-4111-8111-111111111111" />',
        '    <rewrite-uri template="/manual/paths/invoke/{orderId}?api-version=2016-10-01" copy-unmatched-params="false" />',
        "    <set-method>GET</set-method>",
        "  </inbound>",
        "  <backend>",
        "    <!-- without base: the section holds one policy, and a workflow has its own timeout -->",
        '    <forward-request timeout="120" />',
        "  </backend>",
        "  <outbound>",
        "    <base />",
        "  </outbound>",
        "  <on-error>",
        "    <base />",
        "  </on-error>",
        "</policies>",
      ].join("\r\n"),
    );
    expect(registrationOf(deployment, "orders-policy-1-placeOrder").inputs.value).toContain(
      "The scope Orders.Write or the role Orders.Write.All is required",
    );
  });

  it("calls systems with the workflow's identity, and keeps customers' data out of the run history", async () => {
    for (const { actions } of Object.values(await definitions())) {
      const calls = Object.values(actions)
        .flatMap((action) => Object.values((action as unknown as Partial<Definition>).actions ?? {}))
        .filter(({ type }) => type === "Http");
      expect(calls).toHaveLength(2);
      for (const call of calls) {
        expect(call).toMatchObject({
          inputs: {
            authentication: { type: "ManagedServiceIdentity" },
            retryPolicy: { type: "exponential" },
          },
          runtimeConfiguration: { secureData: { properties: ["inputs", "outputs"] } },
        });
      }
    }
  });

  it("validates a new order by the contract's own schema", async () => {
    const { paths } = await readContract();
    const deployment = await deployOrders();
    const { definition } = registrationOf(deployment, "orders-place-order-workflow").inputs as unknown as {
      readonly definition: { readonly triggers: Readonly<Record<string, { readonly inputs: Properties }>> };
    };
    const requestBody = paths["/"]?.post?.requestBody as OpenAPIV3.RequestBodyObject;
    expect(Object.values(definition.triggers)[0]?.inputs.schema).toEqual(
      requestBody.content["application/json"]?.schema,
    );
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await deployOrders())).toEqual(plan(await deployOrders()));
  });
});

const KEY = `(string)context.Variables["order"]`;
const UUID = "6b2d8f2e-4f0b-4a57-9f0e-0d2f6d3f9c11";

/** What an expression of the gateway's that joins texts and the order's key gives. */
const evaluated = (text: string) =>
  JSON.parse(text.slice("@(".length, -")".length).replaceAll(`" + ${KEY} + "`, UUID)) as string;

const connection = { connection: { name: "@parameters('$connections')['bus']['connectionId']" } };
const path = (operation: string) =>
  `/@{encodeUriComponent(encodeUriComponent('orders'))}/messages${operation}`;
const settling = { lockToken: "@triggerBody()?['LockToken']", sessionId: "" };
const publishing = {
  method: "POST",
  uri: "https://evgt-orders-test.westeurope-1.eventgrid.azure.net/api/events?api-version=2018-01-01",
  headers: { "Content-Type": "application/cloudevents+json" },
  authentication: { type: "ManagedServiceIdentity", audience: "https://eventgrid.azure.net" },
};
const event = (type: string, data: object) => ({
  specversion: "1.0",
  id: `@{triggerBody()?['MessageId']}/${type}`,
  type,
  source: "/orders",
  subject: "@triggerBody()?['CorrelationId']",
  time: "@utcNow()",
  datacontenttype: "application/json",
  data,
});
const secure = (...properties: readonly string[]) => ({
  runtimeConfiguration: { secureData: { properties } },
});

interface Steps {
  readonly actions: Readonly<Record<string, Properties & Partial<Steps> & { readonly else?: Steps }>>;
  readonly triggers: Properties;
}

describe("orders that are queued", () => {
  const definitionOf = async (role: string) =>
    registrationOf(await deployQueued(), `orders-${role}-workflow`).inputs.definition as unknown as Steps;

  it("bring a queue, events and two workflows, in place of the workflow that answers and its backend", async () => {
    const [synchronous, queued] = [
      identities(await deployOrders({ logged: true })),
      identities(await deployQueued()),
    ];
    expect(queued.filter((one) => !synchronous.includes(one))).toEqual([
      "azure-native:authorization:RoleAssignment orders-gateway-sends -",
      "azure-native:authorization:RoleAssignment orders-process-publishes -",
      "azure-native:authorization:RoleAssignment orders-process-receives -",
      "azure-native:authorization:RoleAssignment orders-retry-receives -",
      "azure-native:authorization:RoleAssignment orders-retry-sends -",
      "azure-native:eventgrid:Topic orders-events-topic orders-events",
      "azure-native:logic:Workflow orders-process-workflow orders-process",
      "azure-native:logic:Workflow orders-retry-workflow orders-retry",
      "azure-native:monitor:DiagnosticSetting orders-process-diagnostics orders-process",
      "azure-native:monitor:DiagnosticSetting orders-retry-diagnostics orders-retry",
      "azure-native:resources:Resource orders-bus-connection orders-bus",
      "azure-native:servicebus:Namespace orders-bus-namespace orders-bus",
      "azure-native:servicebus:Queue orders-bus-queue-orders orders-bus",
      "enterprise-integration:index:ApiConnection orders-bus -",
      "enterprise-integration:index:EventTopic orders-events -",
      "enterprise-integration:index:LogicAppWorkflow orders-process -",
      "enterprise-integration:index:LogicAppWorkflow orders-retry -",
      "enterprise-integration:index:ServiceBusNamespace orders-bus -",
    ]);
    expect(synchronous.filter((one) => !queued.includes(one))).toEqual([
      "azure-native:apimanagement:Backend orders-1-placeOrder-backend orders-1-placeOrder",
      "azure-native:logic:Workflow orders-place-order-workflow orders-place-order",
      "azure-native:monitor:DiagnosticSetting orders-place-order-diagnostics orders-place-order",
      "enterprise-integration:index:GatewayBackend orders-1-placeOrder orders",
      "enterprise-integration:index:LogicAppWorkflow orders-place-order -",
    ]);
  });

  it("are put on the queue by the gateway, valid, with a key and without the client's headers, once it may send", async () => {
    const deployment = await deployQueued();
    const { inputs, dependsOn } = registrationOf(deployment, "orders-policy-1-placeOrder");
    const [, granted = ""] = (inputs.value as string).split(/(?= {4}<set-variable)/);
    const [inbound] = granted.split("  </inbound>");
    const key = KEY.replaceAll('"', "&quot;");
    expect(inbound?.split("\r\n")).toEqual([
      '    <set-variable name="order" value="@(context.Request.Headers.GetValueOrDefault(&quot;Idempotency-Key&quot;, &quot;&quot;))" />',
      "    <choose>",
      `      <when condition="@(!Regex.IsMatch(${key}, &quot;^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$&quot;))">`,
      "        <return-response>",
      '          <set-status code="400" reason="Bad Request" />',
      '          <set-header name="Content-Type" exists-action="override">',
      "            <value>application/problem+json</value>",
      "          </set-header>",
      '          <set-body>{"title":"The header Idempotency-Key must be a uuid","status":400}</set-body>',
      "        </return-response>",
      "      </when>",
      "    </choose>",
      '    <validate-content unspecified-content-type-action="prevent" max-size="102400" size-exceeded-action="prevent">',
      '      <content type="application/json" validate-as="json" action="prevent" />',
      "    </validate-content>",
      '    <send-request mode="new" timeout="20" response-variable-name="queued" ignore-error="true">',
      "      <set-url>https://sbns-orders-test.servicebus.windows.net/orders/messages</set-url>",
      "      <set-method>POST</set-method>",
      '      <set-header name="Content-Type" exists-action="override">',
      "        <value>application/json</value>",
      "      </set-header>",
      '      <set-header name="BrokerProperties" exists-action="override">',
      `        <value>@("{\\"MessageId\\":\\"" + ${KEY} + "\\",\\"CorrelationId\\":\\"" + ${KEY} + "\\"}")</value>`,
      "      </set-header>",
      "      <set-body>@(context.Request.Body.As&lt;string&gt;(preserveContent: true))</set-body>",
      '      <authentication-managed-identity resource="https://servicebus.azure.net"' +
        ' client-id="11111111-1111-4111-8111-111111111111" />',
      "    </send-request>",
      "    <choose>",
      '      <when condition="@(context.Variables.GetValueOrDefault&lt;IResponse&gt;(&quot;queued&quot;)?.StatusCode != 201)">',
      "        <return-response>",
      '          <set-status code="502" reason="Bad Gateway" />',
      '          <set-header name="Content-Type" exists-action="override">',
      "            <value>application/problem+json</value>",
      "          </set-header>",
      '          <set-body>{"title":"The order could not be queued","status":502}</set-body>',
      "        </return-response>",
      "      </when>",
      "    </choose>",
      "    <return-response>",
      '      <set-status code="202" reason="Accepted" />',
      '      <set-header name="Location" exists-action="override">',
      `        <value>@("https://api.contoso.com/orders/" + ${KEY})</value>`,
      "      </set-header>",
      '      <set-header name="Content-Type" exists-action="override">',
      "        <value>application/json</value>",
      "      </set-header>",
      `      <set-body>@("{\\"id\\":\\"" + ${KEY} + "\\",\\"status\\":\\"queued\\"}")</set-body>`,
      "    </return-response>",
      "",
    ]);
    expect(inputs.value).toContain("The scope Orders.Write or the role Orders.Write.All is required");
    expect(dependsOn).toContain("orders-gateway-sends");
  });

  it("are answered as the contract says, and told apart by the client's key", async () => {
    const { paths } = await readContract();
    const text = registrationOf(await deployQueued(), "orders-policy-1-placeOrder").inputs.value as string;
    const [, body = ""] = /<set-body>(@\("\{.*?)<\/set-body>/.exec(text) ?? [];
    const accepted = paths["/"]?.post?.responses["202"] as OpenAPIV3.ResponseObject;
    const answer: unknown = JSON.parse(evaluated(body));
    expect(answer).toEqual({ id: UUID, status: "queued" });
    expect(ajv.validate(accepted.content?.["application/json"]?.schema ?? {}, answer)).toBe(true);
    expect(Object.keys(accepted.headers ?? {})).toEqual(["Location"]);
    const [, broker = ""] = /name="BrokerProperties".*?<value>(.*?)<\/value>/s.exec(text) ?? [];
    expect(JSON.parse(evaluated(broker))).toEqual({ MessageId: UUID, CorrelationId: UUID });
    const [order] = paths["/{orderId}"]?.get?.parameters as OpenAPIV3.ParameterObject[];
    for (const [id, fits] of [
      [UUID, true],
      ["O-2026-000123", true],
      ["1", false],
    ] as const) {
      expect(ajv.validate(order?.schema ?? {}, id)).toBe(fits);
    }
  });

  it("are taken from the queue, placed as those that are not queued, told of, and completed", async () => {
    const definition = await definitionOf("process");
    expect(checkWorkflow(definition)).toEqual([]);
    expect(definition.triggers).toEqual({
      Order_waits: {
        type: "ApiConnection",
        inputs: {
          host: connection,
          method: "GET",
          path: path("/head/peek"),
          queries: { queueType: "Main", sessionId: "None" },
        },
        recurrence: { frequency: "Minute", interval: 1 },
        ...secure("outputs"),
      },
    });
    expect(Object.keys(definition.actions)).toEqual(["Complete", "Decide", "Place"]);
    expect(definition.actions.Complete).toEqual({
      type: "ApiConnection",
      inputs: {
        host: connection,
        method: "DELETE",
        path: path("/complete"),
        queries: { ...settling, queueType: "Main" },
      },
      runAfter: { Place: ["Succeeded"] },
    });
    const { Create_order, Book_shipment, Tell_placed } = definition.actions.Place?.actions ?? {};
    expect(Tell_placed).toEqual({
      type: "Http",
      inputs: {
        ...publishing,
        body: event("order.placed", { orderId: "@body('Create_order')?['orderId']" }),
      },
      runAfter: { Book_shipment: ["Succeeded"] },
    });

    const { placeOrder } = await definitions();
    const asQueued = (action: unknown): unknown =>
      JSON.parse(
        JSON.stringify(action)
          .replaceAll("triggerOutputs()?['headers']?['Idempotency-Key']", "triggerBody()?['CorrelationId']")
          .replaceAll(
            "triggerBody()?['deliverTo']",
            "json(base64ToString(triggerBody()?['ContentData']))?['deliverTo']",
          )
          .replaceAll('"@triggerBody()"', `"@json(base64ToString(triggerBody()?['ContentData']))"`),
      );
    const synchronous = placeOrder.actions.Place as unknown as Steps;
    expect({ Create_order, Book_shipment }).toEqual(asQueued(synchronous.actions));
    expect(Create_order).toMatchObject(secure("inputs", "outputs"));
  });

  it("become dead letters at once where a system refuses them, and are given back after a pause otherwise", async () => {
    const { actions } = await definitionOf("process");
    const status =
      "coalesce(outputs('Book_shipment')?['statusCode'], outputs('Create_order')?['statusCode'], 500)";
    expect(actions.Decide).toEqual({
      type: "If",
      expression:
        `@and(greaterOrEquals(${status}, 400), less(${status}, 500), ` +
        `not(contains(createArray(401, 403, 404, 408, 409, 425, 429), ${status})))`,
      actions: {
        Tell_rejected: {
          type: "Http",
          inputs: {
            ...publishing,
            body: event("order.rejected", { instance: "@workflow()?['run']?['name']" }),
          },
          runAfter: {},
        },
        Put_aside: {
          type: "ApiConnection",
          inputs: {
            host: connection,
            method: "POST",
            path: path("/deadletter"),
            queries: { ...settling, deadLetterReason: "Rejected, run @{workflow()?['run']?['name']}" },
          },
          runAfter: { Tell_rejected: ["Succeeded"] },
        },
      },
      else: {
        actions: {
          Pause: { type: "Wait", inputs: { interval: { count: 2, unit: "Minute" } }, runAfter: {} },
          Give_back: {
            type: "ApiConnection",
            inputs: {
              host: connection,
              method: "POST",
              path: path("/abandon"),
              queries: { ...settling, queueType: "Main" },
            },
            runAfter: { Pause: ["Succeeded"] },
          },
        },
      },
      runAfter: { Place: ["Failed", "TimedOut"] },
    });
  });

  it("go back to the queue from its dead letters when that is switched on, under a message id of their own", async () => {
    const definition = await definitionOf("retry");
    expect(checkWorkflow(definition)).toEqual([]);
    expect(definition).toMatchObject({
      triggers: {
        Dead_letter_waits: {
          inputs: { path: path("/head/peek"), queries: { queueType: "DeadLetter", sessionId: "None" } },
          ...secure("outputs"),
        },
      },
      actions: {
        Send_again: {
          inputs: {
            host: connection,
            method: "POST",
            path: path(""),
            queries: { systemProperties: "None" },
            body: {
              ContentData: "@triggerBody()?['ContentData']",
              ContentType: "@triggerBody()?['ContentType']",
              MessageId: "@workflow()?['run']?['name']",
              CorrelationId: "@triggerBody()?['CorrelationId']",
            },
          },
          ...secure("inputs", "outputs"),
        },
        Complete: {
          inputs: { path: path("/complete"), queries: { ...settling, queueType: "DeadLetter" } },
          runAfter: { Send_again: ["Succeeded"] },
        },
      },
    });
    for (const [retryDeadLetters, state] of [
      [false, "Disabled"],
      [true, "Enabled"],
    ] as const) {
      const deployment = await deployQueued({ retryDeadLetters });
      expect(registrationOf(deployment, "orders-retry-workflow").inputs.state).toBe(state);
      expect(registrationOf(deployment, "orders-process-workflow").inputs.state).toBe("Enabled");
    }
  });

  it("are for each identity to send or receive, and to publish, and for nothing else", async () => {
    const deployment = await deployQueued();
    const group = `/subscriptions/${deployment.azure.subscriptionId}/resourceGroups/rg-orders-test/providers`;
    const queue = `${group}/Microsoft.ServiceBus/namespaces/sbns-orders-test/queues/orders`;
    const topic = `${group}/Microsoft.EventGrid/topics/evgt-orders-test`;
    const [gateway] = deployment.azure.all("azure-native:managedidentity:UserAssignedIdentity");
    const workflow = (name: string) =>
      deployment.azure.all("azure-native:logic:Workflow").find(({ inputs }) => inputs.workflowName === name)
        ?.outputs.identity as { readonly principalId: string } | undefined;
    const [send, receive, publish] = [
      "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
      "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
      "d5a91429-5739-47e2-a06b-3470a27159e7",
    ];
    const granted = deployment.registrations
      .filter(({ type }) => type.endsWith(":RoleAssignment"))
      .map(({ inputs }) => [
        inputs.principalId,
        (inputs.roleDefinitionId as string).split("/").at(-1),
        inputs.scope,
      ]);
    const process = workflow("logic-orders-process")?.principalId;
    const retry = workflow("logic-orders-retry")?.principalId;
    expect(granted).toHaveLength(5);
    expect(granted).toEqual(
      expect.arrayContaining([
        [gateway?.outputs.principalId, send, queue],
        [process, receive, queue],
        [process, publish, topic],
        [retry, receive, queue],
        [retry, send, queue],
      ]),
    );
    expect(new Set([gateway?.outputs.principalId, process, retry, undefined]).size).toBe(4);
  });

  it("are tried as often as is said, are not deleted with a stack that is protected, and are told of where that is asked for", async () => {
    const url = "https://shop.contoso.com/order-events";
    const deployment = await deployQueued(
      { maxDeliveryCount: 3, subscriber: { url, audience: "api://shop" } },
      true,
    );
    expect(registrationOf(deployment, "orders-bus-queue-orders").inputs).toMatchObject({
      maxDeliveryCount: 3,
      lockDuration: "PT300S",
      requiresDuplicateDetection: true,
    });
    expect(registrationOf(deployment, "orders-bus-namespace").protect).toBe(true);
    expect(registrationOf(deployment, "orders-events-subscription-subscriber").inputs.destination).toEqual({
      endpointType: "WebHook",
      endpointUrl: url,
      minimumTlsVersionAllowed: "1.2",
      azureActiveDirectoryTenantId: "00000000-0000-4000-8000-000000000002",
      azureActiveDirectoryApplicationIdOrUri: "api://shop",
    });
  });

  it("plan the same when they are built again", async () => {
    expect(plan(await deployQueued())).toEqual(plan(await deployQueued()));
  });

  it("are asked for by settings of which each problem is told", () => {
    const issues = (placing: unknown) =>
      parseSettings(
        configuration({ ...OWN_GATEWAY, integrations: { orders: { backends: BACKENDS, placing } } }),
        new Set(),
        PROJECT,
        integrationSchemas,
      ).issues?.map(({ path: at, rule, fix }) => `${at}: ${rule}; ${fix}`);
    expect(issues({ kind: "queued" })).toBeUndefined();
    expect(issues({ kind: "later" })).toEqual([
      "integrations.orders.placing.kind: must be synchronous or queued; write synchronous or queued",
    ]);
    expect(
      issues({ kind: "queued", maxDeliveryCount: 0, subscriber: { url: "http://shop.contoso.com/?code=1" } }),
    ).toEqual([
      "integrations.orders.placing.maxDeliveryCount: must be a whole number of at least 1; correct it: Times that an order is tried before it goes to the dead-letter queue",
      "integrations.orders.placing.subscriber.url: a service is reached by https, and its address ends without slash, query and fragment, at most 2,000 characters; give an address such as https://orders.contoso.com/v1",
    ]);
    expect(issues({ kind: "synchronous", retryDeadLetters: true })).toEqual([
      "integrations.orders.placing.retryDeadLetters: is not a setting; remove it; the settings here are kind",
    ]);
  });
});
