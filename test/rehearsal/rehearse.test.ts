import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as apimanagement from "@pulumi/azure-native/apimanagement";
import * as dns from "@pulumi/azure-native/dns";
import * as resources from "@pulumi/azure-native/resources";
import * as azuread from "@pulumi/azuread";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { parseFault, serveAzure } from "../../rehearsal/azure";
import {
  type Phase,
  type PhaseName,
  type Prerequisite,
  rehearse,
  type RehearseOptions,
  type Report,
} from "../../rehearsal/life-cycle";
import { describeWithEngine } from "../engine";

const GROUP = "azure-native:resources:ResourceGroup";

let projectFolder: string;
let temporaryFolder: string;
let printed: string;

beforeEach(async () => {
  printed = "";
  projectFolder = await mkdtemp(join(tmpdir(), "rehearse-test-"));
  temporaryFolder = await mkdtemp(join(tmpdir(), "rehearse-test-"));
  await writeFile(join(projectFolder, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  await writeFile(join(projectFolder, "Pulumi.dev.yaml"), "config:\n  shop:location: westeurope\n");
});
afterEach(async () => {
  await rm(projectFolder, { recursive: true });
  await rm(temporaryFolder, { recursive: true });
});

/** A group with a zone in it: the smallest program with a reference. */
function groupAndZone(tags: Record<string, pulumi.Input<string>> = {}, protect = false) {
  const group = new resources.ResourceGroup("group", {
    resourceGroupName: "rg-shop",
    location: "westeurope",
    tags,
  });
  const zone = new dns.Zone(
    "zone",
    { resourceGroupName: group.name, zoneName: "shop.example.com", location: "global" },
    { protect },
  );
  return { group, zone };
}

/** The program of {@link groupAndZone} alone. */
const nothingButGroupAndZone: PulumiFn = () => {
  groupAndZone();
  return Promise.resolve({});
};

/** A resource group that stands before the stack does. */
function assumedGroup(resourceGroupName: string, description: string): Prerequisite {
  return { token: GROUP, inputs: { resourceGroupName, location: "westeurope" }, description };
}

function failed(report: Report): PhaseName[] {
  return report.phases.filter(({ failures }) => failures.length > 0).map(({ name }) => name);
}

function phase(report: Report, name: PhaseName): Phase {
  const found = report.phases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there was no phase ${name}`);
  return found;
}

function happened(report: Report, name: PhaseName): string {
  return phase(report, name)
    .failures.flatMap((failure) => failure.happened)
    .join("\n");
}

describeWithEngine("a rehearsal on the real engine", (engine) => {
  async function rehearsal(program: PulumiFn, options: Partial<RehearseOptions> = {}): Promise<Report> {
    return rehearse({
      command: await engine(),
      program,
      projectFolder,
      temporaryFolder,
      stack: "dev",
      write: (text) => (printed += text),
      ...options,
    });
  }

  test("a random value turns the second up red", async () => {
    const report = await rehearsal(
      () => {
        groupAndZone({ nonce: String(Math.random()) });
        return Promise.resolve({});
      },
      { until: "second up" },
    );
    expect(failed(report)).toContain("second up");
    expect(happened(report, "second up")).toContain(`update of ${GROUP} group (tags)`);
  });

  test("an output that differs from its preview turns up red, and only up", async () => {
    const report = await rehearsal(
      () => {
        groupAndZone();
        return Promise.resolve({ mode: pulumi.runtime.isDryRun() ? "preview" : "update" });
      },
      { until: "up" },
    );
    expect(failed(report)).toEqual(["up"]);
    expect(happened(report, "up")).toContain('outputs.mode was "preview" in the preview and is "update" now');
  });

  test("a resource edited behind Pulumi's back turns refresh red", async () => {
    const report = await rehearsal(
      () => {
        groupAndZone({ owner: "us" });
        return Promise.resolve({});
      },
      {
        until: "refresh",
        after: (name, azure) => {
          if (name !== "second up") return;
          const group = azure.remaining().find(({ token }) => token === GROUP);
          azure.edit(group?.id ?? "", { tags: { owner: "somebody else" } });
        },
      },
    );
    expect(failed(report)).toEqual(["refresh"]);
    expect(happened(report, "refresh")).toContain(`update of ${GROUP} group`);
  });

  test("an object added behind Pulumi's back turns destroy red", async () => {
    const report = await rehearsal(nothingButGroupAndZone, {
      after: (name, azure) => {
        if (name === "refresh")
          azure.seed(GROUP, { resourceGroupName: "rg-stranger", location: "westeurope" });
      },
    });
    expect(failed(report)).toEqual(["destroy"]);
    expect(happened(report, "destroy")).toMatch(/\/resourceGroups\/rg-stranger is left/);
  });

  test("what stood before the stack must stand after it", async () => {
    const report = await rehearsal(nothingButGroupAndZone, {
      prerequisites: () => ({ resources: [assumedGroup("rg-old", "the old group")] }),
    });
    expect(failed(report)).toEqual([]);
    expect(report.assumed).toEqual(["the old group"]);
    expect(printed).toContain("Assumed to exist");
  });

  test("a program that claims what stood before the stack is refused", async () => {
    const report = await rehearsal(nothingButGroupAndZone, {
      prerequisites: () => ({ resources: [assumedGroup("rg-shop", "the group")] }),
    });
    expect(failed(report)).toContain("up");
    expect(happened(report, "up")).toMatch(/exist/i);
    expect(report.phases.map(({ name }) => name)).not.toContain("destroy");
  });

  test("a sound program holds in every phase; what is protected is refused first, by name, and goes only then", async () => {
    let deletes: number | undefined;
    const report = await rehearsal(
      () => {
        const { zone } = groupAndZone({}, true);
        return Promise.resolve({ zoneId: zone.id });
      },
      {
        after: (name, azure) => {
          if (name === "destroy of protected resources") {
            deletes = azure.log.filter(({ operation }) => operation === "delete").length;
          }
        },
      },
    );
    expect(failed(report)).toEqual([]);
    expect(report.held).toBe(true);
    expect(report.phases.map(({ name }) => name)).toEqual([
      "preview",
      "up",
      "second up",
      "refresh",
      "destroy of protected resources",
      "destroy",
      "secrets",
    ]);
    expect(deletes).toBe(0);
    expect(phase(report, "destroy of protected resources").proven.join()).toContain(
      "azure-native:dns:Zone zone",
    );
    expect(report.outputs.zoneId?.value).toMatch(
      /\/resourceGroups\/rg-shop\/.*\/dnsZones\/shop\.example\.com$/i,
    );
    expect(printed).toContain("Previewing update (dev)");
    expect(printed).toContain("Destroying (dev)");
    expect(await readdir(temporaryFolder)).toEqual([]);
  });

  test("a create that fails after it was accepted: the next up goes on, and no orphan is left", async () => {
    const report = await rehearsal(nothingButGroupAndZone, {
      faults: [parseFault("azure-native:dns:Zone:create:InternalServerError:accepted")],
    });
    expect(failed(report)).toEqual([]);
    expect(phase(report, "up").proven.join("\n")).toMatch(
      /InternalServerError[^]*another up went on to the end/,
    );
    expect(phase(report, "destroy").proven).toHaveLength(1);
  });

  test("what Azure made by itself and keeps a product for is deleted by hand, which is told", async () => {
    const place = { resourceGroupName: "rg-shop", serviceName: "apim-shop" };
    const service = {
      ...place,
      location: "westeurope",
      sku: { name: "Developer", capacity: 1 },
      publisherName: "Shop",
      publisherEmail: "apis@shop.example.com",
    };
    const report = await rehearsal(
      () => {
        new apimanagement.Product("product", { ...place, productId: "partners", displayName: "Partners" });
        return Promise.resolve({});
      },
      {
        prerequisites: () => ({
          resources: [
            assumedGroup("rg-shop", "the group"),
            {
              token: "azure-native:apimanagement:ApiManagementService",
              inputs: service,
              description: "the gateway",
            },
          ],
        }),
      },
    );
    expect(failed(report)).toEqual([]);
    expect(phase(report, "destroy").proven).toEqual([
      expect.stringMatching(
        /^Azure keeps a product until a person deletes the subscription that came with it: \/.*\/subscriptions\/[\da-f]{24}$/,
      ),
      expect.stringContaining("destroy leaves nothing"),
    ]);
  });

  describe("the proof of secrets", () => {
    /** A program that reads an encrypted setting, whose passphrase nobody has here. */
    function reading(use: (key: string) => pulumi.Input<string>): PulumiFn {
      return () => {
        const [backend] = new pulumi.Config().requireObject<{ key: string }[]>("backends");
        return Promise.resolve({ header: use(backend?.key ?? "") });
      };
    }

    beforeEach(() =>
      writeFile(
        join(projectFolder, "Pulumi.dev.yaml"),
        "encryptionsalt: v1:x3kMb4cxUwg=:v1:PBbLGGDb5g==\nconfig:\n  shop:backends:\n    - key:\n        secure: v1:not-ours\n",
      ),
    );

    test("holds where an encrypted setting leaves as a secret only", async () => {
      const report = await rehearsal(
        reading((key) => pulumi.secret(`Bearer ${key}`)),
        { until: "up" },
      );
      expect(failed(report)).toEqual([]);
      expect(phase(report, "secrets").proven).toEqual([
        expect.stringContaining("none of 1 secrets stands in clear"),
      ]);
    });

    test("is red where it leaves through an unmarked output, and does not repeat it", async () => {
      const report = await rehearsal(
        reading((key) => `Bearer ${key}`),
        { until: "up" },
      );
      expect(failed(report)).toEqual(["secrets"]);
      expect(happened(report, "secrets")).toMatch(
        /setting shop:backends\[0\]\.key stands in clear in Pulumi's state/,
      );
      expect(happened(report, "secrets")).not.toMatch(/canary/);
    });

    test("is red where the program prints it", async () => {
      const stdout = jest.spyOn(process.stdout, "write").mockReturnValue(true);
      try {
        const program = reading((key) => {
          process.stdout.write(`calling with ${key}\n`);
          return "";
        });
        const report = await rehearsal(program, { until: "preview" });
        expect(failed(report)).toEqual(["secrets"]);
        expect(happened(report, "secrets")).toBe(
          "the secret setting shop:backends[0].key stands in clear in what was printed",
        );
      } finally {
        stdout.mockRestore();
      }
    });

    test("is red where a secret that Azure made is unmarked", async () => {
      const report = await rehearsal(
        () => {
          const application = new azuread.Application("app", { displayName: "shop" });
          const password = new azuread.ApplicationPassword("password", { applicationId: application.id });
          return Promise.resolve({ password: pulumi.unsecret(password.value) });
        },
        { until: "up" },
      );
      expect(failed(report)).toEqual(["secrets"]);
      expect(happened(report, "secrets")).toContain(
        "a secret that Azure holds stands in clear in Pulumi's state",
      );
      expect(happened(report, "secrets")).toContain(
        "a secret that Azure holds stands in clear in what was printed",
      );
    });
  });

  test("a plan stops after the preview and deploys nothing", async () => {
    let left: readonly unknown[] = ["not asked"];
    const report = await rehearsal(nothingButGroupAndZone, {
      until: "preview",
      after: (_name, azure) => {
        left = azure.remaining();
      },
    });
    expect(report.phases.map(({ name }) => name)).toEqual(["preview", "secrets"]);
    expect(report.resources.filter(({ type }) => type === "azure-native:dns:Zone")).toHaveLength(1);
    expect(left).toEqual([]);
  });

  test("a kept rehearsal leaves the stack, its files and Azure's; its export holds no secret", async () => {
    const exportFile = join(projectFolder, "state.json");
    const report = await rehearsal(
      () => {
        groupAndZone();
        return Promise.resolve({ key: pulumi.secret("very-well-hidden") });
      },
      { until: "refresh", keep: true, exportFile },
    );
    expect(report.held).toBe(true);
    const { kept } = report;
    if (kept === undefined) throw new Error("nothing was kept");
    try {
      expect(existsSync(kept.stackFile)).toBe(true);
      const { azure, close } = await serveAzure({ stateFile: kept.stateFile });
      await close();
      expect(azure.remaining().map(({ token }) => token)).toEqual(
        expect.arrayContaining([GROUP, "azure-native:dns:Zone"]),
      );
      const state = await readFile(exportFile, "utf8");
      expect(state).toContain("azure-native:dns:Zone");
      expect(state).not.toContain("very-well-hidden");
      expect(state).toContain("ciphertext");
    } finally {
      await rm(kept.folder, { recursive: true });
    }
  });

  test("an interruption cancels the engine and removes the throw-away folder", async () => {
    const interruption = new AbortController();
    const broken = rehearsal(nothingButGroupAndZone, {
      signal: interruption.signal,
      after: () => {
        interruption.abort(new Error("interrupted"));
      },
    });
    await expect(broken).rejects.toThrow("interrupted");
    expect(await readdir(temporaryFolder)).toEqual([]);
  });
});
