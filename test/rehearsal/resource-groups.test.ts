import * as resources from "@pulumi/azure-native/resources";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import { z } from "zod";
import { LifecycleGroup } from "../../components/resource-group";
import program from "../../index";
import type { SimulatedAzure } from "../../rehearsal/azure";
import { describeWithEngine } from "../engine";
import { takesTags } from "../components/tags";
import { LEAST, OWN_GATEWAY } from "./integrations";
import { openWorkbench, seedAssumed, type Workbench, writes } from "./workbench";

const GROUP = "azure-native:resources:ResourceGroup";
const LOCK = "azure-native:authorization:ManagementLockByScope";

const OPERATORS = "10000000-0000-0000-0000-000000000001";
const DEVELOPERS = "10000000-0000-0000-0000-000000000002";
const PIPELINE = "10000000-0000-0000-0000-00000000000a";
const ACCESS = { operators: [OPERATORS], developers: [DEVELOPERS], pipelines: [PIPELINE] };
const HOSTNAMES = { gateway: "api", portal: "developer" };

/** As prod, on a gateway that costs less. */
const settings = ({
  protect = true,
  access = ACCESS,
  hostnames = HOSTNAMES as Partial<typeof HOSTNAMES>,
}) => ({
  ...OWN_GATEWAY,
  protect,
  access,
  tags: { "cost-centre": "integration" },
  gateway: { ...OWN_GATEWAY.gateway, namedValues: { partner: { value: "contoso" } } },
  domain: { zone: "contoso.com", hostnames, certificate: LEAST.billing.service.certificate },
  vault: { softDeleteDays: 7, purgeProtection: false },
  monitoring: { retentionDays: 30 },
  backup: { location: "swedencentral" },
  integrations: {
    ...LEAST,
    orders: { ...LEAST.orders, placing: { kind: "queued", subscriber: { url: "https://shop.contoso.com" } } },
  },
});

/** What Azure was asked to write since a place in the log, and what it refused. */
function written(azure: SimulatedAzure, from: number) {
  const log = writes(azure, from);
  return {
    lines: log.map(({ operation, token }) => `${operation} ${token.split(":")[2] ?? ""}`),
    refused: log.filter(({ code }) => code !== "OK").map(({ id, code }) => `${code} ${id ?? ""}`),
  };
}

function refusalOf(run: Promise<unknown>): Promise<string> {
  return run.then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

const EXPORTED = z.object({
  resources: z.array(
    z.object({
      type: z.string(),
      urn: z.string(),
      id: z.string().default(""),
      inputs: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
});

/** Lifts Pulumi's own protection, as `pulumi state unprotect --all` does. */
async function unprotect(stack: Stack): Promise<void> {
  const exported = await stack.exportStack();
  const state = JSON.stringify(exported.deployment).replaceAll('"protect":true', '"protect":false');
  await stack.importStack({ version: exported.version, deployment: JSON.parse(state) as object });
}

/** The ids of what stands, sorted. */
function ids(standing: ReturnType<SimulatedAzure["remaining"]>): string[] {
  return standing.map(({ id }) => id).sort();
}

describeWithEngine("resource groups", (engine) => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  /** Deploys the stack, and says what stood before. */
  const deployed = async (): Promise<{ readonly stack: Stack; readonly before: string[] }> => {
    seedAssumed(workbench.azure, settings({}));
    const before = ids(workbench.azure.remaining());
    const stack = await workbench.stack("protected", settings({}), program as PulumiFn);
    await stack.up();
    return { stack, before };
  };

  const update = async (stack: Stack, changed: Parameters<typeof settings>[0]) => {
    const from = workbench.azure.log.length;
    await workbench.configure("protected", settings(changed));
    await stack.up();
    return written(workbench.azure, from);
  };

  test("are handed from a person to a pipeline, which owns every registration and finds nothing to change", async () => {
    const { stack } = await deployed();
    const { azure } = workbench;
    const person = azure.deployerObjectId;
    const registered = ["application:Application", "servicePrincipal:ServicePrincipal"].flatMap((type) =>
      azure.all(`azuread:index/${type}`),
    );
    expect(registered.length).toBeGreaterThanOrEqual(10);
    for (const { inputs } of registered) expect(inputs.owners).toEqual([person, PIPELINE]);

    // The identity that previews pull requests, and then the one that deploys.
    for (const deployer of ["10000000-0000-0000-0000-00000000000b", PIPELINE]) {
      azure.deployerObjectId = deployer;
      await stack.preview({ expectNoChanges: true });
    }
  });

  test("that are protected are kept as a whole, let go what an edit takes away, and go in two steps", async () => {
    const { stack, before } = await deployed();
    const { azure } = workbench;
    await stack.preview({ expectNoChanges: true });

    // Somebody deletes them in the portal.
    for (const lifecycle of ["gateway", "shared", "backup"]) {
      const [group, ...others] = azure.all(GROUP).filter(({ id }) => id.endsWith(`-${lifecycle}`));
      expect(others).toEqual([]);
      expect(await refusalOf(azure.delete(GROUP, group?.id ?? ""))).toContain("scope(s) are locked");
    }

    // A record, an operator's roles and a diagnostic setting stand below what could have been locked as well.
    const edited = await update(stack, {
      access: { ...ACCESS, operators: [], developers: [DEVELOPERS, OPERATORS] },
      hostnames: { gateway: "api" },
    });
    expect(edited.refused).toEqual([]);
    expect(edited.lines.filter((line) => line.endsWith("RecordSet"))).toEqual(["delete RecordSet"]);
    // Gone: to stop workflows of the gateway's and the orders' group, and to see the backups. What both have stays.
    expect(edited.lines.filter((line) => line.endsWith("RoleAssignment"))).toEqual(
      Array<string>(3).fill("delete RoleAssignment"),
    );

    // What is locked goes by no edit: the preview refuses before Azure would.
    const refused = azure.log.length;
    const { backup, ...rest } = settings({ hostnames: { gateway: "api" } });
    await workbench.configure("protected", rest);
    expect(backup).toBeDefined();
    expect(await refusalOf(stack.preview())).toMatch(/gateway-backup-storage\S* cannot be deleted/);
    expect(await refusalOf(stack.previewDestroy())).toContain("cannot be deleted");
    expect(writes(azure, refused)).toEqual([]);

    const unlocked = await update(stack, { protect: false, hostnames: { gateway: "api" } });
    expect(unlocked.refused).toEqual([]);
    expect(unlocked.lines.filter((line) => line.startsWith("delete"))).toEqual(
      Array<string>(3).fill("delete ManagementLockByScope"),
    );
    const destroyed = azure.log.length;
    await stack.destroy();
    expect(written(azure, destroyed).refused).toEqual([]);
    expect(ids(azure.remaining())).toEqual(before);
  });

  test("lose their locks before what those hold, last placed and first removed; one that lingers costs a second run", async () => {
    const { stack, before } = await deployed();
    const { azure } = workbench;
    const placed = writes(azure, 0).map(({ token }) => token);
    const account = "azure-native:storage:StorageAccount";
    expect(placed.lastIndexOf(LOCK)).toBeGreaterThan(
      placed.lastIndexOf("azure-native:storage:BlobContainer"),
    );
    await unprotect(stack);

    azure.inject({ token: account, operation: "delete", code: "ScopeLocked" });
    const first = azure.log.length;
    expect(await refusalOf(stack.destroy())).toContain("ScopeLocked");
    expect(written(azure, first).refused).toEqual([
      expect.stringMatching(/^ScopeLocked .*\/storageAccounts\//) as string,
    ]);
    expect(azure.all(LOCK)).toEqual([]);
    const second = azure.log.length;
    await stack.destroy();
    expect(written(azure, second).refused).toEqual([]);
    expect(ids(azure.remaining())).toEqual(before);
  });

  test("and all that stands in them have the tags of the stack, where Azure takes tags", async () => {
    const { stack } = await deployed();
    const { resources: standing } = EXPORTED.parse((await stack.exportStack()).deployment);
    // What stands on a gateway takes none: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-support
    const onGateway = /\/Microsoft\.ApiManagement\/service\/[^/]+\//i;
    const taggable = standing.filter(({ type, id }) => takesTags(type) && !onGateway.test(id));
    expect(new Set(taggable.map(({ type }) => type)).size).toBeGreaterThan(9);
    const tags = {
      "cost-centre": "integration",
      workload: "entint",
      environment: "protected",
      "managed-by": "pulumi",
    };
    expect(taggable.map(({ urn, inputs }) => ({ urn, tags: inputs.tags }))).toEqual(
      taggable.map(({ urn }) => ({ urn, tags })),
    );
  });

  test("that stood in the stack itself are the same in their component", async () => {
    const group = { resourceGroupName: "rg-contoso-shared", location: "westeurope" };
    let build = (): unknown => new resources.ResourceGroup("shared-group", group);
    const stack = await workbench.stack("older", {}, () => {
      build();
      return Promise.resolve();
    });
    await stack.up();
    const from = workbench.azure.log.length;
    build = () => new LifecycleGroup("shared-group", { lifecycle: "shared", ...group });
    const { summary } = await stack.up();
    // The component is new; Azure hears nothing of it.
    expect(summary.resourceChanges).toEqual({ create: 1, same: 2 });
    expect(writes(workbench.azure, from)).toEqual([]);
    await stack.preview({ expectNoChanges: true });
  });
});
