import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import type { SimulatedAzure } from "../../rehearsal/azure";
import type { Json } from "../../rehearsal/azure/resource-type";
import program from "../../index";
import { describeWithEngine } from "../engine";
import { LEAST, OWN_GATEWAY } from "./integrations";
import { openWorkbench, seedAssumed, type Workbench, writes } from "./workbench";

const ROOT = join(__dirname, "../..");

/** What one update wrote, as `operation type`. */
async function written(azure: SimulatedAzure, stack: Stack): Promise<string[]> {
  const before = azure.log.length;
  await stack.up();
  return writes(azure, before).map(({ operation, token }) => `${operation} ${token}`);
}

describeWithEngine("an integration", (engine) => {
  let workbench: Workbench;
  beforeEach(async () => {
    workbench = await openWorkbench(await engine());
  });
  afterEach(() => workbench.close());

  test.each(["orders", "catalog", "billing"] as const)(
    "is deployed alone with the least settings: %s",
    async (key) => {
      const { azure } = workbench;
      const settings = { ...OWN_GATEWAY, integrations: { [key]: LEAST[key] } };
      seedAssumed(azure, settings);
      const before = azure.remaining();

      const stack = await workbench.stack(key, settings, program as PulumiFn);
      const { outputs } = await stack.up();
      expect(Object.keys(outputs.integrations?.value as object)).toEqual([key]);
      const { changeSummary } = await stack.preview();
      expect(Object.keys(changeSummary)).toEqual(["same"]);

      await stack.destroy();
      expect(azure.remaining()).toEqual(before);
    },
  );

  test("tries a new release on a tenth of the requests, moves them, and rolls back: by one backend each", async () => {
    const { azure } = workbench;
    const share = (percent: number) => ({
      ...OWN_GATEWAY,
      integrations: {
        catalog: {
          service: { ...LEAST.catalog.service, canary: { url: "https://catalog-next.contoso.com", percent } },
        },
      },
    });
    const stack = await workbench.stack("canary", share(10), program as PulumiFn);
    await stack.up();
    const weights = () =>
      azure
        .all("azure-native:apimanagement:Backend")
        .flatMap(
          ({ inputs }) => (inputs.pool as { readonly services: readonly Json[] } | undefined)?.services ?? [],
        )
        .map((member) => (member as { readonly weight: number }).weight);
    expect(weights()).toEqual([90, 10]);
    for (const percent of [100, 0]) {
      await workbench.configure("canary", share(percent));
      expect(await written(azure, stack)).toEqual(["update azure-native:apimanagement:Backend"]);
      expect(weights()).toEqual([100]);
    }
  });

  test("goes back to a revision, and forward again, by releases alone", async () => {
    const { azure } = workbench;
    const current = (revision: number) => ({
      ...OWN_GATEWAY,
      integrations: { catalog: { ...LEAST.catalog, revision } },
    });
    // As they were written: the address of the current revision in Azure is that of the API.
    const standing = () =>
      ["Api", "ApiPolicy", "ApiOperationPolicy"].map((type) =>
        azure
          .all(`azure-native:apimanagement:${type}`)
          .map(({ inputs }) => inputs)
          .sort((one, other) => JSON.stringify(one).localeCompare(JSON.stringify(other))),
      );
    const stack = await workbench.stack("revisions", current(2), program as PulumiFn);
    await stack.up();
    const before = standing();
    // Azure brings an API of its own, echo, to a new gateway.
    expect(before.map(({ length }) => length)).toEqual([4, 3, 16]);
    for (const revision of [1, 2]) {
      await workbench.configure("revisions", current(revision));
      expect((await written(azure, stack)).sort()).toEqual([
        "create azure-native:resources:Resource",
        "delete azure-native:resources:Resource",
      ]);
      expect(standing()).toEqual(before);
      const { changeSummary } = await stack.preview();
      expect(Object.keys(changeSummary)).toEqual(["same"]);
    }
  });

  test("is a copied folder that is named once", async () => {
    const copy = await mkdtemp(join(tmpdir(), "copied-program-"));
    try {
      for (const part of ["components", "integrations", "policies", "settings", "validation", "workflow"]) {
        await cp(join(ROOT, part), join(copy, part), { recursive: true });
      }
      await cp(join(ROOT, "index.ts"), join(copy, "index.ts"));
      await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"));
      await copyIntegration(join(copy, "integrations"), "orders", "returns");

      const { azure } = workbench;
      const settings = { ...OWN_GATEWAY, integrations: { orders: LEAST.orders, returns: LEAST.orders } };
      const { default: copied } = (await import(join(copy, "index.ts"))) as { default: PulumiFn };
      const stack = await workbench.stack("copied", settings, copied);
      const { outputs } = await stack.up();
      expect(outputs.integrations?.value).toMatchObject({
        orders: { url: expect.stringMatching(/\/orders$/) as string },
        returns: { url: expect.stringMatching(/\/returns$/) as string },
      });
      const apis = azure.all("azure-native:apimanagement:Api").map(({ inputs }) => inputs.path);
      expect(apis.sort()).toEqual(["echo", "orders", "returns"]);
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});

/** What a newcomer does: copies a folder, renames what is in it, and names it in one place. */
async function copyIntegration(folder: string, from: string, to: string): Promise<void> {
  const renamed = (text: string) => text.replaceAll(from, to).replaceAll(capital(from), capital(to));
  await cp(join(folder, from), join(folder, to), { recursive: true });
  for (const file of ["index.ts", "policy.ts", "queued.ts", "settings.ts", "workflows.ts", "openapi.yaml"]) {
    const path = join(folder, to, file);
    await writeFile(path, renamed(await readFile(path, "utf8")));
  }
  const list = join(folder, "index.ts");
  const text = await readFile(list, "utf8");
  const named = text
    .replace(`import { ${from} } from "./${from}";`, `$&\nimport { ${to} } from "./${to}";`)
    .replace(/export const integrations = \{([^}]*)\}/, `export const integrations = {$1, ${to} }`);
  await writeFile(list, named);
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
