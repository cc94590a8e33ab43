import * as pulumi from "@pulumi/pulumi";
import { DnsZone, type DnsZoneArgs } from "../../components/dns-zone";
import { seedGroups } from "./fixtures";
import { deferred, deploy, identities, plan, refusal, registrationOf, start, valueOf } from "./harness";

const MINIMAL: DnsZoneArgs = {
  zone: { kind: "create", domain: "contoso.com", resourceGroupName: "rg-shared" },
};

const MAXIMAL: DnsZoneArgs = {
  zone: {
    kind: "create",
    domain: "contoso.com",
    resourceGroupName: pulumi.output("rg-shared"),
    protect: false,
    tags: { workload: "integration" },
  },
  records: {
    api: { name: "api", type: "CNAME", target: "apim-contoso.azure-api.net", ttl: 60 },
    apex: { name: "@", type: "A", addresses: ["192.0.2.1", pulumi.output("192.0.2.2")] },
    proof: { name: "asuid.www", type: "TXT", values: ["one", "two"] },
    issuers: {
      name: "@",
      type: "CAA",
      entries: [{ flags: 0, tag: "issue", value: "digicert.com" }],
    },
    wildcard: { name: "*.dev", type: "CNAME", target: "apim-contoso.azure-api.net" },
  },
};

const zoneWith = (args: DnsZoneArgs) =>
  deploy((azure) => {
    seedGroups(azure, "rg-shared");
    return new DnsZone("domain", args);
  });

describe("DnsZone", () => {
  it("is a protected zone where nothing but its domain is given", async () => {
    const deployment = await zoneWith(MINIMAL);
    expect(identities(deployment)).toEqual([
      "azure-native:dns:Zone domain-zone domain",
      "enterprise-integration:index:DnsZone domain -",
    ]);
    const zone = registrationOf(deployment, "domain-zone");
    expect(zone.protect).toBe(true);
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
    expect(identities(deployment)).toEqual([
      "azure-native:dns:RecordSet domain-record-apex domain",
      "azure-native:dns:RecordSet domain-record-api domain",
      "azure-native:dns:RecordSet domain-record-issuers domain",
      "azure-native:dns:RecordSet domain-record-proof domain",
      "azure-native:dns:RecordSet domain-record-wildcard domain",
      "azure-native:dns:Zone domain-zone domain",
      "enterprise-integration:index:DnsZone domain -",
    ]);
    const zone = registrationOf(deployment, "domain-zone");
    expect(zone.protect).toBe(false);
    expect(zone.inputs.tags).toEqual({ workload: "integration" });

    const place = { zoneName: "contoso.com", resourceGroupName: "rg-shared" };
    const inputsOf = (key: string) => registrationOf(deployment, `domain-record-${key}`).inputs;
    expect(inputsOf("api")).toEqual({
      ...place,
      relativeRecordSetName: "api",
      recordType: "CNAME",
      ttl: 60,
      cnameRecord: { cname: "apim-contoso.azure-api.net" },
    });
    expect(inputsOf("apex")).toEqual({
      ...place,
      relativeRecordSetName: "@",
      recordType: "A",
      ttl: 300,
      aRecords: [{ ipv4Address: "192.0.2.1" }, { ipv4Address: "192.0.2.2" }],
    });
    expect(inputsOf("proof")).toEqual({
      ...place,
      relativeRecordSetName: "asuid.www",
      recordType: "TXT",
      ttl: 300,
      txtRecords: [{ value: ["one"] }, { value: ["two"] }],
    });
    expect(inputsOf("issuers")).toEqual({
      ...place,
      relativeRecordSetName: "@",
      recordType: "CAA",
      ttl: 300,
      caaRecords: [{ flags: 0, tag: "issue", value: "digicert.com" }],
    });
    expect(registrationOf(deployment, "domain-record-api").dependsOn).toEqual(["domain-zone"]);
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
        records: { api: { name: "api", type: "CNAME", target: "apim-contoso.azure-api.net" } },
      });
    });
    expect(identities(deployment)).toEqual([
      "azure-native:dns:RecordSet domain-record-api domain",
      "enterprise-integration:index:DnsZone domain -",
    ]);
    const [zone] = deployment.azure.all("azure-native:dns:Zone");
    expect(await valueOf(deployment.result.nameServers)).toEqual(zone?.outputs.nameServers);
    expect(deployment.result.zone).toBeUndefined();
  });

  it("registers its domain and name servers as outputs", async () => {
    const { registeredOutputs } = await zoneWith(MINIMAL);
    expect(Object.keys(registeredOutputs.domain ?? {}).sort()).toEqual(["domain", "nameServers"]);
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
    target.resolve("apim-contoso.azure-api.net");
    const { registrations } = await run.finish();
    expect(registrations.map(({ name }) => name)).toContain("domain-record-late");
  });

  describe("refuses", () => {
    const refuse = (args: DnsZoneArgs) => refusal("domain", () => new DnsZone("domain", args));

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse({
          zone: { kind: "create", domain: "https://contoso.com", resourceGroupName: "rg-shared" },
          records: {
            full: { name: "api.", type: "A", addresses: [], ttl: 0 },
            apex: { name: "@", type: "CNAME", target: "apim-contoso.azure-api.net" },
            caa: { name: "@", type: "CAA", entries: [] },
          },
        }),
      ).toBe(
        [
          'DnsZone "domain" is not valid: 5 problems',
          "  - zone.domain: a DNS zone has 2 to 34 labels of 1 to 63 letters, digits and hyphens, joined by dots" +
            ' (received "https://contoso.com")',
          "    fix: give the domain without protocol and trailing dot, e.g. contoso.com",
          "  - records.full.name: a record name is relative to the zone: labels joined by dots, @ for the zone itself" +
            ' (received "api.")',
          "    fix: leave the domain out, e.g. api",
          "  - records.full.ttl: a time to live is 1 to 2147483647 seconds (received 0)",
          "    fix: give whole seconds, e.g. 300",
          "  - records.apex.type: the zone itself cannot be a CNAME (RFC 1034: it holds SOA and NS)",
          "    fix: use a name below the zone, e.g. api",
          "  - records: the name @ has CNAME and CAA: a CNAME stands alone (RFC 1034), and a type is given once",
          "    fix: merge the record sets, or choose another name",
        ].join("\n"),
      );
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
        await refuse({ ...MINIMAL, records: { api: { name: "api", type: "A", addresses: [], ttl } } }),
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
