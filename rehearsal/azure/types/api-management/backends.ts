import type { AzureError } from "../../errors";
import type { AzureView, Fixture, Properties, ResourceType, Rule, Write } from "../../resource-type";
import { EXAMPLE_GROUP, items, number, others, rule, same, text, texts } from "../common";
import { bytesOf, timeOf, without } from "../derived";
import {
  child,
  childNameRule,
  EXAMPLE_SERVICE,
  EXAMPLE_SERVICE_ID,
  existing,
  inService,
  resolveId,
  serviceIdFrom,
  serviceIdOf,
  SPEC,
  textRule,
  tierOf,
  TOKENS,
  validationError,
  withService,
} from "./common";
import {
  CLOSED_VAULT,
  contentTypeRefusal,
  currentIdentities,
  EXAMPLE_IDENTITY,
  EXAMPLE_ROLE,
  EXAMPLE_SECRET_URL,
  EXAMPLE_VAULT,
} from "./hostnames";
import {
  accessRefusal,
  FIREWALL_RULE,
  firewallRefusal,
  IDENTITY_REFUSALS,
  identityRefusal,
  type SecretReference,
  secretReference,
  type ServiceIdentities,
} from "./key-vault-access";

const BACKENDS = "https://learn.microsoft.com/azure/api-management/backends";
const POOL_REFUSALS = "https://github.com/MicrosoftDocs/azure-docs/issues/122455";

const backend: Properties = { backendId: "orders", url: "https://orders.example.com", protocol: "http" };
const backendExample = inService(backend);
const member = (id: string, more: Properties = {}): Properties => ({
  id: `${EXAMPLE_SERVICE_ID}/backends/${id}`,
  priority: 1,
  weight: 50,
  ...more,
});
const pool: Properties = {
  backendId: "orders-pool",
  type: "Pool",
  pool: { services: [member("orders")] },
};
const poolExample = inService(pool, existing(TOKENS.backend, backend));
const breaker = (name: string): Properties => ({
  name,
  tripDuration: "PT1M",
  failureCondition: { count: 3, interval: "PT1M", statusCodeRanges: [{ min: 500, max: 599 }] },
});

const isPool = (inputs: Properties): boolean => same(text(inputs, "type") ?? "Single", "Pool");

const backendRules: readonly Rule[] = [
  childNameRule({ id: "apim-backend-id", property: "backendId", max: 80, example: backendExample }),
  rule({
    id: "apim-backend-url",
    source: SPEC,
    ...backendExample,
    refused: { inputs: { url: `https://orders.example.com/${"a".repeat(2000)}` } },
    check: ({ inputs }) => {
      const length = text(inputs, "url")?.length ?? 0;
      if (isPool(inputs) || (length >= 1 && length <= 2000)) return undefined;
      return validationError("url", `a single backend has a url of 1 to 2000 characters, not ${length}`);
    },
  }),
  rule({
    id: "apim-backend-protocol",
    source: SPEC,
    ...backendExample,
    refused: { inputs: { protocol: "https" } },
    check: ({ inputs }) =>
      isPool(inputs) || ["http", "soap"].includes(text(inputs, "protocol") ?? "")
        ? undefined
        : validationError("protocol", "must be http (https urls too) or soap"),
  }),
  rule({
    id: "apim-backend-certificates-limit",
    source: SPEC,
    ...backendExample,
    refused: {
      inputs: { credentials: { certificateIds: Array.from({ length: 33 }, (_, index) => `c${index}`) } },
    },
    check: ({ inputs }) =>
      texts(inputs, "credentials.certificateIds").length > 32
        ? validationError("credentials.certificateIds", "a backend has at most 32 client certificates")
        : undefined,
  }),
  ...["url", "protocol"].map((property) =>
    rule({
      id: `apim-pool-without-${property}`,
      source: POOL_REFUSALS,
      ...poolExample,
      refused: { inputs: { [property]: text(backend, property) ?? "" } },
      check: ({ inputs }) =>
        isPool(inputs) && text(inputs, property) !== undefined
          ? validationError(property, `${property} is not supported for backend pool.`)
          : undefined,
    }),
  ),
  rule({
    id: "apim-pool-members",
    source: BACKENDS,
    ...poolExample,
    refused: { inputs: { pool: { services: Array.from({ length: 31 }, () => member("orders")) } } },
    check: ({ inputs }) => {
      const count = items(inputs, "pool.services").length;
      return isPool(inputs) && (count < 1 || count > 30)
        ? validationError("pool.services", `a pool has 1 to 30 backends, not ${count}`)
        : undefined;
    },
  }),
  rule({
    id: "apim-pool-of-single-backends",
    source: BACKENDS,
    ...poolExample,
    refused: {
      given: [...poolExample.given, existing(TOKENS.backend, { ...pool, backendId: "inner" })],
      inputs: { pool: { services: [member("inner")] } },
    },
    check: ({ id, inputs }, azure) => {
      const nested = items(inputs, "pool.services")
        .map((item) => resolveId(text(item, "id") ?? "", serviceIdOf(id)))
        .find((target) => isPool(azure.get(target)?.inputs ?? {}));
      return nested === undefined
        ? undefined
        : validationError(
            "pool.services",
            `the members of a pool are single backends, which ${nested} is not`,
          );
    },
  }),
  rule({
    id: "apim-pool-priority-and-weight",
    source: SPEC,
    ...poolExample,
    refused: { inputs: { pool: { services: [member("orders", { weight: 101 })] } } },
    check: ({ inputs }) => {
      const outside = items(inputs, "pool.services").some((item) =>
        ["priority", "weight"].some((property) => {
          const value = number(item, property) ?? 0;
          return value < 0 || value > 100;
        }),
      );
      return outside ? validationError("pool.services", "priority and weight are 0 to 100") : undefined;
    },
  }),
  rule({
    id: "apim-backend-one-circuit-breaker",
    source: "https://github.com/MicrosoftDocs/azure-docs/pull/123514",
    ...backendExample,
    accepted: { inputs: { circuitBreaker: { rules: [breaker("errors")] } } },
    refused: { inputs: { circuitBreaker: { rules: [breaker("errors"), breaker("timeouts")] } } },
    check: ({ inputs }) =>
      items(inputs, "circuitBreaker.rules").length > 1
        ? validationError("circuitBreaker.rules", "a backend has at most one circuit breaker rule")
        : undefined,
  }),
  rule({
    id: "apim-circuit-breaker-tier",
    source: BACKENDS,
    ...backendExample,
    accepted: { inputs: { circuitBreaker: { rules: [breaker("errors")] } } },
    refused: {
      ...withService(backendExample, { sku: { name: "Consumption", capacity: 0 } }),
      inputs: { circuitBreaker: { rules: [breaker("errors")] } },
    },
    check: ({ id, inputs }, azure) =>
      tierOf(id, azure) === "Consumption" && items(inputs, "circuitBreaker.rules").length > 0
        ? validationError("circuitBreaker", "is not supported in the Consumption SKU")
        : undefined,
  }),
];

/** Rules about a secret in a vault that something below a service reads. */
function vaultRules(name: string, example: Properties, more: readonly Rule[] = []): readonly Rule[] {
  const given: NonNullable<Fixture["given"]> = [
    EXAMPLE_GROUP,
    ...EXAMPLE_VAULT,
    EXAMPLE_SERVICE,
    EXAMPLE_ROLE,
  ];
  const inputs = { ...inService(example).inputs, keyVault: { secretIdentifier: EXAMPLE_SECRET_URL } };
  const withIdentity = {
    keyVault: { secretIdentifier: EXAMPLE_SECRET_URL, identityClientId: EXAMPLE_IDENTITY.clientId },
  };
  const userAssigned = {
    ...EXAMPLE_SERVICE,
    inputs: {
      ...EXAMPLE_SERVICE.inputs,
      identity: { type: "UserAssigned", userAssignedIdentities: { [EXAMPLE_IDENTITY.id]: {} } },
    },
  };
  return [
    rule({
      id: `apim-${name}-identity`,
      source: IDENTITY_REFUSALS,
      given,
      inputs,
      refused: { inputs: withIdentity },
      check: lookAtVault(identityRefusal),
    }),
    rule({
      id: `apim-${name}-secret-access`,
      source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/19255",
      given,
      inputs,
      refused: { given: given.filter((item) => item !== EXAMPLE_ROLE) },
      check: lookAtVault((reference, identities, azure) =>
        accessRefusal(reference, identities, azure, "ForbiddenByRbac"),
      ),
    }),
    rule({
      id: `apim-${name}-vault-firewall`,
      source: FIREWALL_RULE,
      given: [EXAMPLE_GROUP, ...CLOSED_VAULT, EXAMPLE_SERVICE, EXAMPLE_ROLE],
      inputs,
      refused: {
        given: [EXAMPLE_GROUP, ...CLOSED_VAULT, ...EXAMPLE_IDENTITY.given, userAssigned],
        inputs: withIdentity,
      },
      check: lookAtVault(firewallRefusal),
    }),
    ...more,
  ];
}

/** A check of the secret that `keyVault` names, if it names one. */
function lookAtVault(
  refuse: (
    reference: SecretReference,
    identities: ServiceIdentities,
    azure: AzureView,
  ) => AzureError | undefined,
): Rule["check"] {
  return ({ id, inputs }: Write, azure) => {
    const reference = secretReference(inputs.keyVault, "secretIdentifier");
    const service = azure.get(serviceIdOf(id));
    return reference && service && refuse(reference, currentIdentities(service), azure);
  };
}

const namedValue: Properties = {
  namedValueId: "orders-url",
  displayName: "orders-url",
  value: "https://orders.example.com",
};
const secretValue: Properties = { namedValueId: "orders-key", displayName: "orders-key", secret: true };
const namedValueExample = inService(namedValue);

const namedValueRules: readonly Rule[] = [
  childNameRule({
    id: "apim-named-value-id",
    property: "namedValueId",
    max: 256,
    example: namedValueExample,
  }),
  textRule({
    id: "apim-named-value-display-name",
    property: "displayName",
    pattern: /^[A-Za-z0-9\-._]{1,256}$/,
    words: "1 to 256 letters, digits, dots, hyphens and underscores",
    example: namedValueExample,
    refused: "orders url",
  }),
  textRule({
    id: "apim-named-value-length",
    property: "value",
    pattern: /^.{1,4096}$/s,
    words: "1 to 4096 characters",
    example: namedValueExample,
    refused: "a".repeat(4097),
  }),
  rule({
    id: "apim-named-value-unique",
    source: "https://github.com/Azure/apiops/issues/837",
    ...namedValueExample,
    refused: {
      given: [
        ...namedValueExample.given,
        existing(TOKENS.namedValue, { ...namedValue, namedValueId: "other" }),
      ],
    },
    check: (write, azure) => {
      const taken = others(write, azure, TOKENS.namedValue).some(
        ({ id, inputs }) =>
          same(serviceIdOf(id), serviceIdOf(write.id)) &&
          same(text(inputs, "displayName") ?? "", text(write.inputs, "displayName") ?? ""),
      );
      return taken ? validationError("name", "Property with the same name already exist.") : undefined;
    },
  }),
  rule({
    id: "apim-named-value-content",
    source: SPEC,
    ...namedValueExample,
    refused: { inputs: { value: null } },
    check: ({ inputs }) =>
      text(inputs, "value") === undefined && text(inputs, "keyVault.secretIdentifier") === undefined
        ? validationError("value", "a named value has a value, or a secret of a key vault")
        : undefined,
  }),
  rule({
    id: "apim-named-value-vault-is-secret",
    source: "https://github.com/hashicorp/terraform-provider-azurerm/pull/26150",
    given: [EXAMPLE_GROUP, ...EXAMPLE_VAULT, EXAMPLE_SERVICE, EXAMPLE_ROLE],
    inputs: { ...inService(secretValue).inputs, keyVault: { secretIdentifier: EXAMPLE_SECRET_URL } },
    refused: { inputs: { secret: false } },
    check: ({ inputs }) =>
      text(inputs, "keyVault.secretIdentifier") !== undefined && inputs.secret !== true
        ? validationError("secret", "must be true where the value comes from a key vault")
        : undefined,
  }),
  ...vaultRules("named-value", secretValue),
];

const certificate: Properties = { certificateId: "client" };
const certificateExample = inService({ ...certificate, data: "MIIexample", password: "example" });

const certificateRules: readonly Rule[] = [
  childNameRule({
    id: "apim-certificate-id",
    property: "certificateId",
    max: 80,
    example: certificateExample,
  }),
  rule({
    id: "apim-certificate-content",
    source: SPEC,
    ...certificateExample,
    refused: { inputs: { data: null } },
    check: ({ inputs }) =>
      text(inputs, "data") === undefined && text(inputs, "keyVault.secretIdentifier") === undefined
        ? validationError("data", "a certificate has data, or a secret of a key vault")
        : undefined,
  }),
  ...vaultRules("certificate", certificate, [
    rule({
      id: "apim-certificate-content-type",
      source: "https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates",
      given: [EXAMPLE_GROUP, ...EXAMPLE_VAULT, EXAMPLE_SERVICE, EXAMPLE_ROLE],
      inputs: { ...inService(certificate).inputs, keyVault: { secretIdentifier: EXAMPLE_SECRET_URL } },
      refused: {
        given: [
          EXAMPLE_GROUP,
          ...EXAMPLE_VAULT.map((item) =>
            item.token === "azure-native:keyvault:Secret"
              ? { ...item, inputs: { ...item.inputs, properties: { value: "x" } } }
              : item,
          ),
          EXAMPLE_SERVICE,
          EXAMPLE_ROLE,
        ],
      },
      check: lookAtVault(({ url }, _identities, azure) => contentTypeRefusal(url, azure)),
    }),
  ]),
];

/** Backends, named values and client certificates. */
export const backends: readonly ResourceType[] = [
  child({
    token: TOKENS.backend,
    path: "/backends/{backendId}",
    secrets: ["proxy.password", "credentials.authorization.parameter"],
    outputs: ({ inputs: { proxy } }): Properties =>
      proxy === undefined ? {} : { proxy: without(proxy, "password") },
    references: (inputs, azure) =>
      items(inputs, "pool.services").map((item) => ({
        property: "pool.services",
        id: resolveId(text(item, "id") ?? "", serviceIdFrom(inputs, azure)),
      })),
    rules: backendRules,
  }),
  child({
    token: TOKENS.namedValue,
    path: "/namedValues/{namedValueId}",
    writeOnly: ["value"],
    outputs: ({ inputs }) => ({
      secret: inputs.secret ?? false,
      ...(inputs.secret !== true && { value: inputs.value ?? null }),
      provisioningState: "Succeeded",
    }),
    rules: namedValueRules,
  }),
  child({
    token: "azure-native:apimanagement:Certificate",
    path: "/certificates/{certificateId}",
    writeOnly: ["data", "password"],
    outputs: ({ id, inputs }) => {
      const seed = `certificate:${id}:${text(inputs, "data") ?? text(inputs, "keyVault.secretIdentifier") ?? ""}`;
      return {
        subject: `CN=${text(inputs, "certificateId") ?? ""}`,
        thumbprint: bytesOf(seed).toString("hex").slice(0, 40).toUpperCase(),
        expirationDate: timeOf(seed, "2028-01-01"),
      };
    },
    rules: certificateRules,
  }),
];
