import type { Configuration } from "../../policies/guardrails/configuration";
import { GUARDRAILS } from "../../policies/guardrails/table";
import { assess, complianceReport, complianceSarif } from "../../rehearsal/compliance";
import type { Step } from "../../rehearsal/steps";

const TODAY = new Date("2026-12-31T00:00:00Z");

function step(type: string, name: string, inputs: Step["inputs"], id = ""): Step {
  return {
    urn: `urn:pulumi:prod::shop::${type}::${name}`,
    id,
    type,
    parent: "",
    custom: true,
    protect: false,
    operations: ["create"],
    diffs: [],
    inputs,
    outputs: {},
  };
}

const PRODUCT = "azure-native:apimanagement:Product";
const described = { displayName: "Orders", description: "Place orders.", subscriptionRequired: true };
const VAULT_ID = "/subscriptions/1/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv";

const STEPS = [
  step(PRODUCT, "orders", { ...described, terms: "For customers | partners." }),
  step(PRODUCT, "open", { ...described, terms: "For all.", subscriptionRequired: false }),
  step("azure-native:keyvault:Vault", "vault", { properties: { enableRbacAuthorization: true } }, VAULT_ID),
  step("azure-native:monitor:DiagnosticSetting", "logs", {
    resourceUri: VAULT_ID,
    workspaceId: "/…",
    logs: [{ category: "AuditEvent", enabled: true }],
  }),
];
const CONFIGURATION: Configuration = {
  "apim-product-approval": {
    except: { orders: "who signs up is known", open: "everybody | is" },
  },
  "kv-logs": "mandatory",
  "kv-soft-delete": "disabled",
};

const assessments = assess(STEPS, CONFIGURATION, TODAY);

/** The cells of a guardrail's row. */
function row(id: string): string[] {
  const line = complianceReport("prod", assessments)
    .split("\n")
    .find((one) => one.startsWith(`| \`${id}\``));
  return (line ?? "").split(/(?<!\\)\|/).map((cell) => cell.trim());
}

test("every guardrail is told of, those that hold and those that are off as well", () => {
  expect(assessments.map(({ guardrail }) => guardrail)).toEqual(GUARDRAILS);
  expect(row("apim-terms").slice(2, 6)).toEqual(["advisory", "holds", "2", ""]);
  expect(row("apim-tls12").slice(2, 6)).toEqual(["mandatory", "not applicable", "0", ""]);
  expect(row("kv-soft-delete").slice(2, 6)).toEqual(["", "off", "0", ""]);
});

test("what breaks one is named with what is wrong, and what is excepted with the reason", () => {
  expect(row("apim-product-subscription").slice(2, 6)).toEqual([
    "mandatory",
    "broken",
    "2",
    "open needs none",
  ]);
  expect(row("apim-product-approval").slice(2, 6)).toEqual([
    "advisory",
    "excepted",
    "2",
    "orders is excepted: who signs up is known<br>open is excepted: everybody \\| is",
  ]);
});

test("what a resource depends on is told by the id that it holds", () => {
  expect(row("kv-logs").slice(2, 6)).toEqual(["mandatory", "holds", "1", ""]);
  const elsewhere = STEPS.map((one) => (one.id === VAULT_ID ? { ...one, id: `${VAULT_ID}2` } : one));
  const logs = assess(elsewhere, CONFIGURATION, TODAY).find(({ guardrail }) => guardrail.id === "kv-logs");
  expect(logs?.judged.map(({ problems }) => problems)).toEqual([["sends no logs"]]);
});

test("the verdict counts what is broken", () => {
  const count = assessments.filter(({ judged }) => judged.some(({ problems }) => problems.length > 0)).length;
  expect(count).toBeGreaterThan(0);
  expect(complianceReport("prod", assessments)).toContain(`${count} of ${GUARDRAILS.length} are broken.`);
  expect(complianceReport("prod", assess([], {}, TODAY))).toContain("All of them hold.");
});

describe("SARIF", () => {
  const [run] = complianceSarif("prod", assessments).runs;
  const results = run?.results ?? [];

  test("declares each guardrail once, with what it demands, why, what to do and who demands the same", () => {
    const rules = run?.tool.driver.rules ?? [];
    expect(rules.map(({ id }) => id)).toEqual(GUARDRAILS.map(({ id }) => id));
    const [first] = GUARDRAILS;
    expect(rules[0]).toEqual({
      id: first?.id,
      shortDescription: { text: first?.rule },
      fullDescription: { text: first?.reason },
      help: { text: `Fix: ${first?.fix ?? ""}` },
      properties: { tags: first?.mirrors },
      defaultConfiguration: { level: "error" },
    });
  });

  // https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
  test("has a result for each problem, with what GitHub asks for: a file, a line and a fingerprint of its own", () => {
    const problems = assessments.flatMap(({ judged }) => judged.flatMap((one) => one.problems));
    expect(results).toHaveLength(problems.length);
    const declared = new Set(GUARDRAILS.map(({ id }) => id));
    for (const { ruleId = "", message, locations = [], partialFingerprints } of results) {
      expect(declared).toContain(ruleId);
      expect(message.text).toContain("fix: ");
      const [place] = locations;
      expect(place?.physicalLocation).toEqual({
        artifactLocation: { uri: "Pulumi.prod.yaml" },
        region: { startLine: 1 },
      });
      expect(partialFingerprints?.resource).toContain(ruleId);
    }
    const fingerprints = results.map(({ partialFingerprints }) => partialFingerprints?.resource);
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });

  test("tells errors from warnings, and says nothing of what is excepted", () => {
    const levels = results.map(({ ruleId, level }) => [ruleId, level]);
    expect(levels).toContainEqual(["apim-product-subscription", "error"]);
    expect(levels.map(([ruleId]) => ruleId)).not.toContain("apim-product-approval");
  });
});
