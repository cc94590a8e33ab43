import { claimableName } from "./azure-names";
import { received, type Issue } from "../../validation/issue";
import { isLate } from "../../workflow/json";
import { checkReason } from "../validation";
import { isName, nameFix } from "./checks";
import { isTtl, liesBelow, NAME_LENGTH, RECORDS_PER_SET, TTL, TXT_LENGTH } from "./limits";
import { caaRecords, recordBody, type Examine } from "./record-body";
import { isOfRecord, isPlainTarget, type DnsRecord, type DnsRecordSet } from "./records";

/** What the zone that records stand in says of them. */
export interface ZoneOfRecords {
  readonly domain: string;
  /** Whether it is signed, where that is known. */
  readonly signed: boolean | undefined;
}

/** Every problem of record sets that is known now. */
export function checkRecords(records: Readonly<Record<string, DnsRecordSet>>, zone: ZoneOfRecords): Issue[] {
  return [
    ...Object.entries(records).flatMap(([key, record]) => {
      const path = `records.${key}`;
      return [
        ...checkName(path, record, zone),
        ...checkTtl(`${path}.ttl`, record.ttl),
        ...checkCount(path, record),
        ...checkNumbers(path, record),
        ...checkTarget(path, record),
        ...checkTexts(path, record),
        ...checkSigned(path, record, zone),
        ...checkAlias(path, record, records, zone),
      ];
    }),
    ...checkTogether(records),
  ];
}

/** @param ttl absent where the default holds */
function checkTtl(path: string, ttl: number | undefined): Issue[] {
  if (ttl === undefined || isTtl(ttl)) return [];
  return [
    {
      path,
      rule: `a time to live is ${TTL.least} to ${TTL.most} seconds`,
      received: received(ttl),
      fix: "give whole seconds, e.g. 300",
    },
  ];
}

/** The form of a name, and what its type makes of it. */
function checkName(path: string, { name, type }: DnsRecordSet, { domain }: ZoneOfRecords): Issue[] {
  const isWildcard = /^\*(?:\.|$)/.test(name);
  const isRelative = isName(name.replace(/^\*(?=\.|$)/, "any"), { least: 1, most: 33 });
  if (name !== "@" && (!isRelative || liesBelow(`.${name}`, domain))) {
    return [
      {
        path: `${path}.name`,
        rule: "a record name is relative to the zone: labels joined by dots, @ for the zone itself",
        received: received(name),
        fix: nameFix(name, "leave the domain out, e.g. api"),
      },
    ];
  }
  if (name !== "@" && name.length + 1 + domain.length > NAME_LENGTH) {
    return [
      {
        path: `${path}.name`,
        rule: `a record name has at most ${NAME_LENGTH} characters with its zone (RFC 1035)`,
        received: received(name),
        fix: "shorten it",
      },
    ];
  }
  if (type === "CNAME" && name === "@") {
    return [
      {
        path: `${path}.type`,
        rule: "the zone itself cannot be a CNAME (RFC 1034: it holds SOA and NS)",
        fix: "use a name below the zone, e.g. api; or an alias of type A or AAAA",
      },
    ];
  }
  // Azure creates NS of the zone itself with the zone; DS stands in the parent (RFC 4035).
  if ((type === "NS" || type === "DS") && (name === "@" || isWildcard)) {
    return [
      {
        path: `${path}.name`,
        rule: `${type} records are of a name below the zone that is delegated, without wildcard`,
        received: received(name),
        fix: "name the delegated child, e.g. dev",
      },
    ];
  }
  // https://learn.microsoft.com/azure/dns/dns-zones-records#srv-records, and RFC 6698
  const first = type === "SRV" ? /^_[^.]+\._[^.]+/ : type === "TLSA" ? /^_\d{1,5}\._[^.]+/ : undefined;
  if (first === undefined || first.test(name)) return [];
  const words = type === "SRV" ? "service and protocol, e.g. _sip._tcp" : "port and protocol, e.g. _443._tcp";
  return [
    {
      path: `${path}.name`,
      rule: `the name of a ${type} record begins with ${words}`,
      received: received(name),
      fix: "put them before the name, each with an underscore",
    },
  ];
}

/** The records of a set, and where they stand; an alias has none. */
function entriesOf(record: DnsRecord): readonly [key: string, entries: readonly unknown[]] | undefined {
  if ("alias" in record) return undefined;
  switch (record.type) {
    case "A":
    case "AAAA":
      return ["addresses", record.addresses];
    case "CAA":
      return ["issuers", caaRecords(record, (_, text) => text)];
    case "CNAME":
      return undefined;
    case "DS":
      return ["signers", record.signers];
    case "MX":
      return ["exchanges", record.exchanges];
    case "NAPTR":
      return ["rules", record.rules];
    case "NS":
      return ["nameServers", record.nameServers];
    case "PTR":
      return ["names", record.names];
    case "SRV":
      return ["services", record.services];
    case "TLSA":
      return ["associations", record.associations];
    case "TXT":
      return ["values", record.values];
  }
}

function checkCount(path: string, record: DnsRecordSet): Issue[] {
  const [key, entries] = entriesOf(record) ?? [];
  if (key === undefined || entries === undefined) return [];
  const most = record.type === "TXT" ? RECORDS_PER_SET.TXT : RECORDS_PER_SET.other;
  const known = entries.filter((entry) => !containsLate(entry)).map((entry) => JSON.stringify(entry));
  return [
    ...(entries.length >= 1 && entries.length <= most
      ? []
      : [
          {
            path: `${path}.${key}`,
            rule: `a record set of type ${record.type} has 1 to ${most} records`,
            received: received(entries.length),
            fix: entries.length === 0 ? "remove the record set, or give it records" : "remove some",
          },
        ]),
    ...(new Set(known).size === known.length
      ? []
      : [
          {
            path: `${path}.${key}`,
            rule: "a record set has each record once",
            fix: "remove the one that stands there again",
          },
        ]),
  ];
}

function containsLate(entry: unknown): boolean {
  return isLate(entry) || (typeof entry === "object" && entry !== null && Object.values(entry).some(isLate));
}

const WORD = 65_535;
const BYTE = 255;

/** Most of each number; the least is 0. RFC 1035, 2782, 3403, 4034 and 6698. */
const NUMBERS: Readonly<Partial<Record<DnsRecord["type"], Readonly<Record<string, number>>>>> = {
  DS: { keyTag: WORD, algorithm: BYTE, digestType: BYTE },
  MX: { preference: WORD },
  NAPTR: { order: WORD, preference: WORD },
  SRV: { priority: WORD, weight: WORD, port: WORD },
  TLSA: { usage: 3, selector: 1, matchingType: 2 },
};

function checkNumbers(path: string, record: DnsRecordSet): Issue[] {
  const [key, entries] = entriesOf(record) ?? [];
  return (entries ?? []).flatMap((entry, index) =>
    Object.entries(NUMBERS[record.type] ?? {}).flatMap(([property, most]) => {
      const value = (entry as Readonly<Record<string, unknown>>)[property];
      if (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most) return [];
      return [
        {
          path: `${path}.${key ?? ""}[${index}].${property}`,
          rule: `${property} is a whole number, 0 to ${most}`,
          received: received(value),
          fix: `give one of these, as the RFC of ${record.type} records says`,
        },
      ];
    }),
  );
}

/** That somebody else's name is trusted is said why, and a name that nobody reserves has an owner to wait for. */
function checkTarget(path: string, record: DnsRecordSet): Issue[] {
  if (record.type !== "CNAME" || "alias" in record || isPlainTarget(record.target)) return [];
  const { target } = record;
  if ("external" in target) {
    return checkReason(
      `${path}.target.external.because`,
      target.external.because,
      "a name that this program does not own",
      "give the owner of the name",
    );
  }
  if (target.owner !== "this program" || claimableName(target.hostName)?.reserved === true) return [];
  return [
    {
      path: `${path}.target.owner`,
      rule: "the record of a name that Azure reserves for nobody waits for the resource that has it",
      received: received(target.hostName),
      fix: "give that resource as the owner",
    },
  ];
}

/** What is wrong with texts that are known; the others are examined when they are consumed. */
function checkTexts(path: string, record: DnsRecordSet): Issue[] {
  const issues: Issue[] = [];
  let length = 0;
  const examine: Examine = (place, text, check) => {
    if (typeof text !== "string") return text;
    length += text.length;
    issues.push(...check(`${path}.${place}`, text));
    return text;
  };
  recordBody(record, examine, (key) => key);
  if (record.type === "TXT" && issues.length === 0 && length > TXT_LENGTH.set) {
    issues.push({
      path: `${path}.values`,
      rule: `the values of a TXT record set have at most ${TXT_LENGTH.set} characters together`,
      received: received(length),
      fix: "split them over several names",
    });
  }
  return issues;
}

/** https://learn.microsoft.com/azure/dns/dns-zones-records#ds-records and #tlsa-records */
function checkSigned(path: string, { type }: DnsRecordSet, { signed }: ZoneOfRecords): Issue[] {
  if (signed !== false || (type !== "DS" && type !== "TLSA")) return [];
  return [
    {
      path: `${path}.type`,
      rule: `${type} records stand in a zone that is signed with DNSSEC: else nobody could trust them`,
      fix: "sign the zone (dnssec), or remove the record set",
    },
  ];
}

/** An alias of a record set: of the same component by its key, or by an id that names the zone. */
function checkAlias(
  path: string,
  record: DnsRecordSet,
  records: Readonly<Record<string, DnsRecordSet>>,
  { domain }: ZoneOfRecords,
): Issue[] {
  if (!("alias" in record)) return [];
  if (isOfRecord(record.alias)) {
    const target = records[record.alias.record];
    if (target?.type === record.type && !("alias" in target && isOfRecord(target.alias))) return [];
    return [
      {
        path: `${path}.alias.record`,
        rule: `an alias refers to the key of a record set of its own type, ${record.type}, that is not such an alias itself`,
        received: received(record.alias.record),
        fix: "name another key, or give the ARM id of what it refers to",
      },
    ];
  }
  const id = typeof record.alias === "string" ? record.alias : "";
  const [, zone] = /\/dnsZones\/([^/]+)\//i.exec(id) ?? [];
  if (zone === undefined || zone.toLowerCase() === domain.toLowerCase()) return [];
  return [
    {
      path: `${path}.alias`,
      // https://learn.microsoft.com/azure/dns/dns-alias#capabilities
      rule: "an alias refers to a record set of its own zone only",
      received: received(zone),
      fix: `let a CNAME lead there, or name a record set of ${domain}`,
    },
  ];
}

/** Names differ in more than their case (RFC 4343). */
function checkTogether(records: Readonly<Record<string, DnsRecordSet>>): Issue[] {
  const typesByName = new Map<string, string[]>();
  for (const { name, type } of Object.values(records)) {
    const key = name.toLowerCase();
    typesByName.set(key, [...(typesByName.get(key) ?? []), type]);
  }
  return [...typesByName]
    .filter(
      ([, types]) => types.length > 1 && (types.includes("CNAME") || new Set(types).size < types.length),
    )
    .map(([name, types]) => ({
      path: "records",
      rule: `the name ${name} has ${types.join(" and ")}: a CNAME stands alone (RFC 1034), and a type is given once`,
      fix: "merge the record sets, or choose another name",
    }));
}
