import * as pulumi from "@pulumi/pulumi";
import * as dns from "@pulumi/azure-native/dns";
import * as resources from "@pulumi/azure-native/resources";
import { azureMocks, simulateAzure } from "../../../rehearsal/azure";
import { AzureError, NotSimulatedError } from "../../../rehearsal/azure/errors";
import { simulatedMocks } from "../../../rehearsal/azure/mocks";
import { SimulatedAzure } from "../../../rehearsal/azure/model";
import { isSecret, secret } from "../../../rehearsal/azure/wire";
import { box, BOX, GET_KEYS, group, GROUP, toyInvokes, toyShapes, toyTypes } from "./toys";

function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}

describe("simulated mocks", () => {
  function mocked() {
    const azure = new SimulatedAzure(toyTypes, { invokes: toyInvokes });
    azure.seed(GROUP, group);
    const mocks = simulatedMocks(azure, toyShapes);
    const create = async (type: string, inputs: object, id?: string) =>
      mocks.newResource({ type, name: "box", inputs, custom: true, ...(id === undefined ? {} : { id }) });
    return { azure, mocks, create };
  }

  test("create resources in the same model, with the provider's defaults", async () => {
    const { azure, create } = mocked();
    const made = await create(BOX, { resourceGroupName: "rg", units: 2 });
    expect(made.id).toMatch(/\/boxes\/box[0-9a-f]{8}$/);
    expect(made.state).toMatchObject({ units: 2, location: "westeurope", azureApiVersion: "2026-01-01" });
    expect(azure.get(made.id ?? "")?.inputs).not.toHaveProperty("azureApiVersion");
  });

  test("refuse what Azure refuses, and what is not simulated", async () => {
    const { mocks, create } = mocked();
    await expect(create(BOX, { ...box, units: 0 })).rejects.toThrow(AzureError);
    await expect(create("azure-native:toy:Crate", {})).rejects.toThrow(NotSimulatedError);
    await expect(mocks.call({ token: "azure-native:toy:getCrate", inputs: {} })).rejects.toThrow(
      NotSimulatedError,
    );
  });

  test("let components pass, read what exists, answer functions", async () => {
    const { azure, mocks, create } = mocked();
    const component = await mocks.newResource({
      type: "own:Component",
      name: "c",
      inputs: { a: 1 },
      custom: false,
    });
    expect(component.state).toEqual({ a: 1 });
    azure.seed(BOX, box);
    const [held] = azure.all(BOX);
    expect((await create(BOX, {}, held?.id)).state).toMatchObject({ name: "box", units: 1 });
    await expect(create(BOX, {}, "/nowhere")).rejects.toThrow("does not exist");
    expect(await mocks.call({ token: GET_KEYS, inputs: { boxName: "box" } })).toEqual({
      primary: "key-of-box",
    });
  });

  test("keep secret what was secret, though Azure gets it in clear", async () => {
    const { azure, create } = mocked();
    const made = await create(BOX, { ...box, tags: secret({ key: "hunter2" }) });
    const state = made.state as Record<string, unknown>;
    expect(isSecret(state.tags)).toBe(true);
    expect(isSecret(state.units)).toBe(false);
    expect(azure.all(BOX)[0]?.inputs.tags).toEqual({ key: "hunter2" });
  });
});

test("the program's own resources stand in the simulated Azure under Pulumi's mocks", async () => {
  const azure = simulateAzure();
  await pulumi.runtime.setMocks(azureMocks(azure), "project", "stack", false);
  const rg = new resources.ResourceGroup("rg-orders", { location: "westeurope" });
  const zone = new dns.Zone("zone", {
    resourceGroupName: rg.name,
    zoneName: "orders.example.com",
    location: "global",
  });
  const [id, servers] = await Promise.all([promiseOf(zone.id), promiseOf(zone.nameServers)]);
  expect(azure.get(id)?.token).toBe("azure-native:dns:Zone");
  expect(servers.length).toBeGreaterThan(0);
});
