import type * as dns from "@pulumi/azure-native/dns";
import * as pulumi from "@pulumi/pulumi";
import {
  checkAddress,
  checkAliasTarget,
  checkCname,
  checkHex,
  checkHostName,
  checkHostNameOrNone,
  checkIncidentAddress,
  checkIssuer,
  checkTxt,
  type Check,
} from "./checks";
import { DIGEST_BYTES, TXT_LENGTH } from "./limits";
import { isOfRecord, isPlainTarget, type CaaPolicy, type CnameTarget, type DnsRecord } from "./records";

/** Looks at a text before it is consumed, and gives back what is to be consumed. */
export type Examine = (path: string, text: pulumi.Input<string>, check: Check) => pulumi.Input<string>;

/**
 * What Azure is told of a record set, each text of it examined.
 *
 * @param recordIds the id of the record set with a key, which an alias may name
 */
export function recordBody(
  record: DnsRecord,
  examine: Examine,
  recordIds: (key: string) => pulumi.Input<string>,
): Partial<dns.RecordSetArgs> {
  if ("alias" in record) {
    if (isOfRecord(record.alias)) return { targetResource: { id: recordIds(record.alias.record) } };
    const check: Check = (path, id) => checkAliasTarget(path, id, record.type);
    return { targetResource: { id: examine("alias", record.alias, check) } };
  }
  switch (record.type) {
    case "A":
    case "AAAA":
      return addressBody(record.type, record.addresses, examine);
    case "CAA":
      return { caaRecords: caaRecords(record, examine) };
    case "CNAME":
      return { cnameRecord: { cname: cname(record.target, examine) } };
    case "DS":
      return {
        dsRecords: record.signers.map(({ keyTag, algorithm, digestType, digest }, index) => ({
          keyTag,
          algorithm,
          digest: {
            algorithmType: digestType,
            value: examine(`signers[${index}].digest`, digest, (path, text) =>
              checkHex(path, text, DIGEST_BYTES.DS[digestType]),
            ),
          },
        })),
      };
    case "MX":
      return {
        mxRecords: record.exchanges.map(({ preference, exchange }, index) => ({
          preference,
          exchange: examine(`exchanges[${index}].exchange`, exchange, checkHostNameOrNone),
        })),
      };
    case "NAPTR":
      return {
        naptrRecords: record.rules.map(({ regexp, replacement, ...rule }, index) => ({
          ...rule,
          regexp: regexp ?? "",
          replacement:
            replacement === undefined
              ? "."
              : examine(`rules[${index}].replacement`, replacement, checkHostNameOrNone),
        })),
      };
    case "NS":
      return {
        nsRecords: record.nameServers.map((server, index) => ({
          nsdname: examine(`nameServers[${index}]`, server, checkHostName),
        })),
      };
    case "PTR":
      return {
        ptrRecords: record.names.map((name, index) => ({
          ptrdname: examine(`names[${index}]`, name, checkHostName),
        })),
      };
    case "SRV":
      return {
        srvRecords: record.services.map(({ target, ...service }, index) => ({
          ...service,
          target: examine(`services[${index}].target`, target, checkHostNameOrNone),
        })),
      };
    case "TLSA":
      return {
        tlsaRecords: record.associations.map(({ data, ...association }, index) => ({
          ...association,
          certAssociationData: examine(`associations[${index}].data`, data, (path, text) =>
            checkHex(path, text, DIGEST_BYTES.TLSA[association.matchingType]),
          ),
        })),
      };
    case "TXT":
      return {
        txtRecords: record.values.map((text, index) => ({
          value: inStrings(examine(`values[${index}]`, text, checkTxt)),
        })),
      };
  }
}

function addressBody(
  type: "A" | "AAAA",
  addresses: readonly pulumi.Input<string>[],
  examine: Examine,
): Partial<dns.RecordSetArgs> {
  const check: Check = (path, address) => checkAddress(path, address, type);
  const examined = addresses.map((address, index) => examine(`addresses[${index}]`, address, check));
  return type === "A"
    ? { aRecords: examined.map((ipv4Address) => ({ ipv4Address })) }
    : { aaaaRecords: examined.map((ipv6Address) => ({ ipv6Address })) };
}

/** `;` admits nobody (RFC 8659). */
export function caaRecords({ issuers, wildcardIssuers, reportTo }: CaaPolicy, examine: Examine) {
  const entries = (tag: string, key: string, domains: readonly pulumi.Input<string>[]) =>
    domains.length === 0
      ? [{ flags: 0, tag, value: ";" as pulumi.Input<string> }]
      : domains.map((domain, index) => ({
          flags: 0,
          tag,
          value: examine(`${key}[${index}]`, domain, checkIssuer),
        }));
  return [
    ...entries("issue", "issuers", issuers),
    ...(wildcardIssuers ? entries("issuewild", "wildcardIssuers", wildcardIssuers) : []),
    ...(reportTo === undefined
      ? []
      : [{ flags: 0, tag: "iodef", value: examine("reportTo", reportTo, checkIncidentAddress) }]),
  ];
}

function cname(target: CnameTarget, examine: Examine): pulumi.Input<string> {
  return isPlainTarget(target)
    ? examine("target", target, checkCname)
    : examine("target.hostName", target.hostName, checkHostName);
}

/** A text in the strings that a TXT record is made of. */
function inStrings(text: pulumi.Input<string>): pulumi.Input<string[]> {
  const split = (whole: string): string[] =>
    whole.match(new RegExp(`.{1,${TXT_LENGTH.string}}`, "gs")) ?? [""];
  return typeof text === "string" ? split(text) : pulumi.output(text).apply(split);
}
