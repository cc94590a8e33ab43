import * as pulumi from "@pulumi/pulumi";
import { GatewayNamedValue } from "../../../components/gateway/named-value";
import { gatewayReference, PLACE, seedGateway } from "../fixtures";
import { deploy, identities, lateRefusal, refusal, registrationOf } from "../harness";
import { seedReadingGateway } from "./standing";

const inClear = (value: pulumi.Input<string>) =>
  deploy((azure) => new GatewayNamedValue("partner", { gateway: seedGateway(azure), value }));

describe("GatewayNamedValue", () => {
  it("holds a text in clear", async () => {
    const deployment = await inClear("contoso");
    expect(identities(deployment)).toEqual([
      "azure-native:apimanagement:NamedValue partner-named-value partner",
      "enterprise-integration:index:GatewayNamedValue partner -",
    ]);
    expect(registrationOf(deployment, "partner-named-value").inputs).toEqual({
      ...PLACE,
      namedValueId: "partner",
      displayName: "partner",
      secret: false,
      value: "contoso",
    });
    expect(deployment.result.reference).toBe("{{partner}}");
    expect(deployment.registeredOutputs.partner).toEqual({ reference: "{{partner}}" });
  });

  it("leaves a secret in Key Vault, from where the gateway reads it by its own identity", async () => {
    const deployment = await deploy((azure) => {
      const { gateway, secretId } = seedReadingGateway(azure);
      return { gateway, value: new GatewayNamedValue("carrier-key", { gateway, secretId }) };
    });
    const { gateway } = deployment.result;
    expect(registrationOf(deployment, "carrier-key-named-value").inputs).toEqual({
      ...PLACE,
      namedValueId: "carrier-key",
      displayName: "carrier-key",
      secret: true,
      keyVault: {
        secretIdentifier: "https://kv-certificates.vault.azure.net/secrets/api",
        identityClientId: gateway.caller.clientId,
      },
    });
    expect([...(gateway.inventory.ids("namedValue") ?? [])]).toEqual(["carrier-key"]);
  });

  it("hides a secret that this program read, whether it came as one or not", async () => {
    const deployment = await deploy(
      (azure) => new GatewayNamedValue("signature", { gateway: seedGateway(azure), secretValue: "s3cret" }),
    );
    const { inputs, secretInputs } = registrationOf(deployment, "signature-named-value");
    expect(inputs).toEqual({
      ...PLACE,
      namedValueId: "signature",
      displayName: "signature",
      secret: true,
      value: "s3cret",
    });
    expect(secretInputs).toEqual(["value"]);
  });

  it("keeps secret what comes as a secret", async () => {
    const deployment = await inClear(pulumi.secret("contoso"));
    expect(registrationOf(deployment, "partner-named-value").secretInputs).toEqual(["value"]);
  });

  it("takes 4,096 characters", async () => {
    const { azure } = await inClear("a".repeat(4096));
    expect(azure.all("azure-native:apimanagement:NamedValue")).toHaveLength(1);
  });

  describe("refuses", () => {
    const refuse = (name: string, content: { value: string } | { secretId: string }) =>
      refusal(name, () => new GatewayNamedValue(name, { gateway: gatewayReference(), ...content }));

    it("everything that is wrong, at once, and does not show a value", async () => {
      expect(await refuse("carrier key", { value: "s3cret".repeat(700) })).toBe(
        [
          'GatewayNamedValue "carrier key" is not valid: 2 problems',
          "  - name: the name of a named value has 1 to 80 letters, digits, dots, hyphens and underscores" +
            ' (received "carrier key")',
          "    fix: write 1 to 80 letters, digits, dots, hyphens and underscores",
          "  - value: a named value has 1 to 4,096 characters, not only white space (received 4200)",
          "    fix: split it, or put it into a policy fragment",
        ].join("\n"),
      );
    });

    it.each(["", " \n\t"])("the value %j", async (value) => {
      expect(await refuse("partner", { value })).toContain("value: a named value has 1 to 4,096 characters");
    });

    it("a secret identifier with a version", async () => {
      expect(await refuse("carrier-key", { secretId: "https://kv.vault.azure.net/secrets/key/1" })).toBe(
        [
          'GatewayNamedValue "carrier-key" is not valid: 1 problem',
          "  - secretId: a secret or certificate is named by its secret identifier without version, so that renewals are" +
            ' followed (received "https://kv.vault.azure.net/secrets/key/1")',
          "    fix: use https://<vault>.vault.azure.net/secrets/<name>",
        ].join("\n"),
      );
    });

    it("an identifier that turns out to have a version", async () => {
      const filler = {};
      expect(
        await lateRefusal("carrier-key-named-value", "keyVault", filler, (azure, opts) => {
          const { gateway, secretId } = seedReadingGateway(azure);
          Object.assign(filler, { secretIdentifier: secretId, identityClientId: gateway.caller.clientId });
          const late = pulumi.output(`${secretId}/1`);
          return new GatewayNamedValue("carrier-key", { gateway, secretId: late }, opts);
        }),
      ).toBe(
        [
          'GatewayNamedValue "carrier-key" is not valid: 1 problem',
          "  - secretId: a secret or certificate is named by its secret identifier without version, so that renewals are" +
            ' followed (received "https://kv-certificates.vault.azure.net/secrets/api/1")',
          "    fix: use https://<vault>.vault.azure.net/secrets/<name>",
        ].join("\n"),
      );
    });

    it("a secret that is none, without a word about it", async () => {
      expect(
        await lateRefusal("signature-named-value", "value", "s3cret", (azure, opts) => {
          return new GatewayNamedValue("signature", { gateway: seedGateway(azure), secretValue: "" }, opts);
        }),
      ).toContain("not only white space (received (secret))");
    });

    it("a late value of white space", async () => {
      expect(
        await lateRefusal("partner-named-value", "value", "contoso", (azure, opts) => {
          return new GatewayNamedValue(
            "partner",
            { gateway: seedGateway(azure), value: pulumi.output(" ") },
            opts,
          );
        }),
      ).toBe(
        [
          'GatewayNamedValue "partner" is not valid: 1 problem',
          "  - value: a named value has 1 to 4,096 characters, not only white space (received 1)",
          "    fix: split it, or put it into a policy fragment",
        ].join("\n"),
      );
    });
  });
});
