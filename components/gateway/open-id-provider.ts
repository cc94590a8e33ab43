import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { receivedUrl, type Issue } from "../../validation/issue";
import { checkLength, requireValid } from "../validation";
import { checkHttps } from "./address";
import { gated } from "./checks";
import { checkId, childOf, placeOn } from "./child";
import type { GatewayReference } from "./reference";

export interface GatewayOpenIdProviderArgs {
  readonly gateway: GatewayReference;
  /** 1 to 50 characters. */
  readonly displayName: string;
  /** For people. */
  readonly description?: string;
  /** https address of the discovery document, whose path ends with `/.well-known/openid-configuration`. */
  readonly metadataEndpoint: pulumi.Input<string>;
  /** Client id of the portal's test console. */
  readonly clientId: pulumi.Input<string>;
  /** Its secret, where the provider asks for one. Pulumi's state keeps it encrypted. */
  readonly clientSecret?: pulumi.Output<string>;
}

/**
 * An OpenID Connect provider at which the portal's test console signs developers in. It protects nothing: policies do.
 * The component's name is its id.
 *
 * @example
 * ```ts
 * const partners = new GatewayOpenIdProvider("partners", {
 *   gateway,
 *   displayName: "Partners' sign-in",
 *   metadataEndpoint: "https://login.partner.example/.well-known/openid-configuration",
 *   clientId: "test-console",
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayOpenIdProvider extends pulumi.ComponentResource {
  readonly openIdProviderId: string;
  readonly resource: apimanagement.OpenIdConnectProvider;

  constructor(name: string, args: GatewayOpenIdProviderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayOpenIdProvider", name, {}, opts);
    requireValid(this, "GatewayOpenIdProvider", name, validateGatewayOpenIdProvider(name, args));

    const { gateway, displayName, description, metadataEndpoint, clientId, clientSecret } = args;
    this.openIdProviderId = name;
    this.resource = new apimanagement.OpenIdConnectProvider(
      `${name}-open-id-provider`,
      {
        ...placeOn(gateway),
        opid: name,
        displayName,
        description,
        metadataEndpoint: gated(
          `An address of "${name}" is not valid`,
          metadataEndpoint,
          checkMetadataEndpoint,
        ),
        clientId,
        clientSecret: clientSecret && pulumi.secret(clientSecret),
        useInTestConsole: true,
        useInApiDocumentation: true,
      },
      childOf(this, gateway),
    );
    gateway.inventory.add("openIdProvider", name, this.resource);
    this.registerOutputs({ openIdProviderId: this.openIdProviderId });
  }
}

/** Every problem of the arguments of a {@link GatewayOpenIdProvider}. */
function validateGatewayOpenIdProvider(name: string, args: GatewayOpenIdProviderArgs): Issue[] {
  const { gateway, displayName, metadataEndpoint } = args;
  return [
    ...checkId(gateway, "openIdProvider", name),
    // https://learn.microsoft.com/rest/api/apimanagement/openid-connect-provider/create-or-update
    ...checkLength("displayName", displayName, "a provider's display name", 50),
    ...checkMetadataEndpoint(metadataEndpoint),
  ];
}

/** Where a provider publishes what it is: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
function checkMetadataEndpoint(url: pulumi.Input<string>): Issue[] {
  const issues = checkHttps("metadataEndpoint", url);
  // Azure AD B2C names the policy in a query.
  const isDiscovery = /^[^?#]+\/\.well-known\/openid-configuration(?:\?[^#]*)?$/;
  if (issues.length > 0 || typeof url !== "string" || isDiscovery.test(url)) return issues;
  return [
    {
      path: "metadataEndpoint",
      rule: "the path of a discovery document ends with /.well-known/openid-configuration",
      received: receivedUrl(url),
      fix: "write the address of the provider's issuer with this path behind it",
    },
  ];
}
