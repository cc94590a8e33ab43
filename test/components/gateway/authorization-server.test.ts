import * as pulumi from "@pulumi/pulumi";
import {
  GatewayAuthorizationServer,
  type GatewayAuthorizationServerArgs,
} from "../../../components/gateway/authorization-server";
import { gatewayReference, PLACE, seedGateway, tooLong } from "../fixtures";
import { deploy, identities, lateRefusal, refusal, registrationOf } from "../harness";

const MINIMAL = {
  displayName: "Microsoft Entra ID",
  authorizationEndpoint: "https://login.microsoftonline.com/contoso/oauth2/v2.0/authorize",
  tokenEndpoint: "https://login.microsoftonline.com/contoso/oauth2/v2.0/token",
  clientRegistrationEndpoint: "https://entra.microsoft.com",
  clientId: "11111111-1111-4111-8111-111111111111",
} as const;

const serverWith = (more: Partial<GatewayAuthorizationServerArgs> = {}) =>
  deploy(
    (azure) => new GatewayAuthorizationServer("entra", { gateway: seedGateway(azure), ...MINIMAL, ...more }),
  );

describe("GatewayAuthorizationServer", () => {
  it("gets codes with PKCE, which needs no secret", async () => {
    const deployment = await serverWith();
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:AuthorizationServer entra-authorization-server entra",
      "enterprise-integration:index:GatewayAuthorizationServer entra -",
    ]);
    expect(registrationOf(deployment, "entra-authorization-server").inputs).toEqual({
      ...PLACE,
      ...MINIMAL,
      authsid: "entra",
      grantTypes: ["authorizationCodeWithPkce"],
      authorizationMethods: ["GET"],
      bearerTokenSendingMethods: ["authorizationHeader"],
      clientAuthenticationMethod: ["Body"],
      useInTestConsole: true,
      useInApiDocumentation: true,
    });
    expect(deployment.result.authorizationServerId).toBe("entra");
    expect(deployment.registeredOutputs.entra).toEqual({ authorizationServerId: "entra" });
  });

  it("takes what it is told, and keeps the client's secret", async () => {
    const deployment = await serverWith({
      description: "Employees",
      clientSecret: pulumi.output("s3cret"),
      grants: ["authorizationCode", "clientCredentials"],
      defaultScope: "api://orders/.default",
    });
    const { inputs, secretInputs } = registrationOf(deployment, "entra-authorization-server");
    expect(inputs).toMatchObject({
      description: "Employees",
      clientSecret: "s3cret",
      grantTypes: ["authorizationCode", "clientCredentials"],
      defaultScope: "api://orders/.default",
    });
    expect(secretInputs).toEqual(["clientSecret"]);
  });

  describe("refuses", () => {
    const refuse = (more: Partial<GatewayAuthorizationServerArgs>) =>
      refusal(
        "entra",
        () => new GatewayAuthorizationServer("entra", { gateway: gatewayReference(), ...MINIMAL, ...more }),
      );

    it("everything that is wrong, at once", async () => {
      expect(
        await refuse({
          displayName: tooLong(50),
          authorizationEndpoint: "http://login.contoso.com",
          tokenEndpoint: "/token",
          clientRegistrationEndpoint: "",
          grants: ["clientCredentials"],
        }),
      ).toBe(
        [
          'GatewayAuthorizationServer "entra" is not valid: 5 problems',
          "  - displayName: an authorization server's display name has 1 to 50 characters (received 51)",
          "    fix: write 1 to 50 characters",
          '  - authorizationEndpoint: the address begins with https:// (received "http://login.contoso.com")',
          "    fix: give its https address",
          '  - tokenEndpoint: the address begins with https:// (received "/token")',
          "    fix: give its https address",
          '  - clientRegistrationEndpoint: the address begins with https:// (received "")',
          "    fix: give its https address",
          "  - clientSecret: the grant clientCredentials needs the client's secret",
          "    fix: hand it in as a secret output, or choose authorizationCodeWithPkce",
        ].join("\n"),
      );
    });

    it("no grant at all", async () => {
      expect(await refuse({ grants: [] })).toBe(
        [
          'GatewayAuthorizationServer "entra" is not valid: 1 problem',
          "  - grants: the test console gets tokens by at least one grant (received [])",
          "    fix: name one, or leave grants out for authorizationCodeWithPkce",
        ].join("\n"),
      );
    });

    it.each(["authorizationEndpoint", "tokenEndpoint", "clientRegistrationEndpoint"] as const)(
      "a late %s that is not reached by https",
      async (property) => {
        expect(
          await lateRefusal("entra-authorization-server", property, MINIMAL[property], (azure, opts) => {
            const late = { [property]: pulumi.output("http://login.contoso.com") };
            const args = { gateway: seedGateway(azure), ...MINIMAL, ...late };
            return new GatewayAuthorizationServer("entra", args, opts);
          }),
        ).toBe(
          [
            'An address of "entra" is not valid: 1 problem',
            `  - ${property}: the address begins with https:// (received "http://login.contoso.com")`,
            "    fix: give its https address",
          ].join("\n"),
        );
      },
    );
  });
});
