import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simulateAzure } from "../../../rehearsal/azure";
import { AbortedError, AzureError, NotSimulatedError } from "../../../rehearsal/azure/errors";
import { type GeneralFixture, generalRules } from "../../../rehearsal/azure/general-rules";
import { expandId, keptId, parentOf, parseId } from "../../../rehearsal/azure/ids";
import { DEFAULT_IDS, SimulatedAzure, type SimulatedAzureOptions } from "../../../rehearsal/azure/model";
import {
  box,
  BOX,
  GET_KEYS,
  GRANT,
  group,
  GROUP,
  GUEST,
  ITEM,
  LABEL,
  POLICY,
  SETTINGS,
  toyInvokes,
  toyTypes,
} from "./toys";

const SUBSCRIPTION = `/subscriptions/${DEFAULT_IDS.subscriptionId}`;
const GROUP_ID = `${SUBSCRIPTION}/resourceGroups/rg`;
const BOX_ID = `${GROUP_ID}/providers/Toy.Boxes/boxes/box`;

function azureWith(options: SimulatedAzureOptions = {}): SimulatedAzure {
  return new SimulatedAzure(toyTypes, { invokes: toyInvokes, ...options });
}

/** A group and a box in it. */
function furnished(options: SimulatedAzureOptions = {}): SimulatedAzure {
  const azure = azureWith(options);
  azure.seed(GROUP, group);
  azure.seed(BOX, box);
  return azure;
}

const child = { resourceGroupName: "rg", boxName: "box" };

/** The code of the refusal; "accepted" where there is none. */
async function outcome(request: Promise<unknown>): Promise<string> {
  try {
    await request;
    return "accepted";
  } catch (error) {
    if (error instanceof AzureError) return error.code;
    throw error;
  }
}

describe("general rules", () => {
  async function judge(fixture: GeneralFixture): Promise<string> {
    const azure = simulateAzure();
    for (const { token, inputs } of fixture.given ?? []) azure.seed(token, inputs);
    for (const { token, inputs } of fixture.deleted ?? []) {
      await azure.delete(token, azure.seed(token, inputs).id);
    }
    const meanwhile = (fixture.meanwhile ?? []).map(({ token, inputs }) => azure.create(token, inputs));
    const judged = await outcome(azure.create(fixture.token, fixture.inputs));
    await Promise.all(meanwhile);
    return judged;
  }

  test("have unique ids, a source, and at least one of them", () => {
    const ids = generalRules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThan(0);
    expect(generalRules.filter(({ source }) => source === "")).toEqual([]);
  });

  const codes: Readonly<Record<string, string>> = {
    shape: "InvalidRequestContent",
    "identifier-not-in-use": "IdentifierAlreadyInUse",
    "not-existing-already": "AlreadyExists",
    "default-body-before-adoption": "AlreadyExists",
    "parent-exists": "ParentResourceNotFound",
    "references-exist": "ResourceNotFound",
    "name-not-soft-deleted": "ServiceAlreadyExistsInSoftDeletedState",
    "no-colliding-write": "PessimisticConcurrencyConflict",
  };
  test.each(generalRules.map((rule) => [rule.id, rule] as const))("%s", async (id, rule) => {
    expect(await judge(rule.accepted)).toBe("accepted");
    expect(await judge(rule.refused)).toBe(codes[id]);
  });
});

describe("another subscription", () => {
  const OTHER = "00000000-0000-4000-8000-0000000000ff";

  test("exists once something is seeded in it, and is written to by whoever sees Azure from there", async () => {
    const azure = azureWith();
    const other = azure.seenFrom(OTHER);
    expect(await outcome(other.create(BOX, box))).toBe("SubscriptionNotFound");
    other.seed(GROUP, group);
    const { id } = await other.create(BOX, box);
    expect(id).toBe(BOX_ID.replace(DEFAULT_IDS.subscriptionId, OTHER));
    // It is one Azure: what stands there is seen, and logged, from everywhere.
    expect(azure.get(id)?.token).toBe(BOX);
    expect(azure.get(BOX_ID)).toBeUndefined();
    expect(azure.log.at(-1)?.id).toBe(id);
  });
});

describe("ids", () => {
  test("are made from a template and read back", () => {
    const template = "{scope}/providers/Toy.Access/grants/{grantName}";
    const id = expandId(template, { scope: BOX_ID, grantName: "g" });
    expect(id).toBe(`${BOX_ID}/providers/Toy.Access/grants/g`);
    expect(parseId(template, id.toUpperCase())).toEqual({ scope: BOX_ID.toUpperCase(), grantName: "G" });
    expect(parseId(template, BOX_ID)).toBeUndefined();
  });

  test("may have a path in them, or none", () => {
    const template = "/providers/{namespace}/{+parent}/{kind}/{name}";
    const nested = expandId(template, { namespace: "Toy", parent: "boxes/box", kind: "items", name: "one" });
    expect(nested).toBe("/providers/Toy/boxes/box/items/one");
    expect(parseId(template, nested)).toEqual({
      namespace: "Toy",
      parent: "boxes/box",
      kind: "items",
      name: "one",
    });
    const top = expandId(template, { namespace: "Toy", parent: "", kind: "boxes", name: "box" });
    expect(top).toBe("/providers/Toy/boxes/box");
    expect(parseId(template, top)).toEqual({ namespace: "Toy", parent: "", kind: "boxes", name: "box" });
    expect(() => expandId(template, { namespace: "Toy", kind: "boxes", name: "box" })).toThrow("parent");
  });

  const API = "/service/apim/apis/orders";
  test.each([
    [`${API}%3Brev=2/policies/policy`, `${API};rev=2/policies/policy`],
    [`${API}%3brev%3D1/policies/policy`, `${API}/policies/policy`],
    [`${API};rev=1`, API],
    [`${API};rev=2/releases/first`, `${API}/releases/first`],
    ["/service/apim/products/all/apis/orders;rev=2", "/service/apim/products/all/apis/orders"],
    ["/service/apim/apis/new;rev=3/operations/list", "/service/apim/apis/new/operations/list"],
  ])("with a revision, %s, are kept as %s while the first is current", (id, kept) => {
    expect(keptId(id, (api) => (api.endsWith("/orders") ? "1" : undefined))).toBe(kept);
  });

  test("a missing property is named", () => {
    expect(() => expandId("/boxes/{boxName}", {})).toThrow("boxName is missing");
  });

  test.each([
    [GROUP_ID, { kind: "subscription", id: SUBSCRIPTION }],
    [BOX_ID, { kind: "resource group", id: GROUP_ID }],
    [`${BOX_ID}/items/one`, { kind: "resource", id: BOX_ID }],
    [`${BOX_ID}/providers/Toy.Access/grants/g`, { kind: "scope", id: BOX_ID }],
    [`${SUBSCRIPTION}/providers/Toy.Access/grants/g`, { kind: "subscription", id: SUBSCRIPTION }],
    ["/guests/1", undefined],
  ])("the parent of %s", (id, parent) => {
    expect(parentOf(id)).toEqual(parent);
  });

  test("are compared without regard to case", async () => {
    const azure = furnished();
    expect(azure.get(BOX_ID.toUpperCase())?.id).toBe(BOX_ID);
    expect(await outcome(azure.create(BOX, { ...box, boxName: "BOX" }))).toBe("AlreadyExists");
    expect(azure.below(GROUP_ID.toUpperCase()).map(({ token }) => token)).toEqual([BOX, LABEL]);
  });
});

describe("resources", () => {
  test("are answered with what they were asked for and what the type adds, without what is never told", async () => {
    const azure = azureWith();
    azure.seed(GROUP, group);
    const created = await azure.create(BOX, { ...box, password: "hunter2hunter2" });
    expect(created.id).toBe(BOX_ID);
    expect(created.outputs).toMatchObject({ units: 1, name: "box", provisioningState: "Succeeded" });
    expect(created.outputs).not.toHaveProperty("password");
    expect(await azure.read(BOX, BOX_ID)).toEqual(created);
    expect(azure.get(`${BOX_ID}/labels/made-by-azure`)?.token).toBe(LABEL);
  });

  test("of an unknown type are refused by name", async () => {
    await expect(azureWith().create("azure-native:toy:Crate", {})).rejects.toThrow(
      new NotSimulatedError("resource type", "azure-native:toy:Crate"),
    );
    await expect(azureWith().invoke("azure-native:toy:getCrate", {})).rejects.toThrow(
      "function not simulated",
    );
  });

  test("meet the rules of their type", async () => {
    const azure = furnished();
    expect(await outcome(azure.update(BOX, BOX_ID, { ...box, units: 0 }))).toBe("InvalidUnits");
    expect(azure.get(BOX_ID)?.inputs.units).toBe(1);
  });

  test("need their resource group, their subscription and their scope", async () => {
    const azure = azureWith();
    expect(await outcome(azure.create(BOX, box))).toBe("ResourceGroupNotFound");
    const grant = { grantName: "g", principalId: "p" };
    expect(await outcome(azure.create(GRANT, { ...grant, scope: "/subscriptions/other" }))).toBe(
      "SubscriptionNotFound",
    );
    azure.seed(GROUP, group);
    expect(await outcome(azure.create(GRANT, { ...grant, scope: BOX_ID }))).toBe("ResourceNotFound");
    expect(await outcome(azure.create(GRANT, { ...grant, scope: GROUP_ID, on: BOX_ID }))).toBe(
      "ResourceNotFound",
    );
    azure.seed(BOX, box);
    expect(await outcome(azure.create(GRANT, { ...grant, scope: BOX_ID, on: BOX_ID }))).toBe("accepted");
  });

  test("are deleted along with what is below; deleting twice is fine", async () => {
    const azure = furnished();
    await azure.create(ITEM, { ...child, itemName: "one" });
    await azure.delete(GROUP, GROUP_ID);
    expect(azure.remaining()).toEqual([]);
    await expect(azure.delete(GROUP, GROUP_ID)).resolves.toBeUndefined();
  });

  test("that are soft-deleted are told with the command that frees the name", async () => {
    const azure = furnished();
    await azure.delete(GROUP, GROUP_ID);
    expect(azure.softDeletedResources()).toEqual([{ id: BOX_ID, token: BOX, remedy: "purge box" }]);
    azure.seed(GROUP, group);
    expect(await outcome(azure.create(BOX, box))).toBe("NameSoftDeleted");
    const restored = await azure.create(BOX, { ...box, units: 7, restore: true });
    expect(restored.inputs.units).toBe(1);
    expect(azure.softDeletedResources()).toEqual([]);
  });

  test("that Azure always holds are adopted and reset", async () => {
    const azure = furnished();
    const id = `${BOX_ID}/settings/default`;
    expect((await azure.read(SETTINGS, id))?.outputs.mode).toBe("plain");
    await azure.create(SETTINGS, { ...child, settingsName: "default", mode: "fancy" });
    expect(azure.get(id)?.outputs.mode).toBe("fancy");
    await azure.delete(SETTINGS, id);
    expect(azure.get(id)?.outputs.mode).toBe("plain");
    azure.erase(BOX_ID);
    expect(azure.get(id)).toBeUndefined();
  });

  test("that Azure always holds, but can delete, are adopted only while nobody changed them", async () => {
    const azure = furnished();
    const policy = { ...child, policyName: "policy", value: "<policies>1</policies>" };
    expect(await outcome(azure.create(POLICY, policy))).toBe("accepted");
    expect(await outcome(azure.create(POLICY, policy))).toBe("AlreadyExists");
  });

  test("are created by an update where they are gone, but not by Microsoft Graph", async () => {
    const azure = azureWith();
    azure.seed(GROUP, group);
    expect(await outcome(azure.update(BOX, BOX_ID, box))).toBe("accepted");
    expect(await outcome(azure.update(GUEST, "/guests/1", { mail: "a@example.com" }))).toBe(
      "Request_ResourceNotFound",
    );
  });

  test("are edited behind Pulumi's back, inputs and outputs", () => {
    const azure = furnished();
    azure.edit(BOX_ID, { units: 9, principalId: "someone", location: null });
    expect(azure.get(BOX_ID)?.outputs).toMatchObject({ units: 9, principalId: "someone" });
    expect(azure.get(BOX_ID)?.inputs).not.toHaveProperty("location");
    expect(() => azure.edit(`${BOX_ID}x`, {})).toThrow("there is no");
  });

  test("tell their secrets, once each, for others to search for", async () => {
    const azure = furnished();
    await azure.update(BOX, BOX_ID, { ...box, password: "hunter2hunter2" });
    expect(azure.secrets()).toEqual(["hunter2hunter2", "key-of-box"]);
  });

  test("may be refused by something that holds for all types", async () => {
    const locked = new AzureError(409, "ScopeLocked", "Locked.");
    const azure = furnished({ refusal: ({ operation }) => (operation === "delete" ? locked : undefined) });
    expect(await outcome(azure.delete(BOX, BOX_ID))).toBe("ScopeLocked");
    expect(azure.get(BOX_ID)).toBeDefined();
  });
});

describe("time", () => {
  test("parallel writes that Azure serialises collide, one after another they do not", async () => {
    const azure = furnished();
    const parallel = await Promise.all(
      ["one", "two"].map((itemName) => outcome(azure.create(ITEM, { ...child, itemName }))),
    );
    expect(parallel).toEqual(["accepted", "PessimisticConcurrencyConflict"]);
    expect(await outcome(azure.create(ITEM, { ...child, itemName: "two" }))).toBe("accepted");
  });

  test("what is being created is not there yet, though its name is taken", async () => {
    const azure = azureWith({ millisecondsPerMinute: 1 });
    azure.seed(GROUP, group);
    const creating = azure.create(BOX, box);
    expect(azure.get(BOX_ID)).toBeUndefined();
    expect(azure.all(BOX)).toEqual([]);
    expect(azure.accepted(BOX).map(({ id }) => id)).toEqual([BOX_ID]);
    expect(await outcome(azure.create(BOX, box))).toBe("AlreadyExists");
    expect(await outcome(azure.create(ITEM, { ...child, itemName: "one" }))).toBe("ParentResourceNotFound");
    await creating;
    expect(azure.get(BOX_ID)).toBeDefined();
  });

  test("takes the minutes of the type, times a knob, and stands in the log with start and end", async () => {
    const azure = azureWith({ millisecondsPerMinute: 2 });
    azure.seed(GROUP, group);
    await azure.create(BOX, box);
    const [entry] = azure.log;
    expect(entry).toMatchObject({ operation: "create", token: BOX, id: BOX_ID, code: "OK", minutes: 30 });
    expect((entry?.end ?? 0) - (entry?.start ?? 0)).toBeGreaterThanOrEqual(59);
  });

  test("the log tells what a type tells of what was written, and of nothing else", async () => {
    const azure = azureWith();
    azure.seed(GROUP, group);
    await azure.create(BOX, { ...box, password: "hunter2hunter2" });
    await azure.update(BOX, BOX_ID, { ...box, units: 2 });
    await azure.create(ITEM, { ...child, itemName: "one" });
    await azure.delete(BOX, BOX_ID);
    expect(azure.log.map(({ operation, facts }) => [operation, facts])).toEqual([
      ["create", { units: 1 }],
      ["update", { units: 2 }],
      ["create", undefined],
      ["delete", undefined],
    ]);
    expect(JSON.stringify(azure.log)).not.toContain("hunter2");
  });

  test("the log names refusals by their code, and holds no property", async () => {
    const azure = azureWith();
    await outcome(azure.create(BOX, { ...box, password: "hunter2hunter2" }));
    await azure.read(BOX, BOX_ID);
    await outcome(azure.invoke(GET_KEYS, { boxName: "box" }));
    expect(azure.log.map(({ operation, code }) => [operation, code])).toEqual([
      ["create", "ResourceGroupNotFound"],
      ["read", "OK"],
      ["invoke", "ResourceNotFound"],
    ]);
    expect(JSON.stringify(azure.log)).not.toContain("hunter2");
  });

  test("who stops waiting does not stop Azure", async () => {
    const azure = azureWith({ millisecondsPerMinute: 1000 });
    azure.seed(GROUP, group);
    const controller = new AbortController();
    const creating = azure.create(BOX, box, controller.signal);
    setImmediate(() => {
      controller.abort();
    });
    await expect(creating).rejects.toThrow(AbortedError);
    expect(azure.get(BOX_ID)).toBeDefined();
  });
});

describe("state file", () => {
  function temporary(): string {
    return join(mkdtempSync(join(tmpdir(), "azure-")), "azure.json");
  }

  test("holds what was acknowledged, for the next process, and for nobody else", async () => {
    const stateFile = temporary();
    const azure = furnished({ stateFile });
    await azure.create(ITEM, { ...child, itemName: "one" });
    await azure.delete(GROUP, azure.seed(GROUP, { ...group, resourceGroupName: "gone" }).id);
    const next = azureWith({ stateFile });
    expect(next.remaining()).toEqual(azure.remaining());
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(stateFile, ".."))).toEqual(["azure.json"]);
  });

  test("holds soft-deleted names", async () => {
    const stateFile = temporary();
    await furnished({ stateFile }).delete(BOX, BOX_ID);
    expect(azureWith({ stateFile }).softDeletedResources()).toHaveLength(1);
  });

  test("holds a write that was accepted when the process crashed: Azure has finished it since", async () => {
    const stateFile = temporary();
    const azure = azureWith({ stateFile, millisecondsPerMinute: 1000 });
    azure.seed(GROUP, group);
    const controller = new AbortController();
    const creating = azure.create(BOX, box, controller.signal);
    while (!readFileSync(stateFile, "utf8").includes(`"${BOX}"`)) await new Promise(setImmediate);
    const next = azureWith({ stateFile });
    expect(next.get(BOX_ID)?.outputs.provisioningState).toBe("Succeeded");
    controller.abort();
    await expect(creating).rejects.toThrow(AbortedError);
  });

  test("is refused where it is something else, without a word of what it holds", () => {
    const stateFile = temporary();
    writeFileSync(stateFile, '{"version":2,"secret":"hunter2hunter2"}');
    expect(() => azureWith({ stateFile })).toThrow("is not a state file of the simulated Azure");
    expect(() => azureWith({ stateFile })).not.toThrow("hunter2");
    writeFileSync(stateFile, "{");
    expect(() => azureWith({ stateFile })).toThrow("is not a state file");
    expect(readFileSync(stateFile, "utf8")).toBe("{");
  });
});
