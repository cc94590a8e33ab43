import type { Configuration } from "../../policies/guardrails/configuration";
import { GUARDRAILS } from "../../policies/guardrails/table";
import { assess, complianceReport, complianceSarif } from "../../rehearsal/compliance";
import { UNKNOWN, type Step, type Violation } from "../../rehearsal/steps";

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
  step("azure-native:storage:StorageAccount", "account", {}),
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

/** The assessment of some steps, of which the engine was told some violations. */
const assessed = (resources: readonly Step[], violations: readonly Violation[] = []) =>
  assess({ resources, violations }, CONFIGURATION, TODAY);
const assessments = assessed(STEPS);

/** Both products: how many they are, and, unfolded, their names. */
const BOTH = "<details><summary>2</summary>open<br>orders</details>";

/** The cells of a guardrail's row. */
function row(id: string, of = assessments): string[] {
  const line = complianceReport("prod", of)
    .split("\n")
    .find((one) => one.startsWith(`| \`${id}\``));
  return (line ?? "").split(/(?<!\\)\|/).map((cell) => cell.trim());
}

test("every guardrail is told of, those that hold and those that are off as well", () => {
  expect(assessments.map(({ guardrail }) => guardrail)).toEqual(GUARDRAILS);
  expect(row("apim-terms").slice(2, 6)).toEqual(["advisory", "holds", BOTH, ""]);
  expect(row("apim-tls12").slice(2, 6)).toEqual(["mandatory", "not applicable", "0", ""]);
  expect(row("kv-soft-delete").slice(2, 6)).toEqual(["", "off", "0", ""]);
});

test("what breaks one is named with what is wrong, and what is excepted with the reason", () => {
  expect(row("apim-product-subscription").slice(2, 6)).toEqual([
    "mandatory",
    "broken",
    BOTH,
    "open needs none",
  ]);
  expect(row("apim-product-approval").slice(2, 6)).toEqual([
    "advisory",
    "excepted",
    BOTH,
    "orders is excepted: who signs up is known<br>open is excepted: everybody \\| is",
  ]);
});

test("what a resource depends on is told by the id that it holds", () => {
  expect(row("kv-logs").slice(2, 6)).toEqual([
    "mandatory",
    "holds",
    "<details><summary>1</summary>vault</details>",
    "",
  ]);
  const elsewhere = STEPS.map((one) => (one.id === VAULT_ID ? { ...one, id: `${VAULT_ID}2` } : one));
  const logs = assessed(elsewhere).find(({ guardrail }) => guardrail.id === "kv-logs");
  expect(logs?.judged.map(({ problems }) => problems)).toEqual([["sends no logs"]]);
});

test("the verdict counts what came to which end", () => {
  const count = assessments.filter(({ judged }) => judged.some(({ problems }) => problems.length > 0)).length;
  expect(count).toBeGreaterThan(0);
  expect(complianceReport("prod", assessments)).toMatch(
    new RegExp(`^broken: ${count}, holds: \\d+, excepted: 1, not applicable: \\d+, off: \\d+\\. `, "m"),
  );
  expect(complianceReport("prod", assessed([]))).toMatch(/^broken: none, not applicable: \d+, off: \d+\. /m);
});

describe("of what was announced only", () => {
  const unknown = assessed([
    step(PRODUCT, "late", { ...described, terms: UNKNOWN }),
    step("azure-native:keyvault:Vault", "vault", { properties: {} }, UNKNOWN),
    step("azure-native:monitor:DiagnosticSetting", "logs", { resourceUri: UNKNOWN, workspaceId: UNKNOWN }),
  ]);

  test("what is not known yet neither holds nor is broken", () => {
    expect(row("apim-terms", unknown).slice(3, 6)).toEqual([
      "not yet known",
      "<details><summary>1</summary>late</details>",
      "late is not yet known: terms",
    ]);
    expect(row("kv-logs", unknown).slice(3, 6)).toEqual([
      "not yet known",
      "<details><summary>1</summary>vault</details>",
      "vault is not yet known: resourceUri",
    ]);
    expect(complianceReport("prod", unknown)).toContain(", not yet known: ");
  });
});

test("what the engine was told is told as well: it knows secrets, and what was refused before it was written", () => {
  const [orders] = STEPS;
  const violation = (urn: string, problem: string): Violation => ({
    guardrail: "apim-product-subscription",
    urn,
    mandatory: true,
    message: `A product needs a subscription.\n${problem}\nreason: …`,
  });
  const refused = "urn:pulumi:prod::shop::azure-native:apimanagement:Product::refused";
  const told = assessed(STEPS, [
    violation(refused, "needs none"),
    violation(orders?.urn ?? "", "needs none"),
    violation(STEPS[1]?.urn ?? "", "needs none"),
  ]);
  expect(row("apim-product-subscription", told)[5]).toBe(
    "open needs none<br>refused needs none<br>orders needs none",
  );
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
      // GitHub looks at no other.
      expect(partialFingerprints?.primaryLocationLineHash).toMatch(/^[0-9a-f]{16}$/);
    }
    const fingerprints = results.map(
      ({ partialFingerprints }) => partialFingerprints?.primaryLocationLineHash,
    );
    expect(new Set(fingerprints).size).toBe(fingerprints.length);
  });

  test("tells errors from warnings, and says nothing of what is excepted", () => {
    const levels = results.map(({ ruleId, level }) => [ruleId, level]);
    expect(levels).toContainEqual(["apim-product-subscription", "error"]);
    expect(levels.map(([ruleId]) => ruleId)).not.toContain("apim-product-approval");
  });
});
