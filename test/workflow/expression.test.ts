import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import {
  callbackUrl,
  coalesce,
  compose,
  concat,
  connections,
  equals,
  expression,
  forEach,
  http,
  ifElse,
  item,
  json,
  literal,
  parameter,
  requestTrigger,
  resultOf,
  roundOf,
  scope,
  text,
  until,
  variable,
  workflowRun,
  type Argument,
  type Expression,
} from "../../workflow";
import { parseText, readExpressions } from "../../workflow/expression-syntax";
import { functionName } from "../../workflow/functions";

const order = requestTrigger("manual", { relativePath: "orders/{id}" });
const { body } = order;
const getOrder = http("Get_order", { method: "GET", uri: "https://example.com" });
const place = scope("Place", { actions: [] });
const loop = until("Until", { expression: equals(1, 1), actions: [] });

test.each<[Expression, string]>([
  [body, "triggerBody()"],
  [body.get("order").get("lines").get(0).get("sku"), "triggerBody()?['order']?['lines']?[0]?['sku']"],
  [body.at("order").at("lines").at(0), "triggerBody()['order']['lines'][0]"],
  [body.get("order").at("id"), "triggerBody()?['order']['id']"],
  [
    body.get("lines").get(variable("count", "Integer").value).at(body.get("name")),
    "triggerBody()?['lines']?[variables('count')][triggerBody()?['name']]",
  ],
  [order.outputs, "triggerOutputs()"],
  [order.header("Accept"), "triggerOutputs()?['headers']?['Accept']"],
  [order.query("page"), "triggerOutputs()?['queries']?['page']"],
  [order.pathParameter("id"), "triggerOutputs()?['relativePathParameters']?['id']"],
  [getOrder.body.get("it's"), "body('Get_order')?['it''s']"],
  [getOrder.outputs.get("statusCode"), "outputs('Get_order')?['statusCode']"],
  [getOrder.details.get("error").get("message"), "actions('Get_order')?['error']?['message']"],
  [compose("It's", { inputs: 1 }).outputs, "outputs('It''s')"],
  [resultOf(place), "result('Place')"],
  [resultOf(place).get(0).get("status"), "result('Place')?[0]?['status']"],
  [roundOf(loop), "iterationIndexes('Until')"],
  [parameter("baseUrl", "String").value, "parameters('baseUrl')"],
  [connections.value.at("sql"), "parameters('$connections')['sql']"],
  [variable("count", "Integer").value, "variables('count')"],
  [item<{ readonly id: string }>().get("id"), "item()?['id']"],
  [coalesce(getOrder.body, null, 1, true, "none"), "coalesce(body('Get_order'), null, 1, true, 'none')"],
  [concat("a'b", body.get("c")), "concat('a''b', triggerBody()?['c'])"],
  [equals(body.get("a"), "b"), "equals(triggerBody()?['a'], 'b')"],
  [ifElse(equals(1, 1), "yes", null), "if(equals(1, 1), 'yes', null)"],
  [ifElse(equals(1, 1), body, -1.5), "if(equals(1, 1), triggerBody(), -1.5)"],
  [json("{}"), "json('{}')"],
  [json(body.get("text")), "json(triggerBody()?['text'])"],
  [workflowRun().get("run").get("name"), "workflow()?['run']?['name']"],
  [callbackUrl(), "listCallbackUrl()"],
  [expression("mul(int('3'), 2)"), "mul(int('3'), 2)"],
])("%s", (built, expected) => {
  expect(built.expression).toBe(expected);
  expect(readExpressions(`@${expected}`).problem).toBeUndefined();
});

test("the item of a loop, and of one inside it", () => {
  const outer = forEach("Orders", {
    items: variable("orders", "Array").value,
    actions: (order) => [
      forEach("Lines", {
        items: order,
        actions: (line) => [compose("Pair", { inputs: { order, line: json(line) } })],
      }),
    ],
  });

  expect(outer.definition).toMatchObject({
    actions: {
      Lines: {
        foreach: { expression: "items('Orders')" },
        actions: {
          Pair: {
            inputs: {
              order: { expression: "items('Orders')" },
              line: { expression: "json(items('Lines'))" },
            },
          },
        },
      },
    },
  });
});

describe("inside a text", () => {
  test("an expression is evaluated, a plain text is not", () => {
    expect(text`https://example.com/${body.get("id")}/${"@{x}"}?n=${1}&all=${true}`).toBe(
      "https://example.com/@{triggerBody()?['id']}/@@{x}?n=1&all=true",
    );
  });

  test("beside a Pulumi output", async () => {
    const url = pulumi.output("https://example.com");
    const uri = pulumi.interpolate`${url}/orders/${body.get("id")}`;
    const joined = pulumi.concat(url, "/", body.get("id"));

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

test.each([
  ["triggerBody", "triggerBody"],
  ["TRIGGERBODY", "triggerBody"],
  ["encodeURIComponent", "encodeUriComponent"],
  ["conct", undefined],
  ["appsetting", undefined],
  ["toString", undefined],
  ["", undefined],
])("functionName(%p)", (written, documented) => {
  expect(functionName(written)).toBe(documented);
});

describe("taken apart", () => {
  const called = (name: string, ...values: readonly object[]) => ({ kind: "call", name, arguments: values });
  const written = (value: string) => ({ kind: "text", value });

  test("an expression as a whole", () => {
    expect(parseText("@coalesce(body('A')?['b'].c, 'it''s', -1.5e3, NULL, true)[0]")).toEqual({
      whole: {
        kind: "member",
        of: called(
          "coalesce",
          {
            kind: "member",
            of: { kind: "member", of: called("body", written("A")), key: written("b"), optional: true },
            key: written("c"),
            optional: false,
          },
          written("it's"),
          { kind: "literal", source: "-1.5e3" },
          { kind: "literal", source: "null" },
          { kind: "literal", source: "true" },
        ),
        key: { kind: "literal", source: "0" },
        optional: false,
      },
    });
  });

  test("a key that is an expression itself", () => {
    expect(parseText("@triggerBody()?[variables('key')]")).toEqual({
      whole: {
        kind: "member",
        of: called("triggerBody"),
        key: called("variables", written("key")),
        optional: true,
      },
    });
  });

  test("expressions inside a text", () => {
    expect(parseText("a@b @@{x} @@ @{guid()}@{ UTCNOW( 'o' ) }!")).toEqual({
      pieces: ["a@b @{x} @@ ", called("guid"), called("utcNow", written("o")), "!"],
    });
    expect(parseText("@{guid()}")).toEqual({ pieces: [called("guid")] });
  });

  test("a text without any", () => {
    expect(parseText("@@handle")).toEqual({ pieces: ["@handle"] });
    expect(parseText("")).toEqual({ pieces: [] });
  });

  test("whatever is literal comes back as it was", () => {
    const signs = fc.array(fc.constantFrom("@", "{", "}", "'", "a")).map((list) => list.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), signs), (value) => {
        expect(evaluated(literal(value))).toBe(value);
        expect(evaluated(text`${value}`)).toBe(value);
        expect(evaluated(text`a${value}b`)).toBe(`a${value}b`);
      }),
    );
  });

  /** A text whose expressions are texts themselves, as Azure would give it. */
  function evaluated(source: string): string {
    const parsed = parseText(source);
    const pieces = "whole" in parsed ? [parsed.whole] : parsed.pieces;
    return pieces
      .map((piece) => {
        if (typeof piece === "string") return piece;
        return piece.kind === "text" ? piece.value : `(${piece.kind})`;
      })
      .join("");
  }
});

describe("reading", () => {
  test("an at-sign alone is one", () => {
    expect(readExpressions("@")).toEqual({ calls: [] });
    expect(parseText("@")).toEqual({ pieces: ["@"] });
  });

  test("finds every call and what it names", () => {
    const { calls, problem } = readExpressions(
      "a @{body('A')?['b'].c} @@{no('B')} @{ coalesce( outputs('C')[variables('i')], 'x''y' ) }",
    );

    expect(problem).toBeUndefined();
    expect(calls).toEqual([
      { name: "body", target: "A", part: "b" },
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
    ["@handle", /handle is none/],
    ["@conct('a', 'b')", /conct is none/],
    ["@appsetting('x')", /appsetting is none/],
    ["@triggerBody", /the end/],
    [`@concat('${"a".repeat(8192)}')`, /at most 8192 characters; this one has 8202/],
  ])("%s is refused", (source, rule) => {
    expect(readExpressions(source).problem?.rule).toMatch(rule);
  });

  test("whatever is built can be read back", () => {
    const argument = fc.oneof(fc.string(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const key = fc.oneof(fc.string(), fc.nat(), fc.constant(body.get("key")));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(argument, fc.boolean(), fc.constant(null))) as fc.Arbitrary<Argument[]>,
        fc.array(fc.record({ key, safe: fc.boolean() })),
        (args, path) => {
          const built = path.reduce<Expression>(
            (value, { key, safe }) => (safe ? value.get(key) : value.at(key)),
            expression(concat(...args).expression),
          );
          const whole = readExpressions(`@${built.expression}`);
          const inside = readExpressions(text`a${built}b`);
          expect(whole.problem).toBeUndefined();
          expect(inside).toEqual(whole);
        },
      ),
    );
  });
});
