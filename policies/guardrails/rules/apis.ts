import type { PolicyElement } from "../../gateway";
import { knownText } from "../../gateway/value";
import { looksSecret } from "../../../validation/secret-forms";
import {
  onSameService,
  resourceGuardrail,
  stackGuardrail,
  type Guardrail,
  type Resource,
} from "../guardrail";
import { elementsOf, POLICIES_AND_FRAGMENTS, policiesBeside, textsOf } from "../policy-documents";
import { at, isProperties, items, same, text, texts } from "../properties";

const API = "azure-native:apimanagement:Api";
const BACKEND = "azure-native:apimanagement:Backend";
const NAMED_VALUE = "azure-native:apimanagement:NamedValue";
const PRODUCT = "azure-native:apimanagement:Product";
const SUBSCRIPTION = "azure-native:apimanagement:Subscription";
const DEFENDED = "azure-native:security:APICollectionByAzureApiManagementService";

/** Products that a new service of the tiers before v2 comes with. */
const SAMPLES = ["starter", "unlimited"];

/** Whether a backend itself shows the service who calls. */
function showsCredentials({ inputs }: Resource): boolean {
  const { credentials } = inputs;
  return isProperties(credentials) && Object.keys(credentials).length > 0;
}

/** The ids by which policies reach a backend: its own, and those of the pools that it is in. */
function idsOf(backend: Resource, stack: readonly Resource[]): readonly string[] {
  const id = text(backend.inputs, "backendId") ?? "";
  const pools = stack.filter(
    (one) =>
      one.type === BACKEND &&
      onSameService(one, backend) &&
      items(one.inputs, "pool.services").some((member) => same(text(member, "id")?.split("/").at(-1), id)),
  );
  return [id, ...pools.flatMap((pool) => text(pool.inputs, "backendId") ?? [])];
}

/** Whether a policy that sends requests to a backend shows the service who calls. */
function policyShowsCredentials(backend: Resource, stack: readonly Resource[]): boolean {
  const ids = idsOf(backend, stack);
  return policiesBeside(backend, stack).some((policy) => {
    const elements = [...elementsOf(policy)];
    return (
      elements.some(
        ({ element, attributes }) =>
          element === "set-backend-service" &&
          ids.some((id) => same(id, knownText(attributes["backend-id"] ?? ""))),
      ) && elements.some(showsCaller)
    );
  });
}

function showsCaller({ element, attributes }: PolicyElement): boolean {
  return (
    element.startsWith("authentication-") ||
    (element === "set-header" &&
      same(knownText(attributes.name ?? ""), "Authorization") &&
      knownText(attributes["exists-action"] ?? "") !== "delete")
  );
}

function isInsecure(address: string | undefined): boolean {
  return /^\s*(?:http|ws):/i.test(address ?? "");
}

/** Whether a policy sends requests to where no backend says: https://learn.microsoft.com/azure/api-management/set-backend-service-policy */
function namesInsecureAddress(part: PolicyElement): boolean {
  const addresses =
    part.element === "set-url" ? textsOf(part) : [knownText(part.attributes["base-url"] ?? "")];
  return addresses.some(isInsecure);
}

/** How names end that people give to secrets: a password has no form by which it is known. */
const SECRET_NAME =
  /(?:password|passwd|pwd|secret|(?:api|access|account|function|subscription)-?key|connection-?string)$/i;

/** What APIs, their backends, named values, products and subscriptions must satisfy. */
export const API_GUARDRAILS: readonly Guardrail[] = [
  resourceGuardrail({
    id: "apim-https-frontend",
    level: "mandatory",
    environments: "all",
    rule: "Clients call an API by HTTPS only.",
    reason: "Keys and tokens go over the wire.",
    fix: 'set protocols to ["https"]',
    mirrors: ["PSRule AZR-000042", "Azure Policy ee7495e7", "MCSB DP-3"],
    judges: [API],
    *judge(inputs) {
      const insecure = texts(inputs, "protocols")
        .map((protocol) => protocol.toLowerCase())
        .filter((protocol) => ["http", "ws"].includes(protocol));
      if (insecure.length > 0) yield `answers by ${insecure.join(" and ")}`;
    },
  }),
  resourceGuardrail({
    id: "apim-https-backend",
    level: "mandatory",
    environments: "all",
    rule: "The gateway calls services by HTTPS only.",
    reason: "Whoever stands between could read and change what goes over the wire.",
    fix: "write the service's address with https",
    mirrors: ["PSRule AZR-000044", "Checkov CKV_AZURE_215", "MCSB DP-3"],
    judges: [API, BACKEND, NAMED_VALUE, ...POLICIES_AND_FRAGMENTS],
    *judge(inputs, resource) {
      if (POLICIES_AND_FRAGMENTS.includes(resource.type)) {
        if ([...elementsOf(resource)].some(namesInsecureAddress)) yield "names an insecure address";
        return;
      }
      // A named value may stand for an address, or begin one.
      for (const property of resource.type === NAMED_VALUE ? ["value"] : ["serviceUrl", "url"]) {
        if (isInsecure(text(inputs, property))) yield `has an insecure ${property}`;
      }
    },
  }),
  resourceGuardrail({
    id: "apim-backend-cert-validation",
    level: "mandatory",
    environments: "all",
    rule: "The gateway checks the certificate of each backend: its chain and its name.",
    reason: "Else anybody can stand for the service.",
    fix: "trust a private authority by gateway.caCertificates instead",
    mirrors: ["Azure Policy 92bb331d", "MCSB IM-4"],
    judges: [BACKEND],
    *judge(inputs) {
      for (const property of ["validateCertificateChain", "validateCertificateName"]) {
        if (at(inputs, `tls.${property}`) === false) yield `switches ${property} off`;
      }
    },
  }),
  stackGuardrail({
    id: "apim-backend-authenticated",
    level: "advisory",
    environments: "all",
    rule: "The gateway shows each backend who calls.",
    reason: "A service that answers whoever finds it is not protected by the gateway.",
    fix: "give the backend credentials: a managed identity, or a client certificate",
    mirrors: ["Azure Policy c15dcc82", "MCSB IM-4"],
    judges: [BACKEND],
    *judge(backend, stack) {
      if (same(text(backend.inputs, "type"), "Pool") || showsCredentials(backend)) return;
      if (!policyShowsCredentials(backend, stack)) yield "gets no credentials";
    },
  }),
  resourceGuardrail({
    id: "apim-named-values-keyvault",
    level: "mandatory",
    environments: "all",
    rule: "A secret named value comes from Key Vault.",
    reason: "There it is rotated, logged and guarded once, for everything that needs it.",
    fix: "put the secret into the vault, and name it by keyVault.secretIdentifier",
    mirrors: ["PSRule AZR-000045", "Azure Policy f1cc7827", "MCSB IM-8", "MCSB DP-6"],
    judges: [NAMED_VALUE],
    *judge(inputs) {
      if (at(inputs, "secret") === true && at(inputs, "keyVault") === undefined)
        yield "holds a secret itself";
    },
  }),
  resourceGuardrail({
    id: "apim-named-values-clear",
    level: "mandatory",
    environments: "all",
    rule: "A named value in clear is no secret.",
    reason: "Whoever may read the gateway reads it, and so does whoever reads the state.",
    fix: "set it as a secret: `pulumi config set --secret --path`, and change it where it is valid",
    mirrors: ["MCSB IM-8"],
    judges: [NAMED_VALUE],
    *judge(inputs) {
      if (at(inputs, "secret") === true || at(inputs, "keyVault") !== undefined) return;
      if (SECRET_NAME.test(text(inputs, "displayName") ?? "")) yield "is called a secret";
      else if (looksSecret(text(inputs, "value") ?? "")) yield "looks like a secret";
    },
  }),
  resourceGuardrail({
    id: "apim-no-all-api-subscription",
    level: "mandatory",
    environments: "all",
    rule: "No subscription is for all APIs.",
    reason: "Its key opens what is published tomorrow as well.",
    fix: "subscribe to a product, or to one API",
    mirrors: ["Azure Policy 3aa03346", "MCSB PA-7"],
    judges: [SUBSCRIPTION],
    *judge(inputs) {
      if (/(?:^|\/)apis\/?$/i.test(text(inputs, "scope") ?? "")) yield "is for all APIs";
    },
  }),
  resourceGuardrail({
    id: "apim-product-subscription",
    level: "mandatory",
    environments: "all",
    rule: "A product needs a subscription.",
    reason: "Without one nobody knows who calls, and nobody can be stopped.",
    fix: "leave access out, or except the product with a reason",
    mirrors: ["PSRule AZR-000046"],
    judges: [PRODUCT],
    *judge(inputs) {
      if (at(inputs, "subscriptionRequired") === false) yield "needs none";
    },
  }),
  resourceGuardrail({
    id: "apim-product-approval",
    level: "advisory",
    environments: "all",
    rule: "An administrator approves each subscription of a product.",
    reason: "Whoever signs up would call at once.",
    fix: "set approvalRequired, or except the product with a reason",
    mirrors: ["PSRule AZR-000047"],
    judges: [PRODUCT],
    *judge(inputs) {
      if (at(inputs, "subscriptionRequired") !== false && at(inputs, "approvalRequired") !== true) {
        yield "needs no approval";
      }
    },
  }),
  resourceGuardrail({
    id: "apim-no-sample-products",
    level: "advisory",
    environments: "all",
    rule: "The sample products of a new service are not managed, but deleted.",
    reason: "Everybody who signs up can subscribe to them.",
    fix: "delete them: docs/deploying.md#what-azure-publishes-by-itself",
    mirrors: ["PSRule AZR-000048"],
    judges: [PRODUCT],
    *judge(inputs) {
      if (SAMPLES.includes((text(inputs, "productId") ?? "").toLowerCase())) yield "is a sample";
    },
  }),
  resourceGuardrail({
    id: "apim-descriptors",
    level: "advisory",
    environments: "all",
    rule: "APIs and products have a name and a description.",
    reason: "Developers choose by them in the portal.",
    fix: "write both: in the contract, or in the product",
    mirrors: ["PSRule AZR-000043", "PSRule AZR-000049"],
    judges: [API, PRODUCT],
    *judge(inputs) {
      for (const property of ["displayName", "description"]) {
        if ((text(inputs, property) ?? "").trim() === "") yield `has no ${property}`;
      }
    },
  }),
  resourceGuardrail({
    id: "apim-terms",
    level: "advisory",
    environments: "all",
    rule: "A product has terms of use.",
    reason: "Whoever subscribes agrees to them.",
    fix: "write the product's terms",
    mirrors: ["PSRule AZR-000050"],
    judges: [PRODUCT],
    *judge(inputs) {
      if ((text(inputs, "terms") ?? "").trim() === "") yield "has none";
    },
  }),
  stackGuardrail({
    id: "apim-defender",
    level: "advisory",
    environments: "production",
    rule: "Microsoft Defender for APIs watches each API.",
    reason:
      "It tells of attacks that a policy does not see. It is charged by the call: switch this on with the plan.",
    fix: "buy the plan for the subscription, and onboard the API by APICollectionByAzureApiManagementService",
    mirrors: ["PSRule AZR-000387", "MCSB LT-1"],
    judges: [API],
    *judge(api, stack) {
      const id = ({ inputs }: Resource) => text(inputs, "apiId")?.split(";")[0];
      const isDefended = stack.some(
        (one) => one.type === DEFENDED && same(id(one), id(api)) && onSameService(one, api),
      );
      if (!isDefended) yield "is not watched";
    },
  }),
];
