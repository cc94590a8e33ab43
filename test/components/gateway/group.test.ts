import * as pulumi from "@pulumi/pulumi";
import { GatewayGroup, type GatewayGroupArgs } from "../../../components/gateway/group";
import { gatewayReference, PLACE, seedGateway, tooLong } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";

const OBJECT_ID = "55555555-5555-4555-8555-555555555555";

const groupWith = (more: Partial<GatewayGroupArgs> = {}) =>
  deploy((azure) => {
    const gateway = seedGateway(azure);
    // By it Azure looks a group of Entra ID up.
    azure.seed("azure-native:apimanagement:IdentityProvider", { ...PLACE, identityProviderName: "aad" });
    return new GatewayGroup("partners", { gateway, displayName: "Partners", ...more });
  });

describe("GatewayGroup", () => {
  it("is one into which an administrator puts developers", async () => {
    const deployment = await groupWith();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Group partners-group partners",
      "enterprise-integration:index:GatewayGroup partners -",
    ]);
    expect(registrationOf(deployment, "partners-group").inputs).toEqual({
      ...PLACE,
      groupId: "partners",
      displayName: "Partners",
      type: "custom",
    });
    expect(deployment.result.groupId).toBe("partners");
    expect(deployment.registeredOutputs.partners).toEqual({ groupId: "partners" });
  });

  it("has the members of a group of Microsoft Entra ID", async () => {
    const deployment = await groupWith({
      description: "Everybody at our partners",
      entra: { tenant: "contoso.onmicrosoft.com", objectId: pulumi.output(OBJECT_ID) },
    });
    expect(registrationOf(deployment, "partners-group").inputs).toEqual({
      ...PLACE,
      groupId: "partners",
      displayName: "Partners",
      description: "Everybody at our partners",
      type: "external",
      externalId: `aad://contoso.onmicrosoft.com/groups/${OBJECT_ID}`,
    });
  });

  describe("refuses", () => {
    it("everything that is wrong, at once", async () => {
      expect(
        await refusal(
          "Developers",
          () =>
            new GatewayGroup("Developers", {
              gateway: gatewayReference(),
              displayName: tooLong(300),
              description: tooLong(1000),
              entra: { tenant: "https://contoso.com", objectId: OBJECT_ID },
            }),
        ),
      ).toBe(
        [
          'GatewayGroup "Developers" is not valid: 4 problems',
          "  - displayName: a group's display name has 1 to 300 characters (received 301)",
          "    fix: write 1 to 300 characters",
          "  - description: a group's description has 1 to 1,000 characters (received 1001)",
          "    fix: write 1 to 1,000 characters",
          '  - name: Azure makes the groups administrators, developers and guests (received "Developers")',
          "    fix: choose another name; products may name those three without more",
          '  - entra.tenant: a tenant is named by its id, a GUID, or by a domain such as contoso.onmicrosoft.com (received "https://contoso.com")',
          "    fix: take it from the tenant's overview in the Entra admin center",
        ].join("\n"),
      );
    });
  });
});
