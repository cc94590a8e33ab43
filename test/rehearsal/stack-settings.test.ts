import { makeCanary } from "../../rehearsal/canary";
import { acceptsSetting, assumedBy } from "../../rehearsal/stack-settings";
import { EXISTING, MINIMAL, named, PROJECT } from "../settings/fixtures";

test("the settings of this project accept what is made up for their secrets", () => {
  const path = ["gateway", "namedValues", "key", "secret"];
  expect(makeCanary((value) => acceptsSetting(path, value))).toMatch(/^canary/);
  expect(acceptsSetting(path, 1)).toBe(false);
  expect(acceptsSetting(["no", "such", "setting"], "text")).toBe(false);
});

const DOMAIN = {
  zone: "contoso.com",
  certificate: {
    vaultId:
      "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/kv-certs",
    secretName: "wildcard",
  },
};

function assumed(domain: unknown) {
  return assumedBy(named({ ...MINIMAL, ...(domain === undefined ? {} : { domain }) }), PROJECT);
}

test("a stack without a domain of its own assumes nothing", () => {
  expect(assumed(undefined)).toEqual({ resources: [] });
});

test("a certificate stands in its vault, in its resource group, as a PKCS #12 secret", () => {
  expect(assumed(DOMAIN).resources.map(({ description }) => description)).toEqual([
    "resource group rg-certificates",
    "key vault kv-certs in resource group rg-certificates",
    "certificate wildcard in key vault kv-certs",
  ]);
  expect(assumed(DOMAIN).resources[2]?.inputs).toMatchObject({
    resourceGroupName: "rg-certificates",
    vaultName: "kv-certs",
    secretName: "wildcard",
    properties: { contentType: "application/x-pkcs12" },
  });
});

test("a certificate of a single name stands in its vault; one that no name reads is not assumed", () => {
  const described = (domain: object) => assumed(domain).resources.map(({ description }) => description);
  const own = { vaultId: DOMAIN.certificate.vaultId.replace(/certs$/, "own"), secretName: "api" };
  expect(
    described({ ...DOMAIN, certificates: { gateway: own }, hostnames: { portal: "developer" } }),
  ).toEqual(
    expect.arrayContaining([
      "certificate api in key vault kv-own",
      "certificate wildcard in key vault kv-certs",
    ]),
  );
  // No name is left that reads the certificate of all.
  expect(described({ ...DOMAIN, certificates: { gateway: own } })).not.toContain(
    "certificate wildcard in key vault kv-certs",
  );
});

test("an adopted zone stands in its resource group; a group that holds both is assumed once", () => {
  const adopted = assumed({ ...DOMAIN, existingZone: { resourceGroup: "rg-certificates" } });
  expect(adopted.resources.map(({ description }) => description)).toEqual([
    "resource group rg-certificates",
    "DNS zone contoso.com in resource group rg-certificates",
    "key vault kv-certs in resource group rg-certificates",
    "certificate wildcard in key vault kv-certs",
  ]);
});

test("a parent in another subscription stands there, and is signed where it is to vouch for the child", () => {
  const subscriptionId = "00000000-0000-0000-0000-00000000000d";
  const parent = { zone: "contoso.com", resourceGroup: "rg-dns", subscriptionId };
  const standing = (domain: object) =>
    assumed({ ...DOMAIN, zone: "int.contoso.com", ...domain }).resources.filter(
      (resource) => resource.subscriptionId === subscriptionId,
    );
  const descriptions = (domain: object) => standing(domain).map(({ description }) => description);
  const zone = [
    `resource group rg-dns, subscription ${subscriptionId}`,
    `DNS zone contoso.com in resource group rg-dns, subscription ${subscriptionId}`,
  ];
  expect(descriptions({ parent })).toEqual([
    ...zone,
    `signing of DNS zone contoso.com, subscription ${subscriptionId}`,
  ]);
  expect(descriptions({ parent: { ...parent, delegationSigner: false } })).toEqual(zone);
  expect(descriptions({ parent, dnssec: false })).toEqual(zone);
});

test("a passive gateway stands with the names that it may take over", () => {
  const passiveGateway = { name: "apim-passive", resourceGroup: "rg-passive" };
  const standing = (more: object) =>
    assumed({ ...DOMAIN, passiveGateway: { ...passiveGateway, ...more } }).resources;
  const [group, service] = standing({ hostname: "api-passive" });
  expect([group, service].map((resource) => resource?.description)).toEqual([
    "resource group rg-passive",
    "API Management service apim-passive in resource group rg-passive",
  ]);
  expect(service?.inputs.hostnameConfigurations).toMatchObject([
    { type: "Proxy", hostName: "api.contoso.com" },
    { type: "Proxy", hostName: "api-passive.contoso.com" },
  ]);
  const subscriptionId = "00000000-0000-0000-0000-00000000000d";
  expect(
    standing({ subscriptionId })
      .filter((resource) => resource.subscriptionId === subscriptionId)
      .map(({ inputs }) => inputs.serviceName ?? inputs.resourceGroupName),
  ).toEqual(["rg-passive", "apim-passive"]);
});

test("an existing gateway stands with its identity, in the tier that the settings name", () => {
  const { resources } = assumedBy(named(EXISTING), PROJECT);
  expect(resources.map(({ description }) => description)).toEqual([
    "resource group rg-gateway",
    "identity id-gateway in resource group rg-gateway",
    "API Management service apim-contoso in resource group rg-gateway",
  ]);
  expect(resources[2]?.inputs.sku).toEqual({ name: "StandardV2", capacity: 1 });
});

test("an existing gateway asks for certificates where the settings say so", () => {
  const existingGateway = { ...EXISTING.existingGateway, tier: "Premium", clientCertificates: "negotiate" };
  const { resources } = assumedBy(named({ ...EXISTING, existingGateway }), PROJECT);
  expect(resources.at(-1)?.inputs).toMatchObject({
    hostnameConfigurations: [{ type: "Proxy", negotiateClientCertificate: true }],
  });
});

test("whoever works with the stack is in the directory, each once, as a group or a service principal", () => {
  const [group, other, pipeline] = ["1", "2", "A"].map(
    (digit) => `10000000-0000-0000-0000-00000000000${digit}`,
  );
  const access = { operators: [group], developers: [group, other], pipelines: [pipeline] };
  expect(assumedBy(named({ ...MINIMAL, access }), PROJECT)).toEqual({
    resources: [],
    principals: [
      { objectId: group, type: "Group", description: `group ${group ?? ""} in Entra ID` },
      { objectId: other, type: "Group", description: `group ${other ?? ""} in Entra ID` },
      {
        objectId: pipeline?.toLowerCase(),
        type: "ServicePrincipal",
        description: `service principal ${pipeline?.toLowerCase() ?? ""} in Entra ID`,
      },
    ],
  });
});

test("the subscription is the one that the settings name", () => {
  expect(assumed(DOMAIN).subscriptionId).toBe("00000000-0000-0000-0000-000000000001");
});

test("of settings that are not valid nothing is assumed: the program reports them", () => {
  expect(assumed({ zone: "contoso.com" })).toEqual({ resources: [] });
});
