import * as dns from "@pulumi/azure-native/dns";
import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../validation/issue";
import { requireValid } from "./validation";

/** A new zone, owned by this stack. */
export interface NewZone {
  readonly kind: "create";
  /** The domain, e.g. `api.example.com`: 2 to 34 labels of at most 63 characters. */
  readonly domain: string;
  readonly resourceGroupName: pulumi.Input<string>;
  /** Whether `pulumi destroy` refuses to delete the zone. @default true */
  readonly protect?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A zone that stands already, in this subscription; only the records belong to this stack. */
export interface ExistingZone {
  readonly kind: "adopt";
  readonly domain: string;
  readonly resourceGroupName: string;
}

/** One record set, by type. */
export type DnsRecord =
  | { readonly type: "A"; readonly addresses: readonly pulumi.Input<string>[] }
  | { readonly type: "CNAME"; readonly target: pulumi.Input<string> }
  | { readonly type: "TXT"; readonly values: readonly pulumi.Input<string>[] }
  | {
      readonly type: "CAA";
      readonly entries: readonly {
        readonly flags: number;
        readonly tag: "issue" | "issuewild" | "iodef";
        readonly value: string;
      }[];
    };

/** A record set with its place in the zone. */
export type DnsRecordSet = DnsRecord & {
  /** Name relative to the zone, `@` for the zone itself. */
  readonly name: string;
  /** Seconds that resolvers keep the answer, 1 to 2,147,483,647. @default 300 */
  readonly ttl?: number;
};

export interface DnsZoneArgs {
  readonly zone: NewZone | ExistingZone;
  /** Record sets by a key of your choice, which names the child resource. @default none */
  readonly records?: Readonly<Record<string, DnsRecordSet>>;
}

/** What {@link DnsZone} assumes where its arguments say nothing. */
export const DNS_ZONE_DEFAULTS = { protect: true, ttl: 300 } as const;

/**
 * A public DNS zone in Azure DNS with its records; created, or adopted where it stands already.
 *
 * @example
 * ```ts
 * new DnsZone("contoso", {
 *   zone: { kind: "adopt", domain: "contoso.com", resourceGroupName: "rg-dns" },
 *   records: { api: { name: "api", type: "CNAME", target: "apim-contoso.azure-api.net" } },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class DnsZone extends pulumi.ComponentResource {
  /** The domain. */
  readonly domain: string;
  /** The name servers that the parent domain must delegate to. */
  readonly nameServers: pulumi.Output<string[]>;
  /** The zone, where this stack owns it. */
  readonly zone: dns.Zone | undefined;

  constructor(name: string, args: DnsZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:DnsZone", name, {}, opts);
    requireValid(this, "DnsZone", name, validateDnsZone(args));

    const { zone } = args;
    this.domain = zone.domain;
    this.zone = zone.kind === "create" ? this.createZone(name, zone) : undefined;
    this.nameServers = this.zone
      ? this.zone.nameServers
      : dns.getZoneOutput(
          { zoneName: zone.domain, resourceGroupName: zone.resourceGroupName },
          { parent: this },
        ).nameServers;

    for (const [key, record] of Object.entries(args.records ?? {})) {
      this.createRecordSet(`${name}-record-${key}`, zone, record);
    }
    this.registerOutputs({ domain: this.domain, nameServers: this.nameServers });
  }

  private createZone(name: string, { domain, resourceGroupName, protect, tags }: NewZone): dns.Zone {
    return new dns.Zone(
      `${name}-zone`,
      { zoneName: domain, resourceGroupName, location: "global", tags },
      { parent: this, protect: protect ?? DNS_ZONE_DEFAULTS.protect },
    );
  }

  private createRecordSet(name: string, zone: NewZone | ExistingZone, record: DnsRecordSet): dns.RecordSet {
    return new dns.RecordSet(
      name,
      {
        // The output of an own zone, so that its records wait for it.
        zoneName: this.zone?.name ?? zone.domain,
        resourceGroupName: zone.resourceGroupName,
        relativeRecordSetName: record.name,
        recordType: record.type,
        ttl: record.ttl ?? DNS_ZONE_DEFAULTS.ttl,
        ...recordBody(record),
      },
      { parent: this },
    );
  }
}

function recordBody(record: DnsRecord): Partial<dns.RecordSetArgs> {
  switch (record.type) {
    case "A":
      return { aRecords: record.addresses.map((ipv4Address) => ({ ipv4Address })) };
    case "CNAME":
      return { cnameRecord: { cname: record.target } };
    case "TXT":
      return { txtRecords: record.values.map((value) => ({ value: [value] })) };
    case "CAA":
      return { caaRecords: record.entries.map((entry) => ({ ...entry })) };
  }
}

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i;

/** Every problem of the arguments of a {@link DnsZone}. */
export function validateDnsZone({ zone, records = {} }: DnsZoneArgs): Issue[] {
  const issues: Issue[] = [];
  const labels = zone.domain.split(".");
  // https://learn.microsoft.com/azure/dns/dns-zones-records#dns-zones
  if (labels.length < 2 || labels.length > 34 || !labels.every((label) => LABEL.test(label))) {
    issues.push({
      path: "zone.domain",
      rule: "a DNS zone has 2 to 34 labels of 1 to 63 letters, digits and hyphens, joined by dots",
      received: received(zone.domain),
      fix: "give the domain without protocol and trailing dot, e.g. contoso.com",
    });
  }
  const typesByName = new Map<string, string[]>();
  for (const [key, record] of Object.entries(records)) {
    const path = `records.${key}`;
    if (
      record.name !== "@" &&
      !record.name.split(".").every((label, index) => LABEL.test(label) || (index === 0 && label === "*"))
    ) {
      issues.push({
        path: `${path}.name`,
        rule: "a record name is relative to the zone: labels joined by dots, @ for the zone itself",
        received: received(record.name),
        fix: "leave the domain out, e.g. api",
      });
    }
    const ttl = record.ttl ?? DNS_ZONE_DEFAULTS.ttl;
    if (!Number.isInteger(ttl) || ttl < 1 || ttl > 2_147_483_647) {
      issues.push({
        path: `${path}.ttl`,
        rule: "a time to live is 1 to 2147483647 seconds",
        received: received(ttl),
        fix: "give whole seconds, e.g. 300",
      });
    }
    if (record.type === "CNAME" && record.name === "@") {
      issues.push({
        path: `${path}.type`,
        rule: "the zone itself cannot be a CNAME (RFC 1034: it holds SOA and NS)",
        fix: "use a name below the zone, e.g. api",
      });
    }
    // Names differ in more than their case (RFC 4343).
    const recordName = record.name.toLowerCase();
    typesByName.set(recordName, [...(typesByName.get(recordName) ?? []), record.type]);
  }
  for (const [recordName, types] of typesByName) {
    if (types.length > 1 && (types.includes("CNAME") || new Set(types).size < types.length)) {
      issues.push({
        path: "records",
        rule: `the name ${recordName} has ${types.join(" and ")}: a CNAME stands alone (RFC 1034), and a type is given once`,
        fix: "merge the record sets, or choose another name",
      });
    }
  }
  return issues;
}
