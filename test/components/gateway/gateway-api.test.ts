import * as pulumi from "@pulumi/pulumi";
import {
  graphQlContract,
  openApiContract,
  operations,
  readWsdlContract,
  type RestContract,
} from "../../../components/contracts";
import type { ApiAccess } from "../../../components/gateway/api-access";
import { GatewayAuthorizationServer } from "../../../components/gateway/authorization-server";
import { GatewayBackend } from "../../../components/gateway/backend";
import { GatewayApi, type ApiRevision, type GatewayApiArgs } from "../../../components/gateway/gateway-api";
import { GatewayNamedValue } from "../../../components/gateway/named-value";
import { GatewayProduct } from "../../../components/gateway/product";
import type { GatewayReference } from "../../../components/gateway/reference";
import { GatewayTag } from "../../../components/gateway/tag";
import { GatewayVersionSet } from "../../../components/gateway/version-set";
import { LogicAppWorkflow } from "../../../components/logic-app-workflow";
import { checkHeader, policyDocument, setHeader } from "../../../policies/gateway";
import type { SimulatedAzure } from "../../../rehearsal/azure";
import { receivedUrl } from "../../../validation/issue";
import { defineWorkflow, recurrenceTrigger, requestTrigger, response } from "../../../workflow";
import { CALLER, gatewayReference, NO_TOKENS, PLACE, seedGateway, seedGroups } from "../fixtures";
import { insightsLogger, seedReadingGateway } from "./standing";
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

const CALLERS = { addresses: ["192.0.2.10"], token: CALLER, location: "westeurope" };
const PLACE_ORDER = defineWorkflow({
  trigger: requestTrigger("manual", { method: "POST" }),
  actions: [response("Answer", { statusCode: 201 })],
});
const GET_ORDER = defineWorkflow({
  trigger: requestTrigger("manual", { method: "GET", relativePath: "{orderId}" }),
  actions: [response("Answer", { statusCode: 200 })],
});

const BY_SIGNATURE = defineWorkflow({
  trigger: requestTrigger("manual", {
    method: "POST",
    relativePath: "{customer}/orders",
    authorization: "signature",
  }),
  actions: [response("Answer", { statusCode: 202 })],
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
  anonymous: NO_TOKENS,
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
    anonymous: NO_TOKENS,
    operationPolicies: {
      getOrder: policyDocument({
        scope: "operation",
        outbound: [setHeader({ name: "Cache-Control", existsAction: "override", values: ["no-store"] })],
      }),
    },
  };
}

function authorizationServer(gateway: GatewayReference): GatewayAuthorizationServer {
  return new GatewayAuthorizationServer("entra", {
    gateway,
    displayName: "Microsoft Entra ID",
    authorizationEndpoint: "https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize",
    tokenEndpoint: "https://login.microsoftonline.com/contoso/oauth2/v2.0/token",
    clientRegistrationEndpoint: "https://entra.microsoft.com",
    clientId: "55555555-5555-4555-8555-555555555555",
  });
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
      apiId: "orders;rev=1",
      apiRevision: "1",
      path: "orders",
      displayName: "Orders",
      description: "Place and follow orders.",
      protocols: ["https"],
      subscriptionRequired: true,
      subscriptionKeyParameterNames: { header: "Ocp-Apim-Subscription-Key", query: "subscription-key" },
      format: "openapi+json",
      value: contract.import.value,
      serviceUrl: "https://unanswered.invalid",
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
        "    <base />",
        '    <check-header name="X-Partner" failed-check-httpcode="401" failed-check-error-message="Who are you?" ignore-case="true" />',
        '    <set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" />',
        '    <set-query-parameter name="subscription-key" exists-action="delete" />',
        '    <set-header name="Authorization" exists-action="delete" />',
        '    <set-backend-service base-url="https://orders.contoso.com/v1" />',
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
    });
  });

  it.each<[string, ApiAccess, readonly string[]]>([
    [
      "the key, whatever carries it",
      { kind: "subscription", header: "X-Key" },
      [
        '<set-header name="X-Key" exists-action="delete" />',
        '<set-query-parameter name="subscription-key" exists-action="delete" />',
      ],
    ],
    ["no key where there is none", { kind: "open", because: "public reference data" }, []],
  ])("keeps from the service %s", async (_what, access, removed) => {
    const deployment = await deploy((azure) => {
      seedGateway(azure);
      return new GatewayApi("orders", { ...serviceArgs(), access });
    });
    const { value } = registrationOf(deployment, "orders-policy-1").inputs;
    expect((value as string).match(/<set-(?:header|query)[^>]*>/g) ?? []).toEqual([
      ...removed,
      '<set-header name="Authorization" exists-action="delete" />',
    ]);
  });

  it("hands on the client's token where that was said, with the reason", async () => {
    const deployment = await deploy((azure) => {
      seedGateway(azure);
      return new GatewayApi("orders", {
        ...serviceArgs(),
        forwardsToken: { because: "It validates tokens itself." },
      });
    });
    expect(registrationOf(deployment, "orders-policy-1").inputs.value).not.toContain('name="Authorization"');
  });

  it("shows its address and id", async () => {
    const { result, registeredOutputs } = await ofService();
    expect(await valueOf(result.url)).toBe("https://api.contoso.com/orders");
    expect(registeredOutputs.orders).toEqual({ apiId: "orders", url: "https://api.contoso.com/orders" });
  });

  it("has a backend for each workflow, and an operation policy for each operation", async () => {
    const deployment = await ofWorkflows();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Api orders-api-1 orders",
      "azure-native:apimanagement:ApiOperationPolicy orders-policy-1-getOrder orders",
      "azure-native:apimanagement:ApiOperationPolicy orders-policy-1-placeOrder orders",
      "azure-native:apimanagement:ApiPolicy orders-policy-1 orders",
      "azure-native:apimanagement:Backend orders-1-getOrder-backend orders-1-getOrder",
      "azure-native:apimanagement:Backend orders-1-placeOrder-backend orders-1-placeOrder",
      "azure-native:logic:Workflow get-order-workflow get-order",
      "azure-native:logic:Workflow place-order-workflow place-order",
      "enterprise-integration:index:GatewayApi orders -",
      "enterprise-integration:index:GatewayBackend orders-1-getOrder orders",
      "enterprise-integration:index:GatewayBackend orders-1-placeOrder orders",
      "enterprise-integration:index:LogicAppWorkflow get-order -",
      "enterprise-integration:index:LogicAppWorkflow place-order -",
    ]);
  });

  it("reaches workflows by https with a checked certificate, and names no address where none may answer", async () => {
    const deployment = await ofWorkflows();
    const endpoint = deployment.azure
      .all("azure-native:logic:Workflow")
      .find(({ id }) => id.endsWith("/logic-get-order"))?.outputs.accessEndpoint as string;
    expect(endpoint).toMatch(/^https:/);
    expect(registrationOf(deployment, "orders-1-getOrder-backend").inputs).toEqual({
      ...PLACE,
      backendId: "orders-1-getOrder",
      description: "The workflow that answers getOrder",
      type: "Single",
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
        "    <base />",
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
        '    <set-header name="Cache-Control" exists-action="override">',
        "      <value>no-store</value>",
        "    </set-header>",
        "  </outbound>",
        "  <on-error>",
        "    <base />",
        "  </on-error>",
        "</policies>",
      ].join("\r\n"),
    );
  });

  it("writes to the API one step after the other, and sells it when its policies stand", async () => {
    const deployment = await sold();
    const dependencies = (name: string) => registrationOf(deployment, name).dependsOn;
    expect(dependencies("orders-api-1")).toEqual([]);
    expect(dependencies("orders-policy-1")).toEqual(["orders-api-1"]);
    expect(dependencies("orders-policy-1-getOrder")).toEqual([
      "orders-1-getOrder-backend",
      "orders-policy-1",
    ]);
    expect(dependencies("orders-policy-1-placeOrder")).toEqual([
      "orders-1-placeOrder-backend",
      "orders-policy-1-getOrder",
    ]);
    expect(dependencies("shop-api-orders")).toEqual(["orders-policy-1-placeOrder", "shop-product"]);
  });

  it("repeats refused writes of every child", async () => {
    const { registrations } = await ofWorkflows();
    const children = registrations.filter(({ type }) => type.startsWith("azure-native:apimanagement"));
    expect(children.length).toBe(6);
    expect(children.filter(({ errorHooks }) => errorHooks.length === 0)).toEqual([]);
  });

  it("waits for what its policies refer to", async () => {
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      const partner = new GatewayNamedValue("partner", { gateway, value: "contoso" });
      const backend = new GatewayBackend("catalog", {
        gateway,
        url: "https://catalog.contoso.com",
        credentials: { kind: "unauthenticated", because: "it is made up" },
      });
      return new GatewayApi("orders", {
        ...serviceArgs(),
        gateway,
        backend: { kind: "backend", target: backend },
        policy: policyDocument({
          scope: "api",
          inbound: [setHeader({ name: "X-Partner", existsAction: "override", values: [partner.reference] })],
        }),
      });
    });
    expect(registrationOf(deployment, "orders-policy-1").dependsOn).toEqual([
      "catalog-backend",
      "orders-api-1",
      "partner-named-value",
    ]);
  });

  it("sends what its policy lets through to its backend, in the gateway's own name", async () => {
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      const target = new GatewayBackend("catalog", {
        gateway,
        url: "https://catalog.contoso.com",
        credentials: { kind: "managedIdentity", resource: "api://catalog" },
      });
      return new GatewayApi("orders", { ...serviceArgs(), gateway, backend: { kind: "backend", target } });
    });
    expect(registrationOf(deployment, "orders-policy-1").inputs.value).toContain(
      [
        '    <check-header name="X-Partner" failed-check-httpcode="401" failed-check-error-message="Who are you?" ignore-case="true" />',
        '    <set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" />',
        '    <set-query-parameter name="subscription-key" exists-action="delete" />',
        '    <set-header name="Authorization" exists-action="delete" />',
        '    <set-backend-service backend-id="catalog" />',
        '    <authentication-managed-identity resource="api://catalog" client-id="11111111-1111-4111-8111-111111111111" />',
        "  </inbound>",
      ].join("\r\n"),
    );
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await ofWorkflows())).toEqual(plan(await ofWorkflows()));
  });

  it("starts before what it does not need is known", async () => {
    const url = deferred<string>();
    const run = await start((azure) => {
      const gateway = seedGateway(azure);
      const tag = new GatewayTag("sales", { gateway, displayName: "Sales" });
      return new GatewayApi("orders", {
        ...serviceArgs(),
        gateway,
        tags: { sales: tag },
        backend: { kind: "service", url: url.promise },
      });
    });
    await run.registered("orders-api-1");
    expect(run.registrations.map(({ name }) => name)).not.toContain("orders-policy-1");
    url.resolve("https://orders.contoso.com");
    expect(registrationOf(await run.finish(), "orders-policy-1").inputs.value).toContain(
      'base-url="https://orders.contoso.com"',
    );
  });

  it("checks its policy again when late values are known", async () => {
    const filler =
      "<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>";
    const reason = await lateRefusal("orders-policy-1", "value", filler, (azure, opts) => {
      const gateway = seedGateway(azure);
      new GatewayNamedValue("partner", { gateway, value: "contoso" });
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
        'The policy "orders-policy-1" is not valid: 1 problem',
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
          anonymous: NO_TOKENS,
        });
      });
      expect(identities(deployment).filter((identity) => identity.includes("apimanagement"))).toEqual([
        "azure-native:apimanagement:Api orders-api-1 orders",
        "azure-native:apimanagement:ApiOperationPolicy orders-policy-1-manual orders",
        "azure-native:apimanagement:ApiPolicy orders-policy-1 orders",
        "azure-native:apimanagement:Backend orders-1-manual-backend orders-1-manual",
      ]);
      expect(registrationOf(deployment, "orders-policy-1-manual").inputs.value).toContain(
        '<rewrite-uri template="/manual/paths/invoke/{orderId}?api-version=2016-10-01" copy-unmatched-params="false" />',
      );
    });
  });

  it("shows clients of a workflow the method and the schema of its trigger", async () => {
    const schema = {
      type: "object",
      required: ["customer"],
      properties: { customer: { type: "string" } },
    } as const;
    const deployment = await deploy((azure) => {
      seedGroups(azure, "rg-orders");
      const trigger = requestTrigger("manual", { method: "PUT", relativePath: "{orderId}", schema });
      return new GatewayApi("orders", {
        gateway: seedGateway(azure),
        path: "orders",
        workflow: workflow("change-order", defineWorkflow({ trigger, actions: [] })),
        title: "Orders",
        policy: POLICY,
        anonymous: NO_TOKENS,
      });
    });
    const { format, value } = registrationOf(deployment, "orders-api-1").inputs;
    expect(format).toBe("openapi+json");
    expect(JSON.parse(value as string)).toMatchObject({
      paths: {
        "/{orderId}": {
          put: { operationId: "manual", requestBody: { content: { "application/json": { schema } } } },
        },
      },
    });
  });

  describe("of a workflow that is called by its signature", () => {
    const bySignature = () =>
      deploy((azure) => {
        seedGroups(azure, "rg-orders");
        return new GatewayApi("orders", {
          gateway: seedGateway(azure),
          path: "orders",
          workflow: workflow("place-order", BY_SIGNATURE),
          title: "Orders",
          authentication: { kind: "signature", because: "the trigger is the vendor's" },
          policy: POLICY,
          anonymous: NO_TOKENS,
        });
      });

    it("keeps the signature as a secret named value", async () => {
      const deployment = await bySignature();
      expect(identities(deployment).filter((identity) => identity.includes("azure-native"))).toEqual([
        "azure-native:apimanagement:Api orders-api-1 orders",
        "azure-native:apimanagement:ApiOperationPolicy orders-policy-1-manual orders",
        "azure-native:apimanagement:ApiPolicy orders-policy-1 orders",
        "azure-native:apimanagement:Backend orders-1-manual-backend orders-1-manual",
        "azure-native:apimanagement:NamedValue orders-1-manual-signature-named-value orders-1-manual-signature",
        "azure-native:logic:Workflow place-order-workflow place-order",
      ]);
      const { queries } = await deployment.azure.invoke("azure-native:logic:listWorkflowTriggerCallbackUrl", {
        resourceGroupName: "rg-orders",
        workflowName: "logic-place-order",
        triggerName: "manual",
      });
      const namedValue = registrationOf(deployment, "orders-1-manual-signature-named-value");
      expect(namedValue.inputs).toEqual({
        ...PLACE,
        namedValueId: "orders-1-manual-signature",
        displayName: "orders-1-manual-signature",
        secret: true,
        value: (queries as { readonly sig: string }).sig,
      });
      expect(namedValue.secretInputs).toEqual(["value"]);
    });

    it("adds the signature to what it sends, and keeps the client's token, which Azure would not take beside it", async () => {
      const { inputs, secretInputs, dependsOn } = registrationOf(
        await bySignature(),
        "orders-policy-1-manual",
      );
      expect((inputs.value as string).split("\r\n").slice(1, 11)).toEqual([
        "  <inbound>",
        "    <base />",
        '    <set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" />',
        '    <set-query-parameter name="subscription-key" exists-action="delete" />',
        '    <set-header name="Authorization" exists-action="delete" />',
        '    <set-backend-service backend-id="orders-1-manual" />',
        '    <rewrite-uri template="/manual/paths/invoke/{customer}/orders?api-version=2016-10-01' +
          '&amp;sp=/triggers/manual/run&amp;sv=1.0&amp;sig={{orders-1-manual-signature}}" copy-unmatched-params="false" />',
        "    <set-method>POST</set-method>",
        "  </inbound>",
        "  <backend>",
      ]);
      expect(secretInputs).toEqual([]);
      expect(dependsOn).toContain("orders-1-manual-signature-named-value");
    });
  });

  describe("with all that it can have", () => {
    const maximal = () =>
      deploy(async (azure) => {
        const { gateway } = seedReadingGateway(azure);
        const set = new GatewayVersionSet("shop", {
          gateway,
          displayName: "Shop",
          scheme: { kind: "segment" },
        });
        const logger = insightsLogger("insights", gateway, azure);
        return new GatewayApi("orders", {
          ...serviceArgs(),
          gateway,
          version: { set, name: "v1" },
          displayName: "Our orders",
          description: "All of them.",
          access: { kind: "subscription", header: "X-Key" },
          signIn: { authorizationServer: authorizationServer(gateway), scope: "orders" },
          tracing: { logger, sampling: 5 },
          tags: { sales: new GatewayTag("sales", { gateway, displayName: "Sales" }) },
          contract: await openApiContract(
            JSON.stringify({
              ...(JSON.parse(CONTRACT) as object),
              info: {
                title: "Orders",
                version: "1",
                termsOfService: "https://contoso.com/terms",
                contact: { name: "Contoso", email: "apis@contoso.com" },
                license: { name: "MIT", url: "https://contoso.com/license" },
              },
            }),
            "orders.json",
          ),
        });
      });

    it("has a resource for each, one after the other", async () => {
      const deployment = await maximal();
      expect(identities(deployment).filter((identity) => identity.endsWith(" orders"))).toEqual([
        "azure-native:apimanagement:Api orders-api-1 orders",
        "azure-native:apimanagement:ApiDiagnostic orders-tracing-1 orders",
        "azure-native:apimanagement:ApiPolicy orders-policy-1 orders",
        "azure-native:apimanagement:TagByApi orders-tag-1-sales orders",
      ]);
      expect(registrationOf(deployment, "orders-api-1").dependsOn).toEqual([
        "entra-authorization-server",
        "shop-version-set",
      ]);
      expect(registrationOf(deployment, "orders-tracing-1").dependsOn).toEqual([
        "insights-logger",
        "orders-policy-1",
      ]);
      expect(registrationOf(deployment, "orders-tag-1-sales").dependsOn).toEqual([
        "orders-tracing-1",
        "sales-tag",
      ]);
    });

    it("tells Azure and developers all of it", async () => {
      const { inputs } = registrationOf(await maximal(), "orders-api-1");
      expect(inputs).toMatchObject({
        displayName: "Our orders",
        description: "All of them.",
        apiVersion: "v1",
        apiVersionSetId: expect.stringMatching(
          /\/service\/apim-contoso-test\/apiVersionSets\/shop$/,
        ) as string,
        subscriptionKeyParameterNames: { header: "X-Key", query: "subscription-key" },
        authenticationSettings: {
          oAuth2AuthenticationSettings: [{ authorizationServerId: "entra", scope: "orders" }],
        },
        termsOfServiceUrl: "https://contoso.com/terms",
        contact: { name: "Contoso", email: "apis@contoso.com" },
        license: { name: "MIT", url: "https://contoso.com/license" },
      });
    });

    it("has its version in its address", async () => {
      expect(await valueOf((await maximal()).result.url)).toBe("https://api.contoso.com/orders/v1");
    });

    it("hides the key of its subscriptions in its traces, whatever header carries it", async () => {
      const { inputs } = registrationOf(await maximal(), "orders-tracing-1");
      expect(inputs.frontend).toMatchObject({
        request: {
          dataMasking: {
            headers: [
              { mode: "Hide", value: "Authorization" },
              { mode: "Hide", value: "Cookie" },
              { mode: "Hide", value: "Ocp-Apim-Subscription-Key" },
              { mode: "Hide", value: "Set-Cookie" },
              { mode: "Hide", value: "X-Key" },
            ],
          },
        },
      });
    });
  });

  describe("in several versions", () => {
    it("writes one version after the other", async () => {
      const deployment = await deploy((azure) => {
        const gateway = seedGateway(azure);
        const set = new GatewayVersionSet("shop", {
          gateway,
          displayName: "Shop",
          scheme: { kind: "header", name: "Api-Version" },
        });
        const version = (name: string) =>
          new GatewayApi(`orders-${name}`, { ...serviceArgs(), gateway, version: { set, name } });
        return [version("v1"), version("v2")];
      });
      expect(registrationOf(deployment, "orders-v2-api-1").dependsOn).toContain("orders-v1-policy-1");
      const urls = await Promise.all(deployment.result.map(({ url }) => valueOf(url)));
      expect(urls).toEqual(["https://api.contoso.com/orders", "https://api.contoso.com/orders"]);
    });
  });

  describe("in several revisions", () => {
    const revision = (change: string): ApiRevision => {
      const {
        contract: same,
        backend,
        policy,
        anonymous,
      } = serviceArgs() as Extract<ApiRevision, { contract: unknown }>;
      return { contract: same, backend, policy, anonymous, change };
    };
    const revised = (currentRevision: number) =>
      deploy((azure) => {
        const gateway = seedGateway(azure);
        return new GatewayApi("orders", {
          gateway,
          path: "orders",
          revisions: { 1: revision("The first"), 2: revision("The second") },
          currentRevision,
        });
      });

    it("has the resources of each, and one release", async () => {
      expect(identities(await revised(2))).toEqual([
        "azure-native:apimanagement:Api orders-api-1 orders",
        "azure-native:apimanagement:Api orders-api-2 orders",
        "azure-native:apimanagement:ApiPolicy orders-policy-1 orders",
        "azure-native:apimanagement:ApiPolicy orders-policy-2 orders",
        "azure-native:resources:Resource orders-release-2 orders",
        "enterprise-integration:index:GatewayApi orders -",
      ]);
    });

    it("puts the current one first, which Azure deletes last, and releases it at the end", async () => {
      for (const [current, other] of [
        [1, 2],
        [2, 1],
      ] as const) {
        const deployment = await revised(current);
        const dependencies = (name: string) => registrationOf(deployment, name).dependsOn;
        expect(dependencies(`orders-api-${current}`)).toEqual([]);
        expect(dependencies(`orders-api-${other}`)).toEqual([`orders-policy-${current}`]);
        expect(dependencies(`orders-release-${current}`)).toEqual([`orders-policy-${other}`]);
      }
    });

    it("says which revision is released, and what it changed", async () => {
      const deployment = await revised(2);
      expect(registrationOf(deployment, "orders-release-2").inputs).toEqual({
        resourceGroupName: "rg-gateway",
        resourceProviderNamespace: "Microsoft.ApiManagement",
        parentResourcePath: "service/apim-contoso-test/apis/orders",
        resourceType: "releases",
        resourceName: "revision-2",
        apiVersion: "2024-05-01",
        properties: {
          apiId: `${gatewayReference().serviceId as string}/apis/orders;rev=2`,
          notes: "The second",
        },
      });
      expect(registrationOf(deployment, "orders-api-2").inputs).toMatchObject({
        apiId: "orders;rev=2",
        apiRevision: "2",
        apiRevisionDescription: "The second",
      });
    });
  });

  describe("of other contracts", () => {
    const of = (build: () => Promise<ApiRevision>) =>
      deploy(async (azure) => {
        const gateway = seedGateway(azure);
        return new GatewayApi("orders", { gateway, path: "orders", ...(await build()) });
      });
    const backend = { kind: "service", url: "https://orders.contoso.com" } as const;

    it("imports a SOAP service, translated or passed through", async () => {
      for (const [mode, type] of [
        ["rest", "http"],
        ["pass-through", "soap"],
      ] as const) {
        const soap = await readWsdlContract("integrations/billing/billing.wsdl", { mode });
        const deployment = await of(() =>
          Promise.resolve({ contract: soap, backend, policy: POLICY, anonymous: NO_TOKENS }),
        );
        expect(registrationOf(deployment, "orders-api-1").inputs).toMatchObject({
          format: "wsdl",
          value: soap.import.value,
          apiType: type,
          soapApiType: type,
          wsdlSelector: { wsdlServiceName: soap.selector.service, wsdlEndpointName: soap.selector.endpoint },
        });
      }
    });

    it("keeps a GraphQL schema beside the API", async () => {
      const deployment = await of(async () => ({
        contract: await graphQlContract("type Query { order: String }", "orders.graphql", {
          title: "Orders",
        }),
        backend,
        policy: POLICY,
        anonymous: NO_TOKENS,
      }));
      expect(registrationOf(deployment, "orders-api-1").inputs).toMatchObject({
        apiType: "graphql",
        soapApiType: "graphql",
        serviceUrl: "https://orders.contoso.com",
      });
      expect(registrationOf(deployment, "orders-schema-1").inputs).toEqual({
        ...PLACE,
        apiId: "orders;rev=1",
        schemaId: "graphql",
        contentType: "application/vnd.ms-azure-apim.graphql.schema",
        value: "type Query {\n  order: String\n}",
      });
    });

    it("makes a resource of each operation that is declared by hand", async () => {
      const deployment = await of(() =>
        Promise.resolve({
          contract: operations({
            title: "Orders",
            operations: {
              getOrder: {
                method: "GET",
                path: "/orders/{id}",
                displayName: "Get an order",
                responses: { 200: { description: "The order" } },
              },
            },
          }),
          backend,
          policy: POLICY,
          anonymous: NO_TOKENS,
          operationPolicies: { getOrder: policyDocument({ scope: "operation" }) },
        }),
      );
      expect(registrationOf(deployment, "orders-operation-1-getOrder").inputs).toMatchObject({
        ...PLACE,
        apiId: "orders;rev=1",
        operationId: "getorder",
        method: "GET",
        urlTemplate: "/orders/{id}",
        displayName: "Get an order",
        templateParameters: [{ name: "id", required: true, type: "string" }],
      });
      expect(registrationOf(deployment, "orders-policy-1-getOrder").dependsOn).toEqual(["orders-policy-1"]);
    });

    it("needs no key where it says why", async () => {
      const deployment = await deploy((azure) => {
        const gateway = seedGateway(azure);
        const access = { kind: "open", because: "Anybody may look." } as const;
        return new GatewayApi("orders", { ...serviceArgs(), gateway, access });
      });
      const { inputs } = registrationOf(deployment, "orders-api-1");
      expect(inputs.subscriptionRequired).toBe(false);
      expect(inputs).not.toHaveProperty("subscriptionKeyParameterNames");
    });
  });

  describe("written by a deployment", () => {
    const templated = () =>
      deploy((azure) => {
        const gateway = seedGateway(azure);
        return new GatewayApi("orders", {
          ...serviceArgs(),
          gateway,
          writtenBy: "deployment",
          operationPolicies: { getOrder: policyDocument({ scope: "operation" }) },
        });
      });

    it("is one template, which makes the same of it", async () => {
      const deployment = await templated();
      expect(identities(deployment)).toEqual([
        "azure-native:resources:Deployment orders-revision-1 orders",
        "enterprise-integration:index:GatewayApi orders -",
      ]);
      const typed = await deploy((azure) => {
        const gateway = seedGateway(azure);
        return new GatewayApi("orders", {
          ...serviceArgs(),
          gateway,
          operationPolicies: { getOrder: policyDocument({ scope: "operation" }) },
        });
      });
      for (const token of ["Api", "ApiPolicy", "ApiOperationPolicy", "ApiOperation"]) {
        const made = ({ azure }: typeof typed) => azure.all(`azure-native:apimanagement:${token}`);
        expect(made(typed).length).toBeGreaterThan(0);
        expect(made(deployment).map(({ id, outputs }) => [id, outputs])).toEqual(
          made(typed).map(({ id, outputs }) => [id, outputs]),
        );
      }
    });
  });

  it("leaves of an imported API what Azure does not answer, or answers beyond what is said, as it is", async () => {
    const importedAs = (more: Partial<GatewayApiArgs>) =>
      deploy((azure) => {
        seedGateway(azure);
        return new GatewayApi("orders", { ...serviceArgs(), imported: true, ...more });
      });
    const imported = await importedAs({});
    expect(registrationOf(imported, "orders-api-1").ignoreChanges).toEqual([
      "format",
      "soapApiType",
      "translateRequiredQueryParametersConduct",
      "value",
      "wsdlSelector",
      "apiType",
      "apiVersionSet",
      "authenticationSettings",
      "contact",
      "isCurrent",
      "license",
      "termsOfServiceUrl",
    ]);
    expect(registrationOf(imported, "orders-policy-1").ignoreChanges).toEqual([]);
    expect(registrationOf(imported, "orders-policy-1").inputs.value).not.toContain("set-backend-service");
    const open = await importedAs({
      access: { kind: "open", because: "the token of the client is enough" },
    });
    expect(registrationOf(open, "orders-api-1").ignoreChanges).toContain("subscriptionKeyParameterNames");
    expect(registrationOf(await ofService(), "orders-api-1").ignoreChanges).toEqual(["serviceUrl"]);
  });

  describe("refuses", () => {
    const refuse = (more: Partial<GatewayApiArgs>) =>
      refusal("orders", () => new GatewayApi("orders", { ...serviceArgs(), ...more }));

    it("everything that is wrong, at once", async () => {
      const operationPolicy = policyDocument({ scope: "operation" });
      expect(
        await refuse({
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
          "    fix: write 1 to 400 characters without slash at either end and without any of * # & + : < > ?",
          "  - policy.inbound[1].set-header.value[0]: {{...}} names a named value of the gateway (received {{partner}})",
          "    fix: add the named value to the gateway",
          "  - operationPolicies.cancelOrder: an operation is named by its id in the contract" +
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
            trigger: recurrenceTrigger("Recurrence", { frequency: "Day", interval: 1 }),
            actions: [],
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
          "  - backend.operations.cancelOrder: an operation is named by its id in the contract" +
            ' (received "cancelOrder")',
          "    fix: use an operationId of the contract",
          "  - backend.operations.cancelOrder.trigger: a request trigger of the workflow answers an operation; it has" +
            ' manual (received "Absent")',
          "    fix: name one of its request triggers",
          "  - backend.operations.deleteOrder: an operation is named by its id in the contract" +
            ' (received "deleteOrder")',
          "    fix: use an operationId of the contract",
          "  - backend.operations.deleteOrder.trigger: a request trigger of the workflow answers an operation; it has" +
            " none (received nothing)",
          "    fix: name one of its request triggers",
          "  - backend.operations: every operation is answered; GET /{orderId} is not",
          "    fix: name the workflow that answers getOrder",
        ].join("\n"),
      );
    });

    it("operations that their policy is said to answer, and that have none, or are answered twice", async () => {
      const message = await refusal("orders", (azure) => {
        seedGroups(azure, "rg-orders");
        return new GatewayApi("orders", {
          ...serviceArgs(),
          backend: {
            kind: "workflows",
            operations: { getOrder: { workflow: workflow("get-order", GET_ORDER) } },
            byPolicy: ["placeOrder", "getOrder", "cancelOrder"],
          },
          operationPolicies: {
            getOrder: policyDocument({ scope: "operation" }),
          },
        });
      });
      expect(message).toBe(
        [
          'GatewayApi "orders" is not valid: 4 problems',
          '  - backend.byPolicy: an operation that its policy answers has a policy (received "placeOrder")',
          "    fix: give it as operationPolicies.placeOrder, or name the workflow that answers",
          '  - backend.byPolicy: an operation is answered by a workflow or by its policy (received "getOrder")',
          "    fix: name it in one place",
          '  - backend.byPolicy: an operation is named by its id in the contract (received "cancelOrder")',
          "    fix: use an operationId of the contract",
          '  - backend.byPolicy: an operation that its policy answers has a policy (received "cancelOrder")',
          "    fix: give it as operationPolicies.cancelOrder, or name the workflow that answers",
        ].join("\n"),
      );
    });

    it("a name that another API has", async () => {
      const message = await refusal("orders", (azure) => {
        const gateway = seedGateway(azure);
        new GatewayApi("Orders", { ...serviceArgs(), gateway });
        return new GatewayApi("orders", { ...serviceArgs(), gateway });
      });
      expect(message).toContain(
        '  - name: the id of an API is unique on a gateway, without regard to case (received "orders")',
      );
    });

    it("revisions that cannot be", async () => {
      const {
        contract: same,
        backend,
        policy,
        anonymous,
      } = serviceArgs() as Extract<ApiRevision, { contract: unknown }>;
      const revision = { contract: same, backend, policy, anonymous, change: "x".repeat(257) };
      const message = await refusal(
        "orders",
        () =>
          new GatewayApi("orders", {
            gateway: gatewayReference(),
            path: "orders",
            revisions: { 0: revision, 2: { ...revision, change: "Fine" } },
            currentRevision: 3,
          }),
      );
      expect(message).toBe(
        [
          'GatewayApi "orders" is not valid: 3 problems',
          "  - revisions: revisions are numbered from 1 (received 0)",
          "    fix: number it by a whole number",
          "  - currentRevision: it is one of the revisions, 0, 2 (received 3)",
          "    fix: name one that is there",
          "  - revisions.0.change: what changed is told in at most 256 characters (received 257)",
          "    fix: shorten it",
        ].join("\n"),
      );
    });

    it("a policy of an operation of a SOAP service, which Azure names anew at every import", async () => {
      const soap = await readWsdlContract("integrations/billing/billing.wsdl", { mode: "pass-through" });
      const message = await refuse({
        contract: soap,
        operationPolicies: { CreateInvoice: policyDocument({ scope: "operation" }) },
      });
      expect(message).toBe(
        [
          'GatewayApi "orders" is not valid: 1 problem',
          "  - operationPolicies: Azure gives the operations of a WSDL new ids at every import, so that no policy can" +
            ' be put on one (received ["CreateInvoice"])',
          "    fix: tell operations apart in the policy of the API",
        ].join("\n"),
      );
    });

    it("a policy of another scope", async () => {
      expect(await refuse({ policy: policyDocument({ scope: "operation" }) })).toBe(
        [
          'GatewayApi "orders" is not valid: 1 problem',
          '  - policy.scope: the policy stands at the scope api (received "operation")',
          '    fix: make it by policyDocument({ scope: "api", … })',
        ].join("\n"),
      );
    });

    it("an open API without a reason", async () => {
      expect(await refuse({ access: { kind: "open", because: " " } })).toContain(
        "access.because: an API without subscription needs a reason",
      );
    });

    it("an imported API that a template writes", async () => {
      expect(await refuse({ imported: true, writtenBy: "deployment" })).toContain(
        "imported: a template deployment writes an API whole, and cannot leave its contract as it is",
      );
    });

    it.each(["orders/", "", "orders?x", "a".repeat(401)])("the path %j", async (path) => {
      expect(await refuse({ path })).toContain("path: a path has 1 to 400 characters");
    });

    const NO_SERVICE = (url: string) =>
      [
        'GatewayApi "orders" is not valid: 1 problem',
        "  - backend.url: a service is reached by https, and its address ends without slash, query and fragment," +
          ` at most 2,000 characters (received ${receivedUrl(url)})`,
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

    it("a path of a SOAP service that is offered as REST, to which Azure adds the WSDL's own", async () => {
      const wsdl = (mode: "rest" | "pass-through") =>
        readWsdlContract("integrations/billing/billing.wsdl", { mode });
      const billing = (url: string) => ({ backend: { kind: "service", url } as const });
      expect(
        await refuse({ contract: await wsdl("rest"), ...billing("https://billing.contoso.com/soap") }),
      ).toBe(
        [
          'GatewayApi "orders" is not valid: 1 problem',
          "  - backend.url: a SOAP service that is offered as REST is reached by its host alone: Azure adds the path of" +
            ` the WSDL's address (received "https://billing.contoso.com/soap")`,
          "    fix: leave out the path, and correct the address in the WSDL where it differs",
        ].join("\n"),
      );
      const accepted = await deploy(async (azure) => {
        const gateway = seedGateway(azure);
        const contract = await wsdl("pass-through");
        return new GatewayApi("billing", {
          gateway,
          path: "billing",
          contract,
          policy: POLICY,
          anonymous: NO_TOKENS,
          ...billing("https://billing.contoso.com/soap/v1"),
        });
      });
      expect(registrationOf(accepted, "billing-policy-1").inputs.value).toContain(
        '<set-backend-service base-url="https://billing.contoso.com/soap/v1" />',
      );
    });

    it("a web service whose address turns out to be none", async () => {
      const filler =
        "<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>";
      const reason = await lateRefusal("orders-policy-1", "value", filler, (azure, opts) => {
        seedGateway(azure);
        const url = pulumi.output("http://orders.contoso.com");
        return new GatewayApi("orders", { ...serviceArgs(), backend: { kind: "service", url } }, opts);
      });
      expect(reason).toBe(
        NO_SERVICE("http://orders.contoso.com")
          .replace('GatewayApi "orders" is', 'The address of "orders" is')
          .replace("backend.url", "url"),
      );
    });

    it("a path that another API has, unless both are versions of one set", async () => {
      const message = await refusal("orders", (azure) => {
        const gateway = seedGateway(azure);
        new GatewayApi("old-orders", { ...serviceArgs(), gateway, path: "Orders" });
        return new GatewayApi("orders", { ...serviceArgs(), gateway });
      });
      expect(message).toContain(
        '  - path: a path is that of one API, or of different versions in one version set (received "orders")',
      );
    });

    it("an own name of the key's query parameter that no trace would hide", async () => {
      expect(await refuse({ access: { kind: "subscription", query: "key" } })).toContain(
        "access.query: a query parameter of its own is hidden by the API's own tracing",
      );
    });

    it("to forward tokens without a reason, an empty name, and headers that are none", async () => {
      const message = await refuse({
        forwardsToken: { because: "" },
        displayName: "",
        access: { kind: "subscription", header: "bad header: x" },
      });
      expect(message).toContain(
        "forwardsToken.because: a service that gets the client's token needs a reason",
      );
      expect(message).toContain("displayName: an API's display name has 1 to 300 characters");
      expect(message).toContain("access.header: the header that carries a key has");
    });

    it("triggers that would be one operation", async () => {
      const message = await refusal("orders", (azure) => {
        seedGroups(azure, "rg-orders");
        const [manual] = Object.values(PLACE_ORDER.triggers);
        if (!manual) throw new Error("the workflow has a trigger");
        const twins = workflow("twins", {
          ...PLACE_ORDER,
          triggers: { "Order in": manual, "Order-in": manual },
        });
        return new GatewayApi("orders", {
          gateway: gatewayReference(),
          path: "orders",
          workflow: twins,
          title: "Orders",
          policy: POLICY,
          anonymous: NO_TOKENS,
        });
      });
      expect(message).toContain("workflow.triggers: triggers differ in their letters and digits");
    });

    it("a proof that is not what a trigger takes", async () => {
      const message = await refusal("orders", (azure) => {
        seedGroups(azure, "rg-orders");
        const because = "the trigger is the vendor's";
        return new GatewayApi("orders", {
          ...serviceArgs(),
          backend: {
            kind: "workflows",
            operations: {
              placeOrder: {
                workflow: workflow("place-order"),
                authentication: { kind: "signature", because },
              },
              getOrder: {
                workflow: workflow(
                  "get-order",
                  defineWorkflow({
                    trigger: requestTrigger("manual", { authorization: "signature" }),
                    actions: [],
                  }),
                ),
              },
            },
          },
        });
      });
      expect(message).toBe(
        [
          'GatewayApi "orders" is not valid: 2 problems',
          "  - backend.operations.placeOrder.authentication: the trigger manual starts no run without a bearer token," +
            ' which a signature does not bring (received "signature")',
          '    fix: leave authentication out, or make the trigger with authorization: "signature"',
          "  - backend.operations.getOrder.authentication: the trigger manual starts a run for whoever has its" +
            ' signature, whatever token the gateway shows (received "managedIdentity")',
          '    fix: make the trigger with authorization: "bearer", or say authentication:' +
            ' { kind: "signature", because: "…" }',
        ].join("\n"),
      );
    });

    it("to call a workflow by its signature without a reason, or under a name that is too long", async () => {
      const name = "a".repeat(70);
      const message = await refusal(name, (azure) => {
        seedGroups(azure, "rg-orders");
        return new GatewayApi(name, {
          gateway: gatewayReference(),
          path: "orders",
          workflow: workflow("place-order", BY_SIGNATURE),
          title: "",
          authentication: { kind: "signature", because: " " },
          policy: POLICY,
          anonymous: NO_TOKENS,
        });
      });
      expect(message).toContain("title: an API's title has 1 to 300 characters");
      expect(message).toContain(
        "authentication.because: a workflow that is called by its signature needs a reason",
      );
      expect(message).toContain(
        `backend.operations.manual: the name of what stands on a gateway has 1 to 80 letters, digits and hyphens, with` +
          ` no hyphen at either end (received "${name}-1-man...)`,
      );
    });

    it("a name that is too long for a template deployment", async () => {
      const name = "a".repeat(60);
      const message = await refusal(
        name,
        () => new GatewayApi(name, { ...serviceArgs(), writtenBy: "deployment" }),
      );
      expect(message).toContain("name: the name of a template deployment has at most 64 characters");
    });
  });
});
