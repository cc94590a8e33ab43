import { z } from "zod";
import { parseSettings } from "../../settings";
import { formatIssues, type Issue } from "../../validation/issue";
import { CA_CERTIFICATE } from "../components/fixtures";

export const PROJECT = "basic-enterprise-integration";

const backend = z.strictObject({ url: z.url(), audience: z.string().min(1) });

/** An integration like those of the program, with a secret of its own. */
export const INTEGRATIONS = {
  invoices: z.strictObject({
    backend,
    rateLimit: z.strictObject({ calls: z.int().min(1).max(1000) }).default({ calls: 60 }),
    password: z.string().min(8).meta({ secret: true, description: "Password of the ledger." }).optional(),
  }),
};

const NETWORK = "/subscriptions/any/resourceGroups/rg-network/providers/Microsoft.Network";

/** Resource id of a subnet. */
export function subnetId(name: string): string {
  return `${NETWORK}/virtualNetworks/vnet/subnets/${name}`;
}

function publicIpAddressId(name: string): string {
  return `${NETWORK}/publicIPAddresses/${name}`;
}

/** The least that a stack must say. */
export const MINIMAL = {
  location: "westeurope",
  gateway: { publisher: { name: "Contoso", email: "apis@contoso.com" }, tier: { name: "Developer" } },
};

/** The least that a stack must say whose gateway stands already. */
export const EXISTING = {
  location: "westeurope",
  existingGateway: {
    name: "apim-contoso",
    resourceGroup: "rg-gateway",
    tier: "StandardV2",
    identity: { name: "id-gateway", resourceGroup: "rg-gateway" },
  },
};

/** Everything that a stack can say that owns its gateway. */
export const MAXIMAL = {
  workload: "contosoint",
  location: "westeurope",
  tags: { "cost-centre": "42", owner: "integration team" },
  protect: false,
  access: {
    operators: ["10000000-0000-0000-0000-000000000001"],
    developers: ["10000000-0000-0000-0000-000000000002"],
    pipelines: ["10000000-0000-0000-0000-00000000000A"],
    developersEdit: { because: "they try out policies here" },
  },
  gateway: {
    publisher: { name: "Contoso", email: "apis@contoso.com" },
    tier: {
      name: "Premium",
      units: 6,
      zones: ["1", "2", "3"],
      regions: {
        northeurope: {
          units: 2,
          zones: ["1", "3"],
          gateway: "disabled",
          network: { subnetId: subnetId("north"), publicIpAddressId: publicIpAddressId("north") },
        },
        uksouth: { units: 1, network: { subnetId: subnetId("south") } },
      },
      gateway: "enabled",
      network: {
        kind: "external",
        subnetId: subnetId("west"),
        publicIpAddressId: publicIpAddressId("west"),
      },
    },
    notificationSenderEmail: "no-reply@contoso.com",
    developerPortal: true,
    caCertificates: { contoso: { store: "Root", certificate: CA_CERTIFICATE } },
    restoreDeleted: false,
    namedValues: { greeting: { value: "Hello" }, "ledger-key": { secret: "s3cret-value" } },
  },
  domain: {
    zone: "contoso.com",
    existingZone: { resourceGroup: "rg-dns", subscriptionId: "00000000-0000-0000-0000-00000000000d" },
    ttl: 60,
    hostnames: {
      gateway: "api.europe",
      furtherGateways: { partners: { name: "partners", clientCertificates: "negotiate" } },
      portal: "developer",
      management: "management",
    },
    clientCertificates: "negotiate",
    certificate: {
      vaultId:
        "/subscriptions/00000000-0000-0000-0000-00000000000A/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/kv-certs",
      secretName: "wildcard-contoso-com",
    },
    records: true,
    passiveGateway: {
      name: "apim-contoso-passive",
      resourceGroup: "rg-passive",
      subscriptionId: "00000000-0000-0000-0000-00000000000e",
      hostname: "api-passive",
      takesOver: true,
    },
  },
  portal: {
    signIn: {
      kind: "entra",
      secrets: { first: { from: "2026-11-01", until: "2028-10-31" } },
      currentSecret: "first",
    },
    anonymousVisitors: { because: "the APIs are public" },
    signUp: { because: "anybody may try" },
    terms: { text: "Be kind.", consentRequired: false },
    groups: {
      partners: {
        displayName: "Partners",
        objectId: "55555555-5555-4555-8555-555555555555",
        products: ["invoices"],
      },
    },
    console: false,
    delegation: {
      url: "https://shop.contoso.com/delegation",
      validationKey: "c2lnbmVkLWJ5LXRoZS1wb3J0YWw=",
      subscriptions: false,
      userRegistration: true,
    },
    content: "portal",
    publish: false,
    edition: 2,
  },
  vault: {
    network: { kind: "trustedServices", allowedRanges: ["203.0.113.0/24"] },
    softDeleteDays: 30,
    purgeProtection: false,
  },
  monitoring: { retentionDays: 90, dailyQuotaGb: 0.5 },
  backup: { location: "swedencentral", redundancy: "Standard_RAGZRS", hours: [0, 12], keepDays: 14 },
  workflowRegion: { location: "northeurope", because: "the orders are kept there" },
  extraCallers: {
    ranges: ["203.0.113.7/32", "203.0.113.16-203.0.113.31"],
    because: "the primary region gets another network",
    until: "2026-12-31",
  },
  integrations: {
    invoices: {
      backend: { url: "https://ledger.contoso.com/", audience: "api://ledger" },
      rateLimit: { calls: 10 },
      password: "correct horse",
    },
  },
};

/** Settings with the project's name before their keys, as a stack file has them. */
export function named(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${PROJECT}:${key}`, value]));
}

/** Settings as the engine hands them over. */
export function configuration(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(named(settings)).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Reads settings of which the keys named are secret: by default, those that hold one in {@link MAXIMAL}. */
export function parse(
  settings: Readonly<Record<string, unknown>>,
  secret: readonly string[] = ["gateway", "portal", "integrations"],
) {
  return parseSettings(
    configuration(settings),
    new Set(secret.map((key) => `${PROJECT}:${key}`)),
    PROJECT,
    INTEGRATIONS,
  );
}

/** What is wrong with settings, none of which is secret as a whole. */
export function problems(
  settings: Readonly<Record<string, unknown>>,
  secret: readonly string[] = [],
): readonly Issue[] {
  return parse(settings, secret).issues ?? [];
}

/** The same as the message that a person reads. */
export function message(settings: Readonly<Record<string, unknown>>, secret: readonly string[] = []): string {
  return formatIssues("The settings of stack dev are not valid", problems(settings, secret));
}
