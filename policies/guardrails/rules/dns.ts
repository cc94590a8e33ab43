import { stackGuardrail, type Guardrail } from "../guardrail";
import { same, text } from "../properties";

const ZONE = "azure-native:dns:Zone";
const DNSSEC = "azure-native:dns:DnssecConfig";

/** What names must satisfy. */
export const DNS_GUARDRAILS: readonly Guardrail[] = [
  stackGuardrail({
    id: "dns-dnssec",
    level: "advisory",
    environments: "production",
    rule: "A zone is signed.",
    reason: "Whoever answers for a resolver could otherwise lead clients elsewhere.",
    fix: "set domain.dnssec, and put the DS record into the parent zone: docs/dns.md",
    mirrors: ["PSRule AZR-000456"],
    judges: [ZONE],
    *judge({ inputs }, stack) {
      const zoneName = text(inputs, "zoneName");
      const signed = stack.some(
        ({ type, inputs: config }) => type === DNSSEC && same(text(config, "zoneName"), zoneName),
      );
      if (!signed) yield "is not signed";
    },
  }),
];
