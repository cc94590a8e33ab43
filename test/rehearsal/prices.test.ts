import { estimate } from "../../rehearsal/prices";
import type { Step } from "../../rehearsal/steps";

function resource(type: string, inputs: Record<string, unknown> = {}): Step {
  return {
    urn: type,
    id: "",
    type,
    custom: true,
    parent: "",
    protect: false,
    operations: ["create"],
    diffs: [],
    inputs,
    outputs: {},
  };
}

const gateway = (inputs: Record<string, unknown>) =>
  resource("azure-native:apimanagement:ApiManagementService", inputs);

test("a Developer gateway costs one unit", () => {
  expect(estimate([gateway({ sku: { name: "Developer", capacity: 1 } })])).toMatchObject([
    { item: "API Management Developer, 1 unit", monthly: 48.03 },
  ]);
});

test("units of every region are charged", () => {
  const premium = gateway({
    sku: { name: "Premium", capacity: 2 },
    additionalLocations: [{ location: "northeurope", sku: { name: "Premium", capacity: 1 } }],
  });
  expect(estimate([premium])).toMatchObject([
    { item: "API Management Premium, 3 units in 2 regions", monthly: 3 * 2795.17 },
  ]);
});

test("each zone is charged; what depends on use is named without an amount", () => {
  const lines = estimate([
    resource("azure-native:dns:Zone"),
    resource("azure-native:dns:Zone"),
    resource("azure-native:logic:Workflow"),
  ]);
  expect(lines).toMatchObject([
    { item: "DNS, 2 zones", monthly: 1 },
    { item: "Logic Apps Consumption, 1 deployed" },
  ]);
  expect(lines[1]).not.toHaveProperty("monthly");
});

test("every line has a source and says how far it can be trusted", () => {
  const lines = estimate([
    gateway({ sku: { name: "Developer", capacity: 1 } }),
    ...["dns:Zone", "logic:Workflow", "operationalinsights:Workspace", "storage:StorageAccount"].map((type) =>
      resource(`azure-native:${type}`),
    ),
  ]);
  expect(lines).toHaveLength(5);
  for (const { source, quality } of lines) {
    expect(source).not.toBe("");
    expect(quality).not.toBe("");
  }
});

test("a tier or a resource that the table does not know is not charged", () => {
  expect(
    estimate([
      gateway({ sku: { name: "Isolated", capacity: 1 } }),
      resource("azure-native:resources:ResourceGroup"),
    ]),
  ).toEqual([]);
});
