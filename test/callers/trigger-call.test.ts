import { DEFAULT_IDS } from "../../rehearsal/azure";
import { defineWorkflow, requestTrigger, type JsonSchema } from "../../workflow";
import { holds } from "./condition";
import { makeEntra, type Entra } from "./entra";
import { CHECKS, deployedWorkflow, refusals, type Check, type TriggerCall } from "./trigger-call";

const ENDPOINT = "https://prod-01.westeurope.logic.azure.com:443/workflows/0123";
const ADDRESS = "192.0.2.10";
const V1 = `https://sts.windows.net/${DEFAULT_IDS.tenantId}/`;
const V2 = `https://login.microsoftonline.com/${DEFAULT_IDS.tenantId}/v2.0`;

let entra: Entra;
beforeAll(async () => {
  entra = await makeEntra();
});
afterAll(() => entra.close());

/** What decides a call, as it would be deployed. */
interface Deployed {
  readonly trigger?: {
    readonly authorization?: "signature";
    readonly relativePath?: string;
    readonly schema?: JsonSchema;
    readonly validateSchema?: boolean;
  };
  readonly ranges?: readonly string[];
  readonly policies?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly policyType?: string;
  readonly state?: string;
}

const ask = (
  { trigger, ranges, policies = { any: { iss: V2 } }, policyType = "AAD", state = "Enabled" }: Deployed,
  more: Partial<TriggerCall>,
): Promise<readonly Check[]> =>
  refusals(
    deployedWorkflow({
      accessEndpoint: ENDPOINT,
      state,
      accessControl: {
        triggers: {
          allowedCallerIpAddresses: ranges?.map((addressRange) => ({ addressRange })),
          openAuthenticationPolicies: {
            policies: Object.fromEntries(
              Object.entries(policies).map(([name, claims]) => [
                name,
                {
                  type: policyType,
                  claims: Object.entries(claims).map(([claim, value]) => ({ name: claim, value })),
                },
              ]),
            ),
          },
        },
      },
      definition: defineWorkflow({ trigger: requestTrigger("manual", trigger), actions: [] }),
    }),
    {
      from: ADDRESS,
      method: "POST",
      url: `${ENDPOINT}/triggers/manual/paths/invoke?api-version=2016-10-01`,
      headers: {},
      ...more,
    },
    entra.directory,
  );

const bearing = async (claims: Readonly<Record<string, string>>) => ({
  headers: { authorization: `Bearer ${await entra.issue(claims)}` },
});

const signedUrl = (signature: string, path = "") =>
  `${ENDPOINT}/triggers/manual/paths/invoke${path}?api-version=2016-10-01&${signature}`;
const SIGNATURE = "sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=0a1b";

test("each check names its source", () => {
  expect(
    Object.values(CHECKS).filter((source) => !source.startsWith("https://learn.microsoft.com/azure/")),
  ).toEqual(["https://learn.microsoft.com/entra/identity-platform/access-tokens"]);
});

describe("addresses", () => {
  test.each<[range: string, first: string, last: string, below: string, above: string]>([
    ["192.0.2.10", "192.0.2.10", "192.0.2.10", "192.0.2.9", "192.0.2.11"],
    ["192.0.2.10/32", "192.0.2.10", "192.0.2.10", "192.0.2.9", "192.0.2.11"],
    ["192.0.2.8/29", "192.0.2.8", "192.0.2.15", "192.0.2.7", "192.0.2.16"],
    ["192.0.2.250-192.0.3.4", "192.0.2.250", "192.0.3.4", "192.0.2.249", "192.0.3.5"],
  ])("%s are those from %s to %s", async (range, first, last, below, above) => {
    const from = async (address: string) =>
      ask({ ranges: ["198.51.100.1", range] }, { from: address, ...(await bearing({ iss: V2 })) });
    expect(await from(first)).toEqual([]);
    expect(await from(last)).toEqual([]);
    expect(await from(below)).toEqual(["address"]);
    expect(await from(above)).toEqual(["address"]);
  });

  test("are no matter without a list, and none is enough with an empty one", async () => {
    const call = await bearing({ iss: V2 });
    expect(await ask({}, call)).toEqual([]);
    expect(await ask({ ranges: [] }, call)).toEqual(["address"]);
  });
});

describe("tokens", () => {
  test("of version 1 are admitted by a policy for them", async () => {
    const policies = { v1: { iss: V1, aud: "api://workflows", appid: "gateway" } };
    const token = { iss: V1, aud: "api://workflows", appid: "gateway" };
    expect(await ask({ policies }, await bearing(token))).toEqual([]);
    expect(await ask({ policies }, await bearing({ ...token, iss: V2 }))).toEqual(["policy"]);
  });

  test("fit one policy, and not a part of each", async () => {
    const policies = { one: { iss: V2, azp: "one" }, two: { iss: V2, azp: "two", roles: "caller" } };
    expect(await ask({ policies }, await bearing({ iss: V2, azp: "one" }))).toEqual([]);
    expect(await ask({ policies }, await bearing({ iss: V2, azp: "two" }))).toEqual(["policy"]);
  });

  test("of the bearer type fit no policy for proofs of possession, and none where there is none", async () => {
    const call = await bearing({ iss: V2 });
    expect(await ask({ policyType: "AADPOP" }, call)).toEqual(["policy"]);
    expect(await ask({ policies: {} }, call)).toEqual(["policy"]);
  });
});

describe("signatures", () => {
  const trigger = { authorization: "signature", relativePath: "orders/{id}" } as const;

  test("open a trigger that asks for nothing else", async () => {
    expect(await ask({ trigger }, { url: signedUrl(SIGNATURE, "/orders/7") })).toEqual([]);
  });

  test.each([
    ["another trigger", SIGNATURE.replace("manual", "other")],
    ["another version", SIGNATURE.replace("1.0", "2.0")],
    ["nothing", SIGNATURE.replace("0a1b", "")],
  ])("of %s do not", async (_what, signature) => {
    expect(await ask({ trigger }, { url: signedUrl(signature, "/orders/7") })).toEqual(["signature"]);
  });

  test("of a disabled workflow open nothing, nor do they at another path", async () => {
    expect(await ask({ trigger, state: "Disabled" }, { url: signedUrl(SIGNATURE, "/orders/7") })).toEqual([
      "state",
    ]);
    expect(await ask({ trigger }, { url: signedUrl(SIGNATURE, "/order/7") })).toEqual(["endpoint"]);
    expect(await ask({ trigger }, { url: signedUrl(SIGNATURE) })).toEqual(["endpoint"]);
  });
});

describe("a trigger", () => {
  test("that names no method admits any, and a body only of its schema where it validates", async () => {
    const schema = { type: "object", required: ["id"] } as const;
    const call = await bearing({ iss: V2 });
    const given = (validateSchema: boolean, body: unknown) =>
      ask({ trigger: { schema, validateSchema } }, { ...call, method: "PUT", body });
    expect(await given(true, { id: 1 })).toEqual([]);
    expect(await given(true, {})).toEqual(["schema"]);
    expect(await given(false, {})).toEqual([]);
  });

  test("of another host or name is none of the workflow's", async () => {
    const call = await bearing({ iss: V2 });
    const url = `${ENDPOINT}/triggers/manual/paths/invoke`;
    for (const other of [
      url.replace("prod-01", "prod-02"),
      url.replace("0123", "4567"),
      url.replace("manual", "x"),
    ]) {
      expect(await ask({}, { ...call, url: other })).toEqual(["endpoint"]);
    }
  });
});

describe("a condition", () => {
  // https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app
  const DOCUMENTED = "@startsWith(triggerOutputs()?['headers']?['Authorization'], 'Bearer')";

  test.each([
    [true, "Bearer x"],
    [true, "bearer x"],
    [false, "Basic x"],
    [false, undefined],
  ])("as Azure documents it is %s of %p", (expected, authorization) => {
    expect(holds(DOCUMENTED, { headers: { Authorization: authorization } })).toBe(expected);
  });

  test("takes the first value that there is", () => {
    expect(holds("@startsWith(coalesce(triggerOutputs()?['a'], 'it''s'), 'IT''S')", {})).toBe(true);
  });

  test.each([
    ["triggerOutputs()", "no condition"],
    ["@equals('a', 'a')", "the function equals is not known here"],
    ["@triggerOutputs() x", "cannot be read"],
  ])("that is not understood is no answer: %s", (condition, message) => {
    expect(() => holds(condition, {})).toThrow(message);
  });
});
