import * as pulumi from "@pulumi/pulumi";
import {
  graphQlContract,
  openApiContract,
  operations,
  wsdlContract,
  type RestContract,
} from "../../../components/contracts";
import { GatewayAuthorizationServer } from "../../../components/gateway/authorization-server";
import { GatewayBackend } from "../../../components/gateway/backend";
import { GatewayApi, type ApiRevision, type GatewayApiArgs } from "../../../components/gateway/gateway-api";
import { GatewayLogger } from "../../../components/gateway/logger";
import { GatewayNamedValue } from "../../../components/gateway/named-value";
import { GatewayProduct } from "../../../components/gateway/product";
import { GatewayTag } from "../../../components/gateway/tag";
import { GatewayVersionSet } from "../../../components/gateway/version-set";
import { LogicAppWorkflow } from "../../../components/logic-app-workflow";
import { checkHeader, policyDocument, setHeader } from "../../../policies/gateway";
import type { SimulatedAzure } from "../../../rehearsal/azure";
import { defineWorkflow, recurrenceTrigger, requestTrigger, response } from "../../../workflow";
import { CALLER, gatewayReference, seedGateway, seedGroups } from "../fixtures";
import {
  deferred,
  deploy,
  identities,
  lateRefusal,
  plan,
  refusal,
  registrationOf,
  start,
  valueOf,
} from "../harness";

const POLICY = policyDocument({
  scope: "api",
  inbound: [
    checkHeader({
      name: "X-Partner",
      failedCheckHttpcode: 401,
      failedCheckErrorMessage: "Who are you?",
      ignoreCase: true,
    }),
  ],
});

const CONTRACT = JSON.stringify({
  openapi: "3.0.3",
  info: { title: "Orders", version: "1", description: "Place and follow orders." },
  paths: {
    "/": { post: { operationId: "placeOrder", responses: { 201: { description: "Placed" } } } },
    "/{orderId}": {
      get: {
        operationId: "getOrder",
        parameters: [{ name: "orderId", in: "path", required: true, schema: { type: "string" } }],
        responses: { 200: { description: "An order" } },
      },
    },
  },
});

let contract: RestContract;
beforeAll(async () => {
  contract = await openApiContract(CONTRACT, "orders.json");
});

const CALLERS = { addresses: ["192.0.2.10"], token: CALLER };
const PLACE_ORDER = defineWorkflow({
  trigger: requestTrigger({ method: "POST" }),
  actions: { Answer: response({ statusCode: 201 }) },
});
const GET_ORDER = defineWorkflow({
  trigger: requestTrigger({ method: "GET", relativePath: "{orderId}" }),
  actions: { Answer: response({ statusCode: 200 }) },
});

function workflow(role: string, definition = PLACE_ORDER): LogicAppWorkflow {
  return new LogicAppWorkflow(role, {
    resourceGroupName: "rg-orders",
    workflowName: `logic-${role}`,
    location: "westeurope",
    definition,
    callers: CALLERS,
  });
}

const serviceArgs = (): GatewayApiArgs => ({
  gateway: gatewayReference(),
  path: "orders",
  contract,
  backend: { kind: "service", url: "https://orders.contoso.com/v1" },
  policy: POLICY,
});

function workflowArgs(azure: SimulatedAzure): GatewayApiArgs {
  seedGroups(azure, "rg-orders");
  return {
    gateway: seedGateway(azure),
    path: "orders",
    contract,
    backend: {
      kind: "workflows",
      operations: {
        placeOrder: { workflow: workflow("place-order") },
        getOrder: { workflow: workflow("get-order", GET_ORDER) },
      },
    },
    policy: POLICY,
    operationPolicies: {
      getOrder: policyDocument({
        scope: "operation",
        outbound: [setHeader({ name: "Cache-Control", existsAction: "override", values: ["no-store"] })],
      }),
    },
  };
}

const ofService = () =>
  deploy((azure) => {
    seedGateway(azure);
    return new GatewayApi("orders", serviceArgs());
  });
const ofWorkflows = () => deploy((azure) => new GatewayApi("orders", workflowArgs(azure)));
const sold = () =>
  deploy((azure) => {
    const args = workflowArgs(azure);
    const orders = new GatewayApi("orders", args);
    return new GatewayProduct("shop", {
      gateway: args.gateway,
      displayName: "Shop",
      description: "Everything for a shop.",
      apis: { orders },
    });
  });

const PLACE = { resourceGroupName: "rg-gateway", serviceName: "apim-contoso-test" };

describe("GatewayApi", () => {
  it("is an API with its policy where only the required is given", async () => {
    const deployment = await ofService();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Api orders-api-1 orders",
      "azure-native:apimanagement:ApiPolicy orders-policy-1 orders",
      "enterprise-integration:index:GatewayApi orders -",
    ]);
    expect(registrationOf(deployment, "orders-api-1").inputs).toEqual({
      ...PLACE,
      apiId: "orders",
      path: "orders",
      displayName: "Orders",
      description: "Place and follow orders.",
      protocols: ["https"],
      subscriptionRequired: true,
      format: "openapi+json",
      value: contract.import.value,
      serviceUrl: "https://orders.contoso.com/v1",
    });
  });

  it("writes its policy with the base of each section", async () => {
    expect(registrationOf(await ofService(), "orders-policy-1").inputs).toEqual({
      ...PLACE,
      apiId: "orders;rev=1",
      policyId: "policy",
      format: "xml",
      // https://learn.microsoft.com/azure/api-management/check-header-policy
      value: [
        "<policies>",
        "  <inbound>",
        "    <base/>",
        '    <check-header name="X-Partner" failed-check-httpcode="401" failed-check-error-message="Who are you?" ignore-case="true"/>',
        "  </inbound>",
        "  <backend>",
        "    <base/>",
        "  </backend>",
        "  <outbound>",
        "    <base/>",
        "  </outbound>",
        "  <on-error>",
        "    <base/>",
        "  </on-error>",
        "</policies>",
      ].join("\n"),
    });
  });

  it("shows its address and id", async () => {
    const { result, registeredOutputs, azure } = await ofService();
    const api = azure.all("azure-native:apimanagement:Api").find(({ outputs }) => outputs.path === "orders");
    expect(await valueOf(result.url)).toBe("https://api.contoso.com/orders");
    expect(registeredOutputs.orders).toEqual({ apiId: api?.id, url: "https://api.contoso.com/orders" });
  });

  it("has a backend for each workflow, an operation policy for each operation, and a product", async () => {
    const deployment = await ofWorkflows();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Api orders-api-1 orders",
      "azure-native:apimanagement:ApiOperationPolicy orders-policy-1-getOrder orders",
      "azure-native:apimanagement:ApiOperationPolicy orders-policy-1-placeOrder orders",
      "azure-native:apimanagement:ApiPolicy orders-policy-1 orders",
      "azure-native:apimanagement:Backend orders-1-getOrder-backend orders-1-getOrder",
      "azure-native:apimanagement:Backend orders-1-placeOrder-backend orders-1-placeOrder",
      "azure-native:apimanagement:Product orders-product orders",
      "azure-native:apimanagement:ProductApi orders-product-api orders",
      "azure-native:apimanagement:ProductGroup orders-product-group-developers orders",
      "azure-native:apimanagement:ProductGroup orders-product-group-guests orders",
      "azure-native:logic:Workflow get-order-workflow get-order",
      "azure-native:logic:Workflow place-order-workflow place-order",
      "enterprise-integration:index:GatewayApi orders -",
      "enterprise-integration:index:LogicAppWorkflow get-order -",
      "enterprise-integration:index:LogicAppWorkflow place-order -",
    ]);
    expect(registrationOf(deployment, "orders-product").inputs).toEqual({
      ...PLACE,
      productId: "orders",
      displayName: "Orders",
      description: "Place orders and follow them.",
      terms: "Your own orders only.",
      subscriptionRequired: true,
      approvalRequired: false,
      state: "published",
    });
  });

  it("reaches workflows by https with a checked certificate, and names no address where none may answer", async () => {
    const deployment = await ofWorkflows();
    const endpoint = deployment.azure
      .all("azure-native:logic:Workflow")
      .find(({ id }) => id.endsWith("/logic-get-order"))?.outputs.accessEndpoint as string;
    expect(endpoint).toMatch(/^https:/);
    expect(registrationOf(deployment, "orders-1-getOrder-backend").inputs).toEqual({
      ...PLACE,
      backendId: "orders-getOrder",
      description: "The workflow that answers getOrder",
      protocol: "http",
      url: `${endpoint}/triggers`,
      tls: { validateCertificateChain: true, validateCertificateName: true },
    });
    expect(registrationOf(deployment, "orders-api-1").inputs.serviceUrl).toBe("https://unanswered.invalid");
  });

  it("brings an operation to its workflow's trigger in the gateway's own name", async () => {
    const { value } = registrationOf(await ofWorkflows(), "orders-policy-1-getOrder").inputs;
    // The steps are those of an imported logic app, with a token in place of the signature:
    // https://learn.microsoft.com/azure/api-management/import-logic-app-as-api
    // https://learn.microsoft.com/azure/api-management/set-backend-service-policy
    // https://learn.microsoft.com/azure/api-management/rewrite-uri-policy
    // https://learn.microsoft.com/azure/api-management/set-method-policy
    // https://learn.microsoft.com/azure/api-management/set-header-policy
    // https://learn.microsoft.com/azure/api-management/authentication-managed-identity-policy
    // https://learn.microsoft.com/azure/api-management/forward-request-policy
    expect(value).toBe(
      [
        "<policies>",
        "  <inbound>",
        "    <base/>",
        '    <set-backend-service backend-id="orders-getOrder"/>',
        '    <rewrite-uri template="/manual/paths/invoke/{orderId}?api-version=2016-10-01" copy-unmatched-params="false"/>',
        "    <set-method>GET</set-method>",
        '    <set-header name="Ocp-Apim-Subscription-Key" exists-action="delete"/>',
        '    <authentication-managed-identity resource="api://22222222-2222-4222-8222-222222222222"' +
          ' client-id="11111111-1111-4111-8111-111111111111"/>',
        "  </inbound>",
        "  <backend>",
        "    <!-- without base: the section holds one policy, and a workflow has its own timeout -->",
        '    <forward-request timeout="120"/>',
        "  </backend>",
        "  <outbound>",
        "    <base/>",
        '    <set-header name="Cache-Control" exists-action="override">',
        "      <value>no-store</value>",
        "    </set-header>",
        "  </outbound>",
        "  <on-error>",
        "    <base/>",
        "  </on-error>",
        "</policies>",
      ].join("\n"),
    );
  });

  it("writes to the API one step after the other, and sells it when its policies stand", async () => {
    const deployment = await ofWorkflows();
    const place = deployment.azure.log
      .filter(
        ({ operation, token, id }) => operation === "create" && token.startsWith("azure-native:api") && id,
      )
      .map(({ token, id }) => `${token.split(":")[2] ?? ""} ${(id ?? "").split("/").slice(10).join("/")}`);
    const before = (first: string, second: string) => {
      expect(place).toContain(first);
      expect(place).toContain(second);
      expect(place.indexOf(first)).toBeLessThan(place.indexOf(second));
    };
    before("Api orders", "ApiPolicy orders/policies/policy");
    before(
      "ApiPolicy orders/policies/policy",
      "ApiOperationPolicy orders/operations/getorder/policies/policy",
    );
    before(
      "ApiOperationPolicy orders/operations/getorder/policies/policy",
      "ApiOperationPolicy orders/operations/placeorder/policies/policy",
    );
    before(
      "ApiOperationPolicy orders/operations/placeorder/policies/policy",
      "ProductApi orders/apis/orders",
    );
    before("Backend orders-getOrder", "ApiOperationPolicy orders/operations/getorder/policies/policy");
    expect(registrationOf(deployment, "orders-product-api").dependsOn).toEqual([
      "orders-policy-1-placeOrder",
      "orders-product",
    ]);
  });

  it("repeats refused writes of every child", async () => {
    const { registrations } = await ofWorkflows();
    const children = registrations.filter(({ parent }) => parent === "orders");
    expect(children.filter(({ errorHooks }) => errorHooks.length === 0)).toEqual([]);
  });

  it("waits for what its policies refer to", async () => {
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      const partner = new apimanagement.NamedValue("partner", {
        ...PLACE,
        namedValueId: "partner",
        displayName: "partner",
        value: "contoso",
      });
      return new GatewayApi("orders", {
        ...serviceArgs(),
        gateway: { ...gateway, policyDependencies: [partner] },
      });
    });
    expect(registrationOf(deployment, "orders-policy-1").dependsOn).toEqual(["orders-api-1", "partner"]);
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await ofWorkflows())).toEqual(plan(await ofWorkflows()));
  });

  it("creates the product while the address of the backend is not known yet", async () => {
    const url = deferred<string>();
    const run = await start((azure) => {
      seedGateway(azure);
      return new GatewayApi("orders", {
        ...serviceArgs(),
        backend: { kind: "service", url: url.promise },
        product: { id: "orders", displayName: "Orders", description: "Orders" },
      });
    });
    const product = await run.registered("orders-product");
    expect(product.inputs.approvalRequired).toBe(true);
    await run.registered("orders-product-group-developers");
    expect(run.registrations.map(({ name }) => name)).not.toContain("orders-api");
    url.resolve("https://orders.contoso.com");
    expect(registrationOf(await run.finish(), "orders-api").inputs.serviceUrl).toBe(
      "https://orders.contoso.com",
    );
  });

  it("checks its policy again when late values are known", async () => {
    const filler =
      "<policies><inbound><base/></inbound><backend><base/></backend><outbound><base/></outbound><on-error><base/></on-error></policies>";
    const reason = await lateRefusal("orders-policy", "value", filler, (azure, opts) => {
      const gateway = { ...seedGateway(azure), namedValues: new Set(["partner"]) };
      const policy = policyDocument({
        scope: "api",
        inbound: [
          setHeader({ name: "X-Partner", existsAction: "override", values: [pulumi.output("{{partnr}}")] }),
        ],
      });
      return new GatewayApi("orders", { ...serviceArgs(), gateway, policy }, opts);
    });
    expect(reason).toBe(
      [
        'The policy "orders-policy" is not valid: 1 problem',
        "  - inbound[1].set-header.value[0]: {{...}} names a named value of the gateway (received {{partnr}})",
        "    fix: write {{partner}}",
      ].join("\n"),
    );
  });

  describe("of a workflow alone", () => {
    it("has an operation for the trigger", async () => {
      const deployment = await deploy((azure) => {
        seedGroups(azure, "rg-orders");
        const gateway = seedGateway(azure);
        return new GatewayApi("orders", {
          gateway,
          path: "orders",
          workflow: workflow("get-order", GET_ORDER),
          title: "Orders",
          policy: POLICY,
        });
      });
      expect(identities(deployment).filter((identity) => identity.includes("apimanagement"))).toEqual([
        "azure-native:apimanagement:Api orders-api-1 orders",
        "azure-native:apimanagement:ApiOperationPolicy orders-policy-1-manual orders",
        "azure-native:apimanagement:ApiPolicy orders-policy-1 orders",
        "azure-native:apimanagement:Backend orders-1-manual-backend orders-1-manual",
      ]);
      expect(registrationOf(deployment, "orders-policy-1-manual").inputs.value).toContain(
        '<rewrite-uri template="/manual/paths/invoke/{orderId}?api-version=2016-10-01" copy-unmatched-params="false"/>',
      );
    });
  });

  describe("refuses", () => {
    const refuse = (more: Partial<GatewayApiArgs>) =>
      refusal("orders", () => new GatewayApi("orders", { ...serviceArgs(), ...more }));

    it("everything that is wrong, at once", async () => {
      const operationPolicy = policyDocument({ scope: "operation" });
      expect(
        await refuse({
          gateway: { ...GATEWAY, namedValues: new Set() },
          path: "/orders",
          policy: policyDocument({
            scope: "api",
            inbound: [setHeader({ name: "X", existsAction: "override", values: ["{{partner}}"] })],
          }),
          operationPolicies: { cancelOrder: operationPolicy },
        }),
      ).toBe(
        [
          'GatewayApi "orders" is not valid: 3 problems',
          "  - path: a path has 1 to 400 characters without slash at either end and without any of * # & + : < > ?" +
            ' (received "/orders")',
          "    fix: choose a name of 1 to 400 characters without slash at either end and without any of * # & + : < > ?",
          "  - policy.inbound[1].set-header.value[0]: {{...}} names a named value of the gateway (received {{partner}})",
          "    fix: add the named value to the gateway",
          "  - operationPolicies.cancelOrder: the contract has the operations placeOrder, getOrder" +
            ' (received "cancelOrder")',
          "    fix: use an operationId of the contract",
        ].join("\n"),
      );
    });

    it("operations that nobody answers, and answers that nobody asks for", async () => {
      const message = await refusal("orders", (azure) => {
        seedGroups(azure, "rg-orders");
        const scheduled = new LogicAppWorkflow("nightly", {
          resourceGroupName: "rg-orders",
          workflowName: "logic-nightly",
          location: "westeurope",
          definition: defineWorkflow({
            trigger: recurrenceTrigger({ frequency: "Day", interval: 1 }),
            actions: {},
          }),
        });
        const backend: GatewayApiArgs = {
          ...serviceArgs(),
          backend: {
            kind: "workflows",
            operations: {
              placeOrder: { workflow: workflow("get-order", GET_ORDER) },
              cancelOrder: { workflow: workflow("cancel-order"), trigger: "Absent" },
              deleteOrder: { workflow: scheduled },
            },
          },
        };
        return new GatewayApi("orders", backend);
      });
      expect(message).toBe(
        [
          'GatewayApi "orders" is not valid: 6 problems',
          "  - backend.operations.placeOrder.trigger: the trigger's relative path takes its parameters from the" +
            ' operation\'s path / (received "{orderId}")',
          "    fix: add {orderId} to the operation's path",
          "  - backend.operations.cancelOrder: the contract has the operations placeOrder, getOrder" +
            ' (received "cancelOrder")',
          "    fix: use an operationId of the contract",
          "  - backend.operations.cancelOrder.trigger: a request trigger of the workflow answers an operation; it has" +
            ' manual (received "Absent")',
          "    fix: name one of its request triggers",
          "  - backend.operations.deleteOrder: the contract has the operations placeOrder, getOrder" +
            ' (received "deleteOrder")',
          "    fix: use an operationId of the contract",
          "  - backend.operations.deleteOrder.trigger: a request trigger of the workflow answers an operation; it has" +
            ' none (received "nothing")',
          "    fix: name one of its request triggers",
          "  - backend.operations: every operation is answered; GET /{orderId} is not",
          "    fix: name the workflow that answers getOrder",
        ].join("\n"),
      );
    });

    it.each(["orders/", "", "orders?x", "a".repeat(401)])("the path %j", async (path) => {
      expect(await refuse({ path })).toContain("path: a path has 1 to 400 characters");
    });

    const NO_SERVICE = (received: string) =>
      [
        'GatewayApi "orders" is not valid: 1 problem',
        "  - backend.url: a service is reached by https, and its address ends without slash, query and fragment" +
          ` (received "${received}")`,
        "    fix: give an address such as https://orders.contoso.com/v1",
      ].join("\n");

    it.each([
      "http://orders.contoso.com",
      "orders.contoso.com",
      "https://orders.contoso.com/",
      "https://orders.contoso.com?v=1",
    ])("the web service %s", async (url) => {
      expect(await refuse({ backend: { kind: "service", url } })).toBe(NO_SERVICE(url));
    });

    it("a web service whose address turns out to be none", async () => {
      const reason = await lateRefusal(
        "orders-api-1",
        "serviceUrl",
        "https://orders.contoso.com",
        (azure, opts) => {
          seedGateway(azure);
          const url = pulumi.output("http://orders.contoso.com");
          return new GatewayApi("orders", { ...serviceArgs(), backend: { kind: "service", url } }, opts);
        },
      );
      expect(reason).toBe(NO_SERVICE("http://orders.contoso.com"));
    });
  });
});
