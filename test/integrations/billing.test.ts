import { billing } from "../../integrations/billing";
import { DEFAULT_IDS, type SimulatedAzure } from "../../rehearsal/azure";
import { gatewayReference, seedCertificate } from "../components/fixtures";
import { seedGatewayWithIdentity } from "../components/gateway/standing";
import { deploy, identities, plan, registrationOf, valueOf } from "../components/harness";
import { CALLER_XML, givenTo } from "./fixtures";

const VAULT_ID = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/kv-certificates`;
const SETTINGS = {
  service: { url: "https://billing.contoso.com", certificate: { vaultId: VAULT_ID, secretName: "api" } },
};
const ISSUER = "CN=Contoso Clients CA";

/** A gateway that may not read the vault with the certificate yet. */
function seedGatewayAndVault(azure: SimulatedAzure, clientCertificates: "ignore" | "negotiate") {
  const { gateway } = seedGatewayWithIdentity(azure);
  seedCertificate(azure, { principalId: azure.deployerObjectId });
  return { ...gateway, clientCertificates };
}

const deployBilling = ({ clients, gateway }: { clients?: object; gateway?: "negotiate" } = {}) =>
  deploy((azure) =>
    billing.deploy({
      ...givenTo("billing", seedGatewayAndVault(azure, gateway ?? "ignore")),
      settings: billing.settings.parse({ ...SETTINGS, clients }),
    }),
  );

/** The whole policy of the API, with or without what it asks of a client's certificate. */
const policy = (tenantId: string, audience: unknown, ofCertificates: readonly string[] = []) => {
  const claims = "((Jwt)context.Variables[&quot;token&quot;]).Claims";
  return [
    "<policies>",
    "  <inbound>",
    "    <base />",
    ...ofCertificates,
    `    <validate-azure-ad-token tenant-id="${tenantId}" header-name="Authorization"` +
      ' failed-validation-httpcode="401" failed-validation-error-message="A valid token is required"' +
      ' output-token-variable-name="token">',
    "      <audiences>",
    `        <audience>${audience as string}</audience>`,
    "      </audiences>",
    "      <required-claims>",
    '        <claim name="ver" match="all">',
    "          <value>2.0</value>",
    "        </claim>",
    "      </required-claims>",
    "    </validate-azure-ad-token>",
    "    <choose>",
    `      <when condition="@(!(${claims}.GetValueOrDefault(&quot;scp&quot;, &quot;&quot;).Split(' ').Contains(&quot;Invoices.Manage&quot;)` +
      ` || ${claims}.ContainsKey(&quot;roles&quot;) &amp;&amp; ${claims}[&quot;roles&quot;].Contains(&quot;Invoices.Manage.All&quot;)))">`,
    "        <return-response>",
    '          <set-status code="403" reason="Forbidden" />',
    '          <set-header name="Content-Type" exists-action="override">',
    "            <value>application/problem+json</value>",
    "          </set-header>",
    '          <set-body>{"title":"The scope Invoices.Manage or the role Invoices.Manage.All is required","status":403}</set-body>',
    "        </return-response>",
    "      </when>",
    "    </choose>",
    '    <rate-limit-by-key calls="30" renewal-period="60"' + ` counter-key="@(${CALLER_XML})" />`,
    '    <set-header name="Ocp-Apim-Subscription-Key" exists-action="delete" />',
    '    <set-query-parameter name="subscription-key" exists-action="delete" />',
    '    <set-header name="Authorization" exists-action="delete" />',
    '    <set-backend-service backend-id="billing" />',
    '    <authentication-certificate certificate-id="billing-client" />',
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
  ].join("\r\n");
};

describe("the billing integration", () => {
  it("owns a registration, a certificate, a backend, an API and a product", async () => {
    expect(identities(await deployBilling())).toEqual([
      "azure-native:apimanagement:Api billing-api-1 billing",
      "azure-native:apimanagement:ApiPolicy billing-policy-1 billing",
      "azure-native:apimanagement:Backend billing-backend billing",
      "azure-native:apimanagement:Certificate billing-client-certificate billing-client",
      "azure-native:apimanagement:Product billing-product billing",
      "azure-native:apimanagement:ProductApi billing-api-billing billing",
      "azure-native:apimanagement:ProductGroup billing-group-developers billing",
      "azure-native:authorization:RoleAssignment gateway-reads-kv-certificates -",
      "azuread:index/application:Application billing-registration-application billing-registration",
      "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri billing-registration-identifier-uri billing-registration",
      "azuread:index/servicePrincipal:ServicePrincipal billing-registration-principal billing-registration",
      "enterprise-integration:index:EntraAppRegistration billing-registration -",
      "enterprise-integration:index:GatewayApi billing -",
      "enterprise-integration:index:GatewayBackend billing -",
      "enterprise-integration:index:GatewayCertificate billing-client -",
      "enterprise-integration:index:GatewayProduct billing -",
    ]);
  });

  it("is the WSDL, with REST in front", async () => {
    const { inputs } = registrationOf(await deployBilling(), "billing-api-1");
    expect(inputs).toMatchObject({
      path: "billing",
      format: "wsdl",
      apiType: "http",
      wsdlSelector: { wsdlServiceName: "BillingService", wsdlEndpointName: "BillingSoap" },
      subscriptionRequired: true,
    });
    expect(inputs.value).toContain('<xsd:element name="CreateInvoice">');
  });

  it("lets the gateway read its certificate, then takes it, then shows it to the service", async () => {
    const deployment = await deployBilling();
    const [identity] = deployment.azure.all("azure-native:managedidentity:UserAssignedIdentity");
    expect(registrationOf(deployment, "gateway-reads-kv-certificates").inputs).toMatchObject({
      scope: VAULT_ID,
      principalId: identity?.outputs.principalId,
      principalType: "ServicePrincipal",
      // Key Vault Secrets User
      roleDefinitionId: expect.stringMatching(/\/4633458b-17de-408a-b874-0445c86b69e6$/) as string,
    });
    const certificate = registrationOf(deployment, "billing-client-certificate");
    expect(certificate.inputs).toMatchObject({
      certificateId: "billing-client",
      keyVault: {
        secretIdentifier: "https://kv-certificates.vault.azure.net/secrets/api",
        identityClientId: identity?.outputs.clientId,
      },
    });
    // What a component waits for, each of its children waits for.
    expect(registrationOf(deployment, "billing-client").dependsOn).toContain("gateway-reads-kv-certificates");
    expect(registrationOf(deployment, "billing-policy-1").dependsOn).toEqual(
      expect.arrayContaining(["billing-client-certificate", "billing-backend"]),
    );
    expect(registrationOf(deployment, "billing-backend").inputs).toMatchObject({
      protocol: "soap",
      url: "https://billing.contoso.com",
      tls: { validateCertificateChain: true, validateCertificateName: true },
    });
  });

  it("tells of the certificate that must stand before", () => {
    const settings = billing.settings.parse(SETTINGS);
    expect(billing.certificates?.(settings)).toEqual([{ vaultId: VAULT_ID, secretName: "api" }]);
  });

  it("asks every operation for a token that may keep the books, and hands on neither token nor key", async () => {
    const { azure, registrations } = await deployBilling();
    const [registration] = azure.all("azuread:index/application:Application");
    expect(registrationOf({ registrations }, "billing-policy-1").inputs.value).toBe(
      policy(azure.tenantId, registration?.outputs.clientId),
    );
  });

  it("asks clients for a certificate of a known authority beside the token, where the settings name one", async () => {
    const { azure, registrations } = await deployBilling({
      clients: { issuer: ISSUER },
      gateway: "negotiate",
    });
    const [registration] = azure.all("azuread:index/application:Application");
    expect(registrationOf({ registrations }, "billing-policy-1").inputs.value).toBe(
      policy(azure.tenantId, registration?.outputs.clientId, [
        '    <validate-client-certificate validate-revocation="true" validate-trust="true" validate-not-before="true"' +
          ' validate-not-after="true" ignore-error="false">',
        "      <identities>",
        `        <identity issuer-subject="${ISSUER}" />`,
        "      </identities>",
        "    </validate-client-certificate>",
      ]),
    );
  });

  it("is refused on a gateway that asks no client for a certificate, where the settings want one", async () => {
    const given = givenTo("billing", gatewayReference());
    const settings = billing.settings.parse({ ...SETTINGS, clients: { issuer: ISSUER } });
    const said = await deploy(async (azure) => {
      const gateway = seedGatewayAndVault(azure, "ignore");
      return billing
        .deploy({ ...given, gateway, settings })
        .catch((error: unknown) => (error as Error).message);
    });
    expect(said.result).toBe(
      [
        'GatewayApi "billing" is not valid: 1 problem',
        "  - policy.inbound[1].validate-client-certificate: the gateway asks clients for a certificate, or the policy" +
          " refuses every one of them (https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates-for-clients)",
        '    fix: let a host name of the gateway ask for it, clientCertificates: "negotiate", which the settings call' +
          " domain.clientCertificates; or leave the policy out",
      ].join("\n"),
    );
  });

  it("is sold to whom the finance department approves, and to accounts that are assigned to it", async () => {
    const deployment = await deployBilling();
    expect(registrationOf(deployment, "billing-product").inputs).toMatchObject({
      subscriptionRequired: true,
      approvalRequired: true,
      terms: "For accounting systems that the finance department has approved.",
    });
    expect(registrationOf(deployment, "billing-registration-principal").inputs).toMatchObject({
      appRoleAssignmentRequired: true,
    });
  });

  it("shows its address, and the audience for tokens", async () => {
    const { result, azure } = await deployBilling();
    const [registration] = azure.all("azuread:index/application:Application");
    expect(await valueOf(result)).toEqual({
      url: "https://api.contoso.com/billing",
      audience: registration?.outputs.clientId,
    });
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await deployBilling())).toEqual(plan(await deployBilling()));
  });
});

describe("the settings of billing", () => {
  const { service } = SETTINGS;
  it.each<[string, object, readonly string[]]>([
    ["no certificate", { service: { url: service.url } }, ["service.certificate"]],
    [
      "an address without TLS",
      { service: { ...service, url: "http://billing.contoso.com" } },
      ["service.url"],
    ],
    [
      "a path, which the WSDL has already",
      { service: { ...service, url: "https://billing.contoso.com/soap/v1" } },
      ["service.url"],
    ],
    [
      "a certificate by its version",
      { service: { ...service, certificate: { vaultId: "kv-billing", secretName: "client/0123" } } },
      ["service.certificate.vaultId", "service.certificate.secretName"],
    ],
    ["an authority without a name", { ...SETTINGS, clients: { issuer: "" } }, ["clients.issuer"]],
  ])("refuse %s", (_what, settings, paths) => {
    const { error } = billing.settings.safeParse(settings);
    expect([...new Set(error?.issues.map(({ path }) => path.join(".")))]).toEqual(paths);
  });
});
