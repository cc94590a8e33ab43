/** Seconds that resolvers keep an answer: https://learn.microsoft.com/azure/dns/dns-zones-records#time-to-live */
export const TTL = { least: 1, most: 2_147_483_647 } as const;

/** Whether a number of seconds is a time to live. */
export function isTtl(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= TTL.least && seconds <= TTL.most;
}

/** Most records of a set: https://learn.microsoft.com/azure/dns/dns-zones-records#limits */
export const RECORDS_PER_SET = { TXT: 400, other: 20 } as const;

/** Most characters of a string in a TXT record, and of all strings of a set: .../dns-zones-records#txt-records */
export const TXT_LENGTH = { string: 255, set: 4096 } as const;

/** Bytes of a digest by the number of its algorithm: RFC 4034, 4509 and 6605, and RFC 6698. */
export const DIGEST_BYTES: Readonly<Record<"DS" | "TLSA", Readonly<Record<number, number>>>> = {
  DS: { 1: 20, 2: 32, 4: 48 },
  TLSA: { 1: 32, 2: 64 },
};

/** Most characters of a name with its zone: RFC 1035. */
export const NAME_LENGTH = 253;

/** Who may issue certificates: a domain, which may be followed by what RFC 8659 calls parameters. */
export const CERTIFICATE_ISSUER = {
  pattern: /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]+(?:; ?[a-z0-9]+=[\x21-\x3a\x3c-\x7e]*)*$/i,
  words: "a domain that an authority publishes for CAA records, as digicert.com",
} as const;

/** Where an authority tells of a request that it refused, by RFC 8659. */
export const INCIDENT_ADDRESS = {
  pattern: /^(?:mailto:[^\s@]+@[^\s@]+|https?:\/\/\S+)$/i,
  words: "an address that begins with mailto: or https://",
} as const;

/** Whether a domain lies below another. */
export function liesBelow(domain: string, parent: string): boolean {
  return domain.toLowerCase().endsWith(`.${parent.toLowerCase()}`);
}

/** What must hold between a zone and its parent, in the words of settings and components alike. */
export const BELOW_PARENT_RULE = {
  rule: "must lie above the zone",
  fix: "name a domain that the zone's ends with, e.g. contoso.com for api.contoso.com",
} as const;
