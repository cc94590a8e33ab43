import type { PulumiFn } from "@pulumi/pulumi/automation";
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
});
