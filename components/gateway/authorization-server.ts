import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../../validation/issue";
import { checkLength, requireValid } from "../validation";
import { checkHttps, httpsAddress } from "./address";
import { checkId, childOf, placeOn } from "./child";
import type { GatewayReference } from "./reference";

/**
 * What the portal's test console can do, but for the implicit and the password grant, which RFC 9700 advises against.
 * Azure knows `authorizationCodeWithPkce`, though the declarations of its management API leave it out
 * (https://github.com/Azure/azure-rest-api-specs/issues/34711,
 * https://github.com/hashicorp/terraform-provider-azurerm/issues/24680).
 */
export type GrantType = "authorizationCode" | "authorizationCodeWithPkce" | "clientCredentials";

export interface GatewayAuthorizationServerArgs {
  readonly gateway: GatewayReference;
  /** 1 to 50 characters. */
  readonly displayName: string;
  /** For people. */
  readonly description?: string;
  /** https address at which users sign in. */
  readonly authorizationEndpoint: pulumi.Input<string>;
  /** https address at which tokens are fetched. */
  readonly tokenEndpoint: pulumi.Input<string>;
  /** Where developers register clients of their own; shown in the portal. */
  readonly clientRegistrationEndpoint: pulumi.Input<string>;
  /** Client id of the portal's test console. */
  readonly clientId: pulumi.Input<string>;
  /** Its secret, where the grant needs one. Pulumi's state keeps it encrypted. */
  readonly clientSecret?: pulumi.Output<string>;
  /** At least one; that with PKCE needs no secret. @default ["authorizationCodeWithPkce"] */
  readonly grants?: readonly GrantType[];
  /** Scopes that the console asks for, separated by spaces. @default none */
  readonly defaultScope?: pulumi.Input<string>;
}

/** What {@link GatewayAuthorizationServer} assumes where its arguments say nothing. */
const GATEWAY_AUTHORIZATION_SERVER_DEFAULTS = { grants: ["authorizationCodeWithPkce"] } as const;

/**
 * An OAuth 2.0 server at which the portal's test console signs developers in. It protects nothing: policies do. The
 * component's name is its id.
 *
 * @example
 * ```ts
 * const entra = new GatewayAuthorizationServer("entra", {
 *   gateway,
 *   displayName: "Microsoft Entra ID",
 *   authorizationEndpoint: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/authorize`,
 *   tokenEndpoint: `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/token`,
 *   clientRegistrationEndpoint: "https://entra.microsoft.com",
 *   clientId: consoleClient.clientId,
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class GatewayAuthorizationServer extends pulumi.ComponentResource {
  readonly authorizationServerId: string;
  readonly resource: apimanagement.AuthorizationServer;

  constructor(name: string, args: GatewayAuthorizationServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("enterprise-integration:index:GatewayAuthorizationServer", name, {}, opts);
    requireValid(this, "GatewayAuthorizationServer", name, validateGatewayAuthorizationServer(name, args));

    const { gateway } = args;
    this.authorizationServerId = name;
    this.resource = new apimanagement.AuthorizationServer(
      `${name}-authorization-server`,
      {
        ...placeOn(gateway),
        authsid: name,
        displayName: args.displayName,
        description: args.description,
        authorizationEndpoint: httpsAddress(name, "authorizationEndpoint", args.authorizationEndpoint),
        tokenEndpoint: httpsAddress(name, "tokenEndpoint", args.tokenEndpoint),
        clientRegistrationEndpoint: httpsAddress(
          name,
          "clientRegistrationEndpoint",
          args.clientRegistrationEndpoint,
        ),
        clientId: args.clientId,
        clientSecret: args.clientSecret && pulumi.secret(args.clientSecret),
        grantTypes: [...(args.grants ?? GATEWAY_AUTHORIZATION_SERVER_DEFAULTS.grants)],
        authorizationMethods: ["GET"],
        bearerTokenSendingMethods: ["authorizationHeader"],
        clientAuthenticationMethod: ["Body"],
        defaultScope: args.defaultScope,
        useInTestConsole: true,
        useInApiDocumentation: true,
      },
      childOf(this, gateway),
    );
    gateway.inventory.add("authorizationServer", name, this.resource);
    this.registerOutputs({ authorizationServerId: this.authorizationServerId });
  }
}

/** Every problem of the arguments of a {@link GatewayAuthorizationServer}. */
function validateGatewayAuthorizationServer(name: string, args: GatewayAuthorizationServerArgs): Issue[] {
  const { gateway, displayName, grants, clientSecret } = args;
  const issues = [
    ...checkId(gateway, "authorizationServer", name),
    // https://learn.microsoft.com/rest/api/apimanagement/authorization-server/create-or-update
    ...checkLength("displayName", displayName, "an authorization server's display name", 50),
    ...(["authorizationEndpoint", "tokenEndpoint", "clientRegistrationEndpoint"] as const).flatMap(
      (property) => checkHttps(property, args[property]),
    ),
  ];
  if (grants?.length === 0) {
    issues.push({
      path: "grants",
      rule: "the test console gets tokens by at least one grant",
      received: received(grants),
      fix: `name one, or leave grants out for ${GATEWAY_AUTHORIZATION_SERVER_DEFAULTS.grants.join(", ")}`,
    });
  }
  if (grants?.includes("clientCredentials") && clientSecret === undefined) {
    issues.push({
      path: "clientSecret",
      rule: "the grant clientCredentials needs the client's secret",
      fix: "hand it in as a secret output, or choose authorizationCodeWithPkce",
    });
  }
  return issues;
}
