import type { PulumiFn } from "@pulumi/pulumi/automation";
import program from "../../index";
import { describeWithEngine } from "../engine";
import { LEAST, OWN_GATEWAY } from "../rehearsal/integrations";
import { openWorkbench, type Workbench } from "../rehearsal/workbench";
import { decide } from "./api-call";
import { outcomeOf, userClaims } from "./clients";
import { makeEntra, type Claims, type Entra } from "./entra";
import { exportState, type Exported } from "./exported";
import type { ApiRequest, SentRequest } from "./gateway/request";
import { deployedGateway } from "./gateway/state";

const SETTINGS = {
  ...OWN_GATEWAY,
  integrations: { orders: { ...LEAST.orders, placing: { kind: "queued" } } },
};

const NEW_ORDER = {
  customerId: "C-10042",
  deliverTo: { name: "Ada", street: "1 Harbour Street", postalCode: "20457", city: "Hamburg", country: "DE" },
  lines: [{ sku: "TEA-EARL-GREY-250", quantity: 2 }],
};

const ID = "6b2d8f2e-4f0b-4a57-9f0e-0d2f6d3f9c11";
const POLICY = "orders-policy-1-placeOrder";

describeWithEngine("a request to place an order that is queued", (engine) => {
  let workbench: Workbench;
  let state: Exported;
  let entra: Entra;
  beforeAll(async () => {
    entra = await makeEntra();
  });
  afterAll(() => entra.close());
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
    const stack = await workbench.stack("queued", SETTINGS, program as PulumiFn);
    await stack.up();
    state = await exportState(stack);
  });
  afterAll(() => workbench.close());

  const url = () => `${state.text("gateway-service", "gatewayUrl")}/orders`;
  const order = async (more: Partial<ApiRequest> = {}, claims: Claims = {}): Promise<ApiRequest> => {
    const caller = {
      audience: state.text("orders-registration-application", "clientId"),
      client: state.text("orders-client-application", "clientId"),
    };
    const token = await entra.issue({ ...userClaims(caller, "Orders.Write"), ...claims });
    return {
      method: "POST",
      url: url(),
      body: JSON.stringify(NEW_ORDER),
      ...more,
      headers: {
        "Ocp-Apim-Subscription-Key": "key",
        Authorization: `Bearer ${token}`,
        "Idempotency-Key": ID,
        "Content-Type": "application/json",
        ...more.headers,
      },
    };
  };
  /** What is decided, and what was sent to the queue, which answers with a status where it answers. */
  const place = async (request: ApiRequest, resources = state.resources, status: number | null = 201) => {
    const sent: SentRequest[] = [];
    const decision = await decide(deployedGateway(resources), request, {
      now: entra.directory.now,
      metadata: entra.metadata,
      subscriptions: [{ key: "key", scope: "/products/orders", state: "active" }],
      answers: (message) => {
        sent.push(message);
        return status === null ? undefined : { status };
      },
    });
    return { decision, sent };
  };

  test("becomes a message, shown by the gateway's identity, and is answered by where to follow the order", async () => {
    const { decision, sent } = await place(await order());
    expect(decision).toMatchObject({
      status: 202,
      headers: { location: `${url()}/${ID}`, "content-type": "application/json" },
      body: JSON.stringify({ id: ID, status: "queued" }),
    });
    expect(sent).toEqual([
      {
        method: "POST",
        url: `https://${state.text("orders-bus-namespace", "name")}.servicebus.windows.net/orders/messages`,
        headers: {
          "content-type": "application/json",
          brokerproperties: JSON.stringify({ MessageId: ID, CorrelationId: ID }),
        },
        body: JSON.stringify(NEW_ORDER),
        identity: {
          resource: "https://servicebus.azure.net",
          clientId: state.text("gateway-identity", "clientId"),
        },
      },
    ]);
  });

  test.each([500, 401, null])("is not taken where the queue answers %p", async (status) => {
    const { decision, sent } = await place(await order(), state.resources, status);
    expect(outcomeOf(decision)).toBe("502 of return-response of operation");
    expect(sent).toHaveLength(1);
  });

  type Case = readonly [name: string, expected: string, more: Partial<ApiRequest>, claims?: Claims];

  const OWN_ANSWER = "of return-response of operation";
  const CASES: readonly Case[] = [
    ["as it is", `202 ${OWN_ANSWER}`, {}],
    ["of a user who may only read", `403 ${OWN_ANSWER}`, {}, { scp: "Orders.Read" }],
    ["whose key is no uuid", `400 ${OWN_ANSWER}`, { headers: { "Idempotency-Key": `${ID}","To":"x` } }],
    ["of half an order", "400 IncorrectMessage", { body: JSON.stringify({ customerId: "C-10042" }) }],
    ["of another type", "400 Unspecified", { headers: { "Content-Type": "text/plain" } }],
    [
      "that is too long",
      "400 SizeLimit",
      { body: JSON.stringify({ ...NEW_ORDER, note: "x".repeat(102_400) }) },
    ],
  ];

  test.each(CASES.map(([name, expected, more, claims = {}]) => [name, expected, more, claims] as const))(
    "%s is %s",
    async (_name, expected, more, claims) => {
      const { decision, sent } = await place(await order(more, claims));
      expect(outcomeOf(decision)).toBe(expected);
      expect(sent).toHaveLength(expected.startsWith("202") ? 1 : 0);
    },
  );

  /** The choice that a text in it tells from the others. */
  const choice = (text: string) => new RegExp(`<choose>(?:(?!</choose>)[^])*${text}[^]*?</choose>`);
  const content = /<validate-content[^]*?<\/validate-content>/;

  test.each([
    ["the permission", choice("The scope Orders\\.Write"), ["of a user who may only read"]],
    ["the key's form", choice("must be a uuid"), ["whose key is no uuid"]],
    ["the contract", content, ["of half an order", "of another type", "that is too long"]],
  ])("is decided otherwise without %s", async (_what, part, changed) => {
    const resources = structuredClone(state.resources);
    const policy = resources.find(({ urn }) => urn.endsWith(`::${POLICY}`));
    if (policy === undefined) throw new Error(`the state has no ${POLICY}`);
    policy.outputs.value = String(policy.outputs.value).replace(part, "");
    expect(policy.outputs.value).not.toBe(state.text(POLICY, "value"));
    const found: string[] = [];
    for (const [name, expected, more, claims] of CASES) {
      const decided = outcomeOf((await place(await order(more, claims), resources)).decision);
      if (decided === expected) continue;
      expect(decided).toBe(`202 ${OWN_ANSWER}`);
      found.push(name);
    }
    expect(found).toEqual(changed);
  });

  test("is answered as taken whatever the queue answers, without the look at that", async () => {
    const resources = structuredClone(state.resources);
    for (const { urn, outputs } of resources) {
      if (urn.endsWith(`::${POLICY}`))
        outputs.value = String(outputs.value).replace(choice("could not be queued"), "");
    }
    expect(outcomeOf((await place(await order(), resources, 500)).decision)).toBe(`202 ${OWN_ANSWER}`);
  });
});
