import { z } from "zod";
import {
  backupRule,
  CA_CERTIFICATES_RULE,
  CLIENT_CERTIFICATES_RULE,
  EXTRA_CALLERS_RULE,
  FURTHER_REGION_RULE,
  gatewayHostnamesRule,
  OFFERED_TIERS,
  otherHostnameRule,
  PORTAL_SIGN_IN_RULE,
  sharedHostnamesRule,
  TIERS,
} from "../components/gateway/tier";
import { GROUPS_RULE } from "../components/gateway/portal/rules";
import { nearest } from "../validation/nearest";
import { region } from "./parts";
import { access } from "./schema/access";
import { domain, domainHostnames, type DomainHostnames } from "./schema/domain";
import { existingGateway, gateway, gatewayStack } from "./schema/gateway";
import { portal } from "./schema/portal";
import { backup, monitoring, vault } from "./schema/stores";
import { MAX_TAGS, OWN_TAGS, tags, workload } from "./schema/tags";
import { always, onceValid } from "./schema/when";
import { extraCallers, workflowRegion } from "./schema/workflows";

/** The settings of each integration, by its key. */
export type IntegrationSchemas = Readonly<Record<string, z.ZodType>>;

const common = z.strictObject({
  workload,
  location: region.meta({ description: "Primary Azure region by its programmatic name, e.g. westeurope." }),
  tags,
  protect: z
    .boolean()
    .default(true)
    .describe(
      "Whether Pulumi, and Azure by locks, refuse to delete what cannot be replaced cheaply: gateway, vault, DNS zone, " +
        "backups, products.",
    ),
  access,
  gateway: gateway.optional(),
  existingGateway: existingGateway.optional(),
  gatewayStack: gatewayStack.optional(),
  domain: domain.optional(),
  portal: portal.optional(),
  vault,
  monitoring: monitoring.optional(),
  backup: backup.optional(),
  workflowRegion: workflowRegion.optional(),
  extraCallers: extraCallers.optional(),
});

type Common = z.output<typeof common>;

/** The settings of the gateway that a stack owns. */
export type GatewaySettings = z.output<typeof gateway>;

/** The settings of a gateway that stands already. */
export type ExistingGatewaySettings = z.output<typeof existingGateway>;

/** A stack that owns its gateway. */
interface OwnGateway {
  readonly gateway: GatewaySettings;
  readonly existingGateway?: undefined;
  readonly gatewayStack?: undefined;
}

/** A stack that uses a gateway that stands already. */
interface ExistingGateway {
  readonly gateway?: undefined;
  readonly existingGateway: ExistingGatewaySettings;
  readonly gatewayStack?: undefined;
  readonly domain?: undefined;
  readonly portal?: undefined;
  readonly backup?: undefined;
}

/** A stack that uses the gateway of another. */
interface OtherGateway {
  readonly gateway?: undefined;
  readonly existingGateway?: undefined;
  readonly gatewayStack: string;
  readonly domain?: undefined;
  readonly portal?: undefined;
  readonly backup?: undefined;
}

/** The settings of a stack, complete with defaults. Secrets are in them as plain texts: hand them on as secrets. */
export type Settings<I extends IntegrationSchemas> = Common &
  (OwnGateway | ExistingGateway | OtherGateway) & {
    /** Which integrations the stack deploys, with their settings. */
    readonly integrations: { readonly [K in keyof I]?: z.output<I[K]> };
  };

/** What a stack says of its gateway; one of them. */
export const GATEWAY_KEYS = ["gateway", "existingGateway", "gatewayStack"] as const;

const OWNERS_ALONE = {
  rule: "must stand with the stack that owns the gateway",
  fix: "move it there: this stack uses the gateway of somebody else",
};

/**
 * The schema of a stack's configuration: every key, its type, limits, default and description.
 *
 * @param integrations the schema of each integration that a stack may list
 */
export function settingsSchema<I extends IntegrationSchemas>(
  integrations: I,
): z.ZodType<Settings<I>> & z.core.$ZodType {
  const listed = z
    .strictObject(
      Object.fromEntries(Object.entries(integrations).map(([key, schema]) => [key, schema.optional()])),
    )
    .default({})
    .describe(
      "Integrations that this stack deploys, with their settings. What is not listed is not deployed.",
    );
  const schema = z
    .strictObject({ ...common.shape, integrations: listed })
    .refine((all) => GATEWAY_KEYS.filter((key) => all[key] !== undefined).length === 1, {
      path: ["gateway"],
      params: {
        rule: "must be there, or existingGateway, or gatewayStack, and only one of them",
        fix: "keep gateway where this stack owns the gateway, existingGateway where it stands already, gatewayStack where it is another stack's",
      },
      when: always,
    })
    .refine(({ existingGateway, gatewayStack, domain }) => !(existingGateway ?? gatewayStack) || !domain, {
      path: ["domain"],
      params: OWNERS_ALONE,
      when: always,
    })
    .refine(({ existingGateway, gatewayStack, portal }) => !(existingGateway ?? gatewayStack) || !portal, {
      path: ["portal"],
      params: OWNERS_ALONE,
      when: always,
    })
    .refine(({ gateway, portal }) => gateway?.developerPortal !== false || !portal, {
      path: ["portal"],
      params: {
        rule: "must be left out where gateway.developerPortal is false",
        fix: "remove it, or switch the portal on",
      },
      when: onceValid(z.looseObject({ gateway: z.looseObject({ developerPortal: z.boolean() }) })),
    })
    .superRefine(checkGroups(Object.keys(integrations)), {
      when: onceValid(z.looseObject({ portal })),
    })
    .refine(({ existingGateway, gatewayStack, backup }) => !(existingGateway ?? gatewayStack) || !backup, {
      path: ["backup"],
      params: OWNERS_ALONE,
      when: always,
    })
    .refine(({ location, backup }) => location !== backup?.location, {
      path: ["backup", "location"],
      params: {
        rule: "must differ from location: a backup in the gateway's primary region is lost together with it",
        fix: "choose another region",
      },
      when: onceValid(
        z.looseObject({ location: z.string(), backup: z.looseObject({ location: z.string() }) }),
      ),
    })
    .refine(
      ({ location, gateway }) =>
        gateway?.tier.name !== "Premium" || !Object.hasOwn(gateway.tier.regions ?? {}, location),
      {
        path: ["gateway", "tier", "regions"],
        params: FURTHER_REGION_RULE,
        when: onceValid(
          z.looseObject({
            location: z.string(),
            gateway: z.looseObject({ tier: z.looseObject({ regions: z.record(z.string(), z.unknown()) }) }),
          }),
        ),
      },
    )
    .superRefine(checkAgainstTier, {
      when: onceValid(
        z.looseObject({ gateway: z.looseObject({ tier: z.looseObject({ name: z.enum(OFFERED_TIERS) }) }) }),
      ),
    })
    .superRefine(checkNamesAgainstTier, {
      when: onceValid(
        z.looseObject({
          gateway: z.looseObject({ tier: z.looseObject({ name: z.enum(OFFERED_TIERS) }) }),
          domain: z.looseObject({ hostnames: domainHostnames }),
        }),
      ),
    })
    .refine(
      ({ gateway, existingGateway }) =>
        [gateway?.tier.name, existingGateway?.tier].every(
          (name) => name === undefined || TIERS[name].staticAddresses,
        ),
      {
        path: ["extraCallers"],
        params: EXTRA_CALLERS_RULE,
        when: onceValid(
          z.looseObject({
            gateway: z.looseObject({ tier: z.looseObject({ name: z.enum(OFFERED_TIERS) }) }).optional(),
            existingGateway: z.looseObject({ tier: z.enum(OFFERED_TIERS) }).optional(),
            extraCallers: z.looseObject({}),
          }),
        ),
      },
    )
    .refine(
      ({ gateway, domain }) => gateway?.developerPortal !== false || domain?.hostnames.portal === undefined,
      {
        path: ["domain", "hostnames", "portal"],
        params: {
          rule: "must be left out where gateway.developerPortal is false",
          fix: "remove the name, or switch the portal on",
        },
        when: onceValid(
          z.looseObject({
            gateway: z.looseObject({ developerPortal: z.boolean() }),
            domain: z.looseObject({ hostnames: z.looseObject({}) }),
          }),
        ),
      },
    )
    .refine(
      ({ domain, tags }) =>
        domain?.existingZone !== undefined ||
        domain?.records === false ||
        Object.keys(tags).length <= MAX_TAGS.dnsZone - OWN_TAGS.length,
      {
        path: ["tags"],
        params: {
          rule: `must have at most ${MAX_TAGS.dnsZone - OWN_TAGS.length} tags where the stack creates a DNS zone, which allows ${MAX_TAGS.dnsZone}, and ${OWN_TAGS.length} are set anyway`,
          fix: "remove the tags that nobody reads",
        },
        when: onceValid(z.looseObject({ tags: z.looseObject({}), domain: z.looseObject({}) })),
      },
    );
  // What the rules above make sure of, and the types of the integrations, cannot be seen by the compiler.
  return schema as unknown as z.ZodType<Settings<I>>;
}

/** What must hold of the groups of a portal, given the products that there can be. */
function checkGroups(known: readonly string[]) {
  return ({ portal }: Partial<Common>, context: z.core.$RefinementCtx): void => {
    if (!portal) return;
    if (portal.signIn.kind !== "entra" && Object.keys(portal.groups).length > 0) {
      context.addIssue({ code: "custom", path: ["portal", "groups"], params: GROUPS_RULE });
    }
    for (const [key, { products }] of Object.entries(portal.groups)) {
      products.forEach((product, index) => {
        if (known.includes(product)) return;
        context.addIssue({
          code: "custom",
          path: ["portal", "groups", key, "products", index],
          params: {
            rule: `must be the key of an integration: ${known.join(", ")}`,
            fix: `write ${nearest(product, known) ?? "one of these"}`,
          },
        });
      });
    }
  };
}

/** What the tier says about settings beside it, whatever is wrong with those. */
function checkAgainstTier(
  { gateway, domain, portal, backup }: Partial<Common>,
  context: z.core.$RefinementCtx,
): void {
  if (!gateway) return;
  const { tier } = gateway;
  const refuse = (path: string[], params: { readonly rule: string; readonly fix: string }) => {
    context.addIssue({ code: "custom", path, params });
  };
  // It may be anything, as it is judged by itself.
  const signIn: { readonly kind?: string } | undefined = portal?.signIn;
  if (signIn && signIn.kind !== "password" && !TIERS[tier.name].portalSignIn) {
    refuse(["portal", "signIn"], PORTAL_SIGN_IN_RULE);
  }
  if (backup && !TIERS[tier.name].backup) refuse(["backup"], backupRule(tier.name));
  if (gateway.caCertificates && TIERS[tier.name].caCertificates === 0) {
    refuse(["gateway", "caCertificates"], CA_CERTIFICATES_RULE);
  }
  if (domain?.clientCertificates === "negotiate" && !TIERS[tier.name].clientCertificates) {
    refuse(["domain", "clientCertificates"], CLIENT_CERTIFICATES_RULE);
  }
  if (TIERS[tier.name].looksUpHostnames) {
    if (domain?.passiveGateway) refuse(["domain", "passiveGateway"], sharedHostnamesRule(tier.name));
    if (domain?.records === false) refuse(["domain", "records"], sharedHostnamesRule(tier.name));
  }
  if (domain && "network" in tier && tier.network?.kind === "internal") {
    refuse(["domain"], {
      rule: "must be left out where the gateway's network is internal: public DNS would name what nobody can reach",
      fix: "name the gateway in a private DNS zone of its network, or make the network external",
    });
  }
}

/** What the tier says about names, once these are valid. */
function checkNamesAgainstTier({ gateway, domain }: Partial<Common>, context: z.core.$RefinementCtx): void {
  if (!gateway || !domain) return;
  const { name } = gateway.tier;
  const { furtherGateways = {}, management } = domain.hostnames;
  const refuse = (key: keyof DomainHostnames, params: { readonly rule: string; readonly fix: string }) => {
    context.addIssue({ code: "custom", path: ["domain", "hostnames", key], params });
  };
  const count = 1 + Object.keys(furtherGateways).length;
  if (count > TIERS[name].gatewayHostnames) refuse("furtherGateways", gatewayHostnamesRule(name, count));
  if (management !== undefined && !TIERS[name].otherHostnames.includes("management")) {
    refuse("management", otherHostnameRule(name, "management"));
  }
}
