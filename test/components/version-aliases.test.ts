import * as dns from "@pulumi/azure-native/dns";
import * as pulumi from "@pulumi/pulumi";
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

  it("leaves what has no such alias as it is", () => {
    const resource = { type: "test:index:Any", name: "any", props: {}, opts: {} };
    expect(withoutVersionAliases({ ...resource, resource: {} as pulumi.Resource })).toBeUndefined();
  });
});
