import type * as pulumi from "@pulumi/pulumi";
import { GatewayInventory } from "../../../components/gateway/inventory";
import { GatewayTag } from "../../../components/gateway/tag";
import { seedGateway } from "../fixtures";
import { deploy } from "../harness";

/** Something that stands on a gateway. */
async function anything(): Promise<pulumi.Resource> {
  const { result } = await deploy(
    (azure) => new GatewayTag("some", { gateway: seedGateway(azure), displayName: "Some" }),
  );
  return result.resource;
}

async function inventoryWith(complete: boolean, ...backends: readonly string[]) {
  const inventory = new GatewayInventory(complete);
  const resource = await anything();
  for (const id of backends) inventory.add("backend", id, resource);
  return { inventory, resource };
}

describe("GatewayInventory", () => {
  it("knows the ids of a kind, as they were written", async () => {
    const { inventory } = await inventoryWith(true, "Catalog", "orders");
    expect([...(inventory.ids("backend") ?? [])]).toEqual(["Catalog", "orders"]);
    expect(inventory.ids("backend")?.has("catalog")).toBe(true);
    expect([...(inventory.ids("certificate") ?? [])]).toEqual([]);
  });

  it("does not claim to know all ids where others put something on the gateway", async () => {
    const { inventory } = await inventoryWith(false, "catalog");
    expect(inventory.ids("backend")).toBeUndefined();
  });

  it("finds what must stand before, whatever the case, and leaves out what it did not make", async () => {
    const { inventory, resource } = await inventoryWith(false, "Catalog");
    expect(
      inventory.resources([
        { kind: "backend", id: "catalog" },
        { kind: "backend", id: "orders" },
        { kind: "certificate", id: "catalog" },
      ]),
    ).toEqual([resource]);
  });

  describe("checkFree", () => {
    it.each([true, false])(
      "objects to an id of the same kind that differs in case only (%s)",
      async (complete) => {
        const { inventory } = await inventoryWith(complete, "Catalog");
        expect(inventory.checkFree("name", "backend", "catalog")).toEqual([
          {
            path: "name",
            rule: "the id of a backend is unique on a gateway, without regard to case",
            received: '"catalog"',
            fix: "choose another name for one of the two",
          },
        ]);
      },
    );

    it("has no objection to an id of another kind", async () => {
      const { inventory } = await inventoryWith(true, "catalog");
      expect(inventory.checkFree("name", "certificate", "catalog")).toEqual([]);
    });
  });

  describe("checkKnown", () => {
    it("has no objection to an id that is there, whatever its case", async () => {
      const { inventory } = await inventoryWith(true, "Catalog");
      expect(inventory.checkKnown("backendId", "backend", "catalog")).toEqual([]);
    });

    it.each([
      ["catalgo", "write catalog"],
      ["payments", "construct a backend with this name before"],
    ])("objects to %s, and says what may be meant", async (id, fix) => {
      const { inventory } = await inventoryWith(true, "catalog");
      expect(inventory.checkKnown("backendId", "backend", id)).toEqual([
        {
          path: "backendId",
          rule: "the id names a backend of the gateway",
          received: `"${id}"`,
          fix,
        },
      ]);
    });

    it("has no objection where others put something on the gateway", async () => {
      const { inventory } = await inventoryWith(false);
      expect(inventory.checkKnown("backendId", "backend", "payments")).toEqual([]);
    });
  });
});
