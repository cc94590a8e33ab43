import { contractOfWorkflow, openApiContract } from "../../../components/contracts";
import type { RequestTriggerInfo } from "../../../workflow";

const SCHEMA = { type: "object", properties: { name: { type: "string" } } };

const ONE: RequestTriggerInfo = { name: "manual", method: "POST", schema: SCHEMA };
const SEVERAL: readonly RequestTriggerInfo[] = [
  { name: "place", schema: SCHEMA },
  { name: "follow", method: "GET", relativePath: "{orderId}/lines/{line}", schema: SCHEMA },
];

describe("the contract of a workflow", () => {
  it("has an operation for each trigger, told apart by its name where there are several", () => {
    expect(contractOfWorkflow("Orders", [ONE]).operations).toEqual([
      { id: "manual", method: "POST", path: "/", requestSchema: SCHEMA },
    ]);
    expect(contractOfWorkflow("Orders", SEVERAL).operations).toEqual([
      { id: "place", method: "POST", path: "/place", requestSchema: SCHEMA },
      { id: "follow", method: "GET", path: "/follow/{orderId}/lines/{line}", requestSchema: undefined },
    ]);
  });

  it("declares each parameter of its paths", () => {
    const { value } = contractOfWorkflow("Orders", SEVERAL).import;
    const parameter = (name: string) => ({ name, in: "path", required: true, schema: { type: "string" } });
    expect(JSON.parse(value)).toEqual({
      openapi: "3.0.3",
      info: { title: "Orders", version: "1" },
      paths: {
        "/place": {
          post: {
            operationId: "place",
            parameters: [],
            requestBody: { content: { "application/json": { schema: SCHEMA } } },
            responses: { default: { description: "What the workflow answers" } },
          },
        },
        "/follow/{orderId}/lines/{line}": {
          get: {
            operationId: "follow",
            parameters: [parameter("orderId"), parameter("line")],
            responses: { default: { description: "What the workflow answers" } },
          },
        },
      },
    });
  });

  it.each([[[ONE]], [SEVERAL]])("is one that Azure imports", async (triggers) => {
    const contract = contractOfWorkflow("Orders", triggers);
    expect(await openApiContract(contract.import.value, "the workflow")).toEqual(contract);
  });

  it("has ids that Azure keeps, whatever the designer calls a trigger", () => {
    const name = "When_a_HTTP_request_is_received";
    expect(contractOfWorkflow("Orders", [{ ...ONE, name }]).operations).toEqual([
      { id: "When-a-HTTP-request-is-received", method: "POST", path: "/", requestSchema: SCHEMA },
    ]);
  });

  it("does not begin a path with two slashes", () => {
    const [operation] = contractOfWorkflow("Orders", [{ ...ONE, relativePath: "/{orderId}" }]).operations;
    expect(operation?.path).toBe("/{orderId}");
  });
});
