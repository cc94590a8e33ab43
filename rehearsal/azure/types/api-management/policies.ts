import {
  checkFragment,
  checkPolicy,
  gatewayKindOf,
  MAX_CONSUMPTION_POLICY_BYTES,
  MAX_POLICY_BYTES,
  readFragment,
  type GatewayContext,
  type PolicyContext,
  type PolicyFragment,
  type PolicyIssue,
  type PolicyIssueCode,
} from "../../../../policies/gateway";
import type { AzureError } from "../../errors";
import type {
  AzureView,
  Fixture,
  Properties,
  ResourceType,
  Rule,
  StoredResource,
  Write,
} from "../../resource-type";
import { badRequest, nameOf, rule, same, text } from "../common";
import {
  child,
  EXAMPLE_API,
  existing,
  inService,
  inServiceOf,
  ONE_AT_A_TIME_PER_API,
  serviceIdOf,
  SPEC,
  textRule,
  tierOf,
  TOKENS,
  validationError,
  withService,
} from "./common";
import { inUseRule, namesInPolicy, POLICY_DOCUMENTS } from "./in-use";
import { azureLayout, parsePolicy } from "./policy-xml";

const POLICY_ID = "https://github.com/pulumi/pulumi-azure-native/issues/1838";
const REFERENCE = "https://learn.microsoft.com/azure/api-management/api-management-policies";
const FRAGMENTS = "https://learn.microsoft.com/azure/api-management/policy-fragments";
/** Quotes how API Management refuses a policy. */
const REFUSALS = "https://github.com/microsoft/vscode-apimanagement/issues/145";

/** The rules of a type ask one after the other, each for some of the issues of one write. */
const checked = new WeakMap<Write, readonly PolicyIssue[]>();

function issuesOf(write: Write, check: () => readonly PolicyIssue[]): readonly PolicyIssue[] {
  const found = checked.get(write) ?? check();
  checked.set(write, found);
  return found;
}

/** Each fragment is read once: what Azure holds is replaced, never changed. */
const fragmentsRead = new WeakMap<StoredResource, PolicyFragment>();

function fragmentOf(stored: StoredResource): PolicyFragment {
  const read = fragmentsRead.get(stored) ?? readFragment(text(stored.inputs, "value") ?? "");
  fragmentsRead.set(stored, read);
  return read;
}

/** What a policy may name in its service. */
function contextOf(write: Write, azure: AzureView): GatewayContext {
  const service = serviceIdOf(write.id);
  const below = inServiceOf(write.id, azure);
  const ids = (token: string) => new Set(below(token).map(({ id }) => nameOf(id)));
  const fragments = below(TOKENS.fragment).map((one) => [nameOf(one.id), fragmentOf(one)] as const);
  return {
    gateway: gatewayKindOf(tierOf(write.id, azure) ?? ""),
    fragments: new Map(fragments),
    known: {
      namedValue: new Set(below(TOKENS.namedValue).map(({ inputs }) => text(inputs, "displayName") ?? "")),
      backend: ids(TOKENS.backend),
      fragment: ids(TOKENS.fragment),
      certificate: ids("azure-native:apimanagement:Certificate"),
      logger: ids("azure-native:apimanagement:Logger"),
      schema: new Set([
        ...ids("azure-native:apimanagement:GlobalSchema"),
        // Those in JSON, for which the SDK has no type.
        ...below("azure-native:resources:Resource").flatMap(({ id }) =>
          same(id, `${service}/schemas/${nameOf(id)}`) ? [nameOf(id)] : [],
        ),
      ]),
      api: ids(TOKENS.api),
      // Not the credential providers: that one is missing is an error of the call, not of the policy.
    },
  };
}

function refusal(issues: readonly PolicyIssue[]): AzureError | undefined {
  const refused = issues.filter(({ refusedByAzure }) => refusedByAzure);
  const [first] = refused;
  if (first === undefined) return undefined;
  const messages = refused.map(({ path, rule: broken, received }) => {
    const got = received === undefined ? "" : ` (${received})`;
    return `Error in element '${path}': ${broken}${got}`;
  });
  return validationError(first.path, messages.join("; "));
}

/** A way in which a document is wrong, and a document that is. */
interface ContentRule {
  readonly name: string;
  readonly source: string;
  /** Absent: every code that no other rule has. */
  readonly codes?: readonly PolicyIssueCode[];
  /** What the service is in the fixture. `@default` one of the Developer tier */
  readonly service?: Properties;
  readonly refused: (inbound: (content: string) => string) => string;
}

const CONSUMPTION: Properties = { sku: { name: "Consumption", capacity: 0 } };

const CONTENT: readonly ContentRule[] = [
  {
    name: "well-formed",
    source: REFUSALS,
    codes: ["malformed-xml", "invalid-character"],
    refused: () => "<policies><inbound></policies>",
  },
  {
    name: "size",
    source: "https://learn.microsoft.com/azure/api-management/service-limits",
    codes: ["document-size"],
    refused: (inbound) => inbound(`<!-- ${" ".repeat(MAX_POLICY_BYTES)} -->`),
  },
  {
    name: "size-consumption",
    source: "https://learn.microsoft.com/azure/api-management/service-limits",
    codes: ["document-size"],
    service: CONSUMPTION,
    refused: (inbound) => inbound(`<!-- ${" ".repeat(MAX_CONSUMPTION_POLICY_BYTES)} -->`),
  },
  {
    name: "gateway",
    source: REFERENCE,
    codes: ["wrong-gateway"],
    service: CONSUMPTION,
    refused: (inbound) => inbound('<rate-limit-by-key calls="1" renewal-period="1" counter-key="caller" />'),
  },
  {
    name: "section",
    source: REFERENCE,
    codes: ["wrong-section", "unknown-section", "duplicate-section", "wrong-scope", "wrong-root"],
    refused: (inbound) => inbound("<forward-request />"),
  },
  {
    name: "named-value",
    source: "https://learn.microsoft.com/azure/api-management/api-management-howto-properties",
    codes: ["unknown-named-value"],
    refused: (inbound) =>
      inbound('<set-header name="x-key" exists-action="override"><value>{{absent}}</value></set-header>'),
  },
  {
    name: "reference",
    source: "https://learn.microsoft.com/azure/api-management/set-backend-service-policy",
    codes: ["unknown-reference"],
    refused: (inbound) => inbound('<set-backend-service backend-id="absent" />'),
  },
  { name: "content", source: REFUSALS, refused: (inbound) => inbound("<set-headers />") },
];

const named = CONTENT.flatMap(({ codes }) => codes ?? []);

/** One of the places that a policy document is attached to. */
interface Place {
  readonly scope: PolicyContext["scope"];
  readonly path: string;
  readonly token: string;
  readonly serialised?: ResourceType["serialised"];
  readonly example: Fixture;
}

function inbound(content: string): string {
  return `<policies><inbound><base />${content}</inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>`;
}

function policyType({ scope, path, token, serialised, example }: Place): ResourceType {
  const prefix = `apim-${scope}-policy`;
  const fixture = {
    ...example,
    inputs: { policyId: "policy", format: "xml", value: inbound(""), ...example.inputs },
  };
  const value = (xml: string): Partial<Fixture> => ({ inputs: { value: xml } });
  const content = CONTENT.map(({ name, source, codes, service, refused }) =>
    rule({
      id: `${prefix}-${name}`,
      source,
      ...(service === undefined ? fixture : withService(fixture, service)),
      refused: value(refused(inbound)),
      check: (write, azure) => {
        const xml = text(write.inputs, "value");
        if (xml === undefined) return undefined;
        const found = issuesOf(write, () => checkPolicy(xml, { ...contextOf(write, azure), scope }));
        return refusal(found.filter(({ code }) => codes?.includes(code) ?? !named.includes(code)));
      },
    }),
  );
  return child({
    token,
    path: `${path}/{policyId}`,
    ...(serialised && { serialised }),
    ...(scope === "global" && {
      alwaysExists: {
        deletable: true,
        reset: { policyId: "policy", format: "xml", value: DEFAULT_GLOBAL_POLICY },
      },
    }),
    outputs: ({ inputs }) => {
      const value = text(inputs, "value") ?? "";
      return { format: "xml", value: value === DEFAULT_GLOBAL_POLICY ? value : azureLayout(value) };
    },
    rules: [
      rule({
        id: `${prefix}-id`,
        source: POLICY_ID,
        ...fixture,
        refused: { inputs: { policyId: "orders" } },
        check: ({ inputs }) =>
          text(inputs, "policyId") === "policy"
            ? undefined
            : badRequest(`the policyId is literally 'policy', not '${text(inputs, "policyId") ?? ""}'`),
      }),
      formatRule(prefix, fixture),
      ...content,
    ],
  });
}

/** Both formats are XML; `rawxml` may have unescaped expressions, which make it something else. */
function formatRule(prefix: string, fixture: Fixture): Rule {
  return rule({
    id: `${prefix}-format`,
    source: `${SPEC}; the simulated Azure fetches no links and reads no unescaped expressions`,
    ...fixture,
    refused: { inputs: { format: "xml-link", value: "https://example.com/policy.xml" } },
    check: ({ inputs }) => {
      const format = text(inputs, "format") ?? "xml";
      if (format === "xml") return undefined;
      if (format !== "rawxml")
        return validationError("format", `policy format not simulated: ${format} (xml, rawxml)`);
      return parsePolicy(text(inputs, "value") ?? "") === undefined
        ? validationError(
            "value",
            "rawxml with unescaped expressions is not simulated: escape them, and use the format xml",
          )
        : undefined;
    },
  });
}

/**
 * What a service does from the start, and again once its global policy is deleted. azure-native takes a policy over only
 * where it finds this body, to the letter:
 * https://github.com/pulumi/pulumi-azure-native/blob/master/provider/pkg/openapi/defaults/defaultResourcesState.go
 */
const DEFAULT_GLOBAL_POLICY = [
  "<!--",
  "    IMPORTANT:",
  "    - Policy elements can appear only within the <inbound>, <outbound>, <backend> section elements.",
  "    - Only the <forward-request> policy element can appear within the <backend> section element.",
  "    - To apply a policy to the incoming request (before it is forwarded to the backend service), place a corresponding policy element within the <inbound> section element.",
  "    - To apply a policy to the outgoing response (before it is sent back to the caller), place a corresponding policy element within the <outbound> section element.",
  "    - To add a policy position the cursor at the desired insertion point and click on the round button associated with the policy.",
  "    - To remove a policy, delete the corresponding policy statement from the policy document.",
  "    - Policies are applied in the order of their appearance, from the top down.",
  "-->",
  "<policies>",
  "\t<inbound></inbound>",
  "\t<backend>",
  "\t\t<forward-request />",
  "\t</backend>",
  "\t<outbound></outbound>",
  "</policies>",
].join("\r\n");

const api = existing(TOKENS.api, {
  ...EXAMPLE_API,
  format: "openapi",
  value:
    "openapi: 3.0.3\ninfo: { title: Orders, version: '1' }\npaths: { /orders: { get: { operationId: list, responses: { '200': { description: OK } } } } }",
});
const product = existing(TOKENS.product, { productId: "partners", displayName: "Partners" });

const fragment: Properties = {
  id: "security",
  format: "xml",
  value: '<fragment><set-query-parameter name="trace" exists-action="delete" /></fragment>',
};
const fragmentExample = inService(fragment);

function fragmentRefusal(
  write: Write,
  azure: AzureView,
  concerns: (code: PolicyIssueCode) => boolean,
): AzureError | undefined {
  const found = issuesOf(write, () =>
    checkFragment(text(write.inputs, "value") ?? "", contextOf(write, azure)),
  );
  return refusal(found.filter(({ code }) => concerns(code)));
}

const fragmentType = child({
  token: TOKENS.fragment,
  path: "/policyFragments/{id}",
  outputs: ({ inputs }) => ({
    format: "xml",
    value: azureLayout(text(inputs, "value") ?? ""),
    provisioningState: "Succeeded",
  }),
  rules: [
    textRule({
      id: "apim-fragment-id",
      property: "id",
      pattern: /^(?:\w|\w[\w-]{0,78}\w)$/,
      words: "1 to 80 letters, digits, hyphens and underscores, and no hyphen at either end",
      example: fragmentExample,
      refused: "security-",
    }),
    formatRule("apim-fragment", fragmentExample),
    rule({
      id: "apim-fragment-root",
      source: FRAGMENTS,
      ...fragmentExample,
      refused: { inputs: { value: inbound("") } },
      check: (write, azure) => fragmentRefusal(write, azure, (code) => code === "wrong-root"),
    }),
    rule({
      id: "apim-fragment-nesting",
      source: FRAGMENTS,
      ...fragmentExample,
      refused: { inputs: { value: "<fragment><base /></fragment>" } },
      check: (write, azure) => fragmentRefusal(write, azure, (code) => code === "not-in-fragment"),
    }),
    rule({
      id: "apim-fragment-content",
      source: FRAGMENTS,
      ...fragmentExample,
      refused: { inputs: { value: "<fragment><set-query-parameters /></fragment>" } },
      check: (write, azure) =>
        fragmentRefusal(write, azure, (code) => code !== "wrong-root" && code !== "not-in-fragment"),
    }),
    inUseRule({
      id: "apim-fragment-in-use",
      source: "https://github.com/Azure/apiops-cli/issues/261",
      kind: "Policy Fragment",
      users: POLICY_DOCUMENTS,
      uses: (user, { id }) => namesInPolicy(user, "include-fragment", "fragment-id", nameOf(id)),
      example: fragmentExample,
      user: existing("azure-native:apimanagement:Policy", {
        policyId: "policy",
        value: inbound('<include-fragment fragment-id="security" />'),
      }),
    }),
  ],
});

/** Policies at every scope, and fragments of them. */
export const policies: readonly ResourceType[] = [
  policyType({
    scope: "global",
    path: "/policies",
    token: "azure-native:apimanagement:Policy",
    example: inService({}),
  }),
  policyType({
    scope: "product",
    path: "/products/{productId}/policies",
    token: "azure-native:apimanagement:ProductPolicy",
    example: inService({ productId: "partners" }, product),
  }),
  policyType({
    scope: "api",
    path: "/apis/{apiId}/policies",
    token: "azure-native:apimanagement:ApiPolicy",
    serialised: ONE_AT_A_TIME_PER_API,
    example: inService({ apiId: "orders" }, api),
  }),
  policyType({
    scope: "operation",
    path: "/apis/{apiId}/operations/{operationId}/policies",
    token: "azure-native:apimanagement:ApiOperationPolicy",
    serialised: ONE_AT_A_TIME_PER_API,
    example: inService({ apiId: "orders", operationId: "list" }, api),
  }),
  fragmentType,
];
