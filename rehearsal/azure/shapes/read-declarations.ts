import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { Shape, Shapes, ShapeType } from "../shapes";

/** The two SDKs differ only in where they keep nested types. */
interface Sdk {
  readonly directory: string;
  /** Namespace of nested types and enums: the module for azure-native, none for azuread. */
  readonly namespace: string | undefined;
  /** Prefix of nested types in the result, so that both SDKs fit one table. */
  readonly prefix: string;
}

/** What `pulumi.Input<T>` comes down to, with everything that it names. */
interface Reading {
  readonly sdk: Sdk;
  readonly objects: Map<string, Shape["inputs"]>;
}

const parsed = new Map<string, ts.SourceFile>();

/**
 * Reads the shapes of resources and functions from the declarations of the installed SDKs.
 *
 * Only the syntax is read: types of the SDKs are regular, and a type checker on 17 MB of declarations takes
 * ten times as long.
 *
 * @param tokens Pulumi tokens, e.g. `azure-native:dns:Zone` or `azuread:index/application:Application`
 * @throws Error where a token names nothing in the SDK, or a declaration has a form not seen so far
 */
export function readDeclarations(tokens: readonly string[]): Shapes {
  const objects = new Map<string, Shape["inputs"]>();
  const types: Record<string, Shape> = {};
  for (const token of [...new Set(tokens)].sort()) {
    types[token] = readToken(token, objects);
  }
  const byName = [...objects].sort(([a], [b]) => (a < b ? -1 : 1));
  return { types, objects: Object.fromEntries(byName) };
}

function readToken(token: string, objects: Reading["objects"]): Shape {
  const [provider, path, member] = token.split(":");
  if ((provider !== "azure-native" && provider !== "azuread") || path === undefined || member === undefined) {
    throw new Error(`${token}: not a token of azure-native or azuread`);
  }
  const azureNative = provider === "azure-native";
  const sdk: Sdk = {
    directory: dirname(require.resolve(`@pulumi/${provider}/package.json`)),
    namespace: azureNative ? path : undefined,
    prefix: azureNative ? "" : "azuread.",
  };
  const fileName = `${member.charAt(0).toLowerCase()}${member.slice(1)}.d.ts`;
  const file = join(sdk.directory, azureNative ? path : "", fileName);
  if (!existsSync(file)) {
    throw new Error(
      `${token}: the installed @pulumi/${provider} has no ${file.slice(sdk.directory.length + 1)}`,
    );
  }
  const source = parse(file);
  const isFunction = /^[a-z]/.test(member);
  const stem = `${member.charAt(0).toUpperCase()}${member.slice(1)}`;
  const args = findInterface(source.statements, `${stem}Args`);
  const inputs = args === undefined ? {} : readMembers(args.members, { sdk, objects });
  const outputs = isFunction
    ? propertyNames(findInterface(source.statements, `${stem}Result`)?.members)
    : propertyNames(findClass(source.statements, member)?.members);
  const apiVersion = /Uses Azure REST API version (\d{4}-\d{2}-\d{2}(?:-preview)?)\./.exec(source.text)?.[1];
  return { ...(apiVersion === undefined ? {} : { apiVersion }), inputs, outputs };
}

function parse(file: string): ts.SourceFile {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  parsed.set(file, source);
  return source;
}

function findInterface(
  statements: readonly ts.Statement[],
  name: string,
): ts.InterfaceDeclaration | undefined {
  return statements.filter(ts.isInterfaceDeclaration).find((declaration) => declaration.name.text === name);
}

function findClass(statements: readonly ts.Statement[], name: string): ts.ClassDeclaration | undefined {
  return statements.filter(ts.isClassDeclaration).find((declaration) => declaration.name?.text === name);
}

function propertyNames(members: readonly (ts.TypeElement | ts.ClassElement)[] = []): string[] {
  return members
    .filter((member) => ts.isPropertySignature(member) || ts.isPropertyDeclaration(member))
    .map((member) => nameOf(member.name))
    .sort();
}

function nameOf(name: ts.PropertyName): string {
  if (ts.isIdentifier(name) || ts.isStringLiteral(name)) return name.text;
  throw new Error(`a property name of unexpected kind ${ts.SyntaxKind[name.kind]}`);
}

function readMembers(members: ts.NodeArray<ts.TypeElement>, reading: Reading): Shape["inputs"] {
  const entries = members.filter(ts.isPropertySignature).map((member): [string, ShapeType] => {
    const name = nameOf(member.name);
    if (member.type === undefined) throw new Error(`property ${name} has no type`);
    return [member.questionToken === undefined ? name : `${name}?`, readType(member.type, reading)];
  });
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readType(node: ts.TypeNode, reading: Reading): ShapeType {
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return "string";
    case ts.SyntaxKind.NumberKeyword:
      return "number";
    case ts.SyntaxKind.BooleanKeyword:
      return "boolean";
    case ts.SyntaxKind.AnyKeyword:
      return "any";
  }
  if (ts.isArrayTypeNode(node)) return { array: readType(node.elementType, reading) };
  if (ts.isParenthesizedTypeNode(node)) return readType(node.type, reading);
  if (ts.isUnionTypeNode(node)) return readUnion(node, reading);
  if (ts.isLiteralTypeNode(node)) return { enum: [literal(node)] };
  if (ts.isTypeLiteralNode(node)) {
    const [index] = node.members.filter(ts.isIndexSignatureDeclaration);
    if (index !== undefined) return { map: readType(index.type, reading) };
  }
  if (ts.isTypeReferenceNode(node)) return readReference(node, reading);
  throw new Error(`a type of unexpected kind ${ts.SyntaxKind[node.kind]}`);
}

/** `A | undefined` is A, `string | SomeEnum` an open string, `A | B` a choice. */
function readUnion(node: ts.UnionTypeNode, reading: Reading): ShapeType {
  const parts = node.types
    .filter((part) => part.kind !== ts.SyntaxKind.UndefinedKeyword)
    .map((part) => readType(part, reading));
  if (parts.includes("any")) return "any";
  if (parts.includes("string")) return "string";
  const [first, ...others] = parts;
  if (first === undefined) throw new Error("a union of nothing");
  return others.length === 0 ? first : { union: parts };
}

function readReference(node: ts.TypeReferenceNode, reading: Reading): ShapeType {
  const path = entityPath(node.typeName);
  const [argument] = node.typeArguments ?? [];
  if (path.join(".") === "pulumi.Input" && argument !== undefined) return readType(argument, reading);
  const [root, ...qualified] = path;
  if (root === "inputs") return readObject(qualified, reading);
  if (root === "enums") return readEnum(qualified, reading);
  throw new Error(`a reference to ${path.join(".")}, which is neither a nested type nor an enum`);
}

function entityPath(name: ts.EntityName): string[] {
  return ts.isIdentifier(name) ? [name.text] : [...entityPath(name.left), name.right.text];
}

function readObject(path: readonly string[], reading: Reading): ShapeType {
  const name = `${reading.sdk.prefix}${path.join(".")}`;
  if (!reading.objects.has(name)) {
    // Entered before its members are read: nested types may contain themselves.
    reading.objects.set(name, {});
    const source = parse(join(reading.sdk.directory, "types", "input.d.ts"));
    const declaration = findInterface(statementsOf(source, path.slice(0, -1)), path.at(-1) ?? "");
    if (declaration === undefined) throw new Error(`no nested type ${path.join(".")}`);
    reading.objects.set(name, readMembers(declaration.members, reading));
  }
  return { object: name };
}

function statementsOf(source: ts.SourceFile, namespaces: readonly string[]): readonly ts.Statement[] {
  return namespaces.reduce<readonly ts.Statement[]>((statements, namespace) => {
    const body = statements
      .filter(ts.isModuleDeclaration)
      .find((declaration) => declaration.name.text === namespace)?.body;
    return body !== undefined && ts.isModuleBlock(body) ? body.statements : [];
  }, source.statements);
}

/** An enum of the SDK is a constant object of literals, with a type of the same name. */
function readEnum(path: readonly string[], reading: Reading): ShapeType {
  const name = path.at(-1) ?? "";
  const source = parse(join(reading.sdk.directory, "types", "enums", ...path.slice(0, -1), "index.d.ts"));
  const declaration = source.statements
    .filter(ts.isVariableStatement)
    .flatMap((statement) => statement.declarationList.declarations)
    .find((variable) => ts.isIdentifier(variable.name) && variable.name.text === name);
  if (declaration?.type === undefined || !ts.isTypeLiteralNode(declaration.type)) {
    throw new Error(`no enum ${path.join(".")}`);
  }
  const values = declaration.type.members.filter(ts.isPropertySignature).map(({ type }) => {
    if (type === undefined || !ts.isLiteralTypeNode(type)) throw new Error(`enum ${name} has no literals`);
    return literal(type);
  });
  return { enum: values.sort() };
}

function literal(node: ts.LiteralTypeNode): string {
  if (ts.isStringLiteral(node.literal)) return node.literal.text;
  throw new Error(`a literal of unexpected kind ${ts.SyntaxKind[node.literal.kind]}`);
}
