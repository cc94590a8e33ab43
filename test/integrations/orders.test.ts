import { join } from "node:path";
import SwaggerParser from "@apidevtools/swagger-parser";
import type { OpenAPIV3 } from "openapi-types";
import { orders } from "../../integrations/orders";
import type { Properties } from "../../rehearsal/azure/resource-type";
import { seedGateway, seedWorkspace } from "../components/fixtures";
import { deploy, identities, plan, registrationOf } from "../components/harness";
import { ajv, checkExamples } from "./examples";
import { givenTo } from "./fixtures";

const CONTRACT = join(__dirname, "../../integrations/orders/openapi.yaml");

const settings = orders.settings.parse({
  backends: {
    orderManagement: { url: "https://orders.contoso.com/v1", audience: "api://contoso-orders" },
    shipping: { url: "https://carrier.example.com", audience: "api://carrier" },
  },
});

const deployOrders = ({ logged = false, portalUrl }: { logged?: boolean; portalUrl?: string } = {}) =>
  deploy((azure) => {
    return orders.deploy({
      ...givenTo("orders", seedGateway(azure)),
      settings,
      workspaceId: logged ? seedWorkspace(azure) : undefined,
      portalUrl,
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
    expect(bodies).toBe(13);
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
      "azure-native:resources:ResourceGroup orders-group -",
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
    const registration = deployment.azure
      .all("azuread:index/application:Application")
      .find(({ inputs }) => inputs.displayName === "orders api");
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
        "    </cors>",
        "    <base />",
        `    <validate-azure-ad-token tenant-id="${deployment.azure.tenantId}" header-name="Authorization"` +
          ' failed-validation-httpcode="401" failed-validation-error-message="A valid token is required"' +
          ' output-token-variable-name="token">',
        "      <audiences>",
        `        <audience>${registration?.outputs.clientId as string}</audience>`,
        "      </audiences>",
        "    </validate-azure-ad-token>",
        '    <rate-limit-by-key calls="60" renewal-period="60"' +
          ' counter-key="@(((Jwt)context.Variables[&quot;token&quot;]).Claims.GetValueOrDefault(&quot;azp&quot;, &quot;unknown&quot;))"' +
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
