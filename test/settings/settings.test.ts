import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { z } from "zod";
import { parseSettings, readSettings } from "../../settings";
import { formatIssues } from "../../validation/issue";
import {
  configuration,
  EXISTING,
  INTEGRATIONS,
  MAXIMAL,
  message,
  MINIMAL,
  parse,
  problems,
  PROJECT,
  subnetId,
} from "./fixtures";

/** MINIMAL with a part replaced. */
function minimal(part: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...MINIMAL, ...part };
}

function withTier(tier: unknown): Record<string, unknown> {
  return minimal({ gateway: { ...MINIMAL.gateway, tier } });
}

function withNamedValues(namedValues: unknown): Record<string, unknown> {
  return minimal({ gateway: { ...MINIMAL.gateway, namedValues } });
}

beforeAll(async () => {
  const unused = (): never => {
    throw new Error("settings register and invoke nothing");
  };
  await pulumi.runtime.setMocks({ newResource: unused, call: unused }, PROJECT, "dev");
});

describe("settings that hold", () => {
  test("the least is completed with defaults", () => {
    expect(parse(MINIMAL)).toEqual({
      settings: {
        workload: "entint",
        location: "westeurope",
        access: { operators: [], developers: [], pipelines: [] },
        tags: {},
        protect: true,
        gateway: { ...MINIMAL.gateway, developerPortal: true, restoreDeleted: false, namedValues: {} },
        vault: {
          network: { kind: "trustedServices", allowedRanges: [] },
          softDeleteDays: 90,
          purgeProtection: true,
        },
        integrations: {},
      },
    });
  });

  test("everything is read as it is written", () => {
    expect(parse(MAXIMAL)).toEqual({
      settings: {
        ...MAXIMAL,
        gateway: {
          ...MAXIMAL.gateway,
          tier: {
            ...MAXIMAL.gateway.tier,
            regions: {
              ...MAXIMAL.gateway.tier.regions,
              uksouth: { ...MAXIMAL.gateway.tier.regions.uksouth, gateway: "enabled" },
            },
          },
        },
      },
    });
  });

  test("defaults stand in parts that are written", () => {
    const { settings } = parse(
      minimal({
        domain: { zone: "contoso.com", certificate: MAXIMAL.domain.certificate },
        backup: { location: "northeurope" },
        integrations: { invoices: { backend: MAXIMAL.integrations.invoices.backend } },
      }),
    );
    expect(settings?.domain?.hostnames).toEqual({ gateway: "api" });
    expect(settings?.domain?.records).toBe(true);
    expect(settings?.backup).toEqual({
      location: "northeurope",
      redundancy: "Standard_GRS",
      hours: [2],
      keepDays: 30,
    });
    expect(settings?.integrations.invoices?.rateLimit).toEqual({ calls: 60 });
  });

  test("a new zone has a parent that vouches for it, and says who issues certificates", () => {
    const domain = {
      zone: "int.contoso.com",
      dnssec: true,
      caa: { issuers: ["digicert.com"], wildcardIssuers: [], reportTo: "mailto:security@contoso.com" },
      certificate: MAXIMAL.domain.certificate,
    };
    const parent = { zone: "contoso.com", resourceGroup: "rg-dns" };
    expect(parse(minimal({ domain: { ...domain, parent } })).settings?.domain).toMatchObject({
      ...domain,
      parent: { ...parent, delegationSigner: true },
    });
  });

  test("a stack uses a gateway that is not its own, and the compiler knows whose it is", () => {
    const { settings } = parse({ location: "westeurope", gatewayStack: "organization/gateway/prod" });
    // No access compiles unless the kinds of stack are told apart.
    const kindOf = (read: typeof settings) => {
      if (!read) throw new Error("the settings do not hold");
      if (read.gateway) return read.gateway.tier.name;
      return read.existingGateway ? read.existingGateway.tier : read.gatewayStack.split("/").at(-1);
    };
    expect(kindOf(settings)).toBe("prod");
    expect(kindOf(parse(EXISTING).settings)).toBe("StandardV2");
    expect(kindOf(parse(MINIMAL).settings)).toBe("Developer");
  });

  test.each([
    { name: "Developer", network: { kind: "external", subnetId: subnetId("apim") } },
    { name: "Basic", units: 2 },
    { name: "Standard", units: 4 },
    { name: "BasicV2", units: 10 },
    { name: "StandardV2", units: 10, network: { kind: "outbound", subnetId: subnetId("apim") } },
  ])("the tier %j", (tier) => {
    expect(parse(withTier(tier)).settings?.gateway?.tier).toEqual(tier);
  });

  test("`pulumi config set` writes texts: they are read by the type of the setting", () => {
    expect(parse({ ...MINIMAL, protect: "false", workload: "null" }).settings).toMatchObject({
      protect: false,
      workload: "null",
    });
  });

  test("other namespaces are left alone", () => {
    pulumi.runtime.setAllConfig({
      ...configuration(MINIMAL),
      "azure-native:location": "",
      "aws:region": "nowhere",
    });
    expect(readSettings(INTEGRATIONS).location).toBe("westeurope");
  });
});

test("a portal of which nothing is said lets only the tenant's own in, and is published", () => {
  const { signIn } = MAXIMAL.portal;
  expect(parse({ ...MINIMAL, portal: { signIn } }, []).settings?.portal).toEqual({
    signIn,
    groups: {},
    console: true,
    publish: true,
    edition: 1,
  });
});

const GROUP = "1000000a-0000-0000-0000-000000000001";
const PARTNERS = MAXIMAL.portal.groups.partners;

describe("settings that do not hold", () => {
  test("every problem is in one message", () => {
    expect(
      message({
        workload: "Enterprise-Integration",
        protect: "yes",
        tags: { Environment: "test" },
        gateway: {
          publisher: { name: "", mail: "apis@contoso.com" },
          tier: { name: "Premium", units: 3, zones: ["1", "2"], regions: { northeurope: { units: 32 } } },
          developerPortal: false,
        },
        domain: {
          zone: "contoso.com",
          hostnames: { portal: "developer" },
          certificate: { vaultId: "kv-certs", secretName: "wildcard" },
        },
        vault: { softDeleteDays: 6 },
        monitoring: { retentionDays: "90" },
        backup: { location: "Sweden Central", hours: [] },
        integrations: { invoice: {} },
        locaton: "westeurope",
      }),
    ).toBe(
      `
The settings of stack dev are not valid: 17 problems
  - workload: must be 2 to 10 lower-case letters and digits, starting with a letter, without a name that Azure reserves (received "Enterprise-Integration")
    fix: choose a short name such as entint
  - location: is required
    fix: add a text: Primary Azure region by its programmatic name, e.g. westeurope
  - tags.Environment: must not be one of the tags that every resource carries anyway: workload, environment, managed-by
    fix: remove it; \`workload\` is a setting of its own, and the environment is the stack's name
  - protect: must be true or false (received "yes")
    fix: correct it: Whether Pulumi, and Azure by locks, refuse to delete what cannot be replaced cheaply: gateway, vault, DNS zone, backups, products
  - gateway.publisher.name: must be a text of 1 to 100 characters (received "")
    fix: correct it: Organisation, at most 100 characters
  - gateway.publisher.email: is required
    fix: add an e-mail address of at most 100 characters: Address of the publisher, at most 100 characters
  - gateway.publisher.mail: is not a setting
    fix: write email
  - gateway.tier.regions.northeurope.units: a Premium gateway has 1 to 31 units in a region (received 32)
    fix: give a whole number from 1 to 31
  - gateway.tier.units: units are a multiple of the number of zones of their region (received 3)
    fix: give every zone the same number of units, or name fewer zones
  - domain.certificate.vaultId: must be the resource id of a Key Vault (received "kv-certs")
    fix: take it from \`az keyvault show --name <vault> --query id\`
  - vault.softDeleteDays: must be a whole number from 7 to 90 (received 6)
    fix: correct it: Days that the vault and its secrets can be recovered after deletion, 7 to 90. Fixed at creation
  - monitoring.retentionDays: must be a whole number from 30 to 730 (received "90")
    fix: correct it: Days that logs can be queried, 30 to 730. The first 31 are in the price of ingestion
  - backup.location: must be a region's programmatic name: lower-case letters and digits (received "Sweden Central")
    fix: write it as \`az account list-locations --query [].name\` lists it, e.g. westeurope
  - backup.hours: must be a list of 1 to 24 entries (received [])
    fix: correct it: Hours of the day (UTC) at which a backup is made, 0 to 23 each. What came after the last one is lost
  - integrations.invoice: is not a setting
    fix: write invoices
  - locaton: is not a setting
    fix: write location
  - domain.hostnames.portal: must be left out where gateway.developerPortal is false (received "developer")
    fix: remove the name, or switch the portal on
`.trim(),
    );
  });

  // Each case breaks one rule and no other; the text is the whole of what is said about it.
  test.each<[what: string, settings: Record<string, unknown>, line: string]>([
    [
      "a workload of one letter",
      minimal({ workload: "e" }),
      'workload: must be 2 to 10 lower-case letters and digits, starting with a letter, without a name that Azure reserves (received "e")\n    fix: choose a short name such as entint',
    ],
    [
      "a workload with a word that Azure reserves",
      minimal({ workload: "mywindows" }),
      'workload: must be 2 to 10 lower-case letters and digits, starting with a letter, without a name that Azure reserves (received "mywindows")\n    fix: choose a short name such as entint',
    ],
    [
      "a region by its display name",
      minimal({ location: "West Europe" }),
      'location: must be a region\'s programmatic name: lower-case letters and digits (received "West Europe")\n    fix: write it as `az account list-locations --query [].name` lists it, e.g. westeurope',
    ],
    [
      "a tag that DNS zones refuse",
      minimal({ tags: { "cost centre": "1" } }),
      'tags["cost centre"]: must be 1 to 128 letters, digits, dots, hyphens and underscores, starting with a letter\n    fix: rename the tag: storage accounts and DNS zones take no other names',
    ],
    [
      "a tag that Azure keeps for itself",
      minimal({ tags: { "azure-team": "1" } }),
      "tags.azure-team: must not begin with azure, microsoft or windows: Azure keeps these names for itself\n    fix: rename the tag",
    ],
    [
      "a long tag value",
      minimal({ tags: { note: "x".repeat(257) } }),
      `tags.note: must be a text of at most 256 characters (received "${"x".repeat(76)}...)\n    fix: write a text of at most 256 characters`,
    ],
    [
      "two spellings of a tag",
      minimal({ tags: { owner: "a", Owner: "b" } }),
      "tags: must not name a tag twice: Azure ignores case in names (received an object)\n    fix: keep one spelling of each tag",
    ],
    [
      "too many tags",
      minimal({ tags: Object.fromEntries(Array.from({ length: 48 }, (_, index) => [`tag${index}`, ""])) }),
      "tags: must have at most 47 tags: Azure allows 50, and 3 are set anyway (received an object)\n    fix: remove the tags that nobody reads",
    ],
    [
      "too many tags for a DNS zone",
      minimal({
        tags: Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`tag${index}`, ""])),
        domain: { zone: "contoso.com", certificate: MAXIMAL.domain.certificate },
      }),
      "tags: must have at most 12 tags where the stack creates a DNS zone, which allows 15, and 3 are set anyway (received an object)\n    fix: remove the tags that nobody reads",
    ],
    [
      "a person's name for an object id",
      minimal({ access: { operators: ["operators@contoso.com"] } }),
      'access.operators[0]: must be an object id: 32 hexadecimal digits in five groups (received "operators@contoso.com")\n    fix: take it from `az ad group show --group <name> --query id`',
    ],
    [
      "a group that is named twice",
      minimal({ access: { operators: [GROUP, GROUP.toUpperCase()] } }),
      `access.operators: must not name anybody twice (received ["${GROUP}","${GROUP.toUpperCase()}"])\n    fix: name each object id once`,
    ],
    [
      "a pipeline that is a group",
      minimal({ access: { developers: [GROUP], pipelines: [GROUP] } }),
      `access.pipelines: must not name a group of operators or developers: pipelines are service principals, and nothing is both (received ["${GROUP}"])\n    fix: give the object id of the pipeline's service principal, or take it out here`,
    ],
    [
      "developers who edit, and are nobody",
      minimal({ access: { developersEdit: { because: "a sandbox" } } }),
      "access.developersEdit: must be left out where there are no developers (received an object)\n    fix: name their group, or take it out",
    ],
    [
      "developers who edit for no reason",
      minimal({ access: { developers: [GROUP], developersEdit: { because: " " } } }),
      'access.developersEdit.because: must say why (received " ")\n    fix: write the reason, for those who find it',
    ],
    [
      "no gateway at all",
      { location: "westeurope" },
      "gateway: must be there, or existingGateway, or gatewayStack, and only one of them\n    fix: keep gateway where this stack owns the gateway, existingGateway where it stands already, gatewayStack where it is another stack's",
    ],
    [
      "two gateways",
      minimal({ gatewayStack: "organization/gateway/prod" }),
      "gateway: must be there, or existingGateway, or gatewayStack, and only one of them\n    fix: keep gateway where this stack owns the gateway, existingGateway where it stands already, gatewayStack where it is another stack's",
    ],
    [
      "a stack reference without organization",
      { location: "westeurope", gatewayStack: "gateway/prod" },
      'gatewayStack: must be organization/project/stack (received "gateway/prod")\n    fix: write all three parts; without Pulumi Cloud the first is the word organization',
    ],
    [
      "a domain for somebody else's gateway",
      { location: "westeurope", gatewayStack: "organization/gateway/prod", domain: MAXIMAL.domain },
      "domain: must stand with the stack that owns the gateway\n    fix: move it there: this stack uses the gateway of somebody else",
    ],
    [
      "a backup of somebody else's gateway",
      { location: "westeurope", gatewayStack: "organization/gateway/prod", backup: MAXIMAL.backup },
      "backup: must stand with the stack that owns the gateway (received an object)\n    fix: move it there: this stack uses the gateway of somebody else",
    ],
    [
      "a portal of somebody else's gateway",
      {
        location: "westeurope",
        gatewayStack: "organization/gateway/prod",
        portal: { signIn: MAXIMAL.portal.signIn },
      },
      "portal: must stand with the stack that owns the gateway\n    fix: move it there: this stack uses the gateway of somebody else",
    ],
    [
      "a portal that is switched off",
      minimal({
        gateway: { ...MINIMAL.gateway, developerPortal: false },
        portal: { signIn: MAXIMAL.portal.signIn },
      }),
      "portal: must be left out where gateway.developerPortal is false\n    fix: remove it, or switch the portal on",
    ],
    [
      "sign-in to the portal by Entra ID in a tier that has none",
      minimal({
        gateway: { ...MINIMAL.gateway, tier: { name: "Basic", units: 1 } },
        portal: { signIn: MAXIMAL.portal.signIn },
      }),
      "portal.signIn: developers sign in to the portal by Entra ID in the tiers Developer, Standard, Premium, BasicV2 or StandardV2\n    fix: choose one of these tiers, or password with the reason for it",
    ],
    [
      "a secret of the portal that does not exist, and one that ends on no day",
      minimal({
        portal: {
          signIn: {
            kind: "entra",
            secrets: { first: { from: "2026-11-01", until: "soon" } },
            currentSecret: "next",
          },
        },
      }),
      'portal.signIn.secrets.first.until: must be a day (received "soon")\n    fix: write it as YYYY-MM-DD\n' +
        '  - portal.signIn.currentSecret: must be the key of one of the secrets (received "next")\n    fix: write a key of secrets',
    ],
    [
      "External ID as a sign-in of its own",
      minimal({ portal: { signIn: { kind: "externalId" } } }),
      'portal.signIn.kind: is no sign-in of its own: External ID is part of the tenant (received "externalId")\n    fix: write entra, and add the portal\'s registration to a user flow: docs/portal.md',
    ],
    [
      "passwords without a reason, and groups for who signs in by one",
      minimal({
        portal: {
          signIn: { kind: "password", because: " " },
          groups: { partners: { ...PARTNERS, products: ["invoices"] } },
        },
      }),
      'portal.signIn.because: must say why (received " ")\n    fix: write the reason, for those who find it',
    ],
    [
      "groups for who signs in by a password",
      minimal({
        portal: { signIn: { kind: "password", because: "for now" }, groups: { partners: PARTNERS } },
      }),
      "portal.groups: groups of Entra ID are those of developers who sign in by Entra ID (received an object)\n    fix: let developers sign in by Entra ID, or remove the groups",
    ],
    [
      "a group that sees what there is not",
      minimal({
        portal: {
          signIn: MAXIMAL.portal.signIn,
          groups: { partners: { ...PARTNERS, products: ["invoice"] } },
        },
      }),
      'portal.groups.partners.products[0]: must be the key of an integration: invoices (received "invoice")\n    fix: write invoices',
    ],
    [
      "a group with the name of Azure's own",
      minimal({ portal: { signIn: MAXIMAL.portal.signIn, groups: { developers: PARTNERS } } }),
      "portal.groups.developers: must differ from Azure's own groups: administrators, developers, guests\n    fix: choose another name",
    ],
    [
      "a folder that is elsewhere",
      minimal({ portal: { signIn: MAXIMAL.portal.signIn, content: "../portal" } }),
      'portal.content: must be a path below the program\'s folder (received "../portal")\n    fix: write it as e.g. portal',
    ],
    [
      "a whole network of extra callers, for ever and for no reason",
      minimal({ extraCallers: { ranges: ["203.0.113.0/24", "0.0.0.0/0"], because: " ", until: "soon" } }),
      [
        ...["203.0.113.0/24", "0.0.0.0/0"].map(
          (range, index) =>
            `extraCallers.ranges[${index}]: a range of callers is a.b.c.d/nn or a.b.c.d-e.f.g.h, of at most 16 addresses (/28) (received "${range}")\n    fix: write a single address as a.b.c.d/32, and name what is wider by its parts`,
        ),
        'extraCallers.because: must say why (received " ")\n    fix: write the reason, for those who find it',
        'extraCallers.until: must be a day (received "soon")\n    fix: write it as YYYY-MM-DD',
      ].join("\n  - "),
    ],
    [
      "an empty list of extra callers",
      minimal({ extraCallers: { ...MAXIMAL.extraCallers, ranges: [] } }),
      "extraCallers.ranges: must be a list that is not empty (received [])\n    fix: correct it: Ranges that workflows admit beside the gateway's present addresses",
    ],
    ...[withTier({ name: "BasicV2", units: 1 }), EXISTING].map(
      (settings): [string, Record<string, unknown>, string] => [
        "extra callers of a gateway that is admitted by its token alone",
        { ...settings, extraCallers: MAXIMAL.extraCallers },
        "extraCallers: a gateway without addresses that stay the same is admitted by its token alone: a list of other callers would keep it out (received an object)\n    fix: leave the extra callers out, or choose Developer, Basic, Standard or Premium",
      ],
    ),
    [
      "workflows elsewhere without a reason",
      minimal({ workflowRegion: { location: "northeurope" } }),
      "workflowRegion.because: is required\n    fix: add a text: Why the workflows stand in another region than the gateway",
    ],
    [
      "no tier",
      withTier(undefined),
      "gateway.tier: is required\n    fix: add an object with name: Tier of the gateway, each with what Azure has for it: docs/tiers.md",
    ],
    [
      "a tier without name",
      withTier({ units: 1 }),
      "gateway.tier.name: is required\n    fix: add Developer, Basic, Standard, Premium, BasicV2 or StandardV2: Tier of the gateway",
    ],
    [
      "a tier that does not exist",
      withTier({ name: "premium" }),
      'gateway.tier.name: must be Developer, Basic, Standard, Premium, BasicV2 or StandardV2 (received "premium")\n    fix: correct it: Tier of the gateway',
    ],
    [
      "the Consumption tier",
      withTier({ name: "Consumption" }),
      'gateway.tier.name: does not fit: the Consumption tier has no developer portal, no address of its own and no backup (received "Consumption")\n    fix: choose Developer, Basic, Standard, Premium, BasicV2 or StandardV2',
    ],
    [
      "the PremiumV2 tier",
      withTier({ name: "PremiumV2", units: 1 }),
      'gateway.tier.name: does not fit: azure-native 3.28 cannot express the PremiumV2 tier: its SKU and zone redundancy came later (received "PremiumV2")\n    fix: choose Developer, Basic, Standard, Premium, BasicV2 or StandardV2',
    ],
    [
      "more units than the tier has",
      withTier({ name: "Standard", units: 5 }),
      "gateway.tier.units: a Standard gateway has 1 to 4 units in a region (received 5)\n    fix: give a whole number from 1 to 4, or choose Premium (up to 31), BasicV2 (up to 10) or StandardV2 (up to 10)",
    ],
    [
      "zones and regions in a tier without them",
      withTier({ name: "BasicV2", units: 1, zones: ["1"], regions: { uksouth: { units: 1 } } }),
      "gateway.tier.zones: a BasicV2 gateway has no availability zones to choose\n    fix: remove it, or choose Premium\n  - gateway.tier.regions: a BasicV2 gateway has one region\n    fix: remove it, or choose Premium",
    ],
    [
      "a network in a tier without",
      withTier({ name: "Standard", units: 1, network: { kind: "external", subnetId: subnetId("apim") } }),
      "gateway.tier.network: a Standard gateway joins no virtual network\n    fix: remove it, or choose Developer, Premium or StandardV2",
    ],
    [
      "a network that the tier joins otherwise",
      withTier({ name: "StandardV2", units: 1, network: { kind: "internal", subnetId: subnetId("apim") } }),
      'gateway.tier.network.kind: the virtual network of a StandardV2 gateway is outbound (received "internal")\n    fix: write outbound, or choose Developer or Premium',
    ],
    [
      "a subnet by its name",
      withTier({ name: "Developer", network: { kind: "external", subnetId: "apim" } }),
      'gateway.tier.network.subnetId: must be the resource id of a subnet (received "apim")\n    fix: take it from `az network vnet subnet show --query id`',
    ],
    [
      "a network in one region of two",
      withTier({
        name: "Premium",
        units: 1,
        network: { kind: "external", subnetId: subnetId("apim") },
        regions: { uksouth: { units: 1 } },
      }),
      "gateway.tier.regions: either all regions stand in a virtual network, each in one of its own, or none does (received an object)\n    fix: give each further region a network as the primary one has it, or remove them all",
    ],
    [
      "a disabled gateway in the only region",
      withTier({ name: "Premium", units: 1, gateway: "disabled" }),
      'gateway.tier.gateway: the primary region can be disabled only where a further region answers (received "disabled")\n    fix: enable it, or add a further region that is enabled',
    ],
    [
      "public names for what is reached from its network only",
      {
        ...withTier({ name: "Developer", network: { kind: "internal", subnetId: subnetId("apim") } }),
        domain: { zone: "contoso.com", certificate: MAXIMAL.domain.certificate },
      },
      "domain: must be left out where the gateway's network is internal: public DNS would name what nobody can reach\n    fix: name the gateway in a private DNS zone of its network, or make the network external",
    ],
    [
      "a backup of a v2 tier, and certificates that it does not take",
      minimal({
        gateway: {
          ...MINIMAL.gateway,
          tier: { name: "StandardV2", units: 1 },
          caCertificates: MAXIMAL.gateway.caCertificates,
        },
        domain: {
          zone: "contoso.com",
          clientCertificates: "negotiate",
          certificate: MAXIMAL.domain.certificate,
        },
        backup: { location: "northeurope" },
      }),
      [
        "backup: a StandardV2 gateway cannot be backed up (received an object)",
        "    fix: leave the backup out, or choose Developer, Basic, Standard or Premium",
        "  - gateway.caCertificates: CA certificates are those of the service in the tiers Developer, Basic, Standard or Premium only (received an object)",
        "    fix: remove them, or choose one of these tiers",
        '  - domain.clientCertificates: client certificates are negotiated by the gateway, in the tiers Developer, Basic, Standard or Premium (received "negotiate")',
        "    fix: remove it, or choose one of these tiers",
      ].join("\n"),
    ],
    [
      "a CA certificate that is none, without showing it",
      minimal({
        gateway: { ...MINIMAL.gateway, caCertificates: { contoso: { store: "Root", certificate: "key" } } },
      }),
      "gateway.caCertificates.contoso: a CA certificate is a public X.509 certificate (DER) in base64, on one line (received an object)\n    fix: write what `openssl x509 -in ca.pem -outform DER | base64 -w0` prints",
    ],
    [
      "an existing gateway of a tier that does not fit",
      { ...EXISTING, existingGateway: { ...EXISTING.existingGateway, tier: "Consumption" } },
      'existingGateway.tier: does not fit: the Consumption tier has no developer portal, no address of its own and no backup (received "Consumption")\n    fix: choose Developer, Basic, Standard, Premium, BasicV2 or StandardV2',
    ],
    [
      "client certificates of an existing gateway of a v2 tier",
      { ...EXISTING, existingGateway: { ...EXISTING.existingGateway, clientCertificates: "negotiate" } },
      'existingGateway.clientCertificates: client certificates are negotiated by the gateway, in the tiers Developer, Basic, Standard or Premium (received "negotiate")\n    fix: remove it, or choose one of these tiers',
    ],
    [
      "a domain and a backup of an existing gateway",
      { ...EXISTING, domain: MAXIMAL.domain, backup: MAXIMAL.backup },
      "domain: must stand with the stack that owns the gateway\n    fix: move it there: this stack uses the gateway of somebody else\n  - backup: must stand with the stack that owns the gateway (received an object)\n    fix: move it there: this stack uses the gateway of somebody else",
    ],
    [
      "units of a Developer gateway",
      withTier({ name: "Developer", units: 2 }),
      "gateway.tier.units: a Developer gateway has exactly 1 unit\n    fix: remove it, or choose Basic, Standard, Premium, BasicV2 or StandardV2",
    ],
    [
      "part of a unit",
      withTier({ name: "Premium", units: 1.5 }),
      "gateway.tier.units: a Premium gateway has 1 to 31 units in a region (received 1.5)\n    fix: give a whole number from 1 to 31",
    ],
    [
      "a zone that is a number",
      withTier({ name: "Premium", units: 2, zones: [1, "2"] }),
      'gateway.tier.zones[0]: must be 1, 2 or 3 (received 1)\n    fix: write it in quotation marks: "1", "2" or "3"',
    ],
    [
      "a zone twice",
      withTier({ name: "Premium", units: 2, zones: ["1", "1"] }),
      'gateway.tier.zones: must not name a zone twice (received ["1","1"])\n    fix: name each zone once',
    ],
    [
      "units that do not fill the zones of a further region",
      withTier({ name: "Premium", units: 1, regions: { northeurope: { units: 4, zones: ["1", "2", "3"] } } }),
      "gateway.tier.regions.northeurope.units: units are a multiple of the number of zones of their region (received 4)\n    fix: give every zone the same number of units, or name fewer zones",
    ],
    [
      "the primary region as a further one",
      withTier({ name: "Premium", units: 1, regions: { westeurope: { units: 1 } } }),
      "gateway.tier.regions: a further region differs from the primary one (received an object)\n    fix: remove it, and raise the units of the tier instead",
    ],
    [
      "a key that is no region",
      withTier({ name: "Premium", units: 1, regions: { "North Europe": { units: 1 } } }),
      'gateway.tier.regions["North Europe"]: must be a region\'s programmatic name: lower-case letters and digits\n    fix: write it as `az account list-locations --query [].name` lists it, e.g. westeurope',
    ],
    [
      "a named value that Azure cannot name",
      withNamedValues({ "two words": { value: "x" } }),
      'gateway.namedValues["two words"]: must be 1 to 80 letters, digits and hyphens, and start with a letter and end with no hyphen\n    fix: choose another name',
    ],
    [
      "a named value of white space",
      withNamedValues({ greeting: { value: " " } }),
      "gateway.namedValues.greeting.value: must be 1 to 4,096 characters, not only white space\n    fix: write a text",
    ],
    [
      "a service by its address",
      { ...EXISTING, existingGateway: { ...EXISTING.existingGateway, name: "https://user:S3CRET@apim" } },
      'existingGateway.name: must be 1 to 50 letters, digits and hyphens, beginning with a letter and not ending with a hyphen (received "https://...")\n    fix: write the name of the service alone, without domain',
    ],
    [
      "a named value both in clear and secret",
      withNamedValues({ greeting: { value: "Hello", secret: "Hello" } }),
      "gateway.namedValues.greeting: must hold either `value`, in clear, or `secret`: a text of 1 to 4,096 characters, not only white space\n    fix: keep one of both; a secret is set by `pulumi config set --secret --path`\n  - gateway.namedValues.greeting.secret: must be encrypted: the stack file is kept with the code\n    fix: take it out, change the secret wherever it is used, and run `pulumi config set --secret --path 'gateway.namedValues.greeting.secret'`",
    ],
    [
      "a misspelt secret",
      withNamedValues({ greeting: { secrt: "Hello" } }),
      "gateway.namedValues.greeting.secrt: is not a setting\n    fix: write secret",
    ],
    [
      "a secret in clear",
      withNamedValues({ greeting: { secret: "Hello" } }),
      "gateway.namedValues.greeting.secret: must be encrypted: the stack file is kept with the code\n    fix: take it out, change the secret wherever it is used, and run `pulumi config set --secret --path 'gateway.namedValues.greeting.secret'`",
    ],
    [
      "a private network at the vault's firewall",
      minimal({ vault: { network: { kind: "trustedServices", allowedRanges: ["10.0.0.0/8"] } } }),
      'vault.network.allowedRanges[0]: a range that a vault\'s firewall lets in is a.b.c.d/nn with public addresses, and not the whole internet (received "10.0.0.0/8")\n    fix: write a single address as a.b.c.d/32; a private network comes in by a private endpoint only',
    ],
    [
      "a vault without firewall that nobody wants to account for",
      minimal({ vault: { network: { kind: "open", because: " " } } }),
      'vault.network.because: must say why (received " ")\n    fix: write the reason, for those who find it',
    ],
    [
      "a passive gateway and records elsewhere, where DNS decides who has a name",
      minimal({
        gateway: { ...MINIMAL.gateway, tier: { name: "BasicV2", units: 1 } },
        domain: {
          zone: "contoso.com",
          certificate: MAXIMAL.domain.certificate,
          records: false,
          passiveGateway: MAXIMAL.domain.passiveGateway,
        },
      }),
      [
        "domain.passiveGateway: must be left out where records is false: the stack that has the records says so (received an object)",
        "    fix: remove it, or remove records where this stack is to have them",
        "  - domain.passiveGateway: a BasicV2 gateway takes a name only while public DNS leads to it, so that no other one can have the name ready (received an object)",
        "    fix: remove it, or choose Developer, Basic, Standard or Premium",
        "  - domain.records: a BasicV2 gateway takes a name only while public DNS leads to it, so that no other one can have the name ready (received false)",
        "    fix: remove it, or choose Developer, Basic, Standard or Premium",
      ].join("\n"),
    ],
    [
      "what records need, where another stack has them",
      minimal({
        domain: {
          zone: "contoso.com",
          certificate: MAXIMAL.domain.certificate,
          records: false,
          existingZone: { resourceGroup: "rg-dns" },
          ttl: 300,
        },
      }),
      "domain.existingZone: must be left out where records is false: the stack that has the records says so (received an object)\n    fix: remove it, or remove records where this stack is to have them\n  - domain.ttl: must be left out where records is false: the stack that has the records says so (received 300)\n    fix: remove it, or remove records where this stack is to have them",
    ],
    [
      "a passive gateway that takes over and is named nowhere",
      minimal({ domain: { ...MAXIMAL.domain, passiveGateway: { takesOver: true } } }),
      "domain.passiveGateway.resourceGroup: is required\n    fix: add a text: Resource group of the service\n  - domain.passiveGateway.name: is required\n    fix: add a text: Name of the API Management service",
    ],
    [
      "a passive gateway by its host name",
      minimal({
        domain: {
          ...MAXIMAL.domain,
          passiveGateway: { ...MAXIMAL.domain.passiveGateway, name: "apim-passive.azure-api.net" },
        },
      }),
      'domain.passiveGateway.name: must be 1 to 50 letters, digits and hyphens, beginning with a letter and not ending with a hyphen (received "apim-passive.azure-api.net")\n    fix: write the name of the service alone, without domain',
    ],
    [
      "a name of the gateway as the passive one's own",
      minimal({
        domain: {
          ...MAXIMAL.domain,
          passiveGateway: { ...MAXIMAL.domain.passiveGateway, hostname: "partners" },
        },
      }),
      'domain.passiveGateway.hostname: must differ from the names in hostnames (received "partners")\n    fix: choose another label, e.g. api-passive; takesOver moves the gateway\'s names',
    ],
    [
      "a domain of one label",
      minimal({ domain: { ...MAXIMAL.domain, zone: "contoso" } }),
      'domain.zone: must be a domain of 2 to 34 labels in lower-case, without trailing dot (received "contoso")\n    fix: write it as e.g. contoso.com',
    ],
    [
      "names with their zone",
      minimal({
        domain: {
          zone: "contoso.com",
          certificate: MAXIMAL.domain.certificate,
          hostnames: {
            gateway: "api.contoso.com",
            portal: "contoso.com",
            management: `${"a.".repeat(120)}aa`,
          },
        },
      }),
      `domain.hostnames.gateway: must leave the zone out: it is added (received "api.contoso.com")
    fix: write the labels below the zone alone, e.g. api
  - domain.hostnames.portal: must leave the zone out: it is added (received "contoso.com")
    fix: write the labels below the zone alone, e.g. api
  - domain.hostnames.management: must have at most 253 characters with the zone (received "${"a.".repeat(38)}...)
    fix: write the labels below the zone alone, e.g. api`,
    ],
    [
      "a domain that is too long and has too many labels",
      minimal({ domain: { ...MAXIMAL.domain, zone: `${"label.".repeat(50)}com` } }),
      `domain.zone: must be a domain of 2 to 34 labels in lower-case, without trailing dot (received "${"label.".repeat(50).slice(0, 76)}...)\n    fix: write it as e.g. contoso.com`,
    ],
    [
      "one name for gateway and portal",
      minimal({ domain: { ...MAXIMAL.domain, hostnames: { portal: "api" } } }),
      'domain.hostnames.portal: must differ from the name at gateway (received "api")\n    fix: choose another label, e.g. developer',
    ],
    [
      "one name twice on the gateway",
      minimal({
        domain: { ...MAXIMAL.domain, hostnames: { furtherGateways: { partners: { name: "api" } } } },
      }),
      'domain.hostnames.furtherGateways.partners.name: must differ from the name at gateway (received "api")\n    fix: choose another label, e.g. developer',
    ],
    [
      "a further name by the key of another",
      minimal({
        domain: { ...MAXIMAL.domain, hostnames: { furtherGateways: { portal: { name: "partners" } } } },
      }),
      "domain.hostnames.furtherGateways.portal: must not be gateway, portal or management: these are the names beside it\n    fix: choose another key",
    ],
    [
      "more names than the tier has",
      minimal({
        gateway: { ...MINIMAL.gateway, tier: { name: "Standard", units: 1 } },
        domain: { ...MAXIMAL.domain, hostnames: { furtherGateways: { partners: { name: "partners" } } } },
      }),
      "domain.hostnames.furtherGateways: a Standard gateway has at most 1 name of its own (received an object)\n    fix: remove some, or choose Developer or Premium",
    ],
    [
      "a name of the management of a v2 gateway",
      minimal({
        gateway: { ...MINIMAL.gateway, tier: { name: "BasicV2", units: 1 } },
        domain: {
          ...MAXIMAL.domain,
          clientCertificates: "ignore",
          hostnames: { management: "management" },
          passiveGateway: undefined,
        },
      }),
      'domain.hostnames.management: the management of a BasicV2 gateway has no name of its own (received "management")\n    fix: remove it, or choose Developer, Basic, Standard or Premium',
    ],
    [
      "a certificate of no name",
      minimal({
        domain: { ...MAXIMAL.domain, certificates: { partner: MAXIMAL.domain.certificate } },
      }),
      "domain.certificates.partner: must belong to a name in hostnames\n    fix: remove it, or write gateway, partners, portal or management",
    ],
    [
      "a certificate that API Management manages",
      minimal({ domain: { ...MAXIMAL.domain, certificate: "managed" } }),
      "domain.certificate: cannot be a certificate that API Management manages: Azure gives none to a gateway that is being created, and gave nobody a new one from August 2025 to June 2026\n    fix: name a certificate in a vault, which renews it as well: vaultId and secretName",
    ],
    [
      "a certificate from nowhere",
      minimal({ domain: { ...MAXIMAL.domain, certificate: {} } }),
      "domain.certificate: must hold either `vaultId` and `secretName`, of a certificate in a vault, or `pfx` and `password`\n    fix: keep one of both; a PFX is set by `base64 -w0 <file> | pulumi config set --secret --path`",
    ],
    [
      "a PFX in clear",
      minimal({ domain: { ...MAXIMAL.domain, certificate: { pfx: "UEZY", password: "s3cret" } } }),
      "domain.certificate.pfx: must be encrypted: the stack file is kept with the code\n    fix: take it out, change the secret wherever it is used, and run `pulumi config set --secret --path 'domain.certificate.pfx'`\n  - domain.certificate.password: must be encrypted: the stack file is kept with the code\n    fix: take it out, change the secret wherever it is used, and run `pulumi config set --secret --path 'domain.certificate.password'`",
    ],
    [
      "the apex of the zone",
      minimal({ domain: { ...MAXIMAL.domain, hostnames: { gateway: "@" } } }),
      'domain.hostnames.gateway: must be one or more labels below the zone: lower-case letters, digits and hyphens, 1 to 63 each (received "@")\n    fix: write the name without the zone, e.g. api; the zone itself cannot be an alias of the gateway',
    ],
    [
      "a resource group with a dot at the end",
      minimal({ domain: { ...MAXIMAL.domain, existingZone: { resourceGroup: "rg." } } }),
      'domain.existingZone.resourceGroup: must be a resource group: 1 to 90 letters, digits, underscores, hyphens, dots and parentheses, no dot at the end (received "rg.")\n    fix: name the group that holds it',
    ],
    [
      "a subscription by its name",
      minimal({
        domain: { ...MAXIMAL.domain, existingZone: { resourceGroup: "rg", subscriptionId: "Domains" } },
      }),
      "domain.existingZone.subscriptionId: must be the id of a subscription: 32 hexadecimal digits in five groups (received \"Domains\")\n    fix: take it from `az account list --query '[].id'`",
    ],
    [
      "what only the owner of a zone says",
      minimal({ domain: { ...MAXIMAL.domain, dnssec: false, caa: { issuers: [] } } }),
      "domain.dnssec: must be left out where the zone stands already: its owner says so (received false)\n    fix: remove it, or remove existingZone where this stack is to create the zone\n  - domain.caa: must be left out where the zone stands already: its owner says so (received an object)\n    fix: remove it, or remove existingZone where this stack is to create the zone",
    ],
    [
      "a parent beside the zone",
      minimal({
        domain: {
          zone: "contoso.com",
          parent: { zone: "fabrikam.com", resourceGroup: "rg-dns" },
          certificate: MAXIMAL.domain.certificate,
        },
      }),
      'domain.parent.zone: must lie above the zone (received "fabrikam.com")\n    fix: name a domain that the zone\'s ends with, e.g. contoso.com for api.contoso.com',
    ],
    [
      "an issuer with a protocol, and a time to live that is none",
      minimal({
        domain: {
          ...MAXIMAL.domain,
          existingZone: undefined,
          ttl: 0,
          caa: { issuers: ["https://digicert.com"] },
        },
      }),
      "domain.caa.issuers[0]: must be a domain that an authority publishes for CAA records, as digicert.com (received \"https://digicert.com\")\n    fix: take it from the authority's documentation\n  - domain.ttl: must be a whole number from 1 to 2147483647 (received 0)\n    fix: correct it: Seconds that resolvers keep the names' answers, 1 to 2,147,483,647: so long it takes until all follow when a name is moved. Left out, 300",
    ],
    [
      "a certificate by its address",
      minimal({
        domain: {
          ...MAXIMAL.domain,
          certificate: { ...MAXIMAL.domain.certificate, secretName: "https://kv/x" },
        },
      }),
      'domain.certificate.secretName: must be 1 to 127 letters, digits and hyphens (received "https://kv/x")\n    fix: write the certificate\'s name alone, without address or version',
    ],
    [
      "a quota that Log Analytics refuses",
      minimal({ monitoring: { retentionDays: 30, dailyQuotaGb: 0.01 } }),
      "monitoring.dailyQuotaGb: must be a number of at least 0.023 (received 0.01)\n    fix: correct it: Gigabytes a day after which Log Analytics stops to take in logs, at least 0.023. Left out, no limit",
    ],
    [
      "a backup beside the gateway",
      minimal({ backup: { location: "westeurope" } }),
      'backup.location: must differ from location: a backup in the gateway\'s primary region is lost together with it (received "westeurope")\n    fix: choose another region',
    ],
    [
      "a backup in one place only",
      minimal({ backup: { location: "northeurope", redundancy: "Standard_LRS" } }),
      'backup.redundancy: must be Standard_ZRS, Standard_GRS, Standard_RAGRS, Standard_GZRS or Standard_RAGZRS (received "Standard_LRS")\n    fix: correct it: Copies that Azure keeps: over the zones of the region (Z), in its paired region (G), readable there (RA)',
    ],
    [
      "a backup that Azure does not restore",
      minimal({ backup: { location: "northeurope", keepDays: 31 } }),
      "backup.keepDays: must be a whole number from 1 to 30 (received 31)\n    fix: correct it: Days after which a backup is deleted, 1 to 30: Azure restores no older one",
    ],
    [
      "an hour twice",
      minimal({ backup: { location: "northeurope", hours: [1, 1] } }),
      "backup.hours: must not name an hour twice (received [1,1])\n    fix: name each hour once",
    ],
    [
      "an integration's setting",
      minimal({ integrations: { invoices: { backend: { url: "ledger", audience: "" } } } }),
      'integrations.invoices.backend.url: must be an address (URL) (received "ledger")\n    fix: write an address (URL)\n  - integrations.invoices.backend.audience: must be a text that is not empty (received "")\n    fix: write a text that is not empty',
    ],
    [
      "JSON that is broken",
      minimal({ vault: "{softDeleteDays: 7" }),
      'vault: must be an object with network, softDeleteDays, purgeProtection (received "{softDeleteDays: 7")\n    fix: correct it: The vault of this stack, for secrets of policies',
    ],
  ])("%s", (_, settings, line) => {
    expect(message(settings).split("\n").slice(1).join("\n")).toBe(`  - ${line}`);
  });

  test("an unknown key is named at every depth, with the nearest that is known", () => {
    expect(
      problems({
        ...MAXIMAL,
        Vault: {},
        portal: { signIn: MAXIMAL.portal.signIn, signin: {} },
        gateway: { ...MAXIMAL.gateway, developperPortal: true, namedValues: {} },
        domain: { ...MAXIMAL.domain, hostnames: { gatway: "api" } },
        integrations: { invoices: { ...MAXIMAL.integrations.invoices, password: undefined, rateLimits: {} } },
      }).map(({ path, fix }) => `${path}: ${fix}`),
    ).toEqual([
      "gateway.developperPortal: write developerPortal",
      "domain.hostnames.gatway: write gateway",
      "portal.signin: write signIn",
      "integrations.invoices.rateLimits: write rateLimit",
      "Vault: write vault",
    ]);
  });

  test("a rule about several settings speaks in spite of other problems", () => {
    const paths = problems({
      ...MINIMAL,
      protect: 7,
      backup: { location: "westeurope", keepDays: 0 },
    }).map(({ path }) => path);
    expect(paths).toEqual(["protect", "backup.keepDays", "backup.location"]);
  });
});

test("a rule that an integration words for Zod alone is passed on, unless a secret could be in it", () => {
  const odd = z
    .number()
    .refine((n) => n % 2 === 1, { error: ({ input }) => `must be odd, not ${String(input)}` });
  const integrations = { parity: z.strictObject({ open: odd, covert: odd.meta({ secret: true }) }) };
  const config = configuration({ ...MINIMAL, integrations: { parity: { open: 4, covert: 6 } } });
  const { issues = [] } = parseSettings(config, new Set(), PROJECT, integrations);
  expect(formatIssues("Not valid", issues)).toBe(
    `
Not valid: 3 problems
  - integrations.parity.open: must be odd, not 4 (received 4)
    fix: correct it
  - integrations.parity.covert: is not valid
    fix: correct it
  - integrations.parity.covert: must be encrypted: the stack file is kept with the code
    fix: take it out, change the secret wherever it is used, and run \`pulumi config set --secret --path 'integrations.parity.covert'\`
`.trim(),
  );
});

describe("readSettings", () => {
  test("throws Pulumi's own error, which is shown without a stack trace", () => {
    pulumi.runtime.setAllConfig(configuration({ location: "westeurope" }));
    const read = (): unknown => readSettings(INTEGRATIONS);
    expect(read).toThrow(
      "The settings of stack dev are not valid: 1 problem\n  - gateway: must be there, or existingGateway, or gatewayStack, and only one of them\n",
    );
    expect(read).toThrow(pulumi.RunError);
  });

  test("learns from the engine which keys are secret", () => {
    pulumi.runtime.setAllConfig(configuration({ ...MINIMAL, location: "hush hush" }), [
      `${PROJECT}:location`,
    ]);
    expect(() => readSettings(INTEGRATIONS)).toThrow(
      /location: must be a region's programmatic name: [^(]*\n/,
    );
  });
});

describe("secrets", () => {
  const CANARY = "canary-5f1d";

  /** Any JSON at all that is made of our own keys, and holds the canary. */
  const KEYS = [
    "gateway",
    "tier",
    "name",
    "units",
    "zones",
    "regions",
    "namedValues",
    "a",
    "value",
    "secret",
    "password",
  ];
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom(CANARY, "Premium", true, null, 7),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...KEYS), tie("tree"), { maxKeys: 5 }),
    ),
  }));

  test("nothing at all stops the check, or is believed", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.json(), tree)), (settings) => {
        const issues = problems(settings);
        expect(issues.length).toBeGreaterThan(0);
        for (const { path, rule, fix } of issues) expect([path, rule, fix]).not.toContain("");
      }),
    );
  });

  test("no value below a secret key is shown", () => {
    const anywhere = fc.dictionary(fc.constantFrom(...Object.keys(MAXIMAL), "unknown"), tree, { minKeys: 1 });
    fc.assert(
      fc.property(anywhere, (settings) => {
        expect(message({ ...MAXIMAL, ...settings, locaton: "" }, Object.keys(settings))).not.toContain(
          CANARY,
        );
      }),
      { numRuns: 200 },
    );
  });

  test("no secret is shown that was forgotten to encrypt, and nothing that may be one", () => {
    fc.assert(
      fc.property(tree, tree, (namedValues, password) => {
        const shown = message({
          ...MINIMAL,
          gateway: { ...MINIMAL.gateway, namedValues: { a: namedValues, b: { secret: namedValues } } },
          integrations: { invoices: { backend: MAXIMAL.integrations.invoices.backend, password } },
          locaton: "",
        });
        expect(shown).not.toContain(CANARY);
      }),
      { numRuns: 200, examples: [[{ value: [CANARY] }, {}]] },
    );
  });
});
