import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import * as dns from "@pulumi/azure-native/dns";
import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as keyvault from "@pulumi/azure-native/keyvault";
import * as resources from "@pulumi/azure-native/resources";
import * as storage from "@pulumi/azure-native/storage";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { parseDocument } from "yaml";
import program from "../../index";
import { isPutOff, NOT_YET_KNOWN, postponedIn } from "../../policies/guardrails/judge";
import { GUARDRAILS } from "../../policies/guardrails/table";
import { DEFAULT_IDS, type LoggedRequest } from "../../rehearsal/azure";
import { assess, complianceReport } from "../../rehearsal/compliance";
import { guardrailConfiguration, serveGuardrails } from "../../rehearsal/guardrails";
import { rehearse, type RehearseOptions, type Report } from "../../rehearsal/life-cycle";
import { acceptsSetting, assumedBy } from "../../rehearsal/stack-settings";
import { nameOf, type Violation } from "../../rehearsal/steps";
import { describeWithEngine } from "../engine";
import { named } from "../settings/fixtures";
import { faultyGateway, KEY, TAGS } from "./faulty-gateway";
import { openWorkbench } from "./workbench";

const ROOT = join(__dirname, "..", "..");

/** The real program with faults planted: what no setting of it can say, as a colleague's edit or another program would. */
function faultyProduction(): ReturnType<PulumiFn> {
  pulumi.runtime.registerStackTransformation(({ name, props, opts }) => {
    if (name !== "gateway-service") return undefined;
    const { additionalLocations } = props as { readonly additionalLocations: object[] };
    return {
      props: {
        ...props,
        additionalLocations: pulumi
          .output(additionalLocations)
          .apply((regions) => regions.map((region) => ({ ...region, disableGateway: true }))),
      },
      opts,
    };
  });
  const group = new resources.ResourceGroup("planted-group", {
    resourceGroupName: "rg-planted",
    location: "westeurope",
    tags: TAGS,
  });
  const inGroup = { resourceGroupName: group.name, location: "westeurope", tags: TAGS };
  new keyvault.Vault("planted-vault", {
    ...inGroup,
    vaultName: "kv-planted",
    properties: {
      tenantId: DEFAULT_IDS.tenantId,
      sku: { family: "A", name: "standard" },
      enableSoftDelete: false,
      accessPolicies: [],
    },
  });
  const account = new storage.StorageAccount(
    "planted-account",
    {
      ...inGroup,
      accountName: "stplanted",
      kind: "StorageV2",
      sku: { name: "Standard_LRS" },
      minimumTlsVersion: "TLS1_0",
    },
    { protect: true },
  );
  new storage.BlobServiceProperties("planted-blobs", {
    resourceGroupName: group.name,
    accountName: account.name,
    blobServicesName: "default",
  });
  const zone = new dns.Zone(
    "planted-zone",
    { resourceGroupName: group.name, zoneName: "planted.contoso.com", location: "global", tags: TAGS },
    { protect: true },
  );
  new dns.RecordSet("planted-record", {
    resourceGroupName: group.name,
    zoneName: zone.name,
    relativeRecordSetName: "gone",
    recordType: "CNAME",
    ttl: 3600,
    cnameRecord: { cname: "shop-of-last-year.azurewebsites.net" },
  });
  return (program as PulumiFn)();
}

/** What Azure itself refuses, or the simulated Azure does not know, so that no update shows it. */
function refusedByAzure(): Promise<void> {
  const group = new resources.ResourceGroup("group", {
    resourceGroupName: "rg-refused",
    location: "westeurope",
  });
  const inService = { resourceGroupName: group.name, serviceName: "apim_refused" };
  new apimanagement.ApiManagementService("misnamed", {
    ...inService,
    sku: { name: "Developer", capacity: 1 },
    publisherName: "Contoso",
    publisherEmail: "apis@contoso.com",
  });
  // A new service has it already.
  new apimanagement.Product("sample", { ...inService, productId: "starter", displayName: "Starter" });
  // Azure admits it; the simulated one has no tenant access.
  new resources.Resource("access", {
    apiVersion: "2024-05-01",
    resourceGroupName: group.name,
    resourceProviderNamespace: "Microsoft.ApiManagement",
    parentResourcePath: `service/${inService.serviceName}`,
    resourceType: "tenant",
    resourceName: "access",
    properties: { enabled: true },
  });
  // Azure admits it; the simulated one knows few types in templates.
  new resources.Deployment("template", {
    resourceGroupName: group.name,
    properties: {
      mode: "Incremental",
      template: {
        resources: [{ type: "Microsoft.KeyVault/vaults", apiVersion: "2023-07-01", name: "kv-hidden" }],
      },
    },
  });
  return Promise.resolve();
}

/** By the guardrail, which program has a fault for it, and the one resource that has the fault. */
const PLANTED: Readonly<
  Record<string, readonly [program: "gateway" | "production" | "refused by Azure", resource: string]>
> = {
  "apim-tls12": ["gateway", "service"],
  "apim-ciphers": ["gateway", "service"],
  "apim-managed-identity": ["gateway", "service"],
  "apim-min-api-version": ["gateway", "service"],
  "apim-name": ["refused by Azure", "misnamed"],
  "apim-no-direct-management": ["refused by Azure", "access"],
  "apim-password-auth-off": ["production", "portal-settings"],
  "apim-tier": ["gateway", "service"],
  "apim-zones": ["gateway", "service"],
  "apim-multi-region": ["gateway", "service"],
  "apim-region-gateway": ["production", "gateway-service"],
  "apim-certificate-expiry": ["production", "billing-client-certificate"],
  "apim-https-frontend": ["gateway", "api"],
  "apim-https-backend": ["gateway", "api"],
  "apim-backend-cert-validation": ["gateway", "backend"],
  "apim-backend-authenticated": ["gateway", "backend"],
  "apim-named-values-keyvault": ["gateway", "secret-value"],
  "apim-named-values-clear": ["gateway", "clear-value"],
  "apim-no-all-api-subscription": ["gateway", "subscription"],
  "apim-product-subscription": ["gateway", "open-product"],
  "apim-product-approval": ["gateway", "unapproved-product"],
  "apim-no-sample-products": ["refused by Azure", "sample"],
  "apim-descriptors": ["gateway", "api"],
  "apim-terms": ["gateway", "unapproved-product"],
  "apim-defender": ["gateway", "api"],
  "apim-token-required": ["gateway", "api"],
  "apim-policy-base": ["gateway", "policy"],
  "apim-cors-no-wildcard": ["gateway", "fragment"],
  "logic-trigger-callers": ["gateway", "workflow"],
  "logic-trigger-gateway": ["gateway", "workflow"],
  "logic-diagnostics": ["gateway", "workflow"],
  "logic-no-secrets-in-definition": ["gateway", "workflow"],
  "kv-soft-delete": ["production", "planted-vault"],
  "kv-purge-protection": ["production", "planted-vault"],
  "kv-rbac": ["production", "planted-vault"],
  "kv-firewall": ["production", "planted-vault"],
  "kv-logs": ["production", "planted-vault"],
  "storage-tls12": ["production", "planted-account"],
  "storage-no-public-blobs": ["production", "planted-account"],
  "storage-no-shared-key": ["production", "planted-account"],
  "storage-firewall": ["production", "planted-account"],
  "storage-soft-delete": ["production", "planted-account"],
  "backup-other-region": ["production", "planted-account"],
  backup: ["gateway", "service"],
  "dns-dnssec": ["production", "planted-zone"],
  "dns-no-dangling": ["production", "planted-record"],
  "common-tags": ["gateway", "service"],
  "allowed-regions": ["gateway", "service"],
  "protect-stateful": ["gateway", "service"],
  "judged-types": ["refused by Azure", "template"],
};

/** Of what is on: what finds nothing of its kind in a stack, or it would judge less than it seems to. */
const NOTHING_TO_JUDGE: Readonly<Record<string, readonly string[]>> = {
  dev: [
    "apim-named-values-keyvault",
    "apim-named-values-clear",
    "apim-no-all-api-subscription",
    "storage-tls12",
    "storage-no-public-blobs",
    "storage-no-shared-key",
    "storage-firewall",
    "storage-soft-delete",
    "dns-no-dangling",
  ],
  prod: ["apim-named-values-keyvault", "apim-named-values-clear", "apim-no-all-api-subscription"],
};

/** Each guardrail that has a fault in a program, with the resource, as one text. */
function planted(where: string): string[] {
  return Object.entries(PLANTED)
    .filter(([, [program]]) => program === where)
    .map(([guardrail, [, resource]]) => `${guardrail}: ${resource}`)
    .sort();
}

/** Each guardrail that spoke, with the resource, as one text; what it put off is left out. */
function told(violations: readonly Violation[]): string[] {
  const spoken = violations.filter((violation) => !isPutOff(violation));
  return [...new Set(spoken.map(({ guardrail, urn }) => `${guardrail}: ${nameOf(urn)}`))].sort();
}

describeWithEngine("guardrails on the real engine", (engine) => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "guardrails-test-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** A project with one stack, of which the settings are given as they stand in the file. */
  async function project(stack: string, text: string): Promise<void> {
    await cp(join(ROOT, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    await writeFile(join(folder, `Pulumi.${stack}.yaml`), text);
  }

  /** Rehearses a stack under the guardrails as prod or dev has them, or by another configuration. */
  async function rehearsal(
    stack: string,
    options: Partial<RehearseOptions>,
    configuration?: Readonly<Record<string, unknown>>,
  ): Promise<Report & { readonly log: readonly LoggedRequest[]; readonly printed: string }> {
    let log: readonly LoggedRequest[] = [];
    let printed = "";
    const report = await rehearse({
      command: await engine(),
      program: program as PulumiFn,
      projectFolder: folder,
      stack,
      write: (text) => (printed += text),
      accepts: acceptsSetting,
      prerequisites: assumedBy,
      after: (_phase, azure) => {
        log = azure.log;
      },
      guardrails: async (own) => {
        const served = await serveGuardrails(ROOT, stack, own);
        if (configuration === undefined) return served;
        const file = join(own, "guardrails.json");
        await writeFile(file, JSON.stringify(configuration));
        return { ...served, options: { ...served.options, policyPackConfigs: [file] } };
      },
      ...options,
    });
    return { ...report, log, printed };
  }

  /** A stack's own settings, after a pull request. */
  async function edited(
    stack: string,
    ...edits: readonly (readonly [path: readonly (string | number)[], value: unknown])[]
  ): Promise<void> {
    const document = parseDocument(await readFile(join(ROOT, `Pulumi.${stack}.yaml`), "utf8"));
    for (const [[key = "", ...path], value] of edits) {
      const [full = ""] = Object.keys(named({ [key]: undefined }));
      document.setIn(["config", full, ...path], value);
    }
    await project(stack, document.toString());
  }

  describe("each of them fires once where one fault is planted for it, and nowhere else", () => {
    /** Everything on, and nothing refused; what is planted nowhere else is excepted. */
    async function advisory(): Promise<Record<string, unknown>> {
      const production = await guardrailConfiguration(ROOT, "prod");
      return Object.fromEntries(
        GUARDRAILS.map(({ id }) => {
          const own = production[id];
          return [id, { ...(typeof own === "object" ? own : {}), enforcementLevel: "advisory" }];
        }),
      );
    }

    test("there is a fault for each", () => {
      expect(Object.keys(PLANTED).sort()).toEqual(GUARDRAILS.map(({ id }) => id).sort());
    });

    test("in a gateway as nobody should have one", async () => {
      await project("bare", "config: {}\n");
      const { violations, phases } = await rehearsal(
        "bare",
        { program: faultyGateway, prerequisites: () => ({ resources: [] }), until: "up" },
        await advisory(),
      );
      expect(phases.flatMap(({ failures }) => failures)).toEqual([]);
      expect(told(violations)).toEqual(planted("gateway"));
      expect(JSON.stringify(violations)).not.toContain(KEY);
    });

    test("in production, with what nobody should add to it", async () => {
      await edited("prod", [["portal", "signUp"], { because: "anybody may try" }]);
      const soon = Date.now() / 1000 + 7 * 24 * 3600;
      const configuration = await advisory();
      const { violations, phases } = await rehearsal(
        "prod",
        {
          program: faultyProduction,
          until: "up",
          prerequisites: (settings, name) => {
            const assumptions = assumedBy(settings, name);
            return {
              ...assumptions,
              resources: assumptions.resources.map((one) =>
                one.inputs.secretName === "gateway-client"
                  ? {
                      ...one,
                      inputs: {
                        ...one.inputs,
                        properties: {
                          ...(one.inputs.properties as object),
                          attributes: { expires: Math.floor(soon) },
                        },
                      },
                    }
                  : one,
              ),
            };
          },
        },
        {
          ...configuration,
          // Production has none today, by choice.
          "apim-defender": "disabled",
          "protect-stateful": {
            enforcementLevel: "advisory",
            except: { "planted-vault": "a fault of its own" },
          },
        },
      );
      expect(phases.flatMap(({ failures }) => failures)).toEqual([]);
      expect(told(violations)).toEqual(planted("production"));
    });

    test("in what Azure refuses as well: in the preview", async () => {
      await project("refused", "config: {}\n");
      const { violations } = await rehearsal(
        "refused",
        { program: refusedByAzure, prerequisites: () => ({ resources: [] }), until: "preview" },
        await advisory(),
      );
      expect(told(violations)).toEqual(expect.arrayContaining(planted("refused by Azure")));
    });
  });

  test.each(["dev", "prod"])("%s breaks none, and is judged by all that are on", async (stack) => {
    await edited(stack);
    const announced = await rehearsal(stack, { until: "preview" });
    expect(told(announced.violations)).toEqual([]);
    // Once, however much it is.
    expect(announced.violations.map(({ guardrail }) => guardrail)).toEqual([NOT_YET_KNOWN]);
    expect(postponedIn(announced.violations)).toContainEqual(
      expect.stringMatching(/^apim-token-required: value \(for /),
    );
    expect(announced.printed).not.toContain("can't run policy");

    const deployed = await rehearsal(stack, { until: "up" });
    expect(deployed.violations).toEqual([]);
    const assessments = assess(deployed, await guardrailConfiguration(ROOT, stack), new Date());
    expect(assessments.flatMap(({ judged }) => judged.flatMap(({ problems }) => problems))).toEqual([]);
    const idle = assessments
      .filter(({ level, judged }) => level !== "disabled" && judged.length === 0)
      .map(({ guardrail }) => guardrail.id);
    expect(idle).toEqual(NOTHING_TO_JUDGE[stack]);
  });

  describe("a pull request is refused that", () => {
    /** What the rehearsal says of what it refused, and that nothing of it came to be. */
    function refusal(report: Report, guardrailId: string): string {
      const guardrail = GUARDRAILS.find(({ id }) => id === guardrailId);
      expect(report.held).toBe(false);
      const [said = "", ...more] = report.phases
        .flatMap(({ failures }) => failures)
        .flatMap(({ happened }) => happened)
        .filter((text) => text.startsWith(`${guardrailId}: `));
      expect(more).toEqual([]);
      expect(said).toContain(`reason: ${guardrail?.reason ?? ""}`);
      expect(said).toContain(`fix: ${guardrail?.fix ?? ""}`);
      const [where = "", problem = ""] = said.split("\n");
      return `${where.replace(guardrail?.rule ?? "", "").trim()} ${problem.trim()}`;
    }

    /** Changes what the program asks for, as an edit of a component would. */
    const wrapped =
      (resource: string, change: (properties: pulumi.Inputs) => pulumi.Inputs): PulumiFn =>
      () => {
        pulumi.runtime.registerStackTransformation(({ name, props, opts }) =>
          name === resource ? { props: change(props), opts } : undefined,
        );
        return (program as PulumiFn)();
      };

    const created = (log: readonly LoggedRequest[]) => log.filter(({ operation }) => operation === "create");

    test("opens a trigger to the world", async () => {
      await edited("dev");
      const report = await rehearsal("dev", {
        program: wrapped("orders-get-order-workflow", (properties) => ({
          ...properties,
          accessControl: { triggers: { allowedCallerIpAddresses: [{ addressRange: "0.0.0.0/0" }] } },
        })),
      });
      expect(refusal(report, "logic-trigger-callers")).toBe(
        "logic-trigger-callers: azure-native:logic:Workflow orders-get-order-workflow admits a range of more than 16 addresses",
      );
      expect(created(report.log)).toEqual([]);
    });

    test("drops the validation of tokens", async () => {
      await edited("dev");
      const report = await rehearsal("dev", {
        program: wrapped("billing-policy-1", (properties) => ({
          ...properties,
          value:
            "<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>",
        })),
      });
      expect(refusal(report, "apim-token-required")).toMatch(
        /^apim-token-required: azure-native:apimanagement:Api billing-api-1 validates no token/,
      );
      expect(created(report.log)).toEqual([]);
    });

    test("switches TLS 1.0 on", async () => {
      await edited("prod");
      const report = await rehearsal("prod", {
        program: wrapped("gateway-service", (properties) => ({
          ...properties,
          customProperties: {
            ...(properties.customProperties as object),
            "Microsoft.WindowsAzure.ApiManagement.Gateway.Security.Protocols.Tls10": "True",
          },
        })),
      });
      expect(refusal(report, "apim-tls12")).toMatch(
        /^apim-tls12: azure-native:apimanagement:ApiManagementService gateway-service does not switch off .*Tls10$/,
      );
      expect(created(report.log)).toEqual([]);
    });

    test("puts a secret into a named value in clear, which the settings do not tell from an address", async () => {
      await edited("dev", [
        ["gateway", "namedValues"],
        { ledger: { value: `AccountName=a;AccountKey=${KEY}` } },
      ]);
      const report = await rehearsal("dev", {});
      expect(refusal(report, "apim-named-values-clear")).toMatch(
        /NamedValue .*ledger.* looks like a secret$/,
      );
      expect(report.printed).not.toContain(KEY);
      expect(created(report.log)).toEqual([]);
    });

    test("moves production to the Developer tier", async () => {
      await edited("prod", [["gateway", "tier"], { name: "Developer" }]);
      const report = await rehearsal("prod", {});
      expect(refusal(report, "apim-tier")).toBe(
        "apim-tier: azure-native:apimanagement:ApiManagementService gateway-service is of a tier without one",
      );
      const assessments = assess(report, await guardrailConfiguration(ROOT, "prod"), new Date());
      expect(complianceReport("prod", assessments)).toContain("gateway-service is of a tier without one");
      expect(created(report.log)).toEqual([]);
    });

    test("hides a fault behind what is known late: the preview says so, the update refuses it before it is written", async () => {
      await project("late", "config: {}\n");
      const late: PulumiFn = () => {
        const group = new resources.ResourceGroup("group", {
          resourceGroupName: "rg-late",
          location: "westeurope",
          tags: TAGS,
        });
        const account = new storage.StorageAccount("account", {
          resourceGroupName: group.name,
          accountName: "stlate",
          location: "westeurope",
          kind: "StorageV2",
          sku: { name: "Standard_ZRS" },
          tags: TAGS,
          minimumTlsVersion: group.id.apply(() => "TLS1_0"),
          enableHttpsTrafficOnly: true,
          allowBlobPublicAccess: false,
          allowSharedKeyAccess: false,
          networkRuleSet: { defaultAction: "Deny" },
        });
        const kept = { enabled: true, days: 30 };
        new storage.BlobServiceProperties("blobs", {
          resourceGroupName: group.name,
          accountName: account.name,
          blobServicesName: "default",
          deleteRetentionPolicy: kept,
          containerDeleteRetentionPolicy: kept,
        });
        return Promise.resolve();
      };
      const options = { program: late, prerequisites: () => ({ resources: [] }) };
      const announced = await rehearsal("late", { ...options, until: "preview" });
      expect(announced.held).toBe(true);
      expect(announced.violations).toMatchObject([
        {
          guardrail: NOT_YET_KNOWN,
          mandatory: false,
          message:
            "What a preview does not know yet is checked again by the update:\nstorage-tls12: minimumTlsVersion (for account)",
        },
      ]);

      const report = await rehearsal("late", options);
      expect(refusal(report, "storage-tls12")).toBe(
        "storage-tls12: azure-native:storage:StorageAccount account admits older versions",
      );
      expect(report.phases.map(({ name }) => name)).toEqual(["preview", "up", "secrets"]);
      expect(created(report.log).map(({ token }) => token)).toEqual(["azure-native:resources:ResourceGroup"]);
    });
  });

  test("serves `pulumi preview --policy-pack policies/guardrails` as Pulumi itself starts it", async () => {
    const executable = join(folder, "pulumi-analyzer-policy-nodejs");
    const script = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    await writeFile(executable, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`, { mode: 0o700 });
    const workbench = await openWorkbench(await engine());
    const path = process.env.PATH ?? "";
    process.env.PATH = [folder, dirname(process.execPath), path].join(delimiter);
    try {
      const stack = await workbench.stack("plain", {}, () => {
        new resources.ResourceGroup("group", { resourceGroupName: "rg-plain", location: "westeurope" });
        return Promise.resolve();
      });
      const violations: unknown[] = [];
      await expect(
        stack.preview({
          policyPacks: [join(ROOT, "policies", "guardrails")],
          policyPackConfigs: [join(ROOT, "policies", "guardrails", "prod.json")],
          onEvent: ({ policyEvent }) => {
            if (policyEvent !== undefined) violations.push(policyEvent);
          },
        }),
      ).rejects.toThrow("common-tags");
      expect(violations).toMatchObject([
        { policyName: "common-tags", policyPackName: "guardrails", enforcementLevel: "mandatory" },
      ]);
    } finally {
      process.env.PATH = path;
      await workbench.close();
    }
  });
});

test.each(["dev", "prod"])("the configuration of %s names guardrails that there are", async (stack) => {
  expect(Object.keys(await guardrailConfiguration(ROOT, stack))).toContain("allowed-regions");
});
