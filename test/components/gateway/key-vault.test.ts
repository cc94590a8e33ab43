import * as pulumi from "@pulumi/pulumi";
import { certificateSecretId, checkSecretId, fromKeyVault } from "../../../components/gateway/key-vault";
import { CALLER, gatewayReference } from "../fixtures";
import { valueOf } from "../harness";

const SECRET = "https://kv-contoso.vault.azure.net/secrets/api";

describe("fromKeyVault", () => {
  it("reads a secret by the identity that calls workflows", async () => {
    expect(
      await valueOf(fromKeyVault("It", gatewayReference(), { secretId: pulumi.output(SECRET) })),
    ).toEqual({
      secretIdentifier: SECRET,
      identityClientId: CALLER.clientId,
    });
  });

  it("names no identity where the gateway's own reads, as a trusted service", async () => {
    const own = fromKeyVault("It", gatewayReference(), { secretId: SECRET, readBy: "systemAssigned" });
    expect(await valueOf(own)).toEqual({ secretIdentifier: SECRET });
  });
});

describe("checkSecretId", () => {
  it.each([SECRET, "https://kv-contoso.vault.azure.cn/secrets/api"])("has no objection to %s", (secretId) => {
    expect(checkSecretId("secretId", secretId)).toEqual([]);
  });

  it("does not look at one that is not known yet", () => {
    expect(checkSecretId("secretId", pulumi.output(`${SECRET}/1`))).toEqual([]);
  });

  it.each([
    `${SECRET}/0123456789abcdef`,
    `${SECRET}/`,
    "https://kv-contoso.vault.azure.net/certificates/api",
    "https://kv-contoso.example.com/secrets/api",
    "http://kv-contoso.vault.azure.net/secrets/api",
  ])("objects to %s", (secretId) => {
    expect(checkSecretId("secretId", secretId)).toMatchObject([
      { path: "secretId", received: `"${secretId}"` },
    ]);
  });

  it("does not show what may be the secret itself", () => {
    const [issue, ...others] = [
      ...checkSecretId("secretId", "pa55-of-the-partner"),
      ...checkSecretId("secretId", `${SECRET}?sig=pa55-of-the-partner`),
    ];
    expect(issue).not.toHaveProperty("received");
    expect(others).toMatchObject([{ received: `"${SECRET}?..."` }]);
  });
});

describe("certificateSecretId", () => {
  it("names the secret of a certificate by its vault's id", () => {
    const vaultId = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-contoso";
    expect(certificateSecretId({ vaultId, secretName: "api" })).toBe(SECRET);
  });
});
