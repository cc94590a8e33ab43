import { StorageAccount } from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import {
  DnsZone,
  ownershipProof,
  validateDnsZone,
  type DnsRecordSet,
  type DnsZoneArgs,
  type ParentZone,
} from "../../components/dns-zone";
import type { SimulatedAzure } from "../../rehearsal/azure";
import { seedGroups } from "./fixtures";
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

const MINIMAL: DnsZoneArgs = {
  zone: { kind: "create", domain: "contoso.com", resourceGroupName: "rg-shared" },
};

const PUBLIC_IP =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.Network/publicIPAddresses/ip";
const ALIASED =
  "/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/rg-shared/providers/Microsoft.Network/dnsZones/contoso.com/A/@";
const DIGEST = "0B9E68FC1711B4AC4EC0FCE5E673EDB0AFDC18F27EA94861CDF08C7100EA776C";

const APEX: DnsRecordSet = { name: "@", type: "A", addresses: ["192.0.2.1"] };

/** A record set of every type, and what Azure is told of each. */
const EVERY_TYPE: Readonly<
  Record<string, readonly [set: DnsRecordSet, told: Readonly<Record<string, unknown>>]>
> = {
  apex: [
    { name: "@", type: "A", addresses: ["192.0.2.1", pulumi.output("192.0.2.2")], ttl: 60 },
    { ttl: 60, aRecords: [{ ipv4Address: "192.0.2.1" }, { ipv4Address: "192.0.2.2" }] },
  ],
  apex6: [
    { name: "@", type: "AAAA", addresses: ["2001:db8::1"] },
    { aaaaRecords: [{ ipv6Address: "2001:db8::1" }] },
  ],
  same: [{ name: "same", type: "A", alias: { record: "apex" } }, { targetResource: { id: ALIASED } }],
  issuers: [
    {
      name: "@",
      type: "CAA",
      issuers: ["digicert.com", "letsencrypt.org; accounturi=https://acme/1"],
      wildcardIssuers: [],
      reportTo: "mailto:security@contoso.com",
    },
    {
      caaRecords: [
        { flags: 0, tag: "issue", value: "digicert.com" },
        { flags: 0, tag: "issue", value: "letsencrypt.org; accounturi=https://acme/1" },
        { flags: 0, tag: "issuewild", value: ";" },
        { flags: 0, tag: "iodef", value: "mailto:security@contoso.com" },
      ],
    },
  ],
  shop: [
    { name: "shop", type: "CNAME", target: "shops.fabrikam.com" },
    { cnameRecord: { cname: "shops.fabrikam.com" } },
  ],
  wildcard: [
    { name: "*.dev", type: "CNAME", target: pulumi.output("shops.fabrikam.com.") },
    { cnameRecord: { cname: "shops.fabrikam.com." } },
  ],
  partner: [
    {
      name: "partner",
      type: "CNAME",
      target: {
        hostName: "fabrikam.azurewebsites.net",
        external: { because: "a partner's, under contract" },
      },
    },
    { cnameRecord: { cname: "fabrikam.azurewebsites.net" } },
  ],
  childSigner: [
    {
      name: "child",
      type: "DS",
      signers: [{ keyTag: 26767, algorithm: 13, digestType: 2, digest: DIGEST }],
    },
    { dsRecords: [{ keyTag: 26767, algorithm: 13, digest: { algorithmType: 2, value: DIGEST } }] },
  ],
  child: [
    { name: "child", type: "NS", nameServers: ["ns1.fabrikam.com", "ns2.fabrikam.com"] },
    { nsRecords: [{ nsdname: "ns1.fabrikam.com" }, { nsdname: "ns2.fabrikam.com" }] },
  ],
  mail: [
    { name: "@", type: "MX", exchanges: [{ preference: 10, exchange: "mail.fabrikam.com" }] },
    { mxRecords: [{ preference: 10, exchange: "mail.fabrikam.com" }] },
  ],
  telephone: [
    {
      name: "telephone",
      type: "NAPTR",
      rules: [
        { order: 1, preference: 1, flags: "U", services: "E2U+sip", regexp: "!^.*$!sip:info@contoso.com!" },
        { order: 2, preference: 1, flags: "S", services: "SIP+D2U", replacement: "_sip._udp.contoso.com" },
      ],
    },
    {
      naptrRecords: [
        {
          order: 1,
          preference: 1,
          flags: "U",
          services: "E2U+sip",
          regexp: "!^.*$!sip:info@contoso.com!",
          replacement: ".",
        },
        {
          order: 2,
          preference: 1,
          flags: "S",
          services: "SIP+D2U",
          regexp: "",
          replacement: "_sip._udp.contoso.com",
        },
      ],
    },
  ],
  reverse: [
    { name: "4", type: "PTR", names: ["mail.contoso.com"] },
    { ptrRecords: [{ ptrdname: "mail.contoso.com" }] },
  ],
  sip: [
    {
      name: "_sip._tcp",
      type: "SRV",
      services: [{ priority: 1, weight: 0, port: 5060, target: "sip.contoso.com" }],
    },
    { srvRecords: [{ priority: 1, weight: 0, port: 5060, target: "sip.contoso.com" }] },
  ],
  pin: [
    {
      name: "_443._tcp.www",
      type: "TLSA",
      associations: [{ usage: 3, selector: 1, matchingType: 1, data: DIGEST }],
    },
    { tlsaRecords: [{ usage: 3, selector: 1, matchingType: 1, certAssociationData: DIGEST }] },
  ],
  texts: [
    { name: "texts", type: "TXT", values: ["one", "x".repeat(300), pulumi.output("y".repeat(256))] },
    {
      txtRecords: [
        { value: ["one"] },
        { value: ["x".repeat(255), "x".repeat(45)] },
        { value: ["y".repeat(255), "y"] },
      ],
    },
  ],
  proof: [
    ownershipProof("asuid", "www", "0f1e"),
    { relativeRecordSetName: "asuid.www", txtRecords: [{ value: ["0f1e"] }] },
  ],
  apexProof: [
    ownershipProof("apimuid", "@", "0f1e"),
    { relativeRecordSetName: "apimuid", txtRecords: [{ value: ["0f1e"] }] },
  ],
};

const MAXIMAL: DnsZoneArgs = {
  zone: {
    kind: "create",
    domain: "contoso.com",
    resourceGroupName: pulumi.output("rg-shared"),
    protect: false,
    tags: { workload: "integration" },
  },
  records: Object.fromEntries(Object.entries(EVERY_TYPE).map(([key, [set]]) => [key, set])),
};

const NEW = { kind: "create", domain: "contoso.com", resourceGroupName: "rg-shared" } as const;
const SUBSCRIPTION = "00000000-0000-4000-8000-0000000000d5";
const PARENT: ParentZone = {
  domain: "contoso.com",
  resourceGroupName: "rg-dns",
  subscriptionId: SUBSCRIPTION,
};
const PARENT_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-dns/providers/Microsoft.Network/dnsZones/contoso.com`;

function seedParent(
  azure: SimulatedAzure,
  { signed }: { readonly signed: boolean },
  zoneName = "contoso.com",
): void {
  const elsewhere = azure.seenFrom(SUBSCRIPTION);
  seedGroups(elsewhere, "rg-dns");
  const place = { resourceGroupName: "rg-dns", zoneName };
  elsewhere.seed("azure-native:dns:Zone", { ...place, location: "global" });
  if (signed) elsewhere.seed("azure-native:dns:DnssecConfig", place);
}

const zoneWith = (args: DnsZoneArgs) =>
  deploy((azure) => {
    seedGroups(azure, "rg-shared");
    return new DnsZone("domain", args);
  });

describe("DnsZone", () => {
  it("is a protected, signed zone where nothing but its domain is given", async () => {
    const deployment = await zoneWith(MINIMAL);
    expect(identities(deployment)).toEqual([
      "azure-native:dns:DnssecConfig domain-dnssec domain",
      "azure-native:dns:Zone domain-zone domain",
      "enterprise-integration:index:DnsZone domain -",
    ]);
    const zone = registrationOf(deployment, "domain-zone");
    expect(zone.protect).toBe(true);
    expect(registrationOf(deployment, "domain-dnssec").protect).toBe(true);
    expect(zone.inputs).toEqual({
      zoneName: "contoso.com",
      resourceGroupName: "rg-shared",
      location: "global",
      zoneType: "Public",
    });
    expect(deployment.result.domain).toBe("contoso.com");
  });

  it("shows the name servers that Azure assigned to the zone", async () => {
    const { result, azure } = await zoneWith(MINIMAL);
    const [zone] = azure.all("azure-native:dns:Zone");
    expect(await valueOf(result.nameServers)).toEqual(zone?.outputs.nameServers);
    expect(await valueOf(result.nameServers)).toHaveLength(4);
  });

  it("holds every kind of record", async () => {
    const deployment = await zoneWith(MAXIMAL);
    expect(identities(deployment)).toEqual(
      [
        "azure-native:dns:DnssecConfig domain-dnssec domain",
        ...Object.keys(EVERY_TYPE).map((key) => `azure-native:dns:RecordSet domain-record-${key} domain`),
        "azure-native:dns:Zone domain-zone domain",
        "enterprise-integration:index:DnsZone domain -",
      ].sort(),
    );
    const zone = registrationOf(deployment, "domain-zone");
    expect(zone.protect).toBe(false);
    expect(zone.inputs.tags).toEqual({ workload: "integration" });
  });

  it.each(Object.entries(EVERY_TYPE))("tells Azure of %s what its type has", async (key, [set, told]) => {
    const deployment = await deploy((azure) => {
      seedGroups(azure, "rg-shared");
      return new DnsZone("domain", {
        ...MAXIMAL,
        // What it refers to stands behind it, and is created before.
        records: { [key]: set, ...("alias" in set && { apex: APEX }) },
      });
    });
    expect(registrationOf(deployment, `domain-record-${key}`).inputs).toEqual({
      zoneName: "contoso.com",
      resourceGroupName: "rg-shared",
      relativeRecordSetName: set.name,
      recordType: set.type,
      ttl: 300,
      ...told,
    });
    expect(registrationOf(deployment, `domain-record-${key}`).dependsOn).toContain("domain-zone");
  });

  it("takes as many issuers as Azure does", async () => {
    const issuers = Array.from({ length: 20 }, (_, index) => `ca-${index}.com`);
    const deployment = await zoneWith({
      ...MINIMAL,
      records: { issuers: { name: "@", type: "CAA", issuers } },
    });
    expect(registrationOf(deployment, "domain-record-issuers").inputs.caaRecords).toHaveLength(20);
  });

  it("lets a DS record wait until its own zone is signed", async () => {
    const deployment = await zoneWith(MAXIMAL);
    expect(registrationOf(deployment, "domain-record-childSigner").dependsOn).toContain("domain-dnssec");
    expect(registrationOf(deployment, "domain-record-child").dependsOn).toEqual(["domain-zone"]);
  });

  it("adopts a zone that stands already, and owns its records only", async () => {
    const deployment = await deploy((azure) => {
      seedGroups(azure, "rg-dns");
      azure.seed("azure-native:dns:Zone", {
        resourceGroupName: "rg-dns",
        zoneName: "contoso.com",
        location: "global",
      });
      return new DnsZone("domain", {
        zone: { kind: "adopt", domain: "contoso.com", resourceGroupName: "rg-dns" },
        records: { shop: { name: "shop", type: "CNAME", target: "shops.fabrikam.com" } },
      });
    });
    expect(identities(deployment)).toEqual([
      "azure-native:dns:RecordSet domain-record-shop domain",
      "enterprise-integration:index:DnsZone domain -",
    ]);
    const [zone] = deployment.azure.all("azure-native:dns:Zone");
    expect(await valueOf(deployment.result.nameServers)).toEqual(zone?.outputs.nameServers);
    expect(deployment.result.zone).toBeUndefined();
    expect(deployment.result.delegation).toBeUndefined();
    expect(deployment.result.delegationSigners).toBeUndefined();
  });

  it("adopts a zone of another subscription, where its records are written", async () => {
    const deployment = await deploy((azure) => {
      seedParent(azure, { signed: false });
      return new DnsZone("domain", {
        zone: {
          kind: "adopt",
          domain: "contoso.com",
          resourceGroupName: "rg-dns",
          subscriptionId: SUBSCRIPTION,
        },
        records: { shop: { name: "shop", type: "CNAME", target: "shops.fabrikam.com" } },
      });
    });
    expect(identities(deployment)).toEqual([
      "azure-native:dns:RecordSet domain-record-shop domain",
      "enterprise-integration:index:DnsZone domain -",
      `pulumi:providers:azure-native domain-subscription-${SUBSCRIPTION} domain`,
    ]);
    expect(deployment.azure.get(`${PARENT_ID}/CNAME/shop`)?.inputs.cnameRecord).toEqual({
      cname: "shops.fabrikam.com",
    });
    expect(await valueOf(deployment.result.nameServers)).toEqual(
      deployment.azure.get(PARENT_ID)?.outputs.nameServers,
    );
  });

  describe("below a parent in another subscription", () => {
    const childOf = (parent: Partial<ParentZone>, { signed = true, dnssec = true } = {}) =>
      deploy((azure) => {
        seedGroups(azure, "rg-shared");
        seedParent(azure, { signed });
        return new DnsZone("domain", {
          zone: { ...NEW, domain: "int.contoso.com", dnssec, parent: { ...PARENT, ...parent } },
        });
      });

    it("is delegated and its signature vouched for there, and nothing is left for a person", async () => {
      const deployment = await childOf({});
      expect(identities(deployment)).toEqual([
        "azure-native:dns:DnssecConfig domain-dnssec domain",
        "azure-native:dns:RecordSet domain-delegation domain",
        "azure-native:dns:RecordSet domain-delegation-signer domain",
        "azure-native:dns:Zone domain-zone domain",
        "enterprise-integration:index:DnsZone domain -",
        `pulumi:providers:azure-native domain-subscription-${SUBSCRIPTION} domain`,
      ]);
      const { azure, result } = deployment;
      const servers = await valueOf(result.nameServers);
      expect(azure.get(`${PARENT_ID}/NS/int`)?.inputs).toMatchObject({
        ttl: 3600,
        nsRecords: servers.map((nsdname) => ({ nsdname })),
      });
      const [signer = ""] = (await valueOf(result.delegationSigners)) ?? [];
      const [keyTag, algorithm, algorithmType, value] = signer.split(" ");
      expect(azure.get(`${PARENT_ID}/DS/int`)?.inputs).toMatchObject({
        ttl: 3600,
        dsRecords: [
          {
            keyTag: Number(keyTag),
            algorithm: Number(algorithm),
            digest: { algorithmType: Number(algorithmType), value },
          },
        ],
      });
      expect(result.delegation).toBeUndefined();
      // Pulumi deletes what depends before what is depended on.
      expect(registrationOf(deployment, "domain-delegation-signer").dependsOn).toEqual(
        expect.arrayContaining(["domain-delegation", "domain-dnssec"]),
      );
      expect(registrationOf(deployment, "domain-delegation").dependsOn).toEqual(["domain-zone"]);
    });

    it.each([
      ["where it is not signed", {}, { dnssec: false }],
      ["on the way to that", { delegationSigner: false }, {}],
      ["where the parent is not signed", { delegationSigner: false }, { signed: false }],
    ] as const)("is delegated alone %s", async (_, parent, how) => {
      const deployment = await childOf(parent, how);
      expect(deployment.azure.get(`${PARENT_ID}/NS/int`)).toBeDefined();
      expect(deployment.azure.get(`${PARENT_ID}/DS/int`)).toBeUndefined();
    });

    it("refuses to vouch for it where the parent is not signed", async () => {
      const reason = await lateRefusal(
        "domain-delegation-signer",
        "zoneName",
        "signed.com",
        (azure, opts) => {
          seedGroups(azure, "rg-shared");
          seedParent(azure, { signed: false });
          seedParent(azure, { signed: true }, "signed.com");
          return new DnsZone("domain", { zone: { ...NEW, domain: "int.contoso.com", parent: PARENT } }, opts);
        },
      );
      expect(reason).toContain(
        "a DS record stands in a zone that is signed with DNSSEC, and this parent is not",
      );
    });
  });

  it("says what a person has to do where it has no parent", async () => {
    const { result } = await zoneWith({ zone: { ...NEW, dnssec: false } });
    const servers = await valueOf(result.nameServers);
    expect(await valueOf(result.delegation)).toBe(
      `This stack does not delegate contoso.com. At its registrar, or in its parent zone, set NS to ${servers.join(", ")}.`,
    );
    expect(result.delegationSigners).toBeUndefined();
    const signed = (await zoneWith(MINIMAL)).result;
    const [signer] = (await valueOf(signed.delegationSigners)) ?? [];
    expect(await valueOf(signed.delegation)).toMatch(
      new RegExp(`^This stack .*\\. Once these answer for it, add DS ${signer ?? ""}\\.$`),
    );
  });

  describe("a record that leads to a name of Azure's", () => {
    const ownedBy = (hostName: pulumi.Input<string>) =>
      deploy((azure) => {
        seedGroups(azure, "rg-shared");
        const owner = new StorageAccount("owner", {
          resourceGroupName: "rg-shared",
          accountName: "contosopictures",
          location: "westeurope",
          sku: { name: "Standard_LRS" },
          kind: "StorageV2",
          enableHttpsTrafficOnly: true,
          minimumTlsVersion: "TLS1_2",
          allowBlobPublicAccess: false,
        });
        return new DnsZone("domain", {
          ...MINIMAL,
          records: { pictures: { name: "pictures", type: "CNAME", target: { hostName, owner } } },
        });
      });

    it("stands after its owner, and so goes before it, where others could take the name at once", async () => {
      const deployment = await ownedBy("contosopictures.blob.core.windows.net");
      expect(registrationOf(deployment, "domain-record-pictures").dependsOn).toContain("owner");
    });

    it("waits for nobody where Azure reserves the name", async () => {
      const target = { hostName: "apim-contoso.azure-api.net", owner: "this program" } as const;
      const deployment = await zoneWith({
        ...MINIMAL,
        records: { api: { name: "api", type: "CNAME", target } },
      });
      expect(registrationOf(deployment, "domain-record-api").dependsOn).toEqual(["domain-zone"]);
    });

    it("is refused without the resource where Azure reserves it for nobody", () => {
      const target = { hostName: "contoso.trafficmanager.net", owner: "this program" } as const;
      expect(
        validateDnsZone({ ...MINIMAL, records: { www: { name: "www", type: "CNAME", target } } }),
      ).toMatchObject([{ path: "records.www.target.owner", fix: "give that resource as the owner" }]);
    });
  });

  it("registers its domain, and what a parent needs to know, as outputs", async () => {
    const { registeredOutputs } = await zoneWith(MINIMAL);
    expect(Object.keys(registeredOutputs.domain ?? {}).sort()).toEqual([
      "delegation",
      "delegationSigners",
      "domain",
      "nameServers",
    ]);
  });

  it("plans the same when it is built again", async () => {
    const [first, second] = [await zoneWith(MAXIMAL), await zoneWith(MAXIMAL)];
    expect(plan(second)).toEqual(plan(first));
  });

  it("creates the zone and its other records while one target is not known yet", async () => {
    const target = deferred<string>();
    const run = await start((azure) => {
      seedGroups(azure, "rg-shared");
      return new DnsZone("domain", {
        ...MINIMAL,
        records: {
          late: { name: "late", type: "CNAME", target: target.promise },
          early: { name: "early", type: "A", addresses: ["192.0.2.1"] },
        },
      });
    });
    await run.registered("domain-record-early");
    expect(run.registrations.map(({ name }) => name)).not.toContain("domain-record-late");
    target.resolve("shops.fabrikam.com");
    const { registrations } = await run.finish();
    expect(registrations.map(({ name }) => name)).toContain("domain-record-late");
  });

  describe("refuses", () => {
    const refuse = (args: DnsZoneArgs) => refusal("domain", () => new DnsZone("domain", args));

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse({
          zone: {
            kind: "create",
            domain: "https://contoso.com",
            resourceGroupName: "rg-shared",
            parent: { domain: "fabrikam.com", resourceGroupName: "rg-dns", subscriptionId: "domains" },
          },
          records: {
            full: { name: "api.", type: "A", addresses: ["192.0.2.1"], ttl: 0 },
            apex: { name: "@", type: "CNAME", target: "shops.fabrikam.com" },
            caa: { name: "@", type: "CAA", issuers: ["digicert.com"] },
          },
        }),
      ).toBe(
        [
          'DnsZone "domain" is not valid: 7 problems',
          "  - zone.domain: a DNS zone has 2 to 34 labels of 1 to 63 letters, digits and hyphens, joined by dots" +
            ' (received "https://contoso.com")',
          "    fix: give the domain without protocol and trailing dot, e.g. contoso.com",
          "  - zone.parent.subscriptionId: a subscription is the id of a subscription: 32 hexadecimal digits in five groups" +
            ' (received "domains")',
          "    fix: take it from `az account list --query '[].id'`",
          '  - zone.parent.domain: must lie above the zone (received "fabrikam.com")',
          "    fix: name a domain that the zone's ends with, e.g. contoso.com for api.contoso.com",
          "  - records.full.name: a record name is relative to the zone: labels joined by dots, @ for the zone itself" +
            ' (received "api.")',
          "    fix: leave the domain out, e.g. api",
          "  - records.full.ttl: a time to live is 1 to 2147483647 seconds (received 0)",
          "    fix: give whole seconds, e.g. 300",
          "  - records.apex.type: the zone itself cannot be a CNAME (RFC 1034: it holds SOA and NS)",
          "    fix: use a name below the zone, e.g. api; or an alias of type A or AAAA",
          "  - records: the name @ has CNAME and CAA: a CNAME stands alone (RFC 1034), and a type is given once",
          "    fix: merge the record sets, or choose another name",
        ].join("\n"),
      );
    });

    const NAPTR = { order: 1, preference: 1, flags: "U", services: "E2U+sip", regexp: "!^.*$!!" } as const;
    it.each<[string, DnsRecordSet, string]>([
      [
        "an address that is a name",
        { name: "a", type: "A", addresses: ["shops.fabrikam.com"] },
        'addresses[0]: a record of type A has an IPv4 address (received "shops.fabrikam.com")',
      ],
      [
        "an address of the other version",
        { name: "a", type: "AAAA", addresses: ["192.0.2.1"] },
        'addresses[0]: a record of type AAAA has an IPv6 address (received "192.0.2.1")',
      ],
      [
        "no records",
        { name: "a", type: "A", addresses: [] },
        "addresses: a record set of type A has 1 to 20 records (received 0)",
      ],
      [
        "21 records",
        {
          name: "a",
          type: "A",
          addresses: Array.from({ length: 21 }, (_, last) => `192.0.2.${last}`),
        },
        "addresses: a record set of type A has 1 to 20 records (received 21)",
      ],
      [
        "a record twice",
        { name: "a", type: "PTR", names: ["a.contoso.com", "a.contoso.com"] },
        "names: a record set has each record once",
      ],
      [
        "an alias of what is none",
        { name: "a", type: "A", alias: PUBLIC_IP.replace("publicIPAddresses", "virtualNetworks") },
        "alias: an alias of type A refers to a public IP address, a Traffic Manager profile",
      ],
      [
        "a CNAME that is an alias of an address",
        { name: "a", type: "CNAME", alias: PUBLIC_IP },
        "alias: an alias of type CNAME refers to a Traffic Manager profile",
      ],
      [
        "an alias of what is no record set of the component",
        { name: "a", type: "A", alias: { record: "apex" } },
        "alias.record: an alias refers to the key of a record set of its own type, A, that is not such an alias itself",
      ],
      [
        "an issuer with a protocol",
        { name: "@", type: "CAA", issuers: ["https://digicert.com"] },
        "issuers[0]: an issuer of certificates is a domain that an authority publishes for CAA records",
      ],
      [
        "an incident address that is none",
        { name: "@", type: "CAA", issuers: [], reportTo: "security@contoso.com" },
        "reportTo: where incidents are reported is an address that begins with mailto: or https://",
      ],
      [
        "a target that is an address",
        { name: "a", type: "CNAME", target: "192.0.2.1" },
        "target: a record leads to a host name",
      ],
      [
        "a name that anybody could claim, without its owner",
        { name: "a", type: "CNAME", target: "Contoso.AzureWebsites.net." },
        "target: a name of App Service is anybody's once its owner is deleted, and the domain's visitors with it",
      ],
      [
        "somebody else's name, without a reason",
        { name: "a", type: "CNAME", target: { hostName: "a.azurefd.net", external: { because: " " } } },
        "target.external.because: a name that this program does not own needs a reason",
      ],
      [
        "DS of the zone itself",
        {
          name: "@",
          type: "DS",
          signers: [{ keyTag: 1, algorithm: 13, digestType: 2, digest: DIGEST }],
        },
        "name: DS records are of a name below the zone that is delegated, without wildcard",
      ],
      [
        "a digest with colons, and a number out of its range",
        {
          name: "a",
          type: "DS",
          signers: [{ keyTag: 65_536, algorithm: 13, digestType: 2, digest: "0B:9E" }],
        },
        "signers[0].keyTag: keyTag is a whole number, 0 to 65535 (received 65536)",
      ],
      [
        "a preference that is a fraction",
        { name: "@", type: "MX", exchanges: [{ preference: 0.5, exchange: "mail.fabrikam.com" }] },
        "exchanges[0].preference: preference is a whole number, 0 to 65535 (received 0.5)",
      ],
      [
        "an order below zero",
        { name: "a", type: "NAPTR", rules: [{ ...NAPTR, order: -1 }] },
        "rules[0].order: order is a whole number, 0 to 65535 (received -1)",
      ],
      [
        "NS with a wildcard",
        { name: "*", type: "NS", nameServers: ["ns1.fabrikam.com"] },
        "name: NS records are of a name below the zone that is delegated, without wildcard",
      ],
      [
        "SRV without its protocol",
        {
          name: "_sip",
          type: "SRV",
          services: [{ priority: 1, weight: 1, port: 1, target: "a.contoso.com" }],
        },
        "name: the name of a SRV record begins with service and protocol, e.g. _sip._tcp",
      ],
      [
        "TLSA without its port",
        {
          name: "_https._tcp",
          type: "TLSA",
          associations: [{ usage: 4, selector: 1, matchingType: 1, data: DIGEST }],
        },
        "name: the name of a TLSA record begins with port and protocol, e.g. _443._tcp",
      ],
      [
        "a name with its zone",
        { name: "a.Contoso.com", type: "A", addresses: ["192.0.2.1"] },
        "name: a record name is relative to the zone: labels joined by dots, @ for the zone itself",
      ],
      [
        "a name that is too long with its zone",
        { name: Array(4).fill("a".repeat(62)).join("."), type: "A", addresses: ["192.0.2.1"] },
        "name: a record name has at most 253 characters with its zone (RFC 1035)",
      ],
      [
        "a target that is no name",
        { name: "a", type: "CNAME", target: "." },
        "target: a record leads to a host name",
      ],
      [
        "an alias of a record set in another zone",
        { name: "a", type: "A", alias: PUBLIC_IP.replace("publicIPAddresses", "dnsZones/fabrikam.com/A") },
        'alias: an alias refers to a record set of its own zone only (received "fabrikam.com")',
      ],
      [
        "21 records of CAA, of which two name nobody",
        {
          name: "@",
          type: "CAA",
          issuers: [],
          wildcardIssuers: Array.from({ length: 19 }, (_, index) => `ca-${index}.com`),
          reportTo: "mailto:security@contoso.com",
        },
        "issuers: a record set of type CAA has 1 to 20 records (received 21)",
      ],
      [
        "an issuer twice",
        { name: "@", type: "CAA", issuers: ["digicert.com", "digicert.com"] },
        "issuers: a record set has each record once",
      ],
      [
        "a digest that is cut",
        { name: "a", type: "DS", signers: [{ keyTag: 1, algorithm: 13, digestType: 2, digest: "0B9E" }] },
        'signers[0].digest: a digest by this algorithm has 64 hexadecimal digits (received "0B9E")',
      ],
      [
        "a text that is too long for a set",
        { name: "a", type: "TXT", values: ["x".repeat(4097)] },
        "values[0]: a TXT record has 1 to 4096 characters (received 4097)",
      ],
      [
        "texts that are too long together",
        { name: "a", type: "TXT", values: ["x".repeat(4096), "y"] },
        "values: the values of a TXT record set have at most 4096 characters together (received 4097)",
      ],
    ])("%s", async (_, record, message) => {
      expect(await refuse({ ...MINIMAL, records: { it: record } })).toContain(`  - records.it.${message}`);
    });

    it("a name in other letters than those of ASCII, and says how it is written", async () => {
      const shown = await refuse({
        zone: { kind: "create", domain: "bücher.example", resourceGroupName: "rg-shared" },
        records: { shop: { name: "läden", type: "CNAME", target: "www.bücher.example" } },
      });
      for (const ascii of ["xn--bcher-kva.example", "xn--lden-loa", "www.xn--bcher-kva.example"]) {
        expect(shown).toContain(`fix: write it in ASCII, as ${ascii}\n`.trimEnd());
      }
    });

    it("a resource group that is none, of a zone and of its parent", async () => {
      const shown = await refuse({
        zone: {
          kind: "create",
          domain: "int.contoso.com",
          resourceGroupName: "",
          parent: { domain: "contoso.com", resourceGroupName: "rg/dns" },
        },
      });
      for (const place of ["zone.resourceGroupName", "zone.parent.resourceGroupName"]) {
        expect(shown).toContain(`  - ${place}: a resource group's name has 1 to 90 letters`);
      }
    });

    it.each(["DS", "TLSA"])("%s records in a zone that nobody signs", async (type) => {
      const [key] = Object.entries(EVERY_TYPE).find(([, [set]]) => set.type === type) ?? [];
      const [record] = EVERY_TYPE[key ?? ""] ?? [];
      if (!record) throw new Error(`there is no ${type}`);
      expect(await refuse({ zone: { ...NEW, dnssec: false }, records: { it: record } })).toContain(
        `records.it.type: ${type} records stand in a zone that is signed with DNSSEC: else nobody could trust them`,
      );
    });

    it.each<[string, DnsRecordSet, string, unknown, string]>([
      [
        "a target that anybody could claim",
        { name: "it", type: "CNAME", target: pulumi.output("contoso.trafficmanager.net") },
        "cnameRecord",
        { cname: "shops.fabrikam.com" },
        "records.it.target: a name of Traffic Manager is anybody's once its owner is deleted",
      ],
      [
        "an address that is none",
        { name: "it", type: "A", addresses: [pulumi.output("none")] },
        "aRecords",
        [{ ipv4Address: "192.0.2.1" }],
        "records.it.addresses[0]: a record of type A has an IPv4 address",
      ],
    ])("%s, once it is known", async (_, record, property, filler, message) => {
      const reason = await lateRefusal("domain-record-it", property, filler, (azure, opts) => {
        seedGroups(azure, "rg-shared");
        return new DnsZone("domain", { ...MINIMAL, records: { it: record } }, opts);
      });
      expect(reason).toContain(message);
    });

    it.each([
      ["one label", "contoso"],
      ["a trailing dot", "contoso.com."],
      ["a label of 64 characters", `${"a".repeat(64)}.com`],
      ["35 labels", Array.from({ length: 35 }, () => "a").join(".")],
      ["a hyphen at the start of a label", "-contoso.com"],
    ])("a domain with %s", async (_, domain) => {
      expect(await refuse({ zone: { kind: "create", domain, resourceGroupName: "rg-shared" } })).toContain(
        "zone.domain: a DNS zone has 2 to 34 labels",
      );
    });

    it.each([1.5, -1, 2_147_483_648])("a time to live of %d seconds", async (ttl) => {
      expect(
        await refuse({
          ...MINIMAL,
          records: { api: { name: "api", type: "A", addresses: ["192.0.2.1"], ttl } },
        }),
      ).toBe(
        [
          'DnsZone "domain" is not valid: 1 problem',
          `  - records.api.ttl: a time to live is 1 to 2147483647 seconds (received ${ttl})`,
          "    fix: give whole seconds, e.g. 300",
        ].join("\n"),
      );
    });

    it("two record sets of one type under one name, whatever its case", async () => {
      expect(
        await refuse({
          ...MINIMAL,
          records: {
            one: { name: "api", type: "A", addresses: ["192.0.2.1"] },
            two: { name: "API", type: "A", addresses: ["192.0.2.2"] },
          },
        }),
      ).toContain("records: the name api has A and A: a CNAME stands alone");
    });
  });
});
