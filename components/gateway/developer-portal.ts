import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as pulumi from "@pulumi/pulumi";
import { received, type Issue } from "../../validation/issue";
import { checkText, requireValid } from "../validation";
import type { ApimGateway } from "./apim-gateway";
import type { GatewayAuthorizationServer } from "./authorization-server";
import { childOf, placeOn } from "./child";
import { GatewayGroup, validateGatewayGroup, type GatewayGroupArgs } from "./group";
import { portalSettings, validateAccess, type PortalAccess } from "./portal/access";
import { contentParts, validateContent, type PortalContent } from "./portal/content";
import { revisionId } from "./portal/publication";
import { GROUPS_RULE } from "./portal/rules";
import {
  providerArgs,
  publishedSignIn,
  validateSignIn,
  type B2cSignIn,
  type EntraSignIn,
  type PortalSignIn,
} from "./portal/sign-in";
import { deployTemplate, type TemplatePart } from "./template";

/** A group of Microsoft Entra ID whose members see what products name it. */
export interface PortalGroup {
  /** 1 to 300 characters. */
  readonly displayName: string;
  /** Who belongs to it, for people; 1 to 1,000 characters. */
  readonly description?: string;
  /** Object id of the group, in the tenant by which developers sign in. */
  readonly objectId: pulumi.Input<string>;
}

export interface DeveloperPortalArgs extends PortalAccess {
  /** Its tier says by what developers can sign in. */
  readonly gateway: ApimGateway;
  /** Address of the portal without anything behind the host name, in lower case, e.g. `https://developer.contoso.com`. */
  readonly url: string;
  readonly signIn: PortalSignIn;
  /** By the ids under which products name them; where developers sign in by Entra ID. @default none */
  readonly groups?: Readonly<Record<string, PortalGroup>>;
  /** Where the test console signs developers in, by a key of your choice. @default they paste their token */
  readonly consoleServers?: Readonly<Record<string, GatewayAuthorizationServer>>;
  /** Pages, styles and menus. @default what was made in the portal's own editor, or Azure's first pages */
  readonly content?: PortalContent;
  /** Whether visitors get all this; what is not published, they do not see. @default true */
  readonly publish?: boolean;
  /**
   * Whole number, raised to publish what was changed otherwise: in the portal's own editor, or of an API's sign-in in the
   * test console. @default 1
   */
  readonly edition?: number;
}

/** What {@link DeveloperPortal} assumes where its arguments say nothing. */
const DEVELOPER_PORTAL_DEFAULTS = { publish: true, edition: 1 } as const;

/**
 * The developer portal: who signs in and how, what they agree to, which groups there are, what the pages show; and its
 * publication, the last of all, whenever one of these is another. Without more, only those who signed in see anything.
 *
 * Deleting it deletes the provider and the groups; settings, pages and the published portal stay as they are.
 *
 * @example
 * ```ts
 * new DeveloperPortal("portal", {
 *   gateway,
 *   url: "https://developer.contoso.com",
 *   signIn: { kind: "entra", tenantId, clientId: registration.clientId, clientSecret },
 *   groups: { partners: { displayName: "Partners", objectId: "44444444-4444-4444-8444-444444444444" } },
 * });
 * ```
 *
 * @throws pulumi.ResourceError with every problem of the arguments, before any child is registered
 */
export class DeveloperPortal extends pulumi.ComponentResource {
  /** Id of the published revision: another one where something else is published. Absent where nothing is. */
  readonly revision: pulumi.Output<string> | undefined;

  constructor(
    private readonly portalName: string,
    private readonly args: DeveloperPortalArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("enterprise-integration:index:DeveloperPortal", portalName, {}, opts);
    requireValid(this, "DeveloperPortal", portalName, validateDeveloperPortal(args));

    const { gateway, signIn, consoleServers = {}, content, publish } = args;
    const provider = signIn.kind === "password" ? [] : [this.createProvider(signIn)];
    const access = portalSettings(portalName, args);
    const settings = deployTemplate(
      access,
      `${portalName}-settings`,
      gateway,
      // Whoever is sent to sign in finds a way to.
      childOf(this, gateway, { dependsOn: provider }),
    );
    const groups = this.createGroups(provider);
    const pages = content
      ? [deployTemplate(contentParts(content), `${portalName}-content`, gateway, childOf(this, gateway))]
      : [];
    const servers = Object.values(consoleServers).map(({ resource }) => resource);
    this.revision =
      (publish ?? DEVELOPER_PORTAL_DEFAULTS.publish)
        ? this.publish(access, [...provider, settings, ...groups, ...pages, ...servers])
        : undefined;
    this.registerOutputs({ revision: this.revision });
  }

  private createProvider(signIn: EntraSignIn | B2cSignIn): apimanagement.IdentityProvider {
    const { gateway } = this.args;
    return new apimanagement.IdentityProvider(
      `${this.portalName}-identity-provider`,
      { ...placeOn(gateway), ...providerArgs(signIn) },
      childOf(this, gateway),
    );
  }

  /** A group of Entra ID is looked up by the provider, which therefore stands before. */
  private createGroups(provider: readonly pulumi.Resource[]): pulumi.Resource[] {
    return groupsOf(this.args).map(
      ([key, group]) => new GatewayGroup(key, group, { parent: this, dependsOn: [...provider] }),
    );
  }

  private publish(access: readonly TemplatePart[], after: readonly pulumi.Resource[]): pulumi.Output<string> {
    const { gateway, edition = DEVELOPER_PORTAL_DEFAULTS.edition } = this.args;
    const revision = pulumi.output(this.published(access)).apply(revisionId);
    deployTemplate(
      [
        {
          path: pulumi.interpolate`portalRevisions/${revision}`,
          properties: { description: `Edition ${edition}, published by Pulumi`, isCurrent: true },
        },
      ],
      `${this.portalName}-publication`,
      gateway,
      childOf(this, gateway, { dependsOn: [...after] }),
    );
    return revision;
  }

  /**
   * Whatever takes effect only once it is published: "republish the portal after any configuration change"
   * (https://learn.microsoft.com/azure/api-management/api-management-howto-aad,
   * https://learn.microsoft.com/azure/api-management/api-management-howto-oauth2). Never a secret; and nothing that Azure
   * may leave out of its answers, which each preview would take for not known yet.
   */
  private published(access: readonly TemplatePart[]) {
    const { url, signIn, consoleServers = {}, content, edition } = this.args;
    return {
      url,
      edition: edition ?? DEVELOPER_PORTAL_DEFAULTS.edition,
      signIn: {
        ...publishedSignIn(signIn),
        kind: signIn.kind,
        clientId: signIn.kind === "password" ? undefined : signIn.clientId,
      },
      settings: access.map(({ properties }) => properties),
      console: Object.values(consoleServers).map(({ resource }) => ({
        id: resource.name,
        clientId: resource.clientId,
        authorizationEndpoint: resource.authorizationEndpoint,
        tokenEndpoint: resource.tokenEndpoint,
        grantTypes: resource.grantTypes,
      })),
      content,
    };
  }
}

/** The groups of Entra ID, which are those of developers who sign in by it. */
function groupsOf({
  gateway,
  signIn,
  groups = {},
}: DeveloperPortalArgs): [key: string, group: GatewayGroupArgs][] {
  if (signIn.kind !== "entra") return [];
  return Object.entries(groups).map(([key, { objectId, ...texts }]) => [
    key,
    { gateway, ...texts, entra: { tenant: signIn.tenantId, objectId } },
  ]);
}

/** Every problem of the arguments of a {@link DeveloperPortal}. */
function validateDeveloperPortal(args: DeveloperPortalArgs): Issue[] {
  const { gateway, url, signIn, groups = {}, content = {}, edition } = args;
  const issues = [
    ...checkText("url", url, {
      what: "the portal's address",
      pattern: /^https:\/\/[a-z\d.-]+$/,
      words: "the form https://<host name> in lower case, with nothing behind it",
    }),
    ...validateSignIn(signIn, gateway.tier),
    ...validateAccess(args),
    ...validateContent(content),
    ...groupsOf(args).flatMap(([key, group]) =>
      validateGatewayGroup(key, group).map((issue) => ({
        ...issue,
        path: `groups.${key}.${issue.path.replace(/^entra\./, "")}`,
      })),
    ),
  ];
  if (signIn.kind !== "entra" && Object.keys(groups).length > 0) {
    issues.push({ path: "groups", ...GROUPS_RULE, received: received(Object.keys(groups)) });
  }
  if (edition !== undefined && !(Number.isInteger(edition) && edition >= 1)) {
    issues.push({
      path: "edition",
      rule: "an edition is a whole number from 1",
      received: received(edition),
      fix: "write the last one plus one",
    });
  }
  return issues;
}
