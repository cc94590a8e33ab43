import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";

const FOLDER = join(__dirname, "../../components");

interface DocumentedDefaults {
  /** Values in constants whose name ends in `_DEFAULTS`, by property; those of an object also by its own properties. */
  readonly assumed: ReadonlyMap<string, unknown>;
  /** `@default` texts that are values rather than words, by property. */
  readonly documented: ReadonlyMap<string, readonly unknown[]>;
  /** Properties whose `@default` is told in words. */
  readonly told: ReadonlySet<string>;
}

/** Reads the source, as comments and constants that no one exports are looked at too. */
function defaultsOf(file: string): DocumentedDefaults {
  const assumed = new Map<string, unknown>();
  const documented = new Map<string, unknown[]>();
  const told = new Set<string>();
  const source = ts.createSourceFile(
    file,
    readFileSync(join(FOLDER, file), "utf8"),
    ts.ScriptTarget.ES2022,
    true,
  );
  const assume = (constant: ts.ObjectLiteralExpression): void => {
    for (const property of constant.properties) {
      if (!ts.isPropertyAssignment(property))
        throw new Error(`${file}: ${property.getText()} is no plain value`);
      const { name, initializer } = property;
      // Which of several forms is meant is told by the default of the whole.
      if (name.getText() === "kind") continue;
      assumed.set(name.getText(), parseLiteral(initializer.getText()));
      if (ts.isObjectLiteralExpression(initializer)) assume(initializer);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && node.name.getText().endsWith("_DEFAULTS")) {
      const constant = node.initializer && asConstant(node.initializer);
      if (!constant) throw new Error(`${file}: defaults are no constant`);
      assume(constant);
    }
    if (ts.isPropertySignature(node)) {
      for (const tag of ts.getJSDocTags(node).filter(({ tagName }) => tagName.text === "default")) {
        const text = ts.getTextOfJSDocComment(tag.comment) ?? "";
        const value = parseLiteral(text);
        const name = node.name.getText();
        if (value === undefined) told.add(name);
        else documented.set(name, [...(documented.get(name) ?? []), value]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { assumed, documented, told };
}

/** The object in `{ … } as const`, `satisfies` something or not. */
function asConstant(initializer: ts.Expression): ts.ObjectLiteralExpression | undefined {
  const constant = ts.isSatisfiesExpression(initializer) ? initializer.expression : initializer;
  if (!ts.isAsExpression(constant) || !ts.isObjectLiteralExpression(constant.expression)) return undefined;
  return constant.expression;
}

/** The value of a literal; `undefined` for words. */
function parseLiteral(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const COMPONENTS = readdirSync(FOLDER, { encoding: "utf8", recursive: true })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, ...defaultsOf(file) }))
  .filter(({ assumed, documented }) => assumed.size + documented.size > 0);

describe("defaults", () => {
  it("are declared by every component that assumes something", () => {
    expect(COMPONENTS.map(({ file }) => basename(file)).sort()).toEqual([
      "access.ts",
      "access.ts",
      "api-access.ts",
      "api-source.ts",
      "apim-gateway.ts",
      "authorization-server.ts",
      "backend-pool.ts",
      "backend.ts",
      "client.ts",
      "developer-portal.ts",
      "dns-zone.ts",
      "event-topic.ts",
      "existing-registration.ts",
      "existing-service.ts",
      "gateway-api.ts",
      "gateway-backup.ts",
      "grants.ts",
      "hostnames.ts",
      "key-vault.ts",
      "logic-app-workflow.ts",
      "new-registration.ts",
      "observability.ts",
      "operations.ts",
      "product.ts",
      "records.ts",
      "secret-vault.ts",
      "service-bus-namespace.ts",
      "subscription.ts",
      "tier.ts",
      "tracing.ts",
    ]);
  });

  it.each(COMPONENTS)("of $file are those that its arguments document", ({ assumed, documented }) => {
    for (const [property, values] of documented) {
      for (const value of values)
        expect({ [property]: value }).toEqual({ [property]: assumed.get(property) });
    }
  });

  it.each(COMPONENTS)(
    "of $file are documented by value, or in words where they are none or an object",
    ({ assumed, documented, told }) => {
      const undocumented = [...assumed].filter(([property]) => !documented.has(property));
      const inWords = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
      expect(undocumented.filter(([property, value]) => !(inWords(value) && told.has(property)))).toEqual([]);
    },
  );
});
