import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import {
  body,
  call,
  coalesce,
  concat,
  get,
  items,
  literal,
  outputs,
  parameters,
  pathParameter,
  text,
  triggerBody,
  triggerOutputs,
  variables,
} from "../../workflow";
import { readExpressions } from "../../workflow/expression-syntax";

test.each([
  [triggerBody(), "triggerBody()"],
  [triggerBody("order", "lines", 0, "sku"), "triggerBody()?['order']?['lines']?[0]?['sku']"],
  [triggerOutputs("headers", "Accept"), "triggerOutputs()?['headers']?['Accept']"],
  [pathParameter("id"), "triggerOutputs()?['relativePathParameters']?['id']"],
  [body("Get_order", "it's"), "body('Get_order')?['it''s']"],
  [outputs("Get_order", "statusCode"), "outputs('Get_order')?['statusCode']"],
  [parameters("baseUrl"), "parameters('baseUrl')"],
  [variables("count"), "variables('count')"],
  [items("For_each", "id"), "items('For_each')?['id']"],
  [coalesce(body("A"), null, 1, true, "none"), "coalesce(body('A'), null, 1, true, 'none')"],
  [concat("a'b", triggerBody("c")), "concat('a''b', triggerBody()?['c'])"],
  [get(call("workflow"), "run", "name"), "workflow()?['run']?['name']"],
])("%s", (expression, expected) => {
  expect(expression.expression).toBe(expected);
  expect(readExpressions(`@${expected}`).problem).toBeUndefined();
});

describe("inside a text", () => {
  test("an expression is evaluated, a plain text is not", () => {
    expect(text`https://example.com/${triggerBody("id")}/${"@{x}"}?n=${1}`).toBe(
      "https://example.com/@{triggerBody()?['id']}/@@{x}?n=1",
    );
  });

  test("beside a Pulumi output", async () => {
    const url = pulumi.output("https://example.com");
    const uri = pulumi.interpolate`${url}/orders/${triggerBody("id")}`;
    const joined = pulumi.concat(url, "/", triggerBody("id"));

    const both = await new Promise((resolve) => pulumi.all([uri, joined]).apply(resolve));
    expect(both).toEqual([
      "https://example.com/orders/@{triggerBody()?['id']}",
      "https://example.com/@{triggerBody()?['id']}",
    ]);
  });

  test.each([
    ["plain", "plain"],
    ["@handle", "@@handle"],
    ["a@example.com", "a@example.com"],
    ["@{x}", "@@{x}"],
    ["a @{x}", "a @@{x}"],
  ])("literal(%p)", (value, expected) => {
    expect(literal(value)).toBe(expected);
    expect(readExpressions(expected)).toEqual({ calls: [] });
  });
});

describe("reading", () => {
  test("finds every call and what it names", () => {
    const { calls, problem } = readExpressions(
      "a @{body('A')?['b'].c} @@{no('B')} @{ coalesce( outputs('C')[variables('i')], 'x''y' ) }",
    );

    expect(problem).toBeUndefined();
    expect(calls).toEqual([
      { name: "body", target: "A" },
      { name: "outputs", target: "C" },
      { name: "variables", target: "i" },
      { name: "coalesce" },
    ]);
  });

  test.each([
    ["@body('A'", /does not go on with the end/],
    ["@body('A'))", /"\)" at character 11/],
    ["@body('A) ", /quote at character 7 is not closed/],
    ["@{body('A')", /does not go on with the end/],
    ["@concat('a' 'b')", /"'" at character 13/],
    ["@body('A')?", /"\?" at character 11/],
    ["@body('A').", /the end/],
    ["@", /the end/],
    ["@handle", /handle is none/],
    ["@conct('a', 'b')", /conct is none/],
    ["@appsetting('x')", /appsetting is none/],
    ["@triggerBody", /the end/],
    [`@concat('${"a".repeat(8192)}')`, /at most 8192 characters; this one has 8202/],
  ])("%s is refused", (source, rule) => {
    expect(readExpressions(source).problem?.rule).toMatch(rule);
  });

  test("whatever is built can be read back", () => {
    const argument = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
    fc.assert(
      fc.property(fc.array(argument), fc.array(fc.oneof(fc.string(), fc.nat())), (args, path) => {
        const expression = get(concat(...args), ...path);
        const whole = readExpressions(`@${expression.expression}`);
        const inside = readExpressions(text`a${expression}b`);
        expect(whole.problem).toBeUndefined();
        expect(inside).toEqual(whole);
      }),
    );
  });
});
