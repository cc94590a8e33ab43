import { isDeepStrictEqual } from "node:util";
import * as policy from "@pulumi/policy";
import type { GuardrailOptions, Resource } from "../../../policies/guardrails/guardrail";
import { complaint, judge, looksAt } from "../../../policies/guardrails/judge";
import type { Properties } from "../../../policies/guardrails/properties";
import { GUARDRAILS } from "../../../policies/guardrails/table";
import { shapes } from "../../../rehearsal/azure/shapes";
import { CASES, type Part } from "./cases";

// Exported since 1.21.0, though left out of the declarations.
const { unknownCheckingProxy } = policy as unknown as {
  unknownCheckingProxy: (properties: Properties) => Properties;
};

/** How the engine writes a text that is not known yet: https://github.com/pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const OPTIONS: GuardrailOptions = {
  except: { excepted: "for everybody" },
  regions: ["westeurope"],
  tags: ["workload"],
  today: new Date("2026-12-31T12:00:00Z"),
};

function resource(part: Part, type: string): Resource {
  const { name = "judged", inputs, outputs, dependencies = {}, protect = false } = part;
  return {
    type,
    name,
    urn: `urn:${name}`,
    inputs: unknownCheckingProxy(inputs),
    ...(outputs && { outputs: unknownCheckingProxy(outputs) }),
    dependencies,
    protect,
  };
}

const cases = GUARDRAILS.map((guardrail) => {
  const found = CASES[guardrail.id];
  if (found === undefined) throw new Error(`there is no case for ${guardrail.id}`);
  return [guardrail.id, guardrail, found] as const;
});

test("every case is one of a guardrail", () => {
  expect(Object.keys(CASES).sort()).toEqual(GUARDRAILS.map(({ id }) => id).sort());
});

describe.each(cases)("%s", (_id, guardrail, { type, passes, fails, among = [], amongFailing, unknown }) => {
  const judged = (part: Part, others = among) => {
    const one = resource(part, type);
    return judge(guardrail, one, [one, ...others.map((other) => resource(other, other.type))], OPTIONS);
  };

  test("passes what is right", () => {
    expect(looksAt(guardrail, { type })).toBe(true);
    expect(judged(passes)).toEqual({ problems: [] });
  });

  test("refuses what is wrong, with the reason and the fix, and without values", () => {
    const { problems } = judged(fails, amongFailing ?? among);
    expect(problems).toHaveLength(1);
    const text = complaint(guardrail, problems[0] ?? "");
    expect(text).toContain(`reason: ${guardrail.reason}`);
    expect(text).toContain(`fix: ${guardrail.fix}`);
    expect(text).not.toContain("Key=");
  });

  test("looks at nothing else", () => {
    expect(looksAt(guardrail, { type: "azure-native:network:PublicIPAddress" })).toBe(false);
  });

  test("admits what is excepted", () => {
    const { problems, excepted } = judged({ ...fails, name: "excepted" }, amongFailing ?? among);
    expect([problems, excepted]).toEqual([[], "for everybody"]);
  });

  if (unknown === undefined) return;
  test("says what is not known yet", () => {
    const [where = "", property = ""] = unknown.split(".");
    const hide = <P extends Part>(part: P): P => {
      const place = part.outputs && property in part.outputs ? "outputs" : "inputs";
      return { ...part, [place]: { ...part[place], [property]: UNKNOWN } };
    };
    const [first, ...rest] = among;
    const { problems, notYetKnown } =
      where === "among" && first ? judged(passes, [hide(first), ...rest]) : judged(hide(passes));
    expect(problems).toEqual([]);
    expect(notYetKnown?.props).toEqual([property]);
  });
});

test.each([
  ["a range that is the internet", { type: "Request", kind: "Http" }, "0.0.0.0/0"],
  ["a trigger that says no kind", { type: "Request" }, "198.51.100.0/24"],
])("a trigger that PSRule admits is refused here: %s", (_what, trigger, addressRange) => {
  const guardrail = GUARDRAILS.find(({ id }) => id === "logic-trigger-callers");
  const workflow = resource(
    {
      inputs: {
        definition: { triggers: { manual: trigger } },
        accessControl: { triggers: { allowedCallerIpAddresses: [{ addressRange }] } },
      },
    },
    "azure-native:logic:Workflow",
  );
  expect(guardrail && judge(guardrail, workflow, [workflow], OPTIONS).problems).toEqual([
    "admits a range of more than 16 addresses",
  ]);
});

test("what stands on a service of which the name is not known yet is found by whose name it is", () => {
  const guardrail = GUARDRAILS.find(({ id }) => id === "apim-token-required");
  const on = (service: string, inputs: Part["inputs"], type: string) =>
    resource(
      { inputs: { ...inputs, serviceName: UNKNOWN }, dependencies: { serviceName: [`urn:${service}`] } },
      type,
    );
  const api = on("own", { apiId: "open" }, "azure-native:apimanagement:Api");
  const open = "<policies><inbound><base /></inbound></policies>";
  const policyOn = (service: string) =>
    on(service, { apiId: "open", value: open }, "azure-native:apimanagement:ApiPolicy");
  const judged = (policy: Resource) => guardrail && judge(guardrail, api, [api, policy], OPTIONS);
  expect(judged(policyOn("own"))).toEqual({ problems: ["validates no token"] });
  expect(judged(policyOn("other"))?.notYetKnown?.props).toEqual(["serviceName"]);
});

/** What a guardrail says of a resource. */
function problemsOf(
  id: string,
  type: string,
  part: Part,
  others: readonly Resource[] = [],
): readonly string[] {
  const guardrail = GUARDRAILS.find((one) => one.id === id);
  if (guardrail === undefined) throw new Error(`there is no ${id}`);
  const one = resource(part, type);
  return judge(guardrail, one, [one, ...others], OPTIONS).problems;
}

test("tags are asked of each type that can be rehearsed and takes them", () => {
  const { types } = shapes();
  const taking = Object.keys(types).filter((type) =>
    isDeepStrictEqual(types[type]?.inputs["tags?"], { map: "string" }),
  );
  // What stands on another resource, and a record of what was deployed.
  const others = ["azure-native:keyvault:Secret", "azure-native:resources:Deployment"];
  const guardrail = GUARDRAILS.find(({ id }) => id === "common-tags");
  expect(new Set(guardrail?.judges)).toEqual(new Set(taking.filter((type) => !others.includes(type))));
});

test.each([
  ["by itself", { parentResourcePath: "" }, ["lacks workload"]],
  ["by itself, and has them", { parentResourcePath: "", tags: { workload: "orders" } }, []],
  ["on a gateway", { parentResourcePath: "service/apim", location: "westeurope" }, []],
])("tags are asked of an untyped resource, or not, that stands %s", (_where, inputs, problems) => {
  expect(problemsOf("common-tags", "azure-native:resources:Resource", { inputs })).toEqual(problems);
});

test("every region of a gateway is an allowed one", () => {
  const inputs = {
    location: "West Europe",
    additionalLocations: [{ location: "westeurope" }, { location: "eastus" }],
  };
  expect(
    problemsOf("allowed-regions", "azure-native:apimanagement:ApiManagementService", { inputs }),
  ).toEqual(["stands in eastus"]);
});

test.each([
  ["kv-firewall", "azure-native:keyvault:Vault", { properties: { publicNetworkAccess: "disabled" } }],
  ["storage-firewall", "azure-native:storage:StorageAccount", { publicNetworkAccess: "Disabled" }],
])("%s admits what no public network reaches", (id, type, inputs) => {
  expect(problemsOf(id, type, { inputs })).toEqual([]);
});

test("logs of another kind are not those that tell who read a secret", () => {
  const metrics = resource(
    {
      inputs: { logs: [{ category: "AzurePolicyEvaluationDetails", enabled: true }], workspaceId: "/w" },
      dependencies: { resourceUri: ["urn:judged"] },
    },
    "azure-native:monitor:DiagnosticSetting",
  );
  expect(problemsOf("kv-logs", "azure-native:keyvault:Vault", { inputs: {} }, [metrics])).toEqual([
    "sends no logs",
  ]);
});

test("an account without settings for its blobs keeps nothing that is deleted", () => {
  const inputs = { accountName: "stbare" };
  expect(problemsOf("storage-soft-delete", "azure-native:storage:StorageAccount", { inputs })).toEqual([
    "has no deleteRetentionPolicy",
    "has no containerDeleteRetentionPolicy",
  ]);
});

test.each([
  ["shows it", undefined, ["shows the secret that it reads at definition.actions.Key"]],
  ["keeps it", { secureData: { properties: ["inputs", "outputs"] } }, []],
])("an action that reads a secret from a vault %s", (_what, runtimeConfiguration, expected) => {
  const uri = "https://kv-shop.vault.azure.net/secrets/key";
  const definition = { actions: { Key: { type: "Http", inputs: { uri }, runtimeConfiguration } } };
  expect(
    problemsOf("logic-no-secrets-in-definition", "azure-native:logic:Workflow", { inputs: { definition } }),
  ).toEqual(expected);
});

test.each([
  [
    "openapi+json",
    '{ "paths": { "/": { "get": { "operationId": "list" } } } }',
    "validates no token in list",
  ],
  ["openapi", "openapi: 3.0.1", "validates no token in count"],
])("the policy of an operation is looked at whatever the contract is: %s", (format, value, problem) => {
  const onApi = { serviceName: "apim", apiId: "orders" };
  const token =
    '<policies><inbound><validate-azure-ad-token tenant-id="t"><audiences><audience>a</audience></audiences></validate-azure-ad-token></inbound></policies>';
  const others = [
    resource({ inputs: { ...onApi, value: token } }, "azure-native:apimanagement:ApiPolicy"),
    resource(
      {
        inputs: {
          ...onApi,
          operationId: problem.split(" ").at(-1),
          value: "<policies><inbound /></policies>",
        },
      },
      "azure-native:apimanagement:ApiOperationPolicy",
    ),
  ];
  const inputs = { ...onApi, format, value };
  expect(problemsOf("apim-token-required", "azure-native:apimanagement:Api", { inputs }, others)).toEqual([
    problem,
  ]);
});
