import * as dns from "@pulumi/azure-native/dns";
import { Provider } from "@pulumi/azure-native/provider";
import * as pulumi from "@pulumi/pulumi";
import { formatIssues, received, type Issue } from "../validation/issue";
import { RESOURCE_GROUP } from "../validation/resource-id";
import { isLate } from "../workflow/json";
import { isName, nameFix } from "./dns/checks";
import { delegationSigners, delegationToDo, dsRecords } from "./dns/delegation";
import { BELOW_PARENT_RULE, liesBelow } from "./dns/limits";
import { recordBody, type Examine } from "./dns/record-body";
import { checkRecords } from "./dns/record-rules";
import {
  isOfRecord,
  isPlainTarget,
  RECORD_DEFAULTS,
  type CnameTarget,
  type DnsRecordSet,
} from "./dns/records";
import { gated } from "./gateway/checks";
import { checkSubscription, checkText, requireValid } from "./validation";

export type {
  CaaPolicy,
  CnameTarget,
  DelegationSigner,
  DnsRecord,
  DnsRecordSet,
  NaptrRule,
} from "./dns/records";
export { ownershipProof } from "./dns/records";

/** Where a zone that stands already is found. */
export interface ZonePlace {
  readonly domain: string;
  readonly resourceGroupName: string;
  /**
   * Subscription of the zone, in the same tenant. Whoever deploys signs in to it by the environment, as with `az login`,
   * or ARM_ variables: what the stack configures of azure-native does not hold there. The one that is deployed to stays
   * unnamed: records that stand there already are refused to whoever comes by another way.
   * @default the one that is deployed to
   */
  readonly subscriptionId?: string;
}

/** A zone above a new one, which delegates to it. One of the same program is what the new zone has to depend on. */
export interface ParentZone extends ZonePlace {
  /**
   * Whether it says by a DS record that the new zone is signed, where it is. The parent must be signed itself. To switch
   * signing off, set this to false first, and wait for an hour, the time to live of the record: resolvers that still
   * hold it take unsigned answers for forged (https://learn.microsoft.com/azure/dns/dnssec-unsign).
   * @default true
   */
  readonly delegationSigner?: boolean;
}

/** A new zone, owned by this stack. */
export interface NewZone {
  readonly kind: "create";
  /** The domain, e.g. `api.example.com`: 2 to 34 labels of at most 63 characters. */
  readonly domain: string;
  readonly resourceGroupName: pulumi.Input<string>;
  /**
   * Whether Azure signs the zone (https://learn.microsoft.com/azure/dns/dnssec). Nobody asks for signatures before the
   * parent has the DS record of {@link DnsZone.delegationSigners}; once it has, signing may be switched off only after
   * that record has gone, and its time to live has passed.
   * @default true
   */
  readonly dnssec?: boolean;
  /** The zone in Azure DNS that delegates to this one. @default somebody else has to: {@link DnsZone.delegation} */
  readonly parent?: ParentZone;
  /** Whether `pulumi destroy` refuses to delete the zone and its signing keys. @default true */
  readonly protect?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A zone that stands already; only the records belong to this stack. */
export interface ExistingZone extends ZonePlace {
  readonly kind: "adopt";
}

export interface DnsZoneArgs {
  readonly zone: NewZone | ExistingZone;
  /**
   * Record sets by a key of your choice, which names the child resource. Let a key stay with its name and type: what two
   * keys exchange stands in Azure already when the first of them is to get it, and is refused. @default none
   */
  readonly records?: Readonly<Record<string, DnsRecordSet>>;
}

/** What {@link DnsZone} assumes where its arguments say nothing. */
const DNS_ZONE_DEFAULTS = { protect: true, dnssec: true, delegationSigner: true } as const;

/**
 * Seconds that resolvers keep what a parent says of its child. No source prescribes them: an hour spares the parent, and
 * is all that a key or a server that changes has to wait for; top-level domains take a day or two.
 */
const DELEGATION_TTL = 3600;

/** The options of what stands in a subscription. */
interface Reached {
  readonly parent: DnsZone;
  readonly provider?: Provider;
  readonly replacementTrigger: string;
}

/**
 * A public DNS zone in Azure DNS with its records; created, or adopted where it stands already.
 *
 * @example
 * ```ts
 * new DnsZone("contoso", {
 *   zone: { kind: "adopt", domain: "contoso.com", resourceGroupName: "rg-dns" },
 *   records: { shop: { name: "shop", type: "CNAME", target: "shops.fabrikam.com" } },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 * @throws pulumi.RunError (through the inputs of records) with the problems of what is known later only
 */
export class DnsZone extends pulumi.ComponentResource {
  /** The domain. */
  readonly domain: string;
  /** The name servers that the parent domain must delegate to. */
  readonly nameServers: pulumi.Output<string[]>;
  /** The zone, where this stack owns it. */
  readonly zone: dns.Zone | undefined;
  /** What the parent must say of the signing key, as `<key tag> <algorithm> <digest type> <digest>`; where it is signed. */
  readonly delegationSigners: pulumi.Output<string[]> | undefined;
  /** What a person has to do so that the zone is found; absent where this stack, or somebody before it, has done it. */
  readonly delegation: pulumi.Output<string> | undefined;

  private readonly dnssec: dns.DnssecConfig | undefined;
  /** What stands before this component, and so before what it looks up. */
  private readonly before: pulumi.ComponentResourceOptions["dependsOn"];

  constructor(
    private readonly zoneName: string,
    args: DnsZoneArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:DnsZone", zoneName, {}, opts);
    requireValid(this, "DnsZone", zoneName, validateDnsZone(args));
    this.before = opts?.dependsOn;

    const { zone } = args;
    this.domain = zone.domain;
    if (zone.kind === "create") {
      this.zone = this.createZone(zone);
      this.dnssec = (zone.dnssec ?? DNS_ZONE_DEFAULTS.dnssec) ? this.sign(this.zone, zone) : undefined;
      this.nameServers = this.zone.nameServers;
      this.delegationSigners = this.dnssec?.signingKeys.apply(delegationSigners);
      if (zone.parent) this.delegate(zone.parent, this.nameServers);
      else this.delegation = delegationToDo(zone.domain, this.nameServers, this.delegationSigners);
      this.createRecordSets(args, this.reach({}));
    } else {
      const reached = this.reach(zone);
      this.nameServers = this.lookUp(zone, reached).nameServers;
      this.createRecordSets(args, reached);
    }
    this.registerOutputs({
      domain: this.domain,
      nameServers: this.nameServers,
      ...(this.delegationSigners && { delegationSigners: this.delegationSigners }),
      ...(this.delegation && { delegation: this.delegation }),
    });
  }

  private createZone({ domain, resourceGroupName, protect, tags }: NewZone): dns.Zone {
    return new dns.Zone(
      `${this.zoneName}-zone`,
      { zoneName: domain, resourceGroupName, location: "global", tags },
      { parent: this, protect: protect ?? DNS_ZONE_DEFAULTS.protect },
    );
  }

  private sign(zone: dns.Zone, { resourceGroupName, protect }: NewZone): dns.DnssecConfig {
    return new dns.DnssecConfig(
      `${this.zoneName}-dnssec`,
      { zoneName: zone.name, resourceGroupName },
      { parent: this, protect: protect ?? DNS_ZONE_DEFAULTS.protect },
    );
  }

  /**
   * The records by which the parent leads here. They name what Azure gave to the zone and its signature, and so go before
   * either: the DS record first, then signing and the name servers, then the zone, which Azure keeps while it is
   * delegated to.
   */
  private delegate(parent: ParentZone, nameServers: pulumi.Output<string[]>): void {
    const reached = this.reach(parent);
    const place = {
      resourceGroupName: parent.resourceGroupName,
      relativeRecordSetName: this.domain.slice(0, -parent.domain.length - 1),
      ttl: DELEGATION_TTL,
    };
    const delegation = new dns.RecordSet(
      `${this.zoneName}-delegation`,
      {
        ...place,
        zoneName: parent.domain,
        recordType: "NS",
        nsRecords: nameServers.apply((servers) => servers.map((nsdname) => ({ nsdname }))),
      },
      reached,
    );
    if (!this.dnssec || !(parent.delegationSigner ?? DNS_ZONE_DEFAULTS.delegationSigner)) return;
    new dns.RecordSet(
      `${this.zoneName}-delegation-signer`,
      {
        ...place,
        zoneName: this.signedParent(parent, reached),
        recordType: "DS",
        dsRecords: this.dnssec.signingKeys.apply(dsRecords),
      },
      { ...reached, dependsOn: delegation },
    );
  }

  /** The parent's domain, once it is known to be signed: Azure refuses a DS record in any other zone. */
  private signedParent(parent: ParentZone, reached: Reached): pulumi.Output<string> {
    return this.lookUp(parent, reached).apply(({ signingKeys }) => {
      if ((signingKeys as readonly unknown[] | undefined)?.length) return parent.domain;
      const issue = {
        path: "zone.parent",
        rule: "a DS record stands in a zone that is signed with DNSSEC, and this parent is not",
        received: received(parent.domain),
        fix: "sign the parent, or set delegationSigner to false",
      };
      throw new pulumi.RunError(formatIssues(`DnsZone "${this.zoneName}" is not valid`, [issue]));
    });
  }

  private lookUp(
    { domain, resourceGroupName }: ZonePlace,
    { parent, provider }: Reached,
  ): pulumi.Output<dns.GetZoneResult> {
    return dns.getZoneOutput(
      { zoneName: domain, resourceGroupName },
      { parent, provider, dependsOn: this.before },
    );
  }

  /**
   * Another subscription is reached by a provider of its own. When another one takes its place, azure-native sees no
   * difference, and the record sets would stay where they are: so they are told to be replaced.
   */
  private reach({ subscriptionId }: Partial<ZonePlace>): Reached {
    if (subscriptionId === undefined) return { parent: this, replacementTrigger: "own subscription" };
    const provider = new Provider(
      `${this.zoneName}-subscription-${subscriptionId}`,
      { subscriptionId },
      { parent: this },
    );
    return { parent: this, provider, replacementTrigger: subscriptionId };
  }

  /** Those first that others are aliases of. */
  private createRecordSets({ zone, records = {} }: DnsZoneArgs, reached: Reached): void {
    const created = new Map<string, dns.RecordSet>();
    const refersToOther = (record: DnsRecordSet) => Number("alias" in record && isOfRecord(record.alias));
    const inOrder = Object.entries(records).sort(([, a], [, b]) => refersToOther(a) - refersToOther(b));
    for (const [key, record] of inOrder) {
      const args: dns.RecordSetArgs = {
        // The output of an own zone, so that its records wait for it.
        zoneName: this.zone?.name ?? zone.domain,
        resourceGroupName: zone.resourceGroupName,
        relativeRecordSetName: record.name,
        recordType: record.type,
        ttl: record.ttl ?? RECORD_DEFAULTS.ttl,
        ...recordBody(record, this.examine(key), (other) => created.get(other)?.id ?? ""),
      };
      const childName = (ofKey: string) => `${this.zoneName}-record-${ofKey}`;
      const aliases = record.formerKey === undefined ? [] : [{ name: childName(record.formerKey) }];
      const opts = { ...reached, dependsOn: this.standsBefore(record), aliases };
      created.set(key, new dns.RecordSet(childName(key), args, opts));
    }
  }

  /** What is known later passes the checks that the rest has passed already. */
  private examine(key: string): Examine {
    return (path, text, check) => {
      const place = `records.${key}.${path}`;
      return isLate(text)
        ? gated(`DnsZone "${this.zoneName}" is not valid`, text, (known) => check(place, known))
        : text;
    };
  }

  /** What has to stand before a record, and to go after it. */
  private standsBefore(record: DnsRecordSet): pulumi.Resource[] {
    if (record.type === "DS") return this.dnssec ? [this.dnssec] : [];
    if (record.type === "CNAME" && "target" in record) return ownersBefore(record.target);
    return [];
  }
}

/** The owner of a name that others could take as soon as it is deleted. */
function ownersBefore(target: CnameTarget): pulumi.Resource[] {
  if (isPlainTarget(target) || !("owner" in target) || target.owner === "this program") return [];
  return [target.owner];
}

/** Every problem of the arguments of a {@link DnsZone}. */
export function validateDnsZone({ zone, records = {} }: DnsZoneArgs): Issue[] {
  const signed = zone.kind === "create" ? (zone.dnssec ?? DNS_ZONE_DEFAULTS.dnssec) : undefined;
  return [
    ...checkPlace("zone", zone),
    ...(zone.kind === "create" && zone.parent ? checkParent(zone.domain, zone.parent) : []),
    ...checkRecords(records, { domain: zone.domain, signed }),
  ];
}

function checkPlace(path: string, zone: NewZone | ZonePlace): Issue[] {
  const { resourceGroupName } = zone;
  const issues: Issue[] =
    typeof resourceGroupName === "string"
      ? checkText(`${path}.resourceGroupName`, resourceGroupName, {
          what: "a resource group's name",
          ...RESOURCE_GROUP,
        })
      : [];
  // https://learn.microsoft.com/azure/dns/dns-zones-records#dns-zones
  if (!isName(zone.domain, { least: 2, most: 34 })) {
    issues.push({
      path: `${path}.domain`,
      rule: "a DNS zone has 2 to 34 labels of 1 to 63 letters, digits and hyphens, joined by dots",
      received: received(zone.domain),
      fix: nameFix(zone.domain, "give the domain without protocol and trailing dot, e.g. contoso.com"),
    });
  }
  if ("subscriptionId" in zone) {
    issues.push(...checkSubscription(`${path}.subscriptionId`, zone.subscriptionId));
  }
  return issues;
}

function checkParent(domain: string, parent: ParentZone): Issue[] {
  return [
    ...checkPlace("zone.parent", parent),
    ...(liesBelow(domain, parent.domain)
      ? []
      : [{ path: "zone.parent.domain", ...BELOW_PARENT_RULE, received: received(parent.domain) }]),
  ];
}
