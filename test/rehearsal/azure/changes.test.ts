import fc from "fast-check";
import { carryChanges, changesBetween } from "../../../rehearsal/azure/changes";
import { expandId, parseId } from "../../../rehearsal/azure/ids";
import { asInputs, previewedOutputs } from "../../../rehearsal/azure/projection";
import type { Properties } from "../../../rehearsal/azure/resource-type";
import { BOX, toyShapes } from "./toys";
import { fromStruct, secret, toStruct, UNKNOWN } from "../../../rehearsal/azure/wire";

/** Properties as they travel: no member is null, which would count as absent. */
const properties = fc.dictionary(
  fc.stringMatching(/^[a-z]{1,4}$/),
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.boolean(),
      fc.integer(),
      fc.string(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).value,
  { maxKeys: 4, noNullPrototype: true },
) as fc.Arbitrary<Properties>;

describe("changes", () => {
  test("are told down to the deepest property", () => {
    const before = { a: { b: [1, { c: 2 }], gone: true }, same: [1], __own: 1, location: "West Europe" };
    const after = { a: { b: [1, { c: 3 }, 4] }, same: [1], more: "x", __own: 2, location: "westeurope" };
    expect(changesBetween(before, after)).toEqual([
      { kind: "update", path: "a.b[1].c", pattern: "a.b[].c" },
      { kind: "add", path: "a.b[2]", pattern: "a.b[]" },
      { kind: "delete", path: "a.gone", pattern: "a.gone" },
      { kind: "add", path: "more", pattern: "more" },
    ]);
  });

  test("between equal properties there are none, between others some", () => {
    fc.assert(
      fc.property(properties, properties, (before, after) => {
        expect(changesBetween(before, before)).toEqual([]);
        const equal = JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
        expect(changesBetween(before, after).length === 0).toBe(equal);
      }),
    );
  });

  test("carried over to what they were taken from give the new; none carried over changes nothing", () => {
    fc.assert(
      fc.property(properties, properties, (before, after) => {
        expect(carryChanges(before, before, after)).toEqual(after);
        expect(carryChanges(after, before, before)).toEqual(after);
      }),
    );
  });

  test("are carried over without defaults that did not change", () => {
    const inputs = { sku: { name: "S" }, password: "kept" };
    const before = { sku: { name: "S", tier: "default" }, zones: ["1"] };
    expect(carryChanges(inputs, before, { ...before, sku: { name: "M", tier: "default" } })).toEqual({
      sku: { name: "M" },
      password: "kept",
    });
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .map(([name, member]): [string, unknown] => [name, sorted(member)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

describe("projection", () => {
  test("what could have been an input has no read-only member", () => {
    const outputs = { sku: { name: "S", capacityLeft: 3 }, tags: { a: "b" }, principalId: "p" };
    expect(asInputs(toyShapes, BOX, outputs)).toEqual({ sku: { name: "S" }, tags: { a: "b" } });
  });

  test("a preview echoes what has no read-only members", () => {
    const inputs = {
      resourceGroupName: "rg",
      units: 1,
      zones: ["1", UNKNOWN],
      tags: { a: "b" },
      sku: { name: "S" },
    };
    expect(previewedOutputs(toyShapes, BOX, inputs)).toEqual({
      azureApiVersion: "2026-01-01",
      name: UNKNOWN,
      location: UNKNOWN,
      units: 1,
      tags: { a: "b" },
      zones: ["1", UNKNOWN],
      sku: UNKNOWN,
      principalId: UNKNOWN,
      keys: UNKNOWN,
      provisioningState: UNKNOWN,
    });
  });
});

describe("the wire", () => {
  test("carries properties both ways", () => {
    fc.assert(
      fc.property(properties, (value) => {
        expect(fromStruct(toStruct(value))).toEqual(value);
      }),
    );
  });

  test("gives providers secrets in clear, drops nulls, and refuses assets", () => {
    expect(fromStruct(toStruct({ a: secret({ b: secret("c"), d: null }) }))).toEqual({ a: { b: "c" } });
    const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "x" };
    expect(() => fromStruct(toStruct({ asset }))).toThrow("assets and archives are not simulated");
  });
});

test("ids are read back as they were made", () => {
  const template = "/subscriptions/{subscriptionId}/resourceGroups/{group}/providers/Toy.Boxes/boxes/{name}";
  fc.assert(
    fc.property(
      fc.stringMatching(/^[\w.()/-]{1,12}$/),
      fc.stringMatching(/^[\w;=@*]{1,12}$/),
      (group, name) => {
        const id = expandId(template, { subscriptionId: "s", group, name });
        expect(parseId(template, id)).toEqual({ group, name });
      },
    ),
  );
});
