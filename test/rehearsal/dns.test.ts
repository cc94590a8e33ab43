import type { PulumiFn } from "@pulumi/pulumi/automation";
import { DnsZone, type DnsZoneArgs } from "../../components/dns-zone";
import program from "../../index";
import { DEFAULT_IDS, type LoggedRequest } from "../../rehearsal/azure";
import { describeWithEngine } from "../engine";
import { OWN_GATEWAY } from "./integrations";
import { openWorkbench, seedAssumed, type Workbench, writes } from "./workbench";

/** The subscription in which the company keeps its domains. */
const DOMAINS = "00000000-0000-4000-8000-0000000000d5";
const OTHER = "00000000-0000-4000-8000-0000000000d6";

const CERTIFICATE = {
  vaultId: `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/kv-certs`,
  secretName: "wildcard",
};

const withDomain = (domain: Readonly<Record<string, unknown>>) => ({
  ...OWN_GATEWAY,
  domain: { certificate: CERTIFICATE, ...domain },
});

const PARENT = { zone: "contoso.com", resourceGroup: "rg-dns", subscriptionId: DOMAINS };
const CHILD = withDomain({ zone: "int.contoso.com", parent: PARENT });
const ADOPTED = (subscriptionId: string) =>
  withDomain({ zone: "contoso.com", existingZone: { resourceGroup: "rg-dns", subscriptionId } });

/** What was asked of Azure DNS, in order, as `operation subscription type/name`. */
function dnsWrites(log: readonly LoggedRequest[]): string[] {
  return log
    .filter(({ token }) => token.startsWith("azure-native:dns:"))
    .map(({ operation, id = "" }) => {
      const [, , subscription = ""] = id.split("/");
      return `${operation} ${subscription.slice(-2)} ${id.slice(id.indexOf("/dnsZones/") + "/dnsZones/".length)}`;
    });
}

describeWithEngine("a domain", (engine) => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  test("of a child zone is signed, delegated from another subscription, and undone in the order that keeps it resolvable", async () => {
    const { azure } = workbench;
    seedAssumed(azure, CHILD);
    const before = azure.remaining();
    const stack = await workbench.stack("child", CHILD, program as PulumiFn);
    const { outputs } = await stack.up();
    expect(outputs.delegation).toBeUndefined();

    const zoneId = azure.all("azure-native:dns:Zone").find(({ id }) => id.endsWith("/int.contoso.com"))?.id;
    const parentId = `/subscriptions/${DOMAINS}/resourceGroups/rg-dns/providers/Microsoft.Network/dnsZones/contoso.com`;
    const [signed] = azure
      .all("azure-native:dns:DnssecConfig")
      .filter(({ id }) => id.startsWith(`${zoneId ?? ""}/`));
    expect(azure.get(`${parentId}/NS/int`)?.inputs.nsRecords).toEqual(
      (azure.get(zoneId ?? "")?.outputs.nameServers as string[]).map((nsdname) => ({ nsdname })),
    );
    const [, key] = signed?.outputs.signingKeys as {
      keyTag: number;
      delegationSignerInfo: { digestValue: string }[];
    }[];
    expect(azure.get(`${parentId}/DS/int`)?.inputs.dsRecords).toEqual([
      {
        keyTag: key?.keyTag,
        algorithm: 13,
        digest: { algorithmType: 2, value: key?.delegationSignerInfo[0]?.digestValue },
      },
    ]);
    await stack.preview({ expectNoChanges: true });
    await stack.refresh({ expectNoChanges: true });

    const from = azure.log.length;
    await stack.destroy();
    const gone = dnsWrites(writes(azure, from));
    expect(gone).toHaveLength(5);
    const place = (line: string) => {
      expect(gone).toContain(line);
      return gone.indexOf(line);
    };
    const ds = place("delete d5 contoso.com/DS/int");
    expect(ds).toBeLessThan(place("delete 01 int.contoso.com/dnssecConfigs/default"));
    expect(ds).toBeLessThan(place("delete d5 contoso.com/NS/int"));
    expect(place("delete 01 int.contoso.com")).toBe(4);
    expect(azure.remaining()).toEqual(before);
  });

  test("is delegated to without a signature where the parent has none, and its own is switched off", async () => {
    const { azure } = workbench;
    const unsigned = withDomain({ zone: "int.contoso.com", parent: { ...PARENT, delegationSigner: false } });
    seedAssumed(azure, unsigned);
    const stack = await workbench.stack("unsigned", unsigned, program as PulumiFn);
    await stack.up();
    expect(dnsWrites(writes(azure, 0)).sort()).toEqual([
      "create 01 int.contoso.com",
      "create 01 int.contoso.com/CNAME/api",
      "create 01 int.contoso.com/dnssecConfigs/default",
      "create d5 contoso.com/NS/int",
    ]);

    const from = azure.log.length;
    await workbench.configure("unsigned", {
      ...unsigned,
      domain: { ...unsigned.domain, dnssec: false, ttl: 60 },
    });
    await stack.up();
    expect(dnsWrites(writes(azure, from)).sort()).toEqual([
      "delete 01 int.contoso.com/dnssecConfigs/default",
      "update 01 int.contoso.com/CNAME/api",
    ]);
  });

  test("in a zone of another subscription has its records there, moves with it, and leaves nothing behind", async () => {
    const { azure } = workbench;
    seedAssumed(azure, ADOPTED(DOMAINS));
    seedAssumed(azure, ADOPTED(OTHER));
    const before = azure.remaining();
    const stack = await workbench.stack("adopted", ADOPTED(DOMAINS), program as PulumiFn);
    await stack.up();
    expect(dnsWrites(writes(azure, 0))).toEqual(["create d5 contoso.com/CNAME/api"]);
    await stack.refresh({ expectNoChanges: true });

    const moving = azure.log.length;
    await workbench.configure("adopted", ADOPTED(OTHER));
    await stack.up();
    expect(dnsWrites(writes(azure, moving)).sort()).toEqual([
      "create d6 contoso.com/CNAME/api",
      "delete d5 contoso.com/CNAME/api",
    ]);
    await stack.preview({ expectNoChanges: true });

    await stack.destroy();
    // Record and service go side by side; whichever is first, the name that the record led to is nobody else's to take.
    expect(azure.softDeletedResources().map(({ token }) => token)).toContain(
      "azure-native:apimanagement:ApiManagementService",
    );
    expect(azure.remaining()).toEqual(before);
  });

  test("of a child zone whose parent is created in the same program waits for it, and goes before it", async () => {
    const { azure } = workbench;
    azure.seed("azure-native:resources:ResourceGroup", {
      resourceGroupName: "rg-dns",
      location: "westeurope",
    });
    const own = { kind: "create", resourceGroupName: "rg-dns", protect: false } as const;
    const stack = await workbench.stack("family", {}, () => {
      const parent = new DnsZone("parent", { zone: { ...own, domain: "contoso.com" } });
      new DnsZone(
        "child",
        {
          zone: {
            ...own,
            domain: "int.contoso.com",
            parent: { domain: "contoso.com", resourceGroupName: "rg-dns" },
          },
        },
        { dependsOn: parent },
      );
      return Promise.resolve();
    });
    await stack.preview();
    await stack.up();
    await stack.preview({ expectNoChanges: true });
    expect(dnsWrites(writes(azure, 0)).slice(-1)).toEqual(["create 01 contoso.com/DS/int"]);

    const from = azure.log.length;
    await stack.destroy();
    const gone = dnsWrites(writes(azure, from));
    expect(gone[0]).toBe("delete 01 contoso.com/DS/int");
    expect(gone.slice(-2)).toEqual(["delete 01 contoso.com/dnssecConfigs/default", "delete 01 contoso.com"]);
    expect(gone.indexOf("delete 01 contoso.com/NS/int")).toBeLessThan(
      gone.indexOf("delete 01 int.contoso.com"),
    );
  });

  test("has a record set that is the same under another key, where it says which one it had", async () => {
    const { azure } = workbench;
    azure.seed("azure-native:resources:ResourceGroup", {
      resourceGroupName: "rg-dns",
      location: "westeurope",
    });
    const www = { name: "www", type: "A", addresses: ["192.0.2.1"] } as const;
    let records: DnsZoneArgs["records"] = { web: www };
    const stack = await workbench.stack("keys", {}, () => {
      new DnsZone("contoso", {
        zone: { kind: "create", domain: "contoso.com", resourceGroupName: "rg-dns", protect: false },
        records,
      });
      return Promise.resolve();
    });
    await stack.up();
    const from = azure.log.length;
    records = { www: { ...www, formerKey: "web" } };
    await stack.up();
    expect(writes(azure, from)).toEqual([]);
    await stack.preview({ expectNoChanges: true });
  });

  test("goes with the setting: no record leads to the gateway any more", async () => {
    const { azure } = workbench;
    const settings = withDomain({ zone: "contoso.com", caa: { issuers: ["digicert.com"] } });
    seedAssumed(azure, settings);
    const stack = await workbench.stack("own", settings, program as PulumiFn);
    const { outputs } = await stack.up();
    expect(outputs.delegation?.value).toMatch(
      /^This stack does not delegate contoso\.com\. At its registrar, or in its parent zone, set NS to ns1-\d\d\.azure-dns\.com\., .*\. Once these answer for it, add DS \d+ 13 2 [\dA-F]{64}\.$/,
    );

    const from = azure.log.length;
    await workbench.configure("own", OWN_GATEWAY);
    await stack.up();
    const gone = dnsWrites(writes(azure, from));
    expect([...gone].sort()).toEqual([
      "delete 01 contoso.com",
      "delete 01 contoso.com/CAA/@",
      "delete 01 contoso.com/CNAME/api",
      "delete 01 contoso.com/dnssecConfigs/default",
    ]);
    expect(gone.at(-1)).toBe("delete 01 contoso.com");
  });
});
