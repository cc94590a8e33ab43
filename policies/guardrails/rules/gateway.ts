import { SERVICE_NAME } from "../../../components/gateway/limits";
import { notSwitchedOff, OLD_PROTOCOLS, WEAK_CIPHERS } from "../../../components/gateway/tls";
import { armResources, MAY_BE_ANYTHING, type ArmResource } from "../arm-resources";
import { resourceGuardrail, stackGuardrail, type Guardrail } from "../guardrail";
import { at, isProperties, items, placesOf, same, text, type Properties } from "../properties";
import { tierOf } from "../tiers";

const SERVICE = "azure-native:apimanagement:ApiManagementService";

function customProperties(inputs: Properties): Properties {
  const found = at(inputs, "customProperties");
  return isProperties(found) ? found : {};
}

/** Whether a resource is a setting of a service, of those that azure-native has no type for. */
function isSetting({ kind, name, type }: ArmResource, ofKind: string, named: string): boolean {
  return kind === ofKind && same(name(), named) && type() === `microsoft.apimanagement/service/${ofKind}`;
}

/** Whether a setting is on; an expression or a parameter may be. */
function isOn({ properties }: ArmResource): boolean {
  const enabled = at(properties, "enabled") ?? false;
  return enabled !== false && !same(text(properties, "enabled"), "false");
}

/** A region of a service: the primary one is the service itself. */
interface Region {
  /** Where it stands in what is asked for. */
  readonly path: string;
  readonly units: number;
  readonly zones: number | undefined;
  readonly disabled: boolean;
}

function* regionsOf(inputs: Properties): Iterable<Region> {
  for (const [path, place] of placesOf(inputs)) {
    const zones = at(place, "zones");
    yield {
      path,
      units: Number(at(place, "sku.capacity") ?? 1),
      zones: Array.isArray(zones) ? zones.length : undefined,
      disabled: at(place, "disableGateway") === true,
    };
  }
}

/** Days before its end in which a certificate is renewed: https://learn.microsoft.com/azure/key-vault/certificates/overview-renew-certificate */
const RENEWAL_DAYS = 30;

/** What the API Management service itself must satisfy. */
export const GATEWAY_GUARDRAILS: readonly Guardrail[] = [
  resourceGuardrail({
    id: "apim-tls12",
    level: "mandatory",
    environments: "all",
    rule: "A gateway speaks nothing older than TLS 1.2, with clients or with backends.",
    reason: "Older protocols have known attacks, and what is left out returns to Azure's default.",
    fix: 'set the protocols to "False" in customProperties, as ApimGateway does',
    mirrors: ["PSRule AZR-000054", "MCSB DP-3", "Checkov CKV_AZURE_173"],
    judges: [SERVICE],
    *judge(inputs) {
      const on = notSwitchedOff(OLD_PROTOCOLS, customProperties(inputs));
      if (on.length > 0) yield `does not switch off ${on.join(", ")}`;
    },
  }),
  resourceGuardrail({
    id: "apim-ciphers",
    level: "mandatory",
    environments: "all",
    rule: "A gateway offers no cipher suite without forward secrecy, none with CBC, and no triple DES.",
    reason: "Whoever records such traffic can read it once the key is known.",
    fix: 'set the suites to "False" in customProperties, as ApimGateway does',
    mirrors: ["PSRule AZR-000055", "MCSB DP-3"],
    judges: [SERVICE],
    *judge(inputs) {
      if (tierOf(inputs)?.cipherSettings === false) return;
      const on = notSwitchedOff(WEAK_CIPHERS, customProperties(inputs));
      if (on.length > 0) yield `does not switch off ${on.join(", ")}`;
    },
  }),
  resourceGuardrail({
    id: "apim-managed-identity",
    level: "mandatory",
    environments: "all",
    rule: "A gateway has a managed identity.",
    reason: "Without one it reaches vaults and services with secrets only.",
    fix: "give the service an identity",
    mirrors: ["PSRule AZR-000053"],
    judges: [SERVICE],
    *judge(inputs) {
      const type = text(inputs, "identity.type");
      if (type === undefined || same(type, "None")) yield "has no identity";
    },
  }),
  resourceGuardrail({
    id: "apim-min-api-version",
    level: "advisory",
    environments: "all",
    rule: "A gateway is managed by version 2021-08-01 of the management API, or later.",
    reason: "Earlier ones show secrets in what they answer.",
    fix: "set apiVersionConstraint.minApiVersion",
    mirrors: ["PSRule AZR-000321"],
    judges: [SERVICE],
    *judge(inputs) {
      const version = text(inputs, "apiVersionConstraint.minApiVersion");
      if (version === undefined || version < "2021-08-01") yield "admits earlier versions";
    },
  }),
  resourceGuardrail({
    id: "apim-name",
    level: "advisory",
    environments: "all",
    rule: `The name of a service has ${SERVICE_NAME.words}.`,
    reason: "Azure takes no other, and says so when a create has waited for all that comes before.",
    fix: "choose another name",
    mirrors: ["PSRule AZR-000056"],
    judges: [SERVICE],
    *judge(inputs) {
      const name = text(inputs, "serviceName");
      if (name !== undefined && !SERVICE_NAME.pattern.test(name)) yield "has another name";
    },
  }),
  resourceGuardrail({
    id: "apim-no-direct-management",
    level: "mandatory",
    environments: "all",
    rule: "The direct management API is off.",
    reason: "It goes past Azure Resource Manager's roles, locks and logs.",
    fix: "leave service/tenant/access alone: it is off of itself",
    mirrors: ["Azure Policy b741306c", "MCSB PV-2"],
    judges: MAY_BE_ANYTHING,
    *judge(_inputs, resource) {
      for (const found of armResources(resource)) {
        if (isSetting(found, "tenant", "access") && isOn(found)) yield "switches it on";
      }
    },
  }),
  resourceGuardrail({
    id: "apim-password-auth-off",
    level: "advisory",
    environments: "all",
    rule: "Nobody makes an account of the developer portal by a form, with a password.",
    reason:
      "Passwords are guessed and reused; who signs in by Entra ID is known there, and goes when the person goes.",
    fix: "leave portal.signUp out, or except the portal with the reason",
    mirrors: ["Azure Policy ffe25541"],
    judges: MAY_BE_ANYTHING,
    *judge(_inputs, resource) {
      for (const found of armResources(resource)) {
        if (isSetting(found, "portalsettings", "signup") && isOn(found)) yield "lets whoever comes make one";
      }
    },
  }),
  resourceGuardrail({
    id: "apim-tier",
    level: "mandatory",
    environments: "production",
    rule: "A gateway of production is of a tier with a service level agreement.",
    reason: "Azure mends a Developer gateway when it can, and updates it while it does not answer.",
    fix: "set gateway.tier to another tier: docs/tiers.md",
    mirrors: [
      "https://learn.microsoft.com/azure/architecture/reference-architectures/enterprise-integration/basic-enterprise-integration",
    ],
    judges: [SERVICE],
    *judge(inputs) {
      if (tierOf(inputs)?.sla !== true) yield "is of a tier without one";
    },
  }),
  resourceGuardrail({
    id: "apim-zones",
    level: "mandatory",
    environments: "production",
    rule: "The primary region has at least two units, which zones or Azure spread; where zones are named there are two of them, and a unit for each.",
    reason: "The loss of a zone must leave a gateway that answers.",
    fix: "set gateway.tier to Premium with units: 2 or more, and zones left out or two of them",
    mirrors: ["PSRule AZR-000052", "Azure Policy 42daa904"],
    judges: [SERVICE],
    *judge(inputs) {
      const [primary] = regionsOf(inputs);
      if (primary === undefined) return;
      if (tierOf(inputs)?.zones !== true) yield "is of a tier without zones";
      else if (primary.units < 2) yield "has one unit in its primary region";
      else if (primary.zones !== undefined && (primary.zones < 2 || primary.units % primary.zones !== 0)) {
        yield "does not spread its units over two zones or more";
      }
    },
  }),
  resourceGuardrail({
    id: "apim-multi-region",
    level: "mandatory",
    environments: "production",
    rule: "A gateway of production stands in a further region.",
    reason: "The loss of a region must leave a gateway that answers.",
    fix: "add a region below gateway.tier.regions",
    mirrors: ["PSRule AZR-000340"],
    judges: [SERVICE],
    *judge(inputs) {
      if (items(inputs, "additionalLocations").length === 0) yield "stands in one region";
    },
  }),
  resourceGuardrail({
    id: "apim-region-gateway",
    level: "advisory",
    environments: "production",
    rule: "The gateway of every region answers.",
    reason: "A region that is disabled helps nobody when another one fails.",
    fix: "enable it by a second update, once all workflows know its address: docs/deploying.md#adding-a-region",
    mirrors: ["PSRule AZR-000341"],
    judges: [SERVICE],
    *judge(inputs) {
      for (const { path, disabled } of regionsOf(inputs))
        if (disabled) yield `is disabled by ${path}disableGateway`;
    },
  }),
  stackGuardrail({
    id: "apim-certificate-expiry",
    level: "mandatory",
    environments: "all",
    rule: `Certificates of host names and of the gateway as a client end in ${RENEWAL_DAYS} days at the earliest.`,
    reason: "Once it has ended, every client refuses the gateway, or every service.",
    fix: "renew it in its vault; the gateway follows within hours",
    mirrors: ["PSRule AZR-000051", "MCSB DP-7"],
    judges: [SERVICE, "azure-native:apimanagement:Certificate"],
    *judge({ outputs = {} }, _stack, { today }) {
      const soon = (end: string | undefined) =>
        end !== undefined && Date.parse(end) < today.getTime() + RENEWAL_DAYS * 24 * 3_600_000;
      if (soon(text(outputs, "expirationDate"))) yield "ends too soon";
      for (const [index, host] of items(outputs, "hostnameConfigurations").entries()) {
        if (soon(text(host, "certificate.expiry"))) {
          yield `has a certificate that ends too soon, in hostnameConfigurations.${index}`;
        }
      }
    },
  }),
];
