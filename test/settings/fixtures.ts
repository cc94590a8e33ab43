import { z } from "zod";
import { parseSettings } from "../../settings";
import { formatIssues, type Issue } from "../../validation/issue";

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

/** The least that a stack must say. */
export const MINIMAL = {
  location: "westeurope",
  gateway: { publisher: { name: "Contoso", email: "apis@contoso.com" }, tier: { name: "Developer" } },
};

/** Everything that a stack can say. */
export const MAXIMAL = {
  workload: "contosoint",
  location: "westeurope",
  tags: { "cost-centre": "42", owner: "integration team" },
  protect: false,
  gateway: {
    publisher: { name: "Contoso", email: "apis@contoso.com" },
    tier: {
      name: "Premium",
      units: 6,
      zones: ["1", "2", "3"],
      regions: { northeurope: { units: 2, zones: ["1", "3"], gateway: "disabled" }, uksouth: { units: 1 } },
    },
    developerPortal: true,
    namedValues: { greeting: { value: "Hello" }, "ledger-key": { secret: "s3cret-value" } },
  },
  domain: {
    zone: "contoso.com",
    existingZoneResourceGroup: "rg-dns",
    hostnames: { gateway: "api.europe", portal: "developer" },
    certificate: {
      vaultId:
        "/subscriptions/00000000-0000-0000-0000-00000000000A/resourceGroups/rg-certificates/providers/Microsoft.KeyVault/vaults/kv-certs",
      secretName: "wildcard-contoso-com",
    },
  },
  vault: { softDeleteDays: 30, purgeProtection: false },
  monitoring: { retentionDays: 90, dailyQuotaGb: 0.5 },
  backup: { location: "swedencentral", redundancy: "Standard_RAGZRS", hours: [0, 12], keepDays: 14 },
  integrations: {
    invoices: {
      backend: { url: "https://ledger.contoso.com/", audience: "api://ledger" },
      rateLimit: { calls: 10 },
      password: "correct horse",
    },
  },
};

/** Settings as the engine hands them over. */
export function configuration(settings: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `${PROJECT}:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

/** Reads settings of which the keys named are secret: by default, those that hold one in {@link MAXIMAL}. */
export function parse(
  settings: Readonly<Record<string, unknown>>,
  secret: readonly string[] = ["gateway", "integrations"],
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
