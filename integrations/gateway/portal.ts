import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { pipelineOwners, type Access } from "../../components/access";
import type { ClientSecrets, Day, SecretLifetime } from "../../components/entra/credentials";
import { MICROSOFT_GRAPH } from "../../components/entra/microsoft-graph";
import { EntraAppRegistration } from "../../components/entra-app-registration";
import type { ApimGateway } from "../../components/gateway/apim-gateway";
import { GatewayAuthorizationServer } from "../../components/gateway/authorization-server";
import { DeveloperPortal } from "../../components/gateway/developer-portal";
import type { PortalAccess } from "../../components/gateway/portal/access";
import { consoleAddress, signInAddress } from "../../components/gateway/portal/addresses";
import { readPortalContent } from "../../components/gateway/portal/content";
import type { B2cSignIn, PortalSignIn } from "../../components/gateway/portal/sign-in";
import type { TestConsole } from "../integration";

/** What a stack says of its developer portal. Secrets are plain texts in it. */
export interface PortalSettings extends Omit<PortalAccess, "delegation"> {
  readonly signIn:
    | {
        readonly kind: "entra";
        /** By a key of the user's choice; the days begin with `YYYY-MM-DD`. */
        readonly secrets: Readonly<Record<string, { readonly from: string; readonly until: string }>>;
        readonly currentSecret: string;
      }
    | (Omit<B2cSignIn, "clientSecret" | "clientId"> & {
        readonly clientId: string;
        readonly clientSecret: string;
      })
    | { readonly kind: "password"; readonly because: string };
  /** Groups of Entra ID by a key of your choice, each with the products that its members see. */
  readonly groups: Readonly<
    Record<
      string,
      {
        readonly displayName: string;
        readonly objectId: string;
        readonly products: readonly string[];
      }
    >
  >;
  readonly console: boolean;
  readonly delegation?: {
    readonly url: string;
    readonly validationKey: string;
    readonly subscriptions: boolean;
    readonly userRegistration: boolean;
  };
  /** Folder below this program's. */
  readonly content?: string;
  readonly publish: boolean;
  readonly edition: number;
}

interface PortalArgs {
  readonly gateway: ApimGateway;
  /** Address of the portal. */
  readonly url: string;
  readonly tenantId: string;
  /** Vault of the stack, for the secret of the portal's registration. */
  readonly vault: ClientSecrets["vault"];
  readonly names: { readonly registration: (role: string) => string };
  /** Who works with the stack. @default whoever deploys alone owns the registrations */
  readonly access?: Access;
}

/** What integrations are given of a portal. */
export interface PortalForIntegrations {
  readonly console: TestConsole | undefined;
  /** Which groups see a product, by its id; a product that is not here is seen by every developer. */
  readonly productGroups: Readonly<Record<string, readonly string[]>>;
}

/** Composes the developer portal: registrations at Entra ID, sign-in, groups, test console, pages, publication. */
export function deployPortal(settings: PortalSettings, args: PortalArgs): PortalForIntegrations {
  const { gateway, url } = args;
  const { delegation, content, groups } = settings;
  const server = settings.console ? createConsole(args) : undefined;
  const { signIn, registration } = signInOf(settings, args);
  new DeveloperPortal(
    "portal",
    {
      ...settings,
      gateway,
      url,
      signIn,
      consoleServers: server && { entra: server.authorizationServer },
      content: content === undefined ? undefined : readPortalContent(join(__dirname, "..", "..", content)),
      delegation: delegation && {
        ...delegation,
        validationKey: pulumi.secret(delegation.validationKey),
      },
    },
    // With all that it may do: Azure looks groups up when it is told of them.
    { dependsOn: registration ?? [] },
  );
  return { console: server, productGroups: groupsByProduct(groups) };
}

/** How developers sign in, with a registration of the portal's own where that is in this tenant. */
function signInOf(
  { signIn, groups }: PortalSettings,
  args: PortalArgs,
): { readonly signIn: PortalSignIn; readonly registration?: EntraAppRegistration } {
  switch (signIn.kind) {
    case "password":
      return { signIn };
    case "b2c":
      return { signIn: { ...signIn, clientSecret: pulumi.secret(signIn.clientSecret) } };
    case "entra": {
      const registration = registerPortal(signIn, Object.keys(groups).length > 0, args);
      const clientSecret = registration.secretValue();
      return {
        signIn: {
          kind: "entra",
          tenantId: args.tenantId,
          clientId: registration.clientId,
          clientSecret,
        },
        registration,
      };
    }
  }
}

/** Name of the portal's secret in the stack's vault. */
const PORTAL_SECRET = "developer-portal-client";

/**
 * The portal as a client of Entra ID. Where groups decide what developers see, it reads the directory to find out who is in
 * them (https://learn.microsoft.com/azure/api-management/api-management-howto-aad#add-an-external-microsoft-entra-group).
 */
function registerPortal(
  { secrets, currentSecret }: Extract<PortalSettings["signIn"], { readonly kind: "entra" }>,
  readsGroups: boolean,
  { url, names, access, vault }: PortalArgs,
): EntraAppRegistration {
  return new EntraAppRegistration("portal", {
    displayName: names.registration("portal"),
    owners: pipelineOwners(access),
    claims: { idToken: ["email", "family_name", "given_name"] },
    client: {
      kind: "web",
      signsInAt: "browser",
      redirectUris: [signInAddress(url)],
      calls: readsGroups
        ? { graph: { api: MICROSOFT_GRAPH, roles: ["User.Read.All", "Group.Read.All"], consent: "admin" } }
        : {},
      credentials: {
        secrets: {
          lifetimes: Object.fromEntries(
            Object.entries(secrets).map(([key, { from, until }]): [string, SecretLifetime] => [
              key,
              { from: from.slice(0, 10) as Day, until: until.slice(0, 10) as Day },
            ]),
          ),
          current: currentSecret,
          vault,
          secretName: PORTAL_SECRET,
        },
      },
    },
  });
}

/** Id of the authorization server at which the test console signs developers in. */
const CONSOLE_SERVER = "entra";

/** The test console as a client of Entra ID. APIs admit it, so that nobody is asked for consent. */
function createConsole({ gateway, url, tenantId, names, access }: PortalArgs) {
  const { clientId } = new EntraAppRegistration("portal-console", {
    displayName: names.registration("portal-console"),
    owners: pipelineOwners(access),
    client: { kind: "singlePage", redirectUris: [consoleAddress(url, CONSOLE_SERVER)] },
  });
  const endpoint = (name: string) => `https://login.microsoftonline.com/${tenantId}/oauth2/v2.0/${name}`;
  const authorizationServer = new GatewayAuthorizationServer(CONSOLE_SERVER, {
    gateway,
    displayName: "Microsoft Entra ID",
    authorizationEndpoint: endpoint("authorize"),
    tokenEndpoint: endpoint("token"),
    clientRegistrationEndpoint: "https://entra.microsoft.com",
    clientId,
  });
  return { authorizationServer, clientId };
}

/** Turns around which products a group sees. */
function groupsByProduct(
  groups: Readonly<Record<string, { readonly products: readonly string[] }>>,
): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [group, { products }] of Object.entries(groups)) {
    for (const product of products) (found[product] ??= []).push(group);
  }
  return found;
}
