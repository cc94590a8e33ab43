import { isDeepStrictEqual } from "node:util";
import type { GuardrailOptions, Resource } from "../../../policies/guardrails/guardrail";
import { complaint, judge, looksAt, postponementText } from "../../../policies/guardrails/judge";
import { textsIn } from "../../../policies/guardrails/properties";
import { GUARDRAILS } from "../../../policies/guardrails/table";
import { unknownCheckingProxy } from "../../../policies/guardrails/unknown";
import { shapes } from "../../../rehearsal/azure/shapes";
import { CASES, KEY, TENANT_ACCESS, type Part } from "./cases";

/** How the engine writes a text that is not known yet: https://github.com/pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Words of Azure's own, which are no secrets: protocols, and the kind of a resource; and what is blank. */
const WORDS = ["http", "https", "vaults", " "];

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
    for (const part of [fails, ...among]) {
      for (const [, value] of textsIn([part.inputs, part.outputs], "")) {
        if (!WORDS.includes(value)) expect(problems[0]).not.toContain(value);
      }
    }
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
  ).toEqual(["stands elsewhere by additionalLocations.1.location"]);
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

describe("what is declared by another type goes past no guardrail", () => {
  const template = (...resources: readonly object[]) => ({ properties: { template: { resources } } });
  const vault = { type: "Microsoft.KeyVault/vaults", name: "kv-hidden", properties: {} };
  const nested = (inner: unknown) => ({
    type: "Microsoft.Resources/deployments",
    name: "nested",
    properties: { template: inner },
  });
  const DEPLOYMENT = "azure-native:resources:Deployment";
  const held = ["is or holds a microsoft.keyvault/vaults"];

  test.each([
    [
      "an API version, in a module",
      "azure-native:keyvault/v20230701:Vault",
      {},
      ["is of an API version of its own"],
    ],
    [
      "an API version, in a package",
      "azure-native_keyvault_v20230701:keyvault:Vault",
      {},
      ["is of an API version of its own"],
    ],
    ["a workspace", "azure-native:apimanagement:WorkspaceApiPolicy", {}, ["is of a workspace"]],
    ["another provider", "azure:keyvault/keyVault:KeyVault", {}, ["is of another provider for Azure"]],
    ["a template", DEPLOYMENT, template(vault), held],
    [
      "a template in JSON",
      DEPLOYMENT,
      { properties: { template: JSON.stringify({ resources: [vault] }) } },
      held,
    ],
    ["a template with names", DEPLOYMENT, { properties: { template: { resources: { vault } } } }, held],
    ["a template within one", DEPLOYMENT, template(nested({ resources: [vault] })), held],
    [
      "a deployment stack",
      "azure-native:resources:DeploymentStackAtResourceGroup",
      { template: { resources: [vault] } },
      held,
    ],
    [
      "a child in a template",
      DEPLOYMENT,
      template({
        type: "Microsoft.ApiManagement/service",
        name: "apim",
        resources: [{ type: "workspaces/apis", name: "shop/orders" }],
      }),
      ["is or holds a microsoft.apimanagement/service", "is or holds a microsoft.apimanagement/service/apis"],
    ],
    [
      "a template elsewhere",
      DEPLOYMENT,
      { properties: { templateLink: { uri: "https://contoso.com/all.json" } } },
      ["has a template that stands elsewhere"],
    ],
    [
      "a template elsewhere, within one",
      DEPLOYMENT,
      template({ ...nested({}), properties: { templateLink: { id: "/…" } } }),
      ["has a template that stands elsewhere"],
    ],
    [
      "a type that is computed",
      DEPLOYMENT,
      template({ type: "[concat('Microsoft.KeyVault', '/vaults')]", name: "kv" }),
      ["holds a resource of a type that only Azure can tell"],
    ],
    [
      "a path that is cut elsewhere",
      "azure-native:resources:Resource",
      {
        resourceProviderNamespace: "microsoft.apimanagement",
        resourceType: "service/apim/namedValues",
        resourceName: "key",
      },
      ["is or holds a microsoft.apimanagement/service/namedvalues"],
    ],
  ])("%s", (_what, type, inputs, expected) => {
    const guardrail = GUARDRAILS.find(({ id }) => id === "judged-types");
    expect(guardrail && looksAt(guardrail, { type })).toBe(true);
    expect(problemsOf("judged-types", type, { inputs })).toEqual(expected);
  });

  test.each([
    ["azure-native:resources:Resource", { ...TENANT_ACCESS, properties: { enabled: "true" } }],
    [
      DEPLOYMENT,
      template({
        type: "Microsoft.ApiManagement/service/tenant",
        name: "apim/access",
        properties: { enabled: "[parameters('direct')]" },
      }),
    ],
  ])("the direct management API, by %s", (type, inputs) => {
    expect(problemsOf("apim-no-direct-management", type, { inputs })).toEqual(["switches it on"]);
  });

  test("the sign-up of the portal, by a resource that is any", () => {
    const inputs = {
      ...TENANT_ACCESS,
      resourceType: "portalsettings",
      resourceName: "signup",
      properties: { enabled: true },
    };
    expect(problemsOf("apim-password-auth-off", "azure-native:resources:Resource", { inputs })).toEqual([
      "lets whoever comes make one",
    ]);
  });

  test("what the guardrails do not look at is free", () => {
    const inputs = template({ type: "Microsoft.ApiManagement/service/portalsettings", name: "apim/signin" });
    expect(problemsOf("judged-types", DEPLOYMENT, { inputs })).toEqual([]);
    expect(problemsOf("judged-types", DEPLOYMENT, { inputs: { properties: { template: "{" } } })).toEqual([]);
  });
});

describe("a policy that cannot be read here is refused, and stops nothing else from being judged", () => {
  const onApi = { serviceName: "apim", apiId: "orders" };
  const cannot = ["has a policy that cannot be read, so that nobody can tell"];

  test.each([
    ["stands elsewhere", { format: "rawxml-link", value: "https://contoso.com/policy.xml" }],
    [
      "holds raw C#",
      {
        format: "rawxml",
        value: '<policies><inbound><set-variable name="a" value="@(x["y"])" /></inbound></policies>',
      },
    ],
  ])("as it %s", (_what, inputs) => {
    expect(problemsOf("apim-policy-base", "azure-native:apimanagement:ApiPolicy", { inputs })).toEqual(
      cannot,
    );
    const policy = resource({ inputs: { ...onApi, ...inputs } }, "azure-native:apimanagement:ApiPolicy");
    expect(
      problemsOf("apim-token-required", "azure-native:apimanagement:Api", { inputs: onApi }, [policy]),
    ).toEqual(cannot);
  });
});

describe("ways around a guardrail are none:", () => {
  const API_POLICY = "azure-native:apimanagement:ApiPolicy";
  const FRAGMENT = "azure-native:apimanagement:PolicyFragment";
  const NAMED_VALUE = "azure-native:apimanagement:NamedValue";
  const SERVICE = "azure-native:apimanagement:ApiManagementService";
  const WORKFLOW = "azure-native:logic:Workflow";
  const VAULT = "azure-native:keyvault:Vault";
  const ACCOUNT = "azure-native:storage:StorageAccount";
  const sections = (inbound: string) =>
    `<policies><inbound>${inbound}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;
  const choose = (...branches: readonly string[]) => sections(`<choose>${branches.join("")}</choose>`);
  const when = (content: string) => `<when condition="@(true)">${content}</when>`;
  const otherwise = (content: string) => `<otherwise>${content}</otherwise>`;
  const wide = (key: string, value: string) => ({ defaultAction: "Deny", ipRules: [{ [key]: value }] });
  const triggered = (trigger: object) => ({
    definition: { triggers: { manual: { type: "Request", ...trigger } } },
    accessControl: { triggers: { openAuthenticationPolicies: { policies: { entra: { type: "AAD" } } } } },
  });
  const bearerOnly = {
    operationOptions: "IncludeAuthorizationHeadersInOutputs",
    conditions: [{ expression: "@startsWith(triggerOutputs()?['headers']?['Authorization'], 'Bearer')" }],
  };
  const parameter = (type: string) => ({
    definition: { parameters: { key: { type } } },
    parameters: { key: { value: "SharedAccessKey=" + KEY } },
  });
  const action = (inputs: object) => ({ definition: { actions: { Key: { inputs } } } });

  test.each<[string, string, Part["inputs"], readonly string[], string]>([
    [
      "apim-https-frontend",
      "azure-native:apimanagement:Api",
      { protocols: ["HTTP"] },
      ["answers by http"],
      "case",
    ],
    ["apim-https-backend", NAMED_VALUE, { value: "http://erp" }, ["has an insecure value"], "a named value"],
    ["apim-https-backend", NAMED_VALUE, { value: "https://erp" }, [], "a named value that is right"],
    [
      "apim-https-backend",
      API_POLICY,
      { value: sections('<base /><set-backend-service base-url="http://erp" />') },
      ["names an insecure address"],
      "a policy",
    ],
    [
      "apim-https-backend",
      FRAGMENT,
      {
        value:
          '<fragment><send-request response-variable-name="r"><set-url>http://erp</set-url></send-request></fragment>',
      },
      ["names an insecure address"],
      "a request that a fragment sends",
    ],
    [
      "apim-named-values-clear",
      NAMED_VALUE,
      { displayName: "erp-Password", value: "summer" },
      ["is called a secret"],
      "a password, which has no form",
    ],
    ["apim-named-values-clear", NAMED_VALUE, { displayName: "token-issuer", value: "a" }, [], "what is none"],
    [
      "apim-policy-base",
      API_POLICY,
      { value: choose(when("<base />")) },
      ["leaves it out in inbound"],
      "on a condition",
    ],
    [
      "apim-policy-base",
      API_POLICY,
      { value: choose(when("<base />"), otherwise("<base />")) },
      [],
      "in every branch",
    ],
    [
      "apim-policy-base",
      API_POLICY,
      { value: choose(when("<base />"), otherwise("")) },
      ["leaves it out in inbound"],
      "in one branch of two",
    ],
    [
      "apim-cors-no-wildcard",
      API_POLICY,
      {
        value: sections(
          '<base /><set-header name="access-control-allow-origin" exists-action="override"><value>*</value></set-header>',
        ),
      },
      ["admits every site"],
      "by the header",
    ],
    ["apim-cors-no-wildcard", NAMED_VALUE, { value: " * " }, ["stands for every site"], "by a named value"],
    [
      "logic-trigger-callers",
      WORKFLOW,
      triggered({}),
      ["admits every address to whoever has its signature"],
      "the signature, beside a token",
    ],
    ["logic-trigger-callers", WORKFLOW, triggered(bearerOnly), [], "a token only"],
    [
      "logic-no-secrets-in-definition",
      WORKFLOW,
      parameter("String"),
      ["has what looks like one at parameters.key.value"],
      "a parameter in clear",
    ],
    ["logic-no-secrets-in-definition", WORKFLOW, parameter("SecureString"), [], "a secure parameter"],
    [
      "logic-no-secrets-in-definition",
      WORKFLOW,
      action({ uri: "@{parameters('vault')}/secrets/key?api-version=7.4" }),
      ["shows the secret that it reads at definition.actions.Key"],
      "a vault by an expression",
    ],
    [
      "logic-no-secrets-in-definition",
      WORKFLOW,
      action({ method: "get", path: "/secrets/@{encodeURIComponent('key')}/value" }),
      ["shows the secret that it reads at definition.actions.Key"],
      "a vault by its connector",
    ],
    [
      "kv-firewall",
      VAULT,
      { properties: { networkAcls: wide("value", "128.0.0.0/1") } },
      ["admits what is no network of anybody's"],
      "half of the internet",
    ],
    ["kv-firewall", VAULT, { properties: { networkAcls: wide("value", "203.0.113.7") } }, [], "one address"],
    [
      "storage-firewall",
      ACCOUNT,
      { networkRuleSet: wide("iPAddressOrRange", "0.0.0.0/0") },
      ["admits what is no network of anybody's"],
      "all of the internet",
    ],
    ["common-tags", VAULT, { tags: { workload: " " } }, ["lacks workload"], "a tag without a value"],
    [
      "apim-region-gateway",
      SERVICE,
      { additionalLocations: [{ location: "northeurope", disableGateway: true }] },
      ["is disabled by additionalLocations.0.disableGateway"],
      "a further region",
    ],
  ])("%s of %s %j: %j (%s)", (id, type, inputs, expected) => {
    expect(problemsOf(id, type, { inputs })).toEqual(expected);
  });

  test("a tier in other letters has the addresses of that tier", () => {
    const gateway = resource(
      { inputs: { sku: { name: "premium" } }, outputs: { publicIPAddresses: ["203.0.113.7"] } },
      SERVICE,
    );
    expect(
      problemsOf("logic-trigger-gateway", WORKFLOW, { inputs: triggered(bearerOnly) }, [gateway]),
    ).toEqual(["admits the gateway from every address"]);
  });
});

test("what is not known yet is told in a line for each guardrail", () => {
  const unknown = (resourceName: string, ...props: string[]) => ({
    resource: resourceName,
    value: Object.assign(new Error(), { props }),
  });
  expect(
    postponementText([
      { guardrail: "kv-rbac", ...unknown("vault", "properties") },
      { guardrail: "backup", ...unknown("gateway", "definition", "actions") },
      { guardrail: "kv-rbac", ...unknown("other", "properties") },
      { guardrail: "kv-rbac", ...unknown("third", "properties", "enableRbacAuthorization") },
    ]),
  ).toBe(
    [
      "backup: definition.actions (for gateway)",
      "kv-rbac: properties (for other, vault); properties.enableRbacAuthorization (for third)",
    ].join("\n"),
  );
});
