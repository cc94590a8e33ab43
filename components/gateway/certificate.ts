import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import type { Issue } from "../../validation/issue";
import { requireValid } from "../validation";
import { checkId, childOf, placeOn } from "./child";
import { checkSecretId, fromKeyVault, type SecretInVault } from "./key-vault";
import type { GatewayReference } from "./reference";

/** Where a certificate comes from, with its private key. */
export type CertificateSource =
  /**
   * A certificate in Key Vault: a renewed one is used within four hours
   * (https://learn.microsoft.com/azure/api-management/api-management-howto-mutual-certificates).
   */
  | SecretInVault
  | {
      /** The PFX, base64; a secret. Renewing it is up to you. */
      readonly pfx: pulumi.Output<string>;
      /** Password of the PFX; a secret. */
      readonly password: pulumi.Output<string>;
    };

export type GatewayCertificateArgs = CertificateSource & { readonly gateway: GatewayReference };

/**
 * A client certificate with which the gateway shows a backend who it is. The component's name is its id, which policies
 * and backends name; thumbprints change when it is renewed, ids do not.
 *
 * @example
 * ```ts
 * const certificate = new GatewayCertificate("billing-client", {
 *   gateway,
 *   secretId: "https://kv-contoso.vault.azure.net/secrets/billing-client",
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayCertificate extends pulumi.ComponentResource {
  readonly certificateId: string;
  readonly resource: apimanagement.Certificate;

  constructor(name: string, args: GatewayCertificateArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayCertificate", name, {}, opts);
    requireValid(this, "GatewayCertificate", name, validateGatewayCertificate(name, args));

    const { gateway } = args;
    this.certificateId = name;
    this.resource = new apimanagement.Certificate(
      `${name}-certificate`,
      {
        ...placeOn(gateway),
        certificateId: name,
        ...("secretId" in args
          ? { keyVault: fromKeyVault(`GatewayCertificate "${name}"`, gateway, args) }
          : { data: pulumi.secret(args.pfx), password: pulumi.secret(args.password) }),
      },
      childOf(this, gateway),
    );
    gateway.inventory.add("certificate", name, this.resource);
    this.registerOutputs({ certificateId: this.certificateId });
  }
}

/** Every problem of the arguments of a {@link GatewayCertificate}. */
function validateGatewayCertificate(name: string, args: GatewayCertificateArgs): Issue[] {
  return [
    ...checkId(args.gateway, "certificate", name),
    ...("secretId" in args ? checkSecretId("secretId", args.secretId) : []),
  ];
}
