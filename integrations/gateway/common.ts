import * as pulumi from "@pulumi/pulumi";
import type { ApimGateway } from "../../components/gateway/apim-gateway";
import { GatewayNamedValue } from "../../components/gateway/named-value";
import { EntraAppRegistration } from "../../components/entra-app-registration";
import type { SecretVault } from "../../components/secret-vault";

/** The gateway with what belongs to it. */
export interface GatewayPlatform {
  readonly gateway: ApimGateway;
  readonly workspaceId: pulumi.Output<string> | undefined;
  /** Address and origin of the developer portal, where there is one and its address is known. */
  readonly portalUrl: string | undefined;
  /** What a person must do or know: addresses, and name servers to delegate to. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Values for policies, by name: in clear, or secret and then kept in the vault. */
export type NamedValueSettings = Readonly<
  Record<string, { readonly value: string } | { readonly secret: string }>
>;

/** The app role that lets an identity call workflows. */
export const INVOKE = "Workflow.Invoke";

/** The registration that stands for all workflows: the audience of the gateway's tokens. */
export function registerWorkflows(names: {
  readonly registration: (role: string) => string;
}): EntraAppRegistration {
  return new EntraAppRegistration("workflows", {
    displayName: names.registration("workflows"),
    api: {
      roles: {
        [INVOKE]: { displayName: "Invoke workflows", description: "Call the request triggers of workflows" },
      },
    },
  });
}

/** The secret ones, for the vault. */
export function secretsOf(namedValues: NamedValueSettings = {}): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(
    Object.entries(namedValues).flatMap(([key, content]) =>
      "secret" in content ? [[key, pulumi.secret(content.secret)]] : [],
    ),
  );
}

/** Puts them on the gateway, the secret ones by their identifiers in the vault. */
export function createNamedValues(
  gateway: ApimGateway,
  { secretIds }: SecretVault,
  namedValues: NamedValueSettings = {},
): void {
  for (const [name, content] of Object.entries(namedValues)) {
    if ("value" in content) new GatewayNamedValue(name, { gateway, value: content.value });
  }
  for (const [name, secretId] of Object.entries(secretIds)) {
    new GatewayNamedValue(name, { gateway, secretId });
  }
}
