import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { openApiContract, readOpenApiContract } from "../../../components/contracts";

const OPERATION = { operationId: "getOrder", responses: { 200: { description: "An order" } } };
const DOCUMENT = {
  openapi: "3.0.3",
  info: { title: "Orders", version: "1", description: "Follow orders." },
  paths: { "/orders": { get: OPERATION } },
};

async function refuse(document: object | string): Promise<string> {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const error: unknown = await openApiContract(text, "orders.yaml").then(
    () => new Error("the contract was accepted"),
    (reason: unknown) => reason,
  );
  if (!pulumi.RunError.isInstance(error)) throw new Error("no RunError", { cause: error });
  return error.message;
}

const refused = (problems: string, ...lines: readonly string[]) =>
  [`The API contract orders.yaml is not valid: ${problems}`, ...lines].join("\n");

describe("an OpenAPI contract", () => {
  it("has a title, a description, and its operations with their schemas in place", async () => {
    const contract = await openApiContract(
      JSON.stringify({
        ...DOCUMENT,
        paths: {
          "/orders": {
            get: OPERATION,
            post: {
              operationId: "placeOrder",
              requestBody: {
                content: { "application/json": { schema: { $ref: "#/components/schemas/Order" } } },
              },
              responses: { 201: { description: "Placed" } },
            },
          },
        },
        components: {
          schemas: { Order: { type: "object", required: ["sku"], properties: { sku: { type: "string" } } } },
        },
      }),
      "orders.json",
    );
    expect(contract).toMatchObject({
      format: "openapi+json",
      title: "Orders",
      description: "Follow orders.",
      operations: [
        { id: "getOrder", method: "GET", path: "/orders", requestSchema: undefined },
        {
          id: "placeOrder",
          method: "POST",
          path: "/orders",
          requestSchema: { type: "object", required: ["sku"], properties: { sku: { type: "string" } } },
        },
      ],
    });
    // Sent as it was written: references are not resolved in what Azure is told.
    expect(contract.value).toContain('{"$ref":"#/components/schemas/Order"}');
  });

  it("is the same in YAML and JSON, with comments or without", async () => {
    const yaml = [
      "# Orders, version 1",
      "openapi: 3.0.3",
      "info: { title: Orders, version: '1', description: Follow orders. }",
      "paths:",
      "  /orders:",
      "    get:",
      "      operationId: getOrder # what policies name",
      "      responses: { '200': { description: An order } }",
    ].join("\n");
    expect(await openApiContract(yaml, "orders.yaml")).toEqual(
      await openApiContract(JSON.stringify(DOCUMENT, null, 4), "orders.json"),
    );
  });

  it("is read from a file, which errors name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "contract-"));
    try {
      const file = join(folder, "orders.json");
      await writeFile(file, JSON.stringify(DOCUMENT));
      expect((await readOpenApiContract(file)).title).toBe("Orders");
      await writeFile(file, "openapi: 2");
      await expect(readOpenApiContract(file)).rejects.toThrow(`The API contract ${file} is not valid`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("of the orders integration is valid", async () => {
    const contract = await readOpenApiContract(join(__dirname, "../../../integrations/orders/openapi.yaml"));
    expect(contract.operations.map(({ id, method, path }) => `${id}: ${method} ${path}`)).toEqual([
      "placeOrder: POST /",
      "getOrder: GET /{orderId}",
    ]);
  });

  describe("is refused", () => {
    it("with the line and column of a mistake in YAML", async () => {
      expect(await refuse("openapi: 3.0.3\ninfo:\n  title: Orders: v1\n")).toBe(
        refused(
          "1 problem",
          "  - line 3, column 10: Nested mappings are not allowed in compact mappings at line 3, column 10:",
          "    fix: correct the YAML or JSON there",
        ),
      );
    });

    it.each(["", "just text", "- a list", "null"])("where %j is no document at all", async (text) => {
      expect(await refuse(text)).toContain(
        "The API contract orders.yaml is not valid: 1 problem\n  - openapi: ",
      );
    });

    it.each([
      ["2.0", '"2.0"'],
      ["3.1.0", '"3.1.0"'],
      [3, "3"],
    ])("in version %s", async (openapi, received) => {
      expect(await refuse({ ...DOCUMENT, openapi })).toBe(
        refused(
          "1 problem",
          `  - openapi: the contract is OpenAPI 3.0.0 to 3.0.3 (received ${received})`,
          "    fix: convert the document to OpenAPI 3.0.3",
        ),
      );
    });

    it("with references to other files, all of them", async () => {
      const schema = { $ref: "./order.yaml#/Order" };
      const content = { "application/json": { schema } };
      expect(
        await refuse({
          ...DOCUMENT,
          paths: {
            "/orders": {
              get: { ...OPERATION, responses: { 200: { description: "An order", content } } },
              $ref: "https://contoso.com/paths.yaml",
            },
          },
        }),
      ).toBe(
        refused(
          "2 problems",
          "  - /paths//orders/get/responses/200/content/application/json/schema/$ref: a reference stays within the" +
            ' document (received "./order.yaml#/Order")',
          "    fix: bundle the document, e.g. with `npx @redocly/cli bundle`",
          "  - /paths//orders/$ref: a reference stays within the document" +
            ' (received "https://contoso.com/paths.yaml")',
          "    fix: bundle the document, e.g. with `npx @redocly/cli bundle`",
        ),
      );
    });

    it("with a schema that holds itself", async () => {
      const part = { type: "object", properties: { part: { $ref: "#/components/schemas/Part" } } };
      expect(await refuse({ ...DOCUMENT, components: { schemas: { Part: part } } })).toBe(
        refused(
          "1 problem",
          "  - components.schemas: Azure imports no recursive schemas",
          "    fix: break the cycle, e.g. refer to the other object by its id",
        ),
      );
    });

    it("with a reference to nothing", async () => {
      const content = { "application/json": { schema: { $ref: "#/components/schemas/Absent" } } };
      const paths = {
        "/orders": { get: { ...OPERATION, responses: { 200: { description: "An order", content } } } },
      };
      expect(await refuse({ ...DOCUMENT, paths })).toContain("Absent");
    });

    it("with operations that lack an id, have a bad one, or share one", async () => {
      const { responses } = OPERATION;
      expect(
        await refuse({
          ...DOCUMENT,
          paths: {
            "/orders": {
              get: OPERATION,
              post: { responses },
              delete: { operationId: "drop all", responses },
            },
            "/carts": { get: { operationId: "a".repeat(81), responses } },
          },
        }),
      ).toBe(
        refused(
          "3 problems",
          ...[
            ["/orders.post", '""'],
            ["/orders.delete", '"drop all"'],
            ["/carts.get", `"${"a".repeat(76)}...`],
          ].flatMap(([place = "", received = ""]) => [
            `  - paths.${place}.operationId: an operation has an id of 1 to 76 letters, digits and single hyphens,` +
              ` which policies refer to (received ${received})`,
            "    fix: give it an operationId such as getOrder",
          ]),
        ),
      );
    });

    it("with one id for two operations", async () => {
      expect(
        await refuse({ ...DOCUMENT, paths: { "/orders": { get: OPERATION }, "/carts": { get: OPERATION } } }),
      ).toBe(
        refused(
          "1 problem",
          '  - paths./carts.get.operationId: operation ids are unique without regard to case (received "getOrder")',
          "    fix: choose another id",
        ),
      );
    });

    it("where it breaks the rules of OpenAPI, with the place", async () => {
      const message = await refuse({
        ...DOCUMENT,
        info: { title: "Orders" },
        paths: { "/orders": { get: {} } },
      });
      expect(message).toContain("  - /info: must have required property 'version'\n");
      expect(message).toContain("  - /paths/~1orders/get: must have required property 'responses'\n");
      expect(message).toContain("    fix: correct the document by https://spec.openapis.org/oas/v3.0.3");
    });

    it("over 4 MiB, and taken just below", async () => {
      const ofBytes = (bytes: number) => {
        const empty = JSON.stringify({ ...DOCUMENT, info: { ...DOCUMENT.info, description: "" } }).length;
        return { ...DOCUMENT, info: { ...DOCUMENT.info, description: "x".repeat(bytes - empty) } };
      };
      const limit = 4 * 1024 * 1024;
      await expect(openApiContract(JSON.stringify(ofBytes(limit)), "orders.json")).resolves.toBeDefined();
      expect(await refuse(ofBytes(limit + 1))).toBe(
        refused(
          "1 problem",
          `  - /: Azure imports a document of at most 4 MiB inline (received ${limit + 1} bytes)`,
          "    fix: split the API",
        ),
      );
    });
  });
});
