import type * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { Access } from "../components/access";
import type { VaultCertificate } from "../components/gateway/key-vault";
import type { ApiSignIn } from "../components/gateway/gateway-api";
import type { GatewayReference } from "../components/gateway/reference";
import type { TriggerCallers } from "../components/workflow/access";

/** What every workflow of a stack has in common. */
export interface WorkflowPlace {
  /** Azure region, e.g. `westeurope`. */
  readonly location: string;
  readonly callers: TriggerCallers;
}

/** The developer portal's test console, where it signs developers in. */
export interface TestConsole {
  readonly authorizationServer: Extract<ApiSignIn, { authorizationServer: unknown }>["authorizationServer"];
  /** Client id under which it asks for tokens: an API that pre-authorizes it asks nobody for consent. */
  readonly clientId: pulumi.Input<string>;
}

/** What every integration is given by the stack that deploys it. */
export interface IntegrationArgs<S> {
  /** The gateway that publishes its APIs: this stack's or another's. */
  readonly gateway: GatewayReference;
  /** Where its workflows stand, and who may call them. */
  readonly workflows: WorkflowPlace;
  /** Directory (tenant) id. */
  readonly tenantId: string;
  /** Names of what it owns. */
  readonly names: {
    readonly resourceGroup: string;
    /** What Entra ID shows of its registrations, which are unique in the tenant. */
    readonly registration: (role: string) => string;
    readonly workflow: (role: string) => string;
    /** Service Bus namespace; globally unique. */
    readonly serviceBus: string;
    /** Event Grid topic; unique in its region. */
    readonly eventTopic: string;
    readonly connection: (role: string) => string;
  };
  /** Log Analytics workspace for its diagnostics. @default none are sent */
  readonly workspaceId?: pulumi.Input<string>;
  /** Developer portal, whose test console calls APIs from a browser. @default there is none, or it is not known */
  readonly portalUrl?: string;
  /** Who works with the stack. @default nobody gets a role */
  readonly access?: Access;
  /** The portal's test console. @default it signs nobody in, and developers paste their token */
  readonly console?: TestConsole;
  /** Groups of the portal that see its product. @default every developer */
  readonly productGroups?: readonly string[];
  /** Whether Pulumi refuses to delete what consumers depend on, its products, and what holds their messages. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
  /** Its own settings, as its schema reads them. */
  readonly settings: S;
}

/** What a stack shows of an integration: addresses and ids, never secrets. */
export type IntegrationOutputs = Readonly<Record<string, pulumi.Input<string>>>;

/** A unit that a stack deploys by listing it under `integrations` in its settings. */
export interface Integration<S extends z.ZodType = z.ZodType> {
  /** Schema of its settings. */
  readonly settings: S;
  /** Certificates that must stand before: in vaults that the settings name. @default none */
  readonly certificates?: (settings: z.output<S>) => readonly VaultCertificate[];
  readonly deploy: (args: IntegrationArgs<z.output<S>>) => Promise<IntegrationOutputs>;
}

/** Declares an integration; what its schema reads is what it deploys. */
export function integration<S extends z.ZodType>(declaration: Integration<S>): Integration<S> {
  return declaration;
}

/** How developers sign in to try an API that is registered at Entra ID, with these scopes; and its client, pre-authorized. */
export function tryInConsole(console: TestConsole | undefined, scopes: readonly string[]) {
  return {
    /** Application ids to admit where an API names its clients. */
    clients: console ? [console.clientId] : [],
    preAuthorizedClients: console && { console: { clientId: console.clientId, scopes } },
    signInTo: ({ identifierUri }: { readonly identifierUri: pulumi.Output<string> }) =>
      console && {
        authorizationServer: console.authorizationServer,
        scope: identifierUri.apply((uri) => scopes.map((scope) => `${uri}/${scope}`).join(" ")),
      },
  };
}
