import { isIPv4 } from "node:net";

/** How many addresses a range of IPv4 addresses holds; `undefined` where it is none. */
export function addressesIn(range: string): number | undefined {
  const [, network = "", bits] = /^([\d.]+)\/(\d{1,2})$/.exec(range) ?? [];
  if (bits !== undefined) return isIPv4(network) && Number(bits) <= 32 ? 2 ** (32 - Number(bits)) : undefined;
  const [first = "", last = "", ...rest] = range.split("-");
  if (rest.length > 0 || !isIPv4(first) || !isIPv4(last)) return undefined;
  const count = addressNumber(last) - addressNumber(first) + 1;
  return count >= 1 ? count : undefined;
}

function addressNumber(address: string): number {
  return address.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
}

/** What must hold of a range of addresses, and what to do where it does not. */
export const ADDRESS_RANGE_RULE = {
  rule: "an address range is a.b.c.d/nn or a.b.c.d-e.f.g.h, and not the whole internet",
  fix: "write a single address as a.b.c.d/32",
};

/** Whether a range is one of {@link ADDRESS_RANGE_RULE}. */
export function isAddressRange(range: string): boolean {
  return (addressesIn(range) ?? Infinity) < 2 ** 32;
}

/**
 * The most that a range of callers holds. A gateway has one address in a region, and of its own accord Azure lends nobody
 * a larger block than /28 (https://learn.microsoft.com/azure/virtual-network/ip-services/public-ip-address-prefix).
 */
const MOST_CALLERS = 16;

/** What must hold of a range of callers, and what to do where it does not. */
export const CALLER_RANGE_RULE = {
  rule: `a range of callers is a.b.c.d/nn or a.b.c.d-e.f.g.h, of at most ${MOST_CALLERS} addresses (/28)`,
  fix: "write a single address as a.b.c.d/32, and name what is wider by its parts",
};

/** Whether a range is one of {@link CALLER_RANGE_RULE}. */
export function isCallerRange(range: string): boolean {
  return (addressesIn(range) ?? Infinity) <= MOST_CALLERS;
}

/** What must hold of a range that a Key Vault's firewall lets in, and what to do where it does not. */
export const VAULT_RANGE_RULE = {
  rule: "a range that a vault's firewall lets in is a.b.c.d/nn with public addresses, and not the whole internet",
  fix: "write a single address as a.b.c.d/32; a private network comes in by a private endpoint only",
};

/** The most ranges that a vault's firewall lets in: https://learn.microsoft.com/azure/key-vault/general/network-security */
export const MOST_VAULT_RANGES = 1000;

/** Whether a range is one of {@link VAULT_RANGE_RULE}. RFC 1918 names the private networks. */
export function isVaultRange(range: string): boolean {
  return (
    range.includes("/") &&
    isAddressRange(range) &&
    !/^(?:10|172\.(?:1[6-9]|2\d|3[01])|192\.168)\./.test(range)
  );
}
