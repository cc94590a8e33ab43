import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as dns from "@pulumi/azure-native/dns";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import { operate, type Operation } from "../../.github/scripts/operate";
import { readDrift } from "../../.github/scripts/reports";
import { serveGuardrails, type ServedGuardrails } from "../../rehearsal/guardrails";
import { describeWithEngine } from "../engine";
import { openWorkbench, type Workbench } from "../rehearsal/workbench";

const ROOT = join(__dirname, "..", "..");
const SECRET = "canary-of-an-output";

/** The life of one stack: each test goes on where the one before it ended. */
describeWithEngine("what workflows do with a stack", (engine) => {
  let folder: string;
  let workbench: Workbench;
  let guardrails: ServedGuardrails;
  let stack: Stack;
  /** Azure region of the resource group. */
  let location = "westeurope";
  /** Where a name leads; nowhere without. */
  let cname: string | undefined;
  let printed = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "operate-test-"));
    workbench = await openWorkbench(await engine());
    guardrails = await serveGuardrails(ROOT, "dev", folder);
    stack = await workbench.stack("dev", {}, () => {
      const tags = { workload: "shop", environment: "dev", "managed-by": "pulumi", "cost-centre": "it" };
      const group = new resources.ResourceGroup("group", { resourceGroupName: "rg-shop", location, tags });
      const zone = new dns.Zone("zone", {
        resourceGroupName: group.name,
        zoneName: "shop.example",
        location: "global",
        tags,
      });
      if (cname !== undefined) {
        new dns.RecordSet("gone", {
          resourceGroupName: group.name,
          zoneName: zone.name,
          relativeRecordSetName: "gone",
          recordType: "CNAME",
          ttl: 3600,
          cnameRecord: { cname },
        });
      }
      return Promise.resolve({ nameServers: zone.nameServers, password: pulumi.secret(SECRET) });
    });
  });
  afterAll(async () => {
    guardrails.close();
    await workbench.close();
    await rm(folder, { recursive: true });
  });

  async function run(operation: Operation): Promise<{ succeeded: boolean; reports: string }> {
    const reports = join(folder, "reports");
    await rm(reports, { recursive: true, force: true });
    printed = "";
    const write = (text: string): void => {
      printed += text;
    };
    const succeeded = await operate(stack, operation, { guardrails: guardrails.options, write, reports });
    return { succeeded, reports };
  }

  test("a preview that a guardrail refuses is a failure, whose report says which", async () => {
    location = "eastasia";
    const { succeeded, reports } = await run("preview");
    location = "westeurope";
    expect(succeeded).toBe(false);
    const plan = await readFile(join(reports, "plan-dev.md"), "utf8");
    expect(plan).toMatch(/^### `dev`: the (guardrails refuse it|preview failed)\n/);
    expect(plan).toContain(
      "- **stops the deployment**: `allowed-regions` azure-native:resources:ResourceGroup group:",
    );
  });

  test("a preview deploys nothing, and writes what it would", async () => {
    const { succeeded, reports } = await run("preview");
    expect(succeeded).toBe(true);
    expect(workbench.azure.remaining()).toEqual([]);
    const plan = await readFile(join(reports, "plan-dev.md"), "utf8");
    expect(plan).toContain("### `dev`: 2 to create");
    expect(plan).toContain("- create azure-native:dns:Zone zone");
    expect(plan).toContain("0.00 USD → 0.50 USD (+0.50 USD)");
  });

  test("an update writes the outputs for the smoke test, and no secret of them", async () => {
    const { succeeded, reports } = await run("up");
    expect(succeeded).toBe(true);
    const outputs = await readFile(join(reports, "outputs-dev.json"), "utf8");
    expect(JSON.parse(outputs)).toEqual({ nameServers: expect.any(Array) as unknown });
    expect(outputs + printed).not.toContain(SECRET);
  });

  test("an update of what stands is not begun where a guardrail of the whole stack refuses it", async () => {
    const records = workbench.azure.all("azure-native:dns:RecordSet");
    cname = "shop-of-last-year.azurewebsites.net";
    const { succeeded, reports } = await run("up");
    cname = undefined;
    expect(succeeded).toBe(false);
    expect(printed).toContain("dns-no-dangling");
    expect(workbench.azure.all("azure-native:dns:RecordSet")).toEqual(records);
    expect(await readdir(reports)).toEqual([]);
  });

  test("a stack that is as it was deployed differs in nothing", async () => {
    const { succeeded, reports } = await run("drift");
    expect(succeeded).toBe(true);
    expect(await readDrift(reports, "dev")).toEqual([]);
  });

  test("what was changed or deleted behind Pulumi's back is found, and the state is left alone", async () => {
    const [zone] = workbench.azure.all("azure-native:dns:Zone");
    const before = await workbench.state("dev");
    workbench.azure.edit(zone?.id ?? "", { tags: { workload: "other" } });
    const changed = await run("drift");
    expect(changed.succeeded).toBe(true);
    expect(await readDrift(changed.reports, "dev")).toEqual([
      expect.stringMatching(/^update of azure-native:dns:Zone zone/),
    ]);
    workbench.azure.erase(zone?.id ?? "");
    const erased = await run("drift");
    expect(await readDrift(erased.reports, "dev")).toEqual(["delete of azure-native:dns:Zone zone"]);
    expect(await workbench.state("dev")).toBe(before);
  });

  test("a comparison that fails is a failure, and no report of nothing", async () => {
    workbench.azure.inject({
      token: "azure-native:resources:ResourceGroup",
      operation: "read",
      code: "InternalServerError",
      times: 99,
      accepted: false,
    });
    const { succeeded, reports } = await run("drift");
    expect(succeeded).toBe(false);
    expect(await readdir(reports)).toEqual([]);
  });
});
