import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { graphQlContract, readGraphQlContract } from "../../../components/contracts";
import { problem, refusalOf, refused } from "./refusal";

const SDL = `"What can be asked"
type Query {
  # by number
  order(id: ID!): Order
}

type Order {
  id: ID!
  part: Order @deprecated(reason: "Orders are flat")
}
`;

const FIX = "correct the schema by https://spec.graphql.org/October2021/";

const refuse = (sdl: string, title = "Orders") =>
  refusalOf(() => graphQlContract(sdl, "orders.graphql", { title }));

const ofOrders = (...problems: readonly string[]) => refused("orders.graphql", ...problems);

describe("a GraphQL contract", () => {
  it("keeps descriptions and directives, and drops comments", async () => {
    const described = {
      title: "Orders",
      description: "Follow orders.",
      termsOfServiceUrl: "https://contoso.com/terms",
      contact: { email: "orders@contoso.com" },
      license: { name: "MIT" },
    };
    expect(await graphQlContract(SDL, "orders.graphql", described)).toEqual({
      ...described,
      kind: "graphql",
      schema: SDL.replace("  # by number\n", "").trimEnd(),
    });
  });

  it("is the same however it is indented, and another where it says something else", async () => {
    const schemaOf = async (sdl: string) =>
      (await graphQlContract(sdl, "orders", { title: "Orders" })).schema;
    expect(await schemaOf(SDL.replaceAll("\n", "\r\n\t"))).toBe(await schemaOf(SDL));
    expect(await schemaOf(SDL.replace("ID!", "ID"))).not.toBe(await schemaOf(SDL));
  });

  it("is read from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "contract-"));
    try {
      const file = join(folder, "orders.graphql");
      await writeFile(file, SDL);
      expect((await readGraphQlContract(file, { title: "Orders" })).title).toBe("Orders");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ["type Query {\n  order: Order", [["line 2, column 15", "Syntax Error: Expected Name, found <EOF>"]]],
    ["", [["line 1, column 1", "Syntax Error: Unexpected <EOF>"]]],
    [
      "type Query {\n  order: Oder\n  cart: Cart\n}\ntype Order { id: ID }",
      [
        ["line 2, column 10", 'Unknown type "Oder". Did you mean "Order"?'],
        ["line 3, column 9", 'Unknown type "Cart"'],
      ],
    ],
    ["type Order { id: ID }", [["/", "Query root type must be provided"]]],
  ])("is refused as %j", async (sdl, problems) => {
    expect(await refuse(sdl)).toBe(
      ofOrders(...problems.map(([place = "", rule = ""]) => problem(place, rule, FIX))),
    );
  });

  it("is refused without a title, and over 4 MiB", async () => {
    const description = "x".repeat(4 * 1024 * 1024);
    const message = await refuse(`"${description}"\ntype Query { order: ID }`, "");
    expect(message).toContain("  - title: a title has 1 to 300 characters (received 0)\n");
    expect(message).toContain("    fix: split the API: Azure takes no schema by its address");
  });
});
