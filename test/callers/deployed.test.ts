import type { PulumiFn } from "@pulumi/pulumi/automation";
import program from "../../index";
import { DEFAULT_IDS } from "../../rehearsal/azure";
import { describeWithEngine } from "../engine";
import { LEAST, OWN_GATEWAY } from "../rehearsal/integrations";
import { openWorkbench, type Workbench } from "../rehearsal/workbench";
import { makeEntra, type Claims, type Entra } from "./entra";
import { exportState, sentOn, type Exported } from "./exported";
import {
  deployedWorkflow,
  refusals,
  type Check,
  type DeployedWorkflow,
  type TriggerCall,
} from "./trigger-call";

const SETTINGS = {
  ...OWN_GATEWAY,
  gateway: {
    ...OWN_GATEWAY.gateway,
    tier: { name: "Premium", units: 1, regions: { northeurope: { units: 1 } } },
  },
  integrations: { orders: LEAST.orders },
};

const NEW_ORDER = {
  customerId: "C-10042",
  deliverTo: { name: "Ada", street: "1 Harbour Street", postalCode: "20457", city: "Hamburg", country: "DE" },
  lines: [{ sku: "TEA-EARL-GREY-250", quantity: 2 }],
};

const FOREIGN_ADDRESS = "203.0.113.99";
const FOREIGN_ID = "99999999-9999-4999-8999-999999999999";

/** A call, what refuses it, and what it stands for. */
type Case = readonly [
  name: string,
  refusedBy: readonly Check[],
  call: () => TriggerCall | Promise<TriggerCall>,
];

/** A check that is taken out of what was deployed, and the calls to which it makes a difference. */
interface Removal {
  readonly what: string;
  readonly remove: (from: Mutable<DeployedWorkflow>) => void;
  readonly admits?: readonly string[];
  readonly refuses?: readonly string[];
}

type Mutable<T> = T extends object ? { -readonly [K in keyof T]: Mutable<T[K]> } : T;

describeWithEngine("a call to a workflow of orders", (engine) => {
  let workbench: Workbench;
  let state: Exported;
  let entra: Entra;
  let placeOrder: DeployedWorkflow;
  beforeAll(async () => {
    entra = await makeEntra();
  });
  afterAll(() => entra.close());
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
    const stack = await workbench.stack("callers", SETTINGS, program as PulumiFn);
    await stack.up();
    state = await exportState(stack);
    placeOrder = deployedWorkflow(state.outputs("orders-place-order-workflow"));
  });
  afterAll(() => workbench.close());

  const addresses = () => {
    const service = state.outputs("gateway-service") as unknown as {
      readonly publicIPAddresses: readonly string[];
      readonly additionalLocations: readonly { readonly publicIPAddresses: readonly string[] }[];
    };
    const [westeurope = ""] = service.publicIPAddresses;
    const [northeurope = ""] = service.additionalLocations.flatMap((location) => location.publicIPAddresses);
    return { westeurope, northeurope };
  };

  /** What Entra ID tells of the gateway's identity, in the version of tokens that the registration asks for. */
  const claims = (): Claims => {
    const { resource = "", clientId = "" } = sentOn(state, "orders", "placeOrder").identity ?? {};
    expect(clientId).toBe(state.text("gateway-identity", "clientId"));
    expect(resource).toBe(`api://${state.text("workflows-application", "clientId")}`);
    expect(state.outputs("workflows-application").api).toMatchObject({ requestedAccessTokenVersion: 2 });
    return {
      iss: `https://login.microsoftonline.com/${DEFAULT_IDS.tenantId}/v2.0`,
      aud: resource.replace("api://", ""),
      azp: clientId,
      tid: DEFAULT_IDS.tenantId,
      ver: "2.0",
    };
  };

  /** What the gateway sends, with something else about it. */
  const callBy = (authorization: string | undefined, more: Partial<TriggerCall> = {}): TriggerCall => ({
    from: addresses().westeurope,
    ...sentOn(state, "orders", "placeOrder"),
    headers: { "content-type": "application/json", ...(authorization !== undefined && { authorization }) },
    body: NEW_ORDER,
    ...more,
  });
  const call = (token: string, more?: Partial<TriggerCall>) => callBy(`Bearer ${token}`, more);
  const callAs = async (more: Claims) => call(await entra.issue({ ...claims(), ...more }));
  const callWith = async (more: Partial<TriggerCall>) => call(await entra.issue(claims()), more);
  const signed = () =>
    `${sentOn(state, "orders", "placeOrder").url}&sp=/triggers/manual/run&sv=1.0&sig=leaked`;

  const CASES: readonly Case[] = [
    ["of the gateway in its primary region", [], () => callWith({})],
    ["of the gateway in its other region", [], () => callWith({ from: addresses().northeurope })],
    ["from a foreign address", ["address"], () => callWith({ from: FOREIGN_ADDRESS })],
    ["without any proof", ["scheme", "condition"], () => callBy(undefined)],
    ["with a signature and no token", ["condition"], () => callBy(undefined, { url: signed() })],
    ["with a signature and a token", ["scheme"], () => callWith({ url: signed() })],
    ["with a signature and an empty token", ["scheme"], () => call("", { url: signed() })],
    [
      "with a signature and another scheme",
      ["scheme", "condition"],
      () => callBy("Basic b3JkZXJzOg==", { url: signed() }),
    ],
    ["by another scheme", ["scheme", "condition"], () => callBy("Basic b3JkZXJzOg==")],
    [
      "from another tenant",
      ["policy"],
      () => callAs({ iss: `https://login.microsoftonline.com/${FOREIGN_ID}/v2.0`, tid: FOREIGN_ID }),
    ],
    ["for another audience", ["policy"], () => callAs({ aud: FOREIGN_ID })],
    ["of another caller of the tenant", ["policy"], () => callAs({ azp: FOREIGN_ID })],
    [
      "with an issuer of version 1",
      ["policy"],
      () => callAs({ iss: `https://sts.windows.net/${DEFAULT_IDS.tenantId}/` }),
    ],
    [
      "with a token of version 1, where the caller is appid",
      ["policy"],
      async () => {
        const { azp = "", ...rest } = claims();
        const iss = `https://sts.windows.net/${DEFAULT_IDS.tenantId}/`;
        return call(await entra.issue({ ...rest, iss, appid: azp, ver: "1.0" }));
      },
    ],
    [
      "with an expired token",
      ["token"],
      async () => call(await entra.issue(claims(), { from: -120, to: -60 })),
    ],
    [
      "with a token that is not valid yet",
      ["token"],
      async () => call(await entra.issue(claims(), { from: 60, to: 120 })),
    ],
    ["with an unsigned token", ["token"], () => call(entra.leaveUnsigned(claims()))],
    ["with a token of another issuer's key", ["token"], async () => call(await entra.forge(claims()))],
    ["by another method", ["method"], () => callWith({ method: "PUT" })],
    [
      "to another path",
      ["endpoint"],
      async () => callWith({ url: call("").url.replace("invoke", "invoke/x") }),
    ],
    ["with half an order", ["schema"], () => callWith({ body: { customerId: "C-10042" } })],
  ];

  test.each(CASES)("%s is refused by %j", async (_name, refusedBy, made) => {
    expect(await refusals(placeOrder, await made(), entra.directory)).toEqual(refusedBy);
  });

  test("for an order by its id takes the id from the path", async () => {
    const getOrder = deployedWorkflow(state.outputs("orders-get-order-workflow"));
    const sent = sentOn(state, "orders", "getOrder", { orderId: "O-2026-000123" });
    const token = await entra.issue(claims());
    expect(await refusals(getOrder, call(token, { ...sent, body: undefined }), entra.directory)).toEqual([]);
    const url = sent.url.replace("/O-2026-000123", "");
    expect(await refusals(getOrder, call(token, { ...sent, url }), entra.directory)).toEqual(["endpoint"]);
  });

  const claim =
    (unwanted: string): Removal["remove"] =>
    ({ accessControl }) => {
      for (const policy of Object.values(
        accessControl?.triggers?.openAuthenticationPolicies?.policies ?? {},
      )) {
        policy.claims = policy.claims.filter(({ name }) => name !== unwanted);
      }
    };
  const range =
    (region: "westeurope" | "northeurope"): Removal["remove"] =>
    ({ accessControl }) => {
      const triggers = accessControl?.triggers;
      const others = triggers?.allowedCallerIpAddresses?.filter(
        ({ addressRange }) => addressRange !== `${addresses()[region]}/32`,
      );
      if (triggers) triggers.allowedCallerIpAddresses = others;
    };
  const option =
    (unwanted: string): Removal["remove"] =>
    ({ definition: { triggers } }) => {
      for (const trigger of Object.values(triggers)) {
        trigger.operationOptions = trigger.operationOptions?.replace(unwanted, "");
      }
    };
  const GATEWAY = ["of the gateway in its primary region", "of the gateway in its other region"];

  const REMOVALS: readonly Removal[] = [
    {
      what: "the claim iss",
      remove: claim("iss"),
      admits: ["from another tenant", "with an issuer of version 1"],
    },
    { what: "the claim aud", remove: claim("aud"), admits: ["for another audience"] },
    { what: "the claim azp", remove: claim("azp"), admits: ["of another caller of the tenant"] },
    {
      what: "the list of addresses",
      remove: ({ accessControl }) => delete accessControl?.triggers?.allowedCallerIpAddresses,
      admits: ["from a foreign address"],
    },
    {
      what: "the range of the primary region",
      remove: range("westeurope"),
      refuses: ["of the gateway in its primary region"],
    },
    {
      what: "the range of the other region",
      remove: range("northeurope"),
      refuses: ["of the gateway in its other region"],
    },
    {
      what: "the condition",
      remove: ({ definition }) => {
        for (const trigger of Object.values(definition.triggers)) delete trigger.conditions;
      },
      admits: ["with a signature and no token"],
    },
    {
      what: "the header that the condition reads",
      remove: option("IncludeAuthorizationHeadersInOutputs"),
      refuses: GATEWAY,
    },
    {
      what: "the policy",
      remove: ({ accessControl }) => delete accessControl?.triggers?.openAuthenticationPolicies,
      refuses: GATEWAY,
    },
    {
      what: "the method",
      remove: ({ definition }) => {
        for (const { inputs } of Object.values(definition.triggers)) delete inputs?.method;
      },
      admits: ["by another method"],
    },
    {
      what: "the validation of the body",
      remove: option("EnableSchemaValidation"),
      admits: ["with half an order"],
    },
  ];

  test.each(REMOVALS)("is decided otherwise without $what", async ({ remove, admits = [], refuses = [] }) => {
    const weakened = structuredClone(placeOrder);
    remove(weakened);
    expect(weakened).not.toEqual(placeOrder);
    const changes: Record<"admits" | "refuses", string[]> = { admits: [], refuses: [] };
    for (const [name, refusedBy, made] of CASES) {
      const still = (await refusals(weakened, await made(), entra.directory)).length > 0;
      if (still !== refusedBy.length > 0) changes[still ? "refuses" : "admits"].push(name);
    }
    expect(changes).toEqual({ admits, refuses });
  });
});
