import { operations, type OperationArgs, type OperationsArgs } from "../../../components/contracts";
import { problem, refusalOf } from "./refusal";

const ORDERS: OperationsArgs = { title: "Orders", operations: {} };
const GET_ORDER: OperationArgs = { method: "GET", path: "/orders/{orderId}" };

const refuse = (args: Partial<OperationsArgs>) => refusalOf(() => operations({ ...ORDERS, ...args }));

const refused = (count: string, ...problems: readonly string[]) =>
  [`The operations of "Orders" are not valid: ${count}`, ...problems].join("\n");

describe("operations that are declared by hand", () => {
  it("need a method and a path, whose names are texts", () => {
    expect(operations({ ...ORDERS, operations: { getOrder: GET_ORDER } })).toEqual({
      kind: "operations",
      title: "Orders",
      description: undefined,
      operations: [
        {
          id: "getOrder",
          method: "GET",
          path: "/orders/{orderId}",
          displayName: "getOrder",
          templateParameters: [{ name: "orderId", type: "string", required: true }],
          request: { queryParameters: [], headers: [], representations: [] },
          responses: [],
        },
      ],
    });
  });

  it("say everything that Azure's operation takes", () => {
    const described = {
      title: "Orders",
      description: "Place and follow orders.",
      termsOfServiceUrl: "https://contoso.com/terms",
      contact: { email: "orders@contoso.com" },
      license: { name: "MIT" },
    };
    const requestSchema = { type: "object" };
    const contract = operations({
      ...described,
      operations: {
        upload: {
          method: "POST",
          path: "/shops/{shop}/files/*",
          displayName: "Upload a file",
          description: "Anywhere below the shop.",
          pathParameters: {
            shop: { type: "integer", description: "Its number", default: "1", values: ["1", "2"] },
          },
          query: { dryRun: { type: "boolean" } },
          headers: { "X-Batch": { required: true } },
          request: {
            description: "The file",
            body: {
              "multipart/form-data": { form: { file: { type: "file", required: true } } },
              "application/json": { example: { name: "a" } },
            },
          },
          responses: {
            201: {
              description: "Stored",
              headers: { Location: {} },
              body: { "application/json": { example: { id: 1 } } },
            },
            204: {},
          },
          requestSchema,
        },
      },
    });
    expect(contract).toEqual({
      ...described,
      kind: "operations",
      operations: [
        {
          id: "upload",
          method: "POST",
          path: "/shops/{shop}/files/*",
          displayName: "Upload a file",
          description: "Anywhere below the shop.",
          templateParameters: [
            {
              name: "shop",
              type: "integer",
              description: "Its number",
              defaultValue: "1",
              values: ["1", "2"],
              required: true,
            },
          ],
          request: {
            description: "The file",
            queryParameters: [{ name: "dryRun", type: "boolean", required: false }],
            headers: [{ name: "X-Batch", type: "string", required: true }],
            representations: [
              {
                contentType: "multipart/form-data",
                formParameters: [{ name: "file", type: "file", required: true }],
              },
              { contentType: "application/json", examples: { default: { value: { name: "a" } } } },
            ],
          },
          responses: [
            {
              statusCode: 201,
              description: "Stored",
              headers: [{ name: "Location", type: "string", required: false }],
              representations: [
                { contentType: "application/json", examples: { default: { value: { id: 1 } } } },
              ],
            },
            { statusCode: 204, headers: [], representations: [] },
          ],
          requestSchema,
        },
      ],
    });
  });

  describe("are refused", () => {
    it.each([
      "orders",
      "",
      "/orders?id={id}",
      "/orders/{id",
      "/or ders",
      "/*/orders",
      `/${"a".repeat(1000)}`,
    ])("with %j as path", async (path) => {
      expect(await refuse({ operations: { getOrder: { method: "GET", path } } })).toContain(
        "  - operations.getOrder.path: a path begins with a slash, has 1 to 1000 characters, balanced braces," +
          " no query and no * but at its end (received ",
      );
    });

    it("with every problem at once", async () => {
      const form = { file: {} };
      const args: Partial<OperationsArgs> = {
        license: { url: "nowhere" },
        contact: { email: "nobody" },
        operations: {
          "get order": GET_ORDER,
          findOrder: {
            method: "GET",
            path: "/orders/{id}",
            displayName: "",
            description: "x".repeat(1001),
            pathParameters: { di: {} },
            query: { ID: {}, state: { default: "opn", values: ["open", "closed"] } },
          },
          listParts: { method: "GET", path: "/parts/{}/{part}/{Part}" },
          upload: {
            method: "POST",
            path: "/files",
            request: { body: { "multipart/form-data": {}, "application/json": { form } } },
            responses: { 99: {} },
          },
        },
      };
      expect(await refuse(args)).toBe(
        refused(
          "14 problems",
          problem(
            "license.url",
            'an address is an absolute http or https URL (received "nowhere")',
            "write it as https://<host>/<path>",
          ),
          problem(
            "contact.email",
            'an email address has the form name@domain (received "nobody")',
            "write it as e.g. apis@contoso.com",
          ),
          problem(
            "operations.get order",
            "an operation has an id of 1 to 76 letters, digits and single hyphens, which policies refer to" +
              ' (received "get order")',
            "give it an id such as getOrder",
          ),
          problem(
            "operations.findOrder.displayName",
            "an operation's display name has 1 to 300 characters (received 0)",
            "write 1 to 300 characters",
          ),
          problem(
            "operations.findOrder.description",
            "an operation's description has 1 to 1,000 characters (received 1001)",
            "write 1 to 1,000 characters",
          ),
          problem(
            "operations.findOrder.pathParameters.di",
            'a path parameter stands in the path (received "/orders/{id}")',
            "write {di} into the path",
          ),
          problem(
            "operations.findOrder.query.ID",
            'parameters of path and query share no name, without regard to case (received "ID")',
            "rename one of them",
          ),
          problem(
            "operations.findOrder.query.state.default",
            'a default is one of the values (received "opn")',
            "write open",
          ),
          problem(
            "operations.listParts.path",
            'the parameters of a path have names, no two alike without regard to case (received "")',
            "give it another name",
          ),
          problem(
            "operations.listParts.path",
            'the parameters of a path have names, no two alike without regard to case (received "Part")',
            "give it another name",
          ),
          problem(
            "operations.upload.request.body.multipart/form-data.form",
            "fields are declared of application/x-www-form-urlencoded and multipart/form-data, and of no other body" +
              " (received nothing)",
            "declare the fields in `form`",
          ),
          problem(
            "operations.upload.request.body.application/json.form",
            "fields are declared of application/x-www-form-urlencoded and multipart/form-data, and of no other body" +
              ' (received ["file"])',
            "leave `form` out",
          ),
          problem(
            "operations.upload.responses.99",
            'a status code is a whole number of 100 to 599 (received "99")',
            "choose the code that the operation answers with",
          ),
          problem(
            "operations.findOrder",
            'no two operations answer the same requests (received "GET /orders/{id}")',
            "choose another method or path than those of get order",
          ),
        ),
      );
    });

    it("where two ids differ in case only", async () => {
      const getorder: OperationArgs = { method: "GET", path: "/other" };
      expect(await refuse({ operations: { getOrder: GET_ORDER, getorder } })).toBe(
        refused(
          "1 problem",
          problem(
            "operations.getorder",
            'operation ids are unique without regard to case (received "getorder")',
            "choose another id",
          ),
        ),
      );
    });
  });
});
