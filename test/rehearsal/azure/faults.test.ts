import { FailedAfterAcceptanceError } from "../../../rehearsal/azure/errors";
import { type Fault, FAULT_STATUS, parseFault } from "../../../rehearsal/azure/faults";
import { SimulatedAzure } from "../../../rehearsal/azure/model";
import { box, BOX, group, GROUP, toyTypes } from "./toys";

describe("parseFault", () => {
  test.each<[string, Fault]>([
    [
      "azure-native:toy:Box:create:Conflict",
      { token: BOX, operation: "create", code: "Conflict", accepted: false, times: 1 },
    ],
    [
      "azure-native:toy:Box:update:InternalServerError:accepted:3",
      { token: BOX, operation: "update", code: "InternalServerError", accepted: true, times: 3 },
    ],
    [
      "azuread:index/guest:Guest:read:Request_ResourceNotFound:always",
      {
        token: "azuread:index/guest:Guest",
        operation: "read",
        code: "Request_ResourceNotFound",
        accepted: false,
        times: Infinity,
      },
    ],
  ])("%s", (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
  });

  test.each([
    ["", "TYPE is a type token"],
    ["dns:Zone:create:Conflict", "TYPE is a type token"],
    ["azure-native:toy:Box:make:Conflict", "OPERATION is one of create, update, delete, read"],
    ["azure-native:toy:Box:create:Conflct", "did you mean Conflict?"],
    ["azure-native:toy:Box:create:Conflict:often", "a number from 1, or always"],
    ["azure-native:toy:Box:create:Conflict:0", "a number from 1, or always"],
    ["azure-native:toy:Box:create:Conflict:accepted:1:2", "a number from 1, or always"],
    ["azure-native:toy:Box:read:Conflict:accepted", "only a write can be accepted"],
  ])("%s is refused", (text, reason) => {
    expect(() => parseFault(text)).toThrow(reason);
    expect(() => parseFault(text)).toThrow("TYPE:OPERATION:CODE[:accepted][:TIMES]");
  });

  test("every problem is told at once", () => {
    expect(() => parseFault("x:y:z:make:Nonsense")).toThrow(/TYPE.*OPERATION.*CODE/);
  });
});

describe("a fault", () => {
  function azureWith(...faults: readonly Fault[]): SimulatedAzure {
    const azure = new SimulatedAzure(toyTypes, { faults });
    azure.seed(GROUP, group);
    return azure;
  }

  test("strikes as often as it should, before anything is written", async () => {
    const azure = azureWith({ token: BOX, operation: "create", code: "Conflict", times: 2 });
    await expect(azure.create(BOX, box)).rejects.toMatchObject({
      code: "Conflict",
      status: FAULT_STATUS.Conflict,
    });
    await expect(azure.create(BOX, box)).rejects.toMatchObject({ code: "Conflict" });
    expect(azure.all(BOX)).toEqual([]);
    await expect(azure.create(BOX, box)).resolves.toMatchObject({ token: BOX });
  });

  test("strikes only the ids that it names, and takes a status and message of its own", async () => {
    const azure = azureWith({
      token: BOX,
      operation: "create",
      code: "Odd",
      status: 418,
      message: "A teapot.",
      match: "BOXES/two",
    });
    await azure.create(BOX, box);
    await expect(azure.create(BOX, { ...box, boxName: "two" })).rejects.toMatchObject({
      code: "Odd",
      status: 418,
      message: "A teapot.",
    });
  });

  test("of an accepted write leaves what was written, failed, until an update succeeds", async () => {
    const azure = azureWith({ token: BOX, operation: "create", code: "ActivationFailed", accepted: true });
    const error: unknown = await azure.create(BOX, box).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(FailedAfterAcceptanceError);
    const [failed] = azure.all(BOX);
    expect(failed?.outputs.provisioningState).toBe("Failed");
    expect(error).toMatchObject({ code: "ActivationFailed", resource: failed });
    const updated = await azure.update(BOX, failed?.id ?? "", box);
    expect(updated.outputs.provisioningState).toBe("Succeeded");
  });

  test("that is permanent meets an accepted create only once: then it exists already", async () => {
    const azure = azureWith({
      token: BOX,
      operation: "create",
      code: "Conflict",
      accepted: true,
      times: Infinity,
    });
    await expect(azure.create(BOX, box)).rejects.toMatchObject({ code: "Conflict" });
    await expect(azure.create(BOX, box)).rejects.toMatchObject({ code: "AlreadyExists" });
  });

  test("of an accepted delete leaves everything", async () => {
    const azure = azureWith({ token: GROUP, operation: "delete", code: "Conflict", accepted: true });
    const [held] = azure.all(GROUP);
    await expect(azure.delete(GROUP, held?.id ?? "")).rejects.toMatchObject({ code: "Conflict" });
    expect(azure.all(GROUP)).toEqual([held]);
  });

  test("of a read strikes reads", async () => {
    const azure = azureWith({ token: GROUP, operation: "read", code: "TooManyRequests" });
    const [held] = azure.all(GROUP);
    await expect(azure.read(GROUP, held?.id ?? "")).rejects.toMatchObject({ status: 429 });
    await expect(azure.read(GROUP, held?.id ?? "")).resolves.toEqual(held);
  });

  test("can be injected later", async () => {
    const azure = azureWith();
    azure.inject({ token: BOX, operation: "create", code: "Unheard" });
    await expect(azure.create(BOX, box)).rejects.toMatchObject({ status: 500 });
  });
});
