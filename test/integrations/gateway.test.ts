import { billing } from "../../integrations/billing";
import { orders } from "../../integrations/orders";
import { deployGateway, type GatewayPlatformArgs } from "../../integrations/gateway";
import type { PortalSettings } from "../../integrations/gateway/portal";
import type { SimulatedAzure } from "../../rehearsal/azure";
import { seedCertificate, seedPassiveGateway } from "../components/fixtures";
import { deploy, identities, plan, registrationOf, valueOf } from "../components/harness";
import { takesTags } from "../components/tags";
import { LEAST } from "../rehearsal/integrations";
import { givenTo, platform } from "./fixtures";

const minimalArgs = (azure: SimulatedAzure): GatewayPlatformArgs => ({
  ...platform(azure),
  tier: { name: "Developer" },
  publisher: { name: "Contoso", email: "apis@contoso.com" },
  developerPortal: false,
  restoreDeleted: false,
});

const PORTAL: PortalSettings = {
  signIn: {
    kind: "entra",
    secrets: { first: { from: "2026-11-01", until: "2028-10-31" } },
    currentSecret: "first",
  },
  groups: {
    partners: {
      displayName: "Partners",
      objectId: "55555555-5555-4555-8555-555555555555",
      products: ["billing", "orders"],
    },
    accounting: {
      displayName: "Accounting",
      objectId: "66666666-6666-4666-8666-666666666666",
      products: ["billing"],
    },
  },
  console: true,
  publish: true,
  edition: 1,
};

/** Everything that a stack can ask for. */
function maximalArgs(azure: SimulatedAzure): GatewayPlatformArgs {
  seedCertificate(azure, { principalId: azure.deployerObjectId });
  const [vault] = azure.all("azure-native:keyvault:Vault");
  return {
    ...minimalArgs(azure),
    tier: { name: "Premium", units: 1, regions: { northeurope: { units: 1 } } },
    developerPortal: true,
    namedValues: { partner: { value: "contoso" }, "partner-key": { secret: "s3cret-partner" } },
    domain: {
      zone: "contoso.com",
      hostnames: { gateway: "api", portal: "developers" },
      clientCertificates: "ignore",
      ttl: 300,
      certificate: { vaultId: vault?.id ?? "", secretName: "api" },
    },
    portal: PORTAL,
    monitoring: { retentionDays: 90 },
    backup: { location: "swedencentral", redundancy: "Standard_GRS", hours: [2], keepDays: 30 },
    protect: true,
  };
}

const minimal = () => deploy((azure) => deployGateway(minimalArgs(azure)));
const maximal = () => deploy((azure) => deployGateway(maximalArgs(azure)));

describe("the gateway's part of a stack", () => {
  it("has no standing costs that it can do without, where only the required is given", async () => {
    const deployment = await minimal();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:ApiManagementService gateway-service gateway",
      "azure-native:apimanagement:Policy all-apis-policy all-apis",
      "azure-native:authorization:RoleAssignment secrets-reader-gateway secrets",
      "azure-native:keyvault:Vault secrets-vault secrets",
      "azure-native:managedidentity:UserAssignedIdentity gateway-identity -",
      "azure-native:resources:ResourceGroup gateway-group-resources gateway-group",
      "azure-native:resources:ResourceGroup shared-group-resources shared-group",
      "azuread:index/appRoleAssignment:AppRoleAssignment gateway-invokes-workflows workflows",
      "azuread:index/application:Application workflows-application workflows",
      "azuread:index/applicationIdentifierUri:ApplicationIdentifierUri workflows-identifier-uri workflows",
      "azuread:index/servicePrincipal:ServicePrincipal workflows-principal workflows",
      "enterprise-integration:index:ApimGateway gateway -",
      "enterprise-integration:index:EntraAppRegistration workflows -",
      "enterprise-integration:index:GatewayPolicy all-apis -",
      "enterprise-integration:index:LifecycleGroup gateway-group -",
      "enterprise-integration:index:LifecycleGroup shared-group -",
      "enterprise-integration:index:SecretVault secrets -",
    ]);
    expect(Object.keys(await valueOf(deployment.result.outputs))).toEqual(["gateway"]);
  });

  it("has a domain, monitoring and backups where they are given", async () => {
    const deployment = await maximal();
    const before = new Set(identities(await minimal()));
    expect(identities(deployment).filter((identity) => !before.has(identity))).toEqual([
      "azure-native:apimanagement:AuthorizationServer entra-authorization-server entra",
      "azure-native:apimanagement:Diagnostic all-apis-diagnostic all-apis",
      "azure-native:apimanagement:Group accounting-group accounting",
      "azure-native:apimanagement:Group partners-group partners",
      "azure-native:apimanagement:IdentityProvider portal-identity-provider portal",
      "azure-native:apimanagement:Logger application-insights-logger application-insights",
      "azure-native:apimanagement:NamedValue partner-key-named-value partner-key",
      "azure-native:apimanagement:NamedValue partner-named-value partner",
      "azure-native:applicationinsights:Component observability-application-insights observability",
      "azure-native:authorization:ManagementLockByScope backup-group-lock backup-group",
      "azure-native:authorization:ManagementLockByScope gateway-group-lock gateway-group",
      "azure-native:authorization:ManagementLockByScope shared-group-lock shared-group",
      "azure-native:authorization:RoleAssignment gateway-backup-gateway-writes gateway-backup",
      "azure-native:authorization:RoleAssignment gateway-backup-schedule-operates gateway-backup",
      "azure-native:authorization:RoleAssignment gateway-reads-kv-certificates -",
      "azure-native:authorization:RoleAssignment gateway-sends-telemetry observability",
      "azure-native:dns:DnssecConfig domain-dnssec domain",
      "azure-native:dns:RecordSet domain-record-api.contoso.com domain",
      "azure-native:dns:RecordSet domain-record-developers.contoso.com domain",
      "azure-native:dns:Zone domain-zone domain",
      "azure-native:keyvault:Secret portal-vault-secret portal",
      "azure-native:keyvault:Secret secrets-secret-partner-key secrets",
      "azure-native:logic:Workflow gateway-backup-schedule-workflow gateway-backup-schedule",
      "azure-native:monitor:DiagnosticSetting gateway-backup-schedule-diagnostics gateway-backup-schedule",
      "azure-native:monitor:DiagnosticSetting gateway-diagnostics gateway",
      "azure-native:monitor:DiagnosticSetting secrets-diagnostics secrets",
      "azure-native:operationalinsights:Workspace observability-workspace observability",
      "azure-native:resources:Deployment portal-publication portal",
      "azure-native:resources:Deployment portal-settings portal",
      "azure-native:resources:ResourceGroup backup-group-resources backup-group",
      "azure-native:storage:BlobContainer gateway-backup-container gateway-backup",
      "azure-native:storage:BlobServiceProperties gateway-backup-blobs gateway-backup",
      "azure-native:storage:ManagementPolicy gateway-backup-expiry gateway-backup",
      "azure-native:storage:StorageAccount gateway-backup-storage gateway-backup",
      "azuread:index/appRoleAssignment:AppRoleAssignment portal-consent-graph-Group.Read.All portal",
      "azuread:index/appRoleAssignment:AppRoleAssignment portal-consent-graph-User.Read.All portal",
      "azuread:index/application:Application portal-application portal",
      "azuread:index/application:Application portal-console-application portal-console",
      "azuread:index/applicationPassword:ApplicationPassword portal-secret-first portal",
      "azuread:index/servicePrincipal:ServicePrincipal portal-console-principal portal-console",
      "azuread:index/servicePrincipal:ServicePrincipal portal-principal portal",
      "enterprise-integration:index:DeveloperPortal portal -",
      "enterprise-integration:index:DnsZone domain -",
      "enterprise-integration:index:EntraAppRegistration portal -",
      "enterprise-integration:index:EntraAppRegistration portal-console -",
      "enterprise-integration:index:GatewayAuthorizationServer entra -",
      "enterprise-integration:index:GatewayBackup gateway-backup -",
      "enterprise-integration:index:GatewayGroup accounting portal",
      "enterprise-integration:index:GatewayGroup partners portal",
      "enterprise-integration:index:GatewayLogger application-insights -",
      "enterprise-integration:index:GatewayNamedValue partner -",
      "enterprise-integration:index:GatewayNamedValue partner-key -",
      "enterprise-integration:index:GatewayTracing all-apis -",
      "enterprise-integration:index:LifecycleGroup backup-group -",
      "enterprise-integration:index:LogicAppWorkflow gateway-backup-schedule gateway-backup",
      "enterprise-integration:index:Observability observability -",
    ]);
  });

  it("shows addresses and what a person must do, and no secret", async () => {
    const { result } = await maximal();
    const outputs = await valueOf(result.outputs);
    expect(Object.keys(outputs)).toEqual([
      "gateway",
      "portalUrl",
      "nameServers",
      "delegation",
      "certificateExpiry",
      "backupStorageAccount",
    ]);
    expect(outputs).toMatchObject({
      portalUrl: "https://developers.contoso.com",
      gateway: { url: "https://api.contoso.com", serviceName: "apim-contoso-test" },
    });
    expect(JSON.stringify(outputs)).not.toContain("s3cret-partner");
  });

  it("lets the gateway read its certificate before it is created, and send telemetry before anything does", async () => {
    const deployment = await maximal();
    expect(registrationOf(deployment, "gateway").dependsOn).toContain("gateway-reads-kv-certificates");
    // The gateway, which takes Azure an hour, is not kept waiting by where its logs go.
    expect(registrationOf(deployment, "gateway").dependsOn).not.toContain("gateway-sends-telemetry");
    expect(registrationOf(deployment, "application-insights").dependsOn).toContain("gateway-sends-telemetry");
    const order = deployment.registrations.map(({ name }) => name);
    const stands = (role: string, first: string) => {
      expect(order.indexOf(role)).toBeLessThan(order.indexOf(first));
    };
    stands("gateway-reads-kv-certificates", "gateway-service");
    stands("gateway-sends-telemetry", "application-insights-logger");
  });

  it("reads its certificate and a client certificate from one vault by one role assignment", async () => {
    const deployment = await deploy(async (azure) => {
      const args = maximalArgs(azure);
      const { gateway } = deployGateway(args);
      const certificate = args.domain?.certificate;
      return billing.deploy({
        ...givenTo("billing", gateway),
        settings: billing.settings.parse({
          service: { url: "https://billing.contoso.com", certificate },
        }),
      });
    });
    const reading = deployment.registrations.filter(({ name }) => name === "gateway-reads-kv-certificates");
    expect(reading).toHaveLength(1);
    for (const name of ["gateway", "billing-client"]) {
      expect(registrationOf(deployment, name).dependsOn).toContain("gateway-reads-kv-certificates");
    }
  });

  it("keeps a secret in the vault, and tells the gateway its identifier only", async () => {
    const { registrations } = await maximal();
    const holders = registrations.filter(({ inputs }) => JSON.stringify(inputs).includes("s3cret-partner"));
    expect(holders.map(({ name, secretInputs }) => ({ name, secretInputs }))).toEqual([
      { name: "secrets-secret-partner-key", secretInputs: ["properties.value"] },
    ]);
    expect(registrationOf({ registrations }, "partner-key-named-value").inputs).toMatchObject({
      secret: true,
      keyVault: { secretIdentifier: "https://kv-contoso-test.vault.azure.net/secrets/partner-key" },
    });
  });

  it("admits the portal's test console to every API, and nobody else's scripts", async () => {
    const policyOf = (deployment: Awaited<ReturnType<typeof minimal>>) =>
      registrationOf(deployment, "all-apis-policy").inputs.value;
    expect(policyOf(await maximal())).toContain(
      [
        '    <cors terminate-unmatched-request="false">',
        "      <allowed-origins>",
        "        <origin>https://developers.contoso.com</origin>",
        "      </allowed-origins>",
        '      <allowed-methods preflight-result-max-age="300">',
        "        <method>*</method>",
        "      </allowed-methods>",
        "      <allowed-headers>",
        "        <header>*</header>",
        "      </allowed-headers>",
        "      <expose-headers>",
        "        <header>*</header>",
        "      </expose-headers>",
        "    </cors>",
      ].join("\r\n"),
    );
    expect(policyOf(await minimal())).not.toContain("<cors");
    const ofAzure = await deploy((azure) => deployGateway({ ...minimalArgs(azure), developerPortal: true }));
    expect(policyOf(ofAzure)).toContain("<origin>https://apim-contoso-test.developer.azure-api.net</origin>");
  });

  it("registers the portal and its console under the portal's own name alone", async () => {
    const deployment = await maximal();
    const redirects = (name: string) => registrationOf(deployment, name).inputs.singlePageApplication;
    expect(redirects("portal-application")).toEqual({
      redirectUris: ["https://developers.contoso.com/signin"],
    });
    expect(redirects("portal-console-application")).toEqual({
      redirectUris: ["https://developers.contoso.com/signin-oauth/code-pkce/callback/entra"],
    });
  });

  it("gives integrations the console, and the groups that see each product", async () => {
    const { result } = await maximal();
    expect(result.productGroups).toEqual({ billing: ["partners", "accounting"], orders: ["partners"] });
    expect(result.console?.authorizationServer.authorizationServerId).toBe("entra");
    const outputs = await valueOf(result.outputs);
    expect(outputs.gateway).toMatchObject({
      console: {
        authorizationServer: { authorizationServerId: "entra" },
        clientId: await valueOf(result.console?.clientId ?? ""),
      },
      productGroups: result.productGroups,
    });
  });

  it("lets an integration's developers sign in to try it, and shows its product to its groups", async () => {
    const deployment = await deploy((azure) => {
      const platform = deployGateway(maximalArgs(azure));
      return orders.deploy({
        ...givenTo("orders", platform.gateway),
        console: platform.console,
        productGroups: platform.productGroups?.orders,
        settings: orders.settings.parse(LEAST.orders),
      });
    });
    const { clientId } = registrationOf(deployment, "entra-authorization-server").inputs;
    expect(clientId).toEqual(expect.any(String));
    expect(registrationOf(deployment, "orders-registration-pre-authorized-console").inputs).toMatchObject({
      authorizedClientId: clientId,
    });
    const api = registrationOf(deployment, "orders-api-1");
    expect(api.inputs.authenticationSettings).toEqual({
      oAuth2AuthenticationSettings: [
        {
          authorizationServerId: "entra",
          scope: expect.stringMatching(
            /^api:\/\/[\da-f-]{36}\/Orders\.Read api:\/\/[\da-f-]{36}\/Orders\.Write$/,
          ) as string,
        },
      ],
    });
    expect(api.dependsOn).toContain("entra-authorization-server");
    const groups = deployment.registrations.filter(({ type }) => type.endsWith(":ProductGroup"));
    expect(groups.map(({ inputs }) => inputs.groupId)).toEqual(["partners"]);
    expect(groups[0]?.dependsOn).toContain("partners-group");
  });

  it("protects what cannot be replaced cheaply", async () => {
    const { registrations } = await maximal();
    expect(
      registrations
        .filter(({ protect }) => protect)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["domain-dnssec", "domain-zone", "gateway-backup-storage", "gateway-service", "secrets-vault"]);
    expect((await minimal()).registrations.filter(({ protect }) => protect)).toEqual([]);
  });

  it("locks one thing in each group that cannot be made again, after what stands below it", async () => {
    const deployment = await maximal();
    const scopes = [
      ["gateway-group-lock", "/Microsoft.ManagedIdentity/userAssignedIdentities/id-contoso-test"],
      ["shared-group-lock", "/Microsoft.Network/dnsZones/contoso.com/SOA/@"],
      ["backup-group-lock", "/Microsoft.Storage/storageAccounts/stcontosotest"],
    ] as const;
    for (const [name, scope] of scopes) {
      expect(registrationOf(deployment, name).inputs).toMatchObject({
        level: "CanNotDelete",
        scope: expect.stringMatching(new RegExp(`${scope}$`)) as string,
      });
    }
    expect(registrationOf(deployment, "backup-group-lock").dependsOn).toEqual(
      expect.arrayContaining(["gateway-backup-container", "gateway-backup-gateway-writes"]),
    );
    expect((await minimal()).registrations.filter(({ type }) => type.includes("Lock"))).toEqual([]);
  });

  it("gives those who work with it their roles in each group", async () => {
    const operators = "10000000-0000-0000-0000-000000000001";
    const { registrations } = await deploy((azure) => {
      azure.admit({ objectId: operators, type: "Group" });
      return deployGateway({ ...maximalArgs(azure), access: { operators: [operators] } });
    });
    expect(
      registrations
        .filter(({ type, inputs }) => type.endsWith(":RoleAssignment") && inputs.principalId === operators)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      `backup-group-readResources-${operators}`,
      `gateway-group-operateWorkflows-${operators}`,
      `gateway-group-readGateway-${operators}`,
      `shared-group-readLogs-${operators}`,
    ]);
  });

  it("has the stack's tags wherever Azure takes some", async () => {
    const { registrations } = await maximal();
    const taggable = registrations.filter(({ type }) => takesTags(type));
    expect(taggable.length).toBeGreaterThan(9);
    expect(taggable.map(({ name, inputs }) => ({ name, tags: inputs.tags }))).toEqual(
      taggable.map(({ name }) => ({ name, tags: { workload: "integration" } })),
    );
  });

  it("does not make DNS wait for the gateway", async () => {
    const deployment = await maximal();
    for (const [key, cname] of [
      ["api", "apim-contoso-test.azure-api.net"],
      ["developers", "apim-contoso-test.developer.azure-api.net"],
    ] as const) {
      const record = registrationOf(deployment, `domain-record-${key}.contoso.com`);
      expect(record.inputs.cnameRecord).toEqual({ cname });
      expect(record.dependsOn).not.toContain("gateway-service");
    }
  });

  describe("with a passive gateway", () => {
    const withPassive = (passiveGateway: { readonly hostname?: string; readonly takesOver: boolean }) =>
      deploy((azure) => {
        const { domain, ...args } = maximalArgs(azure);
        if (!domain) throw new Error("it has a domain");
        seedPassiveGateway(azure, "*.contoso.com");
        return deployGateway({
          ...args,
          domain: {
            ...domain,
            ttl: undefined,
            passiveGateway: { name: "apim-passive", resourceGroup: "rg-passive", ...passiveGateway },
          },
        });
      });

    it.each([
      [
        "leads there by a record of its own",
        { hostname: "api-passive", takesOver: false },
        "apim-contoso-test",
      ],
      [
        "leads there by the gateway's names as well",
        { hostname: "api-passive", takesOver: true },
        "apim-passive",
      ],
    ])("%s, and leaves the portal and what the gateway is told", async (_what, passive, target) => {
      const deployment = await withPassive(passive);
      const records = deployment.registrations.filter(({ type }) => type === "azure-native:dns:RecordSet");
      expect(
        Object.fromEntries(
          records.map(({ name, inputs }) => [
            name,
            [
              inputs.relativeRecordSetName,
              (inputs.cnameRecord as { readonly cname: string }).cname,
              inputs.ttl,
            ],
          ]),
        ),
      ).toEqual({
        "domain-record-api.contoso.com": ["api", `${target}.azure-api.net`, 300],
        "domain-record-developers.contoso.com": [
          "developers",
          "apim-contoso-test.developer.azure-api.net",
          300,
        ],
        "domain-record-api-passive.contoso.com": ["api-passive", "apim-passive.azure-api.net", 300],
      });
      const service = (from: typeof deployment) => registrationOf(from, "gateway-service").inputs;
      expect(service(deployment)).toEqual(service(await maximal()));
    });

    it("needs no record of its own", async () => {
      const deployment = await withPassive({ takesOver: false });
      expect(identities(deployment)).toContain(
        "enterprise-integration:index:PassiveGateway passive-gateway -",
      );
      expect(identities(deployment).filter((identity) => identity.includes("domain-record-"))).toEqual([
        "azure-native:dns:RecordSet domain-record-api.contoso.com domain",
        "azure-native:dns:RecordSet domain-record-developers.contoso.com domain",
      ]);
    });
  });

  it("has its names without a zone and records, where another stack has these", async () => {
    const deployment = await deploy((azure) => {
      const { domain, ...args } = maximalArgs(azure);
      return deployGateway({ ...args, domain: domain && { ...domain, records: false } });
    });
    expect(identities(deployment).filter((identity) => /:dns:|DnsZone/.test(identity))).toEqual([]);
    const hostNames = (from: typeof deployment) =>
      registrationOf(from, "gateway-service").inputs.hostnameConfigurations;
    expect(hostNames(deployment)).toEqual(hostNames(await maximal()));
    const outputs = Object.keys(await valueOf(deployment.result.outputs));
    expect(outputs).toContain("certificateExpiry");
    expect(outputs).not.toContain("nameServers");
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await maximal())).toEqual(plan(await maximal()));
  });
});
