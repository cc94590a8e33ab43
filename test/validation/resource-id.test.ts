import { resourceIdForm, resourceIdPattern } from "../../validation/resource-id";

describe("the id of a resource", () => {
  const SUBNET = "Microsoft.Network/virtualNetworks/subnets";
  const NETWORK =
    "/subscriptions/5f1b/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-1";

  it.each([`${NETWORK}/subnets/default`, `${NETWORK}/subnets/default`.toUpperCase()])(
    "is one of its type, in any case: %s",
    (id) => {
      expect(resourceIdPattern(SUBNET).test(id)).toBe(true);
    },
  );

  it.each([
    NETWORK,
    `${NETWORK}/subnets/`,
    `${NETWORK}/subnets/default/more`,
    `x${NETWORK}/subnets/default`,
    `${NETWORK}/subnets/default`.replace("Microsoft.Network", "MicrosoftxNetwork"),
    `${NETWORK}/subnets/default`.replace("/resourceGroups/rg-net", ""),
  ])("is not another's: %s", (id) => {
    expect(resourceIdPattern(SUBNET).test(id)).toBe(false);
  });

  it("is told by its form", () => {
    expect(resourceIdForm(SUBNET)).toBe(
      "/subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.Network/virtualNetworks/<name>/subnets/<name>",
    );
  });
});
