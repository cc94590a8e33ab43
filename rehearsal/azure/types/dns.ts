import { createHash } from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import { AzureError } from "../errors";
import type { Json, Properties, StoredResource, TypeModule } from "../resource-type";
import {
  at,
  badRequest,
  EXAMPLE_GROUP,
  exampleId,
  guidOf,
  items,
  nameOf,
  number,
  others,
  rule,
  same,
  text,
  texts,
} from "./common";
import { nameAndType } from "./derived";

const ZONE = "azure-native:dns:Zone";
const RECORD_SET = "azure-native:dns:RecordSet";
const DNSSEC = "azure-native:dns:DnssecConfig";

/** Which property holds the records of a type: https://learn.microsoft.com/rest/api/dns/record-sets/create-or-update */
const BODIES: Readonly<Record<string, string>> = {
  A: "aRecords",
  AAAA: "aaaaRecords",
  CAA: "caaRecords",
  CNAME: "cnameRecord",
  DS: "dsRecords",
  MX: "mxRecords",
  NAPTR: "naptrRecords",
  NS: "nsRecords",
  PTR: "ptrRecords",
  SOA: "soaRecord",
  SRV: "srvRecords",
  TLSA: "tlsaRecords",
  TXT: "txtRecords",
};

const zone = { resourceGroupName: "rg-example", zoneName: "example.com", location: "global" };
const cname: Properties = {
  resourceGroupName: "rg-example",
  zoneName: "example.com",
  relativeRecordSetName: "api",
  recordType: "CNAME",
  ttl: 300,
  cnameRecord: { cname: "apim-example.azure-api.net" },
};
const txt = (...value: readonly string[]): Properties => ({
  resourceGroupName: "rg-example",
  zoneName: "example.com",
  relativeRecordSetName: "verify",
  recordType: "TXT",
  ttl: 300,
  txtRecords: [{ value: [...value] }],
});
const caa = (flags: number): Properties => ({
  resourceGroupName: "rg-example",
  zoneName: "example.com",
  relativeRecordSetName: "@",
  recordType: "CAA",
  ttl: 300,
  caaRecords: [{ flags, tag: "issue", value: "digicert.com" }],
});
const addresses = (ipv4Address: string): Properties => ({
  resourceGroupName: "rg-example",
  zoneName: "example.com",
  relativeRecordSetName: "@",
  recordType: "A",
  ttl: 300,
  aRecords: [{ ipv4Address }],
});
const delegation = (nsdname: string): Properties => ({
  resourceGroupName: "rg-example",
  zoneName: "example.com",
  relativeRecordSetName: "child",
  recordType: "NS",
  ttl: 3600,
  nsRecords: [{ nsdname }],
});
const ds: Properties = {
  resourceGroupName: "rg-example",
  zoneName: "example.com",
  relativeRecordSetName: "child",
  recordType: "DS",
  ttl: 3600,
  dsRecords: [{ keyTag: 26_767, algorithm: 13, digest: { algorithmType: 2, value: "0B".repeat(32) } }],
};
const recordId = (path: string) => exampleId(`Microsoft.Network/dnsZones/example.com/${path}`);
const alias = (recordType: string, id: string): Properties => ({
  resourceGroupName: "rg-example",
  zoneName: "example.com",
  relativeRecordSetName: "alias",
  recordType,
  ttl: 300,
  targetResource: { id },
});
const given = [EXAMPLE_GROUP, { token: ZONE, inputs: zone }];
const givenTarget = [
  ...given,
  { token: RECORD_SET, inputs: { ...addresses("192.0.2.1"), relativeRecordSetName: "target" } },
];
const RECORDS = "https://learn.microsoft.com/azure/dns/dns-zones-records";
const ALIASES = "https://learn.microsoft.com/azure/dns/dns-alias";

/** Most records of a set, and most alias record sets that lead to one resource. */
const LIMITS = { records: 20, txtRecords: 400, aliases: 50 } as const;

/** Which types of record may be an alias of what, by the form of the target's id; one of a record set has its type. */
const ALIAS_TARGETS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\/providers\/Microsoft\.Network\/publicIPAddresses\/[^/]+$/i, ["A", "AAAA"]],
  [/\/providers\/Microsoft\.Network\/trafficManagerProfiles\/[^/]+$/i, ["A", "AAAA", "CNAME"]],
  [/\/providers\/Microsoft\.Network\/frontDoors\/[^/]+$/i, ["A", "AAAA", "CNAME"]],
  [
    /\/providers\/Microsoft\.Cdn\/profiles\/[^/]+\/(?:endpoints|afdEndpoints)\/[^/]+$/i,
    ["A", "AAAA", "CNAME"],
  ],
  [/\/providers\/Microsoft\.Network\/dnsZones\/[^/]+\/A\/[^/]+$/i, ["A"]],
  [/\/providers\/Microsoft\.Network\/dnsZones\/[^/]+\/AAAA\/[^/]+$/i, ["AAAA"]],
  [/\/providers\/Microsoft\.Network\/dnsZones\/[^/]+\/CNAME\/[^/]+$/i, ["CNAME"]],
];

/** The zone of a record set, by its id. */
function zoneOf(recordSetId: string): string {
  return recordSetId.split("/").slice(0, -2).join("/");
}

const CHILD_ZONE: Properties = {
  resourceGroupName: "rg-example",
  zoneName: "child.example.com",
  location: "global",
};
const CHILD_ZONE_ID = exampleId("Microsoft.Network/dnsZones/child.example.com");

/** One label of a name: letters, digits, underscores, and hyphens inside. */
const LABEL = /^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$/;

function isDomainName(name: string, labels: { readonly min: number; readonly max: number }): boolean {
  const parts = name.split(".");
  const length = parts.length >= labels.min && parts.length <= labels.max && name.length <= 253;
  return length && parts.every((part) => LABEL.test(part));
}

/** A name relative to the zone: `@`, labels, or a wildcard in the first place. */
function isRelativeName(name: string): boolean {
  return name === "@" || isDomainName(name.replace(/^\*(?=\.|$)/, "wildcard"), { min: 1, max: 33 });
}

function nameServers(zoneId: string): readonly string[] {
  // Azure spreads zones over groups of servers; the group is part of the name.
  const group = (Number.parseInt(guidOf(`dns:${zoneId}`).slice(0, 4), 16) % 100).toString().padStart(2, "0");
  return ["com", "net", "org", "info"].map((top, index) => `ns${index + 1}-${group}.azure-dns.${top}.`);
}

function zoneOutputs(id: string, inputs: Properties): Properties {
  return {
    name: nameOf(id),
    type: "Microsoft.Network/dnszones",
    zoneType: inputs.zoneType ?? "Public",
    nameServers: [...nameServers(id)],
    maxNumberOfRecordSets: 10_000,
    // SOA and NS of the new zone. Azure counts on; a zone that is not written again keeps this number here.
    numberOfRecordSets: 2,
  };
}

/**
 * The keys that sign a zone: one that signs its records, and one that signs the keys, which the parent names by a DS
 * record. They are made with ECDSAP256SHA256, which is 13: https://learn.microsoft.com/azure/dns/dnssec
 */
function signingKeys(zoneId: string): Json[] {
  const key = (role: "records" | "keys") => {
    const hex = createHash("sha256").update(`${role}:${zoneId.toLowerCase()}`).digest("hex").toUpperCase();
    const keyTag = Number.parseInt(hex.slice(0, 4), 16);
    return { hex, common: { protocol: 3, securityAlgorithmType: 13, keyTag, publicKey: hex } };
  };
  const keys = key("keys");
  const signer = {
    digestAlgorithmType: 2,
    digestValue: keys.hex,
    record: `${keys.common.keyTag} 13 2 ${keys.hex}`,
  };
  return [
    { flags: 256, delegationSignerInfo: [], ...key("records").common },
    { flags: 257, delegationSignerInfo: [signer], ...keys.common },
  ];
}

/** Records in the property of their type; a CNAME and a SOA are single. */
function recordsOf(inputs: Properties, body: string): readonly Json[] {
  const single = at(inputs, body);
  return Array.isArray(single) ? single : single === undefined ? [] : [single];
}

/** Public zones, record sets, and the look-up of a zone that exists. */
export const dns: TypeModule = {
  resources: [
    {
      token: ZONE,
      id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/dnsZones/{zoneName}",
      replaceOn: ["location"],
      autoName: { property: "zoneName", kind: "random" },
      minutes: { create: 0.2, delete: 0.2 },
      outputs: ({ id, inputs }) => zoneOutputs(id, inputs),
      creates: ({ id, inputs }) => {
        const place = {
          resourceGroupName: inputs.resourceGroupName ?? null,
          zoneName: inputs.zoneName ?? null,
          relativeRecordSetName: "@",
        };
        const servers = nameServers(id);
        const soaRecord = {
          host: servers[0] ?? "",
          email: "azuredns-hostmaster.microsoft.com",
          serialNumber: 1,
        };
        const nsRecords = servers.map((nsdname) => ({ nsdname }));
        return [
          { token: RECORD_SET, inputs: { ...place, recordType: "SOA", ttl: 3600, soaRecord } },
          { token: RECORD_SET, inputs: { ...place, recordType: "NS", ttl: 172_800, nsRecords } },
        ];
      },
      rules: [
        rule({
          id: "dns-zone-name",
          source:
            "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftnetwork",
          given: [EXAMPLE_GROUP],
          inputs: zone,
          refused: { inputs: { zoneName: "example.com." } },
          check: ({ inputs }) => {
            const name = text(inputs, "zoneName") ?? "";
            if (isDomainName(name, { min: 2, max: 34 })) return undefined;
            return badRequest(
              `The zone name '${name}' is invalid: it has 2 to 34 labels of 1 to 63 characters, and no dot at its end.`,
            );
          },
        }),
        rule({
          id: "dns-zone-location",
          source: "https://learn.microsoft.com/rest/api/dns/zones/create-or-update",
          given: [EXAMPLE_GROUP],
          inputs: zone,
          refused: { inputs: { location: "westeurope" } },
          check: ({ inputs }) => {
            const location = text(inputs, "location") ?? "";
            if (same(location, "global")) return undefined;
            const message = `The provided location '${location}' is not available for resource type 'Microsoft.Network/dnszones'. List of available regions for the resource type is 'global'.`;
            return badRequest(message, "LocationNotAvailableForResourceType");
          },
        }),
        {
          id: "dns-zone-delegated",
          source: "https://github.com/Azure/ARO-HCP/pull/1993",
          check: ({ operation, id, inputs }, azure) => {
            const name = text(inputs, "zoneName") ?? "";
            const isDelegated = (record: StoredResource): boolean =>
              same(text(record.outputs, "fqdn") ?? "", `${name}.`) &&
              !same(zoneOf(record.id), id) &&
              items(record.inputs, "nsRecords").some((server) =>
                nameServers(id).includes(text(server, "nsdname") ?? ""),
              );
            const parent =
              operation === "delete"
                ? azure.all(RECORD_SET).find((record) => isDelegated(record))
                : undefined;
            return parent === undefined
              ? undefined
              : new AzureError(
                  409,
                  "Conflict",
                  `The zone '${name}' cannot be deleted: '${parent.id}' delegates to it.`,
                );
          },
          accepted: {
            given: [...given, { token: RECORD_SET, inputs: delegation("ns1.elsewhere.example.") }],
            operation: "delete",
            previous: CHILD_ZONE,
            inputs: CHILD_ZONE,
          },
          refused: {
            given: [...given, { token: RECORD_SET, inputs: delegation(nameServers(CHILD_ZONE_ID)[0] ?? "") }],
            operation: "delete",
            previous: CHILD_ZONE,
            inputs: CHILD_ZONE,
          },
        },
      ],
    },
    {
      token: DNSSEC,
      id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/dnsZones/{zoneName}/dnssecConfigs/default",
      minutes: { create: 0.5, delete: 0.5 },
      outputs: ({ id }) => ({
        ...nameAndType(id),
        provisioningState: "Succeeded",
        signingKeys: signingKeys(zoneOf(id)),
      }),
    },
    {
      token: RECORD_SET,
      id: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/dnsZones/{zoneName}/{recordType}/{relativeRecordSetName}",
      autoName: { property: "relativeRecordSetName", kind: "copy" },
      minutes: { create: 0.1 },
      outputs: ({ id, inputs }) => {
        const name = nameOf(id);
        const zoneName = text(inputs, "zoneName") ?? "";
        return {
          ...nameAndType(id),
          fqdn: name === "@" ? `${zoneName}.` : `${name}.${zoneName}.`,
          provisioningState: "Succeeded",
        };
      },
      references: ({ targetResource }) => {
        const id = text(targetResource, "id");
        return id === undefined ? [] : [{ property: "targetResource.id", id }];
      },
      rules: [
        rule({
          id: "dns-record-type",
          source: "https://learn.microsoft.com/rest/api/dns/record-sets/create-or-update",
          given,
          inputs: cname,
          refused: { inputs: { recordType: "ALIAS" } },
          check: ({ inputs }) => {
            const type = text(inputs, "recordType") ?? "";
            return type in BODIES ? undefined : badRequest(`The record type '${type}' is not supported.`);
          },
        }),
        rule({
          id: "dns-record-body",
          source: "https://learn.microsoft.com/rest/api/dns/record-sets/create-or-update",
          given,
          inputs: cname,
          refused: { inputs: { aRecords: [{ ipv4Address: "192.0.2.1" }] } },
          check: ({ inputs }) => {
            const type = text(inputs, "recordType") ?? "";
            if (!(type in BODIES)) return undefined;
            const wrong = Object.values(BODIES).find(
              (body) => body !== BODIES[type] && recordsOf(inputs, body).length > 0,
            );
            if (wrong !== undefined)
              return badRequest(`A record set of type '${type}' cannot have ${wrong}.`);
            const none =
              recordsOf(inputs, BODIES[type] ?? "").length === 0 &&
              at(inputs, "targetResource.id") === undefined;
            return none
              ? badRequest(`The record set of type '${type}' has neither records nor a target.`)
              : undefined;
          },
        }),
        rule({
          id: "dns-record-name",
          source: RECORDS,
          given,
          inputs: cname,
          accepted: { inputs: { relativeRecordSetName: "*.api" } },
          refused: { inputs: { relativeRecordSetName: "api.example.com." } },
          check: ({ inputs }) => {
            const name = text(inputs, "relativeRecordSetName") ?? "";
            if (isRelativeName(name)) return undefined;
            return badRequest(
              `The relative record set name '${name}' is invalid: '@', or labels of 1 to 63 characters, without a dot at its end.`,
            );
          },
        }),
        rule({
          id: "dns-record-name-length",
          source: "https://www.rfc-editor.org/rfc/rfc1035",
          given,
          inputs: cname,
          accepted: { inputs: { relativeRecordSetName: Array(4).fill("a".repeat(59)).join(".") } },
          refused: { inputs: { relativeRecordSetName: Array(4).fill("a".repeat(62)).join(".") } },
          check: ({ inputs }) => {
            const name = text(inputs, "relativeRecordSetName") ?? "";
            const full = `${name}.${text(inputs, "zoneName") ?? ""}`;
            if (name === "@" || full.length <= 253) return undefined;
            return badRequest(`The name '${full}' is invalid: with its zone it has at most 253 characters.`);
          },
        }),
        rule({
          id: "dns-record-ttl",
          source: RECORDS,
          given,
          inputs: cname,
          refused: { inputs: { ttl: 0 } },
          check: ({ inputs }) => {
            const ttl = number(inputs, "ttl");
            const valid = ttl !== undefined && Number.isInteger(ttl) && ttl >= 1 && ttl <= 2_147_483_647;
            return valid
              ? undefined
              : badRequest("The TTL is invalid: it is between 1 and 2147483647 seconds.");
          },
        }),
        rule({
          id: "dns-cname-alone",
          source: "https://github.com/rcl-letsencrypt-auto-ssl/Lets-Encrypt-Auto/issues/26",
          given,
          inputs: cname,
          refused: {
            given: [
              ...given,
              { token: RECORD_SET, inputs: { ...addresses("192.0.2.1"), relativeRecordSetName: "api" } },
            ],
          },
          // Every zone has NS and SOA at '@', so that this keeps a CNAME off the apex too.
          check: (write, azure) => {
            const zoneId = zoneOf(write.id);
            const rivals = others(write, azure, RECORD_SET).filter(
              ({ id }) => same(zoneOf(id), zoneId) && same(nameOf(id), nameOf(write.id)),
            );
            const own = write.inputs.recordType === "CNAME";
            if (!rivals.some(({ inputs }) => own || inputs.recordType === "CNAME")) return undefined;
            const message = own
              ? "The CNAME record could not be created because another record with the same name already exists in this zone."
              : "The record could not be created because a CNAME record with the same name already exists in this zone.";
            return new AzureError(409, "Conflict", message);
          },
        }),
        rule({
          id: "dns-cname-target",
          source: "https://github.com/kubernetes-sigs/external-dns/issues/4855",
          given,
          inputs: cname,
          refused: { inputs: { cnameRecord: { cname: "https://apim-example.azure-api.net" } } },
          check: ({ inputs }) => {
            const target = text(inputs, "cnameRecord.cname");
            return target === undefined || isDomainName(target.replace(/\.$/, ""), { min: 1, max: 127 })
              ? undefined
              : badRequest(`The domain name '${target}' is invalid.`);
          },
        }),
        rule({
          id: "dns-addresses",
          source: RECORDS,
          given,
          inputs: addresses("192.0.2.1"),
          refused: { inputs: addresses("apim-example.azure-api.net") },
          check: ({ inputs }) => {
            const wrong =
              items(inputs, "aRecords").find((record) => !isIPv4(text(record, "ipv4Address") ?? "")) ??
              items(inputs, "aaaaRecords").find((record) => !isIPv6(text(record, "ipv6Address") ?? ""));
            return wrong === undefined
              ? undefined
              : badRequest("An IP address of the record set is invalid.");
          },
        }),
        rule({
          id: "dns-txt-length",
          source: `${RECORDS}#txt-records`,
          given,
          inputs: txt("v=spf1 -all"),
          accepted: { inputs: txt("x".repeat(255), "x") },
          refused: { inputs: txt("x".repeat(256)) },
          check: ({ inputs }) => {
            const strings = items(inputs, "txtRecords").flatMap((record) => texts(record, "value"));
            const long = strings.some((part) => part.length > 255) || strings.join("").length > 4096;
            return long
              ? badRequest(
                  "The TXT record set is invalid: each string has at most 255 characters, all of them at most 4096.",
                )
              : undefined;
          },
        }),
        rule({
          id: "dns-records-per-set",
          source: `${RECORDS}#limits`,
          given,
          inputs: cname,
          refused: {
            inputs: {
              ...addresses("192.0.2.1"),
              cnameRecord: null,
              aRecords: Array.from({ length: 21 }, (_, last) => ({ ipv4Address: `192.0.2.${last}` })),
            },
          },
          check: ({ inputs }) => {
            const type = text(inputs, "recordType") ?? "";
            const most = type === "TXT" ? LIMITS.txtRecords : LIMITS.records;
            return recordsOf(inputs, BODIES[type] ?? "").length <= most
              ? undefined
              : badRequest(
                  `The record set has too many records: a set of type '${type}' has at most ${most}.`,
                );
          },
        }),
        rule({
          id: "dns-wildcard",
          source: `${RECORDS}#wildcard-records`,
          given,
          inputs: delegation("ns1.example.net."),
          refused: { inputs: { relativeRecordSetName: "*" } },
          check: ({ inputs }) => {
            const type = text(inputs, "recordType") ?? "";
            const isWildcard = /^\*(?:\.|$)/.test(text(inputs, "relativeRecordSetName") ?? "");
            return isWildcard && (type === "NS" || type === "SOA")
              ? badRequest(`A record set of type '${type}' cannot have a wildcard in its name.`)
              : undefined;
          },
        }),
        rule({
          id: "dns-ds-signed-zone",
          source: `${RECORDS}#ds-records`,
          given: [
            ...given,
            { token: DNSSEC, inputs: { resourceGroupName: "rg-example", zoneName: "example.com" } },
          ],
          inputs: ds,
          refused: { given },
          check: ({ id, inputs }, azure) =>
            inputs.recordType !== "DS" || azure.get(`${zoneOf(id)}/dnssecConfigs/default`) !== undefined
              ? undefined
              : badRequest("A DS record cannot be created in a zone that is not signed with DNSSEC."),
        }),
        rule({
          id: "dns-alias-target",
          source: `${ALIASES}#capabilities`,
          given: givenTarget,
          inputs: alias("A", recordId("A/target")),
          refused: { inputs: alias("CNAME", recordId("A/target")) },
          check: ({ id, inputs }) => {
            const target = text(inputs, "targetResource.id");
            if (target === undefined) return undefined;
            const types = ALIAS_TARGETS.find(([pattern]) => pattern.test(target))?.[1] ?? [];
            const elsewhere = /\/dnsZones\//i.test(target) && !same(zoneOf(target), zoneOf(id));
            return types.includes(text(inputs, "recordType") ?? "") && !elsewhere
              ? undefined
              : badRequest(`A record set of this type cannot be an alias of '${target}'.`);
          },
        }),
        rule({
          id: "dns-aliases-per-resource",
          source: `${RECORDS}#limits`,
          given: givenTarget,
          inputs: alias("A", recordId("A/target")),
          refused: {
            given: [
              ...givenTarget,
              ...Array.from({ length: LIMITS.aliases }, (_, index) => ({
                token: RECORD_SET,
                inputs: { ...alias("A", recordId("A/target")), relativeRecordSetName: `alias-${index}` },
              })),
            ],
          },
          check: (write, azure) => {
            const target = text(write.inputs, "targetResource.id");
            const rivals = others(write, azure, RECORD_SET).filter(
              ({ inputs }) => target !== undefined && same(text(inputs, "targetResource.id") ?? "", target),
            );
            return rivals.length < LIMITS.aliases
              ? undefined
              : badRequest(`At most ${LIMITS.aliases} alias record sets can refer to one resource.`);
          },
        }),
        rule({
          id: "dns-caa",
          source: "https://www.rfc-editor.org/rfc/rfc8659",
          given,
          inputs: caa(0),
          refused: { inputs: caa(256) },
          check: ({ inputs }) => {
            const wrong = items(inputs, "caaRecords").find((record) => {
              const flags = number(record, "flags") ?? -1;
              const tag = /^[A-Za-z0-9]{1,15}$/.test(text(record, "tag") ?? "");
              return (
                !Number.isInteger(flags) ||
                flags < 0 ||
                flags > 255 ||
                !tag ||
                text(record, "value") === undefined
              );
            });
            return wrong === undefined
              ? undefined
              : badRequest("The CAA record is invalid: flags 0 to 255, an alphanumeric tag, and a value.");
          },
        }),
      ],
    },
  ],
  invokes: [
    {
      token: "azure-native:dns:getZone",
      answer: (args, azure) => {
        const group = text(args, "resourceGroupName") ?? "";
        const name = text(args, "zoneName") ?? "";
        const id = `/subscriptions/${azure.subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/dnsZones/${name}`;
        const found = azure.get(id);
        if (found === undefined) {
          const message = `The Resource 'Microsoft.Network/dnszones/${name}' under resource group '${group}' was not found.`;
          throw new AzureError(404, "ResourceNotFound", message);
        }
        const count = azure.below(found.id).filter(({ token }) => token === RECORD_SET).length;
        const signed = azure.get(`${found.id}/dnssecConfigs/default`)?.outputs.signingKeys;
        return {
          ...found.outputs,
          id: found.id,
          numberOfRecordSets: count,
          ...(signed !== undefined && { signingKeys: signed }),
        };
      },
    },
  ],
};
