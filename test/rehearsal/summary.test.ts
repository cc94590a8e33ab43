import { NOT_YET_KNOWN } from "../../policies/guardrails/judge";
import type { Report } from "../../rehearsal/life-cycle";
import type { Step } from "../../rehearsal/steps";
import { summarise } from "../../rehearsal/summary";

const STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev";
const DNS = "urn:pulumi:dev::shop::entint:index:DnsZone::dns";
const ZONE = "urn:pulumi:dev::shop::entint:index:DnsZone$azure-native:dns:Zone::dns-zone";

function step(urn: string, type: string, parent: string, custom: boolean): Step {
  return {
    urn,
    id: "",
    type,
    parent,
    custom,
    protect: false,
    operations: ["create"],
    diffs: [],
    inputs: {},
    outputs: {},
  };
}

const report: Report = {
  stack: "dev",
  phases: [
    { name: "preview", seconds: 1.25, proven: ["the program previews: 3 resources"], failures: [] },
    { name: "up", seconds: 2, proven: [], failures: [] },
  ],
  held: true,
  violations: [],
  resources: [
    step(STACK, "pulumi:pulumi:Stack", "", false),
    step(DNS, "entint:index:DnsZone", STACK, false),
    step(ZONE, "azure-native:dns:Zone", DNS, true),
    step(`${ZONE}-record`, "azure-native:dns:RecordSet", ZONE, true),
    step(
      "urn:pulumi:dev::shop::azure-native:resources:ResourceGroup::rg",
      "azure-native:resources:ResourceGroup",
      STACK,
      true,
    ),
  ],
  outputs: {
    url: { value: "https://api.contoso.com", secret: false },
    key: { value: "hidden-well", secret: true },
  },
  assumed: ["key vault kv-certs in resource group certificates"],
  remains: [
    { id: "/subscriptions/1/apim", remedy: "purge: az apim deletedservice purge" },
    { id: "/subscriptions/1/vault", remedy: "recover: az keyvault recover" },
  ],
};

test("a report that holds shows resources per component, endpoints, times, costs, proofs and what remains", () => {
  const text = summarise(report, { peakMemory: 210 * 2 ** 20 });
  expect(text).toMatch(/DnsZone dns\s+│ 2 /);
  expect(text).toMatch(/the stack itself\s+│ 1 /);
  expect(text).toMatch(/all\s+│ 3 /);
  expect(text).toContain("url: https://api.contoso.com");
  expect(text).toMatch(/preview\s+│ 1\.[23] /);
  expect(text).toContain("210 MB");
  expect(text).toMatch(/DNS, 1 zone\s+│ 0\.50/);
  expect(text).toContain("✔ the program previews: 3 resources");
  expect(text).toContain("key vault kv-certs in resource group certificates");
  expect(text).toContain("/subscriptions/1/apim\n    purge: az apim deletedservice purge\n");
  expect(text).toContain("/subscriptions/1/vault\n    recover: az keyvault recover\n");
  expect(text).toContain("The rehearsal of dev held: 2 phases in 3.3 s.");
  expect(text).not.toContain("Did not hold");
});

test("a secret output is named, never shown", () => {
  const text = summarise(report);
  expect(text).toContain("key: [secret]");
  expect(text).not.toContain("hidden-well");
});

test("a phase that did not hold says what was expected, what happened and what to do", () => {
  const failure = {
    expected: "a second up changes nothing",
    happened: ["update of zone (tags)"],
    fix: "set the tags",
  };
  const text = summarise({
    ...report,
    held: false,
    phases: [{ name: "second up", seconds: 1, proven: [], failures: [failure] }],
  });
  expect(text).toMatch(
    /✘ second up\n.*expected: a second up changes nothing\n.*happened: update of zone \(tags\)\n.*fix: set the tags/,
  );
  expect(text).toContain("The rehearsal of dev did not hold: second up.");
});

test("what guardrails warn of is told with the resource; what they put off is counted; what they refused stands elsewhere", () => {
  const violation = { guardrail: "dns-dnssec", urn: ZONE, mandatory: false };
  const text = summarise({
    ...report,
    violations: [
      { ...violation, message: "A zone is signed.\nis not signed\nfix: sign it" },
      {
        ...violation,
        guardrail: NOT_YET_KNOWN,
        message:
          "What a preview does not know yet:\nkv-rbac: properties (for vault)\nbackup: definition (for gateway)",
      },
      { ...violation, guardrail: "kv-logs", mandatory: true, message: "sends no logs" },
    ],
  });
  expect(text).toContain(
    [
      "Guardrails warn",
      "  dns-dnssec: azure-native:dns:Zone dns-zone",
      "    A zone is signed.",
      "    is not signed",
      "    fix: sign it",
      "  what is not known yet puts 2 guardrails off to the update",
    ].join("\n"),
  );
  expect(text).not.toContain("sends no logs");
  expect(summarise(report)).not.toContain("Guardrails warn");
});

test("colour is off unless asked for", () => {
  expect(summarise(report)).not.toContain("\u001b[");
  expect(summarise(report, { colour: true })).toContain("\u001b[32mThe rehearsal of dev held");
});
