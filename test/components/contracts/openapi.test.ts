import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openApiContract, readOpenApiContract } from "../../../components/contracts";
import { problem, refusalOf, refused } from "./refusal";

const OPERATION = { operationId: "getOrder", responses: { 200: { description: "An order" } } };
const INFO = { title: "Orders", version: "1", description: "Follow orders." };
const DOCUMENT = { openapi: "3.0.3", info: INFO, paths: { "/orders": { get: OPERATION } } };
const SWAGGER = { swagger: "2.0", info: INFO, paths: { "/orders": { get: OPERATION } } };
const LINK = "https://contoso.com/orders.json";
const ORDER = { type: "object", required: ["sku"], properties: { sku: { type: "string" } } };

const OAS_3_0 = "correct the document by https://spec.openapis.org/oas/v3.0.3";
const ID_RULE =
  "an operation has an id of 1 to 76 letters, digits and single hyphens, which policies refer to";

const refuse = (document: object | string, link?: string) =>
  refusalOf(() =>
    openApiContract(
      // On several lines, so that places have line numbers.
      typeof document === "string" ? document : JSON.stringify(document, null, 1),
      "orders.yaml",
      { link },
    ),
  );

const ofOrders = (...problems: readonly string[]) => refused("orders.yaml", ...problems);

describe("an OpenAPI contract", () => {
  it("says what the document says of the API, and sends it as it was written", async () => {
    const document = {
      ...DOCUMENT,
      info: {
        ...INFO,
        termsOfService: "https://contoso.com/terms",
        contact: { name: "Orders team", url: "https://contoso.com/orders", email: "orders@contoso.com" },
        license: { name: "MIT", url: "https://opensource.org/license/mit" },
      },
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
      components: { schemas: { Order: ORDER } },
    };
    expect(await openApiContract(JSON.stringify(document), "orders.json")).toEqual({
      kind: "rest",
      import: { format: "openapi+json", value: JSON.stringify(document) },
      title: "Orders",
      description: "Follow orders.",
      termsOfServiceUrl: "https://contoso.com/terms",
      contact: { name: "Orders team", url: "https://contoso.com/orders", email: "orders@contoso.com" },
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
      operations: [
        { id: "getOrder", method: "GET", path: "/orders", requestSchema: undefined },
        { id: "placeOrder", method: "POST", path: "/orders", requestSchema: ORDER },
      ],
    });
  });

  it("has no request schema where Azure drops the body", async () => {
    const requestBody = { content: { "application/json": { schema: ORDER } } };
    const paths = { "/orders": { get: { ...OPERATION, requestBody } } };
    const { operations } = await openApiContract(JSON.stringify({ ...DOCUMENT, paths }), "orders.json");
    expect(operations[0]?.requestSchema).toBeUndefined();
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

  it("of version 2.0 is sent as such, its body parameter being the request", async () => {
    const shared = { name: "trace", in: "header", type: "string" };
    const post = {
      operationId: "placeOrder",
      parameters: [{ name: "order", in: "body", schema: { $ref: "#/definitions/Order" } }],
      responses: { 201: { description: "Placed" } },
    };
    const document = {
      ...SWAGGER,
      paths: {
        "/orders": { parameters: [shared], get: OPERATION, post },
        "/files": { post: { ...post, operationId: "placeFile", consumes: ["text/csv"] } },
      },
      definitions: { Order: ORDER },
    };
    const contract = await openApiContract(JSON.stringify(document), "orders.json");
    expect(contract.import).toEqual({ format: "swagger-json", value: JSON.stringify(document) });
    expect(contract.operations).toEqual([
      { id: "getOrder", method: "GET", path: "/orders", requestSchema: undefined },
      { id: "placeOrder", method: "POST", path: "/orders", requestSchema: ORDER },
      { id: "placeFile", method: "POST", path: "/files", requestSchema: undefined },
    ]);
  });

  it("of version 3.1 may have types of its own and webhooks in place of paths", async () => {
    const document = {
      openapi: "3.1.0",
      info: INFO,
      webhooks: { placed: { post: OPERATION } },
      components: { schemas: { Note: { type: ["string", "null"] } } },
    };
    expect(await openApiContract(JSON.stringify(document), "orders.json")).toMatchObject({
      import: { format: "openapi+json" },
      operations: [],
    });
  });

  it("has the operations that differ in their queries only, too", async () => {
    const document = {
      ...DOCUMENT,
      "x-ms-paths": {
        "/orders?state=open": { get: { ...OPERATION, operationId: "listOpen" } },
        "/none": null,
      },
    };
    const { operations } = await openApiContract(JSON.stringify(document), "orders.json");
    expect(operations.map(({ id, path }) => [id, path])).toEqual([
      ["getOrder", "/orders"],
      ["listOpen", "/orders?state=open"],
    ]);
  });

  it.each([
    [JSON.stringify(DOCUMENT), "openapi+json-link"],
    ["openapi: 3.0.3\ninfo: { title: Orders, version: '1' }\npaths: {}\n", "openapi-link"],
    [JSON.stringify(SWAGGER), "swagger-link-json"],
  ])("behind a link is known all the same: %#", async (text, format) => {
    const inline = await openApiContract(text, "orders");
    const linked = await openApiContract(text, "orders", { link: LINK });
    expect(linked).toEqual({ ...inline, import: { format, value: LINK } });
  });

  it("is read from a file, which errors name", async () => {
    const folder = await mkdtemp(join(tmpdir(), "contract-"));
    try {
      const file = join(folder, "orders.json");
      await writeFile(file, JSON.stringify(DOCUMENT));
      expect((await readOpenApiContract(file, { link: LINK })).import.value).toBe(LINK);
      await writeFile(file, "openapi: 2");
      await expect(readOpenApiContract(file)).rejects.toThrow(`The API contract ${file} is not valid`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ["orders/openapi.yaml", ["placeOrder: POST /", "getOrder: GET /{orderId}"]],
    [
      "catalog/openapi-v1.yaml",
      [
        "searchProducts: GET /products",
        "getProduct: GET /products/{sku}",
        "getAvailability: GET /products/{sku}/availability",
        "listCategories: GET /categories",
      ],
    ],
    [
      "catalog/openapi-v2.yaml",
      [
        "searchProducts: GET /products",
        "getProduct: GET /products/{sku}",
        "getAvailability: GET /products/{sku}/availability",
        "listReviews: GET /products/{sku}/reviews",
        "writeReview: POST /products/{sku}/reviews",
        "listCategories: GET /categories",
      ],
    ],
  ])("of the integrations, %s, is valid", async (file, operations) => {
    const contract = await readOpenApiContract(join(__dirname, "../../../integrations", file));
    expect(contract.operations.map(({ id, method, path }) => `${id}: ${method} ${path}`)).toEqual(operations);
  });

  describe("is refused", () => {
    it("with the line and column of a mistake in YAML", async () => {
      expect(await refuse("openapi: 3.0.3\ninfo:\n  title: Orders: v1\n")).toBe(
        ofOrders(
          problem(
            "line 3, column 10",
            "Nested mappings are not allowed in compact mappings at line 3, column 10:",
            "correct the YAML or JSON there",
          ),
        ),
      );
    });

    it.each([
      ["openapi: *version", "Unresolved alias (the anchor must be set before the alias): version"],
      ["paths: &all\n  all: *all", "Converting circular structure to JSON"],
    ])("with aliases of nothing or of what holds them: %j", async (text, rule) => {
      expect(await refuse(text)).toBe(
        ofOrders(problem("/", rule, "write the parts out that the aliases stand for")),
      );
    });

    it.each(["", "just text", "- a list", "null"])("where %j is no document at all", async (text) => {
      expect(await refuse(text)).toBe(
        ofOrders(
          problem(
            "line 1, openapi",
            "the contract is OpenAPI 2.0, 3.0.0 to 3.0.3 or 3.1 (received nothing)",
            "convert the document to OpenAPI 3.0.3",
          ),
        ),
      );
    });

    it.each([
      [{ openapi: "2.0" }, "openapi", '"2.0"'],
      [{ openapi: "3.0.4" }, "openapi", '"3.0.4"'],
      [{ openapi: "3.2.0" }, "openapi", '"3.2.0"'],
      [{ openapi: 3 }, "openapi", "3"],
      [{ openapi: undefined, swagger: "1.2" }, "swagger", '"1.2"'],
    ])("in version %j", async (version, key, received) => {
      const message = await refuse({ ...DOCUMENT, ...version });
      expect(message).toContain(
        `, ${key}: the contract is OpenAPI 2.0, 3.0.0 to 3.0.3 or 3.1 (received ${received})\n`,
      );
    });

    it("with references to other files and to nothing, all of them", async () => {
      const responses = (schema: object) => ({
        200: { description: "An order", content: { "application/json": { schema } } },
      });
      expect(
        await refuse({
          ...DOCUMENT,
          paths: {
            "/orders": {
              $ref: "https://contoso.com/paths.yaml",
              get: { ...OPERATION, responses: responses({ $ref: "./order.yaml#/Order" }) },
              post: { responses: responses({ $ref: "#/components/schemas/Absent" }) },
              put: { responses: responses({ $ref: "#order" }) },
            },
          },
        }),
      ).toBe(
        ofOrders(
          problem(
            "line 10, paths./orders.$ref",
            'a reference stays within the document (received "https://contoso.com/paths.yaml")',
            "bundle the document, e.g. with `npx @redocly/cli bundle`",
          ),
          problem(
            "line 19, paths./orders.get.responses.200.content.application/json.schema.$ref",
            'a reference stays within the document (received "./order.yaml#/Order")',
            "bundle the document, e.g. with `npx @redocly/cli bundle`",
          ),
          problem(
            "line 33, paths./orders.post.responses.200.content.application/json.schema.$ref",
            'a reference leads to something in the document (received "#/components/schemas/Absent")',
            "correct it, or add what it refers to",
          ),
          problem(
            "line 47, paths./orders.put.responses.200.content.application/json.schema.$ref",
            'a reference leads to something in the document (received "#order")',
            "correct it, or add what it refers to",
          ),
        ),
      );
    });

    it("with schemas that hold themselves, the circles named", async () => {
      const object = (properties: object) => ({ type: "object", properties });
      const to = (name: string) => ({ $ref: `#/components/schemas/${name}` });
      expect(
        await refuse({
          ...DOCUMENT,
          components: {
            schemas: {
              Part: object({ left: to("Part"), right: to("Part"), maker: to("Maker") }),
              Maker: object({ town: to("Town") }),
              Town: object({ "best/maker": { $ref: "#/components/schemas/Maker" } }),
            },
          },
        }),
      ).toBe(
        ofOrders(
          problem(
            "line 22, components.schemas.Part",
            "Azure imports no recursive schemas (received #/components/schemas/Part -> #/components/schemas/Part)",
            "break the cycle, e.g. refer to the other object by its id",
          ),
          problem(
            "line 36, components.schemas.Maker",
            "Azure imports no recursive schemas (received #/components/schemas/Maker -> #/components/schemas/Town" +
              " -> #/components/schemas/Maker)",
            "break the cycle, e.g. refer to the other object by its id",
          ),
        ),
      );
    });

    it("with operations that lack an id, have a bad one, or share one", async () => {
      const { responses } = OPERATION;
      const paths = {
        "/orders": {
          get: OPERATION,
          post: { responses },
          delete: { operationId: "drop all", responses },
        },
        "/carts": {
          get: { operationId: "a".repeat(81), responses },
          put: { operationId: "GetOrder", responses },
        },
      };
      const place = (line: number, path: string) => `line ${line}, paths.${path}.operationId`;
      const fix = "give it an id such as getOrder";
      expect(await refuse({ ...DOCUMENT, paths })).toBe(
        ofOrders(
          problem(place(18, "/orders.post"), `${ID_RULE} (received "")`, fix),
          problem(place(26, "/orders.delete"), `${ID_RULE} (received "drop all")`, fix),
          problem(place(36, "/carts.get"), `${ID_RULE} (received "${"a".repeat(76)}...)`, fix),
          problem(
            place(44, "/carts.put"),
            'operation ids are unique without regard to case (received "GetOrder")',
            "choose another id",
          ),
        ),
      );
    });

    it("with parameters that do not fit the path, and operations that Azure leaves out", async () => {
      const inPath = (name: string) => ({ name, in: "path", required: true, schema: { type: "string" } });
      const inQuery = (name: string, required: boolean) => ({ ...inPath(name), in: "query", required });
      const paths = {
        "/orders/{orderId}": {
          parameters: [inPath("orderId"), inQuery("since", true)],
          get: { ...OPERATION, parameters: [inQuery("ORDERID", true), inQuery("since", false)] },
          trace: { ...OPERATION, operationId: "trace" },
        },
        "/carts/{cartId}": { get: { ...OPERATION, operationId: "getCart", parameters: [inPath("id")] } },
      };
      expect(await refuse({ ...DOCUMENT, paths })).toBe(
        ofOrders(
          problem(
            "line 35, paths./orders/{orderId}.get.parameters",
            "path parameters and required query parameters share no name, without regard to case" +
              ' (received "ORDERID")',
            "rename one of them, or make the query parameter optional",
          ),
          problem(
            "line 54, paths./orders/{orderId}.trace",
            "Azure imports no TRACE operation",
            "leave it out",
          ),
          problem(
            "line 71, paths./carts/{cartId}.get.parameters",
            'a path parameter stands in the path (received "id")',
            'write {id} into the path, or declare it "in: query"',
          ),
          problem(
            "line 71, paths./carts/{cartId}.get.parameters",
            'each name in the path is a path parameter (received "cartId")',
            'declare cartId "in: path"',
          ),
        ),
      );
    });

    it("where it breaks the rules of OpenAPI, with the place of each, and of bad references", async () => {
      const $ref = "other.yaml";
      expect(
        await refuse({
          ...DOCUMENT,
          info: { title: "Orders" },
          paths: { "/orders": { get: {}, put: { responses: { 200: { $ref } } } } },
        }),
      ).toBe(
        ofOrders(
          problem("line 3, info", "must have required property 'version'", OAS_3_0),
          problem("line 8, paths./orders.get", "must have required property 'responses'", OAS_3_0),
          problem(
            "line 12, paths./orders.put.responses.200.$ref",
            'a reference stays within the document (received "other.yaml")',
            "bundle the document, e.g. with `npx @redocly/cli bundle`",
          ),
        ),
      );
    });

    it("where it breaks those of versions 2.0 and 3.1", async () => {
      expect(await refuse({ ...SWAGGER, info: { title: "Orders" } })).toBe(
        ofOrders(
          problem(
            "line 3, info",
            "must have required property 'version'",
            "correct the document by https://spec.openapis.org/oas/v2.0",
          ),
        ),
      );
      const parameters = [{ name: "id", in: "path", required: true, type: "string" }];
      expect(await refuse({ ...SWAGGER, paths: { "/orders": { get: { ...OPERATION, parameters } } } })).toBe(
        ofOrders(
          problem(
            "paths",
            '/paths/orders/get has a path parameter named "id", but there is no corresponding {id} in the path string',
            "correct the document by https://spec.openapis.org/oas/v2.0",
          ),
        ),
      );
      expect(await refuse({ openapi: "3.1.0", info: { title: "Orders" }, paths: {} })).toBe(
        ofOrders(
          problem(
            "line 3, info",
            "must have required property 'version'",
            "correct the document by https://spec.openapis.org/oas/v3.1.0",
          ),
        ),
      );
    });

    it("with a title or an address that Azure does not take", async () => {
      const info = { ...INFO, title: "x".repeat(301), contact: { url: "ftp://contoso.com" } };
      const message = await refuse({ ...DOCUMENT, info });
      expect(message).toContain("  - title: a title has 1 to 300 characters (received 301)");
      expect(message).toContain(
        '  - contact.url: an address is an absolute http or https URL (received "ftp://contoso.com")',
      );
    });

    it("over 4 MiB inline, and taken just below or behind a link", async () => {
      const ofBytes = (bytes: number) => {
        const empty = JSON.stringify({ ...DOCUMENT, info: { ...INFO, description: "" } }).length;
        return JSON.stringify({ ...DOCUMENT, info: { ...INFO, description: "x".repeat(bytes - empty) } });
      };
      const limit = 4 * 1024 * 1024;
      await expect(openApiContract(ofBytes(limit), "orders.json")).resolves.toBeDefined();
      await expect(openApiContract(ofBytes(limit + 1), "orders.json", { link: LINK })).resolves.toBeDefined();
      expect(await refuse(ofBytes(limit + 1))).toBe(
        ofOrders(
          problem(
            "/",
            `Azure imports a document of at most 4 MiB inline (received ${limit + 1} bytes)`,
            "publish the document at an https address and name that as `link`, or split the API",
          ),
        ),
      );
    });

    it.each(["http://contoso.com/orders.json", "orders.json"])(
      "behind %s, which is no https address",
      async (link) => {
        expect(await refuse(DOCUMENT, link)).toBe(
          ofOrders(
            problem(
              "link",
              `a link is an absolute https address (received "${link}")`,
              "write it as https://<host>/<path>",
            ),
          ),
        );
      },
    );

    it.each([
      ["https://user:pass@contoso.com/orders.json", "https://..."],
      ["https://store.example/orders.json?sv=1&sig=topsecret", "https://store.example/orders.json?..."],
      ["https://store.example/orders.json?token=topsecret", "https://store.example/orders.json?..."],
      ["https://store.example/orders.json?topsecret", "https://store.example/orders.json?..."],
      ["https://store.example/orders.json#topsecret", "https://store.example/orders.json#..."],
    ])("behind a link that may tell a secret: %#", async (link, shown) => {
      expect(await refuse(DOCUMENT, link)).toBe(
        ofOrders(
          problem(
            "link",
            "a link has no user, fragment, or query but ?wsdl: a key there would stand in the state in clear" +
              ` (received "${shown}")`,
            "publish the document where Azure reads it without a key, or leave the link out",
          ),
        ),
      );
    });

    it("as YAML of version 2.0 behind a link", async () => {
      expect(await refuse("swagger: '2.0'\ninfo: { title: Orders, version: '1' }\npaths: {}\n", LINK)).toBe(
        ofOrders(
          problem(
            "link",
            "Azure reads OpenAPI 2.0 behind a link as JSON only",
            "publish and read the document as JSON, or leave the link out: it is sent as JSON then",
          ),
        ),
      );
    });
  });
});
