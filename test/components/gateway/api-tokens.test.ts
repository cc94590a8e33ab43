import { graphQlContract, operations, readWsdlContract } from "../../../components/contracts";
import { GatewayApi, type ApiRevision, type GatewayApiArgs } from "../../../components/gateway/gateway-api";
import { GatewayFragment } from "../../../components/gateway/fragment";
import type { GatewayReference } from "../../../components/gateway/reference";
import { LogicAppWorkflow } from "../../../components/logic-app-workflow";
import {
  includeFragment,
  mockResponse,
  policyDocument,
  policyFragment,
  requireToken,
  returnResponse,
  withoutBase,
  type PolicyDocument,
} from "../../../policies/gateway";
import type { SimulatedAzure } from "../../../rehearsal/azure";
import { defineWorkflow, requestTrigger, response } from "../../../workflow";
import { CALLER, gatewayReference, seedGateway, seedGroups } from "../fixtures";
import { deploy, refusal, registrationOf } from "../harness";

const TOKEN = requireToken({
  tenantId: "00000000-0000-4000-8000-000000000002",
  audiences: ["22222222-2222-4222-8222-222222222222"],
  version: 2,
  scopes: [],
  roles: [],
});
const SECURED = policyDocument({ scope: "api", inbound: [TOKEN] });
const OPEN = policyDocument({ scope: "api" });
const OWN_TOKEN = policyDocument({ scope: "operation", inbound: [TOKEN] });
const BECAUSE = { because: "whether we are up is no secret" };

const CONTRACT = operations({
  title: "Orders",
  operations: {
    listOrders: { method: "GET", path: "/orders" },
    getOrder: { method: "GET", path: "/orders/{id}" },
    getStatus: { method: "GET", path: "/status" },
  },
});
const SERVICE = { kind: "service", url: "https://orders.contoso.com" } as const;

const revision = (policy: PolicyDocument, more: Partial<ApiRevision> = {}): ApiRevision => ({
  contract: CONTRACT,
  backend: SERVICE,
  ...more,
  policy,
});
const args = (content: ApiRevision): GatewayApiArgs => ({
  gateway: gatewayReference(),
  path: "orders",
  ...content,
});

const refuse = (args: GatewayApiArgs) => refusal("orders", () => new GatewayApi("orders", args));
/** The XML of the API's policy. */
const accept = async (args: GatewayApiArgs) => {
  const deployment = await deploy((azure) => {
    seedGateway(azure);
    return new GatewayApi("orders", args);
  });
  return registrationOf(deployment, "orders-policy-1").inputs.value;
};

const NO_TOKEN = (path: string, received?: string) =>
  `  - ${path}: a request goes no further without a valid token${received ? ` (received ${received})` : ""}`;
const FIX =
  '    fix: validate it by requireToken, or requireTokenOf for who is not Entra ID; or say anonymous: { because: "…" },' +
  " where anybody may call";

describe("an API", () => {
  it("validates tokens, and is refused with the operations that validate none", async () => {
    expect(await accept(args(revision(SECURED)))).toContain("<validate-azure-ad-token ");
    expect(await refuse(args(revision(OPEN, { operationPolicies: { getOrder: OWN_TOKEN } })))).toBe(
      [
        'GatewayApi "orders" is not valid: 1 problem',
        NO_TOKEN("policy.inbound", '["listOrders","getStatus"]'),
        FIX,
      ].join("\n"),
    );
  });

  it("may leave it to each operation", async () => {
    const operationPolicies = { listOrders: OWN_TOKEN, getOrder: OWN_TOKEN, getStatus: OWN_TOKEN };
    expect(await accept(args(revision(OPEN, { operationPolicies })))).not.toContain(
      "validate-azure-ad-token",
    );
  });

  it("tells what answers first, and in which operation the API's policy does not hold", async () => {
    const message = await refuse(
      args(
        revision(SECURED, {
          operationPolicies: {
            listOrders: policyDocument({ scope: "operation", inbound: withoutBase("it is made up", []) }),
            getOrder: {
              ...policyDocument({ scope: "operation" }),
              inbound: [mockResponse(), ...OWN_TOKEN.inbound],
            },
          },
        }),
      ),
    );
    expect(message).toBe(
      [
        'GatewayApi "orders" is not valid: 2 problems',
        NO_TOKEN("operationPolicies.listOrders.inbound", '["listOrders"]'),
        FIX,
        "  - operationPolicies.getOrder.inbound[0].mock-response: nothing answers before the token is validated" +
          ' (received ["getOrder"])',
        '    fix: validate the token before it; or say anonymous: { because: "…" }, where anybody may call',
      ].join("\n"),
    );
  });

  it("validates them in a fragment that this program makes, and in no other", async () => {
    const policy = policyDocument({ scope: "api", inbound: [includeFragment({ fragmentId: "token" })] });
    const deployment = await deploy((azure) => {
      const gateway = seedGateway(azure);
      new GatewayFragment("token", {
        gateway,
        description: "Whose token is valid.",
        fragment: policyFragment([TOKEN]),
      });
      return new GatewayApi("orders", { gateway, path: "orders", ...revision(policy) });
    });
    expect(registrationOf(deployment, "orders-policy-1").dependsOn).toContain("token");
    expect(await refuse(args(revision(policy)))).toContain(
      [
        "  - policy.inbound[1].include-fragment: what a fragment holds that stands before the validation of the token is" +
          ' known (received "token")',
        "    fix: validate the token before it, or make the fragment in this program, before what includes it; or say" +
          ' anonymous: { because: "…" }, where anybody may call',
      ].join("\n"),
    );
  });

  it("does so in every revision, and when it is imported", async () => {
    const gateway = gatewayReference();
    const revisions = { 1: revision(OPEN, { anonymous: BECAUSE }), 2: revision(OPEN) };
    expect(await refuse({ gateway, path: "orders", revisions, currentRevision: 1 })).toBe(
      [
        'GatewayApi "orders" is not valid: 1 problem',
        NO_TOKEN("revisions.2.policy.inbound", '["listOrders","getOrder","getStatus"]'),
        FIX,
      ].join("\n"),
    );
    expect(await refuse({ ...args(revision(OPEN)), imported: true })).toContain(NO_TOKEN("policy.inbound"));
  });

  it("does so whatever its contract is, and whoever answers", async () => {
    const graph = await graphQlContract("type Query { order: String }", "orders.graphql", {
      title: "Orders",
    });
    expect(await refuse(args(revision(OPEN, { contract: graph, backend: SERVICE })))).toContain(
      [NO_TOKEN("policy.inbound"), FIX].join("\n"),
    );
    const soap = await readWsdlContract("integrations/billing/billing.wsdl", { mode: "pass-through" });
    expect(await refuse(args(revision(OPEN, { contract: soap, backend: SERVICE })))).toContain(
      NO_TOKEN("policy.inbound", '["CreateInvoice"').slice(0, -1),
    );
    const ofWorkflow = (azure: SimulatedAzure, gateway: GatewayReference, policy: PolicyDocument) => {
      seedGroups(azure, "rg-orders");
      const workflow = new LogicAppWorkflow("hello", {
        resourceGroupName: "rg-orders",
        workflowName: "logic-hello",
        location: "westeurope",
        definition: defineWorkflow({
          trigger: requestTrigger("manual", { method: "POST" }),
          actions: [response("Answer", { statusCode: 201 })],
        }),
        callers: { addresses: ["192.0.2.10"], token: CALLER, location: "westeurope" },
      });
      return new GatewayApi("orders", { gateway, path: "orders", workflow, title: "Orders", policy });
    };
    expect(await refusal("orders", (azure) => ofWorkflow(azure, gatewayReference(), OPEN))).toContain(
      NO_TOKEN("policy.inbound", '["manual"]'),
    );
    const secured = await deploy((azure) => ofWorkflow(azure, seedGateway(azure), SECURED));
    expect(registrationOf(secured, "orders-policy-1").inputs.value).toContain("<validate-azure-ad-token ");
  });
});

describe("an anonymous API", () => {
  it("says why", async () => {
    expect(await accept(args(revision(OPEN, { anonymous: BECAUSE })))).not.toContain("validate-");
    expect(await refuse(args(revision(OPEN, { anonymous: { because: " " } })))).toBe(
      [
        'GatewayApi "orders" is not valid: 1 problem',
        '  - anonymous.because: an API that anybody may call needs a reason (received " ")',
        "    fix: say why, or validate tokens",
      ].join("\n"),
    );
  });

  it("validates no tokens, in none of its operations", async () => {
    expect(await refuse(args(revision(SECURED, { anonymous: BECAUSE })))).toBe(
      [
        'GatewayApi "orders" is not valid: 1 problem',
        "  - anonymous: what validates tokens is not anonymous" +
          ' (received ["listOrders","getOrder","getStatus"])',
        "    fix: leave anonymous out, or do not validate tokens; anonymous.operations tells operations apart",
      ].join("\n"),
    );
    const operationPolicies = { getOrder: OWN_TOKEN };
    expect(await refuse(args(revision(OPEN, { anonymous: BECAUSE, operationPolicies })))).toContain(
      'anonymous: what validates tokens is not anonymous (received ["getOrder"])',
    );
  });

  it("may be so in some operations, which do without its policy", async () => {
    const operationPolicies = {
      getStatus: policyDocument({
        scope: "operation",
        inbound: withoutBase("whoever asks is told", [
          returnResponse({ status: { code: 204, reason: "Up" } }),
        ]),
      }),
    };
    const of = (...names: readonly string[]) =>
      args(revision(SECURED, { operationPolicies, anonymous: { ...BECAUSE, operations: names } }));
    expect(await accept(of("getStatus"))).toContain("<validate-azure-ad-token ");
    expect(await refuse(of("getStatis", "listOrders"))).toBe(
      [
        'GatewayApi "orders" is not valid: 3 problems',
        '  - anonymous.operations: an operation is named by its id in the contract (received "getStatis")',
        "    fix: write getStatus",
        "  - operationPolicies.getStatus.inbound[1].return-response: nothing answers before the token is validated" +
          ' (received ["getStatus"])',
        '    fix: validate the token before it; or say anonymous: { because: "…" }, where anybody may call',
        '  - anonymous: what validates tokens is not anonymous (received ["listOrders"])',
        "    fix: leave anonymous out, or do not validate tokens; anonymous.operations tells operations apart",
      ].join("\n"),
    );
  });
});
