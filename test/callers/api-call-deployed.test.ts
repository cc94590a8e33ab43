import type { PulumiFn } from "@pulumi/pulumi/automation";
import program from "../../index";
import { describeWithEngine } from "../engine";
import { LEAST, OWN_GATEWAY } from "../rehearsal/integrations";
import { openWorkbench, seedAssumed, type Workbench } from "../rehearsal/workbench";
import { decide } from "./api-call";
import {
  CERTIFICATE,
  CLIENTS_CA,
  FOREIGN_ID,
  inVersion1,
  outcomeOf,
  serviceClaims,
  userClaims,
} from "./clients";
import { issuerOf, makeEntra, type Claims, type Entra, type Validity } from "./entra";
import { exportState, type Exported, type ExportedResource } from "./exported";
import type { ApiRequest, World } from "./gateway/request";
import { deployedGateway, type DeployedGateway } from "./gateway/state";
import { deployedWorkflow, refusals } from "./trigger-call";

const SERVICE_CLIENT = "7d0f0a55-5a0e-4a44-9d52-0f4f8f0d9a11";
const GATEWAY = "https://api.contoso.com";

const SETTINGS = {
  ...OWN_GATEWAY,
  domain: {
    zone: "contoso.com",
    clientCertificates: "negotiate",
    certificate: LEAST.billing.service.certificate,
  },
  integrations: {
    orders: { ...LEAST.orders, clients: [SERVICE_CLIENT] },
    catalog: LEAST.catalog,
    billing: { ...LEAST.billing, clients: { issuer: CLIENTS_CA } },
  },
};

/** An operation, and by what its state decides who may call it. */
interface Subject {
  readonly product: "orders" | "catalog" | "billing";
  readonly method: string;
  readonly path: string;
  readonly scope: string;
  readonly role: string;
  /** The resources whose policies ask for the token and for the permission. */
  readonly api: string;
  readonly tokenAt: string;
  readonly permissionAt: string;
}

const of = (product: Subject["product"], method: string, path: string, permission: string) => ({
  product,
  method,
  path,
  scope: permission,
  role: `${permission}.All`,
});

const SUBJECTS: Readonly<Record<string, Subject>> = {
  "getOrder of orders": {
    ...of("orders", "GET", "/orders/O-2026-000123", "Orders.Read"),
    api: "orders-api-1",
    tokenAt: "orders-policy-1",
    permissionAt: "orders-policy-1-getOrder",
  },
  "placeOrder of orders": {
    ...of("orders", "POST", "/orders", "Orders.Write"),
    api: "orders-api-1",
    tokenAt: "orders-policy-1",
    permissionAt: "orders-policy-1-placeOrder",
  },
  "getProduct of the first catalogue": {
    ...of("catalog", "GET", "/catalog/v1/products/ESP-1000", "Catalog.Read"),
    api: "catalog-v1-api-1",
    tokenAt: "catalog-v1-policy-1",
    permissionAt: "catalog-v1-policy-1-getProduct",
  },
  "getAvailability of the second catalogue": {
    ...of("catalog", "GET", "/catalog/v2/products/ESP-1000/availability", "Catalog.Read"),
    api: "catalog-v2-api-2",
    tokenAt: "catalog-v2-policy-2",
    permissionAt: "catalog-v2-policy-2-getAvailability",
  },
  "writeReview of the second catalogue": {
    ...of("catalog", "POST", "/catalog/v2/products/ESP-1000/reviews", "Reviews.Write"),
    api: "catalog-v2-api-2",
    tokenAt: "catalog-v2-policy-2",
    permissionAt: "catalog-v2-policy-2-writeReview",
  },
  "CreateInvoice of billing": {
    ...of("billing", "POST", "/billing/CreateInvoice", "Invoices.Manage"),
    api: "billing-api-1",
    tokenAt: "billing-policy-1",
    permissionAt: "billing-policy-1",
  },
};

/** The key of a subscription to a product, and that of one which waits for approval. */
const keyOf = (product: string) => `key-of-${product}`;
const waitingKeyOf = (product: string) => `waiting-key-of-${product}`;

const SUBSCRIPTIONS: World["subscriptions"] = [
  ...["orders", "catalog", "billing", "other"].map(
    (product) => ({ key: keyOf(product), scope: `/products/${product}`, state: "active" }) as const,
  ),
  ...["orders", "catalog", "billing"].map(
    (product) => ({ key: waitingKeyOf(product), scope: `/products/${product}`, state: "submitted" }) as const,
  ),
];

/** What is asked of the clients of one product alone. */
const OWN_CASES: Readonly<
  Partial<
    Record<
      Subject["product"],
      readonly (readonly [name: string, expected: string, more: Partial<ApiRequest>])[]
    >
  >
> = {
  orders: [
    ["of a script of another site", "200 of cors of api", { headers: { Origin: "https://evil.example" } }],
  ],
  billing: [
    ["without a certificate", "403 no certificate", { certificate: undefined }],
    [
      "with a certificate of another authority",
      "403 none of the identities",
      { certificate: { ...CERTIFICATE, issuer: "CN=Other" } },
    ],
  ],
};

/** A check that is taken out of what was deployed, and what is decided otherwise without it. */
interface Removal {
  readonly what: string;
  readonly remove: (from: (name: string) => ExportedResource) => void;
  readonly changes: Readonly<Record<string, string | undefined>>;
}

/** Takes a part out of the policy of a resource. */
function cut(name: string, pattern: RegExp, replacement = ""): Removal["remove"] {
  return (from) => {
    const { outputs } = from(name);
    outputs.value = String(outputs.value).replace(pattern, replacement);
  };
}

function setting(name: string, property: string, value: unknown): Removal["remove"] {
  return (from) => {
    from(name).outputs[property] = value;
  };
}

function element(name: string): RegExp {
  return new RegExp(`<${name}[ >][^]*?</${name}>`);
}

/** Checks that one product alone has. */
function ownRemovals(
  { product, tokenAt, permissionAt }: Subject,
  those: (expected: RegExp, otherwise: string) => Readonly<Record<string, string>>,
): readonly Removal[] {
  switch (product) {
    case "orders":
      return [
        {
          what: "the clients",
          remove: cut(tokenAt, element("client-application-ids")),
          changes: { "of another client": "forwarded" },
        },
        {
          what: "the origins",
          remove: cut(tokenAt, element("cors")),
          changes: { "of a script of another site": "forwarded" },
        },
        {
          what: "the gateway's token",
          remove: cut(permissionAt, /<authentication-managed-identity [^>]*>/),
          changes: those(/^forwarded$/, "forwarded with the client's token with no proof of its own"),
        },
      ];
    case "catalog":
      return [
        {
          what: "what keeps the key of the query here",
          remove: cut(tokenAt, /<set-query-parameter [^>]*>/),
          changes: { "whose key is in the query": "forwarded with the client's key" },
        },
        {
          what: "the gateway's token",
          remove: cut(tokenAt, /<authentication-managed-identity [^>]*>/),
          changes: those(/^forwarded$/, "forwarded with no proof of its own"),
        },
      ];
    case "billing":
      return [
        {
          what: "the client's certificate",
          remove: cut(tokenAt, element("validate-client-certificate")),
          changes: {
            "without a certificate": "forwarded",
            "with a certificate of another authority": "forwarded",
          },
        },
        {
          what: "the authority of the client's certificate",
          remove: cut(tokenAt, element("identities")),
          changes: { "with a certificate of another authority": "forwarded" },
        },
        {
          what: "what keeps the client's token here",
          remove: cut(tokenAt, /<set-header name="Authorization"[^>]*>/),
          changes: those(/^forwarded$/, "forwarded with the client's token"),
        },
        {
          what: "the gateway's certificate",
          remove: cut(tokenAt, /<authentication-certificate [^>]*>/),
          changes: those(/^forwarded$/, "forwarded with no proof of its own"),
        },
      ];
  }
}

describeWithEngine("a request to an API that was deployed", (engine) => {
  let workbench: Workbench;
  let state: Exported;
  let gateway: DeployedGateway;
  let entra: Entra;
  beforeAll(async () => {
    entra = await makeEntra();
  });
  afterAll(() => entra.close());
  beforeAll(async () => {
    workbench = await openWorkbench(await engine());
    seedAssumed(workbench.azure, SETTINGS);
    const stack = await workbench.stack("apis", SETTINGS, program as PulumiFn);
    await stack.up();
    state = await exportState(stack);
    gateway = deployedGateway(state.resources);
  });
  afterAll(() => workbench.close());

  const ask = (request: ApiRequest, of = gateway) =>
    decide(of, request, {
      now: entra.directory.now,
      metadata: entra.metadata,
      subscriptions: SUBSCRIPTIONS,
    });
  const issued = async (claims: Claims, validity?: Validity) =>
    `Bearer ${await entra.issue(claims, validity)}`;

  describe.each(Object.entries(SUBJECTS))("to %s", (_name, subject) => {
    const { product, method, path, scope, role, api, tokenAt, permissionAt } = subject;
    const url = `${GATEWAY}${path}`;
    const key = keyOf(product);
    const knowsClients = product === "orders";
    const forbidden = `403 of return-response of ${permissionAt === tokenAt ? "api" : "operation"}`;

    const caller = (client: string) => ({
      audience: state.text(`${product}-registration-application`, "clientId"),
      client,
    });
    const asUser = () =>
      userClaims(
        caller(knowsClients ? state.text("orders-client-application", "clientId") : SERVICE_CLIENT),
        scope,
      );
    const asService = () => serviceClaims(caller(SERVICE_CLIENT), role);

    const request = (
      headers: Readonly<Record<string, string>>,
      more: Partial<ApiRequest> = {},
    ): ApiRequest => ({
      method,
      url,
      certificate: CERTIFICATE,
      ...more,
      headers: { "Ocp-Apim-Subscription-Key": key, ...headers },
    });
    const bearing = (Authorization: string, more: Partial<ApiRequest> = {}) =>
      request({ Authorization, ...more.headers }, more);
    const by = async (claims: Claims, validity?: Validity) => bearing(await issued(claims, validity));
    const byUser = (more: Claims = {}, validity?: Validity) => by({ ...asUser(), ...more }, validity);
    const byUserWith = async (more: Partial<ApiRequest>) => bearing(await issued(asUser()), more);
    const withKey = (other: string) => byUserWith({ headers: { "Ocp-Apim-Subscription-Key": other } });
    const withoutKey = async (at: string): Promise<ApiRequest> => ({
      ...request({}, { url: at }),
      headers: { Authorization: await issued(asUser()) },
    });

    type Case = readonly [name: string, expected: string, made: () => ApiRequest | Promise<ApiRequest>];

    const CASES: readonly Case[] = [
      ["of a user with the scope", "forwarded", () => byUser()],
      ["of a service with the role", "forwarded", () => by(asService())],
      ["whose key is in the query", "forwarded", () => withoutKey(`${url}?subscription-key=${key}`)],
      ["of a user without the scope", forbidden, () => byUser({ scp: "openid" })],
      ["of a user with a longer scope", forbidden, () => byUser({ scp: `openid ${scope}.More` })],
      ["of a service without the role", forbidden, () => by({ ...asService(), roles: ["Other.Role"] })],
      [
        "of a service whose role is called as the scope",
        forbidden,
        () => by({ ...asService(), roles: [scope] }),
      ],
      [
        "of another tenant",
        "401 TokenIssuerNotAllowed",
        () => byUser({ iss: issuerOf(FOREIGN_ID, 2), tid: FOREIGN_ID }),
      ],
      ["for another API", "401 TokenAudienceNotAllowed", () => byUser({ aud: FOREIGN_ID })],
      [
        "of another client",
        knowsClients ? "401 TokenClaimValueNotAllowed" : "forwarded",
        () => byUser({ azp: FOREIGN_ID }),
      ],
      ["with a token of version 1", "401 TokenClaimValueNotAllowed", () => by(inVersion1(asUser()))],
      ["with an expired token", "401 TokenExpired", () => byUser({}, { from: -120, to: -60 })],
      ["with a token that is not valid yet", "401 JwtInvalid", () => byUser({}, { from: 60, to: 120 })],
      ["with an unsigned token", "401 JwtInvalid", () => bearing(`Bearer ${entra.leaveUnsigned(asUser())}`)],
      [
        "with a forged token",
        "401 TokenSignatureInvalid",
        async () => bearing(`Bearer ${await entra.forge(asUser())}`),
      ],
      ["without a token", "401 TokenNotPresent", () => request({})],
      ["by another scheme", "401 TokenNotPresent", () => bearing("Basic b3JkZXJzOg==")],
      ["without a key", "401 SubscriptionKeyNotFound", () => withoutKey(url)],
      ["with a key that nobody has", "401 SubscriptionKeyInvalid", () => withKey("key")],
      ["with the key of another product", "401 SubscriptionKeyInvalid", () => withKey(keyOf("other"))],
      [
        "with a key that waits for approval",
        "401 SubscriptionKeyInvalid",
        () => withKey(waitingKeyOf(product)),
      ],
      [
        "without encryption",
        "404 OperationNotFound",
        () => byUserWith({ url: url.replace("https", "http") }),
      ],
      ["by another method", "404 OperationNotFound", () => byUserWith({ method: "DELETE" })],
      ["to another path", "404 OperationNotFound", () => byUserWith({ url: `${url}/x/y` })],
      ...(OWN_CASES[product] ?? []).map(([name, expected, more]): Case => [
        name,
        expected,
        () => byUserWith(more),
      ]),
    ];

    let requests: readonly (readonly [name: string, expected: string, request: ApiRequest])[];
    beforeAll(async () => {
      requests = await Promise.all(
        CASES.map(async ([name, expected, made]) => [name, expected, await made()] as const),
      );
    });

    test.each(CASES)("%s is %s", async (_what, expected, made) => {
      expect(outcomeOf(await ask(await made()))).toBe(expected);
    });

    test("is counted by its client", async () => {
      expect(await ask(await byUser())).toMatchObject({ counted: [asUser().azp] });
      expect(await ask(await by(asService()))).toMatchObject({ counted: [SERVICE_CLIENT] });
    });

    /** Those that a policy decides otherwise: of which this was expected. */
    const those = (expected: RegExp, otherwise: string) =>
      Object.fromEntries(
        CASES.flatMap(([name, before]) => (expected.test(before) ? [[name, otherwise]] : [])),
      );
    const forUsers = (otherwise: string) => ({
      ...those(/^forwarded$/, otherwise),
      "of a service with the role": undefined,
    });
    const ofHeader = (otherwise: string) => ({
      ...those(/^forwarded$/, otherwise),
      "whose key is in the query": undefined,
    });
    /** Where the policy keeps the client's key and token from the service. */
    const sentAt = product === "orders" ? permissionAt : tokenAt;

    const REMOVALS: readonly Removal[] = [
      {
        what: "the key",
        remove: setting(api, "subscriptionRequired", false),
        changes: { "without a key": "forwarded" },
      },
      {
        what: "encryption",
        remove: setting(api, "protocols", ["http", "https"]),
        changes: { "without encryption": "forwarded" },
      },
      {
        what: "the tenant, but for another one",
        remove: cut(tokenAt, /tenant-id="[^"]+"/, `tenant-id="${FOREIGN_ID}"`),
        changes: {
          // The signature comes first.
          ...those(
            /^forwarded|return-response|Audience|Claim|Expired|JwtInvalid/,
            "401 TokenIssuerNotAllowed",
          ),
          "with an unsigned token": undefined,
          "of another tenant": "forwarded",
        },
      },
      {
        what: "the audience",
        remove: cut(tokenAt, element("audiences")),
        changes: { "for another API": "forwarded" },
      },
      {
        what: "the version",
        remove: cut(tokenAt, element("required-claims")),
        changes: { "with a token of version 1": "forwarded" },
      },
      {
        what: "the token",
        remove: cut(tokenAt, element("validate-azure-ad-token")),
        // What follows has no claims to look at.
        changes: those(/^forwarded|return-response|401 (Token|Jwt)/, "500 ExpressionValueEvaluationFailure"),
      },
      {
        what: "the permission",
        remove: cut(permissionAt, element("choose")),
        changes: those(/return-response/, "forwarded"),
      },
      {
        what: "the scope in the permission",
        remove: cut(
          permissionAt,
          new RegExp(`@\\(!\\([^"]*?Contains\\(&quot;${scope}&quot;\\) \\|\\| `),
          "@(!(",
        ),
        changes: forUsers(forbidden),
      },
      {
        what: "the role in the permission",
        remove: cut(permissionAt, new RegExp(` \\|\\| [^"]*?Contains\\(&quot;${role}&quot;\\)`)),
        changes: { "of a service with the role": forbidden },
      },
      {
        what: "what keeps the key here",
        remove: cut(sentAt, /<set-header name="Ocp-Apim-Subscription-Key"[^>]*>/),
        changes: ofHeader("forwarded with the client's key"),
      },
      ...ownRemovals(subject, those),
    ];

    test.each(REMOVALS)("is decided otherwise without $what", async ({ remove, changes }) => {
      const resources = structuredClone(state.resources);
      remove((name) => {
        const found = resources.find(({ urn }) => urn.endsWith(`::${name}`));
        if (found === undefined) throw new Error(`the state has no ${name}`);
        return found;
      });
      expect(resources).not.toEqual(state.resources);
      const weakened = deployedGateway(resources);
      const found: Record<string, string> = {};
      for (const [name, expected, made] of requests) {
        const decided = outcomeOf(await ask(made, weakened));
        if (decided !== expected) found[name] = decided;
      }
      expect(found).toEqual(changes);
    });

    test("has a removal for all that is refused by more than its path and its key", () => {
      const changed = REMOVALS.flatMap(({ changes }) =>
        Object.keys(JSON.parse(JSON.stringify(changes)) as object),
      );
      expect(CASES.map(([name]) => name).filter((name) => !changed.includes(name))).toEqual([
        "with a key that nobody has",
        "with the key of another product",
        "with a key that waits for approval",
        "by another method",
        "to another path",
      ]);
    });
  });

  test("to orders, once it is forwarded, is admitted by the workflow", async () => {
    const caller = {
      audience: state.text("orders-registration-application", "clientId"),
      client: SERVICE_CLIENT,
    };
    const decision = await ask({
      method: "GET",
      url: `${GATEWAY}/orders/O-2026-000123`,
      headers: {
        Authorization: await issued(serviceClaims(caller, "Orders.Read.All")),
        "Ocp-Apim-Subscription-Key": keyOf("orders"),
      },
    });
    if (decision.kind !== "forwarded") throw new Error(`it is ${outcomeOf(decision)}`);
    const [sent] = decision.requests;
    if (sent?.identity === undefined) throw new Error("nothing is sent that the gateway's identity proves");
    const { resource, clientId = "" } = sent.identity;
    const authorization = await issued(
      serviceClaims({ audience: resource.replace("api://", ""), client: clientId }, "Workflow.Invoke"),
    );
    const workflow = deployedWorkflow(state.outputs("orders-get-order-workflow"));
    const [from = ""] = state.outputs("gateway-service").publicIPAddresses as readonly string[];
    const call = { ...sent, from, headers: { ...sent.headers, authorization }, body: undefined };
    expect(await refusals(workflow, call, entra.directory)).toEqual([]);
    const elsewhere = { ...call, url: call.url.replace("/O-2026-000123", "") };
    expect(await refusals(workflow, elsewhere, entra.directory)).toEqual(["endpoint"]);
  });

  describe("of a browser to orders", () => {
    const preflight = (
      origin: string,
      method = "POST",
      headers = "authorization,content-type,idempotency-key",
    ) =>
      ask({
        method: "OPTIONS",
        url: `${GATEWAY}/orders`,
        headers: {
          Origin: origin,
          "Access-Control-Request-Method": method,
          "Access-Control-Request-Headers": headers,
        },
      });
    const allowed = async (...args: Parameters<typeof preflight>) => {
      const decision = await preflight(...args);
      return decision.kind === "answered" ? decision.headers["access-control-allow-origin"] : decision.kind;
    };

    test("is admitted for scripts of the client and of the portal, by its methods and headers", async () => {
      const portal = new URL(state.text("gateway-service", "developerPortalUrl")).origin;
      expect(await allowed("http://localhost:3000")).toBe("http://localhost:3000");
      expect(await allowed(portal)).toBe(portal);
      expect(await allowed("https://evil.example")).toBeUndefined();
      expect(await allowed("http://localhost:3000", "POST", "x-other")).toBeUndefined();
      expect(await allowed("http://localhost:3000", "DELETE")).toBe("refused");
    });
  });
});
