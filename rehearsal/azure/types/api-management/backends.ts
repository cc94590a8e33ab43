import type { AzureError } from "../../errors";
import type { AzureView, Fixture, Properties, ResourceType, Rule, Write } from "../../resource-type";
import { at, EXAMPLE_GROUP, items, nameOf, number, others, rule, same, text, texts } from "../common";
import { certificateEnd, hexOf, without } from "../derived";
import {
  child,
  childNameRule,
  EXAMPLE_SERVICE,
  EXAMPLE_SERVICE_ID,
  existing,
  inService,
  inServiceOf,
  resolveId,
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
  EXAMPLE_IDENTITY,
  EXAMPLE_ROLE,
  EXAMPLE_SECRET_URL,
  EXAMPLE_VAULT,
  identitiesOf,
} from "./hostnames";
import { inUseRule, namedValuesIn, namesInPolicy, POLICY_DOCUMENTS } from "./in-use";
import {
  accessRefusal,
  FIREWALL_RULE,
  firewallRefusal,
  IDENTITY_REFUSALS,
  KEY_VAULT_REFUSALS,
  identityRefusal,
  type SecretReference,
  secretReference,
  type ServiceIdentities,
} from "./key-vault-access";
import { isDuration, lengthRule, oneOfRule } from "./value-rules";

const BACKENDS = "https://learn.microsoft.com/azure/api-management/backends";
const POOL_REFUSALS = "https://github.com/MicrosoftDocs/azure-docs/issues/122455";
const CERTIFICATE = "azure-native:apimanagement:Certificate";

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

/** A circuit breaker whose rule differs in some properties of its condition. */
const condition = (more: Properties): Properties => ({
  circuitBreaker: {
    rules: [{ ...breaker("errors"), failureCondition: { count: 3, interval: "PT1M", ...more } }],
  },
});

/** The ids of a pool's members. */
const memberIds = (inputs: Properties, serviceId: string): readonly string[] =>
  items(inputs, "pool.services").map((item) => resolveId(text(item, "id") ?? "", serviceId));

/** A named value that credentials refer to. */
const ORDERS_KEY = {
  namedValueId: "orders-key",
  displayName: "orders-key",
  secret: true,
  value: "example",
} as const;

/** The named values that the credentials of a backend refer to. */
const namedValuesInCredentials = (inputs: Properties): readonly string[] =>
  namedValuesIn(JSON.stringify(inputs.credentials ?? null));

const isPool = (inputs: Properties): boolean => same(text(inputs, "type") ?? "Single", "Pool");

const backendRules: readonly Rule[] = [
  childNameRule({ id: "apim-backend-id", property: "backendId", max: 80, example: backendExample }),
  oneOfRule({
    id: "apim-backend-type",
    paths: ["type"],
    allowed: ["Single", "Pool"],
    example: poolExample,
    refused: { type: "Group" },
  }),
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
      const nested = memberIds(inputs, serviceIdOf(id)).find((target) =>
        isPool(azure.get(target)?.inputs ?? {}),
      );
      return nested === undefined
        ? undefined
        : validationError(
            "pool.services",
            `the members of a pool are single backends, which ${nested} is not`,
          );
    },
  }),
  rule({
    id: "apim-pool-members-exist",
    source: "https://github.com/Azure/apiops/issues/797",
    ...poolExample,
    refused: { inputs: { pool: { services: [member("absent")] } } },
    check: ({ id, inputs }, azure) => {
      const absent = memberIds(inputs, serviceIdOf(id)).find((target) => azure.get(target) === undefined);
      return absent === undefined
        ? undefined
        : validationError("pool", `Backend Entity '${nameOf(absent)}' not found.`);
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
  rule({
    id: "apim-circuit-breaker-durations",
    source: SPEC,
    ...backendExample,
    accepted: { inputs: { circuitBreaker: { rules: [breaker("errors")] } } },
    refused: { inputs: condition({ interval: "1m" }) },
    check: ({ inputs }) => {
      const wrong = items(inputs, "circuitBreaker.rules")
        .flatMap((one) => [text(one, "tripDuration"), text(one, "failureCondition.interval")])
        .find((duration) => duration !== undefined && !isDuration(duration));
      return wrong === undefined
        ? undefined
        : validationError("circuitBreaker.rules", `${wrong} is no duration of ISO 8601, e.g. PT1M`);
    },
  }),
  rule({
    id: "apim-circuit-breaker-status-codes",
    source: SPEC,
    ...backendExample,
    accepted: { inputs: condition({ statusCodeRanges: [{ min: 200, max: 599 }] }) },
    refused: { inputs: condition({ statusCodeRanges: [{ min: 500, max: 600 }] }) },
    check: ({ inputs }) => {
      const ranges = items(inputs, "circuitBreaker.rules").flatMap((one) =>
        items(one, "failureCondition.statusCodeRanges"),
      );
      const wrong = ranges.some((range) => {
        const [min, max] = [number(range, "min") ?? 200, number(range, "max") ?? 599];
        return min < 200 || max > 599 || min > max;
      });
      return wrong || ranges.length > 10
        ? validationError("statusCodeRanges", "must be at most 10 ranges of status codes from 200 to 599")
        : undefined;
    },
  }),
  rule({
    id: "apim-circuit-breaker-error-reasons",
    source: SPEC,
    ...backendExample,
    accepted: { inputs: condition({ errorReasons: ["Timeout"] }) },
    refused: { inputs: condition({ errorReasons: ["a".repeat(201)] }) },
    check: ({ inputs }) => {
      const reasons = items(inputs, "circuitBreaker.rules").map((one) =>
        texts(one, "failureCondition.errorReasons"),
      );
      return reasons.some((list) => list.length > 10 || list.some((reason) => reason.length > 200))
        ? validationError("errorReasons", "must be at most 10 reasons of at most 200 characters")
        : undefined;
    },
  }),
  ...(
    [
      ["title", "title", 300, { title: "a".repeat(301) }],
      ["description", "description", 2000, { description: "a".repeat(2001) }],
      ["resource-id", "resourceId", 2000, { resourceId: "a".repeat(2001) }],
      [
        "authorization-scheme",
        "credentials.authorization.scheme",
        100,
        { credentials: { authorization: { scheme: "", parameter: "example" } } },
      ],
      [
        "authorization-parameter",
        "credentials.authorization.parameter",
        300,
        { credentials: { authorization: { scheme: "Basic", parameter: "a".repeat(301) } } },
      ],
      ["proxy-url", "proxy.url", 2000, { proxy: { url: "" } }],
    ] satisfies readonly (readonly [name: string, path: string, max: number, refused: Properties])[]
  ).map(([name, path, max, refused]) =>
    lengthRule({ id: `apim-backend-${name}`, paths: [path], max, example: backendExample, refused }),
  ),
  rule({
    id: "apim-backend-certificates-exist",
    source: "https://github.com/Azure/apiops/issues/749",
    ...inService(
      { ...backend, credentials: { certificateIds: ["client"] } },
      existing(CERTIFICATE, { certificateId: "client", data: "MIIexample", password: "example" }),
    ),
    refused: { inputs: { credentials: { certificateIds: ["absent"] } } },
    check: ({ id, inputs }, azure) => {
      const absent = texts(inputs, "credentials.certificateIds")
        .map(nameOf)
        .find((name) => azure.get(`${serviceIdOf(id)}/certificates/${name}`) === undefined);
      return absent === undefined
        ? undefined
        : validationError("credentials", `Certificate with id '${absent}' not found.`);
    },
  }),
  rule({
    id: "apim-backend-named-values-exist",
    source: "https://github.com/hashicorp/terraform-provider-azurerm/issues/23130",
    ...inService(
      { ...backend, credentials: { header: { "x-key": ["{{orders-key}}"] } } },
      existing(TOKENS.namedValue, ORDERS_KEY),
    ),
    refused: { inputs: { credentials: { header: { "x-key": ["{{absent}}"] } } } },
    check: ({ id, inputs }, azure) => {
      const named = inServiceOf(id, azure)(TOKENS.namedValue);
      const known = named.map((one) => text(one.inputs, "displayName") ?? "");
      const absent = namedValuesInCredentials(inputs).find((name) => !known.includes(name));
      return absent === undefined
        ? undefined
        : validationError("credentials", `Cannot find a property '${absent}'`);
    },
  }),
  inUseRule({
    id: "apim-backend-in-use",
    source: "https://github.com/Azure/apiops/issues/326",
    kind: "Backend",
    users: [...POLICY_DOCUMENTS, TOKENS.backend],
    uses: (user, { id }) =>
      user.token === TOKENS.backend
        ? memberIds(user.inputs, serviceIdOf(id)).some((used) => same(used, id))
        : namesInPolicy(user, "set-backend-service", "backend-id", nameOf(id)),
    example: backendExample,
    user: existing(TOKENS.backend, pool),
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
      source: KEY_VAULT_REFUSALS,
      given,
      inputs,
      refused: { given: given.filter((item) => item !== EXAMPLE_ROLE) },
      check: lookAtVault(accessRefusal),
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
    return reference && service && refuse(reference, identitiesOf(service), azure);
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
  lengthRule({
    id: "apim-named-value-length",
    paths: ["value"],
    max: 4096,
    example: namedValueExample,
    refused: { value: "a".repeat(4097) },
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
  inUseRule({
    id: "apim-named-value-in-use",
    source:
      "https://github.com/Azure/aihub/pull/63 (by a policy), https://github.com/hashicorp/terraform-provider-azurerm/issues/17080 (by a backend)",
    kind: "Named Value",
    users: [...POLICY_DOCUMENTS, TOKENS.backend],
    uses: ({ token, inputs }, { inputs: { displayName = null } }) => {
      const names =
        token === TOKENS.backend
          ? namedValuesInCredentials(inputs)
          : namedValuesIn(text(inputs, "value") ?? "");
      return names.some((name) => name === displayName);
    },
    example: namedValueExample,
    user: existing(TOKENS.fragment, { id: "key", value: "<fragment>{{orders-url}}</fragment>" }),
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

/**
 * When the certificate that a secret holds ends, where the vault says so: the secret has the certificate's `exp`
 * (https://learn.microsoft.com/azure/key-vault/certificates/about-certificates#certificate-attributes-and-tags).
 */
function expiryInVault(url: string | undefined, azure: AzureView): string | undefined {
  const secret = azure
    .all("azure-native:keyvault:Secret")
    .find(({ outputs }) => url !== undefined && same(text(outputs, "properties.secretUri") ?? "", url));
  const seconds = at(secret?.inputs.properties, "attributes.expires");
  return typeof seconds === "number" ? new Date(seconds * 1000).toISOString() : undefined;
}

/** Backends, named values and client certificates. */
export const backends: readonly ResourceType[] = [
  child({
    token: TOKENS.backend,
    path: "/backends/{backendId}",
    secrets: ["proxy.password", "credentials.authorization.parameter"],
    outputs: ({ inputs: { proxy } }): Properties =>
      proxy === undefined ? {} : { proxy: without(proxy, "password") },
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
    token: CERTIFICATE,
    path: "/certificates/{certificateId}",
    writeOnly: ["data", "password"],
    outputs: ({ id, inputs }, azure) => {
      const seed = `certificate:${id}:${text(inputs, "data") ?? text(inputs, "keyVault.secretIdentifier") ?? ""}`;
      return {
        subject: `CN=${text(inputs, "certificateId") ?? ""}`,
        thumbprint: hexOf(seed, 40).toUpperCase(),
        expirationDate:
          expiryInVault(text(inputs, "keyVault.secretIdentifier"), azure) ?? certificateEnd(seed),
      };
    },
    rules: certificateRules,
  }),
];
