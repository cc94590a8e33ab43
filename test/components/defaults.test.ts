import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const FOLDER = join(__dirname, "../../components");

interface DocumentedDefaults {
  /** Values in constants whose name ends in `_DEFAULTS`, by property. */
  readonly assumed: ReadonlyMap<string, unknown>;
  /** `@default` texts that are values rather than words, by property. */
  readonly documented: ReadonlyMap<string, readonly unknown[]>;
}

/** Reads the source, as comments and constants that no one exports are looked at too. */
function defaultsOf(file: string): DocumentedDefaults {
  const assumed = new Map<string, unknown>();
  const documented = new Map<string, unknown[]>();
  const source = ts.createSourceFile(
    file,
    readFileSync(join(FOLDER, file), "utf8"),
    ts.ScriptTarget.ES2022,
    true,
  );
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText().endsWith("_DEFAULTS")) {
      const constant =
        node.initializer && ts.isAsExpression(node.initializer) ? node.initializer.expression : undefined;
      if (!constant || !ts.isObjectLiteralExpression(constant))
        throw new Error(`${file}: defaults are no constant`);
      for (const property of constant.properties) {
        if (!ts.isPropertyAssignment(property))
          throw new Error(`${file}: ${property.getText()} is no plain value`);
        assumed.set(property.name.getText(), parseLiteral(property.initializer.getText()));
      }
    }
    if (ts.isPropertySignature(node)) {
      for (const tag of ts.getJSDocTags(node).filter(({ tagName }) => tagName.text === "default")) {
        const text = ts.getTextOfJSDocComment(tag.comment) ?? "";
        const value = parseLiteral(text);
        if (value === undefined) continue;
        const name = node.name.getText();
        documented.set(name, [...(documented.get(name) ?? []), value]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { assumed, documented };
}

/** The value of a literal; `undefined` for words. */
function parseLiteral(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const COMPONENTS = readdirSync(FOLDER)
  .map((file) => ({ file, ...defaultsOf(file) }))
  .filter(({ assumed }) => assumed.size > 0);

describe("defaults", () => {
  it("are declared by every component that assumes something", () => {
    expect(COMPONENTS.map(({ file }) => file)).toEqual([
      "apim-gateway.ts",
      "dns-zone.ts",
      "entra-app-registration.ts",
      "gateway-api.ts",
      "gateway-backup.ts",
      "logic-app-workflow.ts",
      "observability.ts",
      "secret-vault.ts",
    ]);
  });

  it.each(COMPONENTS)("of $file are those that its arguments document", ({ assumed, documented }) => {
    for (const [property, values] of documented) {
      for (const value of values)
        expect({ [property]: value }).toEqual({ [property]: assumed.get(property) });
    }
  });

  it.each(COMPONENTS)(
    "of $file are documented by value, or in words where they are none",
    ({ assumed, documented }) => {
      const undocumented = [...assumed].filter(([property]) => !documented.has(property));
      expect(undocumented.filter(([, value]) => !(Array.isArray(value) && value.length === 0))).toEqual([]);
    },
  );
});
