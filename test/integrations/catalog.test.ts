import { join } from "node:path";
import SwaggerParser from "@apidevtools/swagger-parser";
import type { OpenAPIV3 } from "openapi-types";
import { catalog } from "../../integrations/catalog";
import { gatewayReference, seedGateway } from "../components/fixtures";
import { deploy, identities, plan, registrationOf, valueOf, type Deployment } from "../components/harness";
import { checkExamples } from "./examples";
import { CALLER_XML, givenTo } from "./fixtures";

const SERVICE = { url: "https://catalog.contoso.com", audience: "api://contoso-catalog" };
const CANARY = { url: "https://catalog-next.contoso.com", percent: 10 };

const deployCatalog = (settings: object = { service: SERVICE }) =>
  deploy((azure) =>
    catalog.deploy({
      ...givenTo("catalog", seedGateway(azure)),
      settings: catalog.settings.parse(settings),
    }),
  );
const withCanary = (percent = CANARY.percent) =>
  deployCatalog({ service: { ...SERVICE, canary: { ...CANARY, percent } } });

/** The policies of operations, by the name of their resource without `catalog-`. */
function operationPolicies({ registrations }: Deployment<unknown>): Record<string, string> {
  return Object.fromEntries(
    registrations
      .filter(({ type }) => type === "azure-native:apimanagement:ApiOperationPolicy")
      .map(({ name, inputs }) => [name.replace("catalog-", ""), inputs.value as string]),
  );
}

describe.each(["v1", "v2"])("the contract of catalog %s", (version) => {
  it("has examples that fit their schemas, for each request and each answer with a body", async () => {
    const file = join(__dirname, `../../integrations/catalog/openapi-${version}.yaml`);
    const contract = (await SwaggerParser.dereference(file)) as unknown as OpenAPIV3.Document;
    const { problems, bodies } = checkExamples(contract);
    expect(problems).toEqual([]);
    expect(bodies).toBeGreaterThan(20);
    expect(contract.servers).toEqual([{ url: `https://catalog.contoso.com/${version}` }]);
  });
});

describe("the catalog integration", () => {
  it("owns a registration, two versions of an API, of which the second has two revisions, and a product", async () => {
    const operation = (revision: string, ...ids: string[]) =>
      ids.map(
        (id) =>
          `azure-native:apimanagement:ApiOperationPolicy catalog-${revision}-${id} catalog-${revision.slice(0, 2)}`,
      );
    const first = ["getAvailability", "getProduct", "listCategories", "searchProducts"];
    const second = [...first, "listReviews", "writeReview"].sort();
    expect(identities(await deployCatalog())).toEqual(
      [
        "azure-native:apimanagement:Api catalog-v1-api-1 catalog-v1",
        "azure-native:apimanagement:Api catalog-v2-api-1 catalog-v2",
        "azure-native:apimanagement:Api catalog-v2-api-2 catalog-v2",
        ...operation("v1-policy-1", ...first),
        ...operation("v2-policy-1", ...second),
        ...operation("v2-policy-2", ...second),
        "azure-native:apimanagement:ApiPolicy catalog-v1-policy-1 catalog-v1",
        "azure-native:apimanagement:ApiPolicy catalog-v2-policy-1 catalog-v2",
        "azure-native:apimanagement:ApiPolicy catalog-v2-policy-2 catalog-v2",
        "azure-native:apimanagement:ApiVersionSet catalog-version-set catalog",
        "azure-native:apimanagement:Backend catalog-v1-backend catalog-v1",
        "azure-native:apimanagement:Backend catalog-v2-stable-backend catalog-v2-stable",
        "azure-native:apimanagement:Product catalog-product catalog",
        "azure-native:apimanagement:ProductApi catalog-api-v1 catalog",
        "azure-native:apimanagement:ProductApi catalog-api-v2 catalog",
        "azure-native:apimanagement:ProductGroup catalog-group-developers catalog",
        "azure-native:resources:Resource catalog-v2-release-2 catalog-v2",
        "azuread:index/application:Application catalog-registration-application catalog-registration",
        "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri catalog-registration-identifier-uri catalog-registration",
        "azuread:index/servicePrincipal:ServicePrincipal catalog-registration-principal catalog-registration",
        "enterprise-integration:index:EntraAppRegistration catalog-registration -",
        "enterprise-integration:index:GatewayApi catalog-v1 -",
        "enterprise-integration:index:GatewayApi catalog-v2 -",
        "enterprise-integration:index:GatewayBackend catalog-v1 -",
        "enterprise-integration:index:GatewayBackend catalog-v2-stable -",
        "enterprise-integration:index:GatewayProduct catalog -",
        "enterprise-integration:index:GatewayVersionSet catalog -",
      ].sort(),
    );
  });

  it("lets nobody through without a valid token, and goes to the service in the gateway's own name", async () => {
    const deployment = await deployCatalog();
    const [registration] = deployment.azure.all("azuread:index/application:Application");
    expect(registrationOf(deployment, "catalog-v2-policy-2").inputs.value).toBe(
      [
        "<policies>",
        "  <inbound>",
        "    <base />",
        `    <validate-azure-ad-token tenant-id="${deployment.azure.tenantId}" header-name="Authorization"` +
          ' failed-validation-httpcode="401" failed-validation-error-message="A valid token is required"' +
          ' output-token-variable-name="token">',
        "      <audiences>",
        `        <audience>${registration?.outputs.clientId as string}</audience>`,
        "      </audiences>",
        "      <required-claims>",
        '        <claim name="ver" match="all">',
        "          <value>2.0</value>",
        "        </claim>",
        "      </required-claims>",
        "    </validate-azure-ad-token>",
        '    <rate-limit-by-key calls="300" renewal-period="60"' + ` counter-key="@(${CALLER_XML})" />`,
        '    <set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" />',
        '    <set-query-parameter name="subscription-key" exists-action="delete" />',
        '    <set-header name="Authorization" exists-action="delete" />',
        '    <set-backend-service backend-id="catalog-v2-stable" />',
        '    <authentication-managed-identity resource="api://contoso-catalog" client-id="11111111-1111-4111-8111-111111111111" />',
        "  </inbound>",
        "  <backend>",
        "    <base />",
        "  </backend>",
        "  <outbound>",
        "    <base />",
        "  </outbound>",
        "  <on-error>",
        "    <base />",
        "  </on-error>",
        "</policies>",
      ].join("\r\n"),
    );
  });

  it("answers from the cache only who may read, and whoever asks the same", async () => {
    const claims = "((Jwt)context.Variables[&quot;token&quot;]).Claims";
    expect(operationPolicies(await deployCatalog())["v2-policy-2-getProduct"]).toBe(
      [
        "<policies>",
        "  <inbound>",
        "    <base />",
        "    <choose>",
        `      <when condition="@(!(${claims}.GetValueOrDefault(&quot;scp&quot;, &quot;&quot;).Split(' ').Contains(&quot;Catalog.Read&quot;)` +
          ` || ${claims}.ContainsKey(&quot;roles&quot;) &amp;&amp; ${claims}[&quot;roles&quot;].Contains(&quot;Catalog.Read.All&quot;)))">`,
        "        <return-response>",
        '          <set-status code="403" reason="Forbidden" />',
        '          <set-header name="Content-Type" exists-action="override">',
        "            <value>application/problem+json</value>",
        "          </set-header>",
        '          <set-body>{"title":"The scope Catalog.Read or the role Catalog.Read.All is required","status":403}</set-body>',
        "        </return-response>",
        "      </when>",
        "    </choose>",
        '    <cache-lookup vary-by-developer="false" vary-by-developer-groups="false"' +
          ' allow-private-response-caching="true" downstream-caching-type="none">',
        "      <vary-by-header>Accept</vary-by-header>",
        "      <vary-by-header>Accept-Language</vary-by-header>",
        "    </cache-lookup>",
        "  </inbound>",
        "  <backend>",
        "    <base />",
        "  </backend>",
        "  <outbound>",
        "    <base />",
        '    <cache-store duration="300" />',
        "  </outbound>",
        "  <on-error>",
        "    <base />",
        "  </on-error>",
        "</policies>",
      ].join("\r\n"),
    );
  });

  it("keeps what changes seldom, for longer in the second revision, and never what is in stock or what people write", async () => {
    const kept = Object.fromEntries(
      Object.entries(operationPolicies(await deployCatalog())).map(([name, xml]) => [
        name,
        { lookedUp: xml.includes("<cache-lookup"), seconds: /cache-store duration="(\d+)"/.exec(xml)?.[1] },
      ]),
    );
    const never = { lookedUp: false, seconds: undefined };
    const cached = (prefix: string, seconds: string) =>
      Object.fromEntries(
        ["searchProducts", "getProduct", "listCategories"].map((id) => [
          `${prefix}-${id}`,
          { lookedUp: true, seconds },
        ]),
      );
    expect(kept).toEqual({
      ...cached("v1-policy-1", "60"),
      "v1-policy-1-getAvailability": never,
      ...cached("v2-policy-1", "60"),
      ...cached("v2-policy-2", "300"),
      ...Object.fromEntries(
        ["getAvailability", "listReviews", "writeReview"].flatMap((id) => [
          [`v2-policy-1-${id}`, never],
          [`v2-policy-2-${id}`, never],
        ]),
      ),
    });
  });

  it("asks for the permission to write where something is written, and for that to read everywhere else", async () => {
    const asked = Object.entries(operationPolicies(await deployCatalog())).map(([name, xml]) => [
      name.split("-").at(-1),
      /The scope (\S+) or the role (\S+) is/.exec(xml)?.slice(1).join(" "),
    ]);
    expect(asked).toHaveLength(16);
    for (const [id, permission] of asked) {
      const expected =
        id === "writeReview" ? "Reviews.Write Reviews.Write.All" : "Catalog.Read Catalog.Read.All";
      expect({ id, permission }).toEqual({ id, permission: expected });
    }
  });

  it("calls each version under its own address, with a fuse before it", async () => {
    const deployment = await deployCatalog();
    for (const [name, url] of [
      ["catalog-v1-backend", "https://catalog.contoso.com/v1"],
      ["catalog-v2-stable-backend", "https://catalog.contoso.com/v2"],
    ] as const) {
      expect(registrationOf(deployment, name).inputs).toMatchObject({
        type: "Single",
        url,
        tls: { validateCertificateChain: true, validateCertificateName: true },
        circuitBreaker: {
          rules: [{ tripDuration: "PT30S", failureCondition: { count: 5, interval: "PT1M" } }],
        },
      });
    }
  });

  it("gives a share of the requests for the second version to a new release, and none of those for the first", async () => {
    const deployment = await withCanary();
    const services = (percent: readonly [string, number][]) =>
      percent.map(([name, weight]) => ({
        id: `${gatewayReference().serviceId as string}/backends/${name}`,
        weight,
        priority: 1,
      }));
    expect(registrationOf(deployment, "catalog-v2-pool").inputs).toMatchObject({
      backendId: "catalog-v2",
      type: "Pool",
      pool: {
        services: services([
          ["catalog-v2-stable", 90],
          ["catalog-v2-canary", 10],
        ]),
      },
    });
    expect(registrationOf(deployment, "catalog-v2-canary-backend").inputs.url).toBe(
      "https://catalog-next.contoso.com/v2",
    );
    const target = (policy: string) =>
      /set-backend-service backend-id="([^"]+)"/.exec(
        registrationOf(deployment, policy).inputs.value as string,
      )?.[1];
    expect([1, 2].map((revision) => target(`catalog-v2-policy-${revision}`))).toEqual([
      "catalog-v2",
      "catalog-v2",
    ]);
    expect(target("catalog-v1-policy-1")).toBe("catalog-v1");
  });

  it.each([
    [0, [{ id: expect.stringMatching(/v2-stable$/) as string, weight: 100 }]],
    [50, [{ weight: 50 }, { weight: 50 }]],
    [100, [{ id: expect.stringMatching(/v2-canary$/) as string, weight: 100 }]],
  ])("changes nothing but the pool from step to step: 10 to %d", async (percent, services) => {
    const before = plan(await withCanary());
    const after = plan(await withCanary(percent));
    const changed = after.filter((one, index) => JSON.stringify(one) !== JSON.stringify(before[index]));
    expect(changed.map(({ name }) => name)).toEqual(["catalog-v2-pool"]);
    expect(changed[0]?.inputs).toMatchObject({ pool: { services } });
  });

  it("releases the revision that the settings name", async () => {
    const { registrations } = await deployCatalog({ service: SERVICE, revision: 1 });
    const releases = registrations.filter(({ type }) => type === "azure-native:resources:Resource");
    expect(releases).toMatchObject([
      {
        name: "catalog-v2-release-1",
        inputs: {
          resourceType: "releases",
          properties: { apiId: expect.stringMatching(/\/apis\/catalog-v2;rev=1$/) as string },
        },
      },
    ]);
  });

  it("is sold in one product, to whoever subscribes", async () => {
    const deployment = await deployCatalog();
    expect(registrationOf(deployment, "catalog-product").inputs).toMatchObject({
      subscriptionRequired: true,
      approvalRequired: false,
      state: "published",
    });
    expect(
      deployment.registrations
        .filter(({ type }) => type === "azure-native:apimanagement:ProductApi")
        .map(({ inputs }) => inputs.apiId),
    ).toEqual(["catalog-v1", "catalog-v2"]);
  });

  it("shows addresses, and the audience for tokens", async () => {
    const { result, azure } = await deployCatalog();
    const [registration] = azure.all("azuread:index/application:Application");
    expect(await valueOf(result)).toEqual({
      v1: "https://api.contoso.com/catalog/v1",
      v2: "https://api.contoso.com/catalog/v2",
      audience: registration?.outputs.clientId,
    });
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await withCanary())).toEqual(plan(await withCanary()));
  });
});

describe("the settings of catalog", () => {
  it.each<[string, object, readonly string[]]>([
    ["no service", {}, ["service"]],
    [
      "an address without TLS",
      { service: { ...SERVICE, url: "http://catalog.contoso.com" } },
      ["service.url"],
    ],
    ["a trailing slash", { service: { ...SERVICE, url: "https://catalog.contoso.com/" } }, ["service.url"]],
    [
      "a key in the address",
      { service: { ...SERVICE, url: "https://catalog.contoso.com/api?code=S3CRET" } },
      ["service.url"],
    ],
    [
      "a user in the address",
      { service: { ...SERVICE, url: "https://user:S3CRET@catalog.contoso.com" } },
      ["service.url"],
    ],
    [
      "a share above all",
      { service: { ...SERVICE, canary: { ...CANARY, percent: 101 } } },
      ["service.canary.percent"],
    ],
    [
      "half a percent",
      { service: { ...SERVICE, canary: { ...CANARY, percent: 0.5 } } },
      ["service.canary.percent"],
    ],
    ["a revision that there is not", { service: SERVICE, revision: 3 }, ["revision"]],
    [
      "what Azure's limits do not admit",
      { service: SERVICE, rateLimit: { calls: 0, perSeconds: 301 } },
      ["rateLimit.calls", "rateLimit.perSeconds"],
    ],
  ])("refuse %s", (_what, settings, paths) => {
    const { error } = catalog.settings.safeParse(settings);
    expect(error?.issues.map(({ path }) => path.join("."))).toEqual(paths);
  });
});
