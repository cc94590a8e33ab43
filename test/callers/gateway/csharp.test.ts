import { ClrError, evaluateCSharp, REGEX, textLists, type ClrObject, type Value } from "./csharp";

const CLAIMS = new Map([
  ["scp", ["Orders.Read Orders.Write"]],
  ["roles", ["Orders.Read.All", "Orders.Write.All"]],
]);

const values: Readonly<Record<string, Value>> = {
  Claims: textLists("Claims", (name) => CLAIMS.get(name)),
  Nothing: null,
  Number: 201,
  Text: "Basic abc",
};

const context: ClrObject = {
  type: "context",
  members: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, () => value])),
};

const evaluate = (text: string) => evaluateCSharp(text, { context, Regex: REGEX });

describe("an expression", () => {
  test.each<[string, Value]>([
    // Of https://learn.microsoft.com/azure/api-management/api-management-policy-expressions
    ["true", true],
    ["(1+1).ToString()", "2"],
    ['"Hi There".Length', 8],
    // Operators, by what binds more: https://learn.microsoft.com/dotnet/csharp/language-reference/operators/
    ["true || false && false", true],
    ["!(true && false)", true],
    ["!true || true", true],
    ["1 + 1 == 2 && 2 != 3", true],
    ["2 > 1 && 1 < 2 && 2 >= 2 && 2 <= 2", true],
    ['true ? "yes" : false ? "no" : "never"', "yes"],
    ['context.Nothing ?? context.Nothing ?? "last"', "last"],
    ['"a" + 1 + true + null', "a1True"],
    // Texts.
    ['"a\\"b\\\\\\n" + \'c\'', 'a"b\\\nc'],
    ['@"C:\\x ""y"""', 'C:\\x "y"'],
    [
      '$"token={context.Text.ToLower()}, {{kept}} \\"{(string)context.Claims["scp"][0]}\\""',
      'token=basic abc, {kept} "Orders.Read Orders.Write"',
    ],
    ["context.Text.Split(' ').Last()", "abc"],
    ['context.Text.StartsWith("Basic") && context.Text.EndsWith("c") && !context.Text.Contains("B ")', true],
    // Dictionaries and lists.
    ['context.Claims.GetValueOrDefault("scp", "").Split(\' \').Contains("Orders.Write")', true],
    ['context.Claims.GetValueOrDefault("scp", "").Split(\' \').Contains("Orders")', false],
    ['context.Claims.GetValueOrDefault("roles", "")', "Orders.Read.All,Orders.Write.All"],
    ['context.Claims.GetValueOrDefault("azp", "unknown")', "unknown"],
    ['context.Claims.ContainsKey("roles") && context.Claims["roles"].Contains("Orders.Read.All")', true],
    ['context.Claims["roles"].Contains("Orders.Read") || !context.Claims["roles"].Any()', false],
    ['context.Claims["roles"].Length', 2],
    // Nothing.
    ["context.Nothing?.StatusCode != 201", true],
    ["context.Nothing?.Value.Length == null", true],
    ['context.Claims?["scp"].Length', 1],
    // `$` is before a last line break, too: https://learn.microsoft.com/dotnet/standard/base-types/anchors-in-regular-expressions
    ['Regex.IsMatch("0a", "^[0-9a-f]{2}$") && Regex.IsMatch("0a\\n", "^[0-9a-f]{2}$")', true],
    ['Regex.IsMatch("0g", "^[0-9a-f]{2}$")', false],
  ])("%s is %j", (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  test.each([
    ['context.Claims["azp"]', "there is no azp in Claims"],
    ["context.Nothing.Value", "Value is asked of null"],
    ["context.Nothing.ToString()", "ToString is called of null"],
    ["context.Nothing[0]", "an element is asked of null"],
    ['context.Claims["scp"][1]', "there is no element 1"],
    ["(string)context.Number", "int is no string"],
    ["(int)context.Nothing", "null is no int"],
    ['Regex.IsMatch(context.Nothing, "a")', "IsMatch of null"],
  ])("%s fails as .NET does", (text, message) => {
    expect(() => evaluate(text)).toThrow(new ClrError(message));
  });

  test.each([
    ["request.Url", "the name request is not known here"],
    ["context.Elapsed", "the member Elapsed of context is not known here"],
    ["context.toString()", "the method toString of context is not known here"],
    ["context.Text.Trim()", "the method Trim of string is not known here"],
    ["context.Text.Split(',', 2)", "a method of texts takes one text here"],
    ['context.Claims["roles"].Any(role => role == "a")', 'C# is not known here at "=>"'],
    ["context.Text[0]", "elements of string are not known here"],
    ['Regex.IsMatch("a", "\\\\d")', "the pattern \\d is not known here"],
    ["context.Number && true", "int is no condition of C#"],
    ['context.Number < "1"', "C# does not compare int and string here"],
    ["context.Number + true", "C# does not add int and bool here"],
    ["context.Claims == context.Claims", "C# does not compare Claims and Claims here"],
    ['"a" + context.Claims', "Claims as a text is not known here"],
    ["new JObject()", 'C# is not known here at "JObject"'],
    ["1.5", "C# is not known here from"],
    ['"\\x41"', "the escape \\x of C# is not known here"],
    ['$"never ends', "a text of C# has no end"],
    ["(1", 'C# is not known here at ""'],
    ["", 'C# is not known here at ""'],
  ])("%s is not known here", (text, message) => {
    expect(() => evaluate(text)).toThrow(message);
    expect(() => evaluate(text)).not.toThrow(ClrError);
  });
});
