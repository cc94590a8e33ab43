import { isIPv4, isIPv6 } from "node:net";
import { AzureError } from "../errors";
import type { Json, Properties, TypeModule } from "../resource-type";
import {
  at,
  badRequest,
  EXAMPLE_GROUP,
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
const given = [EXAMPLE_GROUP, { token: ZONE, inputs: zone }];
const RECORDS = "https://learn.microsoft.com/azure/dns/dns-zones-records";

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
      ],
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
            const zoneId = write.id.split("/").slice(0, -2).join("/");
            const rivals = others(write, azure, RECORD_SET).filter(
              ({ id }) =>
                same(id.split("/").slice(0, -2).join("/"), zoneId) && same(nameOf(id), nameOf(write.id)),
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
          refused: { inputs: txt("x".repeat(256)) },
          check: ({ inputs }) => {
            const records = items(inputs, "txtRecords").map((record) => texts(record, "value"));
            const long = records.some(
              (strings) => strings.some((part) => part.length > 255) || strings.join("").length > 4096,
            );
            return long
              ? badRequest(
                  "The TXT record is invalid: each string has at most 255 characters, a record at most 4096.",
                )
              : undefined;
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
        return { ...found.outputs, id: found.id, numberOfRecordSets: count };
      },
    },
  ],
};
