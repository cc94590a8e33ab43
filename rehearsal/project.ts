import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isMap, isScalar, isSeq, parseDocument, type Document } from "yaml";
import { formatPath, type Step } from "../settings/walk";
import { makeCanary } from "./canary";
import type { Secret } from "./leaks";

/** A stack's configuration by its full keys, e.g. `my-project:gateway`. */
export type Configuration = Readonly<Record<string, unknown>>;

/** An encrypted setting, and the value that stands in for it. */
export interface Canary extends Secret {
  /** As `pulumi config set --path` takes it, e.g. `my-project:gateway.namedValues.key.secret`. */
  readonly key: string;
}

/** A project's files, without what only its owner can decrypt. */
export interface Project {
  readonly name: string;
  /** With canaries in the place of what is encrypted. */
  readonly configuration: Configuration;
  /** In the copy they still have to be set, encrypted, by the CLI. */
  readonly canaries: readonly Canary[];
  /** The texts of Pulumi.yaml and Pulumi.<stack>.yaml, by their names. */
  readonly files: Readonly<Record<string, string>>;
}

/** Which files {@link readProject} reads. */
export interface ProjectOptions {
  /** Folder of Pulumi.yaml and Pulumi.<stack>.yaml. */
  readonly folder: string;
  readonly stack: string;
  /** Whether the project's setting at a path may have a value. @default any text */
  readonly accepts?: (path: readonly Step[], value: string | number | boolean) => boolean;
}

/**
 * Reads Pulumi.yaml as it is, and the stack file with made-up values in the place of what is encrypted.
 *
 * @throws Error where one of the two files is not there or not YAML, or where an encrypted setting admits no value
 * that can be made up
 */
export async function readProject({ folder, stack, accepts = isText }: ProjectOptions): Promise<Project> {
  const projectYaml = await read(folder, "Pulumi.yaml", "run the rehearsal in the project's folder");
  const name: unknown = parseDocument(projectYaml).get("name");
  if (typeof name !== "string")
    throw new Error("Pulumi.yaml names no project.\n  fix: add a line `name: <project>`");

  const stackFile = `Pulumi.${stack}.yaml`;
  const document = parse(await read(folder, stackFile, "name a stack that has such a file"), stackFile);
  for (const line of ["encryptionsalt", "secretsprovider", "encryptedkey"]) document.delete(line);
  const canaries = encryptedPaths(document.get("config")).map(([key, ...rest]) => {
    const [namespace = "", ...setting] = String(key).split(":");
    const path = [setting.join(":"), ...rest];
    const written = `${namespace}:${formatPath(path)}`;
    const value = makeCanary(
      namespace === name ? (candidate) => accepts(path, candidate) : (any) => isText([], any),
    );
    if (value === undefined) {
      throw new Error(
        `${stackFile}: ${written} is encrypted, and no value can be made up that its schema accepts.\n` +
          "  fix: keep it in clear if it is no secret, or let its schema accept any text",
      );
    }
    document.setIn(["config", key, ...rest], value);
    return { key: written, label: `the secret setting ${written}`, value };
  });

  const { config } = document.toJS() as { config?: Configuration | null };
  const files = { "Pulumi.yaml": projectYaml, [stackFile]: String(document) };
  return { name, configuration: config ?? {}, canaries, files };
}

/** The range in Pulumi.yaml's `requiredPulumiVersion`; any version where it names none. */
export function requiredPulumiVersion(projectYaml: string): string {
  const value: unknown = parseDocument(projectYaml).get("requiredPulumiVersion");
  return typeof value === "string" ? value : "*";
}

function isText(_path: readonly Step[], value: unknown): boolean {
  return typeof value === "string";
}

async function read(folder: string, file: string, fix: string): Promise<string> {
  try {
    return await readFile(join(folder, file), "utf8");
  } catch {
    throw new Error(`${file} is not in ${folder}.\n  fix: ${fix}`);
  }
}

function parse(text: string, file: string): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`${file} is not YAML: ${error.message}`);
  return document;
}

/** The paths of each `{ secure: <ciphertext> }`, at any depth. */
function encryptedPaths(node: unknown, path: readonly Step[] = []): (readonly Step[])[] {
  if (isMap(node)) {
    if (node.items.length === 1 && typeof node.get("secure") === "string") return [path];
    return node.items.flatMap(({ key, value }) =>
      encryptedPaths(value, [...path, String(isScalar(key) ? key.value : key)]),
    );
  }
  return isSeq(node) ? node.items.flatMap((item, index) => encryptedPaths(item, [...path, index])) : [];
}
