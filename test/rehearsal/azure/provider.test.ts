import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, type PulumiFn } from "@pulumi/pulumi/automation";
import { serveAzure } from "../../../rehearsal/azure";
import { DEFAULT_IDS } from "../../../rehearsal/azure/model";
import { UNKNOWN } from "../../../rehearsal/azure/wire";
import { describeWithEngine } from "../../engine";
import { box, BOX, GET_KEYS, GRANT, group, GROUP, GUEST, ITEM, LABEL, POLICY, SETTINGS } from "./toys";
import { type RunResult, Toy, Trial } from "./trial";

const GROUP_ID = `/subscriptions/${DEFAULT_IDS.subscriptionId}/resourceGroups/rg`;
const BOX_ID = `${GROUP_ID}/providers/Toy.Boxes/boxes/box`;
const PASSWORD = "hunter2-hunter2-hunter2";
const child = { resourceGroupName: "rg", boxName: "box" };

/** What the engine told last of a resource. */
function told(run: RunResult, name: string) {
  const found = run.told.findLast((entry) => entry.name === name);
  if (found === undefined) throw new Error(`the engine told nothing of ${name}; it said: ${run.errors}`);
  return found;
}

/** Every text below a folder. */
function texts(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

describeWithEngine("the simulated azure-native, towards the engine,", (engine) => {
  let trial: Trial;
  beforeEach(async () => {
    trial = await Trial.begin(await engine());
  });
  afterEach(() => {
    trial.end();
  });

  /** A box with an automatic name in a group, and what hangs on it. */
  const whole =
    (change: { readonly tags?: Readonly<Record<string, string>>; readonly zoned?: boolean } = {}): PulumiFn =>
    () => {
      const rg = new Toy(GROUP, "rg", group, {}, ["name"]);
      const own = new Toy(
        BOX,
        "auto",
        {
          resourceGroupName: rg.output("name"),
          units: 2,
          sku: { name: "S" },
          tags: change.tags ?? { stage: "test" },
          password: pulumi.secret(PASSWORD),
        },
        {},
        ["name", "location", "principalId", "keys"],
      );
      new Toy(GRANT, "grant", { scope: rg.id, principalId: own.output("principalId") });
      new Toy(GRANT, "named", { scope: rg.id, grantName: "named", principalId: own.output("name") });
      const place = { resourceGroupName: rg.output("name"), boxName: own.output("name") };
      new Toy(SETTINGS, "settings", { ...place, settingsName: "default", mode: "fancy" });
      new Toy(ITEM, "item", { ...place, itemName: "one", value: pulumi.secret(PASSWORD) });
      const keys = pulumi.runtime.invokeOutput<{ primary: string }>(GET_KEYS, {
        boxName: own.output("name"),
      });
      return Promise.resolve({ primary: keys.apply(({ primary }) => primary) });
    };

  test("goes through the whole life of a stack as the real one", async () => {
    const preview = await trial.preview(whole());
    expect(preview.errors).toBe("");
    // A preview knows the inputs, but no other output, and no object that has read-only members too.
    const planned = told(preview, "auto");
    expect(planned.outputs).toMatchObject({
      units: 2,
      tags: { stage: "test" },
      name: UNKNOWN,
      principalId: UNKNOWN,
      zones: UNKNOWN,
      sku: UNKNOWN,
    });
    expect(planned.id).toBe("");
    // The location comes from the group: as that does not exist yet, it is not known yet.
    expect(planned.inputs).toMatchObject({ location: UNKNOWN, azureApiVersion: "2026-01-01" });
    expect(trial.azure.remaining()).toEqual([]);

    const up = await trial.up(whole());
    expect(up.errors).toBe("");
    const made = told(up, "auto");
    // The program's name and 8 hexadecimal digits.
    expect(made.inputs.boxName).toMatch(/^auto[0-9a-f]{8}$/);
    expect(planned.inputs.boxName).toMatch(/^auto[0-9a-f]{8}$/);
    expect(told(up, "grant").inputs.grantName).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(made.inputs.location).toBe("westeurope");
    // What is only in the path is no output; the API version is.
    expect(made.outputs).not.toHaveProperty("resourceGroupName");
    expect(made.outputs).toMatchObject({ azureApiVersion: "2026-01-01", zones: ["1"] });
    // Each write is followed by a read.
    const ofItem = trial.azure.log.filter(({ token }) => token === ITEM).map(({ operation }) => operation);
    expect(ofItem).toEqual(["create", "read"]);
    const ofSettings = trial.azure.all(SETTINGS).map(({ outputs }) => outputs.mode);
    expect(ofSettings).toEqual(["fancy"]);
    expect(trial.azure.all(LABEL)).toHaveLength(1);
    // Secrets reach Azure in clear, as the provider accepts none, and the engine still keeps them secret.
    expect(trial.azure.all(BOX)[0]?.inputs.password).toBe(PASSWORD);
    expect(trial.azure.all(ITEM)[0]?.outputs.value).toBe(PASSWORD);
    expect(texts(join(trial.folder, "backend"))).toContain('"itemName"');
    expect(texts(join(trial.folder, "backend"))).not.toContain(PASSWORD);

    const again = await trial.up(whole());
    expect(new Set(again.steps.map((step) => step.split(" ")[0]))).toEqual(new Set(["same"]));

    // In the preview of an update the name stays known and other outputs do not: what hangs on the principal is to
    // be replaced, and turns out to be the same.
    const tagged = whole({ tags: { stage: "changed" } });
    const change = await trial.preview(tagged);
    expect(change.errors).toBe("");
    expect(told(change, "auto")).toMatchObject({
      op: "update",
      outputs: { name: made.outputs.name, location: "westeurope", principalId: UNKNOWN },
    });
    expect(change.steps).toContain("replace grant");
    expect(change.steps).toContain("same named");
    const changed = await trial.up(tagged);
    expect(changed.errors).toBe("");
    expect(changed.steps).toContain("update auto");
    expect(changed.steps).toContain("same grant");

    // A refresh after nothing happened changes nothing; defaults of Azure's (zones) do not become inputs.
    const id = told(changed, "auto").id;
    const quiet = await trial.refresh();
    expect(told(quiet, "auto").inputs).not.toHaveProperty("zones");
    expect(quiet.told.filter(({ op }) => op === "update")).toEqual([]);
    // A refresh after somebody changed something folds the difference into the inputs, and only that.
    trial.azure.edit(id, { tags: { stage: "drifted" }, zones: ["1", "2"] });
    const drift = told(await trial.refresh(), "auto");
    expect(drift.inputs).toMatchObject({ tags: { stage: "drifted" }, zones: ["1", "2"], units: 2 });
    expect(drift.inputs).toHaveProperty("password");
    const mended = await trial.up(tagged);
    expect(mended.steps).toContain("update auto");
    expect(trial.azure.get(id)?.outputs.tags).toEqual({ stage: "changed" });

    // What was deleted behind Pulumi's back is gone from the state after a refresh, and is created again.
    const [item] = trial.azure.all(ITEM);
    trial.azure.erase(item?.id ?? "");
    expect((await trial.refresh()).steps).toContain("refresh item");
    expect((await trial.up(tagged)).steps).toContain("create item");

    const destroyed = await trial.destroy();
    expect(destroyed.errors).toBe("");
    expect(trial.azure.remaining()).toEqual([]);
    expect(trial.azure.softDeletedResources()).toMatchObject([{ id }]);
  });

  test("looks before it creates: what exists already is refused, singletons are adopted and reset", async () => {
    trial.azure.seed(GROUP, group);
    trial.azure.seed(BOX, box);
    trial.azure.seed(ITEM, { ...child, itemName: "one" });
    trial.azure.seed(POLICY, { ...child, policyName: "policy", value: "<policies>mine</policies>" });
    trial.azure.seed(SETTINGS, { ...child, settingsName: "default", mode: "odd" });
    const refused = await trial.up(() => {
      new Toy(ITEM, "item", { ...child, itemName: "one" });
      return Promise.resolve();
    });
    expect(refused.errors).toContain(`cannot create already existing resource '${BOX_ID}/items/one'`);
    const notDefault = await trial.up(() => {
      const settings = new Toy(SETTINGS, "settings", { ...child, settingsName: "default", mode: "fancy" });
      const policy = { ...child, policyName: "policy", value: "<policies />" };
      new Toy(POLICY, "policy", policy, { dependsOn: settings });
      return Promise.resolve();
    });
    expect(notDefault.errors).toContain(
      `cannot create already existing subresource '${BOX_ID}/policies/policy'`,
    );
    expect(trial.azure.get(`${BOX_ID}/settings/default`)?.outputs.mode).toBe("fancy");
    await trial.destroy();
    expect(trial.azure.get(`${BOX_ID}/settings/default`)?.outputs.mode).toBe("plain");
  });

  test("replaces an explicit name by deleting first, an automatic one by creating first", async () => {
    trial.azure.seed(GROUP, { ...group, location: "West Europe" });
    const items =
      (itemName: string, location: string): PulumiFn =>
      () => {
        new Toy(BOX, "auto", { resourceGroupName: "rg", location });
        new Toy(GRANT, "named", { scope: GROUP_ID, grantName: itemName, principalId: "p" });
        return Promise.resolve();
      };
    await trial.up(items("one", "westeurope"));
    // Azure does not care how a location is spelled.
    const respelt = await trial.up(items("one", "West Europe"));
    expect([...respelt.steps].sort()).toEqual(["same auto", "same named"]);
    const start = trial.azure.log.length;
    const replaced = await trial.up(items("two", "northeurope"));
    expect(replaced.errors).toBe("");
    const writes = (token: string) =>
      trial.azure.log
        .slice(start)
        .filter((entry) => entry.token === token && entry.operation !== "read")
        .map(({ operation }) => operation);
    expect(writes(GRANT)).toEqual(["delete", "create"]);
    expect(writes(BOX)).toEqual(["create", "delete"]);
  });

  test("takes the location from the configuration, or else says how to give it", async () => {
    const program: PulumiFn = () => {
      new Toy(GROUP, "group", {});
      return Promise.resolve();
    };
    const refused = await trial.preview(program);
    expect(refused.errors).toContain("missing required property 'location'");
    await trial.stack.setConfig("azure-native:location", { value: "swedencentral" });
    await trial.up(program);
    expect(trial.azure.all(GROUP)[0]?.inputs.location).toBe("swedencentral");
  });

  test("imports what exists, without a difference", async () => {
    trial.azure.seed(GROUP, group);
    trial.azure.seed(BOX, { ...box, tags: { stage: "old" } });
    const program =
      (options: pulumi.CustomResourceOptions): PulumiFn =>
      () => {
        new Toy(BOX, "box", { ...box, tags: { stage: "old" }, zones: ["1"] }, options);
        return Promise.resolve();
      };
    const imported = await trial.up(program({ import: BOX_ID }));
    expect(imported.errors).toBe("");
    expect(imported.steps).toEqual(["import box"]);
    expect((await trial.up(program({}))).steps).toEqual(["same box"]);
    const missing = await trial.up(() => {
      new Toy(ITEM, "item", { ...child, itemName: "one" }, { import: `${BOX_ID}/items/one` });
      new Toy(BOX, "box", { ...box, tags: { stage: "old" }, zones: ["1"] });
      return Promise.resolve();
    });
    expect(missing.errors).toContain("does not exist");
  });

  /** Azure has accepted the box, though nobody has been told yet. */
  async function acceptedBox(): Promise<void> {
    while (!readFileSync(join(trial.folder, "azure.json"), "utf8").includes(`"${BOX}"`)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  const single: PulumiFn = () => {
    new Toy(BOX, "box", box);
    return Promise.resolve();
  };

  test("a create that fails after Azure accepted it is kept, and the next update goes on from there", async () => {
    trial.azure.seed(GROUP, group);
    trial.azure.inject({ token: BOX, operation: "create", code: "ActivationFailed", accepted: true });
    const failed = await trial.up(single);
    expect(failed.errors).toContain('Status=500 Code="ActivationFailed"');
    expect(trial.azure.get(BOX_ID)?.outputs.provisioningState).toBe("Failed");
    const next = await trial.up(single);
    expect(next.errors).toBe("");
    expect(next.steps).toEqual(["update box"]);
    expect(told(next, "box").outputs.provisioningState).toBe("Succeeded");
    expect((await trial.up(single)).steps).toEqual(["same box"]);
  });

  test("a crash after Azure accepted a create, before the state knows, ends in an existing resource", async () => {
    trial.azure.seed(GROUP, group);
    await trial.restart({ millisecondsPerMinute: 1000 });
    const crashing = trial.up(single);
    await acceptedBox();
    await trial.restart();
    expect((await crashing).errors).not.toBe("");
    expect(trial.azure.get(BOX_ID)?.outputs.provisioningState).toBe("Succeeded");
    const next = await trial.up(single);
    expect(next.errors).toContain(`cannot create already existing resource '${BOX_ID}'`);
  });

  test("a cancelled create is known by its id, and the next update goes on from there", async () => {
    trial.azure.seed(GROUP, group);
    await trial.restart({ millisecondsPerMinute: 1000 });
    const controller = new AbortController();
    const cancelled = trial.up(single, controller.signal);
    await acceptedBox();
    controller.abort();
    expect((await cancelled).errors).toContain("context canceled");
    await trial.restart();
    const next = await trial.up(single);
    expect(next.errors).toBe("");
    expect(next.steps).toEqual(["update box"]);
  });

  test("refusals have the wording that error hooks look for; the provider itself retries a few of them", async () => {
    trial.azure.seed(GROUP, group);
    trial.azure.seed(BOX, box);
    const program =
      (hooked: boolean): PulumiFn =>
      () => {
        const retry = new pulumi.ErrorHook("retry", ({ errors }) =>
          Promise.resolve(
            errors.at(-1)?.includes('Code="PessimisticConcurrencyConflict"') === true && errors.length < 3,
          ),
        );
        new Toy(ITEM, "item", { ...child, itemName: "one" }, hooked ? { hooks: { onError: [retry] } } : {});
        return Promise.resolve();
      };
    const strike = (code: string, times: number) => {
      trial.azure.inject({ token: ITEM, operation: "create", code, times });
    };
    strike("PessimisticConcurrencyConflict", 1);
    const refused = await trial.up(program(false));
    expect(refused.errors).toContain(
      'Status=409 Code="PessimisticConcurrencyConflict" Message="Injected fault: create of azure-native:toy:Item fails."',
    );
    strike("TooManyRequests", 4);
    expect((await trial.up(program(false))).errors).toContain("Status=429");
    strike("PessimisticConcurrencyConflict", 1);
    strike("AnotherOperationInProgress", 3);
    expect((await trial.up(program(true))).errors).toBe("");
    const codes = trial.azure.log.filter(({ operation }) => operation === "create").map(({ code }) => code);
    expect(codes).toEqual([
      "PessimisticConcurrencyConflict",
      ...Array.from({ length: 4 }, () => "TooManyRequests"),
      "PessimisticConcurrencyConflict",
      ...Array.from({ length: 3 }, () => "AnotherOperationInProgress"),
      "OK",
    ]);
  });

  test("what is not simulated is refused by name, in the preview already", async () => {
    const refused = await trial.preview(() => {
      new Toy("azure-native:toy:Crate", "crate", {});
      return Promise.resolve();
    });
    expect(refused.errors).toContain("resource type not simulated: azure-native:toy:Crate");
  });

  test("a read that fails after a write does no harm: the write's own answer is kept", async () => {
    trial.azure.seed(GROUP, group);
    trial.azure.inject({ token: BOX, operation: "read", code: "AuthorizationFailed" });
    const up = await trial.up(single);
    expect(up.errors).toBe("");
    expect(told(up, "box").outputs.name).toBe("box");
    expect(trial.azure.log.map(({ code }) => code)).toEqual(["OK", "AuthorizationFailed"]);
  });
});

describeWithEngine("the simulated Azure that is served", (engine) => {
  test("refuses misspelt properties in the preview, all at once, and prints no value", async () => {
    const folder = mkdtempSync(join(tmpdir(), "served-"));
    const { environment, close } = await serveAzure({ stateFile: join(folder, "azure.json") });
    try {
      const messages: string[] = [];
      const stack = await LocalWorkspace.createOrSelectStack(
        {
          stackName: "test",
          projectName: "served",
          program: () => {
            const rg = new resources.ResourceGroup("rg-orders", { location: "westeurope" });
            new Toy("azure-native:dns:Zone", "zone", {
              resourceGroupName: rg.name,
              zoneName: "orders.example.com",
              location: "global",
              tag: { note: PASSWORD },
              tags: { number: 1 },
            });
            return Promise.resolve();
          },
        },
        {
          workDir: folder,
          pulumiCommand: await engine(),
          envVars: {
            ...environment,
            PULUMI_BACKEND_URL: pathToFileURL(folder).href,
            PULUMI_CONFIG_PASSPHRASE: "served",
            PULUMI_SKIP_UPDATE_CHECK: "true",
          },
        },
      );
      const preview = stack.preview({
        onEvent: ({ diagnosticEvent }) => messages.push(diagnosticEvent?.message ?? ""),
      });
      await expect(preview).rejects.toThrow("failed");
      const said = messages.join("\n");
      expect(said).toContain("did you mean tags?");
      expect(said).toContain("tags.number must be of type string");
      expect(said).not.toContain(PASSWORD);
    } finally {
      await close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describeWithEngine("the simulated azuread, towards the engine,", (engine) => {
  test("keeps what it answered known, marks its secrets, and creates the new before it deletes the old", async () => {
    const trial = await Trial.begin(await engine());
    try {
      const guests =
        (mail: string, note: string): PulumiFn =>
        () => {
          const guest = new Toy(GUEST, "guest", { mail, note }, {}, ["objectId"]);
          new Toy(GROUP, "group", { ...group, tags: { guest: guest.output("objectId") } });
          return Promise.resolve();
        };
      const preview = await trial.preview(guests("a@example.com", "first"));
      expect(told(preview, "guest").outputs).toMatchObject({ note: "first", objectId: UNKNOWN });
      const made = await trial.up(guests("a@example.com", "first"));
      expect(made.errors).toBe("");
      expect(told(made, "guest").id).toMatch(/^\/guests\/[0-9a-f-]{36}$/);
      const [guest] = trial.azure.all(GUEST);
      expect(guest?.outputs.inviteKey).toMatch(/^invite-/);
      expect(texts(join(trial.folder, "backend"))).not.toContain(guest?.outputs.inviteKey);

      const noted = await trial.preview(guests("a@example.com", "second"));
      expect(told(noted, "guest")).toMatchObject({
        op: "update",
        outputs: { objectId: guest?.outputs.objectId },
      });
      expect(noted.steps).toContain("same group");
      expect((await trial.refresh()).told.filter(({ op }) => op === "update")).toEqual([]);

      const start = trial.azure.log.length;
      await trial.up(guests("b@example.com", "first"));
      const writes = trial.azure.log
        .slice(start)
        .filter(({ token, operation }) => token === GUEST && operation !== "read")
        .map(({ operation }) => operation);
      expect(writes).toEqual(["create", "delete"]);

      trial.azure.inject({ token: GUEST, operation: "update", code: "Request_ResourceNotFound" });
      const refused = await trial.up(guests("b@example.com", "third"));
      expect(refused.errors).toContain(
        "unexpected status 404 (404 Not Found) with error: Request_ResourceNotFound:",
      );
    } finally {
      trial.end();
    }
  });
});
