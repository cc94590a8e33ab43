import { GatewayTag } from "../../../components/gateway/tag";
import { gatewayReference, PLACE, seedGateway, tooLong } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";

describe("GatewayTag", () => {
  it("is a word for people, and an id for APIs", async () => {
    const displayName = "a".repeat(160);
    const deployment = await deploy(
      (azure) => new GatewayTag("sales", { gateway: seedGateway(azure), displayName }),
    );
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Tag sales-tag sales",
      "enterprise-integration:index:GatewayTag sales -",
    ]);
    expect(registrationOf(deployment, "sales-tag").inputs).toEqual({ ...PLACE, tagId: "sales", displayName });
    expect(deployment.result.tagId).toBe("sales");
    expect(deployment.registeredOutputs.sales).toEqual({ tagId: "sales" });
  });

  it.each([
    ["", 0],
    [tooLong(160), 161],
  ])("refuses the display name %j", async (displayName, length) => {
    expect(
      await refusal("sales", () => new GatewayTag("sales", { gateway: gatewayReference(), displayName })),
    ).toBe(
      [
        'GatewayTag "sales" is not valid: 1 problem',
        `  - displayName: a tag's display name has 1 to 160 characters (received ${length})`,
        "    fix: write 1 to 160 characters",
      ].join("\n"),
    );
  });
});
