import { planReport } from "../../.github/scripts/plan-report";
import type { Run, Step } from "../../rehearsal/steps";

const URN = "urn:pulumi:prod::shop::";
const ROOT = `${URN}pulumi:pulumi:Stack::shop-prod`;

function step(type: string, name: string, more: Partial<Step> = {}): Step {
  return {
    urn: `${URN}${type}::${name}`,
    id: "",
    type,
    custom: true,
    parent: ROOT,
    protect: false,
    operations: ["create"],
    diffs: [],
    inputs: {},
    outputs: {},
    ...more,
  };
}

function runOf(steps: readonly Step[], more: Partial<Run> = {}): Run {
  const stack = step("pulumi:pulumi:Stack", "shop-prod", { custom: false, parent: "" });
  const all = [stack, ...steps].map((each): [string, Step] => [each.urn, each]);
  return { steps: new Map(all), errors: [], violations: [], onEvent: () => undefined, ...more };
}

const GATEWAY = "azure-native:apimanagement:ApiManagementService";
const component = step("enterprise-integration:index:ApimGateway", "gateway", { custom: false });
const sku = (name: string, capacity: number) => ({ sku: { name, capacity } });

test("a plan is told by component, with what the guardrails say and what it costs", () => {
  const steps = [
    component,
    step(GATEWAY, "gateway-service", {
      parent: component.urn,
      operations: ["update"],
      diffs: ["sku"],
      before: sku("Developer", 1),
      inputs: sku("Premium", 2),
    }),
    step("azure-native:apimanagement:Policy", "gateway-policy", {
      parent: component.urn,
      operations: ["create-replacement", "replace", "delete-replaced"],
      diffs: ["value"],
    }),
    step("azure-native:dns:Zone", "zone", { operations: ["same"], before: {} }),
    step("azure-native:logic:Workflow", "orders", { operations: ["delete"], before: {} }),
    step("azure-native:resources:ResourceGroup", "group"),
  ];
  const violations = [
    {
      guardrail: "apim-tls",
      urn: `${URN}${GATEWAY}::gateway-service`,
      mandatory: false,
      message: "TLS 1.0 is on\nfix: off",
    },
    {
      guardrail: "not-yet-known",
      urn: `${URN}pulumi:pulumi:Stack::shop-prod`,
      mandatory: false,
      message:
        "What a preview does not know yet:\nkv-logs: logs (for vault)\nkv-rbac: properties (for vault)",
    },
  ];
  expect(planReport("prod", runOf(steps, { violations })))
    .toBe(`### \`prod\`: 1 to create, 1 to update, 1 to replace, 1 to delete

| Component | create | update | replace | delete |
| --- | --: | --: | --: | --: |
| ApimGateway gateway |  | 1 | 1 |  |
| the program itself | 1 |  |  | 1 |

<details><summary>Resources</summary>

- update azure-native:apimanagement:ApiManagementService gateway-service (sku)
- replace azure-native:apimanagement:Policy gateway-policy (value)
- delete azure-native:logic:Workflow orders
- create azure-native:resources:ResourceGroup group

</details>

**Guardrails**: broken (docs/guardrails.md says what each demands, and why)

- warns: \`apim-tls\` azure-native:apimanagement:ApiManagementService gateway-service: TLS 1.0 is on fix: off

<details><summary>Not yet known, and judged by the update: 2</summary>

- kv-logs: logs (for vault)
- kv-rbac: properties (for vault)

</details>

**Rough cost** a month: 48.53 USD → 5,590.84 USD (+5,542.31 USD), without what depends on use.

<details><summary>By resource, prices of 2026-11</summary>

| Item | US dollars a month |
| --- | --: |
| API Management Premium, 2 units | 5590.34 |
| DNS, 1 zone | 0.50 |

</details>
`);
});

test("a plan that changes nothing says so, and that the cost stays", () => {
  const zone = step("azure-native:dns:Zone", "zone", { operations: ["same"], before: {} });
  expect(planReport("dev", runOf([zone]))).toMatch(
    /^### `dev`: nothing changes\n\n\*\*Guardrails\*\*: none is broken\.\n\n.+ 0\.50 USD → 0\.50 USD \(unchanged\)/,
  );
});

test("a preview that failed shows its errors, out of whose block no text breaks", () => {
  const report = planReport("dev", runOf([], { errors: ["Settings are not valid\n```\n</details>"] }));
  expect(report).toMatch(
    /^### `dev`: the preview failed\n\n {4}Settings are not valid\n {4}```\n {4}<\/details>\n/,
  );
});

test("a plan that a guardrail refuses says so first", () => {
  const urn = `${URN}${GATEWAY}::gateway-service`;
  const violations = [{ guardrail: "apim-tls", urn, mandatory: true, message: "TLS 1.0 is on" }];
  const report = planReport("dev", runOf([step(GATEWAY, "gateway-service")], { violations }));
  expect(report).toMatch(/^### `dev`: the guardrails refuse it\n/);
  expect(report).toContain("- **stops the deployment**: `apim-tls`");
});

test("a resource that a replacement ends with is charged as it will be", () => {
  const replaced = step(GATEWAY, "gateway-service", {
    operations: ["create-replacement", "replace", "delete-replaced"],
    before: sku("Developer", 1),
    inputs: sku("Basic", 1),
  });
  expect(planReport("dev", runOf([replaced]))).toContain("48.03 USD → 147.17 USD (+99.14 USD)");
});

test("a name is no markup, and values are not told", () => {
  const name = "<b>`x`|@contoso</b>";
  const inputs = { value: "canary-of-a-value" };
  const report = planReport("dev", runOf([step("azure-native:dns:Zone", name, { inputs, diffs: ["a|b"] })]));
  expect(report).toContain("- create azure-native:dns:Zone \\<b\\>\\`x\\`\\|@\u200bcontoso\\</b\\> (a\\|b)");
  expect(report).not.toContain("canary");
});

test("two stacks of a thousand resources each fit into one comment", () => {
  const long = "x".repeat(300);
  const steps = Array.from({ length: 1_000 }, (_, index) => {
    const parent = step("enterprise-integration:index:GatewayApi", `${long}${index}`, { custom: false });
    const diffs = [long, long];
    return [
      parent,
      step("azure-native:apimanagement:Api", `${long}-${index}`, { parent: parent.urn, diffs }),
    ];
  }).flat();
  const violations = steps.map(({ urn }) => ({
    guardrail: "apim",
    urn,
    mandatory: false,
    message: long.repeat(3),
  }));
  const report = planReport(
    "dev",
    runOf(steps, { violations, errors: Array<string>(20).fill(long.repeat(9)) }),
  );
  expect(report).toMatch(/\| and 9\d\d more \|/);
  expect(report).toMatch(/- and 9\d\d more\n/);
  // https://github.com/orgs/community/discussions/27190
  expect(2 * report.length).toBeLessThan(65_536);
});
