import {
  CALLER,
  checkPolicy,
  policyDocument,
  renderPolicy,
  requirePermission,
  requireToken,
  requireTokenOf,
  type Permission,
  type TokenAudience,
  type TokenIssuer,
} from "../../../policies/gateway";
import { inbound, xmlWith } from "./examples";

const TENANT = "00000000-0000-4000-8000-000000000002";
const API = "22222222-2222-4222-8222-222222222222";
const CLIENTS = ["33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"];

const TOKENS: TokenAudience = {
  tenantId: TENANT,
  audiences: [API],
  version: 2,
  scopes: ["Orders.Read", "Orders.Write"],
  roles: ["Orders.Read.All"],
};

const CUSTOMERS: TokenIssuer = {
  openIdConfigurationUrl: `https://contoso.ciamlogin.com/${TENANT}/v2.0/.well-known/openid-configuration`,
  issuers: [`https://${TENANT}.ciamlogin.com/${TENANT}/v2.0`],
  audiences: [API],
  scopes: ["Orders.Read"],
  roles: [],
};

/** Attributes and elements as https://learn.microsoft.com/azure/api-management/validate-azure-ad-token-policy has them. */
const entraXml = (more: readonly string[]) =>
  xmlWith("inbound", [
    `<validate-azure-ad-token tenant-id="${TENANT}" header-name="Authorization" failed-validation-httpcode="401"` +
      ' failed-validation-error-message="A valid token is required" output-token-variable-name="token">',
    ...more.map((line) => `  ${line}`),
    "</validate-azure-ad-token>",
  ]);

const list = (element: string, item: string, values: readonly string[]) => [
  `<${element}>`,
  ...values.map((value) => `  <${item}>${value}</${item}>`),
  `</${element}>`,
];

const claimXml = (name: string, match: string, ...values: readonly string[]) => [
  `  <claim name="${name}" match="${match}">`,
  ...values.map((value) => `    <value>${value}</value>`),
  "  </claim>",
];

describe("a token of Entra ID", () => {
  test("is of the version that the API's registration asks for, and names its API", () => {
    expect(renderPolicy(inbound(requireToken(TOKENS)))).toBe(
      entraXml([
        ...list("audiences", "audience", [API]),
        "<required-claims>",
        ...claimXml("ver", "all", "2.0"),
        "</required-claims>",
      ]),
    );
    expect(
      renderPolicy(inbound(requireToken({ ...TOKENS, version: 1, audiences: [`api://${API}`, API] }))),
    ).toBe(
      entraXml([
        ...list("audiences", "audience", [`api://${API}`, API]),
        "<required-claims>",
        ...claimXml("ver", "all", "1.0"),
        "</required-claims>",
      ]),
    );
  });

  test("is a named client's, and has the claims that are asked for", () => {
    const requiredClaims = [{ name: "acrs", match: "any", values: ["c1", "c2"] }] as const;
    expect(renderPolicy(inbound(requireToken({ ...TOKENS, clients: CLIENTS, requiredClaims })))).toBe(
      entraXml([
        ...list("client-application-ids", "application-id", CLIENTS),
        ...list("audiences", "audience", [API]),
        "<required-claims>",
        ...claimXml("ver", "all", "2.0"),
        ...claimXml("acrs", "any", "c1", "c2"),
        "</required-claims>",
      ]),
    );
  });

  test("is of one tenant, has an audience, and a client where clients are named", () => {
    expect(() => requireToken({ ...TOKENS, tenantId: "common", audiences: [], clients: [] })).toThrow(
      new RangeError(
        [
          "requireToken is not valid: 3 problems",
          '  - tenantId: the id of a tenant has 32 hexadecimal digits in five groups (received "common")',
          "    fix: write it as `az account show --query tenantId` prints it",
          "  - audiences: audiences are at least one, where they are given (received [])",
          "    fix: name one",
          "  - clients: clients are at least one, where they are given (received [])",
          "    fix: name one, or leave clients out to admit them all",
        ].join("\n"),
      ),
    );
  });
});

describe("a token of another issuer", () => {
  /** As https://learn.microsoft.com/azure/api-management/validate-jwt-policy has it. */
  const jwtXml = (skew: number, required: readonly string[]) =>
    xmlWith("inbound", [
      '<validate-jwt header-name="Authorization" failed-validation-httpcode="401"' +
        ' failed-validation-error-message="A valid token is required" require-expiration-time="true"' +
        ` require-scheme="Bearer" require-signed-tokens="true" clock-skew="${skew}" output-token-variable-name="token">`,
      `  <openid-config url="${CUSTOMERS.openIdConfigurationUrl as string}" />`,
      ...list("audiences", "audience", [API]).map((line) => `  ${line}`),
      ...list("issuers", "issuer", CUSTOMERS.issuers as string[]).map((line) => `  ${line}`),
      ...required.map((line) => `  ${line}`),
      "</validate-jwt>",
    ]);

  test("is signed, expires, and is for this API, with no difference of clocks", () => {
    expect(renderPolicy(inbound(requireTokenOf(CUSTOMERS)))).toBe(jwtXml(0, []));
  });

  test("is a named client's, by the claim in which the issuer names it", () => {
    for (const [clientClaim, name] of [
      [undefined, "azp"],
      ["client_id", "client_id"],
    ] as const) {
      const issuer = { ...CUSTOMERS, clients: CLIENTS, clientClaim, clockSkewSeconds: 30 };
      expect(renderPolicy(inbound(requireTokenOf(issuer)))).toBe(
        jwtXml(30, ["<required-claims>", ...claimXml(name, "any", ...CLIENTS), "</required-claims>"]),
      );
    }
  });

  test("has an issuer, an audience, and a client where clients are named: a claim of none would admit all", () => {
    expect(() => requireTokenOf({ ...CUSTOMERS, audiences: [], issuers: [], clients: [] })).toThrow(
      new RangeError(
        [
          "requireTokenOf is not valid: 3 problems",
          "  - audiences: audiences are at least one, where they are given (received [])",
          "    fix: name one",
          "  - issuers: issuers are at least one, where they are given (received [])",
          "    fix: name one",
          "  - clients: clients are at least one, where they are given (received [])",
          "    fix: name one, or leave clients out to admit them all",
        ].join("\n"),
      ),
    );
  });

  test("shows no password of an address", () => {
    const address = new URL("http://login.contoso.com/.well-known/openid-configuration");
    address.password = "made-up";
    const openIdConfigurationUrl = address.href;
    expect(() => requireTokenOf({ ...CUSTOMERS, openIdConfigurationUrl })).toThrow(
      '(received "http://...")\n',
    );
  });

  test("is not checked by keys that came in clear, nor with clocks that differ by less than nothing", () => {
    const openIdConfigurationUrl = "http://contoso.ciamlogin.com/.well-known/openid-configuration";
    expect(() => requireTokenOf({ ...CUSTOMERS, openIdConfigurationUrl, clockSkewSeconds: -1 })).toThrow(
      new RangeError(
        [
          "requireTokenOf is not valid: 2 problems",
          "  - openIdConfigurationUrl: the keys that sign tokens come by https, or whoever is on the way could sign" +
            ` (received "${openIdConfigurationUrl}")`,
          "    fix: write the https address of the provider's discovery document",
          "  - clockSkewSeconds: a clock skew is a whole number of seconds from 0 (received -1)",
          "    fix: leave it out, or write e.g. 30",
        ].join("\n"),
      ),
    );
  });
});

test("the caller is the client that the token names, by whichever claim", () => {
  const claims = '((Jwt)context.Variables["token"]).Claims';
  expect(CALLER).toBe(
    `@(${claims}.GetValueOrDefault("azp", ${claims}.GetValueOrDefault("appid", ` +
      `${claims}.GetValueOrDefault("client_id", "unknown"))))`,
  );
});

describe("a permission", () => {
  const claims = "((Jwt)context.Variables[&quot;token&quot;]).Claims";
  const scope = (name: string) =>
    `${claims}.GetValueOrDefault(&quot;scp&quot;, &quot;&quot;).Split(' ').Contains(&quot;${name}&quot;)`;
  const role = (name: string) =>
    `${claims}.ContainsKey(&quot;roles&quot;) &amp;&amp; ${claims}[&quot;roles&quot;].Contains(&quot;${name}&quot;)`;
  const refusedUnless = (granted: string, title: string) =>
    xmlWith("inbound", [
      "<choose>",
      `  <when condition="@(!(${granted}))">`,
      "    <return-response>",
      '      <set-status code="403" reason="Forbidden" />',
      '      <set-header name="Content-Type" exists-action="override">',
      "        <value>application/problem+json</value>",
      "      </set-header>",
      `      <set-body>{"title":"${title}","status":403}</set-body>`,
      "    </return-response>",
      "  </when>",
      "</choose>",
    ]);
  const rendered = (tokens: TokenAudience | TokenIssuer, permission: Permission) =>
    renderPolicy(inbound(requirePermission(tokens, permission)));

  test.each<[Permission, string, string]>([
    [{ scopes: ["Orders.Read"] }, scope("Orders.Read"), "The scope Orders.Read is required"],
    [{ roles: ["Orders.Read.All"] }, role("Orders.Read.All"), "The role Orders.Read.All is required"],
    [
      { scopes: ["Orders.Read", "Orders.Write"], roles: ["Orders.Read.All"] },
      `${scope("Orders.Read")} || ${scope("Orders.Write")} || ${role("Orders.Read.All")}`,
      "The scope Orders.Read or the scope Orders.Write or the role Orders.Read.All is required",
    ],
  ])("%j is refused to whoever has none of it", (permission, granted, title) => {
    expect(rendered(TOKENS, permission)).toBe(refusedUnless(granted, title));
  });

  test("is found in tokens of other issuers, too, whatever they call scopes", () => {
    const either = `${claims}.GetValueOrDefault(&quot;scp&quot;, ${claims}.GetValueOrDefault(&quot;scope&quot;, &quot;&quot;))`;
    expect(rendered(CUSTOMERS, { scopes: ["Orders.Read"] })).toBe(
      refusedUnless(
        `${either}.Split(' ').Contains(&quot;Orders.Read&quot;)`,
        "The scope Orders.Read is required",
      ),
    );
  });

  test("that no token can have is refused, and so is one of nothing", () => {
    expect(() => requirePermission(TOKENS, { scopes: ["Orders.Raed"], roles: ["Admin"] })).toThrow(
      new RangeError(
        [
          "requirePermission is not valid: 2 problems",
          '  - scopes: the API declares Orders.Read, Orders.Write (received "Orders.Raed")',
          "    fix: write Orders.Read",
          '  - roles: the API declares Orders.Read.All (received "Admin")',
          "    fix: declare it in the API's registration, or ask for one that is",
        ].join("\n"),
      ),
    );
    expect(() => requirePermission(CUSTOMERS, { roles: ["Admin"] })).toThrow(
      'roles: the API declares none (received "Admin")',
    );
    expect(() => requirePermission(TOKENS, {})).toThrow("scopes: a permission names a scope or a role");
  });

  test("is asked for behind the token", () => {
    const permission = requirePermission(TOKENS, { scopes: ["Orders.Read"] });
    const codes = (...statements: Parameters<typeof inbound>) =>
      checkPolicy(inbound(...statements), { scope: "api" }).map(({ path, code }) => `${path} ${code}`);
    expect(codes(requireToken(TOKENS), permission)).toEqual([]);
    expect(codes(permission, requireToken(TOKENS))).toEqual(["inbound[1].choose read-before-set"]);
    // What the policy of the API has validated.
    expect(
      checkPolicy(policyDocument({ scope: "operation", inbound: [permission] }), { scope: "operation" }),
    ).toEqual([]);
  });
});
