import { isIPv4, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { received, type Issue } from "../../validation/issue";
import { resourceIdPattern } from "../../validation/resource-id";
import { claimableName } from "./azure-names";
import { CERTIFICATE_ISSUER, INCIDENT_ADDRESS, NAME_LENGTH, TXT_LENGTH } from "./limits";

/** What is wrong with a text, once it is known. */
export type Check = (path: string, text: string) => readonly Issue[];

/** One label of a name; underscores are for names that are no hosts, as those of services. */
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i;

/** Whether a text is a name of labels, without a dot at its end: RFC 1035, 253 characters and 63 a label. */
export function isName(name: string, labels: { readonly least: number; readonly most: number }): boolean {
  const parts = name.split(".");
  return (
    name.length <= NAME_LENGTH &&
    parts.length >= labels.least &&
    parts.length <= labels.most &&
    parts.every((label) => LABEL.test(label))
  );
}

/** How a name is mended: one with other letters than those of ASCII is written otherwise (RFC 5891). */
export function nameFix(name: string, otherwise: string): string {
  const ascii = domainToASCII(name);
  return ascii === "" || /^\p{ASCII}*$/u.test(name) ? otherwise : `write it in ASCII, as ${ascii}`;
}

/** A name that a record leads to; a dot at its end changes nothing. */
export function checkHostName(path: string, name: string): Issue[] {
  if (isName(name.replace(/\.$/, ""), { least: 1, most: 127 }) && !isIPv4(name)) return [];
  return [
    {
      path,
      rule: "a record leads to a host name: labels of 1 to 63 letters, digits and hyphens, joined by dots",
      received: received(name),
      fix: nameFix(
        name,
        "give the name without protocol, port and path; an address stands in an A or AAAA record",
      ),
    },
  ];
}

/** The same of a record that may say by a dot alone that there is none (RFC 2782, 3403 and 7505). */
export function checkHostNameOrNone(path: string, name: string): Issue[] {
  return name === "." ? [] : checkHostName(path, name);
}

/** A name that stands alone as the target of a CNAME is none that anybody could claim. */
export function checkCname(path: string, name: string): Issue[] {
  const claimable = claimableName(name);
  if (claimable === undefined) return checkHostName(path, name);
  return [
    {
      path,
      rule: `a name of ${claimable.service} is anybody's once its owner is deleted, and the domain's visitors with it`,
      received: received(name),
      fix: "give { hostName, owner } with the resource that has the name, or { hostName, external: { because } }",
    },
  ];
}

export function checkAddress(path: string, address: string, type: "A" | "AAAA"): Issue[] {
  const [version, isAddress] = type === "A" ? (["IPv4", isIPv4] as const) : (["IPv6", isIPv6] as const);
  if (isAddress(address)) return [];
  return [
    {
      path,
      rule: `a record of type ${type} has an ${version} address`,
      received: received(address),
      fix: `write an ${version} address; a name stands in a CNAME record`,
    },
  ];
}

/** Who may be an alias of what: https://learn.microsoft.com/azure/dns/dns-alias#capabilities */
export function checkAliasTarget(path: string, id: string, type: "A" | "AAAA" | "CNAME"): Issue[] {
  const names = [
    "Microsoft.Network/trafficManagerProfiles",
    "Microsoft.Network/frontDoors",
    "Microsoft.Cdn/profiles/endpoints",
    "Microsoft.Cdn/profiles/afdEndpoints",
    `Microsoft.Network/dnsZones/${type}`,
    ...(type === "CNAME" ? [] : ["Microsoft.Network/publicIPAddresses"]),
  ];
  if (names.some((name) => resourceIdPattern(name).test(id))) return [];
  const addresses = type === "CNAME" ? "" : "a public IP address, ";
  return [
    {
      path,
      rule: `an alias of type ${type} refers to ${addresses}a Traffic Manager profile, an endpoint of Front Door or CDN, or a record set of type ${type} in its zone`,
      received: received(id),
      fix: "give the ARM id of one of these; to what has a host name alone, a CNAME leads",
    },
  ];
}

/** @param bytes how many the digest has; absent where nobody says */
export function checkHex(path: string, text: string, bytes: number | undefined): Issue[] {
  if (/^(?:[\da-f]{2})+$/i.test(text) && (bytes === undefined || text.length === 2 * bytes)) return [];
  return [
    {
      path,
      rule:
        bytes === undefined
          ? "a digest has hexadecimal digits, two for each byte"
          : `a digest by this algorithm has ${2 * bytes} hexadecimal digits`,
      received: received(text),
      fix: "write the whole of it, without spaces and colons",
    },
  ];
}

export function checkIssuer(path: string, domain: string): Issue[] {
  return checkForm(path, domain, "an issuer of certificates", CERTIFICATE_ISSUER);
}

export function checkIncidentAddress(path: string, address: string): Issue[] {
  return checkForm(path, address, "where incidents are reported", INCIDENT_ADDRESS);
}

export function checkTxt(path: string, text: string): Issue[] {
  if (text.length >= 1 && text.length <= TXT_LENGTH.set) return [];
  return [
    {
      path,
      rule: `a TXT record has 1 to ${TXT_LENGTH.set} characters`,
      received: received(text.length),
      fix: "split it over several names, or remove the record",
    },
  ];
}

function checkForm(
  path: string,
  text: string,
  what: string,
  { pattern, words }: { readonly pattern: RegExp; readonly words: string },
): Issue[] {
  if (pattern.test(text)) return [];
  return [{ path, rule: `${what} is ${words}`, received: received(text), fix: `write ${words}` }];
}
