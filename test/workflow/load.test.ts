import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readWorkflow, workflowFromJson } from "../../workflow";

const DEFINITION = {
  $schema:
    "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
  contentVersion: "1.0.0.0",
  triggers: { Recurrence: { type: "Recurrence", recurrence: { frequency: "Day", interval: 1 } } },
  actions: { Ask: { type: "Http", inputs: { method: "GET", uri: "https://erp.contoso.com/stock" } } },
};

describe("a workflow that is written down elsewhere", () => {
  it("is taken as it stands", () => {
    expect(workflowFromJson(JSON.stringify(DEFINITION), "nightly.json")).toEqual({
      ...DEFINITION,
      parameters: {},
      outputs: {},
    });
  });

  it("is found in what Azure's code view shows", () => {
    const view = { definition: DEFINITION, parameters: { $connections: { value: {} } } };
    expect(workflowFromJson(JSON.stringify(view), "nightly.json").actions).toEqual(DEFINITION.actions);
  });

  it("is read from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "workflow-"));
    try {
      const file = join(folder, "workflow.json");
      await writeFile(file, JSON.stringify(DEFINITION));
      expect((await readWorkflow(file)).triggers).toEqual(DEFINITION.triggers);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("is refused with everything that Azure would refuse", () => {
    const wrong = {
      ...DEFINITION,
      contentVersion: "1",
      actions: { Ask: { type: "Http", inputs: { method: "FETCH", uri: "https://erp.contoso.com/stock" } } },
    };
    expect(() => workflowFromJson(JSON.stringify(wrong), "nightly.json")).toThrow(
      /^The workflow nightly\.json is not valid: 2 problems\n {2}- \(definition\)\.contentVersion: [^]*\n {2}- actions\.Ask\.inputs\.method: /,
    );
  });

  it("is refused where it is no JSON", () => {
    expect(() => workflowFromJson("{", "nightly.json")).toThrow(/^nightly\.json is not JSON: /);
    expect(() => workflowFromJson("[]", "nightly.json")).toThrow(/must be an object \(received \[\]\)/);
  });
});
