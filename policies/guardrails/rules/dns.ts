import { claimableName } from "../../../components/dns/azure-names";
import { stackGuardrail, type Guardrail, type Resource } from "../guardrail";
import { same, text, textsIn } from "../properties";

const ZONE = "azure-native:dns:Zone";
const DNSSEC = "azure-native:dns:DnssecConfig";
const RECORD_SET = "azure-native:dns:RecordSet";

/** Whether Azure answered of a resource that it has a host name, as it is or as an address. */
function hasHostName({ outputs }: Resource, hostName: string): boolean {
  const addresses = [hostName, `https://${hostName}`, `https://${hostName}/`];
  return [...textsIn(outputs, "")].some(([, value]) => addresses.includes(value.toLowerCase()));
}

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
  stackGuardrail({
    id: "dns-no-dangling",
    level: "mandatory",
    environments: "all",
    rule: "A CNAME that leads to a name of Azure which anybody could take leads to a resource of the stack.",
    reason: "Whoever takes the name of a service that is gone answers for the domain.",
    fix: "record the name of a resource of this stack, or except the record and say who keeps the name",
    mirrors: ["https://learn.microsoft.com/azure/security/fundamentals/subdomain-takeover"],
    judges: [RECORD_SET],
    *judge({ inputs }, stack) {
      const target = (text(inputs, "cnameRecord.cname") ?? "").toLowerCase().replace(/\.$/, "");
      if (claimableName(target) === undefined) return;
      const others = stack.filter(({ type }) => type !== RECORD_SET);
      if (!others.some((resource) => hasHostName(resource, target))) {
        yield "leads to a name that no resource of the stack has";
      }
    },
  }),
];
