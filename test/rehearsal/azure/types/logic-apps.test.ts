import type { Properties } from "../../../../rehearsal/azure/resource-type";
import { shapeOf } from "../../../../rehearsal/azure/shapes";
import { invokeTypes } from "../../../../rehearsal/azure/types";
import { MemoryAzure, typeOf } from "../memory-azure";

const WORKFLOW = "azure-native:logic:Workflow";
const definition: Properties = {
  parameters: { key: { type: "SecureString" }, backend: { type: "String" } },
  triggers: {
    manual: { type: "Request", kind: "Http", inputs: { method: "GET", relativePath: "/orders/{id}" } },
    nightly: { type: "Recurrence", recurrence: { frequency: "Day", interval: 1 } },
  },
};
const workflow: Properties = {
  resourceGroupName: "rg",
  workflowName: "logic-orders",
  location: "West Europe",
  definition,
  parameters: { key: { value: "canary" }, backend: { value: "https://example.com" } },
};

const outputs = (inputs: Properties): Properties => new MemoryAzure().put(WORKFLOW, inputs).outputs;

function callbackUrl(triggerName: string, workflowName = "logic-orders"): Properties {
  const azure = new MemoryAzure();
  azure.put(WORKFLOW, workflow);
  const invoke = invokeTypes.find(
    ({ token }) => token === "azure-native:logic:listWorkflowTriggerCallbackUrl",
  );
  if (invoke === undefined) throw new Error("the callback url is not simulated");
  return invoke.answer({ resourceGroupName: "rg", workflowName, triggerName }, azure);
}

describe("a workflow", () => {
  test("answers an endpoint in its region", () => {
    expect(outputs(workflow).accessEndpoint).toMatch(
      /^https:\/\/prod-\d\d\.westeurope\.logic\.azure\.com:443\/workflows\/[\da-f]{32}$/,
    );
  });

  test("has another version and change time after a write of something else, but the same endpoint", () => {
    const before = outputs(workflow);
    const after = outputs({ ...workflow, state: "Disabled" });
    expect(outputs(workflow)).toEqual(before);
    expect(before.version).toMatch(/^\d{20}$/);
    expect(after.version).not.toBe(before.version);
    expect(after.changedTime).not.toBe(before.changedTime);
    expect(after.createdTime).toBe(before.createdTime);
    expect(after.accessEndpoint).toBe(before.accessEndpoint);
  });

  test("answers its parameters typed, and no secure value", () => {
    expect(outputs(workflow).parameters).toEqual({
      key: { type: "SecureString" },
      backend: { type: "String", value: "https://example.com" },
    });
  });

  test("answers the principal of its own identity, or of the user-assigned one beside that one's id", () => {
    const azure = new MemoryAzure();
    const own = azure.put(WORKFLOW, { ...workflow, identity: { type: "SystemAssigned" } });
    expect(own.outputs.identity).toEqual({
      type: "SystemAssigned",
      principalId: expect.stringMatching(/^[\da-f-]{36}$/) as string,
      tenantId: azure.tenantId,
    });
    const { id, outputs: given } = azure.put("azure-native:managedidentity:UserAssignedIdentity", {
      resourceGroupName: "rg",
      resourceName: "id-orders",
      location: "westeurope",
    });
    const identity = { type: "UserAssigned", userAssignedIdentities: [id] };
    expect(azure.put(WORKFLOW, { ...workflow, identity }).outputs.identity).toEqual({
      type: "UserAssigned",
      userAssignedIdentities: { [id]: { clientId: given.clientId, principalId: given.principalId } },
    });
  });

  test("answers the integration account's name and type beside its id, and waits for it to stand", () => {
    const id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Logic/integrationAccounts/ia-orders";
    const linked = { ...workflow, integrationAccount: { id } };
    expect(outputs(linked).integrationAccount).toEqual({
      id,
      name: "ia-orders",
      type: "Microsoft.Logic/integrationAccounts",
    });
    expect(typeOf(WORKFLOW).references?.(linked, new MemoryAzure())).toEqual([
      { property: "integrationAccount.id", id },
    ]);
  });

  test("answers nothing that the SDK does not declare", () => {
    const made =
      typeOf(WORKFLOW).outputs?.({ operation: "create", id: "/x", inputs: workflow }, new MemoryAzure()) ??
      {};
    expect(Object.keys(made).filter((name) => !shapeOf(WORKFLOW).outputs.includes(name))).toEqual([]);
  });
});

describe("the callback url", () => {
  test("of a request trigger carries a signature, and the relative path", () => {
    const { value, basePath, method, queries, relativePath, relativePathParameters } = callbackUrl("manual");
    expect(method).toBe("GET");
    expect(basePath).toMatch(/\/triggers\/manual\/paths\/invoke$/);
    expect(relativePath).toBe("/orders/{id}");
    expect(relativePathParameters).toEqual(["id"]);
    expect(queries).toEqual({
      apiVersion: "2016-10-01",
      sp: "/triggers/manual/run",
      sv: "1.0",
      sig: expect.stringMatching(/^[\w-]{43}$/) as string,
    });
    const { searchParams } = new URL(value as string);
    expect(Object.fromEntries(searchParams)).toEqual({
      "api-version": "2016-10-01",
      sp: "/triggers/manual/run",
      sv: "1.0",
      sig: (queries as Properties).sig,
    });
  });

  test("of another trigger runs it", () => {
    expect(callbackUrl("nightly")).toMatchObject({
      method: "POST",
      basePath: expect.stringMatching(/\/triggers\/nightly\/run$/) as string,
    });
  });

  test.each([
    ["manual", "logic-absent", "ResourceNotFound"],
    ["absent", "logic-orders", "WorkflowTriggerNotFound"],
  ])("is refused for the trigger %s of %s", (trigger, name, code) => {
    expect(() => callbackUrl(trigger, name)).toThrow(expect.objectContaining({ status: 404, code }) as Error);
  });
});
