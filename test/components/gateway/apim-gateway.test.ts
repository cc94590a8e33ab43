import * as pulumi from "@pulumi/pulumi";
import {
  ApimGateway,
  defaultGatewayHostName,
  defaultPortalHostName,
  type ApimGatewayArgs,
  type NewService,
} from "../../../components/gateway/apim-gateway";
import { validateExistingService, type ExistingService } from "../../../components/gateway/existing-service";
import type { SimulatedAzure } from "../../../rehearsal/azure";
import type { Properties } from "../../../rehearsal/azure/resource-type";
import {
  CA_CERTIFICATE,
  gatewayArgs,
  gatewayArgsWith,
  NO_IDENTITY,
  PLACE,
  seedCertificate,
  seedGroups,
  seedIdentity,
  seedService,
  tooLong,
} from "../fixtures";
import { deploy, identities, lateRefusal, plan, refusal, registrationOf, valueOf } from "../harness";

const SUBNET =
  "/subscriptions/any/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet/subnets/apim";
const PUBLIC_IP =
  "/subscriptions/any/resourceGroups/rg-network/providers/Microsoft.Network/publicIPAddresses/ip-apim";

const gatewayWith = (more: Partial<ApimGatewayArgs> = {}) =>
  deploy((azure) => new ApimGateway("gateway", { ...gatewayArgs(azure), ...more }));

const serviceWith = (service: Partial<NewService>) =>
  deploy((azure) => new ApimGateway("gateway", gatewayArgs(azure, service)));

function maximalArgs(azure: SimulatedAzure): ApimGatewayArgs {
  seedGroups(azure, "rg-gateway");
  const identity = seedIdentity(azure);
  const certificate = { secretId: seedCertificate(azure, identity) };
  return {
    ...gatewayArgsWith(identity, {
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
        api: {
          endpoint: "gateway",
          hostName: "api.contoso.com",
          certificate,
          defaultSslBinding: true,
          clientCertificates: "negotiate",
        },
        partners: { endpoint: "gateway", hostName: "partners.contoso.com", certificate },
        portal: { endpoint: "portal", hostName: "developers.contoso.com", certificate },
        management: { endpoint: "management", hostName: "management.contoso.com", certificate },
      },
      notificationSenderEmail: "no-reply@contoso.com",
      caCertificates: { contoso: { store: "Root", certificate: CA_CERTIFICATE } },
      developerPortal: false,
      protect: false,
      tags: { workload: "integration" },
    }),
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
      restore: false,
    });
    for (const property of ["additionalLocations", "zones", "certificates", "publicIpAddressId"])
      expect(service.inputs).not.toHaveProperty(property);
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
      certificateExpiry: Object.fromEntries(
        ["api", "partners", "developers", "management"].map((name) => [
          `${name}.contoso.com`,
          expect.stringMatching(/^2999-/),
        ]),
      ),
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
    expect(result.principalId).toBe(identity?.outputs.principalId);
  });

  it("has regions, zones and names where they are given", async () => {
    const deployment = await maximal();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:ApiManagementService gateway-service gateway",
      "enterprise-integration:index:ApimGateway gateway -",
    ]);
    const service = registrationOf(deployment, "gateway-service");
    expect(service.protect).toBe(false);
    expect(service.inputs).toMatchObject({
      sku: { name: "Premium", capacity: 3 },
      zones: ["1", "2", "3"],
      developerPortalStatus: "Disabled",
      notificationSenderEmail: "no-reply@contoso.com",
      certificates: [{ storeName: "Root", encodedCertificate: CA_CERTIFICATE }],
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
        negotiateClientCertificate: true,
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

  it("takes a certificate as PFX, which with its password stays a secret that Azure never answers", async () => {
    const deployment = await serviceWith({
      hostnames: {
        api: {
          endpoint: "gateway",
          hostName: "api.contoso.com",
          certificate: { pfx: pulumi.output("UEZY"), password: pulumi.output("s3cret") },
        },
      },
    });
    const service = registrationOf(deployment, "gateway-service");
    expect(service.inputs.hostnameConfigurations).toEqual([
      {
        type: "Proxy",
        hostName: "api.contoso.com",
        certificateSource: "Custom",
        encodedCertificate: "UEZY",
        certificatePassword: "s3cret",
        defaultSslBinding: true,
        negotiateClientCertificate: false,
      },
    ]);
    expect(service.secretInputs).toEqual([
      "hostnameConfigurations.0.certificatePassword",
      "hostnameConfigurations.0.encodedCertificate",
    ]);
    const [answered] = deployment.azure.all("azure-native:apimanagement:ApiManagementService");
    expect(JSON.stringify(answered?.outputs)).not.toMatch(/UEZY|s3cret/);
  });

  it("plans the same when it is built again", async () => {
    expect(plan(await maximal())).toEqual(plan(await maximal()));
  });

  describe("refuses", () => {
    const refuse = (service: Partial<NewService>) =>
      refusal("gateway", () => new ApimGateway("gateway", gatewayArgsWith(NO_IDENTITY, service)));
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
              certificate: { secretId: `${vault}/1` },
            },
          },
          publisher: { name: "", email: tooLong(100) },
        }),
      ).toBe(
        [
          'ApimGateway "gateway" is not valid: 8 problems',
          "  - service.serviceName: a service name has 1 to 50 letters, digits and hyphens, beginning with a letter and not ending" +
            ' with a hyphen (received "apim_contoso")',
          "    fix: write 1 to 50 letters, digits and hyphens, beginning with a letter and not ending with a" +
            " hyphen",
          "  - service.tier.units: units are a multiple of the number of zones of their region" +
            " (received 2 units in 3 zones)",
          "    fix: give every zone the same number of units, or name fewer zones",
          "  - service.tier.regions.westeurope.units: a Premium gateway has 1 to 31 units in a region (received 32)",
          "    fix: give a whole number from 1 to 31",
          '  - service.tier.regions.westeurope: a further region differs from the primary one (received "westeurope")',
          "    fix: remove it, and raise the units of the tier instead",
          "  - service.hostnames.api.hostName: a host name is fully qualified, without protocol and path" +
            ' (received "https://api.contoso.com")',
          "    fix: give a name such as api.contoso.com",
          "  - service.hostnames.api.certificate.secretId: a secret or certificate is named by its secret identifier" +
            ` without version, so that renewals are followed (received "${vault}/1")`,
          "    fix: use https://<vault>.vault.azure.net/secrets/<name>",
          "  - service.publisher.name: a publisher's name has 1 to 100 characters (received 0)",
          "    fix: write 1 to 100 characters",
          "  - service.publisher.email: an address of mails has 1 to 100 characters (received 101)",
          "    fix: write 1 to 100 characters",
        ].join("\n"),
      );
    });

    it("several gateway names of which not exactly one has the default certificate", async () => {
      const hostname = { endpoint: "gateway", certificate: { secretId: vault } } as const;
      const problem = (received: string) =>
        [
          'ApimGateway "gateway" is not valid: 1 problem',
          "  - service.hostnames: of several gateway names exactly one has the default certificate, for clients without SNI" +
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
      const hostname = { endpoint, certificate: { secretId: vault } };
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
          `  - service.hostnames: the ${endpoint} has one name`,
          `    fix: keep one of the names whose endpoint is ${endpoint}`,
        ].join("\n"),
      );
    });

    it.each([0, 1.5, 32])("%d Premium units", async (units) => {
      expect(await refuse({ tier: { name: "Premium", units } })).toContain(
        `service.tier.units: a Premium gateway has 1 to 31 units in a region (received ${units})`,
      );
    });

    it("the primary region under another spelling", async () => {
      expect(
        await refuse({ tier: { name: "Premium", units: 1, regions: { "West Europe": { units: 1 } } } }),
      ).toContain("service.tier.regions.West Europe: a further region differs from the primary one");
    });

    it("one host name twice", async () => {
      const hostname = { hostName: "api.contoso.com", certificate: { secretId: vault } };
      expect(
        await refuse({
          hostnames: {
            one: { ...hostname, endpoint: "gateway" },
            two: { ...hostname, endpoint: "portal", hostName: "API.contoso.com" },
          },
        }),
      ).toContain("service.hostnames.two.hostName: a host name answers for one endpoint");
    });

    it("more gateway names than the tier has", async () => {
      const hostname = { endpoint: "gateway", certificate: { secretId: vault } } as const;
      const hostnames = {
        one: { ...hostname, hostName: "api.contoso.com", defaultSslBinding: true },
        two: { ...hostname, hostName: "partners.contoso.com" },
      };
      expect(await refuse({ tier: { name: "Standard", units: 1 }, hostnames })).toBe(
        [
          'ApimGateway "gateway" is not valid: 1 problem',
          "  - service.hostnames: a Standard gateway has at most 1 name of its own (received 2 names)",
          "    fix: remove some, or choose Developer or Premium",
        ].join("\n"),
      );
    });

    it("more gateway names than any tier has", async () => {
      const hostnames = Object.fromEntries(
        Array.from({ length: 21 }, (_, index) => [
          `name${index}`,
          {
            endpoint: "gateway",
            hostName: `name${index}.contoso.com`,
            certificate: { secretId: vault },
            defaultSslBinding: index === 0,
          } as const,
        ]),
      );
      expect(await refuse({ hostnames })).toContain(
        "a Developer gateway has at most 20 names of its own (received 21 names)\n    fix: keep 20 of them",
      );
    });

    it("what the v2 tiers lack: a name for management, client certificates, CA certificates", async () => {
      const said = await refuse({
        tier: { name: "BasicV2", units: 1 },
        hostnames: {
          api: {
            endpoint: "gateway",
            hostName: "api.contoso.com",
            certificate: { secretId: vault },
            clientCertificates: "negotiate",
          },
          management: {
            endpoint: "management",
            hostName: "management.contoso.com",
            certificate: { secretId: vault },
          },
        },
        caCertificates: { contoso: { store: "Root", certificate: CA_CERTIFICATE } },
      });
      expect(said.split("\n").slice(1)).toEqual([
        "  - service.hostnames.api.clientCertificates: client certificates are negotiated by the gateway, in the tiers" +
          ' Developer, Basic, Standard or Premium (received "negotiate" for the gateway of a BasicV2 gateway)',
        "    fix: remove it, or choose one of these tiers",
        "  - service.hostnames.management.endpoint: the management of a BasicV2 gateway has no name of its own" +
          ' (received "management")',
        "    fix: remove it, or choose Developer, Basic, Standard or Premium",
        "  - service.caCertificates: CA certificates are those of the service in the tiers Developer, Basic, Standard or" +
          " Premium only (received BasicV2 gateway)",
        "    fix: remove them, or choose one of these tiers",
      ]);
    });

    it("eleven CA certificates", async () => {
      const caCertificates = Object.fromEntries(
        Array.from({ length: 11 }, (_, index) => [
          `ca${index}`,
          { store: "CertificateAuthority", certificate: CA_CERTIFICATE } as const,
        ]),
      );
      expect(await refuse({ caCertificates })).toContain(
        "service.caCertificates: a service has at most 10 CA certificates (received 11)",
      );
    });

    it.each([
      ["a PEM file", Buffer.from("-----BEGIN CERTIFICATE-----").toString("base64")],
      ["a part of one", CA_CERTIFICATE.slice(0, 96)],
      ["no base64", "my private key"],
    ])("%s as a CA certificate, without showing it", async (_, certificate) => {
      const said = await refuse({ caCertificates: { contoso: { store: "Root", certificate } } });
      expect(said).toContain(
        "service.caCertificates.contoso.certificate: a CA certificate is a public X.509",
      );
      expect(said).not.toContain(certificate);
    });

    it("an address of mails that is none", async () => {
      const publisher = { name: "Contoso", email: "apis.contoso.com" };
      expect(
        await refuse({ publisher, notificationSenderEmail: "Contoso <no-reply@contoso.com>" }),
      ).toContain(
        [
          '  - service.publisher.email: an email address has the form name@domain (received "apis.contoso.com")',
          "    fix: write it as e.g. apis@contoso.com",
          "  - service.notificationSenderEmail: an email address has the form name@domain" +
            ' (received "Contoso <no-reply@contoso.com>")',
        ].join("\n"),
      );
    });

    it("a sender of mails that is too long", async () => {
      expect(await refuse({ notificationSenderEmail: tooLong(100) })).toContain(
        "service.notificationSenderEmail: an address of mails has 1 to 100 characters (received 101)",
      );
    });
  });

  describe("of a v2 tier", () => {
    const standardV2 = () => serviceWith({ tier: { name: "StandardV2", units: 2 } });

    it("has units, TLS 1.2 and newer, and no say in cipher suites", async () => {
      const { inputs } = registrationOf(await standardV2(), "gateway-service");
      expect(inputs).toMatchObject({
        sku: { name: "StandardV2", capacity: 2 },
        developerPortalStatus: "Enabled",
        virtualNetworkType: "None",
      });
      const settings = inputs.customProperties as Readonly<Record<string, string>>;
      expect(Object.keys(settings).filter((key) => key.includes("Ciphers"))).toEqual([]);
      expect(settings["Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10"]).toBe("False");
    });

    it("has no address that workflows could admit, and says so", async () => {
      const { result, registeredOutputs } = await standardV2();
      expect(result.addresses).toBeUndefined();
      expect(result.tier).toBe("StandardV2");
      expect(registeredOutputs.gateway).not.toHaveProperty("addresses");
    });

    it("calls backends through a subnet, and is in no other way in a network", async () => {
      const deployment = await serviceWith({
        tier: { name: "StandardV2", units: 1, network: { kind: "outbound", subnetId: SUBNET } },
      });
      const { inputs } = registrationOf(deployment, "gateway-service");
      expect(inputs).toMatchObject({
        virtualNetworkType: "External",
        virtualNetworkConfiguration: { subnetResourceId: SUBNET },
      });
      expect(inputs).not.toHaveProperty("publicIpAddressId");
    });
  });

  it.each(["external", "internal"] as const)(
    "stands in an %s network, each region in its own",
    async (kind) => {
      const deployment = await serviceWith({
        tier: {
          name: "Premium",
          units: 2,
          zones: ["1", "2"],
          network: { kind, subnetId: SUBNET, publicIpAddressId: PUBLIC_IP },
          gateway: "disabled",
          regions: { northeurope: { units: 1, network: { subnetId: `${SUBNET}-2` } } },
        },
      });
      const { inputs } = registrationOf(deployment, "gateway-service");
      expect(inputs).toMatchObject({
        virtualNetworkType: kind === "external" ? "External" : "Internal",
        virtualNetworkConfiguration: { subnetResourceId: SUBNET },
        publicIpAddressId: PUBLIC_IP,
        disableGateway: true,
      });
      expect(inputs.additionalLocations).toEqual([
        {
          location: "northeurope",
          sku: { name: "Premium", capacity: 1 },
          disableGateway: false,
          virtualNetworkConfiguration: { subnetResourceId: `${SUBNET}-2` },
        },
      ]);
      expect(await valueOf(deployment.result.addresses)).toHaveLength(2);
    },
  );

  it("brings back a deleted service only where it is told to", async () => {
    const deployment = await deploy(async (azure) => {
      const args = gatewayArgs(azure, { restoreDeleted: true });
      const service = "azure-native:apimanagement:ApiManagementService";
      const { id } = azure.seed(service, {
        resourceGroupName: "rg-gateway",
        serviceName: "apim-contoso-test",
        location: "westeurope",
        sku: { name: "Basic", capacity: 1 },
        publisherName: "Contoso before",
        publisherEmail: "apis@contoso.com",
        identity: { type: "SystemAssigned" },
      });
      await azure.delete(service, id);
      return new ApimGateway("gateway", args);
    });
    expect(registrationOf(deployment, "gateway-service").inputs).toMatchObject({ restore: true });
    expect(await valueOf(deployment.result.service?.publisherName)).toBe("Contoso before");
  });

  it("checks a CA certificate again when it is known", async () => {
    const reason = await lateRefusal("gateway-service", "certificates", [], (azure, opts) => {
      const certificate = pulumi.output("-----BEGIN CERTIFICATE-----");
      const service = { caCertificates: { late: { store: "Root", certificate } } } as const;
      return new ApimGateway("gateway", gatewayArgs(azure, service), opts);
    });
    expect(reason).toBe(
      [
        'ApimGateway "gateway" is not valid: 1 problem',
        "  - service.caCertificates.late.certificate: a CA certificate is a public X.509 certificate (DER) in base64, on one line",
        "    fix: write what `openssl x509 -in ca.pem -outform DER | base64 -w0` prints",
      ].join("\n"),
    );
  });

  it("checks the identifier of a certificate again when it is known, as one with a version is never renewed", async () => {
    const reason = await lateRefusal("gateway-service", "hostnameConfigurations", [], (azure, opts) => {
      const certificate = { secretId: pulumi.output("https://kv-contoso.vault.azure.net/secrets/api/1") };
      const hostnames = {
        api: { endpoint: "gateway", hostName: "api.contoso.com", certificate },
      } as const;
      return new ApimGateway("gateway", gatewayArgs(azure, { hostnames }), opts);
    });
    expect(reason).toBe(
      [
        'ApimGateway "gateway" is not valid: 1 problem',
        "  - service.hostnames.api.certificate.secretId: a secret or certificate is named by its secret identifier without" +
          ' version, so that renewals are followed (received "https://kv-contoso.vault.azure.net/secrets/api/1")',
        "    fix: use https://<vault>.vault.azure.net/secrets/<name>",
      ].join("\n"),
    );
  });

  describe("that stands already", () => {
    const EXISTING = {
      kind: "adopt",
      ...PLACE,
      location: "West Europe",
      tier: "Premium",
    } as const;

    const adopt = (more: Properties = {}, service: Partial<ExistingService> = {}) =>
      deploy((azure) => {
        const identity = seedIdentity(azure);
        seedService(azure, {
          sku: { name: "Premium", capacity: 1 },
          additionalLocations: [{ location: "northeurope", sku: { name: "Premium", capacity: 1 } }],
          identity: {
            type: "SystemAssigned, UserAssigned",
            userAssignedIdentities: { [identity.id.toUpperCase()]: {} },
          },
          ...more,
        });
        return new ApimGateway("gateway", {
          ...gatewayArgsWith(identity),
          service: { ...EXISTING, ...service },
        });
      });

    it("is read, and nothing of it is changed", async () => {
      const deployment = await adopt();
      expect(identities(deployment)).toEqual(["enterprise-integration:index:ApimGateway gateway -"]);
      const { result, azure } = deployment;
      const [service] = azure.all("azure-native:apimanagement:ApiManagementService");
      expect(result.service).toBeUndefined();
      expect(await valueOf(result.serviceId)).toBe(service?.id);
      expect(await valueOf(result.url)).toBe("https://apim-contoso-test.azure-api.net");
      expect(await valueOf(result.addresses)).toHaveLength(2);
      expect(await valueOf(result.systemPrincipalId)).toMatch(/^[\da-f-]{36}$/);
    });

    it("has the address that its clients know", async () => {
      const { result } = await adopt({
        hostnameConfigurations: [
          { type: "Proxy", hostName: "partners.contoso.com", encodedCertificate: "MII" },
          { type: "Proxy", hostName: "api.contoso.com", encodedCertificate: "MII", defaultSslBinding: true },
        ],
      });
      expect(await valueOf(result.url)).toBe("https://api.contoso.com");
    });

    it("has no addresses in a v2 tier", async () => {
      const { result } = await adopt(
        { sku: { name: "BasicV2", capacity: 1 }, additionalLocations: [] },
        { tier: "BasicV2" },
      );
      expect(result.addresses).toBeUndefined();
    });

    it("lets policies look at certificates of clients where it is said to ask for them", async () => {
      expect((await adopt()).result.clientCertificates).toBe("ignore");
      const asking = { type: "Proxy", hostName: "api.contoso.com", encodedCertificate: "MII" };
      const { result } = await adopt(
        { hostnameConfigurations: [{ ...asking, negotiateClientCertificate: true }] },
        { clientCertificates: "negotiate" },
      );
      expect(result.clientCertificates).toBe("negotiate");
      expect(await valueOf(result.serviceId)).toMatch(/apim-contoso-test$/);
    });

    it("is refused where it is not what it is said to be", () => {
      const found = (userAssignedIdentities: Record<string, object>) => ({
        sku: { name: "Premium", capacity: 1 },
        location: "West Europe",
        identity: { type: "UserAssigned", principalId: "", tenantId: "", userAssignedIdentities },
      });
      const problems = (service: Partial<ExistingService>, identityIds: readonly string[]) =>
        validateExistingService(
          { ...EXISTING, ...service },
          found(Object.fromEntries(identityIds.map((id) => [id, {}]))),
          "/identities/id-gateway",
        );
      expect(problems({}, ["/identities/ID-gateway"])).toEqual([]);
      expect(problems({ location: "northeurope", tier: "Standard" }, ["/identities/other"])).toEqual([
        {
          path: "service.tier",
          rule: "the service is of the Premium tier",
          received: '"Standard"',
          fix: "write its tier, or choose another service",
        },
        {
          path: "service.location",
          rule: "the service is in West Europe",
          received: '"northeurope"',
          fix: "write its region, which is that of the workflows too",
        },
        {
          path: "identity.id",
          rule: "the identity that calls workflows is one of the service's user-assigned identities",
          received: '"/identities/id-gateway"',
          fix: "let the service's owner assign it, or choose /identities/other",
        },
      ]);
      expect(problems({}, [])).toMatchObject([{ fix: "let the service's owner assign it" }]);
      expect(problems({ clientCertificates: "negotiate" }, ["/identities/id-gateway"])).toEqual([
        {
          path: "service.clientCertificates",
          rule: "the service asks clients for a certificate under one of its names",
          received: '"negotiate"',
          fix: 'let the service\'s owner switch it on, or write "ignore"',
        },
      ]);
    });
  });
});
