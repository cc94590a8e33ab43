import * as pulumi from "@pulumi/pulumi";
import {
  ApimGateway,
  defaultGatewayHostName,
  defaultPortalHostName,
  type ApimGatewayArgs,
} from "../../components/apim-gateway";
import type { SimulatedAzure } from "../../rehearsal/azure";
import { expression, forwardRequest, namedValue, policyDocument, setHeader } from "../../policies/gateway";
import {
  gatewayArgs,
  gatewayArgsWith,
  NO_IDENTITY,
  seedCertificate,
  seedGroups,
  seedIdentity,
  tooLong,
} from "./fixtures";
import {
  deferred,
  deploy,
  identities,
  lateRefusal,
  plan,
  refusal,
  registrationOf,
  start,
  valueOf,
} from "./harness";

const POLICY = policyDocument({
  scope: "global",
  backend: [forwardRequest()],
  outbound: [setHeader({ name: "X-Partner", existsAction: "override", values: [namedValue("partner")] })],
});

const gatewayWith = (more: Partial<ApimGatewayArgs> = {}) =>
  deploy((azure) => new ApimGateway("gateway", { ...gatewayArgs(azure), ...more }));

function maximalArgs(azure: SimulatedAzure): ApimGatewayArgs {
  seedGroups(azure, "rg-gateway");
  const identity = seedIdentity(azure);
  const certificateSecretId = seedCertificate(azure, identity);
  const insights = azure.seed("azure-native:applicationinsights:Component", {
    resourceGroupName: "rg-gateway",
    resourceName: "appi-contoso-test",
    location: "westeurope",
    kind: "web",
    applicationType: "web",
    workspaceResourceId: "/subscriptions/any",
  });
  return {
    ...gatewayArgsWith(identity),
    tier: {
      name: "Premium",
      units: 3,
      zones: ["1", "2", "3"],
      regions: {
        northeurope: { units: 2, zones: ["1", "2"] },
        swedencentral: { units: 1, gateway: "disabled" },
      },
    },
    hostnames: {
      api: { endpoint: "gateway", hostName: "api.contoso.com", certificateSecretId, defaultSslBinding: true },
      partners: { endpoint: "gateway", hostName: "partners.contoso.com", certificateSecretId },
      portal: { endpoint: "portal", hostName: "developers.contoso.com", certificateSecretId },
      management: { endpoint: "management", hostName: "management.contoso.com", certificateSecretId },
    },
    developerPortal: false,
    policy: POLICY,
    namedValues: { partner: { value: "contoso" }, key: { secretId: certificateSecretId } },
    applicationInsights: {
      id: insights.id,
      connectionString: pulumi.secret("InstrumentationKey=44444444-4444-4444-8444-444444444444"),
    },
    protect: false,
    tags: { workload: "integration" },
  };
}

const maximal = () => deploy((azure) => new ApimGateway("gateway", maximalArgs(azure)));

describe("ApimGateway", () => {
  it("is a protected service with nothing else, where only the required is given", async () => {
    const deployment = await gatewayWith();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:ApiManagementService gateway-service gateway",
      "enterprise-integration:index:ApimGateway gateway -",
    ]);
    const service = registrationOf(deployment, "gateway-service");
    expect(service.protect).toBe(true);
    expect(service.errorHooks).toEqual([]);
    expect(service.timeouts).toEqual({ create: "3h", update: "3h", delete: "2h" });
    expect(service.inputs).toMatchObject({
      serviceName: "apim-contoso-test",
      resourceGroupName: "rg-gateway",
      location: "westeurope",
      publisherName: "Contoso",
      publisherEmail: "apis@contoso.com",
      sku: { name: "Developer", capacity: 1 },
      hostnameConfigurations: [],
      developerPortalStatus: "Enabled",
    });
    expect(service.inputs).not.toHaveProperty("additionalLocations");
    expect(service.inputs).not.toHaveProperty("zones");
  });

  it("speaks TLS 1.2 and newer with strong suites only, and always sends the whole set", async () => {
    const { inputs } = registrationOf(await gatewayWith(), "gateway-service");
    // https://learn.microsoft.com/azure/api-management/api-management-howto-manage-protocols-ciphers
    const gateway = "Microsoft.WindowsAzure.ApiManagement.Gateway";
    expect(inputs.customProperties).toEqual({
      [`${gateway}.Security.Protocols.Tls10`]: "False",
      [`${gateway}.Security.Protocols.Tls11`]: "False",
      [`${gateway}.Security.Protocols.Ssl30`]: "False",
      [`${gateway}.Security.Backend.Protocols.Tls10`]: "False",
      [`${gateway}.Security.Backend.Protocols.Tls11`]: "False",
      [`${gateway}.Security.Backend.Protocols.Ssl30`]: "False",
      [`${gateway}.Security.Ciphers.TripleDes168`]: "False",
      [`${gateway}.Security.Ciphers.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA`]: "False",
      [`${gateway}.Security.Ciphers.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA`]: "False",
      [`${gateway}.Security.Ciphers.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA`]: "False",
      [`${gateway}.Security.Ciphers.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA`]: "False",
      [`${gateway}.Security.Ciphers.TLS_RSA_WITH_AES_128_GCM_SHA256`]: "False",
      [`${gateway}.Security.Ciphers.TLS_RSA_WITH_AES_256_CBC_SHA256`]: "False",
      [`${gateway}.Security.Ciphers.TLS_RSA_WITH_AES_128_CBC_SHA256`]: "False",
      [`${gateway}.Security.Ciphers.TLS_RSA_WITH_AES_256_CBC_SHA`]: "False",
      [`${gateway}.Security.Ciphers.TLS_RSA_WITH_AES_128_CBC_SHA`]: "False",
      [`${gateway}.Protocols.Server.Http2`]: "True",
    });
  });

  it("has both kinds of identity, a young management API and no legacy portal", async () => {
    const deployment = await gatewayWith();
    const [identity] = deployment.azure.all("azure-native:managedidentity:UserAssignedIdentity");
    expect(registrationOf(deployment, "gateway-service").inputs).toMatchObject({
      identity: {
        type: "SystemAssigned, UserAssigned",
        userAssignedIdentities: { [identity?.id ?? ""]: {} },
      },
      apiVersionConstraint: { minApiVersion: "2021-08-01" },
      legacyPortalStatus: "Disabled",
    });
  });

  it("shows its address, the public addresses of all regions, and its identity", async () => {
    const deployment = await maximal();
    const [service] = deployment.azure.all("azure-native:apimanagement:ApiManagementService");
    const { publicIPAddresses, additionalLocations, identity } = service?.outputs as unknown as {
      readonly publicIPAddresses: readonly string[];
      readonly additionalLocations: readonly { readonly publicIPAddresses: readonly string[] }[];
      readonly identity: { readonly principalId: string };
    };
    const addresses = [
      ...publicIPAddresses,
      ...additionalLocations.flatMap((region) => region.publicIPAddresses),
    ];
    expect(addresses).toHaveLength(3);
    expect(deployment.registeredOutputs.gateway).toEqual({
      serviceName: "apim-contoso-test",
      url: "https://api.contoso.com",
      addresses,
      systemPrincipalId: identity.principalId,
    });
    expect(deployment.result.location).toBe("westeurope");
    expect(await valueOf(deployment.result.resourceGroupName)).toBe("rg-gateway");
  });

  it("has Azure's own address where it has no own name", async () => {
    const { result } = await gatewayWith();
    expect(await valueOf(result.url)).toBe("https://apim-contoso-test.azure-api.net");
    expect(await valueOf(result.url)).toBe(`https://${defaultGatewayHostName("apim-contoso-test")}`);
  });

  it("knows the portal's address before Azure made it", async () => {
    const { azure } = await gatewayWith();
    const [service] = azure.all("azure-native:apimanagement:ApiManagementService");
    expect(service?.outputs.developerPortalUrl).toBe(`https://${defaultPortalHostName("apim-contoso-test")}`);
  });

  it("calls itself to workflows by the client id of its user-assigned identity", async () => {
    const { result, azure } = await gatewayWith();
    const [identity] = azure.all("azure-native:managedidentity:UserAssignedIdentity");
    expect(result.caller.clientId).toBe(identity?.outputs.clientId);
  });

  it("has regions, zones, names, named values, tracing and a policy where they are given", async () => {
    const deployment = await maximal();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:ApiManagementService gateway-service gateway",
      "azure-native:apimanagement:Diagnostic gateway-tracing gateway",
      "azure-native:apimanagement:Logger gateway-logger gateway",
      "azure-native:apimanagement:NamedValue gateway-named-value-key gateway",
      "azure-native:apimanagement:NamedValue gateway-named-value-partner gateway",
      "azure-native:apimanagement:Policy gateway-policy gateway",
      "enterprise-integration:index:ApimGateway gateway -",
    ]);
    const service = registrationOf(deployment, "gateway-service");
    expect(service.protect).toBe(false);
    expect(service.inputs).toMatchObject({
      sku: { name: "Premium", capacity: 3 },
      zones: ["1", "2", "3"],
      developerPortalStatus: "Disabled",
      tags: { workload: "integration" },
    });
    expect(service.inputs.additionalLocations).toEqual([
      {
        location: "northeurope",
        sku: { name: "Premium", capacity: 2 },
        zones: ["1", "2"],
        disableGateway: false,
      },
      {
        location: "swedencentral",
        sku: { name: "Premium", capacity: 1 },
        disableGateway: true,
      },
    ]);
    const [identity] = deployment.azure.all("azure-native:managedidentity:UserAssignedIdentity");
    const certificate = {
      certificateSource: "KeyVault",
      keyVaultId: "https://kv-certificates.vault.azure.net/secrets/api",
      identityClientId: identity?.outputs.clientId,
    };
    expect(service.inputs.hostnameConfigurations).toEqual([
      {
        type: "Proxy",
        hostName: "api.contoso.com",
        ...certificate,
        defaultSslBinding: true,
        negotiateClientCertificate: false,
      },
      {
        type: "Proxy",
        hostName: "partners.contoso.com",
        ...certificate,
        defaultSslBinding: false,
        negotiateClientCertificate: false,
      },
      {
        type: "DeveloperPortal",
        hostName: "developers.contoso.com",
        ...certificate,
      },
      {
        type: "Management",
        hostName: "management.contoso.com",
        ...certificate,
      },
    ]);
  });

  it("reads secret named values from the vault with its identity, and only there", async () => {
    const deployment = await maximal();
    const [identity] = deployment.azure.all("azure-native:managedidentity:UserAssignedIdentity");
    const place = { resourceGroupName: "rg-gateway", serviceName: "apim-contoso-test" };
    expect(registrationOf(deployment, "gateway-named-value-key").inputs).toEqual({
      ...place,
      namedValueId: "key",
      displayName: "key",
      secret: true,
      keyVault: {
        secretIdentifier: "https://kv-certificates.vault.azure.net/secrets/api",
        identityClientId: identity?.outputs.clientId,
      },
    });
    expect(registrationOf(deployment, "gateway-named-value-partner").inputs).toEqual({
      ...place,
      namedValueId: "partner",
      displayName: "partner",
      secret: false,
      value: "contoso",
    });
  });

  it("sends traces with its identity, and neither bodies nor what opens a door", async () => {
    const deployment = await maximal();
    const logger = registrationOf(deployment, "gateway-logger");
    expect(logger.inputs).toMatchObject({ loggerType: "applicationInsights" });
    expect(logger.secretInputs).toEqual(["credentials.connectionString"]);
    const hidden = {
      headers: [],
      body: { bytes: 0 },
      dataMasking: {
        headers: [
          { value: "Authorization", mode: "Hide" },
          { value: "Ocp-Apim-Subscription-Key", mode: "Hide" },
        ],
        queryParams: [
          { value: "subscription-key", mode: "Hide" },
          { value: "sig", mode: "Hide" },
        ],
      },
    };
    expect(registrationOf(deployment, "gateway-tracing").inputs).toMatchObject({
      alwaysLog: "allErrors",
      logClientIp: false,
      frontend: { request: hidden, response: hidden },
      backend: { request: hidden, response: hidden },
    });
  });

  it("writes the policy of all APIs after the values that it names", async () => {
    const deployment = await maximal();
    const policy = registrationOf(deployment, "gateway-policy");
    expect(policy.dependsOn).toEqual([
      "gateway-named-value-key",
      "gateway-named-value-partner",
      "gateway-service",
    ]);
    expect(policy.inputs).toEqual({
      resourceGroupName: "rg-gateway",
      serviceName: "apim-contoso-test",
      policyId: "policy",
      format: "xml",
      value: [
        "<policies>",
        "  <inbound/>",
        "  <backend>",
        "    <forward-request/>",
        "  </backend>",
        "  <outbound>",
        '    <set-header name="X-Partner" exists-action="override">',
        "      <value>{{partner}}</value>",
        "    </set-header>",
        "  </outbound>",
        "  <on-error/>",
        "</policies>",
      ].join("\n"),
    });
  });

  it("repeats refused writes of its children, never those of the service", async () => {
    const { registrations } = await maximal();
    const repeated = registrations.filter(({ errorHooks }) => errorHooks.length > 0);
    expect(repeated.map(({ name }) => name).sort()).toEqual([
      "gateway-logger",
      "gateway-named-value-key",
      "gateway-named-value-partner",
      "gateway-policy",
      "gateway-tracing",
    ]);
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await maximal())).toEqual(plan(await maximal()));
  });

  it("is created, with all else, while a named value is not known yet", async () => {
    const value = deferred<string>();
    const run = await start(
      (azure) =>
        new ApimGateway("gateway", {
          ...gatewayArgs(azure),
          namedValues: { late: { value: value.promise }, early: { value: "known" } },
        }),
    );
    await Promise.all([run.registered("gateway-service"), run.registered("gateway-named-value-early")]);
    expect(run.registrations.map(({ name }) => name)).not.toContain("gateway-named-value-late");
    value.resolve("known at last");
    expect(registrationOf(await run.finish(), "gateway-named-value-late").inputs.value).toBe("known at last");
  });

  it("checks its policy again when late values are known", async () => {
    const reason = await lateRefusal(
      "gateway-policy",
      "value",
      "<policies><inbound/><backend><forward-request/></backend><outbound/><on-error/></policies>",
      (azure, opts) =>
        new ApimGateway(
          "gateway",
          {
            ...gatewayArgs(azure),
            policy: policyDocument({
              scope: "global",
              inbound: [
                setHeader({ name: "X-Key", existsAction: "override", values: [pulumi.output("{{key}}")] }),
              ],
              backend: [forwardRequest()],
            }),
          },
          opts,
        ),
    );
    expect(reason).toBe(
      [
        'The policy "gateway-policy" is not valid: 1 problem',
        "  - inbound[0].set-header.value[0]: {{...}} names a named value of the gateway (received {{key}})",
        "    fix: add the named value to the gateway",
      ].join("\n"),
    );
  });

  describe("refuses", () => {
    const refuse = (more: Partial<ApimGatewayArgs>) =>
      refusal("gateway", () => new ApimGateway("gateway", { ...gatewayArgsWith(NO_IDENTITY), ...more }));
    const vault = "https://kv-certificates.vault.azure.net/secrets/api";

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse({
          serviceName: "apim_contoso",
          tier: {
            name: "Premium",
            units: 2,
            zones: ["1", "2", "3"],
            regions: { westeurope: { units: 32 } },
          },
          hostnames: {
            api: {
              endpoint: "gateway",
              hostName: "https://api.contoso.com",
              certificateSecretId: `${vault}/1`,
            },
          },
          publisher: { name: "", email: tooLong(100) },
          namedValues: { "partner key": { value: "contoso" } },
          policy: POLICY,
        }),
      ).toBe(
        [
          'ApimGateway "gateway" is not valid: 10 problems',
          "  - serviceName: a service name has 1 to 50 letters, digits and hyphens, beginning with a letter and not ending" +
            ' with a hyphen (received "apim_contoso")',
          "    fix: choose a name of 1 to 50 letters, digits and hyphens, beginning with a letter and not ending with a" +
            " hyphen",
          "  - tier.units: units are a multiple of the number of zones (received 2 units in 3 zones)",
          "    fix: use 3 units, or name fewer zones",
          "  - tier.regions.westeurope.units: a Premium gateway has 1 to 31 units in a region (received 32)",
          "    fix: give a whole number from 1 to 31",
          '  - tier.regions.westeurope: a further region differs from the primary one (received "westeurope")',
          "    fix: remove it, or raise tier.units instead",
          "  - hostnames.api.hostName: a host name is fully qualified, without protocol and path" +
            ' (received "https://api.contoso.com")',
          "    fix: give a name such as api.contoso.com",
          "  - hostnames.api.certificateSecretId: a certificate is named by its secret identifier without version, so that" +
            ` renewals are followed (received "${vault}/1")`,
          "    fix: use https://<vault>.vault.azure.net/secrets/<certificate>",
          "  - publisher.name: the publisher's name and email have 1 to 100 characters" + ' (received "")',
          "    fix: give 1 to 100 characters",
          "  - publisher.email: the publisher's name and email have 1 to 100 characters" +
            ` (received "${"a".repeat(76)}...)`,
          "    fix: give 1 to 100 characters",
          "  - namedValues.partner key: a named value has 1 to 80 letters, digits, dots, hyphens and underscores" +
            ' (received "partner key")',
          "    fix: choose a name of 1 to 80 letters, digits, dots, hyphens and underscores",
          "  - policy.outbound[0].set-header.value[0]: {{...}} names a named value of the gateway" +
            " (received {{partner}})",
          "    fix: add the named value to the gateway",
        ].join("\n"),
      );
    });

    it("several gateway names of which not exactly one has the default certificate", async () => {
      const hostname = { endpoint: "gateway", certificateSecretId: vault } as const;
      const problem = (received: string) =>
        [
          'ApimGateway "gateway" is not valid: 1 problem',
          "  - hostnames: of several gateway names exactly one has the default certificate, for clients without SNI" +
            ` (received ${received})`,
          "    fix: set defaultSslBinding on one of them",
        ].join("\n");
      const one = { ...hostname, hostName: "api.contoso.com" };
      const two = { ...hostname, hostName: "partners.contoso.com" };
      expect(await refuse({ hostnames: { one, two } })).toBe(problem("0 of 2"));
      expect(
        await refuse({
          hostnames: { one: { ...one, defaultSslBinding: true }, two: { ...two, defaultSslBinding: true } },
        }),
      ).toBe(problem("2 of 2"));
    });

    it.each(["portal", "management"] as const)("two names of the %s", async (endpoint) => {
      const hostname = { endpoint, certificateSecretId: vault };
      expect(
        await refuse({
          hostnames: {
            one: { ...hostname, hostName: "one.contoso.com" },
            two: { ...hostname, hostName: "two.contoso.com" },
          },
        }),
      ).toBe(
        [
          'ApimGateway "gateway" is not valid: 1 problem',
          `  - hostnames: the ${endpoint} has one name`,
          `    fix: keep one of the names whose endpoint is ${endpoint}`,
        ].join("\n"),
      );
    });

    it.each([0, 1.5, 32])("%d Premium units", async (units) => {
      expect(await refuse({ tier: { name: "Premium", units } })).toContain(
        `tier.units: a Premium gateway has 1 to 31 units in a region (received ${units})`,
      );
    });

    it("the primary region under another spelling", async () => {
      expect(
        await refuse({ tier: { name: "Premium", units: 1, regions: { "West Europe": { units: 1 } } } }),
      ).toContain("tier.regions.West Europe: a further region differs from the primary one");
    });

    it("one host name twice", async () => {
      const hostname = { hostName: "api.contoso.com", certificateSecretId: vault };
      expect(
        await refuse({
          hostnames: {
            one: { ...hostname, endpoint: "gateway" },
            two: { ...hostname, endpoint: "portal", hostName: "API.contoso.com" },
          },
        }),
      ).toContain("hostnames.two.hostName: a host name answers for one endpoint");
    });

    it("an element in a section where Azure does not take it", async () => {
      const policy = policyDocument({ scope: "global", backend: [forwardRequest()] });
      const misplaced = { ...policy, outbound: policy.backend } as unknown as typeof policy;
      expect(await refuse({ policy: misplaced })).toContain("policy.outbound[0].forward-request");
    });
  });

  it("lets a policy evaluate expressions", async () => {
    const deployment = await gatewayWith({
      policy: policyDocument({
        scope: "global",
        backend: [forwardRequest()],
        onError: [
          setHeader({
            name: "X-Request-Id",
            existsAction: "override",
            values: [expression("context.RequestId.ToString()")],
          }),
        ],
      }),
    });
    expect(registrationOf(deployment, "gateway-policy").inputs.value).toContain(
      "<value>@(context.RequestId.ToString())</value>",
    );
  });
});
