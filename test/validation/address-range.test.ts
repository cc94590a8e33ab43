import fc from "fast-check";
import { addressesIn, isAddressRange, isCallerRange, isVaultRange } from "../../validation/address-range";

describe("a range of IPv4 addresses", () => {
  it.each([
    ["203.0.113.7/32", 1],
    ["203.0.113.0/28", 16],
    ["0.0.0.0/0", 2 ** 32],
    ["0.0.0.0-0.0.0.0", 1],
    ["203.0.113.1-203.0.113.16", 16],
    ["203.0.112.255-203.0.113.0", 2],
    ["0.0.0.0-255.255.255.255", 2 ** 32],
  ])("%s holds %d", (range, count) => {
    expect(addressesIn(range)).toBe(count);
  });

  it.each([
    "203.0.113.7",
    "203.0.113.0/33",
    "203.0.113/24",
    "300.0.0.0/8",
    "203.0.113.9-203.0.113.1",
    "203.0.113.1-203.0.113.2-203.0.113.3",
    "2001:db8::/64",
    "AzureCloud.westeurope",
    "",
  ])("is none: %p", (text) => {
    expect(addressesIn(text)).toBeUndefined();
    expect(isCallerRange(text)).toBe(false);
    expect(isAddressRange(text)).toBe(false);
  });

  it("is one of callers as long as it holds 16 at most, however it is written", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, bits) => {
        expect(isCallerRange(`${address}/${bits}`)).toBe(bits >= 28);
      }),
    );
    expect(isCallerRange("203.0.113.1-203.0.113.16")).toBe(true);
    expect(isCallerRange("203.0.113.1-203.0.113.17")).toBe(false);
  });

  it.each([
    ["0.0.0.0/0", false],
    ["0.0.0.0-255.255.255.255", false],
    ["0.0.0.0/1", true],
    ["0.0.0.1-255.255.255.255", true],
    ["203.0.113.7/32", true],
  ])("is one as long as it is not the whole internet: %s is %s", (range, expected) => {
    expect(isAddressRange(range)).toBe(expected);
  });
});

describe("a range that a vault's firewall lets in", () => {
  it.each(["203.0.113.7/32", "172.15.0.0/16", "172.32.0.0/16", "192.169.0.0/16", "11.0.0.0/8"])(
    "may be %s",
    (range) => {
      expect(isVaultRange(range)).toBe(true);
    },
  );

  it.each([
    "203.0.113.7",
    "203.0.113.1-203.0.113.9",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "172.31.255.0/24",
    "192.168.0.1/32",
  ])("is not %s", (range) => {
    expect(isVaultRange(range)).toBe(false);
  });
});
