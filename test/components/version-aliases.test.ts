import * as dns from "@pulumi/azure-native/dns";
import type * as pulumi from "@pulumi/pulumi";
import { withoutVersionAliases } from "../../components/version-aliases";
import { seedGroups } from "./fixtures";
import { deploy, registrationOf } from "./harness";

const aliasesOf = async (opts: pulumi.CustomResourceOptions) => {
  const deployment = await deploy((azure) => {
    seedGroups(azure, "rg-gateway");
    new dns.Zone(
      "zone",
      { resourceGroupName: "rg-gateway", zoneName: "contoso.com", location: "global" },
      opts,
    );
  });
  return registrationOf(deployment, "zone").aliases;
};

describe("the transformation without version aliases", () => {
  it("drops what names a type by an API version, and keeps what follows a rename", async () => {
    expect((await aliasesOf({})).length).toBeGreaterThan(5);
    expect(
      await aliasesOf({
        aliases: [{ type: "contoso:dns:Zone" }],
        transformations: [withoutVersionAliases],
      }),
    ).toEqual(["contoso:dns:Zone", "azure-native:network:Zone"]);
  });
});
