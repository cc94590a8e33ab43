import * as pulumi from "@pulumi/pulumi";
import {
  GatewayOpenIdProvider,
  type GatewayOpenIdProviderArgs,
} from "../../../components/gateway/open-id-provider";
import { gatewayReference, PLACE, seedGateway, tooLong } from "../fixtures";
import { deploy, identities, lateRefusal, refusal, registrationOf } from "../harness";

const MINIMAL = {
  displayName: "Partners' sign-in",
  metadataEndpoint: "https://login.partner.example/.well-known/openid-configuration",
  clientId: "test-console",
} as const;

const providerWith = (more: Partial<GatewayOpenIdProviderArgs> = {}) =>
  deploy(
    (azure) => new GatewayOpenIdProvider("partners", { gateway: seedGateway(azure), ...MINIMAL, ...more }),
  );

describe("GatewayOpenIdProvider", () => {
  it("signs developers in at the test console", async () => {
    const deployment = await providerWith();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:OpenIdConnectProvider partners-open-id-provider partners",
      "enterprise-integration:index:GatewayOpenIdProvider partners -",
    ]);
    expect(registrationOf(deployment, "partners-open-id-provider").inputs).toEqual({
      ...PLACE,
      ...MINIMAL,
      opid: "partners",
      useInTestConsole: true,
      useInApiDocumentation: true,
    });
    expect(deployment.result.openIdProviderId).toBe("partners");
    expect(deployment.registeredOutputs.partners).toEqual({ openIdProviderId: "partners" });
  });

  it("takes what it is told, and keeps the client's secret", async () => {
    const deployment = await providerWith({
      description: "Our partners",
      clientSecret: pulumi.output("s3cret"),
    });
    const { inputs, secretInputs } = registrationOf(deployment, "partners-open-id-provider");
    expect(inputs).toMatchObject({ description: "Our partners", clientSecret: "s3cret" });
    expect(secretInputs).toEqual(["clientSecret"]);
  });

  it("takes a discovery document of Azure AD B2C, whose policy is in a query", async () => {
    const metadataEndpoint =
      "https://contoso.b2clogin.com/contoso.onmicrosoft.com/v2.0/.well-known/openid-configuration?p=b2c_1_sign_in";
    const deployment = await providerWith({ metadataEndpoint });
    expect(registrationOf(deployment, "partners-open-id-provider").inputs).toMatchObject({
      metadataEndpoint,
    });
  });

  describe("refuses", () => {
    it("everything that is wrong, at once", async () => {
      expect(
        await refusal(
          "partners",
          () =>
            new GatewayOpenIdProvider("partners", {
              gateway: gatewayReference(),
              ...MINIMAL,
              displayName: tooLong(50),
              metadataEndpoint: "login.partner.example",
            }),
        ),
      ).toBe(
        [
          'GatewayOpenIdProvider "partners" is not valid: 2 problems',
          "  - displayName: a provider's display name has 1 to 50 characters (received 51)",
          "    fix: write 1 to 50 characters",
          '  - metadataEndpoint: the address begins with https:// (received "login.partner.example")',
          "    fix: give its https address",
        ].join("\n"),
      );
    });

    it.each([
      "https://login.partner.example",
      "https://login.partner.example/openid-configuration",
      "https://login.partner.example/?next=/.well-known/openid-configuration",
    ])("%s, which is no discovery document", async (metadataEndpoint) => {
      expect(
        await refusal(
          "partners",
          () =>
            new GatewayOpenIdProvider("partners", {
              gateway: gatewayReference(),
              ...MINIMAL,
              metadataEndpoint,
            }),
        ),
      ).toContain(
        "metadataEndpoint: the path of a discovery document ends with /.well-known/openid-configuration",
      );
    });

    it("a late address that is not reached by https", async () => {
      expect(
        await lateRefusal(
          "partners-open-id-provider",
          "metadataEndpoint",
          MINIMAL.metadataEndpoint,
          (azure, opts) => {
            const metadataEndpoint = pulumi.output("http://login.partner.example");
            const args = { gateway: seedGateway(azure), ...MINIMAL, metadataEndpoint };
            return new GatewayOpenIdProvider("partners", args, opts);
          },
        ),
      ).toContain('metadataEndpoint: the address begins with https:// (received "http://login.partner');
    });
  });
});
