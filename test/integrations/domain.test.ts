import {
  domainNames,
  domainVaultCertificates,
  passiveHostNames,
  type DomainNames,
} from "../../integrations/gateway/domain";

const wildcard = { vaultId: "/vaults/kv-wildcard", secretName: "wildcard-contoso-com" };
const partners = { vaultId: "/vaults/kv-partners", secretName: "partners" };

const DOMAIN: DomainNames = {
  zone: "contoso.com",
  ttl: 300,
  hostnames: {
    gateway: "api.europe",
    furtherGateways: {
      partners: { name: "partners", clientCertificates: "negotiate" },
      orders: { name: "orders-api", clientCertificates: "ignore" },
    },
    portal: "developer",
    management: "management",
  },
  clientCertificates: "ignore",
  certificate: wildcard,
  certificates: { partners },
};

describe("the names of a domain", () => {
  const { hostnames, records } = domainNames(DOMAIN, "apim-contoso");

  test("keep the records that they were deployed with, by the key of the name", () => {
    expect(Object.values(records).map(({ formerKey }) => formerKey)).toEqual(Object.keys(hostnames));
  });

  test("are each told to the service and to DNS", () => {
    const told = Object.values(hostnames).map(({ hostName }) => hostName);
    expect(Object.keys(records)).toEqual(told);
    expect(Object.values(records).map(({ name }) => `${name}.contoso.com`)).toEqual(told);
  });

  test("have records that name what Azure calls their endpoint", () => {
    expect(
      Object.values(records).map((record) =>
        "target" in record
          ? [
              record.name,
              typeof record.target === "object" && "hostName" in record.target && record.target.hostName,
            ]
          : [],
      ),
    ).toEqual([
      ["api.europe", "apim-contoso.azure-api.net"],
      ["partners", "apim-contoso.azure-api.net"],
      ["orders-api", "apim-contoso.azure-api.net"],
      ["developer", "apim-contoso.developer.azure-api.net"],
      ["management", "apim-contoso.management.azure-api.net"],
    ]);
  });

  test("of the gateway have one default certificate, and ask clients for theirs each by itself", () => {
    expect(
      Object.values(hostnames).map(({ hostName, defaultSslBinding, clientCertificates }) => [
        hostName,
        defaultSslBinding,
        clientCertificates,
      ]),
    ).toEqual([
      ["api.europe.contoso.com", true, "ignore"],
      ["partners.contoso.com", false, "negotiate"],
      ["orders-api.contoso.com", false, "ignore"],
      ["developer.contoso.com", undefined, undefined],
      ["management.contoso.com", undefined, undefined],
    ]);
  });

  test("have the certificate of all, or their own", () => {
    const identifiers = Object.values(hostnames).map(
      ({ certificate }) => "secretId" in certificate && certificate.secretId,
    );
    const ofAll = "https://kv-wildcard.vault.azure.net/secrets/wildcard-contoso-com";
    expect(identifiers).toEqual([
      ofAll,
      "https://kv-partners.vault.azure.net/secrets/partners",
      ofAll,
      ofAll,
      ofAll,
    ]);
    expect(new Set(domainVaultCertificates(DOMAIN))).toEqual(new Set([wildcard, partners]));
    expect(domainVaultCertificates({ ...DOMAIN, certificate: { pfx: "UEZY", password: "s3cret" } })).toEqual([
      partners,
    ]);
  });
});

describe("the names of a domain that a passive gateway may take over", () => {
  test("are those of the gateway, whether it does or not, and the one of its own", () => {
    const names = ["api.europe.contoso.com", "partners.contoso.com", "orders-api.contoso.com"];
    expect(passiveHostNames(DOMAIN)).toEqual(names);
    for (const takesOver of [false, true]) {
      expect(passiveHostNames({ ...DOMAIN, passiveGateway: { hostname: "api-passive", takesOver } })).toEqual(
        [...names, "api-passive.contoso.com"],
      );
    }
  });
});
