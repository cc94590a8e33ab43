import * as pulumi from "@pulumi/pulumi";
import { GatewayCertificate } from "../../../components/gateway/certificate";
import { gatewayReference, PLACE, seedGateway } from "../fixtures";
import { deploy, identities, refusal, registrationOf } from "../harness";
import { seedReadingGateway } from "./standing";

describe("GatewayCertificate", () => {
  it("stays in Key Vault, from where the gateway reads it by its own identity", async () => {
    const deployment = await deploy((azure) => {
      const { gateway, secretId } = seedReadingGateway(azure);
      return { gateway, certificate: new GatewayCertificate("client", { gateway, secretId }) };
    });
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:Certificate client-certificate client",
      "enterprise-integration:index:GatewayCertificate client -",
    ]);
    const { gateway, certificate } = deployment.result;
    expect(registrationOf(deployment, "client-certificate").inputs).toEqual({
      ...PLACE,
      certificateId: "client",
      keyVault: {
        secretIdentifier: "https://kv-certificates.vault.azure.net/secrets/api",
        identityClientId: gateway.caller.clientId,
      },
    });
    expect(certificate.certificateId).toBe("client");
    expect(deployment.registeredOutputs.client).toEqual({ certificateId: "client" });
  });

  it("is a secret with its password, where it is given as a file", async () => {
    const deployment = await deploy(
      (azure) =>
        new GatewayCertificate("client", {
          gateway: seedGateway(azure),
          pfx: pulumi.output("MIIexample"),
          password: pulumi.output("s3cret"),
        }),
    );
    const { inputs, secretInputs } = registrationOf(deployment, "client-certificate");
    expect(inputs).toEqual({ ...PLACE, certificateId: "client", data: "MIIexample", password: "s3cret" });
    expect(secretInputs).toEqual(["data", "password"]);
  });

  it("refuses an identifier that names one version, which would never be renewed", async () => {
    expect(
      await refusal(
        "client",
        () =>
          new GatewayCertificate("client", {
            gateway: gatewayReference(),
            secretId: "https://kv.vault.azure.net/secrets/client/1",
          }),
      ),
    ).toBe(
      [
        'GatewayCertificate "client" is not valid: 1 problem',
        "  - secretId: a secret or certificate is named by its secret identifier without version, so that renewals are" +
          ' followed (received "https://kv.vault.azure.net/secrets/client/1")',
        "    fix: use https://<vault>.vault.azure.net/secrets/<name>",
      ].join("\n"),
    );
  });
});
